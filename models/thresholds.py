"""Two thresholds from the scores of parts that did not teach: the tail rule that station and trainer share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.manifest import Calibration, Thresholds
from models.rates import interval

DEFAULT_OVERKILL = 0.005
MIN_GOOD = 8
_TAIL = 0.1  # share of the good parts that the tail is fitted to
_LOW_TAIL = 0.2  # share of the defective parts that their lower tail is fitted to
_ENOUGH_BEYOND = 10  # parts beyond a quantile that make it trustworthy
_RETEST_RARITY = 10.0
"""NG starts where a good part would be ten times rarer than at the OK threshold; between the two lies RETEST."""


class DataError(ValueError):
    """The data cannot teach or judge; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the OK threshold is chosen for: a share of overkill, a share of escapes, or the least cost."""

    overkill: float = DEFAULT_OVERKILL
    escapes: float | None = None  # of defective parts that may pass; goes before overkill, and cost before both
    cost_of_escape: float | None = None  # in any unit; with cost_of_overkill and defect_rate: the least expected cost
    cost_of_overkill: float = 1.0
    defect_rate: float = 0.01  # share of defective parts on the line

    def __post_init__(self) -> None:
        for name, value in (("overkill", self.overkill), ("escapes", self.escapes), ("defect rate", self.defect_rate)):
            if value is not None and not 0 < value < 1:
                raise DataError(f"{name} {value}: expected more than 0 and less than 1")
        for name, value in (("cost of an escape", self.cost_of_escape), ("cost of an overkill", self.cost_of_overkill)):
            if value is not None and not 0 < value < math.inf:
                raise DataError(f"{name} {value}: expected more than 0")

    @property
    def needs_defects(self) -> bool:
        """Whether defective parts must be among the calibration parts."""
        return self.escapes is not None or self.cost_of_escape is not None

    def __str__(self) -> str:
        if self.cost_of_escape is not None:
            return f"least cost at {self.cost_of_escape:g} an escape, {self.cost_of_overkill:g} an overkill, {self.defect_rate:.2%} defective"
        return f"escapes of {self.escapes:.2%}" if self.escapes is not None else f"an overkill of {self.overkill:.2%}"


def thresholds(good: NDArray[np.float32], target: Target, defective: NDArray[np.float32] | None = None) -> Thresholds:
    """Two thresholds from part scores.

    For an overkill, OK reaches to the (1 - overkill) point of the good parts: their quantile where enough of them lie
    beyond it, else the exponential tail fitted above their 90 % point (a quantile between the two largest of 120 is a
    throw of dice: on halves of the connector set's calibration session it gave twice the overkill of the tail). For
    escapes, OK reaches to that point of the defective parts, found in the same way on the logarithm of their scores. For
    the least cost, OK ends where both tails together cost least. NG starts where the good parts' tail says that they are
    ten times rarer than at the OK threshold (further out, where OK ends before their 90 % point).

    Raises:
        DataError: the target needs defective parts and there are fewer than MIN_GOOD.
    """
    start, tail = _upper_tail(good)
    if target.needs_defects and (defective is None or len(defective) < MIN_GOOD):
        n = 0 if defective is None else len(defective)
        raise DataError(f"a threshold for {target} needs at least {MIN_GOOD} defective parts in the calibration sessions; there are {n}")
    if target.cost_of_escape is not None:
        assert defective is not None
        ok_at_most = _least_cost(good, defective, target)
    elif target.escapes is not None:
        assert defective is not None
        ok_at_most = _escape_point(defective, target.escapes)
        passed = float((defective <= ok_at_most).mean())
        if passed > target.escapes:
            raise DataError(
                f"no threshold lets so few as {target.escapes:.2%} of the defective calibration parts pass: {passed:.1%} score like the "
                "median good part or better; the model does not see these defects"
            )
    elif target.overkill >= _TAIL or len(good) * target.overkill >= _ENOUGH_BEYOND:
        ok_at_most = float(np.quantile(good, 1 - target.overkill))
    else:
        ok_at_most = start + tail * math.log(_TAIL / target.overkill)
    return Thresholds(ok_at_most=ok_at_most, ng_above=ok_at_most + tail * math.log(_RETEST_RARITY))


def expected_overkill(good: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of good parts above each score: counted below their 90 % point, by the exponential tail beyond it."""
    start, tail = _upper_tail(good)
    counted = (good[None] > at[:, None]).mean(1)
    beyond = _TAIL * np.exp(-np.maximum(at - start, 0) / max(tail, 1e-12))
    return np.where(at > start, beyond, counted)


def expected_escapes(defective: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of defective parts at or below each score: counted above their 20 % point, by a power tail below it."""
    start, tail = _lower_tail(defective)
    counted = (defective[None] <= at[:, None]).mean(1)
    below = _LOW_TAIL * np.exp(-np.maximum(start - _log(at), 0) / max(tail, 1e-12))
    return np.where(_log(at) < start, below, counted)


def calibration_of(good: int, sessions: tuple[str, ...], held_out: Literal["session", "folds"], target: Target, defective: int = 0) -> Calibration:
    """What the thresholds rest on: how many parts of which sessions or lots, with a warning where they are too few."""
    warning = ""
    if target.needs_defects:
        wanted = target.escapes if target.escapes is not None and target.cost_of_escape is None else None
        if wanted is None or defective * wanted < 1:
            what = f"escapes of {wanted:.2%}" if wanted is not None else "an escape rate of less than a few percent"
            warning = f"{defective} defective calibration parts cannot show {what}: {_nothing_of(defective)}"
    elif good * target.overkill < 1:
        warning = f"{good} good calibration parts cannot show an overkill of {target.overkill:.2%}: {_nothing_of(good)}"
    return Calibration(
        good_parts=good, defective_parts=defective, sessions=sessions, held_out=held_out,
        overkill_target=target.overkill, target=str(target), warning=warning,
    )  # fmt: skip


def _nothing_of(n: int) -> str:
    return f"none of {n} wrong means only at most {interval(0, n)[1]:.1%} (95 %)"


def _upper_tail(good: NDArray[np.float32]) -> tuple[float, float]:
    """Where the tail starts and its mean excess."""
    start = float(np.quantile(good, 1 - _TAIL))
    excess = good[good > start] - start
    return start, float(excess.mean()) if len(excess) else 0.0


def _lower_tail(defective: NDArray[np.float32]) -> tuple[float, float]:
    """The same below the defective parts, on the logarithm of their scores, which span decades."""
    logs = _log(defective)
    start = float(np.quantile(logs, _LOW_TAIL))
    short = start - logs[logs < start]
    return start, float(short.mean()) if len(short) else 0.0


def _escape_point(defective: NDArray[np.float32], share: float) -> float:
    if share >= _LOW_TAIL or len(defective) * share >= _ENOUGH_BEYOND:
        return float(np.nextafter(np.sort(defective)[int(share * len(defective))], np.float32(-np.inf)))  # ties do not pass either
    start, tail = _lower_tail(defective)
    return math.exp(start - tail * math.log(_LOW_TAIL / share))


def _least_cost(good: NDArray[np.float32], defective: NDArray[np.float32], target: Target) -> float:
    """The score at which expected overkill and expected escapes together cost least; the middle of a flat valley."""
    assert target.cost_of_escape is not None
    low, high = float(np.median(good)), float(np.median(defective))
    at = np.linspace(min(low, high), max(low, high), 4001)
    cost = target.cost_of_escape * target.defect_rate * expected_escapes(defective, at)
    cost += target.cost_of_overkill * (1 - target.defect_rate) * expected_overkill(good, at)
    valley = at[cost <= cost.min() * (1 + 1e-6) + 1e-15]
    return float(valley.mean())


def _log(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.log(np.maximum(scores.astype(np.float64), 1e-3))  # a score at or below the median good part's is as low as it gets
