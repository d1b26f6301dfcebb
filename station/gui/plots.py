"""The charts as drawings: each shows one thing, says it in words too, and leads to the parts behind a bar or a point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QToolTip

from station.chart_set import ChartSet, Choice, EwmaSeries, Histogram, Mark, PSeries
from station.charts import Bar
from station.gui import chart_words as say
from station.gui import theme
from station.gui.theme import Palette
from station.store.search import Opinion, PartFilter
from station.store.series import NgCounts, Subgroup
from station.verdict import Judgement

_FONT_PX = 12
_REACH_PX = 22  # a finger's
_Words = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Spot:
    """A bar or point that leads to parts."""

    x: float
    y: float
    words: Callable[[], str]
    parts: Callable[[], PartFilter] | None  # None: they cannot be listed


class Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A chart without zoom. Mouse, finger, or arrow keys and Enter choose a spot."""

    wanted = Signal(object)  # PartFilter
    _is_upright = True  # spots follow one another along x, else along y

    def __init__(self) -> None:
        super().__init__(axisItems={"bottom": _WordAxis("bottom"), "left": _WordAxis("left")})
        self.spots: list[Spot] = []
        self.selected: int | None = None
        self._ring: pg.ScatterPlotItem | None = None
        self._palette = theme.colours()
        self._scale = 1.0
        self._still = QPixmap()  # what the unchanged scene looks like: four charts drawn anew for a neighbour's sake are a late repaint
        self.scene().changed.connect(self._forget_still)
        self.setMouseEnabled(x=False, y=False)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setAntialiasing(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)

    # -- drawing ---------------------------------------------------------------------------------------------------

    def begin(self, palette: Palette, scale: float) -> None:
        """An empty chart in these colours; texts are drawn `scale` times as large as designed."""
        self._palette, self._scale, self.spots, self.selected, self._ring = palette, scale, [], None, None
        self.clear()
        self.setBackground(palette.card)
        for name in ("bottom", "left"):
            axis = self.getAxis(name)
            axis.setPen(QPen(QColor(palette.line), 1))
            axis.setTextPen(QColor(palette.quiet))
            axis.setTickFont(self.font_of(1.0))
            axis.setStyle(tickTextOffset=round(4 * scale), tickLength=3, hideOverlappingLabels=True)

    def title(self, axis: str, text: str) -> None:
        """What an axis shows, in words."""
        style = {"color": self._palette.quiet, "font-size": f"{round(_FONT_PX * self._scale)}px"}
        self.getAxis(axis).setLabel(text, **style)

    def font_of(self, size: float) -> QFont:
        """Of the chart's texts."""
        font = QFont()
        font.setFamilies(list(theme.font_families()))
        font.setPixelSize(max(6, round(_FONT_PX * size * self._scale)))
        return font

    def text(self, words: str, x: float, y: float, colour: str, anchor: tuple[float, float]) -> None:
        """Words beside a place in the chart."""
        item = pg.TextItem(words, color=colour, anchor=anchor)
        item.setFont(self.font_of(0.95))
        item.setPos(x, y)
        self.addItem(item, ignoreBounds=True)

    def steps(self, x: NDArray[np.float64], values: NDArray[np.float64], colour: str, style: Qt.PenStyle) -> None:
        """A line that stays level over each subgroup, x ± ½; not drawn where a value is NaN."""
        edges = np.stack([x - 0.5, x + 0.5], 1).ravel()
        self.addItem(pg.PlotCurveItem(edges, np.repeat(values, 2), pen=self.pen(colour, style), connect="finite"))

    def pen(self, colour: str, style: Qt.PenStyle = Qt.PenStyle.SolidLine, width: float = 1.2) -> QPen:
        """A line as wide on every screen and sheet."""
        pen = QPen(QColor(colour), width * self._scale, style)
        pen.setCosmetic(True)
        return pen

    def points(self, x: NDArray[np.float64], y: NDArray[np.float64], is_outside: NDArray[np.bool_]) -> None:
        """Dots, and triangles of another colour for what lies outside."""
        for chosen, symbol, size, colour in (
            (~is_outside, "o", 5, self._palette.accent),
            (is_outside, "t1", 12, self._palette.figure[Judgement.NG]),
        ):
            self.addItem(pg.ScatterPlotItem(x[chosen], y[chosen], symbol=symbol, size=size * self._scale, pen=None, brush=QColor(colour)))

    def mark(self, marks: Sequence[Mark], top: float) -> None:
        """Vertical lines where something changed; changes of setting carry letters, explained in words below."""
        settings = [m for m in marks if m.kind == "setting"]
        for m in marks:
            place = m.index - 0.5
            if m.kind == "setting":
                self.addItem(pg.InfiniteLine(place, pen=self.pen(self._palette.quiet, Qt.PenStyle.SolidLine, 1.0)), ignoreBounds=True)
            elif m.kind == "shift":
                self.addItem(pg.InfiniteLine(place, pen=self.pen(self._palette.quiet, Qt.PenStyle.DotLine, 1.0)), ignoreBounds=True)
            else:
                self.text("▽", place, top, self._palette.quiet, (0.5, 0.0))
        pixels = max(1.0, self.getViewBox().width()) / max(1.0, self._span())
        last = -1e9
        for i, m in enumerate(settings):
            if (m.index - last) * pixels > 16 * self._scale:  # letters do not lie upon one another; the line stands in any case
                self.text(say.letter(i), m.index - 0.5, top, self._palette.text, (0.0, 0.0))
                last = m.index

    def _span(self) -> float:
        (low, high), _ = self.getViewBox().viewRange()
        return float(high - low)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The scene, drawn once for each change of it."""
        ratio = self.devicePixelRatioF()
        size = self.viewport().size() * ratio
        if self._still.size() != size:
            self._still = QPixmap(size)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(self.backgroundBrush().color())
            with QPainter(self._still) as painter:
                painter.setRenderHints(self.renderHints())
                self.render(painter)
        with QPainter(self.viewport()) as painter:
            painter.drawPixmap(0, 0, self._still)

    @Slot()
    def _forget_still(self) -> None:
        self._still = QPixmap()

    # -- choosing --------------------------------------------------------------------------------------------------

    def spot_at(self, pos: QPoint) -> int | None:
        """The spot under or near a place of the widget."""
        if not self.spots:
            return None
        box = self.getViewBox()
        place = box.mapSceneToView(QPointF(self.mapToScene(pos)))
        (left, right), (low, high) = box.viewRange()
        if not (left <= place.x() <= right and low <= place.y() <= high):
            return None
        along = [abs(s.x - place.x()) if self._is_upright else abs(s.y - place.y()) for s in self.spots]
        nearest = int(np.argmin(along))
        pixels = box.width() / (right - left) if self._is_upright else box.height() / (high - low)
        return nearest if along[nearest] <= max(0.5, _REACH_PX / pixels) else None

    def select(self, index: int | None) -> None:
        """Mark a spot and say what it is."""
        self.selected = index
        if self._ring is not None:
            self.removeItem(self._ring)
            self._ring = None
        if index is None:
            return
        spot = self.spots[index]
        self._ring = pg.ScatterPlotItem(
            [spot.x], [spot.y], symbol="o", size=16 * self._scale, pen=self.pen(self._palette.text, width=2), brush=QBrush(Qt.BrushStyle.NoBrush)
        )
        self.addItem(self._ring, ignoreBounds=True)

    def _choose(self, index: int) -> None:
        if (parts := self.spots[index].parts) is not None:
            self.wanted.emit(parts())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the spot."""
        if event.button() is Qt.MouseButton.LeftButton and (index := self.spot_at(event.position().toPoint())) is not None:
            self.select(index)
            self._choose(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what lies under the mouse."""
        index = self.spot_at(event.position().toPoint())
        self.setCursor(Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor)
        QToolTip.showText(event.globalPosition().toPoint(), "" if index is None else self.spots[index].words(), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing is dragged."""

    def wheelEvent(self, event: QEvent) -> None:
        """Nothing is zoomed."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go from spot to spot, Enter chooses."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self.spots:
            index = (0 if step > 0 else len(self.spots) - 1) if self.selected is None else min(max(self.selected + step, 0), len(self.spots) - 1)
            self.select(index)
            spot = self.spots[index]
            QToolTip.showText(self.mapToGlobal(self.mapFromScene(self.getViewBox().mapViewToScene(QPointF(spot.x, spot.y)))), spot.words(), self)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected is not None:
            self._choose(self.selected)
        else:
            event.ignore()


class ParetoPlot(Plot):
    """Bars from the most frequent down, and the cumulative share as a line."""

    _is_upright = False

    def show_bars(self, bars: Sequence[Bar[Any]], names: Sequence[str], parts: Sequence[PartFilter | None], palette: Palette, scale: float) -> None:
        """Args:
        names: of each bar.
        parts: behind each bar; None where they cannot be listed.
        """
        self.begin(palette, scale)
        total = sum(bar.n for bar in bars)
        rows = np.arange(len(bars), 0.0, -1.0)
        lengths = np.array([bar.n for bar in bars], np.float64)
        sums = np.array([bar.cumulative for bar in bars]) * total
        ng = palette.figure[Judgement.NG]
        self.addItem(pg.BarGraphItem(x0=0, y=rows, width=lengths, height=0.62, pen=None, brush=QColor(ng)))
        self.addItem(pg.PlotCurveItem(sums, rows, pen=self.pen(palette.accent, width=1.6)))
        self.addItem(pg.ScatterPlotItem(sums, rows, symbol="d", size=8 * scale, pen=None, brush=QColor(palette.accent)))
        room = max(90.0, 0.4 * self.width())  # a long name must not leave the bars without room
        metrics = QFontMetricsF(self.font_of(1.0))
        ticks = []
        for row, bar, name, wanted in zip(rows, bars, names, parts, strict=True):
            self.text(say.percent(bar.cumulative, 0), bar.cumulative * total + total * 0.02, row, palette.accent, (0.0, 0.5))
            count = f"  {say.number(bar.n)}"
            ticks.append((row, metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room - metrics.horizontalAdvance(count)) + count))
            sentence = f"{name}: {say.number(bar.n)} ({say.percent(bar.n / total)})"
            self.spots.append(Spot(bar.n / 2, float(row), partial(str, sentence), None if wanted is None else partial(replace, wanted)))
        left = self.getAxis("left")
        left.setTicks([ticks])
        left.setTextPen(QColor(palette.text))
        self.getAxis("bottom").set_words(_whole)
        self.setXRange(0, total * 1.22, padding=0)
        self.setYRange(0.4, len(bars) + 0.6, padding=0)


class PPlot(Plot):
    """Share of NG a subgroup, with limits by its size."""

    def show_series(self, p: PSeries, choice: Choice, palette: Palette, scale: float) -> None:
        """Draw it."""
        self.begin(palette, scale)
        chart, k = p.chart, len(p.groups)
        x = np.arange(k, dtype=np.float64)
        top = float(max(chart.upper.max(), chart.share.max(), 1e-4)) * 1.12
        _time_axis(self, p.groups)
        self.getAxis("left").set_words(lambda v: say.percent(v, 1 if top < 0.2 else 0))
        self.setXRange(-0.7, k - 0.3, padding=0)
        self.setYRange(0, top, padding=0)
        self.mark(p.marks, top)
        ng = palette.figure[Judgement.NG]
        self.steps(x, chart.upper, ng, Qt.PenStyle.DashLine)
        self.steps(x, np.where(chart.lower > 0, chart.lower, np.nan), ng, Qt.PenStyle.DashLine)
        self.addItem(pg.InfiniteLine(chart.centre, angle=0, pen=self.pen(palette.figure[Judgement.OK])), ignoreBounds=True)
        self.addItem(pg.PlotCurveItem(x, chart.share, pen=self.pen(palette.accent, width=1.0)))
        self.points(x, chart.share, chart.is_outside)
        for i, (group, share) in enumerate(zip(p.groups, chart.share, strict=True)):
            words = partial(_point_words, group, partial(say.percent, float(share), 2))
            self.spots.append(Spot(float(i), float(share), words, partial(_group_parts, group, choice, Judgement.NG)))


class EwmaPlot(Plot):
    """The moving average of OK scores, starting anew at each change of setting."""

    def show_series(self, series: EwmaSeries, choice: Choice, palette: Palette, scale: float) -> None:
        """Draw it."""
        self.begin(palette, scale)
        groups = series.groups
        _time_axis(self, groups)
        x = np.arange(len(groups), dtype=np.float64)
        level, lower, upper = (np.concatenate([getattr(run.chart, name) for run in series.runs]) for name in ("level", "lower", "upper"))
        mean = np.repeat([run.base.mean for run in series.runs], [len(run.groups) for run in series.runs])
        values = np.concatenate([level, lower, upper, mean])
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        room = 0.08 * (high - low) or 0.5
        self.getAxis("left").set_words(lambda v: say.number(v, 2))
        self.setXRange(-0.7, len(groups) - 0.3, padding=0)
        self.setYRange(low - room, high + 2 * room, padding=0)
        self.mark(series.marks, high + 2 * room)
        for limit in (lower, upper):
            self.steps(x, limit, palette.figure[Judgement.NG], Qt.PenStyle.DashLine)
        self.steps(x, mean, palette.figure[Judgement.OK], Qt.PenStyle.SolidLine)
        is_joined = np.ones(len(groups), np.int32)  # to the point after
        is_joined[[run.first + len(run.groups) - 1 for run in series.runs]] = 0  # it starts anew
        self.addItem(pg.PlotCurveItem(x, level, pen=self.pen(palette.accent, width=1.4), connect=is_joined))
        self.points(x, level, np.concatenate([run.chart.is_outside for run in series.runs]))
        for i, (group, value) in enumerate(zip(groups, level, strict=True)):
            words = partial(_point_words, group, partial(say.number, float(value), 2))
            self.spots.append(Spot(float(i), float(value), words, partial(_group_parts, group, choice, Judgement.OK)))


class HistogramPlot(Plot):
    """Scores of one model version; reviewed parts differ in hatch and colour."""

    def show_scores(self, shown: Histogram, choice: Choice, is_log: bool, palette: Palette, scale: float) -> None:
        """Args:
        is_log: the axis of counts.
        """
        self.begin(palette, scale)
        scores = shown.scores
        edges = scores.bins.edges
        stack = np.cumsum([scores.unreviewed, scores.ok, scores.ng], axis=0).astype(np.float64)
        floor = 0.5 if is_log else 0.0

        def height(n: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.log10(np.maximum(n, floor)) if is_log else n

        below = np.full(scores.bins.n, floor)
        for top, colour, pattern in zip(
            stack,
            (palette.quiet, palette.figure[Judgement.OK], palette.figure[Judgement.NG]),
            (Qt.BrushStyle.SolidPattern, Qt.BrushStyle.BDiagPattern, Qt.BrushStyle.DiagCrossPattern),
            strict=True,
        ):
            filled = top > below
            if filled.any():
                self.addItem(
                    pg.BarGraphItem(
                        x0=edges[:-1][filled], x1=edges[1:][filled], y0=height(below)[filled], y1=height(top)[filled],
                        pen=self.pen(colour, width=0.8), brush=QBrush(QColor(colour), pattern),
                    )
                )  # fmt: skip
            below = np.maximum(top, floor)
        peak = float(stack[-1].max())
        high = float(height(np.array([peak]))[0]) if peak else 1.0
        low = float(np.log10(floor)) if is_log else 0.0
        self.getAxis("left").set_words((lambda v: _whole(10**v) if v == round(v) else "") if is_log else _whole)
        self.getAxis("bottom").set_words(lambda v: say.number(v, 0 if v == round(v) else 2))
        x_low = min(edges[0], *(ok for ok, _ in shown.thresholds))
        x_high = max(edges[-1], *(ng for _, ng in shown.thresholds))
        self.setXRange(x_low, x_high, padding=0.02)
        self.setYRange(low, high + 0.12 * (high - low), padding=0)
        for i, pair in enumerate(reversed(shown.thresholds)):
            for threshold, judgement, style in zip(pair, (Judgement.OK, Judgement.NG), (Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine), strict=True):
                pen = self.pen(palette.figure[judgement], style, 2.0 if i == 0 else 0.8)
                self.addItem(pg.InfiniteLine(threshold, pen=pen), ignoreBounds=True)
                if i == 0:
                    is_ok = judgement is Judgement.OK
                    limit = f"OK ≤ {say.number(threshold, 2)}" if is_ok else f"NG > {say.number(threshold, 2)}"
                    top = high + 0.12 * (high - low)
                    self.text(limit, threshold, top, palette.figure[judgement], (1.0, 0.0) if is_ok else (0.0, 0.0))
        for i, n in enumerate(stack[-1]):
            if n:
                last = i == scores.bins.n - 1
                parts = partial(_scored, choice, float(edges[i]), None if last else float(edges[i + 1]), shown)
                span = f"≥ {say.number(edges[i], 2)}" if last else f"{say.number(edges[i], 2)} – {say.number(edges[i + 1], 2)}"
                words = partial(str, f"{span}: {_whole(n)}")
                self.spots.append(Spot(float(edges[i] + edges[i + 1]) / 2, float(height(np.array([n]))[0]), words, parts))


def mode_parts(mode: str, found: NgCounts, choice: Choice) -> PartFilter:
    """The parts behind a bar: those that reviews call so where they are the most, else those that the station calls so."""
    base = choice.parts()
    if 2 * found.by_people.get(mode, 0) > found.modes[mode]:
        return replace(base, mode=mode, opinion=Opinion.NG)
    return replace(base, defect=mode, judgements=frozenset({Judgement.NG}))


def draw(drawn: ChartSet, plot: Plot, palette: Palette, scale: float, *, by_position: bool = False, is_log: bool = False) -> bool:
    """Draw a chart of the set into its plot; False where there is nothing to draw."""
    choice = drawn.choice
    if isinstance(plot, ParetoPlot) and drawn.modes:
        if by_position:
            plot.show_bars(drawn.positions, [say.position_word(bar.key) for bar in drawn.positions], [None] * len(drawn.positions), palette, scale)
        else:
            parts = [None if bar.key is None else mode_parts(bar.key, drawn.ng, choice) for bar in drawn.modes]
            plot.show_bars(drawn.modes, [say.mode_word(bar.key) for bar in drawn.modes], parts, palette, scale)
    elif isinstance(plot, PPlot) and drawn.p is not None:
        plot.show_series(drawn.p, choice, palette, scale)
    elif isinstance(plot, EwmaPlot) and drawn.ewma is not None:
        plot.show_series(drawn.ewma, choice, palette, scale)
    elif isinstance(plot, HistogramPlot) and drawn.histogram is not None:
        plot.show_scores(drawn.histogram, choice, is_log, palette, scale)
    else:
        plot.begin(palette, scale)
        return False
    return True


def _group_parts(group: Subgroup, choice: Choice, judgement: Judgement) -> PartFilter:
    parts = choice.parts(frozenset({judgement}))
    return replace(parts, since=group.at, until=group.last_at + timedelta(microseconds=1))


def _point_words(group: Subgroup, value: Callable[[], str]) -> str:
    return f"{say.subgroup(group)} · {value()}"


def _scored(choice: Choice, low: float, high: float | None, shown: Histogram) -> PartFilter:
    setting = shown.setting
    return replace(choice.parts(), score_from=low, score_to=high, model=setting.model, model_version=setting.model_version)


def _time_axis(plot: Plot, groups: Sequence[Subgroup]) -> None:
    """Subgroups stand side by side, however long the night between them; the axis says when some of them were taken."""
    is_one_day = len({group.at.astimezone().date() for group in groups}) == 1
    texts = [f"{group.at.astimezone():%H:%M:%S}" if is_one_day else say.moment(group.at) for group in groups]
    widest = QFontMetricsF(plot.font_of(1.0)).horizontalAdvance(max(texts, key=len)) * 1.35
    fitting = max(1, int((plot.width() - 60) / widest))
    step = max(1, -(-len(groups) // fitting))
    plot.getAxis("bottom").setTicks([[(i, texts[i]) for i in range(step // 2, len(groups), step)]])


def _whole(value: float) -> str:
    return say.number(value) if abs(value - round(value)) < 1e-6 else ""


class _WordAxis(pg.AxisItem):  # type: ignore[misc]
    """Ticks in the words of this language."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._words: _Words = str
        self.enableAutoSIPrefix(False)

    def set_words(self, words: _Words) -> None:
        """How a value is written."""
        self._words = words
        self.setTicks(None)
        self.picture = None
        self.update()

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """One a tick."""
        return [self._words(value) for value in values]
