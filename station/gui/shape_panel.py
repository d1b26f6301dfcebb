"""The shapes of a view as a list, and the numbers of the chosen one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QListWidget, QSpinBox, QVBoxLayout, QWidget

from station.region_edit import Shape, as_grid, moved, with_pitch

_BOX = ("left", "top", "width", "height")
_GRID = ("rows", "columns", "cell_width", "cell_height", "pitch_x", "pitch_y")


class ShapePanel(QWidget):
    """Asks for changes; what it shows is what it was given last."""

    selected = Signal(int)
    changed = Signal(int, object)  # index, the shape as it should be

    def __init__(self) -> None:
        super().__init__()
        self._shapes: tuple[Shape, ...] = ()
        self._size = (1, 1)
        self._chosen = -1
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.list = QListWidget()
        column.addWidget(self.list, 1)
        self.name_label, self.name = QLabel(), QLineEdit()
        self.name_label.setBuddy(self.name)
        self.numbers = {key: _spin() for key in (*_BOX, *_GRID)}
        self.labels = {key: QLabel() for key in self.numbers}
        fields = QWidget()
        grid = QGridLayout(fields)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.name_label, 0, 0)
        grid.addWidget(self.name, 0, 1, 1, 3)
        for place, key in enumerate((*_BOX, *_GRID)):
            self.labels[key].setBuddy(self.numbers[key])
            self.labels[key].setProperty("quiet", True)
            grid.addWidget(self.labels[key], 1 + place // 2, 2 * (place % 2))
            grid.addWidget(self.numbers[key], 1 + place // 2, 2 * (place % 2) + 1)
        for stretched in (1, 3):
            grid.setColumnStretch(stretched, 1)
        column.addWidget(fields)
        self.list.currentRowChanged.connect(self._select)
        self.name.editingFinished.connect(self._renamed)
        for key, spin in self.numbers.items():
            spin.valueChanged.connect(lambda value, key=key: self._numbered(key, value))
        self.retranslate()

    def show_shapes(self, shapes: tuple[Shape, ...], chosen: int, size: tuple[int, int]) -> None:
        """size: width and height of the view [px]; chosen: index of a shape, -1 = none."""
        self._shapes, self._chosen, self._size = shapes, chosen, size
        with QSignalBlocker(self.list):
            names = [self._line(shape) for shape in shapes]
            if [self.list.item(i).text() for i in range(self.list.count())] != names:
                self.list.clear()
                self.list.addItems(names)
            self.list.setCurrentRow(chosen)
        shape = shapes[chosen] if chosen >= 0 else None
        self.name.setEnabled(shape is not None)
        self.name.setText("" if shape is None else shape.name)
        values = _values(shape)
        for key, spin in self.numbers.items():
            is_shown = key in _BOX or (shape is not None and shape.cells is not None)
            spin.setVisible(is_shown)
            self.labels[key].setVisible(is_shown)
            spin.setEnabled(key in values)
            with QSignalBlocker(spin):
                spin.setSpecialValueText("–" if shape is None else "")
                spin.setRange(*self._range(key, shape))
                spin.setValue(values.get(key, 0))

    def _line(self, shape: Shape) -> str:
        if shape.cells is None:
            return shape.name
        return self.tr("{0}  (grid {1} × {2})").format(shape.name, shape.cells.rows, shape.cells.columns)

    def _range(self, key: str, shape: Shape | None) -> tuple[int, int]:
        if shape is None:
            return 0, 0
        width, height = self._size
        smallest = (1, 1) if shape.cells is None else (shape.cells.width, shape.cells.height)
        return {
            "left": (0, width - shape.width),
            "top": (0, height - shape.height),
            "width": (smallest[0], width - shape.left),
            "height": (smallest[1], height - shape.top),
            "rows": (1, 64),
            "columns": (1, 64),
            "cell_width": (1, shape.width),
            "cell_height": (1, shape.height),
            "pitch_x": (0, width),
            "pitch_y": (0, height),
        }[key]

    # -- asked -----------------------------------------------------------------------------------------------------

    @Slot(int)
    def _select(self, row: int) -> None:
        self._chosen = row
        self.selected.emit(row)

    @Slot()
    def _renamed(self) -> None:
        if self._chosen >= 0 and (name := self.name.text().strip()) and name != self._shapes[self._chosen].name:
            self.changed.emit(self._chosen, replace(self._shapes[self._chosen], name=name))

    def _numbered(self, key: str, value: int) -> None:
        if self._chosen < 0:
            return
        shape = self._shapes[self._chosen]
        if key in ("left", "top"):
            after = moved(shape, value - shape.left if key == "left" else 0, value - shape.top if key == "top" else 0, self._size)
        elif key in ("width", "height"):
            after = replace(shape, width=value) if key == "width" else replace(shape, height=value)
        else:
            assert shape.cells is not None
            cells = shape.cells
            if key in ("pitch_x", "pitch_y"):
                after = with_pitch(shape, value if key == "pitch_x" else None, value if key == "pitch_y" else None, self._size)
            elif key in ("rows", "columns"):
                rows, columns = value if key == "rows" else cells.rows, value if key == "columns" else cells.columns
                after = as_grid(shape, rows, columns, (cells.width, cells.height))
            else:
                cell = (value if key == "cell_width" else cells.width, value if key == "cell_height" else cells.height)
                after = as_grid(shape, cells.rows, cells.columns, cell)
        if after != shape:
            self.changed.emit(self._chosen, after)

    def retranslate(self) -> None:
        """All words again."""
        self.name_label.setText(self.tr("Name"))
        texts = {
            "left": self.tr("Left"), "top": self.tr("Top"), "width": self.tr("Width"), "height": self.tr("Height"),
            "rows": self.tr("Rows"), "columns": self.tr("Columns"), "cell_width": self.tr("Cell width"), "cell_height": self.tr("Cell height"),
            "pitch_x": self.tr("Pitch →"), "pitch_y": self.tr("Pitch ↓"),
        }  # fmt: skip
        for key, label in self.labels.items():
            label.setText(texts[key])
        self.show_shapes(self._shapes, self._chosen, self._size)

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _values(shape: Shape | None) -> dict[str, int]:
    if shape is None:
        return {}
    values = {key: int(getattr(shape, key)) for key in _BOX}
    if shape.cells is not None:
        across, down = shape.pitch
        values |= {"rows": shape.cells.rows, "columns": shape.cells.columns, "cell_width": shape.cells.width, "cell_height": shape.cells.height}
        values |= {"pitch_x": round(across), "pitch_y": round(down)}
    return values


def _spin() -> QSpinBox:
    spin = QSpinBox()
    spin.setKeyboardTracking(False)
    spin.setProperty("plain", True)
    spin.setMinimumWidth(64)
    return spin
