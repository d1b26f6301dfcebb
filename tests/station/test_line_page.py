"""The operator's page in the true window: lots, scans, alarms, retests, challenge parts, sounds, counters."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.recipe import Recipe, Trigger
from models.registry import Registry
from station.access import Role, User
from station.assembly import open_station
from station.config import Config, read_config
from station.gui.app import make_window
from station.gui.main_window import StationWindow
from station.gui.sounds import write_tones
from station.lot import Lot
from station.store import queries
from station.store.schema import Event
from station.verdict import Judgement
from tests.small import publish_small, small_picture
from tests.station.test_scanner import qr

MANUAL = Trigger(mode="manual")
OK, NG, RETEST, HOLD = Judgement.OK, Judgement.NG, Judgement.RETEST, Judgement.HOLD
Open = Callable[..., StationWindow]
LIMIT_MS = 15000
CHALLENGE = (
    '[challenge]\nrequired = "shift+model"\nparts = [{name = "master", expected = "OK", serial = "M-1"}, {name = "bent pin", expected = "NG"}]\n'
)


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path, recipe_file: Path, published: Path) -> Iterator[Open]:
    """Opens the window of a line PC whose camera replays small parts: `bad` says which have a pin missing."""
    shutil.copytree(recipe_file.parent, tmp_path / "recipes")
    shutil.copytree(published, tmp_path / "store")
    with contextlib.ExitStack() as stack:

        def make(
            more: str = "",
            bad: tuple[int, ...] = (),
            version: str = "1",
            trigger: Trigger = MANUAL,
            lot: Lot | None = None,
            pictures: Callable[[int], NDArray[np.uint8]] | None = None,
        ) -> StationWindow:
            stack.close()  # one station a data folder: the one before is closed
            shutil.rmtree(tmp_path / "parts", ignore_errors=True)
            (tmp_path / "parts").mkdir()
            for n in range(12):
                picture = pictures(n) if pictures is not None else small_picture(np.random.default_rng(n), missing_pin=n in bad)
                cv2.imwrite(str(tmp_path / "parts" / f"{n:02d}.png"), picture)
            (tmp_path / "config.toml").write_text(
                f'[station]\nrecipe = "small"\nrecipes = "recipes"\nshifts = ["00:00"]\n[camera]\nsource = "folder:{tmp_path / "parts"}"\n'
                f'[camera.folder]\nloop = true\n[models]\nstore = "store"\nprovider = "cpu"\n{more}'
            )
            config: Config = read_config(tmp_path / "config.toml")
            Registry(tmp_path / "store", tmp_path / "data" / "active").activate("small", version)
            window = make_window(stack.enter_context(open_station(config, "small", config.data_folder)), lot or Lot(), trigger)
            qtbot.addWidget(window)
            window.show()
            stack.callback(window.close)
            window.control.start()
            qtbot.waitUntil(lambda: window.control.state == "running" and window.line.start_button.isEnabled(), timeout=LIMIT_MS)
            return window

        yield make


def newest(window: StationWindow) -> int:
    return window.line.strip.tiles[0].part_id if window.line.strip.tiles else 0


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=LIMIT_MS)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def run_part(qtbot: QtBot, window: StationWindow) -> None:
    before = newest(window)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: newest(window) == before + 1, timeout=LIMIT_MS)


def type_keys(qtbot: QtBot, widget: QWidget, text: str, gap_ms: int = -1) -> None:
    qtbot.keyClicks(widget, text, delay=gap_ms)
    qtbot.keyClick(widget, Qt.Key.Key_Return)


def events(window: StationWindow, kind: str) -> list[tuple[str, dict[str, object]]]:
    with Session(window.control.station.engine) as session:
        return [(event.actor, json.loads(event.detail)) for event in session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))]


# -- lots and scans ----------------------------------------------------------------------------------------------------


def test_a_lot_is_started_and_ended_with_its_button_and_its_end_is_counted_and_shown(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(bad=(1,))
    line = window.line
    assert line.header.lot_button.text() == "Start lot (F2)"
    press(qtbot, line.header.lot_button)
    assert line.lot_edit.hasFocus()
    type_keys(qtbot, line.lot_edit, "A-17")
    assert line.header.lot_button.text() == "End lot (F2)"
    for _ in range(4):
        run_part(qtbot, window)
    press(qtbot, line.header.lot_button)
    qtbot.waitUntil(lambda: line.verdict.word == "Lot A-17 ended", timeout=LIMIT_MS)
    assert line.verdict.headline == "4 parts · yield 75.0 %"
    assert line.verdict.detail == "OK 3 · NG 1 · RETEST 0 · HOLD 0"
    assert (line.lot_edit.text(), window.control.lot.code) == ("", "")
    (_, detail) = events(window, "lot end")[0]
    assert detail == {"lot": "A-17", "parts": 4, "OK": 3, "NG": 1, "RETEST": 0, "HOLD": 0, "yield_share": 0.75, "complete": True}
    run_part(qtbot, window)
    assert line.verdict.judgement is OK


def test_another_lot_ends_the_one_before(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(lot=Lot("A"))
    run_part(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    type_keys(qtbot, window.line.lot_edit, "B")
    qtbot.waitUntil(lambda: len(events(window, "lot end")) == 1, timeout=LIMIT_MS)
    assert events(window, "lot end")[0][1]["lot"] == "A"
    assert window.line.counters.numbers["total"].text() == "0"


def test_a_required_lot_is_asked_for_before_any_part(qtbot: QtBot, open_window: Open) -> None:
    window = open_window("[line]\nrequire_lot = true\n")
    press(qtbot, window.line.trigger_button)
    qtbot.waitUntil(lambda: "no lot is started" in window.banner.label.text(), timeout=LIMIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_F2)
    type_keys(qtbot, window.line.lot_edit, "A-1")
    assert not window.banner.isVisible()
    run_part(qtbot, window)
    assert queries.last_parts(window.control.station.engine, 9)[0].lot == "A-1"


def test_a_scan_anywhere_on_the_page_is_lot_or_serial(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    line = window.line
    type_keys(qtbot, window, "LOT:B 2")  # the space in it is no trigger
    assert window.control.lot.code == "B 2"
    type_keys(qtbot, window, "SN:0042")
    assert line.serial_edit.text() == "0042"
    run_part(qtbot, window)
    assert newest(window) == 1
    (part,) = queries.last_parts(window.control.station.engine, 5)
    assert (part.lot, part.serial) == ("B 2", "0042")
    assert line.serial_edit.text() == "", "one part takes it"
    type_keys(qtbot, window, "4901234567894")
    assert "4901234567894 is neither a lot (LOT:(.+)) nor a serial (SN:(.+))" in window.banner.label.text()


def test_a_scan_into_an_entry_field_leaves_it_as_it_was(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(lot=Lot("A", "Sato"))
    line = window.line
    line.operator_edit.setFocus()
    type_keys(qtbot, line.operator_edit, "SN:7")
    assert (line.operator_edit.text(), line.serial_edit.text(), window.control.lot) == ("Sato", "7", Lot("A", "Sato"))


def test_slow_keys_are_typing(qtbot: QtBot, open_window: Open) -> None:
    window = open_window("[scanner]\nmax_gap_ms = 5\n")
    type_keys(qtbot, window, "LOT:B", gap_ms=25)
    assert window.control.lot.code == ""
    window.line.lot_edit.setFocus()
    type_keys(qtbot, window.line.lot_edit, "LOT:B", gap_ms=25)
    assert window.control.lot.code == "LOT:B", "as it was typed"


def test_the_same_serial_twice_in_a_lot_is_told_and_not_blocked(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(lot=Lot("A"))
    for serial in ("1", "1"):
        type_keys(qtbot, window, f"SN:00{serial}")
        run_part(qtbot, window)
    qtbot.waitUntil(lambda: "Serial: 001 was in this lot before: part 1" in window.banner.label.text(), timeout=LIMIT_MS)
    type_keys(qtbot, window, "SN:002")
    run_part(qtbot, window)
    qtbot.waitUntil(lambda: not window.banner.isVisible(), timeout=LIMIT_MS)


def test_a_code_on_the_part_becomes_its_serial_and_none_is_a_hold(qtbot: QtBot, open_window: Open) -> None:
    def picture(n: int) -> NDArray[np.uint8]:
        plain = small_picture(np.random.default_rng(n))
        if n == 0:
            code = cv2.resize(qr("SN:9")[55:175, 195:315], (44, 44), interpolation=cv2.INTER_AREA)
            plain[2:46, 2:46] = code
        return plain

    window = open_window('[scanner]\nread_view = "front"\n', pictures=picture)
    run_part(qtbot, window)
    run_part(qtbot, window)
    second, first = queries.last_parts(window.control.station.engine, 5)
    assert first.serial == "9"
    assert (second.judgement, second.serial) == (HOLD, "")
    assert second.reason.startswith("no code: view front: nothing is readable")
    assert "no code" in window.line.verdict.detail


# -- alarms ------------------------------------------------------------------------------------------------------------


def test_three_ng_in_a_row_stop_the_line_until_somebody_acknowledges(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(bad=tuple(range(12)), lot=Lot("A", "Sato"))
    alarm = window.line.alarm
    for _ in range(3):
        assert not alarm.isVisible()
        run_part(qtbot, window)
    qtbot.waitUntil(alarm.isVisible, timeout=LIMIT_MS)
    assert alarm.title.text() == "3 NG parts in a row"
    assert "Put these parts aside" in alarm.advice.text()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "an alarm stops the line" in window.banner.label.text(), timeout=LIMIT_MS)
    assert len(queries.last_parts(window.control.station.engine, 9)) == 3
    press(qtbot, alarm.button)
    qtbot.waitUntil(lambda: not alarm.isVisible() and not window.banner.isVisible(), timeout=LIMIT_MS)
    assert events(window, "alarm") == [("Sato", {"alarm": "consecutive NG", "part": 3, "n": 3, "share": None})]
    assert events(window, "alarm acknowledged") == [("Sato", {"alarm": "consecutive NG", "part": 3, "up_to": 3})]
    run_part(qtbot, window)
    assert not alarm.isVisible()


def test_an_alarm_stops_automatic_triggers_and_outlives_the_window(qtbot: QtBot, open_window: Open) -> None:
    beat = Trigger(mode="interval", interval_ms=30)
    window = open_window(bad=tuple(range(12)), trigger=beat)
    qtbot.waitUntil(window.line.alarm.isVisible, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: "an alarm stops the line" in window.banner.label.text(), timeout=LIMIT_MS)
    stood = newest(window)
    qtbot.wait(200)
    assert newest(window) <= stood + 4, "no more than what had been accepted"
    again = open_window(bad=(), trigger=beat)
    assert again.line.alarm.isVisible()
    stood = newest(again)
    again.activateWindow()
    qtbot.keyClick(again, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: not again.line.alarm.isVisible() and newest(again) > stood + 2, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: not again.banner.isVisible(), timeout=LIMIT_MS)


def test_an_alarm_may_leave_the_line_running(qtbot: QtBot, open_window: Open) -> None:
    window = open_window("[alarms]\nstop_line = false\n", bad=tuple(range(12)))
    for _ in range(4):
        run_part(qtbot, window)
    assert window.line.alarm.isVisible()
    assert window.line.alarm.line_state.text() == "The line runs on."


# -- retest ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def retest_versions(tmp_path: Path, recipe: Recipe, small_vectors: NDArray[np.float32], open_window: Open) -> None:
    """Version 3: a missing pin is RETEST; version 4: everything is."""
    publish_small(tmp_path / "store", recipe, small_vectors, ok_at_most=12, ng_above=1e6)
    publish_small(tmp_path / "store", recipe, small_vectors, ok_at_most=-1e6, ng_above=1e6)


@pytest.mark.usefixtures("retest_versions")
def test_after_retest_the_next_shot_is_linked_to_the_same_part(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(bad=(0,), version="3", lot=Lot("A"))
    type_keys(qtbot, window, "SN:55")
    run_part(qtbot, window)
    assert window.line.verdict.judgement is RETEST
    assert window.line.retest.isVisible()
    assert window.line.retest.label.text() == "Present part 1 again: the next shot is its second look."
    run_part(qtbot, window)
    assert window.line.verdict.judgement is OK
    assert not window.line.retest.isVisible()
    run_part(qtbot, window)
    parts = queries.last_parts(window.control.station.engine, 9)
    assert [(p.id, p.retest_of, p.serial) for p in parts] == [(3, None, ""), (2, 1, "55"), (1, None, "55")]
    assert [tile.retest_of for tile in window.line.strip.tiles] == [None, 1, None]
    assert "second look at part 1" in window.line.strip.tiles[1].tooltip
    assert not window.banner.isVisible(), "the second look is no second part of this serial"


@pytest.mark.usefixtures("retest_versions")
def test_a_second_retest_is_put_aside_and_recorded_as_the_model_said(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(version="4")
    run_part(qtbot, window)
    run_part(qtbot, window)
    verdict = window.line.verdict
    assert (verdict.judgement, verdict.word, verdict.headline) == (HOLD, "Put aside", "RETEST twice: QA decides")
    assert not window.line.retest.isVisible()
    parts = queries.last_parts(window.control.station.engine, 9)
    assert [(p.judgement, p.retest_of) for p in parts] == [(RETEST, 1), (RETEST, None)]
    run_part(qtbot, window)
    assert verdict.judgement is RETEST, "the next part is another one"
    assert queries.last_parts(window.control.station.engine, 1)[0].retest_of is None


@pytest.mark.usefixtures("retest_versions")
@pytest.mark.parametrize("how", ["key", "button"])
def test_the_operator_says_that_the_next_part_is_another_one(qtbot: QtBot, open_window: Open, how: str) -> None:
    window = open_window(version="4")
    run_part(qtbot, window)
    if how == "key":
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    else:
        press(qtbot, window.line.retest.button)
    assert not window.line.retest.isVisible()
    run_part(qtbot, window)
    assert queries.last_parts(window.control.station.engine, 1)[0].retest_of is None


@pytest.mark.usefixtures("retest_versions")
def test_automatic_triggers_link_only_where_the_config_says_so(qtbot: QtBot, open_window: Open) -> None:
    beat = Trigger(mode="interval", interval_ms=150)
    window = open_window(version="4", trigger=beat)
    qtbot.waitUntil(lambda: newest(window) >= 4, timeout=LIMIT_MS)
    assert {p.retest_of for p in queries.last_parts(window.control.station.engine, 4)} == {None}
    assert not window.line.retest.isVisible()
    window = open_window('[line]\nretest = "next"\n', version="4", trigger=beat)
    qtbot.waitUntil(lambda: any(tile.retest_of is not None for tile in window.line.strip.tiles), timeout=LIMIT_MS)


# -- challenge parts ---------------------------------------------------------------------------------------------------


def test_production_waits_for_the_challenge_parts_and_a_model_change_asks_again(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(CHALLENGE, bad=(1,), lot=Lot("A", "Sato"))
    panel = window.line.challenge
    qtbot.waitUntil(lambda: panel.isVisible() and panel.instruction.text() == "Present part “master” now.", timeout=LIMIT_MS)
    assert "have not been run" in panel.why.text()
    assert not panel.close_button.isEnabled()
    press(qtbot, panel.run_button)
    qtbot.waitUntil(lambda: panel.instruction.text() == "Present part “bent pin” now.", timeout=LIMIT_MS)
    assert [w.text() for w in panel._rows[0][4:]] == ["OK", "✓ as expected"]
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel.close_button.text() == "Go on with production (F10)", timeout=LIMIT_MS)
    assert not panel.why.isVisible()
    assert window.line.counters.numbers["total"].text() == "0"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "the challenge parts have passed" in window.banner.label.text(), timeout=LIMIT_MS)
    press(qtbot, panel.close_button)
    assert not panel.isVisible()
    run_part(qtbot, window)
    assert window.line.counters.numbers["total"].text() == "1"
    parts = queries.last_parts(window.control.station.engine, 9)
    assert [(p.kind, p.serial, p.judgement) for p in parts] == [("part", "", OK), ("challenge", "bent pin", NG), ("challenge", "M-1", OK)]
    assert events(window, "challenge")[0][0] == "Sato"
    Registry(window.control.station.config.model_store, window.control.station.data / "active").activate("small", "2")
    qtbot.waitUntil(lambda: panel.isVisible() and "the model or its thresholds" in panel.why.text(), timeout=LIMIT_MS)


def test_a_failed_challenge_locks_the_line_and_an_engineer_may_override(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(CHALLENGE, bad=(0,))
    panel = window.line.challenge
    press(qtbot, panel.run_button)
    qtbot.waitUntil(lambda: panel.instruction.text().startswith("Production stays locked."), timeout=LIMIT_MS)
    assert [w.text() for w in panel._rows[0][4:]] == ["NG", "✗ wrong"]
    assert not panel.close_button.isEnabled()
    accounts = window.desk.session.accounts
    accounts.add("Kondo", Role.ENGINEER, "a long password")
    accounts.add("Sato", Role.OPERATOR, "2580")
    window.desk.session.sign_in(User("Sato", Role.OPERATOR))
    assert not panel.reason_edit.isEnabled()
    assert panel.override_button.toolTip() == "An engineer must sign in for this"
    window.desk.session.sign_in(User("Kondo", Role.ENGINEER))
    press(qtbot, panel.override_button)
    assert panel.isVisible(), "not without a reason"
    qtbot.keyClicks(panel.reason_edit, "master is broken")
    press(qtbot, panel.override_button)
    qtbot.waitUntil(lambda: not panel.isVisible(), timeout=LIMIT_MS)
    outcomes = [(actor, detail["outcome"], detail["sentence"]) for actor, detail in events(window, "challenge")]
    assert outcomes == [("", "failed", "M-1: expected OK, got NG"), ("Kondo", "overridden", "master is broken")]
    run_part(qtbot, window)
    assert queries.last_parts(window.control.station.engine, 1)[0].kind == "part"


def test_automatic_production_waits_for_the_challenge_parts(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(CHALLENGE, bad=(1,), trigger=Trigger(mode="interval", interval_ms=30))
    panel = window.line.challenge
    qtbot.waitUntil(lambda: panel.isVisible() and "Not accepted: challenge parts" in window.banner.label.text(), timeout=LIMIT_MS)
    assert newest(window) == 0
    press(qtbot, panel.run_button)
    qtbot.waitUntil(lambda: newest(window) == 1, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: "bent pin" in panel.instruction.text(), timeout=LIMIT_MS)
    press(qtbot, panel.run_button)
    qtbot.waitUntil(lambda: panel.close_button.text().startswith("Go on"), timeout=LIMIT_MS)
    assert newest(window) == 2, "the last challenge part still lies there"
    qtbot.keyClick(window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: newest(window) > 4 and not window.banner.isVisible(), timeout=LIMIT_MS)


# -- sounds and counters -----------------------------------------------------------------------------------------------


def test_a_player_is_started_with_the_tone_of_the_verdict_and_can_be_muted(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player, heard = tmp_path / "bin" / "pw-play", tmp_path / "heard"
    player.parent.mkdir()
    player.write_text(f'#!/bin/sh\necho "$1" >> {heard}\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", f"{player.parent}:/usr/bin:/bin")
    window = open_window("[sounds]\nenabled = true\n")
    run_part(qtbot, window)
    qtbot.waitUntil(heard.exists, timeout=LIMIT_MS)
    assert heard.read_text().splitlines() == [str(tmp_path / "data" / "sounds" / "ok.wav")]
    qtbot.keyClick(window, Qt.Key.Key_F7)
    assert window.line.header.mute_button.text() == "Sound on (F7)"
    qtbot.wait(300)
    run_part(qtbot, window)
    qtbot.wait(300)
    assert len(heard.read_text().splitlines()) == 1


def test_tones_are_playable_wav_files(tmp_path: Path) -> None:
    import wave

    files = write_tones(tmp_path)
    assert sorted(files) == ["HOLD", "NG", "OK", "RETEST", "alarm"]
    for file in files.values():
        with wave.open(str(file)) as tone:
            samples = np.frombuffer(tone.readframes(tone.getnframes()), "<i2")
        assert 0.05 < len(samples) / 22050 < 2
        assert 12000 < np.abs(samples).max() < 20000


def test_a_station_without_a_player_says_so_once(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    window = open_window("[sounds]\nenabled = true\n")
    run_part(qtbot, window)
    run_part(qtbot, window)
    log = (tmp_path / "data" / "logs" / "station.log").read_text()
    assert log.count("none of pw-play, paplay, aplay is installed") == 1


def test_counters_switch_between_lot_and_shift_and_come_back(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(bad=(1,), lot=Lot("A"))
    counters = window.line.counters
    run_part(qtbot, window)
    run_part(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    type_keys(qtbot, window.line.lot_edit, "B")
    run_part(qtbot, window)
    assert counters.numbers["total"].text() == "1"
    press(qtbot, counters.scope_button)
    assert counters.scope_button.text() == "Lot (F6)"
    assert counters._names["total"].text() == "Shift 00:00–00:00"
    assert [counters.numbers[key].text() for key in ("OK", "NG", "total", "yield")] == ["2", "1", "3", "66.7 %"]
    again = open_window(lot=Lot("A"))
    assert again.line.counters.numbers["total"].text() == "2"
    qtbot.keyClick(again, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: again.line.counters.numbers["total"].text() == "3", timeout=LIMIT_MS)


def test_arrow_keys_walk_along_the_strip(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    for _ in range(3):
        run_part(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert window.line.strip.selected == 2
    assert window.line.last_card.title.text().startswith("Part 2 ")
    qtbot.keyClick(window, Qt.Key.Key_Left)
    assert window.line.strip.selected == 3


@pytest.mark.parametrize("size", [(1366, 768), (960, 540)])
def test_nothing_is_cut_off_and_main_buttons_are_large_enough_for_gloves(qtbot: QtBot, open_window: Open, size: tuple[int, int]) -> None:
    window = open_window(CHALLENGE + "[sounds]\nenabled = true\n", bad=(0,))
    line = window.line
    window.resize(*size)
    press(qtbot, line.challenge.run_button)
    qtbot.waitUntil(lambda: "locked" in line.challenge.instruction.text(), timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: abs(line.trigger_button.height() - 44 * size[0] / 1366) <= 3, timeout=LIMIT_MS)
    for widget in [
        *line.findChildren(QPushButton),
        *(label for label in line.findChildren(QLabel) if not label.wordWrap() and label is not line.header.title),
    ]:
        if not widget.isVisible():
            continue
        needed = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
        assert widget.width() >= needed, f"{widget.text()!r} needs {needed} px, has {widget.width()}"
        corner = widget.mapTo(window, QPoint(widget.width(), widget.height()))
        assert corner.x() <= size[0]
        assert corner.y() <= size[1]
    for button in line.findChildren(QPushButton):
        assert not button.isVisible() or button.property("view") or button.height() >= 43 * size[0] / 1366, button.text()
