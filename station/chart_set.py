"""Everything that QA's charts show of a choice of parts: counted in the store, judged by `charts`. No Qt; the window and the report draw it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from sqlalchemy import Engine

from station import charts
from station.charts import Bar, Ewma, PChart
from station.shifts import shift_start
from station.store import agreement, sampling, series
from station.store.agreement import Agreement
from station.store.sampling import EscapeEstimate
from station.store.search import PartFilter
from station.store.series import NgCounts, Scores, Setting, ShiftLine, Slice, Subgroup
from station.verdict import Judgement

Tell = Callable[[float], None]
MAX_POINTS = 160
LEAST_PARTS = 20
"""Smaller subgroups say nothing of a share of NG of a few per cent."""
_HOURS = (1, 2, 4, 8, 24, 168, 672)
_N_SHIFT_LINES = 14
_MAX_MARKS = 16


@dataclass(frozen=True, slots=True)
class Choice:
    """Which parts, and in subgroups of what."""

    since: datetime | None = None
    until: datetime | None = None
    lot: str | None = None
    model: str = ""  # '' = all
    model_version: str = ""
    by_hour: bool = False  # subgroups of the p-chart: hours, else so many parts
    size: int = 0  # 0 = as many parts as give a chart that can be read

    def parts(self, judgements: frozenset[Judgement] = frozenset()) -> PartFilter:
        """The same parts for a list or an export."""
        return PartFilter(
            self.since, self.until, self.lot, judgements=judgements, kind="part", model=self.model or None, model_version=self.model_version or None
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """Something changed before a subgroup."""

    index: int  # of the first subgroup after the change
    kind: str  # 'setting', 'shift' or 'lot'
    at: datetime
    before: Setting | None = None  # 'setting' only
    after: Setting | None = None
    lot: str = ""  # 'lot' only


@dataclass(frozen=True, slots=True)
class PSeries:
    """The p-chart and its subgroups."""

    groups: tuple[Subgroup, ...]
    chart: PChart
    marks: tuple[Mark, ...]
    hours: int  # of a subgroup; 0 where it is made of `size` parts
    size: int


@dataclass(frozen=True, slots=True)
class EwmaRun:
    """Subgroups under one setting, with the limits that its beginning set."""

    first: int  # index of the first subgroup among those of all runs
    groups: tuple[Subgroup, ...]
    base: charts.Baseline
    base_begin: int  # parts of the baseline: begin <= id < end
    base_end: int
    base_at: datetime
    chart: Ewma


@dataclass(frozen=True, slots=True)
class EwmaSeries:
    """The EWMA chart, starting anew at each change of setting."""

    runs: tuple[EwmaRun, ...]
    marks: tuple[Mark, ...]
    size: int

    @property
    def groups(self) -> list[Subgroup]:
        """Of all runs, in order."""
        return [group for run in self.runs for group in run.groups]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Scores under one model version, the newest of the choice that gave any: those of another are not on the same scale."""

    setting: Setting  # the newest
    thresholds: tuple[tuple[float, float], ...]  # (OK at most, NG above) in force one after another
    scores: Scores
    is_cut: bool  # the last bin takes scores far beyond it


@dataclass(frozen=True, slots=True)
class ChartSet:
    """All charts of a choice; what could not be drawn for want of parts is None or empty."""

    choice: Choice
    n: dict[Judgement, int]  # every judgement is there
    begin: datetime | None  # first and last part taken
    end: datetime | None
    ng: NgCounts
    modes: list[Bar[str]]
    positions: list[Bar[tuple[str, str]]]
    p: PSeries | None
    ewma: EwmaSeries | None
    histogram: Histogram | None
    shifts: list[ShiftLine]
    escapes: EscapeEstimate
    agreement: Agreement | None  # of the two reviewers who have most parts in common, whatever the choice


def draw_up(engine: Engine, choice: Choice, shifts: Sequence[str], tell: Tell = lambda share: None) -> ChartSet:
    """Count and judge everything.

    Args:
        shifts: when shifts begin, as in `shifts.shift_start`.
        tell: called with the share done, 0..1; may raise to end the work.
    """
    parts = series.make_slice(engine, choice.since, choice.until, choice.lot)
    if choice.model:
        parts = parts.of_model(choice.model, choice.model_version)
    size = max(5, charts.subgroup_size(parts.n_ids, MAX_POINTS))
    fine = series.subgroups(engine, series.by_number(engine, parts, size), parts.lot, lambda share: tell(0.4 * share))
    tell(0.4)
    p = _p_series(engine, parts, choice, shifts, (size, fine))
    tell(0.5)
    ewma = _ewma_series(engine, parts, size, fine, shifts)
    tell(0.65)
    ng = series.ng_counts(engine, parts, lambda share: tell(0.65 + 0.15 * share))
    histogram = _histogram(engine, parts, lambda share: tell(0.8 + 0.15 * share))
    tell(0.95)
    lines = series.shift_lines(engine, parts, shifts, _N_SHIFT_LINES)
    reviewers = next(iter(agreement.pairs(engine)), None)
    begin, end = series.times(engine, parts) or (None, None)
    return ChartSet(
        choice,
        {judgement: sum(group.n[judgement] for group in fine) for judgement in Judgement},
        begin,
        end,
        ng,
        charts.pareto(ng.modes),
        charts.pareto(ng.positions),
        p,
        ewma,
        histogram,
        lines,
        sampling.escape_estimate(engine, choice.lot, choice.model or None, choice.model_version or None, choice.since, choice.until),
        None if reviewers is None else agreement.agreement(engine, *reviewers),
    )


def _p_series(engine: Engine, parts: Slice, choice: Choice, shifts: Sequence[str], known: tuple[int, list[Subgroup]]) -> PSeries | None:
    if choice.by_hour:
        groups, hours, size = *_hour_groups(engine, parts), 0
    else:
        hours, size = 0, choice.size or max(LEAST_PARTS, known[0])
        size = max(size, charts.subgroup_size(parts.n_ids, 10 * MAX_POINTS))  # so many that they are a smear help nobody
        groups = known[1] if size == known[0] else series.subgroups(engine, series.by_number(engine, parts, size), parts.lot)
    groups = [group for group in groups if group.judged]
    if not groups:
        return None
    chart = charts.p_chart([group.n[Judgement.NG] for group in groups], [group.judged for group in groups])
    return PSeries(tuple(groups), chart, _marks(engine, parts, groups, shifts), hours, size)


def _hour_groups(engine: Engine, parts: Slice) -> tuple[list[Subgroup], int]:
    for hours in _HOURS:
        ranges = series.by_hours(engine, parts, hours, 2 * MAX_POINTS)
        if ranges is not None:
            return series.subgroups(engine, ranges, parts.lot), hours
    ranges = series.by_hours(engine, parts, _HOURS[-1])
    assert ranges is not None  # it had no limit
    return series.subgroups(engine, ranges, parts.lot), _HOURS[-1]


def _ewma_series(engine: Engine, parts: Slice, size: int, groups: list[Subgroup], shifts: Sequence[str]) -> EwmaSeries | None:
    """Whose baseline is the first stretch under the same setting, be it long before the choice."""
    known: dict[Setting, list[Subgroup]] = {}
    runs: list[EwmaRun] = []
    whole = series.stretches(engine)
    scored = [group for group in groups if group.ok_mean is not None]
    for stretch in parts.stretches:
        own = tuple(group for group in scored if stretch.begin <= group.begin < stretch.end)
        if not own:
            continue
        if stretch.setting not in known:
            ranges = series.first_ranges(engine, whole, stretch.setting, size, charts.BASELINE_SUBGROUPS)
            known[stretch.setting] = [group for group in series.subgroups(engine, ranges) if group.ok_mean is not None]
        first = known[stretch.setting]
        base = charts.baseline(_means(first))
        if base is None:  # not one OK part in it
            continue
        usual = float(np.mean([group.n[Judgement.OK] for group in first[: base.n_subgroups]]))
        fill = [min(1.0, group.n[Judgement.OK] / usual) for group in own]
        chart = charts.ewma(_means(own), base, fill)
        index = sum(len(run.groups) for run in runs)
        runs.append(EwmaRun(index, own, base, first[0].begin, first[base.n_subgroups - 1].end, first[0].at, chart))
    if not runs:
        return None
    return EwmaSeries(tuple(runs), _marks(engine, parts, [group for run in runs for group in run.groups], shifts), size)


def _means(groups: Sequence[Subgroup]) -> list[float]:
    return [group.ok_mean for group in groups if group.ok_mean is not None]


def _histogram(engine: Engine, parts: Slice, tell: Tell) -> Histogram | None:
    versions = list(dict.fromkeys((s.setting.model, s.setting.model_version) for s in reversed(parts.stretches)))
    owns = (parts.of_model(*version) for version in versions)
    own, ends = next(((own, ends) for own in owns if (ends := series.score_range(engine, own)) is not None), (parts, None))
    if ends is None:
        return None
    newest = own.stretches[-1].setting
    pairs = tuple(dict.fromkeys((s.setting.ok_at_most, s.setting.ng_above) for s in own.stretches))
    into = charts.bins(*ends, [threshold for pair in pairs for threshold in pair])
    return Histogram(newest, pairs, series.score_counts(engine, own, into, tell), is_cut=ends[1] >= into.edges[-1])


def _marks(engine: Engine, parts: Slice, groups: Sequence[Subgroup], shifts: Sequence[str]) -> tuple[Mark, ...]:
    """Changes of setting all; of shift and of lot only where they are few enough to be told apart."""
    settings, turns, lots = [], [], []
    begun = [begin for begin in series.lot_begins(engine, parts) if begin[0] > parts.begin]
    for i, (before, group) in enumerate(pairwise(groups), 1):
        if group.setting != before.setting:
            settings.append(Mark(i, "setting", group.at, before.setting, group.setting))
        if shift_start(group.at, shifts) != shift_start(before.at, shifts):
            turns.append(Mark(i, "shift", group.at))
        if new := [lot for first, lot in begun if before.end <= first < group.end]:
            lots.append(Mark(i, "lot", group.at, lot=new[-1]))
    return (*settings, *(turns if len(turns) <= _MAX_MARKS else ()), *(lots if len(lots) <= _MAX_MARKS else ()))


def setting_changes(before: Setting, after: Setting) -> list[str]:
    """Which of 'model', 'recipe' and 'thresholds' differ."""
    changed = {
        "model": (before.model, before.model_version) != (after.model, after.model_version),
        "recipe": (before.recipe, before.recipe_revision) != (after.recipe, after.recipe_revision),
        "thresholds": (before.ok_at_most, before.ng_above) != (after.ok_at_most, after.ng_above),
    }
    return [what for what, differs in changed.items() if differs]
