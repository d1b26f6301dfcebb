"""What the tabs of the set-up page have in common."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from station.gui import words
from station.gui.frames import new_card
from station.gui.lens import Lens
from station.gui.page import Desk


class SetupTab(QWidget):
    """One tab: it hears what the lens sees only while it is shown."""

    def __init__(self, desk: Desk, lens: Lens) -> None:
        super().__init__()
        self.desk = desk
        self.control = desk.control
        self.lens = lens

    def name(self) -> str:
        """Its name on the tab, in the language of now."""
        raise NotImplementedError

    def opened(self) -> None:
        """It is shown: bring it up to date."""

    def left(self) -> None:
        """Another tab or page is shown."""

    def shut_down(self) -> None:
        """The window closes: end workers."""

    def set_scale(self, scale: float) -> None:
        """See Page."""

    def retranslate(self) -> None:
        """All words again, in the language of now."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def view_buttons(self, chosen: Callable[[int], None]) -> QButtonGroup:
        """One button a view of the recipe; hidden where there is but one. Name them with `name_views`."""
        group = QButtonGroup(self)
        views = self.control.station.recipe.view_names
        for index in range(len(views)):
            button = small_button(is_checkable=True)
            button.setChecked(index == 0)
            button.setVisible(len(views) > 1)
            group.addButton(button, index)
        group.idClicked.connect(chosen)
        return group

    def name_views(self, group: QButtonGroup) -> None:
        """Their words, in the language of now."""
        for button, view in zip(group.buttons(), self.control.station.recipe.view_names, strict=True):
            button.setText(words.view_word(view))


def card(title: QLabel, content: QWidget, *beside: QWidget) -> QFrame:
    """A framed box: a quiet title, small widgets beside it, the content below."""
    frame = new_card()
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(8, 5, 8, 8)
    layout.setSpacing(4)
    row = QHBoxLayout()
    title.setProperty("quiet", True)
    title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    row.addWidget(title, 1)
    for widget in beside:
        row.addWidget(widget)
    layout.addLayout(row)
    layout.addWidget(content, 1)
    return frame


def small_button(is_checkable: bool = False) -> QPushButton:
    """A flat button, as for the views."""
    button = QPushButton()
    button.setProperty("view", True)
    button.setCheckable(is_checkable)
    return button


def show_state(label: QLabel, text: str, kind: str = "") -> None:
    """A label's text as 'warning', 'error' or plain."""
    label.setText(text)
    label.setVisible(bool(text))
    for name in ("warning", "error"):
        label.setProperty(name, name == kind)
    label.style().unpolish(label)
    label.style().polish(label)
