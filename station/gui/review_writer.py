"""Reviews on their way into the ledger, one after the other, off the GUI thread: another writer may hold the database for seconds."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot
from sqlalchemy import Engine

from station.gui.work import Work
from station.store.database import StoreError
from station.store.reviews import Review, Truth, add_reviews, take_back

log = logging.getLogger(__name__)

_Task = Callable[[], list[Review]]


class ReviewWriter(QObject):
    """None is lost: what is still waiting when the window closes is written then."""

    written = Signal(object)  # list of Review: the newest of their parts now
    taken_back = Signal(object)  # the same, of reviews that take others back
    failed = Signal(str)
    changed = Signal()  # `can_take_back`

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._waiting: deque[tuple[bool, _Task]] = deque()
        self._acts: list[list[Review]] = []  # what this window wrote and has not taken back; written to by the tasks
        self._is_back = False  # what is being written takes another one back
        self._work = Work(self)
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failure)

    def add(self, part_ids: Sequence[int], truth: Truth, reviewer: str, mode: str = "", comment: str = "") -> None:
        """Write the same review to each of these parts."""
        ids = list(part_ids)

        def task() -> list[Review]:
            written = add_reviews(self._engine, ids, truth, reviewer, mode, comment)
            self._acts.append(written)
            return written

        self._enqueue(False, task)

    def take_back(self) -> None:
        """Take back what was written last, if anything; several parts that were reviewed together together."""

        def task() -> list[Review]:
            if not self._acts:
                return []
            written = take_back(self._engine, self._acts[-1])
            self._acts.pop()
            return written

        self._enqueue(True, task)

    @property
    def can_take_back(self) -> bool:
        """This window has written a review that stands."""
        return bool(self._acts)

    def forget(self) -> None:
        """Another reviewer sits here: what the one before said is not to be taken back in that name."""
        self._acts.clear()
        self.changed.emit()

    def shut_down(self) -> None:
        """The window closes: write what waits."""
        self._work.shut_down()
        while self._waiting:
            try:
                self._waiting.popleft()[1]()
            except StoreError as err:
                log.error("a review could not be written when the window closed: %s", err)

    def _enqueue(self, is_back: bool, task: _Task) -> None:
        self._waiting.append((is_back, task))
        self._next()

    def _next(self) -> None:
        if self._waiting and not self._work.is_busy:
            self._is_back, task = self._waiting.popleft()
            self._work.start(lambda _: task())

    @Slot(object)
    def _on_done(self, reviews: list[Review]) -> None:
        if reviews:
            (self.taken_back if self._is_back else self.written).emit(reviews)
        self.changed.emit()
        self._next()

    @Slot(str)
    def _on_failure(self, message: str) -> None:
        self.failed.emit(message)
        self._next()
