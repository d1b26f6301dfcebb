"""The command line: python -m trainer reference | teach | train | publish."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import numpy as np

from models.manifest import Figure, ModelError, read_manifest, verify_files
from models.pictures import PictureError
from models.recipe import Recipe, RecipeError, find_recipe
from models.registry import Registry
from models.unit_space import DEFAULT_COMPONENTS, UnitSpaceError
from trainer.bundle import ParityError, prove_parity, publish
from trainer.calibration import DEFAULT_OVERKILL, part_scores
from trainer.data import DataError, Parts, read_parts
from trainer.evaluation import figures, table
from trainer.reference import write_references
from trainer.teach import Taught, teach_triplet, teach_unit_space

HERE = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 a mistake to mend."""
    logging.basicConfig(level=logging.WARNING, format="trainer: %(message)s")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (DataError, RecipeError, PictureError, ModelError, UnitSpaceError, ParityError, OSError) as err:
        print(f"trainer: {err}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m trainer", description="Make models for the inspection station.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help_: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_)
        sub.add_argument("data", type=Path, metavar="DATA", help="folder of pictures (one sub-folder a view), or one with a metadata.csv")
        sub.add_argument("--recipe", required=True, metavar="NAME", help="recipe name or .toml file")
        sub.add_argument("--recipes", type=Path, default=HERE / "station" / "recipes", help="folder of recipes")
        sub.add_argument("--train", nargs="+", default=[], metavar="SESSION", help="sessions to learn from (default: all)")
        return sub

    reference = command("reference", "average good pictures into the recipe's reference pictures")
    reference.add_argument("--output", type=Path, help="folder (default: beside the recipe)")
    reference.add_argument("--force", action="store_true", help="replace reference pictures that are there")
    reference.set_defaults(run=_reference)

    for name, help_ in (
        ("teach", "fit a unit-space model from good parts alone, and publish it"),
        ("train", "train the triplet network on good and defective parts, and publish it"),
    ):
        sub = command(name, help_)
        sub.add_argument("--calib", nargs="+", default=[], metavar="SESSION", help="sessions whose good parts set the thresholds")
        sub.add_argument("--test", nargs="+", default=[], metavar="SESSION", help="sessions that are only judged: figures for the manifest")
        sub.add_argument("--name", help="model name (default: the recipe's)")
        sub.add_argument("--store", type=Path, default=HERE / "models" / "store", help="model store to publish to")
        sub.add_argument(
            "--overkill", type=float, default=DEFAULT_OVERKILL, help="share of good parts that may miss the OK threshold (default %(default)s)"
        )
        sub.add_argument(
            "--components", type=int, default=DEFAULT_COMPONENTS, help="principal components of good parts to remove (default %(default)s)"
        )
        sub.add_argument("--seed", type=int, default=0)
        sub.add_argument("--json", action="store_true", help="print the manifest as JSON")
        sub.set_defaults(run=_teach, kind=name)

    push = commands.add_parser("publish", help="copy a finished bundle into another store, e.g. a line PC's network share")
    push.add_argument("bundle", type=Path, help="folder <store>/<name>/<version>")
    push.add_argument("--store", type=Path, required=True)
    push.set_defaults(run=_publish)
    return parser


def _reference(options: argparse.Namespace) -> int:
    recipe, folder = _recipe(options)
    for path in write_references(options.data, recipe, options.output or folder, options.train, options.force):
        print(path)
    return 0


def _teach(options: argparse.Namespace) -> int:
    if not 0 <= options.components <= 200:
        raise DataError(f"--components {options.components}: expected 0 to 200")
    if not 0 < options.overkill < 1:
        raise DataError(f"--overkill {options.overkill}: expected more than 0 and less than 1")
    overlap = set(options.train or ["(all)"]) & set(options.calib) | set(options.calib) & set(options.test) | set(options.train) & set(options.test)
    if overlap or (not options.train and (options.calib or options.test)):
        raise DataError(f"sessions to train, calibrate and test must be named and different; in two roles: {', '.join(sorted(overlap)) or 'all'}")
    recipe, _ = _recipe(options)
    parts = read_parts(options.data, recipe, [*options.train, *options.calib, *options.test])
    learning = parts.of_sessions(options.train) if options.train else parts
    calibrating = _good(parts.of_sessions(options.calib)) if options.calib else None
    taught = _make(options, learning, calibrating)
    rows = parts.vectors[: max(1, 1000 // parts.vectors.shape[1])]
    region = np.tile(np.arange(rows.shape[1], dtype=np.int64), len(rows))
    off = prove_parity(taught.model, rows.reshape(len(region), -1), region, taught.embed)
    _say(options, f"parity: {len(region)} vectors, graph off by {off:.1e} at most")
    judged: tuple[Figure, ...] = ()
    if options.test:
        test = parts.of_sessions(options.test)
        passed = (part_scores(taught.model, test.vectors) <= taught.thresholds.ok_at_most).tolist()
        judged = figures([*test.modes.tolist(), *(f.mode for f in test.held)], [*passed, *(False for _ in test.held)])
    registry = Registry(options.store, options.store / ".unused")
    manifest = publish(
        registry, options.name or recipe.model, taught.kind, taught.model, recipe, learning, taught.thresholds,
        taught.calibration, taught.unit_spaces, taught.training, judged,
    )  # fmt: skip
    if options.json:
        print(manifest.model_dump_json())
        return 0
    print(f"published {manifest.name} version {manifest.version} ({manifest.kind}) in {options.store}")
    print(f"OK at most {manifest.thresholds.ok_at_most:.3f}, NG above {manifest.thresholds.ng_above:.3f}")
    if manifest.calibration.warning:
        print(f"WARNING: {manifest.calibration.warning}")
    if judged:
        print(table(judged))
    return 0


def _make(options: argparse.Namespace, learning: Parts, calibrating: Parts | None) -> Taught:
    if options.kind == "teach":
        return teach_unit_space(_good(learning), calibrating, options.overkill, options.components)
    if calibrating is None:
        raise DataError("train needs --calib: thresholds must come from another session than the network learned from")
    return teach_triplet(learning, calibrating, options.overkill, options.seed, options.components, lambda text: _say(options, text))


def _publish(options: argparse.Namespace) -> int:
    manifest = read_manifest(options.bundle)
    verify_files(manifest, options.bundle)
    print(Registry(options.store, options.store / ".unused").publish(options.bundle, manifest))
    return 0


def _recipe(options: argparse.Namespace) -> tuple[Recipe, Path]:
    recipe = find_recipe(options.recipe, options.recipes)
    return recipe, Path(options.recipe).parent if options.recipe.endswith(".toml") else options.recipes


def _good(parts: Parts) -> Parts:
    return parts.where(parts.is_good)


def _say(options: argparse.Namespace, text: str) -> None:
    if not options.json:
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
