"""While the window is open, Python's garbage is collected in the GUI thread and nowhere else."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.station.line_pc import line_pc, opened


class _Cycle:
    def __init__(self) -> None:
        self.me = self


def test_a_cycle_dies_in_the_gui_thread_however_much_others_allocate(qtbot: QtBot, tmp_path: Path, recipe_file: Path, published: Path) -> None:
    died_in: list[threading.Thread] = []

    def leave_a_cycle() -> None:
        weakref.finalize(_Cycle(), lambda: died_in.append(threading.current_thread())).atexit = False

    def allocate() -> None:
        kept = [[i] for i in range(300_000)]  # enough for every generation
        assert len(kept) == 300_000

    with opened(qtbot, line_pc(tmp_path, recipe_file, published)):
        leave_a_cycle()
        worker = threading.Thread(target=allocate)
        worker.start()
        worker.join()
        assert died_in == []
        qtbot.waitUntil(lambda: bool(died_in), timeout=15000)
        assert died_in == [threading.main_thread()]
    assert gc.isenabled(), "a closed window leaves Python as it was"
