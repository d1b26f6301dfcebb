"""Recorded parts as files for others: a table for people (CSV), a data set for the trainer (Parquet). No Qt.

A file or folder is there as a whole or not at all: it is written under another name beside its place and renamed at the end.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine

from models.nsoartc import FEATURE_VERSION, VECTOR_LENGTH
from station.spreadsheet import spreadsheet_safe
from station.store import exports, search
from station.store.database import StoreError
from station.store.exports import COLUMNS, RegionRow, Row
from station.store.reviews import TAKEN_BACK, Truth, mistake
from station.store.search import PartFilter
from station.verdict import Judgement

TABLE = Path("data", "train-00000-of-00001.parquet")
GOOD, UNNAMED = "OK", "NG"
"""fmode of good parts, and of defective ones whose defect nobody has named."""
Tell = Callable[[float], None]
"""Called with the share done, 0..1; it may raise, to end the work: nothing is left behind then."""

_ROWS_AT_ONCE = 500
_ROWS_A_GROUP = 2048
"""A reader holds one group at a time: 12 MB of vectors."""
_PARTS_AT_ONCE = 64  # 64 x 45 vectors are 16 MB
_BYTES_A_ROW = 600
_SPARE_BYTES = 200_000_000
"""So much of the disk stays free: the line records on."""
_REVIEW_COLUMNS = ("truth", "mode", "reviewer", "reviewed_at", "comment", "mistake")


class ExportError(StoreError):
    """The export cannot be written; the message says why and what to do. Nothing was left behind."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an export holds."""

    path: Path
    n_parts: int
    n_rows: int
    left_out: Mapping[str, int] = field(default_factory=dict)  # why -> how many parts


def write_csv(engine: Engine, sought: PartFilter, path: Path, *, with_bom: bool = False, tell: Tell = lambda share: None) -> Written:
    """One row a part with its newest review, newest part first: RFC 4180, UTF-8, times with their zone.

    A text that begins like a formula gets an apostrophe before it, so that no spreadsheet runs what somebody typed into a lot.

    Args:
        with_bom: a mark at the beginning that tells Excel that this is UTF-8.

    Raises:
        ExportError: there is such a file, no such folder, no part, or too little room.
    """
    total = _count(engine, sought)
    n = 0
    with _beside(path, total * _BYTES_A_ROW) as temporary:
        with temporary.open("x", encoding="utf-8-sig" if with_bom else "utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow([*COLUMNS, *_REVIEW_COLUMNS])
            for rows in exports.blocks(engine, sought, _ROWS_AT_ONCE):
                tell(min(1.0, n / total))
                _check_room(path.parent, 0)
                writer.writerows([_cell(value) for value in _csv_values(row)] for row in rows)
                n += len(rows)
            os.fsync(file.fileno())
        tell(1.0)
    return Written(path, n, n)


def write_dataset(
    engine: Engine, sought: PartFilter, folder: Path, station: str, *, with_unreviewed: bool = False, tell: Tell = lambda share: None
) -> Written:
    """A data set folder in the published layout (data0 … data1403, label, fmode and columns of one's own), one row a region.

    label is 0 for a good part, 1 for a defective one, by the newest review. Left out and counted: parts that no review calls OK
    or NG, those without vectors, and those of another feature version.

    Args:
        station: named in the data card.
        with_unreviewed: parts without a review are taken by the station's verdict, OK or NG; the column labelled_by tells them apart.

    Raises:
        ExportError: there is something at the folder's place, no part whose truth is known, or too little room.
    """
    total = _count(engine, sought)
    left_out: Counter[str] = Counter()
    labels: Counter[tuple[int, str]] = Counter()
    n_parts = n_seen = n_rows = 0
    with _beside(folder, 0) as temporary:
        (temporary / TABLE.parent).mkdir(parents=True)
        schema = _schema()
        own = [name for name in schema.names if not name.startswith("data")]
        with pq.ParquetWriter(temporary / TABLE, schema, compression="zstd", use_dictionary=own) as writer:
            held: list[tuple[Row, RegionRow]] = []
            for rows in exports.blocks(engine, sought, _PARTS_AT_ONCE):
                tell(min(1.0, n_seen / total))
                n_seen += len(rows)
                found = list(_usable(engine, rows, with_unreviewed, left_out))
                if found and n_parts == 0:
                    vectors_a_part = len(found) / len({row.part["id"] for row, _ in found})
                    _check_room(folder.parent, int(total * vectors_a_part * VECTOR_LENGTH * 4))
                _check_room(folder.parent, 0)
                n_parts += len({row.part["id"] for row, _ in found})
                held += found
                while len(held) >= _ROWS_A_GROUP:
                    n_rows += _write_group(writer, schema, held[:_ROWS_A_GROUP], labels)
                    held = held[_ROWS_A_GROUP:]
            if held:
                n_rows += _write_group(writer, schema, held, labels)
        if n_rows == 0:
            why = ", ".join(f"{n} {reason}" for reason, n in left_out.most_common())
            raise ExportError(f"no part can be exported as training data: {why}. Review some parts as OK or NG first")
        (temporary / "README.md").write_text(_card(folder.name, station, n_parts, labels, left_out, schema), encoding="utf-8")
        tell(1.0)
    return Written(folder, n_parts, n_rows, dict(left_out))


def check_target(path: Path) -> None:
    """Raises ExportError where nothing can be written at this place."""
    if path.exists():
        raise ExportError(f"{path}: there is something already; choose another name, or move it away")
    if not path.parent.is_dir():
        raise ExportError(f"{path}: there is no folder {path.parent}; make it, or choose another place")
    if not os.access(path.parent, os.W_OK):
        raise ExportError(f"{path.parent}: read-only for this user; choose another place")


@contextmanager
def _beside(path: Path, needed: int) -> Iterator[Path]:
    """A name beside the place, renamed to it at the end; removed where something went wrong."""
    check_target(path)
    _check_room(path.parent, needed)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        check_target(path)  # nobody has put something there meanwhile
        temporary.rename(path)
    except OSError as err:
        raise ExportError(f"{path}: cannot be written: {err.strerror or err}") from err
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            temporary.unlink(missing_ok=True)


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE_BYTES:
        raise ExportError(
            f"{folder}: {free / 1e6:.0f} MB free, about {needed / 1e6:.0f} MB needed and {_SPARE_BYTES / 1e6:.0f} MB to be left for the line; "
            "choose another disk, or fewer parts"
        )


def _count(engine: Engine, sought: PartFilter) -> int:
    total = search.count(engine, sought, None)
    if total == 0:
        raise ExportError("there is no part to export: the filter lets none through; choose another period, lot or verdict")
    return total


# -- CSV ---------------------------------------------------------------------------------------------------------------


def _csv_values(row: Row) -> list[Any]:
    values = [row.part[name] for name in COLUMNS]
    said = row.review
    if said is None:
        return values + [None] * len(_REVIEW_COLUMNS)
    wrong = mistake(Judgement(row.part["judgement"]), said.truth)
    return [*values, said.truth.value, said.mode, said.reviewer, said.at, said.comment, wrong]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone().isoformat(timespec="milliseconds")
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return spreadsheet_safe(text) if isinstance(value, str) else text


# -- Parquet -----------------------------------------------------------------------------------------------------------


def _usable(engine: Engine, rows: Iterable[Row], with_unreviewed: bool, left_out: Counter[str]) -> Iterator[tuple[Row, RegionRow]]:
    """Rows and regions of the parts whose truth is known and whose vectors can be compared."""
    known: dict[int, Row] = {}
    for row in rows:
        if (why := _why_left_out(row, with_unreviewed)) is None:
            known[row.part["id"]] = row
        else:
            left_out[why] += 1
    found: dict[int, list[RegionRow]] = {}
    for region in exports.regions(engine, list(known)):
        found.setdefault(region.part_id, []).append(region)
    for part_id, row in known.items():
        regions = found.get(part_id, [])
        if not regions:
            left_out["without vectors"] += 1
        elif not all(np.isfinite(region.vector).all() for region in regions):
            left_out["with a vector that is not finite"] += 1
        else:
            yield from ((row, region) for region in regions)


def _why_left_out(row: Row, with_unreviewed: bool) -> str | None:
    if row.part["kind"] != "part":
        return "challenge parts"
    if row.part["feature_version"] != FEATURE_VERSION:
        return f"of feature version {row.part['feature_version']}"
    said = row.review
    if said is not None and said.truth is not Truth.UNSURE:
        return None
    if said is not None and said.comment != TAKEN_BACK:
        return "reviewed as unsure"
    if not with_unreviewed:
        return "not reviewed"
    return None if row.part["judgement"] in (Judgement.OK, Judgement.NG) else f"not reviewed and judged {row.part['judgement']}"


def _label(row: Row) -> tuple[int, str, str]:
    """label, fmode, and who says so."""
    said = row.review
    if said is not None and said.truth is not Truth.UNSURE:
        return (0, GOOD, "review") if said.truth is Truth.OK else (1, said.mode or UNNAMED, "review")
    return (0, GOOD, "station") if row.part["judgement"] == Judgement.OK else (1, row.part["defect"] or UNNAMED, "station")


_OWN_COLUMNS: dict[str, tuple[pa.DataType, str]] = {
    "part": (pa.string(), "the part's id at the station, as part-<id>"),
    "lot": (pa.string(), "lot"),
    "region_index": (pa.int64(), "which region of the recipe"),
    "view": (pa.string(), "which camera saw it"),
    "region": (pa.string(), "the region's name"),
    "serial": (pa.string(), "serial number, where one was read"),
    "taken_at": (pa.string(), "when the picture was taken, UTC"),
    "labelled_by": (pa.string(), "'review' = a person said so; 'station' = only the station's verdict"),
    "reviewer": (pa.string(), "who, or empty"),
    "judgement": (pa.string(), "the station's verdict on the part"),
    "score": (pa.float64(), "of this region, greater = worse; NaN = none"),
    "model": (pa.string(), "model that judged"),
    "model_version": (pa.string(), "its version"),
    "recipe": (pa.string(), "recipe that cut the regions"),
    "recipe_revision": (pa.int64(), "its revision"),
}


def _schema() -> pa.Schema:
    fields = [pa.field(f"data{i}", pa.float32()) for i in range(VECTOR_LENGTH)]
    fields += [pa.field("label", pa.int64()), pa.field("fmode", pa.string())]
    fields += [pa.field(name, kind) for name, (kind, _) in _OWN_COLUMNS.items()]
    return pa.schema(fields, metadata={"feature_version": FEATURE_VERSION})


def _write_group(writer: Any, schema: pa.Schema, rows: list[tuple[Row, RegionRow]], labels: Counter[tuple[int, str]]) -> int:
    by_column = np.ascontiguousarray(np.stack([region.vector for _, region in rows]).T)
    said = [_label(row) for row, _ in rows]
    labels.update((label, mode) for label, mode, _ in said)
    own = [_own(row, region, by) for (row, region), (_, _, by) in zip(rows, said, strict=True)]
    columns = [pa.array(column) for column in by_column]
    columns += [pa.array([label for label, _, _ in said], pa.int64()), pa.array([mode for _, mode, _ in said], pa.string())]
    columns += [pa.array([values[name] for values in own], kind) for name, (kind, _) in _OWN_COLUMNS.items()]
    writer.write_table(pa.table(columns, schema=schema), row_group_size=_ROWS_A_GROUP)
    return len(rows)


def _own(row: Row, region: RegionRow, labelled_by: str) -> dict[str, Any]:
    same = ("lot", "serial", "judgement", "model", "model_version", "recipe", "recipe_revision")
    return {name: row.part[name] for name in same} | {
        "part": f"part-{row.part['id']}",
        "region_index": region.region_index,
        "view": region.view,
        "region": region.name,
        "taken_at": row.part["taken_at"].isoformat(timespec="milliseconds"),
        "labelled_by": labelled_by,
        "reviewer": row.review.reviewer if labelled_by == "review" and row.review is not None else "",
        "score": float("nan") if region.score is None else region.score,
    }


def _card(name: str, station: str, n_parts: int, labels: Counter[tuple[int, str]], left_out: Counter[str], schema: pa.Schema) -> str:
    n = sum(labels.values())
    sizes = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
    lines = [
        "---", "license: other", f"pretty_name: {_quoted(name)}", "size_categories:",
        f"- {next((words for limit, words in sizes if n < limit), '1M<n<10M')}",
        "tags:", "- industrial-inspection", "- nsoartc", f"- {FEATURE_VERSION}",
        "configs:", "- config_name: default", "  data_files:", "  - split: train", f"    path: {TABLE.as_posix()}", "---", "",
        f"# {_line(name)}", "",
        "Every region of a defective part carries the part's defect mode; label is 0 for a good part, 1 otherwise.", "",
        f"* Rows: {n}, one a region, of {n_parts} parts",
        f"* Feature version: `{FEATURE_VERSION}`",
        f"* Source station: {_line(station)}",
        "* Licence: other (none is granted)",
        *(f"* Left out: {k} parts {_line(why)}" for why, k in left_out.most_common()), "",
        "## Columns", "", "| column | type | meaning |", "|---|---|---|",
        f"| data0 … data{VECTOR_LENGTH - 1} | float | the NSOARTC vector of one inspected region |",
        "| label | int64 | class; 0 is a good part |",
        f"| fmode | string | defect mode; {GOOD} is a good part, {UNNAMED} a defect that nobody has named |",
        *(f"| {column} | {schema.field(column).type} | {meaning} |" for column, (_, meaning) in _OWN_COLUMNS.items()), "",
        "## Rows by label and mode", "", "| label | fmode | rows |", "|---|---|---|",
        *(f"| {label} | {_line(mode)} | {k} |" for (label, mode), k in sorted(labels.items())), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _line(text: str) -> str:
    """Fit for one line and one cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def _quoted(text: str) -> str:
    """A YAML string, whatever it holds."""
    return '"' + _line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
