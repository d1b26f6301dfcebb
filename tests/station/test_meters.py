"""Meters of a camera: each says what it should of a picture made so."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.cameras.simulated import SimulatedCamera
from station.meters import Exposure, FrameRate, brightness, focus
from tests.small import small_picture


def levels(*shares: tuple[int, float]) -> np.ndarray:
    """A picture of 100 x 100 with these shares of grey levels."""
    picture = np.concatenate([np.full(round(10_000 * share), level, np.uint8) for level, share in shares])
    return picture.reshape(100, 100)


def test_mean_and_shares_are_counted() -> None:
    met = brightness(levels((0, 0.25), (100, 0.5), (255, 0.25)))
    assert (met.mean, met.black, met.white) == (113.75, 0.25, 0.25)
    assert met.histogram.sum() == 10_000
    assert met.histogram[[0, 100, 255]].tolist() == [2500, 5000, 2500]


@pytest.mark.parametrize(
    ("picture", "advice"),
    [
        (levels((60, 0.5), (200, 0.5)), Exposure.GOOD),
        (levels((60, 0.5), (200, 0.49), (255, 0.01)), Exposure.BURNT_OUT),
        (levels((60, 0.5), (252, 0.5)), Exposure.BRIGHT),
        (levels((20, 0.5), (90, 0.5)), Exposure.DIM),
        (levels((0, 0.1), (60, 0.4), (200, 0.5)), Exposure.BLACK),
        (levels((0, 0.1), (60, 0.4), (255, 0.5)), Exposure.HARSH),
        (levels((60, 0.5), (200, 0.498), (255, 0.002)), Exposure.GOOD),  # a few glints
    ],
)
def test_advice_follows_the_levels(picture: np.ndarray, advice: Exposure) -> None:
    assert brightness(picture).exposure is advice


def test_the_simulated_connector_is_well_exposed_and_its_double_is_not() -> None:
    camera = SimulatedCamera(("center",))
    camera.open()
    picture = camera.shoot()[0].picture
    assert brightness(picture).exposure is Exposure.GOOD
    assert brightness(cv2.multiply(picture, 2)).exposure is Exposure.BURNT_OUT
    assert brightness(cv2.multiply(picture, 0.4)).exposure is Exposure.DIM


def test_blur_lowers_the_focus_step_by_step() -> None:
    sharp = small_picture(np.random.default_rng(1))
    values = [focus(sharp), *(focus(cv2.GaussianBlur(sharp, (0, 0), sigma)) for sigma in (0.8, 1.5, 3))]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.3 * values[0]


@given(gain=st.floats(0.4, 1.1), offset=st.integers(0, 20))
def test_light_does_not_change_the_focus(gain: float, offset: int) -> None:
    sharp = cv2.GaussianBlur(small_picture(None), (0, 0), 1)
    lit = np.rint(sharp * gain + offset).astype(np.uint8)
    assert focus(lit) == pytest.approx(focus(sharp), rel=0.15)  # whole grey levels


def test_a_flat_picture_has_no_focus() -> None:
    assert focus(np.full((90, 160), 80, np.uint8)) == 0


def test_frame_rate_counts_the_last_two_seconds() -> None:
    rate = FrameRate()
    for i in range(100):
        rate.add(10 + i / 20)
    assert rate.hz(10 + 99 / 20) == pytest.approx(20)
    assert rate.hz(30) == 0, "frames that came long ago are no rate"
