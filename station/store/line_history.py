"""What the line's rules and the operator's page ask of the ledger: counts, alarms, challenge parts, serials.

Each function raises StoreError where the ledger cannot be read.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from station.alarms import Alarm, AlarmKind
from station.challenge import Attempt, ChallengeRow, History, Outcome
from station.store.database import StoreError
from station.store.schema import Event, Part
from station.verdict import Judgement


@dataclass(frozen=True, slots=True)
class Counts:
    """How many parts were judged how, challenge parts left out; every judgement is there."""

    parts: dict[Judgement, int]
    up_to: int  # id of the newest part that was counted; later ones are to be added

    @property
    def total(self) -> int:
        """All parts."""
        return sum(self.parts.values())

    @property
    def yield_share(self) -> float | None:
        """OK among all parts that got a verdict, 0..1 (HOLD is none); None without any."""
        judged = self.total - self.parts[Judgement.HOLD]
        return self.parts[Judgement.OK] / judged if judged else None


def lot_counts(engine: Engine, lot: str) -> Counts:
    """Of a lot."""
    return _counts(engine, Part.lot == lot)


def shift_counts(engine: Engine, since: datetime) -> Counts:
    """Of the parts taken from this moment on."""
    return _counts(engine, Part.taken_at >= since)


def _counts(engine: Engine, which: ColumnElement[bool]) -> Counts:
    """One statement, so that nothing is recorded between counts and id; conditions and groups on the kind would make SQLite walk
    through all parts of that kind instead of the few that `which` names."""
    each = [func.count().filter(Part.kind == "part", Part.judgement == judgement.value) for judgement in Judgement]
    with _reading(engine) as session:
        up_to, *numbers = session.execute(select(func.max(Part.id), *each).where(which)).one()
    return Counts(dict(zip(Judgement, numbers, strict=True)), up_to or 0)


def standing_alarm(engine: Engine) -> Alarm | None:
    """The newest alarm, if nobody has acknowledged it."""
    query = select(Event).where(Event.kind.in_(("alarm", "alarm acknowledged"))).order_by(Event.id.desc()).limit(1)
    with _reading(engine) as session:
        event = session.scalar(query)
    if event is None or event.kind != "alarm":
        return None
    detail = json.loads(event.detail)
    return Alarm(AlarmKind(detail["alarm"]), detail["part"], detail["n"], detail["share"])


def unacknowledged(engine: Engine, n: int) -> list[Judgement]:
    """Judgements of the last n parts since an alarm was last acknowledged, oldest first; challenge parts left out."""
    with _reading(engine) as session:
        detail = session.scalar(select(Event.detail).where(Event.kind == "alarm acknowledged").order_by(Event.id.desc()).limit(1))
        after = 0 if detail is None else int(json.loads(detail)["up_to"])
        query = select(Part.judgement).where(Part.kind == "part", Part.id > after).order_by(Part.id.desc()).limit(n)
        return [Judgement(judgement) for judgement in session.scalars(query)][::-1]


def challenge_history(engine: Engine) -> History:
    """The newest `challenge` event, and the challenge parts recorded after it."""
    with _reading(engine) as session:
        event = session.scalar(select(Event).where(Event.kind == "challenge").order_by(Event.id.desc()).limit(1))
        last = None if event is None else _attempt(event.at, json.loads(event.detail))
        columns = [getattr(Part, name) for name in ChallengeRow.__slots__ if name != "part_id"]
        query = select(Part.id.label("part_id"), *columns).where(Part.kind == "challenge").order_by(Part.id)
        if last is not None:
            query = query.where(Part.id > last.part_id)
        rows = tuple(ChallengeRow(**{**row, "judgement": Judgement(row["judgement"])}) for row in session.execute(query).mappings())
    return History(last, rows)


def same_serial(engine: Engine, lot: str, serial: str, before: int, retest_of: int | None = None) -> int | None:
    """The newest part of the lot with this serial and an id below `before`; the part whose RETEST is answered is no other part."""
    query = select(Part.id, Part.lot, Part.kind).where(Part.serial == serial, Part.id < before).order_by(Part.id.desc())
    with _reading(engine) as session:  # by the serial alone: with the lot in the query SQLite walks through the lot
        found = (row.id for row in session.execute(query) if (row.lot, row.kind) == (lot, "part") and row.id != retest_of)
        return next(found, None)


@contextlib.contextmanager
def _reading(engine: Engine) -> Iterator[Session]:
    """A session whose failure says what could not be read. Raises StoreError."""
    try:
        with Session(engine) as session:
            yield session
    except SQLAlchemyError as err:
        raise StoreError(f"the records cannot be read: {getattr(err, 'orig', None) or err}") from err


def _attempt(at: datetime, detail: dict[str, object]) -> Attempt:
    return Attempt(
        Outcome(str(detail["outcome"])), at, str(detail["model"]), str(detail["version"]),
        float(str(detail["ok_at_most"])), float(str(detail["ng_above"])), int(str(detail["part"])), str(detail["sentence"]),
    )  # fmt: skip
