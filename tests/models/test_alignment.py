from __future__ import annotations

import math
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models import descent
from models.alignment import Aligned, AlignmentLost, CorrelationAligner, FeatureAligner, make_aligner
from models.descent import Descent
from models.features import FeatureExtractor
from models.nsoartc import Picture, nsoartc_regions
from models.pictures import PictureError
from models.recipe import Alignment, Recipe, read_recipe
from station.cameras.connector import draw_part, draw_view
from tests.small import small_picture

LIMITS = Alignment(min_correlation=0.92)  # the connector recipe
REFERENCE = draw_view(draw_part(np.random.default_rng(1), 0), "center", 640, 360)


def moved(picture: Picture, dx: float, dy: float, degrees: float) -> Picture:
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    matrix[:, 2] += dx, dy
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[return-value]


@given(st.floats(-25, 25), st.floats(-25, 25), st.floats(-3, 3))
def test_shift_and_rotation_are_found_to_a_tenth_of_a_pixel(dx: float, dy: float, degrees: float) -> None:
    aligned = CorrelationAligner(REFERENCE, LIMITS).align(moved(REFERENCE, dx, dy, degrees))
    assert np.allclose(aligned.shift_px, (dx, dy), atol=0.1)
    assert aligned.rotation_deg == pytest.approx(degrees, abs=0.05)
    inner = (slice(60, 300), slice(60, 580))
    assert np.abs(aligned.picture[inner].astype(int) - REFERENCE[inner]).mean() < 2.5


@given(st.floats(0.6, 1.3), st.integers(0, 20))
def test_gain_and_offset_of_the_light_do_not_move_it(gain: float, offset: int) -> None:
    lit = np.clip(REFERENCE * gain * 0.9 + offset, 0, 255).astype(np.uint8)
    aligned = CorrelationAligner(REFERENCE, LIMITS).align(lit)
    assert np.allclose(aligned.shift_px, (0, 0), atol=0.1)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((360, 640), np.uint8), "no likeness|correlation"),
        (np.full((360, 640), 255, np.uint8), "no likeness|correlation"),
        (np.random.default_rng(0).integers(0, 256, (360, 640), dtype=np.uint8), "no likeness|correlation"),
        (REFERENCE[:, :320], "a picture of 320 x 360 px, the reference has 640 x 360 px"),
        (moved(REFERENCE, 120, 0, 0), "shifted by|correlation|no likeness"),
        (moved(REFERENCE, 0, 0, 9), "rotated by|correlation|no likeness"),
        (REFERENCE[:, ::-1].copy()[::-1] // 4 + np.random.default_rng(0).integers(0, 190, (360, 640), dtype=np.uint8), "correlation|no likeness"),
    ],
)
def test_a_picture_that_cannot_be_aligned_is_lost_not_guessed(picture: Picture, message: str) -> None:
    with pytest.raises(AlignmentLost, match=message):
        CorrelationAligner(REFERENCE, LIMITS).align(picture)


def test_a_flat_reference_correlates_with_nothing() -> None:
    with pytest.raises(AlignmentLost, match="no likeness"):
        CorrelationAligner(np.full((360, 640), 90, np.uint8), LIMITS).align(REFERENCE)


@settings(max_examples=30)
@given(st.floats(-20, 20), st.floats(-12, 12), st.floats(-3, 3), st.integers(0, 2**16))
def test_noise_defects_and_burnt_out_light_do_not_move_it(dx: float, dy: float, degrees: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = moved(REFERENCE, dx, dy, degrees).astype(float) * 1.3 + rng.normal(0, 6, REFERENCE.shape)
    x, y = rng.integers((150, 120), (450, 220))
    picture[y : y + 20, x : x + 30] = 230
    aligned = CorrelationAligner(REFERENCE, LIMITS).align(np.clip(picture, 0, 255).astype(np.uint8))
    assert np.allclose(aligned.shift_px, (dx, dy), atol=0.2)
    assert aligned.rotation_deg == pytest.approx(degrees, abs=0.06)


def test_a_descent_is_exact_to_hundredths_of_a_pixel_whatever_the_light_and_its_likeness_is_the_correlation() -> None:
    """Pictures of a formula, so that no interpolation stands between the motion and the truth."""

    def surface(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        return 60 * np.sin(x / 9) * np.cos(y / 7) + 40 * np.sin((x + 2 * y) / 23)

    y, x = np.mgrid[:135, :240].astype(float)
    turn, dx, dy = math.radians(0.7), 1.3, -0.8
    centred = x - 119.5 - dx, y - 67 - dy  # where a pixel of the picture lies in the reference
    there = surface(
        math.cos(turn) * centred[0] + math.sin(turn) * centred[1] + 119.5, -math.sin(turn) * centred[0] + math.cos(turn) * centred[1] + 67
    )
    reference, picture = (np.rint(128 + gain * grey + offset).astype(np.uint8) for grey, gain, offset in ((surface(x, y), 1, 0), (there, 0.5, 40)))
    motion, correlation = Descent(reference).find(picture, np.eye(2, 3, dtype=np.float32))
    centre = motion[:, :2] @ (119.5, 67) + motion[:, 2]
    assert np.allclose(centre, (119.5 + dx, 67 + dy), atol=0.03)
    assert math.atan2(motion[1, 0], motion[0, 0]) == pytest.approx(turn, abs=math.radians(0.02))
    warped = cv2.warpAffine(picture, motion, (240, 135), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    inner = (slice(5, -5), slice(5, -5))
    assert correlation == pytest.approx(np.corrcoef(warped[inner].ravel(), reference[inner].ravel())[0, 1], abs=0.002)


def test_the_likeness_of_a_faint_picture_is_no_more_than_one() -> None:
    rng = np.random.default_rng(3)
    faint = np.clip(250 + rng.normal(0, 0.5, (300, 2000)), 0, 255).round().astype(np.uint8)
    _, correlation = Descent(faint).find(faint, np.eye(2, 3, dtype=np.float32))
    assert correlation == pytest.approx(1, abs=1e-3)


def test_steps_that_come_to_no_end_find_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descent, "_N_STEPS", 1)
    with pytest.raises(AlignmentLost, match="no likeness"):
        CorrelationAligner(REFERENCE, LIMITS).align(moved(REFERENCE, 7, 3, 1))


def test_features_are_the_same_wherever_the_part_lies(recipe: Recipe) -> None:
    extractor = FeatureExtractor(recipe)
    here = extractor.extract({"front": small_picture(None)}).vectors
    there = extractor.extract({"front": small_picture(None, shift=(4, -3))}).vectors
    not_aligned = FeatureExtractor(recipe.model_copy(update={"alignment": Alignment(enabled=False)})).extract(
        {"front": small_picture(None, shift=(4, -3))}
    )
    assert np.abs(here - there).mean() < 0.25 * np.abs(here - not_aligned.vectors).mean()


def test_the_picture_of_a_view_is_what_its_regions_were_cut_from(recipe: Recipe) -> None:
    extractor = FeatureExtractor(recipe)
    features = extractor.extract({"front": small_picture(np.random.default_rng(3), shift=(2.3, -1.6))})
    assert (extractor.cut(features.pictures) == features.thumbnails).all()


@pytest.mark.parametrize("is_aligned", [True, False])
@pytest.mark.parametrize("polarity", ["bright", "dark"])
def test_the_picture_of_a_binned_view_is_what_its_regions_were_cut_from(recipe: Recipe, is_aligned: bool, polarity: str) -> None:
    view = recipe.views[0].model_copy(update={"binning": 2})
    update = {"views": (view,), "polarity": polarity, "alignment": recipe.alignment.model_copy(update={"enabled": is_aligned})}
    extractor = FeatureExtractor(recipe.model_copy(update=update))
    features = extractor.extract({"front": small_picture(np.random.default_rng(3), shift=(2.3, -1.6))})
    assert features.pictures["front"].shape == (90, 160)
    assert np.abs(extractor.cut(features.pictures) - features.thumbnails).max() < 1e-3


def test_a_binned_view_is_judged_by_the_means_of_its_blocks(recipe: Recipe) -> None:
    update = {"views": (recipe.views[0].model_copy(update={"binning": 2}),), "alignment": Alignment(enabled=False)}
    picture = small_picture(np.random.default_rng(4))
    means = np.floor(picture.reshape(45, 2, 80, 2).mean((1, 3)) + 0.5).astype(np.uint8)
    features = FeatureExtractor(recipe.model_copy(update=update)).extract({"front": picture})
    assert (features.pictures["front"][::2, ::2] == means).all()
    assert np.allclose(features.vectors, nsoartc_regions(means, [(5, 5, 70, 35), (5, 5, 40, 35), (35, 5, 40, 35)]), atol=2e-3)


def test_a_binned_view_is_aligned_as_far(recipe: Recipe) -> None:
    binned = FeatureExtractor(recipe.model_copy(update={"views": (recipe.views[0].model_copy(update={"binning": 2}),)}))
    picture = small_picture(None, shift=(4, -3))
    shifts = [e.extract({"front": picture}).views["front"].aligned for e in (FeatureExtractor(recipe), binned)]
    assert shifts[0] is not None and shifts[1] is not None
    assert np.allclose(shifts[0].shift_px, np.multiply(2, shifts[1].shift_px), atol=0.3)


@given(st.integers(-400, 400).map(lambda n: n / 100), st.tuples(st.integers(0, 100), st.integers(0, 60), st.integers(1, 60), st.integers(1, 30)))
def test_a_cut_is_that_part_of_the_whole_to_a_grey_level(degrees: float, rectangle: tuple[int, int, int, int]) -> None:
    given_picture = np.random.default_rng(5).integers(0, 256, (90, 160), dtype=np.uint8)
    motion = cv2.getRotationMatrix2D((80, 45), degrees, 1.0).astype(np.float32)
    aligned = Aligned(given_picture, motion, (0.0, 0.0), degrees, 1.0)
    left, top, width, height = rectangle
    whole = aligned.picture[top : top + height, left : left + width]
    assert np.abs(aligned.cut(rectangle).astype(int) - whole).max() <= 1


def test_dark_polarity_inverts_before_everything(recipe: Recipe) -> None:
    plain = recipe.model_copy(update={"alignment": Alignment(enabled=False)})
    dark = plain.model_copy(update={"polarity": "dark"})
    picture = small_picture(None)
    inverted = (255 - picture).astype(np.uint8)
    assert (FeatureExtractor(dark).extract({"front": inverted}).vectors == FeatureExtractor(plain).extract({"front": picture}).vectors).all()


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        ({}, "view front: no picture"),
        ({"front": np.zeros((90, 161), np.uint8)}, "view front: the picture has 161 x 90 px, the recipe expects 160 x 90"),
    ],
)
def test_a_missing_or_wrong_sized_view_is_named(recipe: Recipe, pictures: dict[str, Picture], message: str) -> None:
    with pytest.raises(PictureError, match=message):
        FeatureExtractor(recipe).extract(pictures)


# -- by features ---------------------------------------------------------------------------------------------------

BY_FEATURES = Alignment(method="features", max_rotation_deg=15, max_shift=0.2)


def grained(seed: int = 0) -> Picture:
    """A surface with grain, scratches and knots, (360, 480)."""
    rng = np.random.default_rng(seed)
    grain = sum(cv2.GaussianBlur(rng.normal(0, 1, (360, 480)), (0, 0), s) * s * 12 for s in (1.5, 4, 10))
    picture = np.clip(grain + 120, 0, 255).astype(np.uint8)
    for x0, y0, x1, y1 in rng.integers(0, (480, 360, 480, 360), (25, 4)):
        cv2.line(picture, (int(x0), int(y0)), (int(x1), int(y1)), 200, 2, cv2.LINE_AA)
    return picture


GRAINED = grained()


@settings(max_examples=15)
@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(-12, 12))
def test_features_find_shift_and_rotation_to_half_a_pixel(dx: float, dy: float, degrees: float) -> None:
    aligned = FeatureAligner(GRAINED, BY_FEATURES).align(moved(GRAINED, dx, dy, degrees))
    assert np.allclose(aligned.shift_px, (dx, dy), atol=0.5)
    assert aligned.rotation_deg == pytest.approx(degrees, abs=0.2)
    inner = (slice(130, 230), slice(130, 350))
    assert np.abs(aligned.picture[inner].astype(int) - GRAINED[inner]).mean() < 8


def test_a_hard_shadow_and_a_covered_part_do_not_move_features() -> None:
    picture = moved(GRAINED, 30, -20, 6)
    picture[:, 250:] //= 3
    picture[100:180, 60:160] = 230
    aligned = FeatureAligner(GRAINED, BY_FEATURES).align(picture)
    assert np.allclose(aligned.shift_px, (30, -20), atol=0.7)
    assert aligned.rotation_deg == pytest.approx(6, abs=0.3)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((360, 480), np.uint8), "0 points agree"),
        (grained(1), "points agree|times as large|rotated|shifted"),
        (moved(GRAINED, 120, 0, 0), "shifted by"),
        (moved(GRAINED, 0, 0, 25), "rotated by"),
        (cv2.resize(GRAINED, None, fx=1.2, fy=1.2)[:360, :480], "times as large"),
    ],
)
def test_features_are_lost_not_guessed(picture: Picture, message: str) -> None:
    with pytest.raises(AlignmentLost, match=message):
        FeatureAligner(GRAINED, BY_FEATURES).align(picture)


def test_a_flat_reference_loses_every_picture() -> None:
    with pytest.raises(AlignmentLost, match="0 points agree"):
        FeatureAligner(np.full((360, 480), 90, np.uint8), BY_FEATURES).align(GRAINED)


def test_the_recipe_chooses_the_aligner() -> None:
    assert isinstance(make_aligner(GRAINED, BY_FEATURES), FeatureAligner)
    assert isinstance(make_aligner(GRAINED, LIMITS), CorrelationAligner)


def test_another_way_of_alignment_is_another_fingerprint(recipe_file: Path, recipe: Recipe, tmp_path: Path) -> None:
    shutil.copytree(recipe_file.parent, tmp_path / "recipes")
    file = tmp_path / "recipes" / recipe_file.name
    file.write_text(file.read_text(encoding="utf-8").replace("[alignment]", '[alignment]\nmethod = "features"'), encoding="utf-8")
    by_features = read_recipe(file)
    assert by_features.alignment.method == "features"
    assert by_features.fingerprint != recipe.fingerprint
