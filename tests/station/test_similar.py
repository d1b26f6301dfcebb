from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from models.graph import Scores
from station.inspector import Inspection
from station.shot import Shot, Ticket
from station.store import similar as module
from station.store.database import StoreError, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.store.points import ROW, Axes
from station.store.reviews import Truth, add_reviews
from station.store.similar import Neighbours, SimilarParts
from station.verdict import Judgement, Verdict
from tests.station import parts
from tests.station.embedded import add_parts


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "data")
    yield engine
    engine.dispose()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def similar(engine: Engine, cache: Path) -> SimilarParts:
    return SimilarParts(engine, cache)


def draw(n: int, seed: int = 0, spread: float = 1.0) -> NDArray[np.float32]:
    """(n, 128): differs in every direction alike, the hardest case for a few axes."""
    return np.random.default_rng(seed).normal(0, spread, (n, 128)).astype(np.float16).astype(np.float32)


def plain(embeddings: NDArray[np.float32], ids: list[int], part: int, n: int = 8) -> list[int]:
    """The nearest by comparing with every one."""
    distances = {i: float(((e - embeddings[ids.index(part)]) ** 2).sum()) for i, e in zip(ids, embeddings, strict=True) if i != part}
    return sorted(distances, key=distances.__getitem__)[:n]


def found(answer: Neighbours) -> list[int]:
    return [one.reviewed.part.id for one in answer.parts]


def points_file(cache: Path) -> Path:
    return cache / "similar-m-1.points"


# -- the answer --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 9, 40, 700])
def test_the_nearest_are_those_of_comparing_with_every_part(engine: Engine, similar: SimilarParts, n: int) -> None:
    embeddings = draw(n)
    ids = add_parts(engine, list(embeddings))
    for part in ids[:: max(1, n // 10)]:
        answer = similar.nearest(part)
        assert found(answer) == plain(embeddings, ids, part)
        assert (answer.among, answer.why_none) == (n - 1, "")
        nearest = embeddings[found(answer)[0] - 1] - embeddings[part - 1]
        assert answer.parts[0].distance == pytest.approx(float(np.linalg.norm(nearest)), rel=1e-5)


def test_candidates_are_measured_until_none_that_is_left_can_be_nearer(
    engine: Engine, similar: SimilarParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty-one axes tell little of embeddings that differ in 128 directions alike: the first eight candidates are not the eight nearest."""
    embeddings = draw(500)
    ids = add_parts(engine, list(embeddings))
    monkeypatch.setattr(module, "_BLOCK", 8)
    asked = ids[::25]
    assert all(found(similar.nearest(part)) == plain(embeddings, ids, part) for part in asked)
    monkeypatch.setattr(module, "_MOST", 8)
    assert any(found(similar.nearest(part)) != plain(embeddings, ids, part) for part in asked), "the first block alone would have done"


def test_a_neighbour_comes_with_its_verdict_and_its_newest_review(engine: Engine, similar: SimilarParts) -> None:
    embeddings = draw(3, spread=0.01)
    (first, second) = add_parts(engine, list(embeddings[:2]), judgement="NG")
    (third,) = add_parts(engine, [embeddings[2]])
    add_reviews(engine, [first], Truth.NG, "Kondo", "X")
    add_reviews(engine, [first], Truth.OK, "Sato")
    by_id = {one.reviewed.part.id: one.reviewed for one in similar.nearest(third).parts}
    assert {i: r.part.judgement for i, r in by_id.items()} == {first: Judgement.NG, second: Judgement.NG}
    review = by_id[first].review
    assert review is not None
    assert (review.truth, review.reviewer) == (Truth.OK, "Sato")
    assert by_id[second].review is None


def test_parts_recorded_by_the_line_are_found(engine: Engine, similar: SimilarParts, tmp_path: Path) -> None:
    """The embedding of the worst region, not of another."""
    journal = Journal(engine, PictureStore(tmp_path / "pictures"), "st", "run1")
    ids = []
    for number, place in enumerate([0.0, 5.0, 1.0], 1):
        embedding = np.stack([np.full(128, 100.0 * number), np.full(128, place)]).astype(np.float32)  # the second region is the worst
        scores = Scores(np.array([0.1, 0.5], np.float32), embedding, np.zeros(2, np.int64), np.zeros((2, 6, 13), np.float32))
        shot = Shot(Ticket(number, "L1", "Ann", ""), ())
        ids.append(journal.record(Inspection(shot, Verdict(Judgement.OK, "", 0.5, 1), parts.Inspector().judge, parts.REGIONS * 2, scores=scores)))
    answer = similar.nearest(ids[0])
    assert found(answer) == [ids[2], ids[1]]
    assert answer.parts[0].distance == pytest.approx(128**0.5)


def test_only_parts_of_the_same_model_version_are_compared(engine: Engine, similar: SimilarParts) -> None:
    (old,) = add_parts(engine, [np.zeros(128)], version="1")
    one, two = add_parts(engine, [np.zeros(128), np.ones(128)], version="2")
    assert found(similar.nearest(one)) == [two]
    assert similar.nearest(old).why_none == "first"


def test_a_challenge_part_is_no_neighbour_but_may_ask(engine: Engine, similar: SimilarParts) -> None:
    first, second = add_parts(engine, list(draw(2)))
    (challenge,) = add_parts(engine, [draw(1)[0]], kind="challenge")
    assert found(similar.nearest(first)) == [second]
    assert set(found(similar.nearest(challenge))) == {first, second}


def test_why_there_are_no_neighbours(engine: Engine, similar: SimilarParts) -> None:
    held, bare = *add_parts(engine, [None], judgement="HOLD"), *add_parts(engine, [None])
    (alone,) = add_parts(engine, [np.zeros(128)])
    assert [similar.nearest(i).why_none for i in (held, bare, alone)] == ["held", "no embedding", "first"]
    with pytest.raises(StoreError, match="no part 99"):
        similar.nearest(99)


def test_an_embedding_that_is_not_finite_is_no_neighbour(engine: Engine, similar: SimilarParts) -> None:
    broken = np.zeros(128)
    broken[3] = np.nan
    far = np.full(128, np.inf)
    good, bad, worse, other = add_parts(engine, [np.zeros(128), broken, far, np.ones(128)])
    assert found(similar.nearest(good)) == [other]
    assert [similar.nearest(i).why_none for i in (bad, worse)] == ["no embedding", "no embedding"]


def test_embeddings_at_the_edge_of_float16_are_compared(engine: Engine, similar: SimilarParts) -> None:
    ids = add_parts(engine, [np.full(128, 65504.0), np.full(128, -65504.0), np.full(128, 65000.0), np.zeros(128)])
    assert found(similar.nearest(ids[0])) == [ids[2], ids[3], ids[1]]


def test_parts_far_beyond_all_that_the_axes_know_are_compared(engine: Engine, similar: SimilarParts) -> None:
    """The points of both lie at the edge of what the cache can hold; the records tell them apart."""
    ids = add_parts(engine, list(draw(30, spread=1e-4)))
    similar.nearest(ids[0])
    far, farther, other = add_parts(engine, [np.full(128, 20000.0), np.full(128, 21000.0), np.full(128, -20000.0)])
    assert found(similar.nearest(far))[0] == farther
    assert found(similar.nearest(farther))[0] == far
    assert other not in found(similar.nearest(far)), "on the other side"


def test_a_damaged_record_is_told(engine: Engine, similar: SimilarParts) -> None:
    first, _ = add_parts(engine, list(draw(2)))
    with engine.begin() as connection:
        connection.execute(text("UPDATE embedding SET embedding = x'00' WHERE part_id = 2"))
    with pytest.raises(StoreError, match="not 128 numbers; the database is damaged"):
        similar.nearest(first)


@given(st.integers(1, 60), st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_reduced_points_are_never_farther_apart_than_their_embeddings(n: int, seed: int, spread: float) -> None:
    embeddings = draw(n + 2, seed, spread)
    axes = Axes.fit(embeddings[:n])
    points = axes.reduce(embeddings).astype(np.float32) * axes.scale
    apart = np.linalg.norm(embeddings[:, None] - embeddings[None], axis=2)
    reduced = np.linalg.norm(points[:, None] - points[None], axis=2)
    size = np.linalg.norm(embeddings - axes.centre, axis=1).max()
    assert (reduced <= apart + 4e-3 * size + 1e-6).all(), "up to the rounding of float16"
    assert reduced.max() >= 0.2 * apart.max(), "and not by saying nothing"


# -- the cache ---------------------------------------------------------------------------------------------------------


def test_a_part_is_found_as_soon_as_it_is_recorded_and_only_it_is_added(engine: Engine, similar: SimilarParts, cache: Path) -> None:
    embeddings = draw(20)
    ids = add_parts(engine, list(embeddings))
    similar.nearest(ids[0])
    before = points_file(cache).read_bytes()
    (new,) = add_parts(engine, [embeddings[0]])
    assert found(similar.nearest(ids[0]))[0] == new
    after = points_file(cache).read_bytes()
    assert len(after) == 21 * ROW.itemsize
    assert after[: len(before)] == before


def test_the_cache_of_an_earlier_run_is_used(engine: Engine, cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    embeddings = draw(20)
    ids = add_parts(engine, list(embeddings))
    SimilarParts(engine, cache).nearest(ids[0])
    before = points_file(cache).stat()
    (new,) = add_parts(engine, [embeddings[5]])
    with caplog.at_level("INFO", module.__name__):
        assert found(SimilarParts(engine, cache).nearest(ids[5]))[0] == new
    after = points_file(cache).stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size + ROW.itemsize)
    assert caplog.records == []


def head(cache: Path) -> Path:
    return points_file(cache).with_suffix(".json")


def flip(path: Path, at: int) -> None:
    blob = bytearray(path.read_bytes())
    blob[at] ^= 1
    path.write_bytes(bytes(blob))


def change_head(cache: Path, **changes: object) -> None:
    known = json.loads(head(cache).read_text())
    head(cache).write_text(json.dumps(known | changes))


def turn_axes(cache: Path) -> None:
    change_head(cache, directions=list(reversed(json.loads(head(cache).read_text())["directions"])))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a flipped bit in the first row": lambda c: flip(points_file(c), 20),
    "a flipped bit in the last row": lambda c: flip(points_file(c), 29 * ROW.itemsize + 70),
    "cut off": lambda c: points_file(c).write_bytes(points_file(c).read_bytes()[:-1]),
    "empty": lambda c: points_file(c).write_bytes(b""),
    "no head": lambda c: head(c).unlink(),
    "a head that is no JSON": lambda c: head(c).write_bytes(b"\xff{"),
    "a head of another kind": lambda c: head(c).write_text("[1, 2]"),
    "no rows": lambda c: change_head(c, rows=0),
    "fewer rows": lambda c: change_head(c, rows=3),
    "more rows": lambda c: change_head(c, rows=300),
    "rows that are no number": lambda c: change_head(c, rows="many"),
    "fewer axes": lambda c: change_head(c, directions=[1.0, 0.0]),
    "other axes": turn_axes,
    "of another model": lambda c: change_head(c, identity="m version 2"),
    "of another format": lambda c: change_head(c, format=0),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_built_again(engine: Engine, cache: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    embeddings = draw(30)
    ids = add_parts(engine, list(embeddings))
    SimilarParts(engine, cache).nearest(ids[0])
    DAMAGES[damage](cache)
    assert found(SimilarParts(engine, cache).nearest(ids[7])) == plain(embeddings, ids, ids[7])
    assert "built again" in caplog.text
    caplog.clear()
    assert found(SimilarParts(engine, cache).nearest(ids[8])) == plain(embeddings, ids, ids[8])
    assert caplog.text == "", "whole from then on"


def test_a_deleted_cache_is_built_again_even_while_it_is_in_use(engine: Engine, cache: Path, similar: SimilarParts) -> None:
    embeddings = draw(30)
    ids = add_parts(engine, list(embeddings))
    similar.nearest(ids[0])
    shutil.rmtree(cache)
    assert found(similar.nearest(ids[7])) == plain(embeddings, ids, ids[7])
    assert found(SimilarParts(engine, cache).nearest(ids[8])) == plain(embeddings, ids, ids[8])


def test_the_cache_of_other_records_is_built_again(engine: Engine, cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As after a database was put back from a copy, or a data folder was mixed up."""
    other = open_database(tmp_path / "other")
    add_parts(other, list(draw(30, seed=1)))
    SimilarParts(other, cache).nearest(1)
    other.dispose()
    embeddings = draw(30, seed=2)
    ids = add_parts(engine, list(embeddings))
    assert found(SimilarParts(engine, cache).nearest(ids[7])) == plain(embeddings, ids, ids[7])
    assert "other embeddings" in caplog.text


def test_the_cache_of_longer_records_is_built_again(engine: Engine, cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    embeddings = draw(30)
    other = open_database(tmp_path / "other")
    add_parts(other, list(embeddings))
    SimilarParts(other, cache).nearest(1)
    other.dispose()
    ids = add_parts(engine, list(embeddings[:20]))
    assert found(SimilarParts(engine, cache).nearest(ids[7])) == plain(embeddings[:20], ids, ids[7])
    assert "the records do not" in caplog.text


def test_what_an_interrupted_append_left_behind_does_not_count(engine: Engine, cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    embeddings = draw(30)
    ids = add_parts(engine, list(embeddings[:20]))
    SimilarParts(engine, cache).nearest(ids[0])
    with points_file(cache).open("ab") as f:
        f.write(b"\x01" * (3 * ROW.itemsize + 5))
    ids += add_parts(engine, list(embeddings[20:]))
    assert found(SimilarParts(engine, cache).nearest(ids[7])) == plain(embeddings, ids, ids[7])
    assert found(SimilarParts(engine, cache).nearest(ids[8])) == plain(embeddings, ids, ids[8])
    assert caplog.text == ""


def test_building_can_be_ended_and_goes_on_where_it_stopped(engine: Engine, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 300)
    monkeypatch.setattr(module, "_BLOCK", 100)
    embeddings = draw(1000)
    ids = add_parts(engine, list(embeddings))
    shares: list[float] = []

    class Ended(Exception):
        pass

    def tell(share: float) -> None:
        shares.append(share)
        if share > 0.5:
            raise Ended

    with pytest.raises(Ended):
        SimilarParts(engine, cache).nearest(ids[0], tell=tell)
    assert shares == [0, 0.3, 0.6]
    assert points_file(cache).stat().st_size == 600 * ROW.itemsize
    shares.clear()
    assert found(SimilarParts(engine, cache).nearest(ids[0], tell=shares.append)) == plain(embeddings, ids, ids[0])
    assert shares == [0.6]


def test_axes_that_were_fitted_to_few_parts_are_fitted_again(engine: Engine, cache: Path, similar: SimilarParts) -> None:
    fitted = []
    embeddings = draw(40)
    ids: list[int] = []
    for n in (1, 6, 9, 24):
        ids += add_parts(engine, list(embeddings[len(ids) : len(ids) + n]))
        assert found(similar.nearest(ids[0])) == plain(embeddings[: len(ids)], ids, ids[0])
        fitted.append(json.loads(head(cache).read_text())["fitted_on"])
    assert fitted == [1, 1, 16, 16]


def test_several_may_ask_at_once(engine: Engine, similar: SimilarParts) -> None:
    embeddings = draw(300)
    ids = add_parts(engine, list(embeddings))
    answers: dict[int, list[int]] = {}
    threads = [threading.Thread(target=lambda part=part: answers.update({part: found(similar.nearest(part))})) for part in ids[:6]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == {part: plain(embeddings, ids, part) for part in ids[:6]}


def test_a_model_name_cannot_lead_out_of_the_folder(engine: Engine, cache: Path, similar: SimilarParts) -> None:
    similar.up_to_date("../m", "1/2")
    add_parts(engine, [np.zeros(128)])
    with engine.begin() as connection:
        connection.execute(text("UPDATE embedding SET model = '../m'"))
    similar.nearest(1)
    assert [p.name for p in cache.parent.rglob("*.points")] == ["similar-..%2Fm-1.points"]
    assert (cache / "similar-..%2Fm-1.points").is_file()
