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
from station.store.damage import set_aside_before

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


def gives_way(path: Path, kept: Path | None) -> tuple[Path, str] | None:
    """The ledger whose place another one takes, and its name then: the one there, or what an interrupted start or restore set aside."""
    if kept is not None and path.exists():
        return path, kept.name
    # a copy of an older schema is behind by nature
    gone = [aside for aside in set_aside_before(path) if not aside.name.startswith(f"{path.stem}.before-")]
    return (gone[0], gone[0].name) if gone else None


def not_delivered(path: Path, name: str) -> str:
    """What no successor of a ledger hands over, as a sentence that says in which file it is; '' if nothing.

    Args:
        path: of the ledger, which nobody writes to.
        name: of the file once it is set aside.
    """
    try:
        if not path.exists() or path.stat().st_size == 0:
            raise ValueError("the file is not there, or empty")
        with _looking_into(path) as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'delivery'").fetchone() is None:
                return ""  # of a schema that knew no sinks
            cursors = connection.execute("SELECT name, part_id FROM delivery ORDER BY name").fetchall()
            newest = connection.execute("SELECT max(id) FROM part").fetchone()[0] or 0
        behind = [(sink, newest - part_id) for sink, part_id in cursors if newest > part_id]  # ids have no gaps
        words = ", ".join(_behind(sink, n) for sink, n in behind)
    except (sqlite3.Error, ValueError, TypeError, OSError) as err:
        log.warning("how far the sinks had come cannot be read from %s: %s", path, err)
        return f"whether all verdicts in {name} were handed to the sinks is not known"
    return f"{words}; {'it is' if sum(n for _, n in behind) == 1 else 'they are'} in {name}" if behind else ""


def _behind(sink: str, n: int) -> str:
    """Raises TypeError for what is no cursor."""
    if not isinstance(sink, str):
        raise TypeError("no sink's name")
    verdicts = "verdict was" if n == 1 else "verdicts were"
    if sink.startswith("@"):  # a plant's, see `station.plant.cursor_name`; written down once a minute
        return f"at most {n} {verdicts} not copied to the plant"
    return f"{n} {verdicts} not handed to sink {sink}"


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
