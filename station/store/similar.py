"""The most similar past parts: nearest neighbours over the embeddings of worst regions, of one model version.

Candidates come from a cache of reduced embeddings (`points`); which of them are nearest is decided by the embeddings in the
ledger. The cache is brought up to date by part id before every answer, so a part is found as soon as it is recorded.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from station.store import search
from station.store.database import StoreError
from station.store.points import LENGTH, Axes, Points, PointsError
from station.store.queries import ReviewedPart
from station.verdict import Judgement

log = logging.getLogger(__name__)

N_SIMILAR = 8
_BLOCK = 512  # candidates measured at a time
_MOST = 4096  # candidates measured at most
_BATCH = 32768  # embeddings read at a time: 8 MB, 17 as float32
_FIT_ON = 5000  # first and last embeddings that the axes are fitted to
_OUTGROWN = 8  # axes that were fitted to fewer are fitted again when there are so many times more
_PROOF = 64  # rows of a cache that are compared with the ledger when it is opened

Why = Literal["", "held", "no embedding", "first"]
Tell = Callable[[float], object]

# A challenge part comes back every shift and would be its own eight neighbours. Parts are never deleted and ids rise with
# the commits (one writer), so what has an id above the last one known is new, and nothing new has an id below.
_NEW = (
    "FROM embedding WHERE model = :model AND model_version = :version AND part_id > :after "
    "AND part_id NOT IN (SELECT id FROM part WHERE kind = 'challenge')"
)
_AMONG = "FROM embedding WHERE model = :model AND model_version = :version AND part_id IN (SELECT value FROM json_each(:ids)) ORDER BY part_id"


@dataclass(frozen=True, slots=True)
class SimilarPart:
    """One neighbour."""

    reviewed: ReviewedPart
    distance: float  # Euclidean, between the embeddings of the worst regions; comparable within one model version only


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The answer for one part."""

    part_id: int
    parts: tuple[SimilarPart, ...]  # nearest first
    among: int  # other parts that were compared
    why_none: Why = ""  # 'held': could not be judged; 'no embedding': recorded without one; 'first': no other part of this version


class SimilarParts:
    """Answers for one ledger, with caches in one folder that nobody else writes to. May be asked from any thread."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """folder: made when first needed, and again where it was deleted."""
        self._engine = engine
        self._folder = folder
        self._points: dict[tuple[str, str], Points] = {}
        self._updating = threading.Lock()

    def nearest(self, part_id: int, n: int = N_SIMILAR, tell: Tell = lambda _share: None) -> Neighbours:
        """The n recorded parts whose worst regions lie nearest to this part's; challenge parts are left out.

        Args:
            tell: hears the share of the cache that is built, 0..1, where there is something to build; may raise to end it,
                and what was built until then is kept.

        Raises:
            StoreError: no such part, or a record that cannot be read.
            OSError: the cache cannot be written.
        """
        found = self._embedding(part_id)
        if isinstance(found, str):
            return Neighbours(part_id, (), 0, found)
        model, version, embedding = found
        points = self.up_to_date(model, version, tell)
        ids, bounds = points.nearest(embedding, _MOST + 1) if points.rows else (np.empty(0, np.int64), np.empty(0, np.float32))
        is_other = ids != part_id
        ids, bounds = ids[is_other], bounds[is_other]
        best: list[tuple[float, int]] = []
        for start in range(0, len(ids), _BLOCK):
            if len(best) == n and bounds[start] >= best[-1][0]:
                break  # nothing that was not measured can be nearer
            best = sorted(best + self._measure(embedding, ids[start : start + _BLOCK], model, version))[:n]
        reviewed = {part.part.id: part for part in search.lines(self._engine, [other for _, other in best])}
        parts = tuple(SimilarPart(reviewed[other], distance) for distance, other in best)
        among = points.rows - int((~is_other).sum())
        return Neighbours(part_id, parts, among, "" if parts else "first")

    def up_to_date(self, model: str, version: str, tell: Tell = lambda _share: None) -> Points:
        """The cache of a model version with every part that is recorded now; opened or built where needed.

        Raises: as `nearest`.
        """
        with self._updating:
            points = self._points.get((model, version))
            if points is None or not points.is_on_disk:
                points = self._opened(model, version)
            missing = self._count(model, version, after=points.last_id)
            total = points.rows + missing
            if missing and points.fitted_on < _FIT_ON and total >= _OUTGROWN * points.fitted_on:
                points = Points(self._path(model, version), _identity(model, version), self._axes(model, version), total)
            self._points[model, version] = points
            while points.rows < total:
                if total - points.rows > _BLOCK:
                    tell(points.rows / total)
                points.append(*self._read(f"{_NEW} ORDER BY part_id LIMIT {_BATCH}", model, version, after=points.last_id))
            return points

    def _opened(self, model: str, version: str) -> Points:
        path = self._path(model, version)
        if path.exists():
            try:
                points = Points.open(path, _identity(model, version))
                self._check(points, model, version)
                return points
            except PointsError as err:
                log.warning("the cache for similar parts is built again: %s", err)
        return Points(path, _identity(model, version), Axes.fit(np.empty((0, LENGTH), np.float32)), 0)

    def _check(self, points: Points, model: str, version: str) -> None:
        """Raises PointsError where the cache was made from other records than these."""
        rows = points.some(_PROOF)
        ids, embeddings = self._read(_AMONG, model, version, ids=json.dumps(rows["part_id"].tolist()))
        if ids.tolist() != rows["part_id"].tolist():
            raise PointsError("it holds parts that the records do not")
        again = points.axes.reduce(embeddings).astype(np.float32)
        if not np.allclose(again, rows["point"].astype(np.float32), rtol=4e-3, atol=4e-3, equal_nan=True):
            raise PointsError("it was made from other embeddings")

    def _axes(self, model: str, version: str) -> Axes:
        ends = [self._read(f"{_NEW} ORDER BY part_id {order} LIMIT {_FIT_ON}", model, version)[1] for order in ("", "DESC")]
        return Axes.fit(np.concatenate(ends))

    def _measure(self, embedding: NDArray[np.float32], ids: NDArray[np.int64], model: str, version: str) -> list[tuple[float, int]]:
        """Distances by the embeddings in the ledger, with part ids; what is not finite is no neighbour."""
        known, embeddings = self._read(_AMONG, model, version, ids=json.dumps(ids.tolist()))
        distances = np.linalg.norm(embeddings - embedding, axis=1)
        return [(float(d), int(i)) for d, i in zip(distances, known, strict=True) if np.isfinite(d)]

    def _embedding(self, part_id: int) -> tuple[str, str, NDArray[np.float32]] | Why:
        with self._engine.connect() as connection:
            row = connection.execute(text("SELECT model, model_version, embedding FROM embedding WHERE part_id = :id"), {"id": part_id}).one_or_none()
        if row is None:
            found = search.lines(self._engine, [part_id])
            if not found:
                raise StoreError(f"the records hold no part {part_id}")
            return "held" if found[0].part.judgement is Judgement.HOLD else "no embedding"
        embedding = _floats([row.embedding])[0]
        return (row.model, row.model_version, embedding) if np.isfinite(embedding).all() else "no embedding"

    def _count(self, model: str, version: str, after: int) -> int:
        with self._engine.connect() as connection:
            bounds = {"model": model, "version": version, "after": after}
            return int(connection.execute(text(f"SELECT count(*) {_NEW}"), bounds).scalar_one())

    def _read(self, where: str, model: str, version: str, after: int = 0, ids: str = "") -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Part ids and embeddings (n, 128)."""
        with self._engine.connect() as connection:
            bounds = {"model": model, "version": version, "after": after, "ids": ids}
            rows = connection.execute(text(f"SELECT part_id, embedding {where}"), bounds).all()
        return np.array([row[0] for row in rows], np.int64), _floats([row[1] for row in rows])

    def _path(self, model: str, version: str) -> Path:
        return self._folder / f"similar-{quote(model, safe='')}-{quote(version, safe='')}.points"


def _identity(model: str, version: str) -> str:
    return f"{model} version {version}"


def _floats(blobs: list[bytes]) -> NDArray[np.float32]:
    """(n, 128) from (128,) float16 each."""
    if any(len(blob) != 2 * LENGTH for blob in blobs):
        raise StoreError(f"an embedding in the records has not {LENGTH} numbers; the database is damaged, restore it from a copy")
    return np.frombuffer(b"".join(blobs), "<f2").reshape(-1, LENGTH).astype(np.float32)
