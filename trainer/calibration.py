"""Thresholds from good parts that did not teach: another session where there is one, left-out folds otherwise."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.graph import ScoringModel
from models.manifest import Calibration, Thresholds
from trainer.data import DataError, Parts

DEFAULT_OVERKILL = 0.005
MIN_GOOD = 8
_CHUNK = 50  # parts at a time: 45 regions of 50 parts are 13 MB
_TAIL = 0.1  # share of the good parts that the tail is fitted to
_ENOUGH_BEYOND = 10  # good parts beyond a quantile that make it trustworthy
_RETEST_RARITY = 10.0
"""NG starts where a good part would be ten times rarer than at the OK threshold; between the two lies RETEST."""


def part_scores(model: ScoringModel, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(parts,) score of each part: its worst region's. vectors: (parts, regions, 1404)."""
    n, n_regions = vectors.shape[:2]
    region = np.arange(n_regions, dtype=np.int64)
    scores = np.empty((n, n_regions), np.float32)
    for start in range(0, n, _CHUNK):
        some = vectors[start : start + _CHUNK]
        flat = model.evaluate(some.reshape(-1, some.shape[2]), np.tile(region, len(some)))
        scores[start : start + _CHUNK] = flat.score.reshape(-1, n_regions)
    return scores.max(1)


def thresholds(scores: NDArray[np.float32], overkill: float) -> Thresholds:
    """Two thresholds from the scores of good parts.

    OK reaches to the (1 - overkill) point of the scores: their quantile where enough of them lie beyond it, else the
    exponential tail fitted above their 90 % point (a quantile between the two largest of 120 is a throw of dice: on
    halves of the connector set's calibration session it gave twice the overkill of the tail). NG starts where that
    tail says that good parts are ten times rarer still.
    """
    start = float(np.quantile(scores, 1 - _TAIL))
    excess = scores[scores > start] - start
    tail = float(excess.mean()) if len(excess) else 0.0
    if overkill >= _TAIL or len(scores) * overkill >= _ENOUGH_BEYOND:
        ok_at_most = float(np.quantile(scores, 1 - overkill))
    else:
        ok_at_most = start + tail * math.log(_TAIL / overkill)
    return Thresholds(ok_at_most=ok_at_most, ng_above=ok_at_most + tail * math.log(_RETEST_RARITY))


def calibration(parts: Parts, held_out: str, overkill: float) -> Calibration:
    """What the thresholds rest on, with a warning where they rest on too little."""
    n = len(parts.files)
    warning = ""
    if n * overkill < 1:
        warning = f"{n} good parts cannot show an overkill of {overkill:.2%}: none of {n} wrong means only at most {3 / n:.1%} (95 %)"
    sessions = tuple(sorted({f.session or "unnamed" for f in parts.files}))
    return Calibration.model_validate({"good_parts": n, "sessions": sessions, "held_out": held_out, "overkill_target": overkill, "warning": warning})


def check_good(parts: Parts, what: str, at_least: int = MIN_GOOD) -> None:
    """Raises DataError where there are too few good parts to teach or calibrate with."""
    if len(parts.files) < at_least:
        raise DataError(f"{len(parts.files)} good parts {what}; at least {at_least} are needed, about 20 advised")
