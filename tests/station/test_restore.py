"""A backup is put in the place of a ledger, which is kept; nothing is lost where that is interrupted."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from station.shot import now
from station.store import lock
from station.store.backup import BackupError, make_backup, restore
from station.store.database import DATABASE_NAME, open_database
from station.store.deliveries import keep_cursor
from station.store.events import EventFilter, check_chain, event_page
from station.store.integrity import open_for_station
from station.store.journal import append_event
from station.store.retention import Retention
from tests.station.damaged import set_aside
from tests.station.killed_steps import killed, needs_fork
from tests.station.picture_site import ROOMY, Site
from tests.station.recorded import part, write_parts
from tests.station.test_commands import station


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path, "NORMAL")
    write_parts(engine, [part(n) for n in range(1, 11)])
    append_event(engine, "start", "Sato")
    yield engine
    engine.dispose()


def test_a_restored_backup_is_the_ledger_and_the_one_before_is_kept(engine: Engine, tmp_path: Path) -> None:
    made = make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    write_parts(engine, [part(11)])
    engine.dispose()
    done = restore(made, tmp_path)
    assert done.set_aside is not None
    assert done.set_aside.name.startswith("station.replaced-")
    assert made.exists()
    now_there = open_database(tmp_path)
    with now_there.connect() as connection:
        assert connection.exec_driver_sql("SELECT max(id) FROM part").scalar() == 10
    (event,) = event_page(now_there, 5, EventFilter(kind="database"))
    assert event.fields == {"action": "restored", "backup": made.name, "set_aside": done.set_aside.name, "not_delivered": ""}
    assert check_chain(now_there).first_broken is None
    now_there.dispose()
    before = sqlite3.connect(done.set_aside)
    assert before.execute("SELECT max(id) FROM part").fetchone() == (11,)
    before.close()


@needs_fork
def test_wherever_a_restore_is_killed_the_pictures_taken_since_the_backup_are_no_orphans(tmp_path: Path) -> None:
    """Their rows are in the ledger that is replaced; orphans are deleted after a day."""
    site = Site(tmp_path / "data")
    site.add(0)
    make_backup(tmp_path / "data", tmp_path / "data" / "backups", pause_s=0)
    site.add(0)
    site.engine.dispose()
    taken = site.file(now().date() - timedelta(days=5), "r-000002-front.png")
    shutil.rmtree(site.pictures / site.today.isoformat())
    copies = killed("restore", tmp_path / "data", tmp_path / "copies")
    assert len(copies) > 10
    found = set()
    for copy in copies:
        opened = open_for_station(copy, "NORMAL", 200.0, copy / "backups")
        with opened.engine.connect() as connection:
            found.add(connection.exec_driver_sql("SELECT max(id) FROM part").scalar())
        Retention(opened.engine, copy / "pictures", ROOMY).run()
        opened.engine.dispose()
        assert (copy / taken.relative_to(tmp_path / "data")).exists(), copy
    assert found == {2, 1, None}, "the one that was there, the backup, and a fresh one that is told of"


def test_a_restore_says_what_the_sinks_have_not_got_of_the_ledger_before(engine: Engine, tmp_path: Path) -> None:
    made = make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    for name, part_id in (("line", 10), ("mes", 7), ("old", 9), ("@0123456789abcdef", 8)):
        keep_cursor(engine, name, part_id, None)
    engine.dispose()
    run = station("restore", made, "--data", tmp_path)
    assert run.returncode == 0, run.stderr
    (aside,) = tmp_path.glob("station.replaced-*.sqlite")
    expected = (
        "at most 2 verdicts were not copied to the plant, 3 verdicts were not handed to sink mes, 1 verdict was not handed to sink old; "
        f"they are in {aside.name}"
    )
    assert run.stdout.splitlines()[1:] == [expected]
    now_there = open_database(tmp_path)
    (event,) = event_page(now_there, 5, EventFilter(kind="database"))
    assert event.fields["not_delivered"] == expected
    now_there.dispose()


def test_a_restore_that_is_repeated_after_an_interruption_says_it_too(engine: Engine, tmp_path: Path) -> None:
    made = make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    keep_cursor(engine, "mes", 7, None)
    engine.dispose()
    aside = set_aside(tmp_path / DATABASE_NAME, "replaced")
    done = restore(made, tmp_path)
    assert (done.set_aside, done.not_delivered) == (None, f"3 verdicts were not handed to sink mes; they are in {aside.name}")


def test_a_restore_over_what_cannot_be_read_says_that_it_is_not_known(engine: Engine, tmp_path: Path) -> None:
    made = make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    engine.dispose()
    (tmp_path / DATABASE_NAME).write_bytes(b"x" * 5000)
    run = station("restore", made, "--data", tmp_path, "--json")
    (aside,) = tmp_path.glob("station.replaced-*.sqlite")
    assert json.loads(run.stdout)["not_delivered"] == f"whether all verdicts in {aside.name} were handed to the sinks is not known"


def test_a_backup_can_be_put_where_nothing_is(engine: Engine, tmp_path: Path) -> None:
    made = make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    assert restore(made, tmp_path / "new pc").set_aside is None
    assert (tmp_path / "new pc" / DATABASE_NAME).is_file()


def test_nothing_is_restored_under_a_running_station(engine: Engine, tmp_path: Path) -> None:
    made = make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    held = lock.take(tmp_path)
    assert held is not None
    with held, pytest.raises(BackupError, match="a station is running on it; stop it first"):
        restore(made, tmp_path)
    assert list(tmp_path.glob("station.replaced-*")) == []


def bad_backup(path: Path, kind: str) -> None:
    if kind == "cut":
        path.write_bytes(path.read_bytes()[:-9000])
    elif kind == "text":
        path.write_bytes(b"x" * 5000)
    elif kind == "gone":
        path.unlink()
    else:
        connection = sqlite3.connect(path)
        connection.execute("UPDATE alembic_version SET version_num = '9999'" if kind == "newer" else "DROP TABLE alembic_version")
        connection.commit()
        connection.close()


SENTENCES = {
    "cut": "is damaged|malformed",
    "text": "file is not a database",
    "gone": "there is no such file",
    "newer": "schema '9999' is newer than this program's",
    "foreign": "is no station's database",
}


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_bad_backup_is_refused_and_the_ledger_stays(engine: Engine, tmp_path: Path, kind: str) -> None:
    made = make_backup(tmp_path, tmp_path / "backups", pause_s=0)
    bad_backup(made, kind)
    engine.dispose()
    before = (tmp_path / DATABASE_NAME).read_bytes()
    with pytest.raises(BackupError, match=SENTENCES[kind]):
        restore(made, tmp_path)
    assert (tmp_path / DATABASE_NAME).read_bytes() == before
    assert list(tmp_path.glob(".restore*")) == []
