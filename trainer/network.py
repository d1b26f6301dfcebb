"""The networks that are trained, and what is frozen of them into a model."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.network import DISTANCE_EPSILON, Classifier
from models.nsoartc import EPSILON
from models.onnx_nodes import rounded

_COVARIANCE_SHRINKAGE = 0.05  # of the mean variance: directions that hardly vary must not turn float32 rounding into distance


class EmbeddingNet(nn.Module):
    """Linear layers with ReLU between, as the method's author uses them: the vector is one-dimensional, nothing to convolve."""

    def __init__(self, inputs: int, widths: tuple[int, ...], is_positive: bool = False, is_residual: bool = False, has_slopes: bool = False) -> None:
        """Of so many inputs and layers.

        Args:
            is_positive: a softplus last.
            is_residual: the input's signed logarithm is taken first.
            has_slopes: PReLU between the layers, as in the author's MNIST programme; such a network is not exported.
        """
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(i, o) for i, o in itertools.pairwise((inputs, *widths)))
        self.slopes = nn.ModuleList(nn.PReLU() if has_slopes else nn.ReLU() for _ in widths[:-1])
        self.is_positive = is_positive
        self.is_residual = is_residual

    def forward(self, rows: Tensor) -> Tensor:
        """(n, inputs) to (n, widths[-1])."""
        hidden = torch.sign(rows) * torch.log1p(rows.abs()) if self.is_residual else rows
        for layer, slope in zip(self.layers[:-1], self.slopes, strict=True):
            hidden = slope(layer(hidden))
        hidden = self.layers[-1](hidden)
        return nn.functional.softplus(hidden) if self.is_positive else hidden


class ClassificationNet(nn.Module):
    """PReLU, a linear layer and log-softmax on an embedding."""

    def __init__(self, embedding: EmbeddingNet, classes: int) -> None:
        super().__init__()
        self.embedding = embedding
        self.activation = nn.PReLU()
        self.head = nn.Linear(embedding.layers[-1].out_features, classes)  # type: ignore[arg-type]

    def forward(self, rows: Tensor) -> Tensor:
        """(n, inputs) to (n, classes) log-likelihoods."""
        return nn.functional.log_softmax(self.head(self.activation(self.embedding(rows))), 1)


def euclid(anchor: Tensor, embedding: Tensor) -> Tensor:
    """(n,) Euclidean distances; epsilon, because the gradient of a root is infinite at 0."""
    return (embedding - anchor).pow(2).sum(1).add(DISTANCE_EPSILON).sqrt()


def soart3_distance(anchor: Tensor, embedding: Tensor) -> Tensor:
    """(n,) SOART3 distances between rows of positive numbers, as models/network.py computes them; differentiable everywhere."""
    beta = ((anchor * embedding).sum(1, keepdim=True) + EPSILON) / ((anchor * anchor).sum(1, keepdim=True) + EPSILON)
    deviation = embedding - beta * anchor
    eta = torch.log1p(deviation.abs().mean(1))
    gamma = 0.5 * torch.log1p(deviation.pow(2).mean(1)) - eta
    return (beta[:, 0].log().pow(2) + eta.pow(2) + gamma.pow(2)).add(DISTANCE_EPSILON).sqrt()


def round_weights(net: EmbeddingNet) -> None:
    """Weights as the graph will store them, so that everything after this sees the same network."""
    with torch.no_grad():
        for layer in net.layers:
            layer.weight.copy_(torch.from_numpy(rounded(layer.weight.numpy())))  # type: ignore[operator]


def frozen_layers(net: EmbeddingNet) -> tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]:
    """Weights (in, out) and biases as plain arrays. Raises ValueError for PReLU, which a model does not hold."""
    if any(isinstance(slope, nn.PReLU) for slope in net.slopes):
        raise ValueError("a network with PReLU between its layers is not exported")
    return tuple(
        (np.ascontiguousarray(layer.weight.detach().numpy().T), layer.bias.detach().numpy().copy())  # type: ignore[operator]
        for layer in net.layers
    )


def frozen_classifier(net: ClassificationNet) -> Classifier:
    """The head as plain arrays."""
    weights = np.ascontiguousarray(net.head.weight.detach().numpy().T)
    return Classifier(np.float32(net.activation.weight.item()), weights, net.head.bias.detach().numpy().copy())


def embed(net: EmbeddingNet, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, embedding) by PyTorch."""
    with torch.no_grad():
        return net(torch.from_numpy(np.ascontiguousarray(rows))).numpy()


def whitening(embedded: NDArray[np.floating]) -> NDArray[np.float32]:
    """(k, k) for which |e @ whitening| is the Mahalanobis length of e, from centred embeddings (n, k); shrunk a little."""
    k = embedded.shape[1]
    covariance = embedded.T.astype(np.float64) @ embedded / max(len(embedded) - 1, 1)
    covariance += _COVARIANCE_SHRINKAGE * np.trace(covariance) / k * np.eye(k) + 1e-12 * np.eye(k)
    return np.linalg.cholesky(np.linalg.inv(covariance)).astype(np.float32)
