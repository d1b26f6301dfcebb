"""Triggers from outside: a coil of a PLC, or messages of an MQTT broker. The station connects to them, it listens on no port.

A trigger that came while nobody could hear it is not made up for: by then another part may lie under the lens.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from station.config import ConfigError
from station.line import MAX_WAIT_S, LineBusy, LineLocked, LineStopped
from station.lot import LotError
from station.sinks.kinds import read_secret, tls_context, topic_of, warn_of_open_secret
from station.sinks.modbus import ModbusLink
from station.sinks.mqtt import MqttLink
from station.sinks.settings import ModbusTriggerSection, MqttTriggerSection
from station.sinks.sink import SinkError

if TYPE_CHECKING:
    from paho.mqtt.client import MQTTMessage

log = logging.getLogger(__name__)

WHERE = "trigger_in"
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STOP_TIMEOUT_S = 5.0
MAX_MESSAGE_BYTES = 4096
ACCEPTED, BUSY, STOPPED, LOCKED, LATE = 0, 1, 2, 3, 4
"""Answers in the PLC's register."""
_ANSWERS: dict[type[Exception], int] = {LineBusy: BUSY, LineStopped: STOPPED, LineLocked: LOCKED}

Trigger = Callable[[str], int]
"""Accepts one part with this serial ('' = none) and returns its number; raises as `Line.trigger`."""

_DEAF = "no trigger can come from outside"


class _Source(Protocol):
    """What listens. Opened, looked at again and again, closed; by one thread."""

    def open(self) -> None:
        """Connect. Raises SinkError."""

    def look(self) -> None:
        """Wait a moment for a trigger and pass it on. Raises SinkError where the connection is lost."""

    def close(self) -> None:
        """Let go."""


class TriggerIn:
    """Runs beside one line. Made, started, stopped once."""

    def __init__(
        self,
        settings: ModbusTriggerSection | MqttTriggerSection,
        station: str,
        folder: Path,
        trigger: Trigger,
        failed: Callable[[str, str], None],
    ) -> None:
        """
        Args:
            station: its name, for topics.
            folder: what certificate paths are relative to.
            trigger: accepts a part.
            failed: hears ("trigger_in", sentence), and '' when it is right again; called from this object's threads.

        Raises:
            ConfigError: the library is not installed, a secret is not in the environment, a certificate cannot be read.
        """
        self._told = ""
        self._failed = failed
        self._leave = threading.Event()
        try:
            self._source: _Source = (
                _Coil(settings, trigger, self._tell, self._leave)
                if isinstance(settings, ModbusTriggerSection)
                else _Messages(settings, station, folder, trigger, self._tell, self._leave)
            )
        except SinkError as err:
            raise ConfigError(f"{WHERE}: {err}") from err
        self._thread = threading.Thread(target=self._run, name=WHERE, daemon=True)

    def start(self) -> None:
        """Connect, and again for ever where that fails."""
        self._thread.start()

    def stop(self) -> None:
        """No further trigger is passed on."""
        self._leave.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_TIMEOUT_S)
            if self._thread.is_alive():
                log.error("%s: hangs; given up after %g s", WHERE, STOP_TIMEOUT_S)

    def _run(self) -> None:
        n_failures = 0
        while not self._leave.is_set():
            try:
                try:
                    self._source.open()
                    while not self._leave.is_set():
                        self._source.look()
                        if n_failures:  # not after open alone: a server may take the connection and refuse every question
                            n_failures = 0
                            if self._told.startswith(_DEAF):  # what this look said of a trigger stands
                                self._tell("")
                finally:
                    self._source.close()
            except SinkError as err:
                n_failures += 1
                self._tell(f"{_DEAF}: {err}")
            except Exception as err:  # whatever a library raises: a thread that died here would be a station that hears nothing
                n_failures += 1
                message = f"{_DEAF}: {type(err).__name__}: {err}"
                if message != self._told:
                    log.exception("%s failed", WHERE)
                self._tell(message)
            if n_failures:
                self._leave.wait(PAUSES_S[min(n_failures, len(PAUSES_S)) - 1])

    def _tell(self, message: str) -> None:
        if message == self._told:
            return
        self._told = message
        if message:
            log.warning("%s: %s", WHERE, message)
        try:
            self._failed(WHERE, message)
        except Exception:  # as the line: a listener that fails must not stop triggers
            log.exception("the listener of triggers failed")


class _Coil:
    """A rising edge of a coil is a trigger; the station resets the coil once the part is accepted, and so acknowledges.

    A refused trigger is answered in a register, then the coil is reset too; where no register is agreed the coil stays set,
    since a reset would look like an acceptance: the PLC takes it back and sets it again for its next part.

    Where the connection broke before an answer was seen to arrive, the coil says what became of it. Low: the PLC is done with
    that part. Set: this may be the same part or the next one, so the coil is never reset as accepted, and no part is taken for it.
    """

    def __init__(self, settings: ModbusTriggerSection, trigger: Trigger, tell: Callable[[str], None], leave: threading.Event) -> None:
        self._settings, self._trigger, self._tell, self._leave = settings, trigger, tell, leave
        self._link = ModbusLink(settings.host, settings.port, settings.device_id, settings.timeout_s)
        self._was_set = False
        self._seen_at = float("-inf")  # when the coil was last read as not set
        self._answer: int | None = None  # decided, not yet known to be written: survives a broken connection, so that no part is accepted twice

    def open(self) -> None:
        self._link.open()

    def close(self) -> None:
        self._link.close()

    def look(self) -> None:
        coil = self._settings.coil
        is_set = self._link.read_coil(coil)
        looked_at = time.monotonic()
        if not is_set:
            self._was_set, self._seen_at, self._answer = False, looked_at, None
        elif self._answer is not None:
            self._tell(
                f"coil {coil} is set after the connection broke while the part before was answered: that part's or the next one's, nobody can "
                "know; not counted as a trigger; take the coil back and present the part again"
            )
            self._write_answer(LATE)
        elif not self._was_set:
            self._was_set = True
            self._answer = self._take(looked_at)
            self._write_answer(self._answer)
        self._leave.wait(self._settings.poll_ms / 1e3)

    def _take(self, looked_at: float) -> int:
        """The answer to a rising edge."""
        if looked_at - self._seen_at > MAX_WAIT_S:
            self._tell(f"coil {self._settings.coil} was set while the station did not look: not counted as a trigger; present the part again")
            return LATE
        try:
            self._trigger("")
        except (LineBusy, LineStopped, LineLocked) as err:
            self._tell(f"refused: {err}")
            return _ANSWERS[type(err)]
        self._tell("")
        return ACCEPTED

    def _write_answer(self, answer: int) -> None:
        register = self._settings.answer_register
        if register is not None:
            self._link.write(register, [answer])
        if answer == ACCEPTED or register is not None:
            self._link.write_coil(self._settings.coil, False)
            self._was_set, self._seen_at = False, time.monotonic()
        self._answer = None


class _Messages:
    """A message is a trigger: empty, or JSON {"serial": "…"}. Retained ones are old news and ignored."""

    def __init__(
        self, settings: MqttTriggerSection, station: str, folder: Path, trigger: Trigger, tell: Callable[[str], None], leave: threading.Event
    ) -> None:
        self._trigger, self._tell, self._leave = trigger, tell, leave
        password = read_secret(WHERE, settings.password_env)
        warn_of_open_secret(WHERE, password, settings.tls is not None)
        tls = None if settings.tls is None else tls_context(WHERE, settings.tls, folder)
        self._topic = topic_of(WHERE, settings.topic, station)
        self._link = MqttLink(settings.host, settings.port, settings.timeout_s, settings.user, password, tls)
        self._last_id = 0

    def open(self) -> None:
        self._last_id = 0
        self._link.open(self._topic, self._hear)

    def close(self) -> None:
        self._link.close()

    def look(self) -> None:
        self._leave.wait(0.1)
        if self._link.problem:
            raise SinkError(f"{self._link.where}: {self._link.problem}")

    def _hear(self, message: MQTTMessage) -> None:
        """Called from the link's thread."""
        if message.retain or self._leave.is_set():
            return
        if message.dup and message.mid == self._last_id:  # the broker missed our acknowledgement
            return
        self._last_id = message.mid
        try:
            self._trigger(_serial(message.payload))
        except (LineBusy, LineStopped, LineLocked, LotError) as err:
            self._tell(f"refused: {err}")
        except Exception as err:  # in paho's own thread, which would end silently
            log.exception("%s failed", WHERE)
            self._tell(f"refused: {type(err).__name__}: {err}")
        else:
            self._tell("")


def _serial(payload: bytes | bytearray) -> str:
    """The serial in a message; raises LotError for anything else. Its characters and length are the line's to check."""
    if not payload.strip():
        return ""
    expected = 'expected nothing or {"serial": "…"}'
    if len(payload) > MAX_MESSAGE_BYTES:
        raise LotError(f"message of {len(payload)} bytes, at most {MAX_MESSAGE_BYTES} allowed; {expected}")
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError) as err:
        raise LotError(f"message {bytes(payload[:80])!r} is no JSON; {expected}") from err
    if not isinstance(told, dict) or set(told) - {"serial"} or not isinstance(told.get("serial", ""), str):
        raise LotError(f"message {bytes(payload[:80])!r}: {expected}")
    return str(told.get("serial", ""))
