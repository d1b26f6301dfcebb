"""Teach wizard: about twenty good parts become a unit-space model of the recipe, in three steps, on the station."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from models.manifest import Manifest, ModelError
from models.recipe import Recipe, RecipeError, read_recipe
from models.teaching import MIN_TAUGHT
from models.thresholds import DEFAULT_OVERKILL, Target
from station import activation
from station.gui.lens import Lens
from station.gui.page import Desk
from station.gui.setup_tab import SetupTab, card, show_state, small_button
from station.gui.teach_outcome import TeachOutcome
from station.gui.teach_parts import MAX_PARTS, TeachParts
from station.gui.work import Progress, Work
from station.model_watch import Loader
from station.teaching import N_ADVISED, Lesson, lacks_reference, publish, teach


class TeachWizard(SetupTab):
    """What → parts → teach and publish. Nothing is judged or recorded meanwhile; nothing is written before Publish."""

    recipe_saved = Signal()

    def __init__(self, desk: Desk, lens: Lens) -> None:
        super().__init__(desk, lens)
        self.recipe: Recipe = desk.control.station.recipe  # as its file says, which may be newer than what the line runs
        self._recipe_fault = ""
        self._key_fault = ""
        self._lesson: Lesson | None = None
        self._published = ""
        self._publish_fault = ""
        self.teaching, self.publishing = Work(self), Work(self)
        self._build()
        self._wire()
        self.retranslate()

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.step_label = QLabel()
        self.step_label.setProperty("quiet", True)
        column.addWidget(self.step_label)
        self.steps = QStackedWidget()
        self.parts = TeachParts(self.desk, self.lens)
        for step in (self._step_what(), self.parts, self._step_outcome()):
            self.steps.addWidget(step)
        column.addWidget(self.steps, 1)
        row = QHBoxLayout()
        self.back_button, self.next_button = QPushButton(), QPushButton()
        self.next_button.setProperty("primary", True)
        row.addWidget(self.back_button)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        policy = self.hint.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        self.hint.setSizePolicy(policy)
        row.addWidget(self.hint, 1)
        self.activate_box = QCheckBox()
        row.addWidget(self.activate_box)
        row.addWidget(self.next_button)
        column.addLayout(row)

    def _step_what(self) -> QWidget:
        self.what_title = QLabel()
        box = QWidget()
        self.form = form = QFormLayout(box)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(14)
        form.setHorizontalSpacing(24)
        self.what_text, self.what_note = QLabel(), QLabel()
        self.what_note.setWordWrap(True)
        self.what_text.setWordWrap(True)
        self.number = QSpinBox()
        self.number.setRange(MIN_TAUGHT, MAX_PARTS)
        self.number.setValue(N_ADVISED)
        self.number.setSuffix("  ")
        sources = QWidget()
        source_row = QHBoxLayout(sources)
        source_row.setContentsMargins(0, 0, 0, 0)
        self.take_now, self.take_recorded = small_button(is_checkable=True), small_button(is_checkable=True)
        self.take_now.setChecked(True)
        for button in (self.take_now, self.take_recorded):
            button.setAutoExclusive(True)
            source_row.addWidget(button)
        source_row.addStretch(1)
        self.overkill = QDoubleSpinBox()
        self.overkill.setRange(0.1, 20)
        self.overkill.setDecimals(1)
        self.overkill.setSingleStep(0.5)
        self.overkill.setSuffix(" %")
        self.overkill.setValue(100 * DEFAULT_OVERKILL)
        self.new_reference = QCheckBox()
        for spin in (self.number, self.overkill):
            spin.setProperty("plain", True)
            spin.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.row_labels = [QLabel() for _ in range(5)]
        fields = (self.what_text, self.number, sources, self.overkill, self.new_reference)
        for label, field in zip(self.row_labels, fields, strict=True):
            label.setBuddy(field)
            form.addRow(label, field)
        form.addRow(self.what_note)
        self.how_title, self.how_text = QLabel(), QLabel()
        self.how_text.setWordWrap(True)
        self.how_text.setAlignment(Qt.AlignmentFlag.AlignTop)
        step = QWidget()
        row = QHBoxLayout(step)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(card(self.what_title, box), 58)
        row.addWidget(card(self.how_title, self.how_text), 42)
        return step

    def _step_outcome(self) -> QWidget:
        self.outcome_stack = QStackedWidget()
        waiting = QWidget()
        column = QVBoxLayout(waiting)
        column.addStretch(1)
        self.teach_bar = QProgressBar()
        self.teach_bar.setRange(0, 1000)
        self.teach_text = QLabel()
        self.teach_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.teach_text.setWordWrap(True)
        self.cancel_button = QPushButton()
        column.addWidget(self.teach_text)
        column.addWidget(self.teach_bar)
        column.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        self.outcome_stack.addWidget(waiting)
        self.outcome_views = self.view_buttons(lambda _: None)
        self.outcome = TeachOutcome(self.outcome_views)
        self.outcome_stack.addWidget(self.outcome)
        return self.outcome_stack

    def _wire(self) -> None:
        self.parts.changed.connect(self._show)
        self.new_reference.toggled.connect(self._show)
        self.back_button.clicked.connect(self._back)
        self.next_button.clicked.connect(self._next)
        self.cancel_button.clicked.connect(self.teaching.cancel)
        self.outcome.leave_out.connect(self._teach_without)
        self.teaching.progressed.connect(self._on_teaching)
        self.teaching.done.connect(self._on_taught)
        self.teaching.failed.connect(self._on_teach_failed)
        self.teaching.cancelled.connect(self._back)
        self.publishing.done.connect(self._on_published)
        self.publishing.failed.connect(self._on_publish_failed)

    # -- teaching and publishing -----------------------------------------------------------------------------------

    def _teach(self) -> None:
        recipe, parts, new_reference = self.recipe, self.parts.parts, self.new_reference.isChecked()
        target = Target(self.overkill.value() / 100)
        self._lesson, self._published, self._publish_fault = None, "", ""
        self.teach_bar.setValue(0)
        self.outcome_stack.setCurrentIndex(0)
        self.teaching.start(lambda progress: teach(recipe, parts, target, new_reference, progress))
        self._show()

    @Slot(str)
    def _teach_without(self, name: str) -> None:
        self.parts.tray.remove(name)
        if self.parts.why_not():
            self.steps.setCurrentIndex(1)
            self._show()
        else:
            self._teach()

    @Slot(float, str)
    def _on_teaching(self, share: float, step: str) -> None:
        self.teach_bar.setValue(round(1000 * share))
        steps = {
            "reference": self.tr("Making the reference picture…"),
            "vectors": self.tr("Computing the parts' numbers…"),
            "teach": self.tr("Teaching, leaving each part out once…"),
        }
        self.teach_text.setText(steps[step])

    @Slot(object)
    def _on_taught(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self.outcome.show_lesson(lesson)
        self.outcome_stack.setCurrentIndex(1)
        self._show()

    @Slot(str)
    def _on_teach_failed(self, message: str) -> None:
        self.steps.setCurrentIndex(1)
        self.parts.complain(message)

    def _publish(self) -> None:
        lesson, station, actor, and_activate = self._lesson, self.control.station, self.desk.actor, self.activate_box.isChecked()
        assert lesson is not None
        registry, models = station.loader.registry, station.config.models

        def act(progress: Progress) -> tuple[Manifest, Recipe, str]:
            manifest, recipe = publish(lesson, registry, station.engine, actor, station.config.signing_key)
            if not and_activate:
                return manifest, recipe, ""
            try:
                activation.activate(Loader(registry, recipe, models.provider, models.require_cuda), station.engine, manifest.version, actor)
            except ModelError as err:
                return manifest, recipe, str(err)
            return manifest, recipe, ""

        self._publish_fault = ""
        self.publishing.start(act)
        self._show()

    @Slot(object)
    def _on_published(self, outcome: tuple[Manifest, Recipe, str]) -> None:
        manifest, recipe, refusal = outcome
        words = [self.tr("Published: model {0} version {1}.").format(manifest.name, manifest.version)]
        if refusal:
            words.append(self.tr("It could not be activated: {0}").format(refusal))
        elif not self.activate_box.isChecked():
            words.append(self.tr("It judges nothing until it is activated."))
        elif self.control.state == "running" and recipe.fingerprint == self.control.station.recipe.fingerprint:
            words.append(self.tr("It is active and judges from the next part on."))
        else:
            words.append(self.tr("It is active and judges as soon as the line is started (F5), by recipe revision {0}.").format(recipe.revision))
        self._published = " ".join(words)
        self.recipe = recipe
        self.recipe_saved.emit()
        self._show()

    @Slot(str)
    def _on_publish_failed(self, message: str) -> None:
        self._publish_fault = message
        self._show()

    # -- going through the steps -----------------------------------------------------------------------------------

    @Slot()
    def _next(self) -> None:
        step = self.steps.currentIndex()
        if step == 0:
            self.steps.setCurrentIndex(1)
            self.parts.start(self.recipe, self.number.value(), self.take_now.isChecked())
        elif step == 1:
            self.steps.setCurrentIndex(2)
            self._teach()
        elif self._published:
            self._start_over()
        else:
            self._publish()
        self._show()

    @Slot()
    def _back(self) -> None:
        self.teaching.cancel(quietly=True)
        self.parts.loading.cancel(quietly=True)
        self.steps.setCurrentIndex(max(0, self.steps.currentIndex() - 1))
        self._show()

    def _start_over(self) -> None:
        self.parts.empty()
        self._lesson, self._published = None, ""
        self.steps.setCurrentIndex(0)
        self._read_recipe()

    def _read_recipe(self) -> None:
        self._recipe_fault = self._key_fault = ""
        station = self.control.station
        try:
            self.recipe = read_recipe(station.recipe.path)
            if self.recipe.view_names != station.recipe.view_names:
                self._recipe_fault = self.tr("The recipe has other views now: close the program and start it again.")
        except RecipeError as err:
            self._recipe_fault = str(err)
        try:
            station.loader.registry.check_signer(station.config.signing_key)
        except ModelError as err:
            self._key_fault = str(err)
        if self.recipe.alignment.enabled:
            must = lacks_reference(self.recipe)
            self.new_reference.setEnabled(not must)
            self.new_reference.setChecked(must or (self.new_reference.isChecked() and self.new_reference.isEnabled()))
        else:
            self.new_reference.setEnabled(False)
            self.new_reference.setChecked(False)
        self._show()

    # -- showing ---------------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        step = self.steps.currentIndex()
        names = (self.tr("1 What"), self.tr("2 Good parts"), self.tr("3 Teach and publish"))
        self.step_label.setText("   ›   ".join(f"<b>{name}</b>" if i == step else name for i, name in enumerate(names)))
        self.back_button.setVisible(step > 0)
        self.back_button.setEnabled(not self.publishing.is_busy)
        self.activate_box.setVisible(step == 2 and self._lesson is not None and not self._published)
        self.next_button.setText((self.tr("Next"), self.tr("Teach"), self.tr("Teach another") if self._published else self.tr("Publish"))[step])
        why_not = ""
        if step == 0:
            why_not = self._recipe_fault or self._key_fault
            show_state(self.hint, why_not, "error")
            self._show_what()
        elif step == 1:
            why_not = self.parts.why_not()
            show_state(self.hint, "")
        else:
            why_not = self._show_outcome()
        self.next_button.setEnabled(not why_not)
        self.next_button.setToolTip(why_not)

    def _show_what(self) -> None:
        recipe = self.recipe
        self.what_text.setText(
            self.tr("Model {0}, from recipe {1} revision {2}: {3} regions in {4} views").format(
                recipe.model, recipe.title or recipe.name, recipe.revision, len(recipe.regions), len(recipe.views)
            )
        )
        if not recipe.alignment.enabled:
            note = self.tr("This recipe does not align its pictures, so it needs no reference picture.")
        elif not self.new_reference.isEnabled():
            note = self.tr("The recipe has no usable reference picture: one is made of these parts, and saved as the recipe's next revision.")
        elif self.new_reference.isChecked():
            note = self.tr("▲ A new reference picture is a new revision of the recipe: models taught before are refused from the next start on.")
        else:
            note = self.tr("The recipe's reference picture stays, and the versions taught before can be activated again.")
        show_state(self.what_note, note, "warning" if note.startswith("▲") else "")

    def _show_outcome(self) -> str:
        if self._published:
            show_state(self.hint, "✓ " + self._published)
        elif self._publish_fault:
            show_state(self.hint, self._publish_fault, "error")
        elif self.publishing.is_busy:
            show_state(self.hint, self.tr("Writing, testing and publishing…"))
        else:
            show_state(self.hint, "")
        self.outcome.leave_out_button.setVisible(not self._published)
        if self._lesson is None:
            return self.tr("Teaching is under way.")
        return self.tr("Publishing is under way.") if self.publishing.is_busy else ""

    def retranslate(self) -> None:
        """All words again."""
        self.name_views(self.outcome_views)
        self.what_title.setText(self.tr("What is taught"))
        self.how_title.setText(self.tr("How it goes"))
        self.how_text.setText(
            "<p>" + "</p><p>".join((
                self.tr("1. Gather about twenty good parts, from as many days and lots as you can. No faulty part is needed."),
                self.tr("2. Lay them under the lens one after another. The line is stopped for it: nothing is judged or recorded."),
                self.tr("3. Teaching takes seconds. Each part is left out once and scored by the others, which sets both thresholds."),
                self.tr("4. Look at what was far from the others, publish the version, and let it judge when you are content."),
                self.tr("Such a model knows what good parts look like, not what faults look like. The trainer makes a better one later."),
            )) + "</p>"
        )  # fmt: skip
        labels = (
            self.tr("Teach"), self.tr("Good &parts"), self.tr("They are"), self.tr("&Overkill allowed"), self.tr("Reference"),
        )  # fmt: skip
        for label, text in zip(self.row_labels, labels, strict=True):
            label.setText(text)
        self.take_now.setText(self.tr("taken now"))
        self.take_recorded.setText(self.tr("the last recorded ones reviewed as OK"))
        self.overkill.setToolTip(self.tr("Share of good parts that may miss the OK limit; from few parts it is only an estimate."))
        self.new_reference.setText(self.tr("make a new reference picture of these parts"))
        self.cancel_button.setText(self.tr("Cancel"))
        self.back_button.setText(self.tr("Back"))
        self.activate_box.setText(self.tr("and judge with it (activate)"))
        self._show()

    # -- tab -------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name on the tab."""
        return self.tr("Teach")

    def opened(self) -> None:
        """It is shown."""
        if self.steps.currentIndex() == 0:
            self._read_recipe()
        self._show()

    def shut_down(self) -> None:
        """The window closes."""
        self.parts.shut_down()
        for work in (self.teaching, self.publishing):
            work.shut_down()

    def set_scale(self, scale: float) -> None:
        """See Page."""
        self.parts.set_scale(scale)
        self.form.setVerticalSpacing(round(14 * scale))
