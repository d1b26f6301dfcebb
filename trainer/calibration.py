"""Scores of the parts that give the thresholds (models/thresholds.py), and what is said of them in the manifest."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.companion import Companion
from models.graph import ScoringModel
from models.manifest import Calibration
from models.thresholds import MIN_GOOD, Target, calibration_of
from trainer.data import DataError, Parts

_CHUNK = 50  # parts at a time: 45 regions of 50 parts are 13 MB


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


def calibration(good: Parts, held_out: Literal["session", "folds"], target: Target, defective: int = 0) -> Calibration:
    """What the thresholds rest on, with a warning where they rest on too little."""
    return calibration_of(len(good.files), good.sessions, held_out, target, defective)


def check_good(parts: Parts, what: str, at_least: int = MIN_GOOD) -> None:
    """Raises DataError where there are too few good parts to teach or calibrate with."""
    if len(parts.files) < at_least:
        raise DataError(f"{len(parts.files)} good parts {what}; at least {at_least} are needed, about 20 advised")
