"""Between the line's threads and the widgets: starts and stops the line, asks the ledger, turns callbacks into signals."""

from __future__ import annotations

import logging
import threading

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from models.manifest import ModelError
from models.pictures import PictureError, read_grey
from models.recipe import RecipeError, Trigger
from station import activation
from station.assembly import RunningLine, Station
from station.cameras.camera import CameraError
from station.config import ConfigError
from station.gui.line_rules import LineRules
from station.inspector import Inspection, Judge
from station.line import LineBusy, LineLocked, LineStopped, Load
from station.lot import Lot, LotError, check_text
from station.shot import Frame
from station.store import queries
from station.store.database import StoreError
from station.store.journal import append_event
from station.store.queries import PartLine
from station.verdict import Judgement

log = logging.getLogger(__name__)


class Control(QObject):
    """The line as the window sees it. Every signal may be emitted from a thread; connect them to QObjects' methods."""

    recorded = Signal(int, object)  # part id, Inspection
    unrecorded = Signal(object, str)  # Inspection, reason
    faulted = Signal(str, str)  # source, message; '' = well again
    state_changed = Signal(str)  # 'stopped' | 'starting' | 'running' | 'stopping'

    def __init__(self, station: Station, lot: Lot, trigger: Trigger) -> None:
        super().__init__()
        self.station = station
        self.trigger_settings = trigger
        self.lot = lot
        self.state = "stopped"
        self._running: RunningLine | None = None
        self._serial = ""
        self.rules = LineRules(station, trigger, self.set_fault)
        self._changing = threading.RLock()  # state, lot and running line change together
        self._worker: threading.Thread | None = None
        self._activator: threading.Thread | None = None
        self.faults: dict[str, str] = {}  # by source, in the order in which they began
        self.faulted.connect(self._keep_fault)
        self.recorded.connect(self._records_are_well)

    # -- faults ----------------------------------------------------------------------------------------------------

    def set_fault(self, source: str, message: str) -> None:
        """Tell every page; an empty message says that the source is well again."""
        self.faulted.emit(source, message)

    @Slot(str, str)
    def _keep_fault(self, source: str, message: str) -> None:
        if message:
            self.faults[source] = message
        else:
            self.faults.pop(source, None)

    @Slot(int, object)
    def _records_are_well(self, _part_id: int, _inspection: Inspection) -> None:
        if "records" in self.faults:  # this one is on disk
            self.faulted.emit("records", "")

    # -- asked by the window ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Load the active model and start the line, off the GUI thread."""
        if self._change("stopped", "starting"):
            self._work(self._start)

    def stop(self) -> None:
        """Finish what was accepted and stop, off the GUI thread."""
        if self._change("running", "stopping"):
            self._work(self._stop)

    def close(self) -> None:
        """Stop and wait: the window is closing."""
        self.rules.shut_down()
        if self._worker is not None:
            self._worker.join(30)
        if self._change("running", "stopping"):
            self._stop()
        for thread in (self._worker, self._activator):  # a stop that began meanwhile; a version for the new lot
            if thread is not None:
                thread.join(30)

    def trigger(self) -> None:
        """Judge the part under the lens; a refusal becomes a fault of the line."""
        running = self._running
        if running is None or self.state != "running":
            return
        try:
            self.rules.trigger(running.line)
        except (LineBusy, LineStopped, LineLocked, LotError) as err:
            self.faulted.emit("trigger", str(err))
        else:
            self.faulted.emit("trigger", "")

    def set_lot(self, lot: Lot) -> None:
        """From the next part on."""
        with self._changing:
            if lot == self.lot:
                return
            if lot.code != self.lot.code:
                self._activate_pending(lot.code)
            before, self.lot = self.lot, lot
            running = self._running
            line = None if running is None else running.line
            if line is not None:
                line.lot = lot
        if before.code != lot.code:
            self.rules.forget_retest(line)
            if before.code:
                self.rules.end_lot(before, lot.operator or before.operator, line)
        try:
            append_event(self.station.engine, "lot", lot.operator, lot=lot.code)
        except StoreError as err:
            self.faulted.emit("records", str(err))

    @property
    def next_serial(self) -> str:
        """Of the next part; '' once a part has taken it."""
        running = self._running
        return self._serial if running is None else running.line.next_serial

    def set_serial(self, serial: str) -> None:
        """The next part's. Raises LotError: it cannot be recorded."""
        check_text("serial", serial)
        with self._changing:
            self._serial = serial
            if self._running is not None:
                self._running.line.next_serial = serial

    def shown(self, part_id: int, inspection: Inspection) -> None:
        """A recorded part is on the screen."""
        running = self._running
        self.rules.shown(part_id, inspection, None if running is None else running.line)

    def skip_retest(self) -> None:
        """The next part is another one than the RETEST part that was asked for."""
        running = self._running
        self.rules.forget_retest(None if running is None else running.line)

    def acknowledge(self, actor: str) -> None:
        """The alarm was seen; the line may go on."""
        if self.rules.acknowledge(actor):
            self.allow()

    def allow(self) -> None:
        """A rule that refused parts has been met: what was told of refusals is over."""
        for source in ("trigger", "lock"):
            if source in self.faults:
                self.faulted.emit(source, "")

    def override_challenge(self, actor: str, reason: str) -> None:
        """An engineer lets production run. Raises ValueError, StoreError: it stays locked."""
        if (judge := self.judge) is None:
            raise ValueError("the line does not run: start it, then override")
        self.station.challenge.override(judge, actor, reason)
        self.rules.challenged.emit()

    def why_challenge(self) -> str:
        """Why the challenge parts must be run now; '' if they need not, or nothing runs."""
        judge = self.judge
        return "" if judge is None else self.station.challenge.due(judge)

    def newest_frames(self) -> tuple[Frame, ...] | None:
        """What the lens sees, once for each new picture."""
        running = self._running
        return None if running is None else running.line.preview.take()

    @property
    def load(self) -> Load | None:
        """How full the line is; None while it does not run."""
        running = self._running
        return None if running is None else running.line.load

    @property
    def judge(self) -> Judge | None:
        """Recipe and model that judge now."""
        running = self._running
        return None if running is None else running.line.inspector.judge

    def counts(self) -> dict[Judgement, int]:
        """Of the lot in hand."""
        return queries.counts(self.station.engine, self.lot.code)

    def last_parts(self, n: int) -> list[PartLine]:
        """Of the ledger, newest first."""
        return queries.last_parts(self.station.engine, n)

    def stored_pictures(self, part_id: int) -> dict[str, NDArray[np.uint8]]:
        """A recorded part's pictures by view; those that retention has deleted are missing."""
        pictures = {}
        for view, path in queries.picture_paths(self.station.engine, part_id).items():
            try:
                pictures[view] = read_grey(self.station.pictures.folder / path)
            except PictureError as err:
                log.info("%s", err)
        return pictures

    # -- worker threads --------------------------------------------------------------------------------------------

    def end(self) -> None:
        """The line accepts no more, as after the last picture of a replay; called from its capture thread."""
        self.stop()

    def _start(self) -> None:
        try:
            station = self.station.refreshed()
            if self.trigger_settings == self.station.recipe.trigger:  # not given on the command line
                self.trigger_settings = station.recipe.trigger
            self.station = station
            running = self.station.make_line(_Ear(self), self.lot, self.trigger_settings, gate=self.rules.gate)
            for source in ("model", "line", "lock", "trigger_in"):  # what the run before met; a new one tells only what it meets itself
                if source in self.faults:
                    self.faulted.emit(source, "")
            with self._changing:
                running.line.lot = self.lot  # it may have been entered while the model was loading
                running.line.next_serial, self._serial = self._serial, ""
                running.start()
                self._running = running
        except Exception as err:  # whatever it was: a window that says "starting" for ever helps nobody
            is_known = isinstance(err, (RecipeError, ModelError, CameraError, StoreError, ConfigError, OSError))
            log.error("the line cannot start: %s", err, exc_info=not is_known)
            self.faulted.emit("start", str(err) if is_known else f"{type(err).__name__}: {err}; see logs/station.log")
            self._become("stopped")
            return
        self.faulted.emit("start", "")
        self._become("running")
        if not running.line.is_running:  # it ended before anybody could be told
            self.stop()

    def _stop(self) -> None:
        running = self._running
        complete = running is None or running.stop()
        with self._changing:
            self._running = None
        self.rules.forget_retest(None)
        if not complete:
            self.faulted.emit("records", "not every accepted part could be recorded; see logs/station.log")
        self._become("stopped")

    def _activate_pending(self, lot: str) -> None:
        """The version that waits for the next lot, off the GUI thread."""
        station = self.station
        if not activation.has_pending(station.loader):
            return

        def act() -> None:
            try:
                activation.carry_out(station.loader, station.engine, lot)
            except (ModelError, StoreError, OSError) as err:
                self.faulted.emit("activation", str(err))
            else:
                self.faulted.emit("activation", "")

        self._activator = threading.Thread(target=act, name="activation", daemon=True)
        self._activator.start()

    def _work(self, task: object) -> None:
        self._worker = threading.Thread(target=task, name="control", daemon=True)  # type: ignore[arg-type]
        self._worker.start()

    def _change(self, before: str, after: str) -> bool:
        """Go from one state to another; False if it is in a third, so that of two callers one acts."""
        with self._changing:
            if self.state != before:
                return False
            self._become(after)
            return True

    def _become(self, state: str) -> None:
        self.state = state
        self.state_changed.emit(state)


class _Ear:
    """The line's listener: hands everything on as signals."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def recorded(self, part_id: int, inspection: Inspection) -> None:
        alarm = self._control.rules.count(part_id, inspection)
        self._control.recorded.emit(part_id, inspection)
        self._control.rules.write_down(part_id, inspection, alarm)

    def unrecorded(self, inspection: Inspection, reason: str) -> None:
        self._control.unrecorded.emit(inspection, reason)

    def fault(self, source: str, message: str) -> None:
        self._control.faulted.emit(source, message)

    def ended(self) -> None:
        self._control.end()
