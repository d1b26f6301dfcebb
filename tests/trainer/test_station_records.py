"""What the trainer reads of a data folder that a real journal has written; tests may know both rooms, the rooms may not."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from models.features import FeatureExtractor
from models.nsoartc import FEATURE_VERSION
from models.recipe import Recipe
from models.registry import Registry
from models.scorer import Scorer
from station.inspector import Inspection, Inspector
from station.shot import Frame, Shot, Ticket
from station.store import queries
from station.store.database import DATABASE_NAME, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.store.reviews import Truth, add_reviews
from tests.conftest import REPOSITORY
from tests.small import small_picture
from tests.station.test_store import ordinary_user_in
from trainer import station_records
from trainer.data import DataError
from trainer.station_records import SCHEMA_VERSION, read_records

MORNING = datetime(2026, 1, 2, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def inspections(recipe: Recipe, published: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Inspection]:
    """Six parts, an hour apart: 1, 2 (no second pin), 3 of lot A; 4, 5 (no picture: HOLD), 6 (no second pin) of lot B."""
    registry = Registry(published, tmp_path_factory.mktemp("state"))
    inspector = Inspector(recipe, FeatureExtractor(recipe), Scorer(registry.folder("small", "1"), provider="cpu"))

    def inspect(number: int) -> Inspection:
        at = MORNING + timedelta(hours=number)
        picture = small_picture(np.random.default_rng(number), missing_pin=number in (2, 6))
        frames = () if number == 5 else (Frame("front", picture, at),)
        ticket = Ticket(number, "A" if number <= 3 else "B", "Ann", f"S{number}", at)
        return inspector.inspect(Shot(ticket, frames, "" if frames else "camera fault: gone"))

    found = [inspect(number) for number in range(1, 7)]
    assert [i.verdict.judgement.value for i in found] == ["OK", "NG", "OK", "OK", "HOLD", "NG"]
    return found


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "data")
    yield engine
    engine.dispose()


@pytest.fixture
def data(engine: Engine, inspections: list[Inspection], tmp_path: Path) -> Path:
    """A data folder with the six parts, none reviewed; the station's own connection stays open."""
    folder = tmp_path / "data"
    journal = Journal(engine, PictureStore(folder / "pictures"), "st", "run1")
    assert [journal.record(inspection) for inspection in inspections] == [1, 2, 3, 4, 5, 6]
    return folder


def change(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def ids(folder: Path, recipe: Recipe, **options: object) -> list[str]:
    return [f.labels["part"] for f in read_records(folder, recipe, **options).files]  # type: ignore[arg-type]


def test_the_newest_review_is_the_truth(data: Path, engine: Engine, recipe: Recipe, inspections: list[Inspection]) -> None:
    add_reviews(engine, [1, 2, 3], Truth.OK, "Kondo")
    add_reviews(engine, [2], Truth.NG, "Sato", "M")
    add_reviews(engine, [3], Truth.UNSURE, "Sato")
    add_reviews(engine, [6], Truth.NG, "Sato")
    parts = read_records(data, recipe)
    assert [f.name for f in parts.files] == ["part-1", "part-2", "part-6"]
    assert parts.modes.tolist() == [f.mode for f in parts.files] == ["OK", "M", "NG"]
    assert parts.is_good.tolist() == [True, False, False]
    assert parts.vectors.dtype == np.float32
    for vectors, number in zip(parts.vectors, (1, 2, 6), strict=True):
        features = inspections[number - 1].features
        assert features is not None
        assert np.array_equal(vectors, features.vectors)
    labels = parts.files[1].labels
    assert labels == {
        "part": "2",
        "run": "run1",
        "shot": "2",
        "serial": "S2",
        "taken_at": "2026-01-02T08:00:00+00:00",
        "verdict": "NG",
        "score": repr(inspections[1].verdict.score),
        "model": "small@1",
        "recipe_revision": "3",
        "review": "4",
        "truth": "NG",
        "reviewer": "Sato",
    }


def test_a_lot_is_a_session(data: Path, engine: Engine, recipe: Recipe) -> None:
    add_reviews(engine, [1, 3, 4], Truth.OK, "Kondo")
    parts = read_records(data, recipe)
    assert [f.session for f in parts.files] == ["A", "A", "B"]
    assert [f.name for f in parts.of_sessions(["B"]).files] == ["part-4"]
    assert ids(data, recipe, lots=["B"]) == ["4"]
    assert ids(data, recipe, lots=["B", "A"]) == ["1", "3", "4"]
    with pytest.raises(DataError, match="no part of lot C, D; lots there: A, B"):
        read_records(data, recipe, lots=["D", "A", "C"])


def test_only_parts_taken_from_since_to_before_until(data: Path, engine: Engine, recipe: Recipe) -> None:
    add_reviews(engine, [1, 2, 3, 4], Truth.OK, "Kondo")
    hour = timedelta(hours=1)
    assert ids(data, recipe, since=MORNING + 2 * hour, until=MORNING + 4 * hour) == ["2", "3"]
    with pytest.raises(DataError, match="none was recorded in these lots and times"):
        read_records(data, recipe, since=MORNING + 9 * hour)
    with pytest.raises(DataError, match="since 2026-01-02 00:00:00: a time needs its zone"):
        read_records(data, recipe, since=datetime(2026, 1, 2))


def test_parts_nobody_reviewed_are_left_out_or_good_by_verdict(data: Path, engine: Engine, recipe: Recipe, caplog: pytest.LogCaptureFixture) -> None:
    add_reviews(engine, [3], Truth.NG, "Kondo", "D")
    assert ids(data, recipe) == ["3"]
    assert "1 parts read, 5 left out: 5 not reviewed" in caplog.text
    caplog.clear()
    parts = read_records(data, recipe, unreviewed="by-verdict")
    assert [(f.name, f.mode) for f in parts.files] == [("part-1", "OK"), ("part-3", "D"), ("part-4", "OK")]
    assert "2 judged NG and not reviewed, 1 judged HOLD and not reviewed" in caplog.text
    assert "2 parts without a review count as good by the station's verdict; an escape among them teaches as good" in caplog.text
    with pytest.raises(DataError, match="unreviewed parts 'all': expected 'skip' or 'by-verdict'"):
        read_records(data, recipe, unreviewed="all")  # type: ignore[arg-type]


def test_nothing_is_warned_of_where_everything_is_taken(data: Path, engine: Engine, recipe: Recipe, caplog: pytest.LogCaptureFixture) -> None:
    add_reviews(engine, [1, 2, 3], Truth.OK, "Kondo")
    assert ids(data, recipe, lots=["A"]) == ["1", "2", "3"]
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_parts_of_other_recipes_regions_or_feature_versions_are_left_out_and_counted(
    data: Path, engine: Engine, recipe: Recipe, caplog: pytest.LogCaptureFixture
) -> None:
    add_reviews(engine, [1, 2, 3, 4, 5, 6], Truth.OK, "Kondo")
    change(engine, "UPDATE part SET recipe = 'big' WHERE id = 1")
    change(engine, "UPDATE part SET feature_version = 'nsoartc-0' WHERE id = 2")
    change(engine, "DELETE FROM region WHERE part_id = 3 AND region_index = 1")
    change(engine, "UPDATE region SET name = 'whole' WHERE part_id = 4 AND region_index = 0")
    assert ids(data, recipe) == ["6"]
    for reason in (
        "1 parts read, 5 left out",
        "1 of recipe 'big', not 'small'",
        f"1 of feature version 'nsoartc-0', not '{FEATURE_VERSION}'",
        "1 cut into 2 regions, not 3",
        "1 cut into regions of other names or views than the recipe's",
        "1 without vectors (HOLD, or old and thinned out)",
    ):
        assert reason in caplog.text
    change(engine, "UPDATE region SET vector = x'0000' WHERE part_id = 6 AND region_index = 2")
    with pytest.raises(DataError, match="no part to learn from; left out: .*1 with a vector that is not 1404 finite numbers"):
        read_records(data, recipe)


def test_a_vector_that_is_not_finite_is_left_out(data: Path, engine: Engine, recipe: Recipe, caplog: pytest.LogCaptureFixture) -> None:
    add_reviews(engine, [1, 2], Truth.OK, "Kondo")
    with engine.begin() as connection:
        vector = np.zeros(1404, "<f4")
        vector[7] = np.inf
        connection.execute(text("UPDATE region SET vector = :v WHERE part_id = 1 AND region_index = 2"), {"v": vector.tobytes()})
    assert ids(data, recipe) == ["2"]
    assert "1 with a vector that is not 1404 finite numbers" in caplog.text


def test_a_part_whose_vectors_were_thinned_out_is_one_without(data: Path, engine: Engine, recipe: Recipe, caplog: pytest.LogCaptureFixture) -> None:
    add_reviews(engine, [1, 2], Truth.OK, "Kondo")
    change(engine, "UPDATE region SET vector = x'' WHERE part_id = 1")
    assert ids(data, recipe) == ["2"]
    assert "1 without vectors (HOLD, or old and thinned out)" in caplog.text


@pytest.mark.parametrize("block", [1, 2, 3, 4])
def test_vectors_stay_with_their_parts_whatever_is_left_out_between(
    data: Path, engine: Engine, recipe: Recipe, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(station_records, "_BLOCK", block)
    add_reviews(engine, [1, 2, 3, 4, 5, 6], Truth.OK, "Kondo")
    change(engine, "DELETE FROM region WHERE part_id = 2")
    parts = read_records(data, recipe)
    assert [f.name for f in parts.files] == ["part-1", "part-3", "part-4", "part-6"]
    for files, vectors in zip(parts.files, parts.vectors, strict=True):
        assert np.array_equal(vectors, queries.vectors(engine, int(files.labels["part"])))


def test_another_revision_of_the_recipe_is_said(data: Path, engine: Engine, recipe: Recipe, caplog: pytest.LogCaptureFixture) -> None:
    add_reviews(engine, [1, 2], Truth.OK, "Kondo")
    change(engine, "UPDATE part SET recipe_revision = 2 WHERE id = 1")
    assert ids(data, recipe) == ["1", "2"]
    assert "recipe small is revision 3, parts were recorded under others: 1 of revision 2" in caplog.text


def test_pictures_are_named_while_they_are_there(data: Path, engine: Engine, recipe: Recipe) -> None:
    add_reviews(engine, [1, 2], Truth.OK, "Kondo")
    first, second = (f.views for f in read_records(data, recipe).files)
    assert list(first) == ["front"]
    assert np.array_equal(read_records(data, recipe).files[0].read()["front"], small_picture(np.random.default_rng(1)))
    second["front"].unlink()
    assert [sorted(f.views) for f in read_records(data, recipe).files] == [["front"], []]


def test_the_trainer_reads_the_schema_that_the_station_writes() -> None:
    assert ScriptDirectory(str(REPOSITORY / "station" / "store" / "migrations")).get_current_head() == SCHEMA_VERSION
    assert station_records.DATABASE_NAME == DATABASE_NAME


@pytest.mark.parametrize("found", ["0002", "9999"])
def test_another_schema_is_refused_by_name(data: Path, engine: Engine, recipe: Recipe, found: str) -> None:
    change(engine, f"UPDATE alembic_version SET version_num = '{found}'")
    with pytest.raises(DataError, match=f"its schema is '{found}', this trainer reads '0004'"):
        read_records(data, recipe)


def test_what_is_no_data_folder_is_refused(tmp_path: Path, recipe: Recipe) -> None:
    with pytest.raises(DataError, match=r"no station.sqlite in it; give the data folder of a station"):
        read_records(tmp_path, recipe)
    (tmp_path / DATABASE_NAME).write_bytes(b"x" * 5000)
    with pytest.raises(DataError, match=r"station.sqlite: cannot be read: file is not a database"):
        read_records(tmp_path, recipe)
    (tmp_path / DATABASE_NAME).write_bytes(b"")
    with pytest.raises(DataError, match="not a station's database .it holds nothing"):
        read_records(tmp_path, recipe)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def test_reading_a_station_at_rest_leaves_its_folder_as_it_was(data: Path, engine: Engine, recipe: Recipe) -> None:
    """Not even -wal and -shm: of another user, they would keep the station from starting."""
    add_reviews(engine, [1], Truth.OK, "Kondo")
    engine.dispose()
    before = contents(data)
    assert list(before) == [DATABASE_NAME]
    assert ids(data, recipe) == ["1"]
    assert contents(data) == before


def test_a_copy_that_cannot_be_written_is_read(data: Path, engine: Engine, recipe: Recipe) -> None:
    add_reviews(engine, [1], Truth.OK, "Kondo")
    engine.dispose()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / DATABASE_NAME).write_bytes((data / DATABASE_NAME).read_bytes())
        (Path(folder) / DATABASE_NAME).chmod(0o444)
        with ordinary_user_in(Path(folder)):
            assert ids(Path(folder), recipe) == ["1"]


def test_what_was_read_while_a_station_started_is_thrown_away(data: Path, engine: Engine) -> None:
    engine.dispose()
    with pytest.raises(DataError, match="it was written to while it was being read"), station_records._reading(data / DATABASE_NAME) as connection:
        assert connection.execute(text("SELECT count(*) FROM part")).scalar() == 6
        add_reviews(engine, [1], Truth.OK, "Kondo")


def test_nothing_can_be_written_by_the_trainer(data: Path) -> None:
    with pytest.raises(DataError, match="readonly database"), station_records._reading(data / DATABASE_NAME) as connection:
        connection.execute(text("DELETE FROM part"))
