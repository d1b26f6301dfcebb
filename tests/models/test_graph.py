from __future__ import annotations

import itertools

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

from models.companion import Companion, fit_thumbnail_space
from models.graph import OUTPUT_NAMES, NetworkScore, Scores, ScoringModel
from models.network import Classifier, Distance, Mahalanobis, Network, ToAnchor, TwoStage
from models.onnx_nodes import rounded
from models.region_scale import RegionScale
from models.unit_space import UnitSpaceError, fit_unit_space, window_deviation
from tests.small import small_model

N_REGIONS = 3


def _some(rng: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    return rng.normal(0, 0.1, shape).astype(np.float32)


def _distance(kind: str, rng: np.random.Generator) -> Distance:
    anchors = np.abs(_some(rng, 4, 128)) + 0.1
    if kind == "mahalanobis":
        return Mahalanobis(anchors, _some(rng, 128), _some(rng, 128, 128))
    if kind in ("euclid", "soart3"):
        return ToAnchor(kind, np.abs(_some(rng, N_REGIONS, 128)) + 0.1, anchors)  # type: ignore[arg-type]
    head = Classifier(np.float32(0.25), _some(rng, 128, N_REGIONS), _some(rng, N_REGIONS))
    return head if kind == "classifier" else TwoStage(head, _some(rng, N_REGIONS, 128), _some(rng, 128, 128))


def _network(kind: str, takes: str) -> Network:
    rng = np.random.default_rng(1)
    widths = (1404, 512, 256, 128)
    layers = tuple((rounded(rng.normal(0, i**-0.5, (i, o))), _some(rng, o)) for i, o in itertools.pairwise(widths))
    return Network(layers, _distance(kind, rng), takes, is_positive=kind == "soart3")  # type: ignore[arg-type]


def _companion(rng: np.random.Generator) -> Companion:
    """Regions 0 and 2 have a thumbnail space, region 1 has none."""
    spaces = tuple(fit_thumbnail_space(rng.uniform(60, 200, (1, 45, 80)) + rng.normal(0, 5, (40, 45, 80)), 6) for _ in range(2))
    return Companion(np.array([0, -1, 1]), spaces, RegionScale(np.ones(2, np.float32), np.full(2, 0.3, np.float32)))


def _run(model: ScoringModel, vectors: NDArray[np.float32], region: NDArray[np.int64], thumbnails: NDArray[np.float32] | None = None) -> Scores:
    session = ort.InferenceSession(model.to_onnx().SerializeToString(), providers=["CPUExecutionProvider"])
    fed = {"features": vectors, "region": region} | ({} if thumbnails is None else {"thumbnail": thumbnails})
    return Scores(*session.run(OUTPUT_NAMES, fed))


@pytest.mark.parametrize("with_companion", [False, True])
@pytest.mark.parametrize(
    ("kind", "takes"),
    [(None, ""), ("mahalanobis", "residual"), ("euclid", "vector"), ("soart3", "vector"), ("classifier", "vector"), ("two-stage", "residual")],
)
def test_the_exported_graph_computes_what_numpy_does(small_vectors: NDArray[np.float32], kind: str | None, takes: str, with_companion: bool) -> None:
    model = small_model(small_vectors)
    rng = np.random.default_rng(2)
    network = None
    if kind is not None:
        network = NetworkScore(_network(kind, takes), RegionScale(np.full(3, 2, np.float32), np.full(3, 3, np.float32)), 0.4)
    # as a trainer would: rounded before anything is measured
    spaces = tuple(_rounded(s) for s in model.unit_spaces)
    model = ScoringModel(spaces, model.unit_scale, network, _companion(rng) if with_companion else None)
    for n in (1, 7):
        region = rng.integers(0, 3, n)
        vectors = small_vectors[rng.integers(0, 48, n), region] + rng.normal(0, 0.05, (n, 1404)).astype(np.float32)
        thumbnails = rng.uniform(0, 255, (n, 45, 80)).astype(np.float32) if with_companion else None
        graph, plain = _run(model, vectors, region, thumbnails), model.evaluate(vectors, region, thumbnails)
        for name in OUTPUT_NAMES:
            got, want = getattr(graph, name), getattr(plain, name)
            assert got.shape == want.shape
            assert (np.abs(got - want) / (1 + np.abs(want))).max() < 1e-4, name


def test_a_region_without_a_thumbnail_space_is_judged_by_its_vector_alone(small_vectors: NDArray[np.float32]) -> None:
    rng = np.random.default_rng(3)
    plain = small_model(small_vectors)
    plain = ScoringModel(tuple(_rounded(s) for s in plain.unit_spaces), plain.unit_scale)
    model = ScoringModel(plain.unit_spaces, plain.unit_scale, None, _companion(rng))
    region, vectors = np.full(4, 1), small_vectors[:4, 1]
    scores = _run(model, vectors, region, rng.uniform(0, 255, (4, 45, 80)).astype(np.float32))
    assert np.allclose(scores.score, plain.evaluate(vectors, region).score, atol=1e-4)


def test_a_model_with_a_companion_is_not_scored_without_thumbnails(small_vectors: NDArray[np.float32]) -> None:
    model = ScoringModel(*(lambda m: (m.unit_spaces, m.unit_scale))(small_model(small_vectors)), None, _companion(np.random.default_rng(3)))
    with pytest.raises(ValueError, match="needs the regions' thumbnails"):
        model.evaluate(small_vectors[:1, 0], np.zeros(1, np.int64))


def _rounded(space):  # type: ignore[no-untyped-def]
    import dataclasses

    return dataclasses.replace(space, components=rounded(space.components))


def test_many_rows_have_the_same_leading_components_by_either_way(small_vectors: NDArray[np.float32]) -> None:
    from models.unit_space import leading_components

    rng = np.random.default_rng(5)
    amounts = rng.normal(0, 1, (200, 6)) * np.array([20, 15, 10, 8, 6, 5])
    rows = amounts @ rng.normal(0, 1, (6, 1404)) + rng.normal(0, 0.3, (200, 1404))
    rows -= rows.mean(0)
    whole = np.linalg.svd(rows, full_matrices=False)[2][:6]
    found = leading_components(rows, 6)
    assert np.allclose(found @ found.T, np.eye(6), atol=1e-9)
    assert np.linalg.svd(found @ whole.T)[1].min() > 1 - 1e-9, "they span the same space"


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
