"""Two thresholds from parts that did not teach: another session or lot where there is one, left-out folds otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.companion import Companion
from models.graph import ScoringModel
from models.manifest import Calibration, Thresholds
from trainer.data import DataError, Parts

DEFAULT_OVERKILL = 0.005
MIN_GOOD = 8
_CHUNK = 50  # parts at a time: 45 regions of 50 parts are 13 MB
_TAIL = 0.1  # share of the good parts that the tail is fitted to
_LOW_TAIL = 0.2  # share of the defective parts that their lower tail is fitted to
_ENOUGH_BEYOND = 10  # parts beyond a quantile that make it trustworthy
_RETEST_RARITY = 10.0
"""NG starts where a good part would be ten times rarer than at the OK threshold; between the two lies RETEST."""


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


def region_scores(model: ScoringModel, parts: Parts, coarse: NDArray[np.int64]) -> NDArray[np.float32]:
    """(parts, regions) scores. coarse: indices of the regions that `parts.thumbnails` holds."""
    n, n_regions, length = parts.vectors.shape
    region = np.arange(n_regions, dtype=np.int64)
    scores = np.empty((n, n_regions), np.float32)
    for start in range(0, n, _CHUNK):
        some = parts.vectors[start : start + _CHUNK]
        thumbnails = None
        if model.companion is not None:
            thumbnails = all_thumbnails(parts, slice(start, start + _CHUNK), coarse).reshape(-1, *parts_thumbnails(parts).shape[2:])
        flat = model.evaluate(some.reshape(-1, length), np.tile(region, len(some)), thumbnails)
        scores[start : start + _CHUNK] = flat.score.reshape(-1, n_regions)
    return scores


def part_scores(model: ScoringModel, parts: Parts, coarse: NDArray[np.int64]) -> NDArray[np.float32]:
    """(parts,) score of each part: its worst region's."""
    return region_scores(model, parts, coarse).max(1)


def companion_scores(companion: Companion, parts: Parts, coarse: NDArray[np.int64]) -> NDArray[np.float32]:
    """(parts,) what the companion signal alone says of each part."""
    thumbnails = parts_thumbnails(parts)
    by_region = [companion.deviation(thumbnails[:, i], np.full(len(thumbnails), g)).max((1, 2)) for i, g in enumerate(coarse)]
    return np.stack(by_region, 1).max(1)


def parts_thumbnails(parts: Parts) -> NDArray[np.float32]:
    """The thumbnails of the parts' coarse regions. Raises DataError where there are only vectors."""
    if parts.thumbnails is None:
        raise DataError("the companion signal needs pictures, and these parts have vectors only; choose a training without it, such as unit-space")
    return parts.thumbnails


def all_thumbnails(parts: Parts, rows: slice, coarse: NDArray[np.int64]) -> NDArray[np.float32]:
    """(parts, regions, 45, 80): zeros for the regions that are not coarse, at which no companion looks."""
    coarse_ones = parts_thumbnails(parts)[rows]
    filled = np.zeros((len(coarse_ones), parts.vectors.shape[1], *coarse_ones.shape[2:]), np.float32)
    filled[:, coarse] = coarse_ones
    return filled


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


def calibration(good: Parts, held_out: str, target: Target, defective: int = 0) -> Calibration:
    """What the thresholds rest on, with a warning where they rest on too little."""
    n = len(good.files)
    warning = ""
    if target.needs_defects:
        wanted = target.escapes if target.escapes is not None and target.cost_of_escape is None else None
        if wanted is None or defective * wanted < 1:
            what = f"escapes of {wanted:.2%}" if wanted is not None else "an escape rate of less than a few percent"
            warning = f"{defective} defective parts cannot show {what}: {_nothing_of(defective)}"
    elif n * target.overkill < 1:
        warning = f"{n} good parts cannot show an overkill of {target.overkill:.2%}: {_nothing_of(n)}"
    row = {
        "good_parts": n,
        "defective_parts": defective,
        "sessions": good.sessions,
        "held_out": held_out,
        "overkill_target": target.overkill,
        "target": str(target),
        "warning": warning,
    }
    return Calibration.model_validate(row)


def check_good(parts: Parts, what: str, at_least: int = MIN_GOOD) -> None:
    """Raises DataError where there are too few good parts to teach or calibrate with."""
    if len(parts.files) < at_least:
        raise DataError(f"{len(parts.files)} good parts {what}; at least {at_least} are needed, about 20 advised")


def _nothing_of(n: int) -> str:
    return f"none of {n} wrong means only at most {3 / max(n, 1):.1%} (95 %)"


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
