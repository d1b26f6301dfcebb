"""The set-up page's look through the lens, and the camera's meters, in the true window."""

# ruff: noqa: F811

from __future__ import annotations

import threading
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from models.recipe import Recipe
from station.cameras.camera import CameraError
from station.cameras.simulated import SimulatedCamera
from station.config import Config
from station.gui.main_window import StationWindow
from station.gui.setup_page import SetupPage
from station.shot import Frame, now
from station.store import queries
from station.viewfinder import Viewfinder
from tests.small import small_picture
from tests.station.fits import wait_until_it_fits
from tests.station.test_window import config, open_window, window  # noqa: F401  # fixtures

WAIT = 15000


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    qtbot.waitUntil(lambda: bool(button.isVisible() and button.isEnabled()), timeout=WAIT)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def open_setup(qtbot: QtBot, window: StationWindow, tab: int) -> SetupPage:
    page = window.page(SetupPage)
    assert isinstance(page, SetupPage)
    assert window.open_page(page)
    click(qtbot, page.tabs.button(tab))
    return page


@pytest.fixture
def page(qtbot: QtBot, window: StationWindow) -> SetupPage:
    return open_setup(qtbot, window, 2)


def test_the_meters_read_the_running_lines_pictures(qtbot: QtBot, page: SetupPage) -> None:
    camera = page.camera
    qtbot.waitUntil(lambda: camera.levels[0].text() != "–", timeout=WAIT)
    assert 50 < float(camera.levels[0].text()) < 110, "the small part's mean grey level"
    assert camera.levels[2].text() == "0.00%"
    assert camera.advice.text() == "✓ Exposure is right: the range is used and nothing is burnt out."
    assert camera.focus_text.text().endswith("(100% of it)")
    assert page.lens_label.text() == "Live through the running line, which goes on judging."
    assert "nothing to set" in camera.camera_text.text(), "a folder of pictures has no exposure"
    qtbot.waitUntil(lambda: "frames a second" in camera.live_title.text(), timeout=WAIT)
    assert queries.last_parts(page.desk.control.station.engine, 1) == [], "looking is not judging"


def test_the_best_focus_stays_marked_while_the_picture_blurs(qtbot: QtBot, page: SetupPage) -> None:
    """Frames given by hand, as the lens would give them."""
    camera, lens = page.camera, page.lens
    qtbot.waitUntil(lambda: camera.levels[0].text() != "–", timeout=WAIT)
    page.lens._timer.stop()
    sharp = small_picture(np.random.default_rng(1))
    blurred, burnt = cv2.GaussianBlur(sharp, (0, 0), 3), cv2.multiply(sharp, 2)

    def show(picture: np.ndarray) -> None:
        camera._read_at = 0
        lens.seen.emit((Frame("front", picture, now()),))

    show(sharp)
    best = camera.focus_text.text().split()[0]
    show(blurred)
    after, percent = camera.focus_text.text().split()[0], int(camera.focus_text.text().split("(")[1].split("%")[0])
    assert int(after) < 0.5 * int(best)
    assert percent < 50
    assert f"best so far {best}" in camera.focus_text.text()
    show(burnt)
    assert camera.advice.text().startswith("▲ Too bright")
    assert camera.advice.property("warning")
    click(qtbot, camera.reset_button)
    show(blurred)
    assert camera.focus_text.text().endswith("(100% of it)")


def test_the_camera_alone_shows_pictures_while_nothing_judges_and_gives_way_to_the_line(qtbot: QtBot, page: SetupPage, window: StationWindow) -> None:
    click(qtbot, page.camera_button)
    qtbot.waitUntil(lambda: page.lens.through == "camera" and bool(page.lens.pictures), timeout=WAIT)
    assert window.state_label.text() == "■ Stopped"
    assert page.lens_label.text().startswith("Camera alone: nothing is judged or recorded.")
    assert page.camera_button.text() == "Close the camera"
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.control.state == "running" and page.lens.through == "line", timeout=WAIT)
    qtbot.waitUntil(lambda: page.camera.levels[0].text() != "–", timeout=WAIT)
    click(qtbot, page.camera_button)
    qtbot.waitUntil(lambda: page.lens.through == "camera", timeout=WAIT)
    click(qtbot, page.camera_button)
    assert (page.lens.through, page.camera.advice.text()) == ("none", "No picture to measure.")
    click(qtbot, page.camera_button)
    window.open_page(window.line)
    assert page.lens.through == "none", "leaving the page gives the camera back"
    assert queries.last_parts(window.control.station.engine, 1) == []


def test_without_any_model_the_camera_can_still_be_set_up(
    qtbot: QtBot, config: Config, open_window: Callable[..., StationWindow], window: StationWindow
) -> None:
    click(qtbot, window.line.start_button)
    qtbot.waitUntil(lambda: window.control.state == "stopped", timeout=WAIT)
    (config.model_store / "small" / "1" / "model.onnx").write_bytes(b"")
    click(qtbot, window.line.start_button)
    qtbot.waitUntil(lambda: "sha256" in window.banner.label.text() and window.control.state == "stopped", timeout=WAIT)
    page = open_setup(qtbot, window, 2)
    click(qtbot, page.camera_button)
    qtbot.waitUntil(lambda: page.camera.levels[0].text() != "–", timeout=WAIT)


def test_the_exposure_of_a_real_camera_is_shown(qtbot: QtBot, config: Config, page: SetupPage) -> None:
    opencv = config.camera.opencv.model_copy(update={"exposure_ms": 4.5})
    object.__setattr__(
        page.desk.control.station,
        "config",
        config.model_copy(update={"camera": config.camera.model_copy(update={"source": "opencv:0", "opencv": opencv})}),
    )
    page.camera.retranslate()
    assert "Exposure: 4.5 ms" in page.camera.camera_text.text()


def test_no_word_is_cut_off(qtbot: QtBot, page: SetupPage, window: StationWindow) -> None:
    for size in ((1366, 768), (1920, 1080), (960, 540)):
        window.resize(*size)
        qtbot.waitUntil(lambda size=size: (window.width(), window.height()) == size, timeout=WAIT)
        for tab in page.tabs.buttons():
            click(qtbot, tab)
            buttons = page.findChildren(QAbstractButton)
            wait_until_it_fits(qtbot, window, buttons, [button for button in buttons if button.text()])


def test_a_viewfinder_says_what_is_wrong_and_is_well_again(recipe: Recipe) -> None:
    told: list[str] = []
    heard: list[tuple[tuple[Frame, ...], str]] = []
    is_well, is_bad, has_heard = threading.Event(), threading.Event(), threading.Event()

    def tell(message: str) -> None:
        told.append(message)
        (is_bad if message else is_well).set()

    def hear(frames: tuple[Frame, ...], fault: str) -> None:
        heard.append((frames, fault))
        has_heard.set()

    camera = SimulatedCamera(("center",))
    finder = Viewfinder(camera, tell)
    finder.start()
    assert is_well.wait(10)
    finder.take(hear)
    assert has_heard.wait(10)
    assert heard[0][0][0].view == "center"
    has_heard.clear()
    camera.fail("unplugged")
    finder.take(hear)
    assert has_heard.wait(10)
    assert heard[1] == ((), "simulated camera: unplugged")
    assert is_bad.wait(10)
    is_well.clear()
    camera.plug_in()
    assert is_well.wait(10)
    finder.stop()
    with pytest.raises(CameraError, match="not open"):
        camera.preview()
    finder.stop()
