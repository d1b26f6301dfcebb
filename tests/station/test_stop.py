"""SIGTERM, as a service is stopped: every accepted part is recorded, and the process ends by itself."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.station.test_commands import Ledger

WITH_DIALOG = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog
from station.__main__ import main
from station.gui import app

make = app.make_window

def with_dialog(*words):
    window = make(*words)
    QTimer.singleShot(0, lambda: QDialog(window).exec())
    return window

app.make_window = with_dialog
sys.exit(main(sys.argv[1:]))
"""
COMMANDS = {
    "window": ["-m", "station", "run"],
    "window behind a dialog that waits for an answer": ["-c", WITH_DIALOG, "run"],
    "headless": ["-m", "station", "run", "--headless"],
}


def until(what: Callable[[], bool], process: subprocess.Popen[bytes], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not what():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a program hears")
@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_stopped_station_has_recorded_every_part_that_it_accepted(tmp_path: Path, command: str, signal_: signal.Signals) -> None:
    words = [sys.executable, *COMMANDS[command], "--interval-ms", "50", "--data", str(tmp_path), "--camera", "simulated"]
    ledger = Ledger(tmp_path)

    def n_parts() -> int:
        try:
            return int(str(ledger.rows("SELECT count(*) FROM part")[0][0]))
        except sqlite3.Error:  # not made yet
            return 0

    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        try:
            until(lambda: n_parts() >= 5, process)
            process.send_signal(signal_)
            told = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, told
    ledger.check()
    (kind, detail), *_ = ledger.rows("SELECT kind, detail FROM event ORDER BY id DESC LIMIT 1")
    assert kind == "stop"
    assert json.loads(str(detail))["complete"] is True
    log = [json.loads(line) for line in (tmp_path / "logs" / "station.log").read_text(encoding="utf-8").splitlines()]
    assert [row for row in log if row["level"] == "ERROR"] == []
    not_ok = {number for (number,) in ledger.rows("SELECT id FROM part WHERE judgement != 'OK'")}
    assert {row["part"] for row in log if row["logger"] == "station.part_log"} == not_ok, "each is a line of the log, with its id"
