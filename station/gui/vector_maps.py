"""The NSOARTC vector of a region as its 36 x 39 map: β, η and γ beside each other, 36 rows (6 kernels x 6 windows) x 13 each."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.nsoartc import KERNEL_NAMES, N_METRICS, N_SHAPES, WINDOW_COLUMNS, WINDOW_ROWS
from station.gui import theme


class VectorMaps(QWidget):
    """Three small images on one scale of colours each, with the least and the greatest value below."""

    def __init__(self) -> None:
        super().__init__()
        self.maps: NDArray[np.float32] | None = None  # (3, 36, 13): ln β, η, γ
        self._titles: tuple[str, ...] = ()
        self._empty = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._retranslate()

    def show_vector(self, vector: NDArray[np.float32] | None) -> None:
        """vector: (1404,) float32; None: the part has none."""
        self.maps = None
        if vector is not None:
            cells = vector.reshape(N_SHAPES, WINDOW_ROWS, N_METRICS, WINDOW_COLUMNS)
            self.maps = cells.transpose(2, 0, 1, 3).reshape(N_METRICS, N_SHAPES * WINDOW_ROWS, WINDOW_COLUMNS)
        self.update()

    def sizeHint(self) -> QSize:
        """Cells of some pixels each."""
        line = self.fontMetrics().height()
        return QSize(line * 16, line * 12)

    def minimumSizeHint(self) -> QSize:
        """Cells of two pixels or so."""
        line = self.fontMetrics().height()
        return QSize(line * 10, line * 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Titles, maps, ranges; the kernels' names at the left."""
        painter = QPainter(self)
        c = theme.colours()
        painter.setPen(QColor(c.quiet))
        if self.maps is None:
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty)
            return
        line = self.fontMetrics().height()
        small = painter.font()
        small.setPixelSize(max(7, round(line * 0.62)))
        names = QFontMetrics(small).horizontalAdvance("BEND4") + 6
        gap = line * 0.5
        width = (self.width() - names - gap * (N_METRICS - 1)) / N_METRICS
        height = self.height() - line * 2.3
        for index, (values, title) in enumerate(zip(self.maps, self._titles, strict=True)):
            box = QRectF(names + index * (width + gap), line * 1.15, width, height)
            painter.setPen(QColor(c.text))
            painter.drawText(QRectF(box.left(), 0, width, line * 1.1), Qt.AlignmentFlag.AlignCenter, title)
            painter.drawImage(box, _coloured(values))
            painter.setPen(QPen(QColor(255, 255, 255, 110), 1))
            for kernel in range(1, N_SHAPES):
                y = box.top() + box.height() * kernel / N_SHAPES
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(QColor(c.quiet))
            font = painter.font()
            painter.setFont(small)
            ends = " … ".join(QLocale().toString(float(end), "f", 2) for end in (values.min(), values.max()))
            painter.drawText(QRectF(box.left() - gap / 2, box.bottom(), width + gap, line * 1.1), Qt.AlignmentFlag.AlignCenter, ends)
            if index == 0:
                for kernel, name in enumerate(KERNEL_NAMES[:N_SHAPES]):
                    y = box.top() + box.height() * kernel / N_SHAPES
                    row = QRectF(0, y, names - 4, box.height() / N_SHAPES)
                    painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(font)

    def _retranslate(self) -> None:
        self._titles = ("ln β", "η", "γ")
        self._empty = self.tr("No vector: the part was on HOLD.")
        self.setToolTip(
            self.tr("ln β: sensitivity, η: SN ratio, γ: how local the difference is. A band is a kernel, in it the region's 6 × 13 windows.")
        )
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)


def _coloured(values: NDArray[np.float32]) -> QImage:
    """(36, 13) float32 to an image of as many pixels, from the least value to the greatest."""
    span = float(values.max() - values.min())
    grey = np.zeros(values.shape, np.uint8) if span == 0 else np.rint((values - values.min()) / span * 255).astype(np.uint8)
    colours = np.ascontiguousarray(cv2.cvtColor(cv2.applyColorMap(grey, cv2.COLORMAP_VIRIDIS), cv2.COLOR_BGR2RGB))
    rows, columns = values.shape
    return QImage(colours.data, columns, rows, columns * 3, QImage.Format.Format_RGB888).copy()
