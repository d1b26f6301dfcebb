"""A picture to look into: wheel and + − enlarge it, dragging and the arrow keys move it, a double click or 0 fits it again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from station.gui import theme
from station.gui.picture_view import Mark, PictureView

_STEP = 1.25  # a notch of the wheel
_MAX_ZOOM = 24.0
_ARROWS = {Qt.Key.Key_Left: (1, 0), Qt.Key.Key_Right: (-1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class ZoomView(PictureView):
    """Its zoom stays when another picture of the same size is shown, so that parts can be compared place by place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zoom = 1.0  # 1 = as large as fits
        self._shift = QPointF()  # of the picture's middle from the widget's, in pictures: 1 = its whole width or height
        self._grip: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def show_picture(self, picture: NDArray[np.uint8] | None, marks: tuple[Mark, ...] = (), binning: int = 1) -> None:
        """As PictureView; another size than before is fitted."""
        before = None if self._image is None else self._image.size()
        super().show_picture(picture, marks, binning)
        if self._image is not None and before is not None and self._image.size() != before:
            self.fit()

    def fit(self) -> None:
        """As large as fits."""
        self.zoom, self._shift = 1.0, QPointF()
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge; what lies under `at`, by default the middle, stays there."""
        if self._image is None:
            return
        before = self._place(self._image)
        at = at or QPointF(self.rect().center())
        x, y = (at.x() - before.left()) / before.width(), (at.y() - before.top()) / before.height()
        self.zoom = min(_MAX_ZOOM, max(1.0, self.zoom * factor))
        after = self._place(self._image)
        offset = at - QPointF(after.left() + x * after.width(), after.top() + y * after.height())
        self._move(offset)

    def _place(self, image: QImage) -> QRectF:
        fitted = super()._place(image)
        width, height = fitted.width() * self.zoom, fitted.height() * self.zoom
        middle = fitted.center() + QPointF(self._shift.x() * width, self._shift.y() * height)
        return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)

    def _move(self, by: QPointF) -> None:
        if self._image is None:
            return
        place = self._place(self._image)
        # as far as the picture's edge reaches the widget's, no further
        room_x, room_y = max(0.0, place.width() - self.width()) / 2, max(0.0, place.height() - self.height()) / 2
        x = min(room_x, max(-room_x, self._shift.x() * place.width() + by.x()))
        y = min(room_y, max(-room_y, self._shift.y() * place.height() + by.y()))
        self._shift = QPointF(x / place.width(), y / place.height())
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Enlarge where the mouse is."""
        self.zoom_by(_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        self._grip = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move it."""
        if self._grip is not None:
            self._move(event.position() - self._grip)
            self._grip = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit."""
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The same without a mouse."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / _STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in _ARROWS and self.zoom > 1:
            x, y = _ARROWS[key]
            self._move(QPointF(x * self.width() / 5, y * self.height() / 5))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, and a frame where the keys go."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(QColor(theme.colours().accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
