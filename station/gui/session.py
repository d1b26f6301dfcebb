"""Who sits before the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from station.access import NOBODY, Role, User


class Session(QObject):
    """The person at the window, and what that person may do. Without accounts everybody may do everything."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.user: User = NOBODY
        self.has_accounts = False

    def may(self, role: Role) -> bool:
        """Whether the person at the window may do what this role does."""
        return not self.has_accounts or self.user.role.includes(role)

    def require(self, role: Role, parent: QWidget) -> bool:
        """The same, asking somebody to sign in where needed."""
        return self.may(role)

    @property
    def actor(self) -> str:
        """The name that events and reviews carry."""
        return self.user.name
