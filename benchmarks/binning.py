"""What does binning cost in defects found? The simulated connector in full HD, taught, calibrated and tested on three sessions.

    python -m benchmarks.binning [--size 1920x1080] [--regions 9] [--good 40] [--tested 400] [--append docs/line-speed.md]

Unit spaces of good parts alone, as the teach wizard fits them; the OK threshold is the score that 1 of the calibration session's
good parts passes. The same pictures at every binning. Escapes by mode are counted with their 95 % intervals.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from benchmarks.line import VIEWS, recipe_text
from benchmarks.page import append, when_and_where
from models.features import FeatureExtractor
from models.nsoartc import Picture
from models.rates import interval
from models.recipe import Recipe, read_recipe
from models.teaching import deviations_of, teach_good_parts
from models.thresholds import Target
from station.cameras.simulated import SimulatedCamera

SESSIONS = {"taught": 21, "calibration": 22, "tested": 23}
BINNINGS = (1, 2, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--regions", type=int, default=9, help="a view, of three")
    parser.add_argument("--good", type=int, default=40, help="parts taught; three times as many calibrate")
    parser.add_argument("--tested", type=int, default=400)
    parser.add_argument("--append", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        recipes = make_recipes(Path(folder), options.regions, width, height)
        extractors = [FeatureExtractor(recipe) for recipe in recipes]
        vectors: dict[str, list[list[np.ndarray]]] = {}
        modes: list[str] = []
        for session, seed in SESSIONS.items():
            camera = SimulatedCamera(VIEWS[:3], width, height, defect_rate=0.6 if session == "tested" else 0.0, seed=seed)
            camera.open()
            n = {"taught": options.good, "calibration": 3 * options.good, "tested": options.tested}[session]
            vectors[session] = [[] for _ in BINNINGS]
            for number in range(n):
                pictures = {frame.view: frame.picture for frame in camera.shoot()}
                for mine, extractor in zip(vectors[session], extractors, strict=True):
                    mine.append(extractor.extract(pictures).vectors)
                if session == "tested":
                    defect = camera.part(number).defect
                    modes.append(defect.mode if defect else "good")
    lines = [
        f"### What binning costs in defects found: three views of {options.size} px, {options.regions} regions each, {when_and_where()}",
        "",
        "| binning | called defective of good parts | "
        + " | ".join(f"escapes {mode}" for mode in sorted(set(modes) - {"good"}))
        + " | least NG score over threshold |",
        "|---" * (3 + len(set(modes)) - 1) + "|",
    ]
    for i, binning in enumerate(BINNINGS):
        taught = teach_good_parts(np.stack(vectors["taught"][i]), ("taught",), Target())

        def score(session: str, i: int = i, model=taught.model) -> np.ndarray:  # type: ignore[no-untyped-def]
            deviations = deviations_of(model.unit_spaces, np.stack(vectors[session][i])).max((2, 3))
            return ((deviations - model.unit_scale.median) / model.unit_scale.width).max(1)

        limit = np.sort(score("calibration"))[-2]
        passed: dict[str, list[bool]] = defaultdict(list)
        tested = score("tested")
        for mode, value in zip(modes, tested, strict=True):
            passed[mode].append(bool(value <= limit))
        good = passed.pop("good")
        cells = [rate(len(good) - sum(good), len(good)), *(rate(sum(passed[mode]), len(passed[mode])) for mode in sorted(passed))]
        least = min(value for mode, value in zip(modes, tested, strict=True) if mode != "good") / limit
        lines.append(f"| {binning} | {' | '.join(cells)} | {least:.2f} |")
    append(lines, options.append)


def make_recipes(folder: Path, regions: int, width: int, height: int) -> list[Recipe]:
    """One recipe a binning, with the same reference pictures: means of the taught session."""
    camera = SimulatedCamera(VIEWS[:3], width, height, defect_rate=0.0, seed=SESSIONS["taught"])
    camera.open()
    sums: dict[str, list[Picture]] = defaultdict(list)
    for _ in range(8):
        for frame in camera.shoot():
            sums[frame.view].append(cv2.GaussianBlur(frame.picture, (0, 0), 2))  # type: ignore[arg-type]
    for view, pictures in sums.items():
        cv2.imwrite(str(folder / f"{view}.png"), np.rint(np.mean(pictures, 0)).astype(np.uint8))
    recipes = []
    for binning in BINNINGS:
        path = folder / f"bench-{binning}.toml"
        path.write_text(recipe_text(3, regions, width, height, True, binning), encoding="utf-8")
        recipes.append(read_recipe(path))
    return recipes


def rate(wrong: int, n: int) -> str:
    low, high = interval(wrong, n)
    return f"{wrong} of {n} ({low:.1%}–{high:.1%})"


if __name__ == "__main__":
    main()
