"""More than one listener of a line."""

from __future__ import annotations

from station.inspector import Inspection
from station.line import Listener


class FanOut:
    """Hands everything on to its listeners, in their order: whom people look at comes first."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        """A part is on disk."""
        for listener in self._listeners:
            listener.recorded(part_id, inspection)

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        """A judged part could not be recorded yet."""
        for listener in self._listeners:
            listener.unrecorded(inspection, reason)

    def fault(self, source: str, message: str) -> None:
        """Something is wrong, or right again."""
        for listener in self._listeners:
            listener.fault(source, message)

    def ended(self) -> None:
        """No further part will be accepted."""
        for listener in self._listeners:
            listener.ended()
