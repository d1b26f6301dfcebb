"""The whole way from thumbnails to scores as one graph: NSOARTC's arithmetic, node by node, in front of a model's own graph.

Made on the station from the bundle's model.onnx when it is loaded, so that there is no second file that could differ from the
first. Where a GPU judges, the vectors need not travel to it. Without one NumPy is faster (docs/providers.md), and this is not used.

    thumbnail (N, 45, 80) -> blocks -> kernels (N, 7, 144) -> windows (N, 7, 16, 78) -> SOART3 -> features (N, 1404)
    features, region [, thumbnail] -> the model's graph; features are an output too, for the records
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from models.nsoartc import (
    BLOCK,
    BLOCK_COLUMNS,
    BLOCK_ROWS,
    EPSILON,
    KERNELS,
    N_SHAPES,
    THUMBNAIL_COLUMNS,
    THUMBNAIL_ROWS,
    VECTOR_LENGTH,
    WINDOW_BLOCKS,
    WINDOW_COLUMNS,
    WINDOW_ROWS,
)
from models.onnx_nodes import OnnxNodes


def fused_onnx(content: bytes) -> bytes:
    """A model's graph with NSOARTC in front of it.

    Args:
        content: of a bundle's model.onnx: inputs features, region and perhaps thumbnail.

    Returns:
        The same opset; inputs region (N,) int64 and thumbnail (N, 45, 80) float32, outputs as before and features (N, 1404) float32.
    """
    model = onnx.load_model_from_string(content)
    graph = model.graph
    nodes = OnnxNodes("nsoartc_")
    _add_nsoartc(nodes)
    kept = [value for value in graph.input if value.name not in ("features", "thumbnail")]
    own = list(graph.node)
    del graph.node[:], graph.input[:]
    graph.node.extend([*nodes.nodes, *own])
    graph.initializer.extend(nodes.constants.values())
    graph.input.extend([*kept, helper.make_tensor_value_info("thumbnail", TensorProto.FLOAT, ["N", THUMBNAIL_ROWS, THUMBNAIL_COLUMNS])])
    graph.output.append(helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", VECTOR_LENGTH]))
    return model.SerializeToString()


def _add_nsoartc(nodes: OnnxNodes) -> None:
    """The nodes of `models.nsoartc.vectors_of_thumbnails`, in its order."""
    cut = nodes.add("Reshape", "thumbnail", nodes.shape(-1, BLOCK_ROWS, BLOCK, BLOCK_COLUMNS, BLOCK))
    blocks = nodes.add("Reshape", nodes.add("Transpose", cut, perm=[0, 1, 3, 2, 4]), nodes.shape(-1, BLOCK_ROWS * BLOCK_COLUMNS, BLOCK * BLOCK))
    responses = nodes.add("Transpose", nodes.add("MatMul", blocks, nodes.constant("kernels", KERNELS)), perm=[0, 2, 1])
    windows = nodes.add("Gather", responses, nodes.constant("window_blocks", WINDOW_BLOCKS.astype(np.int64)), axis=2)  # (N, 7, 16, 78)
    signal, unit = nodes.split(windows, 1, N_SHAPES, 1)
    epsilon, one = nodes.constant("epsilon", np.float32(EPSILON)), nodes.constant("one", np.float32(1))
    above = nodes.add("Add", nodes.sum(nodes.add("Mul", unit, signal), 2), epsilon)
    below = nodes.add("Add", nodes.sum(nodes.add("Mul", unit, unit), 2), epsilon)
    beta = nodes.add("Div", above, below)  # (N, 6, 1, 78)
    deviation = nodes.add("Sub", signal, nodes.add("Mul", beta, unit))
    l1 = nodes.mean(nodes.add("Abs", deviation), 2)
    mse = nodes.mean(nodes.add("Mul", deviation, deviation), 2)
    eta = nodes.add("Log", nodes.add("Add", l1, one))
    of_mse = nodes.add("Mul", nodes.add("Log", nodes.add("Add", mse, one)), nodes.constant("half", np.float32(0.5)))
    ln_beta = nodes.add("Squeeze", nodes.add("Log", beta), nodes.axes(2))
    metrics = [
        nodes.add("Reshape", metric, nodes.shape(-1, N_SHAPES, WINDOW_ROWS, 1, WINDOW_COLUMNS))
        for metric in (ln_beta, eta, nodes.add("Sub", of_mse, eta))
    ]
    nodes.add("Reshape", nodes.add("Concat", *metrics, axis=3), nodes.shape(-1, VECTOR_LENGTH), output="features")
