"""How long and how much memory does it take to read a table of 20 000 rows, in either published layout?

    python -m benchmarks.tables [--rows 20000] [--repeat 3] [--append docs/benchmarks.md]

Every reading is a process of its own, so that its peak memory is its own; the packages are imported before the clock starts,
and what the process held then is told apart. Numbers are drawn by a seeded generator; the file lies in the page cache.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.page import append
from models.nsoartc import VECTOR_LENGTH
from trainer.dataset_export import CardFields, write_dataset
from trainer.tables import read_triplets, read_vectors

REPOSITORY = Path(__file__).resolve().parent.parent
MIB = 1 << 20


def write_vectors(folder: Path, n: int, rng: np.random.Generator) -> Path:
    vectors = rng.normal(size=(n, VECTOR_LENGTH)).astype(np.float32)
    labels = rng.integers(0, 4, n)
    return write_dataset(folder, vectors, labels, labels, {}, CardFields("benchmark", "none", "none"))


def write_triplets(folder: Path, n: int, rng: np.random.Generator) -> Path:
    folder.mkdir()
    names = [f"{prefix}{i}" for prefix in ("arch", "pos", "neg") for i in range(VECTOR_LENGTH)]
    numbers = ["plabel", "nlabel", "pmode", "nmode"]
    schema = pa.schema([(name, pa.float32()) for name in names] + [(name, pa.int64()) for name in numbers])
    path = folder / "train-00000-of-00001.parquet"
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=numbers) as writer:
        for start in range(0, n, 2000):
            rows = min(2000, n - start)
            arrays = [pa.array(column) for column in rng.normal(size=(len(names), rows)).astype(np.float32)]
            writer.write_table(pa.table(arrays + [pa.array(rng.integers(0, 4, rows)) for _ in numbers], schema=schema))
    return path


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MIB


def read_once(layout: str, path: Path) -> None:
    """In the child: one reading, its figures as a line of JSON."""
    import datasets  # noqa: F401  # seconds, and not what is asked
    import torch  # noqa: F401  # datasets imports it for itself where it is installed

    before = peak_mib()
    start = time.perf_counter()
    rows = len(read_vectors(path).labels) if layout == "vectors" else len(read_triplets(path).positive_labels)
    print(json.dumps({"seconds": time.perf_counter() - start, "rows": rows, "before": before, "peak": peak_mib()}))


def measure(layout: str, path: Path, repeat: int) -> list[dict[str, float]]:
    command = [sys.executable, "-m", "benchmarks.tables", "--read", layout, str(path)]
    return [json.loads(subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout) for _ in range(repeat)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--append", type=Path, help="Markdown file to append the table to")
    parser.add_argument("--read", nargs=2, metavar=("LAYOUT", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_once(options.read[0], Path(options.read[1]))
        return
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=REPOSITORY, check=False).stdout.strip()
    head = f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}, {os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}, pyarrow {pa.__version__}"
    lines = [
        f"### {head}",
        "",
        "| table | rows | file [MiB] | arrays [MiB] | read [s] (median) | worst | rows/s | memory before [MiB] | peak [MiB] | n |",
        "|" + "---|" * 10,
    ]
    with tempfile.TemporaryDirectory() as folder:
        for layout, vectors, write in (("vectors", 1, write_vectors), ("triplets", 3, write_triplets)):
            path = write(Path(folder) / layout, options.rows, np.random.default_rng(0))
            runs = measure(layout, path, options.repeat)
            seconds = [run["seconds"] for run in runs]
            median = statistics.median(seconds)
            arrays = options.rows * vectors * VECTOR_LENGTH * 4 / MIB
            lines.append(
                f"| {layout} | {options.rows} | {path.stat().st_size / MIB:.0f} | {arrays:.0f} | {median:.2f} | {max(seconds):.2f} | {options.rows / median:.0f} "
                f"| {max(run['before'] for run in runs):.0f} | {max(run['peak'] for run in runs):.0f} | {len(runs)} |"
            )
            path.unlink()
    append(lines, options.append)


if __name__ == "__main__":
    main()
