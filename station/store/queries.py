"""Reading the ledger. Each call opens a session of its own; the writer is never in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session, aliased

from models.nsoartc import VECTOR_LENGTH
from station.store.events import check_chain
from station.store.reviews import Review, Truth, mistake
from station.store.schema import Part, PartPicture, PartRegion, PartReview
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
    kind: str = "part"  # or 'challenge'
    retest_of: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewedPart:
    """A part, and its newest review; None where nobody has reviewed it."""

    part: PartLine
    review: Review | None

    @property
    def mistake(self) -> str:
        """'escape', 'overkill' or ''."""
        return "" if self.review is None else mistake(self.part.judgement, self.review.truth)


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How many parts the station judged so and people called so, each part by its newest review. Counted afresh, never stored.

    They say what was found among the parts that were reviewed, not how the line does: QA chooses what it looks at.
    """

    parts: dict[tuple[Judgement, Truth | None], int]  # every pair is there; None: not reviewed

    def where(self, *truths: Truth | None) -> int:
        """Parts of these truths that got a verdict; those on HOLD are counted apart, in `parts`."""
        return sum(n for (judgement, truth), n in self.parts.items() if truth in truths and judgement is not Judgement.HOLD)

    @property
    def escapes(self) -> int:
        """The station said OK, and it was NG."""
        return self._mistaken("escape")

    @property
    def overkill(self) -> int:
        """The station said NG or RETEST, and it was OK."""
        return self._mistaken("overkill")

    @property
    def reviewed(self) -> int:
        """Parts that somebody has reviewed, whatever was said."""
        return sum(n for (_, truth), n in self.parts.items() if truth is not None)

    @property
    def held(self) -> int:
        """Parts on HOLD that a person has called OK or NG: neither escapes nor overkill."""
        return sum(self.parts[Judgement.HOLD, truth] for truth in (Truth.OK, Truth.NG))

    def _mistaken(self, how: str) -> int:
        return sum(n for (judgement, truth), n in self.parts.items() if truth is not None and mistake(judgement, truth) == how)


def counts(engine: Engine, lot: str) -> dict[Judgement, int]:
    """How many parts of a lot were judged how, challenge parts left out; every judgement is there."""
    with Session(engine) as session:
        query = select(Part.judgement, func.count()).where(Part.lot == lot, Part.kind == "part").group_by(Part.judgement)
        rows = session.execute(query).all()
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


def reviews(engine: Engine, part_id: int) -> list[Review]:
    """Every review of a part, newest first: the first one counts."""
    query = select(PartReview).where(PartReview.part_id == part_id).order_by(PartReview.id.desc())
    with Session(engine) as session:
        return [review_row(row) for row in session.scalars(query)]


def review_counts(engine: Engine, lot: str | None = None) -> ReviewCounts:
    """Verdicts against newest reviews, of one lot or of all."""
    query = select(Part.judgement, PartReview.truth, func.count()).select_from(Part).outerjoin(PartReview, is_newest())
    query = query.group_by(Part.judgement, PartReview.truth)
    if lot is not None:
        query = query.where(Part.lot == lot)
    with Session(engine) as session:
        found = {(Judgement(judgement), None if truth is None else Truth(truth)): n for judgement, truth, n in session.execute(query)}
    return ReviewCounts({(judgement, truth): found.get((judgement, truth), 0) for judgement in Judgement for truth in (*Truth, None)})


def picture_paths(engine: Engine, part_id: int) -> dict[str, str]:
    """Paths of a part's pictures by view, relative to the picture folder."""
    with Session(engine) as session:
        rows = session.execute(select(PartPicture.view, PartPicture.path).where(PartPicture.part_id == part_id)).all()
    return {row.view: row.path for row in rows}


def vectors(engine: Engine, part_id: int) -> NDArray[np.float32]:
    """The feature vectors of a part, (regions, 1404) float32, by region index; (0, 1404) for a part without any, or none any more."""
    query = select(PartRegion.vector).where(PartRegion.part_id == part_id).order_by(PartRegion.region_index)
    with Session(engine) as session:
        blobs: Sequence[bytes] = session.scalars(query).all()
    return np.frombuffer(b"".join(blobs), "<f4").reshape(-1, VECTOR_LENGTH)


def first_broken_event(engine: Engine) -> int | None:
    """The id of the first event whose hash does not follow from its fields and the event before; None if all do."""
    return check_chain(engine).first_broken


def is_newest() -> ColumnElement[bool]:
    """Joins a part to the one review of it that counts."""
    review = aliased(PartReview)
    return PartReview.id == select(func.max(review.id)).where(review.part_id == Part.id).correlate(Part).scalar_subquery()


def part_line(part: Part) -> PartLine:
    """A row of `part` as a list shows it."""
    return PartLine(**{name: getattr(part, name) for name in PartLine.__slots__} | {"judgement": Judgement(part.judgement)})


def review_row(row: PartReview) -> Review:
    """A row of `review`."""
    return Review(row.id, row.part_id, row.at, row.reviewer, Truth(row.truth), row.mode, row.comment)
