from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.thresholds import Costs, Reviewed, cost, from_axis, histogram, tally, to_axis
from station.verdict import Judgement, judge

scores = st.lists(st.floats(-100, 1e5).map(float), max_size=30)


def reviewed(good: list[float], defective: list[float]) -> Reviewed:
    return Reviewed(np.array(good, np.float64), np.array(defective, np.float64))


def test_a_score_at_a_threshold_is_below_it_as_the_judge_says() -> None:
    counted = tally(reviewed([1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 5.0]), 2.0, 4.0)
    assert (counted.escapes, counted.overkill, counted.retest_good, counted.retest_defective) == (1, 2, 2, 1)
    assert [(f.what, f.wrong, f.parts) for f in counted.figures()] == [("escape", 1, 3), ("overkill", 2, 4), ("retest", 3, 7)]


@given(scores, scores, st.floats(-50, 1e4), st.floats(0, 1e4))
def test_counting_agrees_with_the_judge_part_by_part(good: list[float], defective: list[float], ok_at_most: float, more: float) -> None:
    counted = tally(reviewed(good, defective), ok_at_most, ok_at_most + more)

    def n(scores: list[float], *judgements: Judgement) -> int:
        return sum(judge([s], ["r"], ok_at_most, ok_at_most + more).judgement in judgements for s in scores)

    assert counted.escapes == n(defective, Judgement.OK)
    assert counted.overkill == n(good, Judgement.NG, Judgement.RETEST)
    assert counted.retest == n(good + defective, Judgement.RETEST)


@given(scores, scores, st.floats(-50, 1e4), st.floats(0, 1e4))
def test_a_higher_ok_threshold_never_means_fewer_escapes_or_more_overkill(good: list[float], defective: list[float], at: float, more: float) -> None:
    low, high = (tally(reviewed(good, defective), ok, at + more) for ok in (at, at + more))
    assert low.escapes <= high.escapes
    assert low.overkill >= high.overkill


def test_thresholds_that_cross_are_refused() -> None:
    with pytest.raises(ValueError, match="lies below"):
        tally(reviewed([1.0], []), 2.0, 1.0)


def test_none_of_seven_is_no_proof() -> None:
    (escape, overkill, _) = tally(reviewed([0.0] * 20, [9.0] * 7), 1.0, 2.0).figures()
    assert (escape.wrong, escape.parts) == (0, 7)
    assert escape.high == pytest.approx(0.4096, abs=1e-4), "Clopper-Pearson"
    assert overkill.low == 0.0


def test_cost_is_that_of_a_thousand_parts_and_unknown_without_both_kinds() -> None:
    costs = Costs(escape=100.0, overkill=1.0, defective_share=0.02)
    counted = tally(reviewed([0.0] * 9 + [5.0], [9.0, 0.5]), 1.0, 2.0)  # half of the defective escape, a tenth of the good is overkill
    found = cost(counted, costs)
    assert found is not None
    assert found[0] == pytest.approx(1000 * (0.02 * 0.5 * 100 + 0.98 * 0.1 * 1))
    assert found[1] < found[0] < found[2]
    assert cost(tally(reviewed([0.0], []), 1.0, 2.0), costs) is None
    assert cost(tally(reviewed([], [3.0]), 1.0, 2.0), costs) is None


@given(scores, scores)
def test_every_score_is_in_the_histogram(good: list[float], defective: list[float]) -> None:
    if not good and not defective:
        with pytest.raises(ValueError, match="no score"):
            histogram(reviewed(good, defective))
        return
    drawn = histogram(reviewed(good, defective), bins=12)
    assert (drawn.good.sum(), drawn.defective.sum()) == (len(good), len(defective))
    assert len(drawn.edges) == 13
    assert (np.diff(drawn.edges) > 0).all()


@given(st.floats(-1e6, 1e6))
def test_the_axis_goes_there_and_back(score: float) -> None:
    assert from_axis(to_axis(np.array([score])))[0] == pytest.approx(score, rel=1e-9, abs=1e-9)
