"""The pictures of a recorded part as they were judged: read from disk and aligned again by the recipe."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.alignment import AlignmentLost
from models.features import FeatureExtractor
from models.nsoartc import Picture
from models.pictures import PictureError, read_grey
from models.recipe import Recipe
from station.store.part_facts import PartFacts

log = logging.getLogger(__name__)


class NotAligned(StrEnum):
    """Why pictures are shown as the camera gave them, so that no region can be marked on them."""

    OTHER_RECIPE = "other recipe"
    LOST = "alignment lost"
    INCOMPLETE = "incomplete"  # a view is no longer on disk, or of another size


@dataclass(frozen=True, slots=True)
class PartPictures:
    """A part's pictures by view; views whose file is gone are missing."""

    pictures: dict[str, Picture]
    not_aligned: NotAligned | None = None


class StoredPictures:
    """Reads them for one recipe; from any thread, one part at a time."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        """folder: of the picture store."""
        self.recipe = recipe
        self._folder = folder
        self._extractor: FeatureExtractor | None = None
        self._reading = threading.Lock()

    def read(self, facts: PartFacts) -> PartPictures:
        """The pictures of a part, aligned where the part was judged by this very revision of the recipe.

        Raises:
            RecipeError: a reference picture is missing.
        """
        pictures = {}
        for view, path in facts.picture_paths.items():
            try:
                pictures[view] = read_grey(self._folder / path)
            except PictureError as err:  # retention deletes pictures, never rows
                log.info("%s", err)
        if (facts.recipe, facts.recipe_revision) != (self.recipe.name, self.recipe.revision):
            return PartPictures(pictures, NotAligned.OTHER_RECIPE)
        if not pictures:
            return PartPictures(pictures)
        try:
            with self._reading:
                if self._extractor is None:  # of its own: the line's is at work
                    self._extractor = FeatureExtractor(self.recipe)
                return PartPictures(self._extractor.extract(pictures).pictures)
        except AlignmentLost:
            return PartPictures(pictures, NotAligned.LOST)
        except PictureError as err:
            log.info("part %d: %s", facts.line.id, err)
            return PartPictures(pictures, NotAligned.INCOMPLETE)
