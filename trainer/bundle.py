"""A model becomes a bundle: exported, proved against NumPy and PyTorch, with golden parts and a report, signed, published."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from models.bundle import new_manifest, publish_bundle
from models.companion import Thumbnails
from models.features import FeatureExtractor
from models.golden import Golden
from models.graph import OUTPUT_NAMES, Scores
from models.manifest import Manifest, ModelError
from models.nsoartc import Vectors
from models.recipe import Recipe
from models.registry import Registry
from trainer import __version__
from trainer.calibration import all_thumbnails
from trainer.data import DataError, Parts
from trainer.evaluation import Judged
from trainer.report import write_report
from trainer.teach import Taught

log = logging.getLogger(__name__)

PARITY = 1e-4  # relative to 1 + |value|, graph against NumPy and PyTorch
N_PARITY = 1000  # vectors
_N_GOLDEN = 2


class ParityError(ModelError):
    """The exported graph does not compute what was trained; nothing was published. A fault of the trainer, please report."""


def prove_parity(taught: Taught, parts: Parts) -> tuple[int, float]:
    """How many vectors of `parts` were compared, and the largest deviation of the graph from NumPy and, of its embedding, from PyTorch.

    Raises:
        ParityError: more than PARITY.
    """
    n_regions = parts.vectors.shape[1]
    n = min(len(parts.files), -(-N_PARITY // n_regions))
    vectors = parts.vectors[:n].reshape(n * n_regions, -1)
    region = np.tile(np.arange(n_regions, dtype=np.int64), n)
    thumbnails = None
    if taught.model.companion is not None:
        thumbnails = all_thumbnails(parts, slice(0, n), taught.coarse)
        thumbnails = thumbnails.reshape(n * n_regions, *thumbnails.shape[2:])
    return len(vectors), _parity(taught, vectors, region, thumbnails)


def _parity(taught: Taught, vectors: Vectors, region: NDArray[np.int64], thumbnails: Thumbnails | None) -> float:
    model = taught.model
    session = ort.InferenceSession(model.to_onnx().SerializeToString(), providers=["CPUExecutionProvider"])
    fed = {"features": vectors, "region": region} | ({} if thumbnails is None else {"thumbnail": thumbnails})
    graph = Scores(*session.run(OUTPUT_NAMES, fed))
    plain = model.evaluate(vectors, region, thumbnails)
    pairs = [(name, getattr(graph, name), getattr(plain, name)) for name in OUTPUT_NAMES]
    if taught.embed is not None:
        residual = np.concatenate([model.unit_spaces[g].residual(vectors[i : i + 1]) for i, g in enumerate(region)])
        pairs.append(("embedding by PyTorch", graph.embedding, taught.embed(vectors, residual)))
    worst = 0.0
    for name, got, want in pairs:
        off = float((np.abs(got - want) / (1 + np.abs(want))).max())
        if not off <= PARITY:
            raise ParityError(f"{name}: the exported graph is off by {off:.2g}, at most {PARITY:g} allowed")
        worst = max(worst, off)
    return worst


def publish(
    registry: Registry, name: str, taught: Taught, recipe: Recipe, taught_on: Parts, judged: Judged, parts: Parts, chose_nothing: bool,
    key: Path | None = None,
) -> Manifest:  # fmt: skip
    """Write, self-test, sign and publish the bundle as the next version of `name`.

    Args:
        judged, parts: what the report is about.
        chose_nothing: whether they chose no parameter; only then do their figures go into the manifest.
        key: private key file to sign with; None leaves the bundle unsigned.
    """
    about = {
        "kind": taught.training.name,
        "thresholds": taught.thresholds,
        "calibration": taught.calibration,
        "unit_spaces": taught.unit_spaces,
        "data_fingerprint": taught_on.fingerprint,
        "trainer_version": __version__,
        "git_commit": _git_commit(),
        "training": taught.settings,
        "figures": judged.figures() if chose_nothing else (),
    }
    manifest = new_manifest(registry, name, recipe, about)
    goldens = _goldens(taught, recipe, taught_on)
    publish_bundle(
        registry, manifest, taught.model, goldens,
        lambda folder: write_report(folder, manifest, taught, recipe, judged, parts, chose_nothing), key,
    )  # fmt: skip
    return manifest


def _goldens(taught: Taught, recipe: Recipe, parts: Parts) -> list[Golden]:
    """A few parts with their aligned pictures, vectors and scores: good ones and, where there are any, a defective one.

    Of parts that are vectors only, the vectors and their scores.
    """
    extractor = FeatureExtractor(recipe)
    has_pictures = np.array([len(f.views) == len(recipe.views) and all(p.is_file() for p in f.views.values()) for f in parts.files])
    candidates = has_pictures if has_pictures.any() else ~has_pictures
    good, bad = np.flatnonzero(candidates & parts.is_good), np.flatnonzero(candidates & ~parts.is_good)
    region = np.arange(parts.vectors.shape[1])
    goldens = []
    for i in [*good[:1], *bad[: _N_GOLDEN - 1], *good[1:]][:_N_GOLDEN]:
        if has_pictures.any():
            features = extractor.extract(parts.files[i].read())
            score = taught.model.evaluate(features.vectors, region, features.thumbnails).score
            golden = Golden(features.pictures, features.vectors, score)
        else:
            golden = Golden({}, parts.vectors[i], taught.model.evaluate(parts.vectors[i], region).score)
        if not np.isfinite(golden.score).all():
            raise DataError(f"part {parts.files[i].name}: its score is not finite")
        goldens.append(golden)
    return goldens


def _git_commit() -> str:
    try:
        run = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10, cwd=Path(__file__).parent)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return run.stdout.strip()
