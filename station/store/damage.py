"""A database file that is no longer whole: how it is told, found and put out of the way. Never mended, overwritten or deleted."""

from __future__ import annotations

import logging
import os
import sqlite3
from datetime import datetime
from pathlib import Path

from station.shot import now

log = logging.getLogger(__name__)

WHAT_TO_DO = "stop the station and start it again: it sets the damaged database aside and begins a fresh one"
_COMPANIONS = ("-wal", "-shm")
_SIGNS = (11, 26)  # SQLITE_CORRUPT and SQLITE_NOTADB, whatever stands in the upper bits
_PAGE_SIZES = (1, *(2**n for n in range(9, 16)))  # 1 stands for 65536


def is_damage(err: BaseException | None) -> bool:
    """SQLite says that the file itself is damaged; not that it is locked, full or read-only."""
    if isinstance(err, UnicodeDecodeError):  # what it says quotes a piece of the schema, and that is no text any more
        return True
    return isinstance(err, sqlite3.Error) and (getattr(err, "sqlite_errorcode", None) or 0) & 0xFF in _SIGNS


def in_words(err: BaseException) -> str:
    """What SQLite said, with what UTF-8 cannot hold written out."""
    return bytes(err.object).decode("utf-8", "backslashreplace") if isinstance(err, UnicodeDecodeError) else str(err)


def check_header(path: Path) -> str:
    """What is wrong with the first bytes of a database file; '' if nothing, and for an empty or a missing file.

    A flipped bit here can make SQLite take a damaged file for a read-only one. Only to be called while this process has no
    connection to the file: closing it would drop their locks.
    """
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except FileNotFoundError:
        return ""
    if not head:
        return ""
    if len(head) < 100 or not head.startswith(b"SQLite format 3\x00"):
        return "file is not a database"
    is_whole = (
        int.from_bytes(head[16:18], "big") in _PAGE_SIZES
        and head[18] in (1, 2)
        and head[19] in (1, 2)
        and head[21:24] == bytes((64, 32, 32))
        and int.from_bytes(head[44:48], "big") <= 4
        and int.from_bytes(head[56:60], "big") <= 1  # UTF-8, or nothing written yet
    )
    return "" if is_whole else "the head of the file is damaged"


def quick_check(path: Path, is_still: bool = False) -> str:
    """What SQLite's quick_check finds wrong first; '' where the file is whole. Reads every page: about a second for 200 MB.

    Args:
        is_still: nobody writes to it and it needs no write-ahead log, as a finished copy; nothing is made beside it.

    Raises:
        sqlite3.Error: it cannot be read, for another reason than damage.
    """
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{'immutable=1' if is_still else 'mode=ro'}", uri=True)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as err:
        if is_damage(err):
            return in_words(err)
        raise
    finally:
        connection.close()
    if found is None:
        return "quick_check gave no answer"
    return "" if found[0] == "ok" else str(found[0]).replace("\n", " ")


def aside_name(path: Path, word: str, at: datetime | None = None) -> Path:
    """`<name>.<word>-<UTC time>.sqlite` in the same folder, or with -2, -3, …: what lies there already is never overwritten."""
    return free_name(path.with_name(f"{path.stem}.{word}-{stamp(at)}.sqlite"))


def move_aside(path: Path, target: Path) -> None:
    """Rename a database with its companions, the database first: its log without it is found and set aside at the next start.

    The caller has made sure that nobody has it open.

    Raises:
        OSError: it could not be renamed.
    """
    for companion in ("", *_COMPANIONS):
        source = path.with_name(path.name + companion)
        if source.exists():
            source.rename(target.with_name(target.name + companion))
    sync_folder(path.parent)


def set_aside_before(path: Path) -> list[Path]:
    """What lies beside a database that had its name once: damaged, replaced or of an older schema; the last one written to first.

    A log that was set aside without its database comes last.
    """
    found = list(path.parent.glob(f"{path.stem}.*-*Z*{path.suffix}"))
    found.sort(key=lambda aside: aside.stat().st_mtime, reverse=True)
    logs = sorted(path.parent.glob(f"{path.stem}.*-*Z*{path.suffix}-wal"))
    return found + [log_file for log_file in logs if not log_file.with_name(log_file.name.removesuffix("-wal")).exists()]


def free_name(path: Path) -> Path:
    """This path, or the same with -2, -3, … where a database or a companion of that name exists."""
    n, candidate = 1, path
    while any(candidate.with_name(candidate.name + companion).exists() for companion in ("", *_COMPANIONS)):
        n += 1
        candidate = path.with_name(f"{path.stem}-{n}{path.suffix}")
    return candidate


def stamp(at: datetime | None = None) -> str:
    """20260331T060000Z: sorts by time, and is a file name everywhere."""
    return (at or now()).strftime("%Y%m%dT%H%M%SZ")


def sync_folder(folder: Path) -> None:
    """Make new names durable, not only the contents; Windows does so by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def doubt_file(path: Path) -> Path:
    """Exists where damage was met while the station ran: the next start checks the whole file, however large it is."""
    return path.with_name(f"{path.stem}.damage-met")


def leave_doubt(path: Path, reason: str) -> None:
    """Have the next start check the whole file."""
    try:
        doubt_file(path).write_text(f"{now().isoformat()} {reason}\n", encoding="utf-8")
    except OSError as err:
        log.warning("database %s: %s; the next start cannot be told to check it: %s", path, reason, err)
