"""Every part that was not judged OK, as a line of the log: what a technician searches for first."""

from __future__ import annotations

import logging

from station.inspector import Inspection
from station.verdict import Judgement

log = logging.getLogger(__name__)


class PartLog:
    """A line's listener."""

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        """A part is on disk."""
        verdict = inspection.verdict
        if verdict.judgement is Judgement.OK:
            return
        score = "no score" if verdict.score is None else f"score {verdict.score:.3f}"
        ms = sum(inspection.stages_ms.get(stage, 0.0) for stage in ("capture", "judge"))
        log.info("part %d %s, %s, %.0f ms: %s", part_id, verdict.judgement.value, score, ms, verdict.reason, extra={"part": part_id})

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        """The line has logged it."""

    def fault(self, source: str, message: str) -> None:
        """Logged by who found it."""

    def ended(self) -> None:
        """No part more."""
