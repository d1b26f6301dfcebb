"""Saving a recipe as its next revision. The one before is kept whole, with its pictures, in history/NAME.rN/ beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import tomli_w
from pydantic import ValidationError

from models.nsoartc import Picture
from models.pictures import PictureError, write_picture
from models.recipe import Alignment, Recipe, RecipeError, Trigger, View, read_recipe
from models.toml_files import describe

HISTORY = "history"
"""A folder, so that kept revisions are not taken for recipes: those are the files directly beside each other."""


def changed_recipe(
    recipe: Recipe,
    views: tuple[View, ...] | None = None,
    alignment: Alignment | None = None,
    trigger: Trigger | None = None,
    references: Mapping[str, Picture] | None = None,
) -> Recipe:
    """The next revision of a recipe, in memory; what is None stays. A view with a new reference gets a new file name.

    Raises:
        RecipeError: it would not be a valid recipe; the message names the key.
    """
    revision = recipe.revision + 1
    new_names = {view: f"{recipe.name}-{view}.r{revision}.png" for view in references or {}}
    chosen = [view.model_copy(update={"reference": new_names.get(view.name, view.reference)}) for view in views or recipe.views]
    row = recipe.model_dump(mode="json", exclude_none=True) | {
        "revision": revision,
        "views": [view.model_dump(mode="json", exclude_none=True) for view in chosen],
        "alignment": (alignment or recipe.alignment).model_dump(mode="json"),
        "trigger": (trigger or recipe.trigger).model_dump(mode="json"),
    }
    try:
        changed = Recipe.model_validate(row)
    except ValidationError as err:
        raise RecipeError(f"recipe {recipe.name}: {describe(err, Recipe)}") from err
    changed._path = recipe.path
    return changed


def write_whole(recipe: Recipe, path: Path, references: Mapping[str, Picture], source: Path) -> Recipe:
    """Write a recipe that nothing reads yet, with all its reference pictures beside it, and read it back.

    Args:
        path: file to write; its folder is there.
        references: new pictures by view; the others are copied from `source`, unless that is the same folder.

    Raises:
        RecipeError: it cannot be written, or what was written cannot be used.
    """
    try:
        for view in recipe.views:
            if view.reference is None:
                continue
            target = path.parent / view.reference
            if view.name in references:
                write_picture(target, references[view.name])
            elif path.parent != source and (source / view.reference).is_file():
                shutil.copy2(source / view.reference, target)
        with path.open("w", encoding="utf-8") as f:
            f.write(tomli_w.dumps(recipe.model_dump(mode="json", exclude_none=True)))
            f.flush()
            os.fsync(f.fileno())
    except (OSError, PictureError) as err:
        raise RecipeError(f"recipe {path}: cannot be written: {getattr(err, 'strerror', None) or err}") from err
    written = read_recipe(path)
    _ = written.fingerprint  # of the very pictures that lie there: one that is missing or of another size is told now
    return written


def save_revision(old: Recipe, new: Recipe, references: Mapping[str, Picture] | None = None) -> Recipe:
    """Replace the file of `old` by `new`, after it was written beside it, read back and checked; comments in it are lost.

    Args:
        old: as it was read; its file must not have changed since.
        new: from `changed_recipe`.
        references: new reference pictures by view, as the camera gives them.

    Returns:
        The new recipe, as read from its file.

    Raises:
        RecipeError: the new one is not usable, the file was changed meanwhile, or something cannot be written. The recipe
            is then as it was.
    """
    path = old.path
    met = read_recipe(path)
    if met.model_dump() != old.model_dump():
        raise RecipeError(f"recipe {path}: was changed by someone else meanwhile (revision {met.revision} there, {old.revision} here); open it again")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        write_whole(new, temporary, references or {}, path.parent)
        _keep(old)
        temporary.replace(path)
    except OSError as err:
        raise RecipeError(f"recipe {path}: cannot be replaced: {err.strerror or err}") from err
    finally:
        temporary.unlink(missing_ok=True)
    return read_recipe(path)


def kept_revisions(recipe: Recipe) -> list[Path]:
    """The files of earlier revisions, oldest first; each can be read with `read_recipe`."""
    folder = recipe.path.parent / HISTORY
    files = [(int(p.parent.name.rpartition(".r")[2]), p) for p in folder.glob(f"{recipe.name}.r*/{recipe.name}.toml") if _is_numbered(p)]
    return [path for _, path in sorted(files)]


def _is_numbered(path: Path) -> bool:
    return path.parent.name.rpartition(".r")[2].isdigit()


def _keep(recipe: Recipe) -> None:
    """Copy a revision with its pictures, byte by byte, into the history."""
    folder = recipe.path.parent / HISTORY / f"{recipe.name}.r{recipe.revision}"
    staged = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    shutil.copy2(recipe.path, staged / f"{recipe.name}.toml")
    for view in recipe.views:
        if view.reference is not None and (recipe.path.parent / view.reference).is_file():  # it may never have been made
            shutil.copy2(recipe.path.parent / view.reference, staged / view.reference)
    shutil.rmtree(folder, ignore_errors=True)  # left by an attempt that did not finish: the file itself was never replaced
    staged.rename(folder)
