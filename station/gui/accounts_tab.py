"""Who may sign in: listed, added, changed, deactivated by an engineer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QPushButton, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from station.access import Role, User
from station.gui import words
from station.gui.account_dialog import AccountDialog, Save
from station.gui.frames import new_card
from station.gui.page import Desk
from station.gui.work import Work
from station.store.accounts import AccountLine
from station.store.database import StoreError


class AccountsTab(QWidget):
    """The list and what can be done with the account that is chosen in it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._session = desk.session
        self._known = desk.session.accounts
        self._accounts: list[AccountLine] = []
        self._work = Work(self)
        self._work.done.connect(self._on_deactivated)
        self._work.failed.connect(self._on_failed)
        self._build()
        self._retranslate()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.notice = new_card()
        row = QHBoxLayout(self.notice)
        self.notice_label = QLabel()
        self.notice_label.setWordWrap(True)
        self.first_button = QPushButton()
        self.first_button.setProperty("primary", True)
        row.addWidget(self.notice_label, 1)
        row.addWidget(self.first_button)
        column.addWidget(self.notice)
        card = new_card()
        inside = QVBoxLayout(card)
        self.title = QLabel()
        self.title.setProperty("title", True)
        self.table = QTableWidget(0, 4)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.setStyleSheet("QTableWidget::item { padding: 4px; }")
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._enable)
        inside.addWidget(self.title)
        inside.addWidget(self.table, 1)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        inside.addWidget(self.sentence)
        buttons = QHBoxLayout()
        self.add_button, self.role_button, self.secret_button, self.deactivate_button = (QPushButton() for _ in range(4))
        for button, slot in (
            (self.add_button, self._add),
            (self.role_button, self._change_role),
            (self.secret_button, self._change_secret),
            (self.deactivate_button, self._deactivate),
        ):
            button.clicked.connect(slot)
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        column.addWidget(card, 1)
        column.addStretch(0)
        self.card = card
        self.first_button.clicked.connect(self._add)

    # -- tab -------------------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """Shown: as the records have it."""
        self._show()

    def left(self) -> None:
        """No longer shown."""

    def shut_down(self) -> None:
        """The window closes."""
        self._work.shut_down()

    # -- asked -----------------------------------------------------------------------------------------------------

    @Slot()
    def _add(self) -> None:
        is_first = not self._session.has_accounts
        actor = self._session.actor

        def save(name: str, role: Role, secret: str) -> AccountLine:
            account = self._known.add(name, role, secret, actor)
            if is_first:  # whoever makes the first one is that person
                self._known.signed_in(User(account.name, account.role))
            return account

        title = self.tr("The first engineer") if is_first else self.tr("Another account")
        account = self._ask(title, save, None, (Role.ENGINEER,) if is_first else tuple(Role))
        if account is not None and is_first:
            self._session.sign_in(User(account.name, account.role))
        if account is not None:
            self._say(self.tr("{0} may sign in.").format(account.name))

    @Slot()
    def _change_role(self) -> None:
        if (chosen := self._chosen()) is None:
            return
        actor = self._session.actor
        title = self.tr("Another role for {0}").format(chosen.name)
        account = self._ask(title, lambda name, role, secret: self._known.set_role(name, role, actor, secret or None), chosen, tuple(Role))
        if account is not None:
            self._say(self.tr("{0} has the role {1} now.").format(account.name, words.role_word(account.role)))

    @Slot()
    def _change_secret(self) -> None:
        if (chosen := self._chosen()) is None:
            return
        actor = self._session.actor
        title = self.tr("Another PIN or password for {0}").format(chosen.name)
        account = self._ask(title, lambda name, _role, secret: self._known.set_secret(name, secret, actor), chosen, (chosen.role,))
        if account is not None:
            self._say(self.tr("{0} signs in with the new one from now on.").format(account.name))

    @Slot()
    def _deactivate(self) -> None:
        if (chosen := self._chosen()) is not None:
            actor = self._session.actor
            self.deactivate_button.setEnabled(False)
            self._work.start(lambda _: self._known.deactivate(chosen.name, actor))

    def _ask(self, title: str, save: Save, account: AccountLine | None, roles: tuple[Role, ...]) -> AccountLine | None:
        dialog = AccountDialog(title, save, self, account, roles)
        dialog.exec()
        dialog.deleteLater()
        return dialog.saved

    @Slot(object)
    def _on_deactivated(self, account: AccountLine) -> None:
        self._say(self.tr("{0} signs in no more. Add the name again to bring the account back.").format(account.name))

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._say(message)

    # -- showing ---------------------------------------------------------------------------------------------------

    def _say(self, sentence: str) -> None:
        self._session.refresh()  # it may have been the person's own account
        self._show()
        self.sentence.setText(sentence)

    def _show(self) -> None:
        self.sentence.setText("")
        self.notice.setVisible(not self._session.has_accounts)
        self.card.setVisible(self._session.has_accounts)
        try:
            self._accounts = self._known.all()
        except StoreError as err:
            self.sentence.setText(str(err))
            return
        chosen = self._chosen_name()
        self.table.setRowCount(len(self._accounts))
        for row, account in enumerate(self._accounts):
            state = self.tr("may sign in") if account.is_active else self.tr("deactivated")
            since = words.day_word(account.created_at)
            for column, text in enumerate((account.name, words.role_word(account.role), state, since)):
                self.table.setItem(row, column, QTableWidgetItem(text))
            if account.name == chosen:
                self.table.selectRow(row)
        self._enable()

    def _chosen_name(self) -> str:
        item = self.table.item(self.table.currentRow(), 0) if self.table.selectedItems() else None
        return "" if item is None else item.text()

    def _chosen(self) -> AccountLine | None:
        name = self._chosen_name()
        return next((account for account in self._accounts if account.name == name), None)

    @Slot()
    def _enable(self) -> None:
        chosen = self._chosen()
        why = self.tr("Choose an account first") if chosen is None else "" if chosen.is_active else self.tr("Add the name again to bring it back")
        for button in (self.role_button, self.secret_button, self.deactivate_button):
            button.setEnabled(not why)
            button.setToolTip(why)

    def _retranslate(self) -> None:
        self.title.setText(self.tr("Accounts"))
        self.notice_label.setText(
            self.tr("There is no account yet: whoever stands here may do everything. With the first one, pages of QA and engineers ask who is there.")
        )
        self.first_button.setText(self.tr("Create the first engineer…"))
        self.add_button.setText(self.tr("Add…"))
        self.role_button.setText(self.tr("Role…"))
        self.secret_button.setText(self.tr("New PIN or password…"))
        self.deactivate_button.setText(self.tr("Deactivate"))
        self.table.setHorizontalHeaderLabels([self.tr("Name"), self.tr("Role"), self.tr("State"), self.tr("Since")])
        if self.isVisible():
            self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
