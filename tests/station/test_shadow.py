from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine

import station.shadow
from models.recipe import Recipe, Trigger
from models.registry import Registry
from station.fan_out import FanOut
from station.inspector import Inspection, Inspector
from station.line import Line
from station.model_watch import Loader
from station.shadow import MAX_UNSCORED, Shadow
from station.shot import Frame, Shot, Ticket, now
from station.store.database import StoreError, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.store.reviews import Truth, add_reviews
from station.store.trials import shadow_disagreements, shadow_opponents, shadow_pairs
from station.trial import differing, paired_tests
from station.verdict import Judgement
from tests.small import publish_small, small_picture
from tests.station.parts import Ear, wait_until

OK, NG, HOLD = Judgement.OK, Judgement.NG, Judgement.HOLD


@pytest.fixture(scope="module")
def loader(recipe: Recipe, published: Path, small_vectors: NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory) -> Loader:
    """Versions 1 (as taught), 2 (everything is NG) and 3 (a missing pin is OK)."""
    store = tmp_path_factory.mktemp("shadow") / "store"
    shutil.copytree(published, store)
    publish_small(store, recipe, small_vectors, ok_at_most=1e6, ng_above=1e6)
    return Loader(Registry(store, store.parent / "active"), recipe, "cpu")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def journal(engine: Engine, tmp_path: Path) -> Journal:
    return Journal(engine, PictureStore(tmp_path / "pictures"), "st", "run")


@pytest.fixture
def shadow(engine: Engine) -> Iterator[Shadow]:
    shadow = Shadow(engine)
    yield shadow
    shadow.stop()


def inspect(inspector: Inspector, number: int, missing_pin: bool = False, kind: str = "part", fault: str = "") -> Inspection:
    frames = () if fault else (Frame("front", small_picture(np.random.default_rng(number), missing_pin), now()),)
    return inspector.inspect(Shot(Ticket(number, "A", "Ann", "", kind=kind), frames, fault))


def see(shadow: Shadow, journal: Journal, inspector: Inspector, number: int, **how: object) -> None:
    inspection = inspect(inspector, number, **how)  # type: ignore[arg-type]
    shadow.recorded(journal.record(inspection), inspection)


def test_each_recorded_part_gets_a_second_verdict_that_is_written(engine: Engine, journal: Journal, shadow: Shadow, loader: Loader) -> None:
    line = loader.load("1")
    see(shadow, journal, line, 1)  # before the start: not seen
    shadow.start(loader.load("3"))
    see(shadow, journal, line, 2)
    see(shadow, journal, line, 3, missing_pin=True)
    see(shadow, journal, line, 4, fault="camera fault: unplugged")
    see(shadow, journal, line, 5, kind="challenge")
    count = shadow.stop()
    assert (count.version, count.written, count.differing, count.skipped, count.failed) == ("3", 3, 1, 0, 0)
    assert shadow_pairs(engine, "small", "3") == {(OK, OK, None): 1, (NG, OK, None): 1, (HOLD, HOLD, None): 1}
    assert shadow_opponents(engine, "small", "3") == [("1", 3)]
    (row,) = shadow_disagreements(engine, "small", "3", 10)
    assert (row.part_id, row.judgement, row.candidate, row.model_version) == (3, NG, OK, "1")
    assert row.score == pytest.approx(row.candidate_score, rel=1e-3)
    add_reviews(engine, [3], Truth.NG, "Kondo")
    (test,) = paired_tests(shadow_pairs(engine, "small", "3"))
    assert (test.what, test.only) == ("escapes", (0, 1))
    assert shadow.count.version == ""


def test_it_outlives_a_change_of_model_and_is_silent_about_itself(engine: Engine, journal: Journal, shadow: Shadow, loader: Loader) -> None:
    shadow.start(loader.load("2"))
    for number, version in enumerate(("1", "2", "3"), 1):
        see(shadow, journal, loader.load(version), number)
    count = shadow.stop()
    assert (count.written, count.own) == (2, 1)
    assert shadow_opponents(engine, "small", "2") == [("1", 1), ("3", 1)]
    assert differing(shadow_pairs(engine, "small", "2")) == 2


class _Stuck:
    """A scorer that waits."""

    def __init__(self, scorer: object, gate: threading.Event) -> None:
        self._scorer, self._gate = scorer, gate

    def __getattr__(self, name: str) -> object:
        return getattr(self._scorer, name)

    def score(self, *args: object, **more: object) -> object:
        assert self._gate.wait(20)
        return self._scorer.score(*args, **more)  # type: ignore[attr-defined]


def test_a_slow_candidate_skips_parts_aloud_and_never_holds_the_line(journal: Journal, shadow: Shadow, loader: Loader) -> None:
    candidate, gate = loader.load("2"), threading.Event()
    candidate.scorer = _Stuck(candidate.scorer, gate)  # type: ignore[assignment]
    shadow.start(candidate)
    inspection = inspect(loader.load("1"), 1)
    part_id = journal.record(inspection)
    shadow.recorded(part_id, inspection)
    wait_until(lambda: shadow._run is not None and shadow._run._seen.empty())  # it is in the thread's hand
    for _ in range(MAX_UNSCORED + 3):
        shadow.recorded(part_id, inspection)  # returns although nothing is scored
    assert shadow.count.skipped == 3
    gate.set()


class _Broken:
    """A scorer that fails on its second part."""

    judges_on = "CPU"

    def __init__(self, scorer: object) -> None:
        self._scorer, self.n = scorer, 0

    def score(self, *args: object, **more: object) -> object:
        self.n += 1
        if self.n == 2:
            raise RuntimeError("out of memory")
        return self._scorer.score(*args, **more)  # type: ignore[attr-defined]


def test_a_failing_candidate_is_told_and_touches_neither_verdict_nor_the_next_part(
    engine: Engine, journal: Journal, shadow: Shadow, loader: Loader
) -> None:
    candidate = loader.load("2")
    candidate.scorer = _Broken(candidate.scorer)  # type: ignore[assignment]
    shadow.start(candidate)
    for number in (1, 2, 3):
        see(shadow, journal, loader.load("1"), number)
    count = shadow.stop()
    assert (count.written, count.failed, count.error) == (2, 1, "out of memory")
    assert shadow_pairs(engine, "small", "2") == {(OK, NG, None): 2}


def test_rows_that_cannot_be_written_are_told(journal: Journal, shadow: Shadow, loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(station.shadow, "append_shadows", full)
    shadow.start(loader.load("2"))
    see(shadow, journal, loader.load("1"), 1)
    count = shadow.stop()
    assert (count.written, count.failed, count.error) == (0, 1, "disk full")


def test_a_true_line_shows_its_verdicts_first_and_the_shadow_follows(engine: Engine, journal: Journal, shadow: Shadow, loader: Loader) -> None:
    class Camera:
        views, is_finished = ("front",), False

        def __init__(self) -> None:
            self.n = 0

        def open(self) -> None: ...

        def close(self) -> None: ...

        def preview(self) -> tuple[Frame, ...]:
            return ()

        def shoot(self) -> tuple[Frame, ...]:
            self.n += 1
            return (Frame("front", small_picture(np.random.default_rng(self.n)), now()),)

    shadow.start(loader.load("2"))
    ear = Ear()
    line = Line(Camera(), loader.load("1"), journal, FanOut(ear, shadow), Trigger(mode="manual"))
    line.start()
    for n in range(1, 6):
        line.trigger()
        wait_until(lambda n=n: len(ear.shown) == n)
    assert line.stop()
    assert [i.verdict.judgement for _, i in ear.shown] == [OK] * 5
    assert shadow.stop().written == 5
    assert shadow_pairs(engine, "small", "2") == {(OK, NG, None): 5}
