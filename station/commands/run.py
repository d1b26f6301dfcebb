"""`run`: the station itself, in a window or headless. Chooses the real parts and joins them."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
from sqlalchemy import Engine

from models.recipe import Recipe, Trigger, find_recipe
from models.registry import Registry
from station import logs
from station.cameras.sources import make_camera
from station.config import Config, ConfigError, read_config
from station.inspector import Inspection, Inspector
from station.line import Line, Listener
from station.lot import Lot
from station.model_watch import Loader, ModelWatch
from station.store.database import StoreError, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore


@dataclass(frozen=True, slots=True)
class Station:
    """Everything that outlives one run of the line."""

    config: Config
    recipe: Recipe
    data: Path
    engine: Engine
    pictures: PictureStore
    loader: Loader

    def make_line(self, listener: Listener, lot: Lot, trigger: Trigger | None = None, max_parts: int | None = None) -> RunningLine:
        """A line with a camera, the active model and a journal of its own; not started."""
        version = self.loader.active_version()
        inspector = self.loader.load(version)
        journal = Journal(self.engine, self.pictures, self.config.station.name, run=uuid.uuid4().hex)
        camera = make_camera(self.config.camera, self.recipe)
        line = Line(camera, inspector, journal, listener, trigger or self.recipe.trigger, lot, max_parts)

        def swap(new: Inspector) -> None:
            line.inspector = new
            journal.log_event("model", model=new.judge.model, version=new.judge.model_version, provider=new.judge.provider)

        watch = ModelWatch(self.loader, version, swap, lambda message: listener.fault("model", message))
        return RunningLine(line, watch, journal)


@dataclass(frozen=True, slots=True)
class RunningLine:
    """A line and what runs beside it."""

    line: Line
    watch: ModelWatch
    journal: Journal

    def start(self) -> None:
        """Start line and watch, and write down that they run."""
        judge = self.line.inspector.judge
        self.journal.log_event(
            "start", self.line.lot.operator, lot=self.line.lot.code, recipe=judge.recipe, revision=judge.recipe_revision,
            model=judge.model, version=judge.model_version, provider=judge.provider,
        )  # fmt: skip
        self.line.start()
        self.watch.start()

    def stop(self) -> bool:
        """Stop both; True if every accepted part was recorded."""
        self.watch.stop()
        complete = self.line.stop()
        with contextlib.suppress(StoreError):  # the line has said so already
            self.journal.log_event("stop", refused=self.line.refused, complete=complete)
        return complete


def run(options: argparse.Namespace) -> int:
    """Entry of the command."""
    if options.parts is not None and options.parts < 1:
        raise ConfigError(f"--parts {options.parts}: at least 1")
    if options.interval_ms is not None and options.interval_ms < 0:
        raise ConfigError(f"--interval-ms {options.interval_ms}: 0 or more")
    if (options.parts is not None or options.json) and not options.headless:
        raise ConfigError("--parts and --json go with --headless")
    lot = Lot(options.lot, options.operator)
    with open_station(options) as station:
        if options.headless:
            return _headless(station, lot, options)
        if (problem := _no_display()) is not None:
            print(f"station: {problem}", file=sys.stderr)
            return 2
        from station.gui.app import run_window

        return run_window(station, lot, _trigger(station.recipe, options, default_ms=None))


@contextlib.contextmanager
def open_station(options: argparse.Namespace) -> Iterator[Station]:
    """Settings checked, recipe read, database opened, in this order; closed at the end."""
    cv2.setNumThreads(1)
    config = read_config(options.config)
    if options.camera is not None:
        config_camera = config.camera.model_copy(update={"source": options.camera})
        folder = config._folder
        config = config.model_copy(update={"camera": config_camera})
        config._folder = folder
    data: Path = options.data or config.data_folder
    recipe = find_recipe(options.recipe or config.station.recipe, config.recipe_folder)
    make_camera(config.camera, recipe)  # a source that does not fit is told before anything is opened
    loader = Loader(Registry(config.model_store, data / "active"), recipe, config.models.provider, config.models.require_cuda)
    engine = open_database(data, config.records.synchronous)
    try:
        logs.set_up(data)
        pictures = PictureStore(data / "pictures", config.records.picture_format, config.records.jpeg_quality)
        yield Station(config, recipe, data, engine, pictures, loader)
    finally:
        engine.dispose()


def _trigger(recipe: Recipe, options: argparse.Namespace, default_ms: int | None) -> Trigger:
    interval_ms = options.interval_ms if options.interval_ms is not None else default_ms
    return recipe.trigger if interval_ms is None else Trigger(mode="interval", interval_ms=interval_ms)


class _Printer:
    """Headless listener: recorded parts to standard output, faults to standard error."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self.over = threading.Event()
        self.camera_fault = ""

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        print(json.dumps(summary(inspection, part_id), ensure_ascii=False) if self._as_json else _sentence(inspection, part_id), flush=True)

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        print(f"station: part {inspection.shot.ticket.number} HOLD: {reason}", file=sys.stderr, flush=True)

    def fault(self, source: str, message: str) -> None:
        if source == "camera":
            self.camera_fault = message
        print(f"station: {source}: {message or 'all well again'}", file=sys.stderr, flush=True) if message else None

    def ended(self) -> None:
        self.over.set()


def _headless(station: Station, lot: Lot, options: argparse.Namespace) -> int:
    camera = make_camera(station.config.camera, station.recipe)
    camera.open()  # a camera that is not there ends the command here, with its sentence
    camera.close()
    printer = _Printer(options.json)
    running = station.make_line(printer, lot, _trigger(station.recipe, options, default_ms=0), options.parts)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: printer.over.set())
    running.start()
    printer.over.wait()
    return 0 if running.stop() else 1


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
        "ms": round(sum(ms for stage, ms in inspection.stages_ms.items() if stage != "judge"), 2),
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
