"""Draws the pictures of docs/screens: the true window, offscreen, on the simulated camera.

    python -m benchmarks.screens [--output docs/screens] [--all]

States of the line in English, then every page in three languages, both themes and two sizes: a choice of these by default,
each with each with --all. Look at them after every change of the window.
"""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

import station.assembly
from models.recipe import Trigger
from station.assembly import open_station
from station.cameras.simulated import SimulatedCamera
from station.config import read_config
from station.gui.app import make_window
from station.gui.main_window import StationWindow
from station.lot import Lot
from station.store.reviews import Truth, add_reviews
from station.verdict import Judgement

REPOSITORY = Path(__file__).resolve().parent.parent
SIZES = {"1366": (1366, 768), "1920": (1920, 1080)}
CHOICE = (("en", "dark", "1366"), ("ja", "light", "1366"), ("zh", "dark", "1366"), ("en", "light", "1920"))


class Studio:
    """The window and its camera."""

    def __init__(self, app: QApplication, window: StationWindow, cameras: list[SimulatedCamera], output: Path) -> None:
        self.app, self.window, self.cameras, self.output = app, window, cameras, output

    def until(self, condition: Callable[[], bool], limit_s: float = 60) -> None:
        end = time.monotonic() + limit_s
        while not condition():
            self.app.processEvents()
            time.sleep(0.01)
            if time.monotonic() > end:
                raise SystemExit("the window did not get there in time")

    def settle(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.01)

    def part(self) -> Judgement:
        tiles = self.window.line.strip.tiles
        before = tiles[0].part_id if tiles else 0
        self.window.control.trigger()
        self.until(lambda: bool(self.window.line.strip.tiles) and self.window.line.strip.tiles[0].part_id > before)
        return self.window.line.strip.tiles[0].judgement

    def parts_until(self, judgement: Judgement) -> None:
        while self.part() is not judgement:
            pass

    def save(self, name: str, seconds: float = 0.4) -> None:
        self.settle(seconds)
        path = self.output / f"{name}.png"
        self.window.grab().save(str(path), "PNG", 0)  # 0: smallest file
        print(path)

    def states_of_the_line(self) -> None:
        window = self.window
        self.until(lambda: window.line.live._image is not None)
        self.save("line-start")
        for _ in range(12):
            self.part()
        self.parts_until(Judgement.OK)
        self.save("line-ok")
        self.parts_until(Judgement.NG)
        self.save("line-ng")
        self.cameras[-1].fail("black")
        self.part()
        self.save("line-hold")
        self.cameras[-1].fail("unplugged")
        self.part()
        self.save("line-camera-fault")
        self.cameras[-1].plug_in()
        self.until(lambda: not window.banner.isVisible())

    def pages(self, language: str, theme: str, size: str) -> None:
        window = self.window
        window.languages.use(language)
        window.use_theme(theme)
        window.resize(*SIZES[size])
        for page in window.pages:
            window.open_page(page)
            self.save(f"{type(page).__name__.removesuffix('Page').lower()}-{language}-{theme}-{size}", 2.5)
        window.open_page(window.line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=REPOSITORY / "docs" / "screens")
    parser.add_argument("--all", action="store_true", help="every language with every theme and size")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    app.setStyle("Fusion")
    cameras: list[SimulatedCamera] = []

    def make(*_: object) -> SimulatedCamera:
        cameras.append(SimulatedCamera(defect_rate=0.3, seed=21))
        return cameras[-1]

    station.assembly.make_camera = make  # type: ignore[assignment]
    config = read_config(REPOSITORY / "config.toml")
    quiet = config.model_copy(update={"alarms": config.alarms.model_copy(update={"consecutive_ng": 0, "hold_consecutive": 0})})
    quiet._folder = config._folder
    with tempfile.TemporaryDirectory() as data, open_station(quiet, "connector", Path(data)) as site:
        window = make_window(site, Lot("A-2311", "Sato"), Trigger(mode="manual"))
        window.resize(1366, 768)
        window.show()
        window.control.start()
        studio = Studio(app, window, cameras, options.output)
        studio.until(lambda: window.control.state == "running")
        studio.states_of_the_line()
        for _ in range(40):
            studio.part()
        add_reviews(site.engine, [3, 4, 5, 8], Truth.OK, "Kondo")
        add_reviews(site.engine, [n.part_id for n in window.line.strip.tiles if n.judgement is Judgement.NG], Truth.NG, "Kondo", "X")
        combinations = itertools.product(("en", "ja", "zh"), ("dark", "light"), SIZES) if options.all else CHOICE
        for combination in combinations:
            studio.pages(*combination)
        window.languages.use("en")
        window.resize(960, 540)
        studio.save("line-en-200-percent-of-full-hd")
        window.close()


if __name__ == "__main__":
    main()
