"""A pad of large digits, for fingers in gloves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "back")
_SMALLEST_PX = 44  # a fingertip


class PinPad(QWidget):
    """Types into a line edit, and leaves the keyboard where it is."""

    def __init__(self, edit: QLineEdit, scale: float) -> None:
        super().__init__()
        self._edit = edit
        self.keys: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(max(4, round(8 * scale)))
        side = max(_SMALLEST_PX, round(64 * scale))
        # the window's style sheet gives buttons a height of its own; only another one can overrule it
        size = f"min-width: {round(side * 1.25)}px; min-height: {side}px; padding: 0;"
        self.setStyleSheet(f"QPushButton {{ font-size: {max(16, round(26 * scale))}px; {size} }}")
        for index, name in enumerate(_KEYS):
            key = QPushButton()
            key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            key.setAutoDefault(False)
            key.clicked.connect(lambda _=False, name=name: self._press(name))
            grid.addWidget(key, index // 3, index % 3)
            self.keys[name] = key
        self._name_keys()

    def _press(self, name: str) -> None:
        if name == "clear":
            self._edit.clear()
        elif name == "back":
            self._edit.backspace()
        else:
            self._edit.insert(name)
        self._edit.setFocus()

    def _name_keys(self) -> None:
        for name, key in self.keys.items():
            key.setText({"clear": "C", "back": "←"}.get(name, name))
        self.keys["clear"].setToolTip(self.tr("Empty the field"))
        self.keys["back"].setToolTip(self.tr("Take the last digit back"))
        for name in ("clear", "back"):
            self.keys[name].setAccessibleName(self.keys[name].toolTip())
