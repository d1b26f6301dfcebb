"""Every training recipe on the connector data set, with the best pixel method beside them: which is best, and by how much?

    python -m benchmarks.results [DATA] [--write docs/results.md] [--only NAME ...]

Session `train` teaches, `calib` sets the thresholds, `test` is only judged. One view and three; few good parts; changed light.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import argparse
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from benchmarks.page import show
from benchmarks.pixels import area_of, fit_view
from models.alignment import make_aligner
from models.features import FeatureExtractor
from models.graph import OUTPUT_NAMES, ScoringModel
from models.manifest import Figure, Thresholds
from models.part_files import PartFiles, find_parts
from models.recipe import Recipe, read_recipe, write_recipe
from models.thresholds import Target, thresholds
from trainer.calibration import companion_scores, part_scores
from trainer.data import GOOD, Parts, coarse_regions, describe_parts
from trainer.evaluation import Judged, angular_similarity, auroc
from trainer.reference import write_references
from trainer.teach import How, Taught, teach
from trainer.training_recipe import find_training
from trainer.variation import changed_light

REPOSITORY = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("STATION_DATA", REPOSITORY.parent / "shared" / "data")) / "tanshi"
TRAININGS = ("unit-space", "triplet-euclid", "triplet-soart3", "classifier", "two-stage", "best-vector", "best")
FEW = ("unit-space", "triplet-euclid", "best-vector", "best")
MODES = ("X", "Y", "D", "M", "R", "F")
OVERKILL = Target()
COST = Target(cost_of_escape=100, cost_of_overkill=1, defect_rate=0.01)
LIGHT_GAIN, LIGHT_SLOPE, LIGHT_SEED = (0.7, 1.4), 0.2, 1997


@dataclass
class Row:
    """One method: scores of good and defective calibration parts, and of judged ones."""

    name: str
    calib_good: NDArray[np.float32]
    calib_bad: NDArray[np.float32]
    judged: dict[str, tuple[NDArray[np.str_], NDArray[np.float32]]]  # of a test set: modes and scores
    seconds: float
    ms_a_view: float = float("nan")

    def cells(self, test: str, target: Target) -> tuple[list[str], str, str]:
        """Escapes by mode, all escapes, overkill; thresholds from the calibration alone."""
        limit = thresholds(self.calib_good, target, self.calib_bad).ok_at_most
        modes, scores = self.judged[test]
        passed = scores <= limit
        by_mode = [str(int((passed & (modes == m)).sum())) for m in MODES]
        bad, good = modes != GOOD, modes == GOOD
        return by_mode, _cell(int((passed & bad).sum()), int(bad.sum())), _cell(int((~passed & good).sum()), int(good.sum()))

    def aurocs(self, test: str) -> list[str]:
        modes, scores = self.judged[test]
        good = scores[modes == GOOD]
        return [f"{auroc(good, scores[modes == m]):.4f}" for m in MODES] + [f"{auroc(good, scores[modes != GOOD]):.4f}"]


class Bench:
    """The three sessions of one recipe, described once."""

    def __init__(self, data: Path, recipe: Recipe, say: Callable[[str], None]) -> None:
        self.recipe, self.coarse, self.say = recipe, coarse_regions(recipe), say
        found = find_parts(data, recipe.view_names)
        of = {s: [f for f in found if f.session == s] for s in ("train", "calib", "test")}
        self.train = describe_parts(of["train"], recipe, True, find_training("best").variation)
        self.calib, test = (describe_parts(of[s], recipe, True) for s in ("calib", "test"))
        self.tests = {"test": test, "light": _in_changed_light(of["test"], recipe)}
        self.held = {name: len(parts.held) for name, parts in self.tests.items()}
        self.pictures: dict[str, list[dict[str, NDArray[np.uint8]]]] = {}
        self.files = of

    def model_row(self, name: str, parts: Parts | None = None) -> tuple[Row, Taught]:
        training = find_training(name)
        parts = parts or self.train
        if training.variation is None:
            parts = replace(parts, copies=())
        start = time.monotonic()
        taught = teach(training, self.recipe, parts, self.calib, self.coarse, How())
        seconds = time.monotonic() - start
        self.say(f"{name}: {seconds:.0f} s")
        return self.row_of(name, taught.model, seconds), taught

    def row_of(self, name: str, model: ScoringModel, seconds: float) -> Row:
        def scores(parts: Parts) -> NDArray[np.float32]:
            return part_scores(model, parts, self.coarse)

        return self._row(name, scores, seconds)

    def companion_row(self, taught: Taught) -> Row:
        companion = taught.model.companion
        assert companion is not None
        return self._row("companion signal alone", lambda parts: companion_scores(companion, parts, self.coarse), float("nan"))

    def _row(self, name: str, scores: Callable[[Parts], NDArray[np.float32]], seconds: float) -> Row:
        judged = {test: _with_held(parts, scores(parts)) for test, parts in self.tests.items()}
        of_calib = scores(self.calib)
        return Row(name, of_calib[self.calib.is_good], of_calib[~self.calib.is_good], judged, seconds)

    def pixel_row(self, is_normalised: bool, n_good: int | None = None) -> Row:
        """The best pixel method on the same aligned pictures."""
        if not self.pictures:
            extractor = FeatureExtractor(self.recipe)
            for name in ("train", "calib", "test"):
                kept = {f.name for f in (self.train if name == "train" else self.calib if name == "calib" else self.tests["test"]).files}
                self.pictures[name] = [extractor.extract(f.read()).pictures for f in self.files[name] if f.name in kept]
            kept = {f.name for f in self.tests["light"].files}
            self.pictures["light"] = [
                extractor.extract(_lit(f, i)).pictures for i, f in enumerate(self.files["test"]) if f.name in kept
            ]  # fmt: skip
        start = time.monotonic()
        good = [p for p, is_good in zip(self.pictures["train"], self.train.is_good, strict=True) if is_good][:n_good]
        views = {v: fit_view([p[v] for p in good], area_of(self.recipe, v), is_normalised) for v in self.recipe.view_names}
        seconds = time.monotonic() - start
        by_view = {s: np.array([[views[v].score(p[v]) for v in views] for p in pictures]) for s, pictures in self.pictures.items() if s != "train"}
        median = np.median(by_view["calib"][self.calib.is_good], 0)
        of = {s: (scores / median).max(1).astype(np.float32) for s, scores in by_view.items()}
        judged = {test: _with_held(parts, of[test]) for test, parts in self.tests.items()}
        name = "aligned pixels, PCA residual, local maximum" + (", normalised" if is_normalised else "")
        row = Row(name, of["calib"][self.calib.is_good], of["calib"][~self.calib.is_good], judged, seconds)
        row.ms_a_view = self._ms(lambda pictures: [views[v].score(pictures[v]) for v in views])
        return row

    def model_ms(self, taught: Taught) -> float:
        """Median milliseconds a view from decoded pictures to scores, one thread."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        session = ort.InferenceSession(taught.model.to_onnx().SerializeToString(), options, providers=["CPUExecutionProvider"])
        region = np.arange(len(self.recipe.regions), dtype=np.int64)
        extractor = FeatureExtractor(self.recipe)

        def judge(pictures: dict[str, NDArray[np.uint8]]) -> None:
            features = extractor.extract(pictures)
            fed = {"features": features.vectors, "region": region}
            session.run(OUTPUT_NAMES, fed | ({"thumbnail": features.thumbnails} if taught.model.companion else {}))

        return self._ms(judge, is_aligned=False)

    def _ms(self, judge: Callable[[dict[str, NDArray[np.uint8]]], object], is_aligned: bool = True) -> float:
        """Median; `is_aligned`: judge takes aligned pictures, and aligning them, but nothing else, is timed with it."""
        aligners = {view.name: make_aligner(self.recipe.reference(view), self.recipe.alignment) for view in self.recipe.views}
        times = []
        for f in self.files["test"][:60]:
            pictures = f.read()
            start = time.perf_counter()
            judge({v: aligners[v].align(p).picture for v, p in pictures.items() if v in aligners} if is_aligned else pictures)
            times.append(time.perf_counter() - start)
        return float(np.median(times)) * 1e3 / len(self.recipe.views)


def few(parts: Parts, n: int) -> Parts:
    """The first n good parts, and as many defective ones, evenly by mode."""
    order = np.flatnonzero(parts.is_good)[:n].tolist()
    by_mode = [np.flatnonzero(parts.modes == m).tolist() for m in MODES]
    order += [rows[i] for i in range(max(map(len, by_mode))) for rows in by_mode if i < len(rows)][:n]
    return parts.where(np.isin(np.arange(len(parts.files)), order))


def _lit(files: PartFiles, number: int) -> dict[str, NDArray[np.uint8]]:
    rng = np.random.default_rng([LIGHT_SEED, number])
    gain, slope = rng.uniform(*LIGHT_GAIN), rng.uniform(-LIGHT_SLOPE, LIGHT_SLOPE, 2)
    return {view: changed_light(picture, gain, (slope[0], slope[1])) for view, picture in files.read().items()}


def _in_changed_light(found: Sequence[PartFiles], recipe: Recipe) -> Parts:
    """The parts with gain 0.7-1.4 and a slope of up to 20 % across the picture, one light a part; then aligned as always."""
    with tempfile.TemporaryDirectory() as temporary:
        import cv2

        changed = []
        for i, files in enumerate(found):
            views = {}
            for view, picture in _lit(files, i).items():
                views[view] = Path(temporary) / f"{i}-{view}.png"
                cv2.imwrite(str(views[view]), picture)
            changed.append(replace(files, views=views))
        return describe_parts(changed, recipe, True)


def _with_held(parts: Parts, scores: NDArray[np.float32]) -> tuple[NDArray[np.str_], NDArray[np.float32]]:
    """Modes and scores; a part that a station would hold has not passed, whatever the threshold."""
    return np.array([*parts.modes, *(f.mode or GOOD for f in parts.held)]), np.concatenate([scores, np.full(len(parts.held), np.inf, np.float32)])


def _cell(wrong: int, parts: int) -> str:
    f = Figure.counted("", wrong, parts)
    return f"{wrong} of {parts} ({100 * f.low:.1f}–{100 * f.high:.1f} %)"


def _escapes(rows: Sequence[Row], test: str) -> list[str]:
    head = "| method | " + " | ".join(MODES) + " | escapes | overkill | escapes, least cost | overkill, least cost |"
    lines = [head, "|---|" + "---|" * (len(MODES) + 4)]
    for row in rows:
        by_mode, escapes, overkill = row.cells(test, OVERKILL)
        _, cost_escapes, cost_overkill = row.cells(test, COST)
        lines.append(f"| {row.name} | {' | '.join(by_mode)} | {escapes} | {overkill} | {cost_escapes} | {cost_overkill} |")
    return lines


def _aurocs(rows: Sequence[Row], bench: Bench) -> list[str]:
    lines = ["| method | " + " | ".join(MODES) + " | all | training [s] | ms a view |", "|---|" + "---|" * (len(MODES) + 3)]
    for row in rows:
        times = ["–" if np.isnan(t) else f"{t:.{d}f}" for t, d in ((row.seconds, 0), (row.ms_a_view, 1))]
        lines.append(f"| {row.name} | {' | '.join(row.aurocs('test'))} | {' | '.join(times)} |")
    parts = bench.tests["test"]
    assert parts.cues is not None
    blank = Thresholds(ok_at_most=0, ng_above=0)
    n = len(parts.files)
    cues = Judged(("",) * n, parts.modes, np.zeros(n, np.float32), {}, ("",) * n, blank, parts.cues).cue_aurocs()
    for name, by_mode in cues.items():
        lines.append(f"| *cue: {name}* | {' | '.join(f'{by_mode[m]:.4f}' for m in (*MODES, 'all'))} | – | – |")
    return lines


def _angular(taught: Taught, bench: Bench) -> str:
    """What the author judged by, once: the embedding's angular similarity to its region's anchor."""
    parts = bench.tests["test"]
    network = taught.model.network
    assert network is not None
    similar = []
    for g, space in enumerate(taught.model.unit_spaces):
        embedded = network.network.embed(parts.vectors[:, g], space.residual(parts.vectors[:, g]))
        anchor = network.network.distance.region_anchors[g]  # type: ignore[attr-defined]
        similar.append(angular_similarity(np.broadcast_to(anchor, embedded.shape), embedded))
    worst = np.stack(similar, 1).min(1)
    good = parts.is_good
    return (
        f"Angular similarity 1 − arccos(cos)/π of the worst region to its anchor, triplet-euclid: good parts {np.median(worst[good]):.3f}, "
        f"defective {np.median(worst[~good]):.3f} (medians), AUROC {auroc(-worst[good], -worst[~good]):.3f}; at his limit of 0.5 "
        f"{np.mean(worst > 0.5):.1%} of all parts count as good, so the accuracy, {np.mean((worst > 0.5) == good):.1%}, is the share of good parts. "
        "The embeddings of one network lie in a narrow cone; their angles say nothing, their distances do."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--write", type=Path, help="Markdown file to write")
    parser.add_argument("--only", nargs="+", default=list(TRAININGS), metavar="NAME", help="training recipes")
    options = parser.parse_args()
    if unknown := set(options.only) - set(TRAININGS):
        parser.error(f"--only {' '.join(sorted(unknown))}: there are {', '.join(TRAININGS)}")
    trainings = [name for name in TRAININGS if name in options.only]

    def say(text: str) -> None:
        print(f"  {text}", flush=True)

    with tempfile.TemporaryDirectory() as temporary:
        site = Path(temporary)
        shutil.copy(REPOSITORY / "benchmarks" / "tanshi" / "tanshi.toml", site)
        write_references(options.data, read_recipe(site / "tanshi.toml"), site, ["train"])
        three = read_recipe(site / "tanshi.toml")
        write_recipe(three.model_copy(update={"name": "tanshi-1", "views": three.views[:1]}), site / "tanshi-1.toml")
        lines: list[str] = []
        for title, recipe in (("Three views", three), ("One view (center)", read_recipe(site / "tanshi-1.toml"))):
            say(title)
            bench = Bench(options.data, recipe, say)
            rows: list[Row] = []
            angular = ""
            for name in trainings:
                row, taught = bench.model_row(name)
                row.ms_a_view = bench.model_ms(taught)
                if taught.model.companion is not None:
                    rows.append(bench.companion_row(taught))
                rows.append(row)
                if name == "triplet-euclid":
                    angular = _angular(taught, bench)
            rows += [bench.pixel_row(False), bench.pixel_row(True)]
            lines += ["", f"## {title}", "", *_escapes(rows, "test"), "", *_aurocs(rows, bench)]
            held = (
                f"{bench.held['light']} of its parts could not be aligned and count as not passed."
                if bench.held["light"]
                else "All of its parts could be aligned."
            )
            lines += ["", f"### {title}: light of `test` changed (gain 0.7–1.4, slope up to ±20 %)", "", held, "", *_escapes(rows, "light")]
            if recipe is three:
                lines += ["", "### Judged by angular similarity, once", "", angular] if angular else []
                for n in (10, 20, 40):
                    parts = few(bench.train, n)
                    scarce = [bench.model_row(name, parts)[0] for name in FEW if name in trainings]
                    scarce += [bench.pixel_row(False, n), bench.pixel_row(True, n)]
                    lines += ["", f"### Three views: {n} good training parts, {int((~parts.is_good).sum())} defective ones for the networks", ""]
                    lines += _escapes(scarce, "test")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=REPOSITORY, check=False).stdout.strip()
    text = [
        "# Every training on the connector data set",
        "",
        f"Made by `python -m benchmarks.results --write docs/results.md` ({datetime.now(UTC):%Y-%m-%d}, commit {commit}, {os.cpu_count()} cores, CPU, seed 0).",
        "Session `train` teaches (220 good, 180 defective parts), `calib` sets scales and thresholds (120 good, 60 defective), `test` is only judged",
        "(160 good, 20 of each defect mode). X, Y tilt, D retraction, M missing, R tarnish, F foreign body: escapes of 20 each. In brackets 95 %",
        "Clopper–Pearson intervals. *Overkill* is a good part not judged OK, RETEST included. Thresholds: for an overkill of 0.5 % from the good parts'",
        "tail (the first escapes and overkill columns), or for the least cost at 100 an escape, 1 an overkill, 1 % defective, from both tails. Every",
        "method, the pixels too, gets its thresholds by the same two rules. Regions, augmentation and score rules were chosen on `train` and `calib`.",
        *lines,
    ]
    show(text, options.write)


if __name__ == "__main__":
    main()
