"""The true window, offscreen: real buttons, real line, real ledger."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from models.recipe import Trigger
from models.registry import Registry
from station.assembly import Station, open_station
from station.cameras.simulated import SimulatedCamera
from station.config import Config, read_config
from station.gui.app import make_window
from station.gui.main_window import StationWindow
from station.gui.picture_view import deviation_marks
from station.lot import Lot
from station.store import queries
from station.verdict import Judgement
from tests.conftest import REPOSITORY
from tests.small import small_picture
from tests.station.fits import wait_until_it_fits

MANUAL = Trigger(mode="manual")


@pytest.fixture
def config(tmp_path: Path, recipe_file: Path, published: Path) -> Config:
    """A line PC whose camera replays 30 small parts; every fourth has a pin missing."""
    shutil.copytree(recipe_file.parent, tmp_path / "recipes")
    shutil.copytree(published, tmp_path / "store")
    (tmp_path / "parts").mkdir()
    for n in range(30):
        cv2.imwrite(str(tmp_path / "parts" / f"{n:02d}.png"), small_picture(np.random.default_rng(n), missing_pin=n % 4 == 3))
    (tmp_path / "config.toml").write_text(
        f'[review]\nsample_rate = 0\n[station]\nrecipe = "small"\nrecipes = "recipes"\n[camera]\nsource = "folder:{tmp_path / "parts"}"\n[models]\nallow_unsigned = true\nstore = "store"\nprovider = "cpu"\n'
    )
    Registry(tmp_path / "store", tmp_path / "data" / "active").activate("small", "1")
    return read_config(tmp_path / "config.toml")


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[..., StationWindow]]:
    with contextlib.ExitStack() as stack:

        def make(config: Config, recipe: str, trigger: Trigger = MANUAL, lot: Lot | None = None) -> StationWindow:
            stack.close()  # one station a data folder: the one before is closed
            station: Station = stack.enter_context(open_station(config, recipe, config.data_folder))
            window = make_window(station, lot or Lot(), trigger)
            qtbot.addWidget(window)
            window.show()
            stack.callback(window.close)
            window.control.start()
            qtbot.waitUntil(lambda: window.control.state == "running" and window.line.start_button.isEnabled(), timeout=15000)
            return window

        yield make


@pytest.fixture
def window(config: Config, open_window: Callable[..., StationWindow]) -> StationWindow:
    return open_window(config, "small")


def trigger(qtbot: QtBot, window: StationWindow) -> None:
    qtbot.waitUntil(lambda: window.line.trigger_button.isEnabled(), timeout=15000)
    before = window.line.strip.tiles[0].part_id if window.line.strip.tiles else 0
    qtbot.mouseClick(window.line.trigger_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.line.strip.tiles) and window.line.strip.tiles[0].part_id == before + 1, timeout=15000)


def test_the_button_judges_a_part_and_shows_what_was_recorded(qtbot: QtBot, window: StationWindow) -> None:
    trigger(qtbot, window)
    assert (window.line.verdict.judgement, window.line.verdict.word) == (Judgement.OK, "OK")
    assert window.line.counters.numbers["OK"].text() == "1"
    assert window.line.counters.numbers["yield"].text() == "100.0 %"
    (line,) = queries.last_parts(window.control.station.engine, 5)
    assert line.judgement is Judgement.OK
    assert window.model_label.text().startswith("Model small version 1 on CPU")


def test_the_space_bar_judges_too(qtbot: QtBot, window: StationWindow) -> None:
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(window.line.strip.tiles) == 1, timeout=15000)


def test_ng_is_shown_in_words_with_the_deviating_windows(qtbot: QtBot, window: StationWindow) -> None:
    for _ in range(4):
        trigger(qtbot, window)
    assert window.line.verdict.judgement is Judgement.NG
    assert window.line.verdict.headline == "Deviates from good parts"
    assert "NG above 20.00" in window.line.verdict.detail
    good, bad = window.line.strip.tiles[1].inspection, window.line.strip.tiles[0].inspection
    assert good is not None
    assert bad is not None
    assert deviation_marks(good, "front") == (), "quiet on good parts"
    marks = deviation_marks(bad, "front")
    assert [m.is_outline for m in marks].count(True) == 1
    assert bad.scores is not None
    assert bad.verdict.worst is not None
    row, column = np.unravel_index(bad.scores.deviation[bad.verdict.worst].argmax(), (6, 13))
    left, top, width, height = bad.regions[bad.verdict.worst].rectangle
    x, y = left + (column + 2) * width / 16, top + (row + 2) * height / 9  # the middle of the worst window
    assert 75 < x < 135, "around the missing pin at x = 105"
    assert any(m.rectangle[0] <= x <= m.rectangle[0] + m.rectangle[2] and m.rectangle[1] <= y <= m.rectangle[1] + m.rectangle[3] for m in marks)


def test_lot_and_operator_are_written_into_the_next_record_and_counted_apart(qtbot: QtBot, window: StationWindow) -> None:
    trigger(qtbot, window)
    window.line.lot_edit.setFocus()
    qtbot.keyClicks(window.line.lot_edit, "LOT 7")
    qtbot.keyClick(window.line.lot_edit, Qt.Key.Key_Return)
    assert len(window.line.strip.tiles) == 1, "a space in the lot's name is no trigger"
    assert window.line.counters.numbers["total"].text() == "0"
    window.line.operator_edit.setFocus()
    qtbot.keyClicks(window.line.operator_edit, "Sato")
    qtbot.keyClick(window.line.operator_edit, Qt.Key.Key_Return)
    trigger(qtbot, window)
    assert [p.lot for p in queries.last_parts(window.control.station.engine, 5)] == ["LOT 7", ""]
    assert window.line.counters.numbers["total"].text() == "1"


def test_a_lot_that_cannot_be_recorded_is_told(qtbot: QtBot, window: StationWindow) -> None:
    window.line.lot_edit.setText("x" * 65)
    window.line.lot_edit.editingFinished.emit()
    assert window.banner.isVisible()
    assert "65 characters" in window.banner.label.text()
    window.line.lot_edit.setText("ok")
    window.line.lot_edit.editingFinished.emit()
    assert not window.banner.isVisible()


def test_a_lot_entered_while_the_line_starts_is_in_force_at_once(qtbot: QtBot, window: StationWindow) -> None:
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.control.state == "stopped" and window.line.start_button.isEnabled(), timeout=15000)
    window.control.start()
    window.line.lot_edit.setText("EARLY")
    window.line.lot_edit.editingFinished.emit()
    qtbot.waitUntil(lambda: window.control.state == "running" and window.line.start_button.isEnabled(), timeout=15000)
    trigger(qtbot, window)
    assert queries.last_parts(window.control.station.engine, 1)[0].lot == "EARLY"


def test_an_ok_does_not_stay_up_for_a_part_that_nobody_judged(qtbot: QtBot, window: StationWindow) -> None:
    trigger(qtbot, window)
    assert window.line.verdict.judgement is Judgement.OK
    window.control.faulted.emit("trigger", "4 parts wait for their verdict")
    assert (window.line.verdict.judgement, window.line.verdict.headline) == (Judgement.HOLD, "Not accepted")
    window.languages.use("ja")
    qtbot.waitUntil(lambda: window.line.verdict.headline == "受付不可", timeout=5000)
    assert window.line.verdict.judgement is Judgement.HOLD
    window.languages.use("en")
    trigger(qtbot, window)
    assert window.line.verdict.judgement is Judgement.OK
    assert not window.banner.isVisible()
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.control.state == "stopped" and window.line.start_button.isEnabled(), timeout=15000)
    assert (window.line.verdict.judgement, window.line.verdict.word) == (None, "Stopped")


def test_a_start_that_fails_in_an_unforeseen_way_ends_in_stopped_and_is_told(
    qtbot: QtBot, window: StationWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no such thing")

    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.control.state == "stopped" and window.line.start_button.isEnabled(), timeout=15000)
    monkeypatch.setattr(type(window.control.station), "make_line", fail)
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "RuntimeError: no such thing" in window.banner.label.text(), timeout=15000)
    qtbot.waitUntil(lambda: window.control.state == "stopped" and window.line.start_button.isEnabled(), timeout=15000)
    monkeypatch.undo()
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.control.state == "running" and not window.banner.isVisible(), timeout=15000)


def test_what_the_run_before_met_is_not_told_of_the_next_one(qtbot: QtBot, window: StationWindow) -> None:
    window.control.faulted.emit("model", "version 2 cannot judge; version 1 goes on judging")
    qtbot.waitUntil(lambda: "version 2 cannot judge" in window.banner.label.text(), timeout=15000)
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.control.state == "stopped" and window.line.start_button.isEnabled(), timeout=15000)
    assert "version 2 cannot judge" in window.banner.label.text()
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.control.state == "running" and not window.banner.isVisible(), timeout=15000)


def test_a_fault_says_since_when_with_the_day_if_it_is_not_today(window: StationWindow) -> None:
    window.banner.set_fault("camera", "away")
    assert re.match(r"⚠  \d\d:\d\d  Camera: ", window.banner.label.text())
    window.banner._since["camera"] -= timedelta(days=3)
    window.banner.set_fault("camera", "still away")
    since = window.banner._since["camera"].astimezone()
    assert window.banner.label.text().startswith(f"⚠  {since:%Y-%m-%d %H:%M}  Camera: "), "since it began, whatever was told meanwhile"
    window.banner.set_fault("camera", "")
    window.banner.set_fault("camera", "away again")
    assert re.match(r"⚠  \d\d:\d\d  Camera: ", window.banner.label.text())


def test_stop_and_start_again_with_the_button(qtbot: QtBot, window: StationWindow) -> None:
    trigger(qtbot, window)
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.control.state == "stopped" and window.line.start_button.isEnabled(), timeout=15000)
    assert window.line.start_button.text() == "Start (F5)"
    assert not window.line.trigger_button.isEnabled()
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.control.state == "running" and window.line.start_button.isEnabled(), timeout=15000)
    trigger(qtbot, window)
    assert len({p.run for p in queries.last_parts(window.control.station.engine, 5)}) == 2


def _texts(window: StationWindow) -> list[str]:
    return [w.text() for w in [*window.findChildren(QLabel), *window.findChildren(QPushButton)] if w.isVisible()]


def test_language_changes_at_run_time_and_is_remembered(
    qtbot: QtBot, window: StationWindow, config: Config, open_window: Callable[..., StationWindow]
) -> None:
    trigger(qtbot, window)
    qtbot.mouseClick(window.language_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.line.trigger_button.text() == "検査 (スペース)", timeout=5000)  # Qt posts the change
    assert window.language_button.text() == "简体中文"
    assert window.state_label.text() == "● 運転中"
    untranslated = {"Live", "Last part", "Yield", "HOLD", "RETEST", "Stop (F5)", "Lot", "Operator"} & set(_texts(window))
    assert not untranslated
    window.close()
    assert open_window(config, "small").line.trigger_button.text() == "検査 (スペース)"


def test_the_last_twenty_parts_stay_on_the_strip_and_come_back_after_a_restart(
    qtbot: QtBot, config: Config, window: StationWindow, open_window: Callable[..., StationWindow]
) -> None:
    for _ in range(22):
        trigger(qtbot, window)
    assert [t.part_id for t in window.line.strip.tiles] == list(range(22, 2, -1))
    window.close()
    again = open_window(config, "small")
    assert [t.part_id for t in again.line.strip.tiles] == list(range(22, 2, -1))
    assert again.line.counters.numbers["total"].text() == "22"
    # a click on the tile of part 20, an NG of the earlier run, shows its stored picture
    again.resize(1366, 768)
    qtbot.mouseClick(again.line.strip, Qt.MouseButton.LeftButton, pos=QPoint(round(again.line.strip.width() * 2.5 / 20), 20))
    assert again.line.strip.selected == 20
    assert again.line.last._image is not None


def test_a_camera_fault_stands_in_the_banner_until_it_is_mended(
    qtbot: QtBot, config: Config, open_window: Callable[..., StationWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    cameras: list[SimulatedCamera] = []

    def make(*_: object) -> SimulatedCamera:
        cameras.append(SimulatedCamera(("center", "left", "right")))
        return cameras[-1]

    monkeypatch.setattr("station.assembly.make_camera", make)
    shipped = read_config(REPOSITORY / "config.toml")
    shipped = shipped.model_copy(update={"station": shipped.station.model_copy(update={"data": str(config.data_folder)})})
    shipped._folder = REPOSITORY
    window = open_window(shipped, "connector")
    trigger(qtbot, window)
    camera = cameras[-1]
    camera.fail("unplugged")
    trigger(qtbot, window)
    assert window.line.verdict.judgement is Judgement.HOLD
    assert window.line.verdict.headline == "Camera fault"
    qtbot.waitUntil(lambda: bool(window.banner.isVisible()), timeout=5000)
    assert "Camera: simulated camera: unplugged" in window.banner.label.text()
    camera.plug_in()
    qtbot.waitUntil(lambda: not window.banner.isVisible(), timeout=8000)
    trigger(qtbot, window)
    assert window.line.verdict.judgement is not Judgement.HOLD


def test_a_model_activated_outside_judges_from_the_next_part_on(qtbot: QtBot, config: Config, window: StationWindow) -> None:
    trigger(qtbot, window)
    Registry(config.model_store, config.data_folder / "active").activate("small", "2")
    qtbot.waitUntil(lambda: window.control.judge is not None and window.control.judge.model_version == "2", timeout=15000)
    trigger(qtbot, window)
    assert window.line.verdict.judgement is Judgement.NG
    assert "version 2" in window.model_label.text()


def test_a_line_without_a_model_says_so_and_stays_stopped(
    qtbot: QtBot, config: Config, open_window: Callable[..., StationWindow], window: StationWindow
) -> None:
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.control.state == "stopped" and window.line.start_button.isEnabled(), timeout=15000)
    (config.model_store / "small" / "1" / "model.onnx").write_bytes(b"")
    qtbot.mouseClick(window.line.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "sha256" in window.banner.label.text(), timeout=15000)
    qtbot.waitUntil(lambda: window.control.state == "stopped", timeout=15000)


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (960, 540), (683, 384)])
@pytest.mark.parametrize("language", ["en", "ja", "zh"])
def test_nothing_is_cut_off_at_any_size(qtbot: QtBot, window: StationWindow, size: tuple[int, int], language: str) -> None:
    for _ in range(4):
        trigger(qtbot, window)
    window.languages.use(language)
    window.resize(*size)
    parts = (window.line.verdict, window.line.counters, window.line.strip, window.line.live, window.line.last)
    wait_until_it_fits(qtbot, window, [*window.findChildren(QLabel), *window.findChildren(QPushButton)], parts)
    assert (window.width(), window.height()) == size


def test_closing_leaves_no_thread_behind(config: Config, open_window: Callable[..., StationWindow]) -> None:
    import threading

    before = set(threading.enumerate())
    window = open_window(config, "small")
    window.close()
    left = {t.name for t in set(threading.enumerate()) - before if t.is_alive()}
    assert left == {"backup", "retention"}, "the station's own, which outlives its window"


def test_live_view_shows_what_the_camera_sees(qtbot: QtBot, window: StationWindow) -> None:
    qtbot.waitUntil(lambda: window.line.live._image is not None, timeout=5000)
    assert (window.line.live._image.width(), window.line.live._image.height()) == (160, 90)  # type: ignore[union-attr]
