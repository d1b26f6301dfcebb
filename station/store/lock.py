"""One station a data folder: two would number parts and chain events against each other."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import IO

NAME = "station.lock"
_FAR = 1 << 30  # the byte that Windows locks: beyond the text, which stays readable


def take(folder: Path) -> IO[bytes] | None:
    """An open file that holds the folder's lock until it is closed or the process ends; None if another has it.

    Raises:
        OSError: the file cannot be opened or locked for another reason, as on a share that knows no locks.
    """
    file = (folder / NAME).open("ab")
    try:
        if not _is_locked_now(file, is_shared=False):
            file.close()
            return None
        file.truncate(0)
        file.write(f"{os.getpid()}\n".encode())
        file.flush()
    except OSError as err:
        file.close()
        raise OSError(err.errno, err.strerror, str(folder / NAME)) from err
    return file


def is_taken(folder: Path) -> bool:
    """Whether a station runs on the folder; nothing is written. Raises OSError as `take`."""
    try:
        with (folder / NAME).open("rb") as file:
            return not _is_locked_now(file, is_shared=True)
    except FileNotFoundError:
        return False


def _is_locked_now(file: IO[bytes], is_shared: bool) -> bool:
    """Whether this file got the lock. Two that only look do not disturb each other, but on Windows."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as err:
        if err.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True
