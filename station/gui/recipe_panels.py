"""How a recipe aligns its pictures and when it judges a part, as fields."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from models.recipe import MAX_INTERVAL_MS, Alignment, Trigger

_METHODS = ("off", "correlation", "features")
_MODES = ("manual", "interval", "presence")


class AlignmentPanel(QWidget):
    """Off, by correlation or by features, with the limits beyond which a part is on HOLD; and a button to try it."""

    changed = Signal()
    tried = Signal()
    reference_asked = Signal()  # take what is shown as reference picture

    def __init__(self) -> None:
        super().__init__()
        self._before = Alignment()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        fields = QWidget()
        self.form = QFormLayout(fields)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.method = QComboBox()
        self.method.addItems(list(_METHODS))
        self.max_shift = _number(0.5, 50, 1, 0.5, " %")
        self.max_rotation = _number(0.1, 45, 1, 0.5, "°")
        self.min_correlation = _number(0.01, 0.99, 2, 0.01, "")
        self.min_matches = QSpinBox()
        self.min_matches.setProperty("plain", True)
        self.min_matches.setRange(6, 1000)
        self.labels = [QLabel() for _ in range(5)]
        self.fields = (self.method, self.max_shift, self.max_rotation, self.min_correlation, self.min_matches)
        for label, field in zip(self.labels, self.fields, strict=True):
            label.setBuddy(field)
            self.form.addRow(label, field)
        column.addWidget(fields)
        self.try_button, self.reference_button = QPushButton(), QPushButton()
        column.addWidget(self.try_button)
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.hide()
        column.addWidget(self.outcome)
        column.addWidget(self.reference_button)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("quiet", True)
        column.addWidget(self.note)
        column.addStretch(1)
        self.method.currentIndexChanged.connect(self._on_change)
        for spin in (self.max_shift, self.max_rotation, self.min_correlation, self.min_matches):
            spin.valueChanged.connect(self._on_change)
        self.try_button.clicked.connect(self.tried)
        self.reference_button.clicked.connect(self.reference_asked)
        self.retranslate()

    def show_alignment(self, alignment: Alignment) -> None:
        """As the recipe has it."""
        self._before = alignment
        blockers = [QSignalBlocker(field) for field in self.fields]
        self.method.setCurrentIndex(_METHODS.index(alignment.method) if alignment.enabled else 0)
        self.max_shift.setValue(100 * alignment.max_shift)
        self.max_rotation.setValue(alignment.max_rotation_deg)
        self.min_correlation.setValue(alignment.min_correlation)
        self.min_matches.setValue(alignment.min_matches)
        del blockers
        self._show_fields()

    @property
    def alignment(self) -> Alignment:
        """As the fields say; what no field shows stays, and what a field shows rounded stays exact until it is changed."""
        index = self.method.currentIndex()
        before = self._before
        return before.model_copy(
            update={
                "enabled": index > 0,
                "method": _METHODS[index] if index else before.method,
                "max_shift": _kept(before.max_shift, self.max_shift.value() / 100, 0.0006),
                "max_rotation_deg": _kept(before.max_rotation_deg, self.max_rotation.value(), 0.06),
                "min_correlation": _kept(before.min_correlation, self.min_correlation.value(), 0.006),
                "min_matches": self.min_matches.value(),
            }
        )

    @Slot()
    def _on_change(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        method = _METHODS[self.method.currentIndex()]
        for field in self.fields[1:]:
            is_used = method != "off" and not (field is self.min_correlation and method == "features")
            is_used = is_used and not (field is self.min_matches and method == "correlation")
            self.form.setRowVisible(field, is_used)
        notes = {
            "off": self.tr("Pictures are judged as they come: the part must always lie in exactly the same place."),
            "correlation": self.tr("The whole picture is matched with the mean good picture, as a template. Quick; for steady light."),
            "features": self.tr("Points that both pictures show are matched with one real picture. Ten times slower; for moving shadows."),
        }
        self.note.setText(notes[method])

    def retranslate(self) -> None:
        """All words again."""
        words = (
            self.tr("Alignment"), self.tr("Largest shift"), self.tr("Largest rotation"), self.tr("Least likeness"), self.tr("Least points"),
        )  # fmt: skip
        for label, text in zip(self.labels, words, strict=True):
            label.setText(text)
        for index, text in enumerate((self.tr("Off"), self.tr("By template (correlation)"), self.tr("By features"))):
            self.method.setItemText(index, text)
        self.max_shift.setToolTip(self.tr("Of the picture's width; beyond it the part is on HOLD."))
        self.max_rotation.setToolTip(self.tr("Beyond it the part is on HOLD."))
        self.try_button.setText(self.tr("Try it on the live picture"))
        self.reference_button.setText(self.tr("Take this picture as reference"))
        self._show_fields()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class TriggerPanel(QWidget):
    """By hand, by the clock, or when a part appears and stands still."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._before = Trigger()
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.mode = QComboBox()
        self.mode.addItems(list(_MODES))
        self.interval = QSpinBox()
        self.interval.setProperty("plain", True)
        self.interval.setRange(0, MAX_INTERVAL_MS)
        self.interval.setSingleStep(100)
        self.interval.setSuffix(" ms")
        self.presence = _number(0.1, 255, 1, 0.5, "")
        self.still = _number(0.1, 255, 1, 0.5, "")
        self.still_frames = QSpinBox()
        self.still_frames.setProperty("plain", True)
        self.still_frames.setRange(1, 100)
        self.fields = (self.mode, self.interval, self.presence, self.still, self.still_frames)
        self.labels = [QLabel() for _ in self.fields]
        for label, field in zip(self.labels, self.fields, strict=True):
            label.setBuddy(field)
            self.form.addRow(label, field)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("quiet", True)
        self.form.addRow(self.note)
        self.mode.currentIndexChanged.connect(self._on_change)
        for spin in (self.interval, self.presence, self.still, self.still_frames):
            spin.valueChanged.connect(self._on_change)
        self.retranslate()

    def show_trigger(self, trigger: Trigger) -> None:
        """As the recipe has it."""
        self._before = trigger
        blockers = [QSignalBlocker(field) for field in self.fields]
        self.mode.setCurrentIndex(_MODES.index(trigger.mode))
        self.interval.setValue(trigger.interval_ms)
        self.presence.setValue(trigger.presence_change)
        self.still.setValue(trigger.still_change)
        self.still_frames.setValue(trigger.still_frames)
        del blockers
        self._show_fields()

    @property
    def trigger(self) -> Trigger:
        """As the fields say."""
        return self._before.model_copy(
            update={
                "mode": _MODES[self.mode.currentIndex()],
                "interval_ms": self.interval.value(),
                "presence_change": _kept(self._before.presence_change, self.presence.value(), 0.06),
                "still_change": _kept(self._before.still_change, self.still.value(), 0.06),
                "still_frames": self.still_frames.value(),
            }
        )

    @Slot()
    def _on_change(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        mode = _MODES[self.mode.currentIndex()]
        self.form.setRowVisible(self.interval, mode == "interval")
        for field in (self.presence, self.still, self.still_frames):
            self.form.setRowVisible(field, mode == "presence")
        notes = {
            "manual": self.tr("A part is judged when the button or the space bar is pressed."),
            "interval": self.tr("A part is judged every so many milliseconds; 0 is as fast as it goes."),
            "presence": self.tr("A part is judged when it appears and stands still. Start the line with an empty view: it learns what that is."),
        }
        self.note.setText(notes[mode])

    def retranslate(self) -> None:
        """All words again."""
        words = (
            self.tr("A part is judged"), self.tr("Every"), self.tr("Part is there from"), self.tr("Still below"), self.tr("Still frames"),
        )  # fmt: skip
        for label, text in zip(self.labels, words, strict=True):
            label.setText(text)
        for index, text in enumerate((self.tr("by hand"), self.tr("by the clock"), self.tr("when it appears"))):
            self.mode.setItemText(index, text)
        self.presence.setToolTip(self.tr("Mean change of grey level from the empty view."))
        self.still.setToolTip(self.tr("Mean change of grey level between two frames."))
        self._show_fields()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _kept(before: float, now: float, step: float) -> float:
    """The value of before, where the field shows just that, rounded."""
    return before if abs(now - before) < step else now


def _number(low: float, high: float, decimals: int, step: float, suffix: str) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(low, high)
    spin.setDecimals(decimals)
    spin.setSingleStep(step)
    spin.setSuffix(suffix)
    spin.setProperty("plain", True)
    return spin
