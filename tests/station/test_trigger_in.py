"""Triggers from a PLC's coil and from an MQTT topic, on real servers."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

import station.trigger_in
from benchmarks.receivers import HOST, Receiver
from models.recipe import Trigger
from station.assembly import open_station
from station.config import read_config
from station.line import Line, LineBusy, LineLocked, LineStopped
from station.lot import Lot, LotError
from station.sinks.modbus import ModbusLink
from station.sinks.mqtt import MqttLink
from station.sinks.settings import ModbusTriggerSection, TriggerInSection
from station.sinks.sink import SinkError
from station.trigger_in import TriggerIn, _serial
from tests.conftest import REPOSITORY
from tests.station.line_pc import line_pc
from tests.station.parts import Camera, Ear, Inspector, Recorder, wait_until
from tests.station.test_commands import ENVIRONMENT

COIL, ANSWER = 3, 120


class Gate:
    """Accepts parts like a line, and remembers their serials; refuses with `error` while it is set."""

    def __init__(self) -> None:
        self.serials: list[str] = []
        self.error: Exception | None = None

    def __call__(self, serial: str) -> int:
        if self.error is not None:
            raise self.error
        self.serials.append(serial)
        return len(self.serials)


Listen = Callable[..., tuple[TriggerIn, Gate, Ear]]


@pytest.fixture(scope="module")
def plc_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    receiver = Receiver("modbus", tmp_path_factory.mktemp("plc") / "taken")
    receiver.start()
    yield receiver
    receiver.kill()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    receiver = Receiver("mqtt", tmp_path_factory.mktemp("broker") / "taken")
    receiver.start()
    yield receiver
    receiver.kill()


@pytest.fixture
def plc(plc_server: Receiver) -> Iterator[ModbusLink]:
    """The PLC's own hand on its coils and registers."""
    link = ModbusLink(HOST, plc_server.port, 1, 5)
    link.open()
    link.write_coil(COIL, False)
    link.write(ANSWER, [99])
    yield link
    link.close()


@pytest.fixture
def listen(request: pytest.FixtureRequest) -> Iterator[Listen]:
    running: list[TriggerIn] = []

    def start(port: int, **more: Any) -> tuple[TriggerIn, Gate, Ear]:
        gate, ear = Gate(), Ear()
        settings = TypeAdapter(TriggerInSection).validate_python({"host": HOST, "port": port} | more)
        trigger_in = TriggerIn(settings, "st", Path(), gate, ear.fault)
        running.append(trigger_in)
        trigger_in.start()
        return trigger_in, gate, ear

    yield start
    for trigger_in in running:
        trigger_in.stop()
    assert "trigger_in" not in {thread.name for thread in threading.enumerate()}


def set_coil(plc: ModbusLink) -> None:
    """As a PLC does: only after the station had time to see it low."""
    time.sleep(0.1)
    plc.write_coil(COIL, True)


def coil(**more: Any) -> dict[str, Any]:
    return {"kind": "modbus", "coil": COIL, "poll_ms": 5} | more


def test_a_coil_that_rises_is_one_trigger_and_is_reset_as_the_acknowledgement(plc_server: Receiver, plc: ModbusLink, listen: Listen) -> None:
    _, gate, ear = listen(plc_server.port, **coil(answer_register=ANSWER))
    for n in (1, 2, 3):
        set_coil(plc)
        wait_until(lambda: not plc.read_coil(COIL))
        assert len(gate.serials) == n
        assert plc.read(ANSWER, 1) == [0]
    assert ear.faults == []


@pytest.mark.parametrize(("error", "code"), [(LineBusy("full"), 1), (LineStopped("off"), 2), (LineLocked("challenge parts first"), 3)])
def test_a_refused_trigger_is_answered_and_told(plc_server: Receiver, plc: ModbusLink, listen: Listen, error: Exception, code: int) -> None:
    _, gate, ear = listen(plc_server.port, **coil(answer_register=ANSWER))
    gate.error = error
    set_coil(plc)
    wait_until(lambda: not plc.read_coil(COIL))
    assert plc.read(ANSWER, 1) == [code]
    assert ear.faults == [("trigger_in", f"refused: {error}")]
    gate.error = None
    set_coil(plc)
    wait_until(lambda: not plc.read_coil(COIL))
    assert plc.read(ANSWER, 1) == [0]
    assert ear.faults[1:] == [("trigger_in", "")]


def test_without_an_answer_register_a_refused_trigger_leaves_the_coil_set(plc_server: Receiver, plc: ModbusLink, listen: Listen) -> None:
    _, gate, ear = listen(plc_server.port, **coil())
    gate.error = LineBusy("full")
    set_coil(plc)
    wait_until(lambda: bool(ear.faults))
    gate.error = None
    time.sleep(0.1)  # twenty polls, in which a level that is taken for an edge would trigger
    assert plc.read_coil(COIL)
    assert gate.serials == []
    plc.write_coil(COIL, False)
    set_coil(plc)
    wait_until(lambda: not plc.read_coil(COIL))
    assert gate.serials == [""]


def test_what_the_first_look_after_a_break_says_of_a_trigger_stands(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.trigger_in, "PAUSES_S", (0.05,))
    gate, ear = Gate(), Ear()
    settings = TypeAdapter(TriggerInSection).validate_python({"host": HOST, "port": 1, "kind": "modbus", "coil": COIL})
    trigger_in = TriggerIn(settings, "st", Path(), gate, ear.fault)

    class BackWithATrigger:
        n_opened = 0

        def open(self) -> None:
            self.n_opened += 1
            if self.n_opened == 1:
                raise SinkError("nobody answers")

        def look(self) -> None:
            trigger_in._tell("coil 3 was set while the station did not look")
            time.sleep(0.02)

        def close(self) -> None: ...

    trigger_in._source = BackWithATrigger()
    trigger_in.start()
    wait_until(lambda: len(ear.faults) >= 2)
    time.sleep(0.1)
    trigger_in.stop()
    said = [message for _, message in ear.faults]
    assert said == ["no trigger can come from outside: nobody answers", "coil 3 was set while the station did not look"]


def test_a_coil_that_was_set_before_the_station_came_is_no_trigger(plc_server: Receiver, plc: ModbusLink, listen: Listen) -> None:
    plc.write_coil(COIL, True)
    _, gate, ear = listen(plc_server.port, **coil(answer_register=ANSWER))
    wait_until(lambda: not plc.read_coil(COIL))
    assert plc.read(ANSWER, 1) == [4]
    assert gate.serials == []
    assert "was set while the station did not look" in ear.faults[0][1]


class Cable:
    """Between the station and a PLC. At the next write of a coil it breaks: before the PLC has it, or before the station has the reply."""

    def __init__(self, port: int, is_delivered: bool, meanwhile: Callable[[], None]) -> None:
        """meanwhile: what the PLC does until the station can connect again."""
        self._plc_port, self._is_delivered, self._meanwhile = port, is_delivered, meanwhile
        self._is_whole = True
        self._socket = socket.create_server((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._carry_all, name="cable")
        self._thread.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._socket.close()

    def _carry_all(self) -> None:
        with contextlib.suppress(OSError):  # of accept: it is closed
            while True:
                station, _ = self._socket.accept()
                with station, socket.create_connection((HOST, self._plc_port)) as plc:
                    while request := _frame(station):
                        is_cut = self._is_whole and request[7] == WRITE_COIL
                        if not is_cut or self._is_delivered:
                            plc.sendall(request)
                            reply = _frame(plc)
                        if is_cut:
                            self._is_whole = False
                            self._meanwhile()
                            break
                        station.sendall(reply)


WRITE_COIL = 5


def _frame(side: socket.socket) -> bytes:
    """One Modbus TCP frame; b'' where that side has hung up."""
    head = side.recv(6, socket.MSG_WAITALL)
    return head + side.recv(int.from_bytes(head[4:6], "big"), socket.MSG_WAITALL) if len(head) == 6 else b""


Break = Callable[[bool, Callable[[], None]], Cable]


@pytest.fixture
def breaking(plc_server: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Break]:
    """To be asked for before `listen`, so that the station has hung up when the cables are taken away."""
    monkeypatch.setattr(station.trigger_in, "PAUSES_S", (0.05,))
    cables: list[Cable] = []

    def lay(is_delivered: bool, meanwhile: Callable[[], None]) -> Cable:
        cables.append(Cable(plc_server.port, is_delivered, meanwhile))
        return cables[-1]

    yield lay
    for cable in cables:
        cable.close()


UNKNOWN = "that part's or the next one's, nobody can know; not counted as a trigger; take the coil back and present the part again"


@pytest.mark.parametrize("more", [{"answer_register": ANSWER}, {}])
@pytest.mark.parametrize("case", ["the reply to the reset is lost", "the PLC gives the part up", "the PLC still waits"])
def test_an_answer_that_a_broken_connection_held_up_never_accepts_a_coil_that_is_set_when_it_is_back(
    plc: ModbusLink, breaking: Break, listen: Listen, case: str, more: dict[str, Any]
) -> None:
    """In the first two cases the coil is the next part's already. No edge is counted twice, and no part passes that nobody took."""

    def next_part() -> None:
        plc.write_coil(COIL, False)
        plc.write_coil(COIL, True)

    cable = breaking(case.startswith("the reply"), lambda: None if case == "the PLC still waits" else next_part())
    _, gate, ear = listen(cable.port, **coil(**more))
    set_coil(plc)
    wait_until(lambda: any(UNKNOWN in message for _, message in ear.faults))
    if more:
        wait_until(lambda: not plc.read_coil(COIL))
        assert plc.read(ANSWER, 1) == [4]
    else:
        time.sleep(0.1)  # twenty polls, in which a level that is taken for an edge would trigger
        assert plc.read_coil(COIL)
        plc.write_coil(COIL, False)
    assert gate.serials == [""]
    assert ear.faults[-1][1].endswith(UNKNOWN)
    set_coil(plc)
    wait_until(lambda: not plc.read_coil(COIL))
    assert gate.serials == ["", ""]
    assert ear.faults[-1] == ("trigger_in", "")
    if more:
        assert plc.read(ANSWER, 1) == [0]


@pytest.mark.parametrize("is_delivered", [True, False])
def test_a_coil_that_is_low_when_the_connection_is_back_needs_no_answer_and_the_next_part_counts(
    plc: ModbusLink, breaking: Break, listen: Listen, is_delivered: bool
) -> None:
    """The reset came through and its reply did not, or the PLC took the coil back itself."""
    cable = breaking(is_delivered, lambda: plc.write_coil(COIL, False))
    _, gate, ear = listen(cable.port, **coil(answer_register=ANSWER))
    set_coil(plc)
    wait_until(lambda: ear.faults[-1:] == [("trigger_in", "")])
    assert "no trigger can come from outside" in ear.faults[0][1]
    assert len(ear.faults) == 2
    set_coil(plc)
    wait_until(lambda: not plc.read_coil(COIL))
    assert gate.serials == ["", ""]
    assert plc.read(ANSWER, 1) == [0]


def test_a_plc_without_that_coil_is_a_fault_that_stands(plc_server: Receiver, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.trigger_in, "PAUSES_S", (0.001,))
    _, _, ear = listen(plc_server.port, **coil() | {"coil": 5000})
    wait_until(lambda: bool(ear.faults))
    time.sleep(0.1)  # some more attempts
    assert len(ear.faults) == 1
    assert "refused to read coils at 5000" in ear.faults[0][1]


# MQTT -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(broker: Receiver) -> Iterator[MqttLink]:
    link = MqttLink(HOST, broker.port, 5)
    link.open()
    yield link
    link.close()


def wait_for_subscription(trigger_in: TriggerIn) -> None:
    link: MqttLink = trigger_in._source._link  # type: ignore[attr-defined]
    wait_until(lambda: link._subscribed)


def test_a_message_is_a_trigger_and_may_bring_the_serial(broker: Receiver, client: MqttLink, listen: Listen) -> None:
    trigger_in, gate, ear = listen(broker.port, kind="mqtt")
    wait_for_subscription(trigger_in)
    for payload in (b"", b'{"serial": "S-1"}', b"{}"):
        client.publish("inspection/st/trigger", payload)
    wait_until(lambda: len(gate.serials) == 3)
    assert gate.serials == ["", "S-1", ""]
    assert ear.faults == []


def test_a_message_that_is_no_trigger_is_told(broker: Receiver, client: MqttLink, listen: Listen) -> None:
    trigger_in, gate, ear = listen(broker.port, kind="mqtt")
    wait_for_subscription(trigger_in)
    client.publish("inspection/st/trigger", b"\xff{")
    wait_until(lambda: len(ear.faults) == 1)
    assert 'is no JSON; expected nothing or {"serial": "…"}' in ear.faults[0][1]
    gate.error = LineBusy("full")
    client.publish("inspection/st/trigger", b"")
    wait_until(lambda: ear.faults[-1] == ("trigger_in", "refused: full"))
    gate.error = None
    client.publish("inspection/st/trigger", b"")
    wait_until(lambda: ear.faults[-1] == ("trigger_in", ""))
    assert gate.serials == [""]


@pytest.mark.parametrize("payload", [b"[1]", b'"S"', b'{"serial": 5}', b'{"serial": "S", "lot": "A"}', b"[" * 3000, b"{" + b" " * 5000 + b"}"])
def test_what_is_no_serial_is_refused_in_a_sentence(payload: bytes) -> None:
    with pytest.raises(LotError, match="expected nothing or"):
        _serial(payload)


def test_a_retained_message_is_old_news(broker: Receiver, client: MqttLink, listen: Listen) -> None:
    assert client._client is not None
    client._client.publish("inspection/old/trigger", b'{"serial": "old"}', qos=1, retain=True).wait_for_publish(10)
    trigger_in, gate, _ = listen(broker.port, kind="mqtt", topic="inspection/old/trigger")
    wait_for_subscription(trigger_in)
    client.publish("inspection/old/trigger", b'{"serial": "new"}')
    wait_until(lambda: bool(gate.serials))
    assert gate.serials == ["new"]


def test_a_broker_that_comes_back_is_heard_again(tmp_path: Path, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.trigger_in, "PAUSES_S", (0.05,))
    server = Receiver("mqtt", tmp_path / "taken")
    server.start()
    trigger_in, gate, ear = listen(server.port, kind="mqtt")
    wait_for_subscription(trigger_in)
    server.kill()
    wait_until(lambda: bool(ear.faults) and "no trigger can come from outside" in ear.faults[-1][1])
    server.start()
    wait_until(lambda: ear.faults[-1] == ("trigger_in", ""))
    client = MqttLink(HOST, server.port, 5)
    client.open()
    client.publish("inspection/st/trigger", b"")
    wait_until(lambda: gate.serials == [""])
    client.close()
    server.kill()


# with a line ----------------------------------------------------------------------------------------------------------


def test_a_triggered_part_is_recorded_with_its_serial_and_a_bad_serial_is_not(broker: Receiver, client: MqttLink) -> None:
    recorder, ear = Recorder(), Ear()
    line = Line(Camera(), Inspector(), recorder, ear, Trigger(mode="manual"))
    settings: ModbusTriggerSection = TypeAdapter(TriggerInSection).validate_python({"kind": "mqtt", "host": HOST, "port": broker.port})
    trigger_in = TriggerIn(settings, "st", Path(), line.trigger, ear.fault)
    line.start()
    trigger_in.start()
    wait_for_subscription(trigger_in)
    client.publish("inspection/st/trigger", b'{"serial": "' + b"x" * 65 + b'"}')
    wait_until(lambda: any("65 characters, at most 64 allowed" in message for source, message in ear.faults if source == "trigger_in"))
    client.publish("inspection/st/trigger", b'{"serial": "S-7"}')
    wait_until(lambda: len(ear.shown) == 1)
    trigger_in.stop()
    assert line.stop()
    assert [row.shot.ticket.serial for row in recorder.rows] == ["S-7"]


def test_a_station_with_trigger_in_takes_triggers_while_its_line_runs(
    broker: Receiver, client: MqttLink, tmp_path: Path, recipe_file: Path, published: Path
) -> None:
    config_file = line_pc(tmp_path, recipe_file, published, 3).folder / "config.toml"
    config_file.write_text(f'{config_file.read_text()}[trigger_in]\nkind = "mqtt"\nhost = "{HOST}"\nport = {broker.port}\n')
    config = read_config(config_file)
    ear = Ear()
    with open_station(config, "small", config.data_folder) as opened:
        running = opened.make_line(ear, Lot("A-17"), Trigger(mode="manual"))
        running.start()
        assert running.trigger_in is not None
        wait_for_subscription(running.trigger_in)
        client.publish("inspection/station-1/trigger", b'{"serial": "S-9"}')
        wait_until(lambda: len(ear.shown) == 1)
        assert running.stop()
        client.publish("inspection/station-1/trigger", b"")
        client.publish("inspection/station-1/trigger", b"")
        time.sleep(0.3)
    assert [shown[1].shot.ticket.serial for shown in ear.shown] == ["S-9"]  # nothing is triggered on a line that was stopped
    assert [message for source, message in ear.faults if message] == []


def test_a_headless_station_beside_a_plc_takes_no_part_by_itself(
    tmp_path: Path, recipe_file: Path, published: Path, plc_server: Receiver, plc: ModbusLink
) -> None:
    config_file = line_pc(tmp_path, recipe_file, published, 3).folder / "config.toml"
    config_file.write_text(f'{config_file.read_text()}[trigger_in]\nkind = "modbus"\nhost = "{HOST}"\nport = {plc_server.port}\ncoil = {COIL}\n')
    command = [sys.executable, "-m", "station", "--config", str(config_file), "run", "--headless", "--json"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True) as process:

        def is_heard() -> bool:
            """One rise; taken back where the station did not look yet."""
            set_coil(plc)
            time.sleep(0.5)
            is_accepted = not plc.read_coil(COIL)
            plc.write_coil(COIL, False)
            return is_accepted

        wait_until(is_heard)  # flat out all three parts would have been taken by now
        process.terminate()
        shown, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert len(shown.splitlines()) == 1
