"""What the source may not hold, nor a running station do: ways for bytes from outside to become code, open ports, secrets that get out."""

from __future__ import annotations

import ast
import base64
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from benchmarks.receivers import HOST, Receiver, free_port
from tests.conftest import REPOSITORY
from tests.station.line_pc import line_pc
from tests.station.parts import wait_until
from tests.station.test_commands import ENVIRONMENT

ROOMS = ("station", "models", "trainer")
CODE_FROM_BYTES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
SERVERS = {
    "socketserver", "http.server", "xmlrpc.server", "wsgiref", "multiprocessing.managers", "uvicorn", "hypercorn", "gunicorn", "waitress", "flask",
    "fastapi", "bottle", "tornado", "aiohttp.web", "websockets.server", "websockets.sync.server", "pymodbus.server", "asyncua.server", "asyncua.Server",
    "amqtt.broker",
}  # fmt: skip
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load"}
OPENS_A_PORT = {"bind", "listen", "create_server", "create_unix_server", "start_server", "start_unix_server", "serve_forever", "run_app"}


def _faults(source: str) -> Iterator[str]:
    nodes = list(ast.walk(ast.parse(source)))
    imports = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names = {"np": "numpy"} | {alias.asname: alias.name for alias in imports if alias.asname}
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from _import_faults(node.lineno, [alias.name for alias in node.names])
        if isinstance(node, ast.ImportFrom):
            yield from _import_faults(node.lineno, [f"{node.module}.{alias.name}" for alias in node.names])
        if isinstance(node, ast.Call):
            first, dot, rest = ast.unparse(node.func).partition(".")
            for fault in _call_faults(node, f"{names.get(first, first)}{dot}{rest}"):
                yield f"line {node.lineno}: {fault}"


def _import_faults(line: int, names: list[str]) -> Iterator[str]:
    """Of full names, as http.server.HTTPServer."""
    for name in names:
        words = name.split(".")
        beginnings = {".".join(words[:n]) for n in range(1, len(words) + 1)}
        if beginnings & (CODE_FROM_BYTES | SERVERS):
            yield f"line {line}: imports {name}"
        if name in RUNS_TEXT | {"torch.load", "numpy.load", "uvicorn.run"}:  # under another name its calls would not be looked at
            yield f"line {line}: imports {name} by a name of its own"


def _call_faults(node: ast.Call, called: str) -> Iterator[str]:
    """called: by its full name, where the module has another one here."""
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    if called in ("numpy.load", "numpy.save") and len(node.args) > 2:
        given["allow_pickle"] = ast.unparse(node.args[2])
    if called in RUNS_TEXT:
        yield f"{called}("
    if called in ("torch.load", "load_checkpoint") and given.get("weights_only") != "True":
        yield f"{called} without weights_only=True"
    if given.get("allow_pickle", "False") != "False" or given.get("shell", "False") != "False":
        yield f"{called} with allow_pickle or shell"
    last = called.rpartition(".")[2]
    if last in OPENS_A_PORT or last.endswith("Server") or called == "uvicorn.run":
        yield f"{called}( opens a port"


@pytest.mark.parametrize("path", sorted(p.relative_to(REPOSITORY).as_posix() for room in ROOMS for p in (REPOSITORY / room).rglob("*.py")))
def test_no_bytes_become_code_and_no_port_is_opened(path: str) -> None:
    assert list(_faults((REPOSITORY / path).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import a, shelve",
        "import marshal as m",
        "from http.server import HTTPServer",
        "eval(text)",
        "exec(text)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "subprocess.run(words, shell=True)",
        "os.system('ls')",
        "socket.socket().bind(('', 80))",
        "server.listen(5)",
        "from http import server",
        "from xmlrpc import client, server",
        "import http.server as web",
        "from aiohttp import web",
        "import uvicorn",
        "from asyncua import Client, Server",
        "StartTcpServer(context)",
        "modbus.StartAsyncTcpServer(context)",
        "HTTPServer(('', 80), Handler)",
        "uvicorn.run(app)",
        "web.run_app(app)",
        "run_app(app)",
        "server.serve_forever()",
        "await asyncio.start_unix_server(hear, path)",
        "from torch import load",
        "from torch import load as read",
        "from numpy import load",
        "from os import system",
        "import torch as t\nt.load(path)",
        "np.load(path, None, True)",
        "import numpy as n\nn.load(path, None, flag)",
        "np.save(path, array, True)",
    ],
)
def test_each_of_them_would_be_found(source: str) -> None:
    assert len(list(_faults(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "dialog.exec()",
        "net.eval()",
        "torch.load(path, weights_only=True)",
        "import torch as t\nt.load(path, weights_only=True)",
        "np.load(path, allow_pickle=False)",
        "np.load(path, None, False)",
        "np.load(path, 'r')",
        "re.compile(x)",
        "from asyncua import Client",
        "import http.client",
        "from json import load",
        "subprocess.run(words)",
    ],
)
def test_what_only_looks_like_it_is_allowed(source: str) -> None:
    assert list(_faults(source)) == []


def test_the_rooms_are_where_they_are_looked_for() -> None:
    assert all((REPOSITORY / room / "__main__.py").is_file() for room in ("station", "trainer"))
    assert (REPOSITORY / "models" / "scorer.py").is_file()


# a running station ----------------------------------------------------------------------------------------------------

BROKER = """
import asyncio, sys
from amqtt.broker import Broker

async def serve():
    listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{sys.argv[1]}"}}
    plugins = {"amqtt.plugins.authentication.FileAuthPlugin": {"password_file": sys.argv[2]}}
    await Broker({"listeners": listeners, "plugins": plugins}).start()
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(serve())
"""
SECRETS = {
    "MES_TOKEN": "token-4f1c77aa",
    "WEB_PASSWORD": "web-90be2d31",
    "BROKER_PASSWORD": "broker-c2d8e6f5",
    "TRIGGER_PASSWORD": "trigger-71a3b9d0",
}
KEY = "key-5d0e1f8b"  # somebody put one into an address


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Receiver]:
    receiver = Receiver("http", tmp_path / "taken")
    receiver.start()
    yield receiver
    receiver.kill()


@pytest.fixture
def broker_port(tmp_path: Path) -> Iterator[int]:
    """Of a broker that lets nobody in but with the right password, which the station does not have."""
    port, passwords = free_port(), tmp_path / "passwords"
    passwords.write_text("".join(f"{user}:{PasswordHash((Argon2Hasher(),)).hash('the right one')}\n" for user in ("line", "plc")))
    command = [sys.executable, "-c", BROKER, str(port), str(passwords)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield port
        process.kill()


def listening(pid: int) -> list[int]:
    """Ports that a process and its children listen on."""
    process = psutil.Process(pid)
    connections = [one for each in (process, *process.children(recursive=True)) for one in each.net_connections("inet")]
    return [one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN or one.type == socket.SOCK_DGRAM]


def test_a_running_station_tells_its_secrets_to_their_receivers_alone_and_listens_on_no_port(
    tmp_path: Path, recipe_file: Path, published: Path, web: Receiver, broker_port: int
) -> None:
    """Receivers that take a verdict, refuse it and refuse the password: what libraries say of it goes to the log and the terminal."""
    config_file = line_pc(tmp_path, recipe_file, published, 3).folder / "config.toml"
    broker = f'kind = "mqtt"\nhost = "{HOST}"\nport = {broker_port}\n'
    config_file.write_text(
        f'{config_file.read_text()}[[sinks]]\nname = "mes"\nkind = "http"\nurl = "{web.section["url"]}"\ntoken_env = "MES_TOKEN"\n'
        f'[[sinks]]\nname = "web"\nkind = "http"\nurl = "http://{HOST}:{web.port}/refuse?key={KEY}"\nuser = "line"\npassword_env = "WEB_PASSWORD"\n'
        f'[[sinks]]\nname = "broker"\n{broker}user = "line"\npassword_env = "BROKER_PASSWORD"\n'
    )
    environment = ENVIRONMENT | SECRETS
    command = [sys.executable, "-m", "station", "--config", str(config_file), "run", "--headless", "--json"]
    run = subprocess.run([*command, "--parts", "3"], cwd=REPOSITORY, capture_output=True, env=environment, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stderr
    assert [json.loads(line)["part"] for line in run.stdout.splitlines()] == [1, 2, 3]
    assert {row["authorization"] for row in web.taken} == {f"Bearer {SECRETS['MES_TOKEN']}"}
    config_file.write_text(f'{config_file.read_text()}[trigger_in]\n{broker}user = "plc"\npassword_env = "TRIGGER_PASSWORD"\n')
    log = tmp_path / "data" / "logs" / "station.log"

    def n_said(sentence: str) -> int:
        return sum(sentence in line for line in log.read_text().splitlines())

    is_met = ("sink web: http", "sink broker: MQTT broker", "trigger_in: no trigger can come from outside: MQTT broker")
    n_before = [n_said(sentence) for sentence in is_met]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True) as process:
        wait_until(lambda: all(n_said(sentence) > n for sentence, n in zip(is_met, n_before, strict=True)), 60)
        ports = listening(process.pid)
        process.terminate()
        told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert ports == []
    said = "".join((log.read_text(), run.stdout, run.stderr, *told))
    assert "answered 503" in said
    assert "Not authorized" in said
    basic = base64.b64encode(f"line:{SECRETS['WEB_PASSWORD']}".encode()).decode()
    assert [secret for secret in (*SECRETS.values(), KEY, basic) if secret in said] == []


def test_a_process_that_listens_would_be_found(web: Receiver) -> None:
    assert web.port in listening(psutil.Process().pid)


def test_a_model_is_loaded_without_a_word_to_anybody(tmp_path: Path) -> None:
    """ONNX Runtime keeps what it will send to its maker, and an identifier of the machine, in the home folder."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_") and name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    command = [sys.executable, "-m", "station", "models", "verify", "connector", "--data", str(tmp_path / "data")]
    run = subprocess.run(command, cwd=REPOSITORY, env=kept | {"HOME": str(home)}, capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stderr
    assert [str(path) for path in home.rglob("*")] == []
