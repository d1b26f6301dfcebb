"""Teaching from good parts alone: unit spaces, their scale, thresholds from parts that were left out. NumPy only, in seconds.

The station teaches so by itself (about 20 parts of one session); the trainer builds on the same steps.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.graph import ScoringModel
from models.manifest import Calibration, Thresholds
from models.nsoartc import FEATURE_VERSION, WINDOW_COLUMNS, WINDOW_ROWS
from models.onnx_nodes import rounded
from models.region_scale import RegionScale
from models.thresholds import MIN_GOOD, DataError, Target, calibration_of, thresholds
from models.unit_space import DEFAULT_COMPONENTS, UnitSpace, fit_unit_space, window_deviation

KIND = "unit-space"
MIN_TAUGHT = MIN_GOOD + 1
"""One can be left out and the rest still defines a unit space."""
N_FOLDS = 4


@dataclass(frozen=True, slots=True)
class TaughtUnitSpaces:
    """A model from good parts, and what it says of each of them when that part does not help to teach it."""

    model: ScoringModel
    thresholds: Thresholds
    calibration: Calibration
    deviations: NDArray[np.float32]  # (parts, regions, 6, 13) of the parts left out, on the model's scale

    @property
    def scores(self) -> NDArray[np.float32]:
        """(parts,) of the parts left out: the worst window of the worst region."""
        return self.deviations.max((1, 2, 3))


def teach_good_parts(
    vectors: NDArray[np.float32],
    sessions: tuple[str, ...],
    target: Target,
    n_components: int = DEFAULT_COMPONENTS,
    told: Callable[[float], None] = lambda _: None,
) -> TaughtUnitSpaces:
    """A unit-space model of good parts, each part left out once for scale and thresholds.

    Args:
        vectors: (parts, regions, 1404) of good parts.
        sessions: where they come from, for the manifest.
        told: hears the share that is done, 0..1; it may raise to end the work.

    Raises:
        DataError: fewer than MIN_TAUGHT parts, or a target that needs defective ones.
        UnitSpaceError: a value that is not finite.
    """
    n = len(vectors)
    if n < MIN_TAUGHT:
        raise DataError(f"{n} good parts to teach; at least {MIN_TAUGHT} are needed, about 20 advised")
    left_out = left_out_deviations(vectors, n_components, told=told)
    scale = RegionScale.fit(left_out.max((2, 3)))
    deviations = (left_out - scale.median[:, None, None]) / scale.width[:, None, None]
    model = ScoringModel(fit_unit_spaces(vectors, n_components), scale)
    scores = deviations.max((1, 2, 3))
    return TaughtUnitSpaces(model, thresholds(scores, target), calibration_of(n, sessions, "folds", target), deviations)


def fit_unit_spaces(vectors: NDArray[np.float32], n_components: int = DEFAULT_COMPONENTS) -> tuple[UnitSpace, ...]:
    """One a region, components rounded to what the graph stores. vectors: (parts, regions, 1404)."""
    fitted = (fit_unit_space(vectors[:, region], n_components) for region in range(vectors.shape[1]))
    return tuple(dataclasses.replace(space, components=rounded(space.components)) for space in fitted)


def deviations_of(unit_spaces: Sequence[UnitSpace], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(parts, regions, 6, 13) deviation of every window, not scaled yet."""
    return np.stack([window_deviation(space.residual(vectors[:, i])) for i, space in enumerate(unit_spaces)], 1)


def left_out_deviations(
    vectors: NDArray[np.float32],
    n_components: int,
    copies: Sequence[NDArray[np.float32]] = (),
    told: Callable[[float], None] = lambda _: None,
) -> NDArray[np.float32]:
    """(parts, regions, 6, 13) deviation of every part by unit spaces that it did not help to define, not scaled yet.

    Args:
        vectors: (parts, regions, 1404) of good parts.
        copies: the same parts in another light; they help to define, they are not measured.
        told: see `teach_good_parts`.
    """
    masks = list(folds(len(vectors)))
    deviations = np.empty((*vectors.shape[:2], WINDOW_ROWS, WINDOW_COLUMNS), np.float32)
    for done, mask in enumerate(masks):
        told(done / len(masks))
        rest = np.concatenate([some[~mask] for some in (vectors, *copies)])
        deviations[mask] = deviations_of(fit_unit_spaces(rest, n_components), vectors[mask])
    return deviations


def folds(n: int) -> Iterator[NDArray[np.bool_]]:
    """(n,) who is left out, for each contiguous fold: neighbours in time stay together.

    N_FOLDS of them; more where the rest would otherwise be fewer than MIN_GOOD parts.
    """
    n_folds = next(k for k in range(min(N_FOLDS, n), n + 1) if n - -(-n // k) >= MIN_GOOD or k == n)
    fold = np.arange(n) * n_folds // n
    for i in range(n_folds):
        yield fold == i


def data_fingerprint(names: Sequence[str], modes: Sequence[str], vectors: NDArray[np.float32]) -> str:
    """Hex digest of feature version, names, defect modes and vectors: the same data give the same model."""
    digest = hashlib.sha256(FEATURE_VERSION.encode())
    for name, mode in zip(names, modes, strict=True):
        digest.update(f"{name} {mode}".encode())
    digest.update(np.ascontiguousarray(vectors).tobytes())
    return digest.hexdigest()
