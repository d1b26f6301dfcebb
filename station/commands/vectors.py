"""`vectors`: NSOARTC vectors of whole pictures, to .npz or .parquet."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import cv2
import numpy as np

from models.nsoartc import FEATURE_VERSION, VECTOR_LENGTH, nsoartc
from models.pictures import PictureError, picture_files, read_grey


def vectors(options: argparse.Namespace) -> int:
    """Entry of the command. Exit code 0; 1 if a picture was left out, which is said on standard error."""
    cv2.setNumThreads(1)
    output: Path = options.output
    if output.suffix not in (".npz", ".parquet"):
        raise PictureError(f"-o {output}: the file must end in .npz or .parquet")
    if not output.parent.is_dir():
        raise PictureError(f"-o {output}: there is no folder {output.parent}")
    files = [file for path in options.paths for file in (_below(path) if path.is_dir() else [path])]
    names, rows, refused = [], [], []
    for file in files:
        try:
            picture = read_grey(file)
        except PictureError as err:
            print(f"station: left out: {err}", file=sys.stderr)
            refused.append(str(file))
            continue
        rows.append(nsoartc(np.subtract(255, picture, dtype=np.uint8) if options.polarity == "dark" else picture))
        names.append(str(file))
    if not rows:
        raise PictureError("no picture could be read; nothing was written")
    _write(output, names, np.stack(rows))
    if options.json:
        print(json.dumps({"file": str(output), "vectors": len(rows), "left_out": refused, "feature_version": FEATURE_VERSION}))
    else:
        print(f"vectors of {VECTOR_LENGTH} numbers ({FEATURE_VERSION}) in {output}: {len(rows)}; pictures left out: {len(refused)}")
    return 1 if refused else 0


def _below(folder: Path) -> list[Path]:
    """The picture files of a folder and of all folders in it."""
    return [file for inside in (folder, *sorted(p for p in folder.rglob("*") if p.is_dir())) for file in picture_files(inside)]


def _write(output: Path, names: list[str], rows: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
    temporary = output.with_name(f".{output.name}.tmp{output.suffix}")
    if output.suffix == ".npz":
        np.savez_compressed(temporary, data=rows, file_name=np.array(names), feature_version=np.array(FEATURE_VERSION))
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {f"data{i}": rows[:, i] for i in range(VECTOR_LENGTH)} | {"file_name": names}
        table = pa.table(columns).replace_schema_metadata({"feature_version": FEATURE_VERSION})
        pq.write_table(table, temporary, compression="zstd")
    temporary.replace(output)
