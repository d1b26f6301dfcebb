"""How sure a counted rate is, and whether two judges of the same parts differ. Plain mathematics: a line PC has no SciPy."""

from __future__ import annotations

import math

CONFIDENCE = 0.95
_Z = 1.959964  # of a 95 % interval
_TINY = 1e-300
_MAX_TERMS = 100_000  # of the continued fraction; it takes about the square root of the count


def interval(wrong: float, parts: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The Clopper-Pearson interval of a rate of `wrong` in `parts`; never narrower than it claims.

    Args:
        wrong, parts: counts; fractions are allowed, as of a weighted sample (Korn and Graubard, 1998).

    Returns:
        Low and high, 0..1; (0, 1) for no parts at all.

    Raises:
        ValueError: not 0 <= wrong <= parts, or not 0 < confidence < 1.
    """
    if not 0 <= wrong <= parts < math.inf:
        raise ValueError(f"{wrong} wrong of {parts} parts: expected 0 up to all of them")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence}: expected more than 0 and less than 1")
    tail = (1 - confidence) / 2
    low = _quantile(tail, wrong, parts - wrong + 1) if wrong > 0 else 0.0
    high = 1 - _quantile(tail, parts - wrong, wrong + 1) if wrong < parts else 1.0
    return low, high


def mcnemar(only_a: int, only_b: int) -> float:
    """The exact two-sided p-value of `only_a` against `only_b` parts on which one judge alone is wrong; 1 without any."""
    fewer, n = min(only_a, only_b), only_a + only_b
    return 1.0 if not n else min(1.0, 2 * beta_cdf(0.5, n - fewer, fewer + 1))


def paired_difference(only_a: int, only_b: int, n: int) -> tuple[float, float, float]:
    """Rate of B less rate of A on n pairs, with a 95 % interval: Wald with Bonett and Price's adjustment (2012).

    Two pseudo-pairs are added, so that 0 against 0 still leaves an interval.
    """
    p_a, p_b = (only_a + 1) / (n + 2), (only_b + 1) / (n + 2)
    half = _Z * math.sqrt((p_a + p_b - (p_b - p_a) ** 2) / (n + 2))
    centre = p_b - p_a
    return (only_b - only_a) / n, max(-1.0, centre - half), min(1.0, centre + half)


def beta_cdf(x: float, a: float, b: float) -> float:
    """The share of a beta distribution (a, b > 0) that lies below x: the regularised incomplete beta function.

    For whole numbers it is the binomial tail: P(at least k of n) at rate p is beta_cdf(p, k, n - k + 1).
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):  # on this side the fraction converges fast
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _quantile(share: float, a: float, b: float) -> float:
    """Where `share` of a beta distribution lies below, by bisection; to the last bits also where it is tiny."""
    low, high = 0.0, 1.0
    while low < (middle := low + (high - low) / 2) < high and high - low > 1e-13 * high:
        low, high = (middle, high) if beta_cdf(middle, a, b) < share else (low, middle)
    return middle


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MAX_TERMS):
        for numerator in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / _not_zero(1 + numerator * d)
            c = _not_zero(1 + numerator / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            return value
    raise ArithmeticError(f"the incomplete beta function of ({a}, {b}) at {x} did not converge")


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
