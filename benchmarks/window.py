"""Does the window stay quick and small while parts run? Event-loop gaps and memory over time, every page opened in turn.

    python -m benchmarks.window [--minutes 30] [--rate 10] [--write docs/window.md]

The true window, offscreen, on the simulated camera. A timer is due every 10 ms; how late it comes is how late anything would have
been painted. Pages change every 10 seconds, in the order of the navigation, the operator's page between each two.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import gc
import itertools
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.page import show
from models.recipe import Trigger
from station.assembly import open_station
from station.config import read_config
from station.gui.app import make_window
from station.gui.right_of_way import RightOfWay
from station.lot import Lot
from station.verdict import Judgement

REPOSITORY = Path(__file__).resolve().parent.parent
BEAT_MS = 10
PAGE_S = 10
WARM_UP_S = 60


class Meter:
    """Lateness of a timer [ms] with the page that was open, memory once a second."""

    def __init__(self, window, minutes: float) -> None:  # type: ignore[no-untyped-def]
        self.window = window
        self.late: dict[str, list[float]] = {}
        self.memory: list[tuple[float, float, int, int]] = []  # minutes, MB, threads, file handles
        self._end = time.monotonic() + 60 * minutes + WARM_UP_S
        self._start = time.monotonic()
        self._last = 0.0
        self.refused = 0
        self._process = psutil.Process()
        self._next_second = 0.0
        self._next_page = self._start + WARM_UP_S
        others = [p for p in window.pages if p is not window.line]
        self._pages = itertools.cycle([x for p in others for x in (p, window.line)] or [window.line])
        self._timer = QTimer()
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    def beat(self) -> None:
        now = time.monotonic()
        if self._last and now > self._start + WARM_UP_S:
            name = type(self.window.stack.currentWidget()).__name__
            self.late.setdefault(name, []).append(1e3 * (now - self._last) - BEAT_MS)
        if now >= self._next_second:
            memory = self._process.memory_info().rss / 2**20
            self.memory.append(((now - self._start) / 60, memory, self._process.num_threads(), self._process.num_fds()))
            self._next_second = now + 1
        if now >= self._next_page:
            self._next_page = now + PAGE_S
            self.window.open_page(next(self._pages))
        if now >= self._end:
            self._timer.stop()
            self.refused = self.window.control._running.line.refused
            self.window.close()
            QApplication.quit()
        self._last = time.monotonic() if now >= self._end else now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=10, help="parts a second")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    app = QApplication([])
    app.setStyle("Fusion")
    config = read_config(REPOSITORY / "config.toml")
    quiet = config.model_copy(update={"alarms": config.alarms.model_copy(update={"consecutive_ng": 0, "hold_consecutive": 0})})
    quiet._folder = config._folder
    with tempfile.TemporaryDirectory() as data, open_station(quiet, "connector", Path(data)) as site:
        window = make_window(site, Lot("SOAK", "Sato"), Trigger(mode="interval", interval_ms=round(1000 / options.rate)))
        window.resize(1366, 768)
        gc.collect()
        gc.freeze()  # as station/gui/app.py
        window.show()
        window.control.start()
        _right_of_way = RightOfWay()
        meter = Meter(window, options.minutes)
        app.exec()
        counts = window.control.counts()
    minutes = np.array([m[0] for m in meter.memory])
    mb = np.array([m[1] for m in meter.memory])
    total = WARM_UP_S / 60 + options.minutes

    def at(share: float) -> tuple[float, int, int]:
        """Median memory of the minute around a share of the run, threads and handles there."""
        middle = max(1.0, share * total)
        near = np.abs(minutes - middle) <= 0.5
        return float(np.median(mb[near])), *(round(float(np.median([m[k] for m, n in zip(meter.memory, near, strict=True) if n]))) for k in (2, 3))

    lines = [
        "# The window while parts run",
        "",
        f"Made by `python -m benchmarks.window --minutes {options.minutes:g} --rate {options.rate:g} --write docs/window.md` ({datetime.now(UTC):%Y-%m-%d},",
        f"{os.cpu_count()} cores, offscreen). {sum(counts.values())} parts ({', '.join(f'{counts[j]} {j}' for j in Judgement)}), {meter.refused} triggers refused. Every",
        f"{PAGE_S} s another page is opened. Late: how much later than due a timer came in the window's thread, so how late a repaint would be.",
        "",
        "| page | p50 [ms] | p99 [ms] | worst [ms] | over 100 ms | n |",
        "|---|---|---|---|---|---|",
    ]
    for name, late in sorted(meter.late.items()):
        p50, p99 = np.percentile(late, [50, 99])
        lines.append(f"| {name} | {p50:.1f} | {p99:.1f} | {max(late):.0f} | {sum(x > 100 for x in late)} | {len(late)} |")
    lines += ["", "| after [min] | memory [MB] | threads | file handles |", "|---|---|---|---|"]
    for share in (0, 0.25, 0.5, 0.75, 1):
        memory, threads, handles = at(share)
        lines.append(f"| {max(1.0, share * total):.0f} | {memory:.0f} | {threads} | {handles} |")
    show(lines, options.write)


if __name__ == "__main__":
    main()
