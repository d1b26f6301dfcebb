"""Embeddings reduced to a few numbers, in a file that is read as memory: what finds candidates among millions in a moment.

Only a cache: it may be deleted at any time, it is rebuilt from the ledger, and no distance that anybody sees comes from it.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LENGTH = 128  # of an embedding
AXES = 31  # beside them one number for how far from all axes a point lies
ROW = np.dtype([("part_id", "<i8"), ("point", "<f2", (AXES + 1,))])
_FORMAT = 1
_CHUNK = 4096  # points at a time: 0.5 MB as float32, so that they stay in the processor's cache
_LARGEST = float(np.finfo(np.float16).max)


class PointsError(ValueError):
    """The cache is damaged or of another kind; delete it and build it again."""


@dataclass(frozen=True, slots=True)
class Axes:
    """The directions in which embeddings differ most, and how embeddings are reduced to them.

    The distance of two reduced points is never greater than that of the embeddings: along the axes it is the same, across
    them at least the difference of what lies across.
    """

    centre: NDArray[np.float32]  # (128,)
    directions: NDArray[np.float32]  # (128, 31), orthonormal columns
    scale: float  # points are stored in this unit

    @classmethod
    def fit(cls, embeddings: NDArray[np.float32]) -> Axes:
        """Principal axes of embeddings (n, 128), at least one; rows that are not finite are left out."""
        rows = embeddings[np.isfinite(embeddings).all(1)].astype(np.float64)
        centre = rows.mean(0) if len(rows) else np.zeros(LENGTH)
        rows = rows - centre
        _, vectors = np.linalg.eigh(rows.T @ rows)
        spread = float(np.sqrt((rows**2).sum(1).mean())) if len(rows) else 0.0
        return cls(centre.astype(np.float32), vectors[:, ::-1][:, :AXES].astype(np.float32), spread or 1.0)

    def reduce(self, embeddings: NDArray[np.float32]) -> NDArray[np.float16]:
        """(n, 128) to (n, 32) float16, in units of `scale`; what is not finite stays so, what is too far is put at the edge."""
        with np.errstate(invalid="ignore", over="ignore"):  # NaN in, NaN out
            centred = embeddings - self.centre
            along = centred @ self.directions
            across = np.sqrt(np.maximum((centred**2).sum(1) - (along**2).sum(1), 0))
            points = np.column_stack([along, across]) / self.scale
            return np.clip(points, -_LARGEST, _LARGEST).astype(np.float16)


class Points:
    """The file: an identity, the axes, then one row a part in the order of part ids. One object writes it at a time.

    Beside it lies a head of the same name, .json, which vouches for axes and rows by a checksum. It is replaced whole after
    rows were written, so what an interrupted append has left at the end does not count.
    """

    def __init__(self, path: Path, identity: str, axes: Axes, fitted_on: int) -> None:
        """An empty one; it is on disk after the first `append`."""
        self._path = path
        self._identity = identity
        self.axes = axes
        self.fitted_on = fitted_on  # rows there were when the axes were fitted
        self.rows = 0
        self.last_id = 0
        self._crc = zlib.crc32(axes.directions.tobytes(), zlib.crc32(axes.centre.tobytes()))

    @classmethod
    def open(cls, path: Path, identity: str) -> Points:
        """The cache as it was left.

        Raises:
            PointsError: not there, damaged, of another identity or another format.
        """
        try:
            head = json.loads(_head(path).read_bytes())
            if (head["format"], head["identity"]) != (_FORMAT, identity):
                raise PointsError(f"{path}: made for {head['identity']!r} in format {head['format']}, expected {identity!r} in format {_FORMAT}")
            axes = Axes(
                np.array(head["centre"], np.float32).reshape(LENGTH), np.array(head["directions"], np.float32).reshape(LENGTH, AXES), head["scale"]
            )
            points = cls(path, identity, axes, head["fitted_on"])
            points.rows, vouched = head["rows"], head["crc"]
            stored = points._stored()
            points.last_id = int(stored["part_id"][-1])
        except PointsError:
            raise
        except (OSError, ValueError, KeyError, TypeError, IndexError) as err:
            raise PointsError(f"{path}: {err}") from err
        for start in range(0, len(stored), _CHUNK):
            points._crc = zlib.crc32(stored[start : start + _CHUNK].tobytes(), points._crc)
        if points._crc != vouched:
            raise PointsError(f"{path}: the checksum does not fit its axes and {points.rows} rows")
        return points

    @property
    def is_on_disk(self) -> bool:
        """Its rows are still there; somebody may have deleted the file."""
        return self._path.exists()

    def append(self, part_ids: NDArray[np.int64], embeddings: NDArray[np.float32]) -> None:
        """Add parts, their ids rising and greater than all before; embeddings (n, 128).

        Raises:
            OSError: disk full, no permission; the file is as before.
        """
        rows = np.empty(len(part_ids), ROW)
        rows["part_id"], rows["point"] = part_ids, self.axes.reduce(embeddings)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("r+b" if self._path.exists() else "w+b") as f:
            f.seek(self.rows * ROW.itemsize)  # over what an interrupted append may have left
            f.write(rows.tobytes())
        self.rows += len(rows)
        self.last_id = int(part_ids[-1])
        self._crc = zlib.crc32(rows.tobytes(), self._crc)
        self._write_head()

    def nearest(self, embedding: NDArray[np.float32], n: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids of the n parts whose points lie nearest to an embedding (128,), and how near their embeddings can be at best.

        Nearest first; the bound is right up to the rounding of float16. Parts without a finite point come last, with NaN.
        """
        stored = self._stored()
        query = self.axes.reduce(embedding[None])[0].astype(np.float32)
        squares = np.empty(len(stored), np.float32)
        for start in range(0, len(stored), _CHUNK):
            some = stored["point"][start : start + _CHUNK].astype(np.float32)
            some -= query
            np.einsum("ij,ij->i", some, some, out=squares[start : start + _CHUNK])
        best = np.argpartition(squares, n - 1)[:n] if n < len(squares) else np.arange(len(squares))
        best = best[np.argsort(squares[best], kind="stable")]
        return np.array(stored["part_id"][best], np.int64), np.sqrt(squares[best]) * np.float32(self.axes.scale)

    def some(self, n: int) -> NDArray[np.void]:
        """At most n rows, evenly spread from the first to the last."""
        return np.array(self._stored()[np.unique(np.linspace(0, self.rows - 1, n).astype(np.int64))])

    def _stored(self) -> NDArray[np.void]:
        return np.memmap(self._path, ROW, "r", shape=(self.rows,))

    def _write_head(self) -> None:
        head = {
            "format": _FORMAT,
            "identity": self._identity,
            "rows": self.rows,
            "crc": self._crc,
            "fitted_on": self.fitted_on,
            "scale": self.axes.scale,
            "centre": self.axes.centre.tolist(),
            "directions": self.axes.directions.ravel().tolist(),
        }
        temporary = _head(self._path).with_suffix(".tmp")
        temporary.write_text(json.dumps(head), encoding="utf-8")
        temporary.replace(_head(self._path))


def _head(path: Path) -> Path:
    return path.with_suffix(".json")
