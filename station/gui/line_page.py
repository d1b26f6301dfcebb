"""The operator's page: is this part good, and is the station well?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from station.gui import words
from station.gui.counters import Counters
from station.gui.page import Desk, Page
from station.gui.part_strip import N_TILES, PartStrip, Tile
from station.gui.picture_view import PictureView, deviation_marks
from station.gui.verdict_panel import VerdictPanel
from station.inspector import Inspection
from station.lot import Lot, LotError
from station.store.queries import PartLine
from station.verdict import Judgement

_LIVE_PERIOD_MS = 33
_NO_VERDICT = ("camera", "line", "trigger")
"""Faults after which a part may lie under the lens without a verdict."""
W = TypeVar("W", bound=QWidget)


class LinePage(Page):
    """Live view, the big verdict, the last part with its deviations, counters, lot, strip."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.control = control = desk.control
        self._shown: Inspection | None = None  # in the last-part view
        self._shown_id = 0
        self._verdict: Inspection | None = None  # in the verdict panel
        self._live_view = control.station.recipe.view_names[0]
        self._build()
        self._wire()
        self._retranslate()
        self._load_ledger()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._live_timer = QTimer(self)
        self._live_timer.timeout.connect(self._show_live)
        self._live_timer.start(_LIVE_PERIOD_MS)

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        column.addWidget(self._header())
        middle = QHBoxLayout()
        middle.setSpacing(8)
        pictures = QVBoxLayout()
        pictures.setSpacing(8)
        self.live = PictureView()
        self.live_title = QLabel()
        self.live_buttons = self._view_buttons(self._choose_live_view)
        pictures.addWidget(self._card(self.live_title, self.live_buttons, self.live), 1)
        self.last = PictureView()
        self.last_title = QLabel()
        self.last_buttons = self._view_buttons(self._choose_last_view)
        pictures.addWidget(self._card(self.last_title, self.last_buttons, self.last), 1)
        middle.addLayout(pictures, 38)
        right = QVBoxLayout()
        right.setSpacing(8)
        self.verdict = VerdictPanel()
        right.addWidget(self.verdict, 1)
        self.counters = Counters()
        self.counters.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        right.addWidget(self.counters)
        middle.addLayout(right, 62)
        column.addLayout(middle, 1)
        self.strip = PartStrip()
        column.addWidget(self.strip)

    def _header(self) -> QWidget:
        header = QFrame()
        header.setProperty("card", True)
        row = QHBoxLayout(header)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        self.title = QLabel()
        self.title.setProperty("title", True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.title, 1)
        self.lot_label, self.lot_edit = QLabel(), _named(QLineEdit(), "lot")
        self.operator_label, self.operator_edit = QLabel(), _named(QLineEdit(), "operator")
        for label, edit in ((self.lot_label, self.lot_edit), (self.operator_label, self.operator_edit)):
            label.setProperty("quiet", True)
            label.setBuddy(edit)
            row.addWidget(label)
            row.addWidget(edit)
        self.trigger_button = _named(QPushButton(), "trigger")
        self.trigger_button.setProperty("primary", True)
        self.start_button = _named(QPushButton(), "start")
        for button in (self.trigger_button, self.start_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that the space bar stays the trigger after a click
            row.addWidget(button)
        return header

    def _card(self, title: QLabel, buttons: QButtonGroup, content: QWidget) -> QFrame:
        card = QFrame()
        card.setProperty("card", True)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(8, 5, 8, 8)
        layout.setSpacing(4)
        row = QHBoxLayout()
        title.setProperty("quiet", True)
        title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(title, 1)
        for button in buttons.buttons():
            row.addWidget(button)
        layout.addLayout(row)
        layout.addWidget(content, 1)
        return card

    def _view_buttons(self, chosen: Callable[[int], None]) -> QButtonGroup:
        group = QButtonGroup(self)
        for index, view in enumerate(self.control.station.recipe.view_names):
            button = QPushButton(view)
            button.setCheckable(True)
            button.setProperty("view", True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setChecked(index == 0)
            button.setVisible(len(self.control.station.recipe.view_names) > 1)
            group.addButton(button, index)
        group.idClicked.connect(chosen)
        return group

    def _wire(self) -> None:
        self.control.recorded.connect(self._on_recorded)
        self.control.unrecorded.connect(self._on_unrecorded)
        self.control.faulted.connect(self._on_fault)
        self.control.state_changed.connect(self._on_state)
        self.trigger_button.clicked.connect(self.control.trigger)
        self.start_button.clicked.connect(self.start_or_stop)
        self.lot_edit.editingFinished.connect(self._lot_entered)
        self.operator_edit.editingFinished.connect(self._lot_entered)
        for edit in (self.lot_edit, self.operator_edit):
            edit.returnPressed.connect(self._leave_entry)
        self.strip.chosen.connect(self._show_tile)
        space = QShortcut(QKeySequence("Space"), self, self.control.trigger)
        space.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)  # elsewhere a space is a space

    # -- heard from the line ---------------------------------------------------------------------------------------

    @Slot(int, object)
    def _on_recorded(self, part_id: int, inspection: Inspection) -> None:
        tile = Tile(part_id, inspection.verdict.judgement, self._tooltip(part_id, inspection), inspection)
        self.strip.add(tile)
        if inspection.shot.ticket.lot == self.control.lot.code:
            self.counters.add(inspection.verdict.judgement)
        self._show_verdict(inspection)
        self._show_last(inspection, part_id)

    @Slot(object, str)
    def _on_unrecorded(self, inspection: Inspection, reason: str) -> None:
        self.verdict.show_verdict(*words.hold_texts(reason))
        self._verdict = None

    @Slot(str, str)
    def _on_fault(self, source: str, message: str) -> None:
        if source == "camera" and message:
            self.live.show_picture(None)  # the last frame must not look as if it were live
        if source in _NO_VERDICT and (message or self._verdict is None):
            self._verdict = None  # the last part's OK must not stand there for one that nobody judged
            self._show_no_verdict()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        self._show_state()

    # -- asked by the operator -------------------------------------------------------------------------------------

    @Slot()
    def start_or_stop(self) -> None:
        """The start button."""
        if self.control.state == "running":
            self.control.stop()
        else:
            self.control.start()

    @Slot()
    def _lot_entered(self) -> None:
        try:
            lot = Lot(self.lot_edit.text().strip(), self.operator_edit.text().strip())
        except LotError as err:
            self._mark_entries(True)
            self.control.set_fault("lot", str(err))
            return
        self._mark_entries(False)
        self.control.set_fault("lot", "")
        if lot != self.control.lot:
            self.control.set_lot(lot)
            self.counters.set_counts(self.control.counts())

    def _mark_entries(self, wrong: bool) -> None:
        for edit in (self.lot_edit, self.operator_edit):
            edit.setProperty("wrong", wrong)
            edit.style().polish(edit)

    @Slot()
    def _leave_entry(self) -> None:
        self.setFocus()

    @Slot()
    def edit_lot(self) -> None:
        """Put the cursor into the lot."""
        self.lot_edit.setFocus()
        self.lot_edit.selectAll()

    @Slot(int)
    def _choose_live_view(self, index: int) -> None:
        self._live_view = self.control.station.recipe.view_names[index]

    @Slot(int)
    def _choose_last_view(self, index: int) -> None:
        self._show_last_view(self.control.station.recipe.view_names[index])

    @Slot(object)
    def _show_tile(self, tile: Tile) -> None:
        if tile.inspection is not None:
            self._show_last(tile.inspection, tile.part_id)
            return
        pictures = self.control.stored_pictures(tile.part_id)
        self._shown = None
        self.strip.select(tile.part_id)
        self.last_title.setText(tile.tooltip.replace("\n", " · "))
        self.last.set_empty_text(self.tr("The pictures of this part are no longer on disk."))
        self.last.show_picture(next(iter(pictures.values()), None))

    # -- showing ---------------------------------------------------------------------------------------------------

    @Slot()
    def _show_live(self) -> None:
        frames = self.control.newest_frames()
        if frames is None:
            return
        picture = next((frame.picture for frame in frames if frame.view == self._live_view), None)
        if picture is not None:
            self.live.show_picture(picture)

    def _show_verdict(self, inspection: Inspection) -> None:
        self._verdict = inspection
        judgement = inspection.verdict.judgement
        self.verdict.show_verdict(judgement, words.judgement_word(judgement), words.headline(inspection), words.detail(inspection))

    def _show_no_verdict(self) -> None:
        """HOLD while a fault may leave a part unjudged, else that the line is ready or stopped."""
        for source in _NO_VERDICT:
            if (message := self.control.faults.get(source)) and self.control.state == "running":
                headline = words.hold_cause("camera fault") if source == "camera" else words.fault_source(source)
                self.verdict.show_verdict(Judgement.HOLD, words.judgement_word(Judgement.HOLD), headline, message)
                return
        self.verdict.show_verdict(None, self.tr("Ready") if self.control.state == "running" else self.tr("Stopped"), "", "")

    def _show_last(self, inspection: Inspection, part_id: int) -> None:
        self._shown = inspection
        self._shown_id = part_id
        self.strip.select(part_id)
        view = inspection.worst_view or next(iter(inspection.shot.pictures), self.control.station.recipe.view_names[0])
        self.last_buttons.button(self.control.station.recipe.view_names.index(view)).setChecked(True)
        self._show_last_view(view)

    def _show_last_view(self, view: str) -> None:
        inspection = self._shown
        if inspection is None:
            return
        self.last_title.setText(self._last_caption(inspection))
        pictures = inspection.features.pictures if inspection.features is not None else inspection.shot.pictures
        self.last.set_empty_text(self.tr("No picture of this part."))
        self.last.show_picture(pictures.get(view), deviation_marks(inspection, view))

    def _last_caption(self, inspection: Inspection) -> str:
        judgement = words.judgement_word(inspection.verdict.judgement)
        caption = self.tr("Part {0}").format(self._shown_id) + f" · {judgement}"
        if inspection.shot.ticket.serial:
            caption += f" · {inspection.shot.ticket.serial}"
        if inspection.verdict.score is None:
            return caption
        score = self.tr("score {0}").format(f"{inspection.verdict.score:.2f}")
        return f"{caption} · {score}"

    def _tooltip(self, part_id: int, inspection: Inspection | PartLine) -> str:
        judgement = inspection.verdict.judgement if isinstance(inspection, Inspection) else inspection.judgement
        taken = inspection.shot.taken_at if isinstance(inspection, Inspection) else inspection.taken_at
        reason = inspection.verdict.reason if isinstance(inspection, Inspection) else inspection.reason
        part = self.tr("Part {0}").format(part_id)
        lines = [f"{part} · {words.judgement_word(judgement)} · {taken.astimezone():%Y-%m-%d %H:%M:%S}"]
        return "\n".join([*lines, reason] if reason else lines)

    def _show_state(self) -> None:
        state = self.control.state
        self.start_button.setText(self.tr("Stop (F5)") if state in ("running", "stopping") else self.tr("Start (F5)"))
        self.start_button.setEnabled(state in ("running", "stopped"))
        self.trigger_button.setEnabled(state == "running")
        if state == "stopped":
            self.live.show_picture(None)
            self._verdict = None
        if self._verdict is None:
            self._show_no_verdict()

    def _load_ledger(self) -> None:
        """The last parts and the lot's counts, as they were before this start."""
        for line in reversed(self.control.last_parts(N_TILES)):
            self.strip.add(Tile(line.id, line.judgement, self._tooltip(line.id, line)))
        self.counters.set_counts(self.control.counts())
        self.lot_edit.setText(self.control.lot.code)
        self.operator_edit.setText(self.control.lot.operator)

    def _retranslate(self) -> None:
        recipe = self.control.station.recipe
        self.title.setText(recipe.title or recipe.name)
        self.lot_label.setText(self.tr("&Lot"))
        self.operator_label.setText(self.tr("&Operator"))
        self.trigger_button.setText(self.tr("Inspect (Space)"))
        self.trigger_button.setToolTip(self.tr("Judge the part under the lens"))
        self.live_title.setText(self.tr("Live"))
        self.last_title.setText(self.tr("Last part"))
        self.live.set_empty_text(self.tr("No live picture: the line is stopped or the camera gives none."))
        self.last.set_empty_text(self.tr("The last inspected part appears here."))
        self.strip.empty_text = self.tr("The last twenty parts appear here.")
        for group in (self.live_buttons, self.last_buttons):
            for button, view in zip(group.buttons(), recipe.view_names, strict=True):
                button.setText(words.view_word(view))
        self._show_state()
        if self._verdict is not None:
            self._show_verdict(self._verdict)
        if self._shown is not None:
            self.last_title.setText(self._last_caption(self._shown))

    # -- page ------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name in the navigation."""
        return self.tr("Line")

    def opened(self) -> None:
        """The page is shown."""
        self._leave_entry()  # so that the space bar is the trigger, not a space in the lot's name

    def shut_down(self) -> None:
        """The window is closing."""
        self._live_timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def set_scale(self, scale: float) -> None:
        """Everything grows and shrinks with the window."""
        self.strip.setFixedHeight(round(66 * scale))
        for edit, width in ((self.lot_edit, 150), (self.operator_edit, 130)):
            edit.setFixedWidth(round(width * scale))


def _named(widget: W, name: str) -> W:
    widget.setObjectName(name)
    return widget
