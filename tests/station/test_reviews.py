from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError

from station.inspector import Inspection
from station.shot import Shot, Ticket
from station.store import database, queries, search
from station.store.database import DATABASE_NAME, StoreError, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.store.reviews import ReviewError, Truth, add_reviews
from station.store.search import Opinion, PartFilter
from station.verdict import Judgement, Verdict
from tests.conftest import REPOSITORY
from tests.station import parts
from tests.station.test_commands import ENVIRONMENT, Ledger, lines, station

OK, NG, RETEST, HOLD = Judgement.OK, Judgement.NG, Judgement.RETEST, Judgement.HOLD


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


def record(engine: Engine, *judgements: Judgement, lot: str = "L1", run: str = "run1") -> list[int]:
    """Parts that were judged so, by a real journal; returns their ids."""
    journal = Journal(engine, PictureStore(Path(str(engine.url.database)).parent / "pictures"), "st", run)
    judge = parts.Inspector().judge
    return [
        journal.record(Inspection(Shot(Ticket(number, lot, "Ann", f"S{number}"), ()), Verdict(judgement, "why", 0.5, 0), judge, parts.REGIONS))
        for number, judgement in enumerate(judgements, 1)
    ]


def test_what_is_reviewed_queries_return(engine: Engine) -> None:
    first, second = record(engine, OK, OK)
    written = add_reviews(engine, [first, second], Truth.NG, " Kondo ", "X", "bent,\nseen twice")
    assert [(r.part_id, r.reviewer, r.truth, r.mode, r.comment) for r in written] == [
        (first, "Kondo", Truth.NG, "X", "bent,\nseen twice"),
        (second, "Kondo", Truth.NG, "X", "bent,\nseen twice"),
    ]
    assert queries.reviews(engine, first) == written[:1]
    assert queries.reviews(engine, second) == written[1:]
    assert queries.reviews(engine, first)[0].at.tzinfo is UTC


def test_a_second_opinion_is_a_second_row_and_the_newest_counts(engine: Engine) -> None:
    (part,) = record(engine, OK)
    add_reviews(engine, [part], Truth.NG, "Kondo", "X")
    assert queries.review_counts(engine).escapes == 1
    add_reviews(engine, [part], Truth.OK, "Sato")
    assert [(r.truth, r.reviewer) for r in queries.reviews(engine, part)] == [(Truth.OK, "Sato"), (Truth.NG, "Kondo")]
    (reviewed,) = search.page(engine, PartFilter())
    assert reviewed.review == queries.reviews(engine, part)[0]
    assert queries.review_counts(engine).escapes == 0


def test_escapes_and_overkill_are_counted_and_hold_apart(engine: Engine) -> None:
    ids = record(engine, OK, OK, OK, NG, NG, RETEST, RETEST, HOLD, HOLD, HOLD, OK)
    truths = [Truth.NG, Truth.OK, Truth.UNSURE, Truth.OK, Truth.NG, Truth.OK, Truth.NG, Truth.OK, Truth.NG, Truth.UNSURE]
    for part, truth in zip(ids, truths, strict=False):  # the last part is not reviewed
        add_reviews(engine, [part], truth, "Kondo")
    counts = queries.review_counts(engine)
    assert (counts.escapes, counts.overkill, counts.held, counts.reviewed) == (1, 2, 2, 10)
    assert (counts.where(Truth.NG), counts.where(Truth.OK), counts.where(None)) == (3, 3, 1)
    assert counts.parts[OK, Truth.UNSURE] == 1
    assert [p.mistake for p in reversed(search.page(engine, PartFilter()))] == ["escape", "", "", "overkill", "", "overkill", "", "", "", "", ""]


def test_counts_are_those_of_the_lot(engine: Engine) -> None:
    (a,) = record(engine, OK, lot="A", run="a")
    record(engine, OK, lot="B", run="b")
    add_reviews(engine, [a], Truth.NG, "Kondo")
    assert queries.review_counts(engine, "A").escapes == 1
    assert queries.review_counts(engine, "B").parts[OK, None] == 1
    assert queries.review_counts(engine, "B").reviewed == 0


@given(st.lists(st.tuples(st.sampled_from(Judgement), st.lists(st.sampled_from(Truth), max_size=3)), max_size=6))
def test_counts_are_those_of_a_plain_loop(tmp_path_factory: pytest.TempPathFactory, cases: list[tuple[Judgement, list[Truth]]]) -> None:
    engine = open_database(tmp_path_factory.mktemp("counts"), "NORMAL")
    for part, (_, truths) in zip(record(engine, *(judgement for judgement, _ in cases)), cases, strict=True):
        for truth in truths:
            add_reviews(engine, [part], truth, "Kondo")
    expected = Counter((judgement, truths[-1] if truths else None) for judgement, truths in cases)
    counts = queries.review_counts(engine)
    engine.dispose()
    assert {pair: n for pair, n in counts.parts.items() if n} == expected
    assert counts.escapes == sum(judgement == OK and truths[-1:] == [Truth.NG] for judgement, truths in cases)
    assert counts.overkill == sum(judgement in (NG, RETEST) and truths[-1:] == [Truth.OK] for judgement, truths in cases)


def test_parts_are_listed_by_lot_verdict_and_whether_anybody_has_looked(engine: Engine) -> None:
    a = record(engine, OK, NG, NG, lot="A", run="a")
    b = record(engine, NG, lot="B", run="b")
    add_reviews(engine, [a[1]], Truth.UNSURE, "Kondo")

    assert search.part_ids(engine, PartFilter()) == [b[0], a[2], a[1], a[0]]
    assert search.part_ids(engine, PartFilter(lot="A", judgements=frozenset({NG}))) == [a[2], a[1]]
    assert search.part_ids(engine, PartFilter(lot="A", judgements=frozenset({NG}), opinion=Opinion.UNREVIEWED)) == [a[2]]
    assert [p.part.id for p in search.page(engine, PartFilter(), n=1)] == b


def test_a_part_named_twice_is_reviewed_once(engine: Engine) -> None:
    (part,) = record(engine, OK)
    assert len(add_reviews(engine, [part, part], Truth.OK, "Kondo")) == 1
    assert len(queries.reviews(engine, part)) == 1


def test_one_unknown_part_and_nothing_is_written(engine: Engine) -> None:
    (part,) = record(engine, OK)
    with pytest.raises(ReviewError, match="the records hold no part 7, 8; nothing was written"):
        add_reviews(engine, [part, 7, 8], Truth.OK, "Kondo")
    with pytest.raises(ReviewError, match="no part 2, 3, 4, 5, 6 and 1 more"):
        add_reviews(engine, range(1, 8), Truth.OK, "Kondo")
    with pytest.raises(ReviewError, match="no part 0, 99999999999999999999"):  # more than SQLite can count
        add_reviews(engine, [0, 99999999999999999999], Truth.OK, "Kondo")
    assert queries.reviews(engine, part) == []


@pytest.mark.parametrize(
    ("truth", "reviewer", "mode", "comment", "sentence"),
    [
        (Truth.OK, "  ", "", "", "needs the name of who made it, and this one is empty"),
        (Truth.OK, "x" * 65, "", "", "reviewer 'xxxxxxxxxxxxxxxxxxxx'…: 65 characters"),
        (Truth.OK, "Kon\udcff", "", "", "reviewer 'Kon.*': holds a character that cannot be printed"),
        (Truth.OK, "Kondo", "X", "", "defect mode 'X' on a part whose truth is OK: only an NG part has one"),
        (Truth.UNSURE, "Kondo", "X", "", "only an NG part has one"),
        (Truth.NG, "Kondo", "ok", "", "defect mode 'ok': names no defect"),
        (Truth.NG, "Kondo", "X\n", "a\tb", "comment .*holds a character that cannot be printed"),
        (Truth.NG, "Kondo", "", "x" * 1001, "comment .*: 1001 characters, at most 1000 allowed"),
    ],
)
def test_words_that_cannot_stand_are_refused(engine: Engine, truth: Truth, reviewer: str, mode: str, comment: str, sentence: str) -> None:
    (part,) = record(engine, OK)
    with pytest.raises(ReviewError, match=sentence):
        add_reviews(engine, [part], truth, reviewer, mode, comment)
    assert queries.reviews(engine, part) == []


def test_the_database_itself_refuses_a_review_of_no_part(engine: Engine) -> None:
    insert = "INSERT INTO review (part_id, at, reviewer, truth, mode, comment) VALUES (5, '2026-01-01 00:00:00', 'K', 'OK', '', '')"
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), engine.begin() as connection:
        connection.execute(text(insert))


def writing(path: Path) -> sqlite3.Connection:
    """Another program in the middle of writing."""
    other = sqlite3.connect(path / DATABASE_NAME, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    return other


@pytest.mark.parametrize("waiting", ["a review", "a part of the line"])
def test_line_and_reviewer_wait_for_each_other(engine: Engine, tmp_path: Path, waiting: str) -> None:
    (part,) = record(engine, OK)
    other = writing(tmp_path)
    write = (lambda: add_reviews(engine, [part], Truth.NG, "Kondo")) if waiting == "a review" else (lambda: record(engine, NG, run="run2"))
    thread = threading.Thread(target=write)
    thread.start()
    thread.join(0.3)
    assert thread.is_alive(), "it does not write into another one's transaction"
    assert search.page(engine, PartFilter())[0].part.id == part, "readers never wait"
    other.execute("COMMIT")
    other.close()
    thread.join(30)
    assert not thread.is_alive()
    assert (len(queries.reviews(engine, part)), len(queries.last_parts(engine, 5))) == ((1, 1) if waiting == "a review" else (0, 2))


def test_a_database_that_stays_locked_is_said_and_nothing_is_written(engine: Engine, tmp_path: Path) -> None:
    (part,) = record(engine, OK)
    impatient = create_engine(f"sqlite:///{tmp_path / DATABASE_NAME}", connect_args={"timeout": 0.05})
    other = writing(tmp_path)
    with pytest.raises(StoreError, match="cannot be written to the database: database is locked; nothing was written"):
        add_reviews(impatient, [part], Truth.NG, "Kondo")
    other.execute("ROLLBACK")
    other.close()
    impatient.dispose()
    assert queries.reviews(engine, part) == []


# migration 0002 -----------------------------------------------------------------------------------------------------


@pytest.fixture
def first_schema(tmp_path: Path) -> Path:
    """A data folder as the first version left it: schema 0001, two parts and an event."""
    engine = database.connect(tmp_path / DATABASE_NAME)
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "station" / "store" / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    newest = open_database(tmp_path / "newest")
    record(newest, OK, NG)
    Journal(newest, PictureStore(tmp_path), "st", "run1").log_event("start", "Ann")
    newest.dispose()
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ATTACH '{tmp_path / 'newest' / DATABASE_NAME}' AS newest")
        for table in ("part", "event"):
            columns = ", ".join(row[1] for row in connection.exec_driver_sql(f"PRAGMA main.table_info({table})"))
            connection.exec_driver_sql(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newest.{table}")
        connection.commit()
    engine.dispose()
    return tmp_path


def plain(folder: Path, query: str) -> list[tuple[object, ...]]:
    return Ledger(folder).rows(query)


def test_a_database_of_the_first_schema_keeps_its_rows_and_takes_reviews(first_schema: Path) -> None:
    assert plain(first_schema, "SELECT version_num FROM alembic_version") == [("0001",)]
    before = plain(first_schema, "SELECT * FROM part")
    engine = open_database(first_schema)
    add_reviews(engine, [1, 2], Truth.NG, "Kondo", "X")
    assert queries.review_counts(engine).escapes == 1
    assert queries.first_broken_event(engine) is None
    engine.dispose()
    assert [row[: len(before[0])] for row in plain(first_schema, "SELECT * FROM part")] == before
    assert len(before) == 2
    assert plain(first_schema, "SELECT version_num FROM alembic_version") == [("0004",)]


def test_a_migration_that_fails_leaves_the_database_as_it_was(first_schema: Path) -> None:
    with sqlite3.connect(first_schema / DATABASE_NAME) as connection:
        connection.execute("CREATE INDEX ix_review_part_id ON part (serial)")  # the table can be made, its index cannot
    connection.close()
    with pytest.raises(StoreError, match="ix_review_part_id already exists"):
        open_database(first_schema)
    assert plain(first_schema, "SELECT name FROM sqlite_master WHERE name = 'review'") == []
    assert plain(first_schema, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_a_station_and_a_reviewer_who_start_at_once_migrate_once(first_schema: Path) -> None:
    words = [sys.executable, "-m", "station", "review", "--list", "--json", "--data", str(first_schema)]
    both = [subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True) for _ in range(2)]
    told = [process.communicate(timeout=60) for process in both]
    assert [(process.returncode, err) for process, (_, err) in zip(both, told, strict=True)] == [(0, "")] * 2
    assert [len(out.splitlines()) for out, _ in told] == [2, 2]


# the command --------------------------------------------------------------------------------------------------------


def test_parts_are_reviewed_while_the_line_runs(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "station", "run", "--headless", "--interval-ms", "200", "--json", "--data", str(tmp_path)]
    with subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT, text=True) as process:
        assert process.stdout is not None
        shown = [json.loads(process.stdout.readline()) for _ in range(3)]
        said = station("review", 1, 2, "--truth", "NG", "--mode", "X", "--by", "Kondo", "--data", tmp_path, "--json")
        again = station("review", 2, "--truth", "OK", "--by", "Sato", "--data", tmp_path, "--json")
        shown += [json.loads(process.stdout.readline()) for _ in range(3)]
        process.send_signal(signal.SIGTERM)
        shown += [json.loads(line) for line in process.stdout]
        process.wait(30)
    assert (said.returncode, again.returncode, process.returncode) == (0, 0, 0), said.stderr + again.stderr
    ledger = Ledger(tmp_path)
    ledger.check()
    assert ledger.rows("SELECT id FROM part ORDER BY id") == [(row["part"],) for row in shown]
    assert ledger.rows("SELECT part_id, reviewer, truth, mode FROM review ORDER BY id") == [
        (1, "Kondo", "NG", "X"),
        (2, "Kondo", "NG", "X"),
        (2, "Sato", "OK", ""),
    ]
    assert [(row["part"], row["verdict"], row["truth"]) for row in lines(said)] == [(n, shown[n - 1]["verdict"], "NG") for n in (1, 2)]


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """Parts 1 OK, 2 NG, 3 HOLD of lot A, 4 NG of lot B; 1 was reviewed as NG."""
    engine = open_database(tmp_path)
    record(engine, OK, NG, HOLD, lot="A", run="a")
    record(engine, NG, lot="B", run="b")
    add_reviews(engine, [1], Truth.NG, "Kondo", "D", "tarnish")
    engine.dispose()
    return tmp_path


def test_the_list_shows_what_there_is_to_review(reviewed: Path) -> None:
    shown = lines(station("review", "--list", "--data", reviewed, "--json"))
    assert [(row["part"], row["verdict"], row["truth"], row["mode"], row["mistake"]) for row in shown] == [
        (4, "NG", None, None, ""),
        (3, "HOLD", None, None, ""),
        (2, "NG", None, None, ""),
        (1, "OK", "NG", "D", "escape"),
    ]
    wanted = station("review", "--list", "--verdict", "NG", "--unreviewed", "--lot", "A", "--limit", 5, "--data", reviewed, "--json")
    assert [row["part"] for row in lines(wanted)] == [2]
    told = station("review", "--list", "--lot", "A", "--limit", 1, "--data", reviewed).stdout.splitlines()
    assert told[0].split()[:3] == ["3", "HOLD", "0.50"]
    assert told[0].endswith("not reviewed")
    assert told[1] == ("1 of 3 parts of lot A shown; 1 reviewed: 1 escapes among 1 truly NG, 0 overkill among 0 truly OK; 0 on HOLD counted apart")


def test_a_review_is_answered_in_words(reviewed: Path) -> None:
    run = station("review", 2, 3, "--truth", "OK", "--by", "Sato", "--data", reviewed)
    assert run.stdout == "part 2: OK by Sato; the station said NG: overkill\npart 3: OK by Sato; the station said HOLD\n"


MISTAKES = {
    "an unknown part": (("9", "--truth", "OK", "--by", "K"), "the records hold no part 9; nothing was written"),
    "no name": (("1", "--truth", "OK", "--by", ""), "needs the name of who made it"),
    "a mode without a defect": (("1", "--truth", "OK", "--by", "K", "--mode", "X"), "only an NG part has one"),
    "no truth": (("1", "--by", "K"), "review: --truth missing; say PART… --truth OK|NG|UNSURE --by NAME, or --list"),
    "nothing said": ((), "review: PART, --truth, --by missing"),
    "a list and a review": (("1", "--list", "--by", "K"), "review --list: PART, --by goes with a review"),
    "a filter on a review": (("1", "--truth", "OK", "--by", "K", "--unreviewed"), "review: --unreviewed goes with --list"),
    "a limit beyond all measure": (("--list", "--limit", "0"), "--limit 0: 1 to 1000000"),
    "no database": (("--list", "--data", "{nowhere}"), "there is no station.sqlite, so no part was ever recorded in it"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_users_mistake_gives_one_sentence_and_exit_code_2(reviewed: Path, tmp_path_factory: pytest.TempPathFactory, case: str) -> None:
    words, sentence = MISTAKES[case]
    nowhere = tmp_path_factory.mktemp("x") / "nowhere"
    run = station("review", "--data", reviewed, *(word.format(nowhere=nowhere) for word in words))
    assert run.returncode == 2, run.stderr
    assert sentence in run.stderr
    assert run.stderr.count("\n") == 1
    assert not nowhere.exists(), "looking makes no folder"
    assert plain(reviewed, "SELECT count(*) FROM review") == [(1,)]
