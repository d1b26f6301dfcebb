"""How long from shot to recorded, and how many parts a second, with full-HD views? The real line, pictures kept.

    python -m benchmarks.line [--views 3] [--regions 9] [--size 1920x1080] [--no-alignment] [--binning 2] [--format jpg|png] [--n 300] [--append docs/line-speed.md]

Capture, judge and writer threads, frame checks, alignment, vectors, a network of the usual size in ONNX Runtime, pictures and
rows synced to this disk. The pictures are drawn beforehand and replayed from memory; the model is taught on them, its network's
weights are drawn at random, since times do not depend on them. The line runs in a process of its own, so that its memory can
be told from that of the preparation. Times in milliseconds.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import dataclasses
import itertools
import json
import math
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import psutil

from benchmarks.latency import REPOSITORY, Replay, scratch
from benchmarks.page import append, when_and_where
from models.bundle import new_manifest, publish_bundle
from models.features import FeatureExtractor
from models.golden import Golden
from models.graph import NetworkScore
from models.network import EMBEDDING_LENGTH, Mahalanobis, Network
from models.nsoartc import VECTOR_LENGTH
from models.onnx_nodes import rounded
from models.recipe import Recipe, Trigger, read_recipe
from models.region_scale import RegionScale
from models.registry import Registry
from models.scorer import Scorer
from models.thresholds import Target
from station.cameras.simulated import SimulatedCamera
from station.config import Config
from station.frame_check import FrameChecks
from station.inspector import Inspection, Inspector
from station.line import Line
from station.shot import Frame, now
from station.store.database import open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.teaching import GoodPart, teach

N_TAUGHT, N_SHOTS, WARM_UP = 16, 12, 20
VIEWS = ("center", "left", "right", "top", "bottom")
PERCENTILES = (50, 95, 99, 100)


def recipe_text(views: int, regions: int, width: int, height: int, is_aligned: bool, binning: int = 1) -> str:
    """A recipe whose regions lie on the simulated connector, a grid as near to square as may be of whole multiples of 80 x 45 px."""
    columns = math.ceil(math.sqrt(regions))
    rows = math.ceil(regions / columns)
    area = [round(share * side) for share, side in ((0.08, width), (0.26, height), (0.84, width), (0.48, height))]
    cell = [max(unit, length // n // unit * unit) for length, n, unit in ((area[2], columns, 80), (area[3], rows, 45))]
    text = f'name = "bench"\nrevision = 1\ntitle = "Bench"\nmodel = "bench"\n[alignment]\nenabled = {str(is_aligned).lower()}\n'
    for view in VIEWS[:views]:
        text += f'[[views]]\nname = "{view}"\nwidth = {width}\nheight = {height}\nreference = "{view}.png"\nbinning = {binning}\n'
        for row in range(rows):
            text += (
                f'[[views.grids]]\nname = "row{row + 1}"\nleft = {area[0]}\ntop = {area[1] + row * (area[3] - cell[1]) // max(1, rows - 1)}\n'
                f"width = {area[2]}\nheight = {cell[1]}\nrows = 1\ncolumns = {min(columns, regions - row * columns)}\n"
                f"cell_width = {cell[0]}\ncell_height = {cell[1]}\n"
            )
    return text


def prepare(folder: Path, options: argparse.Namespace) -> None:
    """recipe.toml, its references, shots.npy and a store with a model, in a folder."""
    width, height = map(int, options.size.split("x"))
    camera = SimulatedCamera(VIEWS[: options.views], width, height, defect_rate=0.0, seed=11)
    camera.open()
    parts = [{f.view: f.picture for f in camera.shoot()} for _ in range(N_TAUGHT)]
    np.save(folder / "shots.npy", np.stack([np.stack(list(part.values())) for part in parts[:N_SHOTS]]))
    (folder / "recipe.toml").write_text(
        recipe_text(options.views, options.regions, width, height, options.is_aligned, options.binning), encoding="utf-8"
    )
    for view in VIEWS[: options.views]:
        mean = np.mean([cv2.GaussianBlur(part[view], (0, 0), 2) for part in parts], 0)
        cv2.imwrite(str(folder / f"{view}.png"), np.rint(mean).astype(np.uint8))
    recipe = read_recipe(folder / "recipe.toml")
    lesson = teach(recipe, [GoodPart(str(i), "bench", part) for i, part in enumerate(parts)], Target(), told=lambda *_: None)
    rng = np.random.default_rng(0)
    sizes = (VECTOR_LENGTH, 512, 256, EMBEDDING_LENGTH)
    layers = [(rounded(rng.normal(0, n**-0.5, (n, m)).astype(np.float32)), np.zeros(m, np.float32)) for n, m in itertools.pairwise(sizes)]
    anchors = rng.normal(0, 1, (2, EMBEDDING_LENGTH)).astype(np.float32)
    network = Network(tuple(layers), Mahalanobis(anchors, anchors[0], np.eye(EMBEDDING_LENGTH, dtype=np.float32)))
    n = len(recipe.regions)
    scale = RegionScale(np.zeros(n, np.float32), np.ones(n, np.float32))
    model = dataclasses.replace(lesson.taught.model, network=NetworkScore(network, scale))
    score = model.evaluate(lesson.features[0].vectors, np.arange(n)).score
    golden = Golden(lesson.features[0].pictures, lesson.features[0].vectors, score)
    about = {
        "kind": "triplet", "thresholds": {"ok_at_most": 1e6, "ng_above": 2e6}, "calibration": lesson.taught.calibration, "unit_spaces": ("good", "X"),
        "data_fingerprint": "0", "trainer_version": "bench", "git_commit": "none",
    }  # fmt: skip
    registry = Registry(folder / "store", folder / "state")
    publish_bundle(registry, new_manifest(registry, "bench", recipe, about), model, [golden], lambda report: report.mkdir())


class Clock:
    """The line's listener: times of each part from trigger to recorded, and of its stages; from the WARM_UP-th part on rate and processor time."""

    def __init__(self) -> None:
        self.rows: list[dict[str, float]] = []
        self.heard = threading.Event()
        self.over = threading.Event()
        self.start_s = self.start_cpu_s = self.end_s = self.end_cpu_s = 0.0

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        """One more."""
        if inspection.verdict.judgement != "OK":
            print(f"part {part_id}: {inspection.verdict.judgement}: {inspection.verdict.reason}", file=sys.stderr)
            os._exit(1)
        self.end_s, self.end_cpu_s = time.monotonic(), time.process_time()
        self.rows.append({"shot to recorded": 1e3 * (self.end_s - inspection.shot.ticket.accepted_s)} | inspection.stages_ms)
        if len(self.rows) == WARM_UP:
            self.start_s, self.start_cpu_s = self.end_s, self.end_cpu_s
        self.heard.set()

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        """Ends the benchmark: nothing that was measured would be true."""
        print(f"part {inspection.shot.ticket.number}: {reason}", file=sys.stderr)
        os._exit(1)

    def fault(self, source: str, message: str) -> None:
        """Said."""
        if message:
            print(f"{source}: {message}", file=sys.stderr)

    def ended(self) -> None:
        """No part more is taken."""
        self.over.set()


def inspector_of(folder: Path, provider: str) -> Inspector:
    """What `prepare` made, ready to judge."""
    recipe: Recipe = read_recipe(folder / "recipe.toml")
    registry = Registry(folder / "store", folder / "state")
    return Inspector(recipe, FeatureExtractor(recipe), Scorer(registry.folder("bench", registry.versions("bench")[-1]), provider))  # type: ignore[arg-type]


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """In the child: one at a time, then as fast as it goes."""
    cv2.setNumThreads(1)
    before = psutil.Process().memory_info().rss / 2**20
    inspector = inspector_of(folder, options.provider)
    recipe = inspector.extractor.recipe
    drawn = np.load(folder / "shots.npy")
    shots = [tuple(Frame(v, p, now()) for v, p in zip(recipe.view_names, pictures, strict=True)) for pictures in drawn]
    times: dict[str, object] = {"before": before, "drawn": drawn.nbytes / 2**20, "provider": inspector.judge.provider}
    for name, n in (("one at a time", options.n), ("as fast as it goes", options.n)):
        with scratch() as data:
            engine = open_database(Path(data))
            clock = Clock()
            pictures = PictureStore(Path(data) / "pictures", options.format)
            camera, checks = Replay(shots), FrameChecks(Config().camera.checks, recipe)
            journal = Journal(engine, pictures, "bench", "run")
            trigger = Trigger(mode="manual") if name == "one at a time" else Trigger(mode="interval", interval_ms=0)
            line = Line(camera, inspector, journal, clock, trigger, max_parts=n + WARM_UP, checks=checks, taken=journal.begin)
            line.start()
            for _ in range(n + WARM_UP if name == "one at a time" else 0):
                clock.heard.clear()
                line.trigger()
                if not clock.heard.wait(10):
                    raise SystemExit("a shot was not recorded within 10 s")
                time.sleep(0.01)
            clock.over.wait()
            line.stop()
            engine.dispose()
        measured = clock.rows[WARM_UP:]
        times[name] = {
            stage: [round(float(p), 2) for p in np.nanpercentile([row.get(stage, math.nan) for row in measured], PERCENTILES)]
            for stage in measured[-1]
        }
        times[f"{name}: rate"] = len(measured) / (clock.end_s - clock.start_s)
        times[f"{name}: cpu"] = 1e3 * (clock.end_cpu_s - clock.start_cpu_s) / len(measured)
    times["peak"] = int(next(row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM")).split()[1]) / 1024
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=int, default=3, choices=range(1, 6))
    parser.add_argument("--regions", type=int, default=9, help="a view")
    parser.add_argument("--size", default="1920x1080", help="of a picture [px]")
    parser.add_argument("--no-alignment", dest="is_aligned", action="store_false")
    parser.add_argument("--binning", type=int, default=1, help="of each view")
    parser.add_argument("--format", default="jpg", choices=("jpg", "png"))
    parser.add_argument("--provider", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of the table")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--append", type=Path, help="Markdown file to append the table to")
    options = parser.parse_args()
    if options.child is not None:
        print(json.dumps(measure(options.child, options)))
        return
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), options)
        command = [
            sys.executable,
            "-m",
            "benchmarks.line",
            "--child",
            folder,
            "--n",
            str(options.n),
            "--format",
            options.format,
            "--provider",
            options.provider,
        ]
        times = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=REPOSITORY, text=True).stdout)
    if options.json:
        print(json.dumps(times))
        return
    what = f"{options.views} views of {options.size} px, {options.regions} regions each, {'aligned' if options.is_aligned else 'not aligned'}, binning {options.binning}, {options.format}"
    lines = [
        f"### {what}: {when_and_where()}, {times['provider']}",
        "",
        f"| [ms], n = {options.n} | p50 | p95 | p99 | worst |",
        "|---|---|---|---|---|",
    ]
    for name in ("one at a time", "as fast as it goes"):
        lines += [f"| {stage}, {name} | {' | '.join(f'{p:.1f}' for p in row)} |" for stage, row in times[name].items()]
    lines += [
        "",
        f"{times['as fast as it goes: rate']:.1f} parts a second as fast as it goes, at {times['as fast as it goes: cpu']:.1f} ms of processor a part; peak memory {times['peak']:.0f} MB, of which {times['drawn']:.0f} MB "
        "are the drawn pictures.",
    ]
    append(lines, options.append)


if __name__ == "__main__":
    main()
