"""The small part that most tests judge: a bright plate with two pins, 160 x 90 pixels."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.features import FeatureExtractor
from models.golden import Golden, write_golden
from models.graph import ScoringModel
from models.manifest import Manifest
from models.nsoartc import FEATURE_VERSION
from models.recipe import Recipe
from models.region_scale import RegionScale
from models.registry import Registry
from models.unit_space import fit_unit_space, window_deviation

SMALL_RECIPE = """
name = "small"
revision = 3
title = "Small part"
model = "small"

[alignment]
max_rotation_deg = 8.0

[[views]]
name = "front"
width = 160
height = 90
reference = "small-front.png"

[[views.regions]]
name = "all"
left = 10
top = 10
width = 140
height = 70

[[views.grids]]
name = "half"
left = 10
top = 10
width = 140
height = 70
rows = 1
columns = 2
cell_width = 80
cell_height = 70
"""


def small_picture(rng: np.random.Generator | None, missing_pin: bool = False, shift: tuple[float, float] = (0, 0)) -> NDArray[np.uint8]:
    """One part; rng None draws the mean good part."""
    picture = np.full((90, 160), 40, np.uint8)
    jitter = rng.normal(0, 0.4, 2) if rng is not None else np.zeros(2)
    offset = jitter + np.asarray(shift)

    def at(x: float, y: float) -> list[int]:
        return [round(16 * (x + offset[0])), round(16 * (y + offset[1]))]

    cv2.rectangle(picture, at(30, 22), at(130, 68), 90, -1, cv2.LINE_AA, 4)
    for x in (55, 105) if not missing_pin else (55,):
        cv2.circle(picture, at(x, 45), 16 * 12, 210, -1, cv2.LINE_AA, 4)
    gain, noise = (rng.normal(1, 0.03), rng.normal(0, 1.5, picture.shape)) if rng is not None else (1.0, 0.0)
    return np.clip(np.rint(picture * gain + noise), 0, 255).astype(np.uint8)


def small_model(vectors: NDArray[np.float32]) -> ScoringModel:
    """A unit-space model from (parts, regions, 1404) vectors, calibrated on the parts themselves: enough for a test."""
    spaces = tuple(fit_unit_space(vectors[:, g], 4) for g in range(vectors.shape[1]))
    distances = np.stack([window_deviation(s.residual(vectors[:, g])).max((1, 2)) for g, s in enumerate(spaces)], 1)
    return ScoringModel(spaces, RegionScale.fit(distances))


def small_manifest(recipe: Recipe, version: str, **changes: object) -> Manifest:
    row: dict[str, object] = {
        "name": "small",
        "version": version,
        "kind": "unit-space",
        "created": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "feature_version": FEATURE_VERSION,
        "recipe": {"name": recipe.name, "revision": recipe.revision, "fingerprint": recipe.fingerprint},
        "thresholds": {"ok_at_most": 12.0, "ng_above": 20.0},
        "calibration": {"good_parts": 48, "sessions": ("one",), "held_out": "folds", "overkill_target": 0.05},
        "unit_spaces": ("good",),
        "data_fingerprint": "0",
        "trainer_version": "test",
        "git_commit": "none",
        "regions": [
            {"view": r.view, "name": r.name, "left": r.rectangle[0], "top": r.rectangle[1], "width": r.rectangle[2], "height": r.rectangle[3]}
            for r in recipe.regions
        ],
        "files": {},
    }
    return Manifest.model_validate(row | changes)


def write_small_bundle(folder: Path, recipe: Recipe, vectors: NDArray[np.float32]) -> ScoringModel:
    """model.onnx, golden.npz and report/ of a small model in a folder."""
    model = small_model(vectors)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model.to_onnx().SerializeToString())
    features = FeatureExtractor(recipe).extract({"front": small_picture(np.random.default_rng(5))})
    score = model.evaluate(features.vectors, np.arange(len(features.vectors))).score
    write_golden(folder / "golden.npz", [Golden(features.pictures, features.vectors, score)])
    (folder / "report").mkdir(exist_ok=True)
    (folder / "report" / "report.md").write_text("# small\n", encoding="utf-8")
    return model


def publish_small(store: Path, recipe: Recipe, vectors: NDArray[np.float32], ok_at_most: float = 12.0, ng_above: float = 20.0) -> Manifest:
    """Publish the next version of `small`."""
    registry = Registry(store, store / ".state")
    bundle = store.parent / f"{store.name}-bundle"
    write_small_bundle(bundle, recipe, vectors)
    manifest = small_manifest(recipe, registry.next_version("small"), thresholds={"ok_at_most": ok_at_most, "ng_above": ng_above})
    registry.publish(bundle, manifest)
    return manifest
