"""Too little room: no part is accepted, and people are told how much is free."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.recipe import Trigger
from station.assembly import open_station
from station.config import Config
from station.line import LineLocked
from station.lot import Lot
from station.store.disk import LOOK_EVERY_S, FreeSpace, free_bytes
from station.store.retention import Pass, Retention
from tests.conftest import REPOSITORY
from tests.station.line_pc import line_pc
from tests.station.parts import Ear
from tests.station.test_commands import ENVIRONMENT

MORE_THAN_ANY_DISK_MB = 1e12


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def test_with_room_nothing_is_refused(tmp_path: Path) -> None:
    assert FreeSpace(tmp_path, 1e-6).refusal() == ""


def test_without_room_the_sentence_says_how_much_is_free_and_what_to_do(tmp_path: Path) -> None:
    sentence = FreeSpace(tmp_path, MORE_THAN_ANY_DISK_MB).refusal()
    found = re.search(r"the disk is full: (\d+) MB are free in .* at least 1e\+12 MB must be: delete or move", sentence)
    assert found is not None
    assert int(found[1]) == pytest.approx(free_bytes(tmp_path) / 1e6, rel=0.2)


def test_zero_switches_it_off(tmp_path: Path) -> None:
    assert FreeSpace(tmp_path / "not there", 0).refusal() == ""


def test_the_disk_is_asked_once_a_second_at_most(tmp_path: Path) -> None:
    clock = Clock()
    space = FreeSpace(tmp_path / "disk", 1e-6, clock)
    assert "cannot be asked how much is free" in space.refusal()
    (tmp_path / "disk").mkdir()
    clock.s += 0.99 * LOOK_EVERY_S
    assert "cannot be asked how much is free" in space.refusal(), "the answer of before"
    clock.s += 0.02 * LOOK_EVERY_S
    assert space.refusal() == ""


@pytest.fixture
def full(tmp_path: Path, recipe_file: Path, published: Path) -> Iterator[Config]:
    """A line PC that wants more room than any disk has."""
    config = line_pc(tmp_path, recipe_file, published)
    settings = config.model_copy(update={"records": config.records.model_copy(update={"free_mb_stop": MORE_THAN_ANY_DISK_MB})})
    settings._folder = config._folder
    yield settings


def test_no_part_is_accepted_on_a_full_disk(full: Config) -> None:
    ear = Ear()
    with open_station(full, "small", full.data_folder) as site:
        running = site.make_line(ear, Lot("A"), Trigger(mode="manual"))
        running.start()
        try:
            with pytest.raises(LineLocked, match="the disk is full: .* MB are free"):
                running.line.trigger()
        finally:
            assert running.stop()
    assert ear.shown == []


def test_on_a_full_disk_pictures_are_looked_at_at_once(full: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    is_asked = threading.Event()

    def run(_retention: Retention, _stop: threading.Event) -> Pass:
        is_asked.set()
        return Pass()

    monkeypatch.setattr(Retention, "run", run)
    with open_station(full, "small", full.data_folder):
        assert is_asked.wait(15), "a minute later is what it does with room"


def test_headless_says_so_and_waits_for_room(tmp_path: Path, recipe_file: Path, published: Path) -> None:
    line_pc(tmp_path, recipe_file, published)
    config = tmp_path / "config.toml"
    config.write_text(config.read_text() + f"[records]\nfree_mb_stop = {MORE_THAN_ANY_DISK_MB}\n")
    command = [sys.executable, "-m", "station", "--config", str(config), "run", "--headless", "--json"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("station: lock: the disk is full: ")
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (0, "", "")
