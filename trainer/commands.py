"""What the commands do, once the words are read."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import os
from pathlib import Path

import numpy as np

from models.manifest import ModelError, Thresholds, read_manifest, verify_files
from models.recipe import Recipe
from models.registry import Registry, parse_reference
from models.scorer import Scorer
from models.signing import signer_of
from models.thresholds import Target
from trainer.bundle import prove_parity, publish
from trainer.calibration import all_thumbnails
from trainer.data import GOOD, DataError, Parts, coarse_regions
from trainer.dataset_export import CardFields, write_dataset
from trainer.evaluation import Judged, compare, judge_parts, judged_by_scores, table
from trainer.hub import push_dataset, push_model
from trainer.settings import signing_key
from trainer.sources import Source
from trainer.teach import How, Taught, teach
from trainer.training_recipe import TrainingRecipe, find_training

log = logging.getLogger(__name__)


def train(options: argparse.Namespace, source: Source, recipe: Recipe, target: Target) -> int:
    """Teach or train, prove, judge, report, publish."""
    if options.components is not None and not 0 <= options.components <= 200:
        raise DataError(f"--components {options.components}: expected 0 to 200")
    training = find_training(options.training)
    if options.components is not None:
        training = training.model_copy(update={"components": options.components})
    _check_sessions(options.train, options.calib, options.test)

    publishes = os.environ.get("RANK", "0") == "0"  # one of several processes, started by `accelerate launch` or `torchrun`

    def say(text: str) -> None:
        if publishes and not options.json:
            print(text, flush=True)

    # whatever can be wrong is looked at before the training, not after it
    chose_nothing = bool(options.test)
    registry, key = _target(options)
    registry.next_version(options.name or recipe.model)
    registry.check_signer(key)
    if options.seed < 0:
        raise DataError(f"--seed {options.seed}: expected 0 or more")
    if options.checkpoint is not None and not options.checkpoint.parent.is_dir():
        raise DataError(f"--checkpoint {options.checkpoint}: there is no folder {options.checkpoint.parent}")
    judging = source.parts(options.test, training.companion is not None) if chose_nothing else None
    how = How(target, options.seed, options.checkpoint, options.precision, say)
    taught, learning, calibrating = learn(training, source, recipe, options.train, options.calib, how)
    if not publishes:
        return 0
    n, off = prove_parity(taught, learning)
    say(f"parity: {n} vectors, graph off by {off:.1e} at most")
    shown = judging or calibrating or learning
    judged = judge_parts(taught.model, taught.thresholds, shown, recipe, taught.coarse)
    manifest = publish(registry, options.name or recipe.model, taught, recipe, learning, judged, shown, chose_nothing, key)
    if options.json:
        print(manifest.model_dump_json())
        return 0
    folder = options.store / manifest.name / manifest.version
    print(f"published {manifest.name} version {manifest.version} ({manifest.kind}) in {options.store}, {_signed(folder)}")
    print(
        f"OK at most {manifest.thresholds.ok_at_most:.3f}, NG above {manifest.thresholds.ng_above:.3f}; report: {folder / 'report' / 'report.html'}"
    )
    if manifest.calibration.warning:
        print(f"WARNING: {manifest.calibration.warning}")
    if chose_nothing:
        print(table(judged.figures()))
    return 0


def learn(
    training: TrainingRecipe, source: Source, recipe: Recipe, train_on: list[str], calibrate_on: list[str], how: How
) -> tuple[Taught, Parts, Parts | None]:
    """A taught model, the parts that taught it, and those that set its thresholds (None: folds of the former)."""
    with_thumbnails = training.companion is not None
    learning = source.parts(train_on, with_thumbnails, training.variation)
    calibrating = source.parts(calibrate_on, with_thumbnails) if calibrate_on else None
    return teach(training, recipe, learning, calibrating, coarse_regions(recipe), how), learning, calibrating


def compare_models(options: argparse.Namespace, source: Source, recipe: Recipe) -> int:
    """Two bundles on the same parts, each at its own thresholds."""
    scorers = [Scorer(_bundle(text, options.store), provider="cpu") for text in (options.a, options.b)]
    for scorer in scorers:
        scorer.check_recipe(recipe)
    parts = source.parts(options.sessions, any(scorer.needs_thumbnails for scorer in scorers))
    for scorer in scorers:
        taught_on = scorer.manifest.data_fingerprint
        if taught_on == parts.fingerprint:
            raise DataError(f"model {scorer.label} learned from exactly these parts; compare on a session that neither model has seen")
        seen = set(scorer.manifest.calibration.sessions) & set(parts.sessions) - {"unnamed"}
        if seen:
            log.warning("session %s set the thresholds of model %s; its figures here flatter it", ", ".join(sorted(seen)), scorer.label)
        taught_by = set(str(scorer.manifest.training.get("sessions", "")).split(", ")) & set(parts.sessions) - {"unnamed", ""}
        if taught_by:
            raise DataError(
                f"model {scorer.label} learned from session {', '.join(sorted(taught_by))}; compare on --sessions that neither model has seen"
            )
    a, b = (_judged(scorer, parts, recipe) for scorer in scorers)
    rows = compare(a, b)
    if options.json:
        print(json.dumps({"a": scorers[0].label, "b": scorers[1].label, "compared": [dataclasses.asdict(r) | {"words": r.words} for r in rows]}))
        return 0
    print(f"A = model {scorers[0].label}, B = model {scorers[1].label}, on {len(a.names)} parts ({len(parts.held)} on hold)")
    for r in rows:
        change, low, high = (100 * value for value in r.difference)
        print(
            f"{r.what}: A {r.wrong[0]} of {r.parts}, B {r.wrong[1]} of {r.parts}; wrong by A alone {r.only[0]}, by B alone {r.only[1]}; "
            f"B - A {change:+.1f} points (95 %: {low:+.1f} to {high:+.1f}): {r.words}"
        )
    return 0


def export(options: argparse.Namespace, source: Source, recipe: Recipe) -> int:
    """Labelled parts as a data set folder, one row a region; pushed when asked."""
    parts = source.parts(options.sessions)
    n, n_regions, length = parts.vectors.shape
    index = np.tile(np.arange(n_regions), n)
    mode = np.repeat(parts.modes, n_regions)
    columns = {
        "part": np.repeat([f.name for f in parts.files], n_regions),
        "lot": np.repeat([f.session for f in parts.files], n_regions),
        "region_index": index,
        "view": np.array([recipe.regions[i].view for i in index]),
        "region": np.array([recipe.regions[i].name for i in index]),
    }
    card = CardFields(
        f"Inspection vectors, recipe {recipe.name}", options.station, f"{recipe.name} revision {recipe.revision}", options.licence,
        "Every region of a defective part carries the part's defect mode; label is 0 for a good part, 1 otherwise.",
    )  # fmt: skip
    path = write_dataset(options.output, parts.vectors.reshape(-1, length), (mode != GOOD).astype(np.int64), mode, columns, card)
    print(f"{path}: {n} parts, {n * n_regions} rows")
    if options.push:
        print(push_dataset(options.output, options.push, private=not options.public))
    return 0


def publish_copy(options: argparse.Namespace) -> int:
    """A finished bundle into another store, onto the hub, or both."""
    if options.store is None and options.push is None:
        raise ModelError("publish: say where to: --store FOLDER, --push OWNER/NAME, or both")
    manifest = read_manifest(options.bundle)
    verify_files(manifest, options.bundle)
    folder = options.bundle
    if options.store is not None:
        registry, key = _target(options)
        if options.key is None and signer_of(options.bundle) is not None:
            key = None  # who signed it goes on vouching for it
        folder = registry.publish(options.bundle, manifest, key)
        print(f"{folder} ({_signed(folder)})")
    if options.push is not None:
        if options.key is not None and options.store is None:
            raise ModelError("publish: --key signs the copy in --store, and no store was named; name one, or push a signed bundle")
        print(f"{push_model(folder, options.push, private=not options.public)} ({_signed(folder)})")
    return 0


def _signed(folder: Path) -> str:
    key = signer_of(folder)
    return f"signed by {key}" if key else "not signed: stations refuse it unless they allow_unsigned; publish it with --key (see: keys new)"


def _target(options: argparse.Namespace) -> tuple[Registry, Path | None]:
    """The store to publish into, and the private key to sign with: --key, else that of the station on this PC whose store it is."""
    own = signing_key(options.config, options.store)
    return Registry(options.store, options.store / ".unused", own_key=own), options.key or own


def _bundle(text: str, store: Path) -> Path:
    if Path(text).is_dir():
        return Path(text)
    name, version = parse_reference(text)
    registry = Registry(store, store / ".unused")
    return registry.folder(name, version or next(reversed(registry.versions(name)), "1"))


def _judged(scorer: Scorer, parts: Parts, recipe: Recipe) -> Judged:
    """The parts through the bundle's own graph."""
    coarse, region = coarse_regions(recipe), np.arange(len(recipe.regions))
    scores = np.empty(parts.vectors.shape[:2], np.float32)
    for i, vectors in enumerate(parts.vectors):
        thumbnails = all_thumbnails(parts, slice(i, i + 1), coarse)[0] if scorer.needs_thumbnails else None
        scores[i] = scorer.score(vectors, region, thumbnails).score
    limits: Thresholds = scorer.manifest.thresholds
    return judged_by_scores(scores, limits, parts, recipe)


def _check_sessions(train_on: list[str], calibrate_on: list[str], judge: list[str]) -> None:
    overlap = set(train_on) & set(calibrate_on) | set(calibrate_on) & set(judge) | set(train_on) & set(judge)
    if overlap or (not train_on and (calibrate_on or judge)):
        raise DataError(f"sessions to train, calibrate and test must be named and different; in two roles: {', '.join(sorted(overlap)) or 'all'}")
