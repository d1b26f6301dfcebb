"""Two small questions of a review: which defect it is, and what else there is to say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from station.gui import words
from station.store.reviews import MAX_COMMENT, Truth

_KEYS = "123456789"


class ModeDialog(QDialog):
    """The defect mode of a part that is truly NG: a number key, an entry of the list, or words of one's own."""

    chosen = Signal(str)  # '' = nobody knows which

    def __init__(self, modes: Sequence[str], n_parts: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Truly NG"))
        self._modes = ["", *modes]
        column = QVBoxLayout(self)
        several = self.tr("Which defect do these {0} parts have? Press its number.").format(n_parts)
        column.addWidget(QLabel(self.tr("Which defect? Press its number.") if n_parts == 1 else several))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Defect mode"))
        self.list.addItem("0   " + self.tr("a defect without a name"))
        for key, mode in zip([*_KEYS, *[" "] * len(modes)], modes, strict=False):
            word = words.defect_word(mode)
            self.list.addItem(f"{key}   {mode} · {word}" if word != mode else f"{key}   {mode}")
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(self._choose_item)
        for number, mode in enumerate(self._modes[:10]):  # in the field of an own name a number is a number
            key = QShortcut(QKeySequence(str(number)), self.list)
            key.setContext(Qt.ShortcutContext.WidgetShortcut)
            key.activated.connect(lambda mode=mode: self._finish(mode))
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        self.other_label, self.other = QLabel(self.tr("&Another:")), QLineEdit()
        self.other.setMaxLength(64)
        self.other.setPlaceholderText(self.tr("its name, as the trainer shall learn it"))
        self.other_label.setBuddy(self.other)
        row.addWidget(self.other_label)
        row.addWidget(self.other, 1)
        column.addLayout(row)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Truly NG"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Cancel"))
        buttons.accepted.connect(self._choose_item)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.list.setFocus()
        self.resize(round(self.fontMetrics().height() * 24), round(self.fontMetrics().height() * (10 + 1.6 * min(len(modes), 9))))

    @Slot()
    def _choose_item(self) -> None:
        self._finish(self.other.text().strip() or self._modes[self.list.currentRow()])

    def _finish(self, mode: str) -> None:
        if self.isVisible():  # Enter in the list presses the button as well
            self.accept()
            self.chosen.emit(mode)


class CommentDialog(QDialog):
    """Words about a part. A comment belongs to a review, so it says also what the part is: as this reviewer said before, or unsure."""

    written = Signal(object, str)  # Truth, comment

    def __init__(self, truth: Truth, comment: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Comment"))
        column = QVBoxLayout(self)
        self.text = QPlainTextEdit(comment)
        self.text.setAccessibleName(self.tr("Comment"))
        self.text.setTabChangesFocus(True)
        column.addWidget(self.text, 1)
        self.left = QLabel()
        self.left.setProperty("quiet", True)
        column.addWidget(self.left)
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("The part is")))
        self.truths = {each: QRadioButton(words.truth_word(each)) for each in Truth}
        for button in self.truths.values():
            row.addWidget(button)
        row.addStretch(1)
        self.truths[truth].setChecked(True)
        column.addLayout(row)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.save = buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save.setText(self.tr("Save (Ctrl+Enter)"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Cancel"))
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.text.textChanged.connect(self._count)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._save)
        self._count()
        line = self.fontMetrics().height()
        self.resize(line * 26, line * 13)

    @Slot()
    def _count(self) -> None:
        n = len(self.text.toPlainText().strip())
        self.left.setText(self.tr("{0} of {1} characters").format(n, MAX_COMMENT))
        self.save.setEnabled(0 < n <= MAX_COMMENT)

    @Slot()
    def _save(self) -> None:
        if self.save.isEnabled():
            truth = next(each for each, button in self.truths.items() if button.isChecked())
            self.accept()
            self.written.emit(truth, self.text.toPlainText().strip())
