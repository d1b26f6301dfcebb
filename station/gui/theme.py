"""Colours, shapes and sizes, in one place. A verdict differs in word, colour *and* shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from station.verdict import Judgement


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour of a theme, as #rrggbb."""

    name: str
    background: str
    card: str
    line: str
    text: str
    quiet: str
    accent: str
    button: str
    button_edge: str
    button_hover: str
    off: str  # ground of what cannot be used now
    off_text: str
    primary: str
    primary_hover: str
    primary_off: str
    idle: str  # the verdict panel with nothing in it
    fault: str
    judgement: Mapping[Judgement, str]  # grounds, with white or dark text on them
    figure: Mapping[Judgement, str]  # the same for text and lines on the theme's own ground


_JUDGEMENT = {Judgement.OK: "#1f9d57", Judgement.NG: "#d92d3a", Judgement.RETEST: "#c98a00", Judgement.HOLD: "#6b57d6"}
DARK = Palette(
    "dark", "#11161d", "#1a212b", "#2c3644", "#e9eef5", "#93a1b3", "#4aa3ff", "#2c3644", "#3a4658", "#38455a", "#1c232d", "#5d6978",
    "#1769c2", "#1e7ae0", "#1c2c40", "#2a3442", "#c2410c", _JUDGEMENT,
    {Judgement.OK: "#4cd38a", Judgement.NG: "#ff6b74", Judgement.RETEST: "#ffc24a", Judgement.HOLD: "#a798ff"},
)  # fmt: skip
LIGHT = Palette(
    "light", "#eef1f5", "#ffffff", "#ccd4de", "#17202b", "#556274", "#0b63c5", "#e4e9f0", "#bcc7d4", "#d6dee8", "#eef1f5", "#8d99a8",
    "#1769c2", "#1e7ae0", "#c5d3e3", "#d5dce5", "#c2410c", _JUDGEMENT,
    {Judgement.OK: "#12743d", Judgement.NG: "#b51f2b", Judgement.RETEST: "#8a5f00", Judgement.HOLD: "#5140b8"},
)  # fmt: skip
PALETTES = {palette.name: palette for palette in (DARK, LIGHT)}
_in_use = DARK


def colours() -> Palette:
    """The palette in use."""
    return _in_use


def use(name: str) -> None:
    """Draw with another of PALETTES from now on; who has drawn already must draw again."""
    global _in_use
    _in_use = PALETTES[name]


_LATIN = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans")
_JAPANESE = ("Noto Sans CJK JP", "Yu Gothic UI", "Meiryo", "IPAGothic", "IPAPGothic")
_CHINESE = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "Droid Sans Fallback")


def font_families() -> tuple[str, ...]:
    """Families to draw with, best first. Japanese and Chinese share code points that each draws in its own way."""
    if QLocale().language() is QLocale.Language.Chinese:
        return (*_LATIN, *_CHINESE, *_JAPANESE)
    return (*_LATIN, *_JAPANESE, *_CHINESE)


DESIGN_WIDTH, DESIGN_HEIGHT = 1366, 768
"""The sizes below are for this window; on others everything grows or shrinks with it."""


def scale_for(width: int, height: int) -> float:
    """How much larger than designed a window of this size may draw everything."""
    return max(0.5, min(width / DESIGN_WIDTH, height / DESIGN_HEIGHT))


def style_sheet(scale: float) -> str:
    """Qt style sheet of the whole window."""

    def px(size: float) -> str:
        return f"{max(1, round(size * scale))}px"

    c = _in_use
    figures = "\n".join(f'QLabel[figure="{judgement.value}"] {{ color: {colour}; }}' for judgement, colour in c.figure.items())
    families = ", ".join(f'"{family}"' for family in font_families())
    return f"""
    * {{ font-family: {families}; font-size: {px(15)}; color: {c.text}; }}
    QMainWindow, QDialog, QWidget#screen, QWidget[page="true"] {{ background: {c.background}; }}
    QFrame[card="true"] {{ background: {c.card}; border: 1px solid {c.line}; border-radius: {px(10)}; }}
    QLabel[quiet="true"] {{ color: {c.quiet}; font-size: {px(13)}; }}
    QLabel[title="true"] {{ font-size: {px(19)}; font-weight: 600; }}
    QLabel[number="true"] {{ font-size: {px(34)}; font-weight: 700; }}
    {figures}
    QLabel[warning="true"] {{ color: {c.figure[Judgement.RETEST]}; font-weight: 600; }}
    QLabel[error="true"] {{ color: {c.figure[Judgement.NG]}; font-weight: 600; }}
    QLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox {{
        background: {c.background}; border: 1px solid {c.line}; border-radius: {px(6)}; padding: {px(6)} {px(8)}; }}
    QComboBox::drop-down {{ border: none; width: {px(20)}; }}
    QComboBox::down-arrow {{ width: 0; height: 0; border-style: solid; border-width: {px(6)} {px(5)} 0 {px(5)};
        border-color: {c.quiet} {c.background} {c.background} {c.background}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border: 1px solid {c.accent}; }}
    QAbstractSpinBox[plain="true"]::up-button, QAbstractSpinBox[plain="true"]::down-button {{ width: 0; height: 0; border: none; }}
    QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{ border: none; padding: 0 {px(5)}; background: transparent; }}
    QLineEdit[wrong="true"] {{ border: 1px solid {c.judgement[Judgement.NG]}; }}
    QComboBox QAbstractItemView, QListView, QTreeView, QTableView {{
        background: {c.card}; alternate-background-color: {c.background}; border: 1px solid {c.line};
        selection-background-color: {c.primary}; selection-color: white; gridline-color: {c.line}; }}
    QHeaderView::section {{ background: {c.button}; border: none; border-right: 1px solid {c.line}; padding: {px(5)} {px(8)}; font-weight: 600; }}
    QTableCornerButton::section {{ background: {c.button}; border: none; }}
    QPushButton {{ background: {c.button}; border: 1px solid {c.button_edge}; border-radius: {px(8)}; padding: {px(7)} {px(14)}; font-weight: 600; }}
    QPushButton {{ min-height: {px(24)}; }}
    QPushButton:hover {{ background: {c.button_hover}; }}
    QPushButton:focus {{ border: 1px solid {c.accent}; }}
    QPushButton:disabled {{ color: {c.off_text}; background: {c.off}; }}
    QPushButton[primary="true"] {{ background: {c.primary}; border-color: {c.primary}; color: white; }}
    QPushButton[primary="true"]:hover {{ background: {c.primary_hover}; }}
    QPushButton[primary="true"]:disabled {{ background: {c.primary_off}; border-color: {c.primary_off}; color: {c.off_text}; }}
    QPushButton:checked {{ background: {c.primary}; color: white; }}
    QPushButton[view="true"] {{ padding: {px(2)} {px(10)}; font-size: {px(13)}; min-height: {px(18)}; }}
    QPushButton[view="true"]:checked {{ background: {c.accent}; color: {c.background}; border-color: {c.accent}; }}
    QPushButton[nav="true"] {{ background: transparent; border: none; border-radius: {px(6)}; padding: {px(4)} {px(12)}; min-height: {px(20)}; }}
    QPushButton[nav="true"]:hover {{ background: {c.button_hover}; }}
    QPushButton[nav="true"]:checked {{ background: {c.primary}; color: white; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: {px(16)}; height: {px(16)}; border: 2px solid {c.quiet}; background: {c.background}; }}
    QCheckBox::indicator {{ border-radius: {px(3)}; }}
    QRadioButton::indicator {{ border-radius: {px(10)}; }}
    QCheckBox::indicator:checked, QRadioButton::indicator:checked {{ background: {c.accent}; border: 2px solid {c.text}; }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {c.off_text}; }}
    QCheckBox:disabled, QRadioButton:disabled {{ color: {c.off_text}; }}
    QFrame#navigation {{ background: {c.card}; border-bottom: 1px solid {c.line}; }}
    QPushButton[touch="true"] {{ min-height: {px(28)}; }}
    QFrame#alarm {{ background: {c.fault}; border-radius: {px(12)}; }}
    QFrame#alarm QLabel {{ color: white; font-size: {px(26)}; }}
    QFrame#alarm QLabel#alarmTitle {{ font-size: {px(64)}; font-weight: 800; }}
    QFrame#alarm QLabel#alarmState {{ font-weight: 600; }}
    QFrame#alarm QPushButton {{ background: white; color: {c.fault}; border-color: white; font-size: {px(28)}; padding: {px(16)} {px(50)}; }}
    QFrame#alarm QPushButton:hover {{ background: #ffe9df; }}
    QWidget#challengeList {{ background: {c.card}; }}
    QFrame#banner {{ background: {c.fault}; border-radius: {px(8)}; }}
    QFrame#banner QLabel {{ font-weight: 600; font-size: {px(16)}; color: white; }}
    QStatusBar {{ background: {c.card}; border-top: 1px solid {c.line}; }}
    QStatusBar QLabel {{ color: {c.quiet}; font-size: {px(13)}; padding: 0 {px(8)}; }}
    QStatusBar::item {{ border: none; }}
    QToolTip {{ background: {c.card}; color: {c.text}; border: 1px solid {c.line}; }}
    QProgressBar {{ background: {c.background}; border: 1px solid {c.line}; border-radius: {px(6)}; text-align: center; }}
    QProgressBar::chunk {{ background: {c.primary}; border-radius: {px(6)}; }}
    QSplitter::handle {{ background: {c.line}; }}
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: {px(14)}; }}
    QScrollBar:horizontal {{ height: {px(14)}; }}
    QScrollBar::handle {{ background: {c.button_edge}; border-radius: {px(5)}; margin: {px(2)}; min-height: {px(36)}; min-width: {px(36)}; }}
    QScrollBar::handle:hover {{ background: {c.quiet}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none; border: none; width: 0; height: 0; }}
    """


def draw_shape(painter: QPainter, judgement: Judgement | None, box: QRectF, colour: QColor) -> None:
    """The sign of a judgement inside a square box: OK a ticked disc, NG a crossed octagon, RETEST a triangle with an
    arrow's question, HOLD a square with two bars; nothing judged yet an empty ring."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = box.width()
    pen = QPen(QColor(DARK.background), side * 0.11, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)

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
        painter.setPen(QPen(QColor(DARK.background), side * 0.14, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(at(0.37, 0.27), at(0.37, 0.73))
        painter.drawLine(at(0.63, 0.27), at(0.63, 0.73))
    painter.restore()
