"""A verdict on its way to the line, and what every sink promises."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

VERDICT_CODES = {"OK": 1, "NG": 2, "RETEST": 3, "HOLD": 4}
"""What a register or an integer node is given; 0 is never written, so that a PLC that was just started shows no verdict."""


class SinkError(Exception):
    """The receiver cannot be reached, or did not acknowledge in time. The message names it and what it said.

    The same verdict is tried again by itself; mend the receiver, the network or the sink's settings.
    """


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recorded part, as its receivers are told of it."""

    sequence: int  # the part's id: counts up in the order of recording, without gaps
    station: str
    run: str  # one start of the line
    shot: int  # counted within the run; station, run and shot name a verdict for ever
    lot: str
    serial: str
    taken_at: datetime
    verdict: str  # OK, NG, RETEST, HOLD
    score: float | None  # greater = worse
    worst_view: str
    worst_region: str
    defect: str
    reason: str
    recipe: str
    recipe_revision: int
    model: str
    model_version: str
    ok_at_most: float
    ng_above: float
    kind: str  # 'part', or 'challenge': a known part, run to test the station
    retest_of: int | None  # sequence of the part whose RETEST this one answers

    @property
    def code(self) -> int:
        """The verdict as a number, see `VERDICT_CODES`."""
        return VERDICT_CODES[self.verdict]

    def payload(self) -> dict[str, Any]:
        """What JSON, CSV and OPC UA carry: every field by its name, the time in UTC as text, numbers that are not finite as None."""
        fields = {name: _plain(getattr(self, name)) for name in FIELDS}
        return fields | {"taken_at": self.taken_at.astimezone(UTC).isoformat(timespec="milliseconds")}


FIELDS = tuple(Delivery.__slots__)


class Sink(Protocol):
    """One receiver. Used by one thread; each call ends within a few times its time limit, by returning or by SinkError."""

    name: str  # by which the ledger remembers what was delivered
    kind: str
    timeout_s: float  # the time limit

    def open(self) -> None:
        """Connect, and look whether the receiver has what will be written. May be called again after `close`.

        Raises:
            SinkError: it cannot be reached or does not fit.
        """

    def send(self, delivery: Delivery) -> None:
        """Hand one verdict over; returns only when the receiver has acknowledged it.

        Raises:
            SinkError: it did not acknowledge; it may have got the verdict all the same.
        """

    def close(self) -> None:
        """Let go of the receiver; never raises, may be called twice and before `open`."""


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
