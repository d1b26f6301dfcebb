"""Asks for what an account needs: its name, role, PIN or password."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from station.access import Role
from station.gui import theme, words
from station.gui.work import Work
from station.lot import MAX_LENGTH
from station.store.accounts import MAX_SECRET, MIN_PASSWORD, MIN_PIN, AccountError, AccountLine, check_secret

Save = Callable[[str, Role, str], AccountLine]
"""Work: writes name, role and secret ('' = the secret stays)."""


class AccountDialog(QDialog):
    """Accepted once the account is written; `saved` is then what was written."""

    def __init__(self, title: str, save: Save, parent: QWidget, account: AccountLine | None = None, roles: tuple[Role, ...] = tuple(Role)) -> None:
        """
        Args:
            account: to be changed; None: a new one.
            roles: to choose from; with one there is no choice.
        """
        super().__init__(parent)
        self.saved: AccountLine | None = None
        self._save = save
        self._account = account
        self._roles = roles
        self._work = Work(self)
        self._work.done.connect(self._on_saved)
        self._work.failed.connect(self._on_failed)
        window = parent.window()
        self.setWindowTitle(title)
        self.setModal(True)
        self._build(title, theme.scale_for(window.width(), window.height()))
        self._show_rule()

    def _build(self, title: str, scale: float) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(round(18 * scale),) * 4)
        column.setSpacing(round(10 * scale))
        heading = QLabel(title)
        heading.setProperty("title", True)
        column.addWidget(heading)
        form = QFormLayout()
        form.setSpacing(round(8 * scale))
        self.name_edit = QLineEdit("" if self._account is None else self._account.name)
        self.name_edit.setMaxLength(MAX_LENGTH)
        self.name_edit.setEnabled(self._account is None)
        self.name_edit.setMinimumWidth(round(280 * scale))
        self.role_box = QComboBox()
        for role in self._roles:
            self.role_box.addItem(words.role_word(role), role)
        if self._account is not None and self._account.role in self._roles:
            self.role_box.setCurrentIndex(self._roles.index(self._account.role))
        self.role_box.setEnabled(len(self._roles) > 1)
        self.role_box.currentIndexChanged.connect(self._show_rule)
        self.secret_edit, self.again_edit = QLineEdit(), QLineEdit()
        for edit in (self.secret_edit, self.again_edit):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setMaxLength(MAX_SECRET)
        form.addRow(self.tr("Name"), self.name_edit)
        form.addRow(self.tr("Role"), self.role_box)
        form.addRow(self.tr("PIN or password"), self.secret_edit)
        form.addRow(self.tr("The same again"), self.again_edit)
        column.addLayout(form)
        self.rule = QLabel()
        self.rule.setProperty("quiet", True)
        self.rule.setWordWrap(True)
        self.sentence = QLabel()
        self.sentence.setProperty("error", True)
        self.sentence.setWordWrap(True)
        self.sentence.setMinimumHeight(round(40 * scale))
        column.addWidget(self.rule)
        column.addWidget(self.sentence)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.cancel_button, self.save_button = QPushButton(self.tr("Cancel (Esc)")), QPushButton(self.tr("Save"))
        self.cancel_button.setAutoDefault(False)
        self.save_button.setProperty("primary", True)
        self.save_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(self._try)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        column.addLayout(buttons)

    @property
    def _role(self) -> Role:
        return self._roles[self.role_box.currentIndex()]

    @property
    def _needs_secret(self) -> bool:
        """A new account, an account whose only change it is, and an operator who becomes more."""
        return self._account is None or len(self._roles) == 1 or (self._account.role is Role.OPERATOR and self._role is not Role.OPERATOR)

    @Slot()
    def _show_rule(self) -> None:
        if not self._needs_secret:
            rule = self.tr("The PIN or password stays as it is.")
        elif self._role is Role.OPERATOR:
            rule = self.tr("A PIN of at least {0} digits, or a password of at least {1} characters.").format(MIN_PIN, MIN_PASSWORD)
        else:
            rule = self.tr("A password of at least {0} characters.").format(MIN_PASSWORD)
        self.rule.setText(rule)
        for edit in (self.secret_edit, self.again_edit):
            edit.setEnabled(self._needs_secret)

    @Slot()
    def _try(self) -> None:
        name, role, secret = self.name_edit.text(), self._role, self.secret_edit.text() if self._needs_secret else ""
        if not name.strip():
            self.sentence.setText(self.tr("Give the account a name."))
            self.name_edit.setFocus()
            return
        if self._needs_secret:
            try:
                check_secret(role, secret)
            except AccountError:
                self.sentence.setText(self.tr("This PIN or password does not do: {0}").format(self.rule.text()))
                self.secret_edit.setFocus()
                return
            if secret != self.again_edit.text():
                self.sentence.setText(self.tr("The two are not the same."))
                self.again_edit.setFocus()
                return
        self.sentence.setText("")
        self.save_button.setEnabled(False)
        self.save_button.setToolTip(self.tr("Being written"))
        self._work.start(lambda _: self._save(name, role, secret))

    @Slot(object)
    def _on_saved(self, account: AccountLine) -> None:
        self.saved = account
        self.accept()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self.save_button.setEnabled(True)
        self.save_button.setToolTip("")
        self.sentence.setText(message)

    def done(self, outcome: int) -> None:
        """Leave; what is being written is finished first."""
        self._work.shut_down()
        super().done(outcome)
