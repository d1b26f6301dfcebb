"""Thinning: the vectors of old parts judged OK are emptied. Rows, scores, deviation maps and embeddings stay.

Vectors are nineteen twentieths of a ledger (5.6 kB of 5.9 kB a region). What they leave is used again, so the file of a station
that is thinned stops growing; it does not become smaller. Parts that were judged otherwise, were reviewed, drawn for review or
used as challenge parts keep theirs: those are what models learn from and are measured by.
"""

from __future__ import annotations

import threading
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, exists, func, select, update
from sqlalchemy.orm import Session

from station.store.schema import Part, PartRegion, PartReview, Sample

_PARTS = 5  # a transaction: about 10 ms for which the line's next part may have to wait
_PAUSE_S = 0.05
_IDS = 2000  # looked through at a time


class Thinning:
    """Goes through a ledger once, part by part in the order of their ids, as far as they are old."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._after: int | None = None  # parts up to here are done; None: not known yet

    def run(self, before: datetime, stop: threading.Event) -> int:
        """Empty the vectors of what was taken before this moment; the number of parts whose vectors are gone now."""
        end = self._end(before)
        if self._after is None:
            self._after = self._thinned_up_to(end)
        n = 0
        while self._after + 1 < end:
            last = min(self._after + _IDS, end - 1)
            with Session(self._engine) as session:
                query = select(Part.id).where(Part.id > self._after, Part.id <= last, Part.taken_at < before, *_is_dispensable(), _has_vectors())
                ids = session.scalars(query.order_by(Part.id)).all()
            for first in range(0, len(ids), _PARTS):
                if stop.wait(_PAUSE_S):
                    return n
                some = ids[first : first + _PARTS]
                with self._engine.begin() as connection:
                    connection.execute(update(PartRegion).where(PartRegion.part_id.in_(some)).values(vector=b""))
                n += len(some)
                self._after = some[-1]
            self._after = last
        return n

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
