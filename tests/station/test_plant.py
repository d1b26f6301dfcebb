"""The plant's record store: a real PostgreSQL server, killed and started again while parts come."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, insert, select, text

import station.carrier
import station.plant
from benchmarks.postgres import PASSWORD, USER, Postgres
from models.recipe import Trigger
from station.__main__ import main
from station.assembly import open_station
from station.config import ConfigError, read_config
from station.delivery import Deliverer
from station.lot import Lot
from station.sinks.settings import PlantSection
from station.store.database import open_database
from station.store.journal import append_event
from station.store.plant import SCHEMA, PlantDatabase, PlantError
from station.store.plant import _metadata as plant_tables
from station.store.reviews import Truth, add_reviews
from station.store.schema import Part, PartEmbedding, PartPicture, Sample, Shadow
from tests.station.line_pc import line_pc
from tests.station.parts import Ear, wait_until
from tests.station.recorded import START, part, write_regions


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    server = Postgres()
    server.start()
    yield server
    server.end()


@pytest.fixture
def url(server: Postgres) -> str:
    return server.new_database()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "here")
    append_event(engine, "start", "Sato", lot="A")
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.carrier, "PAUSES_S", (0.05, 0.1))
    monkeypatch.setattr(station.plant, "POLL_S", 0.05)


def plant_at(url: str, **changes: Any) -> PlantDatabase:
    return PlantDatabase(**{"url": url, "user": USER, "password": PASSWORD, "station": "st", "with_vectors": False, "timeout_s": 2.0} | changes)


def copy_all(plant: PlantDatabase, ledger: Engine) -> int:
    """How many rows were sent."""
    plant.open(ledger)
    n = 0
    while True:
        sent, is_more = plant.copy(ledger)
        n += sent
        if not is_more:
            plant.close()
            return n


def rows(server: Postgres, url: str, question: str) -> list[tuple[Any, ...]]:
    engine = server.engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(question))]
    engine.dispose()
    return found


def fill(ledger: Engine, first: int, last: int, run: str = "r") -> None:
    """Parts with all that may belong to one."""
    numbers = range(first, last + 1)
    with ledger.begin() as connection:
        connection.execute(insert(Part), [part(n, run=run, serial=f"序-{n}", score=None if n % 7 == 0 else n / 3) for n in numbers])
        connection.execute(insert(PartPicture), [{"part_id": n, "view": v, "path": f"d/{n}-{v}.png"} for n in numbers for v in ("a", "b")])
        connection.execute(
            insert(PartEmbedding), [{"part_id": n, "model": "m", "model_version": "1", "embedding": bytes([n % 256]) * 256} for n in numbers]
        )
        if drawn := [{"part_id": n, "drawn_at": START, "rate": 0.02} for n in numbers if n % 5 == 0]:
            connection.execute(insert(Sample), drawn)
        shadow = {"model": "m", "model_version": "2", "judgement": "NG", "score": 3.5, "ok_at_most": 1.0, "ng_above": 2.0}
        connection.execute(insert(Shadow), [{"part_id": n, **shadow} for n in numbers])


def test_every_record_arrives_as_it_is(server: Postgres, url: str, ledger: Engine) -> None:
    fill(ledger, 1, 20)
    add_reviews(ledger, [3, 4], Truth.NG, "Mori", "X", "verbogen – 曲がり")
    n_sent = copy_all(plant_at(url), ledger)
    with ledger.connect() as connection:
        tables = ("part", "picture", "embedding", "sample", "shadow", "review", "event")
        assert n_sent == sum(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables)
        mine = connection.execute(select(Part.run, Part.shot_number, Part.serial, Part.score, Part.taken_at, Part.id).order_by(Part.id)).all()
    question = "SELECT run, shot_number, serial, score, taken_at, ledger_row FROM inspection_part ORDER BY ledger_row"
    assert rows(server, url, question) == [tuple(row) for row in mine]
    question = "SELECT run, shot_number, reviewer, truth, mode, comment FROM inspection_review ORDER BY ledger_row"
    assert rows(server, url, question) == [("r", n, "Mori", "NG", "X", "verbogen – 曲がり") for n in (3, 4)]
    assert rows(server, url, "SELECT view, path FROM inspection_picture WHERE shot_number = 7 ORDER BY view") == [
        ("a", "d/7-a.png"),
        ("b", "d/7-b.png"),
    ]
    assert rows(server, url, "SELECT embedding FROM inspection_embedding WHERE shot_number = 9") == [(bytes([9]) * 256,)]
    assert rows(server, url, "SELECT count(*), min(rate) FROM inspection_sample") == [(4, 0.02)]
    assert rows(server, url, "SELECT count(*), max(model_version) FROM inspection_shadow") == [(20, "2")]
    assert rows(server, url, "SELECT station FROM inspection_station") == [("st",)]
    kinds = [kind for (kind,) in rows(server, url, "SELECT kind FROM inspection_event ORDER BY ledger_row")]
    assert kinds[0] == "start"


def test_vectors_go_where_they_are_asked_for(server: Postgres, url: str, ledger: Engine) -> None:
    fill(ledger, 1, 3)
    for n in (1, 2, 3):
        write_regions(ledger, n)
    copy_all(plant_at(url), ledger)
    assert rows(server, url, "SELECT count(*) FROM inspection_region") == [(0,)]
    copy_all(plant_at(url, with_vectors=True), ledger)
    found = rows(server, url, "SELECT shot_number, region_index, length(vector) FROM inspection_region ORDER BY 1, 2")
    assert found == [(n, i, 4 * 1404) for n in (1, 2, 3) for i in (0, 1)]


def test_what_is_there_is_not_sent_again_and_sending_it_twice_changes_nothing(server: Postgres, url: str, ledger: Engine) -> None:
    fill(ledger, 1, 30)
    plant = plant_at(url)
    n = copy_all(plant, ledger)
    assert copy_all(plant_at(url), ledger) == 0
    before = rows(server, url, "SELECT * FROM inspection_part ORDER BY shot_number")
    again = plant_at(url)
    again.open(ledger)
    again._cursors = dict.fromkeys(again._cursors, 0)
    assert again.copy(ledger)[0] == n
    again.close()
    assert rows(server, url, "SELECT * FROM inspection_part ORDER BY shot_number") == before


def test_a_ledger_that_was_restored_loses_nothing_and_doubles_nothing(server: Postgres, url: str, ledger: Engine, tmp_path: Path) -> None:
    fill(ledger, 1, 6)
    ledger.dispose()
    shutil.copytree(tmp_path / "here", tmp_path / "backup")
    fill(ledger, 7, 10)
    copy_all(plant_at(url), ledger)
    restored = open_database(tmp_path / "backup")
    fill(restored, 7, 8, run="after")
    copy_all(plant_at(url), restored)
    fill(restored, 9, 10, run="after")
    assert copy_all(plant_at(url), restored) == 2 * 5 + 1, "no more than what is new, though numbers 7 to 10 are there of the old ledger"
    assert copy_all(plant_at(url), restored) == 0
    fill(restored, 11, 12, run="after")
    copy_all(plant_at(url), restored)
    restored.dispose()
    assert rows(server, url, "SELECT count(*) FROM inspection_picture") == [(32,)]
    found = rows(server, url, "SELECT run, ledger_row FROM inspection_part ORDER BY run, ledger_row")
    assert found == [("after", n) for n in range(7, 13)] + [("r", n) for n in range(1, 11)]


def test_stations_that_start_at_once_make_the_tables_once(server: Postgres, url: str, tmp_path: Path) -> None:
    ledgers = [open_database(tmp_path / str(i)) for i in range(4)]
    for i, engine in enumerate(ledgers):
        append_event(engine, "start", f"operator {i}")
        fill(engine, 1, 5, run=f"run {i}")
    told: list[PlantError] = []
    ready = threading.Barrier(4)

    def go(i: int) -> None:
        plant = plant_at(url, station=f"st {i}")
        ready.wait()
        try:
            copy_all(plant, ledgers[i])
        except PlantError as err:
            told.append(err)

    threads = [threading.Thread(target=go, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for engine in ledgers:
        engine.dispose()
    assert not told
    assert rows(server, url, "SELECT count(*), count(DISTINCT origin) FROM inspection_part") == [(20, 4)]


def test_a_plant_of_a_newer_program_is_left_alone(server: Postgres, url: str, ledger: Engine) -> None:
    plant = plant_at(url)
    plant.open(ledger)
    plant.close()
    engine = server.engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE inspection_schema SET version = 99"))
    engine.dispose()
    with pytest.raises(PlantError, match="its schema 99 is newer than this program's 1; update this station"):
        plant.open(ledger)


def test_a_wrong_password_is_told_without_it(url: str, ledger: Engine) -> None:
    with pytest.raises(PlantError, match=r"plant database 127\.0\.0\.1/plant\d+: .*password authentication failed") as caught:
        plant_at(url, password="not this one").open(ledger)
    assert "not this one" not in str(caught.value)


@pytest.mark.timeout(180)
def test_nothing_is_missing_when_the_server_is_killed_under_load(server: Postgres, url: str, ledger: Engine) -> None:
    deliverer, ear = Deliverer(ledger, [], plant_at(url)), Ear()
    deliverer.attach(ear.fault)
    deliverer.start()
    longest_s, n = 0.0, 0

    def run(parts: int) -> None:
        nonlocal longest_s, n
        for _ in range(parts):
            n += 1
            start = time.monotonic()
            fill(ledger, n, n)
            deliverer.recorded(n, None)  # type: ignore[arg-type]
            longest_s = max(longest_s, time.monotonic() - start)
            time.sleep(0.005)

    for stretch in range(4):
        run(60)
        if stretch < 3:
            server.kill()
            run(20)
            if stretch == 1:
                wait_until(lambda: bool(deliverer.states[0].problem))
                assert deliverer.undelivered > 0
                assert any(source == "delivery" and "plant: plant database 127.0.0.1" in message for source, message in ear.faults)
            server.start()
    wait_until(lambda: deliverer.undelivered == 0, limit_s=60)
    wait_until(lambda: not deliverer.states[0].problem, limit_s=60)
    deliverer.stop()
    assert rows(server, url, "SELECT count(*), min(shot_number), max(shot_number) FROM inspection_part") == [(n, 1, n)]
    assert rows(server, url, "SELECT count(*) FROM inspection_picture") == [(2 * n,)]
    assert rows(server, url, "SELECT count(*) FROM inspection_event") == [(1,)]
    assert copy_all(plant_at(url), ledger) == 0, "nothing was left"
    assert longest_s < 5, "the line does not wait for the plant"


def test_a_station_away_from_its_plant_judges_and_counts(
    server: Postgres,
    url: str,
    tmp_path: Path,
    recipe_file: Path,
    published: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line_pc(tmp_path, recipe_file, published, n_parts=6)
    monkeypatch.setenv("PLANT_PASSWORD", PASSWORD)
    settings = tmp_path / "config.toml"
    settings.write_text(settings.read_text() + f'[plant]\nurl = "{url}"\nuser = "{USER}"\npassword_env = "PLANT_PASSWORD"\ntimeout_s = 2.0\n')
    server.kill()
    try:
        ear = Ear()
        with open_station(read_config(settings), "small", tmp_path / "data") as site:
            running = site.make_line(ear, Lot("A", "Sato"), Trigger(mode="interval", interval_ms=0))
            running.start()
            wait_until(lambda: site.deliverer.undelivered == 6)
            wait_until(lambda: bool(site.deliverer.states[0].problem))
            running.stop()
    finally:
        server.start()
    assert main(["--config", str(settings), "sinks"]) == 0
    assert capsys.readouterr().out == "plant (postgresql): 6 undelivered, acknowledged up to part 0, last never\n"
    with open_station(read_config(settings), "small", tmp_path / "data") as site:
        wait_until(lambda: site.deliverer.undelivered == 0)
    assert main(["--config", str(settings), "sinks", "--check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["undelivered"], told["last_part"], told["problem"], told["rows"]["part"]) == (0, 6, "", 6)
    kinds = [kind for (kind,) in rows(server, url, "SELECT kind FROM inspection_event ORDER BY ledger_row")]
    assert kinds[0] == "start"
    assert "stop" in kinds


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"url": "postgresql://me:secret@host/plant"}, "no user and no password in the address"),
        ({"url": "mysql://host/plant"}, "url"),
        ({"url": "postgresql://host"}, "url"),
        ({"url": "postgresql://host:54x32/plant"}, "Port could not be cast"),
        ({"url": "postgresql://host/plant?password=secret"}, "password cannot be said in the address"),
        ({"url": "postgresql://host/plant?options=-csearch_path=x"}, "options cannot be said in the address"),
        ({"url": "postgresql://host/plant", "password_env": "X"}, "needs user"),
        ({"url": "postgresql://host/plant", "password": "x"}, "Extra inputs"),
    ],
)
def test_a_mistake_in_the_settings_is_named_and_no_secret_is_one(section: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TypeAdapter(PlantSection).validate_python(section)


def test_a_password_that_is_not_set_stops_the_start(tmp_path: Path, recipe_file: Path, published: Path) -> None:
    line_pc(tmp_path, recipe_file, published)
    settings = tmp_path / "config.toml"
    settings.write_text(settings.read_text() + '[plant]\nurl = "postgresql://127.0.0.1/x"\nuser = "me"\npassword_env = "NOBODY_SET_THIS"\n')
    with (
        pytest.raises(ConfigError, match="plant: the environment variable NOBODY_SET_THIS"),
        open_station(read_config(settings), "small", tmp_path / "data"),
    ):
        pass


def test_certificates_are_named_in_the_address() -> None:
    url = "postgresql://db.plant/quality?sslmode=verify-full&sslrootcert=/etc/ssl/plant.pem"
    assert TypeAdapter(PlantSection).validate_python({"url": url}).url == url


def test_a_server_that_accepts_and_says_nothing_is_told_of(server: Postgres, url: str, ledger: Engine) -> None:
    plant = plant_at(url)
    deliverer, ear = Deliverer(ledger, [], plant), Ear()
    deliverer.attach(ear.fault)
    deliverer.start()
    fill(ledger, 1, 1)
    deliverer.recorded(1, None)  # type: ignore[arg-type]
    wait_until(lambda: deliverer.undelivered == 0)
    plant.patience_s = 0.5
    server.freeze()
    try:
        fill(ledger, 2, 2)
        deliverer.recorded(2, None)  # type: ignore[arg-type]
        wait_until(lambda: bool(ear.faults) and ear.faults[-1][1].startswith(f"plant: plant database {plant.where} does not answer since "))
        assert deliverer.undelivered == 1
    finally:
        server.thaw()
    wait_until(lambda: deliverer.undelivered == 0 and ear.faults[-1] == ("delivery", ""))
    deliverer.stop()


def test_the_events_of_the_end_arrive_with_it(server: Postgres, url: str, ledger: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.plant, "POLL_S", 60.0)
    deliverer = Deliverer(ledger, [], plant_at(url))
    deliverer.start()
    fill(ledger, 1, 1)
    deliverer.recorded(1, None)  # type: ignore[arg-type]
    wait_until(lambda: deliverer.undelivered == 0)
    append_event(ledger, "stop", "Sato")
    deliverer.stop()
    assert rows(server, url, "SELECT kind FROM inspection_event ORDER BY ledger_row") == [("start",), ("stop",)]


def test_a_nul_in_a_text_stops_nothing(server: Postgres, url: str, ledger: Engine) -> None:
    with ledger.begin() as connection:
        connection.execute(insert(Part), [part(1, reason="a\0b")])
    copy_all(plant_at(url), ledger)
    assert rows(server, url, "SELECT reason FROM inspection_part") == [("a\\x00b",)]


def test_a_plant_that_does_not_keep_every_character_is_refused(server: Postgres, ledger: Engine) -> None:
    with pytest.raises(PlantError, match="it keeps texts as LATIN1; make one with ENCODING 'UTF8'"):
        plant_at(server.new_database("LATIN1")).open(ledger)


def test_a_user_who_may_not_make_tables_may_fill_them(server: Postgres, url: str, ledger: Engine) -> None:
    copy_all(plant_at(url), ledger)
    engine = server.engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE writer LOGIN PASSWORD 'w'"))
        connection.execute(text("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO writer"))
    engine.dispose()
    fill(ledger, 1, 5)
    assert copy_all(plant_at(url, user="writer", password="w"), ledger) == 5 * 5 + 1
    assert rows(server, url, "SELECT count(*) FROM inspection_part") == [(5,)]


def test_the_tables_are_those_of_this_schema() -> None:
    """A column more in the ledger needs a greater SCHEMA, and what brings a plant's tables up to it; then this list too."""
    columns = {table.name: ",".join(column.name for column in table.columns) for table in plant_tables.tables.values()}
    part_of = "origin,ledger_row,run,shot_number"
    assert (SCHEMA, columns) == (
        1,
        {
            "inspection_schema": "version",
            "inspection_station": "origin,station,first_seen_at,last_rows_at",
            "inspection_part": f"{part_of},station,lot,operator,serial,taken_at,recorded_at,judgement,score,worst_view,worst_region,defect,reason,"
            "recipe,recipe_revision,model,model_version,ok_at_most,ng_above,feature_version,provider,vector_ms,score_ms,judge_ms,kind,retest_of",
            "inspection_picture": f"{part_of},view,path",
            "inspection_embedding": f"{part_of},model,model_version,embedding",
            "inspection_sample": f"{part_of},drawn_at,rate",
            "inspection_shadow": f"{part_of},model,model_version,judgement,score,ok_at_most,ng_above",
            "inspection_review": f"{part_of},at,reviewer,truth,mode,comment",
            "inspection_event": "origin,ledger_row,at,kind,actor,detail,previous_hash,hash",
            "inspection_region": f"{part_of},region_index,view,name,score,unit_space,deviation,embedding,vector",
        },
    )
