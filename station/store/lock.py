"""One station a data folder: two would number parts and chain events against each other."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO


def take(folder: Path) -> IO[bytes] | None:
    """An open file that holds the folder's lock until it is closed or the process ends; None if another has it."""
    file = (folder / "station.lock").open("ab")
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    file.truncate(0)
    file.write(f"{os.getpid()}\n".encode())
    file.flush()
    return file
