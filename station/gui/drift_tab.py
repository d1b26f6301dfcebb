"""Whether parts still look as they did when the model was new."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLocale, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from station.drift import BASELINE_PARTS, BATCH_PARTS, LARGE_PSI, LARGE_SHIFT, MIN_BATCH, SOME_PSI, SOME_SHIFT, Drift, Level, Measure, Point, drift
from station.gui import theme, words
from station.gui.chart_words import moment
from station.gui.frames import new_card
from station.gui.page import Desk
from station.gui.work import Progress, Work
from station.store.scored import N_DAYS, first_parts, newest_parts, parts_by_day
from station.verdict import Judgement

_SHAPES = {Level.NONE: "o", Level.SOME: "t1", Level.LARGE: "d"}
_COLOURS = {Level.NONE: Judgement.OK, Level.SOME: Judgement.RETEST, Level.LARGE: Judgement.NG}
_MOST_TICKS = 7


class DriftTab(QWidget):
    """Two charts over the newest batches, and what to make of the newest one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._engine = desk.control.station.engine
        self._drift = Drift((), ())
        self._is_known = False
        self._problem = ""
        self._work = Work(self)
        self._work.progressed.connect(self._on_progress)
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self._work.cancelled.connect(self._on_cancelled)
        self._build()
        self._retranslate()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top = QHBoxLayout()
        self.by = QButtonGroup(self)
        self.by_parts_button, self.by_day_button = QPushButton(), QPushButton()
        for index, button in enumerate((self.by_parts_button, self.by_day_button)):
            button.setCheckable(True)
            button.setProperty("view", True)
            self.by.addButton(button, index)
            top.addWidget(button)
        self.by_parts_button.setChecked(True)
        self.by.idClicked.connect(self.refresh)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.cancel_button, self.refresh_button = QPushButton(), QPushButton()
        for button in (self.cancel_button, self.refresh_button):
            button.setProperty("view", True)
        self.cancel_button.clicked.connect(self._work.cancel)
        self.refresh_button.clicked.connect(self.refresh)
        top.addStretch(1)
        top.addWidget(self.bar, 1)
        top.addWidget(self.cancel_button)
        top.addWidget(self.refresh_button)
        column.addLayout(top)
        card = new_card()
        inside = QVBoxLayout(card)
        self.advice, self.figures, self.untold = QLabel(), QLabel(), QLabel()
        self.advice.setProperty("title", True)
        for label in (self.figures, self.untold):
            label.setProperty("quiet", True)
        for label in (self.advice, self.figures, self.untold):
            label.setWordWrap(True)
            inside.addWidget(label)
        column.addWidget(card)
        self.psi_plot, self.shift_plot = self._plot(), self._plot()
        column.addWidget(self.psi_plot, 1)
        column.addWidget(self.shift_plot, 1)
        column.addStretch(0)  # takes the room while there is nothing to plot
        self._show_busy(False)

    def _plot(self) -> pg.PlotWidget:
        plot = pg.PlotWidget()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.getAxis("left").setWidth(64)
        return plot

    # -- tab -------------------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """Shown: look once; later only when asked."""
        if not self._is_known and not self._work.is_busy:
            self.refresh()

    def left(self) -> None:
        """No longer shown."""
        self._work.cancel()

    def shut_down(self) -> None:
        """The window closes."""
        self._work.shut_down()

    @Slot()
    def refresh(self) -> None:
        """Read and compute again."""
        by_day = self.by.checkedId() == 1
        self._show_busy(True)
        self._work.start(lambda progress: self._look(by_day, progress))

    def _look(self, by_day: bool, progress: Progress) -> Drift:
        """Work."""
        progress(-1)
        if not by_day:
            stretches = newest_parts(self._engine)
            progress(0.6)
            return drift(stretches, lambda model, version: first_parts(self._engine, model, version))
        days = []
        for n, day in enumerate(parts_by_day(self._engine)):
            days.append(day)
            progress(min(0.9, 0.9 * n / N_DAYS))
        return drift(days, lambda model, version: first_parts(self._engine, model, version), batch_parts=None)

    # -- heard -----------------------------------------------------------------------------------------------------

    @Slot(float, str)
    def _on_progress(self, share: float, _text: str) -> None:
        self.bar.setRange(0, 1000 if share >= 0 else 0)
        self.bar.setValue(round(1000 * share))

    @Slot(object)
    def _on_done(self, found: Drift) -> None:
        self._drift, self._is_known, self._problem = found, True, ""
        self._show_busy(False)
        self._show()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._problem = message
        self._show_busy(False)
        self._show_words()

    @Slot()
    def _on_cancelled(self) -> None:
        self._show_busy(False)

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show_busy(self, is_busy: bool) -> None:
        for widget in (self.bar, self.cancel_button):
            widget.setVisible(is_busy)
        self.refresh_button.setVisible(not is_busy)

    def _show(self) -> None:
        self._show_words()
        self._draw(self.psi_plot, lambda point: point.psi, SOME_PSI, LARGE_PSI)
        self._draw(self.shift_plot, lambda point: point.shift, SOME_SHIFT, LARGE_SHIFT)

    def _show_words(self) -> None:
        newest = self._drift.points[-1] if self._drift.points else None
        self.advice.setText(self._problem or self._advice(newest))
        self.figures.setText("" if newest is None or self._problem else self._figures(newest))
        untold = [*self._drift.untold]
        self.untold.setText("; ".join(untold))
        self.untold.setVisible(bool(untold))
        for plot in (self.psi_plot, self.shift_plot):
            plot.setVisible(bool(self._drift.points))

    def _advice(self, newest: Point | None) -> str:
        if not self._is_known:
            return self.tr("The records are being read.")
        if newest is None:
            text = self.tr("Too few parts yet: the first {0} parts of a model version are what later ones are compared with, {1} at least at a time.")
            return text.format(BASELINE_PARTS, MIN_BATCH)
        shift = Level.NONE if newest.shift is None else newest.shift.level
        if newest.level is Level.NONE:
            return self.tr("No drift: the newest parts score and look as the first ones of this model version did.")
        if newest.level is Level.SOME:
            return self.tr("Some drift. Look at the lens, the light and the fixture, and run the challenge parts; then look again.")
        if shift is Level.LARGE and newest.psi.level is Level.LARGE:
            return self.tr(
                "Large drift: good parts look different and score differently. Clean the lens, check light, focus and fixture, and run the "
                "challenge parts before you trust the verdicts. If the parts themselves are new, teach a new version."
            )
        if shift is Level.LARGE:
            return self.tr(
                "Large drift of the picture: parts judged OK look different, though their scores hardly do. Check light, focus and fixture; "
                "a defect may be judged differently now."
            )
        return self.tr(
            "Large drift of the scores, while good parts look as before. More defects, or another mix of parts? Review some of the newest "
            "parts before you move a threshold."
        )

    def _figures(self, newest: Point) -> str:
        locale = QLocale()

        def measure(name: str, value: Measure) -> str:
            text = self.tr("{0} {1} ({2}; by chance up to {3})")
            return text.format(name, locale.toString(value.value, "f", 2), self._level_word(value.level), locale.toString(value.by_chance, "f", 2))

        when = moment(newest.end)
        texts = [self.tr("Newest {0} parts, until {1}, {2} version {3}").format(newest.n_parts, when, newest.model, newest.version)]
        texts.append(measure(self.tr("PSI of the scores"), newest.psi))
        if newest.shift is None:
            texts.append(self.tr("shift of the picture: too few OK parts to tell"))
        else:
            texts.append(measure(self.tr("shift of the picture"), newest.shift))
        return " · ".join(texts)

    def _level_word(self, level: Level) -> str:
        return {Level.NONE: self.tr("none"), Level.SOME: self.tr("some"), Level.LARGE: self.tr("large")}[level]

    def _draw(self, plot: pg.PlotWidget, pick: Callable[[Point], Measure | None], some: float, large: float) -> None:
        colours = theme.colours()
        quiet = QColor(colours.quiet)
        plot.clear()
        plot.setBackground(colours.card)
        for name in ("left", "bottom"):
            plot.getAxis(name).setPen(quiet)
            plot.getAxis(name).setTextPen(quiet)
        points = self._drift.points
        shown = [(x, measure) for x, point in enumerate(points) if (measure := pick(point)) is not None]
        top = 1.25 * max([large, *(max(measure.value, measure.by_chance) for _, measure in shown)])
        for limit, level in ((some, Level.SOME), (large, Level.LARGE)):
            colour = colours.figure[_COLOURS[level]]
            place = 0.02 if level is Level.LARGE else 0.12  # side by side: the lines may lie close together
            label = {"position": place, "color": colour, "anchors": [(0, 1), (0, 1)]}
            pen = pg.mkPen(colour, style=Qt.PenStyle.DashLine)
            plot.addItem(pg.InfiniteLine(limit, 0, pen, label=self._level_word(level), labelOpts=label))
        for x in range(1, len(points)):
            before, after = points[x - 1], points[x]
            if (before.model, before.version) != (after.model, after.version):
                label = {"position": 0.93, "color": colours.accent, "anchors": [(0, 0.5), (0, 0.5)]}
                text = self.tr("version {0}").format(after.version) if before.model == after.model else f"{after.model} {after.version}"
                plot.addItem(pg.InfiniteLine(x - 0.5, 90, pg.mkPen(colours.accent, width=1.5), label=text, labelOpts=label))
        plot.plot([x for x, _ in shown], [m.by_chance for _, m in shown], pen=pg.mkPen(quiet, style=Qt.PenStyle.DotLine))
        plot.plot([x for x, _ in shown], [m.value for _, m in shown], pen=pg.mkPen(quiet))
        for level in Level:
            of_level = [(x, m.value) for x, m in shown if m.level is level]
            brush = colours.figure[_COLOURS[level]]
            spots = pg.ScatterPlotItem(
                [x for x, _ in of_level], [y for _, y in of_level], symbol=_SHAPES[level], size=11, brush=brush, pen=pg.mkPen(colours.card)
            )
            plot.addItem(spots)
        plot.setXRange(-0.5, max(1, len(points)) - 0.5, padding=0.01)
        plot.setYRange(0, top, padding=0)
        plot.getAxis("bottom").setTicks([self._ticks()])

    def _ticks(self) -> list[tuple[int, str]]:
        points = self._drift.points
        word = words.day_word if self.by.checkedId() == 1 else moment
        return [(x, word(points[x].end)) for x in range(0, len(points), max(1, -(-len(points) // _MOST_TICKS)))]

    # -- words -----------------------------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.by_parts_button.setText(self.tr("By {0} parts").format(BATCH_PARTS))
        self.by_day_button.setText(self.tr("By day"))
        self.refresh_button.setText(self.tr("Look again"))
        self.cancel_button.setText(self.tr("Cancel"))
        self.psi_plot.setLabel("left", self.tr("PSI of the scores"))
        self.shift_plot.setLabel("left", self.tr("shift of the picture"))
        tip = self.tr(
            "Each point is a batch of parts against the first {0} of its model version. Dotted: what chance alone does in 19 of 20 batches."
        )
        for plot in (self.psi_plot, self.shift_plot):
            plot.setToolTip(tip.format(BASELINE_PARTS))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Another language, or another theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.StyleChange:
            self._show()
        super().changeEvent(event)
