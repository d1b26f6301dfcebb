"""The stages of the last parts, on to the window."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, Qt, Slot

from station.gui.control import Control
from station.inspector import Inspection
from station.shot import now
from station.stages import StageRing


class StageTimes(QObject):
    """`ring` holds the last parts' times. 'show' is the time from the record to the GUI thread, 'whole' that from the trigger to it."""

    def __init__(self, control: Control, parent: QObject) -> None:
        super().__init__(parent)
        self.ring = StageRing()
        self._recorded_s: dict[int, float] = {}
        control.recorded.connect(self._on_recorded, Qt.ConnectionType.DirectConnection)  # in the writer's thread: when it is said
        control.recorded.connect(self._on_shown)  # in the GUI thread: when it is heard

    @Slot(int, object)
    def _on_recorded(self, part_id: int, _inspection: Inspection) -> None:
        self._recorded_s[part_id] = perf_counter()

    @Slot(int, object)
    def _on_shown(self, part_id: int, inspection: Inspection) -> None:
        recorded_s = self._recorded_s.pop(part_id, None)
        show = {} if recorded_s is None else {"show": (perf_counter() - recorded_s) * 1e3}
        whole_ms = max(0.0, (now() - inspection.shot.ticket.accepted_at).total_seconds() * 1e3)
        self.ring.add(inspection.stages_ms | show | {"whole": whole_ms})
