"""What does making room cost the parts that are recorded meanwhile?

    python -m benchmarks.retention [--pictures 6000] [--thinned 600] [--rate 10] [--folder DIR]

Pictures of 110 kB of old OK parts are deleted by one pass of retention, and the 45 vectors of some of them emptied by another, while parts of
45 vectors are recorded at a fixed rate; commit times as in benchmarks.backup, first without and then beside each pass.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.backup import beside, line
from station.store.database import open_database
from station.store.journal import append_event
from station.store.retention import Pass, Retention, Rules
from tests.station.recorded import part, write_parts, write_regions

DAYS = 6
PICTURE = 110_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=6000)
    parser.add_argument("--thinned", type=int, default=600, help="parts whose vectors are emptied")
    parser.add_argument("--rate", type=float, default=10.0, help="parts a second")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        engine = open_database(folder)
        append_event(engine, "start")
        write_parts(engine, [part(n, run="old") for n in range(1, options.pictures + 1)])
        for n in range(1, options.pictures + 1):
            day = folder / "pictures" / (now - timedelta(days=40 + n * DAYS // options.pictures)).date().isoformat()
            day.mkdir(parents=True, exist_ok=True)
            file = day / f"old-{n:06d}-front.png"
            file.write_bytes(rng.bytes(PICTURE))
            os.utime(file, (0, 0))  # what was written within the last hour is never deleted
        for n in range(1, options.thinned + 1):
            write_regions(engine, n, 45)
        os.sync()
        end = time.perf_counter() + 15
        times, number = beside(engine, options.pictures, options.rate, rng, lambda: time.perf_counter() < end)
        print(line("no retention", times))
        for rules in (Rules(30, 365, 3650, 0.0, 0.0), Rules(0, 0, 0, 0.0, 0.0, keep_days_vectors=90)):
            done: list[Pass] = []
            took: list[float] = []
            thread = threading.Thread(target=run_pass, args=(Retention(engine, folder / "pictures", rules), done, took))
            thread.start()
            times, number = beside(engine, number, options.rate, rng, thread.is_alive)
            print(line(f"{done[0].n_files} pictures deleted, vectors of {done[0].thinned} parts emptied", times, f"{took[0]:.1f}"))
        engine.dispose()


def run_pass(retention: Retention, done: list[Pass], took: list[float]) -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    start = time.perf_counter()
    done.append(retention.run())
    took.append(time.perf_counter() - start)


if __name__ == "__main__":
    main()
