"""Ledgers that more than one file of tests begins with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.station.damaged import fill


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of 60 parts with vectors, an event and an engineer, closed. Not to be written to."""
    folder = tmp_path_factory.mktemp("whole")
    fill(folder)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "data")
    return tmp_path / "data"
