"""The alarm, over the whole page of the line, until somebody has seen it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from station.alarms import Alarm, AlarmKind
from station.gui.sign import Sign
from station.verdict import Judgement


class AlarmPanel(QFrame):
    """Says what has happened, what to do, and whether the line waits."""

    acknowledged = Signal()

    def __init__(self, stops_line: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("alarm")
        self._stops_line = stops_line
        self._alarm: Alarm | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(30, 20, 30, 20)
        self.sign = Sign(Judgement.RETEST, "#ffffff")
        self.title, self.advice, self.line_state = QLabel(), QLabel(), QLabel()
        self.title.setObjectName("alarmTitle")
        self.line_state.setObjectName("alarmState")
        self.button = QPushButton()
        self.button.setObjectName("acknowledge")
        self.button.setProperty("touch", True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.acknowledged)
        column.addStretch(1)
        column.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self.title, self.advice, self.line_state):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.hide()

    @Slot(object)
    def show_alarm(self, alarm: Alarm | None) -> None:
        """None: it was acknowledged."""
        self._alarm = alarm
        self._retranslate()
        self.setVisible(alarm is not None)
        self.raise_()

    def set_scale(self, scale: float) -> None:
        """The sign grows with the window."""
        self.sign.setFixedSize(round(130 * scale), round(130 * scale))

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.button.setText(self.tr("Acknowledge (F8)"))
        self.line_state.setText(
            self.tr("The line waits: no part is accepted until somebody acknowledges.") if self._stops_line else self.tr("The line runs on.")
        )
        alarm = self._alarm
        if alarm is None:
            return
        if alarm.kind is AlarmKind.NG:
            self.title.setText(self.tr("{0} NG parts in a row").format(alarm.n_parts))
            self.advice.setText(self.tr("Put these parts aside. Look at the machine before this station: tool, material, feed. Call the engineer."))
        elif alarm.kind is AlarmKind.HOLD:
            self.title.setText(self.tr("{0} parts in a row could not be judged").format(alarm.n_parts))
            self.advice.setText(self.tr("Put these parts aside. Look at lens, light and fixture; wipe the lens. Then present the parts again."))
        else:
            share = "–" if alarm.share is None else f"{100 * alarm.share:.1f} %"
            self.title.setText(self.tr("Yield {0} over the last {1} parts").format(share, alarm.n_parts))
            self.advice.setText(self.tr("More parts are bad than agreed. Look at the last NG parts for a common defect and call the engineer."))
