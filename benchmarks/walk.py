"""One walk round the whole loop, as its users go: judge, review, retrain, try, activate, roll back; with the real buttons and keys.

    python -m benchmarks.walk [--output docs/walk] [--parts 150]

Writes a picture for each step, and beside the folder a page <output>.md that says what was seen. Offscreen, on simulated parts,
whose truth only QA is told. A step that does not get there ends the walk with a sentence and exit code 1.
"""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import argparse
import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QModelIndex, QPoint, Qt, Slot
from PySide6.QtGui import QImage, QPainter, qRgb
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLineEdit, QWidget

import station.assembly
import station.gui.lens
from models.recipe import Trigger
from station.assembly import open_station
from station.cameras.simulated import SimulatedCamera
from station.config import read_config
from station.gui.app import make_window
from station.gui.events_page import EventsPage
from station.gui.export_dialog import ExportDialog
from station.gui.main_window import StationWindow
from station.gui.models_page import ModelsPage
from station.gui.page import Page
from station.gui.parts_page import PartsPage
from station.gui.review_dialogs import ModeDialog
from station.gui.setup_page import SetupPage
from station.inspector import Inspection
from station.lot import Lot
from station.shot import Frame

REPOSITORY = Path(__file__).resolve().parent.parent
DEFECT_RATE, SEED = 0.25, 77
LOTS = ("A-101", "A-102", "A-103")  # taught from, thresholds from, tried on
CONFIG = """
[station]
recipe = "connector"
recipes = "{recipes}"
shifts = ["{shift}"]
[models]
store = "store"
provider = "cpu"
[alarms]
consecutive_ng = 0
"""
CHALLENGE = """
[challenge]
required = "shift+model"
parts = [{ name = "master good", expected = "OK" }, { name = "master bad", expected = "NG" }]
"""
P = TypeVar("P", bound=Page)


class Belt(SimulatedCamera):
    """Simulated parts, each once: a camera that is opened again goes on with the next part; a hand may lay a known part under it."""

    next_part = 0

    def __init__(self, *_: object) -> None:
        super().__init__(defect_rate=DEFECT_RATE, seed=SEED, first_part=Belt.next_part)
        self.shown: list[int] = []  # part numbers, one a shot
        self._after: int | None = None

    def lay(self, number: int) -> None:
        """This part comes next, and then the belt goes on."""
        self._after, self._number = self._number, number

    def shoot(self) -> tuple[Frame, ...]:
        number, frames = self._number, super().shoot()
        self.shown.append(number)
        if self._after is None:
            Belt.next_part = self._number
        else:
            self._number, self._after = self._after, None
        return frames

    @property
    def under_lens(self) -> int:
        return self._number


def truth(number: int) -> str:
    """OK, or the defect's mode."""
    defect = Belt().part(number).defect
    return "OK" if defect is None else defect.mode


def small(screen: QImage) -> QImage:
    """The picture in its 256 most frequent colours, told apart by 5 bits a channel: a quarter of the bytes."""
    screen = screen.convertToFormat(QImage.Format.Format_RGB888)
    width, height = screen.width(), screen.height()
    pixels = np.frombuffer(screen.constBits(), np.uint8).reshape(height, -1)[:, : 3 * width].reshape(-1, 3)
    coarse = (pixels >> 3).astype(np.int64) @ (1024, 32, 1)
    found, where, counts = np.unique(coarse, return_inverse=True, return_counts=True)
    means = np.stack([np.bincount(where, pixels[:, c]) for c in range(3)], 1) / counts[:, None]
    kept = means[np.argsort(-counts)[:256]]
    nearest = np.array([((kept - mean) ** 2).sum(1).argmin() for mean in means], np.uint8)
    picture = QImage(np.ascontiguousarray(nearest[where]).tobytes(), width, height, width, QImage.Format.Format_Indexed8).copy()
    picture.setColorTable([qRgb(*rgb) for rgb in kept.round().astype(int).tolist()])
    return picture


class Walk:
    """The window, what came under its lens, and the page that is written."""

    def __init__(self, app: QApplication, folder: Path, output: Path) -> None:
        self.app, self.folder, self.output = app, folder, output
        self.cameras: list[Belt] = []
        self.parts: dict[int, tuple[int, Inspection]] = {}  # by part id: number on the belt, what the station said
        self.lines: list[str] = []
        self.began_s = self.step_s = time.monotonic()
        self.open_windows = contextlib.ExitStack()
        self.window: StationWindow

    # -- the person's hands and eyes -------------------------------------------------------------------------------

    def until(self, what: str, seen: Callable[[], object], limit_s: float = 15) -> None:
        """Wait for what the window shows."""
        end = time.monotonic() + limit_s
        while not seen():
            self.app.processEvents()
            time.sleep(0.004)
            if time.monotonic() > end:
                self.save("stuck")
                raise SystemExit(f"walk: not seen within {limit_s:g} s: {what}")

    def press(self, button: QAbstractButton) -> None:
        self.until(f"button {button.text()!r} to press; {button.toolTip()}", lambda: button.isVisible() and button.isEnabled())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(12, button.height() // 2))

    def type(self, edit: QLineEdit, text: str) -> None:
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Qt.Key.Key_Return)

    def choose(self, combo: QComboBox, text: str) -> None:
        self.until(f"{text!r} to choose", lambda: combo.findText(text) >= 0)
        combo.setFocus()
        QTest.keyClicks(combo, text)
        self.until(f"{text!r} chosen", lambda: combo.currentText() == text)

    def click_row(self, view: QAbstractItemView, index: QModelIndex, *, adds: bool = False) -> None:
        view.scrollTo(index)
        keys = Qt.KeyboardModifier.ControlModifier if adds else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, view.visualRect(index).center())

    def page(self, kind: type[P]) -> P:
        """Open a page by its button in the navigation."""
        page = self.window.page(kind)
        self.press(self.window._nav.buttons()[self.window.pages.index(page)])
        self.until(f"page {page.name()}", page.isVisible)
        assert isinstance(page, kind)
        return page

    def save(self, name: str) -> Path:
        """What is on the screen, with a dialog where one is open."""
        for _ in range(15):
            self.app.processEvents()
            time.sleep(0.01)
        screen = self.window.grab()
        dialog = self.app.activeModalWidget()
        if dialog is not None:
            painter = QPainter(screen)
            painter.drawPixmap((screen.width() - dialog.width()) // 2, (screen.height() - dialog.height()) // 2, dialog.grab())
            painter.end()
        path = self.output / f"{name}.png"
        small(screen.toImage()).save(str(path), quality=0)
        return path

    def step(self, name: str, title: str, seen: str) -> None:
        """A step is done: its picture and its line."""
        name = f"{sum(line.startswith('## ') for line in self.lines) + 1:02d}-{name}"
        path = self.save(name)
        took_s, self.step_s = time.monotonic() - self.step_s, time.monotonic()
        self.lines += [f"## {name[:2]} {title}", "", f"{seen} ({took_s:.0f} s)", "", f"![{title}]({self.output.name}/{path.name})", ""]
        print(f"{name}: {seen} ({took_s:.0f} s, {path.stat().st_size // 1000} kB)", flush=True)

    # -- the window ------------------------------------------------------------------------------------------------

    def open(self, lot: str) -> None:
        """Start the station's program."""
        config = read_config(self.folder / "config.toml")
        site = self.open_windows.enter_context(open_station(config, "connector", config.data_folder))
        self.window = make_window(site, Lot(lot, "Sato"), Trigger(mode="manual"))
        self.window.resize(1366, 768)
        self.window.control.recorded.connect(self._on_recorded)
        self.window.show()
        self.window.activateWindow()
        self.open_windows.callback(self.window.close)
        self.window.control.start()
        self.until("● Running", lambda: self.window.state_label.text() == "● Running")

    def close(self) -> None:
        self.open_windows.close()

    @Slot(int, object)
    def _on_recorded(self, part_id: int, inspection: Inspection) -> None:
        self.parts[part_id] = self.cameras[-1].shown[inspection.shot.ticket.number - 1], inspection

    # -- the operator ----------------------------------------------------------------------------------------------

    def inspect(self, n: int, laid: int | None = None) -> list[int]:
        """Press space for so many parts; returns their ids."""
        line = self.window.line
        ids: list[int] = []
        for _ in range(n):
            newest = line.strip.tiles[0].part_id if line.strip.tiles else 0
            if laid is not None:
                self.cameras[-1].lay(laid)
            if line.retest.isVisible():  # the belt has gone on: another part lies there
                QTest.keyClick(line, Qt.Key.Key_Escape)
            QTest.keyClick(line, Qt.Key.Key_Space)
            self.until("another part on the strip", lambda before=newest: line.strip.tiles and line.strip.tiles[0].part_id > before)
            ids.append(line.strip.tiles[0].part_id)
        return ids

    def lot(self, lot: str, n: int) -> list[int]:
        """Enter a lot and run its parts."""
        self.page(type(self.window.line))
        if self.window.control.lot.code != lot:
            self.type(self.window.line.lot_edit, lot)
            self.until("the lot in force", lambda: self.window.control.lot.code == lot)
        return self.inspect(n)

    def said(self, ids: Sequence[int]) -> str:
        """Verdicts against the truth, in words."""
        got = Counter((self.parts[i][1].verdict.judgement.value, truth(self.parts[i][0]) == "OK") for i in ids)
        verdicts = Counter(self.parts[i][1].verdict.judgement.value for i in ids)
        words = ", ".join(f"{verdicts[v]} {v}" for v in ("OK", "RETEST", "NG", "HOLD") if verdicts[v])
        bad, good = (sum(n for (_, is_good), n in got.items() if is_good is wanted) for wanted in (False, True))
        return (
            f"{words}. In truth {got['OK', False]} of {bad} defective parts were judged OK (escapes), "
            f"{good - got['OK', True]} of {good} good parts were not (overkill)"
        )


def teach_poor(walk: Walk, n_good: int) -> None:
    """The engineer teaches a first model from as few good parts as the station takes."""
    setup = walk.page(SetupPage)
    wizard = setup.teach
    walk.type(wizard.number.lineEdit(), str(n_good))
    walk.type(wizard.overkill.lineEdit(), "10")
    walk.press(wizard.next_button)
    walk.press(setup.camera_button)
    walk.until("the camera alone", lambda: setup.lens.through == "camera" and wizard.parts.take_button.isEnabled(), 30)
    while len(wizard.parts.parts) < n_good:
        number, n = walk.cameras[-1].under_lens, wizard.parts.tray.count()
        walk.press(wizard.parts.take_button)
        walk.until("the part in the tray", lambda n=n: wizard.parts.tray.count() == n + 1)
        if truth(number) != "OK":  # the engineer sees it, and takes it out again
            wizard.parts.tray.setCurrentRow(n)
            QTest.keyClick(wizard.parts.tray, Qt.Key.Key_Delete)
            walk.until("the faulty part gone", lambda n=n: wizard.parts.tray.count() == n)
    walk.step("good-parts", "Set-up: good parts for a first model", f"{n_good} good parts taken through the camera alone, the faulty ones removed")
    walk.press(wizard.next_button)
    walk.until("the lesson", lambda: wizard.activate_box.isVisible(), 90)
    walk.until("its first part chosen", lambda: wizard.outcome.table.selectedItems())
    wizard.activate_box.setFocus()
    QTest.keyClick(wizard.activate_box, Qt.Key.Key_Space)
    walk.press(wizard.next_button)
    walk.until("✓ Published", lambda: wizard.hint.text().startswith("✓"), 60)
    walk.step("taught", "Set-up: taught and published", f"The wizard says: “{wizard.hint.text()}”")
    walk.page(type(walk.window.line))
    QTest.keyClick(walk.window, Qt.Key.Key_F5)
    walk.until("● Running", lambda: walk.window.state_label.text() == "● Running")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=REPOSITORY / "docs" / "walk")
    parser.add_argument("--parts", type=int, default=150, help="parts a lot")
    options = parser.parse_args()
    output: Path = options.output
    output.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    app.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(app, Path(folder), output)

        def make(*_: object) -> Belt:
            walk.cameras.append(Belt())
            return walk.cameras[-1]

        station.assembly.make_camera = station.gui.lens.make_camera = make  # type: ignore[assignment]
        shutil.copytree(REPOSITORY / "models" / "store", walk.folder / "store")
        shift = datetime.now() + timedelta(hours=12)  # none begins during the walk
        (walk.folder / "config.toml").write_text(CONFIG.format(recipes=REPOSITORY / "station" / "recipes", shift=f"{shift:%H:%M}"))
        walk.open("")
        teach_poor(walk, 9)
        for lot in LOTS[:2]:
            ids = walk.lot(lot, options.parts)
            walk.step(f"lot-{lot}", f"Line: lot {lot}", f"{len(ids)} parts: {walk.said(ids)}")
        walk.close()


if __name__ == "__main__":
    main()
