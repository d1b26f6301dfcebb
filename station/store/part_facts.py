"""All that is on record of one part, for a page that shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.nsoartc import VECTOR_LENGTH, WINDOW_COLUMNS, WINDOW_ROWS
from station.store.queries import PartLine, part_line, review_row
from station.store.reviews import Review
from station.store.schema import Part, PartPicture, PartRegion, PartReview


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """One judged region."""

    index: int  # in the recipe
    view: str
    name: str
    score: float | None
    deviation: NDArray[np.float32]  # (6, 13)


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A part's row, its regions, its reviews."""

    line: PartLine
    operator: str
    recipe: str
    recipe_revision: int
    ok_at_most: float
    ng_above: float
    provider: str
    stages_ms: dict[str, float]  # by stage, those that were measured
    regions: tuple[RegionFacts, ...]  # by index; none of a part that could not be judged
    worst: RegionFacts | None
    vector: NDArray[np.float32] | None  # (1404,) of the worst region; None too where it was thinned out
    picture_paths: dict[str, str]  # by view, relative to the picture folder
    reviews: tuple[Review, ...]  # newest first
    retests: tuple[int, ...]  # parts that are this one, shot again


def part_facts(engine: Engine, part_id: int) -> PartFacts | None:
    """All that is on record of a part; None where there is no such part."""
    with Session(engine) as session:
        part = session.get(Part, part_id)
        if part is None:
            return None
        columns = (PartRegion.id, PartRegion.region_index, PartRegion.view, PartRegion.name, PartRegion.score, PartRegion.deviation)
        rows = session.execute(select(*columns).where(PartRegion.part_id == part_id).order_by(PartRegion.region_index)).all()
        regions = tuple(RegionFacts(row.region_index, row.view, row.name, row.score, _map(row.deviation)) for row in rows)
        worst = next((i for i, row in enumerate(rows) if (row.view, row.name) == (part.worst_view, part.worst_region)), None)
        vector = None
        if worst is not None:
            blob = session.scalars(select(PartRegion.vector).where(PartRegion.id == rows[worst].id)).one()
            vector = np.frombuffer(blob, "<f4", VECTOR_LENGTH).astype(np.float32) if blob else None
        reviews = session.scalars(select(PartReview).where(PartReview.part_id == part_id).order_by(PartReview.id.desc()))
        paths = session.execute(select(PartPicture.view, PartPicture.path).where(PartPicture.part_id == part_id))
        stages = {"vector": part.vector_ms, "score": part.score_ms, "judge": part.judge_ms}
        return PartFacts(
            line=part_line(part),
            operator=part.operator,
            recipe=part.recipe,
            recipe_revision=part.recipe_revision,
            ok_at_most=part.ok_at_most,
            ng_above=part.ng_above,
            provider=part.provider,
            stages_ms={stage: ms for stage, ms in stages.items() if ms is not None},
            regions=regions,
            worst=None if worst is None else regions[worst],
            vector=vector,
            picture_paths={row.view: row.path for row in paths},
            reviews=tuple(review_row(row) for row in reviews),
            retests=tuple(session.scalars(select(Part.id).where(Part.retest_of == part_id).order_by(Part.id))),
        )


def _map(blob: bytes) -> NDArray[np.float32]:
    return np.frombuffer(blob, "<f2", WINDOW_ROWS * WINDOW_COLUMNS).astype(np.float32).reshape(WINDOW_ROWS, WINDOW_COLUMNS)
