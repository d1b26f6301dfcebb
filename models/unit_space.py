"""Unit space: what good parts look like in one region, and how far a vector lies from it.

A vector is standardised by the good parts' mean and spread, the good parts' principal components (light, pose,
what varies without being a fault) are removed, and what is left over is divided by what good parts leave over.
Fitted on good parts only, frozen afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.nsoartc import N_METRICS, N_SHAPES, WINDOW_COLUMNS, WINDOW_ROWS, Vectors

DEFAULT_COMPONENTS = 10
"""Enough to take light and pose out (0 leaves 3 retractions of 20 undetected, 10 none; 40 adds overkill), and
small enough that 90 regions fit in a bundle of a few megabytes."""
MIN_PARTS = 8
_SPREAD_FLOOR = 1e-3  # of an element: a constant background must not turn rounding into a deviation
_FULL_UP_TO = 64  # rows
_ROUNDS = 8  # of subspace iteration
_RESIDUAL_FLOOR = 0.1  # of a standardised residual: elements that the components explain wholly stay quiet


class UnitSpaceError(ValueError):
    """The good parts given cannot define a unit space; the message says how many are needed."""


@dataclass(frozen=True, slots=True)
class UnitSpace:
    """The good parts' statistics of one region; all float32."""

    mean: NDArray[np.float32]  # (1404,)
    spread: NDArray[np.float32]  # (1404,) standard deviation, floored
    components: NDArray[np.float32]  # (k, 1404) orthonormal rows
    residual_spread: NDArray[np.float32]  # (1404,) what is left after the components, in units of spread, floored

    def residual(self, vectors: Vectors) -> Vectors:
        """(n, 1404) float32: 0 is the mean good part, 1 the good parts' own residual spread."""
        standardised = (vectors - self.mean) / self.spread
        standardised -= (standardised @ self.components.T) @ self.components
        return standardised / self.residual_spread


def fit_unit_space(vectors: Vectors, n_components: int = DEFAULT_COMPONENTS) -> UnitSpace:
    """The unit space of one region.

    Args:
        vectors: (n, 1404) float32 of n good parts, n >= MIN_PARTS.
        n_components: principal components to remove; at most a third of n is used, so that few parts still
            leave a residual to measure.

    Raises:
        UnitSpaceError: fewer than MIN_PARTS parts, or a value that is not finite.
    """
    n = len(vectors)
    if n < MIN_PARTS:
        raise UnitSpaceError(f"{n} good parts; a unit space needs at least {MIN_PARTS}, about 20 are advised")
    if not np.isfinite(vectors).all():
        raise UnitSpaceError("a vector of the good parts has a value that is not finite")
    exact = vectors.astype(np.float64)
    mean = exact.mean(0)
    spread = exact.std(0, ddof=1) + _SPREAD_FLOOR
    standardised = (exact - mean) / spread
    k = min(n_components, n // 3)
    components = leading_components(standardised, k)
    residual = standardised - (standardised @ components.T) @ components
    residual_spread = np.sqrt((residual**2).sum(0) / (n - 1 - np.count_nonzero(components.any(1))))
    return UnitSpace(
        mean.astype(np.float32),
        spread.astype(np.float32),
        components.astype(np.float32),
        np.maximum(residual_spread, _RESIDUAL_FLOOR).astype(np.float32),
    )


def leading_components(centred: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """The k leading principal components of n centred rows, (k, length), orthonormal; one that explains nothing is zeros.

    They come from the small n x n Gram matrix, and where n is large from a few rounds of subspace iteration on it: the
    components that light and pose make stand far above the rest, and a full decomposition costs twenty times as much.
    """
    n, length = centred.shape
    gram = centred @ centred.T
    basis = np.eye(n)
    if n > _FULL_UP_TO:
        basis = np.random.default_rng(0).standard_normal((n, 2 * k + 10))
        for _ in range(_ROUNDS):
            basis = np.linalg.qr(gram @ basis)[0]
    values, small = np.linalg.eigh(basis.T @ gram @ basis)
    values, left = values[::-1][:k], (basis @ small)[:, ::-1][:, :k]
    kept = values > 1e-9 * max(values[0], 1e-300) if k else np.zeros(0, bool)
    components = np.zeros((k, length))
    components[: kept.sum()] = (left[:, kept].T @ centred) / np.sqrt(values[kept])[:, None]
    return components


def window_deviation(residual: Vectors) -> NDArray[np.float32]:
    """(n, 6, 13) float32: root mean square of each window's 18 residuals (6 kernels x 3 metrics)."""
    cells = residual.reshape(-1, N_SHAPES, WINDOW_ROWS, N_METRICS, WINDOW_COLUMNS)
    return np.sqrt((cells * cells).mean((1, 3)))
