"""What of a page is cut off, once its layout has settled: Qt lays out when it finds the time."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

LIMIT_MS = 15000


def wait_until_it_fits(qtbot: QtBot, window: QWidget, texts: Iterable[QWidget], insides: Iterable[QWidget] = ()) -> None:
    """Each visible one of `texts` shows all of its words and each of `insides` lies within the window, within the limit."""
    texts, insides = list(texts), list(insides)
    qtbot.wait(1)  # what was posted before now is done first

    def fits() -> None:
        assert [said for text in texts if (said := _cut(text))] == []
        assert [said for widget in insides if (said := _outside(widget, window))] == []

    qtbot.waitUntil(fits, timeout=LIMIT_MS)
    assert any(text.isVisible() for text in texts), "nothing is shown that could be cut"


def _cut(widget: QWidget) -> str:
    assert isinstance(widget, QLabel | QAbstractButton)
    words = widget.text().replace("&", "")
    if not widget.isVisible() or not words:
        return ""
    if isinstance(widget, QLabel) and widget.wordWrap():
        needed = widget.heightForWidth(widget.width()) - 2
        return f"{words!r} needs {needed} px of height, has {widget.height()}" if widget.height() < needed else ""
    wide, high = widget.fontMetrics().horizontalAdvance(words), widget.fontMetrics().height() - 2
    if widget.width() >= wide and widget.height() >= high:
        return ""
    return f"{words!r} needs {wide}×{high} px, has {widget.width()}×{widget.height()}"


def _outside(widget: QWidget, window: QWidget) -> str:
    corner = widget.mapTo(window, QPoint(widget.width(), widget.height()))
    if not widget.isVisible() or (corner.x() <= window.width() and corner.y() <= window.height()):
        return ""
    return f"{type(widget).__name__} reaches to {corner.x()}, {corner.y()} of {window.width()}, {window.height()}"
