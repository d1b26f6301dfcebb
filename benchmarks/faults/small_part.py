"""The tests' small part, its recipe and its model: for faults that need other pictures than the simulated camera's."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.features import FeatureExtractor
from models.recipe import read_recipe
from tests.small import SMALL_RECIPE, publish_small, small_picture


def picture(n: int) -> NDArray[np.uint8]:
    """The n-th good part, (90, 160) uint8, with noise of its own."""
    return small_picture(np.random.default_rng(n))


def prepare(folder: Path) -> None:
    """recipes/small.toml and a store with version 1 (judges) and 2 (calls everything NG) of its model."""
    (folder / "recipes").mkdir()
    (folder / "recipes" / "small.toml").write_text(SMALL_RECIPE, encoding="utf-8")
    cv2.imwrite(str(folder / "recipes" / "small-front.png"), small_picture(None))
    recipe = read_recipe(folder / "recipes" / "small.toml")
    extractor = FeatureExtractor(recipe)
    vectors = np.stack([extractor.extract({"front": picture(n)}).vectors for n in range(48)])
    publish_small(folder / "store", recipe, vectors)
    publish_small(folder / "store", recipe, vectors, ok_at_most=-1e6, ng_above=-1e6)


def pictures(folder: Path, n: int) -> Path:
    """A folder of n pictures of good parts."""
    folder.mkdir()
    for i in range(n):
        cv2.imwrite(str(folder / f"{i:04d}.png"), picture(1000 + i))
    return folder
