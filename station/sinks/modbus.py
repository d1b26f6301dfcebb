"""Verdicts into the holding registers of a PLC, over Modbus TCP.

The block, from `address` on; every number of two registers has its high word first:

    +0  sequence uint32, written last: when it changes, the block is whole
    +2  run      uint32, the CRC-32 of the run's name: another number, another start of the line
    +4  shot     uint32, counted within the run
    +6  verdict  1 OK, 2 NG, 3 RETEST, 4 HOLD
    +7  flags    bit 0: challenge part; bit 1: the lot did not fit; bit 2: the serial did not fit
    +8  score    float32; not a number where the part has none
    +10 lot, then serial, in UTF-8, two bytes a register, filled with 0 (`text_registers` each)

Sequence 0 is no verdict. It stands for a moment where a ledger that was restored or begun anew comes to the very sequence that the
registers hold of another part: without it nothing would change there.
"""

from __future__ import annotations

import logging
import struct
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from station.sinks.settings import ModbusSinkSection
from station.sinks.sink import Delivery, SinkError

CHALLENGE, LOT_CUT, SERIAL_CUT = 1, 2, 4
NO_SEQUENCE = [0, 0]
_ACKNOWLEDGE_POLL_S = 0.01
_UINT32 = 2**32


class ModbusLink:
    """One connection to a Modbus TCP server; SinkError ends it, and it never connects again by itself."""

    def __init__(self, host: str, port: int, device_id: int, timeout_s: float) -> None:
        """Raises SinkError where pymodbus is not installed."""
        try:
            from pymodbus.client import ModbusTcpClient
            from pymodbus.exceptions import ModbusException
        except ImportError as err:
            raise SinkError("kind modbus needs the package pymodbus, which is not installed: uv pip install 'pymodbus>=3.11'") from err
        logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # SinkError says it, once and with the sink's name
        self._make: Callable[[], Any] = lambda: ModbusTcpClient(host, port=port, timeout=timeout_s, retries=0)
        self._error = ModbusException
        self._device_id = device_id
        self._where = f"{host}:{port}"
        self._client: Any = None

    def open(self) -> None:
        """Connect anew."""
        self.close()
        client = self._make()
        if not client.connect():
            raise SinkError(f"no Modbus server answers at {self._where}")
        self._client = client

    def close(self) -> None:
        """Let go."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def read(self, address: int, n: int) -> list[int]:
        """So many holding registers."""
        return list(self._ask("read_holding_registers", address, count=n).registers)

    def write(self, address: int, values: Sequence[int]) -> None:
        """Holding registers, in one request."""
        self._ask("write_registers", address, list(values))

    def read_coil(self, address: int) -> bool:
        """One coil."""
        return bool(self._ask("read_coils", address, count=1).bits[0])

    def write_coil(self, address: int, value: bool) -> None:
        """One coil."""
        self._ask("write_coil", address, value)

    def _ask(self, what: str, address: int, *values: object, **more: object) -> Any:
        client = self._client
        # the library would connect again by itself between two writes, to a server that has forgotten the first of them
        if client is None or not client.connected:
            raise SinkError(f"Modbus server {self._where}: not connected")
        request = f"{what.replace('_', ' ')} at {address}"
        try:
            reply = getattr(client, what)(address, *values, device_id=self._device_id, **more)
        except (self._error, OSError, struct.error) as err:
            reason = "no whole answer in time" if client.connected else "the connection was closed"
            raise SinkError(f"Modbus server {self._where}: {request}: {reason}") from err
        if reply.isError():
            raise SinkError(f"Modbus server {self._where}: refused to {request}: {reply}")
        return reply


class ModbusSink:
    """See the top of this file."""

    kind = "modbus"

    def __init__(self, settings: ModbusSinkSection) -> None:
        """Raises SinkError where pymodbus is not installed."""
        self.name, self.timeout_s = settings.name, settings.timeout_s
        self._settings = settings
        self._link = ModbusLink(settings.host, settings.port, settings.device_id, settings.timeout_s)
        self._n_registers = 10 + 2 * settings.text_registers
        self._is_first = True  # since it was opened: what the registers hold may be another ledger's

    def open(self) -> None:
        """Connect, and read the block once: a PLC without these registers is told of now and not with the first part."""
        self._link.open()
        self._is_first = True
        self._link.read(self._settings.address, self._n_registers)

    def send(self, delivery: Delivery) -> None:
        """Write the block, then its sequence, read that back, and wait for the PLC's own copy where one is agreed."""
        address, sequence = self._settings.address, _words(delivery.sequence)
        values = block(delivery, self._settings.text_registers)
        is_mistakable = self._is_first and self._is_mistakable(sequence, values)
        self._link.write(address + 2, values)
        if is_mistakable:  # after the values: a PLC that takes this for a verdict has the new one twice, not an old one again
            self._link.write(address, NO_SEQUENCE)
            self._let_forget(sequence)
        self._link.write(address, sequence)
        if (found := self._link.read(address, 2)) != sequence:
            raise SinkError(f"Modbus registers {address}, {address + 1}: {sequence} was written, {found} read back; does the PLC write them too?")
        if self._settings.acknowledge_address is not None:
            self._wait_for(self._settings.acknowledge_address, sequence)
        self._is_first = False

    def close(self) -> None:
        """Let go."""
        self._link.close()

    def _is_mistakable(self, sequence: list[int], values: list[int]) -> bool:
        """Whether the PLC holds this sequence of another part, or has copied it from one. The same part that comes again is none."""
        found = self._link.read(self._settings.address, self._n_registers)
        if found == [*sequence, *values]:
            return False
        copy = self._settings.acknowledge_address
        return found[:2] == sequence or (copy is not None and self._link.read(copy, 2) == sequence)

    def _let_forget(self, sequence: list[int]) -> None:
        """Return when the PLC has seen sequence 0: by its copy, else after its time to answer."""
        deadline, address = time.monotonic() + self.timeout_s, self._settings.acknowledge_address
        while address is None or self._link.read(address, 2) == sequence:
            if time.monotonic() > deadline:
                if address is None:
                    return
                raise SinkError(
                    f"registers {address}, {address + 1}: the PLC's copy of the sequence is {sequence} of another part, and it has not copied the 0 "
                    "that was written instead in time: let it copy every change"
                )
            time.sleep(_ACKNOWLEDGE_POLL_S)

    def _wait_for(self, address: int, sequence: list[int]) -> None:
        deadline = time.monotonic() + self._settings.timeout_s
        while (found := self._link.read(address, 2)) != sequence:
            if time.monotonic() > deadline:
                raise SinkError(f"the PLC has not copied the sequence {sequence} to registers {address}, {address + 1} in time: they hold {found}")
            time.sleep(_ACKNOWLEDGE_POLL_S)


def block(delivery: Delivery, text_registers: int) -> list[int]:
    """The registers after the sequence, see the top of this file."""
    lot, lot_is_cut = _text(delivery.lot, text_registers)
    serial, serial_is_cut = _text(delivery.serial, text_registers)
    flags = CHALLENGE * (delivery.kind == "challenge") + LOT_CUT * lot_is_cut + SERIAL_CUT * serial_is_cut
    score = struct.unpack(">2H", struct.pack(">f", _float32(delivery.score)))
    return [*_words(zlib.crc32(delivery.run.encode())), *_words(delivery.shot), delivery.code, flags, *score, *lot, *serial]


def _words(number: int) -> list[int]:
    """High word first; beyond 32 bits the count begins again."""
    return [number % _UINT32 >> 16, number & 0xFFFF]


def _float32(score: float | None) -> float:
    if score is None:
        return float("nan")
    largest = struct.unpack(">f", b"\x7f\x7f\xff\xff")[0]
    return score if abs(score) <= largest else float("inf") * (1 if score > 0 else -1)


def _text(text: str, n_registers: int) -> tuple[list[int], bool]:
    """The registers, and whether characters at the end did not fit; nothing is said of texts that nobody asked for."""
    if not n_registers:
        return [], False
    encoded = text.encode("utf-8", "replace")
    is_cut = len(encoded) > 2 * n_registers
    if is_cut:
        encoded = encoded[: 2 * n_registers].decode("utf-8", "ignore").encode("utf-8")
    filled = encoded.ljust(2 * n_registers, b"\0")
    return list(struct.unpack(f">{n_registers}H", filled)), is_cut
