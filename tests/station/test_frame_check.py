"""Pictures that must not be judged: each kind is held for its own reason, and good ones never are."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.nsoartc import Picture
from models.recipe import Recipe, Trigger, find_recipe
from station.assembly import open_station
from station.cameras.camera import Camera
from station.cameras.sources import make_camera
from station.config import CameraSection, ChecksSection, Config, read_config
from station.frame_check import FrameChecks
from station.lot import Lot
from station.shot import Frame, now
from station.store.schema import Part, PartPicture
from tests.conftest import REPOSITORY
from tests.small import small_picture
from tests.station.parts import Ear

CONNECTOR = find_recipe("connector", REPOSITORY / "station" / "recipes")


def met(
    checks: FrameChecks,
    picture: Picture,
    is_live: bool = True,
    view: str = "front",
    early_s: float = 0.0,
    late_s: float = 0.0,
    counter: int | None = None,
) -> str:
    asked_s = time.monotonic()
    return checks.fault([Frame(view, picture, now(), asked_s - early_s, counter)], asked_s - late_s, asked_s, is_live)


def good(seed: int) -> Picture:
    return small_picture(np.random.default_rng(seed))


@pytest.fixture
def checks(recipe: Recipe) -> FrameChecks:
    return FrameChecks(ChecksSection(), recipe)


@given(seed=st.integers(0, 10_000), gain=st.floats(0.4, 1.2), missing_pin=st.booleans(), blur_px=st.sampled_from([0.0, 0.4, 0.8]))
def test_a_usable_picture_is_not_held(recipe: Recipe, seed: int, gain: float, missing_pin: bool, blur_px: float) -> None:
    picture = small_picture(np.random.default_rng(seed), missing_pin)
    if blur_px:
        picture = cv2.GaussianBlur(picture, (0, 0), blur_px)
    assert met(FrameChecks(ChecksSection(), recipe), cv2.convertScaleAbs(picture, alpha=gain)) == ""


@given(bright=st.floats(0, 0.03), level=st.integers(0, 30), limit=st.integers(0, 40))
def test_black_is_a_picture_of_which_99_percent_lie_below_the_limit(recipe: Recipe, bright: float, level: int, limit: int) -> None:
    picture = np.full(90 * 160, level, np.uint8)
    n_bright = round(bright * picture.size)
    picture[:n_bright] = 200
    checks = FrameChecks(ChecksSection(black_below=limit, min_sharpness=0), recipe)
    is_black = level < limit and (picture.size - n_bright) >= 0.99 * picture.size
    assert met(checks, picture.reshape(90, 160)).startswith("black: view front: 99 %") == is_black


@given(share=st.floats(0, 1), limit=st.floats(0.01, 1), level=st.sampled_from([249, 250, 255]))
def test_saturated_is_a_picture_with_too_many_pixels_near_white(recipe: Recipe, share: float, limit: float, level: int) -> None:
    picture = np.full(90 * 160, 60, np.uint8)
    n_white = round(share * picture.size)
    picture[:n_white] = level
    checks = FrameChecks(ChecksSection(white_share=limit, min_sharpness=0), recipe)
    is_saturated = level >= 250 and n_white / picture.size > limit
    assert met(checks, picture.reshape(90, 160)).startswith("saturated: view front") == is_saturated


def test_a_picture_out_of_focus_is_held_with_the_numbers(checks: FrameChecks) -> None:
    reason = met(checks, cv2.GaussianBlur(good(1), (0, 0), 6))
    assert reason.startswith("blurred: view front: sharpness 0.0")
    assert reason.endswith("of the reference, at least 0.15 expected: check focus and vibration")


@pytest.mark.parametrize("grey", [60, 128])
def test_a_picture_that_shows_nothing_is_held_as_blank(checks: FrameChecks, grey: int) -> None:
    empty = np.random.default_rng(1).normal(grey, 1.5, (90, 160)).astype(np.uint8)
    assert met(checks, empty).startswith("blank: view front: ")


def test_sharpness_is_not_asked_for_where_there_is_no_reference_or_the_setting_is_0(recipe: Recipe) -> None:
    view = recipe.views[0].model_copy(update={"reference": None})
    without = recipe.model_copy(update={"views": (view,)})
    blurred = cv2.GaussianBlur(good(1), (0, 0), 6)
    assert met(FrameChecks(ChecksSection(), without), blurred) == ""
    assert met(FrameChecks(ChecksSection(min_sharpness=0), recipe), blurred) == ""


def test_a_live_camera_that_shows_the_same_pixels_again_is_held(checks: FrameChecks) -> None:
    assert met(checks, good(1)) == ""
    assert met(checks, good(1)).startswith("stale: view front: the very pixels of an earlier picture")
    assert met(checks, good(2)) == ""


def test_a_frozen_ring_of_buffers_is_held_too(checks: FrameChecks) -> None:
    assert [met(checks, good(n)) for n in range(4)] == [""] * 4
    assert all(met(checks, good(n)).startswith("stale") for n in range(4))


def test_a_shot_that_shows_what_a_preview_has_shown_is_held(checks: FrameChecks) -> None:
    assert checks.is_new([Frame("front", good(1), now())])
    assert met(checks, good(1)).startswith("stale: view front: the very pixels of an earlier picture")
    assert met(checks, good(2)) == ""


def test_previews_of_a_frozen_camera_show_nothing_new(recipe: Recipe, checks: FrameChecks) -> None:
    assert met(checks, good(0)) == ""
    previews = [[Frame("front", good(n), now())] for n in (0, 1, 2, 1, 2, 3)]
    assert [checks.is_new(frames) for frames in previews] == [False, True, True, False, False, True]
    assert met(checks, good(0)).startswith("stale"), "previews do not push out what a shot has shown"
    off = FrameChecks(ChecksSection(stale=False), recipe)
    assert [off.is_new(previews[1]) for _ in range(3)] == [True] * 3


def test_one_changed_pixel_of_noise_in_every_row_makes_a_new_picture(checks: FrameChecks) -> None:
    assert met(checks, good(1)) == ""
    other = good(1)
    other[:, 7] ^= 1
    assert met(checks, other) == ""


def test_a_replay_may_show_a_picture_twice_and_so_may_a_camera_whose_check_is_off(recipe: Recipe, checks: FrameChecks) -> None:
    assert [met(checks, good(1), is_live=False) for _ in range(3)] == [""] * 3
    off = FrameChecks(ChecksSection(stale=False), recipe)
    assert [met(off, good(1)) for _ in range(3)] == [""] * 3


def test_a_picture_from_before_its_trigger_is_held(checks: FrameChecks) -> None:
    assert met(checks, good(1), is_live=False, early_s=0.25) == "stale: view front: the picture was taken 0.25 s before it was asked for"


def test_a_live_picture_that_came_long_after_its_trigger_is_held(recipe: Recipe, checks: FrameChecks) -> None:
    assert met(checks, good(1), late_s=3).startswith("no picture in time: it came 3.0 s after the trigger, at most 1 s allowed")
    assert met(checks, good(2), late_s=3, is_live=False) == ""
    assert met(FrameChecks(ChecksSection(late_s=0), recipe), good(2), late_s=3) == ""


def test_the_cameras_own_count_must_grow_until_it_is_opened_again(checks: FrameChecks) -> None:
    assert met(checks, good(1), counter=5) == ""
    assert met(checks, good(2), counter=9) == ""
    assert met(checks, good(3), counter=9) == "stale: view front: frame 9 by the camera's own count, after frame 9"
    assert met(checks, good(4), counter=4).startswith("stale")
    checks.reopened()
    assert met(checks, good(5), counter=1) == ""


def test_a_wrong_size_is_said_first_with_both_sizes(checks: FrameChecks) -> None:
    black = np.zeros((48, 64), np.uint8)
    assert met(checks, black, early_s=1) == "view front: the picture has 64 x 48 px, the recipe expects 160 x 90 px"


def test_a_view_that_the_recipe_does_not_have_is_named(checks: FrameChecks) -> None:
    assert met(checks, good(1), view="back") == "view back: a picture of a view that the recipe does not have; it has front"


@pytest.mark.parametrize("seed", [0, 7, 21, 99])
def test_the_simulated_connector_is_never_held_in_any_session(seed: int) -> None:
    camera = make_camera(CameraSection.model_validate({"simulated": {"seed": seed, "defect_rate": 0.5}}), CONNECTOR)
    camera.open()
    checks = FrameChecks(ChecksSection(), CONNECTOR)
    for _ in range(12):
        assert shoot(camera, checks) == ""


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("black", "black: view center"),
        ("saturated", "saturated: view center"),
        ("blurred", "blurred: view center"),
        ("stale", "stale: view center: the very pixels"),
        ("wrong-size", "view center: the picture has 640 x 352 px, the recipe expects 640 x 360 px"),
    ],
)
def test_each_fault_of_the_simulated_camera_is_held_for_its_own_reason(fault: str, reason: str) -> None:
    camera = make_camera(CameraSection.model_validate({"simulated": {"faults": [{"shot": 3, "fault": fault}]}}), CONNECTOR)
    camera.open()
    checks = FrameChecks(ChecksSection(), CONNECTOR)
    reasons = [shoot(camera, checks) for _ in range(5)]
    assert [bool(r) for r in reasons] == [False, False, True, False, False]
    assert reasons[2].startswith(reason)


def shoot(camera: Camera, checks: FrameChecks) -> str:
    asked_s = time.monotonic()
    return checks.fault(camera.shoot(), asked_s, asked_s, camera.is_live)


def shipped(data: Path, faults: list[dict[str, object]], isolated: bool) -> Config:
    """The shipped station, with faults on order."""
    config = read_config(REPOSITORY / "config.toml")
    simulated = {"defect_rate": 0.0, "faults": faults, "isolated": isolated}
    config = config.model_copy(
        update={
            "station": config.station.model_copy(update={"data": str(data)}),
            "camera": CameraSection.model_validate({"simulated": simulated}),
            "models": config.models.model_copy(update={"provider": "cpu"}),
        }
    )
    config._folder = REPOSITORY
    return config


@pytest.mark.parametrize("isolated", [False, True])
def test_the_station_holds_what_was_checked_and_keeps_its_pictures(tmp_path: Path, isolated: bool) -> None:
    kinds = ["black", "saturated", "blurred", "stale", "wrong-size"]
    config = shipped(tmp_path, [{"shot": 2 * n + 2, "fault": kind} for n, kind in enumerate(kinds)], isolated)
    ear = Ear()
    with open_station(config, "connector", config.data_folder) as station:
        running = station.make_line(ear, Lot("A-1"), Trigger(mode="interval", interval_ms=150), max_parts=12)
        running.start()
        assert ear.over.wait(60)
        assert running.stop()
        with Session(station.engine) as session:
            rows = session.execute(select(Part.shot_number, Part.judgement, Part.reason).order_by(Part.id)).all()
            n_pictures = [len(session.scalars(select(PartPicture).where(PartPicture.part_id == n)).all()) for n in range(1, 13)]
    assert [row.shot_number for row in rows] == list(range(1, 13))
    held = {row.shot_number: row.reason for row in rows if row.judgement == "HOLD"}
    for n, kind in enumerate(kinds):
        assert held[2 * n + 2].startswith("view center: the picture has" if kind == "wrong-size" else kind)
    # a camera that repeats itself is opened again; parts that come meanwhile are held for it
    others = {number: reason for number, reason in held.items() if number not in range(2, 12, 2)}
    assert all("camera fault: stale" in reason for reason in others.values())
    assert all(n == (0 if number + 1 in others else 3) for number, n in enumerate(n_pictures))
