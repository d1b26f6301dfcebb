"""What the source may not hold: ways for bytes from outside to become code, and open ports."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import REPOSITORY

ROOMS = ("station", "models", "trainer")
CODE_FROM_BYTES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
SERVERS = {"socketserver", "http.server", "xmlrpc.server", "wsgiref"}


def _faults(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            for name in names:
                if name.split(".")[0] in CODE_FROM_BYTES | SERVERS or name in SERVERS:
                    yield f"line {node.lineno}: imports {name}"
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        if called in ("eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load"):
            yield f"line {node.lineno}: {called}("
        if called in ("torch.load", "load_checkpoint") and given.get("weights_only") != "True":
            yield f"line {node.lineno}: {called} without weights_only=True"
        if given.get("allow_pickle", "False") != "False" or given.get("shell", "False") != "False":
            yield f"line {node.lineno}: {called} with allow_pickle or shell"
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("bind", "listen", "create_server", "start_server", "serve_forever"):
            yield f"line {node.lineno}: {called}( opens a port"


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
    ],
)
def test_each_of_them_would_be_found(source: str) -> None:
    assert len(list(_faults(source))) == 1


@pytest.mark.parametrize(
    "source", ["dialog.exec()", "net.eval()", "torch.load(path, weights_only=True)", "np.load(path, allow_pickle=False)", "re.compile(x)"]
)
def test_what_only_looks_like_it_is_allowed(source: str) -> None:
    assert list(_faults(source)) == []


def test_the_rooms_are_where_they_are_looked_for() -> None:
    assert all((REPOSITORY / room / "__main__.py").is_file() for room in ("station", "trainer"))
    assert (REPOSITORY / "models" / "scorer.py").is_file()
