"""Exports are read back: the CSV as a spreadsheet would, the data set as the trainer does (tests/trainer/test_station_export.py)."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from station import export
from station.__main__ import main
from station.export import ExportError, write_csv, write_dataset
from station.store.database import open_database
from station.store.reviews import Truth, add_reviews
from station.store.search import PartFilter
from station.verdict import Judgement
from tests.station.recorded import START, part, write_parts, write_regions


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "data")
    yield engine
    engine.dispose()


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_filtered_part_is_a_row_with_its_newest_review(engine: Engine, tmp_path: Path) -> None:
    write_parts(engine, [part(1), part(2, judgement="NG"), part(3, lot="B"), part(4, judgement="HOLD", reason="no picture")])
    add_reviews(engine, [1], Truth.OK, "Sato")
    add_reviews(engine, [1], Truth.NG, "伊藤", "M", 'bent,\n"very"')
    written = write_csv(engine, PartFilter(lot="A"), tmp_path / "parts.csv")
    rows = _read(tmp_path / "parts.csv")
    assert (written.n_parts, [row["id"] for row in rows]) == (3, ["4", "2", "1"])
    assert (rows[2]["truth"], rows[2]["mode"], rows[2]["reviewer"], rows[2]["mistake"]) == ("NG", "M", "伊藤", "escape")
    assert rows[2]["comment"] == 'bent,\n"very"'
    assert (rows[0]["score"], rows[0]["reason"], rows[0]["truth"]) == ("", "no picture", "")
    assert datetime.fromisoformat(rows[2]["taken_at"]) == START
    assert datetime.fromisoformat(rows[2]["taken_at"]).tzinfo is not None


def test_rfc_4180_and_the_mark_for_excel(engine: Engine, tmp_path: Path) -> None:
    write_parts(engine, [part(1)])
    for with_bom in (False, True):
        write_csv(engine, PartFilter(), tmp_path / f"{with_bom}.csv", with_bom=with_bom)
        raw = (tmp_path / f"{with_bom}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") is with_bom
        assert raw.count(b"\r\n") == raw.count(b"\n") == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", '=HYPERLINK("x")'])
def test_what_a_spreadsheet_would_run_is_made_harmless(engine: Engine, tmp_path: Path, text: str) -> None:
    write_parts(engine, [part(1, lot=text, score=-1.5)])
    write_csv(engine, PartFilter(), tmp_path / "parts.csv")
    (row,) = _read(tmp_path / "parts.csv")
    assert row["lot"] == "'" + text
    assert row["score"] == "-1.5", "a number stays a number"


def test_pages_of_the_ledger_come_one_after_the_other(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from station.store import exports

    monkeypatch.setattr(exports, "_IDS_AT_ONCE", 7)
    monkeypatch.setattr(export, "_ROWS_AT_ONCE", 3)
    write_parts(engine, (part(n) for n in range(1, 31)))
    shares: list[float] = []
    write_csv(engine, PartFilter(), tmp_path / "parts.csv", tell=shares.append)
    assert [int(row["id"]) for row in _read(tmp_path / "parts.csv")] == list(range(30, 0, -1))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_cancelled_export_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def tell(_share: float) -> None:
        raise Enough

    write_parts(engine, [part(1)])
    write_regions(engine, 1)
    add_reviews(engine, [1], Truth.OK, "Sato")
    (tmp_path / "out").mkdir()
    with pytest.raises(Enough):
        write_csv(engine, PartFilter(), tmp_path / "out" / "parts.csv", tell=tell)
    with pytest.raises(Enough):
        write_dataset(engine, PartFilter(), tmp_path / "out" / "set", "s", tell=tell)
    assert list((tmp_path / "out").iterdir()) == []


def test_what_cannot_be_written_is_said_before_anything_is(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExportError, match="the filter lets none through"):
        write_csv(engine, PartFilter(), tmp_path / "parts.csv")
    write_parts(engine, [part(1)])
    (tmp_path / "there.csv").write_text("mine")
    with pytest.raises(ExportError, match="something already"):
        write_csv(engine, PartFilter(), tmp_path / "there.csv")
    assert (tmp_path / "there.csv").read_text() == "mine"
    with pytest.raises(ExportError, match="no folder"):
        write_csv(engine, PartFilter(), tmp_path / "nowhere" / "parts.csv")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=10_000_000))
    with pytest.raises(ExportError, match="10 MB free"):
        write_csv(engine, PartFilter(), tmp_path / "parts.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "there.csv"]


def test_a_data_set_says_who_labelled_what_and_what_was_left_out(engine: Engine, tmp_path: Path) -> None:
    rows = [
        part(1),
        part(2, judgement="NG", defect="X"),
        part(3),
        part(4),
        part(5, judgement="RETEST", score=15.0),
        part(6),
        part(7, kind="challenge"),
    ]
    write_parts(engine, [*rows, part(8, feature_version="old"), part(9, judgement="NG", defect="")])
    for n in (1, 2, 3, 4, 5, 7, 8, 9):
        write_regions(engine, n)
    add_reviews(engine, [1], Truth.OK, "Sato")
    add_reviews(engine, [3], Truth.NG, "Sato", "M")
    add_reviews(engine, [4], Truth.UNSURE, "Sato")
    add_reviews(engine, [6], Truth.OK, "Sato")  # without vectors
    reviewed = write_dataset(engine, PartFilter(), tmp_path / "reviewed", "line 7 | a")
    assert (reviewed.n_parts, reviewed.n_rows) == (2, 4)
    assert reviewed.left_out == {
        "not reviewed": 3, "reviewed as unsure": 1, "without vectors": 1, "challenge parts": 1, "of feature version old": 1,
    }  # fmt: skip
    table = pq.read_table(tmp_path / "reviewed" / export.TABLE)
    assert table.select(["part", "region_index", "label", "fmode", "labelled_by"]).to_pylist()[0] == {
        "part": "part-3", "region_index": 0, "label": 1, "fmode": "M", "labelled_by": "review",
    }  # fmt: skip
    assert table["data1403"].to_pylist() == pytest.approx([3.0, 3.1, 1.0, 1.1])
    card = (tmp_path / "reviewed" / "README.md").read_text()
    assert "* Left out: 3 parts not reviewed" in card
    assert "line 7 \\| a" in card
    every = write_dataset(engine, PartFilter(), tmp_path / "every", "s", with_unreviewed=True)
    assert (every.n_parts, every.left_out["not reviewed and judged RETEST"]) == (4, 1)
    labels = pq.read_table(tmp_path / "every" / export.TABLE, columns=["part", "fmode", "labelled_by"]).to_pylist()[::2]
    assert [(r["part"], r["fmode"], r["labelled_by"]) for r in labels] == [
        ("part-9", "NG", "station"), ("part-3", "M", "review"), ("part-2", "X", "station"), ("part-1", "OK", "review"),
    ]  # fmt: skip


def test_row_groups_keep_memory_flat(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_ROWS_A_GROUP", 8)
    monkeypatch.setattr(export, "_PARTS_AT_ONCE", 3)
    write_parts(engine, (part(n) for n in range(1, 12)))
    for n in range(1, 12):
        write_regions(engine, n)
    add_reviews(engine, list(range(1, 12)), Truth.OK, "Sato")
    write_dataset(engine, PartFilter(), tmp_path / "set", "s")
    parquet = pq.ParquetFile(tmp_path / "set" / export.TABLE)
    assert [parquet.metadata.row_group(k).num_rows for k in range(parquet.num_row_groups)] == [8, 8, 6]
    assert parquet.read(["part"])["part"].to_pylist() == [f"part-{n}" for n in range(11, 0, -1) for _ in range(2)]


def test_a_data_set_without_a_known_truth_is_refused(engine: Engine, tmp_path: Path) -> None:
    write_parts(engine, [part(1)])
    write_regions(engine, 1)
    with pytest.raises(ExportError, match="1 not reviewed"):
        write_dataset(engine, PartFilter(), tmp_path / "set", "s")
    assert not (tmp_path / "set").exists()


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path, engine: Engine) -> Path:
    write_parts(engine, [part(1, lot="L1"), part(2, lot="L1", judgement="NG"), part(3, lot="L2")])
    for n in (1, 2, 3):
        write_regions(engine, n)
    add_reviews(engine, [1], Truth.OK, "Sato")
    (tmp_path / "config.toml").write_text('[station]\ndata = "data"\n')
    return tmp_path / "config.toml"


def test_the_command_writes_what_is_asked_for(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ["--config", str(config), "export", "-o"]
    assert main([*run, str(tmp_path / "a.csv"), "--format", "csv", "--lot", "L1", "--verdict", "NG"]) == 0
    assert [row["id"] for row in _read(tmp_path / "a.csv")] == ["2"]
    assert "1 parts" in capsys.readouterr().out
    assert main([*run, str(tmp_path / "b.csv"), "--format", "csv", "--since", (START.replace(minute=1)).isoformat(), "--bom"]) == 0
    assert [row["id"] for row in _read(tmp_path / "b.csv")] == ["3", "2"]
    capsys.readouterr()
    assert main([*run, str(tmp_path / "set"), "--format", "parquet", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["parts"], summary["rows"], summary["left_out"]) == (1, 2, {"not reviewed": 2})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--format", "csv", "--since", "yesterday"], "--since 'yesterday': no time"),
        (["--format", "csv", "--unreviewed-by-verdict"], "goes with --format parquet"),
        (["--format", "parquet", "--bom"], "goes with --format csv"),
        (["--format", "csv", "--lot", "none"], "the filter lets none through"),
    ],
)
def test_mistakes_are_one_sentence(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str) -> None:
    assert main(["--config", str(config), "export", "-o", str(tmp_path / "x"), *words]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert "Traceback" not in told
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("word", ["--verdict", "--judgement"])
def test_judgements_are_those_of_the_station(word: str) -> None:
    from station.__main__ import _parser

    for judgement in Judgement:
        assert _parser().parse_args(["export", "--format", "csv", "-o", "x", word, judgement.value]).judgement == [judgement.value]
