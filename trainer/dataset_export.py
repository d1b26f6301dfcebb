"""Feature vectors as a folder that the Hugging Face hub takes and `datasets.load_dataset` reads as it is.

    <folder>/README.md                               the data card
    <folder>/data/train-00000-of-00001.parquet       data0 … data1403, label, fmode, then columns of one's own

The layout is that of NSOARTC_Tanshi_1221, so that tables of a station and the published ones are read by the same code.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from models.nsoartc import FEATURE_VERSION, VECTOR_LENGTH
from trainer.data import DataError

TABLE = Path("data", "train-00000-of-00001.parquet")

_ROWS_A_GROUP = 2048
"""A reader holds one group at a time: 12 MB of vectors. Smaller ones cost more for their 1404 column headers than they save."""
_OWN_COLUMN = re.compile(r"(?!(data\d+|label|fmode)$)[A-Za-z_]\w*")
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


@dataclass(frozen=True, slots=True)
class CardFields:
    """What the data card says beyond what is counted in the table."""

    title: str
    station: str  # where the pictures were taken
    recipe: str  # name and version, or fingerprint, of the recipe that cut them
    licence: str = "other"  # a licence identifier of the hub; "other" grants nothing
    description: str = ""
    feature_version: str = FEATURE_VERSION


def write_dataset(
    folder: Path,
    vectors: NDArray[np.float32],
    labels: NDArray[np.integer[Any]],
    modes: NDArray[np.str_] | NDArray[np.integer[Any]],
    columns: Mapping[str, NDArray[Any]],
    card: CardFields,
) -> Path:
    """The Parquet file written; the folder is there as a whole or not at all.

    Args:
        folder: to be made; may exist if it is empty.
        vectors: (n, 1404) float32, finite, n > 0.
        labels: (n,) whole numbers; 0 for a good part.
        modes: (n,) defect modes. Whole numbers, or strings that all are ("0", "4"), are written as int64 as in the published
            set; other strings ("OK", "M") as strings. `trainer.tables` reads both alike.
        columns: further columns by name, each (n,), of numbers, booleans or strings: part, region, view, lot, …

    Raises:
        DataError: the folder has something in it or has no parent, or an array is not as above.
    """
    table = _table(vectors, labels, modes, columns, card.feature_version)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{folder}: there is something already; expected a new or empty folder")
    if not folder.parent.is_dir():
        raise DataError(f"{folder}: there is no folder {folder.parent}")
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        (temporary / TABLE.parent).mkdir(parents=True)
        # random-looking floats gain nothing from a dictionary; labels and names do
        own = [name for name in table.column_names if not name.startswith("data")]
        pq.write_table(table, temporary / TABLE, compression="zstd", use_dictionary=own, row_group_size=_ROWS_A_GROUP)
        (temporary / "README.md").write_text(_card(table, card), encoding="utf-8")
        if folder.exists():
            folder.rmdir()  # empty; Windows does not rename onto a folder
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder / TABLE


def _table(
    vectors: NDArray[np.float32],
    labels: NDArray[np.integer[Any]],
    modes: NDArray[np.str_] | NDArray[np.integer[Any]],
    columns: Mapping[str, NDArray[Any]],
    feature_version: str,
) -> pa.Table:
    n = len(vectors)
    if vectors.ndim != 2 or vectors.shape[1] != VECTOR_LENGTH or vectors.dtype != np.float32 or n == 0:
        raise DataError(f"vectors: {vectors.dtype} {vectors.shape}; expected float32 (n, {VECTOR_LENGTH}), n > 0")
    if not np.isfinite(vectors).all():
        raise DataError(f"vectors: row {int(np.argmin(np.isfinite(vectors).all(1)))} has a value that is not finite")
    if labels.dtype.kind not in "iu" or labels.shape != (n,):
        raise DataError(f"labels: {labels.dtype} {labels.shape}; expected whole numbers ({n},)")
    if modes.dtype.kind not in "iuU" or modes.shape != (n,):
        raise DataError(f"modes: {modes.dtype} {modes.shape}; expected strings or whole numbers ({n},)")
    if (modes.astype(np.str_) == "").any():
        raise DataError(f"modes: row {int(np.argmax(modes.astype(np.str_) == ''))} is empty; expected 'OK' or the name of a defect")
    for name, values in columns.items():
        if not _OWN_COLUMN.fullmatch(name):
            raise DataError(f"column {name!r}: expected a name of letters, digits and _, none of data0, data1, …, label, fmode")
        if values.shape != (n,) or values.dtype.kind not in "iufbU":
            raise DataError(f"column {name!r}: {values.dtype} {values.shape}; expected numbers, booleans or strings ({n},)")
    by_column = np.ascontiguousarray(vectors.T)
    arrays = {f"data{i}": pa.array(by_column[i]) for i in range(VECTOR_LENGTH)}
    arrays |= {"label": pa.array(labels.astype(np.int64)), "fmode": pa.array(_whole_or_text(modes))}
    arrays |= {name: pa.array(values) for name, values in columns.items()}
    return pa.table(arrays).replace_schema_metadata({"feature_version": feature_version})


def _whole_or_text(modes: NDArray[np.str_] | NDArray[np.integer[Any]]) -> NDArray[Any]:
    if modes.dtype.kind != "U":
        return modes.astype(np.int64)
    # "04" stays text: as a number it would come back as "4"
    is_whole = all(re.fullmatch(r"0|-?[1-9]\d{0,17}", mode) for mode in np.unique(modes).tolist())
    return modes.astype(np.int64) if is_whole else modes


def _card(table: pa.Table, card: CardFields) -> str:
    from huggingface_hub import DatasetCardData  # a second to import, and only exports need it

    n = table.num_rows
    front = DatasetCardData(
        license=card.licence,
        pretty_name=card.title,
        size_categories=[next((name for limit, name in _SIZES if n < limit), "1M<n<10M")],
        tags=["industrial-inspection", "nsoartc", card.feature_version],
        configs=[{"config_name": "default", "data_files": [{"split": "train", "path": TABLE.as_posix()}]}],
    ).to_yaml()
    own = [field for field in table.schema if not re.fullmatch(r"data\d+|label|fmode", field.name)]
    lines = [
        "---", front.strip(), "---", "",
        f"# {_line(card.title)}", "",
        *([card.description.strip(), ""] if card.description.strip() else []),
        f"* Rows: {n}, one a vector",
        f"* Feature version: `{_line(card.feature_version)}`",
        f"* Source station: {_line(card.station)}",
        f"* Recipe: {_line(card.recipe)}",
        f"* Licence: {_line(card.licence)}", "",
        "## Columns", "",
        "| column | type | meaning |", "|---|---|---|",
        f"| data0 … data{VECTOR_LENGTH - 1} | float | the NSOARTC vector of one inspected region |",
        "| label | int64 | class; 0 is a good part |",
        f"| fmode | {table.schema.field('fmode').type} | defect mode; 0 or OK is a good part |",
        *(f"| {field.name} | {field.type} | |" for field in own), "",
        "## Rows by label and mode", "",
        "| label | fmode | rows |", "|---|---|---|",
        *_counts(table), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _counts(table: pa.Table) -> list[str]:
    counted = table.select(["label", "fmode"]).group_by(["label", "fmode"]).aggregate([([], "count_all")])
    rows = counted.sort_by([("label", "ascending"), ("fmode", "ascending")]).to_pylist()
    return [f"| {row['label']} | {_line(str(row['fmode']))} | {row['count_all']} |" for row in rows]


def _line(text: str) -> str:
    """Fit for one line and one cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")
