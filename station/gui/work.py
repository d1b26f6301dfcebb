"""Long work off the GUI thread, with progress and a way to end it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody ended the work; raised inside it by `Progress`."""


class Progress:
    """What the work tells on its way: call it often; it raises Cancelled when the work should end."""

    def __init__(self, tell: Callable[[float, str], None]) -> None:
        self._tell = tell
        self._is_cancelled = threading.Event()

    def __call__(self, share: float, text: str = "") -> None:
        """share: 0..1 of the work is done; below 0: nobody knows how much. Raises Cancelled."""
        if self._is_cancelled.is_set():
            raise Cancelled
        self._tell(share, text)

    def cancel(self) -> None:
        """From any thread."""
        self._is_cancelled.set()


class Work(QObject):
    """One piece of work at a time on a thread of its own; the newest wins: an older one is cancelled and not heard of again.

    Signals reach the GUI thread. Of each piece exactly one of `done`, `failed` and `cancelled` comes, unless a newer one
    replaced it.
    """

    progressed = Signal(float, str)
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    _told = Signal(int, str, object)  # number of the piece, what, with what

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._progress: Progress | None = None
        self._threads: set[threading.Thread] = set()
        self._told.connect(self._hear)

    @property
    def is_busy(self) -> bool:
        """A piece of work is under way."""
        return self._progress is not None

    def start(self, task: Callable[[Progress], Any]) -> None:
        """Run task(progress) on a thread. An exception with a message for people becomes `failed`."""
        self.cancel(quietly=True)
        self._number += 1
        number = self._number
        progress = Progress(lambda share, text: self._told.emit(number, "progressed", (share, text)))
        self._progress = progress

        def run() -> None:
            try:
                self._told.emit(number, "done", task(progress))
            except Cancelled:
                self._told.emit(number, "cancelled", None)
            except Exception as err:  # whatever it was, the window lives on and says it
                log.warning("work failed: %s", err, exc_info=True)
                self._told.emit(number, "failed", str(err) or type(err).__name__)
            finally:
                self._threads.discard(thread)

        thread = threading.Thread(target=run, name="work", daemon=True)
        self._threads.add(thread)
        thread.start()

    @Slot()
    def cancel(self, quietly: bool = False) -> None:
        """End what is under way at its next word of progress; quietly: nothing more is heard of it."""
        if self._progress is not None:
            self._progress.cancel()
            if quietly:
                self._progress = None
                self._number += 1

    def shut_down(self, timeout_s: float = 20.0) -> None:
        """Cancel and wait: the window closes."""
        self.cancel(quietly=True)
        for thread in list(self._threads):
            thread.join(timeout_s)

    @Slot(int, str, object)
    def _hear(self, number: int, what: str, news: Any) -> None:
        if number != self._number or self._progress is None:
            return
        if what == "progressed":
            self.progressed.emit(*news)
            return
        self._progress = None
        if what == "done":
            self.done.emit(news)
        elif what == "failed":
            self.failed.emit(news)
        else:
            self.cancelled.emit()
