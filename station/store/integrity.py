"""Whether the ledger is whole, looked at before anything else uses it; what is not is set aside, and a fresh one is begun.

Only a station that is about to run does so, which holds the folder's lock. Who looks in beside it says what is wrong and
leaves the file alone.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, insert
from sqlalchemy.exc import SQLAlchemyError

from station.store.backup import backups_in
from station.store.copies import left_over, put_in_place, remove, size
from station.store.damage import WHAT_TO_DO, aside_name, check_header, doubt_file, leave_doubt, move_aside, quick_check, set_aside_before
from station.store.database import DATABASE_NAME, Damaged, StoreError, Synchronous, make_folder, open_database, open_file
from station.store.events import event_page
from station.store.journal import Detail, append_event, chain_event, writing
from station.store.left_behind import gives_way, not_delivered, read_accounts
from station.store.schema import Account

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """The ledger of a station that is about to run."""

    engine: Engine
    notes: tuple[str, ...] = ()  # what people should be told until the next start
    is_checked: bool = True  # every page was looked at; False: too large for now, `check_beside` does it while the station runs


def open_for_station(folder: Path, synchronous: Synchronous, check_at_start_mb: float, backups: Path) -> Opened:
    """The ledger in a data folder whose lock the caller holds; one that is damaged is set aside, and a fresh one begun.

    Args:
        check_at_start_mb: a larger file is not checked now, unless damage was met in it before [MB].
        backups: where the accounts are looked for, should they be lost with the ledger.

    Raises:
        StoreError: as in `open_database`, but for damage; or what is damaged cannot be set aside.
    """
    path = folder / DATABASE_NAME
    make_folder(folder)
    _remove_left_over(folder)
    doubt = doubt_file(path)
    is_checked = size(path) <= check_at_start_mb * 1e6 or doubt.exists()
    try:
        reason = _met(path, is_checked)
        if not reason:
            opened = _open_and_tell(folder, synchronous, is_checked)
            if is_checked:
                doubt.unlink(missing_ok=True)
            return opened
    except Damaged as err:
        reason = err.reason
    except (sqlite3.Error, OSError) as err:
        raise StoreError(
            f"database {path}: cannot be checked: {err}; see that nobody else uses it and that the disk is well, then start again"
        ) from err
    return _begin_anew(path, reason, synchronous, backups)


def check_beside(engine: Engine, path: Path) -> str:
    """Check a large ledger while the station runs; '' or a sentence that says what was found and what to do.

    What is found becomes an event, and has the next start set the file aside. The write-ahead log grows meanwhile.

    Raises:
        StoreError: it cannot be checked.
    """
    try:
        reason = quick_check(path)
        if not reason:
            with engine.connect() as connection:  # what has gathered in the log meanwhile no part's commit has to move
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
            return ""
    except (sqlite3.Error, SQLAlchemyError) as err:
        raise StoreError(f"database {path}: cannot be checked: {err}") from err
    leave_doubt(path, reason)
    with contextlib.suppress(StoreError):  # a damaged file may not take it; people are told in any case
        append_event(engine, "database", action="damage found", reason=reason)
    return f"the database is damaged ({reason}): {WHAT_TO_DO}"


def _met(path: Path, is_checked: bool) -> str:
    """What is wrong with the file; '' where it is whole, somebody else's or not there. No connection is open yet."""
    n_bytes = path.stat().st_size if path.exists() else 0
    if n_bytes == 0:
        # SQLite takes an empty file for a new database, and deletes the log beside it: parts may be in that.
        log_file = path.with_name(f"{path.name}-wal")
        if log_file.exists() and log_file.stat().st_size > 0:
            return "its write-ahead log was found without it"
        found = "empty" if path.exists() else "not there"
        pictures = path.with_name("pictures")
        if pictures.is_dir() and any(pictures.iterdir()):
            return f"the file is {found}, though pictures were recorded"
        if before := set_aside_before(path):  # a set-aside or a restore may have been ended between its two renamings
            return f"the file is {found}, though {before[0].name} was set aside"
        return ""
    if reason := check_header(path):
        return reason
    return quick_check(path) if is_checked else ""


def _remove_left_over(folder: Path) -> None:
    for path in left_over(folder):
        try:
            n_bytes = path.stat().st_size
            path.unlink()
        except OSError as err:
            log.warning("%s, which a killed program left, cannot be deleted: %s", path, err.strerror or err)
        else:
            log.info("%s, %.1f MB that a killed program left, is deleted", path, n_bytes / 1e6)


def _begin_anew(path: Path, reason: str, synchronous: Synchronous, backups: Path) -> Opened:
    """Set aside what is there, and put a fresh ledger in its place, with the accounts and the event that tells of it.

    The fresh one is complete before anything is moved: whenever the program is ended, the next start finds the damaged file where it
    was, or no file beside one that was set aside, or the fresh one with all that belongs into it.
    """
    fresh = path.with_name(f".{path.stem}.fresh.tmp")  # the folder's lock keeps others from it
    is_there = any(path.with_name(path.name + end).exists() for end in ("", "-wal"))
    kept = aside_name(path, "damaged") if is_there else None
    try:
        try:
            remove(fresh)  # of a start that was ended
            _make_fresh(fresh, path, kept, reason, synchronous, backups)
        except (OSError, SQLAlchemyError, StoreError) as err:
            why = getattr(err, "strerror", None) or err
            raise StoreError(
                f"database {path}: {reason}; a fresh one cannot be written: {why}: see that the disk has room, then start again"
            ) from err
        try:
            if kept is not None:
                move_aside(path, kept)
            put_in_place(fresh, path)
            doubt_file(path).unlink(missing_ok=True)
        except OSError as err:
            way = "move it away and start again" if path.exists() else "start again"
            raise StoreError(f"database {path}: {reason}; it cannot be set aside: {err.strerror or err}: {way}") from err
    finally:
        with contextlib.suppress(OSError):
            remove(fresh)
    return _open_and_tell(path.parent, synchronous)


def _make_fresh(fresh: Path, path: Path, kept: Path | None, reason: str, synchronous: Synchronous, backups: Path) -> None:
    """A whole ledger under another name, with the event that tells of it. Raises OSError, SQLAlchemyError, StoreError."""
    before = set_aside_before(path)
    older = sorted([*before, *backups_in(backups)], key=lambda source: source.stat().st_mtime, reverse=True)
    rows, source = read_accounts([path, *older])
    if kept is not None and source == path:
        source = kept  # its name when this is read
    fields: dict[str, Detail] = {
        "action": "set aside", "name": "" if kept is None else kept.name, "reason": reason,
        "beside": before[0].name if before and not path.exists() else "",
        "accounts": len(rows), "accounts_from": "" if source is None else source.name,
        "not_delivered": not_delivered(*(gives_way(path, kept) or (path, path.name))),
    }  # fmt: skip
    engine = open_file(fresh, synchronous)
    try:
        with writing(engine) as session:
            if rows:
                session.execute(insert(Account), rows)
            chain_event(session, "database", "", **fields)
    finally:
        engine.dispose()


def _open_and_tell(folder: Path, synchronous: Synchronous, is_checked: bool = True) -> Opened:
    """The ledger, with the note that it was begun anew while nothing else was written to it: a start may have been ended before it told."""
    engine = open_database(folder, synchronous)
    notes: tuple[str, ...] = ()
    try:
        last = event_page(engine, 1)
        notes = tuple(_note(event.fields) for event in last if event.kind == "database" and event.fields.get("action") == "set aside")
    except (SQLAlchemyError, ValueError, TypeError) as err:  # damage, or a value that is none; the line's start leaves an event and tells
        log.warning("the last event cannot be read: %s", getattr(err, "orig", None) or err)
    for note in notes:
        log.error("%s", note)
    return Opened(engine, notes, is_checked)


def _note(fields: Mapping[str, object]) -> str:
    """What people are told of an event `set aside`."""
    lost = "" if fields.get("accounts_from") else "; its accounts could not be read: until an engineer's is made, everybody may do everything"
    reason, name = fields.get("reason"), fields.get("name")
    what = f"the database was damaged ({reason}): it was set aside as {name}, and" if name else f"the database is gone ({reason}):"
    where = f"; {fields['beside']} lies beside it" if fields.get("beside") else ""
    not_handed = f"; {fields['not_delivered']}" if fields.get("not_delivered") else ""
    return f"{what} a fresh one was begun{where}; parts are numbered from 1{lost}{not_handed}"
