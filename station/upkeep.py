"""What a station does for its records beside the line, in threads of its own: check, back up, make room; and what people are told of it."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from station.config import RecordsSection
from station.memory import give_back
from station.priority import BEHIND_THE_LINE, give_way
from station.store.backup import is_due, keep_newest, make_backup
from station.store.copies import CopyStopped
from station.store.database import DATABASE_NAME, StoreError
from station.store.disk import FreeSpace
from station.store.integrity import Opened, check_beside
from station.store.retention import Retention, Rules

log = logging.getLogger(__name__)

FIRST_S = 60.0
"""A station that has just been started has better things to do."""
EVERY_S = 600.0
_JOIN_S = 10.0

Tell = Callable[[str, str], None]
"""Hears source and message, as `Listener.fault`: an empty message says that it is right again."""
Job = Callable[[threading.Event], str]
"""Done again and again; returns what people should know, '' if all is well. The event tells it to end early."""


class Upkeep:
    """The jobs of one open station. Faults stand until they are mended, also while no line runs."""

    def __init__(
        self, settings: RecordsSection, opened: Opened, data: Path, backup_folder: Path, first_s: float = FIRST_S, every_s: float = EVERY_S
    ) -> None:
        """
        Args:
            data: the data folder, whose lock the caller holds.
            first_s, every_s: when backups and retention look first, and then how often [s].
        """
        self.space = FreeSpace(data, settings.free_mb_stop)
        self.notes = opened.notes
        self._settings = settings
        self._data = data
        self._backups = backup_folder
        days = (settings.keep_days_ok, settings.keep_days_other, settings.keep_days_reviewed)
        rules = Rules(*days, settings.pictures_gb, settings.free_gb_low, settings.keep_days_vectors)
        self._retention = Retention(opened.engine, data / "pictures", rules)
        self._telling = threading.Lock()
        self._faults: dict[str, str] = {"database": "; ".join(opened.notes)} if opened.notes else {}
        self._tell: Tell | None = None
        self._leave = threading.Event()
        room_s = 0.0 if self.space.refusal() else first_s  # nobody waits for parts that cannot be accepted
        jobs: list[tuple[str, str, Job, float, float | None]] = [("retention", "retention", self._make_room, room_s, every_s)]
        if settings.backup_hours > 0:
            jobs.append(("backup", "backup", self._back_up, first_s, every_s))
        if not opened.is_checked:
            jobs.append(("check", "database", functools.partial(self._check, opened.engine), 1.0, None))
        self._threads = [threading.Thread(target=self._repeat, name=name, args=rest, daemon=True) for name, *rest in jobs]

    def attach(self, tell: Tell) -> None:
        """From now on this one hears of faults; those that stand are told at once."""
        with self._telling:  # while they are told too, so that none is told after it has gone
            self._tell = tell
            for source, message in self._faults.items():
                tell(source, message)

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads; a copy in hand is given up. A file that is being checked does not keep the program from ending."""
        self._leave.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(_JOIN_S)
            if thread.is_alive():
                log.info("upkeep: the %s thread is left to end with the program", thread.name)

    # -- jobs ------------------------------------------------------------------------------------------------------

    def _make_room(self, stop: threading.Event) -> str:
        try:
            return self._retention.run(stop).problem
        finally:
            give_back()

    def _back_up(self, stop: threading.Event) -> str:
        if is_due(self._backups, self._settings.backup_hours):
            made = make_backup(self._data, self._backups, stop=stop, spare_mb=self._settings.free_mb_stop)
            log.info("backup: %s, %.1f MB", made.name, made.stat().st_size / 1e6)
            keep_newest(self._backups, self._settings.backups_kept)
        return ""

    def _check(self, engine: Engine, _stop: threading.Event) -> str:
        return check_beside(engine, self._data / DATABASE_NAME)

    # -- threads ---------------------------------------------------------------------------------------------------

    def _repeat(self, source: str, job: Job, first_s: float, every_s: float | None) -> None:
        give_way(BEHIND_THE_LINE)
        wait_s: float | None = first_s
        while wait_s is not None and not self._leave.wait(wait_s):
            try:
                self._set(source, job(self._leave))
            except CopyStopped:
                return
            except (StoreError, OSError) as err:
                self._set(source, str(err))
            except Exception as err:  # whatever it was, it is told and tried again; the line is not touched
                log.exception("upkeep: %s failed", source)
                self._set(source, f"{type(err).__name__}: {err}")
            wait_s = every_s

    def _set(self, source: str, message: str) -> None:
        with self._telling:
            if self._faults.get(source, "") == message:
                return
            self._faults[source] = message
            if not message:
                del self._faults[source]
            if message:
                log.warning("%s: %s", source, message)
            try:
                if self._tell is not None:
                    self._tell(source, message)
            except Exception:  # a window that is being closed
                log.exception("upkeep: the listener failed")
