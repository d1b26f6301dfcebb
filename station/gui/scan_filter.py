"""Hears a keyboard-wedge scanner anywhere on a page, whatever has the focus."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from station.config import ScannerSection
from station.scanner import Burst, sort_code


class ScanFilter(QObject):
    """Watches the keys of one page while it is shown. What a scan wrote into an entry field is taken out of it again."""

    scanned = Signal(object, str)  # Target, lot or serial
    unknown = Signal(str)  # a code that fits no pattern, scanned where no entry field takes it

    def __init__(self, page: QWidget, settings: ScannerSection) -> None:
        super().__init__(page)
        self._page = page
        self._settings = settings
        self._burst = Burst(settings.max_gap_ms)
        self._seen_by: QWidget | None = None
        self._before = ""  # the entry field's text before the burst

    def watch(self, is_on: bool) -> None:
        """The page is shown, or it is not."""
        application = QApplication.instance()
        assert application is not None
        application.removeEventFilter(self)
        if is_on:
            application.installEventFilter(self)
        self._burst.forget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True: the key belonged to a scan and goes no further."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._burst.forget()
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) or not isinstance(watched, QWidget):
            return False
        if not (watched is self._page.window() or watched is self._page or self._page.isAncestorOf(watched)):
            return False
        assert isinstance(event, QKeyEvent)
        at_ms = event.timestamp() or time.monotonic() * 1000  # the desktop's own time: a busy window makes no burst of slow keys
        if event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Space and self._burst.is_under_way(at_ms):  # a space within a code is no trigger
                event.accept()
                return True
            return False
        if self._is_passed_on(watched):
            return False
        entry = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._enter(self._burst.enter(at_ms), entry if isinstance(entry, QLineEdit) else None)
        if event.text() and event.text().isprintable() and not self._burst.key(event.text(), at_ms):
            self._before = entry.text() if isinstance(entry, QLineEdit) else ""
        return False

    def _is_passed_on(self, watched: QWidget) -> bool:
        """A key that a widget leaves alone goes to its parents; each key counts once."""
        before, self._seen_by = self._seen_by, watched
        return before is not None and before is not watched and watched.isAncestorOf(before)

    def _enter(self, code: str, entry: QLineEdit | None) -> bool:
        if not code:
            return False
        found = sort_code(code, self._settings)
        if found is None:
            if entry is None:
                self.unknown.emit(code)
            return entry is None  # an entry field keeps what was scanned into it
        if entry is not None:
            entry.setText(self._before)
        target, name = found
        self.scanned.emit(target, name)
        return True
