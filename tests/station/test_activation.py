from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models.manifest import ModelError
from models.pending import read_pending
from models.recipe import Recipe
from models.registry import Registry
from station import activation
from station.model_watch import Loader
from station.store import queries
from station.store.database import open_database


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "data")
    yield engine
    engine.dispose()


@pytest.fixture
def loader(recipe: Recipe, published: Path, tmp_path: Path) -> Loader:
    """Versions 1 and 2; 1 is active."""
    shutil.copytree(published, tmp_path / "store")
    registry = Registry(tmp_path / "store", tmp_path / "active")
    registry.activate("small", "1")
    return Loader(registry, recipe, "cpu")


def events(engine: Engine) -> list[tuple[str, str, dict[str, object]]]:
    with engine.connect() as connection:
        return [
            (kind, actor, json.loads(detail)) for kind, actor, detail in connection.execute(text("SELECT kind, actor, detail FROM event ORDER BY id"))
        ]


def waiting(loader: Loader) -> str | None:
    pending = read_pending(loader.registry, "small")
    return None if pending is None else pending.version


def test_activating_and_rolling_back_are_events(loader: Loader, engine: Engine) -> None:
    activation.activate(loader, engine, "2", "Sato")
    assert loader.registry.active("small") == "2"
    assert activation.roll_back(loader, engine, "Abe") == "1"
    assert loader.registry.active("small") == "1"
    assert events(engine) == [
        ("activate", "Sato", {"model": "small", "from": "1", "to": "2", "when": "now"}),
        ("rollback", "Abe", {"model": "small", "from": "2", "to": "1"}),
    ]
    assert queries.first_broken_event(engine) is None
    with pytest.raises(ModelError, match="nothing to roll back to"):
        activation.roll_back(loader, engine, "Abe")


def test_what_cannot_judge_is_not_activated_and_no_event_says_so(loader: Loader, engine: Engine) -> None:
    (loader.registry.folder("small", "2") / "golden.npz").write_bytes(b"")
    for act in (lambda: activation.activate(loader, engine, "2", ""), lambda: activation.schedule(loader, engine, "2", "", "A")):
        with pytest.raises(ModelError, match="sha256"):
            act()
    assert loader.registry.active("small") == "1"
    assert waiting(loader) is None
    assert events(engine) == []


def test_a_waiting_version_judges_from_another_lot_on(loader: Loader, engine: Engine) -> None:
    activation.schedule(loader, engine, "2", "Sato", "A")
    assert activation.carry_out(loader, engine, "A") is None, "the lot goes on, as after a restart"
    assert (loader.registry.active("small"), waiting(loader)) == ("1", "2")
    assert activation.carry_out(loader, engine, "B") == "2"
    assert (loader.registry.active("small"), waiting(loader)) == ("2", None)
    assert activation.carry_out(loader, engine, "C") is None
    assert events(engine) == [
        ("schedule", "Sato", {"model": "small", "from": "1", "to": "2", "lot": "A"}),
        ("activate", "Sato", {"model": "small", "from": "1", "to": "2", "when": "lot", "lot": "B"}),
    ]


def test_it_can_be_taken_back(loader: Loader, engine: Engine) -> None:
    activation.schedule(loader, engine, "2", "Sato", "A")
    activation.take_back(loader, engine, "Abe")
    assert not activation.has_pending(loader)
    assert activation.carry_out(loader, engine, "B") is None
    assert loader.registry.active("small") == "1"
    assert events(engine)[-1] == ("unschedule", "Abe", {"model": "small", "to": "2"})


def test_an_unreadable_waiting_version_can_be_taken_back_too(loader: Loader, engine: Engine) -> None:
    activation.schedule(loader, engine, "2", "Sato", "A")
    (loader.registry.state / "small.next").write_text("?")
    with pytest.raises(ModelError, match="remove the file"):
        activation.carry_out(loader, engine, "B")
    activation.take_back(loader, engine, "Abe")
    assert not activation.has_pending(loader)


def test_a_version_damaged_while_it_waited_is_refused_and_goes_on_waiting(loader: Loader, engine: Engine) -> None:
    activation.schedule(loader, engine, "2", "Sato", "A")
    (loader.registry.folder("small", "2") / "model.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match="version 2 was to judge from lot 'B' on, and cannot: .*sha256"):
        activation.carry_out(loader, engine, "B")
    assert (loader.registry.active("small"), waiting(loader)) == ("1", "2")


def test_activating_the_waiting_one_at_once_leaves_nothing_waiting(loader: Loader, engine: Engine) -> None:
    activation.schedule(loader, engine, "2", "", "A")
    activation.activate(loader, engine, "2", "")
    assert waiting(loader) is None
    with pytest.raises(ModelError, match="version 2 judges already"):
        activation.schedule(loader, engine, "2", "", "A")


def test_a_change_that_cannot_be_written_down_does_not_happen(loader: Loader, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE event"))
    with pytest.raises(Exception, match="cannot be written"):
        activation.activate(loader, engine, "2", "Sato")
    assert loader.registry.active("small") == "1"
