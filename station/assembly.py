"""Real parts joined: the one place that knows which class stands behind each interface."""

from __future__ import annotations

import contextlib
import functools
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
from sqlalchemy import Engine

from models.manifest import ModelError
from models.recipe import Recipe, RecipeError, Trigger, find_recipe, read_recipe
from station import activation, logs
from station.cameras.sources import make_camera
from station.challenge import Challenge
from station.config import Config, ConfigError
from station.delivery import Deliverer
from station.fan_out import FanOut
from station.frame_check import FrameChecks
from station.inspector import Inspector, Judge
from station.line import Gate, Line, Listener
from station.lot import NOT_STARTED, Lot
from station.model_watch import Loader, ModelWatch
from station.part_log import PartLog
from station.scanner import CodeReader
from station.shadow import Shadow
from station.sinks.kinds import make_sink, read_secret, warn_of_open_secret
from station.stages import StageFile
from station.store import line_history, lock
from station.store.database import StoreError, make_folder
from station.store.integrity import open_for_station
from station.store.journal import Journal, append_event
from station.store.pictures import PictureStore
from station.store.plant import PlantDatabase, PlantError
from station.trigger_in import TriggerIn
from station.upkeep import Upkeep

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Station:
    """Everything that outlives one run of the line."""

    config: Config
    recipe: Recipe
    data: Path
    engine: Engine
    pictures: PictureStore
    loader: Loader
    shadow: Shadow
    challenge: Challenge
    upkeep: Upkeep
    deliverer: Deliverer

    def make_line(
        self,
        listener: Listener,
        lot: Lot,
        trigger: Trigger | None = None,
        max_parts: int | None = None,
        gate: Gate = lambda _lot, _judge: "",
    ) -> RunningLine:
        """A line with a camera, the active model and a journal of its own; not started.

        Args:
            gate: asked before every production part, after the station's own rules.
        """
        listener = FanOut(listener, self.shadow, self.deliverer, PartLog(), StageFile(self.data))
        self.upkeep.attach(listener.fault)
        self.deliverer.attach(listener.fault)
        try:  # the lot may have changed while the station was off; none yet is no change
            if lot.code:
                activation.carry_out(self.loader, self.engine, lot.code)
            listener.fault("activation", "")
        except (ModelError, StoreError, OSError) as err:
            log.warning("activation: %s", err)
            listener.fault("activation", str(err))
        version = self.loader.active_version()
        inspector = self.loader.load(version)
        journal = Journal(self.engine, self.pictures, self.config.station.name, uuid.uuid4().hex, self.config.review.sample_rate)
        camera = make_camera(self.config.camera, self.recipe)
        checks = FrameChecks(self.config.camera.checks, self.recipe)
        self.challenge.settle(inspector.judge)
        finish = CodeReader(self.config.scanner).read if self.config.scanner.read_view else None

        def rules(lot: Lot, judge: Judge) -> str:
            return self.refusal(lot, judge) or gate(lot, judge)

        line = Line(camera, inspector, journal, listener, trigger or self.recipe.trigger, lot, max_parts, rules, finish, checks, journal.begin)

        def swap(new: Inspector) -> None:
            try:  # written down first: a change that nobody can trace does not happen
                journal.log_event("model", model=new.judge.model, version=new.judge.model_version, provider=new.judge.provider)
            except StoreError as err:
                raise ModelError(f"the change to version {new.judge.model_version} cannot be recorded: {err}") from err
            line.inspector = new
            listener.fault("model", "")  # who shows the model looks again

        watch = ModelWatch(self.loader, version, swap, lambda message: listener.fault("model", message), lambda: line.inspector)
        settings = self.config.trigger_in
        station, folder = self.config.station.name, self.config.folder
        trigger_in = None if settings is None else TriggerIn(settings, station, folder, line.trigger, listener.fault)
        return RunningLine(line, watch, journal, trigger_in)

    def refreshed(self) -> Station:
        """The same station with its recipe as the file says now: a revision that was saved meanwhile.

        Raises:
            RecipeError: it cannot be used, or has other views, which only a new start of the program can take up.
        """
        recipe = read_recipe(self.recipe.path)
        if recipe.model_dump() == self.recipe.model_dump():
            return self
        if (recipe.name, recipe.view_names) != (self.recipe.name, self.recipe.view_names):
            raise RecipeError(f"recipe {recipe.path}: its name or its views have changed; close the program and start it again")
        self.shadow.stop()  # its candidate was loaded for the regions of before
        loader = Loader(self.loader.registry, recipe, self.config.models.provider, self.config.models.require_cuda)
        return replace(self, recipe=recipe, loader=loader)

    def refusal(self, lot: Lot, judge: Judge) -> str:
        """Why this station takes no production part now, in a sentence; '' if it does."""
        return self.needs_somebody(lot, judge) or self.upkeep.space.refusal()

    def needs_somebody(self, lot: Lot, judge: Judge) -> str:
        """The same, where only a person can end it: a full disk may have room again by itself, since retention deletes pictures."""
        if self.config.line.require_lot and not lot.code:
            return NOT_STARTED
        return self.challenge.refusal(judge)


@dataclass(frozen=True, slots=True)
class RunningLine:
    """A line and what runs beside it."""

    line: Line
    watch: ModelWatch
    journal: Journal
    trigger_in: TriggerIn | None = None

    def start(self) -> None:
        """Start the line and what runs beside it, and write down that they run."""
        judge = self.line.inspector.judge
        self.journal.log_event(
            "start", self.line.lot.operator, lot=self.line.lot.code, recipe=judge.recipe, revision=judge.recipe_revision,
            model=judge.model, version=judge.model_version, provider=judge.provider,
        )  # fmt: skip
        self.line.start()
        self.watch.start()
        if self.trigger_in is not None:
            self.trigger_in.start()

    def stop(self) -> bool:
        """Stop all of it; True if every accepted part was recorded."""
        if self.trigger_in is not None:
            self.trigger_in.stop()
        complete = self.line.stop()
        self.watch.stop()
        try:
            self.journal.log_event("stop", refused=self.line.refused, complete=complete)
        except StoreError as err:
            log.warning("records: %s", err)
        self.journal.close()
        return complete


def plant_database(config: Config) -> PlantDatabase | None:
    """The configured plant's record store, not connected yet. Raises ConfigError."""
    settings = config.plant
    if settings is None:
        return None
    try:
        password = read_secret("plant", settings.password_env)
        is_encrypted = any(f"sslmode={mode}" in settings.url for mode in ("require", "verify-ca", "verify-full"))
        warn_of_open_secret("plant", password, is_encrypted)
        return PlantDatabase(settings.url, settings.user, password, config.station.name, settings.vectors, settings.timeout_s)
    except PlantError as err:
        raise ConfigError(f"plant: {err}") from err


@contextlib.contextmanager
def open_station(config: Config, recipe_name: str, data: Path) -> Iterator[Station]:
    """Recipe read, camera source checked, database opened, in this order; closed at the end.

    Raises:
        RecipeError, ConfigError, CameraError, StoreError: nothing was started.
    """
    cv2.setNumThreads(1)
    recipe = find_recipe(recipe_name, config.recipe_folder)
    view = config.scanner.read_view
    if view and view not in recipe.view_names:
        raise ConfigError(f"scanner.read_view {view!r}: recipe {recipe.name} has no such view; it has {', '.join(recipe.view_names)}")
    make_camera(config.camera, recipe)  # a source that does not fit is told before anything is opened
    loader = Loader(config.model_registry(data), recipe, config.models.provider, config.models.require_cuda)
    make_folder(data)
    held = lock.take(data)  # before the database is opened: what is damaged may be set aside only by the one station of this folder
    if held is None:
        raise StoreError(f"data folder {data}: another station is running on it; close that one, or choose another folder with --data")
    with held, contextlib.ExitStack() as stack:
        logs.set_up(data)
        sinks = [make_sink(settings, config.station.name, config.folder) for settings in config.sinks]  # after the log, which it may warn in
        if config.trigger_in is not None:  # each run of the line makes its own: what is missing for it is told now
            TriggerIn(config.trigger_in, config.station.name, config.folder, trigger=lambda *_: 0, failed=lambda *_: None)
        plant = plant_database(config)
        backups = config.backup_folder or data / "backups"
        opened = open_for_station(data, config.records.synchronous, config.records.check_at_start_mb, backups)
        engine = opened.engine
        stack.callback(engine.dispose)
        pictures = PictureStore(data / "pictures", config.records.picture_format, config.records.jpeg_quality)
        shadow = Shadow(engine)
        challenge = Challenge(
            config.challenge, config.station.shifts, lambda: line_history.challenge_history(engine), functools.partial(append_event, engine)
        )
        stack.callback(shadow.stop)
        upkeep = Upkeep(config.records, opened, data, backups)
        stack.callback(upkeep.stop)
        upkeep.start()
        deliverer = Deliverer(engine, sinks, plant)
        stack.callback(deliverer.stop)
        deliverer.start()
        yield Station(config, recipe, data, engine, pictures, loader, shadow, challenge, upkeep, deliverer)
