"""A graphics card that breaks when it is told to: real ONNX Runtime sessions that say CUDA and fail with the runtime's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from models.runtime import Provider, Session, open_session


class Gpu:
    """Its `open_session` is what a Scorer takes instead of models.runtime's."""

    def __init__(self) -> None:
        self.runs_left = 10**9  # before it breaks
        self.is_gone = False  # sessions opened now get the CPU
        self.heals = False  # it breaks once, and answers again
        self.lies_afterwards = False  # what it answers then is wrong
        self.lies = False
        self.opened: list[Provider] = []

    def open_session(self, content: bytes, label: str, provider: Provider) -> Session:
        self.opened.append(provider)
        session = open_session(content, label, "cpu")
        return session if provider == "cpu" or self.is_gone else _OnGpu(session, self)


class _OnGpu:
    def __init__(self, session: Session, gpu: Gpu) -> None:
        self._session, self._gpu = session, gpu
        self.get_inputs, self.get_outputs = session.get_inputs, session.get_outputs

    def get_providers(self) -> list[str]:
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]

    def run(self, output_names: Sequence[str], input_feed: Mapping[str, NDArray[Any]]) -> list[Any]:
        self._gpu.runs_left -= 1
        if self._gpu.runs_left < 0:
            if self._gpu.heals:
                self._gpu.runs_left, self._gpu.lies = 10**9, self._gpu.lies_afterwards
            raise RuntimeError("CUDA failure 719: unspecified launch failure ; GPU=0\n(Session::Run)")
        outputs = self._session.run(output_names, input_feed)
        return [2 * output + 1 for output in outputs] if self._gpu.lies else outputs
