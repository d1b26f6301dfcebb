"""Retention deletes pictures by age, quota and room, the least needed first; never a row, and nothing outside its folder."""

from __future__ import annotations

import errno
import os
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from station.store.database import StoreError
from station.store.events import EventFilter, event_page
from station.store.journal import append_event
from station.store.retention import LONGEST_GAP, Kind, Retention, Rules
from station.store.reviews import Truth, add_reviews
from station.store.schema import Event
from tests.station.picture_site import PLENTY, ROOMY, SIZE, Site, sampled
from tests.station.recorded import part, write_parts


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "data")
    site.keep_busy()
    yield site
    site.engine.dispose()


def test_pictures_are_kept_by_what_was_said_of_the_part(site: Site) -> None:
    expected = {}
    for days_ago in (30, 31, 365, 366, 3650, 3651):
        for judgement in ("OK", "NG", "RETEST", "HOLD"):
            _, file = site.add(days_ago, judgement=judgement)
            expected[file] = days_ago <= (30 if judgement == "OK" else 365)
        _, challenge = site.add(days_ago, kind="challenge")
        expected[challenge] = days_ago <= 365
        reviewed_id, reviewed = site.add(days_ago)
        add_reviews(site.engine, [reviewed_id], Truth.UNSURE, "Kondo")
        sampled_id, drawn = site.add(days_ago)
        sampled(site, sampled_id)
        expected |= {reviewed: days_ago <= 3650, drawn: days_ago <= 3650}
    n_rows = site.rows()
    done = site.retention(ROOMY).run()
    assert {file: file.exists() for file in expected} == expected
    assert done.n_files == list(expected.values()).count(False)
    assert done.n_bytes == done.n_files * SIZE
    assert site.rows() == n_rows, "never a row"


@given(
    ages=st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["OK", "NG"]), st.booleans()), min_size=1, max_size=12),
    keep=st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20)),
)
@settings(max_examples=20)
def test_a_picture_is_deleted_exactly_when_it_is_older_than_its_kind_is_kept(
    tmp_path_factory: pytest.TempPathFactory, ages: list[tuple[int, str, bool]], keep: tuple[int, int, int]
) -> None:
    site = Site(tmp_path_factory.mktemp("ages") / "data")
    site.keep_busy()
    expected = {}
    for days_ago, judgement, is_reviewed in ages:
        number, file = site.add(days_ago, judgement=judgement)
        if is_reviewed:
            add_reviews(site.engine, [number], Truth.NG, "Kondo")
        days = keep[2] if is_reviewed else keep[0] if judgement == "OK" else keep[1]
        expected[file] = days == 0 or days_ago <= max(days, 1)
    site.retention(Rules(*keep, 0.0, 0.0)).run()
    assert {file: file.exists() for file in expected} == expected
    site.engine.dispose()


def test_one_event_tells_what_a_pass_deleted_and_an_idle_pass_tells_nothing(site: Site) -> None:
    site.add(40)
    site.add(41)
    site.add(400, judgement="NG")
    _, left = site.add(20)
    retention = site.retention(ROOMY)
    retention.run()
    retention.run()
    (event,) = event_page(site.engine, 5, EventFilter(kind="retention"))
    assert event.fields == {
        "ok": 2, "other": 1, "reviewed": 0, "orphans": 0, "foreign": 0, "vectors": 0, "bytes": 3 * SIZE, "oldest_day": left.parent.name,
    }  # fmt: skip
    assert sorted(p.name for p in site.pictures.iterdir())[0] == left.parent.name, "empty day folders are gone"


def test_a_review_that_comes_in_time_keeps_the_picture(site: Site) -> None:
    number, file = site.add(29)
    retention = site.retention(ROOMY)
    retention.run()
    add_reviews(site.engine, [number], Truth.OK, "Kondo")
    site.today += timedelta(days=3)
    retention.run()
    assert file.exists()


def test_a_picture_without_a_part_is_an_orphan_after_a_day(site: Site) -> None:
    young = site.file(site.today - timedelta(days=1), "r-000900-front.png")
    old = site.file(site.today - timedelta(days=2), "r-000901-front.png")
    torn = site.file(site.today - timedelta(days=2), "r-000902-front.tmp")
    done = site.retention(ROOMY).run()
    assert (young.exists(), old.exists(), torn.exists()) == (True, False, False)
    assert done.files[Kind.ORPHAN] == 2


@pytest.mark.parametrize("action", ["set aside", "restored"])
def test_pictures_of_a_ledger_that_was_replaced_are_kept_like_reviewed_ones(site: Site, action: str) -> None:
    """Their rows are in another file: they are no orphans."""
    at = datetime(2026, 2, 20, 8, tzinfo=UTC)
    with site.engine.begin() as connection:
        row = {"at": at, "kind": "database", "actor": "", "detail": f'{{"action": "{action}", "name": "x"}}', "previous_hash": "", "hash": ""}
        connection.execute(insert(Event), [row])
    before = site.file(date(2026, 2, 19), "old-000001-front.png")
    same_day = site.file(date(2026, 2, 20), "old-000002-front.png")
    after = site.file(date(2026, 2, 21), "old-000003-front.png")
    site.retention(ROOMY).run()
    assert (before.exists(), same_day.exists(), after.exists()) == (True, True, False)


def test_a_ledger_without_any_record_deletes_no_orphans(site: Site) -> None:
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM event"))
    file = site.file(site.today - timedelta(days=50), "old-000001-front.png")
    site.retention(ROOMY).run()
    assert file.exists()


def test_on_a_full_disk_the_least_needed_go_first_and_the_last_hour_stays(site: Site) -> None:
    reviewed_id, reviewed = site.add(9)
    add_reviews(site.engine, [reviewed_id], Truth.NG, "Kondo")
    files = {"reviewed": reviewed}
    for name, days_ago, judgement in (("ng", 8, "NG"), ("ok old", 7, "OK"), ("ok new", 2, "OK"), ("ng new", 1, "NG")):
        files[name] = site.add(days_ago, judgement=judgement)[1]
    _, files["now"] = site.add(0)
    os.utime(files["now"])
    order = ["ok old", "ok new", "ng", "ng new", "reviewed"]
    for n_wanted in range(1, 6):
        # The disk gives room as files go: enough once n of them are gone.
        n_before = sum(file.exists() for file in files.values())

        def free(_folder: Path, n_wanted: int = n_wanted) -> int:
            return PLENTY if sum(not file.exists() for file in files.values()) >= n_wanted else 0

        retention = Retention(site.engine, site.pictures, Rules(0, 0, 0, 0.0, 1.0), lambda: datetime(2026, 3, 2, 15, tzinfo=UTC), free)
        done = retention.run()
        assert done.n_files == n_before - sum(file.exists() for file in files.values())
        assert [name for name in order if not files[name].exists()] == order[:n_wanted]
        assert done.problem == ""
    assert files["now"].exists()


def test_a_disk_that_stays_full_is_told(site: Site) -> None:
    _, file = site.add(0)
    os.utime(file)
    site.free = 0
    done = site.retention(replace(ROOMY, free_gb_low=5.0)).run()
    assert file.exists()
    assert "may be deleted yet; make room on the disk" in done.problem


def test_the_quota_counts_all_pictures(site: Site) -> None:
    files = [site.add(days_ago)[1] for days_ago in (5, 4, 3, 2)]
    _, ng = site.add(6, judgement="NG")
    site.retention(replace(ROOMY, pictures_gb=3 * SIZE / 1e9)).run()
    assert [file.exists() for file in files] == [False, False, True, True]
    assert ng.exists()


def test_a_clock_that_jumped_ahead_deletes_nothing_by_age(site: Site) -> None:
    files = [site.add(days_ago, judgement=judgement)[1] for days_ago in (2, 10, 20) for judgement in ("OK", "NG")]
    site.today += LONGEST_GAP + timedelta(days=400)
    done = site.retention(ROOMY).run()
    assert all(file.exists() for file in files)
    assert "the clock may be wrong, so nothing is deleted by age" in done.problem
    for days_ago in range(1, 8):  # it was right: pictures of seven days since
        site.file(site.today - timedelta(days=days_ago), "r-000001-front.png")
    done = site.retention(ROOMY).run()
    assert not any(file.exists() for file in files)
    assert done.problem == ""


def test_a_clock_that_went_back_deletes_nothing(site: Site) -> None:
    file = site.add(0)[1]
    site.today -= timedelta(days=500)
    site.retention(ROOMY).run()
    assert file.exists()


def test_nothing_but_pictures_in_day_folders_is_touched(site: Site, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "r-000001-front.png").write_bytes(b"mine")
    old = site.today - timedelta(days=300)
    (site.pictures / "2001-01-01").symlink_to(outside)
    link = site.file(old, "note.txt").parent / "r-000777-front.png"
    link.symlink_to(outside / "r-000001-front.png")
    kept = [link, site.file(old, "note.txt"), site.file(old, "picture.png"), outside / "r-000001-front.png"]
    for name in ("2001-13-45", "keep", "..hidden"):
        (site.pictures / name).mkdir()
        kept.append(site.pictures / name / "r-000001-front.png")
        kept[-1].write_bytes(b"mine")
    site.free = 0
    site.retention(Rules(1, 1, 1, 0.0, 1.0)).run()
    assert all(path.exists() for path in kept)
    assert (site.pictures / "2001-01-01").is_symlink()


def test_a_picture_that_cannot_be_deleted_is_told_and_the_others_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [site.add(31)[1] for _ in range(3)]
    stuck = {files[0]}
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path in stuck:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        real(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    retention = site.retention(ROOMY)
    for _ in range(2):  # in every pass, while nothing is mended
        done = retention.run()
        assert [file.exists() for file in files] == [True, False, False]
        assert f"{files[0]} cannot be deleted: Permission denied" in done.problem
    stuck.clear()
    assert (retention.run().problem, files[0].exists()) == ("", False)


def test_without_a_picture_folder_there_is_nothing_to_do(site: Site, tmp_path: Path) -> None:
    assert Retention(site.engine, tmp_path / "nowhere", ROOMY).run().n_files == 0


def test_a_ledger_that_cannot_be_asked_deletes_nothing(site: Site) -> None:
    _, file = site.add(40)
    with site.engine.begin() as connection:
        connection.execute(text("ALTER TABLE review RENAME TO gone"))
    with pytest.raises(StoreError, match="cannot be asked what may be deleted"):
        site.retention(ROOMY).run()
    assert file.exists()


def test_many_pictures_of_several_views_and_runs(site: Site) -> None:
    day = site.today - timedelta(days=40)
    rows, files = [], []
    for run in ("a" * 32, "b" * 32):
        for number in range(1, 131):
            site.n += 1
            rows.append(part(site.n, run=run, shot_number=number, judgement="OK" if number % 2 else "NG"))
            files += [(site.file(day, f"{run}-{number:06d}-{view}.jpg"), number % 2 == 0) for view in ("left-top", "right")]
    write_parts(site.engine, rows)
    append_event(site.engine, "start")
    done = site.retention(ROOMY).run()
    assert done.files[Kind.OK] == 260
    assert all(file.exists() == is_kept for file, is_kept in files)


def test_a_day_of_many_pictures_is_not_held_as_objects(site: Site) -> None:
    day = site.pictures / "2026-03-02"
    day.mkdir(parents=True, exist_ok=True)
    for n in range(20_000):
        (day / f"{'r' * 32}-{n:06d}-center.png").touch()
    retention = site.retention(ROOMY)
    tracemalloc.start()
    try:
        retention._total()
        of_total = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        names = retention._names(date(2026, 3, 2))
        of_names = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(names) == 20_000
    assert sorted(names.tolist()) == names.tolist()
    assert of_total < 1e6, "one at a time"
    assert of_names < 20_000 * 160, "as objects they would be five times as much"
