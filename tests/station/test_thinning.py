"""Vectors of old parts judged OK are emptied: which, when, and what is told; rows stay."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from station.config import RecordsSection
from station.store import exports, queries, thinning
from station.store.database import StoreError
from station.store.events import EventFilter, event_page
from station.store.integrity import Opened
from station.store.part_facts import part_facts
from station.store.retention import LONGEST_GAP, Retention
from station.store.reviews import Truth, add_reviews
from station.store.thinning import Thinning
from station.upkeep import Upkeep
from tests.station.parts import wait_until
from tests.station.picture_site import ROOMY, Site, sampled
from tests.station.recorded import write_regions

THIN = replace(ROOMY, keep_days_vectors=90)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "data")
    site.keep_busy()
    yield site
    site.engine.dispose()


def with_vectors(site: Site) -> set[int]:
    with site.engine.connect() as connection:
        return set(connection.execute(text("SELECT part_id FROM region WHERE length(vector) = 5616")).scalars())


def test_vectors_of_old_ok_parts_that_nobody_looked_at_are_emptied_and_rows_stay(site: Site) -> None:
    kept = set()
    for days_ago in (400, 200, 91, 90, 1):
        for changes in ({}, {"judgement": "NG"}, {"judgement": "RETEST"}, {"kind": "challenge"}, {"is_reviewed": True}, {"is_drawn": True}):
            columns = {name: value for name, value in changes.items() if not name.startswith("is_")} | {"worst_region": "region 1"}
            number, _ = site.add(days_ago, **columns)
            write_regions(site.engine, number)
            if "is_reviewed" in changes:
                add_reviews(site.engine, [number], Truth.OK, "Kondo")
            if "is_drawn" in changes:
                sampled(site, number)
            if changes or days_ago <= 90:
                kept.add(number)
    done = site.retention(THIN).run()
    assert (done.thinned, with_vectors(site)) == (3, kept)
    (event,) = event_page(site.engine, 5, EventFilter(kind="retention"))
    assert event.fields["vectors"] == 3
    with site.engine.connect() as connection:
        rows = connection.execute(text("SELECT score, length(deviation), length(embedding) FROM region")).all()
    assert set(rows) == {(1.0, 156, 256), (2.0, 156, 256)}
    assert len(rows) == 2 * site.rows()
    (thinned, *_) = sorted(set(range(1, site.rows() + 1)) - kept)
    assert queries.vectors(site.engine, thinned).shape == (0, 1404)
    assert [None if (facts := part_facts(site.engine, n)) is None else facts.vector is None for n in (thinned, min(kept))] == [True, False]
    assert {region.part_id for region in exports.regions(site.engine, range(1, site.rows() + 1))} == kept


def test_thinning_for_ever_off_and_a_wrong_clock_touch_no_vector(site: Site) -> None:
    number, _ = site.add(400)
    write_regions(site.engine, number)
    assert site.retention(ROOMY).run().thinned == 0
    site.today += LONGEST_GAP + timedelta(days=1)
    assert site.retention(THIN).run().thinned == 0
    assert with_vectors(site) == {number}


@given(
    kinds=st.lists(st.sampled_from(["OK", "NG", "HOLD", "reviewed", "OK", "OK"]), min_size=1, max_size=30),
    done_before=st.integers(0, 30),
    wrong_clock=st.sets(st.integers(0, 29)),
)
@settings(max_examples=40)
def test_a_later_run_goes_on_where_an_earlier_one_came_to(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], done_before: int, wrong_clock: set[int]
) -> None:
    site = Site(tmp_path_factory.mktemp("thin") / "data")
    newest = len(kinds) - 1
    for i, kind in enumerate(kinds):
        days_ago = 100 - i - (3 if i in wrong_clock and i < newest else 0)  # a clock that was ahead for a while
        number, _ = site.add(days_ago, judgement=kind if kind != "reviewed" else "OK")
        if kind != "HOLD":
            write_regions(site.engine, number, 1)
        if kind == "reviewed":
            add_reviews(site.engine, [number], Truth.OK, "Kondo")
    stop, start = threading.Event(), datetime(2026, 3, 2, tzinfo=UTC)
    wanted = {n + 1 for n, kind in enumerate(kinds) if kind == "OK"}
    kept = {n + 1 for n, kind in enumerate(kinds) if kind in ("NG", "reviewed")}
    before = start - timedelta(days=100 - done_before)
    with site.engine.connect() as connection:
        stamps = connection.execute(text("SELECT id, taken_at FROM part ORDER BY taken_at")).all()
    young = next((n for n, at in stamps if datetime.fromisoformat(at).replace(tzinfo=UTC) >= before), len(kinds) + 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thinning, "_IDS", 3)
        patch.setattr(thinning, "_PAUSE_S", 0.0)
        first = sum(Thinning(site.engine).run(before, stop))
        assert first == len({n for n in wanted if n < young})
        assert with_vectors(site) == kept | {n for n in wanted if n >= young}
        later = Thinning(site.engine)
        assert first + sum(later.run(start, stop)) == len(wanted)
        assert sum(later.run(start, stop)) == 0
    assert with_vectors(site) == kept
    site.engine.dispose()


class Pauses(threading.Event):
    """Lets something happen in the n-th pause between two transactions of thinning."""

    def __init__(self, n: int, happens: Callable[[], None]) -> None:
        super().__init__()
        self._left, self._happens = n, happens

    def wait(self, timeout: float | None = None) -> bool:
        self._left -= timeout == thinning._PAUSE_S
        if self._left == 0:
            self._left = -1
            self._happens()
        return self.is_set()


def old_parts(site: Site, n: int) -> None:
    for _ in range(n):
        number, _ = site.add(200)
        write_regions(site.engine, number)


def test_a_review_that_comes_while_vectors_are_thinned_keeps_them(site: Site) -> None:
    old_parts(site, 20)
    sum(Thinning(site.engine).run(datetime(2026, 3, 1, tzinfo=UTC), Pauses(2, lambda: add_reviews(site.engine, [7, 20], Truth.NG, "Kondo"))))
    assert with_vectors(site) == {7, 20}


def test_thinning_stops_when_it_is_told_to_and_what_is_done_is_told(site: Site) -> None:
    old_parts(site, 12)
    stop = Pauses(2, lambda: stop.set())
    assert site.retention(THIN).run(stop).thinned == 5
    (event,) = event_page(site.engine, 5, EventFilter(kind="retention"))
    assert (event.fields["vectors"], len(with_vectors(site))) == (5, 7)


def test_thinning_that_fails_halfway_tells_what_is_gone(site: Site) -> None:
    old_parts(site, 12)

    def fails() -> None:
        raise OSError(errno.EIO, "the disk is gone")

    with pytest.raises(StoreError, match="the disk is gone"):
        site.retention(THIN).run(Pauses(3, fails))
    (event,) = event_page(site.engine, 5, EventFilter(kind="retention"))
    assert (event.fields["vectors"], len(with_vectors(site))) == (10, 2)


def test_a_run_thins_so_many_parts_and_none_while_the_log_is_long(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    old_parts(site, 12)
    monkeypatch.setattr(thinning, "_A_RUN", 6)
    retention = site.retention(THIN)
    assert [retention.run().thinned for _ in range(3)] == [10, 2, 0]
    old_parts(site, 1)
    monkeypatch.setattr(thinning, "_LOG_BYTES", 0)
    assert retention.run().thinned == 0


def test_pictures_make_room_before_vectors_are_thinned(site: Site) -> None:
    old_parts(site, 6)
    seen: list[tuple[bool, int]] = []

    def empty(_: Thinning, ids: list[int]) -> int:
        seen.append((any(site.pictures.rglob("*.png")), len(ids)))
        return len(ids)

    site.free = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Thinning, "_empty", empty)
        site.retention(replace(THIN, free_gb_low=1.0, keep_days_ok=0)).run()
    assert seen == [(False, 5), (False, 1)]


def test_without_pictures_vectors_are_thinned_all_the_same(site: Site, tmp_path: Path) -> None:
    old_parts(site, 3)
    retention = Retention(site.engine, tmp_path / "no pictures", THIN, lambda: datetime(2026, 3, 2, tzinfo=UTC))
    assert retention.run().thinned == 3


def test_the_station_keeps_vectors_as_long_as_its_config_says(site: Site, tmp_path: Path) -> None:
    site.today = datetime.now(UTC).date()
    for days_ago in (60, 40):
        number, _ = site.add(days_ago)
        write_regions(site.engine, number)
    shutil.rmtree(site.pictures)
    upkeep = Upkeep(RecordsSection(keep_days_vectors=50, backup_hours=0), Opened(site.engine), tmp_path / "data", tmp_path / "backups", first_s=0.0)
    upkeep.start()
    try:
        wait_until(lambda: with_vectors(site) == {2})
    finally:
        upkeep.stop()
