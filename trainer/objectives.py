"""What the networks learn: triplets around a mean picture, defects away from good residuals, classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from pytorch_metric_learning import distances, losses, miners
from torch import Tensor, nn

from models.nsoartc import Vectors
from trainer.network import euclid, soart3_distance
from trainer.training_recipe import NetworkSettings

HELD_OUT_SEED = 20241226
"""Which samples are held out is the same for every seed, so that losses of two seeds can be compared."""
_HELD_OUT_AT_MOST = 2000


@dataclass(frozen=True, slots=True)
class Rows:
    """What a network learns from, and which part each row is of: parts are held out whole, with their regions and copies."""

    vectors: Vectors  # (n, inputs)
    parts: NDArray[np.int64]  # (n,)


class SoartDistance(distances.BaseDistance):  # type: ignore[misc]
    """SOART3's distance for the miners of pytorch-metric-learning: the query is the unit vector, the reference the signal."""

    def __init__(self) -> None:
        super().__init__(normalize_embeddings=False, is_inverted=False)

    def compute_mat(self, query_emb: Tensor, ref_emb: Tensor) -> Tensor:
        """(n, m) distances of every query to every reference."""
        n, m = len(query_emb), len(ref_emb)
        pairs = query_emb.repeat_interleave(m, 0), ref_emb.repeat(n, 1)
        return soart3_distance(*pairs).reshape(n, m)

    def pairwise_distance(self, query_emb: Tensor, ref_emb: Tensor) -> Tensor:
        """(n,) distances of rows."""
        return soart3_distance(query_emb, ref_emb)


class Triplets:
    """Anchor, positive, negative: the positive nearer to the anchor than the negative, by a margin.

    With mining 'given' the triplets are drawn once, and some of them held out, as the author does. Otherwise a batch's rows
    find their hardest, or semi-hard, partners among themselves; the held-out loss is that of given triplets still.
    """

    def __init__(self, rows: Vectors, triplets: NDArray[np.int64], classes: NDArray[np.int64], settings: NetworkSettings, held_out: float) -> None:
        """rows: (n, 1404). triplets: (m, 3) indices of rows. classes: (n,) of rows, for mining."""
        self._rows = torch.from_numpy(rows)
        self._classes = torch.from_numpy(classes)
        order = np.random.default_rng(HELD_OUT_SEED).permutation(len(triplets))
        n_held = max(1, round(held_out * len(triplets)))
        self._held = torch.from_numpy(triplets[order[:n_held]])
        self._train = torch.from_numpy(triplets[order[n_held:]])
        self._margin = settings.margin
        self._distance = soart3_distance if settings.distance == "soart3" else euclid
        self._miner, self._mined_loss = None, None
        if settings.mining != "given":
            metric = SoartDistance() if settings.distance == "soart3" else distances.LpDistance(normalize_embeddings=False)
            hard = settings.mining == "batch-hard"
            self._miner = miners.BatchHardMiner(distance=metric) if hard else miners.TripletMarginMiner(settings.margin, "semihard", distance=metric)
            self._mined_loss = losses.TripletMarginLoss(settings.margin, distance=metric)

    def to(self, device: torch.device) -> None:
        self._rows, self._classes = self._rows.to(device), self._classes.to(device)

    def draw(self, samples: int, generator: torch.Generator) -> tuple[Tensor, ...]:
        order = torch.randperm(len(self._train), generator=generator)[:samples]
        return tuple(self._train[order].T)

    def held_out(self) -> tuple[Tensor, ...]:
        return tuple(self._held.T)

    def loss(self, net: nn.Module, indices: tuple[Tensor, ...], is_training: bool) -> Tensor:
        n = len(indices[0])
        index = torch.cat(indices)
        embedded = net(self._rows[index])
        if is_training and self._miner is not None and self._mined_loss is not None:
            labels = self._classes[index]
            return self._mined_loss(embedded, labels, self._miner(embedded, labels))
        anchor, positive, negative = embedded[:n], embedded[n : 2 * n], embedded[2 * n :]
        return torch.relu(self._distance(anchor, positive) - self._distance(anchor, negative) + self._margin).mean()


class Defects:
    """Good residuals near the anchor, the residual 0 of the mean good part; defective ones a margin further away."""

    def __init__(self, good: Rows, defective: Rows, modes: NDArray[np.int64], settings: NetworkSettings, held_out: float) -> None:
        """good: residuals against unit spaces that their parts did not help to fit. modes: of the defective rows."""
        rng = np.random.default_rng(HELD_OUT_SEED)
        self._good, self._bad = torch.from_numpy(good.vectors), torch.from_numpy(defective.vectors)
        self._modes = torch.from_numpy(modes)
        self._parts = [_split(good.parts, held_out, rng), _split(defective.parts, held_out, rng)]
        self._settings = settings
        metric = distances.LpDistance(normalize_embeddings=False)
        self._miner = miners.BatchHardMiner(distance=metric)
        self._apart = losses.TripletMarginLoss(settings.margin, distance=metric)

    def to(self, device: torch.device) -> None:
        self._good, self._bad, self._modes = self._good.to(device), self._bad.to(device), self._modes.to(device)

    def draw(self, samples: int, generator: torch.Generator) -> tuple[Tensor, ...]:
        (good, _), (bad, _) = self._parts
        mixed, positive = (good[torch.randint(len(good), (samples,), generator=generator)] for _ in range(2))
        return positive, bad[torch.randint(len(bad), (samples,), generator=generator)], mixed

    def held_out(self) -> tuple[Tensor, ...]:
        (_, good), (_, bad) = self._parts
        n = min(max(len(good), len(bad)), _HELD_OUT_AT_MOST)  # the loss compares every good one with every bad one
        generator = torch.Generator().manual_seed(HELD_OUT_SEED)
        good, bad = (some[_spread(len(some), n, generator)] for some in (good, bad))
        return good, bad, good.roll(1)

    def loss(self, net: nn.Module, indices: tuple[Tensor, ...], is_training: bool) -> Tensor:
        settings = self._settings
        positive, negative, modes = self._good[indices[0]], self._bad[indices[1]], self._modes[indices[1]]
        n = len(positive)
        # A weaker copy of the same defect: what lies between good and known bad is bad as well. Held-out samples are
        # disturbed too: undisturbed ones are soon all apart, and would stop the training there.
        strength = 0.3 + 0.7 * torch.rand(n, 1, device=positive.device)
        negative = strength * negative + (1 - strength) * self._good[indices[2]]
        positive, negative = self._disturbed(positive), self._disturbed(negative)
        embedded = net(torch.cat([torch.zeros_like(positive[:1]), positive, negative]))
        anchor, p, q = embedded[:1], embedded[1 : n + 1], embedded[n + 1 :]
        loss = torch.relu(euclid(anchor, p)[:, None] - euclid(anchor, q)[None] + settings.margin).mean()
        if settings.apart and is_training:
            loss = loss + settings.apart * self._apart(q, modes, self._miner(q, modes))
        return loss

    def _disturbed(self, residual: Tensor) -> Tensor:
        noisy = residual + self._settings.noise * torch.rand(len(residual), 1, device=residual.device) * torch.randn_like(residual)
        return _unseen(noisy, self._settings.dropout)


class Classes:
    """The log-likelihood of each row's class; every class is drawn equally often."""

    def __init__(self, rows: Rows, classes: NDArray[np.int64], held_out: float, dropout: float = 0.0) -> None:
        """classes: of the rows, each of 0..k-1 at least once. dropout: share of an input that a step does not see."""
        self._dropout = dropout
        self._rows, self._classes = torch.from_numpy(rows.vectors), torch.from_numpy(classes)
        rng = np.random.default_rng(HELD_OUT_SEED)
        members = [np.flatnonzero(classes == c) for c in range(int(classes.max()) + 1)]
        parts = [_split(rows.parts[some], held_out, rng) for some in members]
        self._train = [torch.from_numpy(some)[train] for some, (train, _) in zip(members, parts, strict=True)]
        each = max(1, _HELD_OUT_AT_MOST // len(members))
        generator = torch.Generator().manual_seed(HELD_OUT_SEED)
        held_of = [torch.from_numpy(some)[held] for some, (_, held) in zip(members, parts, strict=True)]
        self._held = torch.cat([some[_spread(len(some), each, generator)] for some in held_of])

    def to(self, device: torch.device) -> None:
        self._rows, self._classes = self._rows.to(device), self._classes.to(device)

    def draw(self, samples: int, generator: torch.Generator) -> tuple[Tensor, ...]:
        each = -(-samples // len(self._train))
        drawn = torch.cat([some[_spread(len(some), each, generator)] for some in self._train])
        return (drawn[torch.randperm(len(drawn), generator=generator)][:samples],)

    def held_out(self) -> tuple[Tensor, ...]:
        return (self._held,)

    def loss(self, net: nn.Module, indices: tuple[Tensor, ...], is_training: bool) -> Tensor:
        seen = _unseen(self._rows[indices[0]], self._dropout if is_training else 0.0)
        return nn.functional.nll_loss(net(seen), self._classes[indices[0]])


def _split(parts: NDArray[np.int64], held_out: float, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Rows to train on and rows held out, whole parts at a time; the rows of a single part are both."""
    names = rng.permutation(np.unique(parts))
    is_held = np.isin(parts, names[: max(1, round(held_out * len(names)))])
    train = np.flatnonzero(~is_held) if not is_held.all() else np.arange(len(parts))
    return torch.from_numpy(train), torch.from_numpy(np.flatnonzero(is_held))


def _unseen(rows: Tensor, share: float) -> Tensor:
    """The rows with that share of their elements at 0."""
    return rows * (torch.rand_like(rows) >= share) if share else rows


def _spread(n: int, k: int, generator: torch.Generator) -> Tensor:
    """So many (k) indices below n, each as often as any other, give or take one."""
    rounds = -(-k // n)
    return torch.cat([torch.randperm(n, generator=generator) for _ in range(rounds)])[:k]
