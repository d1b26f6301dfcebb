"""A picture on which regions are drawn, moved and resized with the mouse or the keyboard."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.nsoartc import Picture
from station.gui import theme
from station.region_edit import Edges, Shape, drawn, moved, resized
from station.verdict import Judgement

_REACH = 9.0
"""So near [screen px] the mouse must be to take hold of an edge or corner."""
_HANDLE = 4.0
_MAX_ZOOM = 16.0
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_CURSORS = {
    frozenset({"left"}): Qt.CursorShape.SizeHorCursor,
    frozenset({"right"}): Qt.CursorShape.SizeHorCursor,
    frozenset({"top"}): Qt.CursorShape.SizeVerCursor,
    frozenset({"bottom"}): Qt.CursorShape.SizeVerCursor,
    frozenset({"left", "top"}): Qt.CursorShape.SizeFDiagCursor,
    frozenset({"right", "bottom"}): Qt.CursorShape.SizeFDiagCursor,
    frozenset({"right", "top"}): Qt.CursorShape.SizeBDiagCursor,
    frozenset({"left", "bottom"}): Qt.CursorShape.SizeBDiagCursor,
}

Tool = Literal["move", "region", "grid"]


class RegionCanvas(QWidget):
    """Shows shapes and asks for changes; what it shows is what it was given last."""

    selected = Signal(int)  # index of the shape, -1 = none
    changed = Signal(int, object)  # index, the shape as it should be
    added = Signal(object)  # Shape without a name, for the tool in hand
    deleted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.tool: Tool = "move"
        self._image: QImage | None = None
        self._size = (1, 1)  # of the view [px]
        self._shapes: tuple[Shape, ...] = ()
        self._chosen = -1
        self._zoom, self._offset = 1.0, QPointF(0, 0)  # beyond what fits; of the picture's corner [screen px]
        self._start: QPointF | None = None  # of a drag [picture px]
        self._grip: Edges | None = None  # edges in hand; empty = the whole shape
        self._in_hand: Shape | None = None  # as it would be if the mouse were let go now
        self._pan: QPointF | None = None
        self._empty_text = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def show_picture(self, picture: Picture | None) -> None:
        """picture: (H, W) uint8; None shows the empty text on the view's area."""
        if picture is None:
            self._image = None
        else:
            height, width = picture.shape
            whole = picture if picture.flags.c_contiguous else picture.copy()
            # copy(): the image must not outlive the array's memory
            self._image = QImage(whole.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
        self.update()

    def show_shapes(self, shapes: tuple[Shape, ...], chosen: int, size: tuple[int, int]) -> None:
        """size: width and height of the view [px]; chosen: index of a shape, -1 = none."""
        if size != self._size:
            self._size = size
            self.fit()
        self._shapes, self._chosen = shapes, chosen
        self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is no picture."""
        self._empty_text = text
        self.update()

    def use(self, tool: Tool) -> None:
        """What a drag does: move and resize, or draw a region or the area of a grid."""
        self.tool = tool
        self._drop()
        self.setCursor(Qt.CursorShape.ArrowCursor if tool == "move" else Qt.CursorShape.CrossCursor)

    @Slot()
    def fit(self) -> None:
        """The whole picture again."""
        self._zoom, self._offset = 1.0, QPointF(0, 0)
        self.update()

    def sizeHint(self) -> QSize:
        """Half of a full-HD picture's width."""
        return QSize(640, 360)

    # -- where -----------------------------------------------------------------------------------------------------

    @property
    def _scale(self) -> float:
        return min(self.width() / self._size[0], self.height() / self._size[1]) * self._zoom

    @property
    def _corner(self) -> QPointF:
        middle = QPointF((self.width() - self._size[0] * self._scale) / 2, (self.height() - self._size[1] * self._scale) / 2)
        return middle + self._offset

    def on_screen(self, x: float, y: float) -> QPointF:
        """Where a point of the picture lies in the widget."""
        return self._corner + QPointF(x, y) * self._scale

    def in_picture(self, point: QPointF) -> QPointF:
        """The reverse."""
        return (point - self._corner) / self._scale

    def _box(self, left: float, top: float, width: float, height: float) -> QRectF:
        return QRectF(self.on_screen(left, top), self.on_screen(left + width, top + height))

    def _grip_at(self, point: QPointF) -> Edges | None:
        """What of the chosen shape is under the mouse: edges, nothing of them inside, None beside it."""
        if self._chosen < 0:
            return None
        shape = self._shapes[self._chosen]
        box = self._box(shape.left, shape.top, shape.width, shape.height)
        if not box.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(point):
            return None
        near = {
            "left": abs(point.x() - box.left()), "right": abs(point.x() - box.right()),
            "top": abs(point.y() - box.top()), "bottom": abs(point.y() - box.bottom()),
        }  # fmt: skip
        pairs = (("left", "right"), ("top", "bottom"))
        nearest = [min(pair, key=near.__getitem__) for pair in pairs]
        return frozenset(edge for edge in nearest if near[edge] <= _REACH)

    def _shape_at(self, point: QPointF) -> int:
        """Index of the smallest shape under the mouse, -1 = none."""
        found = [i for i, s in enumerate(self._shapes) if self._box(s.left, s.top, s.width, s.height).contains(point)]
        return min(found, key=lambda i: self._shapes[i].width * self._shapes[i].height, default=-1)

    # -- mouse and keys --------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of what is there."""
        point = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan = point
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus()
        self._start = self.in_picture(point)
        if self.tool != "move":
            return
        self._grip = self._grip_at(point)
        if self._grip is None:
            self._choose(self._shape_at(point))
            self._grip = frozenset() if self._chosen >= 0 else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what would be."""
        point = event.position()
        if self._pan is not None:
            self._offset += point - self._pan
            self._pan = point
            self.update()
            return
        if self._start is None:
            if self.tool == "move":
                grip = self._grip_at(point)
                self.setCursor(_CURSORS.get(grip, Qt.CursorShape.SizeAllCursor) if grip is not None else Qt.CursorShape.ArrowCursor)
            return
        here = self.in_picture(point)
        if self.tool != "move":
            self._in_hand = drawn("", (self._start.x(), self._start.y()), (here.x(), here.y()), self._size)
        elif self._grip is not None and self._chosen >= 0:
            dx, dy = round(here.x() - self._start.x()), round(here.y() - self._start.y())
            shape = self._shapes[self._chosen]
            self._in_hand = resized(shape, self._grip, dx, dy, self._size) if self._grip else moved(shape, dx, dy, self._size)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """So be it."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan = None
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        shape, chosen, tool = self._in_hand, self._chosen, self.tool
        self._drop()
        if shape is None:
            return
        if tool != "move":
            self.added.emit(shape)
        elif shape != self._shapes[chosen]:
            self.changed.emit(chosen, shape)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer or farther, about the point under the mouse."""
        point = event.position()
        before = self.in_picture(point)
        self._zoom = min(_MAX_ZOOM, max(1.0, self._zoom * 1.2 ** (event.angleDelta().y() / 120)))
        if self._zoom == 1.0:
            self.fit()
            return
        self._offset += point - self.on_screen(before.x(), before.y())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by 1 px, with Shift by 10; Delete deletes; Escape lets go."""
        key = Qt.Key(event.key())
        if key in _ARROWS and self._chosen >= 0:
            step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            dx, dy = _ARROWS[key]
            shape = self._shapes[self._chosen]
            after = moved(shape, step * dx, step * dy, self._size)
            if after != shape:
                self.changed.emit(self._chosen, after)
        elif key == Qt.Key.Key_Delete and self._chosen >= 0:
            self.deleted.emit(self._chosen)
        elif key == Qt.Key.Key_Escape:
            self._drop()
            self._choose(-1)
        else:
            super().keyPressEvent(event)

    def _choose(self, index: int) -> None:
        if index != self._chosen:
            self._chosen = index
            self.selected.emit(index)
            self.update()

    def _drop(self) -> None:
        self._start = self._grip = self._in_hand = None
        self.update()

    # -- drawing ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, shapes, the chosen one with its handles."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#0b0f14"))
        area = self._box(0, 0, *self._size)
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale < 2)
            painter.drawImage(area, self._image)
        else:
            painter.setPen(QColor(theme.colours().quiet))
            painter.drawText(self.rect().adjusted(12, 12, -12, -12), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty_text)
        painter.setPen(QPen(QColor("#93a1b3"), 1, Qt.PenStyle.DashLine))
        painter.drawRect(area)
        for index, shape in enumerate(self._shapes):
            if index != self._chosen:
                self._draw_shape(painter, shape, QColor(theme.DARK.accent), 1)
        in_hand = self._in_hand
        if in_hand is not None:
            self._draw_shape(painter, in_hand, QColor(theme.DARK.figure[Judgement.RETEST]), 2)
            painter.drawText(self._box(in_hand.left, in_hand.top, 0, 0).topLeft() + QPointF(4, -4), f"{in_hand.width} × {in_hand.height}")
        elif 0 <= self._chosen < len(self._shapes):
            shape = self._shapes[self._chosen]
            self._draw_shape(painter, shape, QColor(theme.DARK.figure[Judgement.RETEST]), 2)
            self._draw_handles(painter, shape)

    def _draw_shape(self, painter: QPainter, shape: Shape, colour: QColor, width: int) -> None:
        """Outlines, and the name at the corner; a grid's area is dashed. On the picture's own dark ground in both themes."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if shape.cells is not None:
            painter.setPen(QPen(colour, width, Qt.PenStyle.DashLine))
            painter.drawRect(self._box(shape.left, shape.top, shape.width, shape.height))
            thin = QColor(colour)
            thin.setAlphaF(0.6)
            painter.setPen(QPen(thin, 1))
            for _, (left, top, cell_width, cell_height) in shape.rectangles():
                painter.drawRect(self._box(left, top, cell_width, cell_height))
            painter.setPen(QPen(colour, width))
        else:
            painter.setPen(QPen(colour, width))
            painter.drawRect(self._box(shape.left, shape.top, shape.width, shape.height))
        if shape.name:
            self._draw_name(painter, shape, colour)

    def _draw_name(self, painter: QPainter, shape: Shape, colour: QColor) -> None:
        """Inside the corner, below the names of those that have the same corner; on a dark ground, so that it can be read anywhere."""
        before = [s.name for s in self._shapes if (s.left, s.top) == (shape.left, shape.top) and s.name]
        line = before.index(shape.name) if shape.name in before else 0
        metrics = painter.fontMetrics()
        at = self.on_screen(shape.left, shape.top) + QPointF(0, line * metrics.height())
        painter.fillRect(QRectF(at, QSizeF(metrics.horizontalAdvance(shape.name) + 6, metrics.height())), QColor(11, 15, 20, 190))
        painter.setPen(colour)
        painter.drawText(at + QPointF(3, metrics.ascent()), shape.name)

    def _draw_handles(self, painter: QPainter, shape: Shape) -> None:
        box = self._box(shape.left, shape.top, shape.width, shape.height)
        painter.setBrush(QColor(theme.DARK.figure[Judgement.RETEST]))
        painter.setPen(Qt.PenStyle.NoPen)
        for x in (box.left(), box.center().x(), box.right()):
            for y in (box.top(), box.center().y(), box.bottom()):
                if (x, y) != (box.center().x(), box.center().y()):
                    painter.drawRect(QRectF(x - _HANDLE, y - _HANDLE, 2 * _HANDLE, 2 * _HANDLE))
