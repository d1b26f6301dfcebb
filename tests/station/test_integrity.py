"""A damaged database is set aside by the station that starts, by nobody else; nothing is overwritten."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError

from station.assembly import open_station
from station.config import RecordsSection, read_config
from station.shot import now
from station.store import lock
from station.store.accounts import Accounts
from station.store.damage import WHAT_TO_DO, check_header, doubt_file, quick_check
from station.store.database import DATABASE_NAME, Damaged, StoreError, open_database, open_existing
from station.store.events import EventFilter, event_page
from station.store.integrity import check_beside
from station.store.journal import append_event
from station.store.reviews import Truth, add_reviews
from station.upkeep import Upkeep
from tests.station.damaged import N_PARTS, count, damage, damage_table, kept, set_aside, start
from tests.station.line_pc import line_pc
from tests.station.parts import wait_until
from tests.station.recorded import part, write_parts
from tests.station.test_commands import station


def test_a_whole_database_is_opened_as_it_is(folder: Path) -> None:
    opened = start(folder)
    assert (opened.notes, opened.is_checked, count(opened.engine)) == ((), True, N_PARTS)
    opened.engine.dispose()
    assert kept(folder) == []


DAMAGES = {
    "random bytes instead of the first page": lambda path: damage(path, 0),
    "random bytes in a page of the middle": lambda path: damage(path, 4096 * 20),
    "cut in the middle of a page": lambda path: path.write_bytes(path.read_bytes()[: 4096 * 30 + 77]),
    "cut to less than a head": lambda path: path.write_bytes(path.read_bytes()[:60]),
    "text instead of a database": lambda path: path.write_bytes(b"x" * 5000),
    "a flipped byte that makes it read-only for SQLite": lambda path: path.write_bytes(
        bytes([*path.read_bytes()[:18], 0x42, *path.read_bytes()[19:]])
    ),
    "a byte of the schema that is no text, which SQLite quotes": lambda path: path.write_bytes(
        path.read_bytes().replace(b"CREATE INDEX ix_part_lot ON part", b"CREATE INDEX ix_part_lot ON p\xbart")
    ),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_database_is_set_aside_and_a_fresh_one_begun(folder: Path, case: str) -> None:
    path = folder / DATABASE_NAME
    whole = path.read_bytes()
    DAMAGES[case](path)
    before = path.read_bytes()
    assert before != whole
    opened = start(folder)
    (aside,) = kept(folder)
    assert aside.read_bytes() == before, "nothing of it was changed"
    assert count(opened.engine) == 0
    (event,) = event_page(opened.engine, 5, EventFilter(kind="database"))
    assert event.fields["action"] == "set aside"
    assert event.fields["name"] == aside.name
    assert event.fields["reason"]
    assert len(opened.notes) == 1
    assert aside.name in opened.notes[0]
    opened.engine.dispose()
    again = start(folder)
    assert again.notes == opened.notes, "nothing was written since: the first start may have been ended before it told so"
    append_event(again.engine, "start", "Sato")
    again.engine.dispose()
    last = start(folder)
    assert last.notes == (), "told until the next start"
    last.engine.dispose()


def test_an_empty_file_beside_pictures_is_set_aside(folder: Path) -> None:
    (folder / DATABASE_NAME).write_bytes(b"")
    (folder / "pictures" / "2026-03-02").mkdir(parents=True)
    opened = start(folder)
    assert "the file is empty, though pictures were recorded" in opened.notes[0]
    opened.engine.dispose()


def test_a_database_that_is_gone_beside_pictures_is_told_and_its_accounts_come_from_what_was_set_aside(folder: Path) -> None:
    (folder / "pictures").mkdir()
    (folder / "pictures" / "2026-03-02").mkdir()
    aside = set_aside(folder / DATABASE_NAME, "replaced")  # as a restore does, before the power went
    opened = start(folder)
    assert (
        f"the database is gone (the file is not there, though pictures were recorded): a fresh one was begun; {aside.name} lies beside it"
        in opened.notes[0]
    )
    assert [line.name for line in Accounts(opened.engine).all()] == ["Kondo"]
    opened.engine.dispose()


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_log_without_its_database_is_kept(folder: Path, how: str) -> None:
    """SQLite would delete it: parts may be in it."""
    path = folder / DATABASE_NAME
    engine = open_database(folder, "NORMAL")
    write_parts(engine, [part(N_PARTS + 1)])
    log = path.with_name(f"{DATABASE_NAME}-wal").read_bytes()
    engine.dispose()
    path.unlink()
    if how == "empty":
        path.write_bytes(b"")
    path.with_name(f"{DATABASE_NAME}-wal").write_bytes(log)
    opened = start(folder)
    (aside,) = folder.glob("station.damaged-*-wal")
    assert aside.read_bytes() == log
    assert "its write-ahead log was found without it" in opened.notes[0]
    opened.engine.dispose()


def test_a_folder_without_a_database_starts_a_fresh_one_without_a_word(tmp_path: Path) -> None:
    opened = start(tmp_path / "new")
    assert opened.notes == ()
    opened.engine.dispose()


@given(st.data())
@settings(max_examples=25)
def test_wherever_it_is_cut_or_overwritten_a_station_starts_and_keeps_the_file(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut") / "data"
    shutil.copytree(whole, folder)
    path = folder / DATABASE_NAME
    n_bytes = path.stat().st_size
    offset = data.draw(st.integers(1, n_bytes - 1))
    if data.draw(st.booleans()):
        path.write_bytes(path.read_bytes()[:offset])
    else:
        damage(path, offset, min(data.draw(st.integers(1, 8192)), n_bytes - offset))
    before = path.read_bytes()
    opened = start(folder)
    append_event(opened.engine, "start", "Sato")
    with opened.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
    if opened.notes:
        (aside,) = kept(folder)
        assert aside.read_bytes() == before
    else:
        assert count(opened.engine) == N_PARTS, "a byte within a value, which only the value's reader could notice"
    opened.engine.dispose()


def test_what_was_set_aside_before_is_not_overwritten(folder: Path) -> None:
    at = now()
    first = set_aside(folder / DATABASE_NAME, "damaged", at)
    content = first.read_bytes()
    (folder / DATABASE_NAME).write_bytes(b"y")
    second = set_aside(folder / DATABASE_NAME, "damaged", at)
    assert first != second
    assert (first.read_bytes(), second.read_bytes()) == (content, b"y")


def test_who_looks_in_leaves_a_damaged_database_alone(folder: Path) -> None:
    (folder / DATABASE_NAME).write_bytes(b"x" * 5000)
    run = station("review", "--list", "--data", folder)
    assert run.returncode == 2
    assert "file is not a database" in run.stderr
    assert "stop the station and start it again" in run.stderr
    with pytest.raises(Damaged):
        open_existing(folder)
    assert (folder / DATABASE_NAME).read_bytes() == b"x" * 5000
    assert kept(folder) == []


def test_a_large_database_is_checked_while_the_station_runs(folder: Path) -> None:
    opened = start(folder, check_at_start_mb=0)
    assert not opened.is_checked
    assert check_beside(opened.engine, folder / DATABASE_NAME) == ""
    opened.engine.dispose()


def test_damage_found_beside_the_line_is_told_and_set_aside_at_the_next_start(folder: Path) -> None:
    path = folder / DATABASE_NAME
    damage_table(folder, "region")
    opened = start(folder, check_at_start_mb=0)
    assert opened.notes == ()
    told: list[tuple[str, str]] = []
    upkeep = Upkeep(RecordsSection(free_mb_stop=0, backup_hours=0), opened, folder, folder / "backups")
    upkeep.attach(lambda source, message: told.append((source, message)))
    upkeep.start()
    try:
        wait_until(lambda: bool(told))
    finally:
        upkeep.stop()
    ((source, message),) = told
    assert source == "database"
    assert "the database is damaged" in message
    assert WHAT_TO_DO in message
    assert [event.fields["action"] for event in event_page(opened.engine, 5, EventFilter(kind="database"))] == ["damage found"]
    opened.engine.dispose()
    again = start(folder, check_at_start_mb=0)
    assert len(kept(folder)) == 1, "checked although it is large, since damage was met"
    assert again.notes
    assert not doubt_file(path).exists()
    again.engine.dispose()


def test_damage_met_while_running_says_what_to_do_and_is_set_aside_at_the_next_start(folder: Path) -> None:
    engine = open_database(folder, "NORMAL")
    assert count(engine) == N_PARTS
    engine.dispose()
    damage_table(folder, "review")
    engine = open_database(folder, "NORMAL")
    with pytest.raises(StoreError, match="malformed.*stop the station and start it again"):
        add_reviews(engine, [1], Truth.NG, "Kondo")
    with pytest.raises(DatabaseError, match="malformed"), engine.connect() as connection_:
        connection_.exec_driver_sql("SELECT * FROM review").all()
    engine.dispose()
    again = start(folder, check_at_start_mb=0)
    assert len(kept(folder)) == 1
    again.engine.dispose()


def test_doubt_without_damage_is_forgotten(folder: Path) -> None:
    doubt_file(folder / DATABASE_NAME).write_text("met\n")
    opened = start(folder, check_at_start_mb=0)
    assert (opened.is_checked, opened.notes, count(opened.engine)) == (True, (), N_PARTS)
    opened.engine.dispose()
    assert not doubt_file(folder / DATABASE_NAME).exists()


def test_what_killed_programs_left_is_deleted_at_a_start_after_a_day(folder: Path) -> None:
    """Each may be as large as the database."""
    names = [
        ".station.before-0004-20260302T060000Z.sqlite.12-34.tmp",
        ".restore-12.tmp",
        ".restore-12.tmp-wal",
        ".station-20260302T060000Z.sqlite.1-2.tmp",
    ]
    others = [".hidden.tmp", "restore-12.tmp", "station.before-0004-20260302T060000Z.sqlite", ".restore-13.tmp"]
    for name in names + others:
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - 90_000,) * 2)
    os.utime(folder / ".restore-13.tmp")  # may be in hand
    there = {path.name for path in folder.iterdir()}
    start(folder).engine.dispose()
    assert there - {path.name for path in folder.iterdir()} == set(names)


def test_somebody_elses_or_a_newer_database_is_refused_and_not_set_aside(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / DATABASE_NAME) as connection:
        connection.execute("CREATE TABLE shopping (item TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="not a station's database"):
        start(tmp_path)
    newer = tmp_path / "newer"
    open_database(newer).dispose()
    with sqlite3.connect(newer / DATABASE_NAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="newer than this program's"):
        start(newer)
    assert kept(tmp_path) + kept(newer) == []


@pytest.fixture
def pc(tmp_path: Path, recipe_file: Path, published: Path) -> Iterator[Path]:
    line_pc(tmp_path, recipe_file, published)
    yield tmp_path


def test_a_running_station_tells_it_until_the_next_start(pc: Path) -> None:
    run = station("--config", pc / "config.toml", "run", "--headless", "--parts", 1, "--json")
    assert run.returncode == 0, run.stderr
    (pc / "data" / DATABASE_NAME).write_bytes(b"x" * 5000)
    told = station("--config", pc / "config.toml", "run", "--headless", "--parts", 1, "--json")
    assert told.returncode == 0, told.stderr
    assert "station: the database was damaged (file is not a database): it was set aside as station.damaged-" in told.stderr
    assert station("--config", pc / "config.toml", "run", "--headless", "--parts", 1, "--json").stderr == ""


def test_a_second_station_sets_nothing_aside(pc: Path) -> None:
    config = read_config(pc / "config.toml")
    with open_station(config, "small", config.data_folder):
        assert lock.take(config.data_folder) is None
        with pytest.raises(StoreError, match="another station is running"), open_station(config, "small", config.data_folder):
            pass
    assert kept(config.data_folder) == []


def test_no_thread_of_the_station_outlives_it(pc: Path) -> None:
    config = read_config(pc / "config.toml")
    before = set(threading.enumerate())
    with open_station(config, "small", config.data_folder):
        assert {t.name for t in set(threading.enumerate()) - before} >= {"backup", "retention"}
    assert set(threading.enumerate()) - before == set()


def test_the_head_of_a_whole_database_is_whole(folder: Path) -> None:
    assert check_header(folder / DATABASE_NAME) == ""
    assert quick_check(folder / DATABASE_NAME) == ""
    assert check_header(folder / "nothing") == ""
