"""ONNX Runtime sessions on the provider that was really got."""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.manifest import ModelError

log = logging.getLogger(__name__)

Provider = Literal["auto", "cuda", "cpu"]


class Session(Protocol):
    """What is used of an ort.InferenceSession."""

    def run(self, output_names: Sequence[str], input_feed: Mapping[str, NDArray[Any]]) -> list[Any]:
        """The outputs of one run. Raises whatever the runtime raises."""

    def get_providers(self) -> list[str]:
        """In the order of their use; the first is the one that was got."""

    def get_inputs(self) -> Sequence[Any]:
        """Of the graph: name, type, shape."""

    def get_outputs(self) -> Sequence[Any]:
        """The same of its outputs."""


class OpenSession(Protocol):
    """Makes sessions; `open_session` is the one that runs in production."""

    def __call__(self, content: bytes, label: str, provider: Provider) -> Session:
        """A session of the model in `content`. Raises ModelError."""


def open_session(content: bytes, label: str, provider: Provider) -> Session:
    """A session of the model.onnx in `content`.

    Args:
        label: of the model, for messages.
        provider: 'auto' asks for CUDA where there is a driver, 'cuda' always; what was got says `provider_of`.

    Raises:
        ModelError: ONNX Runtime cannot load it.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # two threads on a busy two-core line PC cost more than they give
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    providers: list[str | tuple[str, dict[str, str]]] = ["CPUExecutionProvider"]
    if provider == "cuda" or (provider == "auto" and has_cuda_driver()):
        ort.set_default_logger_severity(4)
        if hasattr(ort, "preload_dlls"):
            ort.preload_dlls()  # CUDA and cuDNN installed as wheels
        providers.insert(0, ("CUDAExecutionProvider", {"use_tf32": "0"}))
    try:
        session = ort.InferenceSession(content, options, providers=providers)
        session.disable_fallback()  # else it may go on with another provider by itself, and say so to standard output alone
        return session
    except Exception as err:  # ONNX Runtime's exceptions have no common public base
        raise ModelError(f"model {label}: ONNX Runtime cannot load model.onnx: {err}") from err


def runs_on_cuda() -> bool:
    """Whether ONNX Runtime gets CUDA for a graph of one node; it takes about a second on a machine where it does."""
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "trial", [x], [y])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return provider_of(open_session(model.SerializeToString(), "trial", "cuda")) == "CUDA"


def provider_of(session: Session) -> str:
    """CUDA or CPU. Only get_providers() of the session tells the truth; get_available_providers() claims CUDA on any machine."""
    return session.get_providers()[0].removesuffix("ExecutionProvider")


def has_cuda_driver() -> bool:
    """Whether an NVIDIA driver is installed here."""
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True
