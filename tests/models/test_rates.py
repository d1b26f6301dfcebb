from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest

from models.rates import beta_cdf, interval, mcnemar, paired_difference


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_covers_what_it_claims(case: tuple[int, int]) -> None:
    wrong, n = case
    low, high = interval(wrong, n)
    assert 0 <= low <= wrong / n <= high <= 1
    # Clopper-Pearson by its definition: at either end, what was seen is in a 2.5 % tail
    if wrong:
        assert binom.sf(wrong - 1, n, low) == pytest.approx(0.025, abs=1e-6)
    if wrong < n:
        assert binom.cdf(wrong, n, high) == pytest.approx(0.025, abs=1e-6)


@given(st.integers(1, 2_000_000).flatmap(lambda n: st.tuples(st.one_of(st.integers(0, min(n, 20)), st.integers(0, n)), st.just(n))))
def test_the_interval_is_that_of_scipy_up_to_millions_of_parts(case: tuple[int, int]) -> None:
    wrong, n = case
    low, high = interval(wrong, n)
    assert low == pytest.approx(beta.ppf(0.025, wrong, n - wrong + 1) if wrong else 0, rel=1e-6)
    assert high == pytest.approx(beta.ppf(0.975, wrong + 1, n - wrong) if wrong < n else 1, rel=1e-6)


@given(st.floats(0.1, 5000), st.floats(0.1, 5000), st.floats(0, 1))
def test_the_incomplete_beta_function_is_that_of_scipy(a: float, b: float, x: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(beta.cdf(x, a, b), abs=1e-9)


def test_none_wrong_of_n_still_allows_about_three_in_n() -> None:
    assert interval(0, 160)[1] == pytest.approx(3.69 / 160, rel=0.02)


def test_two_of_ten_by_hand() -> None:
    """Table value of the 95 % interval for 2 of 10: 2.5 % to 55.6 %."""
    assert interval(2, 10) == (pytest.approx(0.0252, abs=5e-5), pytest.approx(0.5561, abs=5e-5))


def test_no_parts_allow_every_rate() -> None:
    assert interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("wrong", "parts"), [(-1, 5), (6, 5), (float("nan"), 5), (0, float("inf"))])
def test_impossible_counts_are_refused(wrong: float, parts: float) -> None:
    with pytest.raises(ValueError, match="expected 0 up to all"):
        interval(wrong, parts)


def test_an_impossible_confidence_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence 1.0"):
        interval(1, 5, 1.0)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemars_exact_test_is_a_binomial_test_of_one_half(only_a: int, only_b: int) -> None:
    expected = binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert mcnemar(only_a, only_b) == pytest.approx(expected, rel=1e-6)


def test_mcnemar_by_hand() -> None:
    assert mcnemar(6, 0) == pytest.approx(2 / 2**6)
    assert mcnemar(5, 0) == pytest.approx(2 / 2**5)
    assert mcnemar(0, 0) == mcnemar(3, 3) == 1.0


@given(st.integers(1, 100).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))))
def test_a_paired_interval_holds_its_difference(case: tuple[int, int, int]) -> None:
    n, only_a, only_b = case
    only_b = min(only_b, n - only_a)
    difference, low, high = paired_difference(only_a, only_b, n)
    assert -1 <= low < high <= 1
    assert low - 0.05 <= difference <= high + 0.05


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 400))
def test_the_difference_lies_within_its_interval(a: int, b: int, more: int) -> None:
    difference, low, high = paired_difference(a, b, a + b + more)
    assert -1 <= low <= high <= 1
    assert low <= difference <= high
