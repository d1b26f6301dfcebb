"""A judgement's sign as a small widget: the shape beside the word."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from station.gui import theme
from station.verdict import Judgement


class Sign(QWidget):
    """Draws the shape of a judgement; None is an empty ring."""

    def __init__(self, judgement: Judgement | None = None, colour: str = "", parent: QWidget | None = None) -> None:
        """colour: #rrggbb; '' = the judgement's own on the theme's ground."""
        super().__init__(parent)
        self.judgement = judgement
        self._colour = colour

    def show_judgement(self, judgement: Judgement | None) -> None:
        """Another one."""
        self.judgement = judgement
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As large as fits."""
        colours = theme.colours()
        colour = self._colour or (colours.figure[self.judgement] if self.judgement is not None else colours.quiet)
        side = min(self.width(), self.height()) - 2.0
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        theme.draw_shape(QPainter(self), self.judgement, box, QColor(colour))
