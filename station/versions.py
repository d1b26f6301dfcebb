"""What a person may know of every published version before it judges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.manifest import Manifest, ModelError, read_manifest
from models.nsoartc import FEATURE_VERSION
from models.pending import Pending, read_pending
from models.recipe import Recipe
from models.registry import Registry
from models.signing import signer_of


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of the recipe's model, looked at without loading it."""

    version: str
    manifest: Manifest | None  # None: it cannot be read
    signer: str | None  # public key whose signature fits; None: unsigned, or the signature is wrong
    refusal: str  # why it may not judge here; '' = it may, if it passes its golden test
    report: Path | None  # report.html
    pictures: tuple[Path, ...]  # PNG files of the report


@dataclass(frozen=True, slots=True)
class Shelf:
    """All versions, and what this station does with them."""

    versions: tuple[Version, ...]  # newest first
    active: str | None
    previous: str | None  # what a roll-back would activate
    pending: Pending | None  # what waits for the next lot
    problem: str = ""  # pointer or waiting version cannot be read


def look(registry: Registry, recipe: Recipe) -> Shelf:
    """Read every version of the recipe's model, its signature and its checksums."""
    name = recipe.model
    active = previous = pending = None
    problem = ""
    try:
        active, previous = registry.active(name), registry.previous(name)
        pending = read_pending(registry, name)
    except ModelError as err:
        problem = str(err)
    versions = tuple(_look(registry, recipe, version) for version in reversed(registry.versions(name)))
    return Shelf(versions, active, previous, pending, problem)


def _look(registry: Registry, recipe: Recipe, version: str) -> Version:
    folder = registry.folder(recipe.model, version)
    refusal, signer, manifest = "", None, None
    try:
        manifest = read_manifest(folder)
        signer = signer_of(folder)
        registry.verify(recipe.model, version)
        _check_made_for(manifest, recipe)
    except ModelError as err:
        refusal = str(err)
    report = folder / "report" / "report.html"
    pictures = tuple(sorted((folder / "report").glob("*.png")))
    return Version(version, manifest, signer, refusal, report if report.is_file() else None, pictures)


def _check_made_for(manifest: Manifest, recipe: Recipe) -> None:
    if manifest.feature_version != FEATURE_VERSION:
        raise ModelError(f"made for feature version {manifest.feature_version!r}, this station computes {FEATURE_VERSION!r}")
    if manifest.recipe.fingerprint != recipe.fingerprint:
        stamp = manifest.recipe
        raise ModelError(
            f"taught for recipe {stamp.name} revision {stamp.revision} with other regions, polarity or reference pictures than recipe "
            f"{recipe.name} revision {recipe.revision} has; teach it again for this recipe"
        )
