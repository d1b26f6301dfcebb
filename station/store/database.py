"""Opening the ledger."""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError

log = logging.getLogger(__name__)

Synchronous = Literal["FULL", "NORMAL", "EXTRA"]
DATABASE_NAME = "station.sqlite"
BUSY_TIMEOUT_S = 10
"""How long a writer waits for another one, as the line for a review; a transaction of either is one commit long."""
_MIGRATIONS = Path(__file__).parent / "migrations"


class StoreError(Exception):
    """Records cannot be read or written: read-only, damaged, disk full, or made by a newer station.

    The message names the file and what to do; nothing is overwritten.
    """


def open_database(folder: Path, synchronous: Synchronous = "FULL") -> Engine:
    """The ledger in a data folder, made or brought to this version's schema where needed.

    Args:
        synchronous: SQLite's setting. FULL loses no committed part at a power cut; NORMAL may lose the last ones.

    Raises:
        StoreError: the folder or file cannot be written, is no database, or has a newer schema than this program.
    """
    path = folder / DATABASE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise StoreError(f"data folder {folder}: cannot be made: {err.strerror or err}") from err
    unwritable = next((p for p in (path, folder) if p.exists() and not os.access(p, os.W_OK)), None)
    if unwritable is not None:
        raise StoreError(
            f"{unwritable}: read-only for this user; verdicts could not be recorded. Give write permission or choose another data folder"
        )
    _refuse_foreign(path)
    engine = connect(path, synchronous)
    try:
        _bring_to_head(engine, path)
    except (DatabaseError, OSError) as err:
        engine.dispose()
        raise StoreError(f"database {path}: {_cause(err)}") from err
    except StoreError:
        engine.dispose()
        raise
    return engine


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
    except sqlite3.DatabaseError as err:
        raise StoreError(f"database {path}: {err}: the file is damaged or something else; move it away and start again, nothing was changed") from err
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

    return engine


def _bring_to_head(engine: Engine, path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    with engine.connect() as connection:
        tables = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if "alembic_version" in tables else None
    if found == head:
        return
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(
            f"database {path}: its schema {found!r} is newer than this program's {head!r}; "
            "start the newer station version, or choose another data folder"
        )
    log.info("database %s: schema %s -> %s", path, found or "none", head)
    with engine.begin() as connection:
        # sqlite3 begins no transaction before CREATE TABLE by itself: killed in the middle, half a schema would stay; and
        # of a station and a review that start at once the second waits here, then finds nothing left to do.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _cause(err: Exception) -> str:
    message = str(err.orig) if isinstance(err, DatabaseError) and err.orig else str(err)
    if isinstance(err, OperationalError) and "readonly" in message:
        return f"{message}: verdicts could not be recorded; give write permission or choose another data folder"
    if "not a database" in message or "malformed" in message:
        return f"{message}: the file is damaged or something else; move it away and start again, nothing was changed"
    return message
