"""Two thresholds on the scores of reviewed parts: what escapes, what is overkill, what is looked at again, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.manifest import Figure
from models.rates import interval

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Scores of reviewed parts, greater = worse, all finite."""

    good: Scores  # (n,) of parts that are truly OK
    defective: Scores  # (m,) of parts that are truly NG
    n_sampled: int = 0  # of all of them, drawn at random; the others were chosen by a person
    n_unsure: int = 0  # reviewed, but nobody knows
    n_without_score: int = 0  # truth known, but no score of this version: held, or neither picture nor usable vector is left
    lots: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Parts with truth and score."""
        return len(self.good) + len(self.defective)


@dataclass(frozen=True, slots=True)
class Tally:
    """How two thresholds sort reviewed parts."""

    good: int
    defective: int
    escapes: int  # truly NG, OK
    overkill: int  # truly OK, NG or RETEST: somebody has to look again
    retest_good: int
    retest_defective: int

    @property
    def retest(self) -> int:
        """Parts between the two thresholds."""
        return self.retest_good + self.retest_defective

    def figures(self) -> tuple[Figure, ...]:
        """The rates that there are parts for, with their 95 % Clopper-Pearson intervals."""
        rows = [("escape", self.escapes, self.defective), ("overkill", self.overkill, self.good), ("retest", self.retest, self.good + self.defective)]
        return tuple(Figure.counted(what, wrong, parts) for what, wrong, parts in rows if parts)


def tally(reviewed: Reviewed, ok_at_most: float, ng_above: float) -> Tally:
    """Count. Raises ValueError where ng_above lies below ok_at_most."""
    if not ok_at_most <= ng_above:
        raise ValueError(f"NG above {ng_above} lies below OK at most {ok_at_most}")
    good, defective = reviewed.good, reviewed.defective

    def between(scores: Scores) -> int:
        return int(((scores > ok_at_most) & (scores <= ng_above)).sum())

    return Tally(len(good), len(defective), int((defective <= ok_at_most).sum()), int((good > ok_at_most).sum()), between(good), between(defective))


@dataclass(frozen=True, slots=True)
class Costs:
    """What mistakes cost, in any one unit, and how often parts are defective."""

    escape: float
    overkill: float
    defective_share: float  # 0..1 of the parts on the line

    def per_thousand(self, escape_rate: float, overkill_rate: float) -> float:
        """Expected cost of a thousand parts; rates 0..1, of defective and of good parts."""
        good_share = 1 - self.defective_share
        return 1000 * (self.defective_share * escape_rate * self.escape + good_share * overkill_rate * self.overkill)


def cost(counted: Tally, costs: Costs) -> tuple[float, float, float] | None:
    """Expected cost of a thousand parts: as counted, and with both rates at the low and high ends of their intervals.

    None where no good or no defective part was reviewed: one of the rates is then anybody's guess.
    """
    if not counted.good or not counted.defective:
        return None
    (e_low, e_high), (o_low, o_high) = interval(counted.escapes, counted.defective), interval(counted.overkill, counted.good)
    counts = costs.per_thousand(counted.escapes / counted.defective, counted.overkill / counted.good)
    return counts, costs.per_thousand(e_low, o_low), costs.per_thousand(e_high, o_high)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts on bins that both kinds share; edges in the score's own unit."""

    edges: Scores  # (bins + 1,)
    good: NDArray[np.int64]  # (bins,)
    defective: NDArray[np.int64]  # (bins,)


def histogram(reviewed: Reviewed, bins: int = 40) -> Histogram:
    """All scores in bins of equal width on `to_axis`; every score lies in one.

    Raises:
        ValueError: there is no score.
    """
    if not reviewed.n:
        raise ValueError("no score to draw")
    at = to_axis(np.concatenate([reviewed.good, reviewed.defective]))
    low, high = float(at.min()), float(at.max())
    margin = max(high - low, 0.5) * 0.02
    edges = np.linspace(low - margin, high + margin, bins + 1)
    good, defective = (np.histogram(to_axis(scores), edges)[0] for scores in (reviewed.good, reviewed.defective))
    return Histogram(from_axis(edges), good, defective)


def to_axis(score: Scores) -> Scores:
    """Where a score is drawn: evenly about 0, by decades beyond, so that good parts (0..1) and defects (to thousands) share a picture."""
    return np.arcsinh(score)


def from_axis(at: Scores) -> Scores:
    """The score that is drawn there."""
    return np.sinh(at)
