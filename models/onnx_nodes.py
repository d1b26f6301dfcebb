"""Collects the nodes and constants of an ONNX graph under construction; models/graph.py makes the whole of them."""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def rounded(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """The values as a graph stores its large constants: through float16 and back."""
    return values.astype(np.float16).astype(np.float32)


class OnnxNodes:
    """Each method adds a node and returns the name of its output."""

    def __init__(self, prefix: str = "") -> None:
        """prefix: of every name that is made here, where another graph's names stand beside them."""
        self._prefix = prefix
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, values: NDArray[np.generic] | np.generic) -> str:
        """A constant; one that is there under this name already is used again."""
        name = self._prefix + name
        if name not in self.constants:
            array = np.asarray(values)
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array).reshape(array.shape), name)
        return name

    def shape(self, *lengths: int) -> str:
        """A shape, as Reshape wants it; -1 is whatever is left."""
        return self.constant("shape_" + "_".join(map(str, lengths)).replace("-", "m"), np.array(lengths, np.int64))

    def axes(self, *axes: int) -> str:
        """Axes, as the reductions want them."""
        return self.constant("axes_" + "_".join(map(str, axes)), np.array(axes, np.int64))

    def add(self, operator: str, *inputs: str, output: str | None = None, **attributes: object) -> str:
        """One node with one output."""
        output = output or f"{self._prefix}{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def of_index(self, index: str, name: str, values: NDArray[np.generic]) -> str:
        """Row `index` of a constant, for every entry of `index`."""
        return self.add("Gather", self.constant(name, values), index, axis=0)

    def half(self, name: str, values: NDArray[np.floating]) -> str:
        """A large constant, stored as float16, read as float32; `values` were rounded to it before (`rounded`)."""
        return self.add("Cast", self.constant(name, values.astype(np.float16)), to=TensorProto.FLOAT)

    def mean(self, values: str, *axes: int) -> str:
        return self.add("ReduceMean", values, self.axes(*axes), keepdims=0)

    def sum(self, values: str, *axes: int) -> str:
        """Summed axes stay, with length 1."""
        return self.add("ReduceSum", values, self.axes(*axes), keepdims=1)

    def split(self, values: str, axis: int, *lengths: int) -> list[str]:
        """Pieces of these lengths along an axis."""
        stem = f"{self._prefix}split_{len(self.nodes)}"
        outputs = [f"{stem}_{i}" for i in range(len(lengths))]
        sizes = self.constant("lengths_" + "_".join(map(str, lengths)), np.array(lengths, np.int64))
        self.nodes.append(helper.make_node("Split", [values, sizes], outputs, axis=axis))
        return outputs

    def maximum(self, values: str, *axes: int) -> str:
        return self.add("ReduceMax", values, self.axes(*axes), keepdims=0)

    def without_components(self, values: str, components: str, length: int) -> str:
        """(N, length) values less what the orthonormal rows of components, (N, k, length), explain of them."""
        column = self.add("Unsqueeze", values, self.axes(2))
        amounts = self.add("Transpose", self.add("MatMul", components, column), perm=[0, 2, 1])  # (N, 1, k)
        explained = self.add("Reshape", self.add("MatMul", amounts, components), self.shape(-1, length))
        return self.add("Sub", values, explained)
