"""The hands and eyes of benchmarks.walk: presses what the window shows, waits for what it shows, and keeps what was seen."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from PySide6.QtCore import QModelIndex, QPoint, Qt, Slot
from PySide6.QtGui import QImage, QPainter, qRgb
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLineEdit

from models.recipe import Trigger
from station.assembly import open_station
from station.cameras.simulated import SimulatedCamera
from station.config import read_config
from station.gui.app import make_window
from station.gui.main_window import StationWindow
from station.gui.page import Page
from station.inspector import Inspection
from station.lot import Lot
from station.shot import Frame

DEFECT_RATE, SEED = 0.25, 77
P = TypeVar("P", bound=Page)


class Seen(NamedTuple):
    """A part that was recorded."""

    number: int  # on the belt
    judgement: str
    version: str  # of the model that judged
    ms: float


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
    _, where, counts = np.unique(coarse, return_inverse=True, return_counts=True)
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
        self.parts: dict[int, Seen] = {}  # by part id
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
        QTest.keyClicks(edit, text, delay=60)  # faster than that is a scanner
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
        path, seen = self.save(name), seen.replace(str(self.folder), "…")
        took_s, self.step_s = time.monotonic() - self.step_s, time.monotonic()
        self.lines += [f"## {name[:2]} {title}", "", f"{seen} ({took_s:.0f} s)", "", f"![{title}]({self.output.name}/{path.name})", ""]
        print(f"{name}: {seen} ({took_s:.0f} s, {path.stat().st_size // 1000} kB)", flush=True)

    def write_page(self) -> None:
        """All steps, beside the folder of their pictures."""
        head = [
            "# The whole loop, walked once",
            "",
            "Made by `python -m benchmarks.walk`: the true window, its real buttons and keys, and the trainer's own process, on simulated",
            f"parts, {DEFECT_RATE:.0%} of them with a defect. What each part truly is, only QA is told. In brackets: seconds on two cores",
            f"with other work on them, {(time.monotonic() - self.began_s) / 60:.1f} minutes in all. This station says `allow_unsigned = true`.",
            "",
        ]
        self.output.with_suffix(".md").write_text("\n".join(head + self.lines).rstrip() + "\n", encoding="utf-8")

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
        number = self.cameras[-1].shown[inspection.shot.ticket.number - 1]
        self.parts[part_id] = Seen(number, inspection.verdict.judgement.value, inspection.judge.model_version, sum(inspection.stages_ms.values()))

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
        got = Counter((self.parts[i].judgement, truth(self.parts[i].number) == "OK") for i in ids)
        verdicts = Counter(self.parts[i].judgement for i in ids)
        words = ", ".join(f"{verdicts[v]} {v}" for v in ("OK", "RETEST", "NG", "HOLD") if verdicts[v])
        bad, good = (sum(n for (_, is_good), n in got.items() if is_good is wanted) for wanted in (False, True))
        return (
            f"{words}. In truth {got['OK', False]} of {bad} defective parts were judged OK (escapes), "
            f"{good - got['OK', True]} of {good} good parts were not (overkill)"
        )
