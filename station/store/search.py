"""Finding parts among millions: a filter, its parts newest first page by page, and how many there are.

Every page is a keyset page ("the next hundred below part 1 234 567"), so that the last one costs what the first costs. All
conditions of a filter always stand in the query; what is *chosen*, by counting a few index entries first, is only where to
look: a short list that some index gives for one of the conditions (a lot, a serial number, a day, the reviews that say NG),
or, where every list is long, the index `ix_part_search`, which holds all that a filter asks of a part in the order of the
parts, at 1/10 of the rows' size. Either is read from the last to the first part that can be meant: an old model judged none of
the newest millions. SQLite's own planner knows no numbers of the day and takes the wrong list too often.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, Result, bindparam, select, text
from sqlalchemy.orm import Session

from station.store.queries import ReviewedPart, is_newest, part_line, review_row
from station.store.reviews import TAKEN_BACK
from station.store.schema import Part, PartReview, UtcDateTime
from station.verdict import Judgement

PAGE = 100
COUNT_LIMIT = 100_000
_LONG = 50_000
"""A list is counted up to here; of longer ones none is taken but those of reviews, which no other index can give."""
_ENTRIES_A_ROW = 8
"""To look up one part costs about what eight entries of `ix_part_search` cost to read."""


class Opinion(StrEnum):
    """What people have said of a part. Except where it says otherwise, the newest review counts."""

    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"  # whatever was said
    OK = "OK"
    NG = "NG"
    UNSURE = "UNSURE"
    ESCAPE = "escape"  # the station said OK, and it is NG
    OVERKILL = "overkill"  # the station said NG or RETEST, and it is OK
    DISAGREED = "disagreed"  # of the newest reviews of two reviewers one says OK, the other NG
    SECOND = "second"  # exactly one reviewer has an opinion, and that is not `PartFilter.reviewer`


@dataclass(frozen=True, slots=True)
class PartFilter:
    """Which parts; what is left out does not matter. All conditions hold together.

    Raises ValueError for a time without its zone, a score that is not finite, or Opinion.SECOND without a reviewer.
    """

    since: datetime | None = None  # taken then or later
    until: datetime | None = None  # taken before
    lot: str | None = None
    serial: str = ""  # the serial number begins so
    judgements: frozenset[Judgement] = frozenset()  # none: all
    kind: str | None = None  # 'part' or 'challenge'
    defect: str | None = None  # the defect that the station named; '' = it named none
    mode: str | None = None  # NG by its newest review, and of this mode; '' = of none that anybody knows
    score_from: float | None = None
    score_to: float | None = None
    model: str | None = None
    model_version: str | None = None
    opinion: Opinion | None = None
    is_sampled: bool = False  # only parts drawn at random for review
    reviewer: str = ""  # who asks, for Opinion.SECOND

    def __post_init__(self) -> None:
        for at in (self.since, self.until):
            if at is not None and at.tzinfo is None:
                raise ValueError(f"filter: time {at} has no zone; give it one")
        for score in (self.score_from, self.score_to):
            if score is not None and not math.isfinite(score):
                raise ValueError(f"filter: score {score} is not finite; leave the bound out")
        if self.opinion is Opinion.SECOND and not self.reviewer:
            raise ValueError("filter: a second opinion needs the reviewer's name: it is sought among the parts of others")


def page(engine: Engine, sought: PartFilter, before_id: int | None = None, n: int = PAGE) -> list[ReviewedPart]:
    """The n newest parts that the filter lets through, each with its newest review, newest part first.

    Args:
        before_id: only parts older than this one, to go on below a page.
    """
    return lines(engine, part_ids(engine, sought, before_id, n))


def part_ids(engine: Engine, sought: PartFilter, before_id: int | None = None, n: int | None = None) -> list[int]:
    """The ids of the n newest parts that the filter lets through, or of all, newest first."""
    with Session(engine) as session:
        found = _found(session, sought, before_id)
        return list(_run(session, f"{found.sql} ORDER BY id DESC LIMIT :n", found.values | {"n": -1 if n is None else n}).scalars())


def count(engine: Engine, sought: PartFilter, limit: int | None = COUNT_LIMIT) -> int:
    """How many parts the filter lets through; limit + 1 where there are more than `limit`, which are not counted."""
    with Session(engine) as session:
        found = _found(session, sought, None)
        most = -1 if limit is None else limit + 1
        return int(_run(session, f"SELECT count(*) FROM ({found.sql} LIMIT :n)", found.values | {"n": most}).scalar_one())


def lines(engine: Engine, ids: Sequence[int]) -> list[ReviewedPart]:
    """These parts, each with its newest review, newest part first; unknown ids are left out."""
    query = select(Part, PartReview).outerjoin(PartReview, is_newest()).order_by(Part.id.desc())
    query = query.where(text("part.id IN (SELECT value FROM json_each(:ids))"))  # one parameter for any number of parts
    with Session(engine) as session:
        rows = session.execute(query, {"ids": json.dumps(list(ids))})
        return [ReviewedPart(part_line(part), None if said is None else review_row(said)) for part, said in rows]


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from in a filter."""

    defects: tuple[str, ...]  # that the station named, without ''
    models: tuple[tuple[str, str], ...]  # name, version
    modes: tuple[str, ...]  # that reviewers named, without ''


def choices(engine: Engine) -> Choices:
    """Every defect, model version and mode that any part has; a few index look-ups, however many parts there are."""
    with Session(engine) as session:
        defects = session.scalars(text(_distinct("part", "defect"))).all()
        modes = session.scalars(text(_distinct("review", "mode"))).all()
        versions = text(_distinct("part", "model_version", "model = :model"))
        names = session.scalars(text(_distinct("part", "model"))).all()
        models = [(name, version) for name in names for version in session.scalars(versions, {"model": name})]
    return Choices(tuple(defects), tuple(sorted(models, key=_by_number)), tuple(modes))


# -- the query ---------------------------------------------------------------------------------------------------------

_NEWEST_TRUTH = "(SELECT said.truth FROM review said WHERE said.part_id = part.id ORDER BY said.id DESC LIMIT 1)"
_NEWEST_MODE = "(SELECT said.mode FROM review said WHERE said.part_id = part.id ORDER BY said.id DESC LIMIT 1)"
_STANDING = (  # each reviewer's newest review, unless it takes one back
    "FROM review said WHERE said.part_id = part.id AND said.comment <> :taken_back AND NOT EXISTS "
    "(SELECT 1 FROM review later WHERE later.part_id = part.id AND later.reviewer = said.reviewer AND later.id > said.id)"
)
# what the index alone can tell, and most parts fail
_OF_TWO = "(SELECT min(said.reviewer) <> max(said.reviewer) FROM review said WHERE said.part_id = part.id)"
_OF_OTHERS = "EXISTS (SELECT 1 FROM review said WHERE said.part_id = part.id AND said.reviewer <> :reviewer)"
_OPINIONS = {
    Opinion.UNREVIEWED: "NOT EXISTS (SELECT 1 FROM review said WHERE said.part_id = part.id)",
    Opinion.REVIEWED: "EXISTS (SELECT 1 FROM review said WHERE said.part_id = part.id)",
    Opinion.OK: f"{_NEWEST_TRUTH} = 'OK'",
    Opinion.NG: f"{_NEWEST_TRUTH} = 'NG'",
    Opinion.UNSURE: f"{_NEWEST_TRUTH} = 'UNSURE'",
    Opinion.ESCAPE: f"part.judgement = 'OK' AND {_NEWEST_TRUTH} = 'NG'",
    Opinion.OVERKILL: f"part.judgement IN ('NG', 'RETEST') AND {_NEWEST_TRUTH} = 'OK'",
    Opinion.DISAGREED: f"{_OF_TWO} AND 2 = (SELECT count(DISTINCT said.truth) {_STANDING} AND said.truth <> 'UNSURE')",
    Opinion.SECOND: f"{_OF_OTHERS} AND (SELECT count(*) = 1 AND max(said.reviewer) <> :reviewer {_STANDING})",
}
_TRUTHS = {Opinion.OK: "OK", Opinion.NG: "NG", Opinion.UNSURE: "UNSURE", Opinion.ESCAPE: "NG", Opinion.OVERKILL: "OK"}
_GREATEST_ID = 2**63 - 1
_AFTER = "\U0010ffff"  # behind every character that a serial number may hold


@dataclass(frozen=True, slots=True)
class _Condition:
    """One condition, and where a list of the parts that meet it (and perhaps of others) stands, if anywhere."""

    sql: str
    values: dict[str, object] = field(default_factory=dict)
    index: str = ""  # of `part`, where `sql` alone can be looked up
    is_in_order: bool = False  # one value is sought there, so that its parts stand in the order of their ids
    listed: str = ""  # the list where it is none of `part`: SELECT part_id …

    @property
    def rows(self) -> str:
        """SELECT of the list; '' = there is none."""
        return f"SELECT id FROM part INDEXED BY {self.index} WHERE {self.sql}" if self.index else self.listed


def _conditions(sought: PartFilter) -> list[_Condition]:
    """Every condition, the ones that cost most last."""
    found = []
    if sought.judgements:
        judgements: dict[str, object] = {f"judgement{i}": judgement.value for i, judgement in enumerate(sorted(sought.judgements))}
        names = ", ".join(f":{name}" for name in judgements)
        found.append(_Condition(f"part.judgement IN ({names})", judgements, "ix_part_judgement", len(judgements) == 1))
    if sought.score_from is not None or sought.score_to is not None:
        found.append(_between("score", sought.score_from, sought.score_to, "<="))
    if sought.defect is not None:
        found.append(_Condition("part.defect = :defect", {"defect": sought.defect}, "ix_part_defect", True))
    if sought.model is not None:
        found.append(_Condition("part.model = :model", {"model": sought.model}, "ix_part_model"))
    if sought.model_version is not None:
        found.append(_Condition("part.model_version = :model_version", {"model_version": sought.model_version}))
    if sought.model is not None and sought.model_version is not None:
        found[-2:] = [_Condition(f"{found[-2].sql} AND {found[-1].sql}", found[-2].values | found[-1].values, "ix_part_model", True)]
    if sought.kind is not None:
        found.append(_Condition("part.kind = :kind", {"kind": sought.kind}, "ix_part_kind", True))
    if sought.since is not None or sought.until is not None:
        found.append(_between("taken_at", sought.since, sought.until, "<"))
    if sought.lot is not None:
        found.append(_Condition("part.lot = :lot", {"lot": sought.lot}, "ix_part_lot", True))
    if sought.serial:
        ends: dict[str, object] = {"serial": sought.serial, "serial_after": sought.serial + _AFTER}
        found.append(_Condition("part.serial >= :serial AND part.serial < :serial_after", ends, "ix_part_serial"))
    if sought.is_sampled:
        found.append(_Condition("EXISTS (SELECT 1 FROM sample WHERE sample.part_id = part.id)", listed="SELECT part_id FROM sample"))
    if sought.mode is not None:
        sql = f"{_NEWEST_TRUTH} = 'NG' AND {_NEWEST_MODE} = :mode"
        found.append(_Condition(sql, {"mode": sought.mode}, listed="SELECT part_id FROM review WHERE truth = 'NG' AND mode = :mode"))
    if sought.opinion is not None:
        found.append(_opinion(sought.opinion, sought.reviewer))
    return found


def _between(column: str, low: object, high: object, below: str) -> _Condition:
    ends = {f"part.{column} >= :{column}_from": (f"{column}_from", low), f"part.{column} {below} :{column}_to": (f"{column}_to", high)}
    given = {sql: value for sql, value in ends.items() if value[1] is not None}
    return _Condition(" AND ".join(given), dict(given.values()), f"ix_part_{column}")


def _opinion(opinion: Opinion, reviewer: str) -> _Condition:
    values: dict[str, object] = {"taken_back": TAKEN_BACK} if opinion in (Opinion.DISAGREED, Opinion.SECOND) else {}
    if opinion is Opinion.SECOND:
        values["reviewer"] = reviewer
    truth = _TRUTHS.get(opinion)
    listed = "SELECT part_id FROM review" if truth is None else f"SELECT part_id FROM review WHERE truth = '{truth}'"
    return _Condition(_OPINIONS[opinion], values, listed="" if opinion is Opinion.UNREVIEWED else listed)


def _found(session: Session, sought: PartFilter, before_id: int | None) -> _Condition:
    """SELECT of the ids, as `id`, of the parts that the filter lets through; where to look is chosen."""
    conditions = _conditions(sought)
    place = _shortest(session, conditions)
    if place is None or (place.index and len(conditions) == 1):
        start, key = f"SELECT part.id AS id FROM part INDEXED BY {'ix_part_search' if place is None else place.index}", "part.id"
    else:  # CROSS JOIN: SQLite keeps the order of the tables
        once, key = ("", "seen.id") if place.index else ("DISTINCT ", "seen.part_id")
        start = f"SELECT {once}{key} AS id FROM ({place.rows}) seen CROSS JOIN part INDEXED BY ix_part_search ON part.id = {key}"
    first, last = _ends(session, conditions, before_id)  # as one range: of two upper bounds SQLite might begin at the wrong one
    wanted = [f"{key} BETWEEN :first_id AND :last_id", *(condition.sql for condition in conditions)]
    values: dict[str, object] = {"first_id": first, "last_id": last}
    for condition in conditions:
        values |= condition.values
    return _Condition(f"{start} WHERE {' AND '.join(wanted)}", values)


def _shortest(session: Session, conditions: list[_Condition]) -> _Condition | None:
    """The condition whose list costs the least to go through; None where all of `ix_part_search` costs less."""
    n_parts = session.scalar(text("SELECT max(id) FROM part")) or 0
    asks_reviews = any("review" in condition.sql for condition in conditions)
    best, cost = None, n_parts if asks_reviews else n_parts // _ENTRIES_A_ROW
    for condition in conditions:
        if condition.rows:
            most = min(cost, _LONG) if condition.index else cost
            length = _run(session, f"SELECT count(*) FROM ({condition.rows} LIMIT :most)", condition.values | {"most": most}).scalar_one()
            if length < most:
                best, cost = condition, length
    return best


def _ends(session: Session, conditions: list[_Condition], before_id: int | None) -> tuple[int, int]:
    """The first and the last part that can meet all conditions and lie before this one, as far as the ends of their lists say."""
    first, last = 0, _GREATEST_ID if before_id is None else before_id - 1
    for one in conditions:
        if one.is_in_order:
            least, most = (
                _run(session, f"SELECT {end}(id) FROM part INDEXED BY {one.index} WHERE {one.sql}", one.values).scalar_one() for end in ("min", "max")
            )
            first, last = max(first, least or 0), min(last, most or 0)
    return first, last


def _run(session: Session, query: str, values: dict[str, object]) -> Result[Any]:
    times = [bindparam(name, type_=UtcDateTime()) for name, value in values.items() if isinstance(value, datetime)]
    return session.execute(text(query).bindparams(*times), values)


def _distinct(table: str, column: str, where: str = "TRUE") -> str:
    """The values of an indexed column but '', each found by stepping over all its equals."""
    least = f"SELECT min({column}) FROM {table} WHERE {where} AND {column} >"
    return (
        f"WITH RECURSIVE step(v) AS ({least} '' UNION ALL SELECT ({least} step.v) FROM step WHERE step.v IS NOT NULL) "
        "SELECT v FROM step WHERE v IS NOT NULL"
    )


def _by_number(model: tuple[str, str]) -> tuple[str, int, str]:
    """Versions are counted: 10 comes after 9."""
    return model[0], len(model[1]), model[1]
