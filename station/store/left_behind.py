"""What is read from a ledger that gives way to another one, as well as it can be: it may be damaged."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from station.access import Role
from station.shot import now

log = logging.getLogger(__name__)


def read_accounts(sources: list[Path]) -> tuple[list[dict[str, Any]], Path | None]:
    """The accounts in the first of these databases in which they can be read, and which one that is; None: in none."""
    for source in sources:
        if not source.exists() or source.stat().st_size == 0:  # SQLite deletes the log beside an empty file, even where it may only read
            continue
        try:
            with _looking_into(source) as connection:
                found = connection.execute("SELECT name, role, secret_hash, is_active, created_at FROM account").fetchall()
            rows = [_account(*row) for row in found]
        except (sqlite3.Error, ValueError, TypeError) as err:
            log.warning("accounts cannot be read from %s: %s", source, err)
            continue
        return rows, source
    return [], None


@contextlib.contextmanager
def _looking_into(path: Path) -> Iterator[sqlite3.Connection]:
    has_log = path.with_name(f"{path.name}-wal").exists()  # without one nothing need be made beside the file
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{'mode=ro' if has_log else 'immutable=1'}", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def _account(name: str, role: str, secret_hash: str, is_active: int, created_at: str) -> dict[str, Any]:
    """A row of `account`, read from a file that may hold anything. Raises ValueError, TypeError."""
    if not (isinstance(name, str) and isinstance(secret_hash, str) and secret_hash.startswith("$argon2id$")):
        raise ValueError("no account")
    at = datetime.fromisoformat(created_at).replace(tzinfo=now().tzinfo)
    return {"name": name, "role": Role(role).value, "secret_hash": secret_hash, "is_active": bool(is_active), "created_at": at}
