"""A picture that keeps its shape, with the windows that deviate marked on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.nsoartc import WINDOW_COLUMNS, WINDOW_ROWS, RectanglePx
from station.gui import theme
from station.inspector import Inspection
from station.verdict import Judgement

_BLOCK_COLUMNS, _BLOCK_ROWS, _WINDOW_BLOCKS = WINDOW_COLUMNS + 3, WINDOW_ROWS + 3, 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One rectangle to draw, in picture pixels; strength 0..1 says how strongly."""

    rectangle: tuple[float, float, float, float]  # left, top, width, height
    strength: float
    is_outline: bool = False


class PictureView(QWidget):
    """Shows a grey picture as large as fits, or a quiet sentence when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._pixels: NDArray[np.uint8] | None = None  # its memory
        self._small: tuple[QImage, NDArray[np.uint8]] | None = None  # as it was painted last, where that is smaller
        self._binning = 1
        self._marks: tuple[Mark, ...] = ()
        self._empty_text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 68)

    def show_picture(self, picture: NDArray[np.uint8] | None, marks: tuple[Mark, ...] = (), binning: int = 1) -> None:
        """picture: (H, W) uint8, which nobody changes any more; None shows the empty text. binning: the marks' pixels are so many times as fine."""
        self._image, self._pixels, self._small = None, None, None
        if picture is not None:
            self._pixels = np.ascontiguousarray(picture)
            self._image = _image_of(self._pixels)
        self._marks, self._binning = marks, binning
        self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is no picture."""
        self._empty_text = text
        self.update()

    def sizeHint(self) -> QSize:
        """Half of a full-HD picture's width."""
        return QSize(480, 270)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, then marks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor("#0b0f14"))
        if self._image is None:
            painter.setPen(QColor(theme.colours().quiet))
            painter.drawText(self.rect().adjusted(12, 12, -12, -12), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty_text)
            return
        place = self._place(self._image)
        scale = place.width() / (self._image.width() * self._binning)
        self._draw(painter, place, self._image)
        for mark in self._marks:
            x, y, w, h = (value * scale for value in mark.rectangle)
            box = QRectF(place.left() + x, place.top() + y, w, h)
            colour = QColor(255, 64, 64)
            if mark.is_outline:
                colour.setAlphaF(0.9)
                painter.setPen(QPen(colour, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box)
            else:
                colour.setAlphaF(0.07 + 0.18 * mark.strength)  # neighbouring windows overlap and add up
                painter.fillRect(box, colour)

    def _draw(self, painter: QPainter, place: QRectF, image: QImage) -> None:
        """Shrunk by OpenCV, once a size: of a full-HD picture Qt takes ten times as long, at every repaint."""
        ratio = painter.device().devicePixelRatioF()
        size = max(1, round(place.width() * ratio)), max(1, round(place.height() * ratio))
        if self._pixels is None or size[0] >= image.width() or size[1] >= image.height():
            painter.drawImage(place, image)
            return
        if self._small is None or (self._small[0].width(), self._small[0].height()) != size:
            pixels = self._pixels
            while pixels.shape[1] >= 2 * size[0] and pixels.shape[0] >= 2 * size[1] and not any(side % 2 for side in pixels.shape):
                pixels = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
            is_far = pixels.shape[1] > 2 * size[0]  # from there on a linear one would leave pixels out
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if is_far else cv2.INTER_LINEAR)  # type: ignore[assignment]
            self._small = _image_of(pixels), pixels
        painter.drawImage(place, self._small[0])

    def _place(self, image: QImage) -> QRectF:
        """Where the picture lies in the widget: as large as fits, in the middle."""
        scale = min(self.width() / image.width(), self.height() / image.height())
        width, height = image.width() * scale, image.height() * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)


def _image_of(pixels: NDArray[np.uint8]) -> QImage:
    """Without a copy: whoever holds the image holds the array."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8)


def window_rectangle(region: RectanglePx, row: int, column: int) -> tuple[float, float, float, float]:
    """Where a window of a region lies in the picture: the middle two of its four blocks, since neighbours share the rest."""
    left, top, width, height = region
    block_w, block_h = width / _BLOCK_COLUMNS, height / _BLOCK_ROWS
    centre_x = left + (column + _WINDOW_BLOCKS / 2) * block_w
    centre_y = top + (row + _WINDOW_BLOCKS / 2) * block_h
    return centre_x - block_w, centre_y - block_h, 2 * block_w, 2 * block_h


def deviation_marks(inspection: Inspection, view: str) -> tuple[Mark, ...]:
    """Windows of one view that deviate more than a good part may, and the worst region's frame.

    The scale is the same for every part: the OK threshold. A good part shows nothing.
    """
    scores, verdict = inspection.scores, inspection.verdict
    if scores is None or verdict.judgement in (Judgement.OK, Judgement.HOLD):
        return ()
    limit = inspection.judge.ok_at_most
    marks: list[Mark] = []
    for index, region in enumerate(inspection.regions):
        if region.view != view or scores.score[index] <= limit:
            continue
        marks += region_marks(region.rectangle, scores.deviation[index], limit, index == verdict.worst)
    return tuple(marks)


def region_marks(rectangle: RectanglePx, deviation: NDArray[np.float32], ok_at_most: float, is_worst: bool) -> list[Mark]:
    """The deviating windows of one region whose score lies above the OK threshold, and its frame if it is the worst.

    Args:
        rectangle: of the region, in the aligned picture [px].
        deviation: (6, 13), one a window.
    """
    marks: list[Mark] = []
    # The worst window is marked even where the network, not a window, said no.
    limit_here = min(ok_at_most, float(deviation.max()))
    for row, column in zip(*np.nonzero(deviation >= limit_here), strict=True):
        strength = min(1.0, max(0.0, float(deviation[row, column]) / ok_at_most - 1) / 4) if ok_at_most > 0 else 1.0
        marks.append(Mark(window_rectangle(rectangle, int(row), int(column)), strength))
    if is_worst:
        marks.append(Mark(rectangle, 1.0, is_outline=True))
    return marks
