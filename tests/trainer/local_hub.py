"""A hub on loopback: as much of the Hugging Face hub's protocol as reading and pushing small repositories takes.

Repositories lie in memory. `resolve` answers HEAD and GET with the headers that huggingface_hub wants (ETag, X-Repo-Commit);
uploads take the "regular" way, contents inside the commit. It can fall silent: accept connections and never answer.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

Files = dict[str, bytes]


@dataclass
class Repository:
    commits: dict[str, Files] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    private: bool = False
    gated: bool = False

    def commit(self, files: Files) -> str:
        """The commit's 40 hex digits; it becomes the head of main."""
        digest = hashlib.sha1(self.branches.get("main", "").encode())
        for path, content in sorted(files.items()):
            digest.update(path.encode() + b"\0" + content)
        self.commits[digest.hexdigest()] = files
        self.branches["main"] = digest.hexdigest()
        return digest.hexdigest()


class LocalHub:
    """repositories: by "datasets/owner/name" or "models/owner/name"."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.tokens: set[str] = set()  # Authorization headers met
        self.asked: list[str] = []  # "METHOD path"
        self.silent_from: str | None = None  # requests whose path has this in it are never answered
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def add_folder(self, name: str, folder: Path) -> str:
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
        return self.repositories.setdefault(f"datasets/{name}", Repository()).commit(files)

    @contextmanager
    def running(self) -> Iterator[LocalHub]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join(10)


@contextmanager
def silent_server() -> Iterator[str]:
    """Endpoint that accepts connections (the kernel does) and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def refused_port() -> str:
    """Endpoint where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def _handler(hub: LocalHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *words: object) -> None: ...

        def do_GET(self) -> None:
            self._serve()

        def do_HEAD(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            hub.asked.append(f"{self.command} {self.path}")
            if token := self.headers.get("Authorization"):
                hub.tokens.add(token)
            if hub.silent_from is not None and hub.silent_from in self.path:
                hub.released.wait(60)
                self.close_connection = True
                return
            try:
                self._route(body)
            except Refusal as refusal:
                self._send(
                    refusal.status, json.dumps({"error": str(refusal)}).encode(), {"X-Error-Code": refusal.code, "X-Error-Message": str(refusal)}
                )

        def _route(self, body: bytes) -> None:
            path = unquote(urlsplit(self.path).path)
            query = parse_qs(urlsplit(self.path).query)
            if path == "/api/repos/create":
                return self._create(json.loads(body))
            if path == "/api/validate-yaml":
                return self._json({"errors": [], "warnings": []})
            if match := re.fullmatch(r"/(?:(datasets)/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
                return self._resolve(match[1] or "models", match[2], match[3], match[4])
            if match := re.fullmatch(r"/api/(datasets|models)/([^/]+/[^/]+)(?:/(revision|tree|paths-info|preupload|commit)/([^/]+)/?(.*))?", path):
                kind, name, verb, revision, rest = match.groups()
                repository, sha = self._find(kind, name, revision or "main")
                files = repository.commits.get(sha, {})
                if verb in (None, "revision"):
                    about = {
                        "id": name,
                        "sha": sha or None,
                        "private": repository.private,
                        "gated": repository.gated,
                        "tags": [],
                        "downloads": 0,
                        "likes": 0,
                    }
                    return self._json(about | {"siblings": [{"rfilename": path} for path in files]})
                if verb == "tree":
                    return self._tree(files, rest, query.get("recursive", [""])[0].lower() in ("true", "1"))
                if verb == "paths-info":
                    wanted = json.loads(body)["paths"] if body.startswith(b"{") else parse_qs(body.decode())["paths"]
                    return self._json([entry for path in wanted for entry in _entries(files) if entry["path"] == path.strip("/")])
                if verb == "preupload":
                    return self._json(
                        {"files": [{"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in json.loads(body)["files"]]}
                    )
                return self._commit(kind, name, repository, files, body)
            raise Refusal(404, "", f"no such page: {path}")

        def _find(self, kind: str, name: str, revision: str) -> tuple[Repository, str]:
            repository = hub.repositories.get(f"{kind}/{name}")
            if repository is None:
                raise Refusal(404, "RepoNotFound", "Repository not found")
            if repository.gated and not self.headers.get("Authorization"):
                raise Refusal(403, "GatedRepo", "Access is restricted")
            if revision in repository.commits:
                return repository, revision
            if revision not in repository.branches and not (revision == "main" and not repository.commits):
                raise Refusal(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return repository, repository.branches.get(revision, "")

        def _resolve(self, kind: str, name: str, revision: str, path: str) -> None:
            repository, sha = self._find(kind, name, revision)
            headers = {"X-Repo-Commit": sha, "Accept-Ranges": "bytes"}
            content = repository.commits.get(sha, {}).get(path)
            if content is None:
                return self._send(404, b"", headers | {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"})
            return self._send(200, content, headers | {"ETag": f'"{hashlib.sha1(content).hexdigest()}"'})

        def _tree(self, files: Files, folder: str, recursive: bool) -> None:
            prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
            found = [entry for entry in _entries(files) if str(entry["path"]).startswith(prefix)]
            if prefix and not found:
                raise Refusal(404, "EntryNotFound", f"{folder} does not exist")
            self._json([entry for entry in found if recursive or "/" not in str(entry["path"])[len(prefix) :]])

        def _create(self, wanted: dict[str, str]) -> None:
            if not self.headers.get("Authorization"):
                raise Refusal(401, "", "Invalid username or password.")
            name = f"{wanted['organization']}/{wanted['name']}"
            key = f"{wanted.get('type') or 'model'}s/{name}"
            if key in hub.repositories:
                return self._send(409, json.dumps({"error": "exists", "url": f"{hub.endpoint}/{key}"}).encode(), {})
            hub.repositories[key] = Repository(private=wanted.get("visibility") == "private" or bool(wanted.get("private")))
            return self._json({"url": f"{hub.endpoint}/{key.removeprefix('models/')}", "name": name})

        def _commit(self, kind: str, name: str, repository: Repository, files: Files, body: bytes) -> None:
            lines = [json.loads(line) for line in body.splitlines() if line]
            new = {line["value"]["path"]: base64.b64decode(line["value"]["content"]) for line in lines if line["key"] == "file"}
            sha = repository.commit(files | new)
            url = f"{hub.endpoint}/{'datasets/' if kind == 'datasets' else ''}{name}/commit/{sha}"
            self._json({"commitUrl": url, "commitOid": sha, "success": True})

        def _json(self, answer: object) -> None:
            self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    return Handler


def _entries(files: Files) -> list[dict[str, object]]:
    """Files and their folders, as the hub lists them."""
    folders = sorted({parent.as_posix() for path in files for parent in Path(path).parents if parent != Path()})
    listed: list[dict[str, object]] = [{"type": "directory", "path": path, "oid": "0" * 40, "size": 0} for path in folders]
    return listed + [
        {"type": "file", "path": path, "size": len(content), "oid": hashlib.sha1(content).hexdigest()} for path, content in files.items()
    ]
