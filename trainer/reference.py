"""The reference picture of each view, which every later picture is aligned to: the mean good picture, or a real one for features."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.alignment import AlignmentLost, make_aligner
from models.nsoartc import Picture
from models.part_files import find_parts
from models.pictures import write_picture
from models.recipe import Alignment, Recipe
from trainer.data import GOOD, DataError

_ROUNDS = 2  # aligned to the first good picture, then to the mean of that: a third round moves nothing by 0.01 px


def write_references(
    data: Path, recipe: Recipe, folder: Path, sessions: Sequence[str] = (), overwrite: bool = False, at_most: int = 200
) -> list[Path]:
    """Make each view's reference picture of the good parts in `data` (at most so many) and write it into `folder`.

    Raises:
        DataError: no good part, or a view without a reference name.
    """
    parts = [p for p in find_parts(data, recipe.view_names) if p.mode in ("", GOOD) and (not sessions or p.session in sessions)]
    if not parts:
        raise DataError(f"{data}: no good part to average" + (f" in session {', '.join(sessions)}" if sessions else ""))
    parts = parts[:: max(1, len(parts) // at_most)][:at_most]
    written = []
    for view in recipe.views:
        if view.reference is None:
            raise DataError(f"recipe {recipe.name}, view {view.name}: give it a reference file name first")
        path = folder / view.reference
        if path.exists() and not overwrite:
            raise DataError(f"{path} exists; models taught with it would be refused afterwards. To replace it say --force")
        if missing := next((p for p in parts if view.name not in p.views), None):
            raise DataError(f"part {missing.name} has no picture of view {view.name!r}")
        pictures = [dataclasses.replace(p, views={view.name: p.views[view.name]}).read()[view.name] for p in parts]
        if recipe.polarity == "dark":
            pictures = [np.subtract(255, picture, dtype=np.uint8) for picture in pictures]
        mean = mean_picture(pictures, recipe.alignment)
        stored = np.subtract(255, mean, dtype=np.uint8) if recipe.polarity == "dark" else mean
        write_picture(path, stored)
        written.append(path)
    return written


def mean_picture(pictures: Sequence[Picture], limits: Alignment) -> Picture:
    """The mean of pictures of good parts after alignment to each other, (H, W) uint8; by features the one in the middle of the list.

    Raises:
        DataError: most of them cannot be aligned to the first one.
    """
    reference = pictures[len(pictures) // 2]
    for _ in range(_ROUNDS):
        aligner = make_aligner(reference, limits)
        total, n = np.zeros(reference.shape), 0
        for picture in pictures:
            try:
                total += aligner.align(picture).picture
                n += 1
            except AlignmentLost:
                continue
        if 2 * n <= len(pictures):
            raise DataError(f"only {n} of {len(pictures)} good pictures can be aligned to each other; are they of one kind of part?")
        if limits.method == "features":  # an average blurs the points away
            break
        reference = np.rint(total / n).astype(np.uint8)
    return reference
