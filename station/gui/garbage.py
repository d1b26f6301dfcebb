"""Python's garbage is collected in the GUI thread alone.

Python collects in whichever thread happens to allocate. What is collected may be a widget that was in a cycle, as a dialog
that has been closed; Qt then takes its connections apart under a lock of its own, in that other thread, which waits for Python's
lock meanwhile, while the GUI thread holds Python's lock and waits for Qt's: line and window stand still for ever. Seen here;
GUI programs in Python know it well, and the remedy.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_PERIOD_MS = 1000


class Garbage(QObject):
    """From here to `release` no thread collects by itself; a timer of the GUI thread does, each generation when it is due."""

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(_PERIOD_MS)

    def release(self) -> None:
        """The window is closing."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    @Slot()
    def _collect(self) -> None:
        due = [generation for generation, (n, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if n > limit]
        if due:
            gc.collect(due[-1])
