"""model.onnx looked at before ONNX Runtime sees it: nothing outside the file, nothing but standard operators."""

from __future__ import annotations

from collections.abc import Iterator

from onnx import AttributeProto, GraphProto, ModelProto, TensorProto

from models.manifest import ModelError

STANDARD_DOMAINS = ("", "ai.onnx")
OLDEST_OPSET, NEWEST_OPSET = 17, 22
"""What every ONNX Runtime from 1.22 on computes; ours is graph.OPSET."""


def check_onnx(content: bytes, label: str) -> None:
    """Nothing happens if the bytes are a model that stands for itself.

    Args:
        label: of the model, for messages.

    Raises:
        ModelError: no ONNX model, tensors in other files (a path of somebody else's choice would be read), operators that only
            a custom library knows, functions of its own, or another operator set.
    """
    model = ModelProto()
    try:
        model.ParseFromString(content)
    except Exception as err:  # protobuf's DecodeError has another home in each of its releases
        raise ModelError(f"model {label}: cannot load model.onnx: no ONNX model ({err})") from err
    opsets = {entry.version for entry in model.opset_import if entry.domain in STANDARD_DOMAINS}
    if len(opsets) != 1 or not OLDEST_OPSET <= max(opsets) <= NEWEST_OPSET:
        met = ", ".join(map(str, sorted(opsets))) or "none"
        raise ModelError(f"model {label}: cannot load model.onnx: operator set {met}; expected one from {OLDEST_OPSET} to {NEWEST_OPSET}")
    if model.functions:
        raise ModelError(f"model {label}: model.onnx defines functions of its own: {_listed({f.name for f in model.functions})}; export it without")
    if model.training_info:
        raise ModelError(f"model {label}: model.onnx carries a training graph; export it for judging only")
    foreign: set[str] = set()
    for graph in _graphs(model.graph):
        foreign |= {f"{node.domain}.{node.op_type}" for node in graph.node if node.domain not in STANDARD_DOMAINS}
        for tensor in _tensors(graph):
            if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
                raise ModelError(
                    f"model {label}: model.onnx keeps tensor {tensor.name[:60]!r} in another file (external data); export it with all its data inside"
                )
    if foreign:
        raise ModelError(f"model {label}: model.onnx uses operators that are not ONNX's own: {_listed(foreign)}; export it with standard ones")


def _graphs(graph: GraphProto) -> Iterator[GraphProto]:
    """The graph and those inside its nodes (If, Loop, Scan), at any depth; protobuf's own limit ends the nesting."""
    waiting = [graph]
    while waiting:
        yield (graph := waiting.pop())
        for attribute in _attributes(graph):
            if attribute.HasField("g"):
                waiting.append(attribute.g)
            waiting.extend(attribute.graphs)


def _tensors(graph: GraphProto) -> Iterator[TensorProto]:
    """Every tensor stored in one graph: initialisers, sparse ones, and constants in attributes."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for attribute in _attributes(graph):
        yield from (attribute.t, *attribute.tensors)
        for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
            yield from (sparse.values, sparse.indices)


def _attributes(graph: GraphProto) -> Iterator[AttributeProto]:
    for node in graph.node:
        yield from node.attribute


def _listed(names: set[str]) -> str:
    shown = sorted(name[:60] for name in names)
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
