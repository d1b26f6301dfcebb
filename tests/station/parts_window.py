"""QA's page on a narrow window over parts that were really judged, and what its tests read from it and press on it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from models.features import FeatureExtractor
from models.recipe import Recipe, Trigger
from models.registry import Registry
from models.scorer import Scorer
from station.assembly import Station, open_station
from station.config import Config, read_config
from station.gui.control import Control
from station.gui.garbage import Garbage
from station.gui.language import Languages
from station.gui.line_page import LinePage
from station.gui.main_window import StationWindow
from station.gui.page import Desk
from station.gui.part_table import Column
from station.gui.parts_page import PartsPage
from station.gui.session import Session as GuiSession
from station.inspector import Inspector
from station.lot import Lot
from station.shot import Frame, Shot, Ticket, now
from station.store import queries, search
from station.store.accounts import Accounts
from station.store.database import open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.store.schema import Part
from tests.small import small_picture

WAIT_MS = 15000
D = TypeVar("D", bound=QDialog)
N_OLD, N_REAL = 230, 8  # rows without pictures, then parts that were really judged
Open = Callable[..., PartsPage]


def judge_parts(folder: Path, recipe: Recipe, published: Path) -> Path:
    """A data folder with 238 parts; the last 8 have pictures and vectors, 235 and 238 a pin missing."""
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


def qa_pc(folder: Path, recipe_file: Path, published: Path, judged: Path) -> Config:
    """Its settings: recipe, models, a copy of the judged parts, and a camera that replays one good part."""
    shutil.copytree(recipe_file.parent, folder / "recipes")
    shutil.copytree(published, folder / "store")
    shutil.copytree(judged, folder / "data")
    (folder / "parts").mkdir()
    (folder / "config.toml").write_text(
        f'[review]\nsample_rate = 0\n[station]\nrecipe = "small"\nrecipes = "recipes"\n[camera]\nsource = "folder:{folder / "parts"}"\n[models]\nallow_unsigned = true\nstore = "store"\nprovider = "cpu"\n'
    )
    cv2.imwrite(str(folder / "parts" / "1.png"), small_picture(np.random.default_rng(1)))
    Registry(folder / "store", folder / "data" / "active").activate("small", "1")
    return read_config(folder / "config.toml")


def narrow_window(station: Station) -> StationWindow:
    """The true window with the line's page and this one; the other pages would make each test a second longer."""
    garbage = Garbage()
    settings = QSettings(str(station.data / "window.ini"), QSettings.Format.IniFormat)
    desk = Desk(Control(station, Lot(), Trigger(mode="manual")), GuiSession(Accounts(station.engine), 0), settings)
    return StationWindow(desk, Languages(settings, "en"), [LinePage(desk), PartsPage(desk)], garbage)


@contextlib.contextmanager
def parts_pages(qtbot: QtBot, config: Config) -> Iterator[Open]:
    """What it yields opens the page in its window and waits until it is read."""
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
