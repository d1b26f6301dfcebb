"""Each sink against a real server of its protocol, in a process of its own, killed and restarted while verdicts come."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pydantic import TypeAdapter, ValidationError

import station.carrier
from benchmarks.receivers import HOST, KINDS, Receiver
from station.config import ConfigError
from station.delivery import Deliverer
from station.sinks.kinds import make_sink
from station.sinks.modbus import ModbusLink
from station.sinks.settings import Sinks
from station.sinks.sink import Delivery, Sink, SinkError
from station.store.database import open_database
from tests.station.parts import wait_until
from tests.station.recorded import START, part, write_parts

RUN = "0badcafe" + "0" * 24


def delivery(sequence: int, **changes: Any) -> Delivery:
    row: dict[str, Any] = {
        "sequence": sequence, "station": "st", "run": RUN, "shot": sequence, "lot": "A-17", "serial": f"S{sequence}", "taken_at": START,
        "verdict": "NG", "score": 30.5, "worst_view": "front", "worst_region": "all", "defect": "M", "reason": "", "recipe": "small",
        "recipe_revision": 1, "model": "m", "model_version": "2", "ok_at_most": 12.0, "ng_above": 20.0, "kind": "part", "retest_of": None,
    }  # fmt: skip
    return Delivery(**row | changes)


def sink_of(section: dict[str, Any], folder: Path = Path(), **changes: Any) -> Sink:
    return make_sink(TypeAdapter(Sinks).validate_python([section | changes])[0], "st", folder)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Receiver]]:
    """The running receiver of a kind; started when it is first asked for."""
    folder, started = tmp_path_factory.mktemp("receivers"), {}

    def get(kind: str) -> Receiver:
        if kind not in started:
            started[kind] = Receiver(kind, folder / kind)
            started[kind].start()
        return started[kind]

    yield get
    for receiver in started.values():
        receiver.kill()


@pytest.fixture(params=KINDS)
def receiver(request: pytest.FixtureRequest, one: Callable[[str], Receiver]) -> Receiver:
    return one(request.param)


def test_a_verdict_arrives_as_it_was_recorded(receiver: Receiver) -> None:
    sink = sink_of(receiver.section)
    n_before = len(receiver.taken)
    sink.open()
    sink.send(delivery(1001))
    sink.send(delivery(1002, verdict="HOLD", score=None, kind="challenge", serial="序列号-超过十六个字节", lot="批"))
    sink.close()
    ng, hold = receiver.taken[n_before:]
    assert (ng["sequence"], ng["shot"], hold["sequence"]) == (1001, 1001, 1002)
    if receiver.kind == "modbus":
        assert (ng["run"], ng["code"], ng["flags"], ng["score"], ng["lot"], ng["serial"]) == (zlib.crc32(RUN.encode()), 2, 0, 30.5, "A-17", "S1001")
        assert math.isnan(hold["score"])
        assert (hold["code"], hold["flags"], hold["lot"], hold["serial"]) == (4, 1 + 4, "批", "序列号-超过")
    elif receiver.kind == "opcua":
        assert (ng["verdict"], ng["score"], ng["serial"], ng["taken_at"][:19]) == (2, 30.5, "S1001", START.isoformat()[:19])
        assert math.isnan(hold["score"])
        assert (hold["verdict"], hold["serial"]) == (4, "序列号-超过十六个字节")
    else:
        expected = delivery(1001).payload()
        assert {name: ng[name] for name in expected} == expected
        assert (hold["score"], hold["kind"], hold["serial"]) == (None, "challenge", "序列号-超过十六个字节")
    if receiver.kind == "http":
        assert ng["key"] == f"st/{RUN}/1001"


def test_a_receiver_killed_under_load_misses_nothing(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.carrier, "PAUSES_S", (0.02, 0.05))
    engine = open_database(tmp_path)
    n_before = len(receiver.taken)
    deliverer = Deliverer(engine, [sink_of(receiver.section)])
    deliverer.start()
    for number in range(1, 121):
        write_parts(engine, [part(number)])
        deliverer.recorded(number, None)  # type: ignore[arg-type]
        if number == 50:
            receiver.kill()
        if number == 75:
            receiver.start()
    wait_until(lambda: deliverer.undelivered == 0, 30)
    deliverer.stop()
    engine.dispose()
    taken = [row["sequence"] for row in receiver.taken[n_before:]]
    once = [number for i, number in enumerate(taken) if i == 0 or number != taken[i - 1]]
    assert once == list(range(1, 121))
    assert len(taken) <= 121, "at most one verdict comes twice after a broken connection"


def test_a_server_that_is_not_there_is_named(receiver: Receiver) -> None:
    with socket.socket() as nobody:
        nobody.bind((HOST, 0))
        port = nobody.getsockname()[1]
        section = {key: value.replace(str(receiver.port), str(port)) if isinstance(value, str) else value for key, value in receiver.section.items()}
        sink = sink_of(section | ({"port": port} if "port" in section else {}))
        with pytest.raises(SinkError, match=str(port)):
            sink.open()
            sink.send(delivery(1))  # http connects with its first verdict
        sink.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_never_answers_is_an_error_and_no_hang(kind: str, tmp_path: Path) -> None:
    silent = Receiver(kind, tmp_path / kind)
    with socket.create_server((HOST, silent.port)):  # takes connections and says nothing
        sink = sink_of(silent.section, timeout_s=0.3)
        with pytest.raises(SinkError):
            sink.open()
            sink.send(delivery(1))
        sink.close()
    assert not {"opcua", "http"} & {thread.name for thread in threading.enumerate()}


# what a receiver refuses ----------------------------------------------------------------------------------------------


def test_a_plc_without_the_registers_is_told_of_when_the_sink_is_opened(one: Callable[[str], Receiver]) -> None:
    sink = sink_of(one("modbus").section, address=195, acknowledge_address=None)
    with pytest.raises(SinkError, match=r"refused to read holding registers at 195"):
        sink.open()
    sink.close()


def test_a_verdict_that_the_plc_does_not_take_is_not_delivered(one: Callable[[str], Receiver]) -> None:
    """acknowledge_address 110: registers that nobody copies the sequence to."""
    receiver = one("modbus")
    sink = sink_of(receiver.section, acknowledge_address=110, timeout_s=0.3)
    sink.open()
    with pytest.raises(SinkError, match=r"has not copied the sequence \[0, 5\] to registers 110, 111 in time: they hold \[0, 0\]"):
        sink.send(delivery(5))
    sink.close()


@pytest.mark.parametrize(("sequence", "acknowledge_address"), [(77, 100), (87, None)])
def test_a_plc_that_holds_the_sequence_of_another_part_sees_a_change(
    one: Callable[[str], Receiver], sequence: int, acknowledge_address: int | None
) -> None:
    """A restored ledger: its numbers begin again where they were, as parts of another run."""
    receiver = one("modbus")
    n_before = len(receiver.taken)
    before, after = delivery(sequence), delivery(sequence, run="f" * 32, shot=3, verdict="OK")
    for told in (before, before, after):
        sink = sink_of(receiver.section, acknowledge_address=acknowledge_address, timeout_s=0.5)
        sink.open()
        sink.send(told)
        sink.close()
    taken = [(row["sequence"], row["shot"], row["code"]) for row in receiver.taken[n_before:]]
    assert taken == [(sequence, sequence, 2), (sequence, sequence, 2), (0, 3, 1), (sequence, 3, 1)]


def test_a_copy_of_another_parts_sequence_is_no_acknowledgement(one: Callable[[str], Receiver]) -> None:
    """A PLC that copies no 0 and did not take the new verdict: the old copy is the very sequence that is waited for."""
    receiver = one("modbus")
    plc = ModbusLink(HOST, receiver.port, 1, 5)
    plc.open()
    plc.write(110, [0, 55])  # registers that nobody copies to
    sink = sink_of(receiver.section, acknowledge_address=110, timeout_s=0.3)
    sink.open()
    for _ in range(2):
        with pytest.raises(SinkError, match=r"registers 110, 111: the PLC's copy of the sequence is \[0, 55\] of another part"):
            sink.send(delivery(55))
    plc.write(110, [0, 0])
    with pytest.raises(SinkError, match=r"has not copied the sequence \[0, 55\] to registers 110, 111 in time: they hold \[0, 0\]"):
        sink.send(delivery(55))
    sink.close()
    plc.close()


def test_an_opcua_node_that_is_not_there_or_of_another_type_is_told_of_when_the_sink_is_opened(one: Callable[[str], Receiver]) -> None:
    section = one("opcua").section
    missing = sink_of(section, nodes={"sequence": "ns=2;s=Line.nothing"})
    with pytest.raises(SinkError, match=r"node ns=2;s=Line.nothing for sequence: .*BadNodeIdUnknown"):
        missing.open()
    missing.close()
    wrong = sink_of(section, nodes={"sequence": "ns=2;s=Line.sequence", "serial": "ns=2;s=Line.shot"})
    with pytest.raises(SinkError, match=r"node ns=2;s=Line.shot for serial is of type UInt32; it can be String"):
        wrong.open()
    wrong.close()


def test_an_opcua_variable_that_may_not_be_written_is_no_acknowledgement(one: Callable[[str], Receiver]) -> None:
    receiver = one("opcua")
    n_before = len(receiver.taken)
    sink = sink_of(receiver.section, nodes={"sequence": "ns=2;s=Line.sequence", "lot": "ns=2;s=Line.locked"})
    sink.open()
    with pytest.raises(SinkError, match=r"node ns=2;s=Line.locked for lot was not written: Bad"):
        sink.send(delivery(7))
    sink.close()
    assert len(receiver.taken) == n_before  # no new sequence beside an old verdict


def test_an_answer_other_than_2xx_is_no_acknowledgement_and_a_slow_one_ends(one: Callable[[str], Receiver], monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = one("http")
    n_before = len(receiver.taken)
    refusing = sink_of(receiver.section, url=f"http://{HOST}:{receiver.port}/refuse?key=s3cret")
    refusing.open()
    with pytest.raises(SinkError, match="answered 503 Service Unavailable to verdict 1") as caught:
        refusing.send(delivery(1))
    assert "s3cret" not in str(caught.value)
    refusing.close()
    slow = sink_of(receiver.section, url=f"http://{HOST}:{receiver.port}/slow", timeout_s=0.3)
    slow.open()
    with pytest.raises(SinkError, match=r"/slow: no whole answer to verdict 1 within 0\.3 s"):
        slow.send(delivery(1))
    slow.close()
    monkeypatch.setenv("MES_TOKEN", "s3cret")
    with_token = sink_of(receiver.section, token_env="MES_TOKEN")
    with_token.open()
    with_token.send(delivery(2))
    with_token.close()
    assert [(row["sequence"], row["authorization"]) for row in receiver.taken[n_before:]] == [(2, "Bearer s3cret")]


@pytest.mark.parametrize("whole", [b"HTTP/1.1 200 OK\r\nServer: " + b"x" * 400, b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + b"x" * 400])
def test_a_server_whose_answer_comes_byte_by_byte_is_not_waited_for(whole: bytes) -> None:
    """Of the head or of the body: each byte comes in time, all of them would take 40 s."""
    is_over = threading.Event()

    def drip() -> None:
        taken, _ = server.accept()
        with taken, contextlib.suppress(OSError):  # the sink hangs up
            for i in range(len(whole)):
                taken.sendall(whole[i : i + 1])
                if is_over.wait(0.1):
                    return

    with socket.create_server((HOST, 0)) as server:
        thread = threading.Thread(target=drip)
        thread.start()
        sink = sink_of({"name": "mes", "kind": "http", "url": f"http://{HOST}:{server.getsockname()[1]}/"}, timeout_s=0.5)
        sink.open()
        with pytest.raises(SinkError, match=r"no whole answer to verdict 1 within 0\.5 s"):
            sink.send(delivery(1))
        assert not is_over.is_set()
        sink.close()
        is_over.set()
        thread.join(20)
    assert "http" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # paho leaves a socket whose handshake failed to be collected
@pytest.mark.parametrize("kind", ["mqtt", "http", "opcua"])
def test_an_encrypted_receiver_gets_verdicts_only_where_its_certificate_is_trusted(kind: str, tmp_path: Path) -> None:
    for folder in ("own", "another"):
        self_signed(tmp_path / folder)
    receiver = Receiver(kind, tmp_path / kind, tmp_path / "own")
    receiver.start()
    try:
        for folder, is_trusted in (("another", False), ("own", True)):
            changes: dict[str, Any] = {"tls": {"ca_file": f"{folder}/own.pem"}, "timeout_s": 10}
            if kind == "http":
                changes["url"] = f"https://localhost:{receiver.port}/v"
            if kind == "mqtt":
                changes["host"] = "localhost"
            if kind == "opcua":
                del changes["tls"]
                files = {"certificate_file": "own/own.pem", "key_file": "own/own.key", "server_certificate_file": f"{folder}/own.pem"}
                changes |= {"security": "Basic256Sha256", "timeout_s": 1} | files
            sink = sink_of(receiver.section, tmp_path, **changes)
            try:
                if is_trusted:
                    sink.open()
                    sink.send(delivery(1))
                else:
                    with pytest.raises(SinkError):
                        sink.open()
                        sink.send(delivery(2))
            finally:
                sink.close()
        assert [row["sequence"] for row in receiver.taken] == [1]
        open_sink = sink_of(receiver.section, timeout_s=1)
        with pytest.raises(SinkError):
            open_sink.open()
            open_sink.send(delivery(3))
        open_sink.close()
    finally:
        receiver.kill()
    assert [row["sequence"] for row in receiver.taken] == [1]


def self_signed(folder: Path) -> None:
    """own.pem and own.key: a certificate of localhost and of the station's OPC UA client, signed by itself."""
    folder.mkdir()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.UniformResourceIdentifier("urn:inspection:station")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "own.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "own.key").write_bytes(private)


# settings -------------------------------------------------------------------------------------------------------------


def test_a_secret_that_is_not_in_the_environment_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH", raising=False)
    with pytest.raises(ConfigError, match="sink 'broker': the environment variable NO_SUCH, which holds its password or token, is not set"):
        sink_of({"name": "broker", "kind": "mqtt", "host": HOST, "user": "u", "password_env": "NO_SUCH"})
    with pytest.raises(ValidationError, match="password_env: it needs user"):
        sink_of({"name": "broker", "kind": "mqtt", "host": HOST, "password_env": "NO_SUCH"})
    with pytest.raises(ConfigError, match=r"sink 'mes': its certificates cannot be used \(no.pem\)"):
        sink_of({"name": "mes", "kind": "http", "url": "https://mes", "tls": {"ca_file": "no.pem"}})


@pytest.mark.parametrize("secret", ["s3cret\r", " s3cret", "s3\tcret", "s3cret\n"])
def test_a_secret_that_no_library_would_take_is_refused_without_its_content(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("MES_TOKEN", secret)
    with pytest.raises(ConfigError, match="the environment variable MES_TOKEN begins or ends with a blank") as caught:
        sink_of({"name": "mes", "kind": "http", "url": f"http://{HOST}/", "token_env": "MES_TOKEN"})
    assert "s3" not in str(caught.value)


def test_a_station_name_that_would_make_another_topic_is_refused() -> None:
    section = TypeAdapter(Sinks).validate_python([{"name": "broker", "kind": "mqtt", "host": HOST}])[0]
    with pytest.raises(ConfigError, match="the station's name 'hall/3' holds"):
        make_sink(section, "hall/3", Path())
