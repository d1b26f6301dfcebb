"""Above the line: what is being worked on (lot, serial, operator), and the buttons that everybody needs."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QEvent, QSettings, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from station.gui.control import Control
from station.gui.elided_label import ElidedLabel
from station.gui.sounds import Sounds
from station.lot import Lot, LotError
from station.scanner import Target

_MUTED = "line/muted"
W = TypeVar("W", bound=QWidget)


class LineHeader(QFrame):
    """Entries go to the control as soon as they are made; scans come here too."""

    lot_changed = Signal()  # another lot, or none
    entered = Signal()  # nobody is typing any more

    def __init__(self, control: Control, sounds: Sounds, settings: QSettings) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._control = control
        self._sounds = sounds
        self._settings = settings
        sounds.is_muted = settings.value(_MUTED) == "true"
        self._build()
        for edit, enter in ((self.lot_edit, self._lot_entered), (self.operator_edit, self._lot_entered), (self.serial_edit, self._serial_entered)):
            edit.editingFinished.connect(enter)
            edit.returnPressed.connect(self.entered)
        self.lot_button.clicked.connect(self.start_or_end_lot)
        self.mute_button.clicked.connect(self.mute)
        self.trigger_button.clicked.connect(control.trigger)
        self.start_button.clicked.connect(self.start_or_stop)
        self._retranslate()

    # -- asked by the operator -------------------------------------------------------------------------------------

    @Slot()
    def start_or_stop(self) -> None:
        """The start button."""
        if self._control.state == "running":
            self._control.stop()
        else:
            self._control.start()

    @Slot()
    def start_or_end_lot(self) -> None:
        """The lot button: a running lot ends; without one the cursor goes into its field."""
        if not self._control.lot.code and not self.lot_edit.text().strip():
            self.edit_lot()
            return
        if self._control.lot.code:
            self.lot_edit.clear()
        self._lot_entered()
        self.entered.emit()

    @Slot()
    def edit_lot(self) -> None:
        """Put the cursor into the lot."""
        self.lot_edit.setFocus()
        self.lot_edit.selectAll()

    @Slot()
    def edit_serial(self) -> None:
        """Put the cursor into the serial."""
        self.serial_edit.setFocus()
        self.serial_edit.selectAll()

    @Slot()
    def mute(self) -> None:
        """The mute button; remembered."""
        self._sounds.is_muted = not self._sounds.is_muted
        self._settings.setValue(_MUTED, "true" if self._sounds.is_muted else "false")
        self._retranslate()

    @Slot(object, str)
    def take_scan(self, target: Target, name: str) -> None:
        """A scanned lot or serial."""
        self._control.set_fault("scan", "")
        edit, enter = (self.lot_edit, self._lot_entered) if target is Target.LOT else (self.serial_edit, self._serial_entered)
        edit.setText(name)
        enter()
        self.entered.emit()

    @Slot(str)
    def refuse_scan(self, code: str) -> None:
        """A scanned code that fits no pattern."""
        settings = self._control.station.config.scanner
        text = self.tr("{0} is neither a lot ({1}) nor a serial ({2})")
        self._control.set_fault("scan", text.format(code, settings.lot_pattern or "–", settings.serial_pattern or "–"))

    @Slot()
    def _lot_entered(self) -> None:
        try:
            lot = Lot(self.lot_edit.text().strip(), self.operator_edit.text().strip())
        except LotError as err:
            self._mark_entries(True)
            self._control.set_fault("lot", str(err))
            return
        self._mark_entries(False)
        self._control.set_fault("lot", "")
        before = self._control.lot
        if lot != before:
            self._control.set_lot(lot)
            if lot.code != before.code:
                self._control.allow()
                self.lot_changed.emit()
        self._show_lot_button()

    @Slot()
    def _serial_entered(self) -> None:
        try:
            self._control.set_serial(self.serial_edit.text().strip())
        except LotError as err:
            self._control.set_fault("serial", str(err))
        else:
            self._control.set_fault("serial", "")

    # -- showing ---------------------------------------------------------------------------------------------------

    def show_lot(self) -> None:
        """Lot and operator as they are in force."""
        self.lot_edit.setText(self._control.lot.code)
        self.operator_edit.setText(self._control.lot.operator)
        self._show_lot_button()

    def show_serial(self) -> None:
        """The next part's; empty once a part has taken it, unless somebody is typing."""
        if not self.serial_edit.hasFocus():
            self.serial_edit.setText(self._control.next_serial)

    def show_state(self) -> None:
        """What can be pressed now."""
        state = self._control.state
        self.start_button.setText(self.tr("Stop (F5)") if state in ("running", "stopping") else self.tr("Start (F5)"))
        self.start_button.setEnabled(state in ("running", "stopped"))
        self.trigger_button.setEnabled(state == "running")
        why_not = "" if state == "running" else self.tr("The line is stopped: start it (F5).")
        self.trigger_button.setToolTip(why_not or self.tr("Judge the part under the lens"))

    def set_scale(self, scale: float) -> None:
        """The entries grow with the window."""
        for edit, width in ((self.lot_edit, 130), (self.serial_edit, 120), (self.operator_edit, 105)):
            edit.setFixedWidth(round(width * scale))

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _show_lot_button(self) -> None:
        self.lot_button.setText(self.tr("End lot (F2)") if self._control.lot.code else self.tr("Start lot (F2)"))

    def _mark_entries(self, wrong: bool) -> None:
        for edit in (self.lot_edit, self.operator_edit):
            edit.setProperty("wrong", wrong)
            edit.style().polish(edit)

    def _retranslate(self) -> None:
        recipe = self._control.station.recipe
        self.title.setText(recipe.title or recipe.name)
        self._lot_label.setText(self.tr("&Lot"))
        self._operator_label.setText(self.tr("&Operator"))
        self._serial_label.setText(self.tr("Se&rial"))
        self.serial_edit.setToolTip(self.tr("Serial of the next part (F3), typed or scanned"))
        self.challenge_button.setText(self.tr("Challenge (F10)"))
        self.challenge_button.setToolTip(self.tr("Run the known parts that test the station"))
        self.mute_button.setText(self.tr("Sound on (F7)") if self._sounds.is_muted else self.tr("Mute (F7)"))
        self.trigger_button.setText(self.tr("Inspect (Space)"))
        self._show_lot_button()
        self.show_state()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(8)
        self.title = ElidedLabel()
        self.title.setProperty("title", True)
        row.addWidget(self.title, 1)
        self._lot_label, self.lot_edit = QLabel(), _named(QLineEdit(), "lot")
        self._serial_label, self.serial_edit = QLabel(), _named(QLineEdit(), "serial")
        self._operator_label, self.operator_edit = QLabel(), _named(QLineEdit(), "operator")
        self.lot_button, self.challenge_button, self.mute_button, self.trigger_button, self.start_button = (
            _named(QPushButton(), name) for name in ("lotEnd", "challenge", "mute", "trigger", "start")
        )
        for label, edit in ((self._lot_label, self.lot_edit), (self._serial_label, self.serial_edit), (self._operator_label, self.operator_edit)):
            label.setProperty("quiet", True)
            label.setBuddy(edit)
            field = QVBoxLayout()
            field.setSpacing(2)
            field.addWidget(label)
            field.addWidget(edit)
            row.addLayout(field)
            if edit is self.lot_edit:
                row.addWidget(self.lot_button)
        self.trigger_button.setProperty("primary", True)
        for button in (self.challenge_button, self.mute_button, self.trigger_button, self.start_button):
            row.addWidget(button)
        for button in (self.lot_button, self.challenge_button, self.mute_button, self.trigger_button, self.start_button):
            button.setProperty("touch", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that the space bar stays the trigger after a click
        self.challenge_button.setVisible(bool(self._control.station.config.challenge.parts))
        self.mute_button.setVisible(self._sounds.is_enabled)


def _named(widget: W, name: str) -> W:
    widget.setObjectName(name)
    return widget
