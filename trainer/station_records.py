"""Recorded and reviewed parts of a station, to learn from: their stored vectors, and what people said they truly were.

The station is not imported; its data folder is the contract: `station.sqlite` of schema `SCHEMA_VERSION`, and `pictures/`.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BindParameter, Connection, DateTime, NullPool, Row, bindparam, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from models.nsoartc import FEATURE_VERSION, VECTOR_LENGTH
from models.part_files import PartFiles
from models.recipe import Recipe
from trainer.data import GOOD, DataError, Parts

log = logging.getLogger(__name__)

Unreviewed = Literal["skip", "by-verdict"]
SCHEMA_VERSION = "0004"
"""Of the station's database; a table or column that is read here changes only with it."""
DATABASE_NAME = "station.sqlite"
UNNAMED_DEFECT = "NG"
"""Mode of a part that a review calls NG without saying which defect it has."""
_BLOCK = 64  # parts a query: 64 x 45 vectors are 16 MB; blocks of 16 to 256 read equally fast
_WAIT_S = 10


def read_records(
    folder: Path,
    recipe: Recipe,
    *,
    lots: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    unreviewed: Unreviewed = "skip",
) -> Parts:
    """The parts of a station's data folder whose truth is known, in the order they were recorded; read-only, also while the line runs.

    A part's newest review says what it truly was; UNSURE leaves it out. A part's session is its lot, so that lots can teach,
    calibrate and test. Its name is 'part-<id>', its labels say what was recorded of it: `verdict` is the station's, not the truth.

    Args:
        folder: with station.sqlite and pictures/.
        recipe: that the parts were cut by; parts of another recipe name, other regions or feature version are left out.
        lots: only these; all where empty.
        since, until: only parts taken in since ≤ t < until; with their zone.
        unreviewed: "skip" leaves out parts without a review. "by-verdict" counts those that the station judged OK as good,
            so that an escape among them teaches as good; those judged NG or RETEST still need a review.

    Returns:
        vectors (parts, regions, 1404) float32; `views` of each part name the stored pictures that are still there.
        What was left out is said in one warning, with counts and reasons. Reviewed parts that the station held go to `held`.

    Raises:
        DataError: no such database, another schema, an unknown lot, or nothing left.
    """
    if unreviewed not in ("skip", "by-verdict"):
        raise DataError(f"unreviewed parts {unreviewed!r}: expected 'skip' or 'by-verdict'")
    path = folder / DATABASE_NAME
    left_out: Counter[str] = Counter()
    with _reading(path) as connection:
        _check_schema(connection, path)
        known: list[Row[Any]] = []
        for row in _part_rows(connection, path, lots, since, until):
            why = _why_left_out(row, recipe, unreviewed)
            if why is None:
                known.append(row)
            else:
                left_out[why] += 1
        vectors, is_usable = _vectors(connection, [row.id for row in known], recipe, left_out)
        rows = [row for row, usable in zip(known, is_usable, strict=True) if usable]
        pictures = _pictures(connection, [row.id for row in rows], folder / "pictures")
    reasons = ", ".join(f"{n} {why}" for why, n in left_out.most_common())
    if not rows:
        raise DataError(f"{path}: no part to learn from; " + (f"left out: {reasons}" if reasons else "none was recorded in these lots and times"))
    if left_out:
        log.warning("%s: %d parts read, %d left out: %s", path, len(rows), left_out.total(), reasons)
    _warn_of_doubts(path, rows, recipe)
    files = tuple(_part_files(row, pictures.get(row.id, {})) for row in rows)
    held = tuple(_part_files(row, {}) for row, usable in zip(known, is_usable, strict=True) if not usable and row.judgement == "HOLD")
    return Parts(files, vectors, np.array([f.mode for f in files]), held)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    """A connection that can only read, and leaves nothing in the station's folder.

    Even a reader of a WAL database makes -wal and -shm files where there are none. Made by the trainer's user they would
    keep the station's user from starting, so a database at rest is opened as one that does not change; if somebody
    writes to it meanwhile all the same, what was read is thrown away.
    """
    if not path.is_file():
        raise DataError(f"{path.parent}: no {path.name} in it; give the data folder of a station")
    before, is_at_rest = _state(path), not _wal(path).exists()

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if is_at_rest else ''}", uri=True, timeout=_WAIT_S)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as err:
        raise DataError(f"{path}: cannot be read: {getattr(err, 'orig', None) or err}") from err
    finally:
        engine.dispose()
    if is_at_rest and (_wal(path).exists() or _state(path) != before):
        raise DataError(f"{path}: it was written to while it was being read; read it again")


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _check_schema(connection: Connection, path: Path) -> None:
    tables = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
    if "alembic_version" not in tables:
        raise DataError(f"{path}: not a station's database (it holds {', '.join(sorted(tables)) or 'nothing'})")
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found != SCHEMA_VERSION:
        raise DataError(
            f"{path}: its schema is {found!r}, this trainer reads {SCHEMA_VERSION!r}; "
            "use station and trainer of one version (a station that starts brings an older database up to date)"
        )


def _part_rows(connection: Connection, path: Path, lots: Sequence[str], since: datetime | None, until: datetime | None) -> Sequence[Row[Any]]:
    """Parts with their newest review, by id: one statement, so that what a running line adds meanwhile is wholly there or not at all."""
    known = set(connection.execute(text("SELECT DISTINCT lot FROM part")).scalars()) if lots else set()
    if unknown := sorted(set(lots) - known):
        raise DataError(f"{path}: no part of lot {', '.join(unknown)}; lots there: {', '.join(sorted(known - {''})) or 'none'}")
    conditions: list[str] = ["part.kind = 'part'"]  # a challenge part is run again and again
    bound: list[BindParameter[Any]] = []
    if lots:
        conditions.append("part.lot IN :lots")
        bound.append(bindparam("lots", list(lots), expanding=True))
    for name, operator, time in (("since", ">=", since), ("until", "<", until)):
        if time is not None:
            if time.tzinfo is None:
                raise DataError(f"{name} {time}: a time needs its zone")
            conditions.append(f"part.taken_at {operator} :{name}")
            bound.append(bindparam(name, time.astimezone(UTC).replace(tzinfo=None), type_=DateTime))
    query = text(
        "SELECT part.id, part.run, part.shot_number, part.lot, part.serial, part.taken_at, part.judgement, part.score, part.recipe, "
        "part.recipe_revision, part.feature_version, part.model, part.model_version, "
        "review.id AS review, review.truth, review.mode, review.reviewer "
        "FROM part LEFT JOIN review ON review.id = (SELECT max(id) FROM review WHERE part_id = part.id) "
        f"WHERE {' AND '.join(conditions)} ORDER BY part.id"
    )
    return connection.execute(query.bindparams(*bound).columns(taken_at=DateTime)).all()


def _why_left_out(row: Row[Any], recipe: Recipe, unreviewed: Unreviewed) -> str | None:
    """What the part's own row says against it; None if nothing does."""
    if row.recipe != recipe.name:
        return f"of recipe {row.recipe!r}, not {recipe.name!r}"
    if row.feature_version != FEATURE_VERSION:
        return f"of feature version {row.feature_version!r}, not {FEATURE_VERSION!r}"
    if row.truth is None:
        if unreviewed == "skip":
            return "not reviewed"
        return None if row.judgement == GOOD else f"judged {row.judgement} and not reviewed"
    return None if row.truth in (GOOD, "NG") else f"reviewed as {row.truth}"


def _vectors(
    connection: Connection, part_ids: Sequence[int], recipe: Recipe, left_out: Counter[str]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """(usable parts, regions, 1404), and (part_ids,) which parts those are; what is not usable is counted in `left_out`."""
    regions = [(index, region.view, region.name) for index, region in enumerate(recipe.regions)]
    vectors = np.empty((len(part_ids), len(regions), VECTOR_LENGTH), np.float32)  # filled from the front; the rest is never touched
    is_usable = np.zeros(len(part_ids), bool)
    query = text("SELECT part_id, region_index, view, name, vector FROM region WHERE part_id IN :ids AND length(vector) > 0").bindparams(
        bindparam("ids", expanding=True)
    )
    n = 0
    for start in range(0, len(part_ids), _BLOCK):
        ids = part_ids[start : start + _BLOCK]
        block = vectors[n : n + len(ids)]
        block.fill(np.nan)
        place = {part_id: i for i, part_id in enumerate(ids)}
        found: list[list[tuple[int, str, str]]] = [[] for _ in ids]
        for part_id, index, view, name, vector in connection.execute(query, {"ids": ids}):
            found[place[part_id]].append((index, view, name))
            if 0 <= index < len(regions) and len(vector) == 4 * VECTOR_LENGTH:
                block[place[part_id], index] = np.frombuffer(vector, "<f4")
        for i in range(len(ids)):
            why = _why_unusable(sorted(found[i]), regions, bool(np.isfinite(block[i]).all()))
            is_usable[start + i] = why is None
            if why is not None:
                left_out[why] += 1
        kept = is_usable[start : start + len(ids)]
        if not kept.all():
            block[: kept.sum()] = block[kept]
        n += int(kept.sum())
    return vectors[:n], is_usable


def _why_unusable(found: list[tuple[int, str, str]], regions: list[tuple[int, str, str]], is_finite: bool) -> str | None:
    """What a part's region rows say against it; None if nothing does."""
    if not found:
        return "without vectors (HOLD, or old and thinned out)"
    if len(found) != len(regions):
        return f"cut into {len(found)} regions, not {len(regions)}"
    if found != regions:
        return "cut into regions of other names or views than the recipe's"
    return None if is_finite else f"with a vector that is not {VECTOR_LENGTH} finite numbers"


def _pictures(connection: Connection, part_ids: Sequence[int], folder: Path) -> dict[int, dict[str, Path]]:
    """By part and view, the stored pictures that are still there: retention deletes files, never rows."""
    query = text("SELECT part_id, view, path FROM picture WHERE part_id IN :ids").bindparams(bindparam("ids", expanding=True))
    pictures: dict[int, dict[str, Path]] = {}
    for start in range(0, len(part_ids), _BLOCK):
        for part_id, view, name in connection.execute(query, {"ids": part_ids[start : start + _BLOCK]}):
            if (folder / name).is_file():
                pictures.setdefault(part_id, {})[view] = folder / name
    return pictures


def _warn_of_doubts(path: Path, rows: Sequence[Row[Any]], recipe: Recipe) -> None:
    """What is taken all the same, but may teach something wrong."""
    by_verdict = sum(row.truth is None for row in rows)
    if by_verdict:
        log.warning("%s: %d parts without a review count as good by the station's verdict; an escape among them teaches as good", path, by_verdict)
    revisions = Counter(row.recipe_revision for row in rows if row.recipe_revision != recipe.revision)
    if revisions:
        met = ", ".join(f"{n} of revision {revision}" for revision, n in sorted(revisions.items()))
        log.warning(
            "%s: recipe %s is revision %d, parts were recorded under others: %s; region names agree, see that rectangles and references do too",
            path, recipe.name, recipe.revision, met,
        )  # fmt: skip


def _part_files(row: Row[Any], views: dict[str, Path]) -> PartFiles:
    mode = (row.mode or UNNAMED_DEFECT) if row.truth == "NG" else GOOD
    labels = {
        "part": str(row.id),
        "run": row.run,
        "shot": str(row.shot_number),
        "serial": row.serial,
        "taken_at": row.taken_at.replace(tzinfo=UTC).isoformat(),
        "verdict": row.judgement,
        "score": "" if row.score is None else repr(row.score),
        "model": f"{row.model}@{row.model_version}",
        "recipe_revision": str(row.recipe_revision),
        "review": "" if row.review is None else str(row.review),
        "truth": row.truth or "",
        "reviewer": row.reviewer or "",
    }
    return PartFiles(f"part-{row.id}", views, session=row.lot, mode=mode, labels=labels)
