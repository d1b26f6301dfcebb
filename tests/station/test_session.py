"""Who may what in the true window: locked pages, the PIN pad, idle log-out, wrong tries."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from station.access import NOBODY, Role, User
from station.gui.account_dialog import AccountDialog
from station.gui.events_page import EventsPage
from station.gui.main_window import StationWindow
from station.gui.page import Page
from station.gui.sign_in_dialog import SignInDialog
from station.gui.station_page import StationPage
from station.lot import Lot
from station.store import accounts as accounts_module
from station.store import queries
from station.store.accounts import Accounts
from station.store.events import check_chain, event_page
from tests.station.line_pc import PASSWORD, line_pc, opened

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with less memory: the rules do not depend on it."""
    monkeypatch.setattr(accounts_module, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    accounts_module._nobodys_hash.cache_clear()


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path, recipe_file: Path, published: Path) -> Iterator[Callable[..., StationWindow]]:
    """See `line_pc.opened`; with accounts unless told otherwise."""
    config = line_pc(tmp_path, recipe_file, published)
    with contextlib.ExitStack() as stack:
        yield lambda **how: stack.enter_context(opened(qtbot, config, **({"with_accounts": True} | how)))


def in_dialog(qtbot: QtBot, ask: Callable[[], object], act: Callable[[QDialog], None]) -> None:
    """Ask for something that opens a modal dialog, and act in it; the dialog must be gone afterwards."""
    problems: list[BaseException] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QDialog):
            QTimer.singleShot(20, look)
            return
        try:
            act(dialog)
        except BaseException as err:
            problems.append(err)
            dialog.reject()

    QTimer.singleShot(0, look)
    ask()
    if problems:
        raise problems[0]
    assert QApplication.activeModalWidget() is None


def click_page(qtbot: QtBot, window: StationWindow, page: Page) -> None:
    qtbot.mouseClick(window._nav.buttons()[window.pages.index(page)], LEFT)


def sign_in(qtbot: QtBot, name: str, secret: str) -> Callable[[QDialog], None]:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, SignInDialog)
        dialog.name_edit.setText(name)
        dialog.secret_edit.setText(secret)
        qtbot.mouseClick(dialog.sign_in_button, LEFT)
        qtbot.waitUntil(lambda: not dialog.isVisible() or bool(dialog.sentence.text()), timeout=15000)

    return act


def kinds(window: StationWindow) -> list[tuple[str, str]]:
    return [(e.kind, e.actor) for e in reversed(event_page(window.control.station.engine, 100)) if e.kind.startswith("sign")]


def test_without_accounts_every_page_opens_and_nobody_is_asked(qtbot: QtBot, open_window: Callable[..., StationWindow]) -> None:
    window = open_window(with_accounts=False)
    station = window.page(StationPage)
    click_page(qtbot, window, station)
    assert window.stack.currentWidget() is station
    assert not window.user_button.isVisible()
    assert all(button.icon().isNull() for button in window._nav.buttons())
    assert isinstance(station, StationPage)
    qtbot.mouseClick(station.tab_buttons.button(2), LEFT)
    assert station.accounts.notice.isVisible()
    assert "no account yet" in station.accounts.notice_label.text()


def test_the_first_engineer_is_made_on_the_accounts_tab_and_is_signed_in(qtbot: QtBot, open_window: Callable[..., StationWindow]) -> None:
    window = open_window(with_accounts=False)
    station = window.page(StationPage)
    assert isinstance(station, StationPage)
    click_page(qtbot, window, station)
    station.open_tab(2)

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, AccountDialog)
        assert not dialog.role_box.isEnabled(), "the first one is an engineer"
        qtbot.keyClicks(dialog.name_edit, "Kondo")
        qtbot.keyClicks(dialog.secret_edit, "short")
        qtbot.mouseClick(dialog.save_button, LEFT)
        assert "at least 10 characters" in dialog.sentence.text()
        dialog.secret_edit.setText(PASSWORD)
        dialog.again_edit.setText(PASSWORD + "x")
        qtbot.mouseClick(dialog.save_button, LEFT)
        assert dialog.sentence.text() == "The two are not the same."
        dialog.again_edit.setText(PASSWORD)
        qtbot.mouseClick(dialog.save_button, LEFT)
        qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=15000)

    in_dialog(qtbot, lambda: qtbot.mouseClick(station.accounts.first_button, LEFT), fill)
    assert window.desk.session.user == User("Kondo", Role.ENGINEER)
    assert window.stack.currentWidget() is station, "nobody is thrown off the page for making the first account"
    assert not station.accounts.notice.isVisible()
    assert window.user_button.text() == "Kondo · engineer"
    assert station.accounts.table.item(0, 0).text() == "Kondo"
    assert kinds(window) == [("sign-in", "Kondo")]


def test_a_locked_page_asks_and_opens_for_who_may(qtbot: QtBot, open_window: Callable[..., StationWindow]) -> None:
    window = open_window()
    events, station = window.page(EventsPage), window.page(StationPage)
    line_button, events_button = window._nav.buttons()[0], window._nav.buttons()[window.pages.index(events)]
    assert line_button.icon().isNull()
    assert not events_button.icon().isNull(), "a padlock"
    assert "asks for: QA" in events_button.toolTip()
    # Escape leaves, and the old page stays
    in_dialog(qtbot, lambda: click_page(qtbot, window, events), lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    assert window.stack.currentWidget() is window.line
    assert line_button.isChecked() and not events_button.isChecked()
    # the list offers who may: QA and engineer, not the operator
    offered: list[str] = []

    def look_and_sign_in(dialog: QDialog) -> None:
        assert isinstance(dialog, SignInDialog)
        offered.extend(dialog.names.item(row).text() for row in range(dialog.names.count()))
        qtbot.mouseClick(dialog.names.viewport(), LEFT, pos=dialog.names.visualItemRect(dialog.names.item(1)).center())
        assert dialog.name_edit.text() == "Mori"
        qtbot.keyClicks(dialog.secret_edit, "another password")
        qtbot.keyClick(dialog.secret_edit, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=15000)

    in_dialog(qtbot, lambda: click_page(qtbot, window, events), look_and_sign_in)
    assert offered == ["Kondo", "Mori"]
    assert window.stack.currentWidget() is events
    assert window.user_button.text() == "Mori · QA"
    assert events_button.icon().isNull()
    assert not window._nav.buttons()[window.pages.index(station)].icon().isNull(), "the engineer's stays locked"

    # a typed name with too low a role is told so, and nobody is signed in by it
    def too_low(dialog: QDialog) -> None:
        assert isinstance(dialog, SignInDialog)
        sign_in(qtbot, "sato", "1234")(dialog)
        assert dialog.sentence.text() == "Sato has the role operator, and this needs the role engineer."
        dialog.reject()

    in_dialog(qtbot, lambda: click_page(qtbot, window, station), too_low)
    assert window.desk.session.user.name == "Mori"
    # signing out on a page that needs a person goes back to the line
    qtbot.mouseClick(window.user_button, LEFT)
    assert window.stack.currentWidget() is window.line
    assert window.user_button.text() == "Sign in"
    qtbot.waitUntil(lambda: kinds(window) == [("sign-in", "Mori"), ("sign-out", "Mori")], timeout=15000)


def test_the_pin_pad_signs_an_operator_in_and_parts_bear_the_name(qtbot: QtBot, open_window: Callable[..., StationWindow]) -> None:
    window = open_window(is_running=True)
    window.control.set_lot(Lot("A-17", "somebody"))

    def press(dialog: QDialog) -> None:
        assert isinstance(dialog, SignInDialog)
        qtbot.keyClicks(dialog.name_edit, "sat")
        assert [dialog.names.item(row).isHidden() for row in range(3)] == [True, True, False]
        qtbot.mouseClick(dialog.names.viewport(), LEFT, pos=dialog.names.visualItemRect(dialog.names.item(2)).center())
        for key in ("9", "clear", "1", "2", "7", "back", "3", "4"):
            qtbot.mouseClick(dialog.pad.keys[key], LEFT)
        assert dialog.secret_edit.text() == "1234"
        assert dialog.secret_edit.displayText() != "1234"
        assert min(dialog.pad.keys["5"].width(), dialog.pad.keys["5"].height()) >= 44, "a fingertip"
        qtbot.mouseClick(dialog.sign_in_button, LEFT)
        qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=15000)

    in_dialog(qtbot, lambda: qtbot.mouseClick(window.user_button, LEFT), press)
    assert window.user_button.text() == "Sato · operator"
    assert window.line.operator_edit.text() == "Sato", "an operator who signs in is the operator"
    assert window.control.lot == Lot("A-17", "Sato")
    # an engineer who signs in is not, where somebody is named already
    in_dialog(qtbot, lambda: click_page(qtbot, window, window.page(StationPage)), sign_in(qtbot, "Kondo", PASSWORD))
    assert window.user_button.text() == "Kondo · engineer"
    assert window.control.lot.operator == "Sato"
    assert kinds(window) == [("sign-in", "Sato"), ("sign-out", "Sato"), ("sign-in", "Kondo")]
    assert window.control.state == "running", "the line was never interrupted"


def test_whoever_signs_in_is_the_operator_where_nobody_is_named(qtbot: QtBot, open_window: Callable[..., StationWindow]) -> None:
    window = open_window()
    in_dialog(qtbot, lambda: qtbot.mouseClick(window.user_button, LEFT), sign_in(qtbot, "Kondo", PASSWORD))
    assert window.line.operator_edit.text() == "Kondo"


def test_wrong_tries_are_told_and_then_cost_a_pause(qtbot: QtBot, open_window: Callable[..., StationWindow], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts_module, "FIRST_PAUSE_S", 1.5)
    window = open_window()
    heard: list[str] = []

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, SignInDialog)
        for _ in range(5):
            sign_in(qtbot, "Kondo", "wrong")(dialog)
            heard.append(dialog.sentence.text())
        assert dialog.isVisible()
        sign_in(qtbot, "Kondo", PASSWORD)(dialog)  # even the right one
        heard.append(dialog.sentence.text())
        assert not dialog.sign_in_button.isEnabled()
        assert dialog.sign_in_button.toolTip()
        qtbot.waitUntil(lambda: dialog.sign_in_button.isEnabled(), timeout=15000)
        assert dialog.sentence.text() == ""
        sign_in(qtbot, "Kondo", PASSWORD)(dialog)

    in_dialog(qtbot, lambda: click_page(qtbot, window, window.page(StationPage)), act)
    assert heard[:5] == ["Name and PIN or password do not belong together. Try again."] * 5
    assert heard[5].startswith("Too many wrong tries. Wait ")
    assert window.desk.session.user.name == "Kondo"
    assert [kind for kind, _ in kinds(window)] == ["sign-in failed"] * 5 + ["sign-in"]
    assert check_chain(window.control.station.engine).first_broken is None


def test_without_key_or_mouse_the_person_is_signed_out_and_the_line_runs_on(qtbot: QtBot, open_window: Callable[..., StationWindow]) -> None:
    window = open_window(idle_minutes=2.5 / 60, is_running=True)
    station = window.page(StationPage)
    in_dialog(qtbot, lambda: click_page(qtbot, window, station), sign_in(qtbot, "Kondo", PASSWORD))
    assert window.stack.currentWidget() is station
    for n in range(12):  # three seconds of moving the mouse
        qtbot.mouseMove(station, QPoint(20 + n, 20))
        qtbot.wait(250)
    assert window.desk.session.user.name == "Kondo"
    assert isinstance(station, StationPage)
    station.open_tab(2)
    # an open question does not outlive the person who opened it
    in_dialog(qtbot, station.accounts._add, lambda dialog: qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=15000))
    assert window.desk.session.user == NOBODY
    assert window.stack.currentWidget() is window.line
    assert window.control.state == "running"
    qtbot.mouseClick(window.line.trigger_button, LEFT)
    qtbot.waitUntil(lambda: len(queries.last_parts(window.control.station.engine, 5)) == 1, timeout=15000)
    qtbot.waitUntil(lambda: kinds(window)[-1:] == [("sign-out", "Kondo")], timeout=15000)
    assert event_page(window.control.station.engine, 20)[0].fields == {"reason": "idle"}


def test_who_is_deactivated_elsewhere_is_signed_out_at_the_next_page(qtbot: QtBot, open_window: Callable[..., StationWindow]) -> None:
    window = open_window()
    station = window.page(StationPage)
    in_dialog(qtbot, lambda: click_page(qtbot, window, station), sign_in(qtbot, "Kondo", PASSWORD))
    elsewhere = Accounts(window.control.station.engine)
    elsewhere.add("Ito", Role.ENGINEER, PASSWORD)
    elsewhere.deactivate("Kondo")
    in_dialog(qtbot, lambda: click_page(qtbot, window, window.page(EventsPage)), lambda dialog: dialog.reject())
    assert window.desk.session.user == NOBODY
    assert window.stack.currentWidget() is window.line


def test_accounts_are_changed_with_the_buttons(qtbot: QtBot, open_window: Callable[..., StationWindow]) -> None:
    window = open_window()
    station = window.page(StationPage)
    assert isinstance(station, StationPage)
    in_dialog(qtbot, lambda: click_page(qtbot, window, station), sign_in(qtbot, "Kondo", PASSWORD))
    qtbot.mouseClick(station.tab_buttons.button(2), LEFT)
    tab = station.accounts
    assert [tab.table.item(row, 0).text() for row in range(3)] == ["Kondo", "Mori", "Sato"]
    assert not tab.role_button.isEnabled()
    assert tab.role_button.toolTip() == "Choose an account first"
    tab.table.selectRow(2)

    def raise_sato(dialog: QDialog) -> None:
        assert isinstance(dialog, AccountDialog)
        assert not dialog.secret_edit.isEnabled(), "the PIN stays while the role does"
        dialog.role_box.setCurrentIndex(1)
        assert dialog.secret_edit.isEnabled()
        dialog.secret_edit.setText("longer than ten")
        dialog.again_edit.setText("longer than ten")
        qtbot.mouseClick(dialog.save_button, LEFT)
        qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=15000)

    in_dialog(qtbot, lambda: qtbot.mouseClick(tab.role_button, LEFT), raise_sato)
    assert tab.sentence.text() == "Sato has the role QA now."
    qtbot.mouseClick(tab.deactivate_button, LEFT)
    qtbot.waitUntil(lambda: tab.sentence.text().startswith("Sato signs in no more"), timeout=15000)
    assert [tab.table.item(2, column).text() for column in (0, 1, 2)] == ["Sato", "QA", "deactivated"]
    assert not tab.deactivate_button.isEnabled()
    tab.table.selectRow(0)
    qtbot.mouseClick(tab.deactivate_button, LEFT)
    qtbot.waitUntil(lambda: "last active engineer" in tab.sentence.text(), timeout=15000)

    def new_secret(dialog: QDialog) -> None:
        assert isinstance(dialog, AccountDialog)
        dialog.secret_edit.setText("a new password")
        dialog.again_edit.setText("a new password")
        qtbot.mouseClick(dialog.save_button, LEFT)
        qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=15000)

    in_dialog(qtbot, lambda: qtbot.mouseClick(tab.secret_button, LEFT), new_secret)
    assert Accounts(window.control.station.engine).check("Kondo", "a new password").name == "Kondo"
    said = [(e.actor, e.fields.get("action"), e.fields.get("name")) for e in event_page(window.control.station.engine, 3)]
    assert said == [("Kondo", "secret", "Kondo"), ("Kondo", "deactivated", "Sato"), ("Kondo", "role", "Sato")]


def test_closing_signs_out(qtbot: QtBot, open_window: Callable[..., StationWindow]) -> None:
    window = open_window()
    in_dialog(qtbot, lambda: qtbot.mouseClick(window.user_button, LEFT), sign_in(qtbot, "Sato", "1234"))
    window.close()
    (last, *_) = event_page(window.control.station.engine, 1)
    assert (last.kind, last.actor, last.fields) == ("sign-out", "Sato", {"reason": "closed"})
