"""Accounts come along from a ledger that is set aside, and what sinks have not got of it is told."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from station.access import Role
from station.store.accounts import Accounts
from station.store.backup import make_backup
from station.store.database import DATABASE_NAME
from station.store.events import EventFilter, event_page
from tests.station.damaged import damage, fill, start


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of 60 parts with vectors, an event and an engineer, closed. Not to be written to."""
    folder = tmp_path_factory.mktemp("whole")
    fill(folder)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "data")
    return tmp_path / "data"


def test_the_accounts_come_along_from_what_is_still_readable(folder: Path) -> None:
    with sqlite3.connect(folder / DATABASE_NAME) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_part_lot'").fetchone()
    connection.close()
    damage(folder / DATABASE_NAME, 4096 * (page - 1))
    opened = start(folder)
    assert [line.name for line in Accounts(opened.engine).all()] == ["Kondo"]
    assert Accounts(opened.engine).check("Kondo", "correct horse").role is Role.ENGINEER
    assert "accounts" not in opened.notes[0]
    opened.engine.dispose()


def test_the_accounts_come_from_the_newest_backup_where_nothing_is_readable(folder: Path) -> None:
    backup = make_backup(folder, folder / "backups", pause_s=0)
    (folder / DATABASE_NAME).write_bytes(b"x" * 5000)
    opened = start(folder)
    assert [line.name for line in Accounts(opened.engine).all()] == ["Kondo"]
    (event,) = event_page(opened.engine, 5, EventFilter(kind="database"))
    assert event.fields["accounts_from"] == backup.name
    opened.engine.dispose()
    assert list((folder / "backups").iterdir()) == [backup], "nothing is made beside it"


def test_lost_accounts_are_said_aloud(folder: Path) -> None:
    (folder / DATABASE_NAME).write_bytes(b"x" * 5000)
    opened = start(folder)
    assert "its accounts could not be read: until an engineer's is made, everybody may do everything" in opened.notes[0]
    opened.engine.dispose()
