"""The command line: python -m trainer reference | teach | train | compare | vectors | export | publish | keys | recipes."""

from __future__ import annotations

import argparse
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from models.alignment import AlignmentLost
from models.manifest import ModelError
from models.pictures import PictureError
from models.recipe import Recipe, RecipeError, find_recipe
from models.thresholds import DEFAULT_OVERKILL, Target
from models.unit_space import UnitSpaceError
from trainer.data import DataError

if TYPE_CHECKING:
    from trainer.sources import Source

HERE = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 a mistake to mend."""
    logging.basicConfig(level=logging.WARNING, format="trainer: %(message)s")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (DataError, AlignmentLost, RecipeError, PictureError, ModelError, UnitSpaceError, OSError) as err:
        print(f"trainer: {err}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m trainer", description="Make models for the inspection station.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def of_recipe(sub: argparse.ArgumentParser, data: str, is_on: bool = False) -> None:
        if is_on:
            sub.add_argument("--on", dest="data", metavar="DATA", required=True, help=data)
        else:
            sub.add_argument("data", metavar="DATA", help=data)
        sub.add_argument("--recipe", required=True, metavar="NAME", help="recipe of the station: name or .toml file")
        sub.add_argument("--recipes", type=Path, default=HERE / "station" / "recipes", help="folder of recipes")

    def of_source(sub: argparse.ArgumentParser, is_on: bool = False) -> None:
        of_recipe(
            sub,
            "folder of pictures (one sub-folder a view), one with a metadata.csv, a station's data folder, "
            "a table of vectors (.parquet, or OWNER/NAME on the Hugging Face hub)",
            is_on,
        )
        sub.add_argument("--revision", metavar="REV", help="commit, tag or branch of a hub repository")
        sub.add_argument("--since", type=_day, metavar="DATE", help="station records: taken at or after this time (UTC)")
        sub.add_argument("--until", type=_day, metavar="DATE", help="station records: taken before this time (UTC)")
        sub.add_argument(
            "--unreviewed", choices=("skip", "by-verdict"), default="skip",
            help="station records that nobody reviewed: leave them out, or believe the verdict OK (default %(default)s)",
        )  # fmt: skip

    reference = commands.add_parser("reference", help="average good pictures into the recipe's reference pictures")
    of_recipe(reference, "folder of pictures (one sub-folder a view), or one with a metadata.csv")
    reference.add_argument("--train", nargs="+", default=[], metavar="SESSION", help="sessions to average (default: all)")
    reference.add_argument("--output", type=Path, help="folder (default: beside the recipe)")
    reference.add_argument("--force", action="store_true", help="replace reference pictures that are there")
    reference.set_defaults(run=_reference)

    for name, training, help_ in (
        ("teach", "unit-space", "fit a model from good parts alone, and publish it"),
        ("train", "best", "train a network on good and defective parts, and publish it"),
    ):
        sub = commands.add_parser(name, help=help_)
        of_source(sub)
        sub.add_argument("--training", default=training, metavar="NAME", help="training recipe: name or .toml file (default %(default)s)")
        sub.add_argument(
            "--train", nargs="+", default=[], metavar="SESSION", help="sessions, or lots of station records, to learn from (default: all)"
        )
        sub.add_argument("--calib", nargs="+", default=[], metavar="SESSION", help="sessions that set the thresholds")
        sub.add_argument("--test", nargs="+", default=[], metavar="SESSION", help="sessions that are only judged: figures for manifest and report")
        sub.add_argument("--name", help="model name (default: the recipe's)")
        sub.add_argument("--store", type=Path, default=HERE / "models" / "store", help="model store to publish to")
        sub.add_argument("--key", type=Path, metavar="FILE", help="private key to sign with (default: the station's own, for the store of --config)")
        sub.add_argument("--config", type=Path, default=_default_config(), help="of the station on this PC, if there is one (default: config.toml)")
        sub.add_argument(
            "--overkill", type=float, default=DEFAULT_OVERKILL, help="share of good parts that may miss the OK threshold (default %(default)s)"
        )
        sub.add_argument("--escapes", type=float, metavar="SHARE", help="instead: share of defective parts that may pass; needs some in --calib")
        sub.add_argument(
            "--cost-escape", type=float, metavar="COST", help="instead: least cost, one escape costing so much; needs defective parts in --calib"
        )
        sub.add_argument("--cost-overkill", type=float, metavar="COST", default=1.0, help="of one good part rejected (default %(default)s)")
        sub.add_argument("--defect-rate", type=float, metavar="SHARE", default=0.01, help="defective parts on the line (default %(default)s)")
        sub.add_argument("--components", type=int, metavar="N", help="principal components that unit spaces take out (default: the training's)")
        sub.add_argument("--seed", type=int, default=0)
        sub.add_argument("--checkpoint", type=Path, metavar="FILE", help="kept after every epoch; a training that was stopped goes on from it")
        sub.add_argument("--precision", choices=("no", "fp16", "bf16"), default="no", help="mixed precision on a GPU (default %(default)s)")
        sub.add_argument("--json", action="store_true", help="print the manifest as JSON")
        sub.set_defaults(run=_train)

    versus = commands.add_parser("compare", help="judge the same parts with two models: better, worse, or no evidence")
    versus.add_argument("a", metavar="A", help="model folder, or NAME@VERSION in --store")
    versus.add_argument("b", metavar="B")
    of_source(versus, is_on=True)
    versus.add_argument("--sessions", nargs="+", default=[], metavar="SESSION", help="only these (default: all); none that either model learned from")
    versus.add_argument("--store", type=Path, default=HERE / "models" / "store")
    versus.add_argument("--json", action="store_true")
    versus.set_defaults(run=_compare)

    vectors = commands.add_parser("vectors", help="train on a table of triplets or labelled vectors, judge another one, write the figures")
    vectors.add_argument(
        "table", nargs="?", metavar="TABLE", help="folder, .parquet file, or OWNER/NAME on the hub (default: config.toml's triplets)"
    )
    vectors.add_argument("--test", metavar="TABLE", help="labelled vectors to judge (default: config.toml's vectors)")
    vectors.add_argument("--config", type=Path, default=_default_config(), help="whose section [training] names the data sets")
    vectors.add_argument("--revision", metavar="REV")
    vectors.add_argument("--test-revision", metavar="REV")
    vectors.add_argument("--training", default="triplet-euclid", metavar="NAME")
    vectors.add_argument("--seed", type=int, default=0)
    vectors.add_argument("-o", "--output", type=Path, required=True, help="folder for the figures")
    vectors.set_defaults(run=_vectors)

    export = commands.add_parser("export", help="labelled parts as a Hugging Face data set (Parquet and a data card)")
    of_source(export)
    export.add_argument("--sessions", nargs="+", default=[], metavar="SESSION", help="only these sessions or lots")
    export.add_argument("-o", "--output", type=Path, required=True, help="folder to make")
    export.add_argument("--station", default="", help="where the pictures were taken, for the data card")
    export.add_argument("--licence", default="other", help="for the data card (default %(default)s)")
    export.add_argument("--push", metavar="OWNER/NAME", help="push it to this data set repository (token from HF_TOKEN)")
    export.add_argument("--public", action="store_true", help="make the repository public; else private")
    export.set_defaults(run=_export)

    push = commands.add_parser("publish", help="copy a finished bundle into another store, or push it to a Hugging Face model repository")
    push.add_argument("bundle", type=Path, help="folder <store>/<name>/<version>")
    push.add_argument("--store", type=Path, help="model store, e.g. a line PC's network share")
    push.add_argument("--push", metavar="OWNER/NAME", help="model repository (token from HF_TOKEN); a station pulls from it")
    push.add_argument("--public", action="store_true", help="make the repository public; else private")
    push.add_argument("--key", type=Path, metavar="FILE", help="private key to sign the copy in --store with (default as in train)")
    push.add_argument("--config", type=Path, default=_default_config(), help="of the station on this PC, if there is one (default: config.toml)")
    push.set_defaults(run=_publish)

    keys = commands.add_parser("keys", help="new: make a key pair that signs models; show: its public half, for trusted_keys")
    keys.add_argument("action", choices=("new", "show"))
    keys.add_argument("path", type=Path, metavar="FILE", help="private key file; keep it off the line PCs")
    keys.set_defaults(run=_keys)

    trainings = commands.add_parser("recipes", help="list the training recipes")
    trainings.set_defaults(run=_recipes)
    return parser


def _default_config() -> Path:
    here = Path("config.toml")
    return here if here.is_file() else HERE / "config.toml"


def _reference(options: argparse.Namespace) -> int:
    from trainer.reference import write_references

    recipe, folder = _recipe(options)
    for path in write_references(Path(options.data), recipe, options.output or folder, options.train, options.force):
        print(path)
    return 0


def _train(options: argparse.Namespace) -> int:
    from trainer.commands import train

    recipe, _ = _recipe(options)
    target = Target(options.overkill, options.escapes, options.cost_escape, options.cost_overkill, options.defect_rate)
    return train(options, _source(options, recipe), recipe, target)


def _compare(options: argparse.Namespace) -> int:
    from trainer.commands import compare_models

    recipe, _ = _recipe(options)
    return compare_models(options, _source(options, recipe), recipe)


def _vectors(options: argparse.Namespace) -> int:
    from trainer.settings import read_settings
    from trainer.table_training import train_on_tables

    named = read_settings(options.config)
    table, revision = (options.table, options.revision) if options.table else (named.triplets, options.revision or named.triplets_revision or None)
    test, at = (options.test, options.test_revision) if options.test else (named.vectors, options.test_revision or named.vectors_revision or None)
    return train_on_tables(table, revision, test, at, options.training, options.seed, options.output)


def _export(options: argparse.Namespace) -> int:
    from trainer.commands import export

    recipe, _ = _recipe(options)
    return export(options, _source(options, recipe), recipe)


def _publish(options: argparse.Namespace) -> int:
    from trainer.commands import publish_copy

    return publish_copy(options)


def _keys(options: argparse.Namespace) -> int:
    from models.signing import new_key, public_text, read_private_key

    if options.action == "show":
        print(public_text(read_private_key(options.path)))
        return 0
    public = new_key(options.path)
    print(f"private key written to {options.path}; sign with --key {options.path}, and keep it off the line PCs")
    print(f'a station on another PC that shall trust it says in its config.toml, under [models]: trusted_keys = ["{public}"]')
    return 0


def _recipes(_: argparse.Namespace) -> int:
    from trainer.training_recipe import find_training, recipe_names

    for name in recipe_names():
        print(f"{name:15} {find_training(name).about}")
    return 0


def _recipe(options: argparse.Namespace) -> tuple[Recipe, Path]:
    recipe = find_recipe(options.recipe, options.recipes)
    return recipe, Path(options.recipe).parent if options.recipe.endswith(".toml") else options.recipes


def _source(options: argparse.Namespace, recipe: Recipe) -> Source:
    from trainer.sources import Source

    return Source(options.data, recipe, options.revision, options.since, options.until, options.unreviewed)


def _day(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as err:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; expected 2026-11-22 or 2026-11-22T14:30") from err
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
