"""The ledger goes to the plant's record store too, as soon as it can: store and forward. The line and the window know nothing of it.

    line's listener -> news -> this thread: rows of the ledger that the plant does not have -> plant, one transaction

The local ledger stays the station's own: it judges and reviews without network for as long as it must.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from sqlalchemy import Engine

from station.carrier import Carrier
from station.priority import BEHIND_THE_LINE, give_way
from station.shot import now
from station.sinks.sink import SinkError
from station.store.deliveries import keep_cursor, newest_part, read_cursor
from station.store.plant import PlantDatabase, PlantError

POLL_S = 1.0
"""Reviews and events are not heard of; they are looked for so often."""
PAUSE_S = 0.02
"""Between two batches of a backlog: the line's own commits come between them."""
WRITE_DOWN_S = 60.0
"""How far the plant is, is written down so often at most: for people's eyes alone, since the plant itself knows."""


def cursor_name(where: str) -> str:
    """What the ledger calls its note of how far that plant has it; no sink can be called so."""
    return "@" + hashlib.sha256(where.encode()).hexdigest()[:16]


class PlantCarrier(Carrier):
    """Copies the ledger."""

    def __init__(self, engine: Engine, plant: PlantDatabase, tell: Callable[[], None]) -> None:
        """Raises StoreError: the ledger cannot be read."""
        super().__init__("plant", "postgresql", tell, f"plant database {plant.where}")
        self._engine, self._plant = engine, plant
        known = read_cursor(engine, cursor_name(plant.where))  # for the count on screen, while the plant is away
        self._copied = known.part_id if known is not None else 0
        self._last_at = known.at if known is not None else None
        self._written = self._copied
        self._write_at = 0.0
        self._newest = newest_part(engine)
        self._has_more = False  # rows of other tables wait, though every part is there

    @property
    def undelivered(self) -> int:
        """Parts that the plant does not have; 1 where only something else of them is missing."""
        return max(0, self._newest - self._copied, int(self._has_more))

    @property
    def _patience_s(self) -> float:
        return self._plant.patience_s

    def hear(self, part_id: int) -> None:
        """This part is on disk."""
        self._newest = max(self._newest, part_id)
        self._news.set()

    def _serve(self) -> None:
        give_way(BEHIND_THE_LINE)
        try:
            with self._asking():
                self._plant.open(self._engine)
            while self._goes_on():
                self._news.clear()  # before the ledger is read: what is recorded from here on is heard of
                self._copy()
                if self._has_more:
                    self._leave.wait(PAUSE_S)
                else:
                    self._news.wait(POLL_S)
            if not self._n_failures:
                self._copy()  # the events and reviews since the last look
        except PlantError as err:
            raise SinkError(str(err)) from err

    def _copy(self) -> None:
        with self._asking():
            n_rows, self._has_more = self._plant.copy(self._engine)
        self._copied = self._plant.part_cursor
        if n_rows:
            self._last_at = now()
        if self._n_failures:
            self._succeed()
        if not self._has_more and self._copied != self._written and time.monotonic() >= self._write_at:
            self._write_down()

    def _close(self) -> None:
        self._plant.close()

    def _last_words(self) -> None:
        if self._copied != self._written:
            self._write_down()

    def _write_down(self) -> None:
        if not self._is_given_up:  # else the station may be closed by now, and its ledger another's
            keep_cursor(self._engine, cursor_name(self._plant.where), self._copied, self._last_at)
            self._written, self._write_at = self._copied, time.monotonic() + WRITE_DOWN_S
