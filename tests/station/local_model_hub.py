"""A Hugging Face hub on loopback, as far as `models pull` needs one: what is in a repository, and its files."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

COMMIT = "c0ffee" + "0" * 34


class LocalModelHub(ThreadingHTTPServer):
    """Serves the repository OWNER/NAME from the folder <root>/OWNER/NAME, at one commit; `main` and `v1` lead to it."""

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.root = root
        self.told_sizes: dict[str, int | None] = {}
        """Sizes to claim instead of the true ones, by file name."""
        self.told_names: list[str] = []
        """File names to claim besides the true ones."""
        self.paths: list[str] = []
        """What was asked for."""
        self.tokens: set[str | None] = set()
        """What was sent as Authorization."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def listing(self, repository: Path) -> list[dict[str, object]]:
        files = {p.relative_to(repository).as_posix(): p.stat().st_size for p in sorted(repository.rglob("*")) if p.is_file()}
        sizes = files | dict.fromkeys(self.told_names, 10) | self.told_sizes
        return [{"rfilename": name, "blobId": hashlib.sha1(name.encode()).hexdigest(), "size": size} for name, size in sizes.items()]


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LocalModelHub

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the test reads `paths`."""

    def _answer(self, with_body: bool) -> None:
        path = unquote(self.path.partition("?")[0])
        self.server.paths.append(f"{self.command} {path}")
        self.server.tokens.add(self.headers.get("Authorization"))
        listing = re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", path)
        file = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
        match = listing or file
        repository = self.server.root / match[1] if match else None
        if match is None or repository is None or not repository.is_dir():
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"}, with_body)
        elif match[2] not in (None, "main", "v1", COMMIT):
            self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id"}, with_body)
        elif listing:
            row = {"id": match[1], "sha": COMMIT, "siblings": self.server.listing(repository)}
            self._send(200, json.dumps(row).encode(), {"Content-Type": "application/json"}, with_body)
        elif not (repository / match[3]).is_file():
            self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"}, with_body)
        else:
            content = (repository / match[3]).read_bytes()
            self._send(200, content, {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": COMMIT}, with_body)

    def _send(self, status: int, content: bytes, headers: dict[str, str], with_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if with_body:
            self.wfile.write(content)


@contextmanager
def local_model_hub(root: Path) -> Iterator[LocalModelHub]:
    """The hub, answering until the block ends."""
    with LocalModelHub(root) as hub:
        thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join(10)
