from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import ModelProto, TensorProto, helper, numpy_helper

from models.manifest import ModelError
from models.onnx_check import check_onnx


@pytest.fixture(scope="module")
def sound(published: Path) -> bytes:
    return (published / "small" / "1" / "model.onnx").read_bytes()


def test_the_models_that_we_make_pass(sound: bytes) -> None:
    check_onnx(sound, "small 1")


def _external(tensor: TensorProto) -> TensorProto:
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../etc/passwd"
    return tensor


def _constant(name: str) -> TensorProto:
    return numpy_helper.from_array(np.zeros(3, np.float32), name)


def _if_node(branch: onnx.GraphProto) -> onnx.NodeProto:
    return helper.make_node("If", ["condition"], ["chosen"], then_branch=branch, else_branch=branch)


def _external_in_initializer(model: ModelProto) -> None:
    _external(model.graph.initializer[0])


def _external_in_constant(model: ModelProto) -> None:
    model.graph.node.append(helper.make_node("Constant", [], ["x"], value=_external(_constant("hidden"))))


def _external_in_sparse(model: ModelProto) -> None:
    sparse = model.graph.sparse_initializer.add()
    sparse.values.CopyFrom(_external(_constant("hidden")))


def _external_two_graphs_down(model: ModelProto) -> None:
    inner = helper.make_graph([], "inner", [], [], [_external(_constant("hidden"))])
    model.graph.node.append(_if_node(helper.make_graph([_if_node(inner)], "outer", [], [])))


def _custom_operator(model: ModelProto) -> None:
    model.graph.node.append(helper.make_node("Shell", ["features"], ["x"], domain="com.example"))


def _custom_in_a_branch(model: ModelProto) -> None:
    model.graph.node.append(_if_node(helper.make_graph([helper.make_node("Fused", [], ["x"], domain="com.microsoft")], "g", [], [])))


def _function(model: ModelProto) -> None:
    model.functions.append(helper.make_function("com.example", "Own", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], []))


def _training(model: ModelProto) -> None:
    model.training_info.add()


def _opset(*versions: int) -> Callable[[ModelProto], None]:
    def change(model: ModelProto) -> None:
        model.ClearField("opset_import")
        model.opset_import.extend(helper.make_opsetid("", version) for version in versions)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_external_in_initializer, r"in another file \(external data\)"),
        (_external_in_constant, "keeps tensor 'hidden' in another file"),
        (_external_in_sparse, "keeps tensor 'hidden' in another file"),
        (_external_two_graphs_down, "keeps tensor 'hidden' in another file"),
        (_custom_operator, r"not ONNX's own: com\.example\.Shell"),
        (_custom_in_a_branch, r"not ONNX's own: com\.microsoft\.Fused"),
        (_function, "defines functions of its own: Own"),
        (_training, "carries a training graph"),
        (_opset(), "operator set none; expected one from 17 to 22"),
        (_opset(11), "operator set 11; expected"),
        (_opset(99), "operator set 99; expected"),
        (_opset(20, 21), "operator set 20, 21; expected"),
    ],
)
def test_what_reaches_beyond_the_file_never_reaches_the_runtime(sound: bytes, change: Callable[[ModelProto], None], message: str) -> None:
    model = onnx.load_from_string(sound)
    change(model)
    with pytest.raises(ModelError, match=message) as caught:
        check_onnx(model.SerializeToString(), "small 1")
    assert str(caught.value).startswith("model small 1: ")


@given(st.binary(max_size=300), st.floats(0, 1))
def test_any_bytes_are_a_model_or_told(sound: bytes, noise: bytes, where: float) -> None:
    at = int(where * len(sound))
    for content in (noise, sound[:at] + noise + sound[at + len(noise) :], sound[:at]):
        try:
            check_onnx(content, "small 1")
        except ModelError as err:
            assert str(err).startswith("model small 1: ")
