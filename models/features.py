"""The pictures of one part become its feature vectors: check, polarity, alignment, regions, NSOARTC.

The one path from pictures to vectors; the station judges by it and the trainer learns by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.alignment import Aligned, Aligner, AlignmentLost, make_aligner
from models.nsoartc import Picture, Vectors, region_thumbnails, vectors_of_thumbnails
from models.pictures import PictureError
from models.recipe import Recipe
from models.reference import polarised


@dataclass(frozen=True, slots=True)
class PartFeatures:
    """What the model sees of one part."""

    vectors: Vectors  # (regions of the recipe, 1404) float32
    thumbnails: NDArray[np.float32]  # (regions of the recipe, 45, 80) float32, what the vectors were computed from
    aligned: dict[str, Aligned]  # by view; empty where the recipe does not align
    pictures: dict[str, Picture]  # by view: aligned, polarity applied; what the regions were cut from


class FeatureExtractor:
    """Turns the pictures of a part into vectors by one recipe."""

    def __init__(self, recipe: Recipe) -> None:
        """Raises RecipeError if a reference picture is missing or of the wrong size."""
        self.recipe = recipe
        self._aligners: dict[str, Aligner] = {}
        if recipe.alignment.enabled:
            for view in recipe.views:
                self._aligners[view.name] = make_aligner(polarised(recipe.reference(view), recipe.polarity), recipe.alignment)

    def extract(self, pictures: Mapping[str, Picture]) -> PartFeatures:
        """One vector a region, in the order of `recipe.regions`.

        Args:
            pictures: for each view of the recipe, (height, width) uint8 grey.

        Raises:
            PictureError: a view is missing, or a picture has another size than the recipe says.
            AlignmentLost: a picture could not be aligned; the message names the view.
        """
        aligned: dict[str, Aligned] = {}
        inspected: dict[str, Picture] = {}
        for view in self.recipe.views:
            if view.name not in pictures:
                raise PictureError(f"view {view.name}: no picture; the recipe expects {', '.join(self.recipe.view_names)}")
            picture = pictures[view.name]
            if picture.shape != (view.height, view.width):
                met = " x ".join(str(n) for n in picture.shape[1::-1])
                raise PictureError(f"view {view.name}: the picture has {met} px, the recipe expects {view.width} x {view.height} px")
            picture = polarised(picture, self.recipe.polarity)
            if view.name in self._aligners:
                try:
                    aligned[view.name] = self._aligners[view.name].align(picture)
                except AlignmentLost as err:
                    raise AlignmentLost(f"view {view.name}: {err}") from err
                picture = aligned[view.name].picture
            inspected[view.name] = picture
        thumbnails = self.cut(inspected)
        return PartFeatures(vectors_of_thumbnails(thumbnails), thumbnails, aligned, inspected)

    def cut(self, inspected: Mapping[str, Picture]) -> NDArray[np.float32]:
        """(regions, 45, 80) thumbnails of pictures that are aligned already, polarity applied."""
        return np.concatenate([region_thumbnails(inspected[view.name], [rect for _, rect in view.rectangles()]) for view in self.recipe.views])
