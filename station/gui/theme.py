"""Colours, shapes and sizes, in one place. A verdict differs in word, colour *and* shape."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from station.verdict import Judgement

BACKGROUND = "#11161d"
CARD = "#1a212b"
LINE = "#2c3644"
TEXT = "#e9eef5"
QUIET = "#93a1b3"
ACCENT = "#4aa3ff"
FAULT = "#c2410c"
JUDGEMENT_COLOURS = {
    Judgement.OK: "#1f9d57",
    Judgement.NG: "#d92d3a",
    Judgement.RETEST: "#c98a00",
    Judgement.HOLD: "#6b57d6",
}
BRIGHT_COLOURS = {
    Judgement.OK: "#4cd38a",
    Judgement.NG: "#ff6b74",
    Judgement.RETEST: "#ffc24a",
    Judgement.HOLD: "#a798ff",
}
"""The same, for figures on the dark ground."""
IDLE = "#2a3442"
FONT_FAMILIES = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans", "Noto Sans CJK JP", "Yu Gothic UI", "Meiryo", "IPAGothic", "IPAPGothic")

DESIGN_WIDTH, DESIGN_HEIGHT = 1366, 768
"""The sizes below are for this window; on others everything grows or shrinks with it."""


def scale_for(width: int, height: int) -> float:
    """How much larger than designed a window of this size may draw everything."""
    return max(0.5, min(width / DESIGN_WIDTH, height / DESIGN_HEIGHT))


def style_sheet(scale: float) -> str:
    """Qt style sheet of the whole window."""

    def px(size: float) -> str:
        return f"{max(1, round(size * scale))}px"

    families = ", ".join(f'"{family}"' for family in FONT_FAMILIES)
    return f"""
    * {{ font-family: {families}; font-size: {px(15)}; color: {TEXT}; }}
    QMainWindow, QWidget#screen {{ background: {BACKGROUND}; }}
    QFrame[card="true"] {{ background: {CARD}; border: 1px solid {LINE}; border-radius: {px(10)}; }}
    QLabel[quiet="true"] {{ color: {QUIET}; font-size: {px(13)}; }}
    QLabel[title="true"] {{ font-size: {px(19)}; font-weight: 600; }}
    QLabel[number="true"] {{ font-size: {px(34)}; font-weight: 700; }}
    QLineEdit {{ background: {BACKGROUND}; border: 1px solid {LINE}; border-radius: {px(6)}; padding: {px(6)} {px(8)}; }}
    QLineEdit:focus {{ border: 1px solid {ACCENT}; }}
    QLineEdit[wrong="true"] {{ border: 1px solid {JUDGEMENT_COLOURS[Judgement.NG]}; }}
    QPushButton {{ background: {LINE}; border: 1px solid #3a4658; border-radius: {px(8)}; padding: {px(7)} {px(14)}; font-weight: 600; }}
    QPushButton {{ min-height: {px(24)}; }}
    QPushButton:hover {{ background: #38455a; }}
    QPushButton:focus {{ border: 1px solid {ACCENT}; }}
    QPushButton:disabled {{ color: #5d6978; background: #1c232d; }}
    QPushButton[primary="true"] {{ background: #1769c2; border-color: #1769c2; }}
    QPushButton[primary="true"]:hover {{ background: #1e7ae0; }}
    QPushButton[primary="true"]:disabled {{ background: #1c2c40; border-color: #1c2c40; color: #6c7f95; }}
    QPushButton:checkable:checked {{ background: #1769c2; }}
    QPushButton[view="true"] {{ padding: {px(2)} {px(10)}; font-size: {px(13)}; min-height: {px(18)}; }}
    QPushButton[view="true"]:checked {{ background: {ACCENT}; color: #06121f; border-color: {ACCENT}; }}
    QFrame#banner {{ background: {FAULT}; border-radius: {px(8)}; }}
    QFrame#banner QLabel {{ font-weight: 600; font-size: {px(16)}; }}
    QStatusBar {{ background: {CARD}; border-top: 1px solid {LINE}; }}
    QStatusBar QLabel {{ color: {QUIET}; font-size: {px(13)}; padding: 0 {px(8)}; }}
    QStatusBar::item {{ border: none; }}
    QToolTip {{ background: {CARD}; color: {TEXT}; border: 1px solid {LINE}; }}
    """


def draw_shape(painter: QPainter, judgement: Judgement | None, box: QRectF, colour: QColor) -> None:
    """The sign of a judgement inside a square box: OK a ticked disc, NG a crossed octagon, RETEST a triangle with an
    arrow's question, HOLD a square with two bars; nothing judged yet an empty ring."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = box.width()
    pen = QPen(QColor(BACKGROUND), side * 0.11, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)

    def at(x: float, y: float) -> QPointF:
        return QPointF(box.left() + x * side, box.top() + y * side)

    def polygon(*points: tuple[float, float]) -> QPolygonF:
        return QPolygonF([at(x, y) for x, y in points])

    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    if judgement is None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, side * 0.06))
        painter.drawEllipse(box.adjusted(side * 0.05, side * 0.05, -side * 0.05, -side * 0.05))
    elif judgement is Judgement.OK:
        painter.drawEllipse(box)
        painter.setPen(pen)
        painter.drawPolyline(polygon((0.27, 0.53), (0.44, 0.69), (0.74, 0.34)))
    elif judgement is Judgement.NG:
        painter.drawPolygon(polygon((0.3, 0), (0.7, 0), (1, 0.3), (1, 0.7), (0.7, 1), (0.3, 1), (0, 0.7), (0, 0.3)))
        painter.setPen(pen)
        painter.drawLine(at(0.32, 0.32), at(0.68, 0.68))
        painter.drawLine(at(0.68, 0.32), at(0.32, 0.68))
    elif judgement is Judgement.RETEST:
        painter.drawPolygon(polygon((0.5, 0.03), (1, 0.95), (0, 0.95)))
        painter.setPen(pen)
        painter.drawLine(at(0.5, 0.40), at(0.5, 0.62))
        painter.drawPoint(at(0.5, 0.80))
    else:
        path = QPainterPath()
        path.addRoundedRect(box, side * 0.12, side * 0.12)
        painter.drawPath(path)
        painter.setPen(QPen(QColor(BACKGROUND), side * 0.14, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(at(0.37, 0.27), at(0.37, 0.73))
        painter.drawLine(at(0.63, 0.27), at(0.63, 0.73))
    painter.restore()
