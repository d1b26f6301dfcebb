"""What a candidate is tried on: recorded parts of a period with their reviews, and what it said beside the running line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, exists, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from station.store.database import StoreError
from station.store.journal import writing
from station.store.queries import is_newest
from station.store.reviews import Truth
from station.store.schema import Part, PartReview, Sample, Shadow
from station.verdict import Judgement

Pairs = Counter[tuple[Judgement, Judgement, Truth | None]]
"""How many parts got which verdict from the line, which from the candidate, and which newest review."""


@dataclass(frozen=True, slots=True)
class Period:
    """Parts taken from `start` to before `end`, of one lot or of all; None is no limit."""

    start: datetime | None = None
    end: datetime | None = None
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One recorded part, as far as judging it again and comparing needs it."""

    id: int
    lot: str
    serial: str
    taken_at: datetime
    judgement: Judgement
    score: float | None
    worst_view: str
    recipe: str
    recipe_revision: int
    model: str
    model_version: str
    feature_version: str
    truth: Truth | None  # by the newest review
    mode: str
    is_sampled: bool  # drawn at random for review, not chosen


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A part on which line and candidate differ."""

    part_id: int
    lot: str
    serial: str
    taken_at: datetime
    judgement: Judgement  # recorded
    score: float | None
    view: str  # the worst one; '' where there is none
    model_version: str
    candidate: Judgement
    candidate_score: float | None
    candidate_view: str  # '' where nobody kept it
    truth: Truth | None
    mode: str


@dataclass(frozen=True, slots=True)
class ShadowRow:
    """What a candidate says of a part that it does not judge; fields as the table's."""

    part_id: int
    model: str
    model_version: str
    judgement: Judgement
    score: float | None
    ok_at_most: float
    ng_above: float


def lots(engine: Engine, n: int) -> list[str]:
    """The last n lots, newest first."""
    with Session(engine) as session:
        return list(session.scalars(select(Part.lot).group_by(Part.lot).order_by(func.max(Part.id).desc()).limit(n)))


def stored_parts(engine: Engine, period: Period, recipe: str, n: int | None = None, only_reviewed: bool = False) -> list[StoredPart]:
    """The newest n parts of a period (None: all), newest first; challenge parts and other recipes' parts are left out."""
    query = _parts(period, recipe, only_reviewed, Part, PartReview.truth, PartReview.mode, exists().where(Sample.part_id == Part.id))
    query = query.order_by(Part.id.desc()).limit(n)
    with Session(engine) as session:
        return [_stored(part, truth, mode, sampled) for part, truth, mode, sampled in session.execute(query)]


def count_parts(engine: Engine, period: Period, recipe: str, only_reviewed: bool = False) -> int:
    """How many parts `stored_parts` finds without a limit."""
    with Session(engine) as session:
        return session.scalar(_parts(period, recipe, only_reviewed, func.count())) or 0


def append_shadows(engine: Engine, rows: Sequence[ShadowRow]) -> None:
    """Write what a candidate said of some parts, in one transaction. Raises StoreError: none of it is written."""
    try:
        with writing(engine) as session:
            session.execute(insert(Shadow), [asdict(row) | {"judgement": row.judgement.value} for row in rows])
    except SQLAlchemyError as err:
        raise StoreError(f"the candidate's verdicts cannot be written to the database: {getattr(err, 'orig', None) or err}") from err


def shadow_pairs(engine: Engine, model: str, version: str) -> Pairs:
    """Every part that the candidate judged beside the line."""
    query = _shadowed(model, version, Part.judgement, Shadow.judgement, PartReview.truth, func.count())
    query = query.group_by(Part.judgement, Shadow.judgement, PartReview.truth)
    with Session(engine) as session:
        return Pairs({(Judgement(a), Judgement(b), None if t is None else Truth(t)): n for a, b, t, n in session.execute(query)})


def shadow_opponents(engine: Engine, model: str, version: str) -> list[tuple[str, int]]:
    """The versions that judged while the candidate looked on, with how many parts."""
    query = _shadowed(model, version, Part.model_version, func.count()).group_by(Part.model_version)
    with Session(engine) as session:
        return sorted(((version, n) for version, n in session.execute(query)), key=lambda row: int(row[0]))


def shadow_disagreements(engine: Engine, model: str, version: str, n: int) -> list[Disagreement]:
    """The newest n parts on which line and candidate differ."""
    query = _shadowed(model, version, Part, Shadow, PartReview.truth, PartReview.mode)
    query = query.where(Part.judgement != Shadow.judgement).order_by(Shadow.part_id.desc()).limit(n)
    with Session(engine) as session:
        return [
            disagreement(_stored(part, truth, mode, False), Judgement(shadow.judgement), shadow.score)
            for part, shadow, truth, mode in session.execute(query)
        ]


def disagreement(part: StoredPart, candidate: Judgement, score: float | None, view: str = "") -> Disagreement:
    """What a person needs to see of a part on which two judges differ."""
    return Disagreement(
        part.id, part.lot, part.serial, part.taken_at, part.judgement, part.score, part.worst_view, part.model_version,
        candidate, score, view, part.truth, part.mode,
    )  # fmt: skip


def _parts(period: Period, recipe: str, only_reviewed: bool, *columns: object) -> Select[Any]:
    query = select(*columns).select_from(Part).join(PartReview, is_newest(), isouter=not only_reviewed)  # type: ignore[call-overload]
    query = query.where(Part.kind == "part", Part.recipe == recipe)
    if only_reviewed:  # from the few reviews to their parts, not the other way round
        query = query.where(Part.id.in_(select(PartReview.part_id)))
    if period.lot is not None:
        query = query.where(Part.lot == period.lot)
    if period.start is not None:
        query = query.where(Part.taken_at >= period.start)
    if period.end is not None:
        query = query.where(Part.taken_at < period.end)
    return query


def _shadowed(model: str, version: str, *columns: object) -> Select[Any]:
    query = select(*columns).select_from(Shadow).join(Part, Part.id == Shadow.part_id).outerjoin(PartReview, is_newest())  # type: ignore[call-overload]
    return query.where(Shadow.model == model, Shadow.model_version == version)


def _stored(part: Part, truth: str | None, mode: str | None, is_sampled: bool) -> StoredPart:
    return StoredPart(
        part.id, part.lot, part.serial, part.taken_at, Judgement(part.judgement), part.score, part.worst_view, part.recipe, part.recipe_revision,
        part.model, part.model_version, part.feature_version, None if truth is None else Truth(truth), mode or "", is_sampled,
    )  # fmt: skip
