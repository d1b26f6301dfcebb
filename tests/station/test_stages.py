from __future__ import annotations

import json
from pathlib import Path

import pytest

from station.__main__ import main
from station.stages import FILE_NAME, STAGES
from tests.station.line_pc import line_pc


def test_a_station_keeps_the_times_of_its_stages_for_whoever_asks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], recipe_file: Path, published: Path
) -> None:
    line_pc(tmp_path, recipe_file, published)
    config = ["--config", str(tmp_path / "config.toml")]
    words = [*config, "run", "--headless", "--parts", "4"]
    assert main(words) == 0
    capsys.readouterr()
    assert main([*config, "stats", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    times = {line["stage"]: line for line in row["stages"]}
    assert row["part"] == 4  # the last one, although the run took less than the seconds between two writings
    assert {line["n_parts"] for line in row["stages"]} == {4}
    assert set(times) <= set(STAGES)
    assert {"align", "nsoartc", "score", "encode", "commit", "recorded"} <= set(times)
    assert all(0 <= line["p50"] <= line["p95"] <= line["p99"] <= line["worst"] for line in times.values())
    assert times["recorded"]["p50"] >= times["judge"]["p50"] + times["record"]["p50"]
    assert main([*config, "stats"]) == 0
    assert "NSOARTC vectors of the thumbnails" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "no json", "[]", '{"at": "2026-01-01T00:00:00+00:00", "part": 1, "stages": [{"x": 1}]}'])
def test_times_that_cannot_be_read_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None) -> None:
    if content is not None:
        (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    assert main(["stats", "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.count("station:") == 1
    assert FILE_NAME in said
