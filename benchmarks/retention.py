"""What does deleting pictures cost the parts that are recorded meanwhile?

    python -m benchmarks.retention [--pictures 6000] [--rate 10] [--folder DIR]

Pictures of 110 kB of old OK parts are deleted by one pass of retention while parts of 45 vectors are recorded at a fixed rate; commit times
as in benchmarks.backup, first without and then beside the pass.
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
from tests.station.recorded import part, write_parts

DAYS = 6
PICTURE = 110_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=6000)
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
        os.sync()
        end = time.perf_counter() + 15
        times, number = beside(engine, options.pictures, options.rate, rng, lambda: time.perf_counter() < end)
        print(line("no retention", times))
        done: list[Pass] = []
        took: list[float] = []

        def delete() -> None:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
            start = time.perf_counter()
            done.append(Retention(engine, folder / "pictures", Rules(30, 365, 3650, 0.0, 0.0)).run())
            took.append(time.perf_counter() - start)

        thread = threading.Thread(target=delete)
        thread.start()
        times, _ = beside(engine, number, options.rate, rng, thread.is_alive)
        print(line(f"{done[0].n_files} pictures deleted", times, f"{took[0]:.1f}"))
        engine.dispose()


if __name__ == "__main__":
    main()
