"""The true window of a line PC whose camera replays small parts, for the tests of the operator's page."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.recipe import Trigger
from models.registry import Registry
from station.assembly import open_station
from station.config import Config, read_config
from station.gui.app import make_window
from station.gui.main_window import StationWindow
from station.lot import Lot
from station.store.schema import Event
from tests.small import small_picture

MANUAL = Trigger(mode="manual")
Open = Callable[..., StationWindow]
LIMIT_MS = 15000
CHALLENGE = (
    '[challenge]\nrequired = "shift+model"\nparts = [{name = "master", expected = "OK", serial = "M-1"}, {name = "bent pin", expected = "NG"}]\n'
)


@contextlib.contextmanager
def line_windows(qtbot: QtBot, folder: Path, recipe_file: Path, published: Path) -> Iterator[Open]:
    """What it yields opens the window: `bad` says which parts have a pin missing."""
    shutil.copytree(recipe_file.parent, folder / "recipes")
    shutil.copytree(published, folder / "store")
    with contextlib.ExitStack() as stack:

        def make(
            more: str = "",
            bad: tuple[int, ...] = (),
            version: str = "1",
            trigger: Trigger = MANUAL,
            lot: Lot | None = None,
            pictures: Callable[[int], NDArray[np.uint8]] | None = None,
        ) -> StationWindow:
            stack.close()  # one station a data folder: the one before is closed
            shutil.rmtree(folder / "parts", ignore_errors=True)
            (folder / "parts").mkdir()
            for n in range(12):
                picture = pictures(n) if pictures is not None else small_picture(np.random.default_rng(n), missing_pin=n in bad)
                cv2.imwrite(str(folder / "parts" / f"{n:02d}.png"), picture)
            (folder / "config.toml").write_text(
                f'[review]\nsample_rate = 0\n[station]\nrecipe = "small"\nrecipes = "recipes"\nshifts = ["00:00"]\n[camera]\nsource = "folder:{folder / "parts"}"\n'
                f'[camera.folder]\nloop = true\n[models]\nallow_unsigned = true\nstore = "store"\nprovider = "cpu"\n{more}'
            )
            config: Config = read_config(folder / "config.toml")
            Registry(folder / "store", folder / "data" / "active").activate("small", version)
            window = make_window(stack.enter_context(open_station(config, "small", config.data_folder)), lot or Lot(), trigger)
            qtbot.addWidget(window)
            window.show()
            stack.callback(window.close)
            window.control.start()
            qtbot.waitUntil(lambda: window.control.state == "running" and window.line.start_button.isEnabled(), timeout=LIMIT_MS)
            return window

        yield make


def newest(window: StationWindow) -> int:
    return window.line.strip.tiles[0].part_id if window.line.strip.tiles else 0


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=LIMIT_MS)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def run_part(qtbot: QtBot, window: StationWindow) -> None:
    before = newest(window)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: newest(window) == before + 1, timeout=LIMIT_MS)


def type_keys(qtbot: QtBot, widget: QWidget, text: str, gap_ms: int = -1) -> None:
    qtbot.keyClicks(widget, text, delay=gap_ms)
    qtbot.keyClick(widget, Qt.Key.Key_Return)


def events(window: StationWindow, kind: str) -> list[tuple[str, dict[str, object]]]:
    with Session(window.control.station.engine) as session:
        return [(event.actor, json.loads(event.detail)) for event in session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))]
