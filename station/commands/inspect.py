"""`inspect`: judge picture files by a recipe and a model. One line a part; what cannot be read is HOLD, never a stop."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import cv2

from models.features import FeatureExtractor
from models.manifest import ModelError
from models.part_files import PartFiles, find_parts
from models.pictures import PictureError
from models.recipe import find_recipe
from models.registry import parse_reference
from models.scorer import Scorer
from station.commands.run import summary
from station.config import read_config
from station.inspector import Inspection, Inspector
from station.shot import Frame, Shot, Ticket, now


def inspect(options: argparse.Namespace) -> int:
    """Entry of the command. Exit code 0; 1 if any part is on HOLD."""
    cv2.setNumThreads(1)
    config = read_config(options.config)
    recipe = find_recipe(options.recipe, config.recipe_folder)
    registry = config.model_registry(options.data)
    name, version = parse_reference(options.model or recipe.model)
    version = version or registry.active(name) or next(iter(reversed(registry.versions(name))), None)
    if version is None:
        raise ModelError(f"no model {name!r} in {registry.store}; models there: {', '.join(registry.names()) or 'none'}")
    scorer = Scorer(registry.folder(name, version), config.models.provider, config.models.require_cuda, registry.trusted_keys)
    inspector = Inspector(recipe, FeatureExtractor(recipe), scorer)
    held = False
    for number, part in enumerate(_parts(options.paths, recipe.view_names), 1):
        inspection = _judge(inspector, number, part)
        held |= inspection.verdict.judgement == "HOLD"
        row = {"file": part.name} | summary(inspection)
        if options.json:
            print(json.dumps(row, ensure_ascii=False), flush=True)
        else:
            print(f"{row['verdict']:6} {'' if row['score'] is None else row['score']:>9} {part.name}  {row['reason']}", flush=True)
    return 1 if held else 0


def _judge(inspector: Inspector, number: int, part: PartFiles) -> Inspection:
    ticket = Ticket(number, "", "", "")
    try:
        frames = tuple(Frame(view, picture, now()) for view, picture in part.read().items())
    except PictureError as err:
        return inspector.hold(Shot(ticket, ()), str(err))
    return inspector.inspect(Shot(ticket, frames))


def _parts(paths: list[Path], views: tuple[str, ...]) -> Iterator[PartFiles]:
    for path in paths:
        if not path.exists():
            raise PictureError(f"{path}: there is no such file or folder")
        if path.is_dir() or path.suffix.lower() == ".csv":
            yield from find_parts(path, views)
        elif len(views) > 1:
            raise PictureError(
                f"{path}: the recipe has {len(views)} views ({', '.join(views)}), so PATH is a folder with one sub-folder a view, "
                "or a metadata.csv with columns file_name, part, view"
            )
        else:
            yield PartFiles(str(path), {views[0]: path})
