"""QA's page in the true window, offscreen: real keys, real ledger, real pictures."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from models.features import FeatureExtractor
from models.recipe import Recipe, Trigger
from models.registry import Registry
from models.scorer import Scorer
from station.access import Role, User
from station.assembly import Station, open_station
from station.config import Config, read_config
from station.gui.control import Control
from station.gui.garbage import Garbage
from station.gui.language import Languages
from station.gui.line_page import LinePage
from station.gui.main_window import StationWindow
from station.gui.page import Desk
from station.gui.part_table import BLINDED, Column
from station.gui.parts_page import PartsPage
from station.gui.review_dialogs import CommentDialog, ModeDialog
from station.gui.session import Session as GuiSession
from station.inspector import Inspector
from station.lot import Lot
from station.shot import Frame, Shot, Ticket, now
from station.store import queries, search
from station.store.accounts import Accounts
from station.store.database import DATABASE_NAME, connect, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.store.reviews import TAKEN_BACK, Truth, add_reviews
from station.store.schema import Part, PartPicture
from station.store.search import Opinion, PartFilter
from station.verdict import Judgement
from tests.small import small_picture

WAIT_MS = 15000
D = TypeVar("D", bound=QDialog)
N_OLD, N_REAL = 230, 8  # rows without pictures, then parts that were really judged


@pytest.fixture(scope="module")
def judged(recipe: Recipe, published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 238 parts; the last 8 have pictures and vectors, 235 and 238 a pin missing."""
    folder = tmp_path_factory.mktemp("judged")
    engine = open_database(folder, "NORMAL")
    unasked = dict.fromkeys(("operator", "worst_view", "worst_region", "defect", "reason", "feature_version", "provider"), "")
    row = unasked | {
        "run": "old", "station": "s", "judgement": "OK", "score": 1.5, "recipe": "small", "recipe_revision": 3, "model": "small",
        "model_version": "1", "ok_at_most": 12.0, "ng_above": 20.0,
    }  # fmt: skip
    at = now() - timedelta(hours=5)
    with Session(engine) as session, session.begin():
        times = [at + timedelta(seconds=i) for i in range(N_OLD)]
        session.execute(
            insert(Part),
            [row | {"shot_number": i, "lot": f"L{i // 100}", "serial": f"S{i:03d}", "taken_at": t, "recorded_at": t} for i, t in enumerate(times, 1)],
        )
    inspector = Inspector(recipe, FeatureExtractor(recipe), Scorer(Registry(published, folder / "state").folder("small", "1"), provider="cpu"))
    journal = Journal(engine, PictureStore(folder / "pictures"), "s", "new")
    for number in range(1, N_REAL + 1):
        picture = small_picture(np.random.default_rng(number), missing_pin=number in (5, 8))
        journal.record(inspector.inspect(Shot(Ticket(number, "NEW", "Ann", f"N{number}"), (Frame("front", picture, now()),))))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return folder


@pytest.fixture
def config(tmp_path: Path, recipe_file: Path, published: Path, judged: Path) -> Config:
    shutil.copytree(recipe_file.parent, tmp_path / "recipes")
    shutil.copytree(published, tmp_path / "store")
    shutil.copytree(judged, tmp_path / "data")
    (tmp_path / "parts").mkdir()
    (tmp_path / "config.toml").write_text(
        f'[station]\nrecipe = "small"\nrecipes = "recipes"\n[camera]\nsource = "folder:{tmp_path / "parts"}"\n[models]\nstore = "store"\nprovider = "cpu"\n'
    )
    import cv2

    cv2.imwrite(str(tmp_path / "parts" / "1.png"), small_picture(np.random.default_rng(1)))
    Registry(tmp_path / "store", tmp_path / "data" / "active").activate("small", "1")
    return read_config(tmp_path / "config.toml")


def narrow_window(station: Station) -> StationWindow:
    """The true window with the line's page and this one; the other pages would make each test a second longer."""
    garbage = Garbage()
    settings = QSettings(str(station.data / "window.ini"), QSettings.Format.IniFormat)
    desk = Desk(Control(station, Lot(), Trigger(mode="manual")), GuiSession(Accounts(station.engine), 0), settings)
    return StationWindow(desk, Languages(settings, "en"), [LinePage(desk), PartsPage(desk)], garbage)


@pytest.fixture
def open_page(qtbot: QtBot, config: Config) -> Iterator[Callable[..., PartsPage]]:
    with contextlib.ExitStack() as stack:

        def make(reviewer: str | None = "Ann", n_rows: int = search.PAGE) -> PartsPage:
            stack.close()  # one station a data folder
            station = stack.enter_context(open_station(config, "small", config.data_folder))
            window = narrow_window(station)
            qtbot.addWidget(window)
            window.show()
            stack.callback(window.close)
            page = window.page(PartsPage)
            assert isinstance(page, PartsPage)
            if reviewer is not None:
                page.bar.name_edit.setText(reviewer)
                page.bar.name_edit.editingFinished.emit()
            window.open_page(page)
            qtbot.waitUntil(lambda: page.parts.rowCount() == n_rows and " found" in page.filters.found.text(), timeout=WAIT_MS)
            if n_rows:
                seen(qtbot, page)
            return page

        yield make


@pytest.fixture
def page(open_page: Callable[..., PartsPage]) -> PartsPage:
    return open_page()


def engine_of(page: PartsPage) -> Engine:
    return page.desk.control.station.engine


def seen(qtbot: QtBot, page: PartsPage, part_id: int | None = None) -> None:
    """Waits until a part, or this one, can be seen."""
    qtbot.waitUntil(lambda: page.detail.part_id == part_id if part_id else page.detail.part_id is not None, timeout=WAIT_MS)


def cell(page: PartsPage, row: int, column: Column) -> str:
    return str(page.parts.data(page.parts.index(row, column)) or "")


def listed(page: PartsPage) -> list[int]:
    return [page.parts.part(row).part.id for row in range(page.parts.rowCount())]


def selected(page: PartsPage) -> list[int]:
    return [page.parts.part(index.row()).part.id for index in page.table.selectionModel().selectedRows()]


def select(qtbot: QtBot, page: PartsPage, row: int) -> int:
    """Press into a row; returns its part, which can be seen then."""
    part_id = page.parts.part(row).part.id
    box = page.table.visualRect(page.parts.index(row, 0))
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    seen(qtbot, page, part_id)
    return part_id


def said(page: PartsPage, part_id: int) -> list[tuple[str, str, str, str]]:
    return [(r.reviewer, r.truth.value, r.mode, r.comment) for r in queries.reviews(engine_of(page), part_id)]


def links(page: PartsPage) -> list[str]:
    return [b.text() for b in page.detail.findChildren(QPushButton) if b.isVisible()]


def asked(qtbot: QtBot, page: PartsPage, kind: type[D]) -> D:
    """The dialog of this kind, with the keys going to it."""
    qtbot.waitUntil(lambda: any(d.isActiveWindow() for d in page.findChildren(kind)), timeout=WAIT_MS)
    return next(d for d in page.findChildren(kind) if d.isActiveWindow())


def count_shown(qtbot: QtBot, page: PartsPage, text: str) -> None:
    qtbot.waitUntil(lambda: page.filters.found.text() == text and not page.parts.is_busy, timeout=WAIT_MS)


# -- finding -----------------------------------------------------------------------------------------------------------


def test_the_table_reads_on_as_somebody_scrolls_and_never_more(qtbot: QtBot, page: PartsPage) -> None:
    assert listed(page) == list(range(238, 138, -1))
    assert page.filters.found.text() == "238 found"
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.parts.rowCount() == 200, timeout=WAIT_MS)
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.parts.rowCount() == 238, timeout=WAIT_MS)
    assert listed(page) == list(range(238, 0, -1))
    assert page.parts.is_complete


def test_a_lot_typed_into_the_filter_lists_its_parts_until_it_is_cleared(qtbot: QtBot, page: PartsPage) -> None:
    qtbot.keyClick(page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is page.filters.lot
    qtbot.keyClicks(page.filters.lot, "NEW")
    count_shown(qtbot, page, "8 found")
    assert listed(page) == list(range(238, 230, -1))
    qtbot.mouseClick(page.filters.judgements[Judgement.NG], Qt.MouseButton.LeftButton)
    count_shown(qtbot, page, "2 found")
    assert listed(page) == [238, 235]
    qtbot.keyClick(page.filters.lot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.table, timeout=WAIT_MS)
    qtbot.mouseClick(page.filters.clear_button, Qt.MouseButton.LeftButton)
    count_shown(qtbot, page, "238 found")
    assert not page.filters.clear_button.isEnabled()


def test_every_field_reaches_the_filter(qtbot: QtBot, page: PartsPage) -> None:
    bar = page.filters
    bar.lot.setText("A")
    bar.serial.setText("S1")
    bar.score_from.setText("1.5")
    bar.score_to.setText("9")
    bar.judgements[Judgement.HOLD].setChecked(True)
    bar.sampled.setChecked(True)
    for combo, text in (
        (bar.opinion, "Escapes"), (bar.kind, "Challenge parts"), (bar.defect, "Without a name"), (bar.mode, "Without a name"),
        (bar.model, "small 1"), (bar.period, "Between…"),
    ):  # fmt: skip
        assert combo.findText(text) > 0, text
        combo.setCurrentText(text)
    assert bar.since.isVisible()
    sought = bar.filter("Ann")
    since, until = sought.since, sought.until
    assert since is not None
    assert until is not None
    assert until - since == timedelta(days=1)
    assert sought == PartFilter(
        since, until, "A", "S1", frozenset({Judgement.HOLD}), "challenge", "", "", 1.5, 9.0, "small", "1", Opinion.ESCAPE, True, "Ann"
    )
    qtbot.mouseClick(bar.clear_button, Qt.MouseButton.LeftButton)
    assert bar.filter("Ann") == PartFilter(reviewer="Ann")


def test_the_filter_the_name_and_the_sizes_are_remembered(qtbot: QtBot, page: PartsPage, open_page: Callable[..., PartsPage]) -> None:
    qtbot.keyClicks(page.filters.lot, "NEW")
    qtbot.mouseClick(page.filters.judgements[Judgement.NG], Qt.MouseButton.LeftButton)
    count_shown(qtbot, page, "2 found")
    page.splitter.setSizes([700, 500])
    share = page.splitter.sizes()[0] / page.splitter.width()
    page.window().close()
    again = open_page(reviewer=None, n_rows=2)
    assert again.bar.reviewer == "Ann"
    assert again.splitter.sizes()[0] / again.splitter.width() == pytest.approx(share, abs=0.02)
    assert (again.filters.lot.text(), again.filters.judgements[Judgement.NG].isChecked()) == ("NEW", True)


def test_a_score_that_is_no_number_is_told_and_changes_nothing(qtbot: QtBot, page: PartsPage) -> None:
    qtbot.keyClicks(page.filters.score_from, "x")
    qtbot.waitUntil(lambda: page.message.isVisible(), timeout=WAIT_MS)
    assert page.message.text() == "Score “x” is no number."
    assert page.parts.rowCount() == search.PAGE


def test_empty_lists_say_why_they_are_empty(qtbot: QtBot, page: PartsPage, config: Config, open_page: Callable[..., PartsPage]) -> None:
    qtbot.keyClicks(page.filters.lot, "none such")
    count_shown(qtbot, page, "0 found")
    assert page.empty.isVisible()
    assert "No part fits this filter" in page.empty.text()
    assert page.detail.part_id is None
    assert not page.bar.ok_button.isEnabled()
    assert not page.filters.export_button.isEnabled()
    page.filters.clear()
    page.window().close()
    for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm"):
        (config.data_folder / name).unlink(missing_ok=True)
    empty = open_page(n_rows=0)
    assert "No part has been judged yet" in empty.empty.text()


# -- looking -----------------------------------------------------------------------------------------------------------


def test_a_defective_part_is_shown_with_marks_maps_and_figures(qtbot: QtBot, page: PartsPage) -> None:
    select(qtbot, page, 1)
    _, view = page.detail.views["front"]
    assert view._image is not None
    assert not view._marks
    assert page.detail.verdict.text() == "OK"
    select(qtbot, page, 0)
    assert page.detail.verdict.text() == "NG"
    assert "NG above 20.00" in page.detail.limits.text()
    (frame,) = [mark for mark in view._marks if mark.is_outline]
    regions = {region.rectangle for region in page.desk.control.station.recipe.regions}
    assert frame.rectangle in regions
    assert len(view._marks) > 1
    vector = queries.vectors(engine_of(page), 238)
    region = next(i for i, region in enumerate(page.desk.control.station.recipe.regions) if region.rectangle == frame.rectangle)
    assert page.detail.maps.maps is not None
    assert page.detail.maps.maps[2, 4 * 6 + 3, 7] == vector[region, ((4 * 6 + 3) * 3 + 2) * 13 + 7], "γ of kernel 4, window 3, 7"


def test_the_wheel_enlarges_where_the_mouse_is_and_a_double_click_fits_again(qtbot: QtBot, page: PartsPage) -> None:
    _, view = page.detail.views["front"]
    assert view._image is not None
    at = QPointF(view.width() * 0.4, view.height() * 0.4)

    def under_mouse() -> tuple[float, float]:
        assert view._image is not None
        place = view._place(view._image)
        return (at.x() - place.left()) / place.width(), (at.y() - place.top()) / place.height()

    def turn(notches: int) -> None:
        wheel = QWheelEvent(
            *(at, view.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier),
            *(Qt.ScrollPhase.NoScrollPhase, False),
        )
        QApplication.sendEvent(view, wheel)

    picture = view.grab().toImage()
    turn(8)  # the picture is larger than its place by now
    assert view.zoom == pytest.approx(1.25**8)
    assert view.grab().toImage() != picture
    held = under_mouse()
    turn(1)
    assert under_mouse() == pytest.approx(held, abs=1e-6)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(60, 40))
    qtbot.mouseMove(view, QPoint(50, 40))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 40))
    assert under_mouse()[0] > held[0], "the picture went to the left"
    turn(-30)
    assert view.zoom == 1, "never smaller than fits"
    turn(2)
    select(qtbot, page, 1)
    assert view.zoom > 1, "the next part is seen at the same place"
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert view.zoom == 1
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom == 1.25


def test_a_part_of_another_recipe_revision_is_shown_as_it_was_taken(qtbot: QtBot, page: PartsPage) -> None:
    with Session(engine_of(page)) as session, session.begin():
        session.execute(update(Part).where(Part.id == 235).values(recipe_revision=2))
        session.execute(update(PartPicture).where(PartPicture.part_id == 234).values(path="gone.png"))
    select(qtbot, page, 3)
    assert "recipe small revision 2; this station has small revision 3" in page.detail.note.text()
    _, view = page.detail.views["front"]
    assert view._image is not None
    assert view._marks == ()
    select(qtbot, page, 4)
    assert view._image is None
    assert view._empty_text == "The picture of this view is no longer on disk."


def test_a_retest_leads_to_the_part_it_answers_and_back(qtbot: QtBot, page: PartsPage) -> None:
    with Session(engine_of(page)) as session, session.begin():
        session.execute(update(Part).where(Part.id == 237).values(retest_of=20))  # far below the first page
    select(qtbot, page, 1)
    qtbot.waitUntil(lambda: links(page) == ["Retest of part 20"], timeout=WAIT_MS)
    (link,) = [b for b in page.detail.findChildren(QPushButton) if b.isVisible()]
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    seen(qtbot, page, 20)
    assert page.bar.state.text() == "Part 20, not in the list · Esc: back"
    qtbot.waitUntil(lambda: links(page) == ["Shot again as part 237"], timeout=WAIT_MS)
    qtbot.mouseClick(page.bar.ok_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "truly OK · Ann" in page.detail.reviews_text.text(), timeout=WAIT_MS)
    assert said(page, 20) == [("Ann", "OK", "", "")]
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    seen(qtbot, page, 237)


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
    qtbot.waitUntil(lambda: "scratch" in page._modes, timeout=WAIT_MS)
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


def test_without_a_name_nothing_is_written(qtbot: QtBot, open_page: Callable[..., PartsPage]) -> None:
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


@pytest.mark.parametrize("size", [(960, 540), (1366, 768)])
def test_no_button_is_cut_off(qtbot: QtBot, page: PartsPage, size: tuple[int, int]) -> None:
    page.window().resize(*size)
    qtbot.waitUntil(lambda: page.window().width() == size[0] and page.window().height() == size[1], timeout=WAIT_MS)
    QApplication.processEvents()
    cut = [b.text() for b in page.findChildren(QPushButton) if b.isVisible() and b.text() and b.width() < b.minimumSizeHint().width()]
    assert cut == []
