"""A candidate that judges beside the line: it sees what the line saw, after the verdict was shown, and changes nothing.

    line's listener -> places -> shadow thread: score, compare -> table `shadow`

It waits for nobody and nobody waits for it: a part for which there is no place is skipped and counted.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from station.inspector import Inspection, Inspector
from station.store.database import StoreError
from station.store.trials import ShadowRow, append_shadows
from station.verdict import Verdict, judge

log = logging.getLogger(__name__)

MAX_UNSCORED = 8
FLUSH_S = 0.5
"""Rows are written together: a transaction costs the disk as much as the part's own."""


@dataclass(frozen=True, slots=True)
class ShadowCount:
    """How a shadow fares since it was started."""

    version: str  # '' = none runs
    written: int = 0
    differing: int = 0  # of those written
    own: int = 0  # parts that the candidate itself judged: nothing to compare
    skipped: int = 0  # no place: it is slower than the line
    failed: int = 0  # the candidate or the database failed
    error: str = ""  # why, the last time


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the line knew of a part, without its pictures."""

    part_id: int
    judged: str
    reason: str
    vectors: NDArray[np.float32] | None
    thumbnails: NDArray[np.float32] | None


class Shadow:
    """A listener of the line. Started and stopped while the line runs; it outlives a run of the line and a change of its model."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._changing = threading.Lock()
        self._run: _Run | None = None

    @property
    def count(self) -> ShadowCount:
        """How the running shadow fares."""
        run = self._run
        return ShadowCount("") if run is None else run.count

    def start(self, candidate: Inspector) -> None:
        """From the next part on; another candidate is stopped before."""
        with self._changing:
            self._end()
            self._run = _Run(self._engine, candidate)

    def stop(self) -> ShadowCount:
        """Score and write what is in hand and end; how it fared. Nothing happens where none runs."""
        with self._changing:
            return self._end()

    def _end(self) -> ShadowCount:
        run, self._run = self._run, None
        return ShadowCount("") if run is None else run.end()

    # -- listener ----------------------------------------------------------------------------------------------------

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        """A part is on disk, and was shown."""
        run = self._run
        if run is not None and inspection.shot.ticket.kind == "part":
            run.see(part_id, inspection)

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        """No part yet."""

    def fault(self, source: str, message: str) -> None:
        """Not the shadow's."""

    def ended(self) -> None:
        """The next run of the line may come."""


class _Run:
    """One candidate, from start to end."""

    def __init__(self, engine: Engine, candidate: Inspector) -> None:
        self._engine = engine
        self._candidate = candidate
        self._names = [f"{region.view} {region.name}" for region in candidate.recipe.regions]
        self._seen: queue.Queue[_Seen] = queue.Queue(MAX_UNSCORED)
        self._leave = threading.Event()
        self._counting = threading.Lock()
        self.count = ShadowCount(candidate.judge.model_version)
        self._thread = threading.Thread(target=self._score_all, name="shadow", daemon=True)
        self._thread.start()

    def see(self, part_id: int, inspection: Inspection) -> None:
        """Called from the writer thread: must return at once."""
        ours, theirs = self._candidate.judge, inspection.judge
        if (theirs.model, theirs.model_version) == (ours.model, ours.model_version):
            self._add(own=1)
            return
        features = inspection.features
        seen = _Seen(
            part_id,
            inspection.verdict.judgement.value,
            inspection.verdict.reason,
            None if features is None else features.vectors,
            None if features is None else features.thumbnails,
        )
        try:
            self._seen.put_nowait(seen)
        except queue.Full:
            self._add(skipped=1)

    def end(self) -> ShadowCount:
        self._leave.set()
        self._thread.join(30)
        return self.count

    def _score_all(self) -> None:
        rows: list[tuple[ShadowRow, bool]] = []
        flush_at = time.monotonic() + FLUSH_S
        while True:
            try:
                rows.append(self._score(self._seen.get(timeout=0.05 if not rows else max(0.0, flush_at - time.monotonic()))))
            except queue.Empty:
                if self._leave.is_set():
                    break
            except Exception as err:  # whatever a candidate does, the line and the next part are not touched
                log.warning("shadow: candidate %s failed: %s", self.count.version, err, exc_info=True)
                self._add(failed=1, error=str(err) or type(err).__name__)
            if time.monotonic() >= flush_at:
                rows = self._write(rows)
                flush_at = time.monotonic() + FLUSH_S
        self._write(rows)

    def _score(self, seen: _Seen) -> tuple[ShadowRow, bool]:
        """The row, and whether the verdicts differ."""
        ours = self._candidate.judge
        if seen.vectors is None:  # no camera picture, or alignment lost: no model can judge that
            verdict = Verdict.hold(seen.reason)
        else:
            scores = self._candidate.scorer.score(seen.vectors, thumbnails=seen.thumbnails).score
            verdict = judge(scores.tolist(), self._names, ours.ok_at_most, ours.ng_above)
        row = ShadowRow(seen.part_id, ours.model, ours.model_version, verdict.judgement, verdict.score, ours.ok_at_most, ours.ng_above)
        return row, verdict.judgement.value != seen.judged

    def _write(self, rows: list[tuple[ShadowRow, bool]]) -> list[tuple[ShadowRow, bool]]:
        if rows:
            try:
                append_shadows(self._engine, [row for row, _ in rows])
            except StoreError as err:
                log.warning("shadow: %s", err)
                self._add(failed=len(rows), error=str(err))
            else:
                self._add(written=len(rows), differing=sum(differs for _, differs in rows))
        return []

    def _add(self, error: str = "", **more: int) -> None:
        with self._counting:
            counts = {name: getattr(self.count, name) + n for name, n in more.items()}
            self.count = replace(self.count, error=error or self.count.error, **counts)
