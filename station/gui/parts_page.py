"""QA's page: find a part among all that were ever judged, look at it, say what it truly was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEvent, QItemSelectionModel, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QSplitter, QStackedWidget, QTableView, QVBoxLayout

from models.manifest import ModelError, read_manifest
from station.access import Role
from station.gui.confirm_bar import ConfirmBar
from station.gui.export_dialog import ExportDialog
from station.gui.filter_bar import FilterBar
from station.gui.page import Desk, Page
from station.gui.part_detail import PartDetail
from station.gui.part_table import BLINDED, PartTable
from station.gui.review_bar import ReviewBar
from station.gui.reviewing import Reviewing
from station.gui.similar_strip import SimilarStrip
from station.gui.work import Work
from station.store import search
from station.store.reviews import Review
from station.store.search import Choices, PartFilter

_WIDTHS = (64, 98, 74, 156, 186, 96, 120, 150, 150, 150)  # of the columns [px], as designed


@dataclass(frozen=True, slots=True)
class _Offer:
    choices: Choices
    modes: tuple[str, ...]  # to choose from for an NG part


class PartsPage(Page):
    """Filter above, table beside the part, the keys of a review below."""

    role = Role.QA

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._engine = desk.control.station.engine
        self._sought: PartFilter | None = None
        self._go_to: int | None = None  # the part to select when the first page is there
        self._wants_offer = False
        self._wants_focus = False  # keys go to the table as soon as it has rows
        self._goes_on = False  # the next row is selected as soon as it has come
        self._error = ""
        self._build()
        self._reviewer = self.bar.reviewer
        self._counting, self._offering = Work(self), Work(self)
        self._arrival = QTimer(self)  # the table filled and a part shown in one go would be a late repaint
        self._arrival.setSingleShot(True)
        self.reviewing = Reviewing(self, self.bar, self.detail, self.confirm, self._part_ids)
        self.writer = self.reviewing.writer
        self._wire()
        self._restore()
        self._retranslate()

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(6)
        self.filters = FilterBar(self.desk.settings)
        column.addWidget(self.filters)
        self.confirm = ConfirmBar()
        column.addWidget(self.confirm)
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setProperty("error", True)
        self.message.hide()
        column.addWidget(self.message)
        self.parts = PartTable(self._engine, self)
        self.table = QTableView()
        self.table.setModel(self.parts)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setStyleSheet("QTableView::item { padding: 0 4px; }")  # under the words of the header
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.horizontalHeader().setHighlightSections(False)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setProperty("quiet", True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        self.detail = PartDetail(self.desk)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.stack)
        self.splitter.addWidget(self.detail)
        self.splitter.setSizes([590, 750])
        for index, share in enumerate((42, 58)):
            self.splitter.setStretchFactor(index, share)
        self.similar = SimilarStrip(self.desk)
        self.body = QSplitter(Qt.Orientation.Vertical)
        self.body.setChildrenCollapsible(False)
        self.body.addWidget(self.splitter)
        self.body.addWidget(self.similar)
        self.body.setSizes([400, 150])
        self.body.setStretchFactor(0, 1)
        column.addWidget(self.body, 1)
        self.bar = ReviewBar(self.desk)
        self._splitters = {"columns": self.splitter, "detail": self.detail.splitter, "rows": self.body}
        column.addWidget(self.bar)

    def _wire(self) -> None:
        self.filters.changed.connect(self.search)
        for edit in self.filters.edits.values():
            edit.returnPressed.connect(self._want_focus)
        self.parts.loaded.connect(self._on_loaded)
        self.parts.failed.connect(self._on_unread)
        self._arrival.timeout.connect(self._on_first_page)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.detail.shown.connect(self._show_state)
        self.detail.chosen.connect(self.look_at)
        self.similar.chosen.connect(self.look_at)
        self.filters.export_button.clicked.connect(self.export)
        self._counting.done.connect(self.filters.show_count)
        self._counting.failed.connect(self._say_error)
        self._offering.done.connect(self._on_offer)
        self._offering.failed.connect(self._say_error)
        self.reviewing.said.connect(self._on_said)
        self.reviewing.told.connect(self._say_error)
        self.writer.written.connect(self._on_written)
        self.writer.taken_back.connect(self._on_taken_back)
        self.writer.failed.connect(self._say_error)
        self.writer.changed.connect(self._show_state)
        self.desk.session.changed.connect(self._on_person)
        self.bar.name_edit.editingFinished.connect(self._on_person)
        self.bar.blind.toggled.connect(self._on_blind)
        letters: list[tuple[str, Callable[[], object]]] = [
            ("O", self.reviewing.say_ok),
            ("N", self.reviewing.say_ng),
            ("U", self.reviewing.say_unsure),
            ("C", self.reviewing.comment),
            ("B", self.bar.blind.toggle),
            ("Escape", self._back_to_table),
        ]
        everywhere: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+Z", self.reviewing.take_back),
            ("Ctrl+F", self.filters.focus_first),
            ("Ctrl+R", self.search),
        ]
        for where, keys in ((self.body, letters), (self, everywhere)):  # letters not while somebody is at the filter
            for key, slot in keys:
                shortcut = QShortcut(QKeySequence(key), where, slot)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- seeking ---------------------------------------------------------------------------------------------------

    @Slot()
    def search(self) -> None:
        """Read the list afresh."""
        try:
            sought = self.filters.filter(self.bar.reviewer)
        except ValueError as err:
            self._say_error(str(err))
            return
        self._sought = sought
        self._say_error("")
        self._go_to = self.detail.part_id
        self._goes_on = False
        self._counting.cancel(quietly=True)
        self.filters.show_count(None)
        self.parts.seek(sought)
        self._show_state()

    def show_parts(self, wanted: PartFilter) -> None:
        """List these parts, in place of what was listed."""
        self.filters.set_filter(wanted)

    def _count(self) -> None:
        """Count what a first page does not hold; one query at a time is what two slow cores are for."""
        sought = self._sought
        if self.parts.is_complete:
            self._counting.cancel(quietly=True)
            self.filters.show_count(self.parts.rowCount())
        elif sought is not None:
            self._counting.start(lambda _: search.count(self._engine, sought))

    @Slot()
    def _want_focus(self) -> None:
        self._wants_focus = True

    def _offer(self) -> _Offer:
        """Work: what fields and dialogs offer."""
        choices = search.choices(self._engine)
        loader = self.desk.control.station.loader
        modes: list[str] = []
        try:
            name = loader.recipe.model
            version = loader.registry.active(name)
            if version is not None:
                modes += [mode for mode in read_manifest(loader.registry.folder(name, version)).unit_spaces if mode != "good"]
        except ModelError:  # the line says so; reviewers go on with the modes that they know
            pass
        return _Offer(choices, tuple(dict.fromkeys([*modes, *choices.modes])))

    @Slot(object)
    def _on_offer(self, offer: _Offer) -> None:
        self.reviewing.modes = offer.modes
        self.filters.set_choices(offer.choices)

    @Slot(bool)
    def _on_loaded(self, is_first: bool) -> None:
        if is_first:
            self._arrival.start(0)
        elif self._goes_on:
            self._goes_on = False
            self._select_below(self._last_selected())
        self._show_state()

    @Slot()
    def _on_first_page(self) -> None:
        self._count()
        row = None if self._go_to is None else self.parts.row_of(self._go_to)
        if self.parts.rowCount():
            self._select(row or 0)
            if row is None:
                self.table.scrollToTop()
        else:
            self._show_part(None)
        if self._wants_focus:
            self._wants_focus = False
            self.table.setFocus()
        if self._wants_offer:  # last: fields can wait, and threads that all want Python's lock hold up the window
            self._wants_offer = False
            self._offering.start(lambda _: self._offer())
        self._show_state()

    @Slot(str)
    def _on_unread(self, message: str) -> None:
        self.filters.found.clear()
        self._say_error(message)
        self._show_state()

    # -- the part in hand ------------------------------------------------------------------------------------------

    @Slot()
    def _on_selection(self) -> None:
        rows = self._selected_rows()
        current = self.table.selectionModel().currentIndex().row()
        if rows:
            self._show_part(self.parts.part(current if current in rows else rows[0]).part.id)
        self._show_state()

    def _show_part(self, part_id: int | None) -> None:
        self.detail.show_part(part_id)
        if not self.bar.blind.isChecked():
            self.similar.show_part(part_id)

    @Slot(int)
    def look_at(self, part_id: int) -> None:
        """Show a part; where the list has it, there too. What is said then is said of this part."""
        row = self.parts.row_of(part_id)
        if row is not None:
            self._select(row)
            return
        self.table.clearSelection()
        self._show_part(part_id)
        self._show_state()

    @Slot()
    def _back_to_table(self) -> None:
        """From a part that was looked at back to the row of before."""
        current = self.table.selectionModel().currentIndex()
        if not self._selected_rows() and current.isValid():
            self._select(current.row())
        self.table.setFocus()

    def _selected_rows(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _last_selected(self) -> int:
        rows = self._selected_rows()
        return rows[-1] if rows else self.table.selectionModel().currentIndex().row()

    def _part_ids(self) -> list[int]:
        """The parts that a review now would be of: the selected rows, or a part that is looked at apart from them."""
        rows = self._selected_rows()
        if rows:
            return [self.parts.part(row).part.id for row in rows]
        return [] if self.detail.part_id is None else [self.detail.part_id]

    def _select(self, row: int) -> None:
        index = self.parts.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(index, flags)
        self.table.scrollTo(index)

    def _select_below(self, row: int) -> None:
        """The row below, read if need be; at the end of the list the selection stays."""
        if row + 1 < self.parts.rowCount():
            self._select(row + 1)
        elif not self.parts.is_complete:
            self._goes_on = True
            self.parts.fetchMore(self.table.rootIndex())

    @Slot()
    def export(self) -> None:
        """Write what is listed to files."""
        if self._sought is not None:
            dialog = ExportDialog(self.desk, self._sought, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    # -- reviewing -------------------------------------------------------------------------------------------------

    @Slot(bool)
    def _on_said(self, goes_on: bool) -> None:
        if goes_on and self._selected_rows():
            self._select_below(self._last_selected())
        self.table.setFocus()

    @Slot(object)
    def _on_written(self, written: list[Review]) -> None:
        self.parts.add_reviews(written)
        self._refresh_detail(written)

    @Slot(object)
    def _on_taken_back(self, written: list[Review]) -> None:
        """The part is selected again: it waits for another word."""
        self.parts.add_reviews(written)
        self._refresh_detail(written)
        self.look_at(written[0].part_id)

    def _refresh_detail(self, written: list[Review]) -> None:
        if self.detail.part_id in {review.part_id for review in written}:
            self.detail.show_part(self.detail.part_id)

    # -- blind -----------------------------------------------------------------------------------------------------

    @Slot()
    def _on_blind(self) -> None:
        self.desk.settings.setValue("parts/blind", self.bar.blind.isChecked())
        self._show_blind()

    def _show_blind(self) -> None:
        reader = self.bar.reviewer if self.bar.blind.isChecked() else None
        self.parts.blind(reader)
        self.detail.blind(reader)
        self.similar.setVisible(reader is None)
        self.similar.show_part(self.detail.part_id if reader is None else None)
        for column in BLINDED:
            self.table.setColumnHidden(column, reader is not None)
        self._show_state()

    @Slot()
    def _on_person(self) -> None:
        if self.bar.reviewer == self._reviewer:
            return
        self._reviewer = self.bar.reviewer
        self.writer.forget()
        self._show_blind()
        if self._sought is not None and self._sought.reviewer != self.bar.reviewer:
            self.search()

    # -- showing ---------------------------------------------------------------------------------------------------

    @Slot()
    def _show_state(self) -> None:
        n_rows, rows = self.parts.rowCount(), self._selected_rows()
        self.stack.setCurrentIndex(0 if n_rows else 1)
        self.bar.enable(self.reviewing.why_not(), self.writer.can_take_back)
        if len(rows) > 1:
            self.bar.state.setText(self.tr("{0} parts selected").format(len(rows)))
        elif not rows and self.detail.part_id is not None:
            self.bar.state.setText(self.tr("Part {0}, not in the list · Esc: back").format(self.detail.part_id))
        else:
            self.bar.state.setText("")
        if self._error:
            self.empty.setText(self._error)
        elif self.parts.is_busy:
            self.empty.setText(self.tr("Reading…"))
        elif self.filters.is_clear:
            self.empty.setText(self.tr("No part has been judged yet. Parts appear here as soon as the line has recorded them."))
        else:
            self.empty.setText(self.tr("No part fits this filter. “Clear” lists every part again."))

    @Slot(str)
    def _say_error(self, text: str) -> None:
        self._error = text
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _retranslate(self) -> None:
        self.table.setAccessibleName(self.tr("Parts"))
        self.parts.retranslate()
        self._say_error("")
        self._show_state()

    # -- page ------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name in the navigation."""
        return self.tr("Parts")

    def opened(self) -> None:
        """Read afresh: the line has gone on."""
        self._wants_offer = True
        self._wants_focus = True
        self.search()

    def left(self) -> None:
        """Remember the sizes."""
        for name, splitter in self._splitters.items():
            self.desk.settings.setValue(f"parts/{name}", splitter.saveState())

    def shut_down(self) -> None:
        """The window is closing."""
        self.writer.shut_down()
        for worker in (self._counting, self._offering, self.parts, self.detail, self.similar):
            worker.shut_down()

    def _restore(self) -> None:
        settings = self.desk.settings
        self.bar.blind.setChecked(settings.value("parts/blind", False, bool) is True)
        for name, splitter in self._splitters.items():
            state = settings.value(f"parts/{name}")
            if isinstance(state, QByteArray):
                splitter.restoreState(state)
        self._show_blind()

    def changeEvent(self, event: QEvent) -> None:
        """Another language, another theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def set_scale(self, scale: float) -> None:
        """Everything grows and shrinks with the window."""
        self.table.verticalHeader().setDefaultSectionSize(round(30 * scale))
        self.table.setIconSize(QSize(round(18 * scale), round(18 * scale)))
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, round(width * scale))
        for widget in (self.filters, self.detail, self.bar):
            widget.set_scale(scale)
