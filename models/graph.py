"""A scoring model as one ONNX graph, and the same arithmetic in NumPy to prove it by.

Unit spaces, network, anchors, scales and score rule all lie inside the graph: CUDA does all of it, and station and
trainer cannot disagree. Built node by node with `onnx.helper` from plain arrays, so that neither side needs torch.

    features (N, 1404), region (N)
      -> residual of the region's unit space -> window deviation (N, 6, 13) -> worst window, on the region's scale
      -> [signed log -> 1404-512-256-128 -> Mahalanobis distance to the good parts' embeddings, on the region's scale]
      -> score (N) = worst window, or the mean of the two
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.nsoartc import N_METRICS, N_SHAPES, VECTOR_LENGTH, WINDOW_COLUMNS, WINDOW_ROWS, Vectors
from models.unit_space import UnitSpace, window_deviation

OPSET = 20
IR_VERSION = 10
"""onnx 1.23 would write IR 14 / opset 28, which ONNX Runtime 1.31 refuses; 20 / 10 is read by every runtime since 1.18."""
EMBEDDING_LENGTH = 128
OUTPUT_NAMES = ("score", "embedding", "unit_space", "deviation")
_N_WINDOWS = WINDOW_ROWS * WINDOW_COLUMNS
_N_CHANNELS = N_SHAPES * N_METRICS


@dataclass(frozen=True, slots=True)
class RegionScale:
    """Brings each region's distance to one scale: 0 = median good part, 1 = the 95 % point of good parts.

    Without it the region that varies most would always be the worst.
    """

    median: NDArray[np.float32]  # (regions,)
    width: NDArray[np.float32]  # (regions,) 95 % point - median, > 0

    @classmethod
    def fit(cls, distances: NDArray[np.float32]) -> RegionScale:
        """From (good parts, regions) distances. A region that hardly varies gets 5 % of its median as least width."""
        median = np.median(distances, 0)
        width = np.quantile(distances, 0.95, 0) - median
        return cls(median.astype(np.float32), np.maximum(width, 0.05 * median + 1e-6).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Network:
    """The embedding network and what is measured on its embedding; all float32, already rounded to what is stored."""

    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]  # (in, out) weights and (out,) bias; ReLU between
    anchors: NDArray[np.float32]  # (unit spaces, 128): the first is the good parts'
    good_mean: NDArray[np.float32]  # (128,)
    whitening: NDArray[np.float32]  # (128, 128): |(e - good_mean) @ whitening| is the Mahalanobis distance

    def embed(self, residual: Vectors) -> NDArray[np.float32]:
        """(n, 1404) unit-space residuals to (n, 128) embeddings."""
        hidden = np.sign(residual) * np.log1p(np.abs(residual))
        for i, (weights, bias) in enumerate(self.layers):
            hidden = hidden @ weights + bias
            if i < len(self.layers) - 1:
                hidden = np.maximum(hidden, 0)
        return hidden

    def distance(self, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n,) Mahalanobis distances of (n, 128) embeddings to the good parts'."""
        return np.linalg.norm((embedding - self.good_mean) @ self.whitening, axis=1)


@dataclass(frozen=True, slots=True)
class Scores:
    """What the graph says of n region vectors."""

    score: NDArray[np.float32]  # (n,) greater = worse; about 0 for a median good part, 1 at the good parts' 95 % point
    embedding: NDArray[np.float32]  # (n, 128)
    unit_space: NDArray[np.int64]  # (n,) index into the manifest's unit_spaces that it lies nearest
    deviation: NDArray[np.float32]  # (n, 6, 13) per window, on the same scale as a unit-space score


@dataclass(frozen=True, slots=True)
class ScoringModel:
    """All numbers of a model; `to_onnx` writes them down, `evaluate` computes with them."""

    unit_spaces: tuple[UnitSpace, ...]  # one a region
    unit_scale: RegionScale
    network: Network | None = None
    embedding_scale: RegionScale | None = None

    def evaluate(self, features: Vectors, region: NDArray[np.int64]) -> Scores:
        """The graph's arithmetic in NumPy; features (n, 1404), region (n,)."""
        residual = np.empty_like(features)
        for g in np.unique(region):
            residual[region == g] = self.unit_spaces[g].residual(features[region == g])
        windows = window_deviation(residual)
        median, width = self.unit_scale.median[region], self.unit_scale.width[region]
        deviation = (windows - median[:, None, None]) / width[:, None, None]
        score = deviation.max((1, 2))
        if self.network is None or self.embedding_scale is None:
            channels = np.sqrt((residual * residual).reshape(-1, N_SHAPES, WINDOW_ROWS, N_METRICS, WINDOW_COLUMNS).mean((2, 4)))
            embedding = np.zeros((len(features), EMBEDDING_LENGTH), np.float32)
            embedding[:, :_N_WINDOWS] = windows.reshape(-1, _N_WINDOWS)
            embedding[:, _N_WINDOWS : _N_WINDOWS + _N_CHANNELS] = channels.reshape(-1, _N_CHANNELS)
            return Scores(score, embedding, np.zeros(len(features), np.int64), deviation)
        embedding = self.network.embed(residual)
        distance = (self.network.distance(embedding) - self.embedding_scale.median[region]) / self.embedding_scale.width[region]
        to_anchors = ((embedding[:, None] - self.network.anchors[None]) ** 2).sum(2)
        return Scores(0.5 * (score + distance), embedding, to_anchors.argmin(1).astype(np.int64), deviation)

    def to_onnx(self) -> onnx.ModelProto:
        """The graph, checked by onnx.checker. Components and network weights are stored as float16.

        Both are rounded to float16 before anything is calibrated (`rounded`), so that nothing is lost here.
        """
        graph = _Graph()
        residual = self._residual_nodes(graph)
        cells = graph.add("Reshape", residual, graph.constant("cell_shape", np.array([-1, N_SHAPES, WINDOW_ROWS, N_METRICS, WINDOW_COLUMNS])))
        squared = graph.add("Mul", cells, cells)
        windows = graph.add("Sqrt", graph.mean(squared, 1, 3))  # (N, 6, 13)
        deviation = graph.scaled(windows, "unit", self.unit_scale, extra_axes=2, output="deviation")
        flat = graph.add("Reshape", deviation, graph.constant("window_shape", np.array([-1, _N_WINDOWS])))
        worst = graph.add("ReduceMax", flat, graph.constant("last_axis", np.array([1])), keepdims=0)
        if self.network is None or self.embedding_scale is None:
            graph.add("Identity", worst, output="score")
            self._window_embedding(graph, windows, squared, worst)
        else:
            embedding = self._network_nodes(graph, residual, self.network)
            offset = graph.add("Sub", embedding, graph.constant("good_mean", self.network.good_mean))
            white = graph.add("MatMul", offset, graph.constant("whitening", self.network.whitening))
            axis = graph.constant("last_axis", np.array([1]))
            distance = graph.add("ReduceL2", white, axis, keepdims=0)
            scaled = graph.scaled(distance, "embedding", self.embedding_scale)
            graph.add("Mul", graph.add("Add", worst, scaled), graph.constant("half", np.float32(0.5)), output="score")
        model = helper.make_model(
            helper.make_graph(
                graph.nodes,
                "nsoartc-scoring",
                [
                    helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", VECTOR_LENGTH]),
                    helper.make_tensor_value_info("region", TensorProto.INT64, ["N"]),
                ],
                [
                    helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N"]),
                    helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", EMBEDDING_LENGTH]),
                    helper.make_tensor_value_info("unit_space", TensorProto.INT64, ["N"]),
                    helper.make_tensor_value_info("deviation", TensorProto.FLOAT, ["N", WINDOW_ROWS, WINDOW_COLUMNS]),
                ],
                list(graph.constants.values()),
            ),
            producer_name="nsoartc-station",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def _residual_nodes(self, graph: _Graph) -> str:
        def stacked(name: str) -> NDArray[np.float32]:
            return np.stack([getattr(u, name) for u in self.unit_spaces])

        def of_region(name: str, values: NDArray[np.generic]) -> str:
            return graph.add("Gather", graph.constant(name, values), "region", axis=0)

        centred = graph.add("Sub", "features", of_region("mean", stacked("mean")))
        standardised = graph.add("Div", centred, of_region("spread", stacked("spread")))
        components = stacked("components")  # (regions, k, 1404)
        if components.shape[1]:
            gathered = graph.add("Cast", of_region("components", components.astype(np.float16)), to=TensorProto.FLOAT)
            column = graph.add("Unsqueeze", standardised, graph.constant("axis_2", np.array([2])))
            amounts = graph.add("MatMul", gathered, column)  # (N, k, 1)
            # sum over k of amount x component, without a transposed copy of the components
            explained = graph.add("ReduceSum", graph.add("Mul", gathered, amounts), graph.constant("axis_1", np.array([1])), keepdims=0)
            standardised = graph.add("Sub", standardised, explained)
        return graph.add("Div", standardised, of_region("residual_spread", stacked("residual_spread")))

    @staticmethod
    def _window_embedding(graph: _Graph, windows: str, squared: str, worst: str) -> None:
        """Without a network the embedding says where (78 windows) and in which metric (18) a region deviates."""
        where = graph.add("Reshape", windows, graph.constant("window_shape", np.array([-1, _N_WINDOWS])))
        channels = graph.add("Sqrt", graph.mean(squared, 2, 4))
        metric = graph.add("Reshape", channels, graph.constant("channel_shape", np.array([-1, _N_CHANNELS])))
        both = graph.add("Concat", where, metric, axis=1)
        padding = graph.constant("padding", np.array([0, 0, 0, EMBEDDING_LENGTH - _N_WINDOWS - _N_CHANNELS]))
        graph.add("Pad", both, padding, output="embedding")
        nothing = graph.add("Mul", graph.add("Cast", worst, to=TensorProto.INT64), graph.constant("zero", np.int64(0)))
        graph.add("Identity", nothing, output="unit_space")

    @staticmethod
    def _network_nodes(graph: _Graph, residual: str, network: Network) -> str:
        one = graph.constant("one", np.float32(1))
        magnitude = graph.add("Log", graph.add("Add", graph.add("Abs", residual), one))
        hidden = graph.add("Mul", graph.add("Sign", residual), magnitude)
        for i, (weights, bias) in enumerate(network.layers):
            stored = graph.add("Cast", graph.constant(f"weights_{i}", weights.astype(np.float16)), to=TensorProto.FLOAT)
            last = i == len(network.layers) - 1
            hidden = graph.add("Gemm", hidden, stored, graph.constant(f"bias_{i}", bias), output="embedding" if last else None)
            if not last:
                hidden = graph.add("Relu", hidden)
        # |e - a|^2 = |e|^2 - 2 e.a + |a|^2, and |e|^2 is the same for every anchor
        twice = graph.add("MatMul", hidden, graph.constant("anchors", (-2 * network.anchors.T).astype(np.float32)))
        squared_length = graph.constant("anchor_lengths", (network.anchors**2).sum(1).astype(np.float32))
        graph.add("ArgMin", graph.add("Add", twice, squared_length), axis=1, keepdims=0, output="unit_space")
        return hidden


def rounded(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """The values as the graph stores them: through float16 and back."""
    return values.astype(np.float16).astype(np.float32)


class _Graph:
    """Collects nodes and constants under construction."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, values: NDArray[np.generic] | np.generic) -> str:
        if name not in self.constants:
            array = np.asarray(values)
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array).reshape(array.shape), name)
        return name

    def add(self, operator: str, *inputs: str, output: str | None = None, **attributes: int) -> str:
        output = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def mean(self, values: str, *axes: int) -> str:
        name = self.constant("axes_" + "_".join(map(str, axes)), np.array(axes))
        return self.add("ReduceMean", values, name, keepdims=0)

    def scaled(self, values: str, prefix: str, scale: RegionScale, extra_axes: int = 0, output: str | None = None) -> str:
        shape = (-1,) + (1,) * extra_axes
        median = self.add("Gather", self.constant(f"{prefix}_median", scale.median.reshape(shape)), "region", axis=0)
        width = self.add("Gather", self.constant(f"{prefix}_width", scale.width.reshape(shape)), "region", axis=0)
        return self.add("Div", self.add("Sub", values, median), width, output=output)
