"""After RETEST: asks for the same part once more."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from station.gui.sign import Sign
from station.retest import Retest
from station.verdict import Judgement


class RetestBar(QFrame):
    """Hidden where no part is asked for."""

    skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._awaited: Retest | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(10)
        self.sign = Sign(Judgement.RETEST)
        self.label = QLabel()
        self.label.setProperty("figure", Judgement.RETEST.value)
        self.label.setWordWrap(True)
        self.button = QPushButton()
        self.button.setObjectName("anotherPart")
        self.button.setProperty("touch", True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.skipped)
        row.addWidget(self.sign)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        self.hide()

    def ask(self, awaited: Retest | None) -> None:
        """None: for no part."""
        self._awaited = awaited
        self._retranslate()
        self.setVisible(awaited is not None)

    def set_scale(self, scale: float) -> None:
        """The sign grows with the window."""
        self.sign.setFixedSize(round(30 * scale), round(30 * scale))

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.button.setText(self.tr("Another part (Esc)"))
        if self._awaited is not None:
            self.label.setText(self.tr("Present part {0} again: the next shot is its second look.").format(self._awaited.part_id))
