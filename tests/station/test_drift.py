"""Drift: PSI and shift against numbers worked by hand, and the reading of the parts it is told from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine, insert

from station import drift
from station.drift import Baseline, DriftError, Level, Scored, psi, psi_by_chance
from station.store.database import open_database
from station.store.schema import Part, PartEmbedding
from station.store.scored import first_parts, newest_parts, parts_by_day

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def scored(scores: NDArray[np.floating], embeddings: NDArray[np.floating], first_id: int = 1, version: str = "1") -> Scored:
    n = len(scores)
    times = tuple(START + timedelta(seconds=first_id + i) for i in range(n))
    return Scored("m", version, tuple(range(first_id, first_id + n)), times, scores.astype(np.float32), embeddings.astype(np.float32))


def test_psi_is_nought_for_the_same_spread_and_as_worked_by_hand_for_another() -> None:
    baseline = np.arange(100.0)  # its deciles hold ten parts each
    assert psi(baseline, baseline) == 0
    # all of 100 parts in the last decile: shares 100.5/105 against 10.5/105, nine times 0.5/105 against 10.5/105
    by_hand = (100.5 / 105 - 0.1) * math.log(100.5 / 10.5) + 9 * (0.5 / 105 - 0.1) * math.log(0.5 / 10.5)
    assert by_hand == pytest.approx(4.5457, abs=1e-4)
    assert psi(baseline, np.full(100, 99.0)) == pytest.approx(by_hand)
    # two bins of 50: 25 and 75 parts, 25.5/101 and 75.5/101 against a half: each is 25/101 off
    half = 25 / 101 * (math.log(75.5 / 50.5) - math.log(25.5 / 50.5))
    assert psi(baseline, np.r_[np.full(25, 10.0), np.full(75, 90.0)], n_bins=2) == pytest.approx(half)


def test_psi_counts_a_score_that_lies_on_an_edge_once() -> None:
    baseline = np.repeat(np.arange(10.0), 10)  # ties: the deciles fall on the values themselves
    assert psi(baseline, baseline) == 0
    assert np.isfinite(psi(np.zeros(100), np.ones(50))), "a baseline without spread has one bin"


def test_psi_by_chance_is_the_level_that_one_batch_in_twenty_exceeds() -> None:
    assert psi_by_chance(500, 500) == pytest.approx(16.919 * (1 / 500 + 1 / 500), rel=2e-3)  # chi-square table, 9 degrees of freedom, 95 %
    rng = np.random.default_rng(1)
    drawn = [psi(rng.normal(size=500), rng.normal(size=100)) for _ in range(600)]
    assert 0.02 < np.mean(np.array(drawn) > psi_by_chance(500, 100)) < 0.08


def test_a_small_batch_is_called_drift_only_above_what_chance_does() -> None:
    rng = np.random.default_rng(2)
    baseline = Baseline(scored(rng.normal(size=500), rng.normal(size=(500, 4))))
    small = [baseline.point(scored(rng.normal(size=50), rng.normal(size=(50, 4)), 1000)).psi for _ in range(100)]
    assert sum(m.value > drift.SOME_PSI for m in small) > 40, "by the usual limit, fifty parts would cry wolf"
    assert sum(m.level is not Level.NONE for m in small) <= 12
    point = baseline.point(scored(rng.normal(1.0, size=500), rng.normal(size=(500, 4)), 1000))
    assert (point.psi.level, point.level) == (Level.LARGE, Level.LARGE)


def test_the_shift_is_the_distance_in_spreads_of_single_parts() -> None:
    # Two axes with spreads 1 and 3, exactly: the covariance of the baseline is diag(1, 9) n / (n - 1)
    n = 1000
    angle = np.arange(n) * 2 * np.pi / n
    ring = np.stack([np.cos(angle) * math.sqrt(2), np.sin(angle) * math.sqrt(2) * 3], 1)
    baseline = Baseline(scored(np.arange(n) * 1.0, ring))
    moved = baseline.point(scored(np.arange(n) * 1.0, ring + np.array([2.0, 3.0]), n + 1)).shift
    assert moved is not None
    # by hand: rounding 2/1002 towards the mean spread 5; 2²/v1 + 3²/v2 - (s1/v1 + s2/v2)(1/n + 1/n)
    weight, s1, s2 = 2 / 1002, n / (n - 1), 9 * n / (n - 1)
    v1, v2 = ((1 - weight) * s + weight * (s1 + s2) / 2 for s in (s1, s2))
    by_hand = math.sqrt(4 / v1 + 9 / v2 - (s1 / v1 + s2 / v2) * 2 / n)
    assert by_hand == pytest.approx(math.sqrt(5), abs=0.01), "two spreads along one axis and one along the other"
    assert moved.value == pytest.approx(by_hand, rel=1e-5)
    assert moved.level is Level.LARGE
    still = baseline.point(scored(np.arange(n) * 1.0, ring, n + 1))
    assert (still.shift.value if still.shift else None, still.level) == (0.0, Level.NONE)


def test_shifts_by_chance_are_rarely_called_so_even_in_many_dimensions() -> None:
    exceeded, called = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        baseline = Baseline(scored(rng.normal(size=500), rng.normal(size=(500, 128))))
        for n in (100, 500):
            for _ in range(10):
                shift = baseline.point(scored(rng.normal(size=n), rng.normal(size=(n, 128)), 1000)).shift
                assert shift is not None
                exceeded.append(shift.value > shift.by_chance)
                called.append(shift.level is not Level.NONE)
    assert 0.01 < np.mean(exceeded) < 0.12, "one in twenty"
    assert np.mean(called) < 0.1


def test_the_baseline_itself_is_no_batch_and_too_little_is_said() -> None:
    rng = np.random.default_rng(4)
    parts = scored(rng.normal(size=1240), rng.normal(size=(1240, 4)))
    few = scored(rng.normal(size=99), rng.normal(size=(99, 4)), 2000, "2")
    first = {"1": parts.cut(0, 500), "2": few}
    told = drift.drift([parts, few], lambda model, version: first[version])
    assert [p.n_parts for p in told.points] == [500, 240]
    assert told.points[0].begin == parts.taken_at[500]
    assert told.untold == ("m version 2 has judged 99 parts; at least 100 make a baseline",)
    whole = drift.drift([parts], lambda model, version: first[version], batch_parts=None)
    assert [p.n_parts for p in whole.points] == [740]


def test_parts_that_are_not_ok_count_for_the_scores_and_not_for_the_shift() -> None:
    rng = np.random.default_rng(5)
    embeddings = rng.normal(size=(1000, 4))
    embeddings[520:] = np.nan
    parts = scored(rng.normal(size=1000), embeddings)
    (point,) = drift.drift([parts], lambda *_: parts.cut(0, 500)).points
    assert (point.n_parts, point.shift) == (500, None), "20 good parts are too few to tell"


def test_embeddings_without_spread_are_said_to_tell_nothing() -> None:
    with pytest.raises(DriftError, match="all embeddings"):
        Baseline(scored(np.arange(200.0), np.ones((200, 3))))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


def fill(engine: Engine, n: int, every_s: float = 1.0, versions: tuple[str, ...] = ("1",)) -> None:
    """n parts: part i has score i and embedding (i, 0, 0 …); every tenth is NG, every 25th a challenge part, every 40th on HOLD."""
    rows, embeddings = [], []
    for i in range(1, n + 1):
        version = versions[(i - 1) * len(versions) // n]
        is_held = i % 40 == 0
        judgement = "HOLD" if is_held else "NG" if i % 10 == 0 else "OK"
        at = START + timedelta(seconds=every_s * i)
        rows.append({
            "id": i, "run": "r", "shot_number": i, "station": "s", "lot": "", "operator": "", "serial": "", "taken_at": at, "recorded_at": at,
            "judgement": judgement, "score": None if is_held else float(i), "worst_view": "", "worst_region": "", "defect": "", "reason": "",
            "recipe": "r", "recipe_revision": 1, "model": "m", "model_version": version, "ok_at_most": 1.0, "ng_above": 2.0,
            "feature_version": "f", "provider": "CPU", "kind": "challenge" if i % 25 == 0 else "part",
        })  # fmt: skip
        values = np.zeros(128, "<f2")
        values[0] = i % 1000
        embeddings.append({"part_id": i, "model": "m", "model_version": version, "embedding": values.tobytes()})
    with engine.begin() as connection:
        connection.execute(insert(Part), rows)
        connection.execute(insert(PartEmbedding), embeddings)


def test_the_first_parts_of_a_version_are_its_own_scored_production_parts(engine: Engine) -> None:
    fill(engine, 400, versions=("1", "2"))
    first = first_parts(engine, "m", "2", 30)
    assert first.ids[:3] == (201, 202, 203)
    assert not {225, 240} & set(first.ids), "no challenge part, none on HOLD"
    assert len(first.ids) == 30
    assert first.scores[0] == 201
    assert first.taken_at[0] == START + timedelta(seconds=201)
    tenth = first.ids.index(210)
    assert np.isnan(first.embeddings[tenth]).all(), "an NG part's embedding says nothing of the picture"
    assert first.embeddings[0, 0] == 201
    assert len(first.good) == 30 - sum(i % 10 == 0 for i in first.ids)
    assert len(first_parts(engine, "m", "9").ids) == 0


def test_the_newest_parts_come_in_stretches_of_one_version_oldest_first(engine: Engine) -> None:
    fill(engine, 300, versions=("1", "2", "1"))
    stretches = newest_parts(engine, 150)
    assert [(s.version, s.ids[-1]) for s in stretches] == [("2", 199), ("1", 299)]
    assert sum(len(s.ids) for s in stretches) == 150


def test_a_day_is_drawn_evenly_and_cut_at_a_change_of_version(engine: Engine) -> None:
    fill(engine, 900, every_s=480, versions=("1", "2"))  # 180 parts a day, five days and a bit
    days = list(parts_by_day(engine, n_days=3, n_parts=60))
    assert [(s.version, s.taken_at[0].astimezone().date() == s.taken_at[-1].astimezone().date()) for s in days] == [("2", True)] * 3
    assert 50 <= len(days[1].ids) <= 60
    assert days[1].ids[-1] - days[1].ids[0] > 150, "over the whole day"
    every = [s.version for s in parts_by_day(engine, n_days=30)]
    assert every == sorted(every), "the day of the change gives two stretches, the older version first"
    assert every.count("1") + every.count("2") >= 6
