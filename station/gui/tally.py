"""Keeps the counters of lot and shift: counted once in the ledger, then one part after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Slot

from station.gui.control import Control
from station.gui.counters import LOT, SHIFT, Counters
from station.gui.work import Work
from station.inspector import Inspection
from station.shifts import shift_name, shift_start
from station.shot import now
from station.store import line_history
from station.store.line_history import Counts
from station.verdict import Judgement


class _Scope(QObject):
    """Lot or shift: counts in the ledger while parts go on being recorded."""

    def __init__(self, name: str, counters: Counters, parent: QObject) -> None:
        super().__init__(parent)
        self._name = name
        self._counters = counters
        self._heard: list[tuple[int, Judgement]] | None = None  # while counting: parts that the count may not hold yet
        self._up_to = 0  # parts up to this one are counted: one of them may be heard of afterwards
        self.work = Work(self)
        self.work.done.connect(self._counted)

    def count(self, ask: Callable[[], Counts]) -> None:
        """Count anew, off the GUI thread; 0 until then."""
        self._heard, self._up_to = [], 0
        self._counters.set_counts(dict.fromkeys(Judgement, 0), self._name)
        self.work.start(lambda _progress: ask())

    def set_counts(self, counts: dict[Judgement, int]) -> None:
        """As counted already."""
        self._counters.set_counts(counts, self._name)

    def add(self, part_id: int, judgement: Judgement) -> None:
        """One more recorded part."""
        if part_id <= self._up_to:
            return
        if self._heard is not None:
            self._heard.append((part_id, judgement))
        self._counters.add(judgement, self._name)

    @Slot(object)
    def _counted(self, counts: Counts) -> None:
        later = [judgement for part_id, judgement in self._heard or () if part_id > counts.up_to]
        self._heard, self._up_to = None, counts.up_to
        self._counters.set_counts({judgement: n + later.count(judgement) for judgement, n in counts.parts.items()}, self._name)


class Tally(QObject):
    """Of the Line page."""

    def __init__(self, control: Control, counters: Counters, parent: QObject) -> None:
        super().__init__(parent)
        self._control = control
        self._counters = counters
        self._shift: datetime | None = None
        self._lot_scope, self._shift_scope = _Scope(LOT, counters, self), _Scope(SHIFT, counters, self)
        for scope in (self._lot_scope, self._shift_scope):
            scope.work.failed.connect(self._failed)
        self._lot_scope.set_counts(control.counts())

    def add(self, part_id: int, inspection: Inspection) -> None:
        """A part is recorded; challenge parts are not counted."""
        ticket, judgement = inspection.shot.ticket, inspection.verdict.judgement
        if ticket.kind != "part":
            return
        if ticket.lot == self._control.lot.code:
            self._lot_scope.add(part_id, judgement)
        if self._shift is not None and inspection.shot.taken_at >= self._shift:
            self._shift_scope.add(part_id, judgement)

    def count_lot(self) -> None:
        """Another lot is in hand."""
        engine, lot = self._control.station.engine, self._control.lot.code
        self._lot_scope.count(lambda: line_history.lot_counts(engine, lot))

    @Slot()
    def follow_shift(self) -> None:
        """Begin anew when a shift has begun."""
        starts = self._control.station.config.station.shifts
        start = shift_start(now(), starts)
        if start != self._shift:
            engine, self._shift = self._control.station.engine, start
            self._counters.set_shift(shift_name(start, starts))
            self._shift_scope.count(lambda: line_history.shift_counts(engine, start))

    def shut_down(self) -> None:
        """The window closes."""
        self._lot_scope.work.shut_down()
        self._shift_scope.work.shut_down()

    @Slot(str)
    def _failed(self, message: str) -> None:
        self._control.set_fault("records", message)
