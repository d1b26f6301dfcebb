from __future__ import annotations

import dataclasses
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from station.store import search
from station.store.database import open_database
from station.store.queries import ReviewedPart
from station.store.reviews import TAKEN_BACK, Review, Truth, add_reviews, take_back
from station.store.schema import Part, PartReview, Sample
from station.store.search import Opinion, PartFilter
from station.verdict import Judgement

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
N_PARTS = 300
REVIEWERS = ("Ann", "Ben", "Cho")


@dataclasses.dataclass(frozen=True)
class Row:
    """What the oracle knows of a part: plain Python, no SQL."""

    id: int
    taken_at: datetime
    lot: str
    serial: str
    judgement: Judgement
    kind: str
    defect: str
    score: float | None
    model: str
    model_version: str
    reviews: tuple[tuple[str, str, str, str], ...]  # reviewer, truth, mode, comment; oldest first
    is_sampled: bool


def make_rows(seed: int) -> list[Row]:
    rng = random.Random(seed)
    rows = []
    for i in range(1, N_PARTS + 1):
        judgement = rng.choice(list(Judgement))
        reviews = []
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3, 4))):
            truth = rng.choice(("OK", "NG", "UNSURE"))
            is_back = rng.random() < 0.2
            reviews.append((rng.choice(REVIEWERS), truth, rng.choice(("X", "Y", "")) if truth == "NG" else "", TAKEN_BACK if is_back else ""))
        rows.append(
            Row(
                i,
                START + timedelta(seconds=10 * i + rng.uniform(-20, 20)),  # clocks are set back
                rng.choice(("", "A", "B")),
                rng.choice(("", "S", "S1", "S12", "S2", "s1", "S1\U0001f600", "%", "S_")),
                judgement,
                rng.choice(("part", "part", "challenge")),
                rng.choice(("", "X", "Y")),
                None if judgement is Judgement.HOLD else rng.choice((0.0, 1.5, 12.0, 12.5, rng.uniform(0, 30))),
                rng.choice(("m", "other")),
                rng.choice(("1", "2", "10")),
                tuple(reviews),
                rng.random() < 0.2,
            )
        )
    return rows


def write_rows(engine: Engine, rows: list[Row]) -> None:
    unasked = dict.fromkeys(("run", "station", "operator", "worst_view", "worst_region", "reason", "recipe", "feature_version", "provider"), "")
    rest = unasked | dict.fromkeys(("recipe_revision", "ok_at_most", "ng_above"), 1)
    with Session(engine) as session, session.begin():
        for row in rows:
            columns = {k: v for k, v in vars(row).items() if k not in ("reviews", "is_sampled")} | {"judgement": row.judgement.value}
            session.execute(insert(Part).values(**columns, **rest, shot_number=row.id, recorded_at=row.taken_at))
            for reviewer, truth, mode, comment in row.reviews:
                session.execute(insert(PartReview).values(part_id=row.id, at=START, reviewer=reviewer, truth=truth, mode=mode, comment=comment))
            if row.is_sampled:
                session.execute(insert(Sample).values(part_id=row.id, drawn_at=START, rate=0.1))


def has_opinion(row: Row, opinion: Opinion, reviewer: str) -> bool:
    truth = row.reviews[-1][1] if row.reviews else None
    standing = {who: (t, comment) for who, t, _, comment in row.reviews}  # the newest of each
    standing = {who: said for who, said in standing.items() if said[1] != TAKEN_BACK}
    return {
        Opinion.UNREVIEWED: truth is None,
        Opinion.REVIEWED: truth is not None,
        Opinion.OK: truth == "OK",
        Opinion.NG: truth == "NG",
        Opinion.UNSURE: truth == "UNSURE",
        Opinion.ESCAPE: truth == "NG" and row.judgement is Judgement.OK,
        Opinion.OVERKILL: truth == "OK" and row.judgement in (Judgement.NG, Judgement.RETEST),
        Opinion.DISAGREED: {"OK", "NG"} <= {t for t, _ in standing.values()},
        Opinion.SECOND: len(standing) == 1 and reviewer not in standing,
    }[opinion]


def passes(row: Row, f: PartFilter) -> bool:
    return all(
        (
            f.since is None or row.taken_at >= f.since,
            f.until is None or row.taken_at < f.until,
            f.lot is None or row.lot == f.lot,
            row.serial.startswith(f.serial),
            not f.judgements or row.judgement in f.judgements,
            f.kind is None or row.kind == f.kind,
            f.defect is None or row.defect == f.defect,
            f.mode is None or (bool(row.reviews) and row.reviews[-1][1:3] == ("NG", f.mode)),
            f.score_from is None or (row.score is not None and row.score >= f.score_from),
            f.score_to is None or (row.score is not None and row.score <= f.score_to),
            f.model is None or row.model == f.model,
            f.model_version is None or row.model_version == f.model_version,
            f.opinion is None or has_opinion(row, f.opinion, f.reviewer),
            not f.is_sampled or row.is_sampled,
        )
    )


@pytest.fixture(scope="module")
def ledger() -> Iterator[tuple[Engine, list[Row]]]:
    rows = make_rows(5)
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(Path(folder))
        write_rows(engine, rows)
        yield engine, rows
        engine.dispose()


times = st.none() | st.integers(-5, 10 * N_PARTS // 10).map(lambda n: START + timedelta(seconds=10 * n))
scores = st.none() | st.sampled_from((0.0, 1.5, 12.0, 12.5, 29.0)) | st.floats(-1, 31)
filters = st.builds(
    PartFilter,
    since=times,
    until=times,
    lot=st.none() | st.sampled_from(("", "A", "none")),
    serial=st.sampled_from(("", "", "S", "S1", "%", "S1\U0001f600", "q")),
    judgements=st.frozensets(st.sampled_from(list(Judgement))),
    kind=st.none() | st.sampled_from(("part", "challenge")),
    defect=st.none() | st.sampled_from(("", "X")),
    mode=st.none() | st.none() | st.sampled_from(("", "X")),
    score_from=scores,
    score_to=scores,
    model=st.none() | st.just("m"),
    model_version=st.none() | st.sampled_from(("1", "10")),
    opinion=st.none() | st.sampled_from(list(Opinion)),
    is_sampled=st.booleans(),
    reviewer=st.sampled_from((*REVIEWERS, "Zoe")),
)
few_conditions = st.tuples(filters, st.sets(st.sampled_from([f.name for f in dataclasses.fields(PartFilter)]), max_size=3)).map(
    lambda drawn: PartFilter(**{name: getattr(drawn[0], name) for name in drawn[1] | {"reviewer"}})
)


@settings(max_examples=100)
@given(few_conditions | filters, st.integers(25, 120))
def test_pages_of_any_filter_hold_what_plain_python_finds_without_gaps_or_repeats(
    ledger: tuple[Engine, list[Row]], sought: PartFilter, n: int
) -> None:
    engine, rows = ledger
    expected = [row.id for row in reversed(rows) if passes(row, sought)]
    assert search.count(engine, sought) == len(expected)
    found: list[ReviewedPart] = []
    while page := search.page(engine, sought, found[-1].part.id if found else None, n):
        found += page
        assert len(page) == n or len(found) == len(expected), "only the last page is short"
    assert [line.part.id for line in found] == expected
    for line in found:
        reviews = rows[line.part.id - 1].reviews
        assert (line.review and (line.review.reviewer, line.review.truth.value, line.review.mode, line.review.comment)) == (
            reviews[-1] if reviews else None
        )
        assert (line.part.taken_at, line.part.score) == (rows[line.part.id - 1].taken_at, rows[line.part.id - 1].score)


@given(filters, st.sampled_from(("long", "short")))
def test_where_it_looks_does_not_change_what_it_finds(ledger: tuple[Engine, list[Row]], sought: PartFilter, lists: str) -> None:
    """300 parts choose other indexes than millions: here every way is gone by force."""
    engine, rows = ledger
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_LONG", 0 if lists == "long" else 10**9)  # so that no list of parts, or any, is short enough
        patch.setattr(search, "_ENTRIES_A_ROW", 1 if lists == "short" else 10**9)
        assert search.part_ids(engine, sought) == [row.id for row in reversed(rows) if passes(row, sought)]


def test_every_list_that_a_filter_can_be_looked_up_in_is_an_index(ledger: tuple[Engine, list[Row]]) -> None:
    engine, _ = ledger
    lists = {
        "ix_part_lot": PartFilter(lot="none"),
        "ix_part_serial": PartFilter(serial="q"),
        "ix_part_taken_at": PartFilter(since=START + timedelta(days=9)),
        "ix_part_score": PartFilter(score_from=99),
        "ix_part_model": PartFilter(model="none", model_version="1"),
        "ix_review_mode": PartFilter(mode="none"),
        "ix_part_search": PartFilter(opinion=Opinion.UNREVIEWED),
    }
    with Session(engine) as session:
        for index, sought in lists.items():
            found = search._found(session, sought, 200)
            plan = [row[3] for row in search._run(session, f"EXPLAIN QUERY PLAN {found.sql} ORDER BY id DESC LIMIT 5", found.values)]
            assert f"USING COVERING INDEX {index}" in plan[0], plan
            assert not [step for step in plan if step.startswith("SCAN part")], "nothing reads the rows themselves"


def test_only_the_range_of_ids_that_can_be_meant_is_read(ledger: tuple[Engine, list[Row]]) -> None:
    engine, rows = ledger
    of_old, in_lot = (
        [row.id for row in rows if getattr(row, name) == value] for name, value in (("model_version", rows[0].model_version), ("lot", rows[5].lot))
    )
    sought = PartFilter(model=rows[0].model, model_version=rows[0].model_version, lot=rows[5].lot)
    with Session(engine) as session:
        for before, last in ((None, min(of_old[-1], in_lot[-1])), (3, 2)):
            values = search._found(session, sought, before).values
            assert (values["first_id"], values["last_id"]) == (max(of_old[0], in_lot[0]), last)


def test_counting_stops_at_the_limit_and_says_that_there_are_more(ledger: tuple[Engine, list[Row]]) -> None:
    engine, _ = ledger
    assert search.count(engine, PartFilter(), limit=N_PARTS - 1) == N_PARTS
    assert search.count(engine, PartFilter(), limit=10) == 11
    assert search.count(engine, PartFilter(), limit=None) == N_PARTS


def test_parts_recorded_while_somebody_pages_do_not_shift_the_pages(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    rows = make_rows(1)
    write_rows(engine, rows[:250])
    first = search.part_ids(engine, PartFilter(), n=100)
    write_rows(engine, rows[250:])
    assert search.part_ids(engine, PartFilter(), before_id=first[-1], n=100) == list(range(150, 50, -1))
    engine.dispose()


def test_choices_are_what_the_parts_have(ledger: tuple[Engine, list[Row]]) -> None:
    engine, _ = ledger
    assert search.choices(engine) == search.Choices(
        ("X", "Y"), tuple((model, version) for model in ("m", "other") for version in ("1", "2", "10")), ("X", "Y")
    )


def test_an_empty_ledger_has_no_parts_and_no_choices(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    assert search.page(engine, PartFilter(opinion=Opinion.SECOND, reviewer="Ann")) == []
    assert search.count(engine, PartFilter()) == 0
    assert search.choices(engine) == search.Choices((), (), ())
    engine.dispose()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"since": datetime(2026, 1, 1)}, "has no zone"),
        ({"score_to": float("nan")}, "not finite"),
        ({"opinion": Opinion.SECOND}, "reviewer's name"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        PartFilter(**values)  # type: ignore[arg-type]


# -- taking a review back ----------------------------------------------------------------------------------------------


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    write_rows(engine, [dataclasses.replace(row, reviews=(), is_sampled=False) for row in make_rows(2)[:4]])
    yield engine
    engine.dispose()


def newest(engine: Engine, part_id: int) -> Review:
    (line,) = search.lines(engine, [part_id])
    assert line.review is not None
    return line.review


def said(review: Review) -> tuple[str, str, str, str]:
    return review.reviewer, review.truth.value, review.mode, review.comment


def test_taking_back_the_only_review_leaves_nobody_with_an_opinion(engine: Engine) -> None:
    written = add_reviews(engine, [1, 2], Truth.NG, "Ann", "X")
    assert [said(review) for review in take_back(engine, written)] == [("Ann", "UNSURE", "", TAKEN_BACK)] * 2
    assert said(newest(engine, 2)) == ("Ann", "UNSURE", "", TAKEN_BACK)
    assert search.part_ids(engine, PartFilter(opinion=Opinion.SECOND, reviewer="Ben")) == []


def test_taking_back_restores_the_own_opinion_of_before(engine: Engine) -> None:
    add_reviews(engine, [1], Truth.NG, "Ann", "X", "bent")
    take_back(engine, add_reviews(engine, [1], Truth.OK, "Ann"))
    assert said(newest(engine, 1)) == ("Ann", "NG", "X", "bent")


def test_taking_back_two_reviews_of_one_part_one_after_the_other(engine: Engine) -> None:
    first, second = add_reviews(engine, [1], Truth.OK, "Ann"), add_reviews(engine, [1], Truth.NG, "Ann", "X")
    take_back(engine, second)
    assert said(newest(engine, 1)) == ("Ann", "OK", "", "")
    take_back(engine, first)
    assert said(newest(engine, 1)) == ("Ann", "UNSURE", "", TAKEN_BACK)


@pytest.mark.parametrize("is_before", [True, False])
def test_taking_back_lets_somebody_elses_review_count_again_without_sharing_it(engine: Engine, is_before: bool) -> None:
    if is_before:
        add_reviews(engine, [1], Truth.NG, "Ben", "Y", "bent")
    mine = add_reviews(engine, [1], Truth.OK, "Ann")
    if not is_before:
        add_reviews(engine, [1], Truth.NG, "Ben", "Y", "bent")
    take_back(engine, mine)
    assert said(newest(engine, 1)) == ("Ann", "NG", "Y", TAKEN_BACK)
    assert search.part_ids(engine, PartFilter(opinion=Opinion.SECOND, reviewer="Ann")) == [1], "Ben's stays the only opinion"
