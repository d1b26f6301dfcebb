"""Backups of the ledger: made while the line runs, checked, the newest kept; and putting one back. Pictures are not among them."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from station.shot import now
from station.store import lock
from station.store.copies import PAUSE_S, CopyDamaged, NoSpace, check_space, copy_database, left_over, put_in_place, remove
from station.store.damage import WHAT_TO_DO, aside_name, check_header, leave_doubt, move_aside, quick_check, stamp
from station.store.database import DATABASE_NAME, StoreError, Synchronous, connect, knows_schema, make_folder, open_database
from station.store.journal import Detail, append_event
from station.store.left_behind import gives_way, not_delivered

log = logging.getLogger(__name__)

_WRONG_CLOCK = timedelta(days=1)
"""A backup dated further ahead was made while the clock was wrong."""
_NAME = re.compile(r"station-(\d{8}T\d{6}Z)(-\d+)?\.sqlite")


class BackupError(StoreError):
    """A backup could not be made or put back; the message says why, and what to do. The ledger is as it was."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What putting a backup back did."""

    backup: Path
    set_aside: Path | None  # the ledger that was there before
    not_delivered: str = ""  # what sinks have not got of it and will not get, in a sentence; '' if nothing


def backups_in(folder: Path) -> list[Path]:
    """The backups in a folder, oldest first, by the time in their names; other files are none."""
    if not folder.is_dir():
        return []
    return sorted((p for p in folder.iterdir() if _NAME.fullmatch(p.name) and p.is_file()), key=lambda p: (p.name[:24], len(p.name), p.name))


def make_backup(data: Path, folder: Path, pause_s: float = PAUSE_S, stop: threading.Event | None = None, spare_mb: float = 0.0) -> Path:
    """Copy the ledger of a data folder to `<folder>/station-<UTC time>.sqlite`, also beside a running station.

    Args:
        pause_s, spare_mb: see `copy_database`; 0 where nobody waits for the disk, or needs it.

    Raises:
        BackupError: there is no ledger, it is damaged, or the copy cannot be written.
        CopyStopped: `stop` was set.
    """
    path = data / DATABASE_NAME
    if not path.is_file():
        raise BackupError(f"data folder {data}: there is no {DATABASE_NAME}, so there is nothing to back up; choose another folder with --data")
    try:
        return copy_database(path, folder / f"station-{stamp()}.sqlite", pause_s, stop, spare_mb)
    except CopyDamaged as err:
        leave_doubt(path, str(err))
        raise BackupError(f"backup of {path}: the database is damaged ({err}); older backups are kept; {WHAT_TO_DO}") from err
    except NoSpace as err:
        raise BackupError(f"backup of {path}: {err}") from err
    except (OSError, sqlite3.Error) as err:
        raise BackupError(f"backup of {path}: cannot be written to {folder}: {getattr(err, 'strerror', None) or err}") from err


def keep_newest(folder: Path, n: int) -> list[Path]:
    """Delete the backups of the present ledger but the newest n, and what a killed station left of one; returns what was deleted.

    The present ledger is that of the newest backup. Those of another one, as of a ledger that was damaged and set aside, may be all
    that is left of it: they stay until somebody deletes them, and so does what cannot be read.

    Raises:
        BackupError: a file cannot be deleted.
    """
    made = backups_in(folder)
    soon = now() + _WRONG_CLOCK
    made.sort(key=lambda path: _made_at(path) <= soon)  # those of a clock that was wrong first
    present = _ledger(made[-1]) if len(made) > n else ""
    own = [path for path in made if _ledger(path) == present] if present else []
    old = own[:-n] + left_over(folder)
    try:
        for path in old:
            path.unlink()
    except OSError as err:
        raise BackupError(f"old backups in {folder} cannot be deleted: {err.strerror or err}") from err
    return old


def _ledger(backup: Path) -> str:
    """What tells ledgers apart: the hash of the first event, which every later backup begins with too; '' where it cannot be read."""
    try:
        connection = sqlite3.connect(f"{backup.resolve().as_uri()}?immutable=1", uri=True)  # a few pages are read, nothing is made beside it
        try:
            first = connection.execute("SELECT hash FROM event ORDER BY id LIMIT 1").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as err:
        log.warning("backup %s: whose it is cannot be read, so it is kept: %s", backup, err)
        return ""
    return str(first[0]) if first else ""


def is_due(folder: Path, hours: float, at: datetime | None = None) -> bool:
    """There is no backup within so many hours of now, before or, as after a small change of the clock, behind it."""
    at = at or now()
    return all(abs(at - _made_at(path)) >= timedelta(hours=hours) for path in backups_in(folder))


def _made_at(backup: Path) -> datetime:
    match = _NAME.fullmatch(backup.name)
    assert match is not None  # backups_in has looked
    return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def restore(backup: Path, data: Path, synchronous: Synchronous = "FULL", actor: str = "") -> Restored:
    """Put a backup in the place of a data folder's ledger, which is set aside; no station may run on it.

    Args:
        actor: who does so, for the event.

    Raises:
        BackupError: the backup is not there, not whole or too new, a station runs, or the disk is full. The ledger is as it was,
            or, where the message says so, set aside.
        StoreError: the folder cannot be written.
    """
    _check_backup(backup)
    make_folder(data)
    held = lock.take(data)
    if held is None:
        raise BackupError(f"data folder {data}: a station is running on it; stop it first, then restore")
    path = data / DATABASE_NAME
    temporary = data / f".restore-{os.getpid()}.tmp"
    before, undelivered = None, ""
    try:
        remove(temporary)  # of one that was killed: its log would be taken for this one's
        check_space(backup, data)
        with backup.open("rb") as source, temporary.open("wb") as copy:
            shutil.copyfileobj(source, copy, 2**20)
            copy.flush()
            os.fsync(copy.fileno())
        if found := quick_check(temporary, is_still=True):
            raise BackupError(f"backup {backup}: its copy is damaged ({found}): try again; nothing was changed")
        if any(path.with_name(path.name + end).exists() for end in ("", "-wal")):
            before = aside_name(path, "replaced")
        if (giving_way := gives_way(path, before)) is not None:
            undelivered = not_delivered(*giving_way)
        # Before it has its name: retention takes pictures of parts that a ledger does not know for orphans, unless the ledger says
        # that it took another one's place.
        aside_as = "" if before is None else before.name
        _write_event(temporary, synchronous, actor, backup=backup.name, set_aside=aside_as, not_delivered=undelivered)
        if before is not None:
            move_aside(path, before)
        put_in_place(temporary, path)
        open_database(data, synchronous).dispose()  # brings an older schema up to date
    except (OSError, sqlite3.Error) as err:
        aside = ""
        if before is not None and before.exists() and not path.exists():
            aside = f"; the ledger that was there lies in {before.name}: rename it to {path.name}, or restore again"
        raise BackupError(f"backup {backup}: cannot be put into {data}: {getattr(err, 'strerror', None) or err}{aside}") from err
    finally:
        remove(temporary)
        held.close()
    return Restored(backup, before, undelivered)


def _write_event(temporary: Path, synchronous: Synchronous, actor: str, **fields: Detail) -> None:
    engine = connect(temporary, synchronous)  # of an older schema it may be: events are the same in all of them
    try:
        append_event(engine, "database", actor, action="restored", **fields)
    except StoreError as err:
        raise BackupError(f"that it was restored cannot be written into its copy, so nothing was changed: {err}") from err
    finally:
        engine.dispose()


def _check_backup(path: Path) -> None:
    """Raises BackupError for what is no whole ledger of this or an older program."""
    if not path.is_file():
        raise BackupError(f"backup {path}: there is no such file")
    if reason := check_header(path):
        raise BackupError(f"backup {path}: {reason}; take another one")
    log_file = path.with_name(f"{path.name}-wal")
    if log_file.exists() and log_file.stat().st_size > 0:
        raise BackupError(f"backup {path}: a log lies beside it, so it is no finished copy but somebody's database; make one with `station backup`")
    try:
        if reason := quick_check(path, is_still=True):
            raise BackupError(f"backup {path}: is damaged ({reason}); take another one")
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)
        try:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in tables else None
        finally:
            connection.close()
    except (sqlite3.Error, OSError) as err:
        raise BackupError(f"backup {path}: cannot be read: {err}") from err
    if found is None:
        raise BackupError(f"backup {path}: is no station's database (it holds {', '.join(sorted(tables)) or 'nothing'})")
    if not knows_schema(found[0]):
        raise BackupError(f"backup {path}: its schema {found[0]!r} is newer than this program's; restore it with the newer station version")
