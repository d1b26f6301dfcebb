"""Chooses recorded parts: of which days, of which lot."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QDate, QEvent, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QLabel, QWidget

from station.shifts import day_start
from station.store.trials import Period

_DAYS = 30  # chosen at first


class PeriodPick(QWidget):
    """First and last day, by the clock on the wall, and a lot or all."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.first_label, self.last_label, self.lot_label = QLabel(), QLabel(), QLabel()
        self.first, self.last, self.lot = QDateEdit(), QDateEdit(), QComboBox()
        self._today = QDate.currentDate()
        self.first.setDate(self._today.addDays(-_DAYS))
        self.last.setDate(self._today)
        self.lot.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.lot.setMinimumContentsLength(9)
        for label, field in ((self.first_label, self.first), (self.last_label, self.last), (self.lot_label, self.lot)):
            label.setProperty("quiet", True)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field)
        for edit in (self.first, self.last):
            edit.setCalendarPopup(True)
            edit.setKeyboardTracking(False)
            edit.dateChanged.connect(self.changed)
        self.lot.currentIndexChanged.connect(self.changed)
        self._lots: list[str] = []
        self._retranslate()

    @property
    def period(self) -> Period:
        """What is chosen."""
        first, last = (date(d.year(), d.month(), d.day()) for d in (self.first.date(), self.last.date()))
        return Period(day_start(first), day_start(last + timedelta(days=1)), self.lot.currentData())

    @property
    def english(self) -> str:
        """The same in words, for a manifest and for events."""
        lot = self.period.lot
        days = f"taken {self.first.date().toPython():%Y-%m-%d} to {self.last.date().toPython():%Y-%m-%d}"
        return days + ("" if lot is None else f", lot {lot or '(no name)'}")

    def set_lots(self, lots: list[str]) -> None:
        """Offer these; what is chosen stays chosen where it is still there. Tells nobody."""
        chosen = self.lot.currentData()
        self._lots = lots
        self.lot.blockSignals(True)
        self.lot.clear()
        self.lot.addItem(self.tr("all"), None)
        for lot in lots:
            self.lot.addItem(lot or self.tr("(no name)"), lot)
        self.lot.setCurrentIndex(max(0, lots.index(chosen) + 1) if chosen in lots else 0)
        self.lot.blockSignals(False)

    def _retranslate(self) -> None:
        self.first_label.setText(self.tr("From"))
        self.last_label.setText(self.tr("To"))
        self.lot_label.setText(self.tr("Lot"))
        self.set_lots(self._lots)

    def showEvent(self, event: QShowEvent) -> None:
        """A station runs for weeks: what ended today ends today again."""
        was_today, self._today = self.last.date() == self._today, QDate.currentDate()
        if was_today:
            self.last.setDate(self._today)
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
