"""How long the stages of the last parts took: a ring of numbers that costs a part a few microseconds.

A running station writes the figures to stages.json in its data folder every few seconds; `station stats` reads them there.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from station.inspector import Inspection
from station.shot import now

log = logging.getLogger(__name__)

STAGES = {
    "wait": "trigger to camera",
    "capture": "grab, decode, grey",
    "check": "checks of the frames: stale, late, black, burnt out, blurred",
    "align": "pictures aligned, summed over the views, which run side by side",
    "thumbnail": "regions cut and averaged to thumbnails, likewise",
    "nsoartc": "NSOARTC vectors of the thumbnails",
    "vector": "the last three, as they passed on the clock",
    "score": "model",
    "judge": "vector, score and judging",
    "encode": "pictures encoded, written and synced, while the part is judged",
    "code": "code read from the picture",
    "pictures": "waited for the pictures after judging",
    "commit": "rows written and synced",
    "record": "the last two",
    "recorded": "trigger to recorded, as a whole",
    "show": "record to window, without painting",
    "whole": "trigger to window, without painting",
}
"""Every stage with what it means, in the order of a part's way."""
N_PARTS = 1000
FILE_NAME = "stages.json"
_PERIOD_S = 5.0


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage over the last parts [ms]."""

    stage: str
    n_parts: int
    p50: float
    p95: float
    p99: float
    worst: float


class StageRing:
    """The last N_PARTS parts, each a row of times; the oldest row is written over. Filled by one thread."""

    def __init__(self) -> None:
        self._rows = np.full((N_PARTS, len(STAGES)), np.nan)
        self._n = 0

    def add(self, stages_ms: Mapping[str, float]) -> None:
        """One more part; stages that it did not go through are left out."""
        self._rows[self._n % N_PARTS] = [stages_ms.get(stage, np.nan) for stage in STAGES]
        self._n += 1

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


class StageFile:
    """A line's listener that keeps stages.json up to date."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._ring = StageRing()
        self._due_s = 0.0
        self._part_id = self._written_id = 0
        self._has_ended = False

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        """A part is on disk."""
        ticket = inspection.shot.ticket
        self._ring.add(inspection.stages_ms | {"recorded": 1e3 * (time.monotonic() - ticket.accepted_s)})
        self._part_id = part_id
        if time.monotonic() >= self._due_s:
            self._due_s = time.monotonic() + (0.0 if self._has_ended else _PERIOD_S)
            self._write(part_id)

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        """It has no whole time yet."""

    def fault(self, source: str, message: str) -> None:
        """No time."""

    def ended(self) -> None:
        """No part more is accepted; those in hand are written as they come."""
        self._has_ended, self._due_s = True, 0.0
        if self._part_id != self._written_id:
            self._write(self._part_id)

    def _write(self, part_id: int) -> None:
        row = {"at": now().isoformat(), "part": part_id, "stages": [asdict(line) for line in self._ring.lines()]}
        self._written_id = part_id
        new = self._path.with_suffix(".tmp")
        try:
            new.write_text(json.dumps(row), encoding="utf-8")
            new.replace(self._path)
        except OSError as err:  # parts matter, figures do not
            log.debug("%s: %s", self._path, err)
