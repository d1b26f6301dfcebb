"""The operator's page: is this part good, and is the station well?"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout

from station.alarms import Alarm
from station.gui import words
from station.gui.alarm_panel import AlarmPanel
from station.gui.challenge_panel import ChallengePanel
from station.gui.counters import Counters
from station.gui.line_header import LineHeader
from station.gui.page import Desk, Page
from station.gui.part_strip import N_TILES, PartStrip, Tile
from station.gui.picture_card import LastPart, PictureCard
from station.gui.retest_bar import RetestBar
from station.gui.scan_filter import ScanFilter
from station.gui.sounds import Sounds
from station.gui.tally import Tally
from station.gui.verdict_panel import VerdictPanel
from station.inspector import Inspection
from station.store.line_history import Counts
from station.store.queries import PartLine
from station.verdict import Judgement

_LIVE_PERIOD_MS = 66
_FOLLOW_PERIOD_MS = 500
_PAUSE_MS = 80
"""Parts that come faster are shown together, the last of them large: nobody sees more, and the line gets the processor."""
_NO_VERDICT = ("camera", "line", "trigger", "lock")
"""Faults after which a part may lie under the lens without a verdict."""


class LinePage(Page):
    """Live view, the big verdict, the last part with its deviations, counters, lot, strip."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.control = control = desk.control
        self._verdict: Inspection | None = None  # in the verdict panel
        self._is_aside = False  # its part was RETEST twice
        self._ended: tuple[str, Counts] | None = None  # the lot whose end stands in the verdict panel
        self.sounds = Sounds(control.station.data / "sounds", control.station.config.sounds.enabled)
        self._build()
        self.tally = Tally(control, self.counters, self)
        self.scans = ScanFilter(self, control.station.config.scanner)
        self._wire()
        self._retranslate()
        self._load_ledger()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._live_timer = QTimer(self)
        self._live_timer.timeout.connect(self._show_live)
        self._live_timer.start(_LIVE_PERIOD_MS)
        self._slow_timer = QTimer(self)
        self._slow_timer.timeout.connect(self._follow)
        self._slow_timer.start(_FOLLOW_PERIOD_MS)
        self._came: list[tuple[int, Inspection]] = []  # not shown yet
        self._pause = QTimer(self)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._show_parts)

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        self.header = header = LineHeader(self.control, self.sounds, self.desk.settings)
        self.lot_edit, self.serial_edit, self.operator_edit = header.lot_edit, header.serial_edit, header.operator_edit
        self.trigger_button, self.start_button = header.trigger_button, header.start_button
        column.addWidget(header)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        pictures = QVBoxLayout()
        pictures.setSpacing(8)
        self.live_card, self.last_card = PictureCard(self.control.station.recipe.view_names), LastPart(self.control)
        self.live, self.last = self.live_card.picture, self.last_card.picture
        pictures.addWidget(self.live_card, 1)
        pictures.addWidget(self.last_card, 1)
        middle.addLayout(pictures, 38)
        right = QVBoxLayout()
        right.setSpacing(8)
        self.verdict = VerdictPanel()
        self.challenge = ChallengePanel(self.control, self.desk.session)
        self.places = QStackedWidget()  # the challenge parts stand where the verdict stands
        self.places.addWidget(self.verdict)
        self.places.addWidget(self.challenge)
        right.addWidget(self.places, 1)
        self.retest = RetestBar()
        right.addWidget(self.retest)
        self.counters = Counters()
        self.counters.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        right.addWidget(self.counters)
        middle.addLayout(right, 62)
        column.addLayout(middle, 1)
        self.strip = PartStrip()
        column.addWidget(self.strip)
        self.alarm = AlarmPanel(self.control.station.config.alarms.stop_line, self)

    def _wire(self) -> None:
        self.control.recorded.connect(self._on_recorded)
        self.control.unrecorded.connect(self._on_unrecorded)
        self.control.faulted.connect(self._on_fault)
        self.control.state_changed.connect(self._on_state)
        self.header.lot_changed.connect(self._on_lot)
        self.header.entered.connect(self._leave_entry)
        self.header.challenge_button.clicked.connect(self._open_or_close_challenge)
        self.strip.chosen.connect(self._show_tile)
        self.challenge.closed.connect(self._close_challenge)
        self.retest.skipped.connect(self._skip_retest)
        self.alarm.acknowledged.connect(self._acknowledge)
        self.scans.scanned.connect(self.header.take_scan)
        self.scans.unknown.connect(self.header.refuse_scan)
        rules = self.control.rules
        rules.alarmed.connect(self._on_alarm)
        rules.challenged.connect(self._on_challenged)
        rules.lot_ended.connect(self._on_lot_ended)
        header = self.header
        shortcuts: list[tuple[str, Callable[[], object]]] = [
            ("Space", self.control.trigger), ("F2", header.start_or_end_lot), ("F3", header.edit_serial), ("F6", self.counters.switch),
            ("F7", header.mute), ("F8", self._acknowledge), ("F10", self._open_or_close_challenge), ("Esc", self._escape),
            ("PgDown", self._next_view), ("Left", self._newer), ("Right", self._older),
        ]  # fmt: skip
        for keys, slot in shortcuts:  # elsewhere a space is a space
            QShortcut(QKeySequence(keys), self, slot).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- heard from the line ---------------------------------------------------------------------------------------

    @Slot(int, object)
    def _on_recorded(self, part_id: int, inspection: Inspection) -> None:
        self._came.append((part_id, inspection))
        if not self._pause.isActive() or inspection.verdict.judgement is not Judgement.OK:  # only an OK may wait
            self._show_parts()

    @Slot()
    def _show_parts(self) -> None:
        """Those that came since the last time: each is counted and on the strip, the last one is the verdict on screen."""
        came, self._came = self._came, []
        for part_id, inspection in came:
            ticket, judgement = inspection.shot.ticket, inspection.verdict.judgement
            tile = Tile(part_id, judgement, self._tooltip(part_id, inspection), inspection, ticket.retest_of, ticket.kind == "challenge")
            self.strip.add(tile)
            self.tally.add(part_id, inspection)
            if part_id == came[-1][0]:
                self._ended = None
                self._is_aside = ticket.retest_of is not None and judgement is Judgement.RETEST
                self._show_verdict(inspection)
                self._show_tile(tile)
                self.sounds.verdict(judgement)  # those before it were OK
            self.control.shown(part_id, inspection)
        if came:
            self.retest.ask(self.control.rules.retest.awaited)
            self.header.show_serial()
            self._pause.start()

    @Slot(object, str)
    def _on_unrecorded(self, inspection: Inspection, reason: str) -> None:
        self._show_parts()  # those before it: none of them may come to stand where this one does
        self.verdict.show_verdict(*words.hold_texts(reason))
        self._verdict = None

    @Slot(str, str)
    def _on_fault(self, source: str, message: str) -> None:
        if source in _NO_VERDICT:
            self._show_parts()
        if source == "camera" and message:
            self.live.show_picture(None)  # the last frame must not look as if it were live
        if source in _NO_VERDICT and (message or self._verdict is None):
            self._verdict = None  # the last part's OK must not stand there for one that nobody judged
            self._show_no_verdict()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        self._show_parts()
        self._show_state()

    @Slot(object)
    def _on_alarm(self, alarm: Alarm | None) -> None:
        self.alarm.show_alarm(alarm)
        if alarm is not None:
            self.sounds.alarm()

    @Slot()
    def _on_challenged(self) -> None:
        self.control.allow()
        self._follow()

    @Slot()
    def _on_lot(self) -> None:
        """Another lot is in hand, or none."""
        self.tally.count_lot()
        self.retest.ask(None)
        self._ended = None
        if self._verdict is None:
            self._show_no_verdict()

    @Slot(str, object)
    def _on_lot_ended(self, lot: str, counts: Counts) -> None:
        self._show_parts()
        if not self.control.lot.code:  # else another one is running already: its parts are what matters
            self._ended = (lot, counts)
            self._verdict = None
            self._show_no_verdict()

    @Slot()
    def _follow(self) -> None:
        """What changes with the clock or with another model: the shift, and whether challenge parts are due."""
        self.tally.follow_shift()
        if self.control.why_challenge() and not self.control.station.challenge.is_open:
            self._open_challenge()

    # -- asked by the operator -------------------------------------------------------------------------------------

    @Slot()
    def start_or_stop(self) -> None:
        """The start button."""
        self.header.start_or_stop()

    @Slot()
    def edit_lot(self) -> None:
        """Put the cursor into the lot."""
        self.header.edit_lot()

    def show_lot(self) -> None:
        """The lot and the operator as they are in force; another page may have set them."""
        self.header.show_lot()

    @Slot()
    def _acknowledge(self) -> None:
        if self.control.rules.alarm is not None:
            self.control.acknowledge(self.desk.actor)

    @Slot()
    def _skip_retest(self) -> None:
        self.control.skip_retest()
        self.retest.ask(None)

    @Slot()
    def _escape(self) -> None:
        self._leave_entry()
        self._skip_retest()

    @Slot()
    def _leave_entry(self) -> None:
        self.setFocus()

    def _open_challenge(self) -> None:
        self.control.station.challenge.open()
        self.challenge.refresh()
        self.places.setCurrentWidget(self.challenge)

    @Slot()
    def _close_challenge(self) -> None:
        if self.control.why_challenge():
            return
        self._show_parts()
        self.control.station.challenge.close()
        self.control.allow()
        self._verdict = None  # a challenge part's is none on production
        self._show_no_verdict()
        self.places.setCurrentWidget(self.verdict)
        self._leave_entry()  # the space bar is the trigger again

    @Slot()
    def _open_or_close_challenge(self) -> None:
        if self.places.currentWidget() is self.challenge:
            self._close_challenge()
        elif self.control.station.config.challenge.parts:
            self._open_challenge()

    @Slot()
    def _next_view(self) -> None:
        self.last_card.next_view()
        self.live_card.next_view()

    @Slot()
    def _newer(self) -> None:
        self._step(-1)

    @Slot()
    def _older(self) -> None:
        self._step(1)

    def _step(self, by: int) -> None:
        """Show the next part on the strip, newest first."""
        tiles = self.strip.tiles
        index = next((i for i, tile in enumerate(tiles) if tile.part_id == self.strip.selected), 0) + by
        if 0 <= index < len(tiles):
            self._show_tile(tiles[index])

    @Slot(object)
    def _show_tile(self, tile: Tile) -> None:
        self.strip.select(tile.part_id)
        self.last_card.show_tile(tile)

    # -- showing ---------------------------------------------------------------------------------------------------

    @Slot()
    def _show_live(self) -> None:
        frames = self.control.newest_frames() if self.isVisible() else None  # each is given once, to the page that shows it
        if frames is None:
            return
        picture = next((frame.picture for frame in frames if frame.view == self.live_card.view), None)
        if picture is not None:
            self.live.show_picture(picture)

    def _show_verdict(self, inspection: Inspection) -> None:
        self._verdict = inspection
        judgement = inspection.verdict.judgement
        if self._is_aside:  # recorded as the model said; what to do now is a person's decision
            self.verdict.show_verdict(Judgement.HOLD, self.tr("Put aside"), self.tr("RETEST twice: QA decides"), words.detail(inspection))
            return
        self.verdict.show_verdict(judgement, words.judgement_word(judgement), words.headline(inspection), words.detail(inspection))

    def _show_no_verdict(self) -> None:
        """HOLD while a fault may leave a part unjudged, else that the line is ready or stopped."""
        for source in _NO_VERDICT:
            if (message := self.control.faults.get(source)) and self.control.state == "running":
                headline = words.hold_cause("camera fault") if source == "camera" else words.fault_source(source)
                self.verdict.show_verdict(Judgement.HOLD, words.judgement_word(Judgement.HOLD), headline, words.sentence(message))
                return
        if self._ended is not None:
            self._show_lot_end(*self._ended)
            return
        self.verdict.show_verdict(None, self.tr("Ready") if self.control.state == "running" else self.tr("Stopped"), "", "")

    def _show_lot_end(self, lot: str, counts: Counts) -> None:
        share = "–" if counts.yield_share is None else f"{100 * counts.yield_share:.1f} %"
        figures = self.tr("{0} parts · yield {1}").format(self.locale().toString(counts.total), share)
        judged = " · ".join(f"{words.judgement_word(judgement)} {self.locale().toString(n)}" for judgement, n in counts.parts.items())
        self.verdict.show_verdict(None, self.tr("Lot {0} ended").format(lot), figures, judged)

    def _tooltip(self, part_id: int, inspection: Inspection | PartLine) -> str:
        judgement = inspection.verdict.judgement if isinstance(inspection, Inspection) else inspection.judgement
        taken = inspection.shot.taken_at if isinstance(inspection, Inspection) else inspection.taken_at
        reason = inspection.verdict.reason if isinstance(inspection, Inspection) else inspection.reason
        ticket = inspection.shot.ticket if isinstance(inspection, Inspection) else inspection  # both name what it was
        part = self.tr("Part {0}").format(part_id)
        if ticket.kind == "challenge":
            part = self.tr("Challenge part {0}").format(part_id)
        elif ticket.retest_of is not None:
            part = self.tr("Part {0}, second look at part {1}").format(part_id, ticket.retest_of)
        lines = [f"{part} · {words.judgement_word(judgement)} · {taken.astimezone():%Y-%m-%d %H:%M:%S}"]
        return "\n".join([*lines, reason] if reason else lines)

    def _show_state(self) -> None:
        self.header.show_state()
        if self.control.state == "stopped":
            self.live.show_picture(None)
            self._verdict = None
            self.retest.ask(None)
        self._follow()
        if self._verdict is None:
            self._show_no_verdict()

    def _load_ledger(self) -> None:
        """The last parts, the lot and an alarm that nobody acknowledged, as they were before this start."""
        for line in reversed(self.control.last_parts(N_TILES)):
            self.strip.add(
                Tile(line.id, line.judgement, self._tooltip(line.id, line), retest_of=line.retest_of, is_challenge=line.kind == "challenge")
            )
        self.alarm.show_alarm(self.control.rules.alarm)
        self.show_lot()

    def _retranslate(self) -> None:
        self.live_card.title.setText(self.tr("Live"))
        self.live.set_empty_text(self.tr("No live picture: the line is stopped or the camera gives none."))
        self.strip.empty_text = self.tr("The last twenty parts appear here.")
        self._show_state()
        if self._verdict is not None:
            self._show_verdict(self._verdict)

    # -- page ------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name in the navigation."""
        return self.tr("Line")

    def opened(self) -> None:
        """The page is shown."""
        self._leave_entry()  # so that the space bar is the trigger, not a space in the lot's name
        self.scans.watch(True)

    def left(self) -> None:
        """Another page is shown: scans are not for this one."""
        self.scans.watch(False)

    def shut_down(self) -> None:
        """The window is closing."""
        self._live_timer.stop()
        self._slow_timer.stop()
        self._show_parts()
        self._pause.stop()
        self.scans.watch(False)
        self.tally.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def set_scale(self, scale: float) -> None:
        """Everything grows and shrinks with the window."""
        self.strip.setFixedHeight(round(66 * scale))
        for part in (self.header, self.alarm, self.retest, self.challenge):
            part.set_scale(scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The alarm covers the whole page."""
        super().resizeEvent(event)
        self.alarm.setGeometry(self.rect().adjusted(10, 8, -10, -8))
