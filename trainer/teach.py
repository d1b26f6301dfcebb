"""From labelled parts to a model, by a training recipe: unit spaces, companion, network, scales, thresholds."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.alignment import AlignmentLost
from models.companion import Companion, fit_thumbnail_space
from models.features import FeatureExtractor
from models.graph import NetworkScore, ScoringModel
from models.manifest import Calibration, Thresholds
from models.network import Classifier, Distance, Mahalanobis, Network, ToAnchor, TwoStage
from models.nsoartc import Vectors, vectors_of_thumbnails
from models.recipe import Recipe
from models.region_scale import RegionScale
from models.teaching import MIN_TAUGHT, deviations_of, fit_unit_spaces, folds, left_out_deviations
from models.thresholds import MIN_GOOD, Target, thresholds
from models.unit_space import UnitSpace, window_deviation
from trainer.calibration import calibration, check_good, part_scores, parts_thumbnails
from trainer.data import DataError, Parts
from trainer.training_recipe import NetworkSettings, TrainingRecipe

if TYPE_CHECKING:  # torch takes 2 s to import; teaching unit spaces need not wait for it
    from trainer.loop import Curves, Objective, Precision

log = logging.getLogger(__name__)

_SHOWS_DEFECT = 2.0
"""A region of a defective part teaches the defect where its unit-space score is above this: the label says which part
is bad, not which region shows it. Good regions reach 1 at their 95 % point."""
Embed = Callable[[Vectors, Vectors], NDArray[np.float32]]
"""Vectors and their residuals to embeddings, by PyTorch."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A model ready to be proved, judged and published."""

    training: TrainingRecipe
    model: ScoringModel
    coarse: NDArray[np.int64]  # regions whose thumbnails the parts hold
    thresholds: Thresholds
    calibration: Calibration
    unit_spaces: tuple[str, ...]
    settings: dict[str, str | int | float | bool]  # for the manifest
    calibration_scores: NDArray[np.float32]  # (good calibration parts,)
    embed: Embed | None = None
    curves: Curves | None = None


@dataclass(frozen=True, slots=True)
class How:
    """What a training run is told beside its recipe."""

    target: Target = field(default_factory=Target)
    seed: int = 0
    checkpoint: Path | None = None
    precision: Precision = "no"
    say: Callable[[str], None] = lambda _: None


def teach(training: TrainingRecipe, recipe: Recipe, parts: Parts, calibrating: Parts | None, coarse: NDArray[np.int64], how: How) -> Taught:
    """A model of one training recipe.

    Args:
        recipe: of the station: regions and reference pictures.
        parts: good parts that define the unit spaces and, for a network, defective ones; with copies and
            thumbnails where the training asks for them.
        calibrating: parts of other sessions or lots; None: the good `parts` themselves, each left out of a fold once,
            which only a model without a network allows.
        coarse: regions whose thumbnails the parts hold.

    Raises:
        DataError: too few parts, no defective one, or no pictures where the training needs them.
    """
    start = time.monotonic()
    good = parts.good
    check_good(good, "to teach", MIN_TAUGHT if calibrating is None or training.network is not None else MIN_GOOD)
    if training.network is not None and calibrating is None:
        raise DataError("a network needs calibration sessions of its own (--calib): it remembers the parts it learned from")
    if training.variation is not None and not parts.copies:
        raise DataError(f"training {training.name} learns from varied copies, which needs pictures; these parts have vectors only")
    if calibrating is not None:
        check_good(calibrating.good, "to calibrate")
    n_defective = 0 if calibrating is None else int((~calibrating.is_good).sum())
    if how.target.needs_defects and n_defective < MIN_GOOD:  # said before the training, not after it
        raise DataError(
            f"a threshold for {how.target} needs at least {MIN_GOOD} defective parts in the calibration sessions; there are {n_defective}"
        )
    unit_spaces = fit_unit_spaces(_with_copies(good), training.components)
    model = ScoringModel(unit_spaces, RegionScale.fit(_distances(unit_spaces, (calibrating or parts).good.vectors)))
    if training.companion is not None:
        model = dataclasses.replace(model, companion=_companion(good, (calibrating or parts).good, coarse, training.companion.components))
    names: tuple[str, ...] = ("good",)
    embed, curves = None, None
    if training.network is not None:
        assert calibrating is not None
        learned = _Learned(training, recipe, parts, unit_spaces, how)
        scale = RegionScale.fit(learned.distances(calibrating.good.vectors, unit_spaces))
        model = dataclasses.replace(model, network=NetworkScore(learned.network, scale, training.network.weight))
        names, embed, curves = learned.unit_space_names, learned.embed, learned.curves
    if calibrating is None:
        model, scores = _cross_fitted(training, good, coarse, model)
        basis = calibration(good, "folds", how.target)
        limits = thresholds(scores, how.target)
    else:
        scores = part_scores(model, calibrating.good, coarse)
        bad = calibrating.where(~calibrating.is_good) if how.target.needs_defects else None
        limits = thresholds(scores, how.target, part_scores(model, bad, coarse) if bad is not None and bad.files else None)
        basis = calibration(calibrating.good, "session", how.target, len(bad.files) if bad is not None else 0)
    settings = _settings(training, how) | {
        "sessions": ", ".join(parts.sessions),
        "good_parts": len(good.files),
        "defective_parts": len(parts.files) - len(good.files),
    }
    if curves is not None:
        settings |= {"epochs": curves.epochs, "best_epoch": curves.best_epoch}
    settings["seconds"] = round(time.monotonic() - start, 1)
    return Taught(training, model, coarse, limits, basis, names, settings, scores, embed, curves)


class _Learned:
    """A trained network, frozen."""

    def __init__(self, training: TrainingRecipe, recipe: Recipe, parts: Parts, unit_spaces: tuple[UnitSpace, ...], how: How) -> None:
        import torch

        from trainer import network as nets
        from trainer.loop import fit

        assert training.network is not None
        self.settings: NetworkSettings = training.network
        self._rows = _Rows(parts, unit_spaces, training, recipe)
        how.say(self._rows.summary)
        torch.manual_seed(how.seed)
        is_soart3 = self.settings.distance == "soart3"
        embedding = nets.EmbeddingNet(parts.vectors.shape[2], self.settings.widths, is_soart3, self.settings.input == "residual")
        net: torch.nn.Module = embedding
        if self.settings.objective == "classes":
            net = nets.ClassificationNet(embedding, int(self._rows.classes.max()) + 1)
        objective = self._rows.objective(self.settings, training.fit.held_out, how.seed)

        def report(curves: Curves) -> None:
            how.say(f"epoch {curves.epochs:2} of {training.fit.epochs}: loss {curves.train[-1]:.4f}, held out {curves.held_out[-1]:.4f}")

        made_for = f"{parts.fingerprint} {training.model_dump_json(exclude={'about', 'fit', 'name'})}"
        self.curves = fit(
            net, objective, training.fit, how.seed, checkpoint=how.checkpoint, made_for=made_for, precision=how.precision, on_epoch=report
        )
        how.say(f"kept the weights of epoch {self.curves.best_epoch}")
        nets.round_weights(embedding)
        layers = nets.frozen_layers(embedding)
        blank = np.zeros((1, self.settings.widths[-1]), np.float32)
        bare = Network(layers, Mahalanobis(blank, blank[0], np.eye(len(blank[0]), dtype=np.float32)), self.settings.input, is_soart3)
        head = nets.frozen_classifier(net) if isinstance(net, nets.ClassificationNet) else None
        self.network = dataclasses.replace(bare, distance=self._distance(bare, head, nets.whitening))
        self.embed: Embed = lambda vectors, residual: nets.embed(embedding, vectors if self.settings.input == "vector" else residual)

    def _distance(self, bare: Network, head: Classifier | None, whitening: Callable[[NDArray[np.floating]], NDArray[np.float32]]) -> Distance:
        rows, kind = self._rows, self.settings.distance
        of_good = bare.embed(rows.good, rows.good)
        mean = of_good.mean(0)
        if head is not None:
            if kind == "classifier":
                return head
            means = np.stack([of_good[rows.good_regions == g].mean(0) for g in range(rows.n_regions)])
            return TwoStage(head, means, whitening(of_good - means[rows.good_regions]))
        of_bad = bare.embed(rows.defective, rows.defective)
        anchors = np.stack([mean, *(of_bad[rows.modes == m].mean(0) for m in range(len(rows.mode_names)))]).astype(np.float32)
        if kind == "mahalanobis":
            return Mahalanobis(anchors, mean.astype(np.float32), whitening(of_good - mean))
        return ToAnchor("soart3" if kind == "soart3" else "euclid", bare.embed(rows.region_anchors, rows.region_anchors), anchors)

    @property
    def unit_space_names(self) -> tuple[str, ...]:
        """Names of the graph's unit_space output."""
        if self.settings.distance == "two-stage":
            return ("good", *(f"like {name}" for name in self._rows.region_names))
        return ("good", *self._rows.mode_names)

    def distances(self, vectors: NDArray[np.float32], unit_spaces: tuple[UnitSpace, ...]) -> NDArray[np.float32]:
        """(parts, regions), not scaled yet."""
        by_region = []
        for g, space in enumerate(unit_spaces):
            embedding = self.network.embed(vectors[:, g], space.residual(vectors[:, g]))
            by_region.append(self.network.distance.measure(embedding, np.full(len(vectors), g))[0])
        return np.stack(by_region, 1)


class _Rows:
    """Region vectors as a network sees them: of good parts, and of the regions of defective parts that show the defect."""

    def __init__(self, parts: Parts, unit_spaces: tuple[UnitSpace, ...], training: TrainingRecipe, recipe: Recipe) -> None:
        assert training.network is not None
        good, bad = parts.good, parts.where(~parts.is_good)
        if training.needs_defects and not bad.files:
            raise DataError("no defective part (column fmode) to train on; choose a training from good parts: unit-space or two-stage")
        self.n_regions = parts.vectors.shape[1]
        self.region_names = tuple(f"{r.view} {r.name}" for r in recipe.regions)
        self.mode_names = tuple(sorted(set(bad.modes.tolist())))
        # Residuals against unit spaces that the part did not help to fit: its own would flatter it.
        of_good = _cross_fitted_residuals(good, training.components)
        of_bad = [_residuals(unit_spaces, some.vectors) for some in (bad, *bad.copies)] if bad.files else []
        shows = _shows_defect(of_good[: len(good.files)], of_bad[0]) if bad.files else (np.empty(0, int), np.empty(0, int))
        mode_of_part = np.array([self.mode_names.index(m) for m in bad.modes], np.int64)
        self.modes = np.tile(mode_of_part[shows[0]], len(of_bad)).astype(np.int64)
        self.defective_regions = np.tile(shows[1], len(of_bad)).astype(np.int64)
        self.defective_parts = len(good.files) + np.tile(shows[0], len(of_bad)).astype(np.int64)
        is_vector = training.network.input == "vector"
        all_good = _with_copies(good)
        self.good = (all_good if is_vector else of_good).reshape(-1, parts.vectors.shape[2])
        self.good_regions = np.tile(np.arange(self.n_regions), len(all_good))
        self.good_parts = np.tile(np.repeat(np.arange(len(good.files)), self.n_regions), 1 + len(good.copies))
        seen = [some.vectors for some in (bad, *bad.copies)] if is_vector else of_bad
        self.defective = np.concatenate([rows[shows] for rows in seen]) if bad.files else self.good[:0]
        self.region_anchors = _mean_picture_vectors(recipe, good)
        by_regions = training.network.classes == "regions"
        self.classes = self.good_regions if by_regions else np.concatenate([np.zeros(len(self.good), np.int64), self.modes + 1])
        self.labelled = self.good if by_regions else np.concatenate([self.good, self.defective])
        self.summary = f"{len(good.files)} good and {len(bad.files)} defective parts; {len(shows[0])} regions show a defect"
        if parts.copies:
            self.summary += f"; each also as {len(parts.copies)} other day{'s' if len(parts.copies) > 1 else ''} would show it"

    def objective(self, settings: NetworkSettings, held_out: float, seed: int) -> Objective:
        from trainer.objectives import Classes, Defects, Rows, Triplets

        if settings.objective == "classes":
            parts = self.good_parts if len(self.labelled) == len(self.good) else np.concatenate([self.good_parts, self.defective_parts])
            return Classes(Rows(self.labelled, parts), self.classes, held_out, settings.dropout)
        if settings.objective == "defects":
            return Defects(Rows(self.good, self.good_parts), Rows(self.defective, self.defective_parts), self.modes, settings, held_out)
        rows, classes, triplets = self._triplets(np.random.default_rng(seed))
        return Triplets(rows, triplets, classes, settings, held_out)

    def _triplets(self, rng: np.random.Generator, n: int = 8000) -> tuple[Vectors, NDArray[np.int64], NDArray[np.int64]]:
        """Rows, their classes and (n, 3) triplets.

        Half have a region's mean good picture as anchor, a good row of it as positive and a defective row as negative,
        of the same region where one shows a defect. Half have a mode's mean vector as anchor, a row of the mode as
        positive and a good row or one of another mode as negative.
        """
        n_good, n_bad, n_modes = len(self.good), len(self.defective), len(self.mode_names)
        mode_means = np.stack([self.defective[self.modes == m].mean(0) for m in range(n_modes)])
        rows = np.concatenate([self.good, self.defective, self.region_anchors, mode_means])
        classes = np.concatenate([self.good_regions, self.n_regions + self.modes, np.arange(self.n_regions), self.n_regions + np.arange(n_modes)])
        triplets = np.empty((n, 3), np.int64)
        for i in range(n):
            bad = rng.integers(n_bad)
            if i % 2:
                region = self.defective_regions[bad]
                positive = region + self.n_regions * rng.integers(n_good // self.n_regions)  # rows lie part by part
                triplets[i] = n_good + n_bad + region, positive, n_good + bad
            else:
                others = np.flatnonzero(self.modes != self.modes[bad])
                negative = n_good + rng.choice(others) if i % 4 and len(others) else rng.integers(n_good)
                triplets[i] = n_good + n_bad + self.n_regions + self.modes[bad], n_good + bad, negative
        return rows, classes.astype(np.int64), triplets


def _mean_picture_vectors(recipe: Recipe, good: Parts) -> Vectors:
    """(regions, 1404): vectors of the mean good pictures, which a recipe that aligns has; the mean vectors otherwise."""
    if recipe.alignment.enabled:
        references = {view.name: recipe.reference(view) for view in recipe.views}
        try:
            extractor = FeatureExtractor(recipe)
            return vectors_of_thumbnails(extractor.cut(extractor.extract(references).pictures))
        except AlignmentLost as err:  # a reference that cannot be aligned to itself is flat
            log.warning("the reference picture cannot serve as anchor (%s); the mean vector does", err)
    return good.vectors.mean(0)


def _with_copies(parts: Parts) -> NDArray[np.float32]:
    """(parts x (1 + copies), regions, 1404)"""
    return np.concatenate([parts.vectors, *(copy.vectors for copy in parts.copies)])


def _companion(good: Parts, calibrating: Parts, coarse: NDArray[np.int64], n_components: int) -> Companion:
    taught = np.concatenate([parts_thumbnails(some) for some in (good, *good.copies)])
    spaces = tuple(fit_thumbnail_space(taught[:, i], n_components) for i in range(len(coarse)))
    entry = np.full(good.vectors.shape[1], -1, np.int64)
    entry[coarse] = np.arange(len(coarse))
    seen = parts_thumbnails(calibrating)
    worst = np.stack([space.deviation(seen[:, i]).max((1, 2)) for i, space in enumerate(spaces)], 1)
    return Companion(entry, spaces, RegionScale.fit(worst))


def _cross_fitted(training: TrainingRecipe, good: Parts, coarse: NDArray[np.int64], model: ScoringModel) -> tuple[ScoringModel, NDArray[np.float32]]:
    """The model on the scale of parts that did not teach it, and their part scores: each part left out of a fold once."""
    distances = left_out_deviations(good.vectors, training.components, [copy.vectors for copy in good.copies]).max((2, 3))
    scale = RegionScale.fit(distances)
    scores = ((distances - scale.median) / scale.width).max(1)
    model = dataclasses.replace(model, unit_scale=scale)
    if model.companion is not None and training.companion is not None:
        deviations = []
        for fold in folds(len(good.files)):
            rest, left_out = good.where(~fold), good.where(fold)
            companion = _companion(rest, left_out, coarse, training.companion.components)
            seen = parts_thumbnails(left_out)
            deviations.append(np.stack([space.deviation(seen[:, i]).max((1, 2)) for i, space in enumerate(companion.spaces)], 1))
        scale = RegionScale.fit(np.concatenate(deviations))
        scores = np.maximum(scores, ((np.concatenate(deviations) - scale.median) / scale.width).max(1))
        model = dataclasses.replace(model, companion=dataclasses.replace(model.companion, scale=scale))
    return model, scores


def _cross_fitted_residuals(good: Parts, n_components: int) -> NDArray[np.float32]:
    """(parts x (1 + copies), regions, 1404), in the order of `_with_copies`."""
    by_copy: list[list[NDArray[np.float32]]] = [[] for _ in range(1 + len(good.copies))]
    for fold in folds(len(good.files)):
        spaces = fit_unit_spaces(_with_copies(good.where(~fold)), n_components)
        left_out = good.where(fold)
        for rows, some in zip(by_copy, (left_out, *left_out.copies), strict=True):
            rows.append(_residuals(spaces, some.vectors))
    return np.concatenate([rows for copy in by_copy for rows in copy])


def _residuals(unit_spaces: Sequence[UnitSpace], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(parts, regions, 1404)"""
    return np.stack([space.residual(vectors[:, i]) for i, space in enumerate(unit_spaces)], 1)


def _distances(unit_spaces: Sequence[UnitSpace], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(parts, regions) deviation of the worst window, not scaled yet."""
    return deviations_of(unit_spaces, vectors).max((2, 3))


def _shows_defect(of_good: NDArray[np.float32], of_bad: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(part, region) indices of what shows a defect; at least the worst region of each part."""
    worst_of_good = np.stack([window_deviation(of_good[:, i]).max((1, 2)) for i in range(of_good.shape[1])], 1)
    worst_of_bad = np.stack([window_deviation(of_bad[:, i]).max((1, 2)) for i in range(of_bad.shape[1])], 1)
    scale = RegionScale.fit(worst_of_good)
    scores = (worst_of_bad - scale.median) / scale.width
    part, region = np.nonzero((scores > _SHOWS_DEFECT) | (scores == scores.max(1, keepdims=True)))
    return part, region


def _settings(training: TrainingRecipe, how: How) -> dict[str, str | int | float | bool]:
    """The training recipe as one flat table."""
    flat: dict[str, str | int | float | bool] = {"seed": how.seed}
    for key, value in training.model_dump(mode="json", exclude_none=True).items():
        if isinstance(value, dict):
            flat |= {f"{key}.{k}": v if isinstance(v, (str, int, float, bool)) else str(v) for k, v in value.items()}
        else:
            flat[key] = value
    return flat
