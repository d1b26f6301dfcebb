"""Reading scores and embeddings for the drift page: a bounded number of parts, however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import Row

from station.drift import BASELINE_PARTS, BATCH_PARTS, Scored
from station.shifts import day_start

NEWEST_PARTS = 60 * BATCH_PARTS
N_DAYS = 60
_COLUMNS = "p.id, p.taken_at, p.model, p.model_version, p.score, p.judgement, e.embedding"
_FROM = "FROM part p{0} LEFT JOIN embedding e ON e.part_id = p.id AND p.judgement = 'OK' WHERE p.kind = 'part' AND p.score IS NOT NULL"


def first_parts(engine: Engine, model: str, version: str, n: int = BASELINE_PARTS) -> Scored:
    """The first n scored production parts of a model version; fewer where there are not so many."""
    # the index is named: others begin with the same columns, and would have to be sorted, which takes long for millions
    source = _FROM.format(" INDEXED BY ix_part_model")
    query = text(f"SELECT {_COLUMNS} {source} AND p.model = :model AND p.model_version = :version ORDER BY p.id LIMIT :n")
    with engine.connect() as connection:
        return _scored(model, version, connection.execute(query, {"model": model, "version": version, "n": n}).all())


def newest_parts(engine: Engine, n: int = NEWEST_PARTS) -> list[Scored]:
    """The newest n scored production parts, oldest first, one stretch for each change of the model version."""
    query = text(f"SELECT {_COLUMNS} {_FROM.format('')} ORDER BY p.id DESC LIMIT :n")
    with engine.connect() as connection:
        rows = connection.execute(query, {"n": n}).all()
    return _stretches(reversed(rows))


def parts_by_day(engine: Engine, n_days: int = N_DAYS, n_parts: int = BATCH_PARTS) -> Iterator[Scored]:
    """Up to n_parts parts of each of the newest n_days local days with parts, drawn evenly over the day, one stretch for each
    model version of a day; oldest first."""
    with engine.connect() as connection:
        days = list(_days(connection, n_days))
        for first, last in reversed(days):
            step = max(1, (last - first + 1) // n_parts)
            ids = json.dumps(list(range(first, last + 1, step))[:n_parts])
            query = text(f"SELECT {_COLUMNS} {_FROM.format('')} AND p.id IN (SELECT value FROM json_each(:ids)) ORDER BY p.id")
            by_version = sorted(connection.execute(query, {"ids": ids}).all(), key=_version)  # stable: ids stay in order
            stretches = [_scored(*key, list(rows)) for key, rows in groupby(by_version, _version)]
            yield from sorted(stretches, key=lambda stretch: stretch.ids[0])


def _days(connection: Connection, n_days: int) -> Iterator[tuple[int, int]]:
    """First and last part of each day, newest day first: two steps into the index a day."""
    newest = text("SELECT taken_at, id FROM part WHERE taken_at < :until ORDER BY taken_at DESC LIMIT 1")
    oldest = text("SELECT id FROM part WHERE taken_at >= :since ORDER BY taken_at LIMIT 1")
    until = datetime.now(UTC) + timedelta(days=1)
    for _ in range(n_days):
        found = connection.execute(newest, {"until": _stored(until)}).first()
        if found is None:
            return
        since = day_start(_time(found.taken_at).astimezone().date())
        first = connection.execute(oldest, {"since": _stored(since)}).scalar_one()
        yield first, max(first, found.id)
        until = since.astimezone(UTC)


def _stretches(rows: Iterable[Row[Any]]) -> list[Scored]:
    return [_scored(*key, list(same)) for key, same in groupby(rows, _version)]


def _version(row: Row[Any]) -> tuple[str, str]:
    return row.model, row.model_version


def _scored(model: str, version: str, rows: Iterable[Row[Any]]) -> Scored:
    rows = list(rows)
    width = next((len(row.embedding) // 2 for row in rows if row.embedding is not None), 1)
    embeddings = np.full((len(rows), width), np.nan, np.float32)
    for i, row in enumerate(rows):
        if row.embedding is not None:
            embeddings[i] = np.frombuffer(row.embedding, "<f2")
    scores = np.array([row.score for row in rows], np.float32)
    return Scored(model, version, tuple(row.id for row in rows), tuple(_time(row.taken_at) for row in rows), scores, embeddings)


def _time(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def _stored(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
