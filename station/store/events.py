"""Reading the events: page by page, filtered, and whether the chain of hashes is whole."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from station.spreadsheet import spreadsheet_safe
from station.store.database import StoreError
from station.store.journal import event_hash
from station.store.schema import Event

_PAGE = 2000  # rows a query, where all are read
_COLUMNS = (Event.id, Event.at, Event.kind, Event.actor, Event.detail, Event.previous_hash, Event.hash)
S = TypeVar("S", bound="Select[*tuple[Any, ...]]")
Tell = Callable[[float], None]
"""Hears which share is done, 0..1; may raise to end the work."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event as it is stored; detail is JSON."""

    id: int
    at: datetime
    kind: str
    actor: str
    detail: str
    previous_hash: str
    hash: str

    @property
    def words(self) -> str:
        """The detail for people: 'lot: A-17 · recipe: connector'."""
        return " · ".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """'key: value' of every field that says something."""
        return [f"{key}: {value}" for key, value in self.fields.items() if value not in (None, "")]

    @property
    def fields(self) -> dict[str, object]:
        """The detail by key; what is no JSON object any more, since somebody edited it, comes as it is."""
        try:
            detail = json.loads(self.detail)
        except ValueError:
            return {"?": self.detail}
        return detail if isinstance(detail, dict) else {"?": self.detail}

    @property
    def is_whole(self) -> bool:
        """Its own fields still give its hash; whether it follows from the event before only `check_chain` knows."""
        return self.hash == event_hash(self.previous_hash, self.at, self.kind, self.actor, self.detail)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; '' and None: all."""

    kind: str = ""
    actor: str = ""
    since: datetime | None = None  # inclusive
    until: datetime | None = None  # exclusive


@dataclass(frozen=True, slots=True)
class Chain:
    """What `check_chain` found."""

    n_events: int  # that were looked at: all, or up to the broken one
    first_broken: int | None  # id of the first event that does not follow from its fields and the event before
    last_id: int | None
    last_hash: str  # of the last event that is whole, '' without any
    has_expected: bool  # the expected hash is among the whole ones; True where none was expected


def event_page(engine: Engine, n: int, wanted: EventFilter | None = None, before: int | None = None) -> list[EventLine]:
    """The newest n events, or the newest n older than event `before`; newest first."""
    query = _filtered(select(*_COLUMNS), wanted or EventFilter()).order_by(Event.id.desc()).limit(n)
    if before is not None:
        query = query.where(Event.id < before)
    with Session(engine) as session:
        return [EventLine(*row) for row in session.execute(query)]


def event_count(engine: Engine, wanted: EventFilter | None = None) -> int:
    """How many events there are."""
    with Session(engine) as session:
        return session.scalar(_filtered(select(func.count()).select_from(Event), wanted or EventFilter())) or 0


def event_kinds(engine: Engine) -> list[str]:
    """The kinds that were ever written, by name."""
    with Session(engine) as session:
        return list(session.scalars(select(Event.kind).distinct().order_by(Event.kind)))


def event_actors(engine: Engine, n: int = 200) -> list[str]:
    """Who ever did something, by name, at most n of them."""
    with Session(engine) as session:
        return list(session.scalars(select(Event.actor).where(Event.actor != "").distinct().order_by(Event.actor).limit(n)))


def check_chain(engine: Engine, expected_hash: str = "", tell: Tell | None = None) -> Chain:
    """Compute every hash again, oldest event first, until one is wrong.

    Args:
        expected_hash: of an event that somebody noted outside the database; it must be met on the way.

    Raises:
        StoreError: the events cannot be read.
    """
    previous, last_id, n = "", None, 0
    has_expected = not expected_hash
    total = max(1, event_count(engine)) if tell is not None else 1
    try:
        for event in _oldest_first(engine, EventFilter()):
            n += 1
            if event.previous_hash != previous or not event.is_whole:
                return Chain(n, event.id, last_id, previous, has_expected)
            previous, last_id = event.hash, event.id
            has_expected = has_expected or previous == expected_hash
            if tell is not None and n % 500 == 0:
                tell(min(1.0, n / total))
    except (SQLAlchemyError, ValueError) as err:  # ValueError: a time that is none
        raise StoreError(f"the events cannot be read: after event {last_id}: {getattr(err, 'orig', None) or err}") from err
    return Chain(n, None, last_id, previous, has_expected)


def write_events(engine: Engine, file: Path, wanted: EventFilter, tell: Tell) -> int:
    """Write the events, oldest first, as CSV (UTF-8 with its mark, so that spreadsheets read it); returns how many.

    A text that begins like a formula gets an apostrophe before it, as in the export of parts: take it away to compute a hash again.
    The file appears only when it is complete. Raises OSError.
    """
    temporary = file.with_name(f".{file.name}.tmp")
    total, n = max(1, event_count(engine, wanted)), 0
    try:
        with temporary.open("w", encoding="utf-8-sig", newline="") as out:
            table = csv.writer(out)
            table.writerow(["id", "at_utc", "kind", "actor", "detail", "previous_hash", "hash"])
            for event in _oldest_first(engine, wanted):
                at = event.at.astimezone(UTC).isoformat()
                texts = (event.kind, event.actor, event.detail, event.previous_hash, event.hash)
                table.writerow([event.id, at, *map(spreadsheet_safe, texts)])
                n += 1
                if n % 500 == 0:
                    tell(min(1.0, n / total))
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
    return n


def _oldest_first(engine: Engine, wanted: EventFilter) -> Iterator[EventLine]:
    """Page by page, so that no long-open transaction keeps the write-ahead log from being emptied."""
    after = -(2**63)
    while True:
        query = _filtered(select(*_COLUMNS), wanted).where(Event.id > after).order_by(Event.id).limit(_PAGE)
        with Session(engine) as session:
            rows = [EventLine(*row) for row in session.execute(query)]
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].id


def _filtered(query: S, wanted: EventFilter) -> S:
    if wanted.kind:
        query = query.where(Event.kind == wanted.kind)
    if wanted.actor:
        query = query.where(Event.actor == wanted.actor)
    if wanted.since is not None:
        query = query.where(Event.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Event.at < wanted.until)
    return query
