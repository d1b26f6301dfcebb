"""Camera set-up: the live picture of one view with meters for brightness, focus and frame rate, and advice in words."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from station.gui import theme
from station.gui.lens import Lens
from station.gui.page import Desk
from station.gui.picture_view import PictureView
from station.gui.setup_tab import SetupTab, card, show_state
from station.meters import Brightness, Exposure, brightness, focus
from station.shot import Frame
from station.verdict import Judgement

_PERIOD_S = 0.1
"""Between two readings: numbers that change faster cannot be read."""


class CameraSetup(SetupTab):
    """Meters of one view at a time; the best focus so far is kept for each view."""

    def __init__(self, desk: Desk, lens: Lens) -> None:
        super().__init__(desk, lens)
        self._view = 0
        self._best: dict[int, float] = {}
        self._read_at = 0.0
        self._brightness: Brightness | None = None
        self._focus = 0.0
        self._build()
        lens.seen.connect(self._see)
        lens.changed.connect(self._on_lens)
        self.retranslate()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.live = PictureView()
        self.live_title = QLabel()
        self.views = self.view_buttons(self._choose)
        row.addWidget(card(self.live_title, self.live, *self.views.buttons()), 60)
        side = QVBoxLayout()
        side.setSpacing(8)
        self.brightness_title, self.focus_title, self.camera_title = QLabel(), QLabel(), QLabel()
        side.addWidget(card(self.brightness_title, self._brightness_card()), 5)
        self.reset_button = QPushButton()
        self.reset_button.setProperty("view", True)
        side.addWidget(card(self.focus_title, self._focus_card(), self.reset_button), 3)
        self.camera_text = QLabel()
        self.camera_text.setWordWrap(True)
        self.camera_text.setAlignment(Qt.AlignmentFlag.AlignTop)
        side.addWidget(card(self.camera_title, self.camera_text), 3)
        row.addLayout(side, 40)
        self.reset_button.clicked.connect(self._forget_best)

    def _brightness_card(self) -> QWidget:
        box, column = _column()
        self.advice = QLabel()
        self.advice.setWordWrap(True)
        column.addWidget(self.advice)
        self.histogram = Histogram()
        column.addWidget(self.histogram, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        self.level_names = [QLabel() for _ in range(3)]
        self.levels = [QLabel() for _ in range(3)]
        for column_index, (name, value) in enumerate(zip(self.level_names, self.levels, strict=True)):
            name.setProperty("quiet", True)
            grid.addWidget(name, 0, column_index)
            grid.addWidget(value, 1, column_index)
        column.addLayout(grid)
        return box

    def _focus_card(self) -> QWidget:
        box, column = _column()
        self.focus_text = QLabel()
        column.addWidget(self.focus_text)
        self.focus_bar = FocusBar()
        column.addWidget(self.focus_bar)
        self.focus_advice = QLabel()
        self.focus_advice.setWordWrap(True)
        self.focus_advice.setProperty("quiet", True)
        column.addWidget(self.focus_advice)
        column.addStretch(1)
        return box

    # -- heard -----------------------------------------------------------------------------------------------------

    @Slot(object)
    def _see(self, frames: tuple[Frame, ...]) -> None:
        if not self.isVisible():
            return
        name = self.control.station.recipe.view_names[self._view]
        picture = next((frame.picture for frame in frames if frame.view == name), None)
        if picture is None:
            return
        self.live.show_picture(picture)
        now = time.monotonic()
        if now < self._read_at + _PERIOD_S:
            return
        self._read_at = now
        self._brightness, self._focus = brightness(picture), focus(picture)
        self._best[self._view] = max(self._best.get(self._view, 0.0), self._focus)
        self._show_meters()

    @Slot()
    def _on_lens(self) -> None:
        if self.lens.through in ("none", "stopping") or self.lens.message:
            self._brightness = None
            self.live.show_picture(None)
        self._show_meters()

    @Slot(int)
    def _choose(self, index: int) -> None:
        self._view = index
        self._brightness, self._read_at = None, 0.0
        self._show_meters()

    @Slot()
    def _forget_best(self) -> None:
        self._best.pop(self._view, None)
        self._show_meters()

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show_meters(self) -> None:
        levels, best = self._brightness, self._best.get(self._view, 0.0)
        self.histogram.show_levels(None if levels is None else levels.histogram)
        self.focus_bar.show_focus(self._focus if levels is not None else None, best)
        if levels is None:
            show_state(self.advice, self.tr("No picture to measure."))
            for label in self.levels:
                label.setText("–")
            self.focus_text.setText("–")
        else:
            mark = "✓" if levels.exposure is Exposure.GOOD else "▲"
            show_state(self.advice, f"{mark} {self._advice(levels.exposure)}", "" if levels.exposure is Exposure.GOOD else "warning")
            self.levels[0].setText(f"{levels.mean:.0f}")
            self.levels[1].setText(f"{levels.black:.2%}")
            self.levels[2].setText(f"{levels.white:.2%}")
            share = self._focus / best if best else 0.0
            self.focus_text.setText(self.tr("{0} · best so far {1} ({2} of it)").format(f"{self._focus:.0f}", f"{best:.0f}", f"{share:.0%}"))
        rate = self.lens.rate.hz(time.monotonic())
        self.live_title.setText(self.tr("Live · {0} frames a second").format(f"{rate:.0f}") if levels is not None else self.tr("Live"))

    def _advice(self, exposure: Exposure) -> str:
        return {
            Exposure.GOOD: self.tr("Exposure is right: the range is used and nothing is burnt out."),
            Exposure.BURNT_OUT: self.tr("Too bright: pixels are burnt out. Shorten the exposure, close the aperture or dim the light."),
            Exposure.BRIGHT: self.tr("Nearly too bright: a brighter part will be burnt out. Shorten the exposure a little."),
            Exposure.DIM: self.tr("Too dark: the upper half of the range is empty. Lengthen the exposure, open the aperture or add light."),
            Exposure.BLACK: self.tr("Parts of the picture are quite black. Add light from the side, or lengthen the exposure."),
            Exposure.HARSH: self.tr("Both burnt out and black: the light is too harsh for any exposure. Use softer light."),
        }[exposure]

    def _camera_words(self) -> str:
        settings = self.control.station.config.camera
        kind = settings.source.partition(":")[0]
        if kind == "simulated":
            return self.tr("Simulated camera: it draws its pictures, so there is no exposure to set.")
        if kind == "folder":
            return self.tr("Folder of pictures: they were exposed when they were taken; there is nothing to set.")
        asked = settings.opencv.exposure_ms
        if asked is None:
            return self.tr("Exposure: automatic. For inspection set a fixed one: exposure_ms in [camera.opencv] of config.toml, then start again.")
        return self.tr(
            "Exposure: {0} ms, from exposure_ms in [camera.opencv] of config.toml. Change it there and start again; "
            "video files and network streams ignore it."
        ).format(f"{asked:g}")

    def retranslate(self) -> None:
        """All words again."""
        self.name_views(self.views)
        self.brightness_title.setText(self.tr("Brightness"))
        self.focus_title.setText(self.tr("Focus"))
        self.camera_title.setText(self.tr("Exposure setting"))
        self.reset_button.setText(self.tr("Forget the best"))
        self.reset_button.setToolTip(self.tr("Start again after the scene has changed: only values of one scene can be compared."))
        for label, text in zip(self.level_names, (self.tr("Mean of 255"), self.tr("Black (at 0)"), self.tr("White (at 255)")), strict=True):
            label.setText(text)
        self.focus_advice.setText(self.tr("Turn the lens until the bar is longest; the mark stays at the best so far."))
        self.live.set_empty_text(self.tr("No live picture. Start the line, or open the camera alone above."))
        self.camera_text.setText(self._camera_words())
        self._show_meters()

    # -- tab -------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name on the tab."""
        return self.tr("Camera")

    def opened(self) -> None:
        """It is shown."""
        self._on_lens()


class Histogram(QWidget):
    """How many pixels have which grey level; the ends are marked where pixels pile up."""

    def __init__(self) -> None:
        super().__init__()
        self._levels: NDArray[np.int64] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(48)

    def show_levels(self, histogram: NDArray[np.int64] | None) -> None:
        """histogram: (256,) pixels a grey level; None shows none."""
        self._levels = histogram
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(320, 110)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Square roots of counts, so that small peaks show too."""
        painter = QPainter(self)
        colours = theme.colours()
        box = QRectF(self.rect()).adjusted(0, 2, 0, -2)
        painter.fillRect(box, QColor(colours.background))
        if self._levels is not None:
            heights = np.sqrt(self._levels.reshape(128, 2).sum(1))
            heights = heights / max(1.0, float(heights.max()))
            step = box.width() / len(heights)
            points = [QPointF(box.left(), box.bottom())]
            for i, height in enumerate(heights.tolist()):
                top = box.bottom() - height * box.height()
                points += [QPointF(box.left() + i * step, top), QPointF(box.left() + (i + 1) * step, top)]
            points.append(QPointF(box.right(), box.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawPolygon(QPolygonF(points))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawRect(box)


class FocusBar(QFrame):
    """How sharp the picture is, with a mark at the best so far."""

    def __init__(self) -> None:
        super().__init__()
        self._focus: float | None = None
        self._best = 0.0
        self.setMinimumHeight(18)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_focus(self, focus_now: float | None, best: float) -> None:
        """None: no picture."""
        self._focus, self._best = focus_now, best
        self.update()

    def sizeHint(self) -> QSize:
        """A thick line."""
        return QSize(320, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar reaches from 0 to a tenth beyond the best."""
        painter = QPainter(self)
        colours = theme.colours()
        painter.fillRect(self.rect(), QColor(colours.background))
        if self._focus is None or self._best <= 0:
            return
        full = self.width() / 1.1
        is_sharp = self._focus > 0.9 * self._best
        colour = colours.figure[Judgement.OK if is_sharp else Judgement.RETEST]
        painter.fillRect(QRectF(0, 3, full * min(1.1, self._focus / self._best), self.height() - 6), QColor(colour))
        painter.setPen(QPen(QColor(colours.text), 3))
        painter.drawLine(QPointF(full, 0), QPointF(full, self.height()))


def _column() -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    return box, column
