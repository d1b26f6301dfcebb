"""A GPU that breaks under a running line: real camera, real models, real ledger."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from models.recipe import Trigger
from station.assembly import open_station
from station.lot import Lot
from station.model_watch import Loader
from station.store.database import DATABASE_NAME
from tests.gpu import Gpu
from tests.station.line_pc import line_pc
from tests.station.parts import Ear, wait_until

N_BEFORE, N_AFTER = 3, 4


@pytest.mark.parametrize("require_cuda", [False, True])
def test_no_part_is_lost_and_none_is_ok_that_nobody_judged(tmp_path: Path, recipe_file: Path, published: Path, require_cuda: bool) -> None:
    config, gpu, ear = line_pc(tmp_path, recipe_file, published, N_BEFORE + N_AFTER), Gpu(), Ear()
    with open_station(config, "small", config.data_folder) as station:
        loader = Loader(station.loader.registry, station.recipe, "cuda", require_cuda, gpu.open_session)
        running = replace(station, loader=loader).make_line(ear, Lot("L1"), Trigger(mode="manual"))
        running.start()
        for n in range(N_BEFORE + N_AFTER):
            if n == N_BEFORE:
                gpu.runs_left = 0
            running.line.trigger()
            wait_until(lambda n=n: len(ear.shown) == n + 1)
        wait_until(lambda: any(source == "model" and "the GPU failed: CUDA failure 719" in told for source, told in ear.faults))
        assert running.stop()
    connection = sqlite3.connect(config.data_folder / DATABASE_NAME)
    rows = connection.execute("SELECT judgement, provider, reason FROM part ORDER BY id").fetchall()
    connection.close()
    assert [(judgement, provider.split()[0]) for judgement, provider, _ in rows[:N_BEFORE]] == [("OK", "CUDA")] * N_BEFORE
    if require_cuda:
        assert [row[0] for row in rows[N_BEFORE:]] == ["HOLD"] * N_AFTER
        assert all("the GPU failed, and require_cuda is set" in row[2] for row in rows[N_BEFORE:])
    else:
        assert [row[:2] for row in rows[N_BEFORE:]] == [("OK", "CPU")] * N_AFTER
