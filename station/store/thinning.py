"""Thinning: the vectors of old parts judged OK are emptied. Rows, scores, deviation maps and embeddings stay.

Vectors are nineteen twentieths of a ledger (5.6 kB of 5.9 kB a region). What they leave is used again, so the file of a station
that is thinned stops growing; it does not become smaller. Parts that were judged otherwise, were reviewed, drawn for review or
used as challenge parts keep theirs: those are what models learn from and are measured by.

A part is old when it was recorded before the first one that is not, whatever the clock said in between.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Engine, exists, func, select, update
from sqlalchemy.orm import Session

from station.store.journal import writing
from station.store.schema import Part, PartRegion, PartReview, Sample

_PARTS = 5  # a transaction: about 10 ms for which the line's next part may have to wait
_PAUSE_S = 0.05
_IDS = 2000  # looked through at a time
_A_RUN = 4000  # parts: seven a second where a run begins every ten minutes
_LOG_BYTES = 256 * 2**20  # of the write-ahead log, which cannot be folded back while somebody reads: a backup


class Thinning:
    """Goes through a ledger once, part by part in the order of their ids, as far as they are old."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._after: int | None = None  # parts up to here are done; None: not known yet

    def run(self, before: datetime, stop: threading.Event) -> Iterator[int]:
        """Empty the vectors of what was taken before this moment, or of as many parts as one run may; yields how many as it goes."""
        end = self._end(before)
        if self._after is None:
            self._after = self._thinned_up_to(end)
        left = _A_RUN
        while self._after + 1 < end and not stop.is_set():
            last = min(self._after + _IDS, end - 1)
            with Session(self._engine) as session:
                query = select(Part.id).where(Part.id > self._after, Part.id <= last, *_is_dispensable(), _has_vectors())
                ids = session.scalars(query.order_by(Part.id)).all()
            for first in range(0, len(ids), _PARTS):
                if left <= 0 or self._log_bytes() > _LOG_BYTES or stop.wait(_PAUSE_S):
                    return
                some = ids[first : first + _PARTS]
                n = self._empty(some)
                self._after, left = some[-1], left - n
                yield n
            self._after = last

    def _empty(self, ids: Sequence[int]) -> int:
        """One transaction; somebody may have reviewed one of them just now."""
        with writing(self._engine) as session:
            still = session.scalars(select(Part.id).where(Part.id.in_(ids), *_is_dispensable())).all()
            session.execute(update(PartRegion).where(PartRegion.part_id.in_(still)).values(vector=b""))
        return len(still)

    def _log_bytes(self) -> int:
        log = Path(f"{self._engine.url.database}-wal")
        return log.stat().st_size if log.exists() else 0

    def _end(self, before: datetime) -> int:
        """The first part that is not old, or one more than the newest."""
        with Session(self._engine) as session:
            young = session.scalar(select(Part.id).where(Part.taken_at >= before).order_by(Part.taken_at).limit(1))
            return young if young is not None else (session.scalar(select(func.max(Part.id))) or 0) + 1

    def _thinned_up_to(self, end: int) -> int:
        """Where an earlier run came to, by halving: all parts below are done and none above is."""
        low, high = 0, max(0, end - 1)
        with Session(self._engine) as session:
            while low < high:
                middle = (low + high + 1) // 2
                query = select(Part.id, _has_vectors()).where(Part.id >= middle, Part.id < end, *_is_dispensable(), _has_regions())
                found = session.execute(query.order_by(Part.id).limit(1)).one_or_none()
                if found is not None and not found[1]:
                    low = middle
                else:
                    high = middle - 1
        return low


def _is_dispensable() -> tuple[ColumnElement[bool], ...]:
    reviewed, drawn = exists().where(PartReview.part_id == Part.id), exists().where(Sample.part_id == Part.id)
    return Part.judgement == "OK", Part.kind == "part", ~reviewed, ~drawn


def _has_regions() -> ColumnElement[bool]:
    return exists().where(PartRegion.part_id == Part.id)


def _has_vectors() -> ColumnElement[bool]:
    """Asked of one region: those of a part are emptied together."""
    return select(func.length(PartRegion.vector)).where(PartRegion.part_id == Part.id).limit(1).scalar_subquery() > 0
