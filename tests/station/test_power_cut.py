"""What each setting of `synchronous` leaves after a power cut: what was synced to the disk, and nothing else."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from station.store.database import DATABASE_NAME
from tests.conftest import REPOSITORY

COMPILER = shutil.which("cc") or shutil.which("gcc")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the shim is loaded with LD_PRELOAD, which is Linux's"),
    pytest.mark.skipif(COMPILER is None, reason="no C compiler here to build the shim that plays the disk"),
]


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("shim") / "power_cut.so"
    source = Path(__file__).with_name("power_cut.c")
    subprocess.run([str(COMPILER), "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True, timeout=60)
    return library


def cut(folder: Path, shim: Path, synchronous: str, seed: int) -> tuple[list[int], Path]:
    """Write parts and cut the power after some of them; returns the ids that were told as recorded, and what the disk holds."""
    durable = folder / f"durable-{seed}"
    durable.mkdir(parents=True)
    environment = os.environ | {"LD_PRELOAD": str(shim), "DURABLE": str(durable), "PYTHONPATH": str(REPOSITORY)}
    words = [sys.executable, "-m", "tests.station.power_cut_writer", str(folder / f"data-{seed}"), synchronous]
    chance = random.Random(seed)
    told = []
    with subprocess.Popen(words, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(chance.randint(1, 700)):  # a checkpoint comes every 250 parts or so
            told.append(int(process.stdout.readline()))
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout if line.endswith("\n")]
    return told, durable


def left(durable: Path) -> list[int]:
    """The parts in the database as the disk holds it, whole by SQLite's full check; without the -shm file, which is memory."""
    connection = sqlite3.connect(durable / DATABASE_NAME)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'part'").fetchall():
            return []  # cut before the first checkpoint, under a setting that syncs only there
        return [row[0] for row in connection.execute("SELECT id FROM part ORDER BY id")]
    finally:
        connection.close()


@pytest.mark.parametrize("synchronous", ["FULL", "EXTRA"])
def test_full_and_extra_lose_no_part_that_was_told_as_recorded(tmp_path: Path, shim: Path, synchronous: str) -> None:
    for seed in range(3):
        told, durable = cut(tmp_path, shim, synchronous, seed)
        found = left(durable)
        assert set(told) <= set(found), f"seed {seed}: {len(told)} told, {len(found)} on the disk"
        assert found == list(range(1, len(found) + 1))


def test_normal_may_lose_the_last_parts_and_never_the_database(tmp_path: Path, shim: Path) -> None:
    n_lost = 0
    for seed in range(3):
        told, durable = cut(tmp_path, shim, "NORMAL", seed)
        found = left(durable)
        assert found == list(range(1, len(found) + 1)), "what is left is the beginning, without a gap"
        n_lost += len(set(told) - set(found))
    assert n_lost > 0, "the shim plays a disk that forgets: else this says nothing of FULL either"
