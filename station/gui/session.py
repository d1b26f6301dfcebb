"""Who sits before the window."""

from __future__ import annotations

import logging
import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from station.access import NOBODY, Role, User
from station.gui.work import Progress, Work
from station.store.accounts import Accounts
from station.store.database import StoreError

log = logging.getLogger(__name__)

_TOUCHES = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TabletPress,
}
"""What shows that somebody is there."""


class Session(QObject):
    """The person at the window, and what that person may do. Without accounts everybody may do everything."""

    changed = Signal()  # another person, another role, or the first account
    unwritten = Signal(str)  # why an event of the session could not be recorded

    def __init__(self, accounts: Accounts, idle_minutes: float) -> None:
        """
        Args:
            idle_minutes: without key or mouse for so long, the person is signed out; 0 = never.

        Raises:
            StoreError: the accounts cannot be read; nobody may be taken for everybody then.
        """
        super().__init__()
        self.accounts = accounts
        self.user: User = NOBODY
        self.has_accounts = False
        self._idle_s = 60.0 * idle_minutes
        self._touched_s = 0.0
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._look_whether_idle)
        self._writing = Work(self)
        self._writing.failed.connect(self.unwritten)
        self._look()

    def may(self, role: Role) -> bool:
        """Whether the person at the window may do what this role does."""
        return not self.has_accounts or self.user.role.includes(role)

    def require(self, role: Role, parent: QWidget) -> bool:
        """The same, asking somebody to sign in where needed."""
        self.refresh()
        return self.may(role) or self.ask(role, parent)

    def ask(self, role: Role, parent: QWidget) -> bool:
        """Ask somebody with this role to sign in; True once somebody has."""
        from station.gui.sign_in_dialog import SignInDialog  # which needs this module

        dialog = SignInDialog(self, role, parent)
        try:
            return bool(dialog.exec())
        finally:
            dialog.deleteLater()

    @property
    def actor(self) -> str:
        """The name that events and reviews carry."""
        return self.user.name

    def refresh(self) -> None:
        """Look at the accounts again: they may be changed on the command line meanwhile. What cannot be read stays as it was."""
        try:
            self._look()
        except StoreError as err:
            self.unwritten.emit(str(err))

    def _look(self) -> None:
        accounts = [account for account in self.accounts.all() if account.is_active]
        had_accounts, self.has_accounts = self.has_accounts, bool(accounts)
        mine = next((account for account in accounts if account.name == self.user.name), None)
        if self.user.name and mine is None:
            self.sign_out("deactivated")
        elif mine is not None and mine.role is not self.user.role:
            self.user = User(mine.name, mine.role)
            self.changed.emit()
        elif had_accounts != self.has_accounts:
            self.changed.emit()

    # -- signing in and out ----------------------------------------------------------------------------------------

    def check(self, name: str, secret: str, role: Role, progress: Progress) -> User:
        """Work: the person with this name and secret, written down as signed in unless the role is not met. Raises StoreError."""
        user = self.accounts.check(name, secret)
        progress(-1)  # whoever has gone away meanwhile is not signed in
        if user.role.includes(role):
            if self.user.name:
                self.accounts.signed_out(self.user, "somebody else signed in")
            self.accounts.signed_in(user)
        return user

    def sign_in(self, user: User) -> None:
        """This person sits at the window from now on; `check` has seen that it is true, and written it down."""
        self.user, self.has_accounts = user, True
        self._touched_s = time.monotonic()
        if self._idle_s:
            application = QCoreApplication.instance()
            assert application is not None
            application.installEventFilter(self)  # once, however often it is asked
            self._idle.start(round(self._idle_s * 1e3))
        self.changed.emit()

    @Slot()
    def sign_out(self, reason: str = "asked") -> None:
        """Nobody sits at the window from now on."""
        if not self.user.name:
            return
        user, self.user = self.user, NOBODY
        self._rest()
        self._writing.start(lambda _: self.accounts.signed_out(user, reason))
        self.changed.emit()

    def shut_down(self) -> None:
        """The window closes."""
        if self.user.name:
            self.sign_out("closed")
        self._rest()
        self._writing.shut_down()

    # -- idle ------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys and mouse, wherever in the application."""
        if event.type() in _TOUCHES:
            self._touched_s = time.monotonic()
        return False

    @Slot()
    def _look_whether_idle(self) -> None:
        left_s = self._touched_s + self._idle_s - time.monotonic()
        if left_s > 0:
            self._idle.start(round(left_s * 1e3) + 1)
            return
        log.info("%s signed out: no key and no mouse for %g minutes", self.user.name, self._idle_s / 60)
        self.sign_out("idle")

    def _rest(self) -> None:
        self._idle.stop()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
