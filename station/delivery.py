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

from sqlalchemy import Engine

from station.carrier import STOP_TIMEOUT_S, Carrier, SinkState
from station.inspector import Inspection
from station.plant import PlantCarrier
from station.shot import now
from station.sinks.sink import Sink
from station.store.deliveries import advance_cursor, n_after, next_deliveries, start_cursor
from station.store.plant import PlantDatabase

log = logging.getLogger(__name__)

BATCH = 50
WRITE_DOWN_S = 0.5
"""The cursor is written after so many verdicts or so long: a commit costs the disk as much as a part's own."""
POLL_S = 1.0
LOOK_S = 1.0
"""So often it is looked whether a sink hangs: its own thread cannot tell, and no part may come that would ask."""
PATIENCE = 6
"""Time limits after which a sink hangs: the longest call of one that works, opening OPC UA, ends after five."""


class Deliverer:
    """A listener of the line that outlives its runs. Made, started, stopped once."""

    def __init__(self, engine: Engine, sinks: Sequence[Sink], plant: PlantDatabase | None = None) -> None:
        """Nothing is sent yet; a sink that is met for the first time stands after the newest part.

        Args:
            plant: the plant's record store, which gets everything.

        Raises:
            StoreError: the ledger cannot be read or written.
        """
        self._telling = threading.Lock()
        self._told = ""
        self._failed: Callable[[str, str], None] = lambda _source, _message: None
        self._carriers: list[Carrier] = [_Courier(engine, sink, self._tell) for sink in sinks]
        if plant is not None:
            self._carriers.append(PlantCarrier(engine, plant, self._tell))
        self._leave = threading.Event()
        self._watch = threading.Thread(target=self._look_at_the_clock, name="delivery watch", daemon=True)

    @property
    def states(self) -> tuple[SinkState, ...]:
        """Of each sink, in the order of the settings; reads memory only."""
        return tuple(carrier.state for carrier in self._carriers)

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
        for carrier in self._carriers:
            carrier.start()
        if self._carriers:
            self._watch.start()

    def stop(self) -> None:
        """Deliver what waits where that works, write down what is acknowledged, close the sinks; within seconds, whatever hangs."""
        self._leave.set()
        if self._watch.ident is not None:
            self._watch.join(STOP_TIMEOUT_S)
        for carrier in self._carriers:
            carrier.leave()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for carrier in self._carriers:
            carrier.join(max(0.1, deadline - time.monotonic()))

    def _look_at_the_clock(self) -> None:
        while not self._leave.wait(LOOK_S):
            for carrier in self._carriers:
                carrier.look_at_the_clock()

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
        for carrier in self._carriers:
            carrier.hear(part_id)

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        """No part yet: nothing that is not on disk is delivered."""

    def fault(self, source: str, message: str) -> None:
        """Not a delivery's."""

    def ended(self) -> None:
        """The next run of the line may come."""


class _Courier(Carrier):
    """One sink: verdict by verdict, in order."""

    def __init__(self, engine: Engine, sink: Sink, tell: Callable[[], None]) -> None:
        super().__init__(sink.name, sink.kind, tell)
        self._engine = engine
        self._sink = sink
        cursor = start_cursor(engine, sink.name)
        self._acknowledged, self._last_at = cursor.part_id, cursor.at
        self._written = cursor.part_id  # the cursor in the database
        self._write_at = 0.0  # when it is to follow
        self._newest = cursor.part_id + n_after(engine, cursor.part_id)

    @property
    def undelivered(self) -> int:
        return max(0, self._newest - self._acknowledged)

    @property
    def _patience_s(self) -> float:
        return PATIENCE * self._sink.timeout_s

    def hear(self, part_id: int) -> None:
        self._newest = max(self._newest, part_id)
        self._news.set()

    def _close(self) -> None:
        self._sink.close()

    def _last_words(self) -> None:
        self._write_down()

    def _serve(self) -> None:
        """Deliver until told to leave."""
        self._write_down()  # what was acknowledged before a failure, so that it is not sent twice for longer than it must
        with self._asking():
            self._sink.open()
        while self._goes_on():
            self._news.clear()  # before the ledger is read: what is recorded from here on is heard of
            batch = next_deliveries(self._engine, self._acknowledged, BATCH)
            for delivery in batch:
                if not self._goes_on():
                    return
                self._newest = max(self._newest, delivery.sequence)
                with self._asking():
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
