"""The true escape rate, from parts judged OK that chance chose for review. `Journal.record` draws them, part by part.

QA looks at whatever it finds worth a look, so counts of reviews say nothing of the line. Parts drawn at random do. Those that
still wait for a review are `search.PartFilter(is_sampled=True, opinion=Opinion.UNREVIEWED)`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from models.rates import interval
from station.store.reviews import Truth
from station.store.schema import Part, PartReview, Sample


@dataclass(frozen=True, slots=True)
class Draw:
    """Parts that were drawn at one rate, by what their newest reviews say."""

    rate: float  # the share of OK parts that was drawn
    ok: int = 0
    ng: int = 0  # escapes
    unsure: int = 0
    unreviewed: int = 0

    @property
    def drawn(self) -> int:
        """All of them."""
        return self.ok + self.ng + self.unsure + self.unreviewed

    @property
    def judged(self) -> int:
        """Those that a person has called OK or NG: what the estimate rests on."""
        return self.ok + self.ng

    @property
    def covered(self) -> float:
        """About how many parts judged OK they stand for."""
        return self.drawn / self.rate


@dataclass(frozen=True, slots=True)
class EscapeEstimate:
    """The rate of truly NG parts among parts judged OK.

    UNSURE and unreviewed parts are left out, as if they were like the rest: read the interval together with their numbers.
    """

    draws: tuple[Draw, ...]  # by rate, least first
    rate: float | None  # 0..1; None where no drawn part has been judged by a person
    low: float  # of the 95 % interval
    high: float
    effective: float  # an evenly drawn sample of so many parts would say as much; equal to `judged` where one rate was in force

    @property
    def ok(self) -> int:
        """Drawn, and truly OK."""
        return sum(draw.ok for draw in self.draws)

    @property
    def ng(self) -> int:
        """Drawn, and truly NG: escapes."""
        return sum(draw.ng for draw in self.draws)

    @property
    def unsure(self) -> int:
        """Drawn and looked at; nobody can tell."""
        return sum(draw.unsure for draw in self.draws)

    @property
    def unreviewed(self) -> int:
        """Drawn, and waiting for a review."""
        return sum(draw.unreviewed for draw in self.draws)

    @property
    def judged(self) -> int:
        """Drawn, and called OK or NG by a person."""
        return self.ok + self.ng

    @property
    def covered(self) -> float:
        """About how many parts judged OK the drawn ones stand for; parts recorded while nothing was drawn are not among them."""
        return sum(draw.covered for draw in self.draws)

    @property
    def is_weighted(self) -> bool:
        """Parts were drawn at different rates, so that the rate is not simply escapes by judged parts."""
        return len(self.draws) > 1

    @property
    def unseen(self) -> float:
        """The share of `covered` of whose drawn parts not one has been judged, 0..1: the estimate says nothing of it."""
        return sum(draw.covered for draw in self.draws if not draw.judged) / self.covered if self.draws else 0.0


def escape_estimate(
    engine: Engine,
    lot: str | None = None,
    model: str | None = None,
    model_version: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> EscapeEstimate:
    """The escape rate among parts judged OK, from those that were drawn at random and reviewed.

    Args:
        lot, model, model_version: only of this one; None = all.
        since, until: only parts taken from `since` on and before `until`.
    """
    review_id = select(func.max(PartReview.id)).where(PartReview.part_id == Sample.part_id).correlate(Sample).scalar_subquery()
    query = select(Sample.rate, PartReview.truth, func.count()).select_from(Sample).outerjoin(PartReview, PartReview.id == review_id)
    query = query.group_by(Sample.rate, PartReview.truth)
    if model is not None and model_version is not None:
        # of a version's millions of parts few are drawn: each of these is looked up among them (5 times as fast as the join)
        is_of = select(Part.id).where(Part.model == model, Part.model_version == model_version, Part.id == Sample.part_id)
        query = query.where(is_of.with_hint(Part, "INDEXED BY ix_part_model", "sqlite").exists())
        model = model_version = None
    if conditions := _of(lot, model, model_version, since, until):
        query = query.join(Part, Part.id == Sample.part_id).where(*conditions)
    found: dict[float, dict[str | None, int]] = defaultdict(dict)
    with Session(engine) as session:
        for rate, truth, n in session.execute(query):
            found[rate][truth] = n
    draws = [
        Draw(rate, n.get(Truth.OK.value, 0), n.get(Truth.NG.value, 0), n.get(Truth.UNSURE.value, 0), n.get(None, 0))
        for rate, n in sorted(found.items())
    ]
    return estimate(draws)


def estimate(draws: Sequence[Draw]) -> EscapeEstimate:
    """The rate from what was drawn at each rate; 95 % interval.

    Drawn at one rate: escapes by judged parts, with Clopper and Pearson's interval. Drawn at several: a part drawn at 1 %
    stands for as many others as ten drawn at 10 %, so each draw counts by the parts it stands for, and the interval is
    that of the effective number of parts (Korn and Graubard, 1998, with Kish's effective number).
    """
    judged = [draw for draw in draws if draw.judged]
    if not judged:
        return EscapeEstimate(tuple(draws), None, 0.0, 1.0, 0.0)
    if len(judged) == 1:
        ng, effective = float(judged[0].ng), float(judged[0].judged)
    else:
        covered = sum(draw.covered for draw in judged)
        effective = covered**2 / sum(draw.covered**2 / draw.judged for draw in judged)
        ng = effective * sum(draw.covered * draw.ng / draw.judged for draw in judged) / covered
    low, high = interval(min(ng, effective), effective)
    return EscapeEstimate(tuple(draws), ng / effective, low, high, effective)


def _of(lot: str | None, model: str | None, model_version: str | None, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    wanted = ((Part.lot, lot), (Part.model, model), (Part.model_version, model_version))
    conditions = [column == value for column, value in wanted if value is not None]
    if since is not None:
        conditions.append(Part.taken_at >= since)
    if until is not None:
        conditions.append(Part.taken_at < until)
    return conditions
