"""Real parts joined: the one place that knows which class stands behind each interface."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
from sqlalchemy import Engine

from models.manifest import ModelError
from models.recipe import Recipe, Trigger, find_recipe
from models.registry import Registry
from station import logs
from station.cameras.sources import make_camera
from station.config import Config
from station.inspector import Inspector
from station.line import Line, Listener
from station.lot import Lot
from station.model_watch import Loader, ModelWatch
from station.store import lock
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
            try:  # written down first: a change that nobody can trace does not happen
                journal.log_event("model", model=new.judge.model, version=new.judge.model_version, provider=new.judge.provider)
            except StoreError as err:
                raise ModelError(f"the change to version {new.judge.model_version} cannot be recorded: {err}") from err
            line.inspector = new

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
        complete = self.line.stop()
        self.watch.stop()
        with contextlib.suppress(StoreError):  # the line has said so already
            self.journal.log_event("stop", refused=self.line.refused, complete=complete)
        return complete


@contextlib.contextmanager
def open_station(config: Config, recipe_name: str, data: Path) -> Iterator[Station]:
    """Recipe read, camera source checked, database opened, in this order; closed at the end.

    Raises:
        RecipeError, CameraError, StoreError: nothing was started.
    """
    cv2.setNumThreads(1)
    recipe = find_recipe(recipe_name, config.recipe_folder)
    make_camera(config.camera, recipe)  # a source that does not fit is told before anything is opened
    registry = Registry(config.model_store, data / "active", config.models.trusted_keys)
    loader = Loader(registry, recipe, config.models.provider, config.models.require_cuda)
    engine = open_database(data, config.records.synchronous)
    held = lock.take(data)
    if held is None:
        engine.dispose()
        raise StoreError(f"data folder {data}: another station is running on it; close that one, or choose another folder with --data")
    try:
        logs.set_up(data)
        pictures = PictureStore(data / "pictures", config.records.picture_format, config.records.jpeg_quality)
        yield Station(config, recipe, data, engine, pictures, loader)
    finally:
        engine.dispose()
        held.close()
