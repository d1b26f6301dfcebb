"""Asks once more, in the page itself: no window comes between the person and the line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton


class ConfirmBar(QFrame):
    """A sentence that says what will happen, a button that lets it happen, one that does not. Escape does not either."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._act: Callable[[], None] = lambda: None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self.text = QLabel()
        self.text.setProperty("warning", True)
        self.text.setWordWrap(True)
        row.addWidget(self.text, 1)
        self.yes, self.no = QPushButton(), QPushButton()
        self.yes.setProperty("primary", True)
        for button in (self.yes, self.no):
            row.addWidget(button)
        self.yes.clicked.connect(self._confirm)
        self.no.clicked.connect(self.dismiss)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.dismiss)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._retranslate()
        self.hide()

    def ask(self, text: str, yes: str, act: Callable[[], None]) -> None:
        """Show the sentence; act() follows if the person presses the button that says `yes`."""
        self._act = act
        self.text.setText(text)
        self.yes.setText(yes)
        self.show()
        self.yes.setFocus()

    @Slot()
    def dismiss(self) -> None:
        """Nothing happens."""
        self.hide()

    @Slot()
    def _confirm(self) -> None:
        self.hide()
        self._act()

    def _retranslate(self) -> None:
        self.no.setText(self.tr("Cancel"))
        self.dismiss()  # its sentence is in the language of before

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
