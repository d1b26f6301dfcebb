"""The ledger goes to the plant's record store too, as soon as it can: store and forward. The line and the window know nothing of it.

    line's listener -> news -> this thread: rows of the ledger that the plant does not have -> plant, one transaction

The local ledger stays the station's own: it judges and reviews without network for as long as it must.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from station.carrier import Carrier
from station.shot import now
from station.sinks.sink import SinkError
from station.store.deliveries import keep_cursor, n_after, read_cursor
from station.store.plant import PlantDatabase, PlantError

CURSOR = "@plant"
"""What the station's own note of it is called; no sink can be called so."""
POLL_S = 1.0
"""Reviews and events are not heard of; they are looked for so often."""


class PlantCarrier(Carrier):
    """Copies the ledger."""

    def __init__(self, engine: Engine, plant: PlantDatabase, tell: Callable[[], None]) -> None:
        """Raises StoreError: the ledger cannot be read."""
        super().__init__("plant", "postgresql", tell)
        self._engine, self._plant = engine, plant
        known = read_cursor(engine, CURSOR)  # for the count on screen alone, while the plant is away
        self._copied = known.part_id if known is not None else 0
        self._last_at = known.at if known is not None else None
        self._newest = self._copied + n_after(engine, self._copied)

    @property
    def undelivered(self) -> int:
        """Parts that the plant does not have."""
        return max(0, self._newest - self._copied)

    def hear(self, part_id: int) -> None:
        """This part is on disk."""
        self._newest = max(self._newest, part_id)
        self._news.set()

    def _serve(self) -> None:
        try:
            self._plant.open(self._engine)
            while self._goes_on():
                self._news.clear()  # before the ledger is read: what is recorded from here on is heard of
                n_rows, is_more = self._plant.copy(self._engine)
                self._copied = self._plant.part_cursor
                self._newest = max(self._newest, self._copied)
                if n_rows:
                    self._last_at = now()
                if self._n_failures:
                    self._succeed()
                if not is_more:
                    self._news.wait(POLL_S)
        except PlantError as err:
            raise SinkError(str(err)) from err

    def _close(self) -> None:
        self._plant.close()

    def _last_words(self) -> None:
        if self._last_at is not None and not self._is_given_up:
            keep_cursor(self._engine, CURSOR, self._copied, self._last_at)
