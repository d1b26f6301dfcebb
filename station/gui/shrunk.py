"""A still picture drawn smaller than it is: shrunk once a size, not at every repaint."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter


class Shrunk:
    """Remembers the last picture at the last size."""

    def __init__(self) -> None:
        self._key: tuple[int, int, int] | None = None
        self._image = QImage()

    def draw(self, painter: QPainter, place: QRectF, image: QImage) -> None:
        """Draw `image` so that it fills `place`, which should have its shape."""
        ratio = painter.device().devicePixelRatioF()
        size = QSize(round(place.width() * ratio), round(place.height() * ratio))
        if size.width() >= image.width() or size.isEmpty():
            painter.drawImage(place, image)
            return
        key = image.cacheKey(), size.width(), size.height()
        if key != self._key:
            self._key = key
            scaled = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
            self._image = scaled.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(place, self._image)
