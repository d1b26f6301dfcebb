"""What was done at the station, by whom: the chained events, to be read, verified and taken along."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QDate, QEvent, QLocale, Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from station.access import Role
from station.gui import words
from station.gui.frames import new_card
from station.gui.page import Desk, Page
from station.gui.work import Progress, Work
from station.shifts import day_start
from station.store.events import Chain, EventFilter, EventLine, check_chain, event_actors, event_count, event_kinds, event_page, write_events

PAGE_ROWS = 100
_ALL, _TODAY, _WEEK, _MONTH, _CHOSEN = range(5)


class EventsPage(Page):
    """Newest first, a page at a time."""

    role = Role.QA

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._engine = desk.control.station.engine
        self._befores: list[int | None] = [None]  # where each page from the newest to the wanted one begins
        self._shown_befores: list[int | None] = [None]  # the same of the one that is shown
        self._events: list[EventLine] = []
        self._n_found = 0
        self._has_older = False
        self._reading, self._long = Work(self), Work(self)
        self._reading.done.connect(self._on_read)
        self._reading.failed.connect(self._on_read_failed)
        self._long.progressed.connect(self._on_progress)
        self._long.done.connect(self._on_long_done)
        self._long.failed.connect(self._on_long_failed)
        self._long.cancelled.connect(self._on_long_cancelled)
        self._build()
        self._retranslate()

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        column.addLayout(self._filters())
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._list())
        split.addWidget(self._details())
        split.setStretchFactor(0, 7)
        split.setStretchFactor(1, 3)
        split.setSizes([900, 400])
        column.addWidget(split, 1)
        column.addLayout(self._footer())
        self._show_busy(False)

    def _filters(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.kind_box, self.actor_box, self.time_box = QComboBox(), QComboBox(), QComboBox()
        self.since_edit, self.until_edit = QDateEdit(QDate.currentDate()), QDateEdit(QDate.currentDate())
        for box in (self.kind_box, self.actor_box):
            box.addItem("", "")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.time_box.addItems([""] * 5)
        for edit in (self.since_edit, self.until_edit):
            edit.setCalendarPopup(True)
            edit.dateChanged.connect(self._read_newest)
        for box in (self.kind_box, self.actor_box, self.time_box):
            box.activated.connect(self._read_newest)
        for widget in (self.kind_box, self.actor_box, self.time_box, self.since_edit, self.until_edit):
            row.addWidget(widget)
        row.addStretch(1)
        self.range = QLabel()
        self.range.setProperty("quiet", True)
        row.addWidget(self.range)
        self.newer_button, self.older_button = QPushButton(), QPushButton()
        self.newer_button.clicked.connect(self._newer)
        self.older_button.clicked.connect(self._older)
        row.addWidget(self.newer_button)
        row.addWidget(self.older_button)
        return row

    def _list(self) -> QWidget:
        holder = new_card()
        column = QVBoxLayout(holder)
        self.table = QTableWidget(0, 4)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.setStyleSheet("QTableWidget::item { padding: 4px; }")
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._show_details)
        self.empty = QLabel()
        self.empty.setProperty("quiet", True)
        column.addWidget(self.empty)
        column.addWidget(self.table, 1)
        return holder

    def _details(self) -> QWidget:
        card = new_card()
        column = QVBoxLayout(card)
        self.details_title, self.details = QLabel(), QLabel()
        self.details_title.setProperty("title", True)
        self.details.setWordWrap(True)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.details_title)
        column.addWidget(self.details, 1)
        return card

    def _footer(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.cancel_button, self.export_button, self.verify_button = QPushButton(), QPushButton(), QPushButton()
        self.verify_button.setProperty("primary", True)
        self.cancel_button.clicked.connect(self._long.cancel)
        self.export_button.clicked.connect(self._export)
        self.verify_button.clicked.connect(self._verify)
        row.addWidget(self.sentence, 1)
        for widget in (self.bar, self.cancel_button, self.export_button, self.verify_button):
            row.addWidget(widget)
        return row

    # -- page ------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name in the navigation."""
        return self.tr("Events")

    def opened(self) -> None:
        """The page is shown: what has happened since comes first."""
        self._read_newest()

    def left(self) -> None:
        """Another page is shown."""
        self._long.cancel()

    def shut_down(self) -> None:
        """The window closes."""
        self._reading.shut_down()
        self._long.shut_down()

    # -- reading ---------------------------------------------------------------------------------------------------

    @property
    def wanted(self) -> EventFilter:
        """The filter as it is set."""
        since, until = self._period()
        return EventFilter(str(self.kind_box.currentData() or ""), str(self.actor_box.currentData() or ""), since, until)

    def _period(self) -> tuple[datetime | None, datetime | None]:
        """Local days, as times with their zone."""
        today = date.today()
        choice = self.time_box.currentIndex()
        if choice in (-1, _ALL):
            return None, None
        if choice != _CHOSEN:
            return day_start(today - timedelta(days={_TODAY: 0, _WEEK: 6, _MONTH: 29}[choice])), None
        first, last = (date(day.year(), day.month(), day.day()) for day in (self.since_edit.date(), self.until_edit.date()))
        return day_start(first), day_start(last + timedelta(days=1))

    @Slot()
    def _read_newest(self) -> None:
        is_chosen = self.time_box.currentIndex() == _CHOSEN
        self.since_edit.setVisible(is_chosen)
        self.until_edit.setVisible(is_chosen)
        self._befores = [None]
        self._read()

    @Slot()
    def _older(self) -> None:
        self._befores.append(self._events[-1].id)
        self._read()

    @Slot()
    def _newer(self) -> None:
        self._befores.pop()
        self._read()

    def _read(self) -> None:
        wanted, before, engine = self.wanted, self._befores[-1], self._engine
        self.older_button.setEnabled(False)
        self.newer_button.setEnabled(False)

        def read(_: Progress) -> tuple[list[EventLine], int, list[str], list[str]]:
            return event_page(engine, PAGE_ROWS + 1, wanted, before), event_count(engine, wanted), event_kinds(engine), event_actors(engine)

        self._reading.start(read)

    @Slot(object)
    def _on_read(self, found: tuple[list[EventLine], int, list[str], list[str]]) -> None:
        events, self._n_found, kinds, actors = found
        self._has_older = len(events) > PAGE_ROWS
        self._events = events[:PAGE_ROWS]
        self._shown_befores = list(self._befores)
        _fill(self.kind_box, [(kind, words.event_word(kind)) for kind in kinds])
        _fill(self.actor_box, [(actor, actor) for actor in actors])
        self._show()

    @Slot(str)
    def _on_read_failed(self, message: str) -> None:
        self._befores = list(self._shown_befores)
        self._say(message, is_wrong=True)
        self._show()  # what is there, with its buttons

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self.table.setRowCount(len(self._events))
        for row, event in enumerate(self._events):
            for column, text in enumerate((words.moment(event.at), words.event_word(event.kind), event.actor, event.words)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.empty.setVisible(not self._events)
        self.table.setVisible(bool(self._events))
        if self._events:
            self.table.scrollToTop()
            self.table.selectRow(0)
        self._show_details()
        n_before = PAGE_ROWS * (len(self._befores) - 1)
        locale = QLocale()
        if self._events:
            text = self.tr("Events {0} to {1} of {2}")
            numbers = (n_before + 1, n_before + len(self._events), self._n_found)
            self.range.setText(text.format(*(locale.toString(number) for number in numbers)))
        else:
            self.range.setText("")
        self.older_button.setEnabled(self._has_older)
        self.older_button.setToolTip("" if self._has_older else self.tr("There are no older ones"))
        self.newer_button.setEnabled(len(self._befores) > 1)
        self.newer_button.setToolTip("" if len(self._befores) > 1 else self.tr("These are the newest"))

    @Slot()
    def _show_details(self) -> None:
        row = self.table.currentRow()
        event = self._events[row] if self.table.selectedItems() and row < len(self._events) else None
        if event is None:
            self.details_title.setText("")
            self.details.setText("")
            return
        self.details_title.setText(self.tr("Event {0} · {1}").format(event.id, words.event_word(event.kind)))
        at = event.at.astimezone()
        lines = [
            self.tr("When: {0}").format(at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + at.strftime(" %z")),
            self.tr("Who: {0}").format(event.actor or self.tr("nobody had signed in")),
            "",
            *event.lines,
            "",
            self.tr("Hash: {0}").format(_spaced(event.hash)),
            self.tr("Hash of the one before: {0}").format(_spaced(event.previous_hash) or "–"),
        ]
        if not event.is_whole:
            lines.insert(0, self.tr("This event was changed after it was written: it no longer gives its own hash.") + "\n")
        self.details.setText("\n".join(lines))

    @Slot(str)
    def _say(self, sentence: str, is_wrong: bool = False) -> None:
        self.sentence.setText(sentence)
        self.sentence.setProperty("error", is_wrong)
        self.sentence.style().polish(self.sentence)

    # -- verify and export -----------------------------------------------------------------------------------------

    @Slot()
    def _verify(self) -> None:
        self._show_busy(True)
        self._say(self.tr("Every hash is computed again…"))
        self._long.start(lambda progress: check_chain(self._engine, tell=progress))

    @Slot()
    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export the events that are filtered"), "events.csv", self.tr("CSV (*.csv)"))
        if name:
            self.export_to(Path(name))

    def export_to(self, file: Path) -> None:
        """Write the filtered events into a file, off the GUI thread."""
        wanted = self.wanted
        self._show_busy(True)
        self._say(self.tr("The events are being written…"))
        self._long.start(lambda progress: (file, write_events(self._engine, file, wanted, progress)))

    @Slot(float, str)
    def _on_progress(self, share: float, _text: str) -> None:
        self.bar.setValue(round(1000 * share))

    @Slot(object)
    def _on_long_done(self, outcome: Chain | tuple[Path, int]) -> None:
        self._show_busy(False)
        locale = QLocale()
        if isinstance(outcome, tuple):
            file, n = outcome
            self._say(self.tr("{0} events in {1}").format(locale.toString(n), file))
        elif outcome.first_broken is None:
            hash_word = _spaced(outcome.last_hash) or "–"
            self._say(self.tr("✓ {0} events, unbroken. Hash of the last one: {1}").format(locale.toString(outcome.n_events), hash_word))
        else:
            text = self.tr("✗ Event {0} is broken: it was changed, or one before it is gone. The {1} events before it are unbroken.")
            self._say(text.format(outcome.first_broken, locale.toString(outcome.n_events - 1)), is_wrong=True)

    @Slot(str)
    def _on_long_failed(self, message: str) -> None:
        self._show_busy(False)
        self._say(message, is_wrong=True)

    @Slot()
    def _on_long_cancelled(self) -> None:
        self._show_busy(False)
        self._say(self.tr("Cancelled."))

    def _show_busy(self, is_busy: bool) -> None:
        self.bar.setValue(0)
        for widget in (self.bar, self.cancel_button):
            widget.setVisible(is_busy)
        for button in (self.verify_button, self.export_button):
            button.setVisible(not is_busy)

    # -- words -----------------------------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.kind_box.setItemText(0, self.tr("Every kind"))
        self.actor_box.setItemText(0, self.tr("Everybody"))
        for index in range(1, self.kind_box.count()):
            self.kind_box.setItemText(index, words.event_word(str(self.kind_box.itemData(index))))
        periods = (self.tr("At any time"), self.tr("Today"), self.tr("Last 7 days"), self.tr("Last 30 days"), self.tr("Chosen days"))
        for index, period in enumerate(periods):
            self.time_box.setItemText(index, period)
        self.kind_box.setAccessibleName(self.tr("Kind"))
        self.actor_box.setAccessibleName(self.tr("Who"))
        self.time_box.setAccessibleName(self.tr("When"))
        self.since_edit.setToolTip(self.tr("First day"))
        self.until_edit.setToolTip(self.tr("Last day"))
        self.newer_button.setText(self.tr("◀ Newer"))
        self.older_button.setText(self.tr("Older ▶"))
        self.verify_button.setText(self.tr("Verify"))
        self.verify_button.setToolTip(self.tr("Compute every hash again: an event that was changed or taken out shows"))
        self.export_button.setText(self.tr("Export…"))
        self.cancel_button.setText(self.tr("Cancel"))
        self.empty.setText(self.tr("No event fits these filters."))
        self.table.setHorizontalHeaderLabels([self.tr("When"), self.tr("What"), self.tr("Who"), self.tr("Details")])
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)


def _fill(box: QComboBox, choices: list[tuple[str, str]]) -> None:
    """Everything that there is to choose from, the choice kept; the first entry, for all, stays."""
    chosen = box.currentData()
    if [box.itemData(i) for i in range(1, box.count())] == [value for value, _ in choices]:
        return
    while box.count() > 1:
        box.removeItem(1)
    for value, word in choices:
        box.addItem(word, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _spaced(text: str) -> str:
    """A hash in groups that can be read aloud, and broken into lines."""
    return " ".join(text[i : i + 8] for i in range(0, len(text), 8))
