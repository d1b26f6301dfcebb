"""How long do the stages take, and how long from shot to recorded?

    python -m benchmarks.latency [--n 300] [--provider auto|cpu|cuda] [--append docs/benchmarks.md]

Prints p50, p95, p99 and worst in milliseconds. Inputs are drawn by seeded generators; drawing is not timed. The last
rows are the real line (capture, judge and writer threads, PNG and SQLite on this disk) with the shipped recipe and model.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from benchmarks.page import append, when_and_where
from models.features import FeatureExtractor
from models.nsoartc import nsoartc, nsoartc_regions, thumbnail
from models.recipe import Trigger, find_recipe
from models.registry import Registry
from models.scorer import Scorer
from station.cameras.simulated import SimulatedCamera
from station.inspector import Inspection, Inspector
from station.line import Line
from station.shot import Frame, now
from station.store.database import open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore

REPOSITORY = Path(__file__).resolve().parent.parent


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for what is measured to write into: on this disk, where the system's may be a RAM disk, and where git does not look."""
    (REPOSITORY / "data").mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(dir=REPOSITORY / "data")


def measure(call: Callable[[], object], n: int) -> np.ndarray:
    for _ in range(max(10, n // 10)):
        call()
    times = np.empty(n)
    for i in range(n):
        start = time.perf_counter()
        call()
        times[i] = time.perf_counter() - start
    return times * 1e3


class Replay:
    """A camera whose pictures were drawn before."""

    def __init__(self, shots: list[tuple[Frame, ...]]) -> None:
        self.views = tuple(f.view for f in shots[0])
        self._shots, self._next = shots, 0

    is_finished = is_live = False

    def open(self) -> None: ...

    def preview(self) -> tuple[Frame, ...]:
        return self._shots[self._next % len(self._shots)]

    def shoot(self) -> tuple[Frame, ...]:
        self._next += 1
        return tuple(Frame(f.view, f.picture, now()) for f in self._shots[self._next % len(self._shots)])

    def close(self) -> None: ...


class Clock:
    """Line listener that times shots from trigger to recorded."""

    def __init__(self) -> None:
        self.started: dict[int, float] = {}
        self.times: list[float] = []
        self.recorded_one = threading.Event()

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        self.times.append(time.perf_counter() - self.started[inspection.shot.ticket.number])
        self.recorded_one.set()

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        raise SystemExit(reason)

    def fault(self, source: str, message: str) -> None:
        if message:
            raise SystemExit(f"{source}: {message}")

    def ended(self) -> None: ...


def shot_to_recorded(inspector: Inspector, shots: list[tuple[Frame, ...]], n: int, pause_s: float) -> np.ndarray:
    with scratch() as folder:
        engine = open_database(Path(folder))
        clock = Clock()
        journal = Journal(engine, PictureStore(Path(folder) / "pictures"), "bench", "run")
        line = Line(Replay(shots), inspector, journal, clock, Trigger(mode="manual"), taken=journal.begin)
        line.start()
        for number in range(1, n + 21):
            clock.recorded_one.clear()
            clock.started[number] = time.perf_counter()
            line.trigger()
            if not clock.recorded_one.wait(10):
                raise SystemExit(f"shot {number} was not recorded within 10 s")
            time.sleep(pause_s)
        line.stop()
        engine.dispose()
    return np.array(clock.times[20:]) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--provider", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--append", type=Path, help="Markdown file to append the table to")
    options = parser.parse_args()
    n = options.n
    cv2.setNumThreads(1)
    rng = np.random.default_rng(0)
    full_hd = rng.integers(0, 256, (1080, 1920), dtype=np.uint8)
    region = rng.integers(0, 256, (180, 320), dtype=np.uint8)
    recipe = find_recipe("connector", REPOSITORY / "station" / "recipes")
    registry = Registry(REPOSITORY / "models" / "store", REPOSITORY / ".none")
    scorer = Scorer(registry.folder("connector", registry.versions("connector")[-1]), options.provider, options.provider == "cuda")
    extractor = FeatureExtractor(recipe)
    inspector = Inspector(recipe, extractor, scorer)
    camera = SimulatedCamera(seed=11)
    camera.open()
    shots = [camera.shoot() for _ in range(40)]
    pictures = {f.view: f.picture for f in shots[0]}
    view = recipe.views[0]
    rectangles = [rectangle for _, rectangle in view.rectangles()]
    features = extractor.extract(pictures)
    vectors, thumbnails = features.vectors, features.thumbnails
    one, zero = vectors[:1], np.zeros(1, np.int64)
    rows: list[tuple[str, np.ndarray]] = [
        ("read every pixel of a full-HD frame once (copy)", measure(full_hd.copy, n)),
        ("full-HD frame to thumbnail", measure(lambda: thumbnail(full_hd), n)),
        ("full-HD frame to vector", measure(lambda: nsoartc(full_hd), n)),
        ("320 x 180 region to vector", measure(lambda: nsoartc(region), n)),
        (f"{len(rectangles)} regions of one 640 x 360 view to vectors", measure(lambda: nsoartc_regions(pictures[view.name], rectangles), n)),
        ("align one 640 x 360 view", measure(lambda: extractor._aligners[view.name].align(pictures[view.name]), n)),
        (f"three views to {len(vectors)} vectors, aligned", measure(lambda: extractor.extract(pictures), n)),
        ("score one vector", measure(lambda: scorer.score(one, zero, thumbnails[:1]), n)),
        (f"score {len(vectors)} vectors", measure(lambda: scorer.score(vectors, thumbnails=thumbnails), n)),
        ("shot to recorded, three aligned views, one part at a time", shot_to_recorded(inspector, shots, n, 0.02)),
        ("shot to recorded, same, 5 parts a second", shot_to_recorded(inspector, shots, min(n, 100), 0.16)),
    ]
    lines = [f"### {when_and_where()}, scored on {scorer.provider}", "", "| stage [ms] | p50 | p95 | p99 | worst | n |", "|---|---|---|---|---|---|"]
    for name, times in rows:
        p50, p95, p99 = np.percentile(times, [50, 95, 99])
        lines.append(f"| {name} | {p50:.2f} | {p95:.2f} | {p99:.2f} | {times.max():.2f} | {len(times)} |")
    append(lines, options.append)


if __name__ == "__main__":
    main()
