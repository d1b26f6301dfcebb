"""For tests: does a thing in copies of a folder, and is killed one step later in each, until it is done. Arguments: what, folder, copies.

A step is what Python does with a file in the copy: opening, renaming, deleting it, or connecting to it. The kill comes before the step,
and nothing is cleaned up after it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import alembic.command  # noqa: F401  here once, and not in every child
import pytest

from station.store.backup import backups_in, restore
from station.store.integrity import open_for_station
from tests.conftest import REPOSITORY

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the steps are counted in children, which this system cannot fork")
KILLED = 9
STEPS = ("open", "os.rename", "os.remove", "sqlite3.connect")


def killed(what: str, folder: Path, copies: Path) -> list[Path]:
    """Copies of a folder in which something was done and killed, each a step later."""
    copies.mkdir()
    words = [sys.executable, "-m", "tests.station.killed_steps", what, str(folder), str(copies)]
    run = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stderr
    return sorted(copies.iterdir())


def start(folder: Path) -> None:
    open_for_station(folder, "NORMAL", 200.0, folder / "backups").engine.dispose()


def put_back(folder: Path) -> None:
    restore(backups_in(folder / "backups")[-1], folder, "NORMAL")


def until_killed(act: Callable[[Path], None], folder: Path, n: int) -> None:
    """Ends the process before the n-th step."""
    left = iter(range(n - 1))

    def step(event: str, arguments: tuple[object, ...]) -> None:
        if event in STEPS and str(folder) in str(arguments[0]) and next(left, None) is None:
            os._exit(KILLED)

    sys.addaudithook(step)
    act(folder)


def main(what: str, folder: Path, copies: Path) -> int:
    act = {"start": start, "restore": put_back}[what]
    for n in itertools.count(1):
        copy = copies / f"{n:03d}"
        shutil.copytree(folder, copy)
        child = os.fork()
        if child == 0:
            try:
                until_killed(act, copy, n)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code != KILLED:
            return code
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
