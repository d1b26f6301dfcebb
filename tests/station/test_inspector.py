from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from models.features import FeatureExtractor
from models.manifest import ModelError
from models.recipe import Recipe
from models.registry import Registry
from models.scorer import Scorer, Way
from station.inspector import Inspector
from station.shot import Frame, Shot, Ticket, now
from station.verdict import Judgement
from tests.gpu import Gpu
from tests.small import small_picture


@pytest.fixture
def inspector(recipe: Recipe, registry: Registry) -> Inspector:
    return Inspector(recipe, FeatureExtractor(recipe), Scorer(registry.folder("small", "1"), provider="cpu"))


def shot(picture: NDArray[np.uint8] | None, view: str = "front", fault: str = "") -> Shot:
    frames = () if picture is None else (Frame(view, picture, now()),)
    return Shot(Ticket(1, "L", "O", "S"), frames, fault)


def test_a_good_part_is_ok_and_names_its_judge(inspector: Inspector) -> None:
    inspection = inspector.inspect(shot(small_picture(np.random.default_rng(77))))
    assert inspection.verdict.judgement is Judgement.OK
    assert (inspection.judge.model, inspection.judge.model_version, inspection.judge.recipe_revision) == ("small", "1", 3)
    assert inspection.features is not None
    assert inspection.features.vectors.shape == (3, 1404)
    assert set(inspection.stages_ms) == {"align", "thumbnail", "nsoartc", "vector", "score"}


def test_a_missing_pin_is_ng_in_the_region_that_holds_it(inspector: Inspector) -> None:
    inspection = inspector.inspect(shot(small_picture(np.random.default_rng(1), missing_pin=True)))
    assert inspection.verdict.judgement is Judgement.NG
    assert inspection.worst_region in ("all", "half 2")
    assert inspection.verdict.reason.startswith("front ")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: shot(np.zeros((90, 160), np.uint8)), "alignment lost: view front"),
        (lambda: shot(np.full((90, 160), 255, np.uint8)), "alignment lost: view front"),
        (lambda: shot(np.zeros((80, 160), np.uint8)), "view front: the picture has 160 x 80 px"),
        (lambda: shot(small_picture(None), view="back"), "view front: no picture"),
        (lambda: shot(None), "view front: no picture"),
        (lambda: shot(None, fault="camera fault: unplugged"), "camera fault: unplugged"),
    ],
)
def test_what_cannot_be_judged_is_held_with_the_reason(inspector: Inspector, make: Callable[[], Shot], reason: str) -> None:
    verdict = inspector.inspect(make()).verdict
    assert verdict.judgement is Judgement.HOLD
    assert verdict.reason.startswith(reason)


def test_a_score_that_is_not_finite_is_held(inspector: Inspector, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    real = inspector.scorer.score

    def broken(vectors: NDArray[np.float32], *_: object) -> object:
        scores = real(vectors)
        return dataclasses.replace(scores, score=np.array([0.1, np.nan, 0.2], np.float32))

    monkeypatch.setattr(inspector.scorer, "score", broken)
    verdict = inspector.inspect(shot(small_picture(None))).verdict
    assert verdict.judgement is Judgement.HOLD
    assert "front half 1 is nan" in verdict.reason


def test_a_model_for_another_recipe_is_refused_at_once(recipe: Recipe, registry: Registry) -> None:
    other = recipe.model_copy(update={"polarity": "dark"})
    other.__dict__.pop("fingerprint", None)
    with pytest.raises(ModelError, match="teach it again"):
        Inspector(other, FeatureExtractor(other), Scorer(registry.folder("small", "1"), provider="cpu"))


@pytest.mark.parametrize("way", ["separate", "fused"])
@pytest.mark.parametrize("require_cuda", [False, True])
def test_a_gpu_that_fails_never_makes_a_part_ok_that_nobody_judged(recipe: Recipe, registry: Registry, require_cuda: bool, way: Way) -> None:
    gpu = Gpu()
    scorer = Scorer(registry.folder("small", "1"), "cuda", require_cuda, open_session=gpu.open_session, way=way)
    inspector = Inspector(recipe, FeatureExtractor(recipe), scorer)
    good, bad = shot(small_picture(np.random.default_rng(77))), shot(small_picture(np.random.default_rng(1), missing_pin=True))
    before = [inspector.inspect(part) for part in (good, bad)]
    gpu.runs_left = 0
    after = [inspector.inspect(part) for part in (good, bad)]
    judged_on = "CUDA fused" if way == "fused" else "CUDA"
    assert [i.judge.provider for i in before] == [judged_on, judged_on], "what was judged before keeps its judge"
    if require_cuda:
        assert [i.verdict.judgement for i in after] == [Judgement.HOLD, Judgement.HOLD]
        assert after[0].verdict.reason.startswith("model small 1: the GPU failed, and require_cuda is set: CUDA failure 719")
    else:
        assert [i.verdict.judgement for i in after] == [i.verdict.judgement for i in before] == [Judgement.OK, Judgement.NG]
        assert [i.judge.provider for i in after] == ["CPU", "CPU"]
