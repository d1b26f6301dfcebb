from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

import station.carrier
import station.delivery
from models.recipe import Trigger
from station.__main__ import main
from station.assembly import open_station
from station.config import read_config
from station.delivery import BATCH, Deliverer
from station.lot import Lot
from station.sinks.sink import FIELDS, Delivery, SinkError
from station.store.database import open_database
from station.store.deliveries import advance_cursor, n_after, next_deliveries, read_cursor, start_cursor
from station.store.schema import SinkCursor
from tests.conftest import REPOSITORY
from tests.station.line_pc import line_pc
from tests.station.parts import Ear, wait_until
from tests.station.recorded import START, part, write_parts


class Box:
    """A sink that keeps what it acknowledges. Attempts (1, 2, …) in `losing` are kept but not acknowledged, in `failing` neither."""

    kind = "box"
    timeout_s = 3.0

    def __init__(self, name: str = "box", failing: tuple[int, ...] = (), losing: tuple[int, ...] = (), error: Exception | None = None) -> None:
        self.name = name
        self.taken: list[int] = []
        self.n_attempts = self.n_open = 0
        self.is_away = False
        self.error = error or SinkError("nobody answers")
        self._failing, self._losing = failing, losing

    def open(self) -> None:
        self.n_open += 1
        if self.is_away:
            raise self.error

    def send(self, delivery: Delivery) -> None:
        self.n_attempts += 1
        if self.is_away or self.n_attempts in self._failing:
            raise self.error
        self.taken.append(delivery.sequence)
        if self.n_attempts in self._losing:
            raise self.error

    def close(self) -> None:
        pass


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.carrier, "PAUSES_S", (0.001,))


def hear(deliverer: Deliverer, number: int) -> None:
    deliverer.recorded(number, None)  # type: ignore[arg-type]


# the ledger as an outbox ----------------------------------------------------------------------------------------------


def test_a_sink_that_is_met_for_the_first_time_starts_after_the_newest_part(engine: Engine) -> None:
    write_parts(engine, [part(n) for n in range(1, 4)])
    assert start_cursor(engine, "plc").part_id == 3
    write_parts(engine, [part(4)])
    assert start_cursor(engine, "plc").part_id == 3
    assert [d.sequence for d in next_deliveries(engine, 3, 10)] == [4]
    assert n_after(engine, 3) == 1


def test_what_is_delivered_is_what_was_recorded(engine: Engine) -> None:
    write_parts(
        engine, [part(1), part(2, judgement="NG", kind="challenge", retest_of=1, reason="worst\nregion"), part(3, judgement="HOLD", reason="black")]
    )
    deliveries = next_deliveries(engine, 0, 10)
    told = deliveries[1].payload()
    assert tuple(told) == FIELDS
    expected = {"sequence": 2, "station": "s", "run": "r", "shot": 2, "lot": "A", "serial": "S0002", "taken_at": "2026-03-02T00:01:00.000+00:00"}
    expected |= {"verdict": "NG", "score": 30.0, "defect": "M", "reason": "worst\nregion", "kind": "challenge", "retest_of": 1}
    assert {name: told[name] for name in expected} == expected
    assert [(d.verdict, d.code, d.score) for d in deliveries] == [("OK", 1, 3.0), ("NG", 2, 30.0), ("HOLD", 4, None)]


def test_a_number_that_json_cannot_hold_is_null(engine: Engine) -> None:
    write_parts(engine, [part(1, ng_above=float("inf"))])
    assert json.loads(json.dumps(next_deliveries(engine, 0, 1)[0].payload(), allow_nan=False))["ng_above"] is None


def test_the_cursor_is_kept(engine: Engine) -> None:
    start_cursor(engine, "plc")
    assert read_cursor(engine, "other") is None
    advance_cursor(engine, "plc", 7, START)
    cursor = read_cursor(engine, "plc")
    assert cursor is not None
    assert (cursor.part_id, cursor.at) == (7, START)


# the deliverer --------------------------------------------------------------------------------------------------------


@settings(max_examples=12)
@given(
    st.integers(1, 120),
    st.lists(st.integers(1, 130), max_size=6, unique=True),
    st.lists(st.integers(1, 130), max_size=6, unique=True),
    st.lists(st.integers(0, 120), max_size=4, unique=True),
)
def test_every_recorded_part_is_delivered_in_order_and_only_unacknowledged_ones_twice(
    tmp_path_factory: pytest.TempPathFactory, n_parts: int, failing: list[int], losing: list[int], stops: list[int]
) -> None:
    """Attempts fail before or after the receiver has taken the verdict; the station is stopped and started in between."""
    engine = open_database(tmp_path_factory.mktemp("ledger"))
    box = Box(failing=tuple(failing), losing=tuple(losing))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(station.carrier, "PAUSES_S", (0.001,))
        deliverer = Deliverer(engine, [box])
        deliverer.start()
        for number in range(1, n_parts + 1):
            write_parts(engine, [part(number)])
            hear(deliverer, number)
            if number in stops:
                deliverer.stop()
                deliverer = Deliverer(engine, [box])
                deliverer.start()
        wait_until(lambda: deliverer.undelivered == 0)
        deliverer.stop()
    engine.dispose()
    once = [number for i, number in enumerate(box.taken) if i == 0 or number != box.taken[i - 1]]
    assert once == list(range(1, n_parts + 1))
    lost = sum(attempt in losing and attempt not in failing for attempt in range(1, box.n_attempts + 1))
    assert len(box.taken) == n_parts + lost


def test_parts_that_nobody_told_of_are_found(engine: Engine) -> None:
    box = Box()
    deliverer = Deliverer(engine, [box])
    deliverer.start()
    write_parts(engine, [part(1)])
    wait_until(lambda: box.taken == [1])
    deliverer.stop()


def test_a_sink_that_is_away_delays_only_itself_and_says_so(engine: Engine, no_pauses: None) -> None:
    away, well = Box("away"), Box("well")
    away.is_away = True
    ear = Ear()
    deliverer = Deliverer(engine, [away, well])
    deliverer.attach(ear.fault)
    deliverer.start()
    write_parts(engine, [part(n) for n in range(1, 71)])
    hear(deliverer, 70)
    wait_until(lambda: well.taken == list(range(1, 71)) and bool(ear.faults))
    states = {state.name: state for state in deliverer.states}
    assert (states["away"].undelivered, states["away"].problem, states["away"].last_delivered_at) == (70, "nobody answers", None)
    assert states["away"].since is not None
    assert (states["well"].undelivered, states["well"].problem) == (0, "")
    assert states["well"].last_delivered_at is not None
    assert deliverer.undelivered == 70
    assert ear.faults == [("delivery", "away: nobody answers")]
    away.is_away = False
    wait_until(lambda: away.taken == list(range(1, 71)) and len(ear.faults) == 2)
    assert ear.faults[1] == ("delivery", "")
    assert deliverer.states[0].since is None
    deliverer.stop()


def test_one_failure_that_is_over_at_once_is_no_news_for_people(engine: Engine, no_pauses: None) -> None:
    """A receiver that closed an idle connection."""
    box, ear = Box(failing=(1,)), Ear()
    deliverer = Deliverer(engine, [box])
    deliverer.attach(ear.fault)
    deliverer.start()
    write_parts(engine, [part(1)])
    hear(deliverer, 1)
    wait_until(lambda: box.taken == [1])
    deliverer.stop()
    assert box.n_attempts == 2
    assert ear.faults == []


def test_a_problem_that_stands_is_told_to_who_comes_later(engine: Engine, no_pauses: None) -> None:
    box, ear = Box(), Ear()
    box.is_away = True
    deliverer = Deliverer(engine, [box])
    deliverer.start()
    wait_until(lambda: bool(deliverer.states[0].problem))
    deliverer.attach(ear.fault)
    assert ear.faults == [("delivery", "box: nobody answers")]
    deliverer.stop()


def test_a_sink_that_fails_in_an_unknown_way_is_told_and_tried_again(engine: Engine, no_pauses: None) -> None:
    box = Box(failing=(1, 2, 3), error=RuntimeError("a library's own"))
    problems: list[str] = []
    deliverer = Deliverer(engine, [box])
    deliverer.attach(lambda _source, message: problems.append(message))
    deliverer.start()
    write_parts(engine, [part(1)])
    hear(deliverer, 1)
    wait_until(lambda: box.taken == [1] and problems[-1:] == [""])
    deliverer.stop()
    assert problems[0] == "box: RuntimeError: a library's own"


def test_nothing_more_is_sent_while_the_cursor_cannot_be_written(engine: Engine, no_pauses: None) -> None:
    box = Box()
    deliverer = Deliverer(engine, [box])
    with engine.begin() as connection:
        connection.execute(delete(SinkCursor))
    deliverer.start()
    write_parts(engine, [part(n) for n in range(1, 201)])
    hear(deliverer, 200)
    wait_until(lambda: "has no cursor" in deliverer.states[0].problem)
    assert len(box.taken) <= BATCH
    with engine.begin() as connection:
        connection.execute(SinkCursor.__table__.insert().values(name="box", part_id=0, at=None))  # type: ignore[attr-defined]
    wait_until(lambda: box.taken == list(range(1, 201)))
    deliverer.stop()
    cursor = read_cursor(engine, "box")
    assert cursor is not None
    assert cursor.part_id == 200


def test_what_waits_when_the_station_stops_is_delivered_where_the_sink_is_well(engine: Engine) -> None:
    box = Box()
    deliverer = Deliverer(engine, [box])
    write_parts(engine, [part(n) for n in range(1, 121)])
    deliverer.start()
    hear(deliverer, 120)
    deliverer.stop()
    assert box.taken == list(range(1, 121))
    assert read_cursor(engine, "box") is not None
    assert n_after(engine, read_cursor(engine, "box").part_id) == 0  # type: ignore[union-attr]


def test_it_stops_in_the_middle_of_a_pause(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.carrier, "PAUSES_S", (3600.0,))
    box = Box()
    box.is_away = True
    deliverer = Deliverer(engine, [box])
    deliverer.start()
    wait_until(lambda: box.n_open == 1)
    deliverer.stop()
    assert "sink box" not in {thread.name for thread in threading.enumerate()}


def test_it_stops_beside_a_receiver_that_never_answers(engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(station.delivery, "STOP_TIMEOUT_S", 0.1)
    box, answer = Box(), threading.Event()
    box.open = lambda: bool(answer.wait(30))  # type: ignore[assignment, return-value]
    deliverer = Deliverer(engine, [box])
    deliverer.start()
    deliverer.stop()
    assert "sink box: its receiver hangs" in caplog.text
    answer.set()
    wait_until(lambda: "sink box" not in {thread.name for thread in threading.enumerate()})


@pytest.mark.parametrize("ends_well", [True, False])
@pytest.mark.parametrize("call", ["open", "send"])
def test_a_sink_that_hangs_is_told_and_logged_once_though_no_part_comes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, no_pauses: None, call: str, ends_well: bool
) -> None:
    """A folder on a dead share: no call of the system comes back, no error is raised."""
    monkeypatch.setattr(station.delivery, "LOOK_S", 0.01)
    caplog.set_level("INFO")
    box, ear, answer = Box(), Ear(), threading.Event()
    box.timeout_s = 0.05
    go_on = getattr(box, call)

    def hang(*words: Any) -> None:
        assert answer.wait(30)
        if not ends_well:
            raise SinkError("Input/output error")
        go_on(*words)

    setattr(box, call, hang)
    deliverer = Deliverer(engine, [box, Box("well")])
    deliverer.attach(ear.fault)
    write_parts(engine, [part(1)])
    hear(deliverer, 1)
    deliverer.start()
    wait_until(lambda: bool(ear.faults))
    (state, well) = deliverer.states
    assert state.since is not None
    problem = f"its receiver does not answer since {state.since.astimezone():%H:%M}; see whether it runs and the network reaches it"
    assert (state.problem, state.undelivered, well.problem) == (problem, 1, "")
    time.sleep(0.1)  # ten looks
    assert ear.faults == [("delivery", f"box: {problem}")]
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [f"sink box: {problem}, 1 parts wait"]
    answer.set()
    if ends_well:
        wait_until(lambda: box.taken == [1] and len(ear.faults) == 2)
        assert ear.faults[1:] == [("delivery", "")]
        assert "sink box: delivers again" in caplog.text
    else:
        wait_until(lambda: len(ear.faults) == 2)
        assert ear.faults[1:] == [("delivery", "box: Input/output error")]  # it is no first failure that is over at once
    deliverer.stop()
    assert not {"sink box", "delivery watch"} & {thread.name for thread in threading.enumerate()}


def test_a_sink_that_hangs_after_another_problem_is_told_of_too(engine: Engine, monkeypatch: pytest.MonkeyPatch, no_pauses: None) -> None:
    """The share that was not mounted is, and its server is gone."""
    monkeypatch.setattr(station.delivery, "LOOK_S", 0.01)
    box, ear, is_mounted, answer = Box(), Ear(), threading.Event(), threading.Event()
    box.timeout_s = 0.01

    def open_it() -> None:
        if not is_mounted.is_set():
            raise SinkError("mount the share")
        assert answer.wait(30)

    box.open = open_it  # type: ignore[method-assign]
    deliverer = Deliverer(engine, [box])
    deliverer.attach(ear.fault)
    deliverer.start()
    wait_until(lambda: ear.faults == [("delivery", "box: mount the share")])
    is_mounted.set()
    wait_until(lambda: len(ear.faults) == 2)
    assert ear.faults[1][1].startswith("box: its receiver does not answer since ")
    answer.set()
    wait_until(lambda: len(ear.faults) == 3)
    assert ear.faults[2] == ("delivery", "")
    deliverer.stop()


# killed ---------------------------------------------------------------------------------------------------------------

DELIVERING = """
import sys, time
from pathlib import Path
from station.delivery import Deliverer
from station.sinks.csv_file import CsvSink
from station.sinks.settings import CsvSinkSection
from station.store.database import open_database
folder = Path(sys.argv[1])
settings = CsvSinkSection(name="files", kind="csv", folder="out")
Deliverer(open_database(folder), [CsvSink(settings, folder / "out")]).start()
time.sleep(60)
"""


def sequences(folder: Path) -> list[int]:
    files = list((folder / "out").glob("*.csv"))
    return [int(line.split(",")[0]) for line in files[0].read_text().splitlines()[1:] if line.count(",") == len(FIELDS) - 1] if files else []


def test_a_station_killed_while_it_delivers_sends_at_most_one_batch_twice(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    start_cursor(engine, "files")
    write_parts(engine, [part(n, taken_at=START) for n in range(1, 201)])
    for enough in (90, 200):
        process = subprocess.Popen([sys.executable, "-c", DELIVERING, str(tmp_path)], cwd=REPOSITORY)
        wait_until(lambda enough=enough: max(sequences(tmp_path), default=0) >= enough, 40)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        process.wait()
    taken = sequences(tmp_path)
    for i, number in enumerate(taken[1:], 1):
        assert number <= taken[i - 1] + 1, "a verdict is missing or out of order"
    assert taken[0] == 1
    assert sorted(set(taken)) == list(range(1, 201))
    assert len(taken) <= 200 + BATCH  # killed once before the end


# the station ----------------------------------------------------------------------------------------------------------


def test_the_station_delivers_what_its_line_records(tmp_path: Path, recipe_file: Path, published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config_file = line_pc(tmp_path, recipe_file, published, 5)._folder / "config.toml"
    config_file.write_text(config_file.read_text() + '[[sinks]]\nname = "files"\nkind = "csv"\nfolder = "verdicts"\n')
    (tmp_path / "verdicts").mkdir()
    config = read_config(config_file)
    ear = Ear()
    with open_station(config, "small", config.data_folder) as station:
        running = station.make_line(ear, Lot("A-17"), Trigger(mode="interval", interval_ms=0), 3)
        running.start()
        assert ear.over.wait(20)
        assert running.stop()
        wait_until(lambda: station.deliverer.undelivered == 0)
    (file,) = (tmp_path / "verdicts").iterdir()
    lines = file.read_text().splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [[str(n), "station-1"] for n in (1, 2, 3)]
    assert ear.faults == [f for f in ear.faults if f[1] == ""]
    assert main(["--config", str(config_file), "sinks", "--json", "--check"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["kind"], told["undelivered"], told["last_part"], told["problem"]) == ("files", "csv", 0, 3, "")
    (file.parent / file.name).unlink()
    file.parent.rmdir()
    assert main(["--config", str(config_file), "sinks", "--check"]) == 1
    assert "0 undelivered, acknowledged up to part 3" in (text := capsys.readouterr().out)
    assert "does not exist: make it, or mount the share" in text
