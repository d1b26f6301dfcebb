"""Asks who is there."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QListWidget, QPushButton, QVBoxLayout, QWidget

from station.access import Role, User
from station.gui import theme, words
from station.gui.pin_pad import PinPad
from station.gui.session import Session
from station.gui.work import Progress, Work
from station.store.accounts import MAX_SECRET, SignInPaused, WrongSecret
from station.store.database import StoreError


class SignInDialog(QDialog):
    """Name from a list or typed, PIN or password by keys or keyboard. Accepted once somebody with the role has signed in."""

    def __init__(self, session: Session, role: Role, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._role = role
        self._free_at = 0.0  # monotonic seconds; before, a try would not be looked at
        self._work = Work(self)
        self._work.done.connect(self._on_checked)
        self._work.failed.connect(self._on_failed)
        self._ticks = QTimer(self)
        self._ticks.setInterval(200)
        self._ticks.timeout.connect(self._show_pause)
        window = parent.window()
        self._build(theme.scale_for(window.width(), window.height()))
        self._list_names()

    def _build(self, scale: float) -> None:
        self.setWindowTitle(self.tr("Sign in"))
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(round(18 * scale),) * 4)
        column.setSpacing(round(10 * scale))
        self.title = QLabel(self.tr("Who are you?"))
        self.title.setProperty("title", True)
        column.addWidget(self.title)
        self.purpose = QLabel(self._purpose())
        self.purpose.setProperty("quiet", True)
        column.addWidget(self.purpose)
        row = QHBoxLayout()
        row.setSpacing(round(18 * scale))
        row.addLayout(self._names(scale), 1)
        row.addLayout(self._secret(scale))
        column.addLayout(row, 1)
        self.sentence = QLabel()
        self.sentence.setProperty("error", True)
        self.sentence.setWordWrap(True)
        self.sentence.setMinimumHeight(round(40 * scale))
        column.addWidget(self.sentence)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.cancel_button, self.sign_in_button = QPushButton(self.tr("Cancel (Esc)")), QPushButton(self.tr("Sign in"))
        self.sign_in_button.setProperty("primary", True)
        self.sign_in_button.setDefault(True)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        self.sign_in_button.clicked.connect(self._try)
        for button in (self.cancel_button, self.sign_in_button):
            button.setMinimumSize(round(130 * scale), round(48 * scale))
            buttons.addWidget(button)
        column.addLayout(buttons)

    def _names(self, scale: float) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(round(10 * scale))
        self.name_edit = QLineEdit()
        self.name_edit.setPlaceholderText(self.tr("Name: choose or type"))
        self.name_edit.setAccessibleName(self.tr("Name"))
        self.name_edit.textEdited.connect(self._on_name_typed)
        self.names = QListWidget()
        self.names.setAccessibleName(self.tr("Names"))
        self.names.setMinimumWidth(round(230 * scale))
        self.names.setStyleSheet(f"QListWidget::item {{ padding: {round(9 * scale)}px; }}")
        self.names.itemClicked.connect(lambda item: self._choose(item.text()))
        self.names.itemActivated.connect(lambda item: self._choose(item.text()))
        column.addWidget(self.name_edit)
        column.addWidget(self.names, 1)
        return column

    def _secret(self, scale: float) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(round(10 * scale))
        self.secret_edit = QLineEdit()
        self.secret_edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.secret_edit.setMaxLength(MAX_SECRET)
        self.secret_edit.setPlaceholderText(self.tr("PIN or password"))
        self.secret_edit.setAccessibleName(self.tr("PIN or password"))
        self.pad = PinPad(self.secret_edit, scale)
        column.addWidget(self.secret_edit)
        column.addWidget(self.pad)
        column.addStretch(1)
        return column

    def _purpose(self) -> str:
        if self._role is Role.ENGINEER:
            return self.tr("This is for engineers.")
        if self._role is Role.QA:
            return self.tr("This is for QA and engineers.")
        return self.tr("The records name who did what.")

    def _list_names(self) -> None:
        """Those who may: an account that would not do is no choice."""
        try:
            accounts = self._session.accounts.all()
        except StoreError as err:
            self.sentence.setText(str(err))
            return
        names = [account.name for account in accounts if account.is_active and account.role.includes(self._role)]
        self.names.addItems(names)
        if len(names) == 1:
            self._choose(names[0])
        else:
            self.name_edit.setFocus()

    # -- asked -----------------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_name_typed(self, typed: str) -> None:
        for row in range(self.names.count()):
            item = self.names.item(row)
            item.setHidden(typed.casefold() not in item.text().casefold())
        self.names.setCurrentRow(-1)

    def _choose(self, name: str) -> None:
        self.name_edit.setText(name)
        self.secret_edit.setFocus()

    @Slot()
    def _try(self) -> None:
        name, secret = self.name_edit.text(), self.secret_edit.text()
        if not name.strip():
            self.name_edit.setFocus()
            return
        if not secret:
            self.secret_edit.setFocus()
            return
        if self._work.is_busy or self._is_paused():
            return
        self.sentence.setText("")
        self.secret_edit.clear()
        self.secret_edit.setPlaceholderText(self.tr("Checking…"))
        self._work.start(lambda progress: self._check(name, secret, progress))
        self._enable()

    def _check(self, name: str, secret: str, progress: Progress) -> User | WrongSecret | SignInPaused:
        """Work; a refusal is an answer, to be given in the window's language."""
        try:
            return self._session.check(name, secret, self._role, progress)
        except (WrongSecret, SignInPaused) as refusal:
            return refusal

    # -- answered --------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_checked(self, answer: User | WrongSecret | SignInPaused) -> None:
        self._ready()
        if isinstance(answer, SignInPaused):
            self._free_at = time.monotonic() + answer.wait_s
            self._ticks.start()
            self._show_pause()
        elif isinstance(answer, WrongSecret):
            self.sentence.setText(self.tr("Name and PIN or password do not belong together. Try again."))
        elif not answer.role.includes(self._role):
            text = self.tr("{0} has the role {1}, and this needs the role {2}.")
            self.sentence.setText(text.format(answer.name, words.role_word(answer.role), words.role_word(self._role)))
        else:
            self._session.sign_in(answer)
            self.accept()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._ready()
        self.sentence.setText(message)

    def _ready(self) -> None:
        self.secret_edit.setPlaceholderText(self.tr("PIN or password"))
        self._enable()
        self.secret_edit.setFocus()

    @Slot()
    def _show_pause(self) -> None:
        left_s = self._free_at - time.monotonic()
        if left_s > 0:
            self.sentence.setText(self.tr("Too many wrong tries. Wait {0} s.").format(math.ceil(left_s)))
        else:
            self._ticks.stop()
            self.sentence.setText("")
        self._enable()

    def _is_paused(self) -> bool:
        return time.monotonic() < self._free_at

    def _enable(self) -> None:
        is_free = not self._work.is_busy and not self._is_paused()
        self.sign_in_button.setEnabled(is_free)
        self.sign_in_button.setToolTip("" if is_free else self.tr("The last try is being looked at, or its pause is not over"))
        for widget in (self.pad, self.secret_edit, self.name_edit, self.names):
            widget.setEnabled(not self._work.is_busy)

    def done(self, outcome: int) -> None:
        """Leave, whatever the outcome: a try under way no longer counts."""
        self._ticks.stop()
        self._work.shut_down()
        super().done(outcome)
