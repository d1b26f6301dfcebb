"""A scoring model as one ONNX graph, and the same arithmetic in NumPy to prove it by.

Unit spaces, network, anchors, scales and score rule all lie inside the graph: CUDA does all of it, and station and
trainer cannot disagree. Built node by node with `onnx.helper` from plain arrays, so that neither side needs torch.

    features (N, 1404), region (N)
      -> residual of the region's unit space -> window deviation (N, 6, 13), on the region's scale -> worst window
      -> [network: 1404-512-256-128 -> distance of the embedding, on the region's scale]
      -> score (N) = weighted sum of the two
    thumbnail (N, 45, 80)
      -> [companion: cell residual -> deviation (N, 6, 13)] -> score and deviation become the greater of both
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.companion import Companion, Thumbnails
from models.network import EMBEDDING_LENGTH, Network
from models.nsoartc import N_METRICS, N_SHAPES, THUMBNAIL_COLUMNS, THUMBNAIL_ROWS, VECTOR_LENGTH, WINDOW_COLUMNS, WINDOW_ROWS, Vectors
from models.onnx_nodes import OnnxNodes
from models.region_scale import RegionScale
from models.unit_space import UnitSpace, window_deviation

OPSET = 20
IR_VERSION = 10
"""onnx 1.23 would write IR 14 / opset 28, which ONNX Runtime 1.31 refuses; 20 / 10 is read by every runtime since 1.18."""
OUTPUT_NAMES = ("score", "embedding", "unit_space", "deviation")
_N_WINDOWS = WINDOW_ROWS * WINDOW_COLUMNS
_N_CHANNELS = N_SHAPES * N_METRICS


@dataclass(frozen=True, slots=True)
class Scores:
    """What the graph says of n region vectors."""

    score: NDArray[np.float32]  # (n,) greater = worse; about 0 for a median good part, 1 at the good parts' 95 % point
    embedding: NDArray[np.float32]  # (n, 128)
    unit_space: NDArray[np.int64]  # (n,) index into the manifest's unit_spaces that it lies nearest
    deviation: NDArray[np.float32]  # (n, 6, 13) per window, on the same scale as a unit-space score


@dataclass(frozen=True, slots=True)
class NetworkScore:
    """What a network adds to a model."""

    network: Network
    scale: RegionScale  # of its distance
    weight: float = 0.5  # of the distance in the score; the rest is the worst window's


@dataclass(frozen=True, slots=True)
class ScoringModel:
    """All numbers of a model; `to_onnx` writes them down, `evaluate` computes with them."""

    unit_spaces: tuple[UnitSpace, ...]  # one a region
    unit_scale: RegionScale
    network: NetworkScore | None = None
    companion: Companion | None = None

    def evaluate(self, features: Vectors, region: NDArray[np.int64], thumbnails: Thumbnails | None = None) -> Scores:
        """The graph's arithmetic in NumPy; features (n, 1404), region (n,), thumbnails (n, 45, 80) where it has a companion."""
        residual = np.empty_like(features)
        for g in np.unique(region):
            residual[region == g] = self.unit_spaces[g].residual(features[region == g])
        windows = window_deviation(residual)
        deviation = self.unit_scale.of(windows, region)
        score = deviation.max((1, 2))
        if self.network is None:
            channels = np.sqrt((residual * residual).reshape(-1, N_SHAPES, WINDOW_ROWS, N_METRICS, WINDOW_COLUMNS).mean((2, 4)))
            embedding = np.zeros((len(features), EMBEDDING_LENGTH), np.float32)
            embedding[:, :_N_WINDOWS] = windows.reshape(-1, _N_WINDOWS)
            embedding[:, _N_WINDOWS : _N_WINDOWS + _N_CHANNELS] = channels.reshape(-1, _N_CHANNELS)
            unit_space = np.zeros(len(features), np.int64)
        else:
            network, weight = self.network.network, np.float32(self.network.weight)
            embedding = network.embed(features, residual)
            distance, unit_space = network.distance.measure(embedding, region)
            score = (1 - weight) * score + weight * self.network.scale.of(distance, region)
        if self.companion is not None:
            if thumbnails is None:
                raise ValueError("this model has a companion signal, which needs the regions' thumbnails")
            seen = self.companion.deviation(thumbnails, region)
            deviation, score = np.maximum(deviation, seen), np.maximum(score, seen.max((1, 2)))
        return Scores(score, embedding, unit_space, deviation)

    def to_onnx(self) -> onnx.ModelProto:
        """The graph, checked by onnx.checker. Components and network weights are stored as float16.

        Both are rounded to float16 before anything is calibrated (`rounded`), so that nothing is lost here.
        """
        nodes = OnnxNodes()
        residual = self._add_residual(nodes)
        cells = nodes.add("Reshape", residual, nodes.shape(-1, N_SHAPES, WINDOW_ROWS, N_METRICS, WINDOW_COLUMNS))
        squared = nodes.add("Mul", cells, cells)
        windows = nodes.add("Sqrt", nodes.mean(squared, 1, 3))  # (N, 6, 13)
        deviation = self.unit_scale.add_to(nodes, windows, "region", "unit", extra_axes=2)
        score = nodes.maximum(deviation, 1, 2)
        if self.network is None:
            self._add_window_embedding(nodes, windows, squared, score)
        else:
            network, weight = self.network.network, self.network.weight
            distance = network.distance.add_to(nodes, network.add_to(nodes, "features", residual))
            scaled = self.network.scale.add_to(nodes, distance, "region", "embedding")
            of_windows = nodes.add("Mul", score, nodes.constant("window_weight", np.float32(1) - np.float32(weight)))
            of_network = nodes.add("Mul", scaled, nodes.constant("network_weight", np.float32(weight)))
            score = nodes.add("Add", of_windows, of_network)
        inputs = [
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", VECTOR_LENGTH]),
            helper.make_tensor_value_info("region", TensorProto.INT64, ["N"]),
        ]
        if self.companion is not None:
            inputs.append(helper.make_tensor_value_info("thumbnail", TensorProto.FLOAT, ["N", THUMBNAIL_ROWS, THUMBNAIL_COLUMNS]))
            rows, seen = self.companion.add_to(nodes, "thumbnail")
            deviation = nodes.add("ScatterND", deviation, rows, seen, reduction="max")
            score = nodes.add("ScatterND", score, rows, nodes.maximum(seen, 1, 2), reduction="max")
        nodes.add("Identity", deviation, output="deviation")
        nodes.add("Identity", score, output="score")
        model = helper.make_model(
            helper.make_graph(
                nodes.nodes,
                "nsoartc-scoring",
                inputs,
                [
                    helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N"]),
                    helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", EMBEDDING_LENGTH]),
                    helper.make_tensor_value_info("unit_space", TensorProto.INT64, ["N"]),
                    helper.make_tensor_value_info("deviation", TensorProto.FLOAT, ["N", WINDOW_ROWS, WINDOW_COLUMNS]),
                ],
                list(nodes.constants.values()),
            ),
            producer_name="nsoartc-station",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def _add_residual(self, nodes: OnnxNodes) -> str:
        def stacked(name: str) -> NDArray[np.float32]:
            return np.stack([getattr(u, name) for u in self.unit_spaces])

        centred = nodes.add("Sub", "features", nodes.of_index("region", "mean", stacked("mean")))
        standardised = nodes.add("Div", centred, nodes.of_index("region", "spread", stacked("spread")))
        components = stacked("components")  # (regions, k, 1404)
        if components.shape[1]:
            gathered = nodes.add("Cast", nodes.of_index("region", "components", components.astype(np.float16)), to=TensorProto.FLOAT)
            standardised = nodes.without_components(standardised, gathered, VECTOR_LENGTH)
        return nodes.add("Div", standardised, nodes.of_index("region", "residual_spread", stacked("residual_spread")))

    @staticmethod
    def _add_window_embedding(nodes: OnnxNodes, windows: str, squared: str, score: str) -> None:
        """Without a network the embedding says where (78 windows) and in which metric (18) a region deviates."""
        where = nodes.add("Reshape", windows, nodes.shape(-1, _N_WINDOWS))
        metric = nodes.add("Reshape", nodes.add("Sqrt", nodes.mean(squared, 2, 4)), nodes.shape(-1, _N_CHANNELS))
        both = nodes.add("Concat", where, metric, axis=1)
        padding = nodes.constant("padding", np.array([0, 0, 0, EMBEDDING_LENGTH - _N_WINDOWS - _N_CHANNELS]))
        nodes.add("Pad", both, padding, output="embedding")
        nodes.add("Mul", nodes.add("Cast", score, to=TensorProto.INT64), nodes.constant("whole_zero", np.int64(0)), output="unit_space")
