"""What does a backup cost the parts that are recorded meanwhile? And how long do a backup and a check take?

    python -m benchmarks.backup [--mb 200] [--rate 10] [--folder DIR] [--write FILE]

Fills a ledger with parts of 45 vectors, as the shipped recipe has, then records more at a fixed rate through the real tables, first
alone, then beside backups with several step sizes and pauses. Times are milliseconds from the beginning of a part's transaction
to the end of its commit, `synchronous = FULL`.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, insert

from models.nsoartc import VECTOR_LENGTH
from station.store import copies
from station.store.damage import quick_check
from station.store.database import DATABASE_NAME, open_database
from station.store.schema import Part, PartRegion
from tests.station.recorded import part

N_REGIONS = 45
SETTINGS = ((-1, 0.0), (1024, 0.0), (1024, 0.02), (256, 0.02), (256, 0.05), (64, 0.02))  # pages a step, pause [s]


def record(engine: Engine, number: int, rng: np.random.Generator) -> float:
    """Write one part with its regions; seconds."""
    rows = [
        {
            "part_id": number, "region_index": i, "view": "front", "name": f"region {i}", "score": 1.0, "unit_space": 0,
            "deviation": rng.bytes(156), "embedding": rng.bytes(256), "vector": rng.bytes(4 * VECTOR_LENGTH),
        }
        for i in range(N_REGIONS)
    ]  # fmt: skip
    start = time.perf_counter()
    with engine.begin() as connection:
        connection.execute(insert(Part), [part(number)])
        connection.execute(insert(PartRegion), rows)
    return time.perf_counter() - start


def fill(engine: Engine, path: Path, mb: float, rng: np.random.Generator) -> int:
    """Parts until the file is so large; the last one's number."""
    number = 0
    while path.stat().st_size < mb * 1e6:
        for _ in range(20):
            number += 1
            record(engine, number, rng)
    return number


def beside(engine: Engine, number: int, rate: float, rng: np.random.Generator, goes_on: Callable[[], bool]) -> tuple[list[float], int]:
    """Commit times [ms] at a rate while `goes_on`, and the last number."""
    times, due = [], time.perf_counter()
    while goes_on():
        number += 1
        times.append(1e3 * record(engine, number, rng))
        due += 1 / rate
        time.sleep(max(0.0, due - time.perf_counter()))
    return times, number


def line(name: str, times: list[float], seconds: str = "") -> str:
    """A row of the table."""
    p50, p95, p99 = np.percentile(times, (50, 95, 99))
    return f"| {name} | {p50:.1f} | {p95:.1f} | {p99:.1f} | {max(times):.1f} | {len(times)} | {seconds} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=float, default=200.0)
    parser.add_argument("--rate", type=float, default=10.0, help="parts a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="of recording without a backup")
    parser.add_argument("--folder", type=Path, help="where; default: the system's temporary folder")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        engine = open_database(folder)
        path = folder / DATABASE_NAME
        number = fill(engine, path, options.mb, rng)
        engine.dispose()
        engine = open_database(folder)
        first_mb = path.stat().st_size / 1e6
        rows = ["| beside | p50 ms | p95 | p99 | worst | parts | backup took s |", "|---|---|---|---|---|---|---|"]
        end = time.perf_counter() + options.seconds
        times, number = beside(engine, number, options.rate, rng, lambda: time.perf_counter() < end)
        rows.append(line("no backup", times))
        for pages, pause_s in SETTINGS:
            copies.PAGES_A_STEP = pages
            took: list[float] = []

            def back_up(pause_s: float = pause_s, took: list[float] = took) -> None:
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
                start = time.perf_counter()
                copies.copy_database(path, folder / "backups" / "b.sqlite", pause_s).unlink()
                took.append(time.perf_counter() - start)

            all_times: list[float] = []
            for _ in range(1 if pause_s else 4):
                thread = threading.Thread(target=back_up)
                thread.start()
                times, number = beside(engine, number, options.rate, rng, thread.is_alive)
                all_times += times
            words = "in one step" if pages < 0 else f"{pages} pages a step, {1e3 * pause_s:.0f} ms pause"
            rows.append(line(words, all_times, f"{np.mean(took):.1f}"))
        log_mb = path.with_name(f"{DATABASE_NAME}-wal").stat().st_size / 1e6
        start = time.perf_counter()
        assert quick_check(path) == ""
        check_s = time.perf_counter() - start
        size_mb = path.stat().st_size / 1e6
        engine.dispose()
    words = f"{first_mb:.0f} to {size_mb:.0f} MB, {options.rate:g} parts a second of {N_REGIONS} vectors; {os.cpu_count()} processors, {platform.machine()}"
    text = "\n".join([words, "", *rows, "", f"quick_check {check_s:.2f} s; the write-ahead log at the end {log_mb:.0f} MB"])
    print(text)
    if options.write is not None:
        options.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
