"""The events page in the true window: read, filtered, verified, exported."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, text

from station.gui.events_page import PAGE_ROWS, EventsPage
from station.gui.work import Cancelled
from station.store import queries
from station.store.database import StoreError, open_database
from station.store.events import EventFilter, check_chain, event_count, event_page, write_events
from station.store.journal import append_event, chain_event, writing
from tests.station.line_pc import line_pc, opened

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


def write(engine: Engine, n: int) -> None:
    """n events: every third of kind 'lot' by Sato, the others 'recipe' by Kondo."""
    with writing(engine) as session:
        for i in range(1, n + 1):
            kind, actor = ("lot", "Sato") if i % 3 == 0 else ("recipe", "Kondo")
            chain_event(session, kind, actor, number=i, text="a|ü")


def test_pages_and_filters(engine: Engine) -> None:
    write(engine, 30)
    first = event_page(engine, 4)
    assert [e.id for e in first] == [30, 29, 28, 27]
    assert [e.id for e in event_page(engine, 4, before=27)] == [26, 25, 24, 23]
    lots = EventFilter(kind="lot", actor="Sato")
    assert [e.id for e in event_page(engine, 3, lots)] == [30, 27, 24]
    assert event_count(engine, lots) == 10
    assert event_count(engine, EventFilter(kind="lot", actor="Kondo")) == 0
    now = datetime.now(UTC)
    assert event_count(engine, EventFilter(since=now - timedelta(hours=1))) == 30
    assert event_count(engine, EventFilter(until=now - timedelta(hours=1))) == 0
    assert first[0].words == "number: 30 · text: a|ü"


@pytest.mark.parametrize(
    ("damage", "first_broken"),
    [
        ("UPDATE event SET actor = 'Mori' WHERE id = 17", 17),
        ("UPDATE event SET detail = 'no JSON' WHERE id = 17", 17),
        ("UPDATE event SET at = '2020-01-01 00:00:00.000000' WHERE id = 17", 17),
        ("UPDATE event SET hash = previous_hash WHERE id = 17", 17),
        ("DELETE FROM event WHERE id = 17", 18),
        ("DELETE FROM event WHERE id = 1", 2),
    ],
)
def test_an_edited_or_missing_row_breaks_the_chain_there(engine: Engine, damage: str, first_broken: int) -> None:
    write(engine, 30)
    whole = check_chain(engine)
    assert (whole.n_events, whole.first_broken, whole.last_id, len(whole.last_hash)) == (30, None, 30, 64)
    with engine.begin() as connection:
        connection.execute(text(damage))
    assert check_chain(engine).first_broken == first_broken == queries.first_broken_event(engine)


def test_a_chain_written_anew_is_found_by_a_hash_that_was_noted_outside(engine: Engine) -> None:
    write(engine, 10)
    noted = check_chain(engine).last_hash
    append_event(engine, "lot", "Sato")
    assert check_chain(engine, noted).has_expected
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM event WHERE id >= 9"))
    append_event(engine, "lot", "Mallory")
    forged = check_chain(engine, noted)
    assert forged.first_broken is None, "from the inside the forged end looks whole"
    assert not forged.has_expected


def test_events_without_any_are_unbroken(engine: Engine) -> None:
    empty = check_chain(engine)
    assert (empty.n_events, empty.first_broken, empty.last_id, empty.last_hash) == (0, None, None, "")


def test_the_export_holds_every_filtered_event_oldest_first_and_appears_whole(engine: Engine, tmp_path: Path) -> None:
    write(engine, 2500)
    shares: list[float] = []
    assert write_events(engine, tmp_path / "e.csv", EventFilter(), shares.append) == 2500
    rows = list(csv.DictReader((tmp_path / "e.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [int(row["id"]) for row in rows] == list(range(1, 2501))
    assert (rows[2]["kind"], rows[2]["actor"], rows[2]["detail"]) == ("lot", "Sato", '{"number": 3, "text": "a|ü"}')
    assert rows[1]["previous_hash"] == rows[0]["hash"]
    assert shares == sorted(shares)
    assert len(shares) == 5

    def enough(_share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_events(engine, tmp_path / "half.csv", EventFilter(), enough)
    assert sorted(p.name for p in tmp_path.glob("*.csv*")) == ["e.csv"], "nothing half written stays"


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", '=HYPERLINK("x")'])
def test_nobodys_name_becomes_a_formula_in_the_export(engine: Engine, tmp_path: Path, said: str) -> None:
    append_event(engine, said, said, lot=said)
    write_events(engine, tmp_path / "e.csv", EventFilter(), lambda _share: None)
    (row,) = csv.DictReader((tmp_path / "e.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (row["kind"], row["actor"]) == (f"'{said}", f"'{said}")
    assert json.loads(row["detail"]) == {"lot": said}, "begins with a brace, and is as it was"


def test_events_that_cannot_be_read_are_told_and_what_is_there_stays(
    qtbot: QtBot, tmp_path: Path, recipe_file: Path, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the events cannot be read: database is locked")

    with opened(qtbot, line_pc(tmp_path, recipe_file, published)) as window:
        write(window.control.station.engine, 250)
        page = window.page(EventsPage)
        assert isinstance(page, EventsPage)
        qtbot.mouseClick(window._nav.buttons()[window.pages.index(page)], LEFT)
        qtbot.waitUntil(lambda: page.range.text() == "Events 1 to 100 of 250" and page.older_button.isEnabled(), timeout=15000)
        monkeypatch.setattr("station.gui.events_page.event_page", fail)
        qtbot.mouseClick(page.older_button, LEFT)
        qtbot.waitUntil(lambda: "database is locked" in page.sentence.text(), timeout=15000)
        assert page.sentence.property("error")
        assert page.older_button.isEnabled()
        assert page.range.text() == "Events 1 to 100 of 250"
        monkeypatch.undo()
        qtbot.mouseClick(page.older_button, LEFT)
        qtbot.waitUntil(lambda: page.range.text() == "Events 101 to 200 of 250", timeout=15000)


def test_the_page_reads_filters_verifies_and_exports(qtbot: QtBot, tmp_path: Path, recipe_file: Path, published: Path) -> None:
    with opened(qtbot, line_pc(tmp_path, recipe_file, published)) as window:
        engine = window.control.station.engine
        write(engine, 250)
        page = window.page(EventsPage)
        assert isinstance(page, EventsPage)
        qtbot.mouseClick(window._nav.buttons()[window.pages.index(page)], LEFT)
        qtbot.waitUntil(lambda: page.range.text() == "Events 1 to 100 of 250", timeout=15000)
        assert (page.table.rowCount(), page.table.item(0, 3).text()) == (PAGE_ROWS, "number: 250 · text: a|ü")
        assert not page.newer_button.isEnabled()
        for sentence in ("Events 101 to 200 of 250", "Events 201 to 250 of 250"):
            qtbot.mouseClick(page.older_button, LEFT)
            qtbot.waitUntil(lambda sentence=sentence: page.range.text() == sentence, timeout=15000)
        assert page.table.item(49, 3).text().startswith("number: 1 ")
        assert not page.older_button.isEnabled()
        qtbot.mouseClick(page.newer_button, LEFT)
        qtbot.waitUntil(lambda: page.range.text() == "Events 101 to 200 of 250", timeout=15000)
        # what a row says in full
        page.table.selectRow(0)
        assert page.details_title.text() == "Event 150 · lot or operator"
        assert "Who: Sato" in page.details.text()
        assert "number: 150" in page.details.text()
        # filters
        page.kind_box.setCurrentIndex(page.kind_box.findData("lot"))
        page.kind_box.activated.emit(page.kind_box.currentIndex())
        qtbot.waitUntil(lambda: page.range.text() == "Events 1 to 83 of 83", timeout=15000)
        page.actor_box.setCurrentIndex(page.actor_box.findData("Kondo"))
        page.actor_box.activated.emit(page.actor_box.currentIndex())
        qtbot.waitUntil(page.empty.isVisible, timeout=15000)
        for box in (page.kind_box, page.actor_box):
            box.setCurrentIndex(0)
        page.time_box.setCurrentIndex(4)
        page.time_box.activated.emit(4)
        assert page.since_edit.isVisible()
        page.until_edit.setDate(QDate.currentDate().addDays(-2))
        page.since_edit.setDate(QDate.currentDate().addDays(-3))
        qtbot.waitUntil(page.empty.isVisible, timeout=15000)
        page.until_edit.setDate(QDate.currentDate().addDays(1))
        qtbot.waitUntil(lambda: page.range.text() == "Events 1 to 100 of 250", timeout=15000)
        # verified: whole, then with an edited row
        qtbot.mouseClick(page.verify_button, LEFT)
        last = event_page(engine, 1)[0].hash
        qtbot.waitUntil(lambda: page.sentence.text().startswith("✓ 250 events, unbroken."), timeout=15000)
        assert page.sentence.text().replace(" ", "").endswith(last)
        with engine.begin() as connection:
            connection.execute(text("UPDATE event SET actor = 'Mori' WHERE id = 249"))
        qtbot.mouseClick(page.verify_button, LEFT)
        qtbot.waitUntil(lambda: page.sentence.text().startswith("✗ Event 249 is broken"), timeout=15000)
        assert "248 events before it are unbroken" in page.sentence.text()
        page.opened()
        qtbot.waitUntil(lambda: page.table.item(1, 2).text() == "Mori", timeout=15000)
        page.table.selectRow(1)
        assert page.details.text().startswith("This event was changed after it was written")
        page.table.selectRow(0)
        assert not page.details.text().startswith("This event was changed"), "the next one is what it was"
        page.export_to(tmp_path / "events.csv")
        qtbot.waitUntil(lambda: page.sentence.text().startswith("250 events in "), timeout=15000)
        assert len((tmp_path / "events.csv").read_text(encoding="utf-8-sig").splitlines()) == 251
        # a folder that is not there is told
        page.export_to(tmp_path / "nowhere" / "events.csv")
        qtbot.waitUntil(lambda: "No such file" in page.sentence.text(), timeout=15000)
        assert page.verify_button.isVisible()
