"""Draws the pictures of docs/screens: the true window, offscreen, on the simulated camera.

    python -m benchmarks.screens [--output docs/screens]

Look at them after every change of the window.
"""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from models.recipe import Trigger
from station.assembly import open_station
from station.cameras.simulated import SimulatedCamera
from station.config import read_config
from station.gui.app import make_window
from station.gui.main_window import StationWindow
from station.lot import Lot
from station.verdict import Judgement

REPOSITORY = Path(__file__).resolve().parent.parent


def until(app: QApplication, condition: Callable[[], bool], limit_s: float = 30) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        app.processEvents()
        time.sleep(0.01)
        if time.monotonic() > end:
            raise SystemExit("the window did not get there in time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=REPOSITORY / "docs" / "screens")
    output: Path = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    app.setStyle("Fusion")
    cameras: list[SimulatedCamera] = []
    import station.assembly

    def make(*_: object) -> SimulatedCamera:
        cameras.append(SimulatedCamera(defect_rate=0.3, seed=21))
        return cameras[-1]

    station.assembly.make_camera = make  # type: ignore[assignment]
    with (
        tempfile.TemporaryDirectory() as data,
        open_station(read_config(REPOSITORY / "config.toml"), "connector", Path(data)) as site,
    ):
        window = make_window(site, Lot("A-2311", "Sato"), Trigger(mode="manual"))
        window.resize(1366, 768)
        window.show()
        window.control.start()
        until(app, lambda: window.control.state == "running")

        def part() -> None:
            before = window.line.strip.tiles[0].part_id if window.line.strip.tiles else 0
            window.control.trigger()
            until(app, lambda: bool(window.line.strip.tiles) and window.line.strip.tiles[0].part_id > before)

        def save(name: str) -> None:
            until(app, lambda: window.line.live._image is not None)
            for _ in range(20):
                app.processEvents()
                time.sleep(0.01)
            window.grab().save(str(output / f"{name}.png"))
            print(output / f"{name}.png")

        def parts_until(judgement: Judgement) -> None:
            part()
            while window.line.strip.tiles[0].judgement is not judgement:
                part()

        save("start-en")
        for _ in range(8):
            part()
        parts_until(Judgement.OK)
        save("ok-en")
        parts_until(Judgement.NG)
        save("ng-en")
        window.languages.use("ja")
        save("ng-ja")
        parts_until(Judgement.OK)
        save("ok-ja")
        cameras[-1].fail("black")
        part()
        save("hold-ja")
        window.languages.use("en")
        save("hold-en")
        cameras[-1].fail("unplugged")
        part()
        save("camera-fault-en")
        cameras[-1].plug_in()
        until(app, lambda: not window.banner.isVisible())
        parts_until(Judgement.NG)
        resized(window, app, save, 960, 540, "ng-en-200-percent-of-full-hd")
        resized(window, app, save, 1920, 1080, "ng-en-full-hd")
        window.close()


def resized(window: StationWindow, app: QApplication, save: Callable[[str], None], width: int, height: int, name: str) -> None:
    window.resize(width, height)
    app.processEvents()
    save(name)


if __name__ == "__main__":
    main()
