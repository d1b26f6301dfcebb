"""What does a shadow cost the line, and what does a replay?

    python -m benchmarks.shadow [--blocks 12] [--parts 40] [--rate 5] [--provider auto|cpu|cuda]

The shipped recipe and model, the simulated camera, PNG and SQLite on this disk. Blocks of parts alternate without anything,
with a shadow (the same network once more, under another version number) and with a replay of recorded parts, so that
what else the machine does falls on all alike. Prints p50 and p99 of judging and of shot to recorded, in milliseconds.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import itertools
import platform
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from benchmarks.latency import REPOSITORY, Clock, Replay, scratch
from models.manifest import Thresholds, read_manifest
from models.recipe import Trigger, find_recipe
from models.registry import Registry
from models.rethreshold import Basis, publish_with_thresholds
from station.cameras.simulated import SimulatedCamera
from station.fan_out import FanOut
from station.inspector import Inspection
from station.line import Line
from station.model_watch import Loader
from station.priority import give_way
from station.shadow import Shadow
from station.store import trials
from station.store.database import open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.trial import Rejudge, replay


class Stages(Clock):
    """Keeps judging times too."""

    def __init__(self) -> None:
        super().__init__()
        self.judging: list[float] = []

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        self.judging.append(inspection.stages_ms["judge"])
        super().recorded(part_id, inspection)


class Ended(Exception):
    """The block is over."""


def replaying(work: Callable[[Callable[[float, str], None]], object], over: threading.Event) -> threading.Thread:
    def tell(_share: float, _text: str) -> None:
        if over.is_set():
            raise Ended

    def run() -> None:
        give_way()
        while not over.is_set():
            try:
                work(tell)
            except Ended:
                return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=int, default=12, help="of each kind")
    parser.add_argument("--parts", type=int, default=40, help="in each block")
    parser.add_argument("--rate", type=float, default=5.0, help="parts a second")
    parser.add_argument("--provider", choices=("auto", "cpu", "cuda"), default="auto")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    recipe = find_recipe("connector", REPOSITORY / "station" / "recipes")
    camera = SimulatedCamera(seed=11)
    camera.open()
    shots = [camera.shoot() for _ in range(40)]
    with scratch() as name:
        folder = Path(name)
        shutil.copytree(REPOSITORY / "models" / "store", folder / "store")
        registry = Registry(folder / "store", folder / "active")
        version = registry.versions("connector")[-1]
        limits = read_manifest(registry.folder("connector", version)).thresholds
        other = publish_with_thresholds(
            registry, "connector", version, Thresholds(ok_at_most=limits.ok_at_most / 2, ng_above=limits.ng_above), Basis(1, 0, (), "", ())
        ).version
        loader = Loader(registry, recipe, options.provider, options.provider == "cuda")
        engine = open_database(folder)
        shadow, clock = Shadow(engine), Stages()
        pictures = PictureStore(folder / "pictures")
        inspector = loader.load(version)
        journal = Journal(engine, pictures, "bench", "run")
        line = Line(Replay(shots), inspector, journal, FanOut(clock, shadow), Trigger(mode="manual"), taken=journal.begin)
        line.start()
        candidate = loader.load(other)
        rejudge = Rejudge(candidate, engine, pictures.folder)

        def parts(n: int) -> tuple[np.ndarray, np.ndarray]:
            first = len(clock.times)
            for _ in range(n):
                begun = time.perf_counter()
                number = len(clock.times) + 1
                clock.recorded_one.clear()
                clock.started[number] = time.perf_counter()
                line.trigger()
                if not clock.recorded_one.wait(10):
                    raise SystemExit(f"shot {number} was not recorded within 10 s")
                time.sleep(max(0.0, 1 / options.rate - (time.perf_counter() - begun)))
            return np.array(clock.judging[first:]), np.array(clock.times[first:]) * 1e3

        parts(20)  # warm-up
        found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {"alone": [], "with a shadow": [], "with a replay": []}
        skipped = written = 0
        for _, kind in itertools.product(range(options.blocks), found):
            over = threading.Event()
            thread = None
            if kind == "with a shadow":
                shadow.start(candidate)
            elif kind == "with a replay":
                stored = trials.stored_parts(engine, trials.Period(), recipe.name, 200)
                thread = replaying(lambda tell, stored=stored: replay(stored, rejudge, tell), over)
            found[kind].append(parts(options.parts))
            over.set()
            if thread is not None:
                thread.join(10)
            count = shadow.stop()
            skipped, written = skipped + count.skipped, written + count.written
        line.stop()
        engine.dispose()
    print(
        f"{options.rate:g} parts a second, {os.cpu_count()} cores {platform.machine()}, scored on {inspector.scorer.provider}; shadow: {written} rows, {skipped} skipped"
    )
    print("| line | judging p50 [ms] | p99 | worst | shot to recorded p50 [ms] | p99 | worst | n |\n|---|---|---|---|---|---|---|---|")
    base = None
    for kind, blocks in found.items():
        judging, recorded = (np.concatenate(column) for column in zip(*blocks, strict=True))
        cells = [f"{value:.1f}" for times in (judging, recorded) for value in (*np.percentile(times, [50, 99]), times.max())]
        print(f"| {kind} | {' | '.join(cells)} | {len(judging)} |")
        # block by block against the neighbour without anything: what the rest of the machine does cancels out
        medians = np.array([np.median(block[0]) for block in blocks])
        base = medians if base is None else base
        if kind != "alone":
            change = medians / base - 1
            print(
                f"|   {kind}, median judging against the block before | {np.median(change):+.1%} (quartiles {np.percentile(change, 25):+.1%} to {np.percentile(change, 75):+.1%}) |"
            )


if __name__ == "__main__":
    main()
