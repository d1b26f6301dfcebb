"""Recorded parts that people have called good: what a model may be taught with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, aliased

from station.store.reviews import Truth
from station.store.schema import Part, PartPicture, PartReview


@dataclass(frozen=True, slots=True)
class KnownGood:
    """A part whose newest review says OK."""

    part_id: int
    lot: str
    taken_at: datetime


def known_good(engine: Engine, recipe: str, n: int) -> list[KnownGood]:
    """The last n parts of a recipe whose newest review says OK and that were recorded with pictures, newest review first.

    Challenge parts are left out: they are shown again and again, and would count many times.
    """
    newer = aliased(PartReview)
    is_newest = ~select(newer.id).where(newer.part_id == PartReview.part_id, newer.id > PartReview.id).exists()
    has_picture = select(PartPicture.id).where(PartPicture.part_id == Part.id).exists()
    query = (
        select(Part.id, Part.lot, Part.taken_at)
        .join(PartReview, PartReview.part_id == Part.id)
        .where(PartReview.truth == Truth.OK.value, is_newest, Part.recipe == recipe, Part.kind == "part", has_picture)
        .order_by(PartReview.id.desc())
        .limit(n)
    )
    with Session(engine) as session:
        return [KnownGood(row.id, row.lot, row.taken_at) for row in session.execute(query)]
