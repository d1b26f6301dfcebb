"""The method's author's own experiment: train on a table of triplets (or labelled vectors), judge another table.

No station recipe, no parts: every row is a vector with a label (0 good, else the defect's position) and a mode.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from models.nsoartc import Vectors
from trainer import network, plots
from trainer.data import DataError
from trainer.evaluation import angular_similarity, auroc
from trainer.loop import Curves, fit
from trainer.objectives import Classes, Rows, Triplets
from trainer.tables import OtherLayout, TripletTable, VectorTable, read_triplets, read_vectors
from trainer.training_recipe import NetworkSettings, TrainingRecipe, find_training

_GOOD_MODES = ("0", "OK")
_N_TRIPLETS = 8000


def train_on_tables(table: str, revision: str | None, test: str, test_revision: str | None, training: str, seed: int, output: Path) -> int:
    """Train, print AUROC by mode and angular similarity, write figures.

    Raises:
        DataError: a table that cannot be read, or a training that needs more than vectors.
    """
    how = find_training(training)
    if how.network is None or how.needs_pictures or how.network.input != "vector" or how.network.classes == "regions":
        raise DataError(f"training {training} needs parts of a recipe; on a table train triplet-euclid, triplet-soart3 or classifier")
    judged = read_vectors(test, test_revision)
    try:
        taught: TripletTable | VectorTable = read_triplets(table, revision)
    except OtherLayout:
        taught = read_vectors(table, revision)
    rows, triplets, classes, good_anchor = _samples(taught, np.random.default_rng(seed))
    torch.manual_seed(seed)
    net, scores, curves = _trained(how, how.network, rows, triplets, classes, good_anchor, judged.vectors, seed)
    output.mkdir(parents=True, exist_ok=True)
    good = np.isin(judged.modes, _GOOD_MODES)
    if not good.any() or good.all():
        raise DataError(f"{judged.source}: expected good and defective rows, met {'only good' if good.all() else 'no good'} ones")
    print(f"{len(rows)} vectors of {taught.source}, {curves.epochs} epochs, weights of epoch {curves.best_epoch}; judged: {judged.source}")
    for mode in ["all", *sorted(set(judged.modes[~good].tolist()))]:
        bad = ~good if mode == "all" else judged.modes == mode
        print(f"  mode {mode:4} AUROC {auroc(scores[good], scores[bad]):.4f}   ({int(bad.sum())} defective, {int(good.sum())} good)")
    embedded, anchor = network.embed(net, judged.vectors), network.embed(net, good_anchor[None])
    similar = angular_similarity(np.repeat(anchor, len(embedded), 0), embedded)
    print(
        f"  angular similarity to the good anchor: good {np.median(similar[good]):.3f}, defective {np.median(similar[~good]):.3f} (medians); "
        f"right at 0.5: {np.mean((similar > 0.5) == good):.1%}; AUROC {auroc(-similar[good], -similar[~good]):.4f}"
    )
    anchors = [rows[i] for i in triplets[len(triplets) // 2]]
    figures = {
        "triplet": plots.triplet_maps(*anchors),
        "loss": plots.loss_curves(curves),
        "embedding-test": plots.embedding_map(embedded, ["OK" if g else m for g, m in zip(good, judged.modes, strict=True)], "Embeddings, test"),
    }
    for name, figure in figures.items():
        (output / f"{name}.png").write_bytes(plots.png(figure))
    print(f"  figures: {', '.join(str(output / f'{name}.png') for name in figures)}")
    return 0


def _trained(
    how: TrainingRecipe, settings: NetworkSettings, rows: Vectors, triplets: NDArray[np.int64], classes: NDArray[np.int64], good_anchor: Vectors,
    judged: Vectors, seed: int,
) -> tuple[network.EmbeddingNet, NDArray[np.float32], Curves]:  # fmt: skip
    """The embedding network, and how far each judged vector lies from good ones."""
    embedding = network.EmbeddingNet(rows.shape[1], settings.widths, settings.distance == "soart3")
    if settings.objective == "classes":
        classifier = network.ClassificationNet(embedding, int(classes.max()) + 1)
        curves = fit(classifier, Classes(Rows(rows, np.arange(len(rows))), classes, how.fit.held_out), how.fit, seed)
        head = network.frozen_classifier(classifier)
        return embedding, head.measure(network.embed(embedding, judged), np.zeros(len(judged), np.int64))[0], curves
    curves = fit(embedding, Triplets(rows, triplets, classes, settings, how.fit.held_out), how.fit, seed)
    anchor = torch.from_numpy(network.embed(embedding, good_anchor[None]))
    distance = network.soart3_distance if settings.distance == "soart3" else network.euclid
    embedded = torch.from_numpy(network.embed(embedding, judged))
    return embedding, distance(anchor.expand_as(embedded), embedded).numpy(), curves


def _samples(table: TripletTable | VectorTable, rng: np.random.Generator) -> tuple[Vectors, NDArray[np.int64], NDArray[np.int64], Vectors]:
    """Rows, triplets (m, 3) of their indices, classes (rows,) with 0 for good, and the good anchor (1404,).

    Of a triplet table its own triplets; of labelled vectors, each class's mean vector as anchor.
    """
    if isinstance(table, TripletTable):
        n = len(table.anchors)
        rows = np.concatenate([table.anchors, table.positives, table.negatives])
        labels = np.concatenate([table.positive_labels, table.positive_labels, table.negative_labels])
        good = np.flatnonzero(table.positive_labels == 0)
        if not len(good):
            raise DataError(f"{table.source}: no triplet has a good anchor (plabel 0), so there is nothing to measure from")
        return rows, np.arange(3 * n).reshape(3, n).T.copy(), np.unique(labels, return_inverse=True)[1].astype(np.int64), table.anchors[good[0]]
    known, classes = np.unique(table.labels, return_inverse=True)
    if known[0] != 0 or len(known) < 2:
        raise DataError(f"{table.source}: expected label 0 for good rows and others for defective ones, met labels {known.tolist()}")
    means = np.stack([table.vectors[classes == c].mean(0) for c in range(len(known))])
    n = len(table.vectors)
    anchor = rng.integers(len(known), size=_N_TRIPLETS)
    positive = np.array([rng.choice(np.flatnonzero(classes == c)) for c in anchor])
    negative = np.array([rng.choice(np.flatnonzero(classes != c)) for c in anchor])
    every_class = np.concatenate([classes, np.arange(len(known))]).astype(np.int64)
    return np.concatenate([table.vectors, means]), np.stack([n + anchor, positive, negative], 1), every_class, means[0]
