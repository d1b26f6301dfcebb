"""Backups are whole and made beside a writer; a schema is not changed without a copy."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from station.config import RecordsSection, read_config
from station.store import database
from station.store.backup import BackupError, backups_in, is_due, keep_newest, make_backup, restore
from station.store.copies import PAGES_A_STEP, CopyStopped, NoSpace, check_space, copy_database
from station.store.damage import doubt_file, quick_check
from station.store.database import DATABASE_NAME, StoreError, open_database
from station.store.events import check_chain, event_page
from station.store.integrity import Opened
from station.store.journal import append_event
from station.upkeep import Upkeep
from tests.conftest import REPOSITORY
from tests.station.parts import wait_until
from tests.station.recorded import part, write_parts, write_regions
from tests.station.test_commands import ENVIRONMENT, station

HUGE = 2**42  # bytes of a sparse file that fits on no disk


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path, "NORMAL")
    write_parts(engine, [part(n) for n in range(1, 11)])
    append_event(engine, "start", "Sato")
    yield engine
    engine.dispose()


def ids(path: Path) -> list[int]:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)
    try:
        return [row[0] for row in connection.execute("SELECT id FROM part ORDER BY id")]
    finally:
        connection.close()


def test_a_backup_holds_what_was_committed_and_is_one_whole_file(engine: Engine, tmp_path: Path) -> None:
    made = make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    assert [p.name for p in (tmp_path / "backups").iterdir()] == [made.name], "nothing temporary is left"
    assert quick_check(made, is_still=True) == ""
    assert ids(made) == list(range(1, 11))


def test_a_backup_is_finished_while_parts_are_being_recorded(engine: Engine, tmp_path: Path) -> None:
    """The commits are closer together than the steps: a copy that starts anew at each commit would never end."""
    for n in range(1, 11):
        write_regions(engine, n, n=60)
    size = (tmp_path / DATABASE_NAME).stat().st_size + (tmp_path / f"{DATABASE_NAME}-wal").stat().st_size
    assert size > 3 * PAGES_A_STEP * 4096, "several steps"
    enough = threading.Event()
    written: list[int] = []

    def write() -> None:
        n = 10
        while not enough.is_set():
            n += 1
            write_parts(engine, [part(n)])
            written.append(n)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_until(lambda: len(written) > 5)
        n_before = len(written)
        made = make_backup(tmp_path, tmp_path / "backups", pause_s=0.05)
        n_after = len(written)
    finally:
        enough.set()
        writer.join()
    found = ids(made)
    assert n_after > n_before, "the writer went on"
    assert found == list(range(1, len(found) + 1)), "one moment: no part without the ones before it"
    assert 10 + n_before <= len(found) <= 10 + n_after


def test_a_backup_that_is_stopped_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(CopyStopped):
        make_backup(tmp_path, tmp_path / "backups", stop=stop)
    assert list((tmp_path / "backups").iterdir()) == []


def test_two_backups_of_the_same_second_are_two_files(engine: Engine, tmp_path: Path) -> None:
    target = tmp_path / "b" / "station-20260302T000000Z.sqlite"
    first, second = (copy_database(tmp_path / DATABASE_NAME, target) for _ in range(2))
    assert first == target
    assert backups_in(tmp_path / "b") == [first, second]


def test_a_damaged_database_gives_no_backup_and_is_checked_at_the_next_start(engine: Engine, tmp_path: Path) -> None:
    for n in range(1, 11):
        write_regions(engine, n, n=20)
    engine.dispose()
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'region'").fetchone()
    connection.close()
    with (tmp_path / DATABASE_NAME).open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(b"\xff" * 4096)
    with pytest.raises(BackupError, match="the database is damaged.*stop the station and start it again"):
        make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    assert list((tmp_path / "backups").iterdir()) == []
    assert doubt_file(tmp_path / DATABASE_NAME).exists()


def test_a_schema_that_is_no_text_any_more_gives_no_backup_and_a_sentence(engine: Engine, tmp_path: Path) -> None:
    engine.dispose()
    path = tmp_path / DATABASE_NAME
    path.write_bytes(path.read_bytes().replace(b"CREATE INDEX ix_part_lot ON part", b"CREATE INDEX ix_part_lot ON p\xbart"))
    with pytest.raises(BackupError, match=r"the database is damaged .*p\\xbart.*stop the station and start it again"):
        make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    assert doubt_file(path).exists()


def test_a_backup_without_room_says_how_much_is_needed(tmp_path: Path) -> None:
    with (tmp_path / "huge.sqlite").open("wb") as file:
        file.truncate(HUGE)
    if shutil.disk_usage(tmp_path).free > HUGE:
        pytest.skip("a disk of more than 4 TB")
    with pytest.raises(NoSpace, match=r"a copy of huge.sqlite needs 4398047 MB, and \d+ MB are free in .*: free some space"):
        check_space(tmp_path / "huge.sqlite", tmp_path)


def test_a_scheduled_backup_leaves_room_for_the_line(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="free some space"):
        make_backup(tmp_path, tmp_path / "backups", pause_s=0, spare_mb=HUGE / 1e6)
    assert list((tmp_path / "backups").iterdir()) == []


def ledger(folder: Path) -> Path:
    """A ledger of its own, which begins with an event as every station's does; closed."""
    engine = open_database(folder, "NORMAL")
    append_event(engine, "start", "Sato")
    engine.dispose()
    return folder / DATABASE_NAME


def backups_of(source: Path, folder: Path, *stamps: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    return [Path(shutil.copyfile(source, folder / f"station-{stamp}.sqlite")) for stamp in stamps]


def days(month: int, *numbers: int) -> list[str]:
    return [f"2026{month:02d}{number:02d}T000000Z" for number in numbers]


def test_the_newest_backups_are_kept_and_other_files_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = backups_of(ledger(tmp_path / "data"), folder, *days(3, 1, 2, 3, 4, 5))
    others = ["station-mine.sqlite", "station.sqlite", "notes.txt"]
    for name in others:
        (folder / name).write_bytes(b"")
    (folder / ".station-20260101T000000Z.sqlite.1-1.tmp").write_bytes(b"")
    (folder / ".station-20260102T000000Z.sqlite.1-1.tmp").write_bytes(b"")
    os.utime(folder / ".station-20260101T000000Z.sqlite.1-1.tmp", (0, 0))  # a station was killed in the middle of it
    keep_newest(folder, 2)
    left = [*(path.name for path in made[-2:]), *others, ".station-20260102T000000Z.sqlite.1-1.tmp"]
    assert sorted(p.name for p in folder.iterdir()) == sorted(left), "read, but nothing is made beside a backup"


def test_backups_of_a_ledger_that_was_set_aside_outlive_those_of_its_successor(tmp_path: Path) -> None:
    """Once the damaged file is all there is of it, they are the only whole copies."""
    folder = tmp_path / "backups"
    first = backups_of(ledger(tmp_path / "first"), folder, *days(3, 1, 2, 3))
    second = backups_of(ledger(tmp_path / "second"), folder, *days(4, 1, 2))
    third = backups_of(ledger(tmp_path / "third"), folder, *days(5, 1, 2, 3, 4, 5))
    assert keep_newest(folder, 2) == third[:3]
    assert backups_in(folder) == first + second + third[3:]


def test_a_restored_ledger_is_the_same_one_and_its_backups_go_on_turning(tmp_path: Path) -> None:
    folder, data = tmp_path / "backups", tmp_path / "data"
    first = backups_of(ledger(data), folder, *days(3, 1, 2))
    other = backups_of(ledger(tmp_path / "fresh"), folder, *days(4, 1))
    restore(first[-1], data)
    since = backups_of(data / DATABASE_NAME, folder, *days(5, 1, 2))
    assert keep_newest(folder, 2) == first
    assert backups_in(folder) == other + since


@pytest.mark.parametrize("content", [b"", b"x" * 5000])
def test_a_backup_that_cannot_be_read_is_never_deleted(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "backups"
    made = backups_of(ledger(tmp_path / "data"), folder, *days(3, 1, 2, 3))
    made[0].write_bytes(content)
    assert keep_newest(folder, 1) == made[1:2]
    made[2].write_bytes(content)
    assert keep_newest(folder, 1) == [], "nor is another one on its account"


def test_a_backup_is_due_by_the_age_of_the_newest(tmp_path: Path) -> None:
    assert is_due(tmp_path / "none", 24)
    (tmp_path / "station-20260302T060000Z.sqlite").write_bytes(b"")
    at = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert not is_due(tmp_path, 24, at + timedelta(hours=23))
    assert is_due(tmp_path, 24, at + timedelta(hours=24))
    assert is_due(tmp_path, 24, at - timedelta(hours=24)), "made under a clock that was wrong"


def test_backups_of_a_clock_that_was_years_ahead_neither_hurry_nor_outlive_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    ahead, old, _new = backups_of(ledger(tmp_path / "data"), folder, "29360302T060000Z", "20200302T060000Z", "20200303T060000Z")
    assert not is_due(folder, 24, datetime(2020, 3, 3, 12, tzinfo=UTC))
    assert keep_newest(folder, 2) == [ahead]
    assert keep_newest(folder, 1) == [old]


def backup_folder(tmp_path: Path, name: str) -> Path | None:
    (tmp_path / "config.toml").write_text(f'[station]\nname = "{name}"\n[records]\nbackup_folder = "{tmp_path / "nas"}"\n', encoding="utf-8")
    return read_config(tmp_path / "config.toml").backup_folder


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("station-1", "station-1"),
        ("hall_3", "hall_3"),
        ("hall/3", "hall_3-90dc1720"),
        ("..", "station-5ec1f7e7"),
        (".hidden", "hidden-16924190"),
        ("第3ライン", "_3___-eef7f516"),
    ],
)
def test_a_station_keeps_its_backups_in_a_folder_of_its_name(tmp_path: Path, name: str, own: str) -> None:
    assert backup_folder(tmp_path, name) == tmp_path / "nas" / own


def test_stations_that_keep_their_backups_on_one_disk_do_not_meet(tmp_path: Path) -> None:
    """Each would delete the other's, and take them for its own when it asks whether one is due."""
    names = ["検査一", "検査二", "hall/3", "hall 3", "hall_3", "..", ".", "station", ".hall_3"]
    assert len({backup_folder(tmp_path, name) for name in names}) == len(names)


def test_a_backup_just_made_is_not_due(engine: Engine, tmp_path: Path) -> None:
    make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    assert not is_due(tmp_path / "backups", 1)


def test_the_schedule_makes_a_backup_and_keeps_the_newest(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # so that a copy of the file is all of it
    older = backups_of(tmp_path / DATABASE_NAME, folder, *days(1, 1, 2, 3))
    told: list[tuple[str, str]] = []
    upkeep = Upkeep(RecordsSection(backups_kept=2, free_mb_stop=0), Opened(engine), tmp_path, folder, first_s=0.0, every_s=0.05)
    upkeep.attach(lambda source, message: told.append((source, message)))
    upkeep.start()
    try:
        wait_until(lambda: len(backups_in(folder)) == 2)
    finally:
        upkeep.stop()
    assert backups_in(folder)[0] == older[-1]
    assert ids(backups_in(folder)[-1]) == list(range(1, 11))
    assert [fault for fault in told if fault[0] == "backup"] == []


def test_a_failed_backup_is_told_and_again_when_it_is_well(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("in the way")
    upkeep = Upkeep(RecordsSection(free_mb_stop=0), Opened(engine), tmp_path, tmp_path / "backups", first_s=0.0, every_s=0.05)
    told: list[str] = []
    upkeep.attach(lambda source, message: told.append(message) if source == "backup" else None)
    upkeep.start()
    try:
        wait_until(lambda: len(told) == 1)
        (tmp_path / "backups").unlink()
        wait_until(lambda: len(told) == 2)
    finally:
        upkeep.stop()
    assert "cannot be written to" in told[0]
    assert told[1] == ""
    late: list[tuple[str, str]] = []
    upkeep.attach(lambda source, message: late.append((source, message)))
    assert late == [], "what is mended is not told again"


# the commands -------------------------------------------------------------------------------------------------------


def test_backup_beside_a_running_station_and_restore_after_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    words = [sys.executable, "-m", "station", "run", "--headless", "--interval-ms", "200", "--json", "--data", str(data)]
    with subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT, text=True) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        backup = station("backup", "--data", data, "--to", tmp_path / "stick", "--json")
        process.stdout.readline()
        refused = station("restore", tmp_path / "stick" / Path(json.loads(backup.stdout)["backup"]).name, "--data", data)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert (backup.returncode, process.returncode) == (0, 0), backup.stderr
    made = Path(json.loads(backup.stdout)["backup"])
    n_in_backup = len(ids(made))
    assert n_in_backup >= 3
    assert refused.returncode == 2
    assert "a station is running on it" in refused.stderr
    restored = station("restore", made, "--data", data)
    assert restored.returncode == 0, restored.stderr
    assert f"{made} is the database of {data} now; the one before is kept as station.replaced-" in restored.stdout
    again = station("run", "--headless", "--parts", 1, "--json", "--data", data)
    assert json.loads(again.stdout)["part"] == n_in_backup + 1


def test_a_backup_of_nothing_is_a_mistake(tmp_path: Path) -> None:
    run = station("backup", "--data", tmp_path)
    assert run.returncode == 2
    assert "there is nothing to back up" in run.stderr


# migrations ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A data folder of schema 0002 with a table that is in none of the schemas."""
    engine = database.connect(tmp_path / DATABASE_NAME)
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "station" / "store" / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql("CREATE TABLE mark (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO mark VALUES (7)")
    engine.dispose()
    return tmp_path


def revision(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    finally:
        connection.close()


def test_a_schema_is_brought_up_to_date_with_a_copy_kept(older: Path) -> None:
    open_database(older).dispose()
    head = revision(older / DATABASE_NAME)
    (copy,) = older.glob("station.before-*.sqlite")
    assert copy.name.startswith(f"station.before-{head}-")
    assert revision(copy) == "0002"
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT n FROM mark").fetchall() == [(7,)]
    connection.close()
    open_database(older).dispose()
    assert list(older.glob("station.before-*.sqlite")) == [copy], "one copy an upgrade"


def test_a_fresh_database_needs_no_copy(tmp_path: Path) -> None:
    open_database(tmp_path).dispose()
    assert list(tmp_path.glob("station.before-*")) == []


def test_no_schema_is_changed_where_the_copy_cannot_be_kept(older: Path) -> None:
    if shutil.disk_usage(older).free > HUGE:
        pytest.skip("a disk of more than 4 TB")
    os.truncate(older / DATABASE_NAME, HUGE)  # SQLite goes by the page count in the head
    with pytest.raises(StoreError, match=r"not changed without a copy: a copy of station.sqlite needs 4398047 MB, and \d+ MB are free"):
        open_database(older)
    assert revision(older / DATABASE_NAME) == "0002"


def test_a_damaged_database_is_not_migrated(older: Path) -> None:
    engine = database.connect(older / DATABASE_NAME)
    with engine.begin() as connection:
        (page,) = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'mark'").one()
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    with (older / DATABASE_NAME).open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(b"\xff" * 4096)
    with pytest.raises(database.Damaged):
        open_database(older)
    assert revision(older / DATABASE_NAME) == "0002"
    assert list(older.glob("station.before-*")) == []


def test_a_restored_backup_of_an_older_schema_is_brought_up_to_date_with_its_event(older: Path) -> None:
    engine = database.connect(older / DATABASE_NAME)
    append_event(engine, "start", "Sato")
    engine.dispose()
    backup = shutil.copyfile(older / DATABASE_NAME, older / "station-20260302T000000Z.sqlite")
    restore(backup, older / "new pc")
    engine = open_database(older / "new pc")
    assert [event.fields.get("action") for event in event_page(engine, 5)] == ["restored", None]
    assert check_chain(engine).first_broken is None
    engine.dispose()
    assert [path.name for path in (older / "new pc").glob(".*")] == []
