from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.alignment import Aligner, AlignmentLost
from models.features import FeatureExtractor
from models.nsoartc import Picture
from models.pictures import PictureError
from models.recipe import Alignment, Recipe
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
    aligned = Aligner(REFERENCE, LIMITS).align(moved(REFERENCE, dx, dy, degrees))
    assert np.allclose(aligned.shift_px, (dx, dy), atol=0.1)
    assert aligned.rotation_deg == pytest.approx(degrees, abs=0.05)
    inner = (slice(60, 300), slice(60, 580))
    assert np.abs(aligned.picture[inner].astype(int) - REFERENCE[inner]).mean() < 2.5


@given(st.floats(0.6, 1.3), st.integers(0, 20))
def test_gain_and_offset_of_the_light_do_not_move_it(gain: float, offset: int) -> None:
    lit = np.clip(REFERENCE * gain * 0.9 + offset, 0, 255).astype(np.uint8)
    aligned = Aligner(REFERENCE, LIMITS).align(lit)
    assert np.allclose(aligned.shift_px, (0, 0), atol=0.1)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((360, 640), np.uint8), "no likeness|correlation"),
        (np.full((360, 640), 255, np.uint8), "no likeness|correlation"),
        (np.random.default_rng(0).integers(0, 256, (360, 640), dtype=np.uint8), "no likeness|correlation"),
        (moved(REFERENCE, 120, 0, 0), "shifted by|correlation|no likeness"),
        (moved(REFERENCE, 0, 0, 9), "rotated by|correlation|no likeness"),
        (REFERENCE[:, ::-1].copy()[::-1] // 4 + np.random.default_rng(0).integers(0, 190, (360, 640), dtype=np.uint8), "correlation|no likeness"),
    ],
)
def test_a_picture_that_cannot_be_aligned_is_lost_not_guessed(picture: Picture, message: str) -> None:
    with pytest.raises(AlignmentLost, match=message):
        Aligner(REFERENCE, LIMITS).align(picture)


def test_features_are_the_same_wherever_the_part_lies(recipe: Recipe) -> None:
    extractor = FeatureExtractor(recipe)
    here = extractor.extract({"front": small_picture(None)}).vectors
    there = extractor.extract({"front": small_picture(None, shift=(4, -3))}).vectors
    not_aligned = FeatureExtractor(recipe.model_copy(update={"alignment": Alignment(enabled=False)})).extract(
        {"front": small_picture(None, shift=(4, -3))}
    )
    assert np.abs(here - there).mean() < 0.25 * np.abs(here - not_aligned.vectors).mean()


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
