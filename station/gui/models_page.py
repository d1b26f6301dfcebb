"""The engineer's models: versions and their reports, thresholds, a candidate on trial."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout

from models.pending import pending_path
from station.access import Role
from station.gui.confirm_bar import ConfirmBar
from station.gui.page import Desk, Page
from station.gui.threshold_workbench import ThresholdWorkbench
from station.gui.trial_view import TrialView
from station.gui.version_view import VersionView
from station.gui.work import Work
from station.model_watch import stamp
from station.versions import Shelf, look

_POLL_MS = 700  # a version may be activated on the command line, or by a new lot


class ModelsPage(Page):
    """Three views of the same versions."""

    role = Role.ENGINEER

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._looking = Work(self)
        self._listing = Work(self)  # the store may be a network share: it is never asked in the window's thread
        self._listing.done.connect(self._on_listed)
        self._versions: list[str] = []
        self._seen: tuple[object, ...] = ()
        self._active: str | None = None
        self._wanted = ""  # to be chosen as soon as it is listed
        self._shelf: Shelf | None = None
        self._unshown: dict[int, Shelf] = {}  # tab: what it has not been shown yet; three at once would be a late repaint
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        head = QHBoxLayout()
        self.title = QLabel()
        self.title.setProperty("title", True)
        head.addWidget(self.title)
        head.addSpacing(16)
        self.tabs = QButtonGroup(self)
        self.tab_buttons = [QPushButton() for _ in range(3)]
        for index, button in enumerate(self.tab_buttons):
            button.setProperty("nav", True)
            button.setCheckable(True)
            button.setChecked(index == 0)
            self.tabs.addButton(button, index)
            head.addWidget(button)
        head.addStretch(1)
        self.judging = QLabel()
        self.judging.setProperty("quiet", True)
        head.addWidget(self.judging)
        column.addLayout(head)
        self.confirm = ConfirmBar()
        column.addWidget(self.confirm)
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.hide()
        column.addWidget(self.message)
        self.versions = VersionView(desk, self.confirm)
        self.workbench = ThresholdWorkbench(desk, self.confirm)
        self.trial = TrialView(desk)
        self.stack = QStackedWidget()
        for view in (self.versions, self.workbench, self.trial):
            self.stack.addWidget(view)
            view.failed.connect(self._say_error)
            view.told.connect(self._say)
        column.addWidget(self.stack, 1)
        self._wire()
        self._retranslate()

    def _wire(self) -> None:
        self.tabs.idClicked.connect(self._open_tab)
        self.versions.changed.connect(self.reload)
        self.workbench.saved.connect(self._on_saved)
        self._looking.done.connect(self._on_shelf)
        self._looking.failed.connect(self._say_error)
        self._poll.timeout.connect(self._look_whether_changed)

    # -- what is there -----------------------------------------------------------------------------------------------

    @Slot()
    def reload(self) -> None:
        """Read all versions again."""
        station = self.desk.control.station
        self._seen = self._stamps()
        self._looking.start(lambda _: look(station.loader.registry, station.recipe))

    @Slot(object)
    def _on_shelf(self, shelf: Shelf) -> None:
        self._active = shelf.active
        self._versions = sorted(version.version for version in shelf.versions)
        self._show_judging()
        if shelf != self._shelf:  # as nearly always: nothing on screen changes
            self._shelf = shelf
            self._unshown = dict.fromkeys(range(3), shelf)
        self._show_tab()

    def _show_tab(self) -> None:
        """The newest shelf, where this tab has not shown it."""
        index = self.stack.currentIndex()
        shelf = self._unshown.pop(index, None)
        if shelf is not None:
            (self.versions, self.workbench, self.trial)[index].show_shelf(shelf)
        if index == 0 and self._wanted in self._versions:
            self.versions.choose(self._wanted)
            self._wanted = ""

    @Slot()
    def _look_whether_changed(self) -> None:
        if self._seen != self._stamps():
            self.reload()
        elif not self._looking.is_busy and not self._listing.is_busy:
            registry, name = self.desk.control.station.loader.registry, self.desk.control.station.recipe.model
            self._listing.start(lambda _: sorted(registry.versions(name)))
        self._show_judging()

    @Slot(object)
    def _on_listed(self, versions: list[str]) -> None:
        """The trainer may have published one."""
        if versions != self._versions:
            self.reload()

    def _stamps(self) -> tuple[object, ...]:
        """Changes whenever another version is activated or waits: both files lie on this machine."""
        registry, name = self.desk.control.station.loader.registry, self.desk.control.station.recipe.model
        return stamp(registry.pointer(name)), stamp(pending_path(registry, name))

    @Slot(str)
    def _on_saved(self, version: str) -> None:
        self._wanted = version
        self.reload()

    # -- showing -----------------------------------------------------------------------------------------------------

    @Slot()
    def _show_judging(self) -> None:
        """The version on the line; for a moment, or where it was refused, it is not yet the active one."""
        judge = self.desk.control.judge
        text = "" if judge is None else self.tr("The line judges with version {0}").format(judge.model_version)
        is_old = judge is not None and self._active not in (None, judge.model_version)
        if is_old:
            text = "▲ " + self.tr("{0}; version {1} is not on line yet").format(text, self._active)
        self.judging.setText(text)
        self.judging.setProperty("warning", is_old)
        self.judging.style().polish(self.judging)

    @Slot(int)
    def _open_tab(self, index: int) -> None:
        self.confirm.dismiss()
        self.message.hide()
        if self.stack.currentIndex() == 2:
            self.trial.left()
        self.stack.setCurrentIndex(index)
        self._tab_opened()

    def _tab_opened(self) -> None:
        self._show_tab()
        if self.stack.currentIndex() == 1:
            self.workbench.opened()
        elif self.stack.currentIndex() == 2:
            self.trial.opened()

    @Slot(str)
    def _say(self, text: str) -> None:
        self._show_message(text, is_error=False)

    @Slot(str)
    def _say_error(self, text: str) -> None:
        self._show_message(text, is_error=True)

    def _show_message(self, text: str, is_error: bool) -> None:
        self.message.setText(text)
        self.message.setProperty("error", is_error)
        self.message.style().polish(self.message)
        self.message.setVisible(bool(text))

    def _retranslate(self) -> None:
        self.title.setText(self.tr("Model {0}").format(self.desk.control.station.recipe.model))
        texts = self.tr("Versions"), self.tr("Thresholds"), self.tr("Candidate on trial")
        for button, text in zip(self.tab_buttons, texts, strict=True):
            button.setText(text)
        self.message.hide()  # in the language of before
        self._show_judging()

    # -- page --------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        """Its name in the navigation."""
        return self.tr("Models")

    def opened(self) -> None:
        """The page is shown."""
        self.reload()
        self._poll.start()
        self._tab_opened()

    def left(self) -> None:
        """Another page is shown; a replay or a shadow goes on."""
        self._poll.stop()
        self.confirm.dismiss()
        self.trial.left()

    def shut_down(self) -> None:
        """The window is closing."""
        self._poll.stop()
        self._looking.shut_down()
        self._listing.shut_down()
        for view in (self.versions, self.workbench, self.trial):
            view.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def set_scale(self, scale: float) -> None:
        """Letters of the plot."""
        self.workbench.set_scale(scale)
