"""Threads that leave the processor to the line."""

from __future__ import annotations

import os
import sys
import threading

BEHIND_THE_LINE = 10
"""What has to be done some time: upkeep, the plant's copies."""
LAST = 19
"""What somebody waits for who can wait: trials, replays."""


def give_way(niceness: int = LAST) -> None:
    """From now on the calling thread, one of its own, takes what processor time the line leaves it.

    Args:
        niceness: 1..19; on Linux alone have threads a niceness of their own, elsewhere nothing is done.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
