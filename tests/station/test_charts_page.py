"""The charts page and the export dialog: the true window, real buttons, files read back."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import insert, text

from station.gui.charts_page import ChartsPage
from station.gui.export_dialog import ExportDialog
from station.gui.main_window import StationWindow
from station.gui.parts_page import PartsPage
from station.gui.plots import Plot
from station.shot import now
from station.store.reviews import Truth, add_reviews
from station.store.schema import PartPicture
from station.store.search import PartFilter, count
from station.verdict import Judgement
from tests.small import small_picture
from tests.station.fits import wait_until_it_fits
from tests.station.line_pc import line_pc, opened
from tests.station.recorded import part, write_parts, write_regions

WAIT = 15000
N = 400


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, recipe_file: Path, published: Path) -> Iterator[StationWindow]:
    config = line_pc(tmp_path, recipe_file, published, 1)
    begun = f"{(now() + timedelta(hours=1)).astimezone():%H:%M}"  # the shift, 23 hours ago: all parts are of one
    one_shift = config.model_copy(update={"station": config.station.model_copy(update={"shifts": [begun]})})
    one_shift._folder = config._folder
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(opened(qtbot, one_shift))


@pytest.fixture
def filled(window: StationWindow) -> StationWindow:
    """400 parts of the last hours in two lots: every tenth NG, of two modes; version 2 judges from the 200th on."""
    rng = np.random.default_rng(3)
    began = now() - timedelta(minutes=N)
    rows = []
    for n in range(1, N + 1):
        is_ng = n % 10 == 0
        changes = {"judgement": "NG", "defect": "M" if n % 30 else "X"} if is_ng else {"score": float(3 + rng.normal(0, 0.2))}
        lot = "A-17" if n > 300 else "ロット1"
        rows.append(part(n, lot=lot, taken_at=began + timedelta(minutes=n), model_version="2" if n >= 200 else "1", **changes))
    engine = window.control.station.engine
    write_parts(engine, rows)
    add_reviews(engine, [10, 20], Truth.OK, "Sato")
    add_reviews(engine, [11], Truth.NG, "Sato", "F")
    add_reviews(engine, [11], Truth.NG, "伊藤", "F")
    return window


def open_charts(qtbot: QtBot, window: StationWindow, period: str = "all") -> ChartsPage:
    page = window.page(ChartsPage)
    assert isinstance(page, ChartsPage)
    page.period.setCurrentIndex(page.period.findText(period))
    qtbot.mouseClick(window._nav.buttons()[window.pages.index(page)], Qt.MouseButton.LeftButton)
    wait_drawn(qtbot, page)
    return page


def wait_drawn(qtbot: QtBot, page: ChartsPage) -> None:
    qtbot.waitUntil(lambda: not page._work.is_busy and not page._undrawn and not page._redraw.isActive(), timeout=WAIT)
    qtbot.waitUntil(lambda: "parts:" in page.counts.text(), timeout=WAIT)


def place(plot: Plot, index: int) -> QPoint:
    spot = plot.spots[index]
    return plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(spot.x, spot.y)))


def choose(qtbot: QtBot, page: ChartsPage, box: str, words: str) -> None:
    """As a person does it: the box gets the focus, the keyboard chooses."""
    combo = getattr(page, box)
    before = page._drawn
    combo.setFocus()
    combo.setCurrentIndex(combo.findText(words))
    combo.activated.emit(combo.currentIndex())
    qtbot.waitUntil(lambda: page._drawn is not before, timeout=WAIT)
    wait_drawn(qtbot, page)


def test_an_empty_ledger_says_so_in_every_card(qtbot: QtBot, window: StationWindow) -> None:
    page = open_charts(qtbot, window)
    for card in page.cards:
        assert card.stack.currentWidget() is card.empty
        assert card.empty.text() == "No part was recorded in this period."
    assert page.no_shifts.isVisible()
    assert not page.export_button.isEnabled()
    assert page.export_button.toolTip() == "There is no part to export in this choice."
    assert page.escapes.text().startswith("Escape rate: unknown")
    assert page.agreement.text().startswith("Agreement of reviewers: unknown")


def test_what_is_drawn_is_said_in_words_too(qtbot: QtBot, filled: StationWindow) -> None:
    page = open_charts(qtbot, filled)
    assert page.counts.text().startswith("400 parts: OK 360 · NG 40 · RETEST 0 · HOLD 0")
    assert all(card.stack.currentWidget() is card.plot for card in page.cards)
    assert page.pareto.words.text() == (
        "39 NG parts; the line is the cumulative share. Left out: 2 that a review calls OK. Counted in: 1 that only a review calls NG."
    )
    assert page.p_chart.words.text().startswith("Mean 10.00 %, subgroups of 20 parts, limits 3 σ. No subgroup outside the limits.")
    assert "model m version 2" in page.p_chart.marks.text()
    assert "Model m version 2; OK up to 12.00, NG above 20.00." in page.histogram.words.text()
    assert "the first 25 subgroups of 5 parts" in page.ewma.words.text()
    assert page.agreement.text().startswith("Sato and 伊藤 first called 1 of 1 parts the same")
    assert page.table.item(0, 1).text() == "A-17"
    assert page.table.item(0, 3).text() == "90.0 %"


def test_a_bar_and_a_point_lead_to_their_parts(qtbot: QtBot, filled: StationWindow) -> None:
    page = open_charts(qtbot, filled)
    listed = next(p for p in filled.pages if isinstance(p, PartsPage))
    engine = filled.control.station.engine
    wanted: list[PartFilter] = []
    page.parts_wanted.connect(wanted.append)

    def click(plot: Plot, spot: int) -> None:
        filled.open_page(page)
        wait_drawn(qtbot, page)
        qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place(plot, spot))
        assert filled.stack.currentWidget() is listed

    click(page.pareto.plot, 0)
    assert (wanted[-1].defect, wanted[-1].judgements, count(engine, wanted[-1])) == ("M", {Judgement.NG}, 27)
    qtbot.waitUntil(lambda: listed.filters.found.text() == "27 found", timeout=WAIT)
    assert listed.filters.judgements[Judgement.NG].isChecked()
    click(page.pareto.plot, 2)
    assert (wanted[-1].mode, wanted[-1].defect, count(engine, wanted[-1])) == ("F", None, 1), "only a review knows of it"
    qtbot.waitUntil(lambda: listed.filters.found.text() == "1 found", timeout=WAIT)
    click(page.p_chart.plot, 3)
    assert count(engine, wanted[-1]) == 2, "the NG parts among 20"
    click(page.ewma.plot, 0)
    assert count(engine, wanted[-1]) == 5
    assert listed.filters.period.currentData() == "between"
    filled.open_page(page)
    wait_drawn(qtbot, page)
    n_before = len(wanted)
    page.histogram.plot.setFocus()
    qtbot.keyClick(page.histogram.plot, Qt.Key.Key_Right)
    qtbot.keyClick(page.histogram.plot, Qt.Key.Key_Return)
    assert len(wanted) == n_before + 1
    assert wanted[-1].model_version == "2"
    assert wanted[-1].score_from is not None


def test_positions_and_a_logarithmic_axis_are_a_button_away(qtbot: QtBot, filled: StationWindow) -> None:
    page = open_charts(qtbot, filled)
    qtbot.mouseClick(page.pareto.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.histogram.buttons[0], Qt.MouseButton.LeftButton)
    wait_drawn(qtbot, page)
    assert [spot.words() for spot in page.pareto.plot.spots] == ["front · all: 39 (100.0 %)"]
    assert page.pareto.plot.spots[0].parts is None
    assert max(spot.y for spot in page.histogram.plot.spots) < 3.0, "log10 of a count"


def test_another_choice_is_counted_anew(qtbot: QtBot, filled: StationWindow) -> None:
    page = open_charts(qtbot, filled)
    choose(qtbot, page, "period", "this lot")
    assert page.counts.text().startswith("100 parts")
    choose(qtbot, page, "period", "all")
    choose(qtbot, page, "model", "m version 1")
    assert page.counts.text().startswith("199 parts")
    assert page.model.currentText() == "m version 1"
    choose(qtbot, page, "subgroup", "50 parts")
    assert "subgroups of 50 parts" in page.p_chart.words.text()
    choose(qtbot, page, "subgroup", "by the hour")
    assert "subgroups of an hour" in page.p_chart.words.text()


def test_a_point_outside_has_another_shape_and_is_named(qtbot: QtBot, filled: StationWindow) -> None:
    with filled.control.station.engine.begin() as connection:
        connection.execute(text("UPDATE part SET judgement = 'NG' WHERE id BETWEEN 101 AND 112"))
    page = open_charts(qtbot, filled)
    assert "Outside the limits (▲)" in page.p_chart.words.text()
    assert "(65.0 %)" in page.p_chart.words.text()
    shapes = {item.opts["symbol"]: len(item.data) for item in page.p_chart.plot.plotItem.items if hasattr(item, "opts") and "symbol" in item.opts}
    assert shapes == {"o": 19, "t1": 1}


def test_cancel_ends_the_count(qtbot: QtBot, filled: StationWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from station.gui import charts_page

    gate = threading.Event()
    real = charts_page.draw_up

    def slow(*arguments: object) -> object:
        assert gate.wait(20)
        return real(*arguments)  # type: ignore[arg-type]

    page = open_charts(qtbot, filled)
    shown = page.counts.text()
    monkeypatch.setattr(charts_page, "draw_up", slow)
    qtbot.mouseClick(page.refresh_button, Qt.MouseButton.LeftButton)
    assert not page.cancel_button.isVisible()  # a count that is over at once does not move the page
    qtbot.waitUntil(page.cancel_button.isVisible, timeout=WAIT)
    qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
    gate.set()
    qtbot.waitUntil(lambda: bool(page.refresh_button.isVisible()), timeout=WAIT)
    assert page.counts.text() == shown


@pytest.mark.parametrize("size", [(1366, 768), (960, 540)])
def test_nothing_is_cut_off_in_either_theme(qtbot: QtBot, filled: StationWindow, size: tuple[int, int]) -> None:
    filled.resize(*size)
    page = open_charts(qtbot, filled)
    filled.use_theme("light")
    wait_drawn(qtbot, page)
    assert page.p_chart.plot.backgroundBrush().color().name() == "#ffffff"
    marks = [card.marks for card in page.cards]
    words = [widget for widget in (*page.findChildren(QLabel), *page.findChildren(QPushButton)) if widget not in marks]
    wait_until_it_fits(qtbot, filled, words, [page.table])
    for card in page.cards:
        assert card.plot.height() > 80 * size[1] / 540


# -- exports -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def dialog(qtbot: QtBot, filled: StationWindow) -> Iterator[ExportDialog]:
    opened_dialog = ExportDialog(filled.desk, PartFilter(judgements=frozenset({Judgement.NG}), kind="part"), filled)
    qtbot.addWidget(opened_dialog)
    opened_dialog.show()
    qtbot.waitUntil(lambda: "40 parts" in opened_dialog.what.text(), timeout=WAIT)
    yield opened_dialog
    opened_dialog.reject()


def export(qtbot: QtBot, dialog: ExportDialog) -> Path:
    path = Path(dialog.place.text())
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(dialog.message.text()) and dialog.close_button.isVisible(), timeout=WAIT)
    assert dialog.message.property("error") is False, dialog.message.text()
    return path


def test_the_table_is_written_and_its_writing_is_an_event(qtbot: QtBot, filled: StationWindow, dialog: ExportDialog) -> None:
    assert "Verdict: NG" in dialog.what.text()
    path = export(qtbot, dialog)
    assert dialog.message.text() == f"Written: {path.name}, 40 parts."
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [int(row["id"]) for row in csv.DictReader(file)] == list(range(400, 0, -10))
    assert dialog.open_button.isVisible()
    assert not dialog.export_button.isEnabled()
    assert "choose another name" in dialog.export_button.toolTip()
    with filled.control.station.engine.connect() as connection:
        (detail,) = connection.execute(text("SELECT detail FROM event WHERE kind = 'export'")).scalars()
    assert '"parts": 40' in detail


def test_training_data_say_what_was_left_out(qtbot: QtBot, filled: StationWindow, dialog: ExportDialog) -> None:
    write_regions(filled.control.station.engine, 10)
    qtbot.mouseClick(dialog.format_buttons["dataset"], Qt.MouseButton.LeftButton)
    path = export(qtbot, dialog)
    assert dialog.message.text() == f"Written: {path.name}, 1 parts, 2 rows. Left out: 38 not reviewed, 1 without vectors."
    assert (path / "data" / "train-00000-of-00001.parquet").is_file()


def pages(pdf: bytes) -> int:
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_the_report_has_title_charts_and_parts_with_pictures(qtbot: QtBot, filled: StationWindow, dialog: ExportDialog) -> None:
    station = filled.control.station
    (station.pictures.folder / "x").mkdir(parents=True)
    cv2.imwrite(str(station.pictures.folder / "x" / "400.png"), small_picture(np.random.default_rng(1)))
    with station.engine.begin() as connection:
        connection.execute(
            insert(PartPicture), [{"part_id": 400, "view": "front", "path": "x/400.png"}, {"part_id": 390, "view": "front", "path": "x/gone.png"}]
        )
    qtbot.mouseClick(dialog.format_buttons["pdf"], Qt.MouseButton.LeftButton)
    dialog.n_listed.setCurrentIndex(dialog.n_listed.findText("20 parts"))
    path = export(qtbot, dialog)
    pdf = path.read_bytes()
    assert pages(pdf) == 1 + 2 + 5, "title, five charts three a page, twenty parts four a page"
    assert dialog.message.text() == f"Written: {path.name}, 8 pages."
    assert pdf.count(b"/Subtype /Image") >= 6, "five charts and a picture"
    fonts = set(re.findall(rb"/FontName /\w+\+(\w+)", pdf))
    assert fonts
    assert pdf.count(b"/FontFile") >= len(fonts), "embedded"
    japanese = {re.sub(r"\W", "", name) for name in QFontDatabase.families(QFontDatabase.WritingSystem.Japanese)}
    if japanese:
        assert any(font.decode() in japanese for font in fonts), f"{fonts}: none of them writes ロット1"
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_report_without_pictures_has_no_page_of_parts(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.mouseClick(dialog.format_buttons["pdf"], Qt.MouseButton.LeftButton)
    dialog.n_listed.setCurrentIndex(dialog.n_listed.findText("no part"))
    assert pages(export(qtbot, dialog).read_bytes()) == 3


def test_a_place_that_cannot_be_written_is_said(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.place.setText(str(tmp_path / "nowhere" / "parts.csv"))
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert "there is no folder" in dialog.message.text()
    assert dialog.message.property("error") is True


def test_a_closed_dialog_leaves_nothing_behind(qtbot: QtBot, filled: StationWindow) -> None:
    write_parts(filled.control.station.engine, (part(n) for n in range(1001, 9001)))
    dialog = ExportDialog(filled.desk, PartFilter(), filled)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "8,400 parts" in dialog.what.text(), timeout=WAIT)
    folder = Path(dialog.place.text()).parent
    with qtbot.waitSignal(dialog._work.progressed, timeout=WAIT):
        qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert list(folder.iterdir()) == []


def test_the_page_exports_what_it_shows(qtbot: QtBot, filled: StationWindow) -> None:
    page = open_charts(qtbot, filled, "this lot")
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    seen: list[str] = []

    def look() -> None:
        found = QApplication.activeModalWidget()
        if isinstance(found, ExportDialog) and "counting" not in found.what.text():
            seen.append(found.what.text())
            found.reject()
        else:
            QTimer.singleShot(50, look)

    QTimer.singleShot(50, look)
    qtbot.mouseClick(page.export_button, Qt.MouseButton.LeftButton)
    assert seen == ["100 parts · Lot: A-17 · Kind: production parts"]
