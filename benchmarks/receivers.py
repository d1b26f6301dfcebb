"""Real receivers of verdicts, each in a process of its own that may be killed: a Modbus TCP, an MQTT, an OPC UA and a web server.

    python -m benchmarks.receivers modbus|mqtt|opcua|http PORT FILE [--certificates FOLDER]

Each writes what it takes into FILE, a line of JSON each, before it acknowledges: killed at any moment, it has forgotten
nothing that it acknowledged. They listen on the loopback address only; with own.pem and own.key of FOLDER encrypted only.
"""

from __future__ import annotations

import argparse
import asyncio
import http.server
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
REPOSITORY = Path(__file__).resolve().parent.parent
KINDS = ("modbus", "mqtt", "opcua", "http")
OPCUA_FIELDS = {
    "verdict": "Int16",
    "score": "Double",
    "run": "String",
    "shot": "UInt32",
    "serial": "String",
    "taken_at": "DateTime",
    "sequence": "UInt32",
}
TEXT_REGISTERS = 8
BLOCK = 10 + 2 * TEXT_REGISTERS
Keep = Callable[[dict[str, Any]], None]


class Receiver:
    """The handle on one: started, killed, started again on the same port, with the same file."""

    def __init__(self, kind: str, file: Path, certificates: Path | None = None) -> None:
        self.kind, self.file, self.certificates = kind, file, certificates
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it listens."""
        command = [sys.executable, "-m", "benchmarks.receivers", self.kind, str(self.port), str(self.file)]
        command += ["--certificates", str(self.certificates)] if self.certificates is not None else []
        self._process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"ready\n":
            self.kill()
            raise RuntimeError(f"{' '.join(command)}: did not start; run it by hand to see why")
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection((HOST, self.port), 1).close()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                return

    def kill(self) -> None:
        """SIGKILL: no good-bye to anybody."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    @property
    def section(self) -> dict[str, Any]:
        """Of config.toml, [[sinks]]."""
        where: dict[str, Any] = {"host": HOST, "port": self.port}
        own = {
            "modbus": where | {"text_registers": TEXT_REGISTERS, "acknowledge_address": 100},
            "mqtt": where,
            "opcua": {"url": f"opc.tcp://{HOST}:{self.port}", "nodes": {field: f"ns=2;s=Line.{field}" for field in OPCUA_FIELDS}},
            "http": {"url": f"http://{HOST}:{self.port}/verdicts"},
        }
        return {"name": self.kind, "kind": self.kind} | own[self.kind]

    @property
    def taken(self) -> list[dict[str, Any]]:
        """What it has acknowledged, in the order of its coming."""
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def serve_modbus(port: int, keep: Keep, _certificates: Path | None) -> None:
    """A PLC: coils 0 to 15, holding registers 0 to 199, the block of verdicts at 0. It copies a new sequence to 100, and counts at 102."""
    from pymodbus.server import ModbusTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    async def written(function: int, _start: int, address: int, _count: int, registers: list[int], values: Any) -> None:
        if function == 16 and address == 0 and values:
            run, shot, code, flags = struct.unpack(">IIHH", struct.pack(">6H", *registers[2:8]))
            (score,) = struct.unpack(">f", struct.pack(">2H", *registers[8:10]))
            texts = struct.pack(f">{2 * TEXT_REGISTERS}H", *registers[10:BLOCK])
            lot, serial = (part.rstrip(b"\0").decode() for part in (texts[: 2 * TEXT_REGISTERS], texts[2 * TEXT_REGISTERS :]))
            sequence = values[0] << 16 | values[1]
            keep({"sequence": sequence, "run": run, "shot": shot, "code": code, "flags": flags, "score": score, "lot": lot, "serial": serial})
            registers[100:102] = values

    blocks = (
        [SimData(0, count=16, values=False, datatype=DataType.BITS)],
        [SimData(0, count=16, values=False, datatype=DataType.BITS)],
        [SimData(0, count=200, values=0, datatype=DataType.REGISTERS)],
        [SimData(0, count=1, values=0, datatype=DataType.REGISTERS)],
    )
    server = ModbusTcpServer(SimDevice(1, simdata=blocks, action=written), address=(HOST, port))
    await server.serve_forever(background=True)
    await _ready()


async def serve_mqtt(port: int, keep: Keep, certificates: Path | None) -> None:
    """A broker. What it keeps are the JSON messages that it takes from publishers; a subscriber gets them as from any broker."""
    from amqtt.broker import Broker
    from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler

    take = BrokerProtocolHandler.handle_publish

    async def keep_then_take(self: Any, packet: Any) -> None:
        if packet.topic_name.endswith("verdict"):
            keep(json.loads(packet.data))
        await take(self, packet)

    BrokerProtocolHandler.handle_publish = keep_then_take
    tls = {} if certificates is None else {"ssl": True, "certfile": str(certificates / "own.pem"), "keyfile": str(certificates / "own.key")}
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}"} | tls},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    await broker.start()
    await _ready()


async def serve_opcua(port: int, keep: Keep, certificates: Path | None) -> None:
    """A server with the variables of OPCUA_FIELDS in ns=2;s=Line.FIELD; a new sequence is a verdict."""
    from asyncua import Server, ua

    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://{HOST}:{port}")
    if certificates is not None:
        server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
        await server.load_certificate((certificates / "own.pem").read_bytes(), format="pem")
        await server.load_private_key((certificates / "own.key").read_bytes(), format="pem")
    index = await server.register_namespace("urn:line")
    folder = await server.nodes.objects.add_object(index, "Line")
    nodes = {}
    for field, kind in OPCUA_FIELDS.items():
        variant = ua.VariantType[kind]
        first: Any = {"String": "", "Double": 0.0, "DateTime": datetime(2000, 1, 1, tzinfo=UTC)}.get(kind, 0)
        node = await folder.add_variable(ua.NodeId(f"Line.{field}", index), field, first, variant)
        await node.set_writable()
        nodes[field] = node

    await folder.add_variable(ua.NodeId("Line.locked", index), "locked", "")  # nobody may write this one

    def set_sequence(data: Any, attribute: Any, value: Any) -> None:
        told = {field: server.read_attribute_value(node.nodeid).Value.Value for field, node in nodes.items() if field != "sequence"}
        keep(told | {"sequence": value.Value.Value, "taken_at": told["taken_at"].isoformat()})
        data.attributes[attribute].value = value

    server.set_attribute_value_setter(nodes["sequence"].nodeid, set_sequence)
    await server.start()
    await _ready()


def serve_http(port: int, keep: Keep, certificates: Path | None) -> None:
    """A web server that takes POST; the path /refuse answers 503, /slow answers after a minute."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else every answer waits 40 ms for its second half

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            path = self.path.partition("?")[0]
            if path == "/slow":
                time.sleep(60)
            if path != "/refuse":
                keep(json.loads(body) | {"key": self.headers["Idempotency-Key"], "authorization": self.headers["Authorization"]})
            answer = b'{"taken": true}'
            self.send_response(503 if path == "/refuse" else 200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: Any) -> None: ...

    http.server.ThreadingHTTPServer.allow_reuse_address = True
    server = http.server.ThreadingHTTPServer((HOST, port), Handler)
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "own.pem", certificates / "own.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print("ready", flush=True)
    server.serve_forever()


async def _ready() -> None:
    print("ready", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("port", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--certificates", type=Path)
    options = parser.parse_args()
    file = os.open(options.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def keep(verdict: dict[str, Any]) -> None:
        os.write(file, json.dumps(verdict).encode() + b"\n")

    if options.kind == "http":
        serve_http(options.port, keep, options.certificates)
    else:
        asyncio.run({"modbus": serve_modbus, "mqtt": serve_mqtt, "opcua": serve_opcua}[options.kind](options.port, keep, options.certificates))


if __name__ == "__main__":
    main()
