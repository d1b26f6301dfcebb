"""One place for the newest thing: what was there before is lost, and that is the point (live pictures)."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """A one-place mailbox between threads; the newest item wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._item: T | None = None

    def put(self, item: T) -> None:
        """Leave an item; one that nobody took is replaced."""
        with self._lock:
            self._item = item

    def take(self) -> T | None:
        """The newest item, once; None until there is another."""
        with self._lock:
            item, self._item = self._item, None
            return item
