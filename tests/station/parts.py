"""Ten-line stand-ins with the same protocols as the real parts, for tests of the line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from models.recipe import Region
from station.cameras.camera import CameraError
from station.inspector import Inspection, Judge
from station.shot import Frame, Shot, now
from station.verdict import Judgement, Verdict

REGIONS = (Region("front", "all", (0, 0, 4, 4)),)


class Camera:
    """Each shot is a picture filled with its number; `faults` fail the shots of these numbers."""

    views = ("front",)
    is_finished = False

    def __init__(self, faults: tuple[int, ...] = (), delay_s: float = 0.0) -> None:
        self.n_shots = 0
        self.n_open = 0
        self._faults, self._delay_s = faults, delay_s

    def open(self) -> None:
        self.n_open += 1

    def preview(self) -> tuple[Frame, ...]:
        return (Frame("front", np.full((4, 4), 7, np.uint8), now()),)

    def shoot(self) -> tuple[Frame, ...]:
        time.sleep(self._delay_s)
        self.n_shots += 1
        if self.n_shots in self._faults:
            raise CameraError(f"shot {self.n_shots} failed")
        return (Frame("front", np.full((4, 4), self.n_shots % 256, np.uint8), now()),)

    def close(self) -> None:
        pass


class Inspector:
    """OK always; `broken` shots raise; `gate` holds the judge thread."""

    def __init__(self, version: str = "1", broken: tuple[int, ...] = (), delay_s: float = 0.0, gate: threading.Event | None = None) -> None:
        self.judge = Judge("r", 1, "m", version, 1.0, 2.0, "CPU")
        self._broken, self._delay_s, self._gate = broken, delay_s, gate

    def inspect(self, shot: Shot) -> Inspection:
        if self._gate is not None:
            assert self._gate.wait(20)
        time.sleep(self._delay_s)
        if shot.ticket.number in self._broken:
            raise RuntimeError("boom")
        if shot.fault:
            return self.hold(shot, shot.fault)
        return Inspection(shot, Verdict(Judgement.OK, "", 0.5, 0), self.judge, REGIONS)

    def hold(self, shot: Shot, reason: str) -> Inspection:
        return Inspection(shot, Verdict.hold(reason), self.judge, REGIONS)


class Recorder:
    """Keeps inspections in a list; the attempts of numbers in `failing` fail once each."""

    def __init__(self, failing: tuple[int, ...] = (), delay_s: float = 0.0, always_failing: bool = False) -> None:
        self.rows: list[Inspection] = []
        self.stages_ms = {"commit": 0.5}
        self._failing, self._delay_s, self._always = set(failing), delay_s, always_failing

    def record(self, inspection: Inspection) -> int:
        time.sleep(self._delay_s)
        number = inspection.shot.ticket.number
        if self._always or number in self._failing:
            self._failing.discard(number)
            raise OSError("disk full")
        self.rows.append(inspection)
        return len(self.rows)


class Ear:
    """Remembers all it heard."""

    def __init__(self, on_recorded: Callable[[], None] = lambda: None) -> None:
        self.shown: list[tuple[int, Inspection]] = []
        self.unrecorded_reasons: list[str] = []
        self.faults: list[tuple[str, str]] = []
        self.over = threading.Event()
        self._on_recorded = on_recorded

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        self.shown.append((part_id, inspection))
        self._on_recorded()

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        self.unrecorded_reasons.append(reason)

    def fault(self, source: str, message: str) -> None:
        self.faults.append((source, message))

    def ended(self) -> None:
        self.over.set()


def wait_until(condition: Callable[[], bool], limit_s: float = 15.0) -> None:
    """Waits for something that another thread brings about; fails after the limit."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)
