"""A ledger that tests damage, and what a start makes of it."""

from __future__ import annotations

import random
import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from station.access import Role
from station.store.accounts import Accounts
from station.store.damage import aside_name, move_aside
from station.store.database import DATABASE_NAME, open_database
from station.store.integrity import Opened, open_for_station
from station.store.journal import append_event
from tests.station.recorded import part, write_parts, write_regions

N_PARTS = 60


def fill(folder: Path) -> None:
    engine = open_database(folder, "NORMAL")
    write_parts(engine, [part(n) for n in range(1, N_PARTS + 1)])
    for n in range(1, N_PARTS + 1):
        write_regions(engine, n)
    append_event(engine, "start", "Sato")
    Accounts(engine).add("Kondo", Role.ENGINEER, "correct horse")
    engine.dispose()


def start(folder: Path, check_at_start_mb: float = 200.0) -> Opened:
    return open_for_station(folder, "NORMAL", check_at_start_mb, folder / "backups")


def damage(path: Path, offset: int, n: int = 4096) -> None:
    """Random bytes, so that no page is left by chance as it was."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(random.Random(offset).randbytes(n))


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM part").scalar_one())


def kept(folder: Path, word: str = "damaged") -> list[Path]:
    return sorted(folder.glob(f"station.{word}-*.sqlite"))


def damage_table(folder: Path, table: str) -> None:
    """Random bytes instead of a table's or an index's first page."""
    connection = sqlite3.connect(f"{(folder / DATABASE_NAME).as_uri()}?immutable=1", uri=True)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    connection.close()
    damage(folder / DATABASE_NAME, 4096 * (page - 1))


def set_aside(path: Path, word: str, at: datetime | None = None) -> Path:
    """As a start or a restore does, and nothing more: there it was ended."""
    target = aside_name(path, word, at)
    move_aside(path, target)
    return target
