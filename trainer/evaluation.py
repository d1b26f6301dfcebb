"""What a model makes of parts that chose nothing: escapes and overkill with counts and intervals, AUROC beside its cues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from models.graph import ScoringModel
from models.manifest import Figure, Thresholds
from models.rates import CONFIDENCE, mcnemar, paired_difference
from models.recipe import Recipe
from trainer.calibration import region_scores
from trainer.data import CUE_NAMES, GOOD, Parts


@dataclass(frozen=True, slots=True)
class Judged:
    """Parts as a model judged them; row i of everything is part i, held parts last."""

    names: tuple[str, ...]
    modes: NDArray[np.str_]
    scores: NDArray[np.float32]  # of the worst region; NaN for a part that a station would hold
    by_view: dict[str, NDArray[np.float32]]  # score of the worst region of one view
    positions: tuple[str, ...]  # 'row 1, column 3' where the labels say, '' otherwise
    thresholds: Thresholds
    cues: NDArray[np.float32] | None  # (parts, cues), NaN for a held part

    @property
    def is_good(self) -> NDArray[np.bool_]:
        return self.modes == GOOD

    @property
    def passed(self) -> NDArray[np.bool_]:
        """Judged OK. RETEST and HOLD did not pass: overkill for a good part, no escape for a defective one."""
        return self.scores <= self.thresholds.ok_at_most  # NaN is not

    @property
    def is_wrong(self) -> NDArray[np.bool_]:
        """Escape or overkill."""
        return self.passed != self.is_good

    def figures(self) -> tuple[Figure, ...]:
        """Overkill, escapes by mode and in all."""
        good, passed = self.is_good, self.passed
        rows = [Figure.counted("overkill", int((good & ~passed).sum()), int(good.sum()))] if good.any() else []
        modes = sorted(set(self.modes[~good].tolist()))
        rows += [Figure.counted(f"escape {m}", int((passed & (self.modes == m)).sum()), int((self.modes == m).sum())) for m in modes]
        if len(modes) > 1:
            rows.append(Figure.counted("escape in all", int((passed & ~good).sum()), int((~good).sum())))
        return tuple(rows)

    def positions_and_views(self) -> tuple[Figure, ...]:
        """Escapes by the defect's position, and what each view alone would let pass or reject at the same threshold."""
        good, passed, position = self.is_good, self.passed, np.array(self.positions)
        rows = []
        for name in sorted(set(position[~good].tolist()) - {""}):
            here = ~good & (position == name)
            rows.append(Figure.counted(f"escape at {name}", int((passed & here).sum()), int(here.sum())))
        if len(self.by_view) > 1:
            for view, scores in self.by_view.items():
                alone = scores <= self.thresholds.ok_at_most
                if good.any():
                    rows.append(Figure.counted(f"overkill, view {view} alone", int((good & ~alone).sum()), int(good.sum())))
                if not good.all():
                    rows.append(Figure.counted(f"escape, view {view} alone", int((~good & alone).sum()), int((~good).sum())))
        return tuple(rows)

    def aurocs(self) -> dict[str, float]:
        """AUROC by mode and of 'all' modes; empty without both kinds of parts. A held part counts as worst."""
        scores = np.where(np.isfinite(self.scores), self.scores, np.inf)
        return _by_mode(scores, self.modes)

    def cue_aurocs(self) -> dict[str, dict[str, float]]:
        """The same for each trivial cue, whichever way round it is better: a score that does not beat them shows nothing."""
        if self.cues is None:
            return {}
        judged = np.isfinite(self.scores)
        found = {}
        for i, name in enumerate(CUE_NAMES[: self.cues.shape[1]]):
            by_mode = _by_mode(self.cues[judged, i], self.modes[judged])
            found[name] = {mode: max(value, 1 - value) for mode, value in by_mode.items()}
        return found


def judge_parts(model: ScoringModel, thresholds: Thresholds, parts: Parts, recipe: Recipe, coarse: NDArray[np.int64]) -> Judged:
    """The parts as a station with this model would judge them; parts of `held` are on HOLD."""
    return judged_by_scores(region_scores(model, parts, coarse), thresholds, parts, recipe)


def judged_by_scores(scores: NDArray[np.float32], thresholds: Thresholds, parts: Parts, recipe: Recipe) -> Judged:
    """The same from region scores, (parts, regions)."""
    n_held = len(parts.held)
    view_of = np.array([region.view for region in recipe.regions])

    def and_held(values: NDArray[np.float32]) -> NDArray[np.float32]:
        blank = np.full((n_held, *values.shape[1:]), np.nan, np.float32)
        return np.concatenate([values, blank])

    files = [*parts.files, *parts.held]
    return Judged(
        names=tuple(f.name for f in files),
        modes=np.array([*parts.modes.tolist(), *(f.mode or GOOD for f in parts.held)]),
        scores=and_held(scores.max(1)),
        by_view={view: and_held(scores[:, view_of == view].max(1)) for view in recipe.view_names},
        positions=tuple(_position(f.labels) for f in files),
        thresholds=thresholds,
        cues=None if parts.cues is None else and_held(parts.cues),
    )


def auroc(good: NDArray[np.floating], defective: NDArray[np.floating]) -> float:
    """The chance that a defective part scores higher than a good one; ties count half."""
    ranks = rankdata(np.concatenate([good, defective]))
    return float((ranks[len(good) :].sum() - len(defective) * (len(defective) + 1) / 2) / (len(good) * len(defective)))


def angular_similarity(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n,) 1 - arccos(cosine) / pi of rows: what the method's author judged by.

    At least 0.5 wherever the cosine is not negative, so his binary accuracy at 0.5 drifts to one half by construction.
    """
    cosine = (a * b).sum(1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-12)
    return 1 - np.arccos(np.clip(cosine, -1, 1)) / np.pi


def table(rows: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| what | wrong | of | rate | 95 % interval |", "|---|---|---|---|---|"]
    lines += [f"| {f.what} | {f.wrong} | {f.parts} | {f.wrong / f.parts:.1%} | {f.low:.1%} – {f.high:.1%} |" for f in rows]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same parts, paired: only the parts on which they differ say anything."""

    what: str  # escapes | overkill
    parts: int
    wrong: tuple[int, int]  # of A and B
    only: tuple[int, int]  # wrong by A alone, by B alone
    p_value: float  # exact McNemar, two-sided
    difference: tuple[float, float, float]  # rate of B less rate of A, with its 95 % interval

    @property
    def words(self) -> str:
        """better, worse or no evidence, said of B."""
        a, b = self.only
        if self.p_value >= 1 - CONFIDENCE:
            return f"no evidence of a difference (p = {self.p_value:.2g}; {a + b} of {self.parts} parts judged differently)"
        return f"B is {'better' if b < a else 'worse'} (p = {self.p_value:.2g})"


def compare(a: Judged, b: Judged) -> tuple[Comparison, ...]:
    """Escapes and overkill of two models on the same parts.

    Raises:
        ValueError: other parts, or other labels.
    """
    if a.names != b.names or a.modes.tolist() != b.modes.tolist():
        raise ValueError("a paired comparison needs the same parts in the same order")
    rows = []
    for what, some in (("escapes", ~a.is_good), ("overkill", a.is_good)):
        n = int(some.sum())
        if not n:
            continue
        wrong_a, wrong_b = a.is_wrong[some], b.is_wrong[some]
        only_a, only_b = int((wrong_a & ~wrong_b).sum()), int((~wrong_a & wrong_b).sum())
        wrong = int(wrong_a.sum()), int(wrong_b.sum())
        rows.append(Comparison(what, n, wrong, (only_a, only_b), mcnemar(only_a, only_b), paired_difference(only_a, only_b, n)))
    return tuple(rows)


def _by_mode(scores: NDArray[np.floating], modes: NDArray[np.str_]) -> dict[str, float]:
    good = modes == GOOD
    if not good.any() or good.all():
        return {}
    found = {mode: auroc(scores[good], scores[modes == mode]) for mode in sorted(set(modes[~good].tolist()))}
    return found | {"all": auroc(scores[good], scores[~good])}


def _position(labels: dict[str, str]) -> str:
    row, column = labels.get("row", ""), labels.get("col", "")
    return f"row {row}, column {column}" if row not in ("", "-1") and column not in ("", "-1") else ""
