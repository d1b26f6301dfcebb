"""The window's thread goes first where all threads want the processor at once.

A page that opens needs 20 to 40 ms of it. Beside a busy line on two cores that took 100 to 200 ms: each of its steps waited for
Python's lock, up to 5 ms a time, and for a core. Here threads give the lock up after half a millisecond, and on Linux every other
thread of the program is made a little nicer than the window's (docs/window.md). The line is not held up, since the window never keeps
a core for long and there is more than one.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

_SWITCH_S = 0.0005
_NICER_BY = 5
_PERIOD_MS = 500  # threads come and go
_TASKS = Path("/proc/self/task")


class RightOfWay(QObject):
    """From here on, for the thread that makes it."""

    def __init__(self) -> None:
        super().__init__()
        sys.setswitchinterval(_SWITCH_S)
        self._own = threading.get_native_id()
        self._seen: set[int] = set()
        self._timer = QTimer(self)
        if _TASKS.is_dir():
            self._nice = os.getpriority(os.PRIO_PROCESS, self._own) + _NICER_BY
            self._timer.timeout.connect(self.give)
            self._timer.start(_PERIOD_MS)

    @Slot()
    def give(self) -> None:
        """Look for threads that are new."""
        threads = {int(task.name) for task in _TASKS.iterdir()} - {self._own}
        for thread in threads - self._seen:
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if os.getpriority(os.PRIO_PROCESS, thread) < self._nice:  # some are nicer of their own will
                    os.setpriority(os.PRIO_PROCESS, thread, self._nice)
        self._seen = threads
