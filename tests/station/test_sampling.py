from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from models.rates import interval
from models.recipe import Trigger
from models.registry import Registry
from station.assembly import open_station
from station.config import ReviewSection, read_config
from station.inspector import Inspection
from station.lot import Lot
from station.shot import Shot, Ticket
from station.store.database import StoreError, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.store.reviews import Truth, add_reviews
from station.store.sampling import Draw, escape_estimate, estimate
from station.store.schema import Part, Sample
from station.verdict import Judgement, Verdict
from tests.small import small_picture
from tests.station import parts
from tests.station.parts import Ear, wait_until

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "data", "NORMAL")
    yield engine
    engine.dispose()


def record(
    engine: Engine, n: int, rate: float, judgement: Judgement = Judgement.OK, *, run: str = "run1", lot: str = "L1", version: str = "1",
    kind: str = "part", start: datetime = START, generator: random.Random | None = None,
) -> list[int]:  # fmt: skip
    """n parts by a real journal, one a minute."""
    journal = Journal(engine, PictureStore(Path(str(engine.url.database)).parent / "pictures"), "st", run, rate, generator)
    judge = replace(parts.Inspector().judge, model_version=version)
    return [
        journal.record(
            Inspection(
                Shot(Ticket(i + 1, lot, "Ann", "", start + timedelta(minutes=i), kind), ()), Verdict(judgement, "why", 0.5, 0), judge, parts.REGIONS
            )
        )
        for i in range(n)
    ]


def drawn(engine: Engine) -> list[int]:
    with Session(engine) as session:
        return list(session.scalars(select(Sample.part_id).order_by(Sample.part_id)))


# -- drawing -----------------------------------------------------------------------------------------------------------


def test_only_parts_judged_ok_are_drawn(engine: Engine) -> None:
    ids = record(engine, 3, 1.0)
    for judgement in (Judgement.NG, Judgement.RETEST, Judgement.HOLD):
        record(engine, 3, 1.0, judgement, run=judgement.value)
    assert drawn(engine) == ids


def test_a_challenge_part_is_never_drawn(engine: Engine) -> None:
    record(engine, 3, 1.0, kind="challenge")
    assert drawn(engine) == []


def test_nothing_is_drawn_at_a_rate_of_none(engine: Engine) -> None:
    record(engine, 50, 0.0)
    assert drawn(engine) == []


def test_chance_alone_decides_at_the_rate_in_force(engine: Engine) -> None:
    ids = record(engine, 200, 0.1, generator=random.Random(4))
    again = random.Random(4)
    wanted = [i for i in ids if again.random() < 0.1]
    assert drawn(engine) == wanted
    assert 8 <= len(wanted) <= 35
    with Session(engine) as session:
        rows = session.scalars(select(Sample)).all()
    assert {row.rate for row in rows} == {0.1}
    assert all(row.drawn_at.tzinfo is UTC for row in rows)


def test_two_runs_draw_differently(engine: Engine) -> None:
    first = [i - 1 for i in record(engine, 100, 0.5, run="a") if i in drawn(engine)]
    second = [i - 101 for i in record(engine, 100, 0.5, run="b") if i in drawn(engine)]
    assert first != second, "the same twice has a chance of 1 in 2^100"


def test_part_and_draw_are_recorded_together_or_not_at_all(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER full BEFORE INSERT ON sample BEGIN SELECT RAISE(ABORT, 'disk full'); END"))
    with pytest.raises(StoreError, match="disk full"):
        record(engine, 1, 1.0)
    with Session(engine) as session:
        assert session.scalars(select(Part.id)).all() == []


def test_a_part_recorded_twice_is_drawn_once(engine: Engine) -> None:
    assert record(engine, 2, 1.0) == record(engine, 2, 1.0)
    assert drawn(engine) == [1, 2]


def test_the_line_draws_at_the_rate_of_its_config(tmp_path: Path, recipe_file: Path, published: Path) -> None:
    (tmp_path / "parts").mkdir()
    for n in range(3):
        cv2.imwrite(str(tmp_path / "parts" / f"{n}.png"), small_picture(np.random.default_rng(n)))
    (tmp_path / "config.toml").write_text(
        f'[station]\nrecipe = "small"\nrecipes = "{recipe_file.parent}"\n[camera]\nsource = "folder:{tmp_path / "parts"}"\n'
        f'[models]\nallow_unsigned = true\nstore = "{published}"\nprovider = "cpu"\n[review]\nsample_rate = 1.0\n'
    )
    config = read_config(tmp_path / "config.toml")
    Registry(published, config.data_folder / "active").activate("small", "1")
    with open_station(config, "small", config.data_folder) as station:
        ear = Ear()
        running = station.make_line(ear, Lot("L1", "Ann"), Trigger(mode="interval", interval_ms=0))
        running.start()
        wait_until(lambda: len(ear.shown) == 3)
        assert running.stop()
        assert drawn(station.engine) == [1, 2, 3]


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_an_impossible_rate_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="sample_rate"):
        ReviewSection(sample_rate=rate)


# -- the estimate from records -----------------------------------------------------------------------------------------


def test_escapes_are_counted_among_drawn_and_reviewed_parts(engine: Engine) -> None:
    ids = record(engine, 10, 1.0)
    others = record(engine, 5, 0.0, run="run2")
    add_reviews(engine, ids[:5], Truth.OK, "Kondo")
    add_reviews(engine, ids[5:7], Truth.NG, "Kondo", "X")
    add_reviews(engine, ids[7:8], Truth.UNSURE, "Kondo")
    add_reviews(engine, others, Truth.NG, "Kondo", "X")  # QA found these; chance did not
    said = escape_estimate(engine)
    assert (said.ok, said.ng, said.unsure, said.unreviewed, said.judged) == (5, 2, 1, 2, 7)
    assert said.rate == pytest.approx(2 / 7)
    assert (said.low, said.high) == pytest.approx(interval(2, 7))
    assert (said.effective, said.covered, said.is_weighted, said.unseen) == (7, 10, False, 0)


def test_the_newest_review_counts(engine: Engine) -> None:
    ids = record(engine, 4, 1.0)
    add_reviews(engine, ids, Truth.NG, "Kondo")
    add_reviews(engine, ids[1:], Truth.OK, "Sato")
    said = escape_estimate(engine)
    assert (said.ng, said.ok) == (1, 3)


def test_the_estimate_can_be_of_a_lot_a_model_or_a_time(engine: Engine) -> None:
    first = record(engine, 4, 1.0, run="a", lot="L1", version="1")
    second = record(engine, 6, 1.0, run="b", lot="L2", version="2", start=START + timedelta(days=1))
    add_reviews(engine, first, Truth.NG, "Kondo")
    add_reviews(engine, second, Truth.OK, "Kondo")

    def counts(**only: object) -> tuple[int, int]:
        said = escape_estimate(engine, **only)  # type: ignore[arg-type]
        return said.ng, said.judged

    assert counts() == (4, 10)
    assert counts(lot="L1") == (4, 4)
    assert counts(model="m", model_version="2") == (0, 6)
    assert counts(model="another") == (0, 0)
    assert counts(since=START + timedelta(days=1)) == (0, 6)
    assert counts(until=START + timedelta(minutes=2)) == (2, 2)
    assert counts(since=START + timedelta(minutes=3), until=START + timedelta(days=1, minutes=1)) == (1, 2)


def test_nothing_is_claimed_where_nothing_was_judged(engine: Engine) -> None:
    ids = record(engine, 3, 1.0)
    add_reviews(engine, ids[:1], Truth.UNSURE, "Kondo")
    said = escape_estimate(engine)
    assert (said.rate, said.low, said.high) == (None, 0.0, 1.0)
    assert (said.unsure, said.unreviewed, said.unseen) == (1, 2, 1.0)
    empty = escape_estimate(engine, lot="none")
    assert (empty.rate, empty.draws, empty.covered, empty.unseen) == (None, (), 0, 0)


# -- the estimate as mathematics ---------------------------------------------------------------------------------------


def test_parts_drawn_at_different_rates_stand_for_different_numbers_of_others() -> None:
    """By hand: 100 drawn at 1 % stand for 10 000, 100 drawn at 10 % for 1000. One escape of 100 among the former:
    (10 000 · 1 % + 1000 · 0) / 11 000 = 0.909 %, and not 1 of 200. Effective: 11 000² / (10 000² / 100 + 1000² / 100) = 119.8."""
    said = estimate([Draw(0.01, ok=99, ng=1), Draw(0.1, ok=100)])
    assert said.is_weighted
    assert said.covered == pytest.approx(11_000)
    assert said.rate == pytest.approx(1 / 110)
    assert said.effective == pytest.approx(119.8, abs=0.01)
    assert said.low < 1 / 110 < said.high
    assert said.high > interval(1, 200)[1], "weights cost certainty"


def test_a_rate_of_which_nothing_was_judged_is_said_to_be_unseen() -> None:
    said = estimate([Draw(0.01, unreviewed=30), Draw(0.1, ok=99, ng=1)])
    assert said.unseen == pytest.approx(0.75)
    assert said.rate == pytest.approx(0.01)
    assert (said.low, said.high) == pytest.approx(interval(1, 100))


draws = st.builds(Draw, st.floats(0.001, 1), st.integers(0, 500), st.integers(0, 20), st.integers(0, 20), st.integers(0, 500))


@given(st.lists(draws, max_size=4, unique_by=lambda draw: draw.rate))
def test_the_rate_lies_in_its_interval_and_weights_never_add_certainty(some: list[Draw]) -> None:
    said = estimate(some)
    assert 0 <= said.low <= said.high <= 1
    if said.rate is None:
        assert said.judged == 0
        return
    assert said.low - 1e-9 <= said.rate <= said.high + 1e-9
    assert said.effective <= said.judged * (1 + 1e-9)
    by_part = [draw.ng / draw.judged for draw in some if draw.judged]
    assert min(by_part) - 1e-9 <= said.rate <= max(by_part) + 1e-9


def test_the_interval_holds_the_truth_also_where_rates_differ() -> None:
    """600 months: 20 000 parts at 1 % and 2 % escapes, then 5000 at 5 % and 0.4 %, of which two thirds were reviewed."""
    rng = np.random.default_rng(3)
    truth = (20_000 * 0.02 + 5000 * 0.004) / 25_000
    held = 0
    for _ in range(600):
        n = rng.binomial([20_000, 5000], [0.01, 0.05])
        judged = rng.binomial(n, 2 / 3)
        ng = rng.binomial(judged, [0.02, 0.004])
        rows = zip([0.01, 0.05], judged - ng, ng, n - judged, strict=True)
        said = estimate([Draw(rate, int(ok), int(bad), 0, int(rest)) for rate, ok, bad, rest in rows])
        held += said.low <= truth <= said.high
    assert held / 600 >= 0.95
