"""Whether parts still look as they did: scores and embeddings of a batch against the first parts of the same model version.

Pure numbers. PSI asks whether the scores are spread as before; the shift asks how far the mean embedding has moved, in
spreads of single parts. Both are above zero by chance too, the more so the smaller the batch: each comes with the level
that only one batch in twenty exceeds by chance alone, and is called drift only above it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

N_BINS = 10  # deciles
SOME_PSI, LARGE_PSI = 0.1, 0.25  # the usual limits
SOME_SHIFT, LARGE_SHIFT = 0.5, 1.0  # in spreads of single parts
BASELINE_PARTS = 500
BATCH_PARTS = 500
MIN_BASELINE, MIN_BATCH = 100, 50
_ONE_IN_TWENTY = 1.645  # of a standard normal
_FOLDS = 5


class DriftError(ValueError):
    """Too few parts, or parts without any spread: drift cannot be told. The message says which."""


class Level(StrEnum):
    """How much it is."""

    NONE = "none"
    SOME = "some"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of drift of one batch."""

    value: float
    by_chance: float  # one batch in twenty lies above it without any drift
    level: Level


@dataclass(frozen=True, slots=True)
class Scored:
    """Recorded parts of one model version, oldest first."""

    model: str
    version: str
    ids: tuple[int, ...]
    taken_at: tuple[datetime, ...]
    scores: NDArray[np.float32]  # (n,), finite
    embeddings: NDArray[np.float32]  # (n, d); NaN where the part was not OK: a run of defects is no drift of the picture

    def cut(self, begin: int, end: int) -> Scored:
        """The parts begin <= i < end."""
        part = slice(begin, end)
        return Scored(self.model, self.version, self.ids[part], self.taken_at[part], self.scores[part], self.embeddings[part])

    @property
    def good(self) -> NDArray[np.float32]:
        """(m, d) embeddings of the parts that were OK."""
        return self.embeddings[np.isfinite(self.embeddings).all(1)]


@dataclass(frozen=True, slots=True)
class Point:
    """The drift of one batch; shift is None where too few of its parts were OK."""

    model: str
    version: str
    begin: datetime
    end: datetime
    n_parts: int
    psi: Measure
    shift: Measure | None

    @property
    def level(self) -> Level:
        """The worse of the two."""
        levels = list(Level)
        return max(self.psi.level, Level.NONE if self.shift is None else self.shift.level, key=levels.index)


@dataclass(frozen=True, slots=True)
class Drift:
    """What can be told, oldest first, and why nothing can be told of some model versions."""

    points: tuple[Point, ...]
    untold: tuple[str, ...]


class Baseline:
    """The first parts of a model version, to be compared with."""

    def __init__(self, parts: Scored) -> None:
        """Raises DriftError if they are too few, or all the same."""
        if len(parts.ids) < MIN_BASELINE:
            raise DriftError(f"{parts.model} version {parts.version} has judged {len(parts.ids)} parts; at least {MIN_BASELINE} make a baseline")
        self.last_id = parts.ids[-1]
        self._scores = parts.scores
        self._space = _Space(parts.good) if len(parts.good) >= MIN_BASELINE else None

    def point(self, batch: Scored) -> Point:
        """What has changed in a batch of at least MIN_BATCH parts. Raises DriftError for a smaller one."""
        if len(batch.ids) < MIN_BATCH:
            raise DriftError(f"a batch of {len(batch.ids)} parts is too small: at least {MIN_BATCH}")
        value, limit = psi(self._scores, batch.scores), psi_by_chance(len(self._scores), len(batch.scores))
        score_drift = Measure(value, limit, _level(value, limit, SOME_PSI, LARGE_PSI))
        good = batch.good
        shift = self._space.shift(good) if self._space is not None and len(good) >= MIN_BATCH else None
        return Point(batch.model, batch.version, batch.taken_at[0], batch.taken_at[-1], len(batch.ids), score_drift, shift)


def drift(stretches: Iterable[Scored], baseline_of: Callable[[str, str], Scored], batch_parts: int | None = BATCH_PARTS) -> Drift:
    """The drift of stretches of parts, each cut into batches; the baseline's own parts are left out.

    Args:
        stretches: oldest first, each under one model version.
        baseline_of: the first parts of a model and version.
        batch_parts: parts a batch; None: each stretch is one batch.
    """
    points: list[Point] = []
    untold: dict[tuple[str, str], str] = {}
    baselines: dict[tuple[str, str], Baseline] = {}
    for stretch in stretches:
        key = stretch.model, stretch.version
        if key in untold:
            continue
        try:
            if key not in baselines:
                baselines[key] = Baseline(baseline_of(*key))
        except DriftError as err:
            untold[key] = str(err)
            continue
        after = stretch.cut(bisect_right(stretch.ids, baselines[key].last_id), len(stretch.ids))
        for begin in range(0, len(after.ids), batch_parts or max(1, len(after.ids))):
            batch = after.cut(begin, begin + (batch_parts or len(after.ids)))
            if len(batch.ids) >= MIN_BATCH:
                points.append(baselines[key].point(batch))
    return Drift(tuple(points), tuple(untold.values()))


def psi(baseline: NDArray[np.floating], batch: NDArray[np.floating], n_bins: int = N_BINS) -> float:
    """Population stability index: Σ (q − p) ln(q / p) over bins that hold equal shares of the baseline.

    Half a part is added to each bin, so that an empty one does not make it infinite. 0: the same spread.

    Args:
        baseline, batch: (n,) and (m,) finite scores.
    """
    edges = np.unique(np.quantile(baseline, np.arange(1, n_bins) / n_bins))
    k = len(edges) + 1

    def shares(values: NDArray[np.floating]) -> NDArray[np.float64]:
        counts = np.bincount(np.searchsorted(edges, values), minlength=k).astype(np.float64)
        return (counts + 0.5) / (len(values) + 0.5 * k)

    p, q = shares(baseline), shares(batch)
    return float(((q - p) * np.log(q / p)).sum())


def psi_by_chance(n_baseline: int, n_batch: int, n_bins: int = N_BINS) -> float:
    """The PSI that one batch in twenty exceeds although nothing has changed: χ²(bins − 1) · (1/n + 1/m).

    The χ² quantile is Wilson and Hilferty's, within 0.2 % of the true one for 9 degrees of freedom.
    """
    k = n_bins - 1
    quantile = k * (1 - 2 / (9 * k) + _ONE_IN_TWENTY * math.sqrt(2 / (9 * k))) ** 3
    return float(quantile * (1 / n_baseline + 1 / n_batch))


class _Space:
    """Where good parts lie among the embeddings, and how widely."""

    def __init__(self, embeddings: NDArray[np.float32]) -> None:
        values = np.asarray(embeddings, np.float64)
        self._n = len(values)
        self._mean, self._axes, self._shares = _fit(values)
        # the spread of the small directions is a guess from few parts, and too small: how much too far that makes every
        # distance is seen on parts that were left out
        self._excess = max(1.0, float(np.mean([_left_out(values, fold) for fold in range(_FOLDS)])))

    def shift(self, embeddings: NDArray[np.float32]) -> Measure:
        """How far the mean of (m, d) embeddings lies from that of the baseline, what chance adds already taken off."""
        by_chance = self._excess * (1 / self._n + 1 / len(embeddings))
        moved = (np.asarray(embeddings, np.float64).mean(0) - self._mean) @ self._axes
        value = math.sqrt(max(0.0, float(moved @ moved) - by_chance * float(self._shares.sum())))
        limit = math.sqrt(_ONE_IN_TWENTY * by_chance * math.sqrt(2 * float((self._shares**2).sum())))
        return Measure(value, limit, _level(value, limit, SOME_SHIFT, LARGE_SHIFT))


def _fit(values: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean (d,), axes (d, d) that measure in spreads of single parts, and what share of each axis's unit is true spread (d,).

    The covariance is drawn towards a round one by d / (d + n).

    Raises:
        DriftError: there is no spread.
    """
    n, d = values.shape
    spread, axes = np.linalg.eigh(np.cov(values, rowvar=False).reshape(d, d))
    spread = np.maximum(spread, 0.0)
    if spread.sum() <= 0:
        raise DriftError("all embeddings of the baseline are the same: no shift can be told")
    weight = d / (d + n)
    rounded = (1 - weight) * spread + weight * spread.mean()
    return values.mean(0), axes / np.sqrt(rounded), spread / rounded


def _left_out(values: NDArray[np.float64], fold: int) -> float:
    """The squared distance of the mean of every _FOLDS-th part from that of the others, over what chance would make it."""
    is_out = np.arange(len(values)) % _FOLDS == fold
    kept, left_out = values[~is_out], values[is_out]
    mean, axes, shares = _fit(kept)
    moved = (left_out.mean(0) - mean) @ axes
    return float(moved @ moved) / float(shares.sum() * (1 / len(kept) + 1 / len(left_out)))


def _level(value: float, by_chance: float, some: float, large: float) -> Level:
    if value < some or value <= by_chance:
        return Level.NONE
    return Level.LARGE if value > large else Level.SOME
