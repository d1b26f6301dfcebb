"""QA's charts: what goes wrong where, whether the line drifts, how far the verdicts can be trusted."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from station.access import Role
from station.chart_set import ChartSet, Choice, draw_up
from station.gui import chart_words as say
from station.gui import theme, words
from station.gui.chart_card import ChartCard
from station.gui.export_dialog import ExportDialog
from station.gui.frames import new_card
from station.gui.page import Desk, Page
from station.gui.plots import EwmaPlot, HistogramPlot, ParetoPlot, PPlot, draw
from station.gui.work import Progress, Work
from station.shifts import day_start, shift_name, shift_start
from station.shot import now
from station.store import search
from station.verdict import Judgement

_REDRAW_MS = 80
_BUSY_AFTER_MS = 200  # counting that is over sooner is not worth a bar that comes and goes, and the page laid out twice
_PERIODS = ("today", "shift", "lot", "7 days", "30 days", "all")
_SUBGROUPS = ((0, False), (0, True), (50, False), (100, False), (500, False), (2000, False))  # parts, by hour


class ChartsPage(Page):
    """Pareto, p-chart, histogram, EWMA; shifts and lots; two sentences on trust."""

    role = Role.QA
    parts_wanted = Signal(object)  # PartFilter: the parts behind a bar or a point

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._station = desk.control.station
        self._drawn: ChartSet | None = None
        self._scale = 1.0
        self._problem = ""
        self._models: list[tuple[str, str]] = []
        self._work = Work(self)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_REDRAW_MS)
        self._busy = QTimer(self)
        self._busy.setSingleShot(True)
        self._busy.setInterval(_BUSY_AFTER_MS)
        self._undrawn: list[ChartCard | QTableWidget] = []
        self._step = QTimer(self)  # one chart a turn of the event loop, so that no repaint is late
        self._build()
        self._wire()
        self._retranslate()

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        column.addWidget(self._header())
        body = QHBoxLayout()
        body.setSpacing(8)
        grid = QGridLayout()
        grid.setSpacing(8)
        self.pareto = ChartCard(ParetoPlot(), 2)
        self.pareto.buttons[0].setChecked(True)
        self.p_chart, self.histogram, self.ewma = ChartCard(PPlot()), ChartCard(HistogramPlot(), 1), ChartCard(EwmaPlot())
        self.cards = (self.pareto, self.p_chart, self.histogram, self.ewma)
        for place, card in enumerate(self.cards):
            grid.addWidget(card, place // 2, place % 2)
        for k in range(2):
            grid.setColumnStretch(k, 1)
            grid.setRowStretch(k, 1)
        body.addLayout(grid, 69)
        body.addWidget(self._side(), 31)
        column.addLayout(body, 1)

    def _header(self) -> QFrame:
        header = new_card()
        column = QVBoxLayout(header)
        column.setContentsMargins(12, 7, 12, 6)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.period_label, self.model_label, self.subgroup_label = QLabel(), QLabel(), QLabel()
        self.period, self.model, self.subgroup = QComboBox(), QComboBox(), QComboBox()
        for label, box in ((self.period_label, self.period), (self.model_label, self.model), (self.subgroup_label, self.subgroup)):
            label.setProperty("quiet", True)
            label.setBuddy(box)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            row.addWidget(label)
            row.addWidget(box)
        row.addStretch(1)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.cancel_button, self.refresh_button, self.export_button = QPushButton(), QPushButton(), QPushButton()
        self.export_button.setProperty("primary", True)
        for widget in (self.bar, self.cancel_button, self.refresh_button, self.export_button):
            row.addWidget(widget)
        self.bar.hide()
        self.cancel_button.hide()
        column.addLayout(row)
        self.counts = QLabel()
        self.counts.setWordWrap(True)
        column.addWidget(self.counts)
        return header

    def _side(self) -> QFrame:
        side = new_card()
        column = QVBoxLayout(side)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(6)
        self.trust_title, self.escapes, self.agreement, self.shifts_title, self.no_shifts = (QLabel() for _ in range(5))
        for label in (self.escapes, self.agreement, self.no_shifts):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.no_shifts.setProperty("quiet", True)
        self.no_shifts.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table = QTableWidget(0, 5)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        for widget in (self.trust_title, self.escapes, self.agreement, self.shifts_title):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addWidget(self.no_shifts, 1)
        return side

    def _wire(self) -> None:
        self._work.progressed.connect(self._on_progress)
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self._work.cancelled.connect(self._on_cancelled)
        self._redraw.timeout.connect(self._draw)
        self._busy.timeout.connect(self._show_busy)
        self._step.timeout.connect(self._draw_next)
        self.cancel_button.clicked.connect(self._work.cancel)
        self.refresh_button.clicked.connect(self.refresh)
        self.export_button.clicked.connect(self._export)
        for box in (self.period, self.model, self.subgroup):
            box.activated.connect(self.refresh)
        for card in self.cards:
            card.plot.wanted.connect(self.parts_wanted)
        for index, button in enumerate(self.pareto.buttons):
            button.setAutoExclusive(True)
            button.toggled.connect(self._redraw.start)
            button.setObjectName(("by-mode", "by-position")[index])
        self.histogram.buttons[0].toggled.connect(self._redraw.start)

    # -- asked -----------------------------------------------------------------------------------------------------

    @property
    def choice(self) -> Choice:
        """What is chosen above."""
        model, version = self.model.currentData() or ("", "")
        size, by_hour = _SUBGROUPS[max(0, self.subgroup.currentIndex())]
        lot = self.desk.control.lot.code if self._period == "lot" else None
        return Choice(self._since(), None, lot, model, version, by_hour, size)

    @property
    def _period(self) -> str:
        return _PERIODS[max(0, self.period.currentIndex())]

    def _since(self) -> datetime | None:
        days = {"today": 0, "7 days": 6, "30 days": 29}
        if self._period in days:
            return day_start(now().astimezone().date() - timedelta(days=days[self._period]))
        return shift_start(now(), self._station.config.station.shifts) if self._period == "shift" else None

    @Slot()
    def refresh(self) -> None:
        """Count again."""
        choice, engine, shifts = self.choice, self._station.engine, self._station.config.station.shifts

        def count(progress: Progress) -> tuple[ChartSet, list[tuple[str, str]]]:
            models = list(search.choices(engine).models)
            return draw_up(engine, choice, shifts, progress), models

        self._problem = ""
        self._work.start(count)
        self._busy.start()
        if self._drawn is None:
            for card in self.cards:
                card.show_words(self._not_drawn())

    @Slot()
    def _export(self) -> None:
        dialog = ExportDialog(self.desk, self.choice.parts(), self)
        dialog.exec()
        dialog.deleteLater()

    # -- heard -----------------------------------------------------------------------------------------------------

    @Slot(float, str)
    def _on_progress(self, share: float, _text: str) -> None:
        self.bar.setValue(round(1000 * share))

    @Slot(object)
    def _on_done(self, counted: tuple[ChartSet, list[tuple[str, str]]]) -> None:
        self._drawn, self._models = counted
        self._show_idle()
        self._list_models()
        self._draw()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._problem = message
        self._show_idle()
        self._draw()

    @Slot()
    def _on_cancelled(self) -> None:
        self._show_idle()
        self._draw()

    # -- showing ---------------------------------------------------------------------------------------------------

    @Slot()
    def _show_busy(self) -> None:
        self.bar.setValue(0)
        self._mark_busy(True)

    def _show_idle(self) -> None:
        self._busy.stop()
        if not self.bar.isHidden():
            self._mark_busy(False)

    def _mark_busy(self, is_busy: bool) -> None:
        self.bar.setVisible(is_busy)
        self.cancel_button.setVisible(is_busy)
        self.refresh_button.setVisible(not is_busy)

    def _not_drawn(self) -> str:
        return self.tr("Counting…") if self._work.is_busy else self.tr("Not counted. Press Refresh.")

    @Slot()
    def _draw(self) -> None:
        """Everything, in the colours, the language and at the size of now."""
        self._redraw.stop()
        self._undrawn = []
        self._mark_problem()
        self.export_button.setEnabled(self._drawn is not None and any(self._drawn.n.values()))
        self.export_button.setToolTip("" if self.export_button.isEnabled() else self.tr("There is no part to export in this choice."))
        if self._drawn is None:
            for card in self.cards:
                card.show_words(self._not_drawn())
            self._show_shifts(None)
            return
        self.escapes.setText(say.escapes(self._drawn.escapes))
        self.agreement.setText(say.agreement(self._drawn.agreement))
        self._undrawn = [*self.cards, self.table]
        self._step.start(0)

    @Slot()
    def _draw_next(self) -> None:
        if self._drawn is None or not self._undrawn:
            self._step.stop()
            return
        part = self._undrawn.pop(0)
        if not isinstance(part, ChartCard):
            self._show_shifts(self._drawn)
            return
        text, marks, empty = self._in_words(part, self._drawn)
        was_shown = part.shows_plot
        part.show_plot(text, marks)  # first: what fits beside its axes depends on the room that it has then
        if not was_shown:
            self._undrawn.insert(0, part)  # drawn in a turn of its own
            return
        if not draw(self._drawn, part.plot, theme.colours(), self._scale, by_position=self.pareto.buttons[1].isChecked(), is_log=self._is_log):
            part.show_words(empty if any(self._drawn.n.values()) else self.tr("No part was recorded in this period."))

    def _in_words(self, card: ChartCard, drawn: ChartSet) -> tuple[str, str, str]:
        """What a chart says, what its marks are, and what stands there without it."""
        if card is self.pareto:
            return say.ng(drawn.ng), "", self.tr("No NG part in this period.")
        if card is self.p_chart:
            p = drawn.p
            return (say.p_chart(p), say.marks(p.marks), "") if p else ("", "", self.tr("No part with a verdict in this period."))
        if card is self.histogram:
            histogram = drawn.histogram
            return (say.histogram(histogram), "", "") if histogram else ("", "", self.tr("No part with a score in this period."))
        ewma = drawn.ewma
        return (say.ewma(ewma), say.marks(ewma.marks), "") if ewma else ("", "", self.tr("No OK part with a score in this period."))

    @property
    def _is_log(self) -> bool:
        return self.histogram.buttons[0].isChecked()

    def _mark_problem(self) -> None:
        text = self.tr("The parts could not be counted: {0}").format(self._problem) if self._problem else ""
        if not text and self._drawn is not None:
            text = say.counts(self._drawn)
        self.counts.setText(text)
        self.counts.setProperty("error", bool(self._problem))
        self.counts.style().polish(self.counts)

    def _show_shifts(self, drawn: ChartSet | None) -> None:
        lines = drawn.shifts if drawn is not None else []
        starts = self._station.config.station.shifts
        self.table.setVisible(bool(lines))
        self.no_shifts.setVisible(not lines)
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            judged = sum(n for judgement, n in line.n.items() if judgement is not Judgement.HOLD)
            cells = (
                f"{words.day_word(line.start)} {line.start.astimezone():%H:%M}",
                line.lot or self.tr("(none)"),
                say.number(sum(line.n.values())),
                say.percent(line.n[Judgement.OK] / judged) if judged else "–",
                say.number(line.n[Judgement.NG]),
            )
            every = " · ".join(f"{words.judgement_word(j)} {say.number(n)}" for j, n in line.n.items())
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(f"{words.day_word(line.start)} {shift_name(line.start, starts)} · {cells[1]}\n{every}")
                if column > 1:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)  # after that: else it would not stretch

    def _list_models(self) -> None:
        """Offer what has judged parts; what is chosen stays chosen."""
        chosen = self.model.currentData()
        self.model.clear()
        self.model.addItem(self.tr("all"), None)
        for name, version in reversed(self._models):
            self.model.addItem(self.tr("{0} version {1}").format(name, version), (name, version))
        index = next((i for i in range(self.model.count()) if self.model.itemData(i) == chosen), 0)
        self.model.setCurrentIndex(index)

    def _retranslate(self) -> None:
        self.period_label.setText(self.tr("&Period"))
        self.model_label.setText(self.tr("&Model"))
        self.subgroup_label.setText(self.tr("&Subgroups"))
        periods = (self.tr("today"), self.tr("this shift"), self.tr("this lot"), self.tr("7 days"), self.tr("30 days"), self.tr("all"))
        sizes = [self.tr("{0} parts").format(say.number(size)) for size, _ in _SUBGROUPS[2:]]
        for box, texts in ((self.period, periods), (self.subgroup, (self.tr("automatic"), self.tr("by the hour"), *sizes))):
            chosen = max(0, box.currentIndex())
            box.clear()
            box.addItems(texts)
            box.setCurrentIndex(chosen)
        self._list_models()
        self.cancel_button.setText(self.tr("Cancel"))
        self.refresh_button.setText(self.tr("Refresh"))
        self.export_button.setText(self.tr("Export…"))
        self.pareto.title.setText(self.tr("NG parts"))
        self.pareto.buttons[0].setText(self.tr("by mode"))
        self.pareto.buttons[1].setText(self.tr("by position"))
        self.p_chart.title.setText(self.tr("Share of NG (p-chart)"))
        self.histogram.title.setText(self.tr("Scores: ■ not reviewed ▨ OK ▩ NG"))
        self.histogram.buttons[0].setText(self.tr("log"))
        self.histogram.buttons[0].setToolTip(self.tr("Logarithmic axis of counts, so that single parts can be seen"))
        self.ewma.title.setText(self.tr("Scores of OK parts (EWMA, λ = {0})").format(say.number(0.2, 1)))
        for card in self.cards:
            card.plot.setAccessibleName(card.title.text())
            card.plot.setToolTip(self.tr("A click on a bar or point, or arrow keys and Enter, lists its parts"))
        self.trust_title.setText(self.tr("Can the verdicts be trusted?"))
        self.shifts_title.setText(self.tr("Shifts and lots"))
        self.no_shifts.setText(self.tr("No part was recorded in this period."))
        self.table.setHorizontalHeaderLabels([self.tr("Shift from"), self.tr("Lot"), self.tr("Parts"), self.tr("Yield"), self.tr("NG")])
        self._draw()

    # -- page ------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name in the navigation."""
        return self.tr("Charts")

    def opened(self) -> None:
        """Count what has been recorded meanwhile."""
        self.refresh()

    def left(self) -> None:
        """Nobody looks."""
        self._work.cancel()

    def shut_down(self) -> None:
        """The window is closing."""
        for timer in (self._redraw, self._step, self._busy):
            timer.stop()
        self._work.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        """Another language, another theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.StyleChange and hasattr(self, "cards"):
            self._redraw.start()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What fits beside a bar or below an axis depends on the width; a banner that comes and goes changes the height alone."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._redraw.start()

    def set_scale(self, scale: float) -> None:
        """Texts in the charts are drawn, so no style sheet reaches them."""
        self._scale = scale
        self.bar.setFixedWidth(round(150 * scale))
        self.table.verticalHeader().setDefaultSectionSize(round(26 * scale))
        self.table.setStyleSheet(
            f"* {{ font-size: {max(1, round(13 * scale))}px; }} QHeaderView::section {{ padding: {max(1, round(3 * scale))}px; }}"
        )
        self._redraw.start()
