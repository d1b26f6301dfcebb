"""The strip of similar parts as a real widget over a real station's records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QSettings, Qt, QTranslator
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from models.recipe import Trigger
from models.registry import Registry
from station.assembly import Station, open_station
from station.config import read_config
from station.gui.control import Control
from station.gui.page import Desk
from station.gui.session import Session
from station.gui.similar_strip import SimilarStrip
from station.lot import Lot
from station.shot import Shot, Ticket
from station.store.accounts import Accounts
from station.store.reviews import TAKEN_BACK, Truth, add_reviews
from tests.small import small_picture
from tests.station.embedded import add_parts
from tests.station.parts import Ear, wait_until

N_PARTS = 12


@pytest.fixture
def station(tmp_path: Path, recipe_file: Path, published: Path) -> Iterator[Station]:
    """Twelve small parts were inspected; every fourth has a pin missing. Then one could not be judged."""
    (tmp_path / "parts").mkdir()
    for n in range(N_PARTS):
        cv2.imwrite(str(tmp_path / "parts" / f"{n:02d}.png"), small_picture(np.random.default_rng(n), missing_pin=n % 4 == 3))
    (tmp_path / "config.toml").write_text(
        f'[station]\nrecipe = "small"\nrecipes = "{recipe_file.parent}"\n[camera]\nsource = "folder:{tmp_path / "parts"}"\n'
        f'[models]\nallow_unsigned = true\nstore = "{published}"\nprovider = "cpu"\n[records]\nsynchronous = "NORMAL"\n'
    )
    config = read_config(tmp_path / "config.toml")
    Registry(published, config.data_folder / "active").activate("small", "1")
    with open_station(config, "small", config.data_folder) as station:
        ear = Ear()
        running = station.make_line(ear, Lot("L1", "Ann"), Trigger(mode="interval", interval_ms=0))
        running.start()
        wait_until(lambda: len(ear.shown) == N_PARTS)
        assert running.stop()
        held = running.line.inspector.hold(Shot(Ticket(N_PARTS + 1, "L1", "Ann", ""), ()), "camera fault: gone")
        assert running.journal.record(held) == N_PARTS + 1
        yield station


@pytest.fixture
def strip(qtbot: QtBot, station: Station, tmp_path: Path) -> Iterator[SimilarStrip]:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    session = Session(Accounts(station.engine), idle_minutes=0)
    strip = SimilarStrip(Desk(Control(station, Lot(), Trigger(mode="manual")), session, settings))
    qtbot.addWidget(strip)
    strip.resize(1300, 200)
    strip.show()
    yield strip
    strip.shut_down()


def shown(strip: SimilarStrip) -> list[int]:
    """Part ids on the tiles that can be seen and pressed."""
    return [t.similar.reviewed.part.id for t in strip.tiles if t.isVisible() and t.isEnabled() and t.similar is not None]


def ask(qtbot: QtBot, strip: SimilarStrip, part_id: int, n: int = 8) -> list[int]:
    strip.show_part(part_id)
    qtbot.waitUntil(lambda: len(shown(strip)) == n, timeout=15000)
    return shown(strip)


def test_parts_with_the_same_defect_come_first_with_picture_and_verdict(qtbot: QtBot, strip: SimilarStrip) -> None:
    ids = ask(qtbot, strip, 4)
    assert set(ids[:2]) == {8, 12}, "the other two with a pin missing"
    assert 4 not in ids
    assert [tile.lines[0] for tile in strip.tiles] == ["NG", "NG", "OK", "OK", "OK", "OK", "OK", "OK"]
    distances = [float(tile.lines[1].removeprefix("distance ")) for tile in strip.tiles]
    assert distances == sorted(distances)
    assert distances[1] < distances[2] / 1.5
    assert all(tile.picture is not None and tile.picture.width() == 160 for tile in strip.tiles)
    assert strip.compared.text() == "of 11 parts of this model version"
    assert f"Part {ids[0]}" in strip.tiles[0].accessibleName().split(" · ")


def test_tiles_say_what_people_said(qtbot: QtBot, strip: SimilarStrip, station: Station) -> None:
    add_reviews(station.engine, [8], Truth.NG, "Kondo", "M", "pin gone")
    add_reviews(station.engine, [12], Truth.UNSURE, "Sato")
    add_reviews(station.engine, [1], Truth.OK, "Kondo")
    add_reviews(station.engine, [1], Truth.UNSURE, "Kondo", comment=TAKEN_BACK)
    ids = ask(qtbot, strip, 4)
    lines = {part: tile.lines[2:] for part, tile in zip(ids, strip.tiles, strict=True)}
    assert lines[8] == ("truly NG · M", "Kondo")
    assert lines[12] == ("unsure", "Sato")
    assert all(said == ("not reviewed", "") for part, said in lines.items() if part not in (8, 12))
    assert "pin gone" in strip.tiles[ids.index(8)].toolTip()
    assert 1 in ask(qtbot, strip, 2), "taken back: as if never said"
    assert strip.tiles[shown(strip).index(1)].lines[2] == "not reviewed"


@pytest.mark.parametrize("by_key", [False, True])
def test_a_pressed_tile_is_chosen(qtbot: QtBot, strip: SimilarStrip, by_key: bool) -> None:
    ids = ask(qtbot, strip, 4)
    with qtbot.waitSignal(strip.chosen, timeout=5000) as chosen:
        if by_key:
            qtbot.keyClick(strip.tiles[2], Qt.Key.Key_Space)
        else:
            qtbot.mouseClick(strip.tiles[2], Qt.MouseButton.LeftButton)
    assert chosen.args == [ids[2]]


def test_the_newest_request_wins(qtbot: QtBot, strip: SimilarStrip) -> None:
    for part in (1, 2, 3, 5, 6, 8):
        strip.show_part(part)
        assert shown(strip) == [], "what is shown while another part is in hand cannot be pressed"
    qtbot.waitUntil(lambda: len(shown(strip)) == 8, timeout=15000)
    assert set(shown(strip)[:2]) == {4, 12}
    strip.show_part(2)
    assert shown(strip) == [], "nor are the neighbours of the part before"
    qtbot.waitUntil(lambda: len(shown(strip)) == 8, timeout=15000)
    assert 2 not in shown(strip)


def test_what_stands_there_without_neighbours(qtbot: QtBot, strip: SimilarStrip, station: Station) -> None:
    assert strip.message.isVisible()
    assert strip.message.text() == "Choose a part to see the past parts that look most like it."
    (alone, bare) = *add_parts(station.engine, [np.zeros(128)], version="9"), *add_parts(station.engine, [None])
    for part, words in (
        (N_PARTS + 1, "No embedding: the part was on HOLD"),
        (alone, "First part of this model version"),
        (bare, "No embedding was recorded"),
    ):
        strip.show_part(part)
        qtbot.waitUntil(lambda words=words: strip.message.text().startswith(words), timeout=15000)
        assert strip.message.isVisible()
        assert strip.compared.text() == ""
    ask(qtbot, strip, 4)
    assert not strip.message.isVisible()
    strip.show_part(None)
    assert strip.message.text().startswith("Choose a part")
    assert strip.message.isVisible()


def test_fewer_than_eight_leave_no_stale_tiles(qtbot: QtBot, strip: SimilarStrip, station: Station) -> None:
    ask(qtbot, strip, 4)
    one, two, three = add_parts(station.engine, [np.zeros(128), np.ones(128), np.full(128, 2)], version="9")
    assert ask(qtbot, strip, one, n=2) == [two, three]
    assert [tile.isVisible() for tile in strip.tiles] == [True] * 2 + [False] * 6


def test_a_deleted_picture_is_no_fault(qtbot: QtBot, strip: SimilarStrip, station: Station) -> None:
    for path in station.pictures.folder.rglob("*-000008-*"):
        path.unlink()
    ids = ask(qtbot, strip, 4)
    without = {part for part, tile in zip(ids, strip.tiles, strict=True) if tile.picture is None}
    assert without == {8}


def test_a_failure_is_told_in_words(qtbot: QtBot, strip: SimilarStrip, station: Station) -> None:
    with station.engine.begin() as connection:
        connection.execute(text("UPDATE embedding SET embedding = x'00' WHERE part_id = 5"))
    strip.show_part(4)
    qtbot.waitUntil(lambda: strip.message.text().startswith("Similar parts cannot be shown: an embedding in the records"), timeout=15000)
    assert strip.message.isVisible()


def test_a_change_of_language_reaches_the_tiles(qtbot: QtBot, strip: SimilarStrip) -> None:
    class Shouting(QTranslator):
        def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
            return source.upper()

        def isEmpty(self) -> bool:
            return False

    ask(qtbot, strip, 4)
    translator = Shouting()
    QCoreApplication.installTranslator(translator)
    try:
        qtbot.waitUntil(lambda: strip.tiles[0].lines[2] == "NOT REVIEWED", timeout=5000)
        assert strip.title.text() == "MOST SIMILAR PARTS"
        assert strip.compared.text() == "OF 11 PARTS OF THIS MODEL VERSION"
    finally:
        QCoreApplication.removeTranslator(translator)
    qtbot.waitUntil(lambda: strip.tiles[0].lines[2] == "not reviewed", timeout=5000)


def test_eight_stand_in_one_row_or_in_two_where_it_is_narrow(qtbot: QtBot, strip: SimilarStrip) -> None:
    ask(qtbot, strip, 4)
    assert len({tile.y() for tile in strip.tiles}) == 1
    strip.resize(380, 380)
    qtbot.waitUntil(lambda: len({tile.y() for tile in strip.tiles}) == 2, timeout=5000)
    assert all(tile.geometry().right() <= strip.width() for tile in strip.tiles)
