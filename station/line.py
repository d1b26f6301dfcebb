"""The line: capture, judge and writer threads between a camera and the ledger.

    capture thread             judge thread              writer thread
    trigger -> shoot --queue--> inspector.inspect --queue--> recorder.record -> listener.recorded
                 `-> taken: the recorder may begin to write the pictures

Every accepted trigger gives exactly one verdict and one record, in order. A full line refuses aloud. Nothing is shown before it is recorded.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from models.recipe import Trigger
from station.cameras.camera import BadPicture, Camera, CameraError, EndOfPictures
from station.cameras.kept import PREVIEW_PERIOD_S, REOPEN_PAUSES_S, KeptCamera, what_is_wrong
from station.frame_check import STALE, FrameChecks
from station.inspector import Inspection, Inspector, Judge
from station.lot import Lot, check_text
from station.mailbox import Latest
from station.retest import Retest
from station.shot import Frame, Shot, Ticket
from station.trigger import PresenceDetector
from station.verdict import Verdict

log = logging.getLogger(__name__)

MAX_UNJUDGED = 4  # accepted, not yet judged
MAX_UNWRITTEN = 64  # judged, not yet recorded
MAX_WAIT_S = 1.0  # from trigger to picture: later, another part may lie under the lens
RETRY_RECORD_S = 1.0
STOP_TIMEOUT_S = 20.0


class LineBusy(Exception):
    """The trigger was refused: too many accepted parts wait for their verdict. Trigger again in a moment."""


class LineStopped(Exception):
    """The trigger was refused: the line does not run. Start it."""


class LineLocked(Exception):
    """The trigger was refused by a rule that stands before production; the message says which, and what to do."""


Gate = Callable[[Lot, Judge], str]
"""Asked before every production part: '' lets it in, a sentence says why not. Called from any thread; must return at once."""


@dataclass(frozen=True, slots=True)
class Load:
    """How full a line is."""

    unjudged: int  # accepted, not yet judged; at most MAX_UNJUDGED
    unwritten: int  # judged, not yet recorded; at most MAX_UNWRITTEN and those in hand
    refused: int  # triggers of this run that were not accepted


class Recorder(Protocol):
    """Where inspections are kept for ever."""

    stages_ms: dict[str, float]  # of the last `record` that was written

    def record(self, inspection: Inspection) -> int:
        """Store pictures, then one row, and return the part's number in the ledger. Raises when it is not stored."""


class Listener(Protocol):
    """Hears of everything that people should see. Called from the line's threads; must return at once."""

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        """A part is on disk."""

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        """A judged part could not be recorded yet; the line goes on trying and shows HOLD meanwhile."""

    def fault(self, source: str, message: str) -> None:
        """Something is wrong ('camera', 'records', 'model', 'line', 'lock'); an empty message says that it is right again."""

    def ended(self) -> None:
        """No further part will be accepted: the replay has ended or the agreed number is reached."""


class Line:
    """Runs a camera, an inspector and a recorder. One run a Line: made, started, stopped."""

    def __init__(
        self,
        camera: Camera,
        inspector: Inspector,
        recorder: Recorder,
        listener: Listener,
        trigger: Trigger,
        lot: Lot | None = None,
        max_parts: int | None = None,
        gate: Gate = lambda _lot, _judge: "",
        finish: Callable[[Inspection], Inspection] | None = None,
        checks: FrameChecks | None = None,
        taken: Callable[[Shot], None] = lambda _shot: None,
    ) -> None:
        """
        Args:
            trigger: when parts are judged; `trigger()` works in every mode.
            max_parts: stop accepting after so many parts.
            gate: what may refuse production parts; challenge parts pass.
            finish: adds what is only needed for the record, as a serial read from the picture; runs beside the judging of
                the next part, and its time is stage "code".
            checks: which pictures must not be judged; None: all may.
            taken: hears of each shot as soon as it has pictures; must return at once.
        """
        self.preview: Latest[tuple[Frame, ...]] = Latest()
        self.lot = lot or Lot()  # read once a trigger, replaced as a whole
        self.next_serial = ""  # of the next production part; taken by it
        self.retest: Retest | None = None  # the next production part is this part's second look; taken by it
        self.inspector = inspector  # read once a part, replaced as a whole: that is the hot swap
        self.refused = 0
        self._camera = camera
        self._recorder = recorder
        self._listener = listener
        self._trigger = trigger
        self._max_parts = max_parts
        self._gate = gate
        self._finish = finish
        self._checks = checks
        self._taken = taken
        self._told_lock = ""  # told of automatic triggers
        self._presence = PresenceDetector(trigger)
        self._places = threading.Semaphore(MAX_UNJUDGED)
        self._tickets: queue.SimpleQueue[Ticket | None] = queue.SimpleQueue()
        self._shots: queue.SimpleQueue[Shot | None] = queue.SimpleQueue()  # bounded by _places
        self._inspections: queue.Queue[Inspection | None] = queue.Queue(MAX_UNWRITTEN)
        self._accepting = threading.Lock()
        self._n_accepted = 0
        self._n_judged = 0
        self._n_finished = 0
        self._is_running = False
        self._is_late = False
        self._leave = threading.Event()  # capture thread: finish the tickets in hand and go
        self._give_up = threading.Event()  # writer thread: stop retrying
        self._threads = [
            threading.Thread(target=self._capture, name="capture", daemon=True),
            threading.Thread(target=self._judge, name="judge", daemon=True),
            threading.Thread(target=self._write, name="writer", daemon=True),
        ]

    def start(self) -> None:
        """Start the threads. The camera is opened by the capture thread; if that fails it is tried again."""
        self._is_running = True
        for thread in self._threads:
            thread.start()

    @property
    def is_running(self) -> bool:
        """Parts are being accepted."""
        return self._is_running

    @property
    def n_accepted(self) -> int:
        """So many parts were accepted in this run."""
        return self._n_accepted

    @property
    def n_finished(self) -> int:
        """So many of them have left the line, in order: they are recorded, or were given up at the end."""
        return self._n_finished

    @property
    def load(self) -> Load:
        """How full the line is now."""
        finished, judged, accepted = self._n_finished, self._n_judged, self._n_accepted  # in this order none of the two is negative
        return Load(accepted - judged, judged - finished, self.refused)

    def trigger(self, serial: str = "", kind: str = "part") -> int:
        """Accept one part; returns its number in this run.

        Args:
            serial: of this part; '' = `next_serial`.
            kind: 'challenge' for a known part, which the gate lets in and which takes no serial or retest from the next part.

        Raises:
            LineBusy, LineStopped, LineLocked: refused; no verdict and no record will come of it.
            LotError: the serial cannot be recorded.
        """
        check_text("serial", serial)
        if kind == "part" and (reason := self._lock()):
            self.refused += 1
            raise LineLocked(reason)
        if not self._places.acquire(blocking=False):
            self.refused += 1
            raise LineBusy(f"{MAX_UNJUDGED} parts wait for their verdict; this one was not accepted: trigger again")
        return self._accept(serial, kind)

    def stop(self) -> bool:
        """Accept no more, finish every accepted part, close the camera; may be called twice.

        Returns:
            True if every accepted part was recorded.
        """
        with self._accepting:
            self._is_running = False
        self._leave.set()
        self._tickets.put(None)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.1, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            self._give_up.set()
            self._threads[-1].join(2 * RETRY_RECORD_S)
        if alive := [thread.name for thread in self._threads if thread.is_alive()]:
            log.error("line: %s thread did not end within %g s", ", ".join(alive), STOP_TIMEOUT_S)
        return not alive and not self._give_up.is_set()

    # -- accepting -------------------------------------------------------------------------------------------------

    def _lock(self) -> str:
        return self._gate(self.lot, self.inspector.judge)

    def _accept(self, serial: str = "", kind: str = "part") -> int:
        """A ticket for a place that the caller has acquired."""
        with self._accepting:
            if not self._is_running:
                self._places.release()
                raise LineStopped("the line does not run: start it")
            self._n_accepted += 1
            lot = self.lot
            if kind == "part":
                retest, self.retest = self.retest, None
                given, self.next_serial = self.next_serial, ""
                ticket = Ticket(self._n_accepted, lot.code, lot.operator, serial or given or (retest.serial if retest is not None else ""))
                ticket = replace(ticket, retest_of=None if retest is None else retest.part_id)
            else:
                ticket = Ticket(self._n_accepted, lot.code, lot.operator, serial, kind=kind)
            self._tickets.put(ticket)
            reached = self._n_accepted == self._max_parts
            if reached:
                self._is_running = False
        if reached:
            self._leave.set()
        return ticket.number

    # -- capture thread --------------------------------------------------------------------------------------------

    def _capture(self) -> None:
        camera = KeptCamera(self._camera, REOPEN_PAUSES_S, lambda message: self._tell_fault("camera", message))
        next_tick = time.monotonic()
        while True:
            if camera.open_when_due() and self._checks is not None:
                self._checks.reopened()
            # Beats that fall while the camera is away are no parts that anybody presented: they are not made up for.
            next_tick = self._tick(next_tick) if camera.is_open else max(next_tick, time.monotonic() + PREVIEW_PERIOD_S)
            ticket = self._next_ticket(next_tick)
            if ticket is None and self._leave.is_set() and self._tickets.empty():
                break
            try:
                if ticket is not None:
                    self._shots.put(shot := self._shoot(ticket, camera))
                    ticket = None  # it has its shot
                    if shot.fault.startswith(STALE):
                        raise CameraError(shot.fault)
                    came = bool(shot.frames)
                else:
                    came = camera.is_open and self._look()
                if came:
                    camera.gave_picture()
                if self._camera.is_finished:  # before anything more is accepted
                    self._end(None, "")
            except EndOfPictures as err:
                log.info("%s", err)
                self._end(ticket, str(err))
            except Exception as err:  # a driver may raise anything
                if ticket is not None:
                    self._shots.put(Shot(ticket, (), f"camera fault: {what_is_wrong(err)}"))
                if not isinstance(err, BadPicture):
                    camera.failed(err)
        camera.close()
        self._shots.put(None)
        self._tell(self._listener.ended)

    def _shoot(self, ticket: Ticket, camera: KeptCamera) -> Shot:
        if not camera.is_open:
            return Shot(ticket, (), f"camera fault: {camera.message or 'the camera is not open'}")
        waited_s = time.monotonic() - ticket.accepted_s
        if waited_s > MAX_WAIT_S:
            return Shot(ticket, (), f"no picture: the camera was ready only {waited_s:.1f} s after the trigger, at most {MAX_WAIT_S:g} s allowed")
        asked_s = time.monotonic()
        frames = self._camera.shoot()
        came_s = time.monotonic()
        self._tell(self._taken, Shot(ticket, frames))
        fault = "" if self._checks is None else self._checks.fault(frames, ticket.accepted_s, asked_s, self._camera.is_live)
        self.preview.put(frames)
        return Shot(ticket, frames, fault, {"wait": waited_s * 1e3, "capture": (came_s - asked_s) * 1e3, "check": (time.monotonic() - came_s) * 1e3})

    def _look(self) -> bool:
        """Whether there was a picture that was not there before."""
        frames = self._camera.preview()
        self.preview.put(frames)
        is_new = bool(frames) and (self._checks is None or not self._camera.is_live or self._checks.is_new(frames))
        if self._told_lock:
            self._is_locked()
        if self._trigger.mode == "presence" and frames and self._presence.sees_new_part(frames[0].picture):
            self._accept_automatically()
        return is_new

    def _tick(self, next_tick: float) -> float:
        """Interval mode: accept when it is time; a full line delays or skips the beat, it never loses a part."""
        if self._trigger.mode != "interval" or not self._is_running or time.monotonic() < next_tick:
            return next_tick
        if self._is_locked():  # beats that fall meanwhile are refused, and not made up for
            self.refused += self._trigger.interval_ms > 0
            return time.monotonic() + max(PREVIEW_PERIOD_S, self._trigger.interval_ms / 1e3)
        if self._trigger.interval_ms == 0:
            if self._places.acquire(timeout=PREVIEW_PERIOD_S):
                self._try_accept()
            return next_tick
        interval_s = self._trigger.interval_ms / 1e3
        missed = int((time.monotonic() - next_tick) / interval_s)
        if missed:
            self._refuse(missed, "the camera is slower than the trigger's interval: parts were not accepted")
        self._accept_automatically(is_on_time=not missed)
        return next_tick + (missed + 1) * interval_s

    def _accept_automatically(self, is_on_time: bool = True) -> None:
        if self._is_locked():
            self.refused += 1
            return
        if not self._places.acquire(blocking=False):
            self._refuse(1, "the line is slower than its trigger: parts are not accepted")
            return
        self._try_accept()
        if self._is_late and is_on_time:
            self._is_late = False
            self._tell_fault("line", "")

    def _is_locked(self) -> bool:
        """Whether automatic triggers are refused now; each new reason is told once, and when it is over."""
        if (reason := self._lock()) != self._told_lock:
            self._told_lock = reason
            self._tell_fault("lock", reason)
        return bool(reason)

    def _refuse(self, n: int, reason: str) -> None:
        self.refused += n
        if not self._is_late:
            self._is_late = True
            self._tell_fault("line", reason)

    def _try_accept(self) -> None:
        try:
            self._accept()
        except LineStopped:
            log.debug("automatic trigger after the line was stopped")

    def _next_ticket(self, next_tick: float) -> Ticket | None:
        """The next accepted part, or None when it is time for a preview, for the next beat or for leaving."""
        timeout = PREVIEW_PERIOD_S
        if self._trigger.mode == "interval":
            timeout = min(timeout, max(0.0, next_tick - time.monotonic()))
        try:
            return self._tickets.get_nowait() if self._leave.is_set() else self._tickets.get(timeout=timeout)
        except queue.Empty:
            return None

    def _end(self, ticket: Ticket | None, reason: str) -> None:
        """The replay is over: held is what was accepted, nothing more is."""
        with self._accepting:
            self._is_running = False
        self._leave.set()
        if ticket is not None:
            self._shots.put(Shot(ticket, (), f"no picture: {reason}"))

    # -- judge thread ----------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        while (shot := self._shots.get()) is not None:
            inspector = self.inspector
            start = time.perf_counter()
            try:
                inspection = inspector.inspect(shot)
            except Exception as err:  # whatever it was, the part is held
                log.exception("part %d could not be judged", shot.ticket.number)
                inspection = inspector.hold(shot, f"could not be judged: {type(err).__name__}: {err}")
            stages = inspection.stages_ms | {"judge": (time.perf_counter() - start) * 1e3}
            self._inspections.put(replace(inspection, stages_ms=shot.stages_ms | stages))
            self._n_judged += 1
            self._places.release()
        self._inspections.put(None)

    # -- writer thread ---------------------------------------------------------------------------------------------

    def _write(self) -> None:
        while (inspection := self._inspections.get()) is not None:
            inspection = self._finished(inspection)
            told, part_id = "", None
            while True:
                start = time.perf_counter()
                try:
                    part_id = self._recorder.record(inspection)
                    stages = inspection.stages_ms | self._recorder.stages_ms | {"record": (time.perf_counter() - start) * 1e3}
                    inspection = replace(inspection, stages_ms=stages)
                    break
                except Exception as err:  # whatever it was, the part is kept in hand and tried again
                    number = inspection.shot.ticket.number
                    if not told:
                        log.info("part %d could not be recorded; trying again every %g s", number, RETRY_RECORD_S, exc_info=True)
                    if (reason := f"not recorded: {err}") != told:
                        told = reason
                        self._tell_fault("records", f"part {number} is {reason}")
                        self._tell(self._listener.unrecorded, inspection, reason)
                    if self._give_up.wait(RETRY_RECORD_S):
                        log.error("part %d was never recorded; judged, and %s", number, reason)
                        break
            if part_id is not None:
                if told:
                    self._tell_fault("records", "")
                self._tell(self._listener.recorded, part_id, inspection)
            self._n_finished += 1

    def _finished(self, inspection: Inspection) -> Inspection:
        if self._finish is None:
            return inspection
        start = time.perf_counter()
        try:
            finished = self._finish(inspection)
        except Exception as err:  # as in the judge loop: the part is held
            log.exception("part %d could not be finished", inspection.shot.ticket.number)
            finished = replace(inspection, verdict=Verdict.hold(f"could not be judged: {type(err).__name__}: {err}"))
        return replace(finished, stages_ms=finished.stages_ms | {"code": (time.perf_counter() - start) * 1e3})

    # -- telling ---------------------------------------------------------------------------------------------------

    def _tell_fault(self, source: str, message: str) -> None:
        if message:
            log.warning("%s: %s", source, message)
        self._tell(self._listener.fault, source, message)

    def _tell(self, hear: Callable[..., None], *news: object) -> None:
        """A listener that fails must not stop parts from being judged and recorded."""
        try:
            hear(*news)
        except Exception:
            log.exception("the line's listener failed")
