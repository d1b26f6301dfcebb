"""`run`: the station itself, in a window or headless."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable

from models.recipe import MAX_INTERVAL_MS, Recipe, Trigger
from station.assembly import Station, open_station
from station.cameras.sources import make_camera
from station.config import ConfigError, read_config
from station.inspector import Inspection
from station.lot import Lot


def run(options: argparse.Namespace) -> int:
    """Entry of the command."""
    if options.parts is not None and options.parts < 1:
        raise ConfigError(f"--parts {options.parts}: at least 1")
    if options.interval_ms is not None and not 0 <= options.interval_ms <= MAX_INTERVAL_MS:
        raise ConfigError(f"--interval-ms {options.interval_ms}: 0 to {MAX_INTERVAL_MS}")
    if (options.parts is not None or options.json) and not options.headless:
        raise ConfigError("--parts and --json go with --headless")
    config = read_config(options.config)
    if options.camera is not None:
        config = config.with_camera(options.camera)
    lot = Lot(options.lot, options.operator)
    if not options.headless and (problem := _no_display()) is not None:
        print(f"station: {problem}", file=sys.stderr)
        return 2
    with open_station(config, options.recipe or config.station.recipe, options.data or config.data_folder) as station:
        if options.headless:
            return _headless(station, lot, options)
        from station.gui.app import run_window

        return run_window(station, lot, _trigger(station.recipe, options, default_ms=None))


def _trigger(recipe: Recipe, options: argparse.Namespace, default_ms: int | None) -> Trigger:
    interval_ms = options.interval_ms if options.interval_ms is not None else default_ms
    return recipe.trigger if interval_ms is None else Trigger(mode="interval", interval_ms=interval_ms)


class _Printer:
    """Headless listener: recorded parts to standard output, HOLDs of unrecorded ones to standard error. Faults come there by the log."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self.needs_somebody: Callable[[], str] = lambda: ""
        self.over = threading.Event()
        self.is_locked = False
        self.is_heard = True

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        try:
            self._print(part_id, inspection)
        except OSError:  # nobody reads on, as in `… | head`: end, with every accepted part recorded
            self.is_heard = False
            self.over.set()

    def _print(self, part_id: int, inspection: Inspection) -> None:
        if not self.is_heard:
            return
        print(json.dumps(summary(inspection, part_id), ensure_ascii=False) if self._as_json else _sentence(inspection, part_id), flush=True)

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        print(f"station: part {inspection.shot.ticket.number} HOLD: {reason}", file=sys.stderr, flush=True)

    def fault(self, source: str, message: str) -> None:
        if source == "lock" and message and self.needs_somebody():  # nobody is here
            self.is_locked = True
            self.over.set()

    def ended(self) -> None:
        self.over.set()


def _headless(station: Station, lot: Lot, options: argparse.Namespace) -> int:
    printer = _Printer(options.json)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: printer.over.set())
    camera = make_camera(station.config.camera, station.recipe)
    if not camera.is_live or options.parts is not None:  # a service waits for its camera; a job or a replay ends here, with the sentence
        camera.open()
        camera.close()
    # beside a PLC's or a broker's triggers the recipe says whether there are any of our own
    default_ms = 0 if station.config.trigger_in is None else None
    running = station.make_line(printer, lot, _trigger(station.recipe, options, default_ms), options.parts)
    printer.needs_somebody = lambda: station.needs_somebody(running.line.lot, running.line.inspector.judge)
    if reason := printer.needs_somebody():
        print(f"station: {reason}", file=sys.stderr, flush=True)
        return 2
    running.start()
    while not printer.over.wait(0.5):  # without a time limit Windows hears no Ctrl+C here
        pass
    complete = running.stop()
    if not printer.is_heard:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the interpreter's last flush is quiet
    return 2 if printer.is_locked else 0 if complete else 1


def summary(inspection: Inspection, part_id: int | None = None) -> dict[str, object]:
    """One part as the command line's JSON shows it."""
    verdict, judge = inspection.verdict, inspection.judge
    row: dict[str, object] = {} if part_id is None else {"part": part_id, "shot": inspection.shot.ticket.number}
    return row | {
        "verdict": verdict.judgement.value,
        "score": None if verdict.score is None else round(verdict.score, 4),
        "worst_view": inspection.worst_view,
        "worst_region": inspection.worst_region,
        "defect": inspection.defect,
        "reason": verdict.reason,
        "model": f"{judge.model}@{judge.model_version}",
        "ms": round(sum(inspection.stages_ms.get(stage, 0.0) for stage in ("vector", "score")), 2),
    }


def _sentence(inspection: Inspection, part_id: int) -> str:
    verdict = inspection.verdict
    score = "" if verdict.score is None else f" score {verdict.score:.2f}"
    return f"part {part_id} {verdict.judgement.value}{score}{'  ' if verdict.reason else ''}{verdict.reason}"


def _no_display() -> str | None:
    """Why no window can be opened here; None if one can."""
    if sys.platform.startswith("linux") and not any(os.environ.get(k) for k in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return "no display here: run headless with `./run --headless --parts 20`, or set DISPLAY"
    return None
