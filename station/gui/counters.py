"""How many parts of the lot were judged how, and the yield."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from station.gui import words
from station.verdict import Judgement


class Counters(QFrame):
    """Counts of the lot in hand; yield is OK among all parts that got a verdict (HOLD is none)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.counts = dict.fromkeys(Judgement, 0)
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
        self._retranslate()

    def set_counts(self, counts: dict[Judgement, int]) -> None:
        """Replace all counts."""
        self.counts = dict(counts)
        self._show()

    def add(self, judgement: Judgement) -> None:
        """One more part."""
        self.counts[judgement] += 1
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _show(self) -> None:
        total = sum(self.counts.values())
        judged = total - self.counts[Judgement.HOLD]
        for judgement, n in self.counts.items():
            self.numbers[str(judgement)].setText(self.locale().toString(n))
        self.numbers["total"].setText(self.locale().toString(total))
        self.numbers["yield"].setText(f"{100 * self.counts[Judgement.OK] / judged:.1f} %" if judged else "–")

    def _retranslate(self) -> None:
        for judgement in Judgement:
            self._names[str(judgement)].setText(words.judgement_word(judgement))
        self._names["total"].setText(self.tr("Parts of the lot"))
        self._names["yield"].setText(self.tr("Yield"))
        self._show()
