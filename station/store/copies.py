"""Copying a database that others write to: one moment of it, whole, checked, and there only when it is complete."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from pathlib import Path

from station.store.damage import free_name, in_words, is_damage, quick_check, sync_folder

PAGES_A_STEP = 256
"""1 MB of 4 kB pages between two pauses; measured beside a line that commits, see docs/records.md."""
PAUSE_S = 0.02
_SYNC_EVERY = 16 * 2**20  # bytes; a few large writes at the end would hold up the line's own fsync


_LEFT_OVER = (".station-*.sqlite.*.tmp*", ".station.before-*.sqlite.*.tmp*", ".restore-*.tmp*")
"""Names of backups, copies before a new schema and restores that are being made, with their companions."""
_LEFT_OVER_S = 86400.0
"""Nothing is written to one of them for so long but where its program was killed."""


class CopyStopped(Exception):
    """The copy was given up because the station stops; nothing of it is left."""


class CopyDamaged(Exception):
    """What was copied is not whole, so the original is not either; nothing of the copy is left."""


class NoSpace(OSError):
    """The copy would not fit on the disk; nothing was written."""


def copy_database(source: Path, target: Path, pause_s: float = 0.0, stop: threading.Event | None = None, spare_mb: float = 0.0) -> Path:
    """Copy a database, also while others write to it, with all that was committed when the copying began.

    Args:
        target: the copy's path; where something of that name exists, '-2', … is appended.
        pause_s: between two steps of PAGES_A_STEP, so that the writers' commits need not wait for the disk.
        stop: ends the copying early.
        spare_mb: so much must be free on the disk beside the copy [MB].

    Returns:
        The path of the copy: synced to disk, and whole by SQLite's quick_check.

    Raises:
        CopyStopped, CopyDamaged, NoSpace, OSError, sqlite3.Error: there is no copy.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    check_space(source, target.parent, spare_mb)
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        try:
            _copy(source, temporary, pause_s, stop or threading.Event())
        except (sqlite3.Error, UnicodeDecodeError) as err:
            if is_damage(err):
                raise CopyDamaged(in_words(err)) from err
            raise
        if found := quick_check(temporary, is_still=True):
            raise CopyDamaged(found)
        target = free_name(target)
        temporary.rename(target)
        sync_folder(target.parent)
    finally:
        remove(temporary)
    return target


def put_in_place(temporary: Path, path: Path) -> None:
    """Rename a finished database, which nobody has open any more, to the place where none is now; durable when this returns.

    Raises:
        OSError: it is not there.
    """
    log_file = temporary.with_name(f"{temporary.name}-wal")
    if log_file.exists() and log_file.stat().st_size > 0:  # closing it empties its log, but where the disk is full
        raise OSError(f"{temporary.name} is not complete: what is in its log could not be moved into it")
    with temporary.open("r+b") as written:
        os.fsync(written.fileno())
    temporary.rename(path)
    sync_folder(path.parent)


def remove(temporary: Path) -> None:
    """Delete a database that is not to be, with its companions, where they are there. Raises OSError."""
    for companion in ("", "-journal", "-wal", "-shm"):
        temporary.with_name(temporary.name + companion).unlink(missing_ok=True)


def left_over(folder: Path) -> list[Path]:
    """What killed programs left of databases that they were making: each may be as large as the database."""
    found = (path for pattern in _LEFT_OVER for path in folder.glob(pattern))
    return sorted(path for path in found if _is_old(path))


def _is_old(path: Path) -> bool:
    try:
        return path.is_file() and time.time() - path.stat().st_mtime > _LEFT_OVER_S
    except FileNotFoundError:  # it was in hand, and has its last name now
        return False


def size(path: Path) -> int:
    """Bytes of a database with what is still in its write-ahead log."""
    return sum(p.stat().st_size for p in (path, path.with_name(f"{path.name}-wal")) if p.exists())


def check_space(source: Path, folder: Path, spare_mb: float = 0.0) -> None:
    """Raises NoSpace where a copy would not fit, with what is needed and what is there."""
    needed, free = size(source) + 1e6 * spare_mb, shutil.disk_usage(folder).free
    if needed > free:
        raise NoSpace(f"a copy of {source.name} needs {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free in {folder}: free some space")


def _copy(source: Path, temporary: Path, pause_s: float, stop: threading.Event) -> None:
    taken = sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
    copy = sqlite3.connect(temporary, isolation_level=None)
    try:
        copy.execute("PRAGMA journal_mode = OFF")  # a copy that is not finished is thrown away as a whole
        copy.execute("PRAGMA synchronous = OFF")
        # One reading transaction from beginning to end: without it every commit of the line would start the copy anew.
        taken.execute("BEGIN")
        taken.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with temporary.open("r+b") as written:
            unsynced = 0

            def after_step(_status: int, _remaining: int, _total: int) -> None:
                nonlocal unsynced
                unsynced += PAGES_A_STEP * 4096
                if unsynced >= _SYNC_EVERY:
                    os.fsync(written.fileno())
                    unsynced = 0
                if stop.wait(pause_s):
                    raise CopyStopped

            taken.backup(copy, pages=PAGES_A_STEP, progress=after_step)
            taken.execute("COMMIT")
            # While the copy was read, the writers' log could only grow. What is moved out of it here no part's commit has to move.
            taken.execute("PRAGMA wal_checkpoint(PASSIVE)")
            copy.close()
            os.fsync(written.fileno())
    finally:
        copy.close()
        taken.close()
