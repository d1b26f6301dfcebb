"""Calls of a library that is asyncio's, from a thread that is not: each ends within its limit, whatever the other side does."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Loop:
    """An event loop in a thread of its own, so that the connection is kept alive between two verdicts."""

    def __init__(self, name: str, timeout_s: float) -> None:
        """
        Args:
            name: of the thread.
            timeout_s: a call's limit, where it names none [s].
        """
        self._timeout_s = timeout_s
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, Answer], timeout_s: float | None = None) -> Answer:
        """What it returns or raises; TimeoutError after the limit, and it is cancelled."""
        running = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return running.result(timeout_s or self._timeout_s)
        except TimeoutError:
            running.cancel()
            raise

    def stop(self) -> None:
        """Cancel what still runs and end the thread."""

        async def end() -> None:
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks, timeout=1)

        with contextlib.suppress(TimeoutError):  # a task that does not let itself be cancelled goes with its thread
            self.call(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)
        if not self._thread.is_alive():
            self._loop.close()
