"""Feature vectors in the two table layouts that the method's author published, from the hub, a folder or a Parquet file.

    labelled vectors   data0 … data1403, label, fmode                                   NSOARTC_Tanshi_1221
    triplets           arch0 …, pos0 …, neg0 … (1404 each), plabel, nlabel, pmode, nmode   TRIPLET_Tanshi_1226

Anchor (`arch`) is the average picture of a class, positive another record of it, negative a record of another class. Further
columns of labelled vectors (part, region_index, lot, …) come along as they are. Defect modes are strings here: the published
tables number them, stations name them ("OK", "M"); 4 becomes "4". All reading goes through `datasets.load_dataset` and then by
columns through Arrow: one row of a 4216-column table as a Python list costs 17 ms.

Files on this machine are streamed, since `load_dataset` otherwise keeps a copy of its own and takes a replaced file with the
same time stamp (to the second) for the old one. A commit on the hub never changes, so there the copy is welcome.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from models.nsoartc import FEATURE_VERSION, VECTOR_LENGTH
from trainer.data import DataError
from trainer.hub import HubUnreachable, cached_tables, check_reachable, fetch_tables, hub_token, is_repository_name

log = logging.getLogger(__name__)

_ROWS_AT_ONCE = 2048
_STRIP = 64


class OtherLayout(DataError):
    """A table of the other of the two layouts, for the other reader."""


@dataclass(frozen=True, slots=True)
class VectorTable:
    """Labelled vectors; row i of everything is one record."""

    vectors: NDArray[np.float32]  # (n, 1404), finite
    labels: NDArray[np.int64]  # (n,)
    modes: NDArray[np.str_]  # (n,) defect mode; "0" or "OK" for a good part, never empty
    own: dict[str, NDArray[Any]]  # whatever else the table says of its rows, by column; strings, numbers, truth values
    source: str  # file, folder, or owner/name@commit
    fingerprint: str  # hex digest of everything above but the source and `own`


@dataclass(frozen=True, slots=True)
class TripletTable:
    """Triplets; row i of everything is one. The anchor has the class of the positive."""

    anchors: NDArray[np.float32]  # (n, 1404), finite; so are the next two
    positives: NDArray[np.float32]
    negatives: NDArray[np.float32]
    positive_labels: NDArray[np.int64]  # (n,)
    negative_labels: NDArray[np.int64]
    positive_modes: NDArray[np.str_]  # (n,) never empty
    negative_modes: NDArray[np.str_]
    source: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Layout:
    name: str
    prefixes: tuple[str, ...]
    labels: tuple[str, ...]
    modes: tuple[str, ...]
    reader: str

    @property
    def columns(self) -> list[str]:
        return [f"{prefix}{i}" for prefix in self.prefixes for i in range(VECTOR_LENGTH)] + [*self.labels, *self.modes]

    def __str__(self) -> str:
        spans = [f"{prefix}0 … {prefix}{VECTOR_LENGTH - 1}" for prefix in self.prefixes]
        return f"{self.name} ({', '.join([*spans, *self.labels, *self.modes])})"


_VECTORS = _Layout("labelled vectors", ("data",), ("label",), ("fmode",), "read_vectors")
_TRIPLETS = _Layout("triplets", ("arch", "pos", "neg"), ("plabel", "nlabel"), ("pmode", "nmode"), "read_triplets")


def read_vectors(source: str | Path, revision: str | None = None, split: str = "train") -> VectorTable:
    """A table of labelled vectors.

    Args:
        source: a .parquet file, a folder as on the hub (data/train-*.parquet), or a repository `owner/name` on the hub. What
            is there on this machine goes first.
        revision: commit, tag or branch of the repository; only a commit is sure to give the same rows tomorrow. None takes
            the head of `main` and says which commit that was.

    Raises:
        HubUnreachable: the hub gives no answer and the revision is not in the local cache.
        DataError: nothing there, another layout, another feature version, or a value that no table may have.
    """
    (vectors,), (labels,), (modes,), own, named = _read(source, revision, split, _VECTORS)
    return VectorTable(vectors, labels, modes, own, named, _fingerprint(_VECTORS, [vectors, labels], [modes]))


def read_triplets(source: str | Path, revision: str | None = None, split: str = "train") -> TripletTable:
    """A table of triplets; arguments and errors as `read_vectors`."""
    (anchors, positives, negatives), labels, modes, _, named = _read(source, revision, split, _TRIPLETS)
    fingerprint = _fingerprint(_TRIPLETS, [anchors, positives, negatives, *labels], modes)
    (positive_labels, negative_labels), (positive_modes, negative_modes) = labels, modes
    return TripletTable(
        anchors, positives, negatives, positive_labels, negative_labels, positive_modes, negative_modes, named, fingerprint,
    )  # fmt: skip


_Columns = tuple[list[NDArray[np.float32]], list[NDArray[np.int64]], list[NDArray[np.str_]], dict[str, NDArray[Any]], str]


def _read(source: str | Path, revision: str | None, split: str, layout: _Layout) -> _Columns:
    rows, named = _open(source, revision, split)
    blocks: list[list[NDArray[np.float32]]] = [[] for _ in layout.prefixes]
    labels: list[list[NDArray[np.int64]]] = [[] for _ in layout.labels]
    modes: list[list[NDArray[np.str_]]] = [[] for _ in layout.modes]
    own: dict[str, list[NDArray[Any]]] = {}
    first_row = 0
    for table in rows:
        _check_layout(table.schema, layout, named)
        for k, prefix in enumerate(layout.prefixes):
            blocks[k].append(_block(table, prefix, first_row, named))
        for k, name in enumerate(layout.labels):
            labels[k].append(_whole(table[name], name, first_row, named))
        for k, name in enumerate(layout.modes):
            modes[k].append(_modes(table[name], name, first_row, named))
        for name in sorted(set(table.column_names) - set(layout.columns)):
            own.setdefault(name, []).append(np.array(table[name].to_pylist()))
        first_row += table.num_rows
    if first_row == 0:
        raise DataError(f"{named}: no row in split {split!r}; expected at least one of {layout}")
    # one group at a time, so that at no time all vectors are there twice
    vectors = []
    while blocks:
        vectors.append(np.concatenate(blocks.pop(0)))
    by_name = {name: np.concatenate(blocks) for name, blocks in own.items() if sum(map(len, blocks)) == first_row}
    return vectors, [np.concatenate(c) for c in labels], [np.concatenate(c) for c in modes], by_name, named


def _open(source: str | Path, revision: str | None, split: str) -> tuple[Iterator[pa.Table], str]:
    """The rows in Arrow tables of at most `_ROWS_AT_ONCE`, and what the source is called."""
    path = Path(source).expanduser()
    if path.is_dir() or path.is_file() or path.suffix == ".parquet" or not is_repository_name(path.as_posix()):
        if revision is not None:
            raise DataError(f"{source}: revision {revision!r} for a file or folder on this machine; expected one only with a repository owner/name")
        return _open_local(path, split, str(source)), str(source)
    repository = path.as_posix()
    try:
        commit = check_reachable(repository, revision)
    except HubUnreachable as err:
        folder = cached_tables(repository, revision)
        if folder is None:
            raise
        log.warning("%s; going on with the copy in the local cache, commit %s", err, folder.name)
        return _open_local(folder, split, repository), f"{repository}@{folder.name}"
    if revision is None:
        log.warning("%s: no revision given, took commit %s; name it to get the same rows again", repository, commit)
    folder = fetch_tables(repository, revision)
    commit = folder.name  # a branch may have moved since the question
    _check_files(_files(folder, repository), repository)
    return _open_remote(repository, commit, split), f"{repository}@{commit}"


def _open_local(path: Path, split: str, named: str) -> Iterator[pa.Table]:
    _check_files(_files(path, named), named)
    absolute = path.resolve()
    if set(str(absolute)) & set("*?[]"):
        raise DataError(f"{absolute}: load_dataset takes *, ?, [ and ] in a path for a pattern; expected a path without them")
    load_dataset = _load_dataset()
    try:
        if path.is_dir():
            rows = load_dataset(str(absolute), split=split, streaming=True)
        else:
            rows = load_dataset("parquet", data_files={split: str(absolute)}, split=split, streaming=True)
        yield from rows.with_format("arrow").iter(batch_size=_ROWS_AT_ONCE)
    except (OSError, ValueError, RuntimeError, pa.ArrowException) as err:
        raise DataError(
            f"{named}: cannot be read as a table ({_first_line(err)}); expected Parquet files of one layout with a split {split!r}"
        ) from err


def _open_remote(repository: str, commit: str, split: str) -> Iterator[pa.Table]:
    from datasets.exceptions import DatasetsError
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # the transport's own

    load_dataset = _load_dataset()
    try:
        rows = load_dataset(repository, revision=commit, split=split, token=hub_token())
    except (DatasetsError, HTTPError, OSError, ValueError, RuntimeError, pa.ArrowException) as err:
        raise DataError(
            f"{repository}@{commit}: cannot be read as a table ({_first_line(err)}); expected Parquet files with a split {split!r}"
        ) from err
    # where the hub is lost meanwhile, load_dataset takes whatever commit of the repository it has
    if not all(commit in Path(file["filename"]).parts for file in rows.cache_files):
        raise HubUnreachable(f"{repository}@{commit}: the hub was lost while reading, and another commit is in the local cache; try again")
    yield from rows.with_format("arrow").iter(batch_size=_ROWS_AT_ONCE)


def _load_dataset() -> Callable[..., Any]:
    """`datasets.load_dataset`, imported late: that takes seconds, and reads HF_ENDPOINT and HF_HOME meanwhile."""
    import datasets

    # else even a file on this machine is reported to a server, which costs half a minute where there is no name service
    datasets.config.HF_UPDATE_DOWNLOAD_COUNTS = False
    return datasets.load_dataset


def _files(path: Path, named: str) -> list[Path]:
    if path.is_file() and path.suffix == ".parquet":
        return [path]
    if path.is_file():
        raise DataError(f"{named}: a file of type {path.suffix or '(none)'!r}; expected .parquet")
    if not path.exists():
        raise DataError(f"{named}: there is no such file or folder, and it is not a repository owner/name")
    files = sorted(path.rglob("*.parquet"))
    if not files:
        raise DataError(f"{named}: no Parquet file in this folder; expected data/train-00000-of-00001.parquet or the like")
    return files


def _check_files(files: Iterable[Path], named: str) -> None:
    """What can be seen without reading: whole files with rows, of this feature version.

    The published tables say no version and pass; those of stations do, in the metadata of the Parquet file.
    """
    for file in files:
        try:
            with pq.ParquetFile(file) as parquet:
                rows, metadata = parquet.metadata.num_rows, parquet.schema_arrow.metadata or {}
        except (OSError, pa.ArrowException) as err:
            raise DataError(f"{named}: {file.name} is not a readable Parquet file ({_first_line(err)})") from err
        version = metadata.get(b"feature_version", FEATURE_VERSION.encode()).decode(errors="replace")
        if version != FEATURE_VERSION:
            raise DataError(f"{named}: vectors of feature version {version!r}; this trainer computes {FEATURE_VERSION!r}")
        if rows == 0:
            raise DataError(f"{named}: {file.name} has no row; expected at least one")


def _check_layout(schema: pa.Schema, layout: _Layout, named: str) -> None:
    met = set(schema.names)
    missing = [name for name in layout.columns if name not in met]
    if missing:
        other = _TRIPLETS if layout is _VECTORS else _VECTORS
        looks = f"; it looks like {other.name}: use {other.reader}" if met.issuperset(other.columns) else ""
        kind = OtherLayout if looks else DataError
        raise kind(f"{named}: expected {layout}; {_short(missing)} missing, met {_short(schema.names)}{looks}")
    longer = [name for prefix in layout.prefixes if (name := f"{prefix}{VECTOR_LENGTH}") in met]
    if longer:
        raise DataError(f"{named}: has a column {longer[0]}; expected vectors of {VECTOR_LENGTH} numbers, {layout}")


def _block(table: pa.Table, prefix: str, first_row: int, named: str) -> NDArray[np.float32]:
    """(rows, 1404) of one batch."""
    block = np.empty((table.num_rows, VECTOR_LENGTH), np.float32)
    # columns are turned into rows in strips that fit the cache: 5 ms a batch, 14 ms as a whole
    for left in range(0, VECTOR_LENGTH, _STRIP):
        names = [f"{prefix}{i}" for i in range(left, min(left + _STRIP, VECTOR_LENGTH))]
        strip = np.empty((len(names), table.num_rows), np.float32)
        for row, name in zip(strip, names, strict=True):
            column = table[name]
            if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
                raise DataError(f"{named}: column {name} has type {column.type}; expected float32")
            _check_null(column, name, first_row, named)
            with np.errstate(over="ignore"):  # a float64 beyond float32 becomes infinite, which is looked for below
                row[:] = column.to_numpy()
        block[:, left : left + len(names)] = strip.T
    if not np.isfinite(block).all():
        row, i = (int(k[0]) for k in np.nonzero(~np.isfinite(block)))
        raise DataError(f"{named}: row {first_row + row}, column {prefix}{i} is {block[row, i]}; expected finite numbers")
    return block


def _whole(column: pa.ChunkedArray, name: str, first_row: int, named: str) -> NDArray[np.int64]:
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        raise DataError(f"{named}: column {name} has type {column.type}; expected whole numbers, int64")
    _check_null(column, name, first_row, named)
    try:
        return column.cast(pa.int64(), safe=True).to_numpy()
    except pa.ArrowInvalid as err:
        numbers = column.to_numpy()
        row = int(np.argmax(~((numbers == np.rint(numbers)) & (np.abs(numbers.astype(np.float64)) < 2.0**53))))
        raise DataError(f"{named}: row {first_row + row}, column {name} is {numbers[row]}; expected whole numbers") from err


def _modes(column: pa.ChunkedArray, name: str, first_row: int, named: str) -> NDArray[np.str_]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return _whole(column, name, first_row, named).astype(np.str_)
    _check_null(column, name, first_row, named)
    modes = np.array(column.to_pylist(), np.str_)
    if (modes == "").any():
        raise DataError(f"{named}: row {first_row + int(np.argmax(modes == ''))}, column {name} is empty; expected 'OK' or the name of a defect")
    return modes


def _check_null(column: pa.ChunkedArray, name: str, first_row: int, named: str) -> None:
    if column.null_count:
        row = first_row + int(np.argmax(column.is_null().to_numpy()))
        raise DataError(f"{named}: row {row}, column {name} has no value; expected one in every row")


def _fingerprint(layout: _Layout, numbers: Iterable[NDArray[Any]], modes: Iterable[NDArray[np.str_]]) -> str:
    digest = hashlib.sha256(layout.name.encode())
    for array in numbers:
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    for array in modes:
        digest.update("\0".join(array.tolist()).encode())
    return digest.hexdigest()


def _short(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") if names else "none"


def _first_line(err: BaseException) -> str:
    return (str(err).strip().splitlines() or [type(err).__name__])[0][:200]
