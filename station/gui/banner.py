"""Faults, one line each with the time since when, until they are mended."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from station.gui import words
from station.shot import now


class Banner(QFrame):
    """Hidden while all is well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.faults: dict[str, str] = {}
        self._since: dict[str, datetime] = {}
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self.label, 1)
        self.hide()

    def set_fault(self, source: str, message: str) -> None:
        """An empty message says that the source is well again."""
        if message:
            self.faults[source] = message
            self._since.setdefault(source, now())
        else:
            self.faults.pop(source, None)
            self._since.pop(source, None)
        self.retranslate()

    def retranslate(self) -> None:
        """Write the faults again, in the language of now."""
        lines = (
            f"⚠  {_when(self._since[source])}  {words.fault_source(source)}: {words.sentence(message)}" for source, message in self.faults.items()
        )
        self.label.setText("\n".join(lines))
        self.setVisible(bool(self.faults))


def _when(since: datetime) -> str:
    """Local time; with the date where that is not today's."""
    since = since.astimezone()
    return f"{since:%H:%M}" if since.date() == now().astimezone().date() else f"{since:%Y-%m-%d %H:%M}"
