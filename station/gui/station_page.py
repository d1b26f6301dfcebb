"""The engineer's page of the station itself: how fast, how steady, and who may what."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from station.access import Role
from station.gui.accounts_tab import AccountsTab
from station.gui.drift_tab import DriftTab
from station.gui.page import Desk, Page
from station.gui.times_tab import TimesTab


class StationPage(Page):
    """Times, drift, accounts: one tab at a time."""

    role = Role.ENGINEER

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.times, self.drift, self.accounts = TimesTab(desk), DriftTab(desk), AccountsTab(desk)
        self._tabs = (self.times, self.drift, self.accounts)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.tab_buttons = QButtonGroup(self)
        self._stack = QStackedWidget()
        for index, tab in enumerate(self._tabs):
            button = QPushButton()
            button.setCheckable(True)
            button.setProperty("nav", True)
            self.tab_buttons.addButton(button, index)
            row.addWidget(button)
            self._stack.addWidget(tab)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.tab_buttons.button(0).setChecked(True)
        self.tab_buttons.idClicked.connect(self.open_tab)
        self._retranslate()

    @Slot(int)
    def open_tab(self, index: int) -> None:
        """Show a tab: 0 times, 1 drift, 2 accounts."""
        self._tabs[self._stack.currentIndex()].left()
        self.tab_buttons.button(index).setChecked(True)
        self._stack.setCurrentIndex(index)
        self._tabs[index].opened()

    def name(self) -> str:
        """Its name in the navigation."""
        return self.tr("Station")

    def opened(self) -> None:
        """The page is shown."""
        self._tabs[self._stack.currentIndex()].opened()

    def left(self) -> None:
        """Another page is shown."""
        self._tabs[self._stack.currentIndex()].left()

    def shut_down(self) -> None:
        """The window closes."""
        self.drift.shut_down()
        self.accounts.shut_down()

    def _retranslate(self) -> None:
        for button, text in zip(self.tab_buttons.buttons(), (self.tr("Times"), self.tr("Drift"), self.tr("Accounts")), strict=True):
            button.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
