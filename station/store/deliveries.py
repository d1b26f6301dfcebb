"""The ledger as an outbox: which parts a sink has not acknowledged yet. Parts have ids without gaps, in the order of their commits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from station.sinks.sink import FIELDS, Delivery
from station.store.database import StoreError
from station.store.journal import writing
from station.store.schema import Part, SinkCursor

_NAMES = {"sequence": "id", "shot": "shot_number", "verdict": "judgement"}
_COLUMNS = [getattr(Part, _NAMES.get(name, name)).label(name) for name in FIELDS]


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a sink has acknowledged."""

    part_id: int  # the last part; 0 = none
    at: datetime | None  # when; None = nothing was delivered yet


def start_cursor(engine: Engine, name: str) -> Cursor:
    """The sink's cursor. A sink that is met for the first time stands at the newest part: it is not flooded with history.

    Raises:
        StoreError: the ledger cannot be read or written.
    """
    known = read_cursor(engine, name)
    if known is not None:
        return known
    with _asking(f"the cursor of sink {name!r} cannot be made"), writing(engine) as session:
        newest = session.scalar(select(func.max(Part.id))) or 0
        session.add(SinkCursor(name=name, part_id=newest, at=None))
    return Cursor(newest, None)


def read_cursor(engine: Engine, name: str) -> Cursor | None:
    """The sink's cursor; None where it was never met. Raises StoreError."""
    with _asking("the records cannot be read"), Session(engine) as session:
        row = session.get(SinkCursor, name)
        return None if row is None else Cursor(row.part_id, row.at)


def advance_cursor(engine: Engine, name: str, part_id: int, at: datetime) -> None:
    """Everything up to this part is acknowledged; on disk when this returns.

    Raises:
        StoreError: it is not written down, or the sink has no cursor.
    """
    with _asking(f"what sink {name!r} has acknowledged cannot be written down"), writing(engine) as session:
        row = session.get(SinkCursor, name)
        if row is None:
            raise StoreError(f"sink {name!r} has no cursor in the database: it was removed while the station ran; start the station again")
        row.part_id, row.at = part_id, at


def keep_cursor(engine: Engine, name: str, part_id: int, at: datetime | None) -> None:
    """`advance_cursor`, which makes the cursor where there is none. Raises StoreError."""
    with _asking(f"how far {name!r} has come cannot be written down"), writing(engine) as session:
        session.merge(SinkCursor(name=name, part_id=part_id, at=at))


def next_deliveries(engine: Engine, after: int, n: int) -> list[Delivery]:
    """The first n parts after this one, in their order. Raises StoreError."""
    with _asking("the records cannot be read"), Session(engine) as session:
        rows = session.execute(select(*_COLUMNS).where(Part.id > after).order_by(Part.id).limit(n))
        return [Delivery(**row) for row in rows.mappings()]


def newest_part(engine: Engine) -> int:
    """Id of the newest part; 0 = none. Raises StoreError."""
    with _asking("the records cannot be read"), Session(engine) as session:
        return session.scalar(select(func.max(Part.id))) or 0


def n_after(engine: Engine, part_id: int) -> int:
    """How many parts come after this one. Raises StoreError."""
    with _asking("the records cannot be read"), Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Part).where(Part.id > part_id)) or 0


@contextlib.contextmanager
def _asking(what_fails: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as err:
        raise StoreError(f"{what_fails}: {getattr(err, 'orig', None) or err}") from err
