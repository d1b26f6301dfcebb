"""A model becomes a bundle: exported, proved against NumPy and PyTorch, with golden parts, published."""

from __future__ import annotations

import logging
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from models.features import FeatureExtractor
from models.graph import OUTPUT_NAMES, Scores, ScoringModel
from models.manifest import Calibration, Figure, Manifest, ManifestRegion, RecipeStamp, Thresholds, checksums, write_manifest
from models.nsoartc import FEATURE_VERSION, Vectors
from models.recipe import Recipe
from models.registry import Registry
from models.scorer import Golden, Scorer, write_golden
from trainer import __version__
from trainer.data import DataError, Parts
from trainer.evaluation import table

log = logging.getLogger(__name__)

PARITY = 1e-4  # relative to 1 + |value|, graph against NumPy and PyTorch
_N_GOLDEN = 2


class ParityError(Exception):
    """The exported graph does not compute what was trained; nothing was published. A fault of the trainer, please report."""


def prove_parity(
    model: ScoringModel, vectors: Vectors, region: NDArray[np.int64], embed: Callable[[Vectors], NDArray[np.float32]] | None = None
) -> float:
    """The largest deviation of the exported graph from NumPy and, where `embed` is given, from PyTorch.

    Args:
        vectors: (n, 1404); region: (n,).
        embed: residuals (n, 1404) to embeddings (n, 128), by PyTorch.

    Raises:
        ParityError: more than PARITY.
    """
    session = ort.InferenceSession(model.to_onnx().SerializeToString(), providers=["CPUExecutionProvider"])
    graph = Scores(*session.run(OUTPUT_NAMES, {"features": vectors, "region": region}))
    plain = model.evaluate(vectors, region)
    pairs = [(name, getattr(graph, name), getattr(plain, name)) for name in OUTPUT_NAMES]
    if embed is not None:
        residual = np.concatenate([model.unit_spaces[g].residual(vectors[i : i + 1]) for i, g in enumerate(region)])
        pairs.append(("embedding by PyTorch", graph.embedding, embed(residual)))
    worst = 0.0
    for name, got, want in pairs:
        off = float((np.abs(got - want) / (1 + np.abs(want))).max())
        if not off <= PARITY:
            raise ParityError(f"{name}: the exported graph is off by {off:.2g}, at most {PARITY:g} allowed")
        worst = max(worst, off)
    return worst


def publish(
    registry: Registry,
    name: str,
    kind: str,
    model: ScoringModel,
    recipe: Recipe,
    taught_on: Parts,
    thresholds: Thresholds,
    calibration: Calibration,
    unit_spaces: tuple[str, ...],
    training: dict[str, str | int | float | bool],
    figures: tuple[Figure, ...],
) -> Manifest:
    """Write, self-test and publish the bundle as the next version of `name`."""
    regions = [
        ManifestRegion(view=r.view, name=r.name, left=r.rectangle[0], top=r.rectangle[1], width=r.rectangle[2], height=r.rectangle[3])
        for r in recipe.regions
    ]
    manifest = Manifest.model_validate(
        {
            "name": name,
            "version": registry.next_version(name),
            "kind": kind,
            "created": datetime.now(UTC).replace(microsecond=0),
            "feature_version": FEATURE_VERSION,
            "recipe": RecipeStamp(name=recipe.name, revision=recipe.revision, fingerprint=recipe.fingerprint),
            "thresholds": thresholds,
            "calibration": calibration,
            "unit_spaces": unit_spaces,
            "data_fingerprint": taught_on.fingerprint,
            "trainer_version": __version__,
            "git_commit": _git_commit(),
            "training": training,
            "figures": figures,
            "regions": regions,
            "files": {},
        }
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "model.onnx").write_bytes(model.to_onnx().SerializeToString())
        write_golden(folder / "golden.npz", _goldens(model, recipe, taught_on))
        (folder / "report").mkdir()
        (folder / "report" / "report.md").write_text(_report(manifest), encoding="utf-8")
        write_manifest(manifest.model_copy(update={"files": checksums(folder)}), folder)
        Scorer(folder, provider="cpu")  # loads, runs and passes its own golden test, as on a station
        registry.publish(folder, manifest)
    return manifest


def _goldens(model: ScoringModel, recipe: Recipe, parts: Parts) -> list[Golden]:
    """A few parts with their aligned pictures, vectors and scores: good ones and, where there are any, a defective one."""
    extractor = FeatureExtractor(recipe)
    chosen = [int(np.flatnonzero(parts.is_good)[0])]
    chosen += np.flatnonzero(~parts.is_good)[: _N_GOLDEN - 1].tolist() or np.flatnonzero(parts.is_good)[1:_N_GOLDEN].tolist()
    goldens = []
    for i in chosen:
        features = extractor.extract(parts.files[i].read())
        score = model.evaluate(features.vectors, np.arange(len(features.vectors))).score
        if not np.isfinite(score).all():
            raise DataError(f"part {parts.files[i].name}: its score is not finite")
        goldens.append(Golden(features.pictures, features.vectors, score))
    return goldens


def _report(manifest: Manifest) -> str:
    limits, calibration = manifest.thresholds, manifest.calibration
    lines = [
        f"# Model {manifest.name} {manifest.version} ({manifest.kind})",
        "",
        f"Recipe {manifest.recipe.name} revision {manifest.recipe.revision}, {len(manifest.regions)} regions, {manifest.feature_version}.",
        f"OK at most {limits.ok_at_most:.4f}, NG above {limits.ng_above:.4f}, RETEST between.",
        f"Calibrated on {calibration.good_parts} good parts of {', '.join(calibration.sessions)} "
        f"(held out by {calibration.held_out}) for an overkill of {calibration.overkill_target:.2%}.",
    ]
    lines += ["", f"**Warning:** {calibration.warning}"] if calibration.warning else []
    lines += ["", "Judged on parts that chose no parameter; RETEST counts as not passed.", "", table(manifest.figures)] if manifest.figures else []
    return "\n".join(lines) + "\n"


def _git_commit() -> str:
    try:
        run = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10, cwd=Path(__file__).parent)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return run.stdout.strip()
