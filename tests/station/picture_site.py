"""A ledger with pictures of many days, for what retention and thinning delete."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, text

from station.store.database import open_database
from station.store.retention import YOUNGEST_S, Retention, Rules
from station.store.schema import Event, Sample
from tests.station.recorded import part, write_parts

TODAY = date(2026, 3, 2)
SIZE = 1000  # bytes a picture
ROOMY = Rules(keep_days_ok=30, keep_days_other=365, keep_days_reviewed=3650, pictures_gb=0.0, free_gb_low=0.0)
PLENTY = 10**15


class Site:
    """A ledger with pictures of 2026-03-02 and before; a picture's day is that of its part."""

    def __init__(self, folder: Path, begun: date = date(2010, 1, 1)) -> None:
        self.engine: Engine = open_database(folder, "NORMAL")
        self.pictures = folder / "pictures"
        self.pictures.mkdir()
        self.today = TODAY
        self.free = PLENTY
        self.n = 0
        at = datetime(begun.year, begun.month, begun.day, tzinfo=UTC)
        with self.engine.begin() as connection:
            row = {"at": at, "kind": "start", "actor": "", "detail": "{}", "previous_hash": "", "hash": ""}
            connection.execute(insert(Event), [row])

    def add(self, days_ago: int, **changes: object) -> tuple[int, Path]:
        """A part with a picture; returns its id and the file."""
        self.n += 1
        day = self.today - timedelta(days=days_ago)
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        write_parts(self.engine, [part(self.n, taken_at=at, recorded_at=at, **changes)])
        return self.n, self.file(day, f"r-{self.n:06d}-front.png")

    def file(self, day: date, name: str, age_s: float = 2 * YOUNGEST_S) -> Path:
        path = self.pictures / day.isoformat() / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * SIZE)
        os.utime(path, (time.time() - age_s,) * 2)
        return path

    def keep_busy(self) -> None:
        """A picture on each of the last days, so that the clock is trusted."""
        for days_ago in range(1, 9):
            self.file(self.today - timedelta(days=days_ago), f"busy{days_ago}.txt")

    def retention(self, rules: Rules) -> Retention:
        return Retention(
            self.engine,
            self.pictures,
            rules,
            lambda: datetime(self.today.year, self.today.month, self.today.day, 15, tzinfo=UTC),
            lambda _f: self.free,
        )

    def rows(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM part")).scalar_one())


def sampled(site: Site, part_id: int) -> None:
    with site.engine.begin() as connection:
        connection.execute(insert(Sample), [{"part_id": part_id, "drawn_at": datetime(2026, 3, 1, tzinfo=UTC), "rate": 0.02}])
