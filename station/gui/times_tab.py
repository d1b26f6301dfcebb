"""How fast and how full the line is, and what it takes of the computer."""

from __future__ import annotations

import shutil
import time

import psutil
from PySide6.QtCore import QEvent, QLocale, Qt, QTimer, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from station.gui.frames import new_card
from station.gui.page import Desk
from station.gui.stage_times import StageTimes
from station.line import MAX_UNJUDGED, MAX_UNWRITTEN
from station.stages import N_PARTS

_PERIOD_MS = 1000
_SIZES = QLocale.DataSizeFormat.DataSizeSIFormat  # 1 GB = 10^9 bytes, as in config.toml
_FIGURES = ("unjudged", "unwritten", "refused", "memory", "processor", "threads", "disk", "provider", "model", "uptime")


class TimesTab(QWidget):
    """Stage times of the last parts, and figures that are brought up to date once a second while the tab is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._control = desk.control
        self._process = psutil.Process()
        self._begun_s = time.monotonic()
        self.times = StageTimes(desk.control, self)
        self.figures: dict[str, QLabel] = {}
        self._names: dict[str, QLabel] = {}
        self._build()
        self._retranslate()
        self._ticks = QTimer(self)
        self._ticks.setInterval(_PERIOD_MS)
        self._ticks.timeout.connect(self.refresh)

    def opened(self) -> None:
        """Shown: follow the line."""
        self._process.cpu_percent()  # from here on
        self.refresh()
        self._ticks.start()

    def left(self) -> None:
        """No longer shown."""
        self._ticks.stop()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        left = new_card()
        column = QVBoxLayout(left)
        self.title = QLabel()
        self.title.setProperty("title", True)
        self.note = QLabel()
        self.note.setProperty("quiet", True)
        self.note.setWordWrap(True)
        self.table = QTableWidget(0, 6)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.verticalHeader().hide()
        self.table.setStyleSheet("QTableWidget::item { padding: 4px; }")
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.empty = QLabel()
        self.empty.setProperty("quiet", True)
        for widget in (self.title, self.empty):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)
        row.addWidget(left, 62)
        right = new_card()
        outer = QVBoxLayout(right)
        self.now_title = QLabel()
        self.now_title.setProperty("title", True)
        outer.addWidget(self.now_title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        for index, name in enumerate(_FIGURES):
            self._names[name], self.figures[name] = QLabel(), QLabel()
            self._names[name].setProperty("quiet", True)
            self.figures[name].setWordWrap(True)
            grid.addWidget(self._names[name], index, 0)
            grid.addWidget(self.figures[name], index, 1)
        outer.addLayout(grid)
        outer.addStretch(1)
        row.addWidget(right, 38)

    @Slot()
    def refresh(self) -> None:
        """Everything as it is now."""
        self._show_stages()
        self._show_line()
        self._show_process()

    def _show_stages(self) -> None:
        lines = self.times.ring.lines()
        self.empty.setVisible(not lines)
        self.table.setVisible(bool(lines))
        self.table.setRowCount(len(lines))
        locale = QLocale()
        words = self._stage_words()
        for row, line in enumerate(lines):
            numbers = [locale.toString(value, "f", 1) for value in (line.p50, line.p95, line.p99, line.worst)]
            for column, text in enumerate((words[line.stage], *numbers, locale.toString(line.n_parts))):
                item = self.table.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft))
                    self.table.setItem(row, column, item)
                item.setText(text)

    def _show_line(self) -> None:
        load, judge = self._control.load, self._control.judge
        stopped = self.tr("the line is stopped")
        of = self.tr("{0} (at most {1})")
        self.figures["unjudged"].setText(stopped if load is None else of.format(load.unjudged, MAX_UNJUDGED))
        self.figures["unwritten"].setText(stopped if load is None else of.format(load.unwritten, MAX_UNWRITTEN))
        self.figures["refused"].setText(stopped if load is None else QLocale().toString(load.refused))
        self.figures["provider"].setText(stopped if judge is None else judge.provider)
        self.figures["model"].setText(stopped if judge is None else self.tr("{0} version {1}").format(judge.model, judge.model_version))

    def _show_process(self) -> None:
        locale = QLocale()
        with self._process.oneshot():
            memory, processor, threads = self._process.memory_info().rss, self._process.cpu_percent(), self._process.num_threads()
        self.figures["memory"].setText(locale.formattedDataSize(memory, 2, _SIZES))
        cores = psutil.cpu_count() or 1
        self.figures["processor"].setText(self.tr("{0} % of {1} cores").format(locale.toString(processor / cores, "f", 0), cores))
        self.figures["threads"].setText(locale.toString(threads))
        disk = shutil.disk_usage(self._control.station.data)
        free, total = (locale.formattedDataSize(size, 2, _SIZES) for size in (disk.free, disk.total))
        self.figures["disk"].setText(self.tr("{0} of {1}").format(free, total))
        minutes = int(time.monotonic() - self._begun_s) // 60
        self.figures["uptime"].setText(self.tr("{0} h {1} min").format(minutes // 60, minutes % 60))

    # -- words -----------------------------------------------------------------------------------------------------

    def _stage_words(self) -> dict[str, str]:
        return {
            "wait": self.tr("Trigger → camera"),
            "capture": self.tr("Picture taken"),
            "check": self.tr("Picture checked"),
            "align": self.tr("· aligned, all views"),
            "thumbnail": self.tr("· regions averaged, all views"),
            "nsoartc": self.tr("· NSOARTC vectors"),
            "vector": self.tr("Aligned, vectors computed"),
            "score": self.tr("Scored"),
            "judge": self.tr("Judging, as a whole"),
            "encode": self.tr("Pictures written, meanwhile"),
            "code": self.tr("Code read from the picture"),
            "pictures": self.tr("· waited for the pictures"),
            "commit": self.tr("· rows committed"),
            "record": self.tr("Recorded on disk"),
            "recorded": self.tr("Trigger → recorded, as a whole"),
            "show": self.tr("Record → window"),
            "whole": self.tr("Trigger → window, as a whole"),
        }

    def _retranslate(self) -> None:
        self.title.setText(self.tr("Times of the last {0} parts [ms]").format(QLocale().toString(N_PARTS)))
        self.note.setText(self.tr("Half of the parts took no longer than p50, 95 of 100 no longer than p95. Counted since the program was started."))
        self.empty.setText(self.tr("No part has been judged since the program was started."))
        self.table.setHorizontalHeaderLabels([self.tr("Stage"), self.tr("p50"), self.tr("p95"), self.tr("p99"), self.tr("worst"), self.tr("parts")])
        for column in range(1, self.table.columnCount()):
            if (item := self.table.horizontalHeaderItem(column)) is not None:
                item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        self.now_title.setText(self.tr("Now"))
        names = {
            "unjudged": self.tr("Parts waiting for a verdict"),
            "unwritten": self.tr("Verdicts waiting for the disk"),
            "refused": self.tr("Triggers refused in this run"),
            "memory": self.tr("Memory of this program"),
            "processor": self.tr("Processor use"),
            "threads": self.tr("Threads"),
            "disk": self.tr("Free on the records' disk"),
            "provider": self.tr("Model runs on"),
            "model": self.tr("Model"),
            "uptime": self.tr("Program runs for"),
        }
        for name, label in self._names.items():
            label.setText(names[name])
        if self.isVisible():
            self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
