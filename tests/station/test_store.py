from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import wait
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from models.features import FeatureExtractor
from models.recipe import Recipe
from models.registry import Registry
from models.scorer import Scorer
from station.inspector import Inspection, Inspector
from station.shot import Frame, Shot, Ticket, now
from station.store import lock, queries
from station.store.database import DATABASE_NAME, StoreError, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.store.schema import Base
from station.verdict import Judgement
from tests.conftest import REPOSITORY
from tests.small import small_picture


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "data")
    yield engine
    engine.dispose()


@pytest.fixture
def journal(engine: Engine, tmp_path: Path) -> Journal:
    return Journal(engine, PictureStore(tmp_path / "data" / "pictures"), "st", "run1")


@pytest.fixture(scope="module")
def inspector(recipe: Recipe, published: Path, tmp_path_factory: pytest.TempPathFactory) -> Inspector:
    registry = Registry(published, tmp_path_factory.mktemp("state"))
    return Inspector(recipe, FeatureExtractor(recipe), Scorer(registry.folder("small", "1"), provider="cpu"))


def inspect(inspector: Inspector, number: int, lot: str = "L1", missing_pin: bool = False, fault: str = "") -> Inspection:
    frames = () if fault else (Frame("front", small_picture(np.random.default_rng(number), missing_pin), now()),)
    return inspector.inspect(Shot(Ticket(number, lot, "Ann", f"S{number}"), frames, fault))


def test_what_the_journal_appends_queries_return(journal: Journal, engine: Engine, inspector: Inspector, tmp_path: Path) -> None:
    inspection = inspect(inspector, 1, missing_pin=True)
    part_id = journal.record(inspection)
    (line,) = queries.last_parts(engine, 5)
    assert (line.id, line.shot_number, line.lot, line.serial, line.judgement) == (part_id, 1, "L1", "S1", Judgement.NG)
    assert line.score == inspection.verdict.score
    assert line.taken_at == inspection.shot.taken_at
    assert line.recorded_at.tzinfo is UTC
    assert (line.model, line.model_version, line.worst_region) == ("small", "1", inspection.worst_region)
    assert inspection.features is not None
    assert (queries.vectors(engine, part_id) == inspection.features.vectors).all()
    (path,) = queries.picture_paths(engine, part_id).values()
    import cv2

    stored = cv2.imread(str(tmp_path / "data" / "pictures" / path), cv2.IMREAD_GRAYSCALE)
    assert (stored == inspection.shot.pictures["front"]).all()


def test_last_months_part_can_be_judged_again_from_its_vectors_alone(journal: Journal, engine: Engine, inspector: Inspector) -> None:
    inspection = inspect(inspector, 2)
    part_id = journal.record(inspection)
    assert inspection.scores is not None
    again = inspector.scorer.score(queries.vectors(engine, part_id))
    assert np.allclose(again.score, inspection.scores.score, atol=1e-5)


def test_a_held_part_has_a_row_without_regions(journal: Journal, engine: Engine, inspector: Inspector) -> None:
    part_id = journal.record(inspect(inspector, 3, fault="camera fault: gone"))
    (line,) = queries.last_parts(engine, 1)
    assert (line.judgement, line.score, line.reason) == (Judgement.HOLD, None, "camera fault: gone")
    assert queries.vectors(engine, part_id).shape == (0, 1404)
    assert queries.picture_paths(engine, part_id) == {}


def test_counts_are_those_of_the_lot(journal: Journal, engine: Engine, inspector: Inspector) -> None:
    for number, lot in enumerate(["A", "A", "B"], 1):
        journal.record(inspect(inspector, number, lot))
    assert queries.counts(engine, "A") == {Judgement.OK: 2, Judgement.NG: 0, Judgement.RETEST: 0, Judgement.HOLD: 0}
    assert sum(queries.counts(engine, "C").values()) == 0


def test_recording_the_same_shot_again_gives_the_same_row(journal: Journal, engine: Engine, inspector: Inspector) -> None:
    """As when a commit succeeded and its answer was lost."""
    first = journal.record(inspect(inspector, 1))
    assert journal.record(inspect(inspector, 1)) == first
    assert len(queries.last_parts(engine, 5)) == 1
    assert len(queries.picture_paths(engine, first)) == 1


def test_a_reason_that_utf8_cannot_hold_is_written_out(journal: Journal, engine: Engine, inspector: Inspector) -> None:
    journal.record(inspect(inspector, 1, fault="0\udcff.png: cannot be read"))
    assert queries.last_parts(engine, 1)[0].reason == "0\\udcff.png: cannot be read"


def test_two_journals_of_one_process_keep_one_chain(engine: Engine, tmp_path: Path) -> None:
    journals = [Journal(engine, PictureStore(tmp_path), "st", run) for run in ("a", "b")]
    threads = [threading.Thread(target=lambda j=j: [j.log_event("lot", n=i) for i in range(30)]) for j in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert queries.first_broken_event(engine) is None


def test_a_data_folder_has_one_station(tmp_path: Path) -> None:
    first = lock.take(tmp_path)
    assert first is not None
    assert lock.take(tmp_path) is None
    first.close()
    again = lock.take(tmp_path)
    assert again is not None
    again.close()


def test_whether_a_station_runs_is_seen_without_touching_its_lock(tmp_path: Path) -> None:
    assert not lock.is_taken(tmp_path)
    held = lock.take(tmp_path)
    assert held is not None
    before = (tmp_path / lock.NAME).read_bytes()
    assert lock.is_taken(tmp_path)
    assert before == (tmp_path / lock.NAME).read_bytes() == f"{os.getpid()}\n".encode()
    held.close()
    assert not lock.is_taken(tmp_path)


def test_a_lock_that_the_disk_does_not_know_is_no_other_station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(OSError, match="No locks available"):
        lock.take(tmp_path)


def test_a_question_mark_in_the_folder_opens_no_other_file(tmp_path: Path) -> None:
    open_database(tmp_path / "what?now").dispose()
    assert (tmp_path / "what?now" / DATABASE_NAME).exists()


def test_a_part_is_whole_or_not_there(journal: Journal, engine: Engine, inspector: Inspector) -> None:
    inspection = inspect(inspector, 1)
    broken = dataclasses.replace(inspection, regions=inspection.regions * 2)  # the region rows fail after the part's
    with pytest.raises(IndexError):
        journal.record(broken)
    assert queries.last_parts(engine, 5) == []
    assert journal.record(inspection) == 1


class SlowStore(PictureStore):
    """Writes when it is let."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.may_write = threading.Event()

    def write(self, run: str, number: int, taken_at: datetime, pictures: dict[str, NDArray[np.uint8]]) -> dict[str, str]:
        assert self.may_write.wait(20)
        return super().write(run, number, taken_at, pictures)


def test_pictures_are_begun_before_the_part_is_recorded_and_no_row_comes_before_them(engine: Engine, inspector: Inspector, tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "pictures")
    journal = Journal(engine, store, "st", "run1")
    inspection = inspect(inspector, 1)
    journal.begin(inspection.shot)
    writer = threading.Thread(target=journal.record, args=(inspection,))
    writer.start()
    writer.join(0.3)
    assert queries.last_parts(engine, 5) == []
    store.may_write.set()
    writer.join(20)
    (path,) = queries.picture_paths(engine, 1).values()
    assert [p.relative_to(store.folder).as_posix() for p in store.folder.rglob("*.*")] == [path]
    assert journal.stages_ms["pictures"] > 200
    journal.close()


def test_a_disk_that_hangs_is_told_and_the_part_recorded_when_it_answers(
    engine: Engine, inspector: Inspector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.store.journal._PICTURES_S", 0.05)
    store = SlowStore(tmp_path / "pictures")
    journal = Journal(engine, store, "st", "run1")
    inspection = inspect(inspector, 1)
    journal.begin(inspection.shot)
    for _ in range(2):
        with pytest.raises(StoreError, match="the disk does not answer"):
            journal.record(inspection)
    assert queries.last_parts(engine, 5) == []
    store.may_write.set()
    monkeypatch.setattr("station.store.journal._PICTURES_S", 20)
    assert journal.record(inspection) == 1
    journal.close()


def test_of_a_part_whose_second_picture_cannot_be_written_there_is_no_row(journal: Journal, engine: Engine, inspector: Inspector) -> None:
    inspection = inspect(inspector, 1)
    (frame,) = inspection.shot.frames
    shot = dataclasses.replace(inspection.shot, frames=tuple(dataclasses.replace(frame, view=view) for view in ("a", "front", "z")))
    in_the_way = journal._pictures.folder / f"{shot.taken_at:%Y-%m-%d}" / "run1-000001-front.tmp"
    in_the_way.mkdir(parents=True)
    journal.begin(shot)
    for _ in range(2):
        with pytest.raises(StoreError, match="cannot be written"):
            journal.record(dataclasses.replace(inspection, shot=shot))
    assert queries.last_parts(engine, 5) == []
    in_the_way.rmdir()
    assert set(queries.picture_paths(engine, journal.record(dataclasses.replace(inspection, shot=shot)))) == {"a", "front", "z"}


def test_pictures_that_could_not_be_begun_are_written_as_soon_as_the_disk_is_well(engine: Engine, inspector: Inspector, tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("in the way", encoding="utf-8")
    journal = Journal(engine, PictureStore(tmp_path / "pictures"), "st", "run1")
    inspections = [inspect(inspector, number) for number in (1, 2)]
    for inspection in inspections:
        journal.begin(inspection.shot)
    with pytest.raises(StoreError, match="cannot be written"):
        journal.record(inspections[0])
    assert wait([journal._begun[2]], 20).done
    assert queries.last_parts(engine, 5) == []
    (tmp_path / "pictures").unlink()
    for number, inspection in enumerate(inspections, 1):  # each at the first attempt: a backlog must not take a second a part
        assert journal.record(inspection) == number
        (path,) = queries.picture_paths(engine, number).values()
        assert (tmp_path / "pictures" / path).is_file()
    journal.close()


def test_a_part_without_pictures_makes_no_folder(tmp_path: Path) -> None:
    assert PictureStore(tmp_path / "pictures").write("run1", 1, now(), {}) == {}
    assert list(tmp_path.iterdir()) == []


def test_no_row_where_the_picture_cannot_be_written(engine: Engine, inspector: Inspector, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    journal = Journal(engine, PictureStore(tmp_path / "file"), "st", "run1")
    with pytest.raises(StoreError, match="pictures cannot be written"):
        journal.record(inspect(inspector, 1))
    assert queries.last_parts(engine, 5) == []


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5))
def test_events_are_chained_whatever_they_say(tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("chain")
    engine = open_database(folder)
    journal = Journal(engine, PictureStore(folder), "st", "run")
    for actor, detail in events:
        try:
            journal.log_event("lot", actor, lot=detail)
        except StoreError:  # a lone surrogate is no text that SQLite takes
            continue
    assert queries.first_broken_event(engine) is None
    engine.dispose()


@pytest.mark.parametrize(
    "tampering", ["UPDATE event SET detail = '{}' WHERE id = 2", "DELETE FROM event WHERE id = 2", "UPDATE event SET actor = 'x' WHERE id = 2"]
)
def test_an_edited_or_missing_event_shows(journal: Journal, engine: Engine, tampering: str) -> None:
    for i in range(4):
        journal.log_event("model", "eng", version=i)
    assert queries.first_broken_event(engine) is None
    with engine.begin() as connection:
        connection.execute(text(tampering))
    assert queries.first_broken_event(engine) in (2, 3)


def test_migrations_make_exactly_the_tables_of_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata) == []


def test_a_new_ledger_has_the_newest_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == ScriptDirectory(str(REPOSITORY / "station" / "store" / "migrations")).get_current_head()


def test_the_ledger_is_durable_by_default(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL


def test_opening_again_keeps_the_records(tmp_path: Path, inspector: Inspector) -> None:
    for run in ("run1", "run2"):
        engine = open_database(tmp_path)
        Journal(engine, PictureStore(tmp_path / "pictures"), "st", run).record(inspect(inspector, 1))
        engine.dispose()
    engine = open_database(tmp_path)
    assert [(p.run, p.shot_number) for p in queries.last_parts(engine, 5)] == [("run2", 1), ("run1", 1)]
    engine.dispose()


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_database(tmp_path).dispose()
    with sqlite3.connect(tmp_path / DATABASE_NAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="schema '9999' is newer than this program's"):
        open_database(tmp_path)
    with sqlite3.connect(tmp_path / DATABASE_NAME) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    connection.close()


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / DATABASE_NAME) as connection:
        connection.execute("CREATE TABLE shopping (item TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="not a station's database .it holds shopping"):
        open_database(tmp_path)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(b"x" * 5000)
    with pytest.raises(StoreError, match="damaged or something else"):
        open_database(tmp_path)
    assert (tmp_path / DATABASE_NAME).read_bytes() == b"x" * 5000


@contextlib.contextmanager
def ordinary_user_in(folder: Path) -> Iterator[None]:
    """In a read-only folder, without root's rights, which no file mode limits."""
    folder.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        if was_root:
            os.setresuid(0, 0, 0)


def test_a_read_only_folder_or_file_is_refused() -> None:
    with tempfile.TemporaryDirectory() as folder, ordinary_user_in(Path(folder)):
        with pytest.raises(StoreError, match="read-only for this user; verdicts could not be recorded"):
            open_database(Path(folder))
        with pytest.raises(StoreError, match="cannot be made: Permission denied"):
            open_database(Path(folder) / "data")


def test_times_without_a_zone_are_refused(journal: Journal, engine: Engine, inspector: Inspector) -> None:
    inspection = inspect(inspector, 1)
    naive = dataclasses.replace(inspection.shot.frames[0], taken_at=datetime(2026, 1, 1))
    with pytest.raises(StoreError, match="without its zone"):
        journal.record(dataclasses.replace(inspection, shot=dataclasses.replace(inspection.shot, frames=(naive,))))
