from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from models.nsoartc import EPSILON, FeatureError, nsoartc, nsoartc_regions, soart3, thumbnail
from tests.models.plain_nsoartc import plain_nsoartc, plain_thumbnail

GOLDEN = Path(__file__).parents[1] / "golden" / "nsoartc.npz"
NAMES = [name.removeprefix("image_") for name in np.load(GOLDEN).files if name.startswith("image_")]

pictures = st.tuples(st.integers(1, 130), st.integers(1, 190)).flatmap(lambda shape: arrays(np.uint8, shape))


@pytest.mark.parametrize("name", NAMES)
def test_golden_vectors_agree(name: str) -> None:
    golden = np.load(GOLDEN)
    got = nsoartc(golden[f"image_{name}"])
    assert got.dtype == np.float32
    assert got.shape == (1404,)
    assert np.abs(got - golden[f"vector_{name}"]).max() <= 2e-4  # the specification allows 2e-3


@given(pictures)
def test_any_picture_gives_finite_numbers(picture: NDArray[np.uint8]) -> None:
    assert np.isfinite(nsoartc(picture)).all()


@given(st.tuples(st.integers(1, 60), st.integers(1, 90)).flatmap(lambda shape: arrays(np.uint8, shape)))
def test_fast_vector_agrees_with_the_plainest_loop(picture: NDArray[np.uint8]) -> None:
    assert np.abs(nsoartc(picture) - plain_nsoartc(picture)).max() <= 2e-3


@pytest.mark.parametrize(
    ("height", "width"), [(1080, 1920), (1079, 1917), (450, 800), (135, 240), (271, 481), (300, 60), (45, 80), (44, 79), (1, 1), (7, 3)]
)
def test_thumbnail_is_the_exact_area_average(height: int, width: int) -> None:
    picture = np.random.default_rng(height).integers(0, 256, (height, width), dtype=np.uint8)
    assert np.abs(thumbnail(picture) - plain_thumbnail(picture)).max() < 2e-3


def test_thumbnail_keeps_fractions_of_a_grey_level() -> None:
    picture = np.zeros((90, 160), np.uint8)
    picture[::2, ::2] = 1
    assert np.allclose(thumbnail(picture), 0.25)


@pytest.mark.parametrize("shape", [(1, 1), (45, 80), (1080, 1920)])
def test_black_gives_exactly_zero(shape: tuple[int, int]) -> None:
    assert not nsoartc(np.zeros(shape, np.uint8)).any()


@given(arrays(np.uint8, (45, 80), elements=st.integers(40, 120)))
def test_gain_leaves_every_sensitivity_unchanged(picture: NDArray[np.uint8]) -> None:
    once, twice = (nsoartc(p).reshape(6, 6, 3, 13)[:, :, 0] for p in (picture, picture * np.uint8(2)))
    assert np.abs(once - twice).max() < 1e-4


@given(st.tuples(st.integers(1, 40), st.integers(1, 50)).flatmap(lambda shape: arrays(np.uint8, shape)), st.integers(2, 9))
def test_enlarging_by_a_whole_factor_changes_nothing(picture: NDArray[np.uint8], factor: int) -> None:
    larger = picture.repeat(factor, 0).repeat(factor, 1)
    assert np.abs(nsoartc(picture) - nsoartc(larger)).max() < 2e-3


@given(arrays(np.float32, 16, elements=st.floats(1, 2000, width=32)), st.floats(0.1, 10))
def test_a_pure_gain_shows_only_in_beta(unit: NDArray[np.float32], gain: float) -> None:
    ln_beta, eta, gamma = soart3(unit, np.float32(gain) * unit)
    assert abs(ln_beta - np.log(gain)) < 1e-3
    assert abs(eta) < 5e-3
    assert abs(gamma) < 5e-3


def test_gamma_grows_when_the_same_deviation_is_local() -> None:
    unit = np.full(16, 100, np.float32)
    spread, local = unit.copy(), unit.copy()
    spread[::2] += 8
    local[3] += 64
    assert soart3(unit, local)[2] > soart3(unit, spread)[2] + 0.3


def test_epsilon_keeps_an_all_black_cell_at_zero() -> None:
    assert [float(m) for m in soart3(np.zeros(16, np.float32), np.zeros(16, np.float32))] == [0, 0, 0]
    assert EPSILON == 1e-4


def test_regions_of_a_frame_equal_their_cuts() -> None:
    frame = np.random.default_rng(3).integers(0, 256, (360, 640), dtype=np.uint8)
    rectangles = [(0, 0, 640, 360), (10, 20, 100, 60), (600, 300, 40, 60), (5, 5, 1, 1)]
    together = nsoartc_regions(frame, rectangles)
    for got, (left, top, width, height) in zip(together, rectangles, strict=True):
        assert np.abs(got - nsoartc(frame[top : top + height, left : left + width])).max() < 1e-4


def test_no_region_gives_no_vector() -> None:
    assert nsoartc_regions(np.zeros((10, 10), np.uint8), []).shape == (0, 1404)


@pytest.mark.parametrize("rectangle", [(-1, 0, 5, 5), (0, -1, 5, 5), (6, 0, 5, 5), (0, 6, 5, 5), (0, 0, 0, 5), (0, 0, 5, 0)])
def test_a_region_outside_the_frame_is_refused_by_number(rectangle: tuple[int, int, int, int]) -> None:
    with pytest.raises(FeatureError, match="region 1: left .* does not lie inside the frame of 10 x 10 pixels"):
        nsoartc_regions(np.zeros((10, 10), np.uint8), [(0, 0, 10, 10), rectangle])


@pytest.mark.parametrize("picture", [np.zeros((5, 5)), np.zeros((5, 5, 3), np.uint8), np.zeros((0, 5), np.uint8), np.zeros(5, np.uint8), None])
def test_anything_but_a_grey_8_bit_picture_is_refused(picture: object) -> None:
    with pytest.raises(FeatureError, match="uint8 array"):
        nsoartc(picture)  # type: ignore[arg-type]
