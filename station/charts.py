"""The statistics behind QA's charts: Pareto, p-chart, EWMA, histogram. Numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Key = TypeVar("Key")

EWMA_WEIGHT = 0.2
SIGMAS = 3.0
BASELINE_SUBGROUPS = 25
"""The first so many subgroups under one model, threshold pair and recipe say what its scores look like when all is well."""
LEAST_BASELINE = 8
"""With fewer the spread is anybody's guess, so no limits are drawn."""
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar(Generic[Key]):
    """One bar of a Pareto chart."""

    key: Key | None  # None: the rest, gathered in a last bar
    n: int
    cumulative: float  # share of all that this bar and those before it make up, 0..1


def pareto(counts: Mapping[Key, int], n_bars: int = 10) -> list[Bar[Key]]:
    """The most frequent first, equals in order of their names; more than n_bars kinds: the rest is the last bar.

    Raises:
        ValueError: a negative count.
    """
    if any(n < 0 for n in counts.values()):
        raise ValueError(f"negative count in {dict(counts)}")
    ranked = sorted(((key, n) for key, n in counts.items() if n), key=lambda pair: (-pair[1], str(pair[0])))
    shown: list[tuple[Key | None, int]] = [*ranked] if len(ranked) <= n_bars else [*ranked[: n_bars - 1]]
    if rest := sum(n for _, n in ranked[len(shown) :]):
        shown.append((None, rest))
    sums = np.cumsum([n for _, n in shown])
    return [Bar(key, n, float(total / sums[-1])) for (key, n), total in zip(shown, sums, strict=True)]


@dataclass(frozen=True, slots=True)
class PChart:
    """Share of NG in subgroups; every array (k,)."""

    share: Array  # 0..1
    centre: float  # of all subgroups together, 0..1
    lower: Array  # 3 sigma, by each subgroup's size; never below 0
    upper: Array  # never above 1
    is_outside: NDArray[np.bool_]


def p_chart(ng: Sequence[int], parts: Sequence[int]) -> PChart:
    """Limits by subgroup size: p̄ ± 3 √(p̄ (1 − p̄) / n).

    Args:
        ng, parts: (k,) NG parts and all parts of each subgroup; no subgroup is empty.

    Raises:
        ValueError: no subgroup, an empty one, or more NG than parts.

    Source: Montgomery, Introduction to Statistical Quality Control, chapter 7.
    """
    x, n = np.asarray(ng, np.float64), np.asarray(parts, np.float64)
    if len(n) == 0 or x.shape != n.shape or not (n > 0).all() or not ((x >= 0) & (x <= n)).all():
        raise ValueError(f"p-chart of {ng} NG among {parts} parts: expected 0 <= NG <= parts and parts > 0 in each subgroup")
    share, centre = x / n, float(x.sum() / n.sum())
    width = SIGMAS * np.sqrt(centre * (1 - centre) / n)
    lower, upper = np.maximum(centre - width, 0.0), np.minimum(centre + width, 1.0)
    rounding = 1e-12  # 3 of 10 is not outside of a limit of 0.3
    return PChart(share, centre, lower, upper, (share > upper + rounding) | (share < lower - rounding))


@dataclass(frozen=True, slots=True)
class Baseline:
    """What subgroup means look like when all is well; without a spread there are no limits."""

    mean: float
    sigma: float | None  # of the means of full subgroups; None: too few of them
    n_subgroups: int


def baseline(means: Sequence[float]) -> Baseline | None:
    """From the means of the first subgroups, (k,); None without any."""
    x = np.asarray(means[:BASELINE_SUBGROUPS], np.float64)
    if len(x) == 0:
        return None
    return Baseline(float(x.mean()), float(x.std(ddof=1)) if len(x) >= LEAST_BASELINE else None, len(x))


@dataclass(frozen=True, slots=True)
class Ewma:
    """Exponentially weighted moving average and its limits; every array (k,)."""

    level: Array
    lower: Array  # NaN where the baseline has no spread
    upper: Array
    is_outside: NDArray[np.bool_]


def ewma(means: Sequence[float], base: Baseline, fill: Sequence[float] | None = None, weight: float = EWMA_WEIGHT, sigmas: float = SIGMAS) -> Ewma:
    """The average z = λ x + (1 − λ) z before, from the baseline's mean on; limits: mean ± L √Var z.

    The variance goes along: v = λ² σ² / f + (1 − λ)² v before, which for full subgroups is λ / (2 − λ) · (1 − (1 − λ)^2i) σ².

    Args:
        means: (k,) subgroup means, in order.
        fill: (k,) how full each subgroup is, 0 < f <= 1: half as many parts scatter √2 as much. None: all are full.

    Source: Montgomery, Introduction to Statistical Quality Control, chapter 9.
    """
    x = np.asarray(means, np.float64)
    f = np.ones_like(x) if fill is None else np.asarray(fill, np.float64)
    level, variance = np.empty_like(x), np.empty_like(x)
    z, v = base.mean, 0.0
    for i in range(len(x)):
        z = weight * x[i] + (1 - weight) * z
        v = weight**2 / f[i] + (1 - weight) ** 2 * v
        level[i], variance[i] = z, v
    width = sigmas * np.sqrt(variance) * (np.nan if base.sigma is None else base.sigma)
    lower, upper = base.mean - width, base.mean + width
    return Ewma(level, lower, upper, (level < lower) | (level > upper))


@dataclass(frozen=True, slots=True)
class Bins:
    """Equal bins from `first` on; the last one also takes every value beyond it."""

    first: float
    width: float
    n: int

    @property
    def edges(self) -> Array:
        """(n + 1,) the last upper edge is where the last bin would end."""
        return self.first + self.width * np.arange(self.n + 1, dtype=np.float64)


def bins(low: float, high: float, thresholds: Sequence[float], n_bins: int = 60) -> Bins:
    """About n_bins bins of a round width over low … high; of a tail far beyond the thresholds only the beginning.

    Without that one wild score of 900 would squeeze all that matters into the first two bins.
    """
    finite = [t for t in thresholds if np.isfinite(t)]
    end = min(high, max(finite) + 2 * abs(max(finite) - min(low, min(finite)))) if finite else high
    end = max(end, *finite, low) if finite else end
    width = round_up((end - low) / n_bins) if end > low else 1.0
    first = float(np.floor(low / width) * width)
    return Bins(first, width, max(1, int(np.floor((end - first) / width)) + 1))


def round_up(value: float) -> float:
    """The next of … 0.1, 0.2, 0.5, 1, 2, 5, 10 … that is not less.

    Raises:
        ValueError: not above 0.
    """
    if not value > 0:
        raise ValueError(f"{value}: expected a number above 0")
    power = 10.0 ** np.floor(np.log10(value))
    return float(next((step * power for step in _STEPS if step * power >= value * (1 - 1e-9)), 10 * power))


def subgroup_size(n_parts: int, at_most: int) -> int:
    """Parts a subgroup, a round number, so that there are at most so many subgroups."""
    return max(1, round(round_up(max(1, n_parts) / at_most)))
