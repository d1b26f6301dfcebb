"""The CSV sink, and what may stand in the settings of sinks."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.config import ConfigError, read_config
from station.sinks.csv_file import CsvSink
from station.sinks.settings import CsvSinkSection
from station.sinks.sink import FIELDS, SinkError
from tests.station.recorded import START
from tests.station.test_sinks_servers import delivery

NAME = f"verdicts-{START:%Y-%m-%d}.csv"


def make(folder: Path) -> CsvSink:
    sink = CsvSink(CsvSinkSection(name="files", kind="csv", folder="."), folder)
    sink.open()
    return sink


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / NAME).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_verdict_is_a_line_under_one_head(tmp_path: Path) -> None:
    sink = make(tmp_path)
    sink.send(delivery(1))
    sink.send(delivery(2, verdict="HOLD", score=None, reason='cut, "black"\nframe'))
    assert (tmp_path / NAME).read_bytes().count(b"\r\n") == 3
    first, second = rows(tmp_path)
    assert tuple(first) == FIELDS
    assert first["taken_at"] == "2026-03-02T00:00:00.000+00:00"
    assert (second["verdict"], second["score"], second["reason"]) == ("HOLD", "", 'cut, "black"\\nframe')


def test_every_day_has_its_file(tmp_path: Path) -> None:
    sink = make(tmp_path)
    sink.send(delivery(1))
    sink.send(delivery(2, taken_at=START + timedelta(days=1)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["verdicts-2026-03-02.csv", "verdicts-2026-03-03.csv"]
    assert [row["sequence"] for row in rows(tmp_path)] == ["1"]


def test_a_text_that_begins_like_a_formula_is_none(tmp_path: Path) -> None:
    make(tmp_path).send(delivery(1, lot="=1+1"))
    assert rows(tmp_path)[0]["lot"] == "'=1+1"


@given(st.integers(1, 200))
def test_a_line_cut_by_a_power_cut_is_gone_before_the_next_one(tmp_path_factory: pytest.TempPathFactory, n_lost: int) -> None:
    """Whatever was not acknowledged comes again: the file is cut anywhere in its last two lines, which are then sent again."""
    folder = tmp_path_factory.mktemp("csv")
    sink = make(folder)
    for sequence in range(8, 12):
        sink.send(delivery(sequence))
    path = folder / NAME
    whole = path.read_bytes()
    path.write_bytes(whole[:-n_lost])
    n_whole_lines = path.read_bytes().count(b"\r\n")
    for sequence in range(7 + n_whole_lines, 12):  # from the first line that is not whole on; the head is a line too
        sink.send(delivery(sequence))
    assert path.read_bytes() == whole


def test_a_head_cut_by_a_power_cut_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"sequence,stat")
    make(tmp_path).send(delivery(1))
    assert [row["sequence"] for row in rows(tmp_path)] == ["1"]


def test_an_acknowledged_line_whose_end_an_editor_took_away_is_kept(tmp_path: Path) -> None:
    sink = make(tmp_path)
    sink.send(delivery(1))
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes().rstrip(b"\r\n"))
    sink.send(delivery(2))
    assert [row["sequence"] for row in rows(tmp_path)] == ["1", "2"]


def test_a_file_that_was_fetched_away_is_begun_anew(tmp_path: Path) -> None:
    sink = make(tmp_path)
    sink.send(delivery(1))
    (tmp_path / NAME).rename(tmp_path / "fetched.csv")
    sink.send(delivery(2))
    assert [row["sequence"] for row in rows(tmp_path)] == ["2"]


def test_a_folder_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="share does not exist: make it, or mount the share it lies on"):
        make(tmp_path / "share")
    (tmp_path / "share").mkdir()
    sink = make(tmp_path / "share")
    (tmp_path / "share").rmdir()
    with pytest.raises(SinkError, match="No such file or directory"):
        sink.send(delivery(1))
    assert not (tmp_path / "share").exists()


# settings -------------------------------------------------------------------------------------------------------------

PLC = 'name = "plc"\nkind = "modbus"\nhost = "plc"\n'
OPCUA = 'name = "scada"\nkind = "opcua"\nurl = "opc.tcp://scada:4840"\n'


def read(folder: Path, text: str) -> Any:
    (folder / "config.toml").write_text(text)
    return read_config(folder / "config.toml")


def test_sinks_and_trigger_in_are_read(tmp_path: Path) -> None:
    config = read(
        tmp_path, f'[[sinks]]\n{PLC}[[sinks]]\nname = "files"\nkind = "csv"\nfolder = "out"\n[trigger_in]\nkind = "modbus"\nhost = "plc"\ncoil = 3\n'
    )
    assert [(sink.name, sink.kind) for sink in config.sinks] == [("plc", "modbus"), ("files", "csv")]
    assert (config.trigger_in.kind, config.trigger_in.coil, config.folder) == ("modbus", 3, tmp_path)
    assert read(tmp_path, "").trigger_in is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (f"[[sinks]]\n{PLC}[[sinks]]\n{PLC}", 'sinks: "plc" is named twice'),
        (f'[[sinks]]\n{PLC}password = "x"\n', "password: unknown key"),
        (f"[[sinks]]\n{PLC}address = 65530\n", "the block would end at register 65539"),
        (f"[[sinks]]\n{PLC}acknowledge_address = 9\n", "acknowledge_address 9: registers 9, 10 reach into the block of registers 0 to 9"),
        (f"[[sinks]]\n{PLC}address = 10\nacknowledge_address = 9\n", "registers 9, 10 reach into the block of registers 10 to 19"),
        (f"[[sinks]]\n{PLC}acknowledge_address = 65535\n", "acknowledge_address 65535: the sequence takes two registers, the second would be 65536"),
        ('[[sinks]]\nname = "a/b"\nkind = "csv"\nfolder = "."\n', "String should match pattern"),
        ('[[sinks]]\nname = "x"\nkind = "profinet"\n', "does not match any of the expected tags"),
        ('[[sinks]]\nname = "mes"\nkind = "http"\nurl = "http://me:secret@mes/"\n', "url: no user and no password in the address"),
        ('[[sinks]]\nname = "mes"\nkind = "http"\nurl = "ftp://mes/"\n', "String should match pattern"),
        ('[[sinks]]\nname = "b"\nkind = "mqtt"\nhost = "b"\ntopic = "a/#"\n', "a topic holds no"),
        (f'[[sinks]]\n{OPCUA}nodes = {{ sequence = "i=1", verdikt = "i=2" }}\n', "verdikt is no field of a verdict"),
        (f'[[sinks]]\n{OPCUA}nodes = {{ verdict = "i=2" }}\n', "nodes: sequence is missing"),
        (f'[[sinks]]\n{OPCUA}nodes = {{ sequence = "i=2" }}\nsecurity = "Basic256Sha256"\n', "server_certificate_file go with it, all three"),
        ('[trigger_in]\nkind = "modbus"\nhost = "plc"\n', "coil: Field required"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert complaint in str(caught.value)
    assert "secret" not in str(caught.value)
