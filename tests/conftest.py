"""Shared fixtures: small real parts (a recipe, a taught model, a station) made once a session."""

from __future__ import annotations

import gc
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", "100000000")  # as models/__init__.py, which comes after cv2 here

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from numpy.typing import NDArray

from models.features import FeatureExtractor
from models.recipe import Recipe, read_recipe
from models.registry import Registry
from tests.small import SMALL_RECIPE, publish_small, small_picture

REPOSITORY = Path(__file__).resolve().parent.parent
cv2.setNumThreads(1)
settings.register_profile("suite", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _old_windows_are_gone(request: pytest.FixtureRequest) -> None:
    """Windows of earlier tests are collected in this thread, not in one of the next window's; see station/gui/garbage.py."""
    if "qtbot" in request.fixturenames:
        gc.collect()


@pytest.fixture(scope="session")
def recipe_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """recipes/small.toml: one view of 160 x 90 with alignment and three regions."""
    folder = tmp_path_factory.mktemp("recipes")
    (folder / "small.toml").write_text(SMALL_RECIPE, encoding="utf-8")
    cv2.imwrite(str(folder / "small-front.png"), small_picture(None))
    return folder / "small.toml"


@pytest.fixture(scope="session")
def recipe(recipe_file: Path) -> Recipe:
    return read_recipe(recipe_file)


@pytest.fixture(scope="session")
def small_vectors(recipe: Recipe) -> NDArray[np.float32]:
    """(48, 3, 1404): vectors of 48 good small parts."""
    extractor = FeatureExtractor(recipe)
    return np.stack([extractor.extract({"front": small_picture(np.random.default_rng(seed))}).vectors for seed in range(48)])


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, recipe: Recipe, small_vectors: NDArray[np.float32]) -> Path:
    """A store with versions 1 and 2 of model `small`; version 2 calls everything NG. Not to be written to."""
    store = tmp_path_factory.mktemp("store")
    publish_small(store, recipe, small_vectors)
    publish_small(store, recipe, small_vectors, ok_at_most=-1e6, ng_above=-1e6)
    return store


@pytest.fixture
def registry(published: Path, tmp_path: Path) -> Registry:
    """A registry of its own on a copy of the store, so that a test may damage it."""
    import shutil

    shutil.copytree(published, tmp_path / "store")
    return Registry(tmp_path / "store", tmp_path / "active")
