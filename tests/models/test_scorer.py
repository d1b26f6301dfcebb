from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.features import FeatureExtractor
from models.golden import read_golden, write_golden
from models.manifest import ModelError, checksums, read_manifest, write_manifest
from models.recipe import Recipe
from models.registry import Registry
from models.scorer import Scorer
from tests.small import small_picture


def _reseal(folder: Path, **changes: object) -> None:
    """A bundle whose checksums are right again after a change: what remains must be found by looking at it."""
    manifest = read_manifest(folder).model_copy(update=changes)
    write_manifest(manifest.model_copy(update={"files": checksums(folder)}), folder)


def _another_graph(folder: Path, inputs: dict[str, int], outputs: list[str]) -> None:
    """A valid ONNX graph that is not ours: outputs copy the first input."""
    nodes = [helper.make_node("Identity", [next(iter(inputs))], [name]) for name in outputs]
    infos = [helper.make_tensor_value_info(n, t, ["N", 1404] if t == TensorProto.FLOAT else ["N"]) for n, t in inputs.items()]
    outs = [helper.make_tensor_value_info(name, infos[0].type.tensor_type.elem_type, ["N", 1404]) for name in outputs]
    model = helper.make_model(helper.make_graph(nodes, "g", infos, outs), opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    (folder / "model.onnx").write_bytes(model.SerializeToString())


OURS = {"features": TensorProto.FLOAT, "region": TensorProto.INT64}


def _shift_golden_scores(folder: Path) -> None:
    goldens = read_golden((folder / "golden.npz").read_bytes(), "x")
    goldens[0].score = goldens[0].score + 1
    write_golden(folder / "golden.npz", goldens)


def _brighten_golden_picture(folder: Path) -> None:
    goldens = read_golden((folder / "golden.npz").read_bytes(), "x")
    goldens[0].pictures["front"] = np.flipud(goldens[0].pictures["front"]).copy()
    write_golden(folder / "golden.npz", goldens)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: _reseal(f, feature_version="nsoartc-0"), "feature version 'nsoartc-0', this station computes 'nsoartc-1'"),
        (lambda f: (f / "model.onnx").write_bytes(b"nothing"), "cannot load model.onnx"),
        (lambda f: _another_graph(f, {"picture": TensorProto.FLOAT}, ["score"]), "the graph's inputs are"),
        (lambda f: _another_graph(f, OURS, ["score"]), "the graph's outputs are"),
        (lambda f: _another_graph(f, OURS, ["score", "embedding", "unit_space", "deviation"]), "output score has shape"),
        (_shift_golden_scores, "golden self-test: a score is off"),
        (_brighten_golden_picture, "golden self-test: a vector is off"),
        (lambda f: (f / "golden.npz").write_bytes(b"PK"), "golden.npz cannot be read"),
        (lambda f: write_golden(f / "golden.npz", []), "no part to test with"),
    ],
)
def test_a_bundle_that_is_not_what_it_should_be_never_judges(registry: Registry, change: Callable[[Path], object], message: str) -> None:
    folder = registry.folder("small", "1")
    change(folder)
    _reseal(folder)
    with pytest.raises(ModelError, match=message) as caught:
        Scorer(folder, provider="cpu")
    assert "small 1" in str(caught.value) or "small/1" in str(caught.value)


def test_a_changed_weight_is_found_by_its_checksum(registry: Registry) -> None:
    path = registry.folder("small", "1") / "model.onnx"
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    onnx.checker.check_model(onnx.load(path))  # nothing else would notice
    with pytest.raises(ModelError, match="sha256"):
        Scorer(path.parent, provider="cpu")


def test_scores_tell_a_missing_pin_from_good_parts(registry: Registry, recipe: Recipe) -> None:
    scorer, extractor = Scorer(registry.folder("small", "1"), provider="cpu"), FeatureExtractor(recipe)
    good = [scorer.score(extractor.extract({"front": small_picture(np.random.default_rng(900 + i))}).vectors).score.max() for i in range(20)]
    bad = scorer.score(extractor.extract({"front": small_picture(np.random.default_rng(1), missing_pin=True)}).vectors)
    assert max(good) < 12 < bad.score[2]
    assert bad.deviation.shape == (3, 6, 13)


def test_the_scorer_says_which_provider_it_got(registry: Registry) -> None:
    assert Scorer(registry.folder("small", "1"), provider="cpu").provider == "CPU"


def test_a_model_for_other_regions_is_refused(registry: Registry, recipe: Recipe) -> None:
    scorer = Scorer(registry.folder("small", "1"), provider="cpu")
    scorer.check_recipe(recipe)
    other = recipe.model_copy(update={"polarity": "dark"})
    other.__dict__.pop("fingerprint", None)
    with pytest.raises(ModelError, match="teach it again for this recipe"):
        scorer.check_recipe(other)


def _has_cuda() -> bool:
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    return os.environ.get("CUDA_VISIBLE_DEVICES") != ""


@pytest.mark.skipif(_has_cuda(), reason="this machine has CUDA: the fall-back cannot be seen")
def test_require_cuda_makes_a_silent_fall_back_an_error(registry: Registry) -> None:
    with pytest.raises(ModelError, match="require_cuda is set, but ONNX Runtime got CPU"):
        Scorer(registry.folder("small", "1"), require_cuda=True)


@pytest.mark.gpu
@pytest.mark.skipif(not _has_cuda(), reason="no CUDA driver on this machine")
def test_cuda_scores_as_the_cpu_does(registry: Registry, small_vectors: NDArray[np.float32]) -> None:
    cpu = Scorer(registry.folder("small", "1"), provider="cpu")
    cuda = Scorer(registry.folder("small", "1"), require_cuda=True)
    assert cuda.provider == "CUDA"
    rows, region = small_vectors.reshape(-1, 1404), np.tile(np.arange(3), 48)
    want = cpu.score(rows, region).score
    assert (np.abs(want - cuda.score(rows, region).score) / (1 + np.abs(want))).max() <= 1e-4


@pytest.mark.gpu
@pytest.mark.skipif(not _has_cuda(), reason="no CUDA driver on this machine")
@pytest.mark.parametrize("way", ["separate", "fused"])
def test_cuda_scores_thumbnails_as_the_cpu_does(registry: Registry, way: str) -> None:
    cpu = Scorer(registry.folder("small", "1"), provider="cpu")
    cuda = Scorer(registry.folder("small", "1"), require_cuda=True, way=way)  # type: ignore[arg-type]
    assert (cuda.provider, cuda.way) == ("CUDA", way)
    thumbnails = np.random.default_rng(0).uniform(0, 255, (3, 45, 80)).astype(np.float32)
    want, got = cpu.score_thumbnails(thumbnails), cuda.score_thumbnails(thumbnails)
    assert np.abs(want.vectors - got.vectors).max() < 3e-4
    assert (np.abs(want.scores.score - got.scores.score) / (1 + np.abs(want.scores.score))).max() <= 1e-4


def test_what_is_not_finite_has_no_score_wherever_it_lies(registry: Registry, small_vectors: NDArray[np.float32]) -> None:
    scorer = Scorer(registry.folder("small", "1"), provider="cpu")
    for element in (0, 700, 1403):
        vectors = small_vectors[0].copy()
        vectors[1, element] = np.nan
        score = scorer.score(vectors).score
        assert np.isnan(score).tolist() == [False, True, False], "a maximum must not drop it"
