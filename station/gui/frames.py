"""The frames that pages are made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def new_card() -> QFrame:
    """A panel on a ground of its own, as the style sheet draws it."""
    card = QFrame()
    card.setProperty("card", True)
    return card


def scrolling(inside: QWidget) -> QScrollArea:
    """The widget in a scroll area that has no ground of its own."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    area.setWidget(inside)
    inside.setAutoFillBackground(False)
    return area
