"""More than one listener of a line."""

from __future__ import annotations

import logging
from collections.abc import Callable

from station.inspector import Inspection
from station.line import Listener

log = logging.getLogger(__name__)


class FanOut:
    """Hands everything on to its listeners, in their order: whom people look at comes first. One that fails keeps nothing from the others."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        """A part is on disk."""
        self._each(lambda listener: listener.recorded(part_id, inspection))

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        """A judged part could not be recorded yet."""
        self._each(lambda listener: listener.unrecorded(inspection, reason))

    def fault(self, source: str, message: str) -> None:
        """Something is wrong, or right again."""
        self._each(lambda listener: listener.fault(source, message))

    def ended(self) -> None:
        """No further part will be accepted."""
        self._each(lambda listener: listener.ended())

    def _each(self, tell: Callable[[Listener], None]) -> None:
        for listener in self._listeners:
            try:
                tell(listener)
            except Exception:  # whatever it was
                log.exception("the line's listener %s failed", type(listener).__name__)
