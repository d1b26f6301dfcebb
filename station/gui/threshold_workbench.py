"""The threshold workbench: reviewed parts by score, two lines to move, and a new version made of where they stand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.manifest import Manifest, Thresholds
from models.rethreshold import Basis, publish_with_thresholds
from station.gui.confirm_bar import ConfirmBar
from station.gui.frames import new_card, scrolling
from station.gui.page import Desk
from station.gui.period_pick import PeriodPick
from station.gui.score_plot import ScorePlot
from station.gui.threshold_counts import ThresholdCounts
from station.gui.work import Progress, Work
from station.priority import give_way
from station.store import trials
from station.store.database import StoreError
from station.store.journal import append_event
from station.thresholds import Reviewed, tally
from station.trial import Rejudge, reviewed_scores
from station.versions import Shelf

_LARGEST_SCORE = 1e6
_MAX_NOTE = 500
_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ThresholdWorkbench(QWidget):
    """Where OK ends and NG starts, for one version."""

    saved = Signal(str)  # the new version
    failed = Signal(str)
    told = Signal(str)

    def __init__(self, desk: Desk, confirm: ConfirmBar) -> None:
        super().__init__()
        self.desk = desk
        self.confirm = confirm
        self._shelf = Shelf((), None, None, None)
        self._reviewed: Reviewed | None = None
        self._limits: Thresholds | None = None  # where the lines stand
        self._lots = Work(self)
        self._reading = Work(self)
        self._saving = Work(self)
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
        self.period = PeriodPick()
        self.load_button = QPushButton()
        self.load_button.setProperty("primary", True)
        self.progress = QProgressBar()
        self.progress.hide()
        for widget in (self.version_label, self.version, self.period, self.load_button):
            above.addWidget(widget)
        above.addWidget(self.progress, 1)
        above.addStretch(1)
        column.addLayout(above)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        self.plot = ScorePlot()
        plot_card = new_card()
        inside = QVBoxLayout(plot_card)
        inside.setContentsMargins(6, 6, 6, 6)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.hint = QLabel()
        self.hint.setProperty("quiet", True)
        self.hint.setWordWrap(True)
        inside.addWidget(self.empty, 1)
        inside.addWidget(self.plot, 1)
        inside.addWidget(self.hint)
        middle.addWidget(plot_card, 60)
        middle.addWidget(self._side(), 40)
        column.addLayout(middle, 1)

    def _side(self) -> QWidget:
        card = new_card()
        outside = QVBoxLayout(card)
        outside.setContentsMargins(10, 8, 6, 8)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        limits = QFormLayout()
        limits.setLabelAlignment(_MIDDLE)
        self.ok_label, self.ng_label = QLabel(), QLabel()
        self.ok_at_most, self.ng_above = QDoubleSpinBox(), QDoubleSpinBox()
        for label, spin in ((self.ok_label, self.ok_at_most), (self.ng_label, self.ng_above)):
            spin.setDecimals(3)
            spin.setRange(-_LARGEST_SCORE, _LARGEST_SCORE)
            spin.setSingleStep(0.1)
            spin.setKeyboardTracking(False)
            spin.setProperty("plain", True)
            label.setBuddy(spin)
            limits.addRow(label, _with_steps(spin))
        column.addLayout(limits)
        self.counts = ThresholdCounts(self.desk.settings)
        self.cells, self.few, self.chosen = self.counts.cells, self.counts.few, self.counts.chosen
        column.addWidget(self.counts)
        self.note_label, self.note = QLabel(), QLineEdit()
        self.note.setMaxLength(_MAX_NOTE)
        self.note_label.setProperty("quiet", True)
        self.note_label.setBuddy(self.note)
        column.addWidget(self.note_label)
        column.addWidget(self.note)
        column.addStretch(1)
        outside.addWidget(scrolling(inside), 1)
        self.save_button = QPushButton()
        self.save_button.setProperty("primary", True)
        outside.addWidget(self.save_button)
        return card

    def _wire(self) -> None:
        self.version.currentIndexChanged.connect(self._other_version)
        self.period.changed.connect(self._forget)
        self.load_button.clicked.connect(self._load_or_cancel)
        self.plot.moved.connect(self._line_moved)
        self.ok_at_most.valueChanged.connect(self._ok_entered)
        self.ng_above.valueChanged.connect(self._ng_entered)
        self.save_button.clicked.connect(self._ask_save)
        self._lots.done.connect(self.period.set_lots)
        self._lots.failed.connect(self.failed)
        self._reading.progressed.connect(self._on_progress)
        self._reading.done.connect(self._on_scores)
        self._reading.failed.connect(self._on_failed)
        self._reading.cancelled.connect(self._show_state)
        self._saving.done.connect(self._on_saved)
        self._saving.failed.connect(self._on_failed)

    # -- what is there -----------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """It is shown: which lots are there?"""
        engine = self.desk.control.station.engine
        self._lots.start(lambda _: trials.lots(engine, 200))
        if self._reviewed is None and self._manifest is not None and not self._reading.is_busy:
            self._load_or_cancel()

    def show_shelf(self, shelf: Shelf) -> None:
        """Offer these versions; the chosen one stays chosen, at first the active one is."""
        chosen = self.version.currentData()
        self._shelf = shelf
        readable = [v.version for v in shelf.versions if v.manifest is not None and not v.refusal]
        wanted = chosen if chosen in readable else shelf.active
        self.version.blockSignals(True)
        self.version.clear()
        for version in readable:
            self.version.addItem(self.tr("{0} (active)").format(version) if version == shelf.active else version, version)
        self.version.setCurrentIndex(max(0, readable.index(wanted)) if wanted in readable else 0)
        self.version.blockSignals(False)
        if self.version.currentData() != chosen:
            self._other_version()
        self._show_state()

    @property
    def _manifest(self) -> Manifest | None:
        version = self.version.currentData()
        return next((v.manifest for v in self._shelf.versions if v.version == version), None)

    @Slot()
    def _other_version(self) -> None:
        manifest = self._manifest
        self._limits = None if manifest is None else manifest.thresholds
        self._forget()
        if self.isVisible() and manifest is not None:
            self._load_or_cancel()

    @Slot()
    def _forget(self) -> None:
        """Version or period are others now: the counts would be wrong."""
        self._reading.cancel(quietly=True)
        self._reviewed = None
        self._show_state()

    @Slot()
    def _load_or_cancel(self) -> None:
        if self._reading.is_busy:
            self._reading.cancel()
            return
        manifest, station, period = self._manifest, self.desk.control.station, self.period.period
        if manifest is None:
            return

        def task(progress: Progress) -> Reviewed:
            give_way()
            progress(-1)
            parts = trials.stored_parts(station.engine, period, station.recipe.name, only_reviewed=True)
            progress(0.0)
            return reviewed_scores(parts, Rejudge(station.loader.load(manifest.version), station.engine, station.pictures.folder), progress)

        self._reading.start(task)
        self._show_state()

    @Slot(float, str)
    def _on_progress(self, share: float, text: str) -> None:
        self.progress.setRange(0, 0 if share < 0 else 1000)
        self.progress.setValue(max(0, round(1000 * share)))
        self.progress.setFormat(text or "%p %")

    @Slot(object)
    def _on_scores(self, reviewed: Reviewed) -> None:
        self._reviewed = reviewed
        self._show_state()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self.failed.emit(message)
        self._show_state()

    # -- lines -------------------------------------------------------------------------------------------------------

    @Slot(float, float)
    def _line_moved(self, ok_at_most: float, ng_above: float) -> None:
        self._limits = Thresholds(ok_at_most=ok_at_most, ng_above=ng_above)
        self._show_limits()

    @Slot(float)
    def _ok_entered(self, value: float) -> None:
        if self._limits is not None:
            self._limits = Thresholds(ok_at_most=min(value, self._limits.ng_above), ng_above=self._limits.ng_above)
            self._show_limits()

    @Slot(float)
    def _ng_entered(self, value: float) -> None:
        if self._limits is not None:
            self._limits = Thresholds(ok_at_most=self._limits.ok_at_most, ng_above=max(value, self._limits.ok_at_most))
            self._show_limits()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        is_busy, reviewed = self._reading.is_busy, self._reviewed
        self.progress.setVisible(is_busy)
        self.load_button.setText(self.tr("Cancel") if is_busy else self.tr("Read reviews"))
        self.load_button.setEnabled(self._manifest is not None)
        has_scores = reviewed is not None and reviewed.n > 0
        self.plot.setVisible(has_scores)
        self.empty.setVisible(not has_scores)
        self.hint.setVisible(has_scores)
        self.plot.show_scores(reviewed if has_scores else None)
        if self._manifest is None:
            self.empty.setText(self.tr("No version of this model can judge here."))
        elif is_busy:
            self.empty.setText(self.tr("Reading reviewed parts …"))
        elif reviewed is None:
            self.empty.setText(self.tr("Press “Read reviews” to see the reviewed parts of this period."))
        else:
            self.empty.setText(self.tr("No reviewed part of this period has a score. Review some parts, or choose a longer period."))
        self._show_limits()

    def _show_limits(self) -> None:
        limits = self._limits
        for spin in (self.ok_at_most, self.ng_above):
            spin.setEnabled(limits is not None)
            spin.blockSignals(True)
        if limits is not None:  # each ends where the other stands: they never cross
            self.ok_at_most.setRange(-_LARGEST_SCORE, limits.ng_above)
            self.ng_above.setRange(limits.ok_at_most, _LARGEST_SCORE)
            self.ok_at_most.setValue(limits.ok_at_most)
            self.ng_above.setValue(limits.ng_above)
            self.plot.set_limits(limits.ok_at_most, limits.ng_above)
        for spin in (self.ok_at_most, self.ng_above):
            spin.blockSignals(False)
        self.counts.show_counts(self._reviewed, limits)
        self._show_save()

    def _show_save(self) -> None:
        manifest, reviewed = self._manifest, self._reviewed
        why = ""
        if manifest is None or reviewed is None:
            why = self.tr("Read reviewed parts first.")
        elif not len(reviewed.good):
            why = self.tr("No truly OK part was reviewed in this period; thresholds need at least one.")
        elif self._limits == manifest.thresholds:
            why = self.tr("These are the thresholds of this version.")
        elif self._saving.is_busy:
            why = self.tr("Being saved …")
        self.save_button.setEnabled(not why)
        self.save_button.setToolTip(why)

    # -- saving ------------------------------------------------------------------------------------------------------

    @Slot()
    def _ask_save(self) -> None:
        manifest, limits = self._manifest, self._limits
        if manifest is None or limits is None:
            return
        text = self.tr(
            "A new version with OK up to {0} and NG above {1} will be published, made from version {2}, which stays as it is. Nothing is activated."
        )
        numbers = f"{limits.ok_at_most:.3f}", f"{limits.ng_above:.3f}"
        self.confirm.ask(text.format(*numbers, manifest.version), self.tr("Save as new version"), self._save)

    def _save(self) -> None:
        manifest, limits, reviewed, station = self._manifest, self._limits, self._reviewed, self.desk.control.station
        if manifest is None or limits is None or reviewed is None:
            return
        counted = tally(reviewed, limits.ok_at_most, limits.ng_above)
        chosen = f"people chose {reviewed.n - reviewed.n_sampled} of these {reviewed.n} parts, {reviewed.n_sampled} were drawn at random"
        basis = Basis(counted.good, counted.defective, reviewed.lots, self.period.english, counted.figures(), chosen)
        actor, note, key, picture = self.desk.actor, self.note.text().strip(), station.config.signing_key, self.plot.png()

        def task(progress: Progress) -> str:
            progress(-1)
            registry, name, old = station.loader.registry, manifest.name, manifest.thresholds
            new = publish_with_thresholds(registry, name, manifest.version, limits, basis, actor, note, key, {"scores": picture})
            detail: dict[str, str | float] = {
                "model": name, "from": manifest.version, "to": new.version, "note": note,
                "ok_at_most_before": old.ok_at_most, "ng_above_before": old.ng_above,
                "ok_at_most": limits.ok_at_most, "ng_above": limits.ng_above,
            }  # fmt: skip
            try:
                append_event(station.engine, "thresholds", actor, **detail)
            except StoreError as err:
                raise StoreError(f"version {new.version} was published, but that could not be written down: {err}") from err
            return new.version

        self._saving.start(task)
        self._show_save()

    @Slot(object)
    def _on_saved(self, version: str) -> None:
        self.note.clear()
        self.told.emit(self.tr("Saved as version {0}; it is not active yet.").format(version))
        self._show_save()
        self.saved.emit(version)

    # -- page --------------------------------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.version_label.setText(self.tr("Version"))
        self.hint.setText(self.tr("Drag the lines, or press ← → for OK and Shift + ← → for NG."))
        self.ok_label.setText(self.tr("OK at most"))
        self.ng_label.setText(self.tr("NG above"))
        self.note_label.setText(self.tr("Why (written into the new version)"))
        self.save_button.setText(self.tr("Save as new version"))
        self.plot.set_words(self.tr("truly OK"), self.tr("truly NG"), self.tr("OK at most"), self.tr("NG above"))
        self.show_shelf(self._shelf)

    def set_scale(self, scale: float) -> None:
        """Letters of the plot."""
        self.plot.set_scale(scale)

    def shut_down(self) -> None:
        """The window closes."""
        for work in (self._lots, self._reading, self._saving):
            work.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)


def _with_steps(spin: QDoubleSpinBox) -> QWidget:
    """The number with a button on each side, for fingers."""
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    less, more = QPushButton("−"), QPushButton("+")
    for button, step in ((less, spin.stepDown), (more, spin.stepUp)):
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the number itself takes the arrow keys
        button.clicked.connect(step)
    row.addWidget(less)
    row.addWidget(spin, 1)
    row.addWidget(more)
    return widget
