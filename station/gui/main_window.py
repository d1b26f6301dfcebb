"""The window: navigation above, one page at a time, faults over every page, the state of the line below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QButtonGroup, QFrame, QHBoxLayout, QLabel, QMainWindow, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from station.access import Role, User
from station.gui import theme, words
from station.gui.banner import Banner
from station.gui.garbage import Garbage
from station.gui.language import Languages
from station.gui.line_page import LinePage
from station.gui.lock_icon import lock_icon
from station.gui.page import Desk, Page
from station.lot import Lot

_DELIVERY_MS = 1000


class StationWindow(QMainWindow):
    """All pages of the station; which of them open depends on who has signed in."""

    def __init__(self, desk: Desk, languages: Languages, pages: Sequence[Page], garbage: Garbage) -> None:
        """pages: in the order of the navigation; the first is the operator's."""
        super().__init__()
        assert isinstance(pages[0], LinePage)
        self.desk = desk
        self.control = desk.control
        self.languages = languages
        self._delivery = QTimer(self)
        self._delivery.setInterval(_DELIVERY_MS)
        self._garbage = garbage
        self.line: LinePage = pages[0]
        self.pages = tuple(pages)
        self._scale = 0.0
        theme.use(str(desk.settings.value("theme", theme.DARK.name)) if desk.settings.value("theme") in theme.PALETTES else theme.DARK.name)
        self._build()
        self._wire()
        self._retranslate()
        self._restore()
        self._delivery.start()
        self.line.opened()

    def page(self, kind: type[Page]) -> Page:
        """The page of this class."""
        return next(page for page in self.pages if isinstance(page, kind))

    def open_page(self, page: Page) -> bool:
        """Show a page; False if nobody with its role is there, and then the old one stays."""
        current = self.stack.currentWidget()
        if page is not current and self.desk.session.require(page.role, self):
            assert isinstance(current, Page)
            current.left()
            self.stack.setCurrentWidget(page)
            page.opened()
        self._nav.buttons()[self.stack.currentIndex()].setChecked(True)
        return self.stack.currentWidget() is page

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        screen = QWidget()
        screen.setObjectName("screen")
        self.setCentralWidget(screen)
        column = QVBoxLayout(screen)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._navigation())
        self.banner = Banner()
        above = QHBoxLayout()
        above.setContentsMargins(10, 6, 10, 0)
        above.addWidget(self.banner)
        column.addLayout(above)
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        column.addWidget(self.stack, 1)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        self.state_label, self.model_label, self.delivery_label, self.recipe_label, self.station_label = (QLabel() for _ in range(5))
        bar.addWidget(self.state_label)
        bar.addWidget(self.model_label, 1)
        bar.addPermanentWidget(self.delivery_label)
        bar.addPermanentWidget(self.recipe_label)
        bar.addPermanentWidget(self.station_label)

    def _navigation(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("navigation")
        row = QHBoxLayout(frame)
        row.setContentsMargins(10, 3, 10, 3)
        row.setSpacing(4)
        self._nav = QButtonGroup(self)
        for index in range(len(self.pages)):
            button = self._nav_button(is_page=True)
            button.setChecked(index == 0)
            self._nav.addButton(button, index)
            row.addWidget(button)
        row.addStretch(1)
        self.user_button, self.theme_button, self.language_button = (self._nav_button() for _ in range(3))
        for button, name in ((self.user_button, "user"), (self.theme_button, "theme"), (self.language_button, "language")):
            button.setObjectName(name)
            row.addWidget(button)
        return frame

    def _nav_button(self, is_page: bool = False) -> QPushButton:
        button = QPushButton()
        button.setProperty("nav", True)
        button.setCheckable(is_page)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that the space bar stays the trigger after a click
        return button

    def _wire(self) -> None:
        self.control.faulted.connect(self._on_fault)
        self.control.recorded.connect(self._show_model)
        self.control.state_changed.connect(self._on_state)
        self.control.rules.alarmed.connect(self._on_alarm)
        self._delivery.timeout.connect(self._show_delivery)
        self.language_button.clicked.connect(self.languages.next)
        self.theme_button.clicked.connect(self._other_theme)
        self._nav.idClicked.connect(self._open_by_button)
        self.desk.session.changed.connect(self._on_session)
        self.desk.session.unwritten.connect(self._on_unwritten_event)
        self.user_button.clicked.connect(self._sign_in_or_out)
        shortcuts: list[tuple[str, Callable[[], object]]] = [
            ("F5", self.line.start_or_stop),
            ("F9", self.languages.next),
            ("F11", self._toggle_full_screen),
            ("Ctrl+L", self._edit_lot),
        ]
        for keys, slot in shortcuts:
            QShortcut(QKeySequence(keys), self, slot)
        for index in range(min(9, len(self.pages))):
            QShortcut(QKeySequence(f"Alt+{index + 1}"), self, self._nav.buttons()[index].click)

    # -- heard -----------------------------------------------------------------------------------------------------

    @Slot(str, str)
    def _on_fault(self, source: str, message: str) -> None:
        self.banner.set_fault(source, message)
        self._show_model()

    @Slot(object)
    def _on_alarm(self, _alarm: object) -> None:
        self._show_state()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        self._show_state()
        self._show_model()
        if state == "running":
            self._show_recipe()

    @Slot()
    def _on_session(self) -> None:
        """Another person: what they may not see is left, whatever was open over it."""
        session = self.desk.session
        self._show_user()
        if session.user.name:
            self._follow_operator(session.user)
        else:
            while (dialog := QApplication.activeModalWidget()) is not None and dialog.close():
                pass
        current = self.stack.currentWidget()
        assert isinstance(current, Page)
        if not session.may(current.role):
            self.open_page(self.line)

    def _follow_operator(self, user: User) -> None:
        """Parts are recorded under an operator who signs in, and under whoever does where nobody is named."""
        lot = self.control.lot
        if user.role is Role.OPERATOR or not lot.operator:
            self.control.set_lot(Lot(lot.code, user.name))
            self.line.show_lot()

    @Slot(str)
    def _on_unwritten_event(self, message: str) -> None:
        self.control.set_fault("records", message)

    # -- asked -----------------------------------------------------------------------------------------------------

    @Slot()
    def _sign_in_or_out(self) -> None:
        session = self.desk.session
        if session.user.name:
            session.sign_out()
        else:
            session.ask(Role.OPERATOR, self)

    @Slot(int)
    def _open_by_button(self, index: int) -> None:
        self.open_page(self.pages[index])

    @Slot()
    def _edit_lot(self) -> None:
        if self.open_page(self.line):
            self.line.edit_lot()

    @Slot()
    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _other_theme(self) -> None:
        self.use_theme(theme.LIGHT.name if theme.colours() is theme.DARK else theme.DARK.name)

    def use_theme(self, name: str) -> None:
        """Draw with another of theme.PALETTES from now on, at the next start too."""
        theme.use(name)
        self.desk.settings.setValue("theme", name)
        self.setStyleSheet(theme.style_sheet(self._scale))
        self._retranslate()

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show_user(self) -> None:
        """Who is there, and which pages ask for somebody else."""
        session = self.desk.session
        self.user_button.setVisible(session.has_accounts)
        if session.user.name:
            self.user_button.setText(f"{session.user.name} · {words.role_word(session.user.role)}")
            self.user_button.setToolTip(self.tr("Sign out"))
        else:
            self.user_button.setText(self.tr("Sign in"))
            self.user_button.setToolTip(self.tr("Say who you are"))
        for index, (button, page) in enumerate(zip(self._nav.buttons(), self.pages, strict=True)):
            may = session.may(page.role)
            button.setIcon(QIcon() if may else lock_icon(theme.colours().quiet))
            button.setToolTip(f"Alt+{index + 1}" + ("" if may else " · " + self.tr("asks for: {0}").format(words.role_word(page.role))))

    def _show_state(self) -> None:
        states = {
            "running": self.tr("● Running"),
            "stopped": self.tr("■ Stopped"),
            "starting": self.tr("… Starting"),
            "stopping": self.tr("… Stopping"),
        }
        is_held = self.control.state == "running" and self.control.rules.is_held
        self.state_label.setText(self.tr("▲ Held by an alarm") if is_held else states[self.control.state])

    @Slot()
    def _show_model(self) -> None:
        judge = self.control.judge
        if judge is None:
            self.model_label.clear()
            return
        text = self.tr("Model {0} version {1} on {2}").format(judge.model, judge.model_version, judge.provider)
        self.model_label.setText(text + " · " + self.tr("OK up to {0} · NG above {1}").format(f"{judge.ok_at_most:.2f}", f"{judge.ng_above:.2f}"))

    @Slot()
    def _show_delivery(self) -> None:
        """What the receivers of verdicts have not acknowledged yet."""
        states = self.control.station.deliverer.states
        self.delivery_label.setVisible(bool(states))
        waiting = max((state.undelivered for state in states), default=0)
        is_late = any(state.problem for state in states)
        text = self.tr("{0} not delivered").format(waiting) if waiting else self.tr("all delivered")
        self.delivery_label.setText(f"▲ {text}" if is_late else text)
        lines = [f"{state.name}: {state.undelivered}" + (f" · {state.problem}" if state.problem else "") for state in states]
        self.delivery_label.setToolTip("\n".join(lines))
        if self.delivery_label.property("warning") is not is_late:
            self.delivery_label.setProperty("warning", is_late)
            self.delivery_label.style().polish(self.delivery_label)

    def _show_recipe(self) -> None:
        recipe = self.control.station.recipe
        self.recipe_label.setText(self.tr("Recipe {0} revision {1}").format(recipe.name, recipe.revision))

    def _retranslate(self) -> None:
        station = self.control.station
        self.setWindowTitle(self.tr("Inspection station {0}").format(station.config.station.name))
        for button, page in zip(self._nav.buttons(), self.pages, strict=True):
            button.setText(page.name())
        self._show_user()
        self.theme_button.setText("☀" if theme.colours() is theme.DARK else "☾")
        self.theme_button.setToolTip(self.tr("Light theme") if theme.colours() is theme.DARK else self.tr("Dark theme"))
        self.theme_button.setAccessibleName(self.theme_button.toolTip())
        self.language_button.setText(self.languages.next_name())
        self.language_button.setToolTip(self.tr("Language of the window (F9)"))
        self._show_recipe()
        self.station_label.setText(station.config.station.name)
        self.banner.retranslate()
        self._show_delivery()
        self._show_state()
        self._show_model()

    # -- window ----------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            if self._scale:  # each language has fonts of its own
                self.setStyleSheet(theme.style_sheet(self._scale))
            self._retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything grows and shrinks with the window."""
        super().resizeEvent(event)
        scale = theme.scale_for(self.width(), self.height())
        if abs(scale - self._scale) > 0.02:
            self._scale = scale
            self.setStyleSheet(theme.style_sheet(scale))
            for page in self.pages:
                page.set_scale(scale)

    def minimumSizeHint(self) -> QSize:
        """Half of the designed size: a full-HD screen at 200 % is larger than that."""
        return QSize(theme.DESIGN_WIDTH // 2, theme.DESIGN_HEIGHT // 2)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish every accepted part, remember the window, go."""
        self.desk.settings.setValue("geometry", self.saveGeometry())
        self._delivery.stop()
        current = self.stack.currentWidget()
        assert isinstance(current, Page)
        current.left()
        for page in self.pages:
            page.shut_down()
        self.desk.session.shut_down()
        self.control.close()
        self.languages.release()
        self._garbage.release()
        super().closeEvent(event)

    def _restore(self) -> None:
        geometry = self.desk.settings.value("geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(theme.DESIGN_WIDTH, theme.DESIGN_HEIGHT)
        self.setMinimumSize(self.minimumSizeHint())
