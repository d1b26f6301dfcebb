"""CPU and CUDA side by side, vectors by NumPy or by the graph: how long from thumbnails to scores, and do they agree?

    python -m benchmarks.providers [--n 200] [--write docs/providers.md]

The shipped model, real thumbnails of simulated parts repeated to 27 and 135 regions (5 views of 27). Where there is no GPU only the
CPU's rows are made, and the page says so: run it again on a machine that has one.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from benchmarks.latency import REPOSITORY
from benchmarks.page import show, when_and_where
from models.features import FeatureExtractor
from models.recipe import find_recipe
from models.registry import Registry
from models.runtime import has_cuda_driver
from models.scorer import Scorer
from station.cameras.simulated import SimulatedCamera

REGIONS = (27, 45, 135)
WARM_UP = 30


def thumbnails_of(n: int) -> np.ndarray:
    """(n, 45, 80): of one simulated part after the other."""
    recipe = find_recipe("connector", REPOSITORY / "station" / "recipes")
    camera, extractor = SimulatedCamera(recipe.view_names, defect_rate=0.3, seed=5), FeatureExtractor(recipe)
    camera.open()
    rows: list[np.ndarray] = []
    while sum(map(len, rows)) < n:
        rows.append(extractor.see({frame.view: frame.picture for frame in camera.shoot()}).thumbnails)
    return np.concatenate(rows)[:n]


def times(scorer: Scorer, thumbnails: np.ndarray, n: int) -> np.ndarray:
    """(n,) ms from thumbnails to scores, by the scorer's way; regions beyond the manifest's are its first ones again."""
    region = np.arange(len(thumbnails), dtype=np.int64) % len(scorer.manifest.regions)
    found = np.empty(n + WARM_UP)
    for i in range(len(found)):
        start = time.perf_counter()
        scorer.score_thumbnails(thumbnails, region)
        found[i] = 1e3 * (time.perf_counter() - start)
    return found[WARM_UP:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    lines, whole = [], thumbnails_of(max(REGIONS))
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(REPOSITORY / "models" / "store", Path(folder))
        bundle = registry.folder("connector", registry.versions("connector")[-1])
        scores: dict[tuple[str, str], np.ndarray] = {}
        for provider in ("cpu", "cuda") if has_cuda_driver() else ("cpu",):
            for way in ("separate", "fused"):
                scorer = Scorer(bundle, provider, require_cuda=provider == "cuda", way=way)  # type: ignore[arg-type]
                n_regions = len(scorer.manifest.regions)
                scores[provider, way] = scorer.score_thumbnails(whole[:n_regions]).scores.score
                for regions in REGIONS:
                    p50, p95, p99, worst = np.percentile(times(scorer, whole[:regions], options.n), [50, 95, 99, 100])
                    lines.append(f"| {scorer.provider} | {scorer.way} | {regions} | {p50:.2f} | {p95:.2f} | {p99:.2f} | {worst:.2f} |")
    base = scores["cpu", "separate"]
    off = {key: float((np.abs(s - base) / (1 + np.abs(base))).max()) for key, s in scores.items() if key != ("cpu", "separate")}
    show(
        [
            "# CPU and CUDA",
            "",
            f"Made by `python -m benchmarks.providers --n {options.n} --write docs/providers.md`, {when_and_where()}. The shipped model, n = {options.n}; separate: vectors by NumPy,",
            "scores by the graph; fused: both by the graph. Milliseconds from thumbnails to scores, one thread.",
            *([] if has_cuda_driver() else ["", "**No GPU here**: CUDA was not run. The same command makes its rows on a machine that has one."]),
            "",
            "| provider | way | regions | p50 | p95 | p99 | worst |",
            "|---|---|---|---|---|---|---|",
            *lines,
            "",
            "Largest difference of a score, relative to 1 + |score|, from CPU, separate: "
            + ", ".join(f"{provider.upper()} {way} {value:.1e}" for (provider, way), value in off.items())
            + ".",
        ],
        options.write,
    )


if __name__ == "__main__":
    main()
