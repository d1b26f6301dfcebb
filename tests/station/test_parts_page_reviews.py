"""QA's page in the true window, offscreen: saying what parts truly are, by one key, many at a time, blind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from models.recipe import Recipe
from station.access import Role, User
from station.config import Config
from station.gui.part_table import BLINDED, Column
from station.gui.parts_page import PartsPage
from station.gui.review_dialogs import CommentDialog, ModeDialog
from station.store import queries, search
from station.store.database import DATABASE_NAME, connect
from station.store.reviews import TAKEN_BACK, Truth, add_reviews
from station.store.search import Opinion, PartFilter
from tests.station.parts_window import (
    WAIT_MS,
    Open,
    asked,
    cell,
    count_shown,
    engine_of,
    judge_parts,
    listed,
    parts_pages,
    qa_pc,
    said,
    seen,
    select,
    selected,
)


@pytest.fixture(scope="module")
def judged(recipe: Recipe, published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return judge_parts(tmp_path_factory.mktemp("judged"), recipe, published)


@pytest.fixture
def config(tmp_path: Path, recipe_file: Path, published: Path, judged: Path) -> Config:
    return qa_pc(tmp_path, recipe_file, published, judged)


@pytest.fixture
def open_page(qtbot: QtBot, config: Config) -> Iterator[Open]:
    with parts_pages(qtbot, config) as make:
        yield make


@pytest.fixture
def page(open_page: Open) -> PartsPage:
    return open_page()


# -- reviewing ---------------------------------------------------------------------------------------------------------


def test_one_key_reviews_and_the_next_part_is_in_hand(qtbot: QtBot, page: PartsPage) -> None:
    first = select(qtbot, page, 0)
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    qtbot.waitUntil(lambda: cell(page, 0, Column.REVIEW) == "overkill · truly OK", timeout=WAIT_MS)
    assert selected(page) == [first - 1]
    seen(qtbot, page, first - 1)
    qtbot.keyClick(page.table, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: cell(page, 1, Column.REVIEW) == "unsure", timeout=WAIT_MS)
    seen(qtbot, page, first - 2)
    assert [said(page, part) for part in (first, first - 1, first - 2)] == [[("Ann", "OK", "", "")], [("Ann", "UNSURE", "", "")], []]


def test_ng_asks_for_the_mode_by_number_or_in_own_words(qtbot: QtBot, page: PartsPage) -> None:
    add_reviews(engine_of(page), [100], Truth.NG, "Ben", "scratch")
    page.opened()
    qtbot.waitUntil(lambda: "scratch" in page.reviewing.modes, timeout=WAIT_MS)
    part = select(qtbot, page, 0)
    qtbot.keyClick(page.table, Qt.Key.Key_N)
    dialog = asked(qtbot, page, ModeDialog)
    assert said(page, part) == []
    qtbot.keyClick(dialog.list, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: cell(page, 0, Column.REVIEW) == "truly NG · scratch", timeout=WAIT_MS)
    seen(qtbot, page, part - 1)
    page.window().activateWindow()  # nobody manages windows here
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.table, timeout=WAIT_MS)
    qtbot.keyClick(page.table, Qt.Key.Key_N)
    dialog = asked(qtbot, page, ModeDialog)
    qtbot.keyClicks(dialog.other, "dent 2")
    qtbot.keyClick(dialog.other, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cell(page, 1, Column.REVIEW) == "escape · truly NG · dent 2", timeout=WAIT_MS)
    assert said(page, part - 1) == [("Ann", "NG", "dent 2", "")]


def test_ctrl_z_takes_the_last_review_back_and_puts_the_part_in_hand_again(qtbot: QtBot, page: PartsPage) -> None:
    part = select(qtbot, page, 2)
    assert not page.bar.back_button.isEnabled()
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    qtbot.waitUntil(lambda: page.bar.back_button.isEnabled(), timeout=WAIT_MS)
    qtbot.keyClick(page.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: selected(page) == [part] and cell(page, 2, Column.REVIEW) == "", timeout=WAIT_MS)
    assert said(page, part) == [("Ann", "UNSURE", "", TAKEN_BACK), ("Ann", "OK", "", "")]
    assert not page.bar.back_button.isEnabled()


def test_a_key_followed_by_ctrl_z_at_once_is_taken_back_too(qtbot: QtBot, page: PartsPage) -> None:
    part = select(qtbot, page, 2)
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    qtbot.keyClick(page.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(said(page, part)) == 2, timeout=WAIT_MS)
    assert said(page, part)[0] == ("Ann", "UNSURE", "", TAKEN_BACK)


def test_a_comment_keeps_the_own_opinion_and_the_part_in_hand(qtbot: QtBot, page: PartsPage) -> None:
    part = page.parts.part(1).part.id
    add_reviews(engine_of(page), [part], Truth.NG, "Ann", "dent")
    select(qtbot, page, 1)
    qtbot.keyClick(page.table, Qt.Key.Key_C)
    dialog = asked(qtbot, page, CommentDialog)
    assert not dialog.save.isEnabled(), "an empty comment is none"
    qtbot.keyClicks(dialog.text, "deep, near the left pin")
    qtbot.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "deep, near the left pin" in page.detail.reviews_text.text(), timeout=WAIT_MS)
    assert said(page, part)[0] == ("Ann", "NG", "dent", "deep, near the left pin")
    assert selected(page) == [part]


def test_many_parts_at_once_are_reviewed_after_a_question(qtbot: QtBot, page: PartsPage) -> None:
    select(qtbot, page, 0)
    model, flag = page.table.selectionModel(), QItemSelectionModel.SelectionFlag
    for row in range(25):
        model.select(page.parts.index(row, 0), flag.Select | flag.Rows)
    seen(qtbot, page)
    assert page.bar.state.text() == "25 parts selected"
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    assert page.confirm.isVisible()
    qtbot.mouseClick(page.confirm.no, Qt.MouseButton.LeftButton)
    assert not page.confirm.isVisible()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    qtbot.mouseClick(page.confirm.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: all(cell(page, row, Column.REVIEW) for row in range(25)), timeout=WAIT_MS)
    assert search.part_ids(engine_of(page), PartFilter(opinion=Opinion.OK)) == list(range(238, 213, -1)), "once, not twice"
    assert selected(page) == [213]


def test_without_a_name_nothing_is_written(qtbot: QtBot, open_page: Open) -> None:
    page = open_page(reviewer="")
    select(qtbot, page, 0)
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    assert "carries the name" in page.message.text()
    assert page.message.isVisible()
    assert QApplication.focusWidget() is page.bar.name_edit
    assert search.count(engine_of(page), PartFilter(opinion=Opinion.REVIEWED)) == 0
    assert not page.writer.can_take_back


def test_who_has_signed_in_is_the_reviewer(qtbot: QtBot, page: PartsPage) -> None:
    page.desk.session.accounts.add("Mori", Role.ENGINEER, "a long password 123")
    page.desk.session.sign_in(User("Mori", Role.ENGINEER))
    assert not page.bar.name_edit.isVisible()
    assert page.bar.actor.text() == "Mori"
    qtbot.waitUntil(lambda: not page.parts.is_busy, timeout=WAIT_MS)
    part = select(qtbot, page, 0)
    qtbot.keyClick(page.table, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: cell(page, 0, Column.REVIEW) == "unsure", timeout=WAIT_MS)
    assert said(page, part) == [("Mori", "UNSURE", "", "")]


def test_letters_typed_into_the_filter_review_nothing(qtbot: QtBot, page: PartsPage) -> None:
    page.filters.serial.setFocus()
    qtbot.keyClicks(page.filters.serial, "OU")
    page.filters.opinion.setFocus()
    qtbot.keyClick(page.filters.opinion, Qt.Key.Key_O)
    count_shown(qtbot, page, "0 found")
    assert page.filters.serial.text() == "OU"
    assert search.count(engine_of(page), PartFilter(opinion=Opinion.REVIEWED)) == 0


def test_a_part_that_nobody_can_see_yet_is_not_reviewed(qtbot: QtBot, page: PartsPage) -> None:
    select(qtbot, page, 0)
    page._select(1)  # its pictures are still being read
    assert page.detail.part_id is None
    assert not page.bar.ok_button.isEnabled()
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    seen(qtbot, page, 237)
    assert page.bar.ok_button.isEnabled()
    assert said(page, 237) == said(page, 238) == []


def test_what_is_pressed_last_is_written_before_the_window_closes(qtbot: QtBot, page: PartsPage, config: Config) -> None:
    part = select(qtbot, page, 0)
    for truth in (Truth.OK, Truth.NG, Truth.UNSURE):
        page.writer.add([part], truth, "Ann")
    page.window().close()
    engine = connect(config.data_folder / DATABASE_NAME)
    assert [r.truth for r in queries.reviews(engine, part)] == [Truth.UNSURE, Truth.NG, Truth.OK]
    engine.dispose()


# -- blind -------------------------------------------------------------------------------------------------------------


def test_blind_hides_the_station_and_the_others_but_not_the_own_words(qtbot: QtBot, page: PartsPage) -> None:
    add_reviews(engine_of(page), [238], Truth.NG, "Ben", "dent", "look here")
    page.search()
    qtbot.waitUntil(lambda: cell(page, 0, Column.REVIEW) == "truly NG · dent · ✎", timeout=WAIT_MS)
    select(qtbot, page, 0)
    qtbot.waitUntil(lambda: "look here" in page.detail.reviews_text.text(), timeout=WAIT_MS)
    qtbot.keyClick(page.table, Qt.Key.Key_B)
    assert page.bar.blind.isChecked()
    seen(qtbot, page, 238)
    detail = page.detail
    hidden = (detail.sign, detail.verdict, detail.limits, detail.maps, detail.reviews_text, page.similar)
    assert not [widget for widget in hidden if widget.isVisible()]
    assert detail.views["front"][1]._marks == ()
    assert all(page.table.isColumnHidden(column) for column in BLINDED)
    told = [cell(page, 0, column) for column in Column] + [str(page.parts.data(page.parts.index(0, 0), Qt.ItemDataRole.ToolTipRole))]
    assert not [text for text in told if "NG" in text or "dent" in text or "Ben" in text], told
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    qtbot.waitUntil(lambda: cell(page, 0, Column.REVIEW) == "truly OK", timeout=WAIT_MS)
    qtbot.mouseClick(page.bar.blind, Qt.MouseButton.LeftButton, pos=QPoint(8, page.bar.blind.height() // 2))
    assert cell(page, 0, Column.REVIEW) == "overkill · truly OK"
    assert detail.verdict.isVisible()


def test_the_second_opinion_list_holds_what_one_other_reviewer_has_judged(qtbot: QtBot, page: PartsPage) -> None:
    engine = engine_of(page)
    add_reviews(engine, [238, 237, 236], Truth.OK, "Ben")
    add_reviews(engine, [237], Truth.NG, "Ann")
    add_reviews(engine, [236], Truth.NG, "Cho")
    add_reviews(engine, [235], Truth.NG, "Ann")
    page.filters.opinion.setCurrentText("Needs a second opinion")
    count_shown(qtbot, page, "1 found")
    assert listed(page) == [238]
    page.bar.name_edit.setText("Ben")
    page.bar.name_edit.editingFinished.emit()
    qtbot.waitUntil(lambda: listed(page) == [235], timeout=WAIT_MS)
    page.bar.name_edit.setText("")
    page.bar.name_edit.editingFinished.emit()
    qtbot.waitUntil(lambda: "enter your name" in page.message.text(), timeout=WAIT_MS)


def test_a_review_that_cannot_be_written_is_told(qtbot: QtBot, page: PartsPage) -> None:
    part = select(qtbot, page, 0)
    page.writer.add([part, 99999], Truth.OK, "Ann")
    qtbot.waitUntil(lambda: page.message.isVisible(), timeout=WAIT_MS)
    assert "no part 99999" in page.message.text()
    assert said(page, part) == []
