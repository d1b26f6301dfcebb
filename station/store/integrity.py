"""Whether the ledger is whole, looked at before anything else uses it; what is not is set aside, and a fresh one is begun.

Only a station that is about to run does so, which holds the folder's lock. Who looks in beside it says what is wrong and
leaves the file alone.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.exc import SQLAlchemyError

from station.access import Role
from station.shot import now
from station.store.backup import backups_in
from station.store.copies import size
from station.store.damage import WHAT_TO_DO, check_header, doubt_file, leave_doubt, quick_check, set_aside
from station.store.database import DATABASE_NAME, Damaged, StoreError, Synchronous, make_folder, open_database
from station.store.journal import append_event, chain_event, writing
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
    doubt = doubt_file(path)
    is_checked = size(path) <= check_at_start_mb * 1e6 or doubt.exists()
    try:
        reason = _met(path, is_checked)
        if not reason:
            opened = Opened(open_database(folder, synchronous), is_checked=is_checked)
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
        pictures = path.with_name("pictures")
        if pictures.is_dir() and any(pictures.iterdir()):
            return f"the file is {'empty' if path.exists() else 'not there'}, though pictures were recorded"
        return ""
    if reason := check_header(path):
        return reason
    return quick_check(path) if is_checked else ""


def _begin_anew(path: Path, reason: str, synchronous: Synchronous, backups: Path) -> Opened:
    before = sorted(path.parent.glob(f"{path.stem}.*-*Z*.sqlite"), key=lambda aside: aside.stat().st_mtime, reverse=True)  # set aside earlier
    is_there = any(path.with_name(path.name + end).exists() for end in ("", "-wal"))
    try:
        kept = set_aside(path, "damaged") if is_there else None
        doubt_file(path).unlink(missing_ok=True)
    except OSError as err:
        raise StoreError(f"database {path}: {reason}; it cannot be set aside: {err.strerror or err}: move it away and start again") from err
    engine = open_database(path.parent, synchronous)
    try:
        rows, source = _accounts([*([kept] if kept is not None else before), *reversed(backups_in(backups))])
        with writing(engine) as session:
            if rows:
                session.execute(insert(Account), rows)
            chain_event(
                session, "database", action="set aside", name="" if kept is None else kept.name, reason=reason,
                accounts=len(rows), accounts_from="" if source is None else source.name,
            )  # fmt: skip
    except SQLAlchemyError as err:
        engine.dispose()
        raise StoreError(f"database {path}: the fresh one cannot be written: {getattr(err, 'orig', None) or err}") from err
    lost = "" if source is not None else "; its accounts could not be read: until an engineer's is made, everybody may do everything"
    if kept is None:
        where = f"; {before[0].name} lies beside it" if before else ""
        note = f"the database is gone ({reason}){where}: a fresh one was begun; parts are numbered from 1{lost}"
    else:
        note = f"the database was damaged ({reason}): it was set aside as {kept.name}, and a fresh one was begun; parts are numbered from 1{lost}"
    log.error("%s", note)
    return Opened(engine, (note,))


def _accounts(sources: list[Path]) -> tuple[list[dict[str, Any]], Path | None]:
    """The accounts in the first of these databases in which they can be read, and which one that is; None: in none."""
    for source in sources:
        if not source.exists() or source.stat().st_size == 0:  # SQLite deletes the log beside an empty file, even where it may only read
            continue
        try:
            with _looking_into(source) as connection:
                found = connection.execute("SELECT name, role, secret_hash, is_active, created_at FROM account").fetchall()
            rows = [_account(*row) for row in found]
        except (sqlite3.Error, ValueError, TypeError) as err:
            log.warning("accounts cannot be read from %s: %s", source, err)
            continue
        return rows, source
    return [], None


@contextlib.contextmanager
def _looking_into(path: Path) -> Iterator[sqlite3.Connection]:
    has_log = path.with_name(f"{path.name}-wal").exists()  # without one nothing need be made beside the file
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{'mode=ro' if has_log else 'immutable=1'}", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def _account(name: str, role: str, secret_hash: str, is_active: int, created_at: str) -> dict[str, Any]:
    """A row of `account`, read from a file that may hold anything. Raises ValueError, TypeError."""
    if not (isinstance(name, str) and isinstance(secret_hash, str) and secret_hash.startswith("$argon2id$")):
        raise ValueError("no account")
    at = datetime.fromisoformat(created_at).replace(tzinfo=now().tzinfo)
    return {"name": name, "role": Role(role).value, "secret_hash": secret_hash, "is_active": bool(is_active), "created_at": at}
