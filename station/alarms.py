"""Alarms over several parts: what one verdict cannot tell. Plain counting; who shows them and stops the line is elsewhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from station.config import AlarmsSection
from station.verdict import Judgement


class AlarmKind(StrEnum):
    """What is wrong."""

    NG = "consecutive NG"
    HOLD = "consecutive HOLD"
    YIELD = "yield"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Raised by one part; it stands until somebody acknowledges it."""

    kind: AlarmKind
    part_id: int  # the part that raised it
    n_parts: int  # so many in a row, or so many that the yield was counted over
    share: float | None = None  # the yield, 0..1


class AlarmWatch:
    """Hears of every recorded part of kind 'part', in order, and raises at most one alarm at a time."""

    def __init__(self, settings: AlarmsSection) -> None:
        self._settings = settings
        self._in_a_row = 0
        self._before: Judgement | None = None
        self._judged: deque[bool] = deque(maxlen=settings.yield_parts)  # OK or not, of the parts that got a verdict
        self.alarm: Alarm | None = None

    def add(self, part_id: int, judgement: Judgement) -> Alarm | None:
        """One more part. Returns the alarm that it raises; None while another one stands."""
        self._count(judgement)
        if self.alarm is None:
            self.alarm = self._alarm(part_id, judgement)
            return self.alarm
        return None

    def restore(self, alarm: Alarm | None, judgements: Iterable[Judgement]) -> None:
        """As it was before this start: the alarm that nobody had acknowledged, and the parts since the last acknowledgement, oldest first."""
        for judgement in judgements:
            self._count(judgement)
        self.alarm = alarm

    def acknowledge(self) -> None:
        """Somebody has seen it: every count begins anew."""
        self.alarm = None
        self._in_a_row, self._before = 0, None
        self._judged.clear()

    @property
    def reach(self) -> int:
        """So many of the newest parts decide whether an alarm stands."""
        return max(self._settings.consecutive_ng, self._settings.hold_consecutive, self._settings.yield_parts)

    def _count(self, judgement: Judgement) -> None:
        self._in_a_row = self._in_a_row + 1 if judgement is self._before else 1
        self._before = judgement
        if judgement is not Judgement.HOLD:
            self._judged.append(judgement is Judgement.OK)

    def _alarm(self, part_id: int, judgement: Judgement) -> Alarm | None:
        limits = {Judgement.NG: (AlarmKind.NG, self._settings.consecutive_ng), Judgement.HOLD: (AlarmKind.HOLD, self._settings.hold_consecutive)}
        kind, limit = limits.get(judgement, (None, 0))
        if kind is not None and limit and self._in_a_row >= limit:
            return Alarm(kind, part_id, self._in_a_row)
        if self._settings.yield_below and len(self._judged) == self._settings.yield_parts:
            share = sum(self._judged) / len(self._judged)
            if share < self._settings.yield_below:
                return Alarm(AlarmKind.YIELD, part_id, len(self._judged), share)
        return None
