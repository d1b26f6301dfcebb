"""Scores of reviewed parts as two histograms over one axis, and two threshold lines that can be moved but not crossed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QEvent, QIODevice, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QKeyEvent, QPen

from station.gui import theme
from station.thresholds import Reviewed, from_axis, histogram, to_axis
from station.verdict import Judgement

_STEPS_ACROSS = 200  # key presses from one end of the plot to the other
_LEAST_GAP_PX = 46  # between two numbers on the axis


class ScorePlot(pg.GraphicsLayoutWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Truly OK above, truly NG below. Arrow keys move OK's line, with Shift NG's; the mouse drags either."""

    moved = Signal(float, float)  # OK at most, NG above

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._reviewed: Reviewed | None = None
        self._limits = (0.0, 0.0)
        self._font = QFont()
        self._titles = ("", "")
        self._names = ("", "")
        self._title_px = 13
        self.good_plot = self.addPlot(row=0, col=0, axisItems={"bottom": _ScoreAxis("bottom")})
        self.defective_plot = self.addPlot(row=1, col=0, axisItems={"bottom": _ScoreAxis("bottom")})
        self.defective_plot.setXLink(self.good_plot)
        self._lines: list[tuple[pg.InfiniteLine, ...]] = []
        for plot in self._plots:
            plot.setMouseEnabled(x=False, y=False)
            plot.hideButtons()
            plot.setMenuEnabled(False)
            plot.getAxis("left").setWidth(44)
            lines = tuple(pg.InfiniteLine(angle=90, movable=True, label="" if plot is self.good_plot else None) for _ in range(2))
            if plot is self.good_plot:  # names beside the lines: OK's to the left, NG's to the right, so that they never meet
                for line, anchor in zip(lines, (1.0, 0.0), strict=True):
                    line.label = pg.InfLineLabel(line, position=0.93, anchors=[(anchor, 0.5), (anchor, 0.5)])
            for index, line in enumerate(lines):
                plot.addItem(line)
                line.sigDragged.connect(lambda line, index=index: self._dragged(index, float(from_axis(np.array(line.value())))))
            self._lines.append(lines)
        self.dress()

    @property
    def _plots(self) -> tuple[pg.PlotItem, pg.PlotItem]:
        return self.good_plot, self.defective_plot

    def set_words(self, good: str, defective: str, ok_at_most: str, ng_above: str) -> None:
        """Titles of the two histograms, names of the two lines."""
        self._titles, self._names = (good, defective), (ok_at_most, ng_above)
        self.dress()

    def show_scores(self, reviewed: Reviewed | None) -> None:
        """Draw these scores; None empties the plot."""
        self._reviewed = reviewed
        self.dress()

    def set_limits(self, ok_at_most: float, ng_above: float) -> None:
        """Put the lines there; tells nobody."""
        self._limits = ok_at_most, ng_above
        for lines in self._lines:
            for line, value in zip(lines, self._limits, strict=True):
                line.setValue(float(to_axis(np.array(value))))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move a line."""
        direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if direction is None or self._reviewed is None:
            super().keyPressEvent(event)
            return
        index = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        (low, high), _ = self.good_plot.viewRange()
        at = float(to_axis(np.array(self._limits[index]))) + direction * (high - low) / _STEPS_ACROSS
        self._dragged(index, float(from_axis(np.array(at))))

    def png(self) -> bytes:
        """What is drawn, as a PNG file's bytes."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.grab().save(buffer, "PNG")
        return bytes(buffer.data().data())

    def _dragged(self, index: int, value: float) -> None:
        """A line was moved; it stops at the other one."""
        ok_at_most, ng_above = self._limits
        if index == 0:
            ok_at_most = min(value, ng_above)
        else:
            ng_above = max(value, ok_at_most)
        self.set_limits(ok_at_most, ng_above)
        self.moved.emit(ok_at_most, ng_above)

    def _fit(self) -> None:
        """Scores and lines are in view, with a little air."""
        at = [float(to_axis(np.array(value))) for value in self._limits]
        if self._reviewed is not None and self._reviewed.n:
            edges = to_axis(histogram(self._reviewed).edges)
            at += [float(edges[0]), float(edges[-1])]
        air = max(max(at) - min(at), 0.5) * 0.03
        (low, high), _ = self.good_plot.viewRange()
        wanted = min(at) - air, max(at) + air
        if abs(low - wanted[0]) > 1e-9 or abs(high - wanted[1]) > 1e-9:
            self.good_plot.setXRange(*wanted, padding=0)

    def dress(self) -> None:
        """Draw everything anew, in the colours and words of now."""
        colours = theme.colours()
        self.setBackground(colours.card)
        drawn = None if self._reviewed is None or not self._reviewed.n else histogram(self._reviewed)
        kinds = (Judgement.OK, Qt.BrushStyle.SolidPattern), (Judgement.NG, Qt.BrushStyle.BDiagPattern)
        for plot, lines, title, (kind, pattern) in zip(self._plots, self._lines, self._titles, kinds, strict=True):
            for item in [item for item in plot.items if isinstance(item, pg.BarGraphItem)]:
                plot.removeItem(item)
            plot.setTitle(title, color=colours.text, size=f"{self._title_px}px")
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(colours.line)
                axis.setTextPen(colours.quiet)
                axis.setTickFont(self._font)
            for line, style, name in zip(lines, (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine), self._names, strict=True):
                pen, hover = QPen(QColor(colours.text), 2, style), QPen(QColor(colours.accent), 3, style)
                for drawn_by in (pen, hover):
                    drawn_by.setCosmetic(True)
                line.setPen(pen)
                line.setHoverPen(hover)
                if plot is self.good_plot:
                    line.label.setFormat(name)
                    line.label.setColor(colours.text)
                    line.label.setFont(self._font)
            if drawn is None:
                continue
            counts = drawn.good if kind is Judgement.OK else drawn.defective
            edges, has_parts = to_axis(drawn.edges), counts > 0
            brush = QBrush(QColor(colours.figure[kind]), pattern)
            edge = QPen(QColor(colours.figure[kind]), 1)
            edge.setCosmetic(True)
            bars = {"x0": edges[:-1][has_parts], "x1": edges[1:][has_parts], "height": counts[has_parts]}
            plot.addItem(pg.BarGraphItem(**bars, y0=0, brush=brush, pen=edge))
            plot.setYRange(0, max(1.0, float(counts.max()) * 1.1), padding=0)
        self.set_limits(*self._limits)

    def set_scale(self, scale: float) -> None:
        """Letters grow with the window."""
        self._font.setPixelSize(max(8, round(12 * scale)))
        self._title_px = max(9, round(14 * scale))
        self.dress()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme."""
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_lines") and len(self._lines) == 2:
            self.dress()
        super().changeEvent(event)


class _ScoreAxis(pg.AxisItem):  # type: ignore[misc]
    """Scores as they are, though drawn on `to_axis`."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Round scores with room between them."""
        round_ones = [0.0] + [sign * step * 10.0**power for sign in (1, -1) for power in range(-1, 8) for step in (1, 2, 5)]
        places = sorted(float(to_axis(np.array(value))) for value in round_ones)
        gap = _LEAST_GAP_PX * (maxVal - minVal) / max(size, 1)
        chosen: list[float] = [0.0] if minVal <= 0 <= maxVal else []
        for place in sorted(places, key=abs):
            if minVal <= place <= maxVal and all(abs(place - other) >= gap for other in chosen):
                chosen.append(place)
        return [(1.0, sorted(chosen))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The scores there."""
        return [f"{float(from_axis(np.array(value))):.3g}" if abs(value) < 7.6 else f"{float(from_axis(np.array(value))):,.0f}" for value in values]
