"""What malloc keeps for later goes back to the operating system.

A line that had fallen behind has held some dozen parts at once, about a megabyte each; when they are recorded, the C library
keeps much of that room in pieces, 30 MB after an hour beside other programs (docs/soak.md). It is no leak, since the next
backlog uses it again, but nobody who looks from outside can tell the two apart.
"""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Once in some minutes, from a thread that nobody waits for: a few milliseconds. Nothing where the C library has no such call."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl has not
        if trim is not None:
            trim(0)
