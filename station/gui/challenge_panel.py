"""Guides through the challenge parts: which one now, what was expected, what the station said."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from station.access import Role
from station.challenge import Outcome
from station.gui import words
from station.gui.control import Control
from station.gui.elided_label import ElidedLabel
from station.gui.session import Session
from station.gui.sign import Sign
from station.store.database import StoreError
from station.verdict import Judgement


class ChallengePanel(QFrame):
    """Stands in the place of the verdict while challenge parts are run. The line's triggers run them, one after the other."""

    closed = Signal()

    def __init__(self, control: Control, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._control = control
        self._session = session
        self._challenge = control.station.challenge
        self._build()
        control.rules.challenged.connect(self.refresh)
        control.state_changed.connect(self.refresh)
        session.changed.connect(self.refresh)
        self.close_button.clicked.connect(self.closed)
        self.override_button.clicked.connect(self._override)
        self.reason_edit.returnPressed.connect(self._override)
        self._retranslate()

    @Slot()
    def refresh(self) -> None:
        """Show how far the attempt has come."""
        judge = self._control.judge
        why = self._control.why_challenge()
        got = [None] * len(self._challenge.parts) if judge is None else self._challenge.got(judge)
        now = None if judge is None or self._challenge.has_just_passed else self._challenge.next_part(judge)
        wrong = [part.label for part, said in zip(self._challenge.parts, got, strict=True) if said is not None and said != part.expected]
        for part, said, row in zip(self._challenge.parts, got, self._rows, strict=True):
            row[0].setText("▶" if part is now and not wrong else "")
            row[3].show_judgement(said)
            row[4].setText("–" if said is None else words.judgement_word(said))
            row[4].setProperty("figure", "" if said is None else said.value)
            row[4].style().polish(row[4])
            row[5].setText("" if said is None else (self.tr("✓ as expected") if said == part.expected else self.tr("✗ wrong")))
        self.why.setText(words.sentence(why))
        self.why.setVisible(bool(why))
        self.instruction.setText(self._instruction(wrong, None if now is None else now.name))
        self.close_button.setText(self.tr("Go on with production (F10)") if self._challenge.has_just_passed else self.tr("Close (F10)"))
        self.close_button.setEnabled(not why)
        self.close_button.setToolTip(words.sentence(why))
        self.run_button.setVisible(not self._challenge.has_just_passed)
        self.run_button.setEnabled(now is not None and self._control.state == "running")
        self.run_button.setToolTip("" if self._control.state == "running" else self.tr("The line is stopped: start it (F5)"))
        self.run_button.setText(self.tr("Run again (Space)") if wrong else self.tr("Run this part (Space)"))
        self.override_row.setVisible(bool(why))
        may = self._session.may(Role.ENGINEER)
        self.reason_edit.setEnabled(may)
        self.override_button.setToolTip("" if may else self.tr("An engineer must sign in for this"))

    def set_scale(self, scale: float) -> None:
        """The signs grow with the window."""
        for row in self._rows:
            for sign in (row[1], row[3]):
                sign.setFixedSize(round(30 * scale), round(30 * scale))

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(6)
        self.title, self.why, self.instruction = QLabel(), QLabel(), QLabel()
        self.title.setProperty("title", True)
        self.why.setProperty("warning", True)
        self.instruction.setProperty("title", True)
        for label in (self.title, self.why):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(self._list(), 1)
        self.instruction.setWordWrap(True)
        column.addWidget(self.instruction)
        buttons = QHBoxLayout()
        self.run_button, self.close_button, self.override_button = QPushButton(), QPushButton(), QPushButton()
        self.run_button.setProperty("primary", True)
        for button, name in ((self.run_button, "runChallenge"), (self.close_button, "closeChallenge"), (self.override_button, "override")):
            button.setObjectName(name)
            button.setProperty("touch", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        buttons.addWidget(self.run_button, 1)
        buttons.addWidget(self.close_button, 1)
        column.addLayout(buttons)
        self.override_row = QWidget()
        override = QHBoxLayout(self.override_row)
        override.setContentsMargins(0, 0, 0, 0)
        self.reason_edit = QLineEdit()
        self.reason_edit.setObjectName("overrideReason")
        override.addWidget(self.reason_edit, 1)
        override.addWidget(self.override_button)
        column.addWidget(self.override_row)
        self.run_button.clicked.connect(self._control.trigger)

    def _list(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("challengeList")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        self._heads = [QLabel() for _ in range(3)]
        for head, place in zip(self._heads, (1, 2, 4), strict=True):
            head.setProperty("quiet", True)
            grid.addWidget(head, 0, place, 1, 1 if place == 1 else 2)
        self._rows: list[tuple[QLabel, Sign, QLabel, Sign, QLabel, QLabel]] = []
        for number, part in enumerate(self._challenge.parts, start=1):
            expected = Judgement(part.expected)
            word = QLabel()
            word.setProperty("figure", expected.value)
            row = (QLabel(), Sign(expected), word, Sign(), QLabel(), QLabel())
            name = ElidedLabel()
            name.setText(part.name)
            for label in (name, row[0], row[2], row[4], row[5]):
                label.setProperty("title", True)
            for place, widget in ((0, row[0]), (1, name), (2, row[1]), (3, row[2]), (4, row[3]), (5, row[4]), (6, row[5])):
                grid.addWidget(widget, number, place)
            self._rows.append(row)
        grid.setColumnMinimumWidth(0, 18)
        grid.setColumnStretch(1, 3)
        for place in (3, 5):
            grid.setColumnStretch(place, 1)
        grid.setColumnStretch(6, 2)
        grid.setRowStretch(len(self._rows) + 1, 1)
        area.setWidget(inside)
        return area

    def _instruction(self, wrong: list[str], now: str | None) -> str:
        if self._control.state != "running":
            return self.tr("The line is stopped: start it (F5).")
        if self._challenge.has_just_passed:
            return self.tr("All challenge parts were judged as expected. Take the last one out, then go on.")
        if wrong and not self._control.why_challenge():
            return self.tr("A part was not judged as expected. Wipe lens and part, run them again; call the engineer if it stays so.")
        if wrong:
            return self.tr("Production stays locked. Wipe lens and part, check light and position, then run the parts again from the first one.")
        last = self._challenge.last
        if last is not None and last.outcome is Outcome.FAILED and now is not None:
            return self.tr("Last time: {0}. Present part “{1}” now.").format(last.sentence, now)
        return "" if now is None else self.tr("Present part “{0}” now.").format(now)

    @Slot()
    def _override(self) -> None:
        if not self._session.require(Role.ENGINEER, self):
            return
        self.reason_edit.setEnabled(True)
        reason = self.reason_edit.text().strip()
        if not reason:
            self.reason_edit.setFocus()
            return
        try:
            self._control.override_challenge(self._session.actor or self._control.lot.operator, reason)
        except (ValueError, StoreError) as err:
            self._control.set_fault("challenge", str(err))
            return
        self._control.set_fault("challenge", "")
        self.reason_edit.clear()
        self.closed.emit()

    def _retranslate(self) -> None:
        self.title.setText(self.tr("Challenge parts"))
        for head, text in zip(self._heads, (self.tr("Part"), self.tr("Expected"), self.tr("Judged")), strict=True):
            head.setText(text)
        for part, row in zip(self._challenge.parts, self._rows, strict=True):
            row[2].setText(words.judgement_word(Judgement(part.expected)))
        self.reason_edit.setPlaceholderText(self.tr("Reason, if production must run without them"))
        self.override_button.setText(self.tr("Override (engineer)"))
        self.refresh()
