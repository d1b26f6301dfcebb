"""What a reviewer presses: one key says what a part truly is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy

from station.gui.page import Desk

_KEY = "parts/reviewer"


class ReviewBar(QFrame):
    """Buttons with their keys, who reviews, blind or not. The page connects them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._why_not = ""
        self.setProperty("card", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 10, 5)
        row.setSpacing(6)
        self.ok_button, self.ng_button, self.unsure_button, self.comment_button, self.back_button = (QPushButton() for _ in range(5))
        self.saying = (self.ok_button, self.ng_button, self.unsure_button, self.comment_button)
        for button in (*self.saying, self.back_button):
            button.setProperty("touch", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that keys go on reaching the table after a click
            row.addWidget(button)
        self.state = QLabel()
        self.state.setProperty("quiet", True)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.state, 1)
        self.blind = QCheckBox()
        self.blind.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(self.blind)
        self.name_label, self.name_edit, self.actor = QLabel(), QLineEdit(), QLabel()
        self.name_edit.setMaxLength(64)
        self.name_edit.setObjectName("reviewer")
        self.name_edit.setText(str(desk.settings.value(_KEY, "")))
        self.name_label.setProperty("quiet", True)
        self.name_label.setBuddy(self.name_edit)
        for widget in (self.name_label, self.name_edit, self.actor):
            row.addWidget(widget)
        self.name_edit.editingFinished.connect(self._remember)
        desk.session.changed.connect(self.show_reviewer)
        self.show_reviewer()
        self._retranslate()

    @property
    def reviewer(self) -> str:
        """The name that a review will carry; '' where nobody has given one."""
        return self._desk.session.actor or ("" if self._desk.session.has_accounts else self.name_edit.text().strip())

    def show_reviewer(self) -> None:
        """Who has signed in, or, where nobody needs to, a field for the name."""
        actor = self._desk.session.actor
        is_typed = not actor and not self._desk.session.has_accounts
        self.name_edit.setVisible(is_typed)
        self.actor.setVisible(not is_typed)
        self.actor.setText(actor)

    def enable(self, why_not: str, can_take_back: bool) -> None:
        """why_not: why nothing can be said now, as a sentence; '' = it can."""
        self._why_not = why_not
        tips = (
            self.tr("Good: an error of the station if it said otherwise"),
            self.tr("Defective; the defect is asked for"),
            self.tr("Looked at and undecided; left out of the training"),
            self.tr("Words about the part"),
        )
        for button, tip in zip(self.saying, tips, strict=True):
            button.setEnabled(not why_not)
            button.setToolTip(why_not or tip)
        self.back_button.setEnabled(can_take_back)
        takes, nothing = self.tr("Take back the review you made last"), self.tr("No review was made since the window was opened")
        self.back_button.setToolTip(takes if can_take_back else nothing)

    def set_scale(self, scale: float) -> None:
        """Sizes that no style sheet can set."""
        self.name_edit.setFixedWidth(round(120 * scale))

    def _remember(self) -> None:
        self._desk.settings.setValue(_KEY, self.name_edit.text().strip())

    def _retranslate(self) -> None:
        self.ok_button.setText(self.tr("Truly OK (O)"))
        self.ng_button.setText(self.tr("Truly NG… (N)"))
        self.unsure_button.setText(self.tr("Unsure (U)"))
        self.comment_button.setText(self.tr("Comment… (C)"))
        self.back_button.setText(self.tr("Take back (Ctrl+Z)"))
        self.blind.setText(self.tr("Blind (B)"))
        self.blind.setToolTip(self.tr("Hide verdict, score, marks and the opinions of others while judging"))
        self.name_label.setText(self.tr("Revie&wer"))
        self.name_edit.setPlaceholderText(self.tr("your name"))
        self.enable(self._why_not, self.back_button.isEnabled())

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
