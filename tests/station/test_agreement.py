from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta
from sqlalchemy import Engine

from station.store.agreement import Disagreement, agreement, cohen_kappa, pairs
from station.store.database import open_database
from station.store.reviews import TAKEN_BACK, Truth, add_reviews
from tests.station.embedded import add_parts

OK, NG, UNSURE = Truth.OK, Truth.NG, Truth.UNSURE


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path, "NORMAL")
    yield engine
    engine.dispose()


def table(rows: list[list[int]]) -> dict[tuple[Truth, Truth], int]:
    """Rows: what the first said (OK, NG, UNSURE); columns: what the second said."""
    return {(a, b): rows[i][j] for i, a in enumerate((OK, NG, UNSURE)[: len(rows)]) for j, b in enumerate((OK, NG, UNSURE)[: len(rows)])}


# -- kappa -------------------------------------------------------------------------------------------------------------


def test_kappa_of_fifty_parts_by_hand() -> None:
    """Both OK 20, both NG 15; 5 and 10 apart. Agreed 35/50 = 0.7; by chance 25/50 · 30/50 + 25/50 · 20/50 = 0.5; kappa = 0.2/0.5."""
    kappa = cohen_kappa(table([[20, 5], [10, 15]]))
    assert kappa is not None
    assert kappa.value == pytest.approx(0.4)
    low, high = beta.ppf(0.025, 35, 16), beta.ppf(0.975, 36, 15)
    assert (kappa.low, kappa.high) == pytest.approx(((low - 0.5) / 0.5, (high - 0.5) / 0.5))


def test_kappa_of_three_answers_by_hand() -> None:
    """The textbook's table of 100 diagnoses (Fleiss, 1981): agreed 0.89, by chance 0.80·0.80 + 0.10·0.05 + 0.10·0.15 = 0.66; kappa 0.68."""
    kappa = cohen_kappa(table([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    assert kappa is not None
    assert kappa.value == pytest.approx((0.89 - 0.66) / 0.34)


def test_perfect_agreement_of_few_parts_is_not_certain() -> None:
    kappa = cohen_kappa(table([[6, 0], [0, 4]]))
    assert kappa is not None
    assert (kappa.value, kappa.high) == (1, 1)
    assert 0 < kappa.low < 0.5


def test_agreement_that_chance_explains_is_none() -> None:
    kappa = cohen_kappa(table([[81, 9], [9, 1]]))
    assert kappa is not None
    assert kappa.value == pytest.approx(0)
    assert kappa.low < 0 < kappa.high


@pytest.mark.parametrize("rows", [[[0, 0], [0, 0]], [[30, 0], [0, 0]]])
def test_kappa_cannot_be_told_without_parts_or_with_one_answer_only(rows: list[list[int]]) -> None:
    assert cohen_kappa(table(rows)) is None


@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=3, max_size=3))
def test_kappa_is_that_of_its_definition_and_lies_in_its_interval(rows: list[list[int]]) -> None:
    kappa = cohen_kappa(table(rows))
    counts = np.array(rows, float)
    if kappa is None:
        assert counts.sum() == 0 or np.count_nonzero(counts.sum(0)) == np.count_nonzero(counts.sum(1)) == 1
        return
    share = counts / counts.sum()
    chance = float(share.sum(1) @ share.sum(0))
    assert kappa.value == pytest.approx((np.trace(share) - chance) / (1 - chance), abs=1e-9)
    assert -1 <= kappa.low <= kappa.value + 1e-12
    assert kappa.value - 1e-12 <= kappa.high <= 1
    turned = cohen_kappa(table(counts.T.astype(int).tolist()))
    assert turned is not None
    assert turned.value == pytest.approx(kappa.value, abs=1e-12), "it does not matter who is first"


# -- opinions in the records -------------------------------------------------------------------------------------------


def test_first_opinions_of_the_same_parts_are_compared(engine: Engine) -> None:
    ids = add_parts(engine, [None] * 5)
    for truth, some in ((OK, ids[:2]), (NG, ids[2:4]), (UNSURE, ids[4:])):
        add_reviews(engine, some, truth, "Kondo")
    for truth, some in ((OK, [ids[0], ids[2]]), (NG, [ids[1], ids[3]])):  # Sato has not seen the last part
        add_reviews(engine, some, truth, "Sato")
    said = agreement(engine, "Kondo", "Sato")
    assert {pair: n for pair, n in said.table.items() if n} == {(OK, OK): 1, (OK, NG): 1, (NG, OK): 1, (NG, NG): 1}
    assert len(said.table) == 9
    assert said.disagreements == (Disagreement(ids[2], (NG, OK)), Disagreement(ids[1], (OK, NG)))
    assert (said.parts, said.agreed) == (4, 2)
    assert said.kappa is not None
    assert said.kappa.value == pytest.approx(0)
    turned = agreement(engine, "Sato", "Kondo")
    assert turned.disagreements[0].truths == (OK, NG)


def test_what_is_said_after_talking_does_not_count(engine: Engine) -> None:
    (part,) = add_parts(engine, [None])
    add_reviews(engine, [part], OK, "Kondo")
    add_reviews(engine, [part], NG, "Sato")
    add_reviews(engine, [part], NG, "Kondo")
    assert agreement(engine, "Kondo", "Sato").disagreements == (Disagreement(part, (OK, NG)),)


def test_an_opinion_that_was_taken_back_was_none(engine: Engine) -> None:
    one, two = add_parts(engine, [None, None])
    add_reviews(engine, [one, two], OK, "Kondo")
    add_reviews(engine, [one, two], NG, "Sato")
    add_reviews(engine, [one, two], UNSURE, "Sato", comment=TAKEN_BACK)
    add_reviews(engine, [two], OK, "Sato")
    said = agreement(engine, "Kondo", "Sato")
    assert {pair: n for pair, n in said.table.items() if n} == {(OK, OK): 1}


def test_pairs_of_reviewers_are_listed_by_how_much_they_share(engine: Engine) -> None:
    ids = add_parts(engine, [None] * 4)
    add_reviews(engine, ids, OK, "Mori")
    add_reviews(engine, ids[:3], OK, "Kondo")
    add_reviews(engine, ids[2:3], OK, "Sato")
    assert list(pairs(engine).items()) == [(("Kondo", "Mori"), 3), (("Kondo", "Sato"), 1), (("Mori", "Sato"), 1)]


def test_nobody_is_compared_with_himself(engine: Engine) -> None:
    with pytest.raises(ValueError, match="expected two reviewers"):
        agreement(engine, "Kondo", "Kondo")


def test_reviewers_who_share_no_part_have_no_agreement(engine: Engine) -> None:
    assert pairs(engine) == {}
    said = agreement(engine, "Kondo", "Sato")
    assert (said.parts, said.kappa, said.disagreements) == (0, None, ())


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["Ann", "Bo"]), st.sampled_from(list(Truth))), max_size=12))
@settings(max_examples=15)  # each opens a database
def test_the_table_is_that_of_reading_the_reviews_one_by_one(tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, str, Truth]]) -> None:
    engine = open_database(tmp_path_factory.mktemp("db"), "NORMAL")
    ids = add_parts(engine, [None] * 4)
    for part, reviewer, truth in said:
        add_reviews(engine, [ids[part]], truth, reviewer)
    wanted: Counter[tuple[Truth, Truth]] = Counter()
    for part in range(4):
        firsts = [next((truth for p, r, truth in said if (p, r) == (part, who)), None) for who in ("Ann", "Bo")]
        if firsts[0] is not None and firsts[1] is not None:
            wanted[firsts[0], firsts[1]] += 1
    assert {pair: n for pair, n in agreement(engine, "Ann", "Bo").table.items() if n} == wanted
    engine.dispose()
