"""Escapes and overkill: counts with Clopper-Pearson intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import beta

from models.manifest import Figure
from trainer.data import GOOD


def interval(wrong: int, parts: int, confidence: float = 0.95) -> tuple[float, float]:
    """The Clopper-Pearson interval of a rate of `wrong` in `parts`; never narrower than it claims."""
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, wrong, parts - wrong + 1)) if wrong > 0 else 0.0
    high = float(beta.ppf(1 - tail, wrong + 1, parts - wrong)) if wrong < parts else 1.0
    return low, high


def figures(modes: Sequence[str], passed: Sequence[bool]) -> tuple[Figure, ...]:
    """Overkill (good parts not passed) and escapes (defective parts passed), by mode and in all.

    RETEST and HOLD count as not passed: overkill for a good part, no escape for a defective one.
    """
    mode, ok = np.asarray(modes), np.asarray(passed, bool)
    rows: list[tuple[str, int, int]] = []
    if (good := mode == GOOD).any():
        rows.append(("overkill", int((good & ~ok).sum()), int(good.sum())))
    for name in sorted(set(mode[~good].tolist())):
        rows.append((f"escape {name}", int((ok & (mode == name)).sum()), int((mode == name).sum())))
    if len(rows) > 2:
        rows.append(("escape in all", int((ok & ~good).sum()), int((~good).sum())))
    made = []
    for what, wrong, n in rows:
        low, high = interval(wrong, n)
        made.append(Figure(what=what, wrong=wrong, parts=n, low=low, high=high))
    return tuple(made)


def table(rows: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| what | wrong | of | rate | 95 % interval |", "|---|---|---|---|---|"]
    lines += [f"| {f.what} | {f.wrong} | {f.parts} | {f.wrong / f.parts:.1%} | {f.low:.1%} – {f.high:.1%} |" for f in rows]
    return "\n".join(lines)
