from __future__ import annotations

import os
import shutil
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sqlalchemy import Engine

from models.recipe import Recipe
from models.registry import Registry
from station.gui.work import Cancelled
from station.inspector import Inspector
from station.model_watch import Loader
from station.priority import give_way
from station.shot import Frame, Shot, Ticket, now
from station.store.database import open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.store.reviews import Truth, add_reviews
from station.store.trials import Pairs, Period, count_parts, lots, stored_parts
from station.trial import Rejudge, cross_table, differing, paired_tests, replay, reviewed_scores
from station.verdict import Judgement
from tests.small import publish_small, small_picture
from trainer import evaluation

OK, NG, RETEST, HOLD = Judgement.OK, Judgement.NG, Judgement.RETEST, Judgement.HOLD
PICTURES = "pictures"


def quiet(share: float, text: str) -> None:
    assert 0 <= share < 1


@pytest.fixture(scope="module")
def loader(recipe: Recipe, published: Path, small_vectors: NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory) -> Loader:
    """Versions 1 (as taught), 2 (everything is NG) and 3 (a missing pin is OK)."""
    store = tmp_path_factory.mktemp("trial") / "store"
    shutil.copytree(published, store)
    publish_small(store, recipe, small_vectors, ok_at_most=1e6, ng_above=1e6)
    return Loader(Registry(store, store.parent / "active"), recipe, "cpu")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def line(engine: Engine, tmp_path: Path, loader: Loader) -> Journal:
    """Four parts of lot A, two of lot B; the last of each has a missing pin; version 1 judged them."""
    journal = Journal(engine, PictureStore(tmp_path / PICTURES), "st", "run")
    inspector = loader.load("1")
    for number, lot in enumerate("AAAABB", 1):
        record(journal, inspector, number, lot, missing_pin=number in (4, 6))
    return journal


def record(
    journal: Journal, inspector: Inspector, number: int, lot: str = "A", missing_pin: bool = False, kind: str = "part", fault: str = ""
) -> int:
    frames = () if fault else (Frame("front", small_picture(np.random.default_rng(number), missing_pin), now()),)
    return journal.record(inspector.inspect(Shot(Ticket(number, lot, "Ann", f"S{number}", kind=kind), frames, fault)))


def rejudge(loader: Loader, version: str, engine: Engine, folder: Path) -> Rejudge:
    return Rejudge(loader.load(version), engine, folder / PICTURES)


def test_replay_finds_the_parts_on_which_a_candidate_differs(line: Journal, loader: Loader, engine: Engine, tmp_path: Path) -> None:
    add_reviews(engine, [4], Truth.NG, "Kondo", "M")
    found = replay(stored_parts(engine, Period(), "small"), rejudge(loader, "3", engine, tmp_path), quiet)
    assert (found.n, differing(found.pairs), found.gone) == (6, 2, 0)
    assert found.sources == {"pictures": 6}
    assert found.opponents == {"1": 6}
    assert [(d.part_id, d.judgement, d.candidate, d.truth, d.mode) for d in found.disagreements] == [
        (6, NG, OK, None, ""),
        (4, NG, OK, Truth.NG, "M"),
    ]
    assert all(d.score == pytest.approx(d.candidate_score, rel=1e-3) for d in found.disagreements), "the same graph, other thresholds"
    assert cross_table(found.pairs).tolist() == [[4, 0, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_a_lot_or_a_period_is_chosen(line: Journal, engine: Engine) -> None:
    def ids(period: Period) -> list[int]:
        found = [part.id for part in stored_parts(engine, period, "small")]
        assert count_parts(engine, period, "small") == len(found)
        return found

    assert ids(Period(lot="A")) == [4, 3, 2, 1]
    assert ids(Period(start=now() - timedelta(hours=1), end=now() + timedelta(hours=1))) == [6, 5, 4, 3, 2, 1]
    assert ids(Period(start=now() + timedelta(hours=1))) == []
    assert ids(Period(end=now() - timedelta(hours=1))) == []
    assert [p.id for p in stored_parts(engine, Period(), "small", n=2)] == [6, 5]
    assert stored_parts(engine, Period(), "another recipe") == []
    assert lots(engine, 10) == ["B", "A"]


def test_challenge_parts_are_no_production_and_reviews_may_be_asked_for(line: Journal, loader: Loader, engine: Engine) -> None:
    record(line, loader.load("1"), 7, kind="challenge")
    add_reviews(engine, [2, 7], Truth.NG, "Kondo")
    add_reviews(engine, [2], Truth.OK, "Abe")
    assert [(p.id, p.truth) for p in stored_parts(engine, Period(), "small", only_reviewed=True)] == [(2, Truth.OK)], "the newest review counts"


def test_where_pictures_are_deleted_vectors_do_and_where_neither_is_left_it_is_counted(
    line: Journal, loader: Loader, engine: Engine, tmp_path: Path
) -> None:
    record(line, loader.load("1"), 7, fault="camera fault: unplugged")
    pictures = sorted((tmp_path / PICTURES).rglob("*.png"))
    for path in pictures[:2]:
        path.unlink()
    found = replay(stored_parts(engine, Period(), "small"), rejudge(loader, "2", engine, tmp_path), quiet)
    assert found.sources == {"pictures": 4, "vectors": 2}
    assert found.gone == 1
    assert found.n == 6
    assert all(d.candidate is NG for d in found.disagreements)


def test_vectors_of_other_regions_are_not_judged(line: Journal, loader: Loader, engine: Engine, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / PICTURES)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE part SET recipe_revision = 2 WHERE id = 1")
        connection.exec_driver_sql("UPDATE part SET feature_version = 'nsoartc-0' WHERE id = 2")
    found = replay(stored_parts(engine, Period(), "small"), rejudge(loader, "2", engine, tmp_path), quiet)
    assert (found.gone, found.sources) == (2, {"vectors": 4})


def test_a_replay_can_be_ended(line: Journal, loader: Loader, engine: Engine, tmp_path: Path) -> None:
    told: list[float] = []

    def tell(share: float, text: str) -> None:
        told.append(share)
        if len(told) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        replay(stored_parts(engine, Period(), "small"), rejudge(loader, "2", engine, tmp_path), tell)
    assert len(told) == 3


def test_scores_of_reviewed_parts_are_the_recorded_ones_or_judged_again(line: Journal, loader: Loader, engine: Engine, tmp_path: Path) -> None:
    record(line, loader.load("1"), 7, fault="camera fault: unplugged")
    add_reviews(engine, [1, 2], Truth.OK, "Kondo")
    add_reviews(engine, [4, 6, 7], Truth.NG, "Kondo")
    add_reviews(engine, [3], Truth.UNSURE, "Kondo")
    parts = stored_parts(engine, Period(), "small", only_reviewed=True)
    own = reviewed_scores(parts, rejudge(loader, "1", engine, tmp_path), quiet)
    assert (len(own.good), len(own.defective), own.n_unsure, own.n_without_score) == (2, 2, 1, 1)
    assert own.good.max() < 12 < own.defective.min()
    assert own.lots == ("B", "A")
    again = reviewed_scores(parts, rejudge(loader, "3", engine, tmp_path), quiet)
    assert again.good == pytest.approx(own.good, rel=1e-3)
    assert again.defective == pytest.approx(own.defective, rel=1e-3)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 50))
def test_the_paired_test_is_the_trainers(only_a: int, only_b: int, both_right: int) -> None:
    def judged(wrong: list[bool]) -> evaluation.Judged:
        n = len(wrong)
        limits = evaluation.Thresholds(ok_at_most=1.0, ng_above=2.0)
        names = tuple(map(str, range(n)))
        return evaluation.Judged(names, np.array(["M"] * n), np.where(wrong, 0.0, 9.0).astype(np.float32), {}, ("",) * n, limits, None)

    a = [True] * only_a + [False] * (only_b + both_right)
    b = [False] * only_a + [True] * only_b + [False] * both_right
    pairs: Pairs = Counter((OK if x else NG, OK if y else NG, Truth.NG) for x, y in zip(a, b, strict=True))
    if not a:
        assert paired_tests(pairs) == []
        return
    (want,) = evaluation.compare(judged(a), judged(b))
    (got,) = paired_tests(pairs)
    assert (got.what, got.parts, got.wrong, got.only) == (want.what, want.parts, want.wrong, want.only)
    assert got.p_value == pytest.approx(want.p_value, rel=1e-6, abs=1e-12)
    assert got.difference == pytest.approx(want.difference)
    word = {"better": "B is better", "worse": "B is worse", "no evidence": "no evidence"}[got.outcome]
    assert want.words.startswith(word)


def test_six_against_none_is_evidence_and_five_is_not() -> None:
    pairs: Pairs = Counter({(NG, OK, Truth.OK): 6, (OK, OK, Truth.OK): 10})
    (test,) = paired_tests(pairs)
    assert (test.what, test.outcome, test.only) == ("overkill", "better", (6, 0))
    (test,) = paired_tests(Counter({(OK, RETEST, Truth.OK): 6}))
    assert test.outcome == "worse", "RETEST of a good part is overkill"
    (test,) = paired_tests(Counter({(NG, OK, Truth.OK): 5}))
    assert test.outcome == "no evidence"


def test_hold_is_no_mistake_on_either_side_and_unsure_says_nothing() -> None:
    pairs: Pairs = Counter({(OK, HOLD, Truth.OK): 9, (HOLD, OK, Truth.NG): 3, (OK, NG, Truth.UNSURE): 50, (OK, NG, None): 50})
    escapes, overkill = paired_tests(pairs)
    assert (escapes.what, escapes.wrong, escapes.only) == ("escapes", (0, 3), (0, 3))
    assert (overkill.parts, overkill.wrong) == (9, (0, 0))


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux only")
def test_a_replay_leaves_the_processor_to_the_line() -> None:
    seen: list[int] = []

    def work() -> None:
        give_way()
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [19]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before, "of that thread only"
