from __future__ import annotations

import itertools

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

from models.graph import OUTPUT_NAMES, Network, RegionScale, Scores, ScoringModel, rounded
from models.unit_space import UnitSpaceError, fit_unit_space, window_deviation
from tests.small import small_model


def _network(seed: int) -> Network:
    rng = np.random.default_rng(seed)
    widths = (1404, 512, 256, 128)
    layers = tuple((rounded(rng.normal(0, i**-0.5, (i, o))), rng.normal(0, 0.1, o).astype(np.float32)) for i, o in itertools.pairwise(widths))
    white = rng.normal(0, 0.1, (128, 128)).astype(np.float32)
    return Network(layers, rng.normal(0, 1, (4, 128)).astype(np.float32), rng.normal(0, 0.1, 128).astype(np.float32), white)


def _run(model: ScoringModel, vectors: NDArray[np.float32], region: NDArray[np.int64]) -> Scores:
    session = ort.InferenceSession(model.to_onnx().SerializeToString(), providers=["CPUExecutionProvider"])
    return Scores(*session.run(OUTPUT_NAMES, {"features": vectors, "region": region}))


@pytest.mark.parametrize("with_network", [False, True])
@pytest.mark.parametrize("n", [1, 7])
def test_the_exported_graph_computes_what_numpy_does(small_vectors: NDArray[np.float32], with_network: bool, n: int) -> None:
    model = small_model(small_vectors)
    # as a trainer would: rounded before anything is measured
    model = ScoringModel(tuple(_rounded(s) for s in model.unit_spaces), model.unit_scale)
    if with_network:
        model = ScoringModel(model.unit_spaces, model.unit_scale, _network(1), RegionScale(np.full(3, 2, np.float32), np.full(3, 3, np.float32)))
    rng = np.random.default_rng(2)
    region = rng.integers(0, 3, n)
    vectors = small_vectors[rng.integers(0, 48, n), region] + rng.normal(0, 0.05, (n, 1404)).astype(np.float32)
    graph, plain = _run(model, vectors, region), model.evaluate(vectors, region)
    for name in OUTPUT_NAMES:
        got, want = getattr(graph, name), getattr(plain, name)
        assert got.shape == want.shape
        assert (np.abs(got - want) / (1 + np.abs(want))).max() < 1e-4, name


def _rounded(space):  # type: ignore[no-untyped-def]
    import dataclasses

    return dataclasses.replace(space, components=rounded(space.components))


def test_score_is_the_worst_window_of_the_deviation_map(small_vectors: NDArray[np.float32]) -> None:
    model = small_model(small_vectors)
    scores = model.evaluate(small_vectors[:5, 1], np.full(5, 1))
    assert np.allclose(scores.score, scores.deviation.max((1, 2)))


def test_region_scale_puts_median_at_zero_and_95_percent_at_one() -> None:
    distances = np.stack([np.linspace(0, 1, 101), np.linspace(50, 90, 101)], 1).astype(np.float32)
    scale = RegionScale.fit(distances)
    scaled = (distances - scale.median) / scale.width
    assert np.allclose(np.median(scaled, 0), 0, atol=1e-6)
    assert np.allclose(np.quantile(scaled, 0.95, 0), 1, atol=1e-5)


def test_a_local_change_shows_in_its_windows(small_vectors: NDArray[np.float32]) -> None:
    space = fit_unit_space(small_vectors[:, 0])
    changed = small_vectors[:1, 0].copy().reshape(6, 6, 3, 13)
    changed[:, 4, :, 9] += 1.0
    deviation = window_deviation(space.residual(changed.reshape(1, 1404)))[0]
    assert np.unravel_index(deviation.argmax(), deviation.shape) == (4, 9)


def test_what_varies_among_good_parts_is_not_a_deviation() -> None:
    rng = np.random.default_rng(0)
    base, light = rng.normal(0, 1, 1404), rng.normal(0, 1, 1404)
    good = (base + rng.normal(0, 1, (60, 1)) * light + rng.normal(0, 0.01, (60, 1404))).astype(np.float32)
    space = fit_unit_space(good, 1)
    brighter = (base + 3 * light)[None].astype(np.float32)
    dented = (base + 3 * light)[None].astype(np.float32)
    dented[0, :20] += 1
    assert window_deviation(space.residual(brighter)).max() < 5
    assert window_deviation(space.residual(dented)).max() > 20


def test_too_few_or_broken_parts_are_refused() -> None:
    with pytest.raises(UnitSpaceError, match="5 good parts; a unit space needs at least 8"):
        fit_unit_space(np.zeros((5, 1404), np.float32))
    broken = np.zeros((9, 1404), np.float32)
    broken[3, 3] = np.nan
    with pytest.raises(UnitSpaceError, match="not finite"):
        fit_unit_space(broken)


def test_identical_good_parts_give_a_finite_unit_space() -> None:
    space = fit_unit_space(np.ones((9, 1404), np.float32))
    assert np.isfinite(space.residual(np.zeros((1, 1404), np.float32))).all()
