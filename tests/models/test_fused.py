"""The graph with NSOARTC in front of it says what NumPy and the model's own graph say, and is only used where it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.fused import fused_onnx
from models.graph import OUTPUT_NAMES, NetworkScore, ScoringModel
from models.nsoartc import thumbnail, vectors_of_thumbnails
from models.region_scale import RegionScale
from models.registry import Registry
from models.runtime import Provider, Session, open_session
from models.scorer import Scorer
from tests.gpu import Gpu
from tests.models.test_graph import _companion, _network
from tests.small import small_model

Rows = NDArray[np.float32]
GOLDEN = Path(__file__).parents[1] / "golden" / "nsoartc.npz"


def run(model: ScoringModel, thumbnails: Rows) -> list[Any]:
    session = ort.InferenceSession(fused_onnx(model.to_onnx().SerializeToString()), providers=["CPUExecutionProvider"])
    assert {i.name for i in session.get_inputs()} == {"region", "thumbnail"}
    return session.run([*OUTPUT_NAMES, "features"], {"thumbnail": thumbnails, "region": np.arange(len(thumbnails), dtype=np.int64)})  # type: ignore[no-any-return]


def pictures(seed: int, n: int = 3) -> Rows:
    """Thumbnails of black, white, noise and gradients."""
    rng = np.random.default_rng(seed)
    drawn = [np.zeros((90, 160)), np.full((90, 160), 255), rng.integers(0, 256, (90, 160)), np.tile(np.linspace(0, 255, 160), (90, 1))]
    return np.stack([thumbnail(drawn[int(rng.integers(4))].astype(np.uint8)) for _ in range(n)])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_it_computes_the_vectors_that_numpy_does(seed: int) -> None:
    some = np.random.default_rng(0).normal(0, 0.1, (30, 3, 1404)).astype(np.float32)
    thumbnails = pictures(seed)
    *_, vectors = run(small_model(some), thumbnails)
    assert vectors.shape == (3, 1404)
    assert np.abs(vectors - vectors_of_thumbnails(thumbnails)).max() < 3e-4


def test_the_golden_vectors_of_the_method_agree(small_vectors: Rows) -> None:
    golden = np.load(GOLDEN)
    names = [key.removeprefix("image_") for key in golden.files if key.startswith("image_")]
    model = small_model(np.tile(small_vectors[:, :1], (1, len(names), 1)))
    *_, vectors = run(model, np.stack([thumbnail(golden[f"image_{name}"]) for name in names]))
    assert len(names) >= 11
    assert np.abs(vectors - np.stack([golden[f"vector_{name}"] for name in names])).max() <= 3e-4


@pytest.mark.parametrize("with_companion", [False, True])
def test_it_scores_as_the_graph_behind_it(small_vectors: Rows, with_companion: bool) -> None:
    scale = RegionScale(np.zeros(3, np.float32), np.ones(3, np.float32))
    model = dataclasses.replace(small_model(small_vectors), network=NetworkScore(_network("mahalanobis", "residual"), scale))
    if with_companion:
        model = dataclasses.replace(model, companion=_companion(np.random.default_rng(2)))
    thumbnails = pictures(7)
    score, embedding, unit_space, deviation, vectors = run(model, thumbnails)
    want = model.evaluate(vectors, np.arange(3), thumbnails)
    assert np.allclose(score, want.score, rtol=2e-3, atol=2e-3)
    assert np.allclose(embedding, want.embedding, atol=0.02), "pictures far from every good part: deviations in the hundreds"
    assert (unit_space == want.unit_space).all()
    assert np.allclose(deviation, want.deviation, rtol=2e-3, atol=2e-3)


def golden_thumbnails(scorer: Scorer) -> Rows:
    thumbnails = scorer._golden[0].thumbnails
    assert thumbnails is not None
    return thumbnails


def test_a_gpu_takes_the_faster_way_and_says_which(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    scorer = Scorer(registry.folder("small", "1"), "cuda", open_session=Gpu().open_session)
    (said,) = [r.getMessage() for r in caplog.records if "fused" in r.getMessage() and "ms separate" in r.getMessage()]
    separate, fused = (float(said.split(mark)[0].split()[-1]) for mark in (" ms separate", " ms fused"))
    assert scorer.way == ("fused" if fused < separate else "separate") or fused == separate
    assert f"on CUDA, vectors and scores {scorer.way}" in caplog.text


def test_a_gpu_that_fails_while_it_is_timed_is_not_told_as_the_cpu(registry: Registry) -> None:
    runs = iter(range(10**6))

    class Failing(Gpu):
        def open_session(self, content: bytes, label: str, provider: Provider) -> Session:
            session = super().open_session(content, label, provider)
            self.runs_left = 10**9 if next(runs) == 0 else 12  # breaks amid the timing
            return session

    scorer = Scorer(registry.folder("small", "1"), "cuda", open_session=Failing().open_session)
    scored = scorer.score_thumbnails(golden_thumbnails(scorer))
    assert (scorer.provider, scorer.way, scorer.judges_on) == ("CPU", "separate", "CPU")
    assert np.isfinite(scored.scores.score).all()


def test_without_a_gpu_numpy_computes_the_vectors(registry: Registry) -> None:
    assert Scorer(registry.folder("small", "1"), "cpu").way == "separate"


def test_either_way_gives_the_same_part(registry: Registry) -> None:
    fused, separate = (Scorer(registry.folder("small", "1"), "cpu", way=way) for way in ("fused", "separate"))  # type: ignore[arg-type]
    assert (fused.way, separate.way) == ("fused", "separate")
    thumbnails = golden_thumbnails(fused)
    one, other = fused.score_thumbnails(thumbnails), separate.score_thumbnails(thumbnails)
    assert np.abs(one.vectors - other.vectors).max() < 3e-4
    assert np.allclose(one.scores.score, other.scores.score, rtol=1e-3, atol=1e-3)
    assert (one.vectors_ms, other.vectors_ms > 0) == (0.0, True)


def test_what_is_not_finite_has_no_score(registry: Registry) -> None:
    scorer = Scorer(registry.folder("small", "1"), "cpu", way="fused")
    thumbnails = golden_thumbnails(scorer).copy()
    thumbnails[1, 20, 30] = np.nan
    assert np.isnan(scorer.score_thumbnails(thumbnails).scores.score).tolist() == [False, True, False]


def test_a_gpu_that_fails_in_the_fused_graph_costs_no_part(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    gpu = Gpu()
    scorer = Scorer(registry.folder("small", "1"), "cuda", open_session=gpu.open_session, way="fused")
    assert scorer.judges_on == "CUDA fused"
    thumbnails = golden_thumbnails(scorer)
    before = scorer.score_thumbnails(thumbnails)
    gpu.runs_left = 0
    after = scorer.score_thumbnails(thumbnails)
    assert np.allclose(before.scores.score, after.scores.score, rtol=1e-3, atol=1e-3)
    assert (scorer.provider, scorer.way) == ("CPU", "separate")
    assert scorer.gpu_fault is not None
    assert "the fused graph failed, vectors and scores separate until the model is loaded again" in caplog.text


@pytest.mark.parametrize(("lies", "judges_on"), [(False, "CUDA"), (True, "CPU")])
def test_after_the_fused_graph_has_failed_the_gpu_judges_on_only_by_its_golden_test(registry: Registry, lies: bool, judges_on: str) -> None:
    gpu = Gpu()
    scorer = Scorer(registry.folder("small", "1"), "cuda", open_session=gpu.open_session, way="fused")
    thumbnails = golden_thumbnails(scorer)
    before = scorer.score_thumbnails(thumbnails)
    gpu.runs_left, gpu.heals, gpu.lies_afterwards = 0, True, lies
    after = scorer.score_thumbnails(thumbnails)
    assert np.allclose(before.scores.score, after.scores.score, rtol=1e-3, atol=1e-3)
    assert scorer.judges_on == judges_on
    assert (scorer.gpu_fault is not None) == lies


class _Off:
    """A session whose vectors are a little wrong."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.get_inputs, self.get_outputs, self.get_providers = session.get_inputs, session.get_outputs, session.get_providers

    def run(self, output_names: Sequence[str], input_feed: Mapping[str, NDArray[Any]]) -> list[Any]:
        outputs = self._session.run(output_names, input_feed)
        return [*outputs[:-1], outputs[-1] + np.float32(0.01)] if "features" in output_names else outputs


def test_a_fused_graph_that_computes_something_else_is_not_used(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    def off(content: bytes, label: str, provider: Provider) -> Session:
        return _Off(open_session(content, label, provider))

    scorer = Scorer(registry.folder("small", "1"), "cpu", open_session=off, way="fused")
    assert scorer.way == "separate"
    assert "the fused graph is not used: a golden part is off" in caplog.text
