"""Challenge parts: known OK and NG parts that must be judged as expected before production runs.

Whether they are due follows from the newest `challenge` event and the shift and model of now; how far the running attempt
has come follows from the part rows after that event. Nothing else is remembered, so that a restart changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from station.config import ChallengePart, ChallengeSection
from station.inspector import Inspection, Judge
from station.shifts import shift_start
from station.shot import now
from station.verdict import Judgement

NEVER_RUN = "challenge parts have not been run on this station yet: run them before production parts"
SHIFT_BEGAN = "a shift has begun: run the challenge parts before production parts"
MODEL_CHANGED = "the model or its thresholds have changed: run the challenge parts before production parts"
FAILED = "a challenge part was not judged as expected: run the challenge parts again, or an engineer overrides with a reason"
UNDER_WAY = "challenge parts are being run: close them before production parts"


class Outcome(StrEnum):
    """How an attempt ended."""

    PASSED = "passed"
    FAILED = "failed"
    OVERRIDDEN = "overridden"  # an engineer let production run without


@dataclass(frozen=True, slots=True)
class Attempt:
    """The newest `challenge` event."""

    outcome: Outcome
    at: datetime
    model: str
    model_version: str
    ok_at_most: float
    ng_above: float
    part_id: int  # the newest challenge part that belongs to it
    sentence: str = ""  # what failed, or why it was overridden

    def is_of(self, judge: Judge) -> bool:
        """Whether this model with these thresholds was tried."""
        return (self.model, self.model_version, self.ok_at_most, self.ng_above) == _named(judge)


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """One recorded part of kind 'challenge'."""

    part_id: int
    serial: str  # the challenge part's label
    judgement: Judgement
    recorded_at: datetime
    model: str
    model_version: str
    ok_at_most: float
    ng_above: float


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger tells: the newest attempt that ended, and the challenge parts recorded after it, oldest first."""

    last: Attempt | None = None
    rows: tuple[ChallengeRow, ...] = ()


def why_due(settings: ChallengeSection, shifts: Sequence[str], last: Attempt | None, judge: Judge, at: datetime) -> str:
    """Why production may not run at this moment; '' if it may."""
    if settings.required == "never":
        return ""
    if last is None:
        return NEVER_RUN
    if last.outcome is Outcome.FAILED:
        return FAILED
    if last.at < shift_start(at, shifts):
        return SHIFT_BEGAN
    if settings.required == "shift+model" and not last.is_of(judge):
        return MODEL_CHANGED
    return ""


def standing(parts: Sequence[ChallengePart], rows: Sequence[ChallengeRow], judge: Judge, since: datetime) -> list[Judgement | None]:
    """What each listed part was judged in the running attempt; None: not yet.

    Only rows of this shift and under this very model count. HOLD is no judgement: the part is presented again.
    """
    got: dict[str, Judgement] = {}
    for row in rows:
        is_now = row.recorded_at >= since and (row.model, row.model_version, row.ok_at_most, row.ng_above) == _named(judge)
        if is_now and row.judgement is not Judgement.HOLD:
            got[row.serial] = row.judgement
    return [got.get(part.label) for part in parts]


class Challenge:
    """The rule with the ledger behind it. Asked from the line's threads and from the window."""

    def __init__(self, settings: ChallengeSection, shifts: Sequence[str], read: Callable[[], History], write: Callable[..., None]) -> None:
        """
        Args:
            read: the ledger's history.
            write: appends an event: write(kind, actor, **detail). Raises StoreError.
        """
        self.parts = tuple(settings.parts)
        self.is_open = False  # the list is on the screen: production waits until it is closed
        self._settings = settings
        self._shifts = shifts
        self._read = read
        self._write = write
        self._history = read()
        self._changing = threading.Lock()
        self._ended: list[Judgement | None] | None = None  # the attempt that has just ended, for the screen

    def open(self) -> None:
        """The list is on the screen: triggers run challenge parts, and production waits."""
        self._ended = None
        self.is_open = True

    def close(self) -> None:
        """It is gone again."""
        self._ended = None
        self.is_open = False

    @property
    def has_just_passed(self) -> bool:
        """Every part was judged as expected, and the list is still open."""
        return self._ended is not None and self.last is not None and self.last.outcome is Outcome.PASSED

    def refusal(self, judge: Judge) -> str:
        """Why no production part may be accepted now; ''. Called before every part: no disk."""
        return why_due(self._settings, self._shifts, self._history.last, judge, now()) or (UNDER_WAY if self.is_open else "")

    def due(self, judge: Judge) -> str:
        """Why the challenge parts must be run now; ''."""
        return why_due(self._settings, self._shifts, self._history.last, judge, now())

    @property
    def last(self) -> Attempt | None:
        """The newest attempt that ended."""
        return self._history.last

    def got(self, judge: Judge) -> list[Judgement | None]:
        """What each part was judged: of the running attempt, or of the last one until the next begins."""
        running = self._running(judge)
        return self._ended if self._ended is not None and not any(running) else running

    def next_part(self, judge: Judge) -> ChallengePart | None:
        """The part to present now; None without any."""
        waiting = [part for part, got in zip(self.parts, self._running(judge), strict=True) if got is None]
        return waiting[0] if waiting else None

    def recorded(self, inspection: Inspection) -> None:
        """A challenge part is on disk: ends the attempt where it failed, or where it was the last one.

        Raises:
            StoreError: the attempt's end cannot be written; it is written when the next part is recorded, or at the next start.
        """
        with self._changing:
            self._history = self._read()
            self._ended = None
            self._settle(inspection.judge, inspection.shot.ticket.operator)

    def override(self, judge: Judge, actor: str, reason: str) -> None:
        """An engineer lets production run without; the reason is written down.

        Raises:
            StoreError: it cannot be written, and nothing has changed.
            ValueError: no reason.
        """
        if not reason.strip():
            raise ValueError("an override needs its reason in words")
        with self._changing:
            self._end(Outcome.OVERRIDDEN, judge, actor, reason.strip())
            self._ended = None

    def settle(self, judge: Judge) -> None:
        """At a start: an attempt whose last part is on disk and whose end is not gets its end. Raises StoreError."""
        with self._changing:
            self._history = self._read()
            self._settle(judge, "")

    def _settle(self, judge: Judge, actor: str) -> None:
        got = self._running(judge)
        wrong = [f"{p.label}: expected {p.expected}, got {g}" for p, g in zip(self.parts, got, strict=True) if g is not None and g != p.expected]
        if wrong:
            self._end(Outcome.FAILED, judge, actor, "; ".join(wrong))
        elif got and all(got):
            self._end(Outcome.PASSED, judge, actor, ", ".join(f"{p.label} {p.expected}" for p in self.parts))
        else:
            return
        self._ended = got

    def _end(self, outcome: Outcome, judge: Judge, actor: str, sentence: str) -> None:
        model, version, ok_at_most, ng_above = _named(judge)
        part_id = self._history.rows[-1].part_id if self._history.rows else (self.last.part_id if self.last is not None else 0)
        self._write(
            "challenge", actor, outcome=outcome.value, model=model, version=version, ok_at_most=ok_at_most, ng_above=ng_above,
            part=part_id, sentence=sentence,
        )  # fmt: skip
        self._history = self._read()

    def _running(self, judge: Judge) -> list[Judgement | None]:
        return standing(self.parts, self._history.rows, judge, shift_start(now(), self._shifts))


def _named(judge: Judge) -> tuple[str, str, float, float]:
    return judge.model, judge.model_version, judge.ok_at_most, judge.ng_above
