"""A shot becomes a verdict. Pure: pictures and a model in, an inspection out; no thread, no disk, no clock but for timing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import monotonic, perf_counter

from models.alignment import AlignmentLost
from models.features import FeatureExtractor, PartFeatures
from models.graph import Scores
from models.manifest import ModelError
from models.nsoartc import FEATURE_VERSION, FeatureError
from models.pictures import PictureError
from models.recipe import Recipe, Region
from models.scorer import Scorer
from station.shot import Shot
from station.verdict import Judgement, Verdict, judge


@dataclass(frozen=True, slots=True)
class Judge:
    """Recipe, model and thresholds in force: what a record must name."""

    recipe: str
    recipe_revision: int
    model: str
    model_version: str
    ok_at_most: float
    ng_above: float
    provider: str
    feature_version: str = FEATURE_VERSION


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that is known of one judged part."""

    shot: Shot
    verdict: Verdict
    judge: Judge
    regions: tuple[Region, ...]  # of the recipe, by index
    defect: str = ""  # name of the unit space that the worst region lies nearest, unless that is 'good'
    features: PartFeatures | None = None
    scores: Scores | None = None
    stages_ms: dict[str, float] = field(default_factory=dict)

    @property
    def worst_view(self) -> str:
        """The view of the worst region; '' where there is none."""
        return "" if self.verdict.worst is None else self.regions[self.verdict.worst].view

    @property
    def worst_region(self) -> str:
        """The name of the worst region; '' where there is none."""
        return "" if self.verdict.worst is None else self.regions[self.verdict.worst].name


class Inspector:
    """One recipe and one model version. Replaced as a whole when either changes; only the provider may change under it."""

    def __init__(self, recipe: Recipe, extractor: FeatureExtractor, scorer: Scorer) -> None:
        """Raises ModelError if the model was taught on other regions than the recipe's."""
        scorer.check_recipe(recipe)
        self.recipe = recipe
        self.scorer = scorer
        self.extractor = extractor
        self.busy_since_s: float | None = None  # by the steady clock: a part is in judgement since then; read by any thread
        self._labels = [f"{region.view} {region.name}" for region in recipe.regions]
        manifest = scorer.manifest
        self._judge = Judge(
            recipe.name,
            recipe.revision,
            manifest.name,
            manifest.version,
            manifest.thresholds.ok_at_most,
            manifest.thresholds.ng_above,
            scorer.judges_on,
        )

    @property
    def judge(self) -> Judge:
        """What judges now. Its provider is the one of the last score: after a GPU's failure that is the CPU."""
        if self._judge.provider != (provider := self.scorer.judges_on):
            self._judge = replace(self._judge, provider=provider)
        return self._judge

    def inspect(self, shot: Shot) -> Inspection:
        """The inspection of a shot. What cannot be judged for a reason we know comes back as HOLD with that reason."""
        if shot.fault:
            return self.hold(shot, shot.fault)
        self.busy_since_s = monotonic()
        try:
            return self._inspect(shot)
        finally:
            self.busy_since_s = None

    def _inspect(self, shot: Shot) -> Inspection:
        start = perf_counter()
        try:
            seen = self.extractor.see(shot.pictures)
        except AlignmentLost as err:
            return self.hold(shot, f"alignment lost: {err}")
        except (PictureError, FeatureError) as err:
            return self.hold(shot, str(err))
        cut = perf_counter()
        try:
            vectors, scores, vectors_ms = self.scorer.score_thumbnails(seen.thumbnails)
        except ModelError as err:  # the GPU failed, and nothing may take its place
            return self.hold(shot, str(err))
        end = perf_counter()
        features = seen.described(vectors, vectors_ms)
        manifest = self.scorer.manifest
        verdict = judge(scores.score.tolist(), self._labels, manifest.thresholds.ok_at_most, manifest.thresholds.ng_above)
        defect = ""
        if verdict.worst is not None and verdict.judgement is not Judgement.OK:
            nearest = int(scores.unit_space[verdict.worst])
            defect = manifest.unit_spaces[nearest] if 0 < nearest < len(manifest.unit_spaces) else ""
        stages = features.stages_ms | {"vector": (cut - start) * 1e3 + vectors_ms, "score": (end - cut) * 1e3 - vectors_ms}
        return Inspection(shot, verdict, self.judge, self.recipe.regions, defect, features, scores, stages)

    def hold(self, shot: Shot, reason: str) -> Inspection:
        """The inspection of a shot that could not be judged."""
        return Inspection(shot, Verdict.hold(reason), self.judge, self.recipe.regions)
