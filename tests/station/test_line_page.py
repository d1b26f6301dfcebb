"""The operator's page in the true window: lots, scans, retests, sounds, counters, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from models.recipe import Recipe, Trigger
from station.gui.sounds import write_tones
from station.lot import Lot
from station.store import queries
from station.verdict import Judgement
from tests.small import publish_small, small_picture
from tests.station.fits import wait_until_it_fits
from tests.station.line_window import CHALLENGE, LIMIT_MS, Open, events, line_windows, newest, press, run_part, type_keys
from tests.station.test_scanner import qr

OK, RETEST, HOLD = Judgement.OK, Judgement.RETEST, Judgement.HOLD


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path, recipe_file: Path, published: Path) -> Iterator[Open]:
    with line_windows(qtbot, tmp_path, recipe_file, published) as make:
        yield make


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
    words = [*line.findChildren(QPushButton), *(label for label in line.findChildren(QLabel) if label is not line.header.title)]
    wait_until_it_fits(qtbot, window, words, words)
    for button in line.findChildren(QPushButton):
        assert not button.isVisible() or button.property("view") or button.height() >= 43 * size[0] / 1366, button.text()
