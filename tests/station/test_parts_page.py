"""QA's page in the true window, offscreen: finding parts and looking at them; real keys, real ledger, real pictures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.recipe import Recipe
from station.config import Config
from station.gui.parts_page import PartsPage
from station.store import queries, search
from station.store.database import DATABASE_NAME
from station.store.schema import Part, PartPicture
from station.store.search import Opinion, PartFilter
from station.verdict import Judgement
from tests.station.parts_window import (
    WAIT_MS,
    Open,
    count_shown,
    engine_of,
    judge_parts,
    links,
    listed,
    parts_pages,
    qa_pc,
    said,
    seen,
    select,
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


def test_the_filter_the_name_and_the_sizes_are_remembered(qtbot: QtBot, page: PartsPage, open_page: Open) -> None:
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


def test_empty_lists_say_why_they_are_empty(qtbot: QtBot, page: PartsPage, config: Config, open_page: Open) -> None:
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


@pytest.mark.parametrize("size", [(960, 540), (1366, 768)])
def test_no_button_is_cut_off(qtbot: QtBot, page: PartsPage, size: tuple[int, int]) -> None:
    page.window().resize(*size)
    qtbot.waitUntil(lambda: page.window().width() == size[0] and page.window().height() == size[1], timeout=WAIT_MS)
    QApplication.processEvents()
    cut = [b.text() for b in page.findChildren(QPushButton) if b.isVisible() and b.text() and b.width() < b.minimumSizeHint().width()]
    assert cut == []
