"""The parts that a model will be taught with: small pictures that can be looked at and removed."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QImage, QKeySequence, QPainter, QPaintEvent, QPixmap, QShortcut
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem

from station.gui import theme
from station.teaching import GoodPart

_WIDTH_PX = 240  # of a stored small picture; drawn smaller


class PartTray(QListWidget):
    """A grid of parts. Delete removes the chosen one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[GoodPart] = []
        self._empty_text = ""
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.set_scale(1.0)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self, self.remove_chosen)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)

    @property
    def parts(self) -> tuple[GoodPart, ...]:
        """In the order in which they came."""
        return tuple(self._parts)

    def add(self, part: GoodPart, view: str) -> None:
        """One more; `view` is the picture that is shown small."""
        picture = part.pictures.get(view, next(iter(part.pictures.values())))
        height, width = picture.shape
        small = np.ascontiguousarray(cv2.resize(picture, (_WIDTH_PX, max(1, _WIDTH_PX * height // width)), interpolation=cv2.INTER_AREA))
        image = QImage(small.data, small.shape[1], small.shape[0], small.shape[1], QImage.Format.Format_Grayscale8).copy()
        self._parts.append(part)
        item = QListWidgetItem(QIcon(QPixmap.fromImage(image)), part.name)
        self.addItem(item)
        self.scrollToItem(item)
        self.changed.emit()

    def twin(self, part: GoodPart) -> GoodPart | None:
        """A part that is there already with exactly the same pictures."""
        for other in self._parts:
            if other.pictures.keys() == part.pictures.keys() and all(np.array_equal(p, other.pictures[v]) for v, p in part.pictures.items()):
                return other
        return None

    @Slot()
    def remove_chosen(self) -> None:
        """The chosen ones go."""
        for row in sorted((self.row(item) for item in self.selectedItems()), reverse=True):
            self._take_out(row)
        self.changed.emit()

    def remove(self, name: str) -> None:
        """The part of this name goes."""
        self._take_out([part.name for part in self._parts].index(name))
        self.changed.emit()

    def empty(self) -> None:
        """All go."""
        self._parts.clear()
        self.clear()
        self.changed.emit()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is no part."""
        self._empty_text = text
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The parts, or a quiet sentence."""
        super().paintEvent(event)
        if not self._parts:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.colours().quiet))
            box = self.viewport().rect().adjusted(12, 12, -12, -12)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty_text)

    def set_scale(self, scale: float) -> None:
        """See Page."""
        self.setIconSize(QSize(round(112 * scale), round(70 * scale)))
        self.setGridSize(QSize(round(128 * scale), round(104 * scale)))

    def _take_out(self, row: int) -> None:
        del self._parts[row]
        self.takeItem(row)
