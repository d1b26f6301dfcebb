"""The embedding network and its triplet training.

Input is the unit-space residual of a region (signed logarithm), so that the network sees what good parts do not have.
Anchor is the mean good part: residual 0 by construction, whatever the region. Positives are good regions, negatives
defective ones; a second, weaker triplet term keeps the defect modes apart.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.graph import EMBEDDING_LENGTH, Network, rounded
from models.nsoartc import VECTOR_LENGTH, Vectors

log = logging.getLogger(__name__)

WIDTHS = (VECTOR_LENGTH, 512, 256, EMBEDDING_LENGTH)
_COVARIANCE_SHRINKAGE = 1e-2  # of the mean variance; 128 numbers from a few thousand good regions


@dataclass(frozen=True, slots=True)
class Training:
    """How the network is trained."""

    epochs: int = 12
    steps: int = 120  # an epoch
    batch: int = 128  # good and as many defective regions a step
    learning_rate: float = 3e-4
    weight_decay: float = 1e-3
    margin: float = 1.0  # Euclidean, between anchor-positive and anchor-negative distances
    mode_weight: float = 0.3  # of the term that keeps defect modes apart
    dropout: float = 0.3  # share of a residual's elements that a step does not see: no single window may decide
    noise: float = 0.5  # in residual spreads, at most; another day's pictures differ by about as much
    seed: int = 0


class EmbeddingNet(nn.Module):
    """1404-512-256-128, ReLU between, on the signed logarithm of a residual."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(i, o) for i, o in itertools.pairwise(WIDTHS))

    def forward(self, residual: Tensor) -> Tensor:
        """(n, 1404) to (n, 128)."""
        hidden = torch.sign(residual) * torch.log1p(residual.abs())
        for layer in self.layers[:-1]:
            hidden = torch.relu(layer(hidden))
        return self.layers[-1](hidden)


def train(good: Vectors, defective: Vectors, modes: NDArray[np.int64], settings: Training, progress: Callable[[int, float], None]) -> EmbeddingNet:
    """A network for which good regions lie near the anchor and defective ones at least a margin further.

    Args:
        good: (n, 1404) residuals of good regions, each against a unit space that it did not help to fit.
        defective: (m, 1404) residuals of regions that show a defect.
        modes: (m,) which one.
        progress: called with epoch (from 1) and mean loss.
    """
    torch.manual_seed(settings.seed)
    net = EmbeddingNet()
    optimiser = torch.optim.AdamW(net.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    all_good, all_bad, all_modes = torch.from_numpy(good), torch.from_numpy(defective), torch.from_numpy(modes)
    anchor = torch.zeros(1, VECTOR_LENGTH)
    net.train()
    for epoch in range(1, settings.epochs + 1):
        total = 0.0
        for _ in range(settings.steps):
            positive = _some(all_good, settings.batch)
            chosen = torch.randint(len(all_bad), (settings.batch,))
            # A weaker copy of the same defect: what lies between good and known bad is bad as well.
            strength = 0.3 + 0.7 * torch.rand(settings.batch, 1)
            negative = strength * all_bad[chosen] + (1 - strength) * _some(all_good, settings.batch)
            shown = _disturbed(torch.cat([positive, negative]), settings)
            embedded = net(torch.cat([anchor, shown]))
            a, p, n = embedded[:1], embedded[1 : settings.batch + 1], embedded[settings.batch + 1 :]
            loss = torch.relu(_distance(p, a)[:, None] - _distance(n, a)[None] + settings.margin).mean()
            loss = loss + settings.mode_weight * _modes_apart(n, all_modes[chosen], settings.margin)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            total += loss.item()
        progress(epoch, total / settings.steps)
    with torch.no_grad():
        for layer in net.layers:  # as the graph will store them, so that everything after this sees the same network
            layer.weight.copy_(torch.from_numpy(rounded(layer.weight.numpy())))  # type: ignore[operator]
    return net.eval()


def freeze(net: EmbeddingNet, good: Vectors, defective: Vectors, modes: NDArray[np.int64], n_modes: int) -> Network:
    """The trained network as plain arrays, with the statistics of its embeddings.

    Args:
        good: (n, 1404) residuals whose embeddings give mean and covariance.
        defective, modes: give each mode's anchor, the mean of its embeddings; anchor 0 is the good parts'.
    """
    layers = tuple(
        (np.ascontiguousarray(layer.weight.detach().numpy().T), layer.bias.detach().numpy().copy())  # type: ignore[operator]
        for layer in net.layers
    )
    blank = np.zeros((1, EMBEDDING_LENGTH), np.float32)
    bare = Network(layers, blank, blank[0], np.eye(EMBEDDING_LENGTH, dtype=np.float32))
    of_good = bare.embed(good).astype(np.float64)
    mean = of_good.mean(0)
    covariance = np.cov((of_good - mean).T)
    covariance += _COVARIANCE_SHRINKAGE * np.trace(covariance) / EMBEDDING_LENGTH * np.eye(EMBEDDING_LENGTH)
    whitening = np.linalg.cholesky(np.linalg.inv(covariance))
    of_bad = bare.embed(defective)
    anchors = np.stack([mean, *(of_bad[modes == m].mean(0) for m in range(n_modes))])
    return Network(layers, anchors.astype(np.float32), mean.astype(np.float32), whitening.astype(np.float32))


def embed(net: EmbeddingNet, residual: Vectors) -> NDArray[np.float32]:
    """(n, 128) embeddings by PyTorch, for the parity proof."""
    with torch.no_grad():
        return net(torch.from_numpy(residual)).numpy()


def _some(rows: Tensor, n: int) -> Tensor:
    return rows[torch.randint(len(rows), (n,))]


def _disturbed(residual: Tensor, settings: Training) -> Tensor:
    noisy = residual + settings.noise * torch.rand(len(residual), 1) * torch.randn_like(residual)
    return noisy * (torch.rand_like(residual) >= settings.dropout)


def _distance(embedded: Tensor, anchor: Tensor) -> Tensor:
    # epsilon: the gradient of a root is infinite at distance 0
    return (embedded - anchor).pow(2).sum(1).add(1e-9).sqrt()


def _modes_apart(embedded: Tensor, modes: Tensor, margin: float) -> Tensor:
    """Batch-hard triplets among defective regions: furthest of the same mode against nearest of another."""
    distance = torch.cdist(embedded, embedded)
    same = modes[:, None] == modes[None]
    furthest = (distance * same).max(1).values
    nearest = distance.masked_fill(same, float("inf")).min(1).values
    return torch.relu(furthest - nearest + margin).mean()
