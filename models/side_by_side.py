"""The same work on several things at once, as on the views of a part: on as many threads as there are cores, at most four."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")


def side_by_side(work: Callable[[Thing], Made], things: Sequence[Thing]) -> list[Made]:
    """`work` of each thing, in their order. Worth it for work that leaves Python's lock alone for a millisecond or more.

    The caller works too, and takes what no helper has begun: it never waits for other people's work. An exception is that of
    the first thing that raised one.
    """
    helpers = _helpers()
    if helpers is None or len(things) < 2:
        return [work(thing) for thing in things]
    begun = [helpers.submit(work, thing) for thing in things[1:]]
    try:
        return [work(things[0]), *(work(thing) if future.cancel() else future.result() for thing, future in zip(things[1:], begun, strict=True))]
    finally:
        for future in begun:  # after an exception: what is not begun is not wanted
            future.cancel()


@lru_cache(maxsize=1)
def _helpers() -> ThreadPoolExecutor | None:
    n = min(4, os.cpu_count() or 1)
    return ThreadPoolExecutor(n - 1, "side by side") if n > 1 else None
