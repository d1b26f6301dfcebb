"""A page of the window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QWidget

from station.access import Role
from station.gui.control import Control
from station.gui.session import Session


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page works with."""

    control: Control
    session: Session
    settings: QSettings  # what the window remembers; each page under its own prefix

    @property
    def actor(self) -> str:
        """Who acts: the person who signed in; where nobody needs to, the operator of the lot in hand."""
        return self.session.actor or self.control.lot.operator


class Page(QWidget):
    """One page. It translates itself on LanguageChange, and does nothing slow in the GUI thread (see `work`)."""

    role = Role.OPERATOR
    """Who may open it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setProperty("page", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def name(self) -> str:
        """Its name in the navigation, in the language of now."""
        raise NotImplementedError

    def opened(self) -> None:
        """It is shown: bring it up to date."""

    def left(self) -> None:
        """Another page is shown, or the window closes: stop timers and cameras that only this page needs."""

    def shut_down(self) -> None:
        """The window closes: end workers."""

    def set_scale(self, scale: float) -> None:
        """Everything is drawn `scale` times as large as designed; only sizes that no style sheet can set belong here."""
