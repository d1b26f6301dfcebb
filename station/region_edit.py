"""Drawing regions without a screen: shapes of every view, what may be done to them, undo and redo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.recipe import Grid, Recipe, RegionRow, View

MIN_SIDE_PX = 4
"""Less cannot be taken hold of with a mouse; a number typed in may be smaller."""
Edges = frozenset[str]
"""Which edges of a rectangle are moved: of 'left', 'top', 'right', 'bottom'."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What makes a shape a grid."""

    rows: int
    columns: int
    width: int  # of one rectangle [px]
    height: int


@dataclass(frozen=True, slots=True)
class Shape:
    """A region, or a grid of regions, in pixels of the aligned picture."""

    name: str
    left: int
    top: int
    width: int  # of a grid: of its area
    height: int
    cells: Cells | None = None

    def rectangles(self) -> list[tuple[str, tuple[int, int, int, int]]]:
        """(name, (left, top, width, height)) of every region that it makes."""
        if self.cells is None:
            return [(self.name, (self.left, self.top, self.width, self.height))]
        return _grid(self).rectangles()

    @property
    def pitch(self) -> tuple[float, float]:
        """Pixels from one rectangle of a grid to the next, across and down; (0, 0) where there is but one."""
        if self.cells is None:
            return 0.0, 0.0
        across = (self.width - self.cells.width) / (self.cells.columns - 1) if self.cells.columns > 1 else 0.0
        down = (self.height - self.cells.height) / (self.cells.rows - 1) if self.cells.rows > 1 else 0.0
        return across, down


Shapes = Mapping[str, tuple[Shape, ...]]
"""By view."""


def shapes_of(recipe: Recipe) -> dict[str, tuple[Shape, ...]]:
    """What a recipe's views hold: single regions first, then grids, as in the file."""
    return {
        view.name: (
            *(Shape(r.name, r.left, r.top, r.width, r.height) for r in view.regions),
            *(Shape(g.name, g.left, g.top, g.width, g.height, Cells(g.rows, g.columns, g.cell_width, g.cell_height)) for g in view.grids),
        )
        for view in recipe.views
    }


def views_with(recipe: Recipe, shapes: Shapes) -> tuple[View, ...]:
    """The recipe's views with these shapes; not checked yet, so that a wrong one can be told by `changed_recipe`."""
    return tuple(
        view.model_copy(
            update={
                "regions": tuple(
                    RegionRow.model_construct(name=s.name, left=s.left, top=s.top, width=s.width, height=s.height)
                    for s in shapes[view.name]
                    if s.cells is None
                ),
                "grids": tuple(_grid(s) for s in shapes[view.name] if s.cells is not None),
            }
        )
        for view in recipe.views
    )


def moved(shape: Shape, dx: int, dy: int, size: tuple[int, int]) -> Shape:
    """Moved by so many pixels, as far as it stays inside a picture of this width and height."""
    left = min(max(0, shape.left + dx), max(0, size[0] - shape.width))
    top = min(max(0, shape.top + dy), max(0, size[1] - shape.height))
    return replace(shape, left=left, top=top)


def resized(shape: Shape, edges: Edges, dx: int, dy: int, size: tuple[int, int]) -> Shape:
    """Some edges moved; they stop at the picture's border and before the shape is too small to be taken hold of.

    A grid's area does not become smaller than one of its rectangles.
    """
    smallest = (MIN_SIDE_PX, MIN_SIDE_PX) if shape.cells is None else (shape.cells.width, shape.cells.height)
    left, top = shape.left, shape.top
    right, bottom = shape.left + shape.width, shape.top + shape.height
    if "left" in edges:
        left = min(max(0, left + dx), right - smallest[0])
    if "right" in edges:
        right = max(min(size[0], right + dx), left + smallest[0])
    if "top" in edges:
        top = min(max(0, top + dy), bottom - smallest[1])
    if "bottom" in edges:
        bottom = max(min(size[1], bottom + dy), top + smallest[1])
    return replace(shape, left=left, top=top, width=right - left, height=bottom - top)


def drawn(name: str, start: tuple[float, float], end: tuple[float, float], size: tuple[int, int]) -> Shape | None:
    """The rectangle between two corners, cut to the picture; None where it is too small to be meant."""
    xs, ys = ([min(max(0, round(p[axis])), size[axis]) for p in (start, end)] for axis in (0, 1))
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if width < MIN_SIDE_PX or height < MIN_SIDE_PX:
        return None
    return Shape(name, min(xs), min(ys), width, height)


def as_grid(shape: Shape, rows: int, columns: int, cell: tuple[int, int] | None = None) -> Shape:
    """The same area as a grid; `cell` is the size of one rectangle, by default so that they touch."""
    width, height = cell or (max(1, shape.width // columns), max(1, shape.height // rows))
    return replace(shape, cells=Cells(rows, columns, min(width, shape.width), min(height, shape.height)))


def with_pitch(shape: Shape, across: int | None, down: int | None, size: tuple[int, int]) -> Shape:
    """A grid whose rectangles lie so many pixels apart (None: as they are): its area grows right and down, as far as the picture reaches."""
    assert shape.cells is not None
    width = shape.width if across is None else shape.cells.width + across * (shape.cells.columns - 1)
    height = shape.height if down is None else shape.cells.height + down * (shape.cells.rows - 1)
    return replace(shape, width=min(width, size[0] - shape.left), height=min(height, size[1] - shape.top))


def free_name(stem: str, shapes: tuple[Shape, ...]) -> str:
    """'region 3': a name that no shape or rectangle of the view has."""
    taken = {shape.name for shape in shapes} | {name for shape in shapes for name, _ in shape.rectangles()}
    return next(name for n in range(1, len(taken) + 2) if (name := f"{stem} {n}") not in taken)


class Drawing:
    """The shapes of all views, with the way back."""

    def __init__(self, shapes: Shapes) -> None:
        self._saved = dict(shapes)
        self._states = [dict(shapes)]
        self._at = 0

    @property
    def shapes(self) -> Shapes:
        """As they are now."""
        return self._states[self._at]

    @property
    def is_changed(self) -> bool:
        """Not what was opened."""
        return self._states[self._at] != self._saved

    @property
    def can_undo(self) -> bool:
        """There is a step before."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """A step was undone."""
        return self._at + 1 < len(self._states)

    def put(self, view: str, shapes: tuple[Shape, ...]) -> None:
        """One step: the shapes of a view are these now. No step if they are already."""
        if shapes == self.shapes[view]:
            return
        self._states[self._at + 1 :] = [{**self.shapes, view: shapes}]
        self._at += 1

    def undo(self) -> None:
        """One step back."""
        self._at = max(0, self._at - 1)

    def redo(self) -> None:
        """One step forward again."""
        self._at = min(len(self._states) - 1, self._at + 1)


def _grid(shape: Shape) -> Grid:
    assert shape.cells is not None
    cells = shape.cells
    return Grid.model_construct(
        name=shape.name, left=shape.left, top=shape.top, width=shape.width, height=shape.height,
        rows=cells.rows, columns=cells.columns, cell_width=cells.width, cell_height=cells.height,
    )  # fmt: skip
