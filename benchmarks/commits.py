"""Does a ledger of ten million parts still take the next one as quickly as an empty one, and answer QA?

    python -m benchmarks.commits [--rows 10000000] [--n 600] [--write docs/ten-million.md]

A ledger filled through the real schema (see benchmarks.records), an empty one beside it on the same disk; then real parts of 45
regions with their vectors are recorded by the real journal, synchronous = FULL, turn about in the one and the other, ten a
second. Pictures are not among them: they are written before. Afterwards QA's first pages are asked of the large one.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from sqlalchemy import Engine

from benchmarks.latency import REPOSITORY
from benchmarks.page import show, when_and_where
from benchmarks.records import fill, line, questions, real_embeddings, room_for, timed
from models.features import FeatureExtractor
from models.recipe import find_recipe
from models.registry import Registry
from models.scorer import Scorer
from station.cameras.simulated import SimulatedCamera
from station.inspector import Inspection, Inspector
from station.shot import Shot, Ticket
from station.store.database import DATABASE_NAME, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore

PAUSE_S = 0.1
WARM_UP = 20
PERCENTILES = (50, 95, 99, 100)


def inspections(n: int) -> list[Inspection]:
    """Of simulated parts, by the shipped model; without their pictures."""
    cv2.setNumThreads(1)
    recipe = find_recipe("connector", REPOSITORY / "station" / "recipes")
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(REPOSITORY / "models" / "store", Path(folder))
        scorer = Scorer(registry.folder("connector", registry.versions("connector")[-1]), provider="cpu")
    inspector = Inspector(recipe, FeatureExtractor(recipe), scorer)
    camera = SimulatedCamera(recipe.view_names, defect_rate=0.1, seed=4)
    camera.open()
    found = [inspector.inspect(Shot(Ticket(1, "", "", ""), camera.shoot())) for _ in range(n)]
    camera.close()
    return found


def record(ledgers: dict[str, Engine], n: int, folder: Path) -> dict[str, np.ndarray]:
    """Milliseconds of each commit, by ledger, turn about."""
    judged = inspections(20)
    rng = np.random.default_rng(5)
    journals = {name: Journal(engine, PictureStore(folder / "pictures"), "bench", f"run of {name}") for name, engine in ledgers.items()}
    times: dict[str, list[float]] = {name: [] for name in ledgers}
    for number in range(1, n + WARM_UP + 1):
        one = judged[number % len(judged)]
        for name, journal in journals.items():
            ticket = Ticket(number, f"L{rng.integers(10_000):05d}", "Ann", f"S{rng.integers(100_000_000):08d}")
            start = time.perf_counter()
            journal.record(dataclasses.replace(one, shot=Shot(ticket, ())))
            if number > WARM_UP:
                times[name].append(1e3 * (time.perf_counter() - start))
            time.sleep(PAUSE_S)
    return {name: np.array(found) for name, found in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000, help="parts in the large ledger")
    parser.add_argument("--n", type=int, default=600, help="parts recorded in each")
    parser.add_argument("--write", type=Path, help="page to write")
    options = parser.parse_args()
    with room_for(options.rows) as name:
        folder = Path(name)
        (folder / "large").mkdir()
        start = time.perf_counter()
        large = fill(folder / "large", options.rows, real_embeddings(400))
        filled_s = time.perf_counter() - start
        size = (folder / "large" / DATABASE_NAME).stat().st_size
        os.sync()
        time.sleep(5)  # what was filled is on disk: the commits measured are alone there
        ledgers = {"empty": open_database(folder / "empty"), "large": large}
        times = record(ledgers, options.n, folder)
        asked = []
        for question, call in questions(large, options.rows, np.random.default_rng(2)):
            if question.startswith(("first page", "a page in the middle")):
                asked.append(line(question, timed(call, 5)))
                print(asked[-1], file=sys.stderr, flush=True)
        for engine in ledgers.values():
            engine.dispose()
    spread = {name: np.percentile(found, PERCENTILES) for name, found in times.items()}
    show(
        [
            f"# {options.rows:,} parts in the ledger".replace(",", " "),
            "",
            f"Made by `python -m benchmarks.commits --rows {options.rows} --n {options.n} --write docs/ten-million.md`, {when_and_where()}. {size / 1e9:.1f} GB, filled in {filled_s / 60:.0f} min.",
            "",
            f"| recording a part of 45 regions [ms], n = {options.n} each, turn about | p50 | p95 | p99 | worst |",
            "|---|---|---|---|---|",
            *(f"| {name} ledger | {' | '.join(f'{p:.1f}' for p in found)} |" for name, found in spread.items()),
            f"| times as long | {' | '.join(f'{b / a:.2f}' for a, b in zip(spread['empty'], spread['large'], strict=True))} |",
            "",
            "| question of the large ledger [ms] | p50 | p95 | worst | processor p50 | n |",
            "|---|---|---|---|---|---|",
            *asked,
        ],
        options.write,
    )


if __name__ == "__main__":
    main()
