"""A station on a bench: started as its users start it, broken from outside, watched through what it prints and what it records."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.small_part import prepare
from station.store.database import DATABASE_NAME

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Outcome:
    """What a fault did."""

    happened: str
    as_expected: bool
    lost: int = 0  # parts that were shown or accepted and are not in the ledger
    wrong_ok: int = 0  # parts judged OK although they could not be judged
    recovery_s: float | None = None  # from the end of the fault to the first good verdict; None: nothing to recover from


@dataclass(frozen=True)
class Fault:
    """One row of the campaign."""

    group: str
    name: str
    expected: str
    inject: Callable[[Bench], Outcome]


FAULTS: list[Fault] = []


def fault(group: str, name: str, expected: str) -> Callable[[Callable[[Bench], Outcome]], Callable[[Bench], Outcome]]:
    """Register a function that breaks something and says what came of it."""

    def register(inject: Callable[[Bench], Outcome]) -> Callable[[Bench], Outcome]:
        FAULTS.append(Fault(group, name, expected, inject))
        return inject

    return register


@dataclass(frozen=True)
class Row:
    """A part in the ledger."""

    id: int
    run: str
    shot: int
    judgement: str
    reason: str
    model_version: str


class Running:
    """A headless station in its own process."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.parts: list[dict[str, object]] = []
        self.said: list[str] = []
        self.waited_s = 0.0  # from the start of the process to its first part
        self._start = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder)
        self._readers = [threading.Thread(target=self._read_parts, daemon=True), threading.Thread(target=self._read_words, daemon=True)]
        for reader in self._readers:
            reader.start()

    def _read_parts(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):
                self.waited_s = self.waited_s or time.monotonic() - self._start
                self.parts.append(json.loads(line))

    def _read_words(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.rstrip())

    def wait(self, what: Callable[[], bool], patience_s: float = PATIENCE_S) -> float:
        """Seconds until it is so; raises TimeoutError with what the station said."""
        start = time.monotonic()
        while not what():
            if time.monotonic() > start + patience_s:
                raise TimeoutError(f"not within {patience_s:g} s; {len(self.parts)} parts; it said: {' | '.join(self.said[-5:])}")
            time.sleep(0.02)
        return time.monotonic() - start

    def wait_parts(self, n: int) -> float:
        """Until n more parts than now are shown."""
        target = len(self.parts) + n
        return self.wait(lambda: len(self.parts) >= target or self.process.poll() is not None)

    def wait_ok(self) -> float:
        """Until the next part that is OK or NG: the station judges again."""
        before = len(self.parts)
        return self.wait(lambda: any(part["verdict"] in ("OK", "NG") for part in self.parts[before:]))

    def wait_said(self, text: str) -> float:
        """Until it says so on standard error."""
        return self.wait(lambda: self.heard(text))

    def heard(self, text: str) -> bool:
        """Whether it said so on standard error."""
        return any(text in line for line in self.said)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.end()

    def end(self) -> int:
        """Wait for it to end by itself; the exit code."""
        code = self.process.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join(5)
        return code


class Bench:
    """A folder with settings and data; a new one for each fault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "OPENBLAS_NUM_THREADS": "1", "STATION_TEST": "1"}
        self.config = folder / "config.toml"
        self.mounts: list[Path] = []
        self.running: list[Running] = []
        self.configure()

    def clear(self) -> None:
        """Kill what still runs, unmount what is mounted."""
        for running in self.running:
            if running.process.poll() is None:
                running.process.send_signal(signal.SIGCONT)
                running.kill()
        for folder in self.mounts:
            subprocess.run(["umount", "-l", str(folder)], check=False)

    def configure(
        self, more: str = "", camera: str = "", models: str = "", records: str = "", source: str = "simulated", store: Path | None = None
    ) -> None:
        """Settings: each argument is TOML added to its section; `more` stands at the end."""
        self.config.write_text(
            f'[station]\nrecipes = "{REPOSITORY}/station/recipes"\n'
            f'[records]\npicture_format = "jpg"\nbackup_hours = 0.0\n{records}\n'
            f'[models]\nstore = "{store or REPOSITORY / "models" / "store"}"\nprovider = "cpu"\ntrusted_keys = {json.dumps(vendor_keys())}\n{models}\n'
            f'[camera]\nsource = "{source}"\n{camera}\n{more}\n'
        )

    def configure_small(self, source: str, camera: str = "", more: str = "", models: str = "") -> None:
        """The small part of one view, its own recipe and models, unsigned."""
        if not (self.folder / "store").exists():
            prepare(self.folder)
        self.configure(more, camera, f"allow_unsigned = true\n{models}", source=source, store=self.folder / "store")
        text = self.config.read_text().replace(f'recipes = "{REPOSITORY}/station/recipes"', 'recipe = "small"\nrecipes = "recipes"')
        self.config.write_text(text)

    def start(self, *words: str, interval_ms: int = 30) -> Running:
        """`run --headless`."""
        command = [sys.executable, "-m", "station", "--config", str(self.config), "run", "--headless", "--json", "--data", str(self.data)]
        running = Running([*command, "--interval-ms", str(interval_ms), *words], self.folder, self.environment)
        self.running.append(running)
        return running

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Any other command of the station."""
        command = [sys.executable, "-m", "station", "--config", str(self.config), *words]
        return subprocess.run(command, capture_output=True, text=True, env=self.environment, cwd=self.folder, check=False, timeout=120)

    def rows(self, name: str = DATABASE_NAME) -> list[Row]:
        """The ledger."""
        connection = sqlite3.connect(f"{(self.data / name).as_uri()}?mode=ro", uri=True, timeout=10)
        try:
            return [Row(*row) for row in connection.execute("SELECT id, run, shot_number, judgement, reason, model_version FROM part ORDER BY id")]
        finally:
            connection.close()

    def is_whole(self) -> bool:
        """PRAGMA integrity_check."""
        connection = sqlite3.connect(self.data / DATABASE_NAME, timeout=10)
        try:
            return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        finally:
            connection.close()

    def lost(self, running: Running) -> int:
        """Parts that were shown and are not in the ledger with that verdict, and gaps in the numbers of any run."""
        rows = self.rows()
        known = {row.id: row.judgement for row in rows}
        missing = sum(known.get(int(str(part["part"]))) != part["verdict"] for part in running.parts)
        for run in {row.run for row in rows}:
            shots = [row.shot for row in rows if row.run == run]
            missing += max(shots) - len(shots)
        return missing


def small_disk(bench: Bench, megabytes: int) -> Path:
    """A tmpfs of so many MB, mounted as the bench's data folder. Raises CalledProcessError without root."""
    bench.data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(bench.data)], check=True, capture_output=True)
    bench.mounts.append(bench.data)
    return bench.data


def vendor_keys() -> list[str]:
    """What the shipped config.toml trusts."""
    import tomllib

    keys = tomllib.loads((REPOSITORY / "config.toml").read_text(encoding="utf-8")).get("models", {}).get("trusted_keys", [])
    return list(keys)


def is_sentence(lines: list[str]) -> bool:
    """What people read: something, and no traceback."""
    return bool(lines) and not any("Traceback" in line for line in lines)
