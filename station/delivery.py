"""Verdicts to the line: each recorded part is handed to each configured sink, in order, until it is acknowledged.

    line's listener -> news -> one thread a sink: ledger after its cursor -> sink.send -> cursor, written down

The ledger is the outbox: nothing is written for it with the part, and nothing of it can be lost that the ledger has. A sink
that is away delays only itself. At least once: a verdict whose acknowledgement was lost comes again, at most one after a
broken connection, and at most the verdicts since the cursor was last written (`BATCH`, `WRITE_DOWN_S`) after a crash.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from station.inspector import Inspection
from station.shot import now
from station.sinks.sink import Sink, SinkError
from station.store.database import StoreError
from station.store.deliveries import advance_cursor, n_after, next_deliveries, start_cursor

log = logging.getLogger(__name__)

BATCH = 50
WRITE_DOWN_S = 0.5
"""The cursor is written after so many verdicts or so long: a commit costs the disk as much as a part's own."""
POLL_S = 1.0
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
TOLD_AFTER = 2
"""Failures in a row before people are told: a receiver that closed an idle connection is back at the first new attempt."""
LAST_S = 2.0
"""So long after the stop a sink that is well goes on: the last part of a shift shall reach the line."""
STOP_TIMEOUT_S = 8.0


@dataclass(frozen=True, slots=True)
class SinkState:
    """How a sink fares, for people."""

    name: str
    kind: str
    undelivered: int  # recorded, not acknowledged
    last_delivered_at: datetime | None  # None = nothing was ever delivered
    problem: str  # '' = none
    since: datetime | None  # of the problem


class Deliverer:
    """A listener of the line that outlives its runs. Made, started, stopped once."""

    def __init__(self, engine: Engine, sinks: Sequence[Sink]) -> None:
        """Nothing is sent yet; a sink that is met for the first time stands after the newest part.

        Raises:
            StoreError: the ledger cannot be read or written.
        """
        self._telling = threading.Lock()
        self._told = ""
        self._failed: Callable[[str, str], None] = lambda _source, _message: None
        self._couriers = [_Courier(engine, sink, self._tell) for sink in sinks]

    @property
    def states(self) -> tuple[SinkState, ...]:
        """Of each sink, in the order of the settings; reads memory only."""
        return tuple(courier.state for courier in self._couriers)

    @property
    def undelivered(self) -> int:
        """Of the sink that is most behind."""
        return max((state.undelivered for state in self.states), default=0)

    def attach(self, failed: Callable[[str, str], None]) -> None:
        """From now on `failed("delivery", sentence)` hears of each new problem, and of '' when all is well; at once of what stands.

        It is called from the threads of the sinks and must return at once.
        """
        with self._telling:
            self._failed, self._told = failed, ""
        self._tell()

    def start(self) -> None:
        """Open the sinks and deliver what they have not acknowledged."""
        for courier in self._couriers:
            courier.start()

    def stop(self) -> None:
        """Deliver what waits where that works, write down what is acknowledged, close the sinks; within seconds, whatever hangs."""
        for courier in self._couriers:
            courier.leave()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for courier in self._couriers:
            courier.join(max(0.1, deadline - time.monotonic()))

    def _tell(self) -> None:
        with self._telling:
            message = "; ".join(f"{state.name}: {state.problem}" for state in self.states if state.problem)
            if message == self._told:
                return
            self._told = message
            try:
                self._failed("delivery", message)
            except Exception:  # as the line: a listener that fails must not stop deliveries
                log.exception("the listener of deliveries failed")

    # -- listener ----------------------------------------------------------------------------------------------------

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        """A part is on disk."""
        for courier in self._couriers:
            courier.hear(part_id)

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        """No part yet: nothing that is not on disk is delivered."""

    def fault(self, source: str, message: str) -> None:
        """Not a delivery's."""

    def ended(self) -> None:
        """The next run of the line may come."""


class _Courier:
    """One sink, from start to stop."""

    def __init__(self, engine: Engine, sink: Sink, tell: Callable[[], None]) -> None:
        self._engine = engine
        self._sink = sink
        self._tell = tell
        cursor = start_cursor(engine, sink.name)
        self._acknowledged, self._last_at = cursor.part_id, cursor.at
        self._written = cursor.part_id  # the cursor in the database
        self._write_at = 0.0  # when it is to follow
        self._newest = cursor.part_id + n_after(engine, cursor.part_id)
        self._problem, self._since = "", None  # type: str, datetime | None
        self._n_failures = 0
        self._is_given_up = False
        self._news = threading.Event()
        self._leave = threading.Event()
        self._until = 0.0  # what waits when it is to leave is delivered until then
        self._thread = threading.Thread(target=self._run, name=f"sink {sink.name}", daemon=True)

    @property
    def state(self) -> SinkState:
        undelivered = max(0, self._newest - self._acknowledged)
        return SinkState(self._sink.name, self._sink.kind, undelivered, self._last_at, self._problem, self._since)

    def start(self) -> None:
        self._thread.start()

    def hear(self, part_id: int) -> None:
        self._newest = max(self._newest, part_id)
        self._news.set()

    def leave(self) -> None:
        self._until = time.monotonic() + LAST_S
        self._leave.set()
        self._news.set()

    def join(self, timeout_s: float) -> None:
        if self._thread.ident is None:
            return
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            self._is_given_up = True
            log.error("sink %s: its receiver hangs; given up after %g s, %d verdicts wait", self._sink.name, STOP_TIMEOUT_S, self.state.undelivered)

    def _run(self) -> None:
        while self._goes_on():
            try:
                try:
                    self._serve()
                finally:
                    self._sink.close()
            except (SinkError, StoreError) as err:
                self._fail(str(err))
            except Exception as err:  # whatever a library raises: a thread that died here would be a sink that is silent for ever
                message = f"{type(err).__name__}: {err}"
                if message != self._problem:
                    log.exception("sink %s failed", self._sink.name)
                self._fail(message)
            if self._n_failures and self._leave.wait(PAUSES_S[min(self._n_failures, len(PAUSES_S)) - 1]):
                break
        try:
            self._write_down()
        except StoreError as err:  # said to the log alone: the screen is going
            log.warning("sink %s: %s; those verdicts are delivered again", self._sink.name, err)

    def _goes_on(self) -> bool:
        return not self._leave.is_set() or (self._newest > self._acknowledged and time.monotonic() < self._until)

    def _serve(self) -> None:
        """Deliver until told to leave."""
        self._write_down()  # what was acknowledged before a failure, so that it is not sent twice for longer than it must
        self._sink.open()
        while self._goes_on():
            self._news.clear()  # before the ledger is read: what is recorded from here on is heard of
            batch = next_deliveries(self._engine, self._acknowledged, BATCH)
            for delivery in batch:
                if not self._goes_on():
                    return
                self._newest = max(self._newest, delivery.sequence)
                self._sink.send(delivery)
                self._took(delivery.sequence)
            if not batch and self._n_failures:  # it could be opened and nothing waits
                self._succeed()
            if len(batch) < BATCH:
                self._news.wait(POLL_S if self._written == self._acknowledged else max(0.0, self._write_at - time.monotonic()))
                if self._written != self._acknowledged and time.monotonic() >= self._write_at:
                    self._write_down()

    def _took(self, sequence: int) -> None:
        if self._written == self._acknowledged:
            self._write_at = time.monotonic() + WRITE_DOWN_S
        self._acknowledged, self._last_at = sequence, now()
        if self._n_failures:
            self._succeed()
        if self._acknowledged - self._written >= BATCH or time.monotonic() >= self._write_at:
            self._write_down()

    def _write_down(self) -> None:
        if self._is_given_up:  # the station may be closed by now, and its ledger another's
            return
        if self._written != self._acknowledged and self._last_at is not None:
            advance_cursor(self._engine, self._sink.name, self._acknowledged, self._last_at)
            self._written = self._acknowledged

    def _fail(self, message: str) -> None:
        self._n_failures += 1
        if self._n_failures < TOLD_AFTER:
            log.info("sink %s: %s; trying again", self._sink.name, message)
            return
        if message != self._problem:
            log.warning("sink %s: %s; trying again, %d verdicts wait", self._sink.name, message, self.state.undelivered)
        self._problem, self._since = message, self._since or now()
        self._tell()

    def _succeed(self) -> None:
        if self._problem:
            log.info("sink %s: delivers again, %d verdicts wait", self._sink.name, self.state.undelivered)
        self._n_failures, self._problem, self._since = 0, "", None
        self._tell()
