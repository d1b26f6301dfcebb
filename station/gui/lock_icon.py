"""A padlock, drawn: not every font of a line PC has the sign."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

_SIDE = 32


def lock_icon(colour: str) -> QIcon:
    """A closed padlock in this colour."""
    picture = QPixmap(_SIDE, _SIDE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 3.5))
    painter.drawArc(QRectF(9, 3, 14, 20), 0, 180 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(5, 13, 22, 16), 3, 3)
    painter.end()
    return QIcon(picture)
