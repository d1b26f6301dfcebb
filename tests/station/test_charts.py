"""Every statistic against a worked example, every count against parts counted by hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from station import charts
from station.chart_set import Choice, draw_up, setting_changes
from station.shifts import day_start, shift_end, shift_name, shift_start
from station.store import series
from station.store.database import open_database
from station.store.reviews import Truth, add_reviews
from station.verdict import Judgement
from tests.station.recorded import START, part, write_parts

SHIFTS = ["06:00", "14:00", "22:00"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "data")
    yield engine
    engine.dispose()


# -- statistics --------------------------------------------------------------------------------------------------------


def test_pareto_ranks_and_cumulates() -> None:
    bars = charts.pareto({"M": 30, "X": 50, "D": 20, "F": 0})
    assert [(b.key, b.n) for b in bars] == [("X", 50), ("M", 30), ("D", 20)]
    assert [b.cumulative for b in bars] == pytest.approx([0.5, 0.8, 1.0])


def test_pareto_gathers_the_rest_last_even_where_it_is_the_longest() -> None:
    bars = charts.pareto({str(i): 1 for i in range(7)} | {"big": 3}, n_bars=3)
    assert [(b.key, b.n) for b in bars] == [("big", 3), ("0", 1), (None, 6)]
    assert bars[-1].cumulative == 1.0
    assert charts.pareto({}) == []


def test_p_chart_of_the_orange_juice_cans() -> None:
    """Montgomery, Introduction to Statistical Quality Control, example 7.1: 30 samples of 50 cans; 15 and 23 are out."""
    bad = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
    chart = charts.p_chart(bad, [50] * 30)
    assert chart.centre == pytest.approx(0.2313, abs=5e-5)
    assert chart.upper == pytest.approx([0.4102] * 30, abs=2e-4)
    assert chart.lower == pytest.approx([0.0524] * 30, abs=2e-4)
    assert list(np.flatnonzero(chart.is_outside) + 1) == [15, 23]


def test_p_chart_limits_follow_the_size_of_the_subgroup() -> None:
    chart = charts.p_chart([10, 20], [100, 200])  # p = 0.1: 0.1 ± 3 √(0.09 / n)
    assert chart.upper == pytest.approx([0.19, 0.1 + 3 * np.sqrt(0.09 / 200)])
    assert chart.lower == pytest.approx([0.01, 0.1 - 3 * np.sqrt(0.09 / 200)])
    assert not charts.p_chart([0, 0], [10, 20]).is_outside.any()
    assert not charts.p_chart([10, 20], [10, 20]).is_outside.any()


@pytest.mark.parametrize(("ng", "parts"), [([], []), ([1], [0]), ([3], [2]), ([-1], [2])])
def test_p_chart_of_impossible_counts_is_refused(ng: list[int], parts: list[int]) -> None:
    with pytest.raises(ValueError, match="expected 0 <= NG <= parts"):
        charts.p_chart(ng, parts)


def test_ewma_of_the_textbook() -> None:
    """Montgomery's example 9.2: target 10, σ 1, λ 0.1, L 2.7; the last ten are shifted by 1 σ. Levels worked by hand:
    9.945 = 0.1 · 9.45 + 0.9 · 10, 9.7495 = 0.1 · 7.99 + 0.9 · 9.945 …; limits in the end 10 ± 2.7 √(0.1 / 1.9)."""
    x = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84,
         10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]  # fmt: skip
    chart = charts.ewma(x, charts.Baseline(10.0, 1.0, 25), weight=0.1, sigmas=2.7)
    assert chart.level[:3] == pytest.approx([9.945, 9.7495, 9.70355])
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((9.73, 10.27))
    assert (chart.lower[1], chart.upper[1]) == pytest.approx((9.6368, 10.3632), abs=1e-4)
    assert chart.upper[-1] == pytest.approx(10.62, abs=2e-3)
    assert chart.level[-1] == pytest.approx(10.6341, abs=1e-4)
    assert list(np.flatnonzero(chart.is_outside) + 1) == [29, 30]


def test_a_half_full_subgroup_has_wider_limits() -> None:
    full = charts.ewma([1.0], charts.Baseline(1.0, 0.1, 25))
    half = charts.ewma([1.0], charts.Baseline(1.0, 0.1, 25), fill=[0.5])
    assert full.upper[0] - 1 == pytest.approx(3 * 0.2 * 0.1)
    assert half.upper[0] - 1 == pytest.approx(3 * 0.2 * 0.1 * np.sqrt(2))


def test_a_short_baseline_gives_a_mean_and_no_limits() -> None:
    base = charts.baseline([1.0, 3.0])
    assert base is not None
    assert (base.mean, base.sigma) == (2.0, None)
    chart = charts.ewma([100.0], base)
    assert np.isnan(chart.upper[0])
    assert not chart.is_outside.any()
    assert charts.baseline([]) is None
    long = charts.baseline([float(k % 2) for k in range(25)] + [1e9])
    assert long is not None
    assert long.mean == pytest.approx(12 / 25), "only the first 25 count"
    assert long.sigma == pytest.approx(np.sqrt(25 * 0.48 * 0.52 / 24))


def test_bins_are_round_and_a_wild_score_does_not_squeeze_the_others() -> None:
    bins = charts.bins(0.4, 11.0, [12.0, 20.0])
    assert (bins.first, bins.width) == (0.0, 0.5)
    assert bins.edges[-1] > 20.0, "the thresholds are in the picture"
    wild = charts.bins(0.5, 90000.0, [12.0, 20.0])
    assert wild.edges[-1] < 100
    assert charts.bins(3.0, 3.0, []).n == 1


@pytest.mark.parametrize(("value", "expected"), [(0.013, 0.02), (1, 1), (2.1, 5), (5.1, 10), (700, 1000)])
def test_round_up(value: float, expected: float) -> None:
    assert charts.round_up(value) == pytest.approx(expected)


def test_shifts_begin_by_the_clock_on_the_wall() -> None:
    at = datetime(2026, 3, 2, 5, 59).astimezone()
    assert shift_start(at, SHIFTS) == datetime(2026, 3, 1, 22).astimezone()
    assert shift_end(at, SHIFTS) == datetime(2026, 3, 2, 6).astimezone()
    assert shift_name(at, SHIFTS) == "22:00–06:00"
    assert shift_name(datetime(2026, 3, 2, 6).astimezone(), SHIFTS) == "06:00–14:00"
    assert shift_end(at, ["07:30"]) == datetime(2026, 3, 2, 7, 30).astimezone()
    with pytest.raises(ValueError, match="zone"):
        shift_start(datetime(2026, 3, 2), SHIFTS)


def test_a_day_begins_with_the_zone_that_held_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        starts = [day_start(date(2026, 3, day)) for day in (28, 29, 30)]  # the clock is put on in the night to the 29th
        assert [start.isoformat() for start in starts] == [
            "2026-03-28T00:00:00+01:00", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00",
        ]  # fmt: skip
        assert starts[2] - starts[1] == timedelta(hours=23)
    finally:
        monkeypatch.undo()
        time.tzset()


# -- counting ----------------------------------------------------------------------------------------------------------


def test_stretches_follow_every_change_and_every_way_back(engine: Engine) -> None:
    def version(number: int) -> str:
        return "2" if 11 <= number <= 20 else "1"

    write_parts(
        engine, (part(n, model_version=version(n), ok_at_most=11.0 if n > 25 else 12.0, recipe_revision=2 if n > 28 else 1) for n in range(1, 31))
    )
    found = series.stretches(engine)
    assert [(s.begin, s.end) for s in found] == [(1, 11), (11, 21), (21, 26), (26, 29), (29, 31)]
    assert [s.setting.model_version for s in found] == ["1", "2", "1", "1", "1"]
    changes = [setting_changes(a.setting, b.setting) for a, b in pairwise(found)]
    assert changes == [["model"], ["model"], ["thresholds"], ["recipe"]]
    assert [(s.begin, s.end) for s in series.make_slice(engine).of_model("m", "1").stretches] == [(1, 11), (21, 26), (26, 29), (29, 31)]


def test_a_slice_is_cut_by_time_and_lot(engine: Engine) -> None:
    write_parts(engine, (part(n, lot="B" if 5 <= n <= 8 else "A") for n in range(1, 13)))
    cut = series.make_slice(engine, START + timedelta(minutes=2), START + timedelta(minutes=10))
    assert (cut.begin, cut.end) == (3, 11)
    lot = series.make_slice(engine, lot="B")
    assert (lot.begin, lot.end) == (5, 9)
    assert series.make_slice(engine, START + timedelta(days=1)).stretches == ()
    assert series.make_slice(engine, lot="C").stretches == ()


def test_subgroups_add_up_without_challenge_parts(engine: Engine) -> None:
    rows = [part(n, score=float(n)) for n in range(1, 21)]
    rows[2] = part(3, judgement="NG")
    rows[3] = part(4, kind="challenge", judgement="NG")
    rows[11] = part(12, judgement="HOLD")
    write_parts(engine, rows)
    first, second = series.subgroups(engine, series.by_number(engine, series.make_slice(engine), 10))
    assert {j.value: n for j, n in first.n.items()} == {"OK": 8, "NG": 1, "RETEST": 0, "HOLD": 0}
    assert first.ok_mean == pytest.approx((1 + 2 + 5 + 6 + 7 + 8 + 9 + 10) / 8)
    assert second.judged == 9
    assert (first.at, first.last_at) == (START, START + timedelta(minutes=9))


def test_subgroups_of_a_lot_hold_its_own_parts_only(engine: Engine) -> None:
    write_parts(engine, (part(n, lot="AB"[n % 2]) for n in range(1, 41)))
    groups = series.subgroups(engine, series.by_number(engine, series.make_slice(engine, lot="B"), 5), "B")
    assert [sum(g.n.values()) for g in groups] == [5, 5, 5, 5]


def test_a_short_rest_joins_the_subgroup_before_it(engine: Engine) -> None:
    write_parts(engine, (part(n) for n in range(1, 25)))
    groups = series.by_number(engine, series.make_slice(engine), 10)
    assert [(g.begin, g.end) for g in groups] == [(1, 11), (11, 25)]


def test_hours_are_those_on_the_wall_and_empty_ones_are_left_out(engine: Engine) -> None:
    write_parts(engine, (part(n, taken_at=START + timedelta(minutes=20 * (n - 1) + (300 if n > 6 else 0))) for n in range(1, 10)))
    whole = series.make_slice(engine)
    ranges = series.by_hours(engine, whole, 1)
    assert ranges is not None
    assert [(r.begin, r.end) for r in ranges] == [(1, 4), (4, 7), (7, 10)]
    assert series.by_hours(engine, whole, 1, at_most=2) is None


def test_a_review_goes_before_the_stations_word_in_the_pareto(engine: Engine) -> None:
    rows = [part(n, judgement="NG", defect="X", worst_region="pin-01") for n in (1, 2, 3)] + [part(4), part(5, judgement="NG", defect="D"), part(6)]
    rows.append(part(7, judgement="NG", defect="X", kind="challenge"))
    write_parts(engine, rows)
    add_reviews(engine, [1], Truth.OK, "Sato")  # overkill: left out
    add_reviews(engine, [2], Truth.NG, "Sato", "M")  # another mode
    add_reviews(engine, [4], Truth.NG, "Sato", "F")  # an escape: counted in
    add_reviews(engine, [5], Truth.OK, "Sato")
    add_reviews(engine, [5], Truth.UNSURE, "Ito")  # the newest counts: the station's word stands
    counted = series.ng_counts(engine, series.make_slice(engine))
    assert {mode: n for mode, n in counted.modes.items() if n} == {"X": 1, "M": 1, "F": 1, "D": 1}
    assert counted.positions == {("front", "pin-01"): 2, ("front", "all"): 2}
    assert (counted.n, counted.n_overkill, counted.n_added) == (4, 1, 1)
    assert counted.by_people == {"M": 1, "F": 1}


def test_scores_fall_into_bins_by_what_reviews_say(engine: Engine) -> None:
    write_parts(engine, [part(1, score=0.5), part(2, score=1.5), part(3, score=1.6), part(4, judgement="NG", score=500.0), part(5, judgement="HOLD")])
    add_reviews(engine, [2], Truth.OK, "Sato")
    add_reviews(engine, [4], Truth.NG, "Sato")
    add_reviews(engine, [3], Truth.UNSURE, "Sato")
    parts = series.make_slice(engine)
    assert series.score_range(engine, parts) == (0.5, 500.0)
    counted = series.score_counts(engine, parts, charts.Bins(0.0, 1.0, 3))
    assert (counted.unreviewed, counted.ok, counted.ng) == ([1, 1, 0], [0, 1, 0], [0, 0, 1])


def test_shifts_and_lots_newest_first(engine: Engine) -> None:
    local = datetime(2026, 3, 2, 13, 58).astimezone()
    rows = [part(n, lot="A" if n < 4 else "B", taken_at=local + timedelta(minutes=n - 1)) for n in range(1, 6)]  # 13:58 … 14:02
    rows[4]["judgement"] = "NG"
    write_parts(engine, rows)
    lines = series.shift_lines(engine, series.make_slice(engine), SHIFTS, 10)
    assert [(f"{line.start.astimezone():%H:%M}", line.lot, line.n[Judgement.OK], line.n[Judgement.NG]) for line in lines] == [
        ("14:00", "B", 1, 1),
        ("14:00", "A", 1, 0),
        ("06:00", "A", 2, 0),
    ]
    assert len(series.shift_lines(engine, series.make_slice(engine), SHIFTS, 1)) == 1


# -- all together ------------------------------------------------------------------------------------------------------


def test_the_ewma_starts_anew_with_the_model_and_takes_its_baseline_from_the_models_beginning(engine: Engine) -> None:
    rng = np.random.default_rng(4)
    scores = np.where(np.arange(1, 1201) > 600, 8.0, 3.0) + rng.normal(0, 0.1, 1200)
    scores[1100:] += 1.0  # it drifts
    write_parts(engine, (part(n, score=float(scores[n - 1]), model_version="2" if n > 600 else "1") for n in range(1, 1201)))
    drawn = draw_up(engine, Choice(), SHIFTS)
    assert drawn.ewma is not None
    old, new = drawn.ewma.runs
    assert old.base.mean == pytest.approx(3.0, abs=0.1)
    assert new.base.mean == pytest.approx(8.0, abs=0.1)
    assert (new.base_begin, new.base_end) == (601, 601 + 25 * drawn.ewma.size)
    assert not new.chart.is_outside[:20].any()
    assert new.chart.is_outside[-5:].all()
    assert [m.kind for m in drawn.ewma.marks if m.kind == "setting"] == ["setting"]
    late = draw_up(engine, Choice(since=START + timedelta(minutes=1000)), SHIFTS)
    assert late.ewma is not None
    assert late.ewma.runs[0].base_begin == 601, "long before the choice"
    assert late.ewma.runs[0].base.mean == pytest.approx(8.0, abs=0.05), "and before the drift"


def test_everything_of_a_choice_agrees_in_its_counts(engine: Engine) -> None:
    rows = [part(n, judgement="NG" if n % 10 == 0 else "OK", lot="A" if n <= 150 else "B") for n in range(1, 301)]
    write_parts(engine, rows)
    shares: list[float] = []
    drawn = draw_up(engine, Choice(lot="B"), SHIFTS, shares.append)
    assert drawn.n == {Judgement.OK: 135, Judgement.NG: 15, Judgement.RETEST: 0, Judgement.HOLD: 0}
    assert drawn.p is not None
    assert sum(g.n[Judgement.NG] for g in drawn.p.groups) == 15
    assert drawn.p.chart.centre == pytest.approx(0.1)
    assert [(bar.key, bar.n) for bar in drawn.modes] == [("M", 15)]
    assert drawn.histogram is not None
    assert sum(drawn.histogram.scores.unreviewed) == 150
    assert sum(sum(line.n.values()) for line in drawn.shifts) == 150
    assert shares == sorted(shares)


def test_an_empty_ledger_draws_nothing_and_says_nothing_wrong(engine: Engine) -> None:
    drawn = draw_up(engine, Choice(), SHIFTS)
    assert (drawn.p, drawn.ewma, drawn.histogram, drawn.modes, drawn.shifts, drawn.begin) == (None, None, None, [], [], None)
    assert sum(drawn.n.values()) == 0


def test_counting_ends_where_somebody_cancels(engine: Engine) -> None:
    class Enough(Exception):
        pass

    def tell(share: float) -> None:
        if share > 0.3:
            raise Enough

    write_parts(engine, (part(n) for n in range(1, 50)))
    with pytest.raises(Enough):
        draw_up(engine, Choice(), SHIFTS, tell)


def test_the_charts_read_indexes_and_not_the_rows(engine: Engine) -> None:
    from sqlalchemy import text

    write_parts(engine, (part(n) for n in range(1, 5)))
    queries = (
        "SELECT count(*) FROM part WHERE kind = 'part' AND judgement = 'NG' AND id >= 1 AND id < 9 AND lot = 'A'",
        "SELECT avg(score) FROM part WHERE kind = 'part' AND judgement = 'OK' AND id >= 1 AND id < 9",
        "SELECT min(id) FROM part WHERE model = 'm' AND model_version = '1' AND recipe = 'r' AND recipe_revision = 1 AND ok_at_most = 1 AND ng_above = 2 AND id >= 3",
    )
    with engine.connect() as connection:
        for query in queries:
            (plan,) = connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
            assert "COVERING INDEX" in plan[3], plan
