"""How many parts were judged how, and the yield: of the lot in hand or of the shift."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QWidget

from station.gui import words
from station.verdict import Judgement

LOT, SHIFT = "lot", "shift"


class Counters(QFrame):
    """Counts of lot and shift, one of them shown; yield is OK among all parts that got a verdict (HOLD is none)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.counts = {scope: dict.fromkeys(Judgement, 0) for scope in (LOT, SHIFT)}
        self.scope = LOT
        self.shift = ""  # the shift's hours
        layout = QGridLayout(self)
        layout.setContentsMargins(10, 6, 10, 6)
        layout.setHorizontalSpacing(6)
        layout.setVerticalSpacing(0)
        self._names: dict[str, QLabel] = {}
        self.numbers: dict[str, QLabel] = {}
        for column, key in enumerate([*Judgement, "total", "yield"]):
            number, name = QLabel("0"), QLabel()
            number.setProperty("number", True)
            name.setProperty("quiet", True)
            if isinstance(key, Judgement):
                number.setProperty("figure", key.value)
            for label in (number, name):
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(number, 0, column)
            layout.addWidget(name, 1, column)
            layout.setColumnStretch(column, 1)
            self.numbers[str(key)] = number
            self._names[str(key)] = name
        self.scope_button = QPushButton()
        self.scope_button.setObjectName("scope")
        self.scope_button.setProperty("touch", True)
        self.scope_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.scope_button.clicked.connect(self.switch)
        layout.addWidget(self.scope_button, 0, layout.columnCount(), 2, 1, Qt.AlignmentFlag.AlignVCenter)
        self._retranslate()

    def set_counts(self, counts: dict[Judgement, int], scope: str = LOT) -> None:
        """Replace all counts of the lot or the shift."""
        self.counts[scope] = dict(counts)
        self._show()

    def add(self, judgement: Judgement, scope: str = LOT) -> None:
        """One more part."""
        self.counts[scope][judgement] += 1
        self._show()

    def set_shift(self, hours: str) -> None:
        """The shift's hours, as '06:00–14:00'."""
        self.shift = hours
        self._retranslate()

    @Slot()
    def switch(self) -> None:
        """The other one of lot and shift."""
        self.scope = SHIFT if self.scope == LOT else LOT
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _show(self) -> None:
        counts = self.counts[self.scope]
        total = sum(counts.values())
        judged = total - counts[Judgement.HOLD]
        for judgement, n in counts.items():
            self.numbers[str(judgement)].setText(self.locale().toString(n))
        self.numbers["total"].setText(self.locale().toString(total))
        self.numbers["yield"].setText(f"{100 * counts[Judgement.OK] / judged:.1f} %" if judged else "–")

    def _retranslate(self) -> None:
        for judgement in Judgement:
            self._names[str(judgement)].setText(words.judgement_word(judgement))
        self._names["total"].setText(self.tr("Parts of the lot") if self.scope == LOT else self.tr("Shift {0}").format(self.shift))
        self._names["yield"].setText(self.tr("Yield"))
        if self.scope == LOT:
            self.scope_button.setText(self.tr("Shift (F6)"))
            self.scope_button.setToolTip(self.tr("Count the shift instead of the lot"))
        else:
            self.scope_button.setText(self.tr("Lot (F6)"))
            self.scope_button.setToolTip(self.tr("Count the lot instead of the shift"))
        self._show()
