"""Recipe editor: regions drawn on the picture, alignment tried on it, trigger. Saving makes the recipe's next revision."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from models.alignment import Aligned, AlignmentLost
from models.features import align_once
from models.nsoartc import Picture
from models.recipe import Recipe, RecipeError, View, read_recipe
from models.recipe_history import changed_recipe
from models.reference import polarised
from station.gui.lens import Lens
from station.gui.page import Desk
from station.gui.picture_source import PictureSource
from station.gui.recipe_panels import AlignmentPanel, TriggerPanel
from station.gui.region_canvas import RegionCanvas, Tool
from station.gui.setup_tab import SetupTab, card, show_state, small_button
from station.gui.shape_panel import ShapePanel
from station.gui.work import Progress, Work
from station.region_edit import Drawing, Shape, as_grid, free_name, shapes_of, views_with
from station.teaching import save_recipe

_TOOLS: tuple[Tool, ...] = ("move", "region", "grid")
_GRID_ROWS, _GRID_COLUMNS = 2, 3


@dataclass(frozen=True, slots=True)
class _Saved:
    recipe: Recipe
    makes_models_old: bool  # it cuts out something else than the revision before


class RecipeEditor(SetupTab):
    """Picture with regions on the left; shapes, alignment or trigger on the right; saving below."""

    teach_asked = Signal()

    def __init__(self, desk: Desk, lens: Lens) -> None:
        super().__init__(desk, lens)
        self.recipe: Recipe = desk.control.station.recipe
        self.drawing = Drawing(shapes_of(self.recipe))
        self._view = 0
        self._chosen = -1
        self._references: dict[str, Picture] = {}  # new ones, by view
        self._shown: Picture | None = None
        self._saved: _Saved | None = None
        self._fault = ""
        self.trying, self.saving = Work(self), Work(self)
        self._build()
        self._wire()
        self._show_recipe()
        self.retranslate()

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        left = QWidget()
        left_column = QVBoxLayout(left)
        left_column.setContentsMargins(0, 0, 0, 0)
        left_column.setSpacing(4)
        tools = QHBoxLayout()
        self.tools = QButtonGroup(self)
        for index in range(len(_TOOLS)):
            button = small_button(is_checkable=True)
            button.setChecked(index == 0)
            self.tools.addButton(button, index)
            tools.addWidget(button)
        self.delete_button, self.undo_button, self.redo_button, self.fit_button = (small_button() for _ in range(4))
        for button in (self.delete_button, self.undo_button, self.redo_button, self.fit_button):
            tools.addWidget(button)
        tools.addStretch(1)
        left_column.addLayout(tools)
        self.canvas = RegionCanvas()
        left_column.addWidget(self.canvas, 1)
        self.picture_title = QLabel()
        self.source = PictureSource(self.control, self.lens)
        self.views = self.view_buttons(self._choose_view)
        row.addWidget(card(self.picture_title, left, self.source, *self.views.buttons()), 66)
        self.shapes, self.alignment, self.trigger = ShapePanel(), AlignmentPanel(), TriggerPanel()
        self.panels = QStackedWidget()
        self.panel_buttons = QButtonGroup(self)
        for index, panel in enumerate((self.shapes, self.alignment, self.trigger)):
            self.panels.addWidget(panel)
            button = small_button(is_checkable=True)
            button.setChecked(index == 0)
            self.panel_buttons.addButton(button, index)
        self.panel_title = QLabel()
        row.addWidget(card(self.panel_title, self.panels, *self.panel_buttons.buttons()), 34)
        column.addLayout(row, 1)
        below = QHBoxLayout()
        self.state_label = QLabel()
        self.state_label.setWordWrap(True)
        below.addWidget(self.state_label, 1)
        self.teach_button, self.discard_button, self.save_button = QPushButton(), QPushButton(), QPushButton()
        self.save_button.setProperty("primary", True)
        for button in (self.teach_button, self.discard_button, self.save_button):
            below.addWidget(button)
        column.addLayout(below)

    def _wire(self) -> None:
        self.source.shown.connect(self._show_picture)
        self.canvas.selected.connect(self._choose)
        self.canvas.changed.connect(self._change)
        self.canvas.added.connect(self._add)
        self.canvas.deleted.connect(self._delete)
        self.shapes.selected.connect(self._choose)
        self.shapes.changed.connect(self._change)
        self.alignment.changed.connect(self._changed)
        self.alignment.tried.connect(self._try)
        self.alignment.reference_asked.connect(self._take_reference)
        self.trigger.changed.connect(self._changed)
        self.tools.idClicked.connect(self._choose_tool)
        self.panel_buttons.idClicked.connect(self.panels.setCurrentIndex)
        self.delete_button.clicked.connect(self._delete_chosen)
        self.undo_button.clicked.connect(self._undo)
        self.redo_button.clicked.connect(self._redo)
        self.fit_button.clicked.connect(self.canvas.fit)
        self.save_button.clicked.connect(self._save)
        self.discard_button.clicked.connect(self._discard)
        self.teach_button.clicked.connect(self.teach_asked)
        self.trying.done.connect(self._on_tried)
        self.trying.failed.connect(self._on_try_failed)
        self.saving.done.connect(self._on_saved)
        self.saving.failed.connect(self._on_save_failed)
        for keys, slot in ((QKeySequence.StandardKey.Undo, self._undo), ("Ctrl+Y", self._redo), ("Ctrl+Shift+Z", self._redo)):
            QShortcut(QKeySequence(keys), self, slot).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- pictures --------------------------------------------------------------------------------------------------

    @property
    def _of_view(self) -> View:
        return self.recipe.views[self._view]

    @property
    def _size(self) -> tuple[int, int]:
        return self._of_view.width, self._of_view.height

    @Slot(object)
    def _show_picture(self, picture: Picture | None) -> None:
        if picture is not None and picture.shape != self._size[::-1]:
            self.canvas.set_empty_text(
                self.tr("The picture has {0} × {1} px, the recipe's view {2} × {3} px.").format(picture.shape[1], picture.shape[0], *self._size)
            )
            picture = None
        elif picture is None:
            self.canvas.set_empty_text(self.tr("No such picture. Choose another one above, start the line, or open the camera alone."))
        self._shown = picture
        self.canvas.show_picture(picture)

    @Slot(int)
    def _choose_view(self, index: int) -> None:
        self._view, self._chosen = index, -1
        self._refresh_picture()
        self._show_shapes()

    def _refresh_picture(self) -> None:
        self.source.use(self.recipe, self._of_view, self._references)
        self.source.refresh()

    # -- regions ---------------------------------------------------------------------------------------------------

    @property
    def _here(self) -> tuple[Shape, ...]:
        return self.drawing.shapes[self._of_view.name]

    def _put(self, shapes: tuple[Shape, ...], chosen: int) -> None:
        self.drawing.put(self._of_view.name, shapes)
        self._chosen = chosen
        self._changed()

    @Slot(int)
    def _choose(self, index: int) -> None:
        self._chosen = index
        self._show_shapes()

    @Slot(int, object)
    def _change(self, index: int, shape: Shape) -> None:
        self._put((*self._here[:index], shape, *self._here[index + 1 :]), index)

    @Slot(object)
    def _add(self, shape: Shape) -> None:
        is_grid = _TOOLS[self.tools.checkedId()] == "grid"
        shape = replace(shape, name=free_name(self.tr("grid") if is_grid else self.tr("region"), self._here))
        if is_grid:
            shape = as_grid(shape, _GRID_ROWS, _GRID_COLUMNS)
        singles = sum(s.cells is None for s in self._here)
        at = len(self._here) if is_grid else singles  # single regions stand before grids, as in the file
        self._put((*self._here[:at], shape, *self._here[at:]), at)
        self.tools.button(0).setChecked(True)
        self._choose_tool(0)
        self.panel_buttons.button(0).click()

    @Slot(int)
    def _delete(self, index: int) -> None:
        self._put((*self._here[:index], *self._here[index + 1 :]), -1)

    @Slot()
    def _delete_chosen(self) -> None:
        if self._chosen >= 0:
            self._delete(self._chosen)

    @Slot()
    def _undo(self) -> None:
        self.drawing.undo()
        self._chosen = -1
        self._changed()

    @Slot()
    def _redo(self) -> None:
        self.drawing.redo()
        self._chosen = -1
        self._changed()

    @Slot(int)
    def _choose_tool(self, index: int) -> None:
        self.canvas.use(_TOOLS[index])
        self.canvas.setFocus()

    # -- alignment -------------------------------------------------------------------------------------------------

    @Slot()
    def _try(self) -> None:
        recipe, view, limits = self.recipe, self._of_view, self.alignment.alignment
        live, reference = self.lens.pictures.get(view.name), self._references.get(view.name)
        if live is None:
            show_state(self.alignment.outcome, self.tr("There is no live picture: start the line or open the camera alone."), "error")
            return
        if live.shape != self._size[::-1]:
            show_state(self.alignment.outcome, self.tr("The live picture has another size than the recipe's view."), "error")
            return

        def attempt(_: Progress) -> tuple[Aligned, int] | AlignmentLost:
            try:
                return align_once(live, recipe.reference(view) if reference is None else reference, view, recipe.polarity, limits), view.binning
            except AlignmentLost as err:
                return err

        show_state(self.alignment.outcome, self.tr("Aligning…"))
        self.trying.start(attempt)

    @Slot(object)
    def _on_tried(self, outcome: tuple[Aligned, int] | AlignmentLost) -> None:
        if isinstance(outcome, AlignmentLost):
            show_state(self.alignment.outcome, self.tr("HOLD: {0}").format(outcome), "error")
            return
        words = self.tr("✓ Aligned: shifted by {0} and {1} px, turned by {2}°, likeness {3}. The picture shown is the aligned one.")
        aligned, binning = outcome
        (x, y), turned = aligned.shift_px, aligned.rotation_deg
        show_state(self.alignment.outcome, words.format(f"{binning * x:+.1f}", f"{binning * y:+.1f}", f"{turned:+.2f}", f"{aligned.likeness:.3f}"))
        self.source.show_aligned(polarised(aligned.picture.repeat(binning, 0).repeat(binning, 1), self.recipe.polarity))

    @Slot(str)
    def _on_try_failed(self, message: str) -> None:
        show_state(self.alignment.outcome, message, "error")

    @Slot()
    def _take_reference(self) -> None:
        if self._shown is None:
            show_state(self.alignment.outcome, self.tr("No picture is shown that could be the reference."), "error")
            return
        self._references[self._of_view.name] = self._shown.copy()
        show_state(self.alignment.outcome, self.tr("This picture becomes the reference of view {0} when you save.").format(self._of_view.name))
        self._changed()

    # -- saving ----------------------------------------------------------------------------------------------------

    @property
    def is_changed(self) -> bool:
        """Something would be saved."""
        is_same = self.alignment.alignment == self.recipe.alignment and self.trigger.trigger == self.recipe.trigger
        return self.drawing.is_changed or bool(self._references) or not is_same

    def candidate(self) -> Recipe:
        """The next revision as it is drawn now. Raises RecipeError: it would not be valid."""
        views = views_with(self.recipe, self.drawing.shapes)
        return changed_recipe(self.recipe, views, self.alignment.alignment, self.trigger.trigger, self._references)

    @Slot()
    def _save(self) -> None:
        try:
            old, new = self.recipe, self.candidate()
        except RecipeError as err:
            self._on_save_failed(str(err))
            return
        references, engine, actor = dict(self._references), self.control.station.engine, self.desk.actor

        def act(_: Progress) -> _Saved:
            try:
                before = old.fingerprint
            except RecipeError:  # its reference picture was missing
                before = ""
            saved = save_recipe(old, new, engine, actor, references)
            return _Saved(saved, saved.fingerprint != before)

        self._fault = ""
        self.saving.start(act)
        self._show_state()

    @Slot(object)
    def _on_saved(self, saved: _Saved) -> None:
        self._saved = saved
        self._take_up(saved.recipe)

    @Slot(str)
    def _on_save_failed(self, message: str) -> None:
        self._fault = message
        self._show_state()

    @Slot()
    def _discard(self) -> None:
        self._saved = None
        self.reload()

    @Slot()
    def reload(self) -> None:
        """The recipe as its file says now; what was drawn and not saved is gone."""
        try:
            self._take_up(read_recipe(self.recipe.path))
        except RecipeError as err:
            self._on_save_failed(str(err))

    def _take_up(self, recipe: Recipe) -> None:
        self.recipe, self.drawing, self._references, self._fault = recipe, Drawing(shapes_of(recipe)), {}, ""
        self._chosen = -1
        self._show_recipe()

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show_recipe(self) -> None:
        self.alignment.show_alignment(self.recipe.alignment)
        self.trigger.show_trigger(self.recipe.trigger)
        self._changed()

    @Slot()
    def _changed(self) -> None:
        if self.is_changed:
            self._saved = None
        self._fault = ""
        self._show_shapes()
        self._show_state()

    def _show_shapes(self) -> None:
        self.canvas.show_shapes(self._here, self._chosen, self._size)
        self.shapes.show_shapes(self._here, self._chosen, self._size)
        self.delete_button.setEnabled(self._chosen >= 0)
        self.undo_button.setEnabled(self.drawing.can_undo)
        self.redo_button.setEnabled(self.drawing.can_redo)

    def _show_state(self) -> None:
        is_changed, is_saving, fault, binning = self.is_changed, self.saving.is_busy, self._fault, self._of_view.binning
        if is_changed and not fault:
            try:
                self.candidate()
            except RecipeError as err:
                fault = str(err)
        is_cut_anew = self.drawing.is_changed or bool(self._references) or self._aligns_otherwise()
        self.discard_button.setEnabled(is_changed and not is_saving)
        self.save_button.setEnabled(is_changed and not fault and not is_saving)
        self.save_button.setToolTip(fault or ("" if is_changed else self.tr("Nothing has changed.")))
        self.save_button.setText(self.tr("Save as revision {0}").format(self.recipe.revision + 1))
        self.teach_button.setVisible(self._saved is not None and self._saved.makes_models_old)
        if fault:
            show_state(self.state_label, fault, "error")
        elif self._saved is not None:
            show_state(self.state_label, self._saved_words(self._saved), "warning" if self._saved.makes_models_old else "")
        elif is_changed:
            words = self.tr("Not saved yet. Comments in the file are lost by saving; revision {0} is kept in the folder history.")
            if is_cut_anew:
                words += " " + self.tr("▲ Models taught on the old regions will be refused.")
            if binning > 1:
                words += " " + self.tr("Binning {1}: regions reach out to whole blocks of pixels.")
            show_state(self.state_label, words.format(self.recipe.revision, binning), "warning" if is_cut_anew else "")
        else:
            show_state(self.state_label, self._running_words())

    def _aligns_otherwise(self) -> bool:
        now, before = self.alignment.alignment, self.recipe.alignment
        return now.enabled != before.enabled or (now.enabled and now.method != before.method)

    def _saved_words(self, saved: _Saved) -> str:
        words = [self.tr("✓ Saved as revision {0}.").format(saved.recipe.revision)]
        if self.control.state != "stopped":
            running = self.control.station.recipe.revision
            words.append(self.tr("The running line keeps revision {0} until it is started again (F5).").format(running))
        else:
            words.append(self.tr("It is in force from the next start on (F5)."))
        if saved.makes_models_old:
            words.append(self.tr("▲ Models taught on the old regions will then be refused: teach a new one."))
        return " ".join(words)

    def _running_words(self) -> str:
        running = self.control.station.recipe.revision
        if running != self.recipe.revision and self.control.state != "stopped":
            words = self.tr("Revision {0} is in the file; the line runs revision {1} until it is started again (F5).")
            return words.format(self.recipe.revision, running)
        return self.tr("Revision {0}, {1} regions.").format(self.recipe.revision, len(self.recipe.regions))

    def retranslate(self) -> None:
        """All words again."""
        self.name_views(self.views)
        tools = (
            (self.tr("Select"), self.tr("Drag to move; drag an edge or corner to resize. Arrows move by 1 px, with Shift by 10; Del deletes.")),
            (self.tr("+ Region"), self.tr("Drag a new region on the picture.")),
            (self.tr("+ Grid"), self.tr("Drag the area of a new grid on the picture.")),
        )
        for button, (text, tip) in zip(self.tools.buttons(), tools, strict=True):
            button.setText(text)
            button.setToolTip(tip)
        for button, text, tip in (
            (self.delete_button, self.tr("Delete"), self.tr("Delete the chosen shape (Del)")),
            (self.undo_button, self.tr("Undo"), "Ctrl+Z"),
            (self.redo_button, self.tr("Redo"), "Ctrl+Y"),
            (self.fit_button, self.tr("Fit"), self.tr("The whole picture; the mouse wheel zooms, the middle button moves the picture.")),
        ):
            button.setText(text)
            button.setToolTip(tip)
        for button, text in zip(self.panel_buttons.buttons(), (self.tr("Regions"), self.tr("Alignment"), self.tr("Trigger")), strict=True):
            button.setText(text)
        self.teach_button.setText(self.tr("Teach a new model…"))
        self.discard_button.setText(self.tr("Discard changes"))
        self._refresh_picture()
        self._show_state()

    # -- tab -------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name on the tab."""
        return self.tr("Recipe")

    def opened(self) -> None:
        """It is shown: unless something is being drawn, with what the file says now."""
        if not self.is_changed and self._saved is None:
            self.reload()
        self._refresh_picture()
        self._show_state()

    def shut_down(self) -> None:
        """The window closes."""
        for work in (self.trying, self.saving, self.source.loading):
            work.shut_down()
