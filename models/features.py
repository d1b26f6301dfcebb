"""The pictures of one part become its feature vectors: check, polarity, alignment, regions, NSOARTC.

The one path from pictures to vectors; the station judges by it and the trainer learns by it. A view may be binned first:
where a cell of a region's thumbnail covers many pixels, blocks of them are averaged before the picture is aligned, which
costs a quarter then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import cv2
import numpy as np
from numpy.typing import NDArray

from models.alignment import Aligned, Aligner, AlignmentLost, make_aligner
from models.nsoartc import Picture, RectanglePx, Vectors, region_thumbnails, vectors_of_thumbnails
from models.pictures import PictureError
from models.recipe import Alignment, Polarity, Recipe, View
from models.reference import polarised
from models.side_by_side import side_by_side


@dataclass(frozen=True, slots=True)
class InspectedView:
    """One view of a part, and where its regions lie."""

    binned: Picture  # (H / binning, W / binning) uint8, polarity applied
    aligned: Aligned | None  # `binned`; None where the recipe does not align
    box: RectanglePx  # around all regions, in pixels of `binned`
    binning: int = 1

    @property
    def picture(self) -> Picture:
        """(H, W) uint8: what the regions were cut from, each block as one grey level. Made anew each time where it is aligned: 5 ms of full HD."""
        whole = self.binned
        if self.aligned is not None:
            left, top, width, height = self.box
            whole = self.aligned.picture
            whole[top : top + height, left : left + width] = self.aligned.cut(self.box)  # to the grey level
        return whole if self.binning == 1 else whole.repeat(self.binning, 0).repeat(self.binning, 1)

    @property
    def look(self) -> Picture:
        """The same for a screen, (H / binning, W / binning): here and there a grey level off."""
        return self.binned if self.aligned is None else self.aligned.picture


@dataclass(frozen=True, slots=True)
class PartViews:
    """What was cut out of the pictures of one part."""

    thumbnails: NDArray[np.float32]  # (regions of the recipe, 45, 80) float32
    views: dict[str, InspectedView]
    stages_ms: dict[str, float]  # "align" and "thumbnail", both summed over the views, which run side by side

    def described(self, vectors: Vectors, vectors_ms: float) -> PartFeatures:
        """With their vectors, (regions, 1404), and how long these took."""
        return PartFeatures(vectors, self.thumbnails, self.views, self.stages_ms | {"nsoartc": vectors_ms})


@dataclass(frozen=True, slots=True)
class PartFeatures:
    """What the model sees of one part."""

    vectors: Vectors  # (regions of the recipe, 1404) float32
    thumbnails: NDArray[np.float32]  # (regions of the recipe, 45, 80) float32, what the vectors were computed from
    views: dict[str, InspectedView]
    stages_ms: dict[str, float]  # "align", "thumbnail" (both summed over the views, which run side by side) and "nsoartc"

    @property
    def pictures(self) -> dict[str, Picture]:
        """By view, what the regions were cut from; made anew each time."""
        return {name: view.picture for name, view in self.views.items()}


class FeatureExtractor:
    """Turns the pictures of a part into vectors by one recipe."""

    def __init__(self, recipe: Recipe) -> None:
        """Raises RecipeError if a reference picture is missing or of the wrong size."""
        self.recipe = recipe
        self._aligners: dict[str, Aligner] = {}
        self._boxes = {view.name: _box(_binned_rectangles(view)) for view in recipe.views}
        if recipe.alignment.enabled:
            for view in recipe.views:
                reference = polarised(binned(recipe.reference(view), view.binning), recipe.polarity)
                self._aligners[view.name] = make_aligner(reference, recipe.alignment)

    def extract(self, pictures: Mapping[str, Picture]) -> PartFeatures:
        """One vector a region, in the order of `recipe.regions`; arguments and errors as `see`."""
        seen = self.see(pictures)
        start = perf_counter()
        vectors = vectors_of_thumbnails(seen.thumbnails)
        return seen.described(vectors, 1e3 * (perf_counter() - start))

    def see(self, pictures: Mapping[str, Picture]) -> PartViews:
        """The thumbnail of each region, in the order of `recipe.regions`.

        Args:
            pictures: for each view of the recipe, (height, width) uint8 grey.

        Raises:
            PictureError: a view is missing, or a picture has another size than the recipe says.
            AlignmentLost: a picture could not be aligned; the message names the view.
        """
        for view in self.recipe.views:
            if view.name not in pictures:
                raise PictureError(f"view {view.name}: no picture; the recipe expects {', '.join(self.recipe.view_names)}")
            if (shape := pictures[view.name].shape) != (view.height, view.width):
                met = " x ".join(str(n) for n in shape[1::-1])
                raise PictureError(f"view {view.name}: the picture has {met} px, the recipe expects {view.width} x {view.height} px")
        seen = side_by_side(lambda view: self._see(view, pictures[view.name]), self.recipe.views)
        stages = {"align": sum(v.align_ms for v in seen), "thumbnail": sum(v.cut_ms for v in seen)}
        views = {name: v.view for name, v in zip(self.recipe.view_names, seen, strict=True)}
        return PartViews(np.concatenate([view.thumbnails for view in seen]), views, stages)

    def _see(self, view: View, picture: Picture) -> _Seen:
        start = perf_counter()
        picture = polarised(binned(picture, view.binning), self.recipe.polarity)
        aligned = None
        if view.name in self._aligners:
            try:
                aligned = self._aligners[view.name].align(picture)
            except AlignmentLost as err:
                raise AlignmentLost(f"view {view.name}: {err}") from err
        begun = perf_counter()
        box, inside = self._boxes[view.name]
        left, top, width, height = box
        inspected = picture[top : top + height, left : left + width] if aligned is None else aligned.cut(box)  # no more of it than is inspected
        thumbnails = region_thumbnails(inspected, inside)
        return _Seen(InspectedView(picture, aligned, box, view.binning), thumbnails, 1e3 * (begun - start), 1e3 * (perf_counter() - begun))

    def cut(self, inspected: Mapping[str, Picture]) -> NDArray[np.float32]:
        """(regions, 45, 80) thumbnails of pictures that are aligned already, polarity applied."""
        return np.concatenate([region_thumbnails(inspected[view.name], [rect for _, rect in view.rectangles()]) for view in self.recipe.views])


@dataclass(frozen=True, slots=True)
class _Seen:
    """One view on its way to vectors."""

    view: InspectedView
    thumbnails: NDArray[np.float32]
    align_ms: float
    cut_ms: float


def binned(picture: Picture, side: int) -> Picture:
    """Each block of side x side pixels becomes one, their mean rounded to a grey level. picture: (H, W) uint8, both multiples of side."""
    if side == 1:
        return picture
    height, width = picture.shape
    return cv2.resize(picture, (width // side, height // side), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def align_once(picture: Picture, reference: Picture, view: View, polarity: Polarity, limits: Alignment) -> Aligned:
    """A picture of a view as `FeatureExtractor` would align it, for people who try; binned, as the view says. Raises AlignmentLost."""
    onto, given = (polarised(binned(p, view.binning), polarity) for p in (reference, picture))
    return make_aligner(onto, limits).align(given)


def _binned_rectangles(view: View) -> list[RectanglePx]:
    side = view.binning
    return [(left // side, top // side, width // side, height // side) for _, (left, top, width, height) in view.rectangles()]


def _box(rectangles: Sequence[RectanglePx]) -> tuple[RectanglePx, list[RectanglePx]]:
    """The rectangle around all of these, and where they lie in it."""
    left, top = min(r[0] for r in rectangles), min(r[1] for r in rectangles)
    right, bottom = max(r[0] + r[2] for r in rectangles), max(r[1] + r[3] for r in rectangles)
    return (left, top, right - left, bottom - top), [(x - left, y - top, width, height) for x, y, width, height in rectangles]
