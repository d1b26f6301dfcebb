"""A candidate on trial: recorded parts judged again, and both judges compared part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from models.pictures import PictureError, read_grey
from models.rates import CONFIDENCE, mcnemar, paired_difference
from station.inspector import Inspector
from station.shot import Frame, Shot, Ticket
from station.store import queries
from station.store.reviews import Truth, mistake
from station.store.trials import Disagreement, Pairs, StoredPart, disagreement
from station.thresholds import Reviewed
from station.verdict import Judgement, Verdict, judge

Tell = Callable[[float, str], None]
Source = Literal["pictures", "vectors"]


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What a candidate says of a recorded part."""

    verdict: Verdict
    view: str  # of the worst region; '' where there is none
    source: Source


class Rejudge:
    """Judges recorded parts with another version: from their pictures, or from the vectors that were stored with them."""

    def __init__(self, inspector: Inspector, engine: Engine, pictures: Path) -> None:
        """pictures: the folder that the database's paths are relative to."""
        self.inspector = inspector
        self._engine = engine
        self._pictures = pictures

    def __call__(self, part: StoredPart, first: Source = "pictures") -> Rejudged | None:
        """The candidate's verdict; None where pictures are gone and vectors do not do.

        Args:
            first: what to judge from where there is both. Pictures show what the whole station would do today, alignment
                included; vectors are faster.
        """
        ways = (self._from_pictures, self._from_vectors) if first == "pictures" else (self._from_vectors, self._from_pictures)
        return next((found for way in ways if (found := way(part)) is not None), None)

    def _from_pictures(self, part: StoredPart) -> Rejudged | None:
        paths = queries.picture_paths(self._engine, part.id)
        if set(paths) < set(self.inspector.recipe.view_names):
            return None
        try:
            frames = tuple(Frame(view, read_grey(self._pictures / path), part.taken_at) for view, path in paths.items())
        except PictureError:  # retention has deleted it
            return None
        inspection = self.inspector.inspect(Shot(Ticket(1, part.lot, "", part.serial), frames))
        return Rejudged(inspection.verdict, inspection.worst_view, "pictures")

    def _from_vectors(self, part: StoredPart) -> Rejudged | None:
        scorer, recipe = self.inspector.scorer, self.inspector.recipe
        same_regions = (part.recipe, part.recipe_revision) == (recipe.name, recipe.revision)
        if scorer.needs_thumbnails or not same_regions or part.feature_version != scorer.manifest.feature_version:
            return None
        vectors = queries.vectors(self._engine, part.id)
        if len(vectors) != len(recipe.regions):
            return None  # it was on HOLD: no vector was made
        scores = scorer.score(vectors).score
        limits = scorer.manifest.thresholds
        verdict = judge(scores.tolist(), [f"{region.view} {region.name}" for region in recipe.regions], limits.ok_at_most, limits.ng_above)
        return Rejudged(verdict, "" if verdict.worst is None else recipe.regions[verdict.worst].view, "vectors")


@dataclass(slots=True)
class Replay:
    """Recorded parts, as the line judged them then and as the candidate does now."""

    pairs: Pairs = field(default_factory=Counter)
    sources: Counter[Source] = field(default_factory=Counter)
    opponents: Counter[str] = field(default_factory=Counter)  # versions that judged then
    disagreements: list[Disagreement] = field(default_factory=list)
    gone: int = 0  # parts of which neither pictures nor usable vectors are left

    @property
    def n(self) -> int:
        """Parts judged by both."""
        return sum(self.pairs.values())


def replay(parts: Sequence[StoredPart], rejudge: Rejudge, tell: Tell) -> Replay:
    """Judge each part again. tell: called before each part with the share that is done; may raise to end it."""
    found = Replay()
    for i, part in enumerate(parts):
        tell(i / len(parts), f"{i} / {len(parts)}")
        again = rejudge(part)
        if again is None:
            found.gone += 1
            continue
        found.sources[again.source] += 1
        found.opponents[part.model_version] += 1
        found.pairs[part.judgement, again.verdict.judgement, part.truth] += 1
        if again.verdict.judgement is not part.judgement:
            found.disagreements.append(disagreement(part, again.verdict.judgement, again.verdict.score, again.view))
    return found


def reviewed_scores(parts: Sequence[StoredPart], rejudge: Rejudge, tell: Tell) -> Reviewed:
    """The scores that a version gives to reviewed parts: as it recorded them, or judged again.

    Args:
        parts: reviewed ones; those that nobody is sure of are counted only.
        tell: as in `replay`.
    """
    manifest = rejudge.inspector.scorer.manifest
    scores: dict[Truth, list[float]] = {Truth.OK: [], Truth.NG: []}
    lots: dict[str, None] = {}
    n_sampled = n_unsure = n_without = 0
    for i, part in enumerate(parts):
        tell(i / len(parts), f"{i} / {len(parts)}")
        if part.truth is None or part.truth is Truth.UNSURE:
            n_unsure += 1
            continue
        score = part.score
        if (part.model, part.model_version) != (manifest.name, manifest.version):
            again = rejudge(part, first="vectors")
            score = None if again is None else again.verdict.score
        if score is None:
            n_without += 1
            continue
        scores[part.truth].append(score)
        lots[part.lot] = None
        n_sampled += part.is_sampled
    good, defective = (np.array(scores[truth], np.float64) for truth in (Truth.OK, Truth.NG))
    return Reviewed(good, defective, n_sampled, n_unsure, n_without, tuple(lots))


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Two judges on the same reviewed parts: only the parts on which one of them is wrong alone say anything."""

    what: Literal["escapes", "overkill"]
    parts: int  # truly NG, or truly OK
    wrong: tuple[int, int]  # line, candidate
    only: tuple[int, int]  # the line alone, the candidate alone
    p_value: float  # exact McNemar, two-sided
    difference: tuple[float, float, float]  # the candidate's rate less the line's, with its 95 % interval

    @property
    def outcome(self) -> Literal["better", "worse", "no evidence"]:
        """Said of the candidate."""
        if self.p_value >= 1 - CONFIDENCE:
            return "no evidence"
        return "better" if self.only[1] < self.only[0] else "worse"


def paired_tests(pairs: Pairs) -> list[PairedTest]:
    """Escapes on parts that are truly NG, overkill on parts that are truly OK; a kind that nobody reviewed is left out.

    A part on HOLD is no mistake on either side, as everywhere: look at how many there are.
    """
    kinds: tuple[tuple[Literal["escapes", "overkill"], Truth], ...] = (("escapes", Truth.NG), ("overkill", Truth.OK))
    rows = []
    for what, truth in kinds:
        counts: Counter[tuple[bool, bool]] = Counter()
        for (line, candidate, reviewed), n in pairs.items():
            if reviewed is truth:
                counts[bool(mistake(line, truth)), bool(mistake(candidate, truth))] += n
        if not (parts := sum(counts.values())):
            continue
        both, a, b = counts[True, True], counts[True, False], counts[False, True]
        rows.append(PairedTest(what, parts, (both + a, both + b), (a, b), mcnemar(a, b), paired_difference(a, b, parts)))
    return rows


def differing(pairs: Pairs) -> int:
    """Parts that got two different verdicts."""
    return sum(n for (line, candidate, _), n in pairs.items() if line is not candidate)


def cross_table(pairs: Pairs) -> NDArray[np.int64]:
    """(4, 4) parts by the line's verdict and the candidate's, both in the order of Judgement."""
    order = list(Judgement)
    table = np.zeros((len(order), len(order)), np.int64)
    for (line, candidate, _), n in pairs.items():
        table[order.index(line), order.index(candidate)] += n
    return table
