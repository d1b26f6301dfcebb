"""`models`: what is published and by whom it is signed, what is active on this station, and the way back."""

from __future__ import annotations

import argparse
import json

from models.manifest import Manifest, ModelError, read_manifest
from models.recipe import find_recipe
from models.registry import Registry, parse_reference
from models.scorer import Scorer
from models.signing import signer_of
from station.commands.acting import write_down
from station.config import read_config


def models(options: argparse.Namespace) -> int:
    """Entry of the command."""
    config = read_config(options.config)
    registry = config.model_registry(options.data)
    if options.action == "list":
        return _list(registry, options.json)
    if options.action == "pull":
        from station.commands.pull import pull  # the others need not load what it needs

        if options.model is None:
            raise ModelError("models pull: say which Hugging Face model repository: OWNER/NAME[@REVISION]")
        text, fields = pull(options.model, registry, config.models)
        write_down(config, options.data, "publish", what="pulled", source=options.model, **fields)
        return _say(options.json, text, **fields)
    if options.model is None:
        raise ModelError(f"models {options.action}: say which model: NAME[@VERSION]; there are: {', '.join(registry.names()) or 'none'}")
    name, version = parse_reference(options.model)
    if options.action == "rollback":
        before, version = registry.active(name), registry.previous(name)
        if version is not None:
            write_down(config, options.data, "rollback", **{"model": name, "from": before, "to": version})
        version = registry.roll_back(name)
        return _say(options.json, f"model {name}: version {version} is active again (before: {before})", name=name, active=version, before=before)
    if options.action == "activate":
        if version is None:
            raise ModelError(f"models activate: say which version, as in {name}@{next(reversed(registry.versions(name)), '1')}")
        before = registry.active(name)
        # the golden test, on this hardware
        scorer = Scorer(registry.folder(name, version), config.models.provider, config.models.require_cuda, registry.trusted_keys)
        recipe = find_recipe(config.station.recipe, config.recipe_folder)
        if recipe.model == name:
            scorer.check_recipe(recipe)
        write_down(config, options.data, "activate", **{"model": name, "from": before, "to": version, "when": "now"})
        registry.activate(name, version)
        return _say(options.json, f"model {name}: version {version} is active (before: {before or 'none'})", name=name, active=version, before=before)
    version = version or registry.active(name) or next(reversed(registry.versions(name)), None)
    if version is None:
        raise ModelError(f"no model {name!r} in {registry.store}; models there: {', '.join(registry.names()) or 'none'}")
    if options.action == "verify":
        registry.verify(name, version)
        scorer = Scorer(registry.folder(name, version), config.models.provider, config.models.require_cuda, registry.trusted_keys)
        signer = signer_of(registry.folder(name, version))
        text = f"model {name} {version}: files, graph and golden self-test are in order, on {scorer.provider}; {_signed(signer)}"
        return _say(options.json, text, name=name, version=version, provider=scorer.provider, signer=signer)
    return _show(registry, read_manifest(registry.folder(name, version)), options.json)


def _say(as_json: bool, text: str, **fields: str | None) -> int:
    print(json.dumps(fields) if as_json else text)
    return 0


def _signed(signer: str | None) -> str:
    return f"signed by {signer}" if signer else "not signed"


def _list(registry: Registry, as_json: bool) -> int:
    for name in registry.names():
        active = registry.active(name)
        for version in registry.versions(name):
            try:
                manifest = read_manifest(registry.folder(name, version))
                about = {"kind": manifest.kind, "created": manifest.created.isoformat(timespec="seconds"), "recipe": manifest.recipe.name}
            except ModelError as err:
                about = {"kind": "damaged", "created": "", "recipe": str(err)}
            row = {"name": name, "version": version, "active": version == active} | about
            if as_json:
                print(json.dumps(row))
            else:
                print(f"{'*' if row['active'] else ' '} {name}@{version:4} {about['kind']:10} {about['created']:25} recipe {about['recipe']}")
    if not registry.names() and not as_json:
        print(f"no model in {registry.store}; teach one: python -m trainer teach")
    return 0


def _show(registry: Registry, manifest: Manifest, as_json: bool) -> int:
    if as_json:
        print(manifest.model_dump_json())
        return 0
    try:
        signature = _signed(signer_of(registry.folder(manifest.name, manifest.version)))
    except ModelError as err:  # shown all the same: somebody wants to find out what is wrong
        signature = f"WRONG: {err}"
    limits, calibration = manifest.thresholds, manifest.calibration
    state = "active" if registry.active(manifest.name) == manifest.version else "not active"
    print(f"model {manifest.name} version {manifest.version} ({manifest.kind}), {state}, made {manifest.created:%Y-%m-%d %H:%M} UTC")
    print(f"  recipe      {manifest.recipe.name} revision {manifest.recipe.revision}, {len(manifest.regions)} regions, {manifest.feature_version}")
    print(f"  thresholds  OK at most {limits.ok_at_most:.3f}, NG above {limits.ng_above:.3f}")
    if manifest.made_from:
        print(f"  made from   version {manifest.made_from}, with other thresholds; {manifest.note or 'no note'}")
    parts = f"{calibration.good_parts} good" + (f" and {calibration.defective_parts} defective" if calibration.defective_parts else "")
    print(f"  calibrated  on {parts} parts of {', '.join(calibration.sessions)} (held out by {calibration.held_out})")
    if calibration.warning:
        print(f"  WARNING     {calibration.warning}")
    if manifest.figures:
        print("  tested      on parts that chose nothing of this model:")
    elif calibration.figures:
        print("  no test     but the very parts that the thresholds were chosen on:")
    else:
        print("  no test     no part was kept apart for one")
    for figure in manifest.figures or calibration.figures:
        print(f"    {figure.what:20} {figure.wrong:4} of {figure.parts:4}  ({figure.low:.1%} to {figure.high:.1%}, 95 %)")
    print(f"  unit spaces {', '.join(manifest.unit_spaces)}")
    print(f"  signature   {signature}")
    print(f"  report      {registry.folder(manifest.name, manifest.version) / 'report'}")
    return 0
