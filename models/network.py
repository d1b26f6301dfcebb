"""The embedding network as plain numbers, and the distances that are measured on its embedding.

Each distance computes in NumPy and writes the same arithmetic into a graph; the trainer proves that both agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from models.nsoartc import EPSILON, Vectors, soart3
from models.onnx_nodes import OnnxNodes

EMBEDDING_LENGTH = 128
Embeddings = NDArray[np.float32]
NetworkInput = Literal["vector", "residual"]
DISTANCE_EPSILON = 1e-9


class Distance(Protocol):
    """How far embeddings lie from good parts, and which of the model's unit spaces they lie nearest."""

    def measure(self, embedding: Embeddings, region: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Distances (n,), greater = worse, not scaled yet, and unit spaces (n,) of embeddings (n, 128) of n regions."""
        ...

    def add_to(self, nodes: OnnxNodes, embedding: str) -> str:
        """The same in a graph: writes the output `unit_space`, returns the name of the distances."""
        ...


@dataclass(frozen=True, slots=True)
class Network:
    """A stack of linear layers with ReLU between, weights already rounded to what is stored; all float32."""

    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]  # (in, out) weights and (out,) bias
    distance: Distance
    input: NetworkInput = "residual"  # the vector itself, or its unit-space residual
    is_positive: bool = False  # a softplus last: SOART3's sensitivity needs embeddings that cannot change sign

    def embed(self, features: Vectors, residual: Vectors) -> Embeddings:
        """(n, 1404) vectors and their unit-space residuals to (n, 128) embeddings."""
        hidden = features if self.input == "vector" else np.sign(residual) * np.log1p(np.abs(residual))
        for i, (weights, bias) in enumerate(self.layers):
            hidden = hidden @ weights + bias
            if i < len(self.layers) - 1:
                hidden = np.maximum(hidden, 0)
        return np.logaddexp(hidden, np.float32(0)) if self.is_positive else hidden

    def add_to(self, nodes: OnnxNodes, features: str, residual: str) -> str:
        """The same in a graph: writes the output `embedding`, returns its name."""
        hidden = features
        if self.input == "residual":
            magnitude = nodes.add("Log", nodes.add("Add", nodes.add("Abs", residual), nodes.constant("one", np.float32(1))))
            hidden = nodes.add("Mul", nodes.add("Sign", residual), magnitude)
        for i, (weights, bias) in enumerate(self.layers):
            is_last = i == len(self.layers) - 1
            output = "embedding" if is_last and not self.is_positive else None
            hidden = nodes.add("Gemm", hidden, nodes.half(f"weights_{i}", weights), nodes.constant(f"bias_{i}", bias), output=output)
            if not is_last:
                hidden = nodes.add("Relu", hidden)
        return nodes.add("Softplus", hidden, output="embedding") if self.is_positive else hidden


@dataclass(frozen=True, slots=True)
class Mahalanobis:
    """Distance to all good embeddings, whitened by their covariance; the unit space is the nearest anchor."""

    anchors: Embeddings  # (unit spaces, 128): the first is the good parts'
    mean: NDArray[np.float32]  # (128,)
    whitening: NDArray[np.float32]  # (128, 128): |(e - mean) @ whitening| is the distance

    def measure(self, embedding: Embeddings, region: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        return np.linalg.norm((embedding - self.mean) @ self.whitening, axis=1), nearest(embedding, self.anchors)

    def add_to(self, nodes: OnnxNodes, embedding: str) -> str:
        _add_nearest(nodes, embedding, self.anchors)
        white = nodes.add("MatMul", nodes.add("Sub", embedding, nodes.constant("good_mean", self.mean)), nodes.constant("whitening", self.whitening))
        return nodes.add("ReduceL2", white, nodes.axes(1), keepdims=0)


@dataclass(frozen=True, slots=True)
class ToAnchor:
    """Distance to the embedding of the region's own mean good vector: Euclidean, or SOART3's."""

    metric: Literal["euclid", "soart3"]
    region_anchors: Embeddings  # (regions, 128)
    anchors: Embeddings  # (unit spaces, 128), to name the nearest; the first is the good parts'

    def measure(self, embedding: Embeddings, region: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        anchor = self.region_anchors[region]
        return (euclid if self.metric == "euclid" else soart3_distance)(anchor, embedding), nearest(embedding, self.anchors)

    def add_to(self, nodes: OnnxNodes, embedding: str) -> str:
        _add_nearest(nodes, embedding, self.anchors)
        anchor = nodes.of_index("region", "region_anchors", self.region_anchors)
        epsilon = nodes.constant("distance_epsilon", np.float32(DISTANCE_EPSILON))

        def root_of_sum(*squares: str) -> str:
            total = squares[0]
            for square in squares[1:]:
                total = nodes.add("Add", total, square)
            return nodes.add("Sqrt", nodes.add("Add", total, epsilon))

        def sum_of(values: str) -> str:
            return nodes.add("ReduceSum", values, nodes.axes(1), keepdims=1)

        def square(values: str) -> str:
            return nodes.add("Mul", values, values)

        if self.metric == "euclid":
            return root_of_sum(nodes.add("ReduceSum", square(nodes.add("Sub", embedding, anchor)), nodes.axes(1), keepdims=0))
        small = nodes.constant("beta_epsilon", np.float32(EPSILON))
        beta = nodes.add("Div", nodes.add("Add", sum_of(nodes.add("Mul", anchor, embedding)), small), nodes.add("Add", sum_of(square(anchor)), small))
        deviation = nodes.add("Sub", embedding, nodes.add("Mul", beta, anchor))
        one = nodes.constant("one", np.float32(1))
        eta = nodes.add("Log", nodes.add("Add", one, nodes.add("ReduceMean", nodes.add("Abs", deviation), nodes.axes(1), keepdims=1)))
        mean_square = nodes.add("ReduceMean", square(deviation), nodes.axes(1), keepdims=1)
        root = nodes.add("Mul", nodes.add("Log", nodes.add("Add", one, mean_square)), nodes.constant("half", np.float32(0.5)))
        gamma = nodes.add("Sub", root, eta)
        distance = root_of_sum(square(nodes.add("Log", beta)), square(eta), square(gamma))
        return nodes.add("Reshape", distance, nodes.shape(-1))


@dataclass(frozen=True, slots=True)
class Classifier:
    """PReLU and one linear layer on the embedding; the distance is the logarithm of the odds against class 0, good.

    Not the likelihood's own logarithm: of confident good parts that is a difference of nearly equal numbers.
    """

    slope: np.float32  # of the PReLU below 0
    weights: NDArray[np.float32]  # (128, classes)
    bias: NDArray[np.float32]  # (classes,)

    def logits(self, embedding: Embeddings) -> NDArray[np.float32]:
        """(n, classes)"""
        return np.where(embedding > 0, embedding, self.slope * embedding) @ self.weights + self.bias

    def measure(self, embedding: Embeddings, region: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        logits = self.logits(embedding)
        return _log_sum_exp(logits[:, 1:]) - logits[:, 0], logits.argmax(1).astype(np.int64)

    def add_to(self, nodes: OnnxNodes, embedding: str) -> str:
        logits = self.add_logits(nodes, embedding)
        nodes.add("ArgMax", logits, axis=1, keepdims=0, output="unit_space")
        good = nodes.add("Gather", logits, nodes.constant("first", np.int64(0)), axis=1)
        others = nodes.add("Slice", logits, nodes.shape(1), nodes.shape(len(self.bias)), nodes.axes(1))
        return nodes.add("Sub", nodes.add("ReduceLogSumExp", others, nodes.axes(1), keepdims=0), good)

    def add_logits(self, nodes: OnnxNodes, embedding: str) -> str:
        """The classes' logits in a graph."""
        active = nodes.add("PRelu", embedding, nodes.constant("slope", np.array([self.slope], np.float32)))
        return nodes.add("Gemm", active, nodes.constant("class_weights", self.weights), nodes.constant("class_bias", self.bias))


@dataclass(frozen=True, slots=True)
class TwoStage:
    """First the unit space that the network classifies a vector into, then Mahalanobis within that one.

    Every region is a unit space. The output says 0 where a vector was classified into its own region's, 1 + region
    where it looks like another's.
    """

    classifier: Classifier  # one class a region
    means: Embeddings  # (regions, 128) of good parts
    whitening: NDArray[np.float32]  # (128, 128), covariance within the unit spaces, pooled

    def measure(self, embedding: Embeddings, region: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        chosen = self.classifier.logits(embedding).argmax(1)
        distance = np.linalg.norm((embedding - self.means[chosen]) @ self.whitening, axis=1)
        return distance, np.where(chosen == region, 0, chosen + 1).astype(np.int64)

    def add_to(self, nodes: OnnxNodes, embedding: str) -> str:
        chosen = nodes.add("ArgMax", self.classifier.add_logits(nodes, embedding), axis=1, keepdims=0)
        offset = nodes.add("Sub", embedding, nodes.of_index(chosen, "unit_space_means", self.means))
        white = nodes.add("MatMul", offset, nodes.constant("whitening", self.whitening))
        other = nodes.add("Add", chosen, nodes.constant("whole_one", np.int64(1)))
        nodes.add("Where", nodes.add("Equal", chosen, "region"), nodes.constant("whole_zero", np.int64(0)), other, output="unit_space")
        return nodes.add("ReduceL2", white, nodes.axes(1), keepdims=0)


def euclid(anchor: Embeddings, embedding: Embeddings) -> NDArray[np.float32]:
    """(n,) Euclidean distances between rows."""
    return np.sqrt(((embedding - anchor) ** 2).sum(1) + np.float32(DISTANCE_EPSILON))


def soart3_distance(anchor: Embeddings, embedding: Embeddings) -> NDArray[np.float32]:
    """(n,) SOART3 distances between rows of non-negative numbers: sqrt(ln² β + η² + γ²), the anchor being the unit vector.

    0 where they agree; a pure gain shows in ln β alone, a deviation in few numbers in γ, which a Euclidean distance dilutes.
    """
    ln_beta, eta, gamma = soart3(anchor, embedding)
    return np.sqrt(ln_beta**2 + eta**2 + gamma**2 + np.float32(DISTANCE_EPSILON))


def nearest(embedding: Embeddings, anchors: Embeddings) -> NDArray[np.int64]:
    """(n,) index of the anchor nearest to each embedding."""
    return (-2 * embedding @ anchors.T + (anchors**2).sum(1)).argmin(1).astype(np.int64)


def _add_nearest(nodes: OnnxNodes, embedding: str, anchors: Embeddings) -> None:
    # |e - a|^2 = |e|^2 - 2 e.a + |a|^2, and |e|^2 is the same for every anchor
    twice = nodes.add("MatMul", embedding, nodes.constant("anchors", (-2 * anchors.T).astype(np.float32)))
    squared_length = nodes.constant("anchor_lengths", (anchors**2).sum(1).astype(np.float32))
    nodes.add("ArgMin", nodes.add("Add", twice, squared_length), axis=1, keepdims=0, output="unit_space")


def _log_sum_exp(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    top = logits.max(1, keepdims=True)
    return np.log(np.exp(logits - top).sum(1)) + top[:, 0]
