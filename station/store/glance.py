"""What a database says of itself, read beside a running station or without one; nothing is made, changed or migrated."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Glance:
    """A ledger at this moment."""

    schema: str | None  # Alembic's revision; None: not a station's database, or empty
    n_parts: int
    newest: datetime | None  # when the newest part was recorded, UTC


def glance(path: Path) -> Glance:
    """Look at a database file.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in tables else None
        if schema is None or "part" not in tables:
            return Glance(None if schema is None else str(schema[0]), 0, None)
        n_parts, newest = connection.execute("SELECT count(*), max(recorded_at) FROM part").fetchone()
        at = None if newest is None else datetime.fromisoformat(newest)
        return Glance(str(schema[0]), n_parts, at if at is None or at.tzinfo else at.replace(tzinfo=UTC))
    finally:
        connection.close()
