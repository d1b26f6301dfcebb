"""Retention: pictures are deleted by age, quota and free space, the least needed first; old vectors by age. Rows are never deleted.

A pass works day folder by day folder (`pictures/2026-03-31/<run>-<number>-<view>.png`) and keeps no notes of its own: what a
picture is kept for is asked of the ledger. Only names found in a day folder are deleted; links are neither followed nor deleted.

A day of a fast line has a million pictures: their names alone are held, in one block of about 50 bytes each that goes back to the
operating system. As objects they took a gigabyte, and the program kept a good part of it (docs/soak.md).
"""

from __future__ import annotations

import itertools
import logging
import mmap
import os
import re
import stat
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Engine, exists, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from station.shot import now
from station.store.database import StoreError
from station.store.disk import free_bytes
from station.store.journal import append_event
from station.store.schema import Event, Part, PartReview, Sample
from station.store.thinning import Thinning

log = logging.getLogger(__name__)

BATCH = 100  # files between two pauses; the parts of a batch are one query
PAUSE_S = 0.02
YOUNGEST_S = 3600.0  # nothing younger is deleted, however full the disk is
LONGEST_GAP = timedelta(days=60)
"""A longer gap between the last days with pictures, or up to today, is taken for a wrong clock: nothing is deleted by age."""
_DAYS_AFTER_GAP = 7
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PICTURE = re.compile(r"(?P<run>.{1,32}?)-(?P<number>\d{6,18})-(?P<view>.+)\.(png|jpg|tmp)")


class Kind(StrEnum):
    """What a picture is kept for; the first ones are deleted first."""

    ORPHAN = "orphans"  # no part names it: it was being recorded when the power went
    OK = "ok"
    OTHER = "other"  # NG, RETEST, HOLD, challenge parts
    REVIEWED = "reviewed"  # or drawn for review
    FOREIGN = "foreign"  # of a ledger that was set aside or replaced: nobody knows what it is worth, so it is kept like reviewed ones


@dataclass(frozen=True, slots=True)
class Rules:
    """How long pictures are kept; 0 = for ever, or no limit."""

    keep_days_ok: int
    keep_days_other: int
    keep_days_reviewed: int
    pictures_gb: float
    free_gb_low: float
    keep_days_vectors: int = 0  # of parts judged OK that nobody looked at (thinning.py)

    def days(self, kind: Kind) -> int:
        """So many whole days after the day on which it was taken."""
        if kind is Kind.ORPHAN:
            return 1
        return {Kind.OK: self.keep_days_ok, Kind.OTHER: self.keep_days_other}.get(kind, self.keep_days_reviewed)


@dataclass(slots=True)
class Pass:
    """What one pass deleted."""

    files: Counter[Kind] = field(default_factory=Counter)
    n_bytes: int = 0
    thinned: int = 0  # parts whose vectors were emptied
    oldest_day: date | None = None  # with pictures, after the pass
    problem: str = ""  # what people should know, in a sentence

    @property
    def n_files(self) -> int:
        """All of them."""
        return sum(self.files.values())


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    n_bytes: int
    changed_at: float  # seconds since 1970
    part: tuple[str, int]  # run and shot number


class Retention:
    """Passes over one picture folder. One pass at a time."""

    def __init__(
        self, engine: Engine, folder: Path, rules: Rules, clock: Callable[[], datetime] = now, free: Callable[[Path], int] = free_bytes
    ) -> None:
        """
        Args:
            folder: of the picture store.
            clock: the time of the day; tests move it.
            free: bytes that are free on the disk of a folder.
        """
        self._engine = engine
        self._folder = folder
        self._rules = rules
        self._clock = clock
        self._free = free
        self._sizes: dict[date, int] = {}  # of folders that nobody writes to any more
        self._thinning = Thinning(engine)
        self._looked_at: tuple[date, set[date]] = (date.min, set())  # by age, on this day: a folder's answers change with the date

    def run(self, stop: threading.Event | None = None) -> Pass:
        """One pass; where something was deleted, one event tells what.

        Raises:
            StoreError: the ledger or the folder cannot be read, or a file cannot be deleted.
        """
        stop = stop or threading.Event()
        done = Pass()
        try:
            try:
                if self._folder.is_dir():
                    self._by_age(done, stop)
                    self._by_space(done, stop)
                self._thin(done, stop)
            finally:
                days = self._days()
                done.oldest_day = days[0] if days else None
                if done.n_files or done.thinned:
                    counts = {kind.value: done.files[kind] for kind in Kind} | {"vectors": done.thinned}
                    append_event(self._engine, "retention", "", bytes=done.n_bytes, oldest_day=str(done.oldest_day or ""), **counts)
                    log.info(
                        "retention: %d pictures deleted, %.1f MB; the oldest day left is %s; vectors of %d parts emptied",
                        done.n_files, done.n_bytes / 1e6, done.oldest_day, done.thinned,
                    )  # fmt: skip
        except SQLAlchemyError as err:
            raise StoreError(f"retention: the ledger cannot be asked what may be deleted: {getattr(err, 'orig', None) or err}") from err
        except OSError as err:
            raise StoreError(f"retention: {err.filename or self._folder}: {err.strerror or err}") from err
        return done

    # -- by age ----------------------------------------------------------------------------------------------------

    def _by_age(self, done: Pass, stop: threading.Event) -> None:
        today = self._clock().date()
        if gap := self._gap(today):
            done.problem = (
                f"no pictures between {gap[0]} and {gap[1]}: the clock may be wrong, so nothing is deleted by age until there are "
                f"pictures of {_DAYS_AFTER_GAP} days since"
            )
            return
        if self._looked_at[0] != today:
            self._looked_at = (today, set())
        since = self._begun()
        for day in self._days():
            age = (today - day).days
            if age <= 1 or day in self._looked_at[1]:
                continue

            def is_old(kind: Kind, age: int = age) -> bool:
                return 0 < self._rules.days(kind) < age

            are_gone = True
            if any(is_old(kind) for kind in Kind):
                are_gone = self._delete(day, since, done, stop, is_old, lambda: True)
            if stop.is_set():
                return
            if are_gone:  # else it is looked at in every pass, so that the fault stands until it is mended
                self._looked_at[1].add(day)

    def _thin(self, done: Pass, stop: threading.Event) -> None:
        today = self._clock().date()
        if self._rules.keep_days_vectors and not self._gap(today):
            first_kept = datetime.combine(today - timedelta(days=self._rules.keep_days_vectors), datetime.min.time(), UTC)
            for n in self._thinning.run(first_kept, stop):
                done.thinned += n

    def _gap(self, today: date) -> tuple[date, date] | None:
        """The last days with pictures between which there is a gap that a wrong clock would leave."""
        known = [day for day in self._days() if day < today][-_DAYS_AFTER_GAP:]
        return next(((a, b) for a, b in itertools.pairwise([*known, today]) if b - a > LONGEST_GAP), None)

    # -- by space --------------------------------------------------------------------------------------------------

    def _by_space(self, done: Pass, stop: threading.Event) -> None:
        low, quota = self._rules.free_gb_low * 1e9, self._rules.pictures_gb * 1e9
        total = self._total() if quota else 0.0
        deleted_before = done.n_bytes

        def is_short() -> bool:
            return self._free(self._folder) < low or bool(quota and total - (done.n_bytes - deleted_before) > quota)

        if not is_short():
            return
        since = self._begun()
        for kinds in ((Kind.ORPHAN, Kind.OK), (Kind.OTHER,), (Kind.REVIEWED, Kind.FOREIGN)):
            for day in self._days():
                self._delete(day, since, done, stop, kinds.__contains__, is_short)
                if stop.is_set() or not is_short():
                    return
        done.problem = done.problem or (
            f"{self._free(self._folder) / 1e9:.1f} GB are free in {self._folder}, and none of the {self._total() / 1e9:.1f} GB of pictures "
            "may be deleted yet; make room on the disk"
        )

    def _total(self) -> float:
        """Bytes of all pictures."""
        frozen_before = self._clock().date() - timedelta(days=1)
        total = 0
        for day in self._days():
            if day not in self._sizes or day >= frozen_before:
                self._sizes[day] = sum(entry.stat(follow_symlinks=False).st_size for entry in self._entries(day))
            total += self._sizes[day]
        return float(total)

    # -- what is there ---------------------------------------------------------------------------------------------

    def _days(self) -> list[date]:
        """Day folders, oldest first; links and everything else are left alone."""
        if not self._folder.is_dir():
            return []
        days = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if _DAY.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                    try:
                        days.append(date.fromisoformat(entry.name))
                    except ValueError:  # 2026-13-45 is a folder of somebody else
                        continue
        return sorted(days)

    def _entries(self, day: date) -> Iterator[os.DirEntry[str]]:
        """The pictures of a day, as the folder has them; what a stat of them says is known."""
        with os.scandir(self._folder / day.isoformat()) as entries:
            for entry in entries:
                if _PICTURE.fullmatch(entry.name) is None:
                    continue
                try:
                    is_file = stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
                except FileNotFoundError:  # a picture that was just being written has its last name now
                    continue
                if is_file:
                    yield entry

    def _names(self, day: date) -> NDArray[np.bytes_]:
        """Names of a day's pictures, sorted, so that those of one part stand together; the next pass finds what comes meanwhile."""
        width, n = 1, 0
        for entry in self._entries(day):
            width, n = max(width, len(os.fsencode(entry.name))), n + 1
        if n == 0:
            return np.array([], dtype=np.bytes_)
        # A mapping of its own: what malloc once had for a block of this size, it keeps.
        names = np.frombuffer(mmap.mmap(-1, n * width), dtype=f"S{width}")
        found = 0
        for entry in itertools.islice(self._entries(day), n):
            if len(name := os.fsencode(entry.name)) <= width:
                names[found] = name
                found += 1
        names[:found].sort()
        return names[:found]

    def _file(self, day: date, name: str) -> _File | None:
        """None where it is gone by now."""
        path, match = self._folder / day.isoformat() / name, _PICTURE.fullmatch(name)
        assert match is not None  # it was found by this pattern
        try:
            found = path.stat(follow_symlinks=False)
        except FileNotFoundError:
            return None
        return _File(path, found.st_size, found.st_mtime, (match["run"], int(match["number"])))

    def _begun(self) -> date:
        """The day from which on this ledger knows of every part: its first event, or when it took another one's place."""
        with Session(self._engine) as session:
            replaced = session.scalar(select(func.max(Event.at)).where(Event.kind == "database", _took_a_place()))
            begun = replaced or session.scalar(select(func.min(Event.at))) or session.scalar(select(func.min(Part.taken_at)))
        return begun.date() if begun is not None else date.max

    # -- deleting --------------------------------------------------------------------------------------------------

    def _delete(
        self, day: date, since: date, done: Pass, stop: threading.Event, is_wanted: Callable[[Kind], bool], goes_on: Callable[[], bool]
    ) -> bool:
        """Delete the pictures of a day whose kind is wanted, with pauses, until `goes_on` says no; whether none could not be deleted."""
        are_gone = True
        names = self._names(day)
        youngest = time.time() - YOUNGEST_S
        n_left = len(names)
        for first in range(0, len(names), BATCH):
            if not goes_on():
                break
            found = [self._file(day, os.fsdecode(name)) for name in names[first : first + BATCH].tolist()]
            there = [file for file in found if file is not None]
            n_left -= len(found) - len(there)
            batch = [file for file in there if file.changed_at <= youngest]  # of the others nothing need be asked
            kinds = self._kinds(batch, day, since) if batch else {}
            for file in batch:
                kind = kinds[file.part]
                if not is_wanted(kind) or (kind is Kind.ORPHAN and (self._clock().date() - day).days <= 1):
                    continue
                try:
                    file.path.unlink(missing_ok=True)
                except OSError as err:  # told, and the others are deleted all the same
                    done.problem = done.problem or f"{file.path} cannot be deleted: {err.strerror or err}"
                    are_gone = False
                    continue
                done.files[kind] += 1
                done.n_bytes += file.n_bytes
                n_left -= 1
                self._sizes.pop(day, None)
            if stop.wait(PAUSE_S):
                break
        if n_left == 0 and (self._clock().date() - day).days > 1:
            folder = self._folder / day.isoformat()
            if not any(folder.iterdir()):
                folder.rmdir()
        return are_gone

    def _kinds(self, files: Iterable[_File], day: date, since: date) -> dict[tuple[str, int], Kind]:
        """What each part's pictures are kept for."""
        kinds = {file.part: Kind.ORPHAN if day > since else Kind.FOREIGN for file in files}
        is_kept = exists().where(PartReview.part_id == Part.id) | exists().where(Sample.part_id == Part.id)
        with Session(self._engine) as session:
            for run, parts in itertools.groupby(sorted(kinds), key=lambda part: part[0]):
                query = select(Part.shot_number, Part.judgement, Part.kind, is_kept)
                query = query.where(Part.run == run, Part.shot_number.in_([number for _, number in parts]))
                for number, judgement, kind, kept in session.execute(query):
                    kinds[run, number] = Kind.REVIEWED if kept else Kind.OK if (judgement, kind) == ("OK", "part") else Kind.OTHER
        return kinds


def _took_a_place() -> ColumnElement[bool]:
    return Event.detail.contains('"action": "set aside"') | Event.detail.contains('"action": "restored"')
