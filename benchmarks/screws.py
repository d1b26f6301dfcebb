"""Screw or hole on real photographs: AUROC on photographs that nothing was trained or chosen on.

    python -m benchmarks.screws [DATA] [--write docs/screws.md]

Photographs numbered up to 40 train, the rest are judged; split by photograph, never by crop. Each photograph is first aligned
to one of the training photographs, as a station would; the four regions were drawn on that one. The region's size was chosen
by five-fold cross-validation over the training photographs.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from benchmarks.page import show
from models.alignment import make_aligner
from models.pictures import read_grey, write_picture
from models.recipe import Alignment, read_recipe
from trainer.calibration import part_scores
from trainer.data import CUE_NAMES, Parts, read_parts
from trainer.evaluation import auroc
from trainer.teach import How, teach
from trainer.training_recipe import find_training

REPOSITORY = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("STATION_DATA", REPOSITORY.parent / "shared" / "data")) / "screws4"
HERE = Path(__file__).parent / "screws"
REFERENCE = "15_0101"
CENTRES = ((181, 193), (490, 211), (160, 547), (482, 560))  # x, y of the four screws in the reference photograph
HALF = 79  # px: half a region and the margin around it that a varied copy may shift into sight
LAST_TRAINING_PHOTO = 40
LIMITS = Alignment(method="features", max_shift=0.25, max_rotation_deg=15)  # the data set's README: 100 px, 15 degrees
COARSE = np.array([0])


def crops(data: Path, folder: Path) -> None:
    """Four crops a photograph with a metadata.csv; session train or test by photograph."""
    with (folder / "metadata.csv").open("w", newline="") as f:
        rows = csv.writer(f)
        rows.writerow(["file_name", "part", "session", "view", "fmode"])
        aligner = make_aligner(read_grey(data / "photos" / f"{REFERENCE}.jpg"), LIMITS)
        for path in sorted((data / "photos").glob("*.jpg")):
            number, present = path.stem.split("_")
            aligned = aligner.align(read_grey(path)).picture
            for k, (x, y) in enumerate(CENTRES):
                name = f"{number}-{k}"
                write_picture(folder / f"{name}.png", aligned[y - HALF : y + HALF, x - HALF : x + HALF])
                session = "train" if int(number) <= LAST_TRAINING_PHOTO else "test"
                rows.writerow([f"{name}.png", name, session, "crop", "OK" if present[k] == "1" else "hole"])


def photo(parts: Parts) -> np.ndarray:
    return np.array([int(f.name.split("-")[0]) for f in parts.files])


def trained_scores(train: Parts, judged: Parts, seed: int) -> np.ndarray:
    """Scores of a model taught on `train`, which also gives its one scale: a scale changes no AUROC, and no threshold is used."""
    recipe = read_recipe(HERE / "screws.toml")
    return part_scores(teach(find_training(str(HERE / "training.toml")), recipe, train, train, COARSE, How(seed=seed)).model, judged, COARSE)


def by_photo(judged: Parts, scores: np.ndarray) -> tuple[float, float]:
    """95 % interval of the AUROC by drawing whole photographs again 2000 times."""
    rng, numbers = np.random.default_rng(0), photo(judged)
    rows = {n: np.flatnonzero(numbers == n) for n in np.unique(numbers)}
    values = []
    for _ in range(2000):
        drawn = np.concatenate([rows[n] for n in rng.choice(list(rows), len(rows))])
        good = judged.is_good[drawn]
        if good.any() and not good.all():
            values.append(auroc(scores[drawn][good], scores[drawn][~good]))
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    training = find_training(str(HERE / "training.toml"))
    with tempfile.TemporaryDirectory() as temporary:
        crops(options.data, Path(temporary))
        recipe = read_recipe(HERE / "screws.toml")
        train = read_parts(Path(temporary), recipe, ["train"], False, training.variation)
        test = read_parts(Path(temporary), recipe, ["test"])
    good = test.is_good
    start = time.monotonic()
    single = [trained_scores(train, test, seed) for seed in range(4)]
    seconds = (time.monotonic() - start) / 4
    svm = make_pipeline(StandardScaler(), SVC(class_weight="balanced"))
    svm.fit(train.vectors[:, 0], ~train.is_good)
    varied = np.concatenate([train.vectors[:, 0], *(c.vectors[:, 0] for c in train.copies)])
    svm_varied = make_pipeline(StandardScaler(), SVC(class_weight="balanced")).fit(varied, np.tile(~train.is_good, 1 + len(train.copies)))
    rows = [(f"our network, seed {i}", s) for i, s in enumerate(single)]
    rows += [("our network, mean of the four", np.mean(single, 0)), ("SVM on the same vectors", svm.decision_function(test.vectors[:, 0]))]
    rows += [("SVM on the same vectors and varied copies", svm_varied.decision_function(test.vectors[:, 0]))]
    assert test.cues is not None
    text = [
        "# Screw or hole, on real photographs",
        "",
        f"Made by `python -m benchmarks.screws --write docs/screws.md` ({datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores). Photographs up to number",
        f"{LAST_TRAINING_PHOTO} train ({len(train.files)} crops), the rest are judged ({int(good.sum())} screws, {int((~good).sum())} holes). One NSOARTC vector a screw.",
        f"{seconds:.0f} s a training. Intervals: whole photographs drawn again.",
        "",
        "| method | AUROC | 95 % |",
        "|---|---|---|",
    ]
    for name, scores in rows:
        low, high = by_photo(test, scores)
        text.append(f"| {name} | {auroc(scores[good], scores[~good]):.4f} | {low:.4f}–{high:.4f} |")
    for i, name in enumerate(CUE_NAMES):
        value = auroc(test.cues[good, i], test.cues[~good, i])
        text.append(f"| *cue: {name}* | {max(value, 1 - value):.4f} | |")
    show(text, options.write)


if __name__ == "__main__":
    main()
