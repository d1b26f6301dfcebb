"""Regions drawn with a real mouse in the true window, and the recipe that comes of it."""

# ruff: noqa: F811

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from models.recipe import Recipe, read_recipe
from models.recipe_history import kept_revisions
from station.config import Config
from station.gui.main_window import StationWindow
from station.gui.recipe_editor import RecipeEditor
from station.gui.setup_page import SetupPage
from station.region_edit import Cells, Drawing, Shape, as_grid, drawn, free_name, moved, resized, shapes_of, views_with, with_pitch
from tests.small import small_picture
from tests.station.test_camera_setup import WAIT, click, open_setup
from tests.station.test_window import config, open_window, trigger, window  # noqa: F401  # fixtures

SIZE = (160, 90)

# -- without a screen ------------------------------------------------------------------------------------------------


@given(dx=st.integers(-300, 300), dy=st.integers(-300, 300), edges=st.sets(st.sampled_from(["left", "right", "top", "bottom"])))
def test_whatever_is_dragged_the_shape_stays_inside_and_can_be_held(dx: int, dy: int, edges: set[str]) -> None:
    for shape in (Shape("a", 10, 20, 30, 40), as_grid(Shape("g", 10, 20, 60, 40), 2, 3, (25, 20))):
        for after in (moved(shape, dx, dy, SIZE), resized(shape, frozenset(edges), dx, dy, SIZE)):
            assert 0 <= after.left <= after.left + after.width <= SIZE[0]
            assert 0 <= after.top <= after.top + after.height <= SIZE[1]
            assert min(after.width, after.height) >= 4
            for _, (left, top, width, height) in after.rectangles():
                assert after.left <= left <= left + width <= after.left + after.width
                assert after.top <= top <= top + height <= after.top + after.height
        assert (moved(shape, dx, dy, SIZE).width, moved(shape, dx, dy, SIZE).height) == (shape.width, shape.height)


def test_a_views_binning_stays_when_its_regions_are_drawn_anew(recipe: Recipe) -> None:
    binned = recipe.model_copy(update={"views": (recipe.views[0].model_copy(update={"binning": 2}),)})
    assert [view.binning for view in views_with(binned, shapes_of(binned))] == [2]


def test_an_edge_moves_alone() -> None:
    assert resized(Shape("a", 10, 20, 30, 40), frozenset({"left"}), -4, 7, SIZE) == Shape("a", 6, 20, 34, 40)
    assert resized(Shape("a", 10, 20, 30, 40), frozenset({"right", "bottom"}), 5, 6, SIZE) == Shape("a", 10, 20, 35, 46)


def test_a_grid_has_the_pitch_that_was_asked_for() -> None:
    grid = with_pitch(as_grid(Shape("g", 10, 10, 20, 10), 2, 4, (12, 8)), 20, 15, SIZE)
    assert grid.pitch == (20, 15)
    assert [r for _, r in grid.rectangles()][:2] == [(10, 10, 12, 8), (30, 10, 12, 8)]
    assert (grid.width, grid.height) == (12 + 3 * 20, 8 + 15)
    uneven = as_grid(Shape("g", 10, 10, 71, 30), 2, 4, (12, 8))
    assert with_pitch(uneven, None, 9, SIZE).width == 71, "a pitch of 19.67 stays"


def test_a_touch_is_no_region_and_names_are_free() -> None:
    assert drawn("a", (10, 10), (12, 60), SIZE) is None
    assert drawn("a", (170.2, 50), (100.4, -9), SIZE) == Shape("a", 100, 0, 60, 50)
    shapes = (Shape("region 1", 0, 0, 9, 9), Shape("region", 0, 0, 90, 9, Cells(1, 3, 9, 9)))
    assert free_name("region", shapes) == "region 4"


def test_undo_and_redo_go_through_every_step(recipe: Recipe) -> None:
    drawing = Drawing(shapes_of(recipe))
    first = drawing.shapes["front"]
    steps = [first, *((replace(first[0], left=n), *first[1:]) for n in (1, 2, 3))]
    for shapes in steps[1:]:
        drawing.put("front", shapes)
    drawing.put("front", steps[3])
    for shapes in reversed(steps[:3]):
        drawing.undo()
        assert drawing.shapes["front"] == shapes
    assert not drawing.can_undo
    assert not drawing.is_changed
    drawing.redo()
    assert drawing.shapes["front"] == steps[1]
    drawing.put("front", steps[3])
    assert not drawing.can_redo, "what was undone is gone after a new step"


# -- in the window ---------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(qtbot: QtBot, window: StationWindow) -> RecipeEditor:
    editor = open_setup(qtbot, window, 1).recipe
    qtbot.waitUntil(lambda: editor.canvas._image is not None, timeout=WAIT)
    return editor


def drag(qtbot: QtBot, editor: RecipeEditor, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With the left button, between two points of the picture."""
    canvas = editor.canvas
    a, b = (canvas.on_screen(*p).toPoint() for p in (start, end))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=a)
    qtbot.mouseMove(canvas, QPoint((a.x() + b.x()) // 2, (a.y() + b.y()) // 2))
    qtbot.mouseMove(canvas, b)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=b)


def here(editor: RecipeEditor) -> list[tuple[str, int, int, int, int]]:
    return [(s.name, s.left, s.top, s.width, s.height) for s in editor.drawing.shapes["front"]]


def test_a_region_is_drawn_moved_resized_and_taken_back(qtbot: QtBot, editor: RecipeEditor) -> None:
    assert [name for name, *_ in here(editor)] == ["all", "half"]
    click(qtbot, editor.tools.button(1))
    drag(qtbot, editor, (40, 30), (70, 60))
    assert here(editor)[1] == ("region 1", 40, 30, 30, 30)
    assert editor.shapes.list.currentItem().text() == "region 1"
    drag(qtbot, editor, (55, 45), (65, 40))  # inside: moves
    assert here(editor)[1] == ("region 1", 50, 25, 30, 30)
    drag(qtbot, editor, (80, 55), (90, 75))  # its right lower corner: resizes
    assert here(editor)[1] == ("region 1", 50, 25, 40, 50)
    drag(qtbot, editor, (70, 50), (300, 300))  # snaps inside the picture
    assert here(editor)[1] == ("region 1", 120, 40, 40, 50)
    for _ in range(3):
        qtbot.keyClick(editor.canvas, Qt.Key.Key_Left)
    qtbot.keyClick(editor.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert here(editor)[1] == ("region 1", 117, 30, 40, 50)
    qtbot.keyClick(editor.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert here(editor)[1] == ("region 1", 117, 40, 40, 50)
    qtbot.keyClick(editor.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert here(editor)[1] == ("region 1", 117, 30, 40, 50)
    editor.shapes.list.setCurrentRow(1)
    qtbot.keyClick(editor.canvas, Qt.Key.Key_Delete)
    assert [name for name, *_ in here(editor)] == ["all", "half"]
    for _ in range(9):
        qtbot.keyClick(editor.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not editor.is_changed
    assert not editor.save_button.isEnabled()
    assert editor.save_button.toolTip() == "Nothing has changed."


def test_numbers_names_and_grids_can_be_typed(qtbot: QtBot, editor: RecipeEditor) -> None:
    click(qtbot, editor.tools.button(2))
    drag(qtbot, editor, (20, 20), (80, 60))
    panel = editor.shapes
    assert editor.drawing.shapes["front"][2].cells == Cells(2, 3, 20, 20)
    panel.numbers["columns"].setValue(2)
    panel.numbers["cell_width"].setValue(15)
    panel.numbers["pitch_x"].setValue(30)
    panel.numbers["left"].setValue(10)
    shape = editor.drawing.shapes["front"][2]
    assert (shape.left, shape.cells, shape.pitch) == (10, Cells(2, 2, 15, 20), (30, 20))
    panel.name.setFocus()
    panel.name.selectAll()
    qtbot.keyClicks(panel.name, "half")
    qtbot.keyClick(panel.name, Qt.Key.Key_Return)
    assert editor.save_button.isEnabled(), "half 1-1 and half 1 are two names"
    panel.numbers["rows"].setValue(1)
    assert editor.state_label.text() == "recipe small: views.0: view 'front': two regions are called 'half 1'"
    assert not editor.save_button.isEnabled()
    click(qtbot, editor.undo_button)
    assert editor.save_button.isEnabled()


def test_saving_makes_a_revision_that_the_line_takes_up_when_it_is_started_again(
    qtbot: QtBot, editor: RecipeEditor, window: StationWindow, config: Config
) -> None:
    path = config.recipe_folder / "small.toml"
    editor.shapes.list.setCurrentRow(0)
    drag(qtbot, editor, (80, 20), (76, 22))
    assert "▲ Models taught on the old regions will be refused." in editor.state_label.text()
    assert "Comments in the file are lost" in editor.state_label.text()
    assert editor.save_button.text() == "Save as revision 4"
    click(qtbot, editor.save_button)
    qtbot.waitUntil(lambda: editor.state_label.text().startswith("✓ Saved as revision 4."), timeout=WAIT)
    assert "The running line keeps revision 3 until it is started again (F5)." in editor.state_label.text()
    saved = read_recipe(path)
    assert (saved.revision, saved.regions[0].rectangle) == (4, (6, 12, 140, 70))
    assert [read_recipe(p).revision for p in kept_revisions(saved)] == [3]
    with window.control.station.engine.connect() as connection:
        detail = connection.execute(text("select detail from event where kind = 'recipe'")).scalar_one()
    assert json.loads(detail) == {"recipe": "small", "revision": 4, "before": 3, "new_references": 0}
    # the line runs on as it was
    window.open_page(window.line)
    trigger(qtbot, window)
    assert window.recipe_label.text() == "Recipe small revision 3"
    # started again, it takes up the new revision, whose regions the old model does not know
    click(qtbot, window.line.start_button)
    qtbot.waitUntil(lambda: window.control.state == "stopped" and window.line.start_button.isEnabled(), timeout=WAIT)
    click(qtbot, window.line.start_button)
    qtbot.waitUntil(lambda: "was taught for recipe small revision 3 with other regions" in window.banner.label.text(), timeout=WAIT)
    qtbot.waitUntil(lambda: window.control.state == "stopped", timeout=WAIT)
    # and the editor leads on to teaching
    page = open_setup(qtbot, window, 1)
    click(qtbot, editor.teach_button)
    assert page.stack.currentWidget() is page.teach
    assert "revision 4" in page.teach.what_text.text()


def test_a_new_trigger_needs_no_new_model(qtbot: QtBot, editor: RecipeEditor, window: StationWindow) -> None:
    click(qtbot, editor.panel_buttons.button(2))
    assert not editor.trigger.interval.isVisible()
    editor.trigger.mode.setCurrentIndex(1)
    assert editor.trigger.interval.isVisible()
    editor.trigger.interval.setValue(250)
    assert "refused" not in editor.state_label.text()
    click(qtbot, editor.save_button)
    qtbot.waitUntil(lambda: editor.state_label.text().startswith("✓ Saved as revision 4."), timeout=WAIT)
    assert not editor.teach_button.isVisible()
    window.open_page(window.line)
    click(qtbot, window.line.start_button)
    qtbot.waitUntil(lambda: window.control.state == "stopped" and window.line.start_button.isEnabled(), timeout=WAIT)
    click(qtbot, window.line.start_button)
    qtbot.waitUntil(lambda: window.control.state == "running", timeout=WAIT)
    qtbot.waitUntil(lambda: window.recipe_label.text() == "Recipe small revision 4", timeout=WAIT)


def test_alignment_is_tried_on_the_live_picture_and_says_why_it_would_hold(qtbot: QtBot, editor: RecipeEditor) -> None:
    click(qtbot, editor.panel_buttons.button(1))
    panel = editor.alignment
    assert panel.min_correlation.isVisible()
    assert not panel.min_matches.isVisible()
    click(qtbot, panel.try_button)
    qtbot.waitUntil(lambda: panel.outcome.text().startswith("✓ Aligned: shifted by"), timeout=WAIT)
    assert editor.source.currentText() == "Aligned picture (tried)"
    assert editor.canvas._image is not None
    editor._references["front"] = cv2.flip(small_picture(None), 0) // 2 + np.eye(90, 160, dtype=np.uint8) * 100
    panel.min_correlation.setValue(0.99)
    click(qtbot, panel.try_button)
    qtbot.waitUntil(lambda: panel.outcome.text().startswith("HOLD: "), timeout=WAIT)
    assert "expected" in panel.outcome.text() or "allowed" in panel.outcome.text()
    assert panel.outcome.property("error")


def test_a_picture_becomes_the_reference_by_a_revision_of_its_own(qtbot: QtBot, editor: RecipeEditor, config: Config) -> None:
    before = (config.recipe_folder / "small-front.png").read_bytes()
    click(qtbot, editor.panel_buttons.button(1))
    editor.alignment.method.setCurrentIndex(2)
    assert editor.alignment.min_matches.isVisible()
    click(qtbot, editor.alignment.reference_button)
    assert "becomes the reference" in editor.alignment.outcome.text()
    click(qtbot, editor.save_button)
    qtbot.waitUntil(lambda: editor.state_label.text().startswith("✓ Saved as revision 4."), timeout=WAIT)
    saved = read_recipe(config.recipe_folder / "small.toml")
    assert (saved.alignment.method, saved.views[0].reference) == ("features", "small-front.r4.png")
    assert (saved.reference(saved.views[0]) == small_picture(np.random.default_rng(0))).all(), "the live picture, as the camera gave it"
    assert (config.recipe_folder / "small-front.png").read_bytes() == before
    assert editor.teach_button.isVisible()


def test_a_recipe_that_somebody_else_changed_is_not_overwritten(qtbot: QtBot, editor: RecipeEditor, config: Config) -> None:
    path = config.recipe_folder / "small.toml"
    editor.shapes.list.setCurrentRow(0)
    drag(qtbot, editor, (80, 20), (76, 22))
    path.write_text(path.read_text().replace("revision = 3", "revision = 9"))
    click(qtbot, editor.save_button)
    qtbot.waitUntil(lambda: "was changed by someone else meanwhile (revision 9 there, 3 here)" in editor.state_label.text(), timeout=WAIT)
    assert read_recipe(path).revision == 9
    click(qtbot, editor.discard_button)
    assert editor.state_label.text().startswith("Revision 9 is in the file; the line runs revision 3")


def test_what_is_drawn_and_not_saved_outlives_a_look_at_another_page(
    qtbot: QtBot, editor: RecipeEditor, window: StationWindow, open_window: Callable[..., StationWindow]
) -> None:
    editor.shapes.list.setCurrentRow(0)
    drag(qtbot, editor, (80, 20), (76, 22))
    window.open_page(window.line)
    window.open_page(window.page(SetupPage))
    assert here(editor)[0] == ("all", 6, 12, 140, 70)
    assert editor.save_button.isEnabled()
