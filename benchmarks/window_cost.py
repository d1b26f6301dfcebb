"""What does an open window cost the line? Parts a second as fast as it goes, headless and with the window, turn about.

    python -m benchmarks.window_cost [--rounds 3] [--seconds 15] [--binning 2] [--no-alignment] [--append docs/line-speed.md]

The station of `benchmarks.line` (three full-HD views of nine regions, pictures kept as JPEG), each run in a process of its own on a
fresh ledger; the window is the true one, offscreen, on the operator's page at full HD, with its live view and each part drawn.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

import station.assembly
from benchmarks.latency import REPOSITORY, Replay, scratch
from benchmarks.line import prepare
from benchmarks.page import append, when_and_where
from models.recipe import Trigger
from models.registry import Registry
from station.assembly import Station, open_station
from station.config import Config, read_config
from station.inspector import Inspection
from station.lot import Lot
from station.shot import Frame, now

SETTLE_S = 5.0
AS_FAST_AS_IT_GOES = Trigger(mode="interval", interval_ms=0)


class Counter:
    """A listener that counts, and ends the benchmark where a part is not OK: nothing that was measured would be true."""

    def __init__(self) -> None:
        self.n = 0
        self.over = threading.Event()

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        if inspection.verdict.judgement != "OK":
            print(f"part {part_id}: {inspection.verdict.judgement}: {inspection.verdict.reason}", file=sys.stderr)
            os._exit(1)
        self.n += 1

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        print(reason, file=sys.stderr)
        os._exit(1)

    def fault(self, source: str, message: str) -> None: ...

    def ended(self) -> None: ...


def headless(site: Station, seconds: float) -> float:
    counter = Counter()
    running = site.make_line(counter, Lot("A", "Sato"), AS_FAST_AS_IT_GOES)
    running.start()
    time.sleep(SETTLE_S)
    n, start = counter.n, time.monotonic()
    time.sleep(seconds)
    rate = (counter.n - n) / (time.monotonic() - start)
    running.stop()
    return rate


def windowed(site: Station, seconds: float) -> float:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from station.gui.app import make_window
    from station.gui.right_of_way import RightOfWay

    app = QApplication([])
    app.setStyle("Fusion")
    window = make_window(site, Lot("A", "Sato"), AS_FAST_AS_IT_GOES)
    window.resize(1920, 1080)
    window.show()
    window.control.start()
    _right_of_way = RightOfWay()
    marks: list[tuple[int, float]] = []

    def mark() -> None:
        marks.append((sum(window.control.counts().values()), time.monotonic()))
        if len(marks) == 2:
            window.close()
            app.quit()

    QTimer.singleShot(round(1000 * SETTLE_S), mark)
    QTimer.singleShot(round(1000 * (SETTLE_S + seconds)), mark)
    app.exec()
    window.desk.settings.sync()  # now, not when the folder is gone
    (n0, t0), (n1, t1) = marks
    return (n1 - n0) / (t1 - t0)


def child(folder: Path, with_window: bool, seconds: float) -> float:
    drawn = np.load(folder / "shots.npy")
    with scratch() as data:
        Registry(folder / "store", Path(data) / "active").activate("bench", "1")
        config: Config = read_config(folder / "config.toml")
        views = ("center", "left", "right")
        shots = [tuple(Frame(v, p, now()) for v, p in zip(views, pictures, strict=True)) for pictures in drawn]
        station.assembly.make_camera = lambda _settings, _recipe: Replay(shots)  # type: ignore[assignment, return-value]
        with open_station(config, str(folder / "recipe.toml"), Path(data)) as site:
            return windowed(site, seconds) if with_window else headless(site, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--binning", type=int, default=2)
    parser.add_argument("--no-alignment", dest="is_aligned", action="store_false")
    parser.add_argument("--child", nargs=2, metavar=("FOLDER", "KIND"), help=argparse.SUPPRESS)
    parser.add_argument("--append", type=Path)
    options = parser.parse_args()
    if options.child is not None:
        print(json.dumps(child(Path(options.child[0]), options.child[1] == "window", options.seconds)))
        return
    rates: dict[str, list[float]] = {"headless": [], "window": []}
    with tempfile.TemporaryDirectory() as folder:
        what = argparse.Namespace(
            size="1920x1080", views=3, regions=9, format="jpg", provider="auto", is_aligned=options.is_aligned, binning=options.binning
        )
        prepare(Path(folder), what)
        (Path(folder) / "config.toml").write_text(
            '[review]\nsample_rate = 0\n[station]\nrecipes = "."\n[models]\nallow_unsigned = true\nstore = "store"\n[records]\npicture_format = "jpg"\nbackup_hours = 0\n'
        )
        for _ in range(options.rounds):
            for kind, found in rates.items():
                command = [sys.executable, "-m", "benchmarks.window_cost", "--child", folder, kind, "--seconds", str(options.seconds)]
                found.append(
                    json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=REPOSITORY, text=True).stdout.splitlines()[-1])
                )
    ratios = [w / h for h, w in zip(rates["headless"], rates["window"], strict=True)]
    lines = [
        f"### What the window costs the line: 3 views of 1920x1080 px, 9 regions each, {'aligned' if options.is_aligned else 'not aligned'}, binning {options.binning}, jpg, {when_and_where()}",
        "",
        "| parts a second as fast as it goes | " + " | ".join(f"round {i + 1}" for i in range(options.rounds)) + " | median |",
        "|---" * (options.rounds + 2) + "|",
        *(f"| {kind} | {' | '.join(f'{r:.1f}' for r in found)} | {statistics.median(found):.1f} |" for kind, found in rates.items()),
        f"| share of it with the window | {' | '.join(f'{r:.0%}' for r in ratios)} | {statistics.median(ratios):.0%} |",
    ]
    append(lines, options.append)


if __name__ == "__main__":
    main()
