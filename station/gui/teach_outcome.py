"""What a lesson came to: scores of the parts left out, thresholds, warnings, and where the chosen part deviates."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from station.gui.picture_view import Mark, PictureView, window_rectangle
from station.gui.setup_tab import card, show_state
from station.teaching import Lesson

_SHOWN_FROM = 0.5
"""Of the OK threshold: here a person looks for what is a little different, so half of what would be NG is shown too."""


class TeachOutcome(QWidget):
    """A table of parts beside the picture of the chosen one."""

    leave_out = Signal(str)  # teach again without this part

    def __init__(self, views: QButtonGroup) -> None:
        """views: one button a view, which the picture follows."""
        super().__init__()
        self._lesson: Lesson | None = None
        self._views = views
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        side = QVBoxLayout()
        side.setSpacing(6)
        self.summary, self.warning = QLabel(), QLabel()
        for label in (self.summary, self.warning):
            label.setWordWrap(True)
            side.addWidget(label)
        self.table = QTableWidget(0, 3)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        side.addWidget(self.table, 1)
        self.leave_out_button = QPushButton()
        side.addWidget(self.leave_out_button)
        row.addLayout(side, 42)
        self.picture = PictureView()
        self.picture_title = QLabel()
        row.addWidget(card(self.picture_title, self.picture, *views.buttons()), 58)
        self.table.itemSelectionChanged.connect(self._choose_part)
        views.idClicked.connect(self._show_part)
        self.leave_out_button.clicked.connect(self._leave_out)
        self.retranslate()

    def show_lesson(self, lesson: Lesson | None) -> None:
        """None: nothing was taught yet."""
        self._lesson = lesson
        self.table.setRowCount(0)
        self.picture.show_picture(None)
        self.retranslate()
        if lesson is None:
            return
        scores, suspects = lesson.taught.scores, set(lesson.suspects)
        self.table.setRowCount(len(lesson.parts) + len(lesson.held))
        for row, index in enumerate(np.argsort(-scores).tolist()):
            remark = self.tr("▲ far from all others: is it good?") if index in suspects else ""
            if not remark and scores[index] > lesson.taught.thresholds.ok_at_most:
                remark = self.tr("above the OK limit")
            self._fill(row, lesson.parts[index].name, f"{scores[index]:.2f}", remark, index)
        for row, (name, reason) in enumerate(lesson.held, len(lesson.parts)):
            self._fill(row, name, "–", self.tr("not used: {0}").format(reason), -1)
        self.table.selectRow(0)

    def _fill(self, row: int, name: str, score: str, remark: str, index: int) -> None:
        for column, text in enumerate((name, score, remark)):
            item = QTableWidgetItem(text)
            item.setToolTip(remark)
            item.setData(Qt.ItemDataRole.UserRole, index)
            if column == 1:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)

    @property
    def chosen(self) -> int:
        """Index of the chosen part in the lesson; -1 = none, or one that was not used."""
        items = self.table.selectedItems()
        return int(items[0].data(Qt.ItemDataRole.UserRole)) if items else -1

    @Slot()
    def _leave_out(self) -> None:
        items = self.table.selectedItems()
        if items:
            self.leave_out.emit(items[0].text())

    @Slot()
    def _choose_part(self) -> None:
        """Begin with the view in which it is worst."""
        lesson, chosen = self._lesson, self.chosen
        if lesson is not None and chosen >= 0:
            worst = lesson.recipe.regions[int(lesson.taught.deviations[chosen].max((1, 2)).argmax())]
            self._views.button(lesson.recipe.view_names.index(worst.view)).setChecked(True)
        self._show_part()

    @Slot()
    def _show_part(self) -> None:
        lesson, chosen = self._lesson, self.chosen
        self.leave_out_button.setEnabled(bool(self.table.selectedItems()))
        if lesson is None or chosen < 0:
            self.picture_title.setText("")
            self.picture.show_picture(None)
            return
        view = lesson.recipe.view_names[self._views.checkedId()]
        self.picture_title.setText(
            self.tr("{0} · score {1} · red from half of the OK limit on").format(lesson.parts[chosen].name, f"{lesson.taught.scores[chosen]:.2f}")
        )
        self.picture.show_picture(lesson.features[chosen].pictures[view], lesson_marks(lesson, chosen, view))

    def retranslate(self) -> None:
        """All words again."""
        self.table.setHorizontalHeaderLabels([self.tr("Part"), self.tr("Score"), self.tr("Remark")])
        self.leave_out_button.setText(self.tr("Teach again without the chosen part"))
        self.picture.set_empty_text(self.tr("The chosen part appears here, with what deviates in red."))
        lesson = self._lesson
        if lesson is None:
            show_state(self.summary, "")
            show_state(self.warning, "")
            return
        limits, n = lesson.taught.thresholds, len(lesson.parts)
        beyond = int((lesson.taught.scores > limits.ok_at_most).sum())
        self.summary.setText(
            self.tr(
                "{0} good parts taught in {1} s. Each was left out once and scored by others: OK up to {2}, NG above {3}; {4} of {0} lie above OK."
            ).format(n, f"{lesson.seconds:.1f}", f"{limits.ok_at_most:.2f}", f"{limits.ng_above:.2f}", beyond)
        )
        self.summary.show()
        warnings = [
            self.tr(
                "▲ {0} parts are too few to claim a rate: they set scale and thresholds at once, so more good parts than asked for may miss OK. "
                "They come from few days; another day's light may look like a fault."
            ).format(n)
        ]
        if lesson.suspects:
            warnings.append(self.tr("▲ {0} parts lie far from all others: look whether they are good.").format(len(lesson.suspects)))
        if lesson.held:
            warnings.append(self.tr("▲ {0} parts could not be used; the table says why.").format(len(lesson.held)))
        show_state(self.warning, "\n".join(warnings), "warning")

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.show_lesson(self._lesson)
        super().changeEvent(event)


def lesson_marks(lesson: Lesson, part: int, view: str) -> tuple[Mark, ...]:
    """Windows of one view where a part that was left out deviates by half of the OK threshold or more, and the worst region's frame."""
    deviations, limit = lesson.taught.deviations[part], lesson.taught.thresholds.ok_at_most
    marks: list[Mark] = []
    worst = int(deviations.max((1, 2)).argmax())
    for index, region in enumerate(lesson.recipe.regions):
        if region.view != view:
            continue
        if limit > 0:
            for row, column in zip(*np.nonzero(deviations[index] >= _SHOWN_FROM * limit), strict=True):
                strength = min(1.0, float(deviations[index, row, column]) / limit - _SHOWN_FROM)
                marks.append(Mark(window_rectangle(region.rectangle, int(row), int(column)), strength))
        if index == worst:
            left, top, width, height = region.rectangle
            marks.append(Mark((left, top, width, height), 1.0, is_outline=True))
    return tuple(marks)
