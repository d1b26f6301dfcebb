"""The reference picture of each view, which every later picture is aligned to: the mean good picture, or a real one for features."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from models.part_files import find_parts
from models.pictures import write_picture
from models.recipe import Recipe
from models.reference import reference_picture
from trainer.data import GOOD, DataError


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
        write_picture(path, reference_picture(pictures, recipe.alignment, recipe.polarity))
        written.append(path)
    return written
