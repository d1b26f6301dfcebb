"""The engineer's set-up page: teach a model, edit the recipe, set up the camera."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout

from station.access import Role
from station.gui.camera_setup import CameraSetup
from station.gui.lens import Lens
from station.gui.page import Desk, Page
from station.gui.recipe_editor import RecipeEditor
from station.gui.setup_tab import SetupTab, show_state
from station.gui.teach_wizard import TeachWizard


class SetupPage(Page):
    """Three tabs that share one look through the lens."""

    role = Role.ENGINEER

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.lens = Lens(desk.control)
        self.teach = TeachWizard(desk, self.lens)
        self.recipe = RecipeEditor(desk, self.lens)
        self.camera = CameraSetup(desk, self.lens)
        self._is_open = False
        self._build()
        self.lens.changed.connect(self._show_lens)
        self.recipe.teach_asked.connect(self._teach)
        self.teach.recipe_saved.connect(self.recipe.reload)
        self._retranslate()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.tabs = QButtonGroup(self)
        self.stack = QStackedWidget()
        for index, tab in enumerate((self.teach, self.recipe, self.camera)):
            button = QPushButton()
            button.setCheckable(True)
            button.setChecked(index == 0)
            self.tabs.addButton(button, index)
            row.addWidget(button)
            self.stack.addWidget(tab)
        row.addSpacing(12)
        self.lens_label = QLabel()
        self.lens_label.setWordWrap(True)
        row.addWidget(self.lens_label, 1)
        self.camera_button = QPushButton()
        self.camera_button.setObjectName("camera_alone")
        row.addWidget(self.camera_button)
        column.addLayout(row)
        column.addWidget(self.stack, 1)
        self.tabs.idClicked.connect(self.open_tab)
        self.camera_button.clicked.connect(self._camera_alone)

    @Slot(int)
    def open_tab(self, index: int) -> None:
        """Show one of the tabs."""
        if index != self.stack.currentIndex():
            self._tab.left()
            self.stack.setCurrentIndex(index)
            if self._is_open:
                self._tab.opened()
        self.tabs.button(index).setChecked(True)

    @property
    def _tab(self) -> SetupTab:
        tab = self.stack.currentWidget()
        assert isinstance(tab, SetupTab)
        return tab

    @Slot()
    def _teach(self) -> None:
        self.open_tab(self.stack.indexOf(self.teach))

    @Slot()
    def _camera_alone(self) -> None:
        if self.lens.through == "camera":
            self.lens.close_camera()
        else:
            self.lens.open_camera()

    @Slot()
    def _show_lens(self) -> None:
        through = self.lens.through
        told = {
            "line": self.tr("Live through the running line, which goes on judging."),
            "stopping": self.tr("The line is finishing its parts…"),
            "camera": self.tr("Camera alone: nothing is judged or recorded. The line stays stopped until it is started (F5)."),
            "none": self.tr("No picture: the line is stopped and the camera is closed."),
        }
        if self.lens.message:
            show_state(self.lens_label, self.tr("Camera: {0}").format(self.lens.message), "error")
        else:
            show_state(self.lens_label, told[through], "warning" if through == "camera" else "")
        texts = {
            "line": self.tr("Stop the line, open the camera alone"),
            "camera": self.tr("Close the camera"),
            "stopping": self.tr("Open the camera"),
            "none": self.tr("Open the camera"),
        }
        self.camera_button.setText(texts[through])
        is_free = through != "stopping" and self.desk.control.state in ("running", "stopped")
        self.camera_button.setEnabled(is_free)
        self.camera_button.setToolTip("" if is_free else self.tr("The line is starting or stopping; wait a moment."))

    def _retranslate(self) -> None:
        for index, button in enumerate(self.tabs.buttons()):
            tab = self.stack.widget(index)
            assert isinstance(tab, SetupTab)
            button.setText(tab.name())
        self._show_lens()

    # -- page ------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name in the navigation."""
        return self.tr("Set-up")

    def opened(self) -> None:
        """The page is shown."""
        self._is_open = True
        self.lens.watch(True)
        self._show_lens()
        self._tab.opened()

    def left(self) -> None:
        """Another page: the camera is given back."""
        self._is_open = False
        self._tab.left()
        self.lens.watch(False)

    def shut_down(self) -> None:
        """The window closes."""
        self.lens.watch(False)
        for tab in (self.teach, self.recipe, self.camera):
            tab.shut_down()

    def set_scale(self, scale: float) -> None:
        """Everything grows and shrinks with the window."""
        for tab in (self.teach, self.recipe, self.camera):
            tab.set_scale(scale)

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
