"""How long each stage of the last parts took, from the trigger to the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot

from station.gui.control import Control
from station.inspector import Inspection
from station.shot import now

STAGES = ("wait", "capture", "vector", "score", "judge", "code", "record", "show", "whole")
N_PARTS = 1000


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage over the last parts [ms]."""

    stage: str
    n_parts: int
    p50: float
    p95: float
    p99: float
    worst: float


class StageTimes(QObject):
    """The last N_PARTS parts, each a row of times; the oldest row is written over.

    'show' is the time from the record to the GUI thread, 'whole' that from the trigger to it, both without the painting.
    """

    def __init__(self, control: Control, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = np.full((N_PARTS, len(STAGES)), np.nan)
        self._n = 0
        self._recorded_s: dict[int, float] = {}
        control.recorded.connect(self._on_recorded, Qt.ConnectionType.DirectConnection)  # in the writer's thread: when it is said
        control.recorded.connect(self._on_shown)  # in the GUI thread: when it is heard

    def lines(self) -> list[StageLine]:
        """Every stage that at least one part went through."""
        rows = self._rows[: min(self._n, N_PARTS)]
        lines = []
        for column, stage in enumerate(STAGES):
            times = rows[np.isfinite(rows[:, column]), column]
            if len(times):
                times.sort()  # np.percentile would import numpy.ma here: 60 ms in the window's thread
                p50, p95, p99 = (float(times[round(share * (len(times) - 1))]) for share in (0.50, 0.95, 0.99))
                lines.append(StageLine(stage, len(times), p50, p95, p99, float(times[-1])))
        return lines

    def add(self, stages_ms: Mapping[str, float]) -> None:
        """One more part; stages that it did not go through are left out."""
        self._rows[self._n % N_PARTS] = [stages_ms.get(stage, np.nan) for stage in STAGES]
        self._n += 1

    @Slot(int, object)
    def _on_recorded(self, part_id: int, _inspection: Inspection) -> None:
        self._recorded_s[part_id] = perf_counter()

    @Slot(int, object)
    def _on_shown(self, part_id: int, inspection: Inspection) -> None:
        recorded_s = self._recorded_s.pop(part_id, None)
        show = {} if recorded_s is None else {"show": (perf_counter() - recorded_s) * 1e3}
        whole_ms = max(0.0, (now() - inspection.shot.ticket.accepted_at).total_seconds() * 1e3)
        self.add(inspection.stages_ms | show | {"whole": whole_ms})
