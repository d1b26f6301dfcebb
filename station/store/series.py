"""Counting the ledger for charts: everything is added up in SQL, over ranges of part ids, and no part is loaded.

Parts are numbered in the order they were recorded, so that a stretch of time, and one under the same model and thresholds, is
a range of ids. Over 2 million parts the index `ix_part_series` is read, not the rows. Challenge parts are left out everywhere.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from station.charts import Bins
from station.shifts import shift_start
from station.store.reviews import Truth
from station.verdict import Judgement

Tell = Callable[[float], None]
"""Called on the way with the share of the work that is done, 0..1; it may raise, to end the work."""
_SETTING = ("model", "model_version", "recipe", "recipe_revision", "ok_at_most", "ng_above")
_AT_ONCE = 20  # subgroups a statement: over millions of parts a word of progress, and a chance to end it, every 50 ms
_BLOCK = 100_000  # ids, likewise
_COUNT = "(SELECT count(*) FROM part WHERE kind = 'part' AND judgement = '{0}' AND id >= b.value ->> 0 AND id < b.value ->> 1{1})"
_MEAN = "(SELECT avg(score) FROM part WHERE kind = 'part' AND judgement = 'OK' AND id >= b.value ->> 0 AND id < b.value ->> 1{0})"
_REVIEWED = (  # every reviewed part with its newest review; CROSS JOIN keeps SQLite from starting with the parts
    "(SELECT max(id) AS id FROM review WHERE part_id >= :begin AND part_id < :end GROUP BY part_id) AS newest "
    "CROSS JOIN review ON review.id = newest.id CROSS JOIN part ON part.id = review.part_id"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a part is judged by."""

    model: str
    model_version: str
    recipe: str
    recipe_revision: int
    ok_at_most: float
    ng_above: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Parts begin <= id < end, one after another under the same setting."""

    begin: int
    end: int
    setting: Setting


@dataclass(frozen=True, slots=True)
class Slice:
    """The parts that charts are drawn from."""

    stretches: tuple[Stretch, ...]  # in order
    lot: str | None = None  # only of this lot

    @property
    def begin(self) -> int:
        """The first id; 0 without any part."""
        return self.stretches[0].begin if self.stretches else 0

    @property
    def end(self) -> int:
        """The id after the last."""
        return self.stretches[-1].end if self.stretches else 0

    @property
    def n_ids(self) -> int:
        """How many parts at most, challenge parts and other lots among them."""
        return sum(s.end - s.begin for s in self.stretches)

    def of_model(self, model: str, version: str = "") -> Slice:
        """Only what this model, or this version of it, has judged."""
        kept = (s for s in self.stretches if s.setting.model == model and version in ("", s.setting.model_version))
        return replace(self, stretches=tuple(kept))


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Some parts in a row."""

    begin: int
    end: int  # id after the last
    at: datetime  # when the first was taken
    last_at: datetime
    n: Mapping[Judgement, int]  # every judgement is there
    ok_mean: float | None  # mean score of OK parts; None without any
    setting: Setting

    @property
    def judged(self) -> int:
        """Parts with a verdict: HOLD is none."""
        return sum(n for judgement, n in self.n.items() if judgement is not Judgement.HOLD)


@dataclass(frozen=True, slots=True)
class NgCounts:
    """NG parts: what a review says goes before what the station said."""

    modes: Mapping[str, int]  # '' where nobody named one
    positions: Mapping[tuple[str, str], int]  # (view, region)
    by_people: Mapping[str, int]  # how many of each mode a review called NG
    n_overkill: int  # station NG, reviewed OK: left out
    n_added: int  # reviewed NG, which the station did not call NG: counted in

    @property
    def n(self) -> int:
        """All of them."""
        return sum(self.modes.values())


@dataclass(frozen=True, slots=True)
class Scores:
    """How many parts have their score in which bin, each list one number a bin; a part is in one of the three."""

    bins: Bins
    unreviewed: list[int]  # also those whose review says UNSURE
    ok: list[int]  # reviewed
    ng: list[int]


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One lot in one shift."""

    start: datetime
    lot: str
    begin: int  # first id of the shift
    end: int
    n: Mapping[Judgement, int]


def stretches(engine: Engine) -> list[Stretch]:
    """The whole ledger, in order; a few look-ups a change of model, thresholds or recipe revision, however many parts."""
    with engine.connect() as connection:
        last = connection.execute(text("SELECT max(id) FROM part")).scalar()
        if last is None:
            return []
        found = list(_settings(connection))
        begins = [(_first(connection, setting, 1), setting) for setting in found]
        begin, setting = min((first, setting) for first, setting in begins if first is not None)
        whole = []
        while True:
            later = [(_first(connection, other, begin + 1), other) for other in found if other != setting]
            next_begin, following = min(((first, other) for first, other in later if first is not None), default=(last + 1, setting))
            whole.append(Stretch(begin, next_begin, _named(setting)))
            if next_begin > last:
                return whole
            begin, setting = next_begin, following


def make_slice(engine: Engine, since: datetime | None = None, until: datetime | None = None, lot: str | None = None) -> Slice:
    """From the first part taken in since <= t < until (with their zone) to the last one; of one lot, or of all."""
    whole = stretches(engine)
    with engine.connect() as connection:
        begin = 1 if since is None else _first_at(connection, since)
        end = None if until is None else _first_at(connection, until)
        if lot is not None:
            first, last = connection.execute(text("SELECT min(id), max(id) FROM part WHERE lot = :lot"), {"lot": lot}).one()
            if first is None:
                return Slice((), lot)
            begin, end = max(first, begin or first), min(last + 1, end or last + 1)
    if begin is None:
        return Slice((), lot)
    cut = (Stretch(max(s.begin, begin), s.end if end is None else min(s.end, end), s.setting) for s in whole)
    return Slice(tuple(s for s in cut if s.begin < s.end), lot)


def by_number(engine: Engine, parts: Slice, size: int) -> list[Stretch]:
    """Ranges of `size` parts in a row; a rest of less than half joins the range before it."""
    return [piece for stretch in parts.stretches for piece in _pieces(engine, stretch, parts.lot, size)]


def by_hours(engine: Engine, parts: Slice, hours: int, at_most: int | None = None) -> list[Stretch] | None:
    """Ranges of so many hours each by the clock on the wall; those without a part are left out.

    Args:
        hours: a divisor of 24, or whole days.
        at_most: None is returned where there would be more ranges than that.
    """
    ranges = []
    with engine.connect() as connection:
        for stretch in parts.stretches:
            begin = stretch.begin
            while begin < stretch.end:
                local = _taken_at(connection, begin).astimezone().replace(minute=0, second=0, microsecond=0, tzinfo=None)
                until = local.replace(hour=local.hour - local.hour % min(hours, 24)) + timedelta(hours=hours)
                following = _first_at(connection, until.astimezone())
                end = stretch.end if following is None else min(max(following, begin + 1), stretch.end)
                ranges.append(Stretch(begin, end, stretch.setting))
                begin = end
                if at_most is not None and len(ranges) > at_most:
                    return None
    return ranges


def subgroups(engine: Engine, ranges: Sequence[Stretch], lot: str | None = None, tell: Tell = lambda share: None) -> list[Subgroup]:
    """The parts of each range added up; ranges without a part are left out."""
    of_lot = "" if lot is None else " AND lot = :lot"
    columns = ", ".join([*(_COUNT.format(j.value, of_lot) for j in Judgement), _MEAN.format(of_lot)])
    ends = ", ".join(f"(SELECT taken_at FROM part WHERE id = {end})" for end in ("b.value ->> 0", "(b.value ->> 1) - 1"))
    query = text(f"SELECT {columns}, {ends} FROM json_each(:ranges) b")
    found = []
    with engine.connect() as connection:
        for k in range(0, len(ranges), _AT_ONCE):
            tell(k / len(ranges))
            some = ranges[k : k + _AT_ONCE]
            bound = {"ranges": json.dumps([(r.begin, r.end) for r in some]), **({} if lot is None else {"lot": lot})}
            for stretch, (*counted, mean, at, last_at) in zip(some, connection.execute(query, bound), strict=True):
                n = dict(zip(Judgement, counted, strict=True))
                if any(counted):
                    found.append(Subgroup(stretch.begin, stretch.end, _time(at), _time(last_at), n, mean, stretch.setting))
    return found


def first_ranges(engine: Engine, whole: Sequence[Stretch], setting: Setting, size: int, n: int) -> list[Stretch]:
    """The first n ranges of `size` parts ever judged under a setting, before it was changed for the first time.

    Args:
        whole: of the ledger, as `stretches` gives them.
    """
    first = next(s for s in whole if s.setting == setting)
    return _pieces(engine, replace(first, end=min(first.end, first.begin + n * size)), None, size)


def ng_counts(engine: Engine, parts: Slice, tell: Tell = lambda share: None) -> NgCounts:
    """NG parts by mode and by the view and region that deviated most.

    Left out: parts that the station called NG and the newest review OK. Counted in: what the newest review calls NG, whatever
    the station said. The mode is the review's, or the station's where the review names none.
    """
    of_lot = "" if parts.lot is None else " AND part.lot = :lot"
    by_station = text(
        "SELECT worst_view, worst_region, defect, count(*) FROM part "
        f"WHERE kind = 'part' AND judgement = 'NG' AND id >= :begin AND id < :end{of_lot} GROUP BY worst_view, worst_region, defect"
    )
    by_people = text(
        f"SELECT part.judgement, worst_view, worst_region, defect, truth, mode, count(*) FROM {_REVIEWED} "
        f"WHERE kind = 'part'{of_lot} AND (truth = 'NG' OR truth = 'OK' AND judgement = 'NG') "
        "GROUP BY part.judgement, worst_view, worst_region, defect, truth, mode"
    )
    counted: Counter[tuple[str, str, str]] = Counter()
    by_review: Counter[str] = Counter()
    n_overkill = n_added = 0
    with engine.connect() as connection:
        for bound in _ranges(parts, tell):
            for view, region, defect, n in connection.execute(by_station, bound):
                counted[view, region, defect] += n
            for judgement, view, region, defect, truth, mode, n in connection.execute(by_people, bound):
                if judgement == Judgement.NG:
                    counted[view, region, defect] -= n
                if truth == Truth.NG:
                    counted[view, region, mode or defect] += n
                    by_review[mode or defect] += n
                n_overkill += n if truth == Truth.OK else 0
                n_added += n if judgement != Judgement.NG else 0
    modes: Counter[str] = Counter()
    positions: Counter[tuple[str, str]] = Counter()
    for (view, region, mode), n in counted.items():
        modes[mode] += n
        positions[view, region] += n
    return NgCounts(dict(modes), dict(positions), dict(by_review), n_overkill, n_added)


def score_range(engine: Engine, parts: Slice) -> tuple[float, float] | None:
    """The least and the greatest score; None where no part has one."""
    of_lot = "" if parts.lot is None else " AND lot = :lot"
    query = text(
        f"SELECT min(score), max(score) FROM part WHERE kind = 'part' AND judgement IN ('OK', 'NG', 'RETEST') AND id >= :begin AND id < :end{of_lot}"
    )
    with engine.connect() as connection:
        pairs = [tuple(connection.execute(query, bound).one()) for bound in _ranges(parts)]
    known = [pair for pair in pairs if pair[0] is not None]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None


def score_counts(engine: Engine, parts: Slice, into: Bins, tell: Tell = lambda share: None) -> Scores:
    """Parts by score, apart by what their newest review says."""
    of_lot = "" if parts.lot is None else " AND part.lot = :lot"
    k = "CAST((score - :first) / :width AS INT)"
    everything = text(
        f"SELECT {k} AS k, count(*) FROM part WHERE kind = 'part' AND judgement IN ('OK', 'NG', 'RETEST') AND id >= :begin AND id < :end{of_lot} "
        "AND score IS NOT NULL GROUP BY k"
    )
    reviewed = text(
        f"SELECT {k} AS k, truth, count(*) FROM {_REVIEWED} WHERE kind = 'part' AND judgement != 'HOLD' AND score IS NOT NULL{of_lot} "
        "AND truth IN ('OK', 'NG') GROUP BY k, truth"
    )
    unreviewed, ok, ng = ([0] * into.n for _ in range(3))
    with engine.connect() as connection:
        for bound in _ranges(parts, tell):
            bound |= {"first": into.first, "width": into.width}
            for i, n in connection.execute(everything, bound):
                unreviewed[min(i, into.n - 1)] += n
            for i, truth, n in connection.execute(reviewed, bound):
                (ok if truth == Truth.OK else ng)[min(i, into.n - 1)] += n
                unreviewed[min(i, into.n - 1)] -= n
    return Scores(into, unreviewed, ok, ng)


def shift_lines(engine: Engine, parts: Slice, starts: Sequence[str], at_most: int) -> list[ShiftLine]:
    """The newest shifts and the lots in them, newest first, of all models in the slice.

    Args:
        starts: when shifts begin, as in `shifts.shift_start`.
    """
    lots: list[tuple[str, int, int]] = []
    lines: list[ShiftLine] = []
    with engine.connect() as connection:
        lots = [lot for lot in _lots(connection) if parts.lot in (None, lot[0])]
        end = parts.end
        while end > parts.begin and len(lines) < at_most:
            start = shift_start(_taken_at(connection, end - 1), starts)
            begin = min(max(_first_at(connection, start) or parts.begin, parts.begin), end - 1)
            within = [s for s in parts.stretches if s.begin < end and s.end > begin]
            for lot, first, last in sorted((lot for lot in lots if lot[1] < end and lot[2] >= begin), key=lambda lot: -lot[2]):
                n = dict.fromkeys(Judgement, 0)
                for s in within:
                    bound = {"begin": max(s.begin, begin, first), "end": min(s.end, end, last + 1), "lot": lot}
                    for judgement in Judgement:
                        n[judgement] += connection.execute(_LOT_COUNT, {**bound, "judgement": judgement.value}).scalar_one()
                if any(n.values()):
                    lines.append(ShiftLine(start, lot, begin, end, n))
            end = begin
    return lines[:at_most]


def lot_begins(engine: Engine, parts: Slice) -> list[tuple[int, str]]:
    """(first id, lot) of each lot that begins in the slice, in order."""
    with engine.connect() as connection:
        return sorted((first, lot) for lot, first, _ in _lots(connection) if parts.begin <= first < parts.end and parts.lot in (None, lot))


def times(engine: Engine, parts: Slice) -> tuple[datetime, datetime] | None:
    """When the first and the last part was taken; None without any."""
    if not parts.stretches:
        return None
    with engine.connect() as connection:
        return _taken_at(connection, parts.begin), _taken_at(connection, parts.end - 1)


_LOT_COUNT = text("SELECT count(*) FROM part WHERE kind = 'part' AND judgement = :judgement AND id >= :begin AND id < :end AND lot = :lot")

_Key = tuple[Any, ...]


def _settings(connection: Connection) -> Iterator[_Key]:
    """Every setting that has judged a part, from one to the next greater along `ix_part_setting`."""
    columns = ", ".join(_SETTING)
    key = connection.execute(text(f"SELECT {columns} FROM part ORDER BY {columns} LIMIT 1")).first()
    while key is not None:
        yield tuple(key)
        known, key = dict(zip(_SETTING, key, strict=True)), None
        for k in range(len(_SETTING), 0, -1):  # the same beginning, and then greater: the longest beginning first
            conditions = [*(f"{name} = :{name}" for name in _SETTING[: k - 1]), f"{_SETTING[k - 1]} > :{_SETTING[k - 1]}"]
            query = f"SELECT {columns} FROM part WHERE {' AND '.join(conditions)} ORDER BY {columns} LIMIT 1"
            key = connection.execute(text(query), {name: known[name] for name in _SETTING[:k]}).first()
            if key is not None:
                break


def _first(connection: Connection, setting: _Key, begin: int) -> int | None:
    """The first id from `begin` on under a setting."""
    same = " AND ".join(f"{name} = :{name}" for name in _SETTING)
    query = f"SELECT min(id) FROM part WHERE {same} AND id >= :begin"
    return connection.execute(text(query), {**dict(zip(_SETTING, setting, strict=True)), "begin": begin}).scalar()


def _named(setting: _Key) -> Setting:
    return Setting(*setting)


def _lots(connection: Connection) -> list[tuple[str, int, int]]:
    """(lot, first id, last id) of every lot, from one to the next along `ix_part_lot`."""
    query = (
        "WITH RECURSIVE lots(lot) AS (SELECT min(lot) FROM part "
        "UNION ALL SELECT (SELECT min(lot) FROM part WHERE lot > lots.lot) FROM lots WHERE lots.lot IS NOT NULL) "
        "SELECT lot, (SELECT min(id) FROM part WHERE part.lot = lots.lot), (SELECT max(id) FROM part WHERE part.lot = lots.lot) "
        "FROM lots WHERE lot IS NOT NULL"
    )
    return [(lot, first, last) for lot, first, last in connection.execute(text(query))]


def _pieces(engine: Engine, stretch: Stretch, lot: str | None, size: int) -> list[Stretch]:
    if lot is None:
        begins = list(range(stretch.begin, stretch.end, size))
        n_last = stretch.end - begins[-1]
    else:  # every size-th part of the lot
        query = text(
            "SELECT id, (SELECT count(*) FROM part WHERE lot = :lot AND id >= :begin AND id < :end) FROM "
            "(SELECT id, row_number() OVER (ORDER BY id) AS place FROM part WHERE lot = :lot AND id >= :begin AND id < :end) "
            "WHERE (place - 1) % :size = 0"
        )
        with engine.connect() as connection:
            rows = connection.execute(query, {"lot": lot, "begin": stretch.begin, "end": stretch.end, "size": size}).all()
        if not rows:
            return []
        begins = [row[0] for row in rows]
        n_last = rows[0][1] - size * (len(begins) - 1)
    if len(begins) > 1 and n_last < size / 2:
        begins.pop()
    return [replace(stretch, begin=a, end=b) for a, b in zip(begins, [*begins[1:], stretch.end], strict=True)]


def _ranges(parts: Slice, tell: Tell = lambda share: None) -> Iterator[dict[str, Any]]:
    """The bound values of each range of ids, `_BLOCK` at most, so that there is a word of progress and a chance to end the work."""
    joined: list[tuple[int, int]] = []
    for s in parts.stretches:  # those that follow one another are one, however the setting changed
        if joined and joined[-1][1] == s.begin:
            joined[-1] = (joined[-1][0], s.end)
        else:
            joined.append((s.begin, s.end))
    blocks = [(a, min(a + _BLOCK, end)) for begin, end in joined for a in range(begin, end, _BLOCK)]
    for i, (begin, end) in enumerate(blocks):
        tell(i / len(blocks))
        yield {"begin": begin, "end": end} | ({} if parts.lot is None else {"lot": parts.lot})


def _first_at(connection: Connection, at: datetime) -> int | None:
    """The id of the first part taken at or after a time; None where there is none yet."""
    query = text("SELECT id FROM part WHERE taken_at >= :at ORDER BY taken_at, id LIMIT 1")
    return connection.execute(query, {"at": f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"}).scalar()


def _taken_at(connection: Connection, part_id: int) -> datetime:
    return _time(connection.execute(text("SELECT taken_at FROM part WHERE id = :id"), {"id": part_id}).scalar_one())


def _time(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)
