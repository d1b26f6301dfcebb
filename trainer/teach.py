"""The two ways to a model: unit spaces from good parts alone, or with a network trained on known defects."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.graph import Network, RegionScale, ScoringModel, rounded
from models.manifest import Calibration, Thresholds
from models.unit_space import DEFAULT_COMPONENTS, UnitSpace, fit_unit_space, window_deviation
from trainer.calibration import MIN_GOOD, calibration, check_good, part_scores, thresholds
from trainer.data import DataError, Parts

N_FOLDS = 4
_MIN_FOR_FOLDS = 12  # so that three of four folds still hold MIN_GOOD parts
_SHOWS_DEFECT = 2.0
"""A region of a defective part teaches the defect where its unit-space score is above this: the label says which part
is bad, not which region shows it. Good regions reach 1 at their 95 % point."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A model ready to be proved and published."""

    kind: str
    model: ScoringModel
    thresholds: Thresholds
    calibration: Calibration
    unit_spaces: tuple[str, ...]
    training: dict[str, str | int | float | bool]
    embed: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None


def teach_unit_space(good: Parts, calibrating: Parts | None, overkill: float, n_components: int = DEFAULT_COMPONENTS) -> Taught:
    """A model from good parts alone.

    Args:
        good: good parts that define the unit spaces.
        calibrating: good parts of another session or lot; None: `good` themselves, each left out of a fold once.
        overkill: share of good parts that may fail the OK threshold.

    Raises:
        DataError: too few parts.
    """
    check_good(good, "to teach", MIN_GOOD if calibrating is not None else _MIN_FOR_FOLDS)
    unit_spaces = _unit_spaces(good.vectors, n_components)
    if calibrating is None:
        distances = np.concatenate([_distances(_unit_spaces(rest, n_components), held_out) for rest, held_out in _folds(good.vectors)])
        scale = RegionScale.fit(distances)
        scores = ((distances - scale.median) / scale.width).max(1)
        basis = calibration(good, "folds", overkill)
    else:
        check_good(calibrating, "to calibrate")
        scale = RegionScale.fit(_distances(unit_spaces, calibrating.vectors))
        scores = part_scores(ScoringModel(unit_spaces, scale), calibrating.vectors)
        basis = calibration(calibrating, "session", overkill)
    training: dict[str, str | int | float | bool] = {"good_parts": len(good.files), "components": n_components}
    return Taught("unit-space", ScoringModel(unit_spaces, scale), thresholds(scores, overkill), basis, ("good",), training)


def teach_triplet(
    parts: Parts,
    calibrating: Parts,
    overkill: float,
    seed: int = 0,
    n_components: int = DEFAULT_COMPONENTS,
    say: Callable[[str], None] = lambda _: None,
) -> Taught:
    """A model with an embedding network, trained on good and defective parts.

    Args:
        parts: good and defective parts of the training sessions.
        calibrating: good parts of other sessions or lots.

    Raises:
        DataError: too few good parts, or no defective one.
    """
    from trainer import network  # torch takes 2 s to import; teaching unit spaces need not wait for it

    good, bad = parts.where(parts.is_good), parts.where(~parts.is_good)
    check_good(good, "to teach", _MIN_FOR_FOLDS)
    check_good(calibrating, "to calibrate")
    if not len(bad.files):
        raise DataError("no defective part (column fmode) to train on; teach a unit-space model from good parts instead")
    start = time.monotonic()
    unit_spaces = _unit_spaces(good.vectors, n_components)
    # Residuals against unit spaces that the part did not help to fit: its own would flatter it.
    of_good = np.concatenate([_residuals(_unit_spaces(rest, n_components), held_out) for rest, held_out in _folds(good.vectors)])
    of_bad = _residuals(unit_spaces, bad.vectors)
    names = sorted(set(bad.modes.tolist()))
    chosen, modes = _defective_regions(of_good, of_bad, np.array([names.index(m) for m in bad.modes]))
    say(f"{len(good.files)} good and {len(bad.files)} defective parts; {len(chosen)} regions show a defect")
    settings = network.Training(seed=seed)
    flat_good = of_good.reshape(-1, of_good.shape[2])
    net = network.train(flat_good, chosen, modes, settings, lambda epoch, loss: say(f"epoch {epoch:2} of {settings.epochs}: loss {loss:.4f}"))
    frozen = network.freeze(net, flat_good, chosen, modes, len(names))
    unit_scale = RegionScale.fit(_distances(unit_spaces, calibrating.vectors))
    embedding_scale = RegionScale.fit(_embedding_distances(frozen, _residuals(unit_spaces, calibrating.vectors)))
    model = ScoringModel(unit_spaces, unit_scale, frozen, embedding_scale)
    limits = thresholds(part_scores(model, calibrating.vectors), overkill)
    training = {"good_parts": len(good.files), "defective_parts": len(bad.files), "components": n_components} | dataclasses.asdict(settings)
    training["seconds"] = round(time.monotonic() - start, 1)
    unit_space_names = ("good", *names)
    return Taught(
        "triplet", model, limits, calibration(calibrating, "session", overkill), unit_space_names, training, lambda rows: network.embed(net, rows)
    )


def _unit_spaces(vectors: NDArray[np.float32], n_components: int) -> tuple[UnitSpace, ...]:
    """One a region, components rounded to what the graph stores. vectors: (parts, regions, 1404)."""
    fitted = (fit_unit_space(vectors[:, region], n_components) for region in range(vectors.shape[1]))
    return tuple(dataclasses.replace(space, components=rounded(space.components)) for space in fitted)


def _folds(vectors: NDArray[np.float32]) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """(rest, held out) for each of N_FOLDS contiguous folds: neighbours in time stay together."""
    fold = np.arange(len(vectors)) * N_FOLDS // len(vectors)
    for i in range(N_FOLDS):
        yield vectors[fold != i], vectors[fold == i]


def _residuals(unit_spaces: tuple[UnitSpace, ...], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(parts, regions, 1404)"""
    return np.stack([space.residual(vectors[:, i]) for i, space in enumerate(unit_spaces)], 1)


def _distances(unit_spaces: tuple[UnitSpace, ...], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(parts, regions) deviation of the worst window, not scaled yet."""
    return np.stack([window_deviation(space.residual(vectors[:, i])).max((1, 2)) for i, space in enumerate(unit_spaces)], 1)


def _embedding_distances(network: Network, residuals: NDArray[np.float32]) -> NDArray[np.float32]:
    """(parts, regions) Mahalanobis distances, not scaled yet."""
    return np.stack([network.distance(network.embed(residuals[:, i])) for i in range(residuals.shape[1])], 1)


def _defective_regions(
    of_good: NDArray[np.float32], of_bad: NDArray[np.float32], modes: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Residuals of the regions that show a defect, (m, 1404), and their modes, (m,); at least the worst one of each part."""
    worst_of_good = np.stack([window_deviation(of_good[:, i]).max((1, 2)) for i in range(of_good.shape[1])], 1)
    worst_of_bad = np.stack([window_deviation(of_bad[:, i]).max((1, 2)) for i in range(of_bad.shape[1])], 1)
    scale = RegionScale.fit(worst_of_good)
    scores = (worst_of_bad - scale.median) / scale.width
    shows = (scores > _SHOWS_DEFECT) | (scores == scores.max(1, keepdims=True))
    part, region = np.nonzero(shows)
    return of_bad[part, region], modes[part]
