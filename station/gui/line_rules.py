"""What stands between a trigger and a production part, and what follows from recorded parts: alarms, retests, challenge
parts, serials, the end of a lot. Of the window only: headless there is nobody to acknowledge, present again or put aside."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from models.recipe import Trigger
from station.alarms import Alarm, AlarmWatch
from station.assembly import Station
from station.inspector import Inspection, Judge
from station.line import Line, LineBusy, LineLocked
from station.lot import Lot
from station.retest import RetestFlow
from station.store import line_history
from station.store.database import StoreError
from station.store.journal import append_event

ALARM_STANDS = "an alarm stops the line: acknowledge it, then go on"
CLOSE_CHALLENGE = "the challenge parts have passed: close their list, then go on with production"
ONE_BY_ONE = "the last challenge part waits for its verdict: wait for it, then present the next one"
_LAST_PARTS_S = 15.0  # the end of a lot waits so long for parts that were accepted before it


class LineRules(QObject):
    """Signals may be emitted from any thread."""

    alarmed = Signal(object)  # Alarm, or None: acknowledged
    challenged = Signal()  # a challenge part was recorded, or an engineer let production run
    lot_ended = Signal(str, object)  # the lot's code, Counts

    def __init__(self, station: Station, trigger: Trigger, tell_fault: Callable[[str, str], None]) -> None:
        """tell_fault: source and message; '' = well again."""
        super().__init__()
        self._station = station
        self._tell_fault = tell_fault
        self._counting = threading.Lock()
        self._alarms = AlarmWatch(station.config.alarms)
        self._alarms.restore(line_history.standing_alarm(station.engine), line_history.unacknowledged(station.engine, self._alarms.reach))
        self._newest = 0  # id of the newest production part that was counted
        self._ends: list[threading.Thread] = []
        self.retest = RetestFlow()
        settings = station.config.line.retest
        self._asks_again = settings == "next" or (settings == "manual" and trigger.mode == "manual")

    # -- before a part ---------------------------------------------------------------------------------------------

    def gate(self, _lot: Lot, _judge: Judge) -> str:
        """Why no production part is accepted now; ''."""
        return ALARM_STANDS if self.is_held else ""

    @property
    def is_held(self) -> bool:
        """An alarm stops the line until somebody acknowledges it."""
        return self._station.config.alarms.stop_line and self._alarms.alarm is not None

    def trigger(self, line: Line) -> None:
        """Accept the part under the lens: the next challenge part while their list is open, a production part otherwise.

        Raises:
            LineBusy, LineStopped, LineLocked, LotError: as `Line.trigger`.
        """
        challenge = self._station.challenge
        if not challenge.is_open:
            line.trigger()
            return
        part = challenge.next_part(line.inspector.judge)
        if challenge.has_just_passed or part is None:
            raise LineLocked(CLOSE_CHALLENGE)
        if line.n_finished < line.n_accepted:
            raise LineBusy(ONE_BY_ONE)
        line.trigger(part.label, kind="challenge")

    # -- after a part ----------------------------------------------------------------------------------------------

    def count(self, part_id: int, inspection: Inspection) -> Alarm | None:
        """A part is recorded: an alarm that it raises stops the line at once. From the line's writer thread."""
        if inspection.shot.ticket.kind != "part":
            return None
        with self._counting:
            self._newest = part_id
            return self._alarms.add(part_id, inspection.verdict.judgement)

    def write_down(self, part_id: int, inspection: Inspection, alarm: Alarm | None) -> None:
        """What follows from a recorded part, into the ledger and onto the screen. From the line's writer thread."""
        ticket = inspection.shot.ticket
        try:
            if ticket.kind == "challenge":
                self._station.challenge.recorded(inspection)
                self.challenged.emit()
                return
            if alarm is not None:
                self.alarmed.emit(alarm)
                append_event(self._station.engine, "alarm", ticket.operator, alarm=alarm.kind.value, part=part_id, n=alarm.n_parts, share=alarm.share)
            if ticket.serial:
                earlier = line_history.same_serial(self._station.engine, ticket.lot, ticket.serial, part_id, ticket.retest_of)
                self._tell_fault("serial", f"{ticket.serial} was in this lot before: part {earlier}" if earlier is not None else "")
        except StoreError as err:
            self.challenged.emit()
            self._tell_fault("records", str(err))

    def shown(self, part_id: int, inspection: Inspection, line: Line | None) -> None:
        """A part is on the screen: after RETEST the next shot may be its second look."""
        ticket = inspection.shot.ticket
        if ticket.kind != "part" or not self._asks_again:
            return
        # where the picture gives the serial it is read again, so that another part is not recorded under the first one's
        serial = "" if self._station.config.scanner.read_view else ticket.serial
        self.retest.shown(part_id, inspection.verdict.judgement, serial, ticket.retest_of)
        if line is not None:
            line.retest = self.retest.awaited

    def forget_retest(self, line: Line | None) -> None:
        """The next part is another one."""
        self.retest.forget()
        if line is not None:
            line.retest = None

    # -- people ----------------------------------------------------------------------------------------------------

    @property
    def alarm(self) -> Alarm | None:
        """The one that stands."""
        return self._alarms.alarm

    def acknowledge(self, actor: str) -> bool:
        """Somebody has seen the alarm; False if that cannot be written down, and then it stands."""
        with self._counting:
            alarm = self._alarms.alarm
            if alarm is None:
                return True
            up_to = max(self._newest, alarm.part_id)
            try:
                append_event(self._station.engine, "alarm acknowledged", actor, alarm=alarm.kind.value, part=alarm.part_id, up_to=up_to)
            except StoreError as err:
                self._tell_fault("records", str(err))
                return False
            self._alarms.acknowledge()
        self.alarmed.emit(None)
        return True

    def end_lot(self, lot: Lot, actor: str, line: Line | None) -> None:
        """The lot is over: once its last parts are recorded, its counts are written down and shown. Off this thread."""
        last = 0 if line is None else line.n_accepted

        def end() -> None:
            deadline = time.monotonic() + _LAST_PARTS_S
            while line is not None and line.n_finished < last and time.monotonic() < deadline:
                time.sleep(0.02)
            try:
                counts = line_history.lot_counts(self._station.engine, lot.code)
                judged = {judgement.value: n for judgement, n in counts.parts.items()}
                complete = line is None or line.n_finished >= last
                share = None if counts.yield_share is None else round(counts.yield_share, 6)
                append_event(self._station.engine, "lot end", actor, lot=lot.code, parts=counts.total, yield_share=share, complete=complete, **judged)
            except StoreError as err:
                self._tell_fault("records", f"the end of lot {lot.code} cannot be written: {err}")
                return
            self.lot_ended.emit(lot.code, counts)

        thread = threading.Thread(target=end, name="lot end", daemon=True)
        self._ends = [*(t for t in self._ends if t.is_alive()), thread]
        thread.start()

    def shut_down(self) -> None:
        """The window closes: what is being written is written."""
        for thread in self._ends:
            thread.join(_LAST_PARTS_S + 5)
