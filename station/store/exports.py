"""Whole rows of the parts that a filter lets through, a block at a time, for exports: memory stays flat however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from models.nsoartc import VECTOR_LENGTH
from station.store import search
from station.store.queries import is_newest, review_row
from station.store.reviews import Review
from station.store.schema import Part, PartRegion, PartReview
from station.store.search import PartFilter

COLUMNS = tuple(column.name for column in Part.__table__.columns)
"""Of a part's row."""
_IDS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """Everything that was recorded of a part but its vectors and pictures."""

    part: Mapping[str, Any]  # by COLUMNS; times with their zone
    review: Review | None  # the newest


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One region of a part."""

    part_id: int
    region_index: int
    view: str
    name: str
    score: float | None
    vector: NDArray[np.float32]  # (1404,)


def blocks(engine: Engine, sought: PartFilter, size: int) -> Iterator[list[Row]]:
    """The parts, newest first, `size` at a time. Parts that are recorded meanwhile are not among them."""
    before = None
    while ids := search.part_ids(engine, sought, before, _IDS_AT_ONCE):
        for k in range(0, len(ids), size):
            yield _rows(engine, ids[k : k + size])
        before = ids[-1]


def regions(engine: Engine, part_ids: Sequence[int]) -> list[RegionRow]:
    """The regions of these parts that have their vectors, by part and region index; parts on HOLD may have none, old ones were thinned out."""
    columns = (PartRegion.part_id, PartRegion.region_index, PartRegion.view, PartRegion.name, PartRegion.score, PartRegion.vector)
    query = (
        select(*columns)
        .where(text("region.part_id IN (SELECT value FROM json_each(:ids))"), func.length(PartRegion.vector) > 0)
        .order_by(PartRegion.part_id, PartRegion.region_index)
    )
    with Session(engine) as session:
        rows = session.execute(query, {"ids": json.dumps(list(part_ids))}).all()
    return [RegionRow(part, index, view, name, score, np.frombuffer(vector, "<f4", VECTOR_LENGTH)) for part, index, view, name, score, vector in rows]


def _rows(engine: Engine, ids: Sequence[int]) -> list[Row]:
    query = select(Part, PartReview).outerjoin(PartReview, is_newest()).order_by(Part.id.desc())
    query = query.where(text("part.id IN (SELECT value FROM json_each(:ids))"))
    with Session(engine) as session:
        return [
            Row({name: getattr(part, name) for name in COLUMNS}, None if said is None else review_row(said))
            for part, said in session.execute(query, {"ids": json.dumps(list(ids))})
        ]
