"""Accounts come along from a ledger that is set aside, and what sinks have not got of it is told."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from station.access import Role
from station.shot import now
from station.store.accounts import Accounts
from station.store.backup import make_backup
from station.store.database import DATABASE_NAME, StoreError, open_database, open_file
from station.store.deliveries import keep_cursor
from station.store.events import EventFilter, event_page
from tests.station.damaged import N_PARTS, count, damage_table, kept, set_aside, start
from tests.station.killed_steps import killed, needs_fork
from tests.station.recorded import part, write_parts
from tests.station.test_commands import station


def test_the_accounts_come_along_from_what_is_still_readable(folder: Path) -> None:
    damage_table(folder, "ix_part_lot")
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


@needs_fork
@pytest.mark.parametrize("has_log", [False, True])
def test_wherever_a_set_aside_is_killed_the_next_start_ends_it_with_accounts_and_note(folder: Path, tmp_path: Path, has_log: bool) -> None:
    """Without any account everybody may do everything."""
    source = folder
    if has_log:  # as of a station that was killed
        engine = open_database(folder, "NORMAL")
        write_parts(engine, [part(N_PARTS + 1)])
        source = Path(shutil.copytree(folder, tmp_path / "killed"))
        engine.dispose()
    damage_table(source, "review")
    before = {path.read_bytes() for path in source.glob("*.sqlite*") if not path.name.endswith("-shm")}
    assert len(before) == 1 + has_log
    copies = killed("start", source, tmp_path / "copies")
    assert len(copies) > 10
    for copy in copies:
        opened = start(copy)
        assert [line.name for line in Accounts(opened.engine).all()] == ["Kondo"], copy
        assert len(opened.notes) == 1
        assert kept(copy)[0].name in opened.notes[0]
        (event,) = event_page(opened.engine, 5)
        assert (event.fields["action"], count(opened.engine)) == ("set aside", 0)
        opened.engine.dispose()
        asides = {path.read_bytes() for path in copy.glob("station.damaged-*") if not path.name.endswith("-shm")}
        assert asides - {b""} == before, "nothing of it is changed or lost"
        assert list(copy.glob(".*")) == [], "and nothing is left over"


@pytest.mark.parametrize("case", ["half a ledger", "text"])
def test_what_an_ended_start_left_of_a_fresh_ledger_is_not_used(folder: Path, case: str) -> None:
    damage_table(folder, "review")
    half = folder / ".station.fresh.tmp"
    if case == "text":
        half.write_bytes(b"y" * 5000)
    else:
        open_file(half).dispose()  # its schema, and no accounts yet
    opened = start(folder)
    assert [line.name for line in Accounts(opened.engine).all()] == ["Kondo"]
    opened.engine.dispose()
    assert list(folder.glob(".*")) == []


@pytest.mark.parametrize("change", ["at = 'never'", "detail = 'no JSON'", "detail = x'ff'", "detail = '[]'", "kind = 'database', detail = '{}'"])
def test_a_last_event_that_somebody_edited_does_not_keep_a_station_from_starting(folder: Path, change: str) -> None:
    engine = open_database(folder, "NORMAL")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE event SET {change}")
    engine.dispose()
    opened = start(folder)
    assert (opened.notes, count(opened.engine)) == ((), N_PARTS)
    opened.engine.dispose()


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on the size of files plays the full disk")
def test_on_a_full_disk_the_damaged_database_stays_where_it_is_until_there_is_room(folder: Path) -> None:
    damage_table(folder, "review")
    before = (folder / DATABASE_NAME).read_bytes()
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(StoreError, match="a fresh one cannot be written: .*start again"):
            start(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (folder / DATABASE_NAME).read_bytes() == before
    assert kept(folder) == []
    opened = start(folder)
    assert [line.name for line in Accounts(opened.engine).all()] == ["Kondo"]
    opened.engine.dispose()


def test_nobody_but_a_station_begins_a_ledger_beside_one_that_was_set_aside(folder: Path) -> None:
    """As `accounts` would, in a folder whose start was ended."""
    aside = set_aside(folder / DATABASE_NAME, "damaged")
    run = station("accounts", "list", "--data", folder)
    assert run.returncode == 2
    assert f"there is no station.sqlite, though {aside.name} was set aside: start the station" in run.stderr
    assert not (folder / DATABASE_NAME).exists()
    opened = start(folder)
    assert [line.name for line in Accounts(opened.engine).all()] == ["Kondo"]
    opened.engine.dispose()


def test_accounts_come_from_the_one_that_was_written_to_last(folder: Path) -> None:
    """Here from a ledger that was set aside after the last backup."""
    make_backup(folder, folder / "backups", pause_s=0)
    engine = open_database(folder, "NORMAL")
    Accounts(engine).add("Mori", Role.QA, "correct horse")
    engine.dispose()
    set_aside(folder / DATABASE_NAME, "damaged")
    (folder / DATABASE_NAME).write_bytes(b"x" * 5000)
    opened = start(folder)
    assert [line.name for line in Accounts(opened.engine).all()] == ["Kondo", "Mori"]
    opened.engine.dispose()


def test_what_a_damaged_database_had_not_delivered_is_told(folder: Path) -> None:
    engine = open_database(folder, "NORMAL")
    keep_cursor(engine, "mes", N_PARTS - 4, now())
    keep_cursor(engine, "line", N_PARTS, now())
    engine.dispose()
    damage_table(folder, "review")
    opened = start(folder)
    (aside,) = kept(folder)
    expected = f"4 verdicts were not handed to sink mes; they are in {aside.name}"
    assert expected in opened.notes[0]
    (event,) = event_page(opened.engine, 5)
    assert event.fields["not_delivered"] == expected
    opened.engine.dispose()


def test_what_a_database_that_was_set_aside_by_an_ended_start_had_not_delivered_is_told(folder: Path) -> None:
    engine = open_database(folder, "NORMAL")
    keep_cursor(engine, "mes", N_PARTS - 1, now())
    engine.dispose()
    aside = set_aside(folder / DATABASE_NAME, "damaged")
    opened = start(folder)
    assert f"1 verdict was not handed to sink mes; it is in {aside.name}" in opened.notes[0]
    opened.engine.dispose()


def test_a_log_that_was_set_aside_alone_is_not_forgotten(folder: Path) -> None:
    make_backup(folder, folder / "backups", pause_s=0)
    (folder / DATABASE_NAME).unlink()
    (folder / "station.damaged-20260302T060000Z.sqlite-wal").write_bytes(b"x" * 5000)
    opened = start(folder)
    assert "station.damaged-20260302T060000Z.sqlite-wal lies beside it" in opened.notes[0]
    assert [line.name for line in Accounts(opened.engine).all()] == ["Kondo"]
    opened.engine.dispose()


def test_what_was_delivered_is_not_known_where_nothing_can_be_read(folder: Path) -> None:
    (folder / DATABASE_NAME).write_bytes(b"x" * 5000)
    opened = start(folder)
    assert f"whether all verdicts in {kept(folder)[0].name} were handed to the sinks is not known" in opened.notes[0]
    opened.engine.dispose()


def test_nothing_is_said_of_deliveries_where_there_is_no_sink(folder: Path) -> None:
    damage_table(folder, "review")
    opened = start(folder)
    assert "sink" not in opened.notes[0]
    opened.engine.dispose()


def test_lost_accounts_are_said_aloud(folder: Path) -> None:
    (folder / DATABASE_NAME).write_bytes(b"x" * 5000)
    opened = start(folder)
    assert "its accounts could not be read: until an engineer's is made, everybody may do everything" in opened.notes[0]
    opened.engine.dispose()
