"""The verdict on a part. Fail to HOLD, never to OK."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Judgement(StrEnum):
    """What is said of a part."""

    OK = "OK"
    NG = "NG"
    RETEST = "RETEST"  # the score lies between the two thresholds
    HOLD = "HOLD"  # it could not be judged; the reason says why


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one part, and on what it rests."""

    judgement: Judgement
    reason: str = ""  # in words; never empty for HOLD
    score: float | None = None  # of the worst region; None where there is none
    worst: int | None = None  # index of that region in the recipe

    @classmethod
    def hold(cls, reason: str) -> Verdict:
        """The part could not be judged."""
        return cls(Judgement.HOLD, reason)


def judge(scores: Sequence[float], names: Sequence[str], ok_at_most: float, ng_above: float) -> Verdict:
    """The verdict from the scores of a part's regions: that of the worst one.

    OK exactly when every score is finite and the worst is at most `ok_at_most`; NG when the worst is above
    `ng_above`; RETEST between the two. HOLD when a score or threshold is not finite, the thresholds are in the
    wrong order, or a region has no score.

    Args:
        scores: one a region, greater = worse.
        names: the regions' names, for the reason.
    """
    if len(scores) == 0 or len(scores) != len(names):
        return Verdict.hold(f"{len(scores)} scores for {len(names)} regions")
    if not (np.isfinite(ok_at_most) and np.isfinite(ng_above) and ok_at_most <= ng_above):
        return Verdict.hold(f"thresholds missing or in the wrong order: OK at most {ok_at_most}, NG above {ng_above}")
    for score, name in zip(scores, names, strict=True):
        if not np.isfinite(score):
            return Verdict.hold(f"the score of region {name} is {score}")
    worst = int(np.argmax(scores))
    score = float(scores[worst])
    if score <= ok_at_most:
        return Verdict(Judgement.OK, "", score, worst)
    if score > ng_above:
        return Verdict(Judgement.NG, f"{names[worst]}: score {score:.2f}, NG above {ng_above:.2f}", score, worst)
    return Verdict(
        Judgement.RETEST, f"{names[worst]}: score {score:.2f}, between OK at most {ok_at_most:.2f} and NG above {ng_above:.2f}", score, worst
    )
