"""Challenge parts, on a real ledger."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

import station.challenge
from models.recipe import Trigger
from models.registry import Registry
from station.challenge import FAILED, MODEL_CHANGED, NEVER_RUN, SHIFT_BEGAN, UNDER_WAY, Attempt, Challenge, Outcome, why_due
from station.config import ChallengeSection
from station.inspector import Inspection, Judge
from station.line import LineLocked
from station.lot import Lot
from station.shot import Shot, Ticket
from station.store import line_history, queries
from station.store.database import open_database
from station.store.journal import Journal, append_event
from station.store.pictures import PictureStore
from station.verdict import Judgement, Verdict
from tests.conftest import REPOSITORY
from tests.station.parts import REGIONS, wait_until
from tests.station.test_line import make_line

OK, NG, RETEST, HOLD = Judgement.OK, Judgement.NG, Judgement.RETEST, Judgement.HOLD
JUDGE = Judge("r", 1, "m", "1", 1.0, 2.0, "CPU")
NEW = Judge("r", 1, "m", "2", 1.0, 2.0, "CPU")
STRICTER = Judge("r", 1, "m", "1", 0.5, 2.0, "CPU")
SETTINGS = ChallengeSection.model_validate(
    {"required": "shift+model", "parts": [{"name": "master", "expected": "OK", "serial": "M-1"}, {"name": "bent pin", "expected": "NG"}]}
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path, "NORMAL")
    yield engine
    engine.dispose()


@pytest.fixture
def run(engine: Engine, tmp_path: Path) -> Callable[..., None]:
    """Records one part; a challenge part by its label."""
    journal = Journal(engine, PictureStore(tmp_path / "pictures", "png", 95), "s", run="r")
    numbers = iter(range(1, 100))

    def record(challenge: Challenge | None, label: str, judgement: Judgement, judge: Judge = JUDGE, kind: str = "challenge") -> None:
        verdict = Verdict.hold("camera fault") if judgement is HOLD else Verdict(judgement, "" if judgement is OK else "why", 1.0, 0)
        inspection = Inspection(Shot(Ticket(next(numbers), "L", "Sato", label, kind=kind), ()), verdict, judge, REGIONS)
        journal.record(inspection)
        if challenge is not None:
            challenge.recorded(inspection)

    return record


def make(engine: Engine, settings: ChallengeSection = SETTINGS) -> Challenge:
    return Challenge(settings, ["00:00"], lambda: line_history.challenge_history(engine), functools.partial(append_event, engine))


def attempt(outcome: Outcome, at: datetime) -> Attempt:
    return Attempt(outcome, at, "m", "1", 1.0, 2.0, 0)


NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "judge", "required", "why"),
    [
        (None, JUDGE, "never", ""),
        (None, JUDGE, "shift", NEVER_RUN),
        (attempt(Outcome.PASSED, NOON), JUDGE, "shift", ""),
        (attempt(Outcome.OVERRIDDEN, NOON), JUDGE, "shift+model", ""),
        (attempt(Outcome.FAILED, NOON), JUDGE, "shift", FAILED),
        (attempt(Outcome.PASSED, NOON - timedelta(days=2)), JUDGE, "shift", SHIFT_BEGAN),
        (attempt(Outcome.PASSED, NOON), NEW, "shift", ""),
        (attempt(Outcome.PASSED, NOON), NEW, "shift+model", MODEL_CHANGED),
        (attempt(Outcome.PASSED, NOON), STRICTER, "shift+model", MODEL_CHANGED),
    ],
)
def test_when_challenge_parts_are_due(last: Attempt | None, judge: Judge, required: str, why: str) -> None:
    settings = ChallengeSection.model_validate({"required": required, "parts": [{"name": "m", "expected": "OK"}]})
    assert why_due(settings, ["06:00", "18:00"], last, judge, NOON + timedelta(seconds=1)) == why


def test_all_as_expected_lets_production_run_and_is_written_down(engine: Engine, run: Callable[..., None]) -> None:
    challenge = make(engine)
    assert challenge.refusal(JUDGE) == NEVER_RUN
    assert challenge.next_part(JUDGE) is SETTINGS.parts[0]
    run(challenge, "M-1", OK)
    assert challenge.next_part(JUDGE) is SETTINGS.parts[1]
    assert challenge.refusal(JUDGE) == NEVER_RUN
    run(challenge, "bent pin", NG)
    assert challenge.refusal(JUDGE) == ""
    assert challenge.refusal(STRICTER) == MODEL_CHANGED
    last = line_history.challenge_history(engine).last
    assert last is not None
    assert (last.outcome, last.model_version, last.ok_at_most, last.sentence) == (Outcome.PASSED, "1", 1.0, "M-1 OK, bent pin NG")
    assert queries.first_broken_event(engine) is None


@pytest.mark.parametrize("got", [NG, RETEST])
def test_one_part_judged_wrongly_locks_until_all_pass(engine: Engine, run: Callable[..., None], got: Judgement) -> None:
    challenge = make(engine)
    run(challenge, "M-1", got)
    assert challenge.refusal(JUDGE) == FAILED
    assert challenge.got(JUDGE) == [got, None], "it stays on the screen"
    assert challenge.next_part(JUDGE) is SETTINGS.parts[0], "and begins anew"
    run(challenge, "M-1", OK)
    assert challenge.got(JUDGE) == [OK, None]
    assert challenge.refusal(JUDGE) == FAILED
    run(challenge, "bent pin", NG)
    assert challenge.refusal(JUDGE) == ""


def test_a_failure_locks_even_where_this_shift_has_passed_before(engine: Engine, run: Callable[..., None]) -> None:
    challenge = make(engine)
    run(challenge, "M-1", OK)
    run(challenge, "bent pin", NG)
    run(challenge, "M-1", NG)
    assert make(engine).refusal(JUDGE) == FAILED


def test_a_part_on_hold_is_presented_again(engine: Engine, run: Callable[..., None]) -> None:
    challenge = make(engine)
    run(challenge, "M-1", HOLD)
    assert challenge.next_part(JUDGE) is SETTINGS.parts[0]
    assert challenge.last is None, "it neither passed nor failed"


def test_a_restart_in_the_middle_goes_on_where_it_was(engine: Engine, run: Callable[..., None]) -> None:
    run(make(engine), "M-1", OK)
    again = make(engine)
    assert again.next_part(JUDGE) is SETTINGS.parts[1]
    assert again.next_part(NEW) is SETTINGS.parts[0], "another model begins from the first part"
    run(again, "bent pin", NG)
    assert make(engine).refusal(JUDGE) == ""


def test_an_attempt_whose_end_was_not_written_gets_it_at_the_next_start(engine: Engine, run: Callable[..., None]) -> None:
    run(None, "M-1", OK)
    run(None, "bent pin", NG)  # killed between the part and the event
    again = make(engine)
    assert again.refusal(JUDGE) == NEVER_RUN
    again.settle(JUDGE)
    assert again.refusal(JUDGE) == ""


def test_an_engineer_overrides_with_a_reason(engine: Engine, run: Callable[..., None]) -> None:
    challenge = make(engine)
    run(challenge, "M-1", NG)
    with pytest.raises(ValueError, match="needs its reason"):
        challenge.override(JUDGE, "Kondo", "  ")
    assert challenge.refusal(JUDGE) == FAILED
    challenge.override(JUDGE, "Kondo", "master damaged, new one ordered")
    assert challenge.refusal(JUDGE) == ""
    last = make(engine).last
    assert last is not None
    assert (last.outcome, last.sentence) == (Outcome.OVERRIDDEN, "master damaged, new one ordered")


def test_while_the_list_is_open_production_waits(engine: Engine) -> None:
    challenge = make(engine, ChallengeSection.model_validate({"parts": [{"name": "m", "expected": "OK"}]}))
    assert challenge.refusal(JUDGE) == ""
    challenge.open()
    assert challenge.refusal(JUDGE) == UNDER_WAY
    challenge.close()
    assert challenge.refusal(JUDGE) == ""


def test_a_new_shift_asks_again(engine: Engine, run: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    challenge = make(engine)
    run(challenge, "M-1", OK)
    run(challenge, "bent pin", NG)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(station.challenge, "now", lambda: tomorrow)
    assert challenge.refusal(JUDGE) == SHIFT_BEGAN
    assert challenge.next_part(JUDGE) is SETTINGS.parts[0]


def test_challenge_parts_count_nowhere(engine: Engine, run: Callable[..., None]) -> None:
    run(None, "M-1", NG)
    run(None, "", OK, kind="part")
    assert line_history.lot_counts(engine, "L").parts == {OK: 1, NG: 0, RETEST: 0, HOLD: 0}
    assert line_history.shift_counts(engine, datetime.now(UTC) - timedelta(hours=1)).total == 1
    assert line_history.unacknowledged(engine, 9) == [OK]


def test_required_without_parts_and_a_part_listed_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="no parts: list at least one"):
        ChallengeSection(required="shift")
    with pytest.raises(ValueError, match="m is listed twice"):
        ChallengeSection.model_validate({"parts": [{"name": "m", "expected": "OK"}, {"name": "m", "expected": "NG"}]})


def test_a_locked_line_refuses_production_by_hand_and_by_itself_and_takes_challenge_parts() -> None:
    lock = ["locked: because"]
    line, recorder, ear = make_line(trigger=Trigger(mode="interval", interval_ms=20), gate=lambda _lot, _judge: lock[0])
    line.start()
    with pytest.raises(LineLocked, match="locked: because"):
        line.trigger()
    line.trigger("M-1", kind="challenge")
    wait_until(lambda: len(ear.shown) == 1 and ("lock", "locked: because") in ear.faults)
    assert [row.shot.ticket.kind for row in recorder.rows] == ["challenge"]
    lock[0] = ""
    wait_until(lambda: len(ear.shown) > 3)
    assert line.stop()
    assert [f for f in ear.faults if f[0] == "lock"] == [("lock", "locked: because"), ("lock", "")], "told once, and when it was over"


def test_the_gate_sees_the_model_and_the_lot_of_the_moment() -> None:
    seen: list[tuple[str, str]] = []
    line, _, _ = make_line(gate=lambda lot, judge: seen.append((lot.code, judge.model_version)) or "")
    line.start()
    line.lot = Lot("A")
    line.trigger()
    line.stop()
    assert seen == [("A", "1")]


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ('[challenge]\nrequired = "shift"\nparts = [{name = "m", expected = "OK"}]\n', NEVER_RUN),
        ("[line]\nrequire_lot = true\n", "no lot is started"),
    ],
)
def test_headless_production_is_refused_with_the_sentence(tmp_path: Path, recipe_file: Path, published: Path, section: str, sentence: str) -> None:
    shutil.copytree(published, tmp_path / "store")
    more = f'recipes = "{recipe_file.parent}"\n[models]\nallow_unsigned = true\nstore = "store"\nprovider = "cpu"\n[camera]\nsource = "folder:{recipe_file.parent}"\n'
    (tmp_path / "config.toml").write_text(f'[station]\nrecipe = "small"\n{more}{section}')
    Registry(tmp_path / "store", tmp_path / "data" / "active").activate("small", "1")
    command = [sys.executable, "-m", "station", "--config", str(tmp_path / "config.toml"), "run", "--headless", "--parts", "1"]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, env=environment, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert sentence in run.stderr
