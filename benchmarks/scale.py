"""What does a part cost with more regions, more views, larger pictures; and what happens when parts come faster than they can be judged?

    python -m benchmarks.scale [--n 60] [--seconds 12] [--write docs/scale.md]

The line of `benchmarks.line` (frame checks, alignment, vectors, network, JPEG pictures, synced rows), each size in a process of its
own: first one part at a time, then as fast as it goes. Then three full-HD views of nine regions at given rates: how many triggers are accepted,
how many refused, and how long an accepted part takes.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np

from benchmarks.latency import REPOSITORY, Replay, scratch
from benchmarks.line import Clock, inspector_of, prepare
from benchmarks.page import show, when_and_where
from models.recipe import Trigger
from station.config import Config
from station.frame_check import FrameChecks
from station.line import Line, LineBusy
from station.shot import Frame, now
from station.store.database import open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore

mpl.use("Agg")
import matplotlib.pyplot as plt

SIZES = (  # views, regions a view, width, height, binning
    *((3, n, 640, 360, 1) for n in (1, 9, 45, 100, 333)),
    *((n, 9, 1920, 1080, 2) for n in (1, 2, 3, 4, 5)),
    *((3, 9, *size, binning) for size, binning in (((640, 360), 1), ((1280, 720), 1), ((1920, 1080), 1), ((2592, 1944), 2))),
)
RATES = (5, 10, 20, 30, 40, 60, 100)


def at_rates(folder: Path, seconds: float) -> list[dict[str, float]]:
    """In the child: one row a rate."""
    cv2.setNumThreads(1)
    inspector = inspector_of(folder, "auto")
    recipe = inspector.extractor.recipe
    shots = [tuple(Frame(v, p, now()) for v, p in zip(recipe.view_names, part, strict=True)) for part in np.load(folder / "shots.npy")]
    rows = []
    for rate in RATES:
        with scratch() as data:
            engine, clock = open_database(Path(data)), Clock()
            journal = Journal(engine, PictureStore(Path(data) / "pictures", "jpg"), "bench", "run")
            line = Line(
                Replay(shots),
                inspector,
                journal,
                clock,
                Trigger(mode="manual"),
                checks=FrameChecks(Config().camera.checks, recipe),
                taken=journal.begin,
            )
            line.start()
            time.sleep(1)
            start, offered = time.monotonic(), 0
            while time.monotonic() < start + seconds:
                with contextlib.suppress(LineBusy):  # counted by the line
                    line.trigger()
                offered += 1
                time.sleep(max(0.0, start + offered / rate - time.monotonic()))
            line.stop()
            engine.dispose()
        took = np.array([row["shot to recorded"] for row in clock.rows])
        p50, p99, worst = np.percentile(took, [50, 99, 100])
        rows.append(
            {
                "rate": rate,
                "offered": offered / seconds,
                "refused": line.refused / offered,
                "recorded": len(took) / seconds,
                "p50": p50,
                "p99": p99,
                "worst": worst,
            }
        )
    return rows


def draw(points: list[tuple[int, int, int, int, float, float]], rates: list[dict[str, float]], path: Path) -> None:
    """Three panels: against regions, against views, and asked rate against recorded rate and time."""
    figure, panels = plt.subplots(1, 3, figsize=(12, 3.6))
    of_regions = [p for p in points if p[0] == 3 and p[2] == 640]
    of_views = [p for p in points if p[1] == 9 * p[0] and p[2] == 1920 and p[3] == 2]
    for panel, rows, column, label in (
        (panels[0], of_regions, 1, "regions, three views of 640 × 360 px"),
        (panels[1], of_views, 0, "full-HD views of nine regions, binning 2"),
    ):
        rows = sorted(set(rows))
        for place, name in ((4, "p50"), (5, "p99")):
            panel.plot([row[column] for row in rows], [row[place] for row in rows], marker="o", label=name)
        panel.set_xlabel(label)
        panel.set_ylabel("shot to recorded [ms]")
    panels[2].plot([r["rate"] for r in rates], [r["recorded"] for r in rates], marker="o")
    panels[2].set_ylabel("recorded [parts/s]", color="C0")
    panels[2].set_xlabel("triggers asked [1/s]")
    beside = panels[2].twinx()
    beside.plot([r["rate"] for r in rates], [r["p99"] for r in rates], marker="s", color="C1")
    beside.set_ylabel("shot to recorded p99 [ms]", color="C1")
    beside.set_ylim(bottom=0)
    for panel in panels:
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.3)
        if panel is not panels[2]:
            panel.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=90)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=60, help="parts a size")
    parser.add_argument("--seconds", type=float, default=12, help="a rate")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if options.child is not None:
        print(json.dumps(at_rates(options.child, options.seconds)))
        return
    sizes: list[str] = []
    points: list[tuple[int, int, int, int, float, float]] = []  # views, regions, width, binning, p50, p99
    for views, regions, width, height, binning in SIZES:
        command = [sys.executable, "-m", "benchmarks.line", "--json", "--views", str(views), "--regions", str(regions), "--n", str(options.n)]
        command += ["--size", f"{width}x{height}", "--binning", str(binning)]
        found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=REPOSITORY, text=True).stdout.splitlines()[-1])
        one = found["one at a time"]
        cells = [f"{one[stage][0]:.1f}" for stage in ("shot to recorded", "align", "thumbnail", "nsoartc", "score", "encode", "commit")]
        sizes.append(
            f"| {views} | {views * regions} | {width} × {height} | {binning} | {' | '.join(cells)} | {one['shot to recorded'][2]:.0f} "
            f"| {found['as fast as it goes: rate']:.0f} | {found['peak']:.0f} |"
        )
        points.append((views, views * regions, width, binning, one["shot to recorded"][0], one["shot to recorded"][2]))
        print(sizes[-1], file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        what = argparse.Namespace(size="1920x1080", views=3, regions=9, format="jpg", provider="auto", is_aligned=True, binning=2)
        prepare(Path(folder), what)
        command = [sys.executable, "-m", "benchmarks.scale", "--child", folder, "--seconds", str(options.seconds)]
        rates = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=REPOSITORY, text=True).stdout.splitlines()[-1])
    picture = []
    if options.write is not None:
        draw(points, rates, options.write.with_suffix(".png"))
        picture = ["", f"![cost against regions and views, and what happens past saturation]({options.write.with_suffix('.png').name})"]
    show(
        [
            "# Scale",
            "",
            f"Made by `python -m benchmarks.scale --n {options.n} --seconds {options.seconds:g} --write docs/scale.md`, {when_and_where()}, CPU. n = {options.n} parts a row, aligned, pictures as JPEG 95,",
            "everything synced to disk. Milliseconds, p50 of one part at a time; p99 of the whole; parts a second as fast as it goes.",
            "",
            "| views | regions | picture [px] | binning | shot to recorded | align | thumbnails | nsoartc | score | encode | commit | p99 | parts/s | peak [MB] |",
            "|---" * 14 + "|",
            *sizes,
            "",
            f"Three full-HD views of nine regions, binning 2, triggered at a steady rate for {options.seconds:g} s each:",
            "",
            "| asked [parts/s] | triggers [1/s] | refused | recorded [parts/s] | shot to recorded p50 [ms] | p99 | worst |",
            "|---|---|---|---|---|---|---|",
            *(
                f"| {row['rate']} | {row['offered']:.1f} | {row['refused']:.1%} | {row['recorded']:.1f} | {row['p50']:.0f} | {row['p99']:.0f} | {row['worst']:.0f} |"
                for row in rates
            ),
            *picture,
        ],
        options.write,
    )


if __name__ == "__main__":
    main()
