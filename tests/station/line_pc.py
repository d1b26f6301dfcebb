"""A line PC on the small recipe with its window open, for the tests of pages."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from pytestqt.qtbot import QtBot

from models.recipe import Trigger
from models.registry import Registry
from station.access import Role
from station.assembly import open_station
from station.config import Config, read_config
from station.gui.app import make_window
from station.gui.main_window import StationWindow
from station.lot import Lot
from station.store.accounts import Accounts
from tests.small import small_picture

PASSWORD = "correct horse"


def line_pc(folder: Path, recipe_file: Path, published: Path, n_parts: int = 5) -> Config:
    """Its settings: recipe, models, and a camera that replays n good parts."""
    shutil.copytree(recipe_file.parent, folder / "recipes")
    shutil.copytree(published, folder / "store")
    (folder / "parts").mkdir()
    for n in range(n_parts):
        cv2.imwrite(str(folder / "parts" / f"{n:02d}.png"), small_picture(np.random.default_rng(n)))
    (folder / "config.toml").write_text(
        f'[review]\nsample_rate = 0\n[station]\nrecipe = "small"\nrecipes = "recipes"\n[camera]\nsource = "folder:{folder / "parts"}"\n[models]\nallow_unsigned = true\nstore = "store"\nprovider = "cpu"\n'
    )
    Registry(folder / "store", folder / "data" / "active").activate("small", "1")
    return read_config(folder / "config.toml")


@contextlib.contextmanager
def opened(
    qtbot: QtBot, config: Config, idle_minutes: float = 10.0, with_accounts: bool = False, is_running: bool = False
) -> Iterator[StationWindow]:
    """The shown window; with_accounts: Kondo is engineer, Mori QA and Sato operator with PIN 1234."""
    settings = config.model_copy(update={"access": config.access.model_copy(update={"idle_minutes": idle_minutes})})
    settings._folder = config._folder
    with open_station(settings, "small", config.data_folder) as station:
        if with_accounts:
            accounts = Accounts(station.engine)
            accounts.add("Kondo", Role.ENGINEER, PASSWORD)
            accounts.add("Mori", Role.QA, "another password")
            accounts.add("Sato", Role.OPERATOR, "1234")
        window = make_window(station, Lot("A-17"), Trigger(mode="manual"))
        qtbot.addWidget(window)
        window.show()
        try:
            if is_running:
                window.control.start()
                qtbot.waitUntil(lambda: window.control.state == "running", timeout=15000)
            yield window
        finally:
            window.close()
