"""A recipe: what is looked at on one kind of part. One TOML file, and one reference picture a view beside it.

The trainer reads the same file, so that a model is taught on exactly the regions that the station cuts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from models.nsoartc import THUMBNAIL_COLUMNS, THUMBNAIL_ROWS, Picture, RectanglePx
from models.pictures import PictureError, read_grey
from models.toml_files import read_toml

Polarity = Literal["bright", "dark"]
MAX_INTERVAL_MS = 3_600_000
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""Names become file and folder names: letters, digits, '.', '_', '-'."""


class RecipeError(ValueError):
    """A recipe cannot be used. The message names the file, the key and what was expected; mend the file."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Alignment(_Section):
    """How each picture is brought onto the reference, and when it counts as lost (HOLD)."""

    enabled: bool = Field(True, description="false: pictures are judged as they come")
    method: Literal["correlation", "features"] = Field(
        "correlation",
        description="correlation: onto the mean good picture; features: by matched points onto one real picture, where shadows move",
    )
    max_shift: float = Field(0.1, gt=0, le=0.5, description="largest shift allowed, as a fraction of the picture width")
    max_rotation_deg: float = Field(5.0, gt=0, le=45, description="largest rotation allowed [degrees]")
    min_correlation: float = Field(0.8, gt=0, lt=1, description="correlation: least correlation with the reference after alignment")
    min_matches: int = Field(15, ge=6, le=1000, description="features: least number of points that agree on the motion")


class Trigger(_Section):
    """When a part is judged."""

    mode: Literal["manual", "interval", "presence"] = Field(
        "manual", description="manual: button or key; interval: every interval_ms; presence: a part appears and stands still"
    )
    interval_ms: int = Field(1000, ge=0, le=MAX_INTERVAL_MS, description="interval mode: time between shots [ms]; 0 = as fast as it goes")
    presence_change: float = Field(4.0, gt=0, description="presence mode: mean grey-level change from the empty view that means 'a part is there'")
    still_change: float = Field(2.0, gt=0, description="presence mode: mean change between two frames below which the part stands still")
    still_frames: int = Field(3, ge=1, le=100, description="presence mode: so many still frames in a row")


class RegionRow(_Section):
    """One inspected rectangle of the aligned picture."""

    name: str = Field(min_length=1, max_length=64)
    left: int = Field(ge=0, description="[px]")
    top: int = Field(ge=0, description="[px]")
    width: int = Field(ge=1, description="[px]")
    height: int = Field(ge=1, description="[px]")


class Grid(_Section):
    """rows x columns equal rectangles spread evenly over an area; they overlap where they are larger than the step."""

    name: str = Field(min_length=1, max_length=48)
    left: int = Field(ge=0, description="of the area [px]")
    top: int = Field(ge=0, description="of the area [px]")
    width: int = Field(ge=1, description="of the area [px]")
    height: int = Field(ge=1, description="of the area [px]")
    rows: int = Field(ge=1, le=64)
    columns: int = Field(ge=1, le=64)
    cell_width: int = Field(ge=1, description="of one rectangle [px]")
    cell_height: int = Field(ge=1, description="of one rectangle [px]")

    @model_validator(mode="after")
    def _cell_fits(self) -> Self:
        if self.cell_width > self.width or self.cell_height > self.height:
            raise ValueError(
                f"grid {self.name!r}: a cell of {self.cell_width} x {self.cell_height} px is larger than its area of {self.width} x {self.height} px"
            )
        return self

    def rectangles(self) -> list[tuple[str, RectanglePx]]:
        """(name, rectangle) of every cell, row by row, counted from 1: 'strip 3', or 'pins 2-3' where there are rows."""
        return [
            (
                f"{self.name} {column + 1}" if self.rows == 1 else f"{self.name} {row + 1}-{column + 1}",
                (
                    self.left + _step(column, self.columns, self.width - self.cell_width),
                    self.top + _step(row, self.rows, self.height - self.cell_height),
                    self.cell_width,
                    self.cell_height,
                ),
            )
            for row in range(self.rows)
            for column in range(self.columns)
        ]


class View(_Section):
    """One camera's picture of the part."""

    name: str = Field(pattern=NAME_PATTERN)
    width: int = Field(ge=16, le=20000, description="of the picture [px]")
    height: int = Field(ge=16, le=20000, description="of the picture [px]")
    reference: str | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="what pictures are aligned to, a file beside the recipe")
    binning: int = Field(
        1, ge=1, le=8, description="so many x so many pixels are averaged before the picture is aligned and judged; pictures are kept whole"
    )
    regions: tuple[RegionRow, ...] = ()
    grids: tuple[Grid, ...] = ()

    @model_validator(mode="after")
    def _regions_lie_inside(self) -> Self:
        if self.width % self.binning or self.height % self.binning:
            raise ValueError(f"view {self.name!r}: {self.width} x {self.height} px cannot be binned by {self.binning}: both must be its multiples")
        rectangles = self.rectangles()
        least = THUMBNAIL_COLUMNS * self.binning, THUMBNAIL_ROWS * self.binning
        if self.binning > 1 and (small := next((name for name, (_, _, w, h) in rectangles if w < least[0] or h < least[1]), None)):
            raise ValueError(
                f"view {self.name!r}, region {small!r}: binned by {self.binning} it has less than the {THUMBNAIL_COLUMNS} x {THUMBNAIL_ROWS} px "
                "that a thumbnail holds; draw it larger, or bin less"
            )
        if not rectangles:
            raise ValueError(f"view {self.name!r} has no region: give at least one [[views.regions]] or [[views.grids]]")
        names = [name for name, _ in rectangles]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"view {self.name!r}: two regions are called {twice!r}")
        for name, (left, top, width, height) in rectangles:
            if left + width > self.width or top + height > self.height:
                raise ValueError(
                    f"view {self.name!r}, region {name!r}: left {left} + width {width}, top {top} + height {height} "
                    f"reaches outside the picture of {self.width} x {self.height} px"
                )
        return self

    def rectangles(self) -> list[tuple[str, RectanglePx]]:
        """(name, rectangle) of every region of this view: single ones first, then the grids' cells; with binning out to whole blocks."""
        single = [(r.name, (r.left, r.top, r.width, r.height)) for r in self.regions]
        drawn = single + [cell for grid in self.grids for cell in grid.rectangles()]
        return drawn if self.binning == 1 else [(name, _to_blocks(rectangle, self.binning)) for name, rectangle in drawn]


@dataclass(frozen=True, slots=True)
class Region:
    """One region of one view; its index in `Recipe.regions` is the model's `region` input."""

    view: str
    name: str
    rectangle: RectanglePx


class Recipe(_Section):
    """What is looked at on one kind of part, and which model judges it."""

    name: str = Field(pattern=NAME_PATTERN)
    revision: int = Field(1, ge=1)
    title: str = Field("", max_length=120)
    model: str = Field(pattern=NAME_PATTERN, description="name in the model store; its active version judges")
    polarity: Polarity = Field("bright", description="dark: grey levels are inverted before everything else")
    alignment: Alignment = Alignment()
    trigger: Trigger = Trigger()
    views: tuple[View, ...] = Field(min_length=1, max_length=16)
    _path: Path = PrivateAttr(Path())

    @model_validator(mode="after")
    def _views_are_complete(self) -> Self:
        names = [view.name for view in self.views]
        if len(set(names)) < len(names):
            raise ValueError(f"two views have the same name: {', '.join(names)}")
        if self.alignment.enabled:
            for view in self.views:
                if view.reference is None:
                    raise ValueError(
                        f"view {view.name!r} has no reference picture, which alignment needs: give views.reference or set alignment.enabled = false"
                    )
        return self

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """Every region of every view, in the order of the file."""
        return tuple(Region(view.name, name, rect) for view in self.views for name, rect in view.rectangles())

    @property
    def path(self) -> Path:
        """The file that it was read from; its reference pictures lie beside it."""
        return self._path

    @property
    def view_names(self) -> tuple[str, ...]:
        return tuple(view.name for view in self.views)

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest of all that changes a vector: views with their binning, regions, polarity, whether and how is aligned, reference pictures.

        A model carries the fingerprint that it was taught on; another one is refused. Trigger, title, names of regions and the
        alignment's limits may change under a model.
        """
        digest = hashlib.sha256(f"{self.polarity} {self.alignment.enabled}".encode())
        if self.alignment.enabled and self.alignment.method == "features":
            digest.update(b"features")
        for view in self.views:
            rectangles = [rectangle for _, rectangle in view.rectangles()]  # a region may be renamed under a model
            digest.update(f"{view.name} {view.width} {view.height} {rectangles}".encode())
            if view.binning > 1:
                digest.update(f"binning {view.binning}".encode())
            if self.alignment.enabled and view.reference is not None:
                digest.update(self.reference(view).tobytes())
        return digest.hexdigest()

    def reference(self, view: View) -> Picture:
        """The reference picture of one view, (height, width) uint8.

        Raises:
            RecipeError: missing, unreadable, or of another size than the view.
        """
        if view.reference is None:
            raise RecipeError(f"recipe {self.name}, view {view.name}: no reference picture")
        try:
            picture = read_grey(self._path.parent / view.reference)
        except PictureError as err:
            raise RecipeError(f"recipe {self.name}, view {view.name}: reference picture: {err}") from err
        if picture.shape != (view.height, view.width):
            raise RecipeError(
                f"recipe {self.name}, view {view.name}: reference {view.reference} has {picture.shape[1]} x "
                f"{picture.shape[0]} px, the view {view.width} x {view.height} px"
            )
        return picture


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file.

    Raises:
        RecipeError: unreadable, no TOML, a missing or misspelt key, a region outside its picture.
    """
    recipe = read_toml(path, Recipe, lambda message: RecipeError(f"recipe {path}: {message}"))
    recipe._path = path
    return recipe


def write_recipe(recipe: Recipe, path: Path) -> None:
    """Write a recipe as TOML: whole or not at all (temporary file, then rename)."""
    row = recipe.model_dump(mode="json", exclude_none=True, exclude_defaults=False)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(tomli_w.dumps(row), encoding="utf-8")
    temporary.replace(path)


def find_recipe(name: str, folder: Path) -> Recipe:
    """The recipe called `name` in a folder, or the one in the file that `name` is a path of.

    Raises:
        RecipeError: there is none; the message lists those that there are.
    """
    path = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.toml"))) or "none"
        raise RecipeError(f"no recipe {name!r} ({path}); recipes in {folder}: {known}")
    return read_recipe(path)


def _to_blocks(rectangle: RectanglePx, side: int) -> RectanglePx:
    """The smallest rectangle around this one whose edges lie between blocks of side x side pixels."""
    left, top, width, height = rectangle
    first = left // side * side, top // side * side
    last = -(-(left + width) // side) * side, -(-(top + height) // side) * side
    return *first, last[0] - first[0], last[1] - first[1]


def _step(index: int, count: int, room: int) -> int:
    return index * room // (count - 1) if count > 1 else room // 2
