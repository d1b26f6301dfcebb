"""The author's MNIST programme, and the same network as an anomaly detector: does an embedding of two numbers do both?

    python -m benchmarks.mnist [DATA] [--write docs/mnist.md]

Discrimination: 784-256-256-2, PReLU, log-softmax, Adam 2e-3, StepLR 8/0.1, 10 epochs of batch 256. Anomaly detection: the same
without one digit; a test picture is classified into a known digit's unit space, its score is the Mahalanobis distance there.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.page import show
from trainer import plots
from trainer.evaluation import auroc, interval
from trainer.idx import read_mnist
from trainer.loop import Curves, fit
from trainer.network import ClassificationNet, EmbeddingNet, embed, frozen_classifier, whitening
from trainer.objectives import Classes, Rows
from trainer.training_recipe import FitSettings

REPOSITORY = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("STATION_DATA", REPOSITORY.parent / "shared" / "data")) / "mnist"
WIDTHS = (256, 256, 2)
FIT = FitSettings(epochs=10, batch=256, samples=59_400, learning_rate=2e-3, step_epochs=8, step_factor=0.1, held_out=0.01, patience=10, keep="last")
SEEDS = 3


def train(rows: NDArray[np.float32], digits: NDArray[np.int64], widths: tuple[int, ...], seed: int = 0) -> tuple[ClassificationNet, Curves]:
    torch.manual_seed(seed)
    net = ClassificationNet(EmbeddingNet(784, widths, has_slopes=True), int(digits.max()) + 1)
    return net, fit(net, Classes(Rows(rows, np.arange(len(rows))), digits, FIT.held_out), FIT, seed)


def unknown_digit(unknown: int, train_set: tuple[NDArray, NDArray], test_set: tuple[NDArray, NDArray], widths: tuple[int, ...]) -> list[float]:
    """AUROC of an unknown digit by: two stages, least Mahalanobis over all known digits, likelihood, cue (mean brightness)."""
    (rows, digits), (test, truth) = train_set, test_set
    known = digits != unknown
    labels = np.unique(digits[known], return_inverse=True)[1].astype(np.int64)
    net, _ = train(rows[known], labels, widths)
    taught, seen = embed(net.embedding, rows[known]), embed(net.embedding, test)
    means = np.stack([taught[labels == c].mean(0) for c in range(9)])
    white = [whitening(taught[labels == c] - means[c]) for c in range(9)]
    distance = np.stack([np.linalg.norm((seen - means[c]) @ white[c], axis=1) for c in range(9)], 1)
    head = frozen_classifier(net)
    logits = head.logits(seen)
    likelihood = np.exp(logits - logits.max(1, keepdims=True))
    scores = (distance[np.arange(len(seen)), logits.argmax(1)], distance.min(1), 1 - (likelihood / likelihood.sum(1, keepdims=True)).max(1))
    is_unknown = truth == unknown
    cue = auroc(test.mean(1)[~is_unknown], test.mean(1)[is_unknown])
    return [auroc(s[~is_unknown], s[is_unknown]) for s in scores] + [max(cue, 1 - cue)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--write", type=Path, help="Markdown file to write; figures go beside it")
    options = parser.parse_args()
    pictures, digits, test_pictures, test_digits = read_mnist(options.data)

    def as_rows(p: NDArray[np.uint8]) -> NDArray[np.float32]:
        return ((p.reshape(len(p), -1).astype(np.float32) / 255 - 0.1307) / 0.3081).astype(np.float32)

    rows, test, digits, truth = as_rows(pictures), as_rows(test_pictures), digits.astype(np.int64), test_digits.astype(np.int64)
    start = time.monotonic()
    trained = [train(rows, digits, WIDTHS, seed)[0] for seed in range(SEEDS)]
    seconds = (time.monotonic() - start) / SEEDS
    lines = []
    for name, some, labels in (("training", rows, digits), ("test", test, truth)):
        for seed, net in enumerate(trained):
            embedded = embed(net.embedding, some)
            right = int((frozen_classifier(net).logits(embedded).argmax(1) == labels).sum())
            low, high = interval(right, len(labels))
            lines.append(f"| {name}, seed {seed} | {right} of {len(labels)} | {right / len(labels):.2%} ({low:.2%}–{high:.2%}) |")
            print(lines[-1], flush=True)
            if options.write and seed == 0:
                few = np.random.default_rng(0).permutation(len(labels))[:4000]
                figure = plots.embedding_map(embedded[few], [str(d) for d in labels[few]], f"MNIST, {name} set: the two numbers of the embedding")
                (options.write.parent / f"mnist-{name}.png").write_bytes(plots.png(figure))
    unknown = []
    for width in (2, 16):
        for digit in range(10):
            values = unknown_digit(digit, (rows, digits), (test, truth), (256, 256, width))
            unknown.append((width, digit, *values))
            print(width, digit, [round(v, 4) for v in values], flush=True)
    head = "| embedding | two stages | least Mahalanobis | likelihood | cue: mean brightness |"
    text = [
        "# MNIST: discrimination and anomaly detection with one network",
        "",
        f"Made by `python -m benchmarks.mnist --write docs/mnist.md` ({datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {seconds:.0f} s a training).",
        "784-256-256-2, PReLU, log-softmax, Adam 2e-3, StepLR 8/0.1, 10 epochs of batch 256, the last weights; 1 % of the training pictures only",
        "watches. The test set chose nothing. In brackets 95 % Clopper–Pearson intervals. Plots: seed 0.",
        "",
        "| discrimination | right | accuracy |",
        "|---|---|---|",
        *lines,
        "",
        "![training set](mnist-training.png) ![test set](mnist-test.png)",
        "",
        "## One digit unknown",
        "",
        "Trained without one digit; AUROC of that digit against the nine known ones on the test set, mean and worst over the ten digits.",
        "*Two stages*: classified into a unit space, Mahalanobis within that one. *Likelihood*: 1 − the largest class probability.",
        "",
        head,
        "|---|---|---|---|---|",
    ]
    for width in (2, 16):
        of = np.array([row[2:] for row in unknown if row[0] == width])
        text.append(f"| {width} numbers | " + " | ".join(f"{m:.3f} (worst {w:.3f})" for m, w in zip(of.mean(0), of.min(0), strict=True)) + " |")
    text += ["", "| unknown digit | " + " | ".join(str(d) for d in range(10)) + " |", "|---|" + "---|" * 10]
    for width in (2, 16):
        text.append(f"| two stages, {width} numbers | " + " | ".join(f"{row[2]:.3f}" for row in unknown if row[0] == width) + " |")
    show(text, options.write)


if __name__ == "__main__":
    main()
