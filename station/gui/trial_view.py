"""A candidate on trial: recorded parts judged again, and a shadow beside the running line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from station.gui.findings import SHOWN, Findings, Found
from station.gui.frames import new_card
from station.gui.page import Desk
from station.gui.period_pick import PeriodPick
from station.gui.work import Progress, Work
from station.priority import give_way
from station.shadow import ShadowCount
from station.store import trials
from station.store.journal import append_event
from station.trial import Rejudge, Replay, replay
from station.versions import Shelf

_LIVE_MS = 2000  # counting 300 000 rows takes most of a second
_PARTS = 500  # replayed at first: about a minute with pictures of three views on two cores
_MOST_PARTS = 1_000_000


class TrialView(QWidget):
    """Two ways to try a version before it judges; both show the same findings."""

    failed = Signal(str)
    told = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._shelf = Shelf((), None, None, None)
        self._replayed: tuple[Replay, str, int] | None = None  # what, version, parts of the period that were not looked at
        self._shadowed: tuple[trials.Pairs, list[trials.Disagreement], dict[str, int], str] | None = None
        self._seen = ShadowCount("")
        self._lots = Work(self)
        self._replaying = Work(self)
        self._switching = Work(self)
        self._reading = Work(self)
        self._live = QTimer(self)
        self._live.setInterval(_LIVE_MS)
        self._build()
        self._wire()
        self._retranslate()

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        above = QHBoxLayout()
        self.version_label, self.version = QLabel(), QComboBox()
        self.version_label.setProperty("quiet", True)
        self.version_label.setBuddy(self.version)
        above.addWidget(self.version_label)
        above.addWidget(self.version)
        self.ways = QButtonGroup(self)
        self.replay_tab, self.shadow_tab = QPushButton(), QPushButton()
        for index, button in enumerate((self.replay_tab, self.shadow_tab)):
            button.setCheckable(True)
            button.setChecked(index == 0)
            self.ways.addButton(button, index)
            above.addWidget(button)
        above.addStretch(1)
        column.addLayout(above)
        self.rows = QStackedWidget()
        self.rows.addWidget(self._replay_row())
        self.rows.addWidget(self._shadow_row())
        column.addWidget(self.rows)
        self.findings = Findings(self.desk.control)
        column.addWidget(self.findings, 1)

    def _replay_row(self) -> QWidget:
        card, row = _card()
        self.period = PeriodPick()
        self.parts_label, self.parts = QLabel(), QSpinBox()
        self.parts_label.setProperty("quiet", True)
        self.parts_label.setBuddy(self.parts)
        self.parts.setRange(1, _MOST_PARTS)
        self.parts.setValue(_PARTS)
        self.parts.setSingleStep(100)
        self.parts.setProperty("plain", True)
        self.only_reviewed = QCheckBox()
        self.replay_button = QPushButton()
        self.replay_button.setProperty("primary", True)
        self.progress = QProgressBar()
        self.progress.hide()
        for widget in (self.period, self.parts_label, self.parts, self.only_reviewed):
            row.addWidget(widget)
        row.addWidget(self.progress, 100)
        row.addStretch(1)
        row.addWidget(self.replay_button)
        return card

    def _shadow_row(self) -> QWidget:
        card, row = _card()
        self.shadow_text = QLabel()
        self.shadow_text.setWordWrap(True)
        self.shadow_button = QPushButton()
        self.shadow_button.setProperty("primary", True)
        row.addWidget(self.shadow_text, 1)
        row.addWidget(self.shadow_button)
        return card

    def _wire(self) -> None:
        self.version.currentIndexChanged.connect(self._other_version)
        self.ways.idClicked.connect(self._other_way)
        self.replay_button.clicked.connect(self._replay_or_cancel)
        self.shadow_button.clicked.connect(self._start_or_stop)
        self._live.timeout.connect(self._look)
        self._lots.done.connect(self.period.set_lots)
        self._replaying.progressed.connect(self._on_progress)
        self._replaying.done.connect(self._on_replayed)
        self._replaying.cancelled.connect(self._show_state)
        self._switching.done.connect(self._on_switched)
        self._reading.done.connect(self._on_shadowed)
        for work in (self._lots, self._replaying, self._switching, self._reading):
            work.failed.connect(self._on_failed)
        self.findings.failed.connect(self.failed)

    # -- what is there -----------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """It is shown."""
        engine = self.desk.control.station.engine
        self._lots.start(lambda _: trials.lots(engine, 200))
        self._live.start()
        self._look(always=True)

    def left(self) -> None:
        """Something else is shown; a shadow goes on."""
        self._live.stop()

    def show_shelf(self, shelf: Shelf) -> None:
        """Offer these versions; at first the one in shadow, else the newest that is not active."""
        chosen = self.version.currentData() or self.desk.control.station.shadow.count.version
        self._shelf = shelf
        versions = [v.version for v in shelf.versions if not v.refusal]
        if chosen not in versions:
            chosen = next((v for v in versions if v != shelf.active), versions[0] if versions else "")
        self.version.blockSignals(True)
        self.version.clear()
        for version in versions:
            self.version.addItem(self.tr("{0} (active)").format(version) if version == shelf.active else version, version)
        self.version.setCurrentIndex(versions.index(chosen) if chosen in versions else -1)
        self.version.blockSignals(False)
        self._show_state()

    @property
    def is_shadow_shown(self) -> bool:
        """Of the two ways, the one beside the line."""
        return self.rows.currentIndex() == 1

    @Slot()
    def _other_version(self) -> None:
        self._look(always=True)
        self._show_state()

    @Slot(int)
    def _other_way(self, index: int) -> None:
        self.rows.setCurrentIndex(index)
        self._look(always=True)
        self._show_state()

    # -- replay ------------------------------------------------------------------------------------------------------

    @Slot()
    def _replay_or_cancel(self) -> None:
        if self._replaying.is_busy:
            self._replaying.cancel()
            return
        version, station = self.version.currentData(), self.desk.control.station
        period, n, only_reviewed = self.period.period, self.parts.value(), self.only_reviewed.isChecked()

        def task(progress: Progress) -> tuple[Replay, str, int]:
            give_way()
            progress(-1)
            inspector = station.loader.load(version)
            parts = trials.stored_parts(station.engine, period, station.recipe.name, n, only_reviewed)
            n_all = trials.count_parts(station.engine, period, station.recipe.name, only_reviewed) if len(parts) == n else len(parts)
            found = replay(parts, Rejudge(inspector, station.engine, station.pictures.folder), progress)
            return found, version, n_all - len(parts)

        self._replayed = None
        self._replaying.start(task)
        self._show_state()

    @Slot(float, str)
    def _on_progress(self, share: float, text: str) -> None:
        self.progress.setRange(0, 0 if share < 0 else 1000)
        self.progress.setValue(max(0, round(1000 * share)))
        self.progress.setFormat(text or "%p %")

    @Slot(object)
    def _on_replayed(self, found: tuple[Replay, str, int]) -> None:
        self._replayed = found
        self._show_state()

    # -- shadow ------------------------------------------------------------------------------------------------------

    @Slot()
    def _start_or_stop(self) -> None:
        if self._switching.is_busy:
            return
        station, actor, version = self.desk.control.station, self.desk.actor, self.version.currentData()
        running = station.shadow.count.version

        def task(progress: Progress) -> None:
            progress(-1)
            name = station.recipe.model
            if running:
                count = station.shadow.stop()
                append_event(
                    station.engine, "shadow", actor, action="stop", model=name, version=running,
                    written=count.written, differing=count.differing, skipped=count.skipped, failed=count.failed,
                )  # fmt: skip
                return
            candidate = station.loader.load(version)
            append_event(station.engine, "shadow", actor, action="start", model=name, version=version)
            station.shadow.start(candidate)

        self._switching.start(task)
        self._show_state()

    @Slot(object)
    def _on_switched(self, _: None) -> None:
        self._look(always=True)
        self._show_state()

    @Slot()
    def _look(self, always: bool = False) -> None:
        """What the table holds, once more if it has grown."""
        count, station, version = self.desk.control.station.shadow.count, self.desk.control.station, self.version.currentData()
        self._show_shadow(count)
        if not self.is_shadow_shown or not version or self._reading.is_busy or (count == self._seen and not always):
            return
        self._seen = count
        name = station.recipe.model

        def task(_: Progress) -> tuple[trials.Pairs, list[trials.Disagreement], dict[str, int], str]:
            give_way()
            pairs = trials.shadow_pairs(station.engine, name, version)
            rows = trials.shadow_disagreements(station.engine, name, version, SHOWN)
            return pairs, rows, dict(trials.shadow_opponents(station.engine, name, version)), version

        self._reading.start(task)

    @Slot(object)
    def _on_shadowed(self, found: tuple[trials.Pairs, list[trials.Disagreement], dict[str, int], str]) -> None:
        self._shadowed = found
        self._show_found()

    # -- showing -----------------------------------------------------------------------------------------------------

    @Slot()
    def _show_state(self) -> None:
        is_busy, version = self._replaying.is_busy, self.version.currentData()
        self.progress.setVisible(is_busy)
        for widget in (self.period, self.parts_label, self.parts, self.only_reviewed):
            widget.setVisible(not is_busy)
        self.replay_button.setText(self.tr("Cancel") if is_busy else self.tr("Judge again"))
        self.replay_button.setEnabled(is_busy or bool(version))
        self.replay_button.setToolTip("" if version else self.tr("No version of this model can judge here."))
        self._show_shadow(self.desk.control.station.shadow.count)
        self._show_found()

    def _show_shadow(self, count: ShadowCount) -> None:
        version = self.version.currentData()
        why = ""
        if self._switching.is_busy:
            why = self.tr("One moment …")
        elif not count.version and not version:
            why = self.tr("No version of this model can judge here.")
        elif not count.version and version == self._shelf.active:
            why = self.tr("This version judges itself; choose another one.")
        self.shadow_button.setEnabled(not why)
        self.shadow_button.setToolTip(why)
        if count.version:
            self.shadow_button.setText(self.tr("Stop version {0} beside the line").format(count.version))
        else:
            self.shadow_button.setText(self.tr("Start version {0} beside the line").format(version or ""))
        if not count.version:
            self.shadow_text.setText(why or self.tr("The candidate sees every part after its verdict was shown, and changes nothing."))
            return
        text = self.tr("● Version {0} looks on: {1} parts, {2} with another verdict").format(count.version, count.written, count.differing)
        more = [
            (count.skipped, self.tr("{0} skipped: it is slower than the line").format(count.skipped)),
            (count.own, self.tr("{0} judged by itself").format(count.own)),
            (count.failed, self.tr("▲ {0} failed: {1}").format(count.failed, count.error)),
        ]
        self.shadow_text.setText(" · ".join([text, *(words for n, words in more if n)]))

    def _show_found(self) -> None:
        version = self.version.currentData()
        if self.is_shadow_shown:
            shadowed = self._shadowed
            if shadowed is None or shadowed[3] != version:
                self.findings.show_found(None, self.tr("Reading …"))
            else:
                pairs, rows, opponents, _ = shadowed
                self.findings.show_found(Found(pairs, rows, opponents, version))
            return
        if self._replayed is None:
            is_busy = self._replaying.is_busy
            why = self.tr("Recorded parts are being judged again …") if is_busy else self.tr("Choose a candidate and parts, and press “Judge again”.")
            self.findings.show_found(None, why)
            return
        found, version, n_more = self._replayed
        sources = self.tr("judged again from pictures: {0}, from stored vectors: {1}").format(found.sources["pictures"], found.sources["vectors"])
        notes = []
        if found.gone:
            notes.append(self.tr("▲ {0} parts could not be judged again: neither pictures nor usable vectors are left.").format(found.gone))
        if n_more:
            notes.append(self.tr("▲ {0} older parts of this period were not looked at.").format(n_more))
        self.findings.show_found(Found(found.pairs, found.disagreements, found.opponents, version, sources, tuple(notes)))

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self.failed.emit(message)
        self._show_state()

    # -- page --------------------------------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.version_label.setText(self.tr("Candidate"))
        self.replay_tab.setText(self.tr("Recorded parts"))
        self.shadow_tab.setText(self.tr("Beside the running line"))
        self.parts_label.setText(self.tr("Newest parts"))
        self.only_reviewed.setText(self.tr("reviewed ones only"))
        self.show_shelf(self._shelf)

    def shut_down(self) -> None:
        """The window closes."""
        self._live.stop()
        for work in (self._lots, self._replaying, self._switching, self._reading):
            work.shut_down()
        self.findings.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)


def _card() -> tuple[QFrame, QHBoxLayout]:
    card = new_card()
    row = QHBoxLayout(card)
    row.setContentsMargins(10, 6, 10, 6)
    row.setSpacing(8)
    return card, row
