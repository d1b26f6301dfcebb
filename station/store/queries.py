"""Reading the ledger. Each call opens a session of its own; the writer is never in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models.nsoartc import VECTOR_LENGTH
from station.store.journal import event_hash
from station.store.schema import Event, Part, PartPicture, PartRegion
from station.verdict import Judgement


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part, as a list shows it."""

    id: int
    run: str
    shot_number: int
    lot: str
    serial: str
    taken_at: datetime
    recorded_at: datetime
    judgement: Judgement
    score: float | None
    worst_view: str
    worst_region: str
    defect: str
    reason: str
    model: str
    model_version: str


def counts(engine: Engine, lot: str) -> dict[Judgement, int]:
    """How many parts of a lot were judged how; every judgement is there."""
    with Session(engine) as session:
        rows = session.execute(select(Part.judgement, func.count()).where(Part.lot == lot).group_by(Part.judgement)).all()
    found = {Judgement(judgement): n for judgement, n in rows}
    return {judgement: found.get(judgement, 0) for judgement in Judgement}


def last_parts(engine: Engine, n: int, lot: str | None = None) -> list[PartLine]:
    """The last n parts, of one lot or of all, newest first."""
    columns = [getattr(Part, name) for name in PartLine.__slots__]
    query = select(*columns).order_by(Part.id.desc()).limit(n)
    if lot is not None:
        query = query.where(Part.lot == lot)
    with Session(engine) as session:
        return [PartLine(**{**row, "judgement": Judgement(row["judgement"])}) for row in session.execute(query).mappings()]


def picture_paths(engine: Engine, part_id: int) -> dict[str, str]:
    """Paths of a part's pictures by view, relative to the picture folder."""
    with Session(engine) as session:
        rows = session.execute(select(PartPicture.view, PartPicture.path).where(PartPicture.part_id == part_id)).all()
    return {row.view: row.path for row in rows}


def vectors(engine: Engine, part_id: int) -> NDArray[np.float32]:
    """The feature vectors of a part, (regions, 1404) float32, by region index; (0, 1404) for a part without any."""
    query = select(PartRegion.vector).where(PartRegion.part_id == part_id).order_by(PartRegion.region_index)
    with Session(engine) as session:
        blobs: Sequence[bytes] = session.scalars(query).all()
    return np.frombuffer(b"".join(blobs), "<f4").reshape(-1, VECTOR_LENGTH)


def first_broken_event(engine: Engine) -> int | None:
    """The id of the first event whose hash does not follow from its fields and the event before; None if all do."""
    previous = ""
    with Session(engine) as session:
        for event in session.scalars(select(Event).order_by(Event.id)):
            if event.previous_hash != previous or event.hash != event_hash(previous, event.at, event.kind, event.actor, event.detail):
                return event.id
            previous = event.hash
    return None
