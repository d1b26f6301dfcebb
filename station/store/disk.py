"""How much room is left for records, and when there is too little to accept another part."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

LOOK_EVERY_S = 1.0


def free_bytes(folder: Path) -> int:
    """Free for this user on the disk of a folder. Raises OSError."""
    return shutil.disk_usage(folder).free


class FreeSpace:
    """Refuses parts while too little is free. The disk is asked at most once a second, so that every trigger may ask this."""

    def __init__(self, folder: Path, stop_mb: float, clock: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            stop_mb: no part is accepted with less than this [MB]; 0 = never refused.
            clock: seconds.
        """
        self._folder = folder
        self._stop_mb = stop_mb
        self._clock = clock
        self._looked: tuple[float, str] | None = None  # when, and the answer; replaced as a whole

    def refusal(self) -> str:
        """Why no part can be accepted now, in a sentence; '' if there is room."""
        if self._stop_mb == 0:
            return ""
        looked, at = self._looked, self._clock()
        if looked is not None and 0 <= at - looked[0] < LOOK_EVERY_S:
            return looked[1]
        answer = self._look()
        self._looked = (at, answer)
        return answer

    def _look(self) -> str:
        try:
            free_mb = free_bytes(self._folder) / 1e6
        except OSError as err:
            return f"the disk of {self._folder} cannot be asked how much is free: {err.strerror or err}: see that it is there"
        if free_mb >= self._stop_mb:
            return ""
        return (
            f"the disk is full: {free_mb:.0f} MB are free in {self._folder}, at least {self._stop_mb:g} MB must be: "
            "delete or move what does not belong to the station; parts are accepted again by themselves"
        )
