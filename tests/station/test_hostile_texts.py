"""Lots, serials, operators and file names come from scanners, other programs and keyboards: what they can reach."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.manifest import ModelError
from models.pictures import PictureError, read_grey
from models.recipe import RecipeError, find_recipe
from models.registry import Registry, parse_reference
from station.lot import MAX_LENGTH, Lot, LotError, check_text
from station.shot import Frame, Shot, Ticket, now
from station.store import search
from station.store.database import DATABASE_NAME, open_database
from station.store.journal import Journal
from station.store.pictures import PictureStore
from tests.station.parts import Inspector

NASTY = [
    "../../../etc/passwd", "..\\..\\windows", "/etc/passwd", "C:\\x", "a/b", "'; DROP TABLE part; --", '" OR 1=1 --', "%", "_", "*", "[a-z]%",
    "NULL", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "{0}", "%s%n", "$(reboot)", "`reboot`", "品番-１", "Ärger", "e\u0301", "🔩",
]  # fmt: skip
REFUSED = ["a\0b", "a\nb", "a\rb", "\x1b[2J", "\u202eGN", "\u200bA", "\ufeffA", "\x7f", "a\tb", "\ud800", "x" * (MAX_LENGTH + 1)]
TEXTS = st.sampled_from(NASTY + REFUSED) | st.text(max_size=MAX_LENGTH + 3) | st.text("'\"%_;\\/.-\0\n ()", max_size=20)


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_seen_or_is_too_long_is_refused_with_a_sentence(text: str) -> None:
    for make in (lambda: Lot(code=text), lambda: Lot(operator=text), lambda: check_text("serial", text)):
        with pytest.raises(LotError, match=r"(lot|operator|serial) .*(cannot be printed|at most 64 allowed)"):
            make()


@given(TEXTS)
def test_a_text_is_recorded_as_it_is_or_refused(text: str) -> None:
    try:
        check_text("lot", text)
    except LotError as err:
        assert not text.isprintable() or len(text) > MAX_LENGTH
        assert "\n" not in str(err)
        assert "\x1b" not in str(err), "what is refused does not reach the terminal raw either"
    else:
        assert text.isprintable()
        text.encode("utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def engine(data: Path) -> Engine:
    return open_database(data, "NORMAL")


def allowed(text: str) -> bool:
    return text.isprintable() and len(text) <= MAX_LENGTH


_numbers = iter(range(1, 10**6))


@given(st.tuples(*[TEXTS.filter(allowed)] * 3))
@example(("'; DROP TABLE part; --", "../../../etc/passwd", "%"))
def test_an_allowed_text_reaches_neither_a_path_nor_sql(data: Path, engine: Engine, texts: tuple[str, str, str]) -> None:
    lot, operator, serial = texts
    number = next(_numbers)
    before = {p for p in data.rglob("*") if p.is_dir()}
    shot = Shot(Ticket(number, lot, operator, serial), (Frame("front", np.zeros((4, 4), np.uint8), now()),))
    journal = Journal(engine, PictureStore(data / "pictures"), "st", "run1")
    part_id = journal.record(Inspector().inspect(shot))
    journal.log_event("login", operator, lot=lot, serial=serial)
    with sqlite3.connect(data / DATABASE_NAME) as connection:
        row = connection.execute("SELECT lot, operator, serial FROM part WHERE id = ?", (part_id,)).fetchone()
        assert connection.execute("SELECT count(*) FROM part").fetchone()[0] == part_id
        (path,) = connection.execute("SELECT path FROM picture WHERE part_id = ?", (part_id,)).fetchone()
    connection.close()
    assert row == (lot, operator, serial)
    assert path.split("/")[-1] == f"run1-{number:06d}-front.png"
    assert {p for p in data.rglob("*") if p.is_dir()} - before <= {data / "pictures", data / "pictures" / path.split("/")[0]}
    found = search.page(engine, search.PartFilter(lot=lot, serial=serial))
    assert part_id in [line.part.id for line in found]
    assert all(line.part.lot == lot and line.part.serial.startswith(serial) for line in found)


@given(TEXTS)
def test_a_model_or_recipe_name_leads_to_no_other_folder(tmp_path: Path, text: str) -> None:
    registry = Registry(tmp_path / "store", tmp_path / "active")
    for ask in (registry.versions, registry.pointer):
        try:
            ask(text)
        except ModelError as err:
            assert "no model name" in str(err)
        else:
            assert registry.pointer(text).resolve().parent == (tmp_path / "active").resolve()
    for reference in (f"small@{text}", f"{text}@1"):
        try:
            name, version = parse_reference(reference)
        except ModelError:
            continue
        assert (registry.store / name / (version or "1")).resolve().parents[1] == registry.store.resolve()
    with pytest.raises((RecipeError, PictureError)):
        find_recipe("../" + text.replace("\0", ""), tmp_path)


@given(TEXTS)
def test_a_file_name_of_any_kind_is_told_not_raised_at(tmp_path: Path, text: str) -> None:
    with pytest.raises(PictureError, match="cannot be read|not a picture"):
        read_grey(tmp_path / "none" / text)
