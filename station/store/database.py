"""Opening the ledger."""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError

from station.store.copies import CopyDamaged, copy_database
from station.store.damage import WHAT_TO_DO, in_words, is_damage, leave_doubt, set_aside_before, stamp

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

Synchronous = Literal["FULL", "NORMAL", "EXTRA"]
DATABASE_NAME = "station.sqlite"
BUSY_TIMEOUT_S = 10
"""How long a writer waits for another one, as the line for a review; a transaction of either is one commit long."""
_LOG_LIMIT = 64 * 2**20
"""Bytes that the write-ahead log keeps on disk once it is empty: a backup or a long reading lets it grow far beyond."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_HEAD = "0004"
"""The newest of them. Alembic is only imported where there is something to migrate: a tenth of the time to the first part."""


class StoreError(Exception):
    """Records cannot be read or written: read-only, damaged, disk full, or made by a newer station.

    The message names the file and what to do; nothing is overwritten.
    """


class Damaged(StoreError):
    """The database file is no longer whole. A station sets it aside at its start (see `integrity`); everybody else leaves it alone."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"database {path}: {reason}: the file is damaged or something else; nothing was changed; {WHAT_TO_DO}")
        self.reason = reason


def open_database(folder: Path, synchronous: Synchronous = "FULL") -> Engine:
    """The ledger in a data folder, made or brought to this version's schema where needed.

    Args:
        synchronous: SQLite's setting, see docs/records.md. FULL loses no committed part at a power cut; NORMAL may lose the last ones.

    Raises:
        Damaged: the file is no database, or is not whole any more.
        StoreError: the folder or file cannot be written, is somebody else's, has a newer schema than this program, or is gone
            beside one that was set aside.
    """
    make_folder(folder)
    path = folder / DATABASE_NAME
    if not path.exists() and (before := set_aside_before(path)):  # an empty one would have none of its accounts
        raise StoreError(
            f"data folder {folder}: there is no {DATABASE_NAME}, though {before[0].name} was set aside: "
            "start the station, which begins a fresh one with its accounts, or restore a backup"
        )
    return open_file(path, synchronous)


def open_file(path: Path, synchronous: Synchronous = "FULL") -> Engine:
    """`open_database` for a file of any name, in a folder that is there."""
    _refuse_foreign(path)
    engine = connect(path, synchronous)
    try:
        _bring_to_head(engine, path)
    except (DatabaseError, sqlite3.Error, OSError) as err:
        engine.dispose()
        if is_damage(cause := err.orig if isinstance(err, DatabaseError) else err):
            raise Damaged(path, str(cause)) from err
        raise StoreError(f"database {path}: {_cause(err)}") from err
    except StoreError:
        engine.dispose()
        raise
    return engine


def make_folder(folder: Path) -> None:
    """Make a data folder. Raises StoreError where it or the database in it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise StoreError(f"data folder {folder}: cannot be made: {err.strerror or err}") from err
    unwritable = next((p for p in (folder / DATABASE_NAME, folder) if p.exists() and not os.access(p, os.W_OK)), None)
    if unwritable is not None:
        raise StoreError(
            f"{unwritable}: read-only for this user; verdicts could not be recorded. Give write permission or choose another data folder"
        )


def open_existing(folder: Path, synchronous: Synchronous = "FULL") -> Engine:
    """The ledger that a station keeps in this folder, for looking and reviewing beside it; none is made.

    Raises:
        StoreError: there is none, or as in `open_database`.
    """
    if not (folder / DATABASE_NAME).is_file():
        raise StoreError(f"data folder {folder}: there is no {DATABASE_NAME}, so no part was ever recorded in it; choose another folder with --data")
    return open_database(folder, synchronous)


def _refuse_foreign(path: Path) -> None:
    """Raises StoreError for somebody else's database, before anything in it is touched."""
    if not path.exists() or path.stat().st_size == 0:
        return
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except (sqlite3.DatabaseError, UnicodeDecodeError) as err:
        if is_damage(err):
            raise Damaged(path, in_words(err)) from err
        raise StoreError(f"database {path}: {err}; nothing was changed") from err
    finally:
        connection.close()
    if tables and "alembic_version" not in tables:
        raise StoreError(f"database {path}: not a station's database (it holds {', '.join(sorted(tables))}); choose another data folder")


def connect(path: Path, synchronous: Synchronous = "FULL") -> Engine:
    """An engine on a database file, without looking at its schema."""
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")  # readers never wait for the writer
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT}")

    @event.listens_for(engine, "handle_error")
    def _say_what_to_do(context: ExceptionContext) -> None:
        """Every message that comes of it names the way out, whoever asked; and the next start looks at the whole file."""
        err = context.original_exception
        if is_damage(err) and WHAT_TO_DO not in str(err):
            leave_doubt(path, str(err))
            err.args = (f"{err}: {WHAT_TO_DO}",)

    return engine


def knows_schema(revision: str) -> bool:
    """This program can bring a database of this schema up to date, or it is."""
    if revision == _HEAD:
        return True
    from alembic.script import ScriptDirectory

    return revision in {script.revision for script in ScriptDirectory.from_config(_migrations()).walk_revisions()}


def _migrations() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _bring_to_head(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        found = _revision(connection)
    if found == _HEAD:
        return
    if found is not None and not knows_schema(found):
        raise StoreError(
            f"database {path}: its schema {found!r} is newer than this program's {_HEAD!r}; "
            "start the newer station version, or choose another data folder"
        )
    with engine.begin() as connection:
        # sqlite3 begins no transaction before CREATE TABLE by itself: killed in the middle, half a schema would stay; and
        # of a station and a review that start at once the second waits here, then finds nothing left to do.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = _revision(connection)
        if found == _HEAD:
            return
        log.info("database %s: schema %s -> %s", path, found or "none", _HEAD)
        if found is not None:
            _keep_a_copy(path, _HEAD)
        from alembic import command

        config = _migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, _HEAD)


def _revision(connection: Connection) -> str | None:
    tables = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if "alembic_version" in tables else None


def _keep_a_copy(path: Path, head: str) -> None:
    """The database as it was before it got schema `head`; nobody can write meanwhile. Raises Damaged or StoreError."""
    try:
        copy = copy_database(path, path.with_name(f"{path.stem}.before-{head}-{stamp()}.sqlite"))
    except CopyDamaged as err:
        raise Damaged(path, str(err)) from err
    except (OSError, sqlite3.Error) as err:
        raise StoreError(f"database {path}: its schema is older than {head!r}, and it is not changed without a copy: {err}") from err
    log.info("database %s: as it was before is kept in %s", path, copy.name)


def _cause(err: Exception) -> str:
    message = str(err.orig) if isinstance(err, DatabaseError) and err.orig else str(err)
    if isinstance(err, OperationalError) and "readonly" in message:
        return f"{message}: verdicts could not be recorded; give write permission or choose another data folder"
    return message
