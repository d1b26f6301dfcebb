"""A thread that hands what is recorded to one receiver, and tries again for ever: how it fares is told, the line never waits for it."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from station.shot import now
from station.sinks.sink import SinkError
from station.store.database import StoreError

log = logging.getLogger(__name__)

PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
TOLD_AFTER = 2
"""Failures in a row before people are told: a receiver that closed an idle connection is back at the first new attempt."""
LONGER_WHEN_TOLD = 10
"""Times its patience until a receiver of which a problem is told already hangs: one that fails slowly again and again is told as one thing."""
LAST_S = 2.0
"""So long after the stop a receiver that is well is served on: the last part of a shift shall reach the line."""
STOP_TIMEOUT_S = 8.0


@dataclass(frozen=True, slots=True)
class SinkState:
    """How a receiver fares, for people."""

    name: str
    kind: str
    undelivered: int  # recorded, not acknowledged
    last_delivered_at: datetime | None  # None = nothing was ever delivered
    problem: str  # '' = none
    since: datetime | None  # of the problem


@dataclass(frozen=True, slots=True)
class _Call:
    """Something that a receiver was asked and has not answered yet."""

    asked_s: float  # by the steady clock
    at: datetime


class Carrier(ABC):
    """One receiver, from start to stop. A kind of carrier says how it is served."""

    def __init__(self, name: str, kind: str, tell: Callable[[], None], receiver: str = "its receiver") -> None:
        """
        Args:
            tell: called from the carrier's thread, and from that of `look_at_the_clock`, when its problem changed.
            receiver: what a sentence about it begins with.
        """
        self.name, self.kind, self._receiver = name, kind, receiver
        self._tell = tell
        self._last_at: datetime | None = None
        self._problem, self._since = "", None  # type: str, datetime | None
        self._n_failures = 0
        self._call: _Call | None = None
        self._hung: _Call | None = None  # the last one that was told of
        self._is_given_up = False
        self._news = threading.Event()
        self._leave = threading.Event()
        self._until = 0.0  # what waits when it is to leave is delivered until then
        self._thread = threading.Thread(target=self._run, name=f"sink {name}", daemon=True)

    @property
    @abstractmethod
    def undelivered(self) -> int:
        """Parts that are recorded and not acknowledged; reads memory only."""

    @property
    @abstractmethod
    def _patience_s(self) -> float:
        """A receiver that is asked for something hangs when it has not answered after this time [s]."""

    @abstractmethod
    def hear(self, part_id: int) -> None:
        """This part is on disk."""

    @abstractmethod
    def _serve(self) -> None:
        """Open the receiver and deliver while `_goes_on()`. Raises SinkError, StoreError, or whatever a library raises."""

    @abstractmethod
    def _close(self) -> None:
        """Let go of the receiver, also after a failure."""

    def _last_words(self) -> None:  # noqa: B027  # most have nothing to write down
        """The thread ends. May raise StoreError."""

    @property
    def state(self) -> SinkState:
        """Reads memory only. Also of a receiver that hangs: the thread that waits for it cannot tell."""
        problem, since = self._problem, self._since
        if (call := self._call) is not None and self._hangs(call):
            problem, since = self._no_answer(call), call.at
        return SinkState(self.name, self.kind, self.undelivered, self._last_at, problem, since)

    def look_at_the_clock(self) -> None:
        """For another thread, now and then: a receiver that hangs is told of and logged, once."""
        call = self._call
        if call is None or call is self._hung or not self._hangs(call):
            return
        self._hung = call
        log.warning("sink %s: %s, %d parts wait", self.name, self._no_answer(call), self.undelivered)
        self._tell()

    def start(self) -> None:
        """Open the receiver and deliver what it has not acknowledged."""
        self._thread.start()

    def leave(self) -> None:
        """End soon; `join` waits for it."""
        self._until = time.monotonic() + LAST_S
        self._leave.set()
        self._news.set()

    def join(self, timeout_s: float) -> None:
        """A receiver that hangs is left behind, and from then on writes nothing down."""
        if self._thread.ident is None:
            return
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            self._is_given_up = True
            log.error("sink %s: its receiver hangs; given up after %g s, %d parts wait", self.name, STOP_TIMEOUT_S, self.undelivered)

    def _run(self) -> None:
        while self._goes_on():
            try:
                try:
                    self._serve()
                finally:
                    with self._asking():
                        self._close()
            except (SinkError, StoreError) as err:
                self._fail(str(err))
            except Exception as err:  # whatever a library raises: a thread that died here would be a receiver that is silent for ever
                message = f"{type(err).__name__}: {err}"
                if message != self._problem:
                    log.exception("sink %s failed", self.name)
                self._fail(message)
            if self._n_failures and self._leave.wait(PAUSES_S[min(self._n_failures, len(PAUSES_S)) - 1]):
                break
        try:
            self._last_words()
        except StoreError as err:  # said to the log alone: the screen is going
            log.warning("sink %s: %s; what was delivered last is not written down", self.name, err)

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """Around every call of the receiver, so that one that never comes back is noticed."""
        call = self._call = _Call(time.monotonic(), now())
        try:
            yield
        finally:
            if self._hangs(call):  # it stands until what comes next takes it back, or says what it answered
                self._problem, self._since = self._no_answer(call), call.at
                self._n_failures = max(self._n_failures, TOLD_AFTER - 1)
            self._call = None

    def _hangs(self, call: _Call) -> bool:
        return time.monotonic() > call.asked_s + self._patience_s * (LONGER_WHEN_TOLD if self._problem else 1)

    def _no_answer(self, call: _Call) -> str:
        return f"{self._receiver} does not answer since {call.at.astimezone():%H:%M}; see whether it runs and the network reaches it"

    def _goes_on(self) -> bool:
        return not self._leave.is_set() or (self.undelivered > 0 and time.monotonic() < self._until)

    def _fail(self, message: str) -> None:
        self._n_failures += 1
        if self._n_failures < TOLD_AFTER:
            log.info("sink %s: %s; trying again", self.name, message)
            return
        if message != self._problem:
            log.warning("sink %s: %s; trying again, %d parts wait", self.name, message, self.undelivered)
        self._problem, self._since = message, self._since or now()
        self._tell()

    def _succeed(self) -> None:
        if self._problem:
            log.info("sink %s: delivers again, %d parts wait", self.name, self.undelivered)
        self._n_failures, self._problem, self._since = 0, "", None
        self._tell()
