"""How many parts a second does one PostgreSQL take from several stations, and how much disk does a part need there?

    python -m benchmarks.plant [--stations 1 2 4 8] [--parts 6000] [--write docs/plant-speed.md]

A real server (from the test extra), its commits synced to the disk, and stations in processes of their own that forward a backlog: each part with
three pictures' paths, an embedding and the worst case of one review in twenty. Server and stations share this machine, so a plant's own server
takes more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import insert, text

from benchmarks.latency import REPOSITORY
from benchmarks.page import show, when_and_where
from benchmarks.postgres import PASSWORD, USER, Postgres
from station.store.database import open_database
from station.store.journal import append_event
from station.store.plant import PlantDatabase
from station.store.schema import Part, PartEmbedding, PartPicture, PartReview

START = datetime(2026, 3, 2, 6, tzinfo=UTC)


def fill(folder: Path, station: int, parts: int) -> None:
    """A ledger of one station."""
    engine = open_database(folder)
    append_event(engine, "start", f"operator {station}")
    rng = np.random.default_rng(station)
    at = [START + timedelta(seconds=i / 5) for i in range(parts)]
    row = {
        "run": f"{station:032x}", "station": f"station-{station}", "operator": "Sato", "worst_view": "center", "worst_region": "strip 3", "defect": "",
        "reason": "", "recipe": "connector", "recipe_revision": 2, "model": "connector", "model_version": "2", "ok_at_most": 12.0, "ng_above": 20.0,
        "feature_version": "nsoartc-1", "provider": "CPU", "vector_ms": 10.0, "score_ms": 2.0, "judge_ms": 14.0, "kind": "part", "retest_of": None,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(
            insert(Part),
            [
                row
                | {
                    "id": i + 1, "shot_number": i + 1, "lot": f"L{i // 500:05d}", "serial": f"S{station:03d}{i:07d}", "taken_at": at[i],
                    "recorded_at": at[i], "judgement": "OK", "score": float(rng.lognormal(1.8, 0.3)),
                }
                for i in range(parts)
            ],
        )  # fmt: skip
        views = ("center", "left", "right")
        connection.execute(
            insert(PartPicture), [{"part_id": i + 1, "view": v, "path": f"2026-03-02/{station}-{i:06d}-{v}.jpg"} for i in range(parts) for v in views]
        )
        connection.execute(
            insert(PartEmbedding),
            [{"part_id": i + 1, "model": "connector", "model_version": "2", "embedding": rng.bytes(256)} for i in range(parts)],
        )
        connection.execute(
            insert(PartReview),
            [{"part_id": i + 1, "at": at[i], "reviewer": "Mori", "truth": "OK", "mode": "", "comment": ""} for i in range(0, parts, 20)],
        )
    engine.dispose()


def forward(folder: Path, url: str, start_at: float) -> None:
    """In the child: from a given moment on, until nothing waits."""
    engine = open_database(folder)
    plant = PlantDatabase(url, USER, PASSWORD, folder.name, with_vectors=False, timeout_s=30)
    plant.open(engine)
    time.sleep(max(0.0, start_at - time.time()))
    start = time.time()
    while plant.copy(engine)[1]:
        pass
    plant.close()
    engine.dispose()
    print(json.dumps([start, time.time()]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stations", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--parts", type=int, default=6000, help="a station")
    parser.add_argument("--child", nargs=3, metavar=("FOLDER", "URL", "START"), help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if options.child is not None:
        forward(Path(options.child[0]), options.child[1], float(options.child[2]))
        return
    lines, bytes_a_part = [], 0.0
    server = Postgres(is_durable=True)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as name:
            folders = [Path(name) / f"station-{i}" for i in range(max(options.stations))]
            for i, folder in enumerate(folders):
                folder.mkdir()
                fill(folder, i, options.parts)
            for n in options.stations:
                url = server.new_database()
                start_at = time.time() + 3 + n
                command = [sys.executable, "-m", "benchmarks.plant", "--child"]
                running = [
                    subprocess.Popen([*command, str(folder), url, str(start_at)], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
                    for folder in folders[:n]
                ]
                spans = np.array([json.loads(process.communicate()[0]) for process in running])
                seconds = spans[:, 1].max() - spans[:, 0].min()
                engine = server.engine(url)
                with engine.connect() as connection:
                    found = connection.scalar(text("SELECT count(*) FROM inspection_part"))
                    size = connection.scalar(text("SELECT pg_database_size(current_database())"))
                engine.dispose()
                assert found == n * options.parts, (found, n * options.parts)
                bytes_a_part = float(size) / found
                lines.append(f"| {n} | {n * options.parts} | {seconds:.1f} | {n * options.parts / seconds:.0f} | {bytes_a_part / 1000:.1f} |")
                print(lines[-1], file=sys.stderr, flush=True)
    finally:
        server.end()
    show(
        [
            "# The plant's record store: speed",
            "",
            f"Made by `python -m benchmarks.plant --stations {' '.join(map(str, options.stations))} --parts {options.parts} --write docs/plant-speed.md`, {when_and_where()}. PostgreSQL on the same machine, commits synced;",
            "each part with three pictures' paths, its embedding, one review in twenty; nothing is missing in any row.",
            "",
            "| stations at once | parts | seconds | parts a second | kB a part in the plant |",
            "|---|---|---|---|---|",
            *lines,
        ],
        options.write,
    )


if __name__ == "__main__":
    main()
