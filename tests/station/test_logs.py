from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station import logs
from station.part_log import PartLog
from station.shot import Shot, Ticket
from station.verdict import Judgement, Verdict
from tests.station.parts import Inspector


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder that is logged to; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level, raises = list(root.handlers), root.level, logging.raiseExceptions
    root.handlers = []
    logs.set_up(tmp_path)
    yield tmp_path
    for handler in root.handlers:
        handler.close()
    root.handlers, logging.raiseExceptions = handlers, raises
    root.setLevel(level)


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "logs" / "station.log").read_text(encoding="utf-8").splitlines()]


def test_a_record_is_one_json_object_a_line(folder: Path) -> None:
    log = logging.getLogger("station.somewhere")
    log.info("recipe %s,\nrevision %d", "端子", 3)
    log.warning("part %d is late", 7, extra={"part": 7})
    try:
        raise ValueError("inner\nlines")
    except ValueError:
        log.exception("it broke")
    first, second, third = rows(folder)
    assert first.keys() == {"at", "level", "logger", "thread", "message"}
    assert (first["level"], first["logger"], first["thread"], first["message"]) == (
        "INFO",
        "station.somewhere",
        "MainThread",
        "recipe 端子,\nrevision 3",
    )
    assert first["at"].endswith("+00:00")
    assert second["part"] == 7
    assert third["level"] == "ERROR"
    assert third["exception"].startswith("Traceback")
    assert "ValueError: inner\nlines" in third["exception"]


@given(st.text() | st.sampled_from(["\ud800 half a pair", "\0", "\x1b[2J", '"}\n{"level": "FORGED"']))
def test_no_text_breaks_a_line_or_forges_one(text: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "lot %s", (text,), None)
    line = logs.JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == f"lot {text}"


def test_half_a_character_is_written_all_the_same(folder: Path) -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "file %s", ("a\udc80b",), None)
    for handler in logging.getLogger().handlers:  # to the file alone: what pytest captured of it could not be sent from worker to worker
        if isinstance(handler, logging.FileHandler):
            handler.handle(record)
    assert rows(folder)[0]["message"] == "file a\udc80b"


def test_old_files_are_kept_and_the_oldest_goes(folder: Path) -> None:
    log = logging.getLogger("x")
    for n in range(70):
        log.info("%d %s", n, "y" * 500_000)
    files = sorted((folder / "logs").iterdir())
    assert [f.name for f in files] == ["station.log"] + [f"station.log.{n}" for n in range(1, 6)]
    assert all(f.stat().st_size <= logs.MAX_FILE_BYTES for f in files)


def test_every_part_that_is_not_ok_is_a_line_with_its_id(folder: Path) -> None:
    inspector, part_log = Inspector(), PartLog()
    ok = inspector.inspect(Shot(Ticket(1, "L", "O", "S"), ()))
    ng = Verdict(Judgement.NG, "front all: score 30.00, NG above 20.00", 30.0, 0)
    inspections = [ok, inspector.hold(Shot(Ticket(2, "L", "O", "S"), ()), "camera fault: unplugged")]
    inspections.append(type(ok)(ok.shot, ng, ok.judge, ok.regions, stages_ms={"capture": 10.0, "judge": 21.0}))
    for number, inspection in enumerate(inspections, 41):
        part_log.recorded(number, inspection)
    held, bad = rows(folder)
    assert (held["part"], held["level"], held["message"]) == (42, "INFO", "part 42 HOLD, no score, 0 ms: camera fault: unplugged")
    assert (bad["part"], bad["message"]) == (43, "part 43 NG, score 30.000, 31 ms: front all: score 30.00, NG above 20.00")
