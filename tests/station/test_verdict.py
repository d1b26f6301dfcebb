from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.verdict import Judgement, judge

scores = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=6)
limits = st.floats(allow_nan=True, allow_infinity=True)


@given(scores, limits, limits)
def test_ok_exactly_when_finite_and_at_most_the_threshold(values: list[float], ok: float, ng: float) -> None:
    verdict = judge(values, [str(i) for i in range(len(values))], ok, ng)
    is_sound = all(map(math.isfinite, [*values, ok, ng])) and ok <= ng
    assert (verdict.judgement is Judgement.OK) == (is_sound and max(values) <= ok)
    assert (verdict.judgement is Judgement.NG) == (is_sound and max(values) > ng)
    assert (verdict.judgement is Judgement.HOLD) == (not is_sound)
    assert verdict.judgement is Judgement.OK or verdict.reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.0, Judgement.OK), (1.0000001, Judgement.RETEST), (2.0, Judgement.RETEST), (2.0000001, Judgement.NG), (float("nan"), Judgement.HOLD)],
)
def test_borders_belong_to_the_milder_side(value: float, expected: Judgement) -> None:
    assert judge([value], ["r"], 1.0, 2.0).judgement is expected


def test_the_verdict_is_that_of_the_worst_region_and_names_it() -> None:
    verdict = judge([0.1, 5.0, 0.2], ["a", "b", "c"], 1.0, 2.0)
    assert (verdict.judgement, verdict.worst, verdict.score) == (Judgement.NG, 1, 5.0)
    assert verdict.reason == "b: score 5.00, NG above 2.00"


def test_part_with_nan_score_is_held_though_another_region_is_bad() -> None:
    verdict = judge([9.0, float("nan")], ["a", "b"], 1.0, 2.0)
    assert verdict.judgement is Judgement.HOLD
    assert "region b" in verdict.reason


@pytest.mark.parametrize(("values", "names"), [([], []), ([1.0], ["a", "b"])])
def test_a_region_without_a_score_is_held(values: list[float], names: list[str]) -> None:
    assert judge(values, names, 1.0, 2.0).judgement is Judgement.HOLD
