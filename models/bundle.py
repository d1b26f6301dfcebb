"""A taught model becomes a bundle: exported, tested as on a station, signed, published as the next version."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from models.golden import Golden, write_golden
from models.graph import ScoringModel
from models.manifest import Manifest, ManifestRegion, RecipeStamp, checksums, write_manifest
from models.nsoartc import FEATURE_VERSION
from models.recipe import Recipe
from models.registry import Registry
from models.scorer import Scorer


def new_manifest(registry: Registry, name: str, recipe: Recipe, about: Mapping[str, object]) -> Manifest:
    """The manifest of the next version of `name` for this recipe, made now; without files yet.

    Args:
        about: what only the teacher knows: kind, thresholds, calibration, unit_spaces, data_fingerprint, trainer_version …
    """
    regions = [
        ManifestRegion(view=r.view, name=r.name, left=r.rectangle[0], top=r.rectangle[1], width=r.rectangle[2], height=r.rectangle[3])
        for r in recipe.regions
    ]
    row = {
        "name": name,
        "version": registry.next_version(name),
        "created": datetime.now(UTC).replace(microsecond=0),
        "feature_version": FEATURE_VERSION,
        "recipe": RecipeStamp(name=recipe.name, revision=recipe.revision, fingerprint=recipe.fingerprint),
        "regions": regions,
        "files": {},
    }
    return Manifest.model_validate({**row, **about})


def publish_bundle(
    registry: Registry, manifest: Manifest, model: ScoringModel, goldens: Sequence[Golden], write_report: Callable[[Path], None],
    key: Path | None = None,
) -> None:  # fmt: skip
    """Write, self-test, sign and publish.

    Args:
        goldens: parts whose vectors and scores every station checks before the model may judge.
        write_report: writes what a person reads into the folder that it is given.
        key: private key file to sign with; None leaves the bundle unsigned.

    Raises:
        ModelError: the self-test failed, or the version exists already; nothing was published.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "model.onnx").write_bytes(model.to_onnx().SerializeToString())
        write_golden(folder / "golden.npz", goldens)
        write_report(folder / "report")
        write_manifest(manifest.model_copy(update={"files": checksums(folder)}), folder)
        Scorer(folder, provider="cpu")  # loads, runs and passes its own golden test, as on a station
        registry.publish(folder, manifest, key)
