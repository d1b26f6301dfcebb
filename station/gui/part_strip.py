"""The last parts as a row of tiles: sign, colour and number; a click shows the part again."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from station.gui import theme
from station.inspector import Inspection
from station.verdict import Judgement

N_TILES = 20


@dataclass(frozen=True, slots=True)
class Tile:
    """One recorded part; `inspection` is None for parts of an earlier run."""

    part_id: int
    judgement: Judgement
    tooltip: str
    inspection: Inspection | None = None
    retest_of: int | None = None  # this is the second look at that part
    is_challenge: bool = False  # a known part, which counts nowhere


class PartStrip(QWidget):
    """Newest on the left."""

    chosen = Signal(object)  # Tile

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: deque[Tile] = deque(maxlen=N_TILES)
        self.selected: int | None = None  # part_id
        self.empty_text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def add(self, tile: Tile) -> None:
        """The newest part."""
        self.tiles.appendleft(tile)
        self.update()

    def select(self, part_id: int | None) -> None:
        """Mark the tile whose part is being shown."""
        self.selected = part_id
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """One tile a part."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.tiles:
            painter.setPen(QColor(theme.colours().quiet))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.empty_text)
            return
        for index, tile in enumerate(self.tiles):
            box = self._box(index)
            painter.setPen(QPen(QColor("white"), 2) if tile.part_id == self.selected else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.colours().judgement[tile.judgement]))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
            side = min(box.width(), box.height()) * 0.45
            theme.draw_shape(
                painter, tile.judgement, QRectF(box.center().x() - side / 2, box.top() + box.height() * 0.12, side, side), QColor("white")
            )
            font = painter.font()
            font.setPixelSize(max(7, round(min(box.height() * 0.26, box.width() * 0.3))))
            painter.setFont(font)
            painter.setPen(QColor("white"))
            label = QRectF(box.left(), box.top() + box.height() * 0.62, box.width(), box.height() * 0.34)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, f"{tile.part_id}"[-5:])
            if tile.is_challenge:
                self._dash(painter, box)
        for index, tile in enumerate(self.tiles):
            if tile.retest_of is not None:
                self._bracket(painter, index, tile.retest_of)

    def _dash(self, painter: QPainter, box: QRectF) -> None:
        """A challenge part: dashed round, since it is no production part."""
        painter.setPen(QPen(QColor("white"), 2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(4, 4, -4, -4), 5, 5)

    def _bracket(self, painter: QPainter, index: int, retest_of: int) -> None:
        """Joins both shots of one part: from the second look, above the tiles, to the first."""
        first = next((i for i, tile in enumerate(self.tiles) if tile.part_id == retest_of), None)
        box = self._box(index)
        end = self._box(first).center().x() if first is not None else min(self.width() - 2.0, box.right() + box.width() / 2)
        painter.setPen(QPen(QColor(theme.colours().figure[Judgement.RETEST]), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        top = 2.0
        painter.drawLine(QPointF(box.center().x(), top), QPointF(end, top))
        painter.drawLine(QPointF(box.center().x(), top), QPointF(box.center().x(), top + 5))
        if first is not None:
            painter.drawLine(QPointF(end, top), QPointF(end, top + 5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a part."""
        if (tile := self._tile_at(event.position().x())) is not None:
            self.chosen.emit(tile)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the tile under the mouse is."""
        tile = self._tile_at(event.position().x())
        QToolTip.showText(event.globalPosition().toPoint(), tile.tooltip if tile else "", self)

    def _box(self, index: int) -> QRectF:
        width = self.width() / N_TILES
        return QRectF(index * width + 2, 6, width - 4, self.height() - 8)

    def _tile_at(self, x: float) -> Tile | None:
        index = int(x / (self.width() / N_TILES))
        return self.tiles[index] if 0 <= index < len(self.tiles) else None
