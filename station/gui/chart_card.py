"""A chart with its name, its switches, and what it says in words; words alone where there is nothing to draw."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout

from station.gui.elided_label import ElidedLabel
from station.gui.plots import Plot


class ChartCard(QFrame):
    """Title and buttons above, the chart, two lines below."""

    def __init__(self, plot: Plot, n_buttons: int = 0) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.plot = plot
        self.title = QLabel()
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        self.buttons = [QPushButton() for _ in range(n_buttons)]
        for button in self.buttons:
            button.setProperty("view", True)
            button.setCheckable(True)
            head.addWidget(button)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setProperty("quiet", True)
        self.stack = QStackedWidget()
        self.stack.addWidget(plot)
        self.stack.addWidget(self.empty)
        self.stack.setCurrentWidget(self.empty)
        self.words, self.marks = QLabel(), ElidedLabel()
        self.words.setWordWrap(True)
        for label in (self.words, self.marks):
            label.setProperty("quiet", True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 5, 10, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        column.addWidget(self.words)
        column.addWidget(self.marks)

    @property
    def shows_plot(self) -> bool:
        """The chart has its place, and no words stand there."""
        return self.stack.currentWidget() is self.plot

    def show_plot(self, words: str, marks: str = "") -> None:
        """Make room for the chart, at once."""
        self.stack.setCurrentWidget(self.plot)
        self._say(words, marks)
        layout = self.layout()
        assert layout is not None
        layout.activate()

    def show_words(self, empty: str) -> None:
        """There is nothing to draw."""
        self.empty.setText(empty)
        self.stack.setCurrentWidget(self.empty)
        self._say("", "")

    def _say(self, words: str, marks: str) -> None:
        self.words.setText(words)
        self.marks.setText(marks)
        self.words.setVisible(bool(words))
        self.marks.setVisible(bool(marks))
