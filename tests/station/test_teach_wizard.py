"""From good parts under the lens to a model that judges, in the true window; nothing of it is recorded as production."""

# ruff: noqa: F811

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from models.manifest import ModelError, read_manifest
from models.recipe import Recipe, read_recipe
from models.registry import Registry
from models.signing import new_key, signer_of
from models.thresholds import DataError, Target
from station.config import Config, read_config
from station.gui.main_window import StationWindow
from station.gui.setup_page import SetupPage
from station.gui.teach_outcome import lesson_marks
from station.gui.teach_wizard import TeachWizard
from station.shot import Frame, now
from station.store import queries
from station.store.known_good import known_good
from station.store.reviews import Truth, add_reviews
from station.teaching import GoodPart, Lesson, lacks_reference, teach
from station.verdict import Judgement
from tests.small import SMALL_RECIPE, small_picture
from tests.station.test_camera_setup import WAIT, click, open_setup
from tests.station.test_window import config, open_window, trigger, window  # noqa: F401  # fixtures


def good_parts(n: int, faulty: tuple[int, ...] = ()) -> list[GoodPart]:
    return [GoodPart(f"part {i}", "one", {"front": small_picture(np.random.default_rng(500 + i), i in faulty)}) for i in range(n)]


@pytest.fixture
def many(config: Config, tmp_path: Path) -> Config:
    """A camera that shows 24 good parts, then one with a missing pin, then good ones."""
    for path in (tmp_path / "parts").iterdir():
        path.unlink()
    for n in range(40):
        cv2.imwrite(str(tmp_path / "parts" / f"{n:02d}.png"), small_picture(np.random.default_rng(300 + n), missing_pin=n == 12))
    return config


@pytest.fixture
def page(qtbot: QtBot, many: Config, open_window: Callable[..., StationWindow]) -> SetupPage:
    return open_setup(qtbot, open_window(many, "small"), 0)


def take(qtbot: QtBot, page: SetupPage, n: int) -> None:
    """n parts by the Take button and the space bar, in turn."""
    parts = page.teach.parts
    for i in range(n):
        before = len(parts.parts)
        qtbot.waitUntil(lambda: bool(parts.take_button.isEnabled()), timeout=WAIT)
        if i % 2:
            qtbot.keyClick(parts, Qt.Key.Key_Space)
        else:
            qtbot.mouseClick(parts.take_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda before=before: len(parts.parts) == before + 1, timeout=WAIT)


def taught(qtbot: QtBot, wizard: TeachWizard) -> Lesson:
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: bool(wizard.outcome.isVisible()), timeout=WAIT)
    assert wizard._lesson is not None
    return wizard._lesson


def test_parts_are_taken_taught_published_and_judge_while_the_ledger_stays_empty(qtbot: QtBot, page: SetupPage, many: Config) -> None:
    wizard, control = page.teach, page.desk.control
    wizard.overkill.setValue(5)
    wizard.number.setValue(16)
    click(qtbot, wizard.next_button)
    assert not wizard.parts.take_button.isEnabled(), "the running line would judge it"
    assert "must not be judged or recorded" in wizard.parts.hint.text()
    click(qtbot, page.camera_button)
    qtbot.waitUntil(lambda: page.lens.through == "camera", timeout=WAIT)
    take(qtbot, page, 8)
    assert not wizard.next_button.isEnabled()
    assert wizard.next_button.toolTip() == "At least 9 good parts are needed."
    take(qtbot, page, 10)
    assert wizard.parts.tray_title.text() == "18 of 16 good parts"
    # the thirteenth part has a missing pin: its picture is chosen and removed
    wizard.parts.tray.setCurrentRow(12)
    qtbot.keyClick(wizard.parts.tray, Qt.Key.Key_Delete)
    assert "part 13" not in [p.name for p in wizard.parts.parts]
    lesson = taught(qtbot, wizard)
    assert lesson.suspects == []
    assert "17 good parts taught in" in wizard.outcome.summary.text()
    assert "17 parts are too few to claim a rate" in wizard.outcome.warning.text()
    assert wizard.outcome.table.rowCount() == 17
    assert wizard.outcome.picture._image is not None
    wizard.activate_box.setChecked(True)
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: wizard.hint.text().startswith("✓ Published: model small version 3."), timeout=WAIT)
    assert "judges as soon as the line is started (F5)" in wizard.hint.text()
    assert queries.last_parts(control.station.engine, 1) == [], "nothing was judged or recorded"
    manifest = read_manifest(many.model_store / "small" / "3")
    assert (manifest.kind, manifest.calibration.good_parts, manifest.calibration.held_out) == ("unit-space", 17, "folds")
    assert (many.model_store / "small" / "3" / "report" / "report.html").is_file()
    with control.station.engine.connect() as connection:
        rows = dict(connection.execute(text("select kind, detail from event where kind in ('publish', 'activate')")).all())
    assert json.loads(rows["publish"])["version"] == "3"
    assert json.loads(rows["activate"])["to"] == "3"
    assert queries.first_broken_event(control.station.engine) is None
    # and now it judges: the parts from the first on, of which the thirteenth is NG
    window = page.window()
    assert isinstance(window, StationWindow)
    window.open_page(window.line)
    click(qtbot, window.line.start_button)
    qtbot.waitUntil(lambda: window.control.state == "running", timeout=WAIT)
    for _ in range(13):
        trigger(qtbot, window)
    line = queries.last_parts(control.station.engine, 20)
    assert {p.model_version for p in line} == {"3"}
    assert line[0].judgement is Judgement.NG
    assert sum(p.judgement is Judgement.OK for p in line) >= 10


def test_reviewed_parts_of_the_ledger_teach_a_model(qtbot: QtBot, page: SetupPage) -> None:
    window = page.window()
    assert isinstance(window, StationWindow)
    window.open_page(window.line)
    for _ in range(14):
        trigger(qtbot, window)
    engine = window.control.station.engine
    for part_id in range(1, 15):
        add_reviews(engine, [part_id], Truth.NG if part_id == 13 else Truth.OK, "kim")
    add_reviews(engine, [2], Truth.UNSURE, "lee")
    assert [k.part_id for k in known_good(engine, "small", 50)] == [14, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 1]
    assert known_good(engine, "connector", 50) == []
    window.open_page(page)
    wizard = page.teach
    wizard.take_recorded.setChecked(True)
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: wizard.parts.tray_title.text() == "12 of 20 good parts", timeout=WAIT)
    assert not wizard.parts.take_button.isVisible()
    assert wizard.parts.hint.text().startswith("▲ 12 parts of this recipe are reviewed as OK")
    lesson = taught(qtbot, wizard)
    assert len(lesson.parts) == 12
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: "It judges nothing until it is activated." in wizard.hint.text(), timeout=WAIT)
    assert Registry(window.control.station.config.model_store, Path(window.control.station.data / "active")).active("small") == "1"
    assert window.control.state == "running", "the line need not stop for parts that are recorded already"


def test_a_faulty_part_among_the_good_ones_is_pointed_at_and_left_out(qtbot: QtBot, page: SetupPage) -> None:
    wizard = page.teach
    click(qtbot, wizard.next_button)
    click(qtbot, page.camera_button)
    qtbot.waitUntil(lambda: page.lens.through == "camera", timeout=WAIT)
    take(qtbot, page, 18)
    lesson = taught(qtbot, wizard)
    assert [lesson.parts[i].name for i in lesson.suspects] == ["part 13"]
    table = wizard.outcome.table
    assert (table.item(0, 0).text(), table.item(0, 2).text()) == ("part 13", "▲ far from all others: is it good?")
    marks = lesson_marks(lesson, 12, "front")
    assert [m.is_outline for m in marks].count(True) == 1
    hottest = max((m for m in marks if not m.is_outline), key=lambda m: m.strength).rectangle
    assert 80 < hottest[0] + hottest[2] / 2 < 130, "around the missing pin at x = 105"
    click(qtbot, wizard.outcome.leave_out_button)
    qtbot.waitUntil(lambda: "17 good parts taught in" in wizard.outcome.summary.text(), timeout=WAIT)
    assert wizard._lesson is not None
    assert wizard._lesson.suspects == []


def test_cancel_leads_back_to_the_parts_and_nothing_is_published(qtbot: QtBot, page: SetupPage, many: Config) -> None:
    wizard = page.teach
    for part in good_parts(100):
        wizard.parts.tray.add(part, "front")
    wizard.steps.setCurrentIndex(1)
    wizard._show()
    click(qtbot, wizard.next_button)
    click(qtbot, wizard.cancel_button)
    qtbot.waitUntil(lambda: wizard.steps.currentIndex() == 1, timeout=WAIT)
    assert len(wizard.parts.parts) == 100
    assert sorted(p.name for p in (many.model_store / "small").iterdir()) == ["1", "2"]


def test_the_same_picture_twice_is_not_two_parts(qtbot: QtBot, page: SetupPage) -> None:
    wizard = page.teach
    click(qtbot, wizard.next_button)
    click(qtbot, page.camera_button)
    qtbot.waitUntil(lambda: page.lens.through == "camera", timeout=WAIT)
    take(qtbot, page, 1)
    page.lens.taken.emit(tuple(Frame(v, p.copy(), now()) for v, p in wizard.parts.parts[0].pictures.items()), "")
    assert len(wizard.parts.parts) == 1
    assert wizard.parts.hint.text() == "Exactly the same picture as part 1: it was not taken again."


def test_a_recipe_without_reference_picture_gets_one_and_its_first_model(
    qtbot: QtBot, many: Config, tmp_path: Path, open_window: Callable[..., StationWindow]
) -> None:
    page = open_setup(qtbot, open_window(many, "small"), 0)
    recipe_file = many.recipe_folder / "small.toml"
    recipe_file.write_text(SMALL_RECIPE.replace("small-front.png", "not-made-yet.png"))
    page.open_tab(1)
    page.open_tab(0)
    wizard = page.teach
    assert wizard.new_reference.isChecked()
    assert not wizard.new_reference.isEnabled()
    assert "no usable reference picture" in wizard.what_note.text()
    click(qtbot, wizard.next_button)
    click(qtbot, page.camera_button)
    qtbot.waitUntil(lambda: page.lens.through == "camera", timeout=WAIT)
    take(qtbot, page, 12)
    taught(qtbot, wizard)
    assert not (many.recipe_folder / "small-front.r4.png").exists(), "nothing is written before Publish"
    wizard.activate_box.setChecked(True)
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: wizard.hint.text().startswith("✓ Published"), timeout=WAIT)
    saved = read_recipe(recipe_file)
    assert (saved.revision, saved.views[0].reference) == (4, "small-front.r4.png")
    reference = saved.reference(saved.views[0])
    assert np.abs(reference.astype(int) - small_picture(None)).mean() < 5, "the mean good picture"
    assert read_manifest(many.model_store / "small" / "3").recipe.fingerprint == saved.fingerprint
    window = page.window()
    assert isinstance(window, StationWindow)
    window.open_page(window.line)
    click(qtbot, window.line.start_button)
    qtbot.waitUntil(lambda: window.recipe_label.text() == "Recipe small revision 4" and window.control.state == "running", timeout=WAIT)
    trigger(qtbot, window)
    assert queries.last_parts(window.control.station.engine, 1)[0].model_version == "3"


# -- without a window ------------------------------------------------------------------------------------------------


def test_parts_that_cannot_be_aligned_are_named_and_not_used(recipe: Recipe) -> None:
    parts = good_parts(12)
    parts[3] = GoodPart("empty belt", "one", {"front": np.full((90, 160), 40, np.uint8)})
    lesson = teach(recipe, parts, Target(0.05))
    assert [name for name, _ in lesson.held] == ["empty belt"]
    assert "likeness" in lesson.held[0][1] or "correlation" in lesson.held[0][1]
    assert len(lesson.parts) == len(lesson.taught.scores) == 11
    with pytest.raises(DataError, match="only 8 of 9 parts can be used, at least 9 are needed; empty belt: "):
        teach(recipe, parts[:9], Target(0.05))
    with pytest.raises(DataError, match="8 good parts to teach; at least 9"):
        teach(recipe, parts[:8], Target(0.05))


def test_progress_goes_up_and_may_end_the_work(recipe: Recipe) -> None:
    told: list[tuple[float, str]] = []
    teach(recipe, good_parts(9), Target(0.05), new_reference=True, told=lambda share, step: told.append((share, step)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert list(dict.fromkeys(step for _, step in told)) == ["reference", "vectors", "teach"]


def test_a_missing_or_wrong_reference_is_lacking(tmp_path: Path, recipe: Recipe) -> None:
    assert not lacks_reference(recipe)
    (tmp_path / "small.toml").write_text(SMALL_RECIPE)
    alone = read_recipe(tmp_path / "small.toml")
    assert lacks_reference(alone)
    cv2.imwrite(str(tmp_path / "small-front.png"), np.zeros((9, 9), np.uint8))
    assert lacks_reference(alone)
    (tmp_path / "small.toml").write_text(SMALL_RECIPE.replace("[alignment]", "[alignment]\nenabled = false"))
    assert not lacks_reference(read_recipe(tmp_path / "small.toml"))


def test_a_station_that_trusts_keys_teaches_only_with_one_of_them(
    qtbot: QtBot, many: Config, tmp_path: Path, open_window: Callable[..., StationWindow]
) -> None:
    ours, other = tmp_path / "ours.pem", tmp_path / "other.pem"
    public, _ = new_key(ours), new_key(other)
    registry = Registry(many.model_store, tmp_path / "data" / "active", [public])
    with pytest.raises(ModelError, match="has no key to sign with"):
        registry.check_signer(None)
    with pytest.raises(ModelError, match="not in"):
        registry.check_signer(other)
    registry.check_signer(ours)
    Registry(many.model_store, tmp_path / "data" / "active").check_signer(None)
    # a station that asks for no signature signs what it teaches all the same
    path = tmp_path / "config.toml"
    path.write_text(path.read_text().replace('store = "store"', 'store = "store"\nsigning_key = "ours.pem"'))
    page = open_setup(qtbot, open_window(read_config(path), "small"), 0)
    for part in good_parts(12):
        page.teach.parts.tray.add(part, "front")
    page.teach.steps.setCurrentIndex(1)
    page.teach._show()
    taught(qtbot, page.teach)
    click(qtbot, page.teach.next_button)
    qtbot.waitUntil(lambda: page.teach.hint.text().startswith("✓ Published"), timeout=WAIT)
    version = re.search(r"version (\d+)", page.teach.hint.text())
    assert version is not None
    assert signer_of(many.model_store / "small" / version[1]) == public
