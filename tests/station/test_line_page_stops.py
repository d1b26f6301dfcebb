"""What stops the line, on the operator's page in the true window: alarms, and challenge parts that are due or have failed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from models.recipe import Trigger
from models.registry import Registry
from station.access import Role, User
from station.lot import Lot
from station.store import queries
from station.verdict import Judgement
from tests.station.line_window import CHALLENGE, LIMIT_MS, Open, events, line_windows, newest, press, run_part

OK, NG = Judgement.OK, Judgement.NG


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path, recipe_file: Path, published: Path) -> Iterator[Open]:
    with line_windows(qtbot, tmp_path, recipe_file, published) as make:
        yield make


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
    assert window.state_label.text() == "▲ Held by an alarm"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "an alarm stops the line" in window.banner.label.text(), timeout=LIMIT_MS)
    assert len(queries.last_parts(window.control.station.engine, 9)) == 3
    press(qtbot, alarm.button)
    qtbot.waitUntil(lambda: not alarm.isVisible() and not window.banner.isVisible(), timeout=LIMIT_MS)
    assert window.state_label.text() == "● Running"
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
    qtbot.waitUntil(lambda: newest(window) == 2, timeout=LIMIT_MS)
    qtbot.wait(200)
    assert newest(window) == 2, "the last challenge part still lies there"
    qtbot.keyClick(window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: newest(window) > 4 and not window.banner.isVisible(), timeout=LIMIT_MS)


# -- parts that come faster than anybody can see -----------------------------------------------------------------------


def test_parts_as_fast_as_they_go_are_all_counted_and_the_last_one_stands(qtbot: QtBot, open_window: Open) -> None:
    window = open_window("[alarms]\nconsecutive_ng = 0\n", bad=(3,), trigger=Trigger(mode="interval", interval_ms=0))
    qtbot.waitUntil(lambda: newest(window) >= 60, timeout=LIMIT_MS)
    window.control.stop()
    qtbot.waitUntil(lambda: window.control.state == "stopped", timeout=LIMIT_MS)
    recorded = queries.last_parts(window.control.station.engine, 1)[0].id
    qtbot.waitUntil(lambda: newest(window) == recorded, timeout=LIMIT_MS)
    assert int(window.line.counters.numbers["total"].text()) == recorded
    assert [tile.part_id for tile in window.line.strip.tiles] == list(range(recorded, recorded - len(window.line.strip.tiles), -1))
    assert window.line.last_card.title.text().startswith(f"Part {recorded} ")


def test_a_part_that_waits_to_be_shown_never_stands_over_a_hold_that_came_after_it(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    line = window.line
    run_part(qtbot, window)
    ok = line._verdict
    assert ok is not None
    line._pause.start()  # a part was shown just now
    line._on_recorded(2, ok)
    assert newest(window) == 1, "it waits"
    line._on_unrecorded(ok, "disk full")
    assert newest(window) == 2
    assert line.verdict.judgement is Judgement.HOLD
    qtbot.wait(200)
    assert line.verdict.judgement is Judgement.HOLD
