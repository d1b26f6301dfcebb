"""Registered pixel statistics: the method to beat on rigid parts (aligned pixels, PCA residual, local maximum), in a few lines.

Per view: crop to the inspected area, take the good parts' principal components out, divide by the spread that good parts leave,
smooth the squares, take the largest. Score of a part: the worst view's, each divided by its calibration median.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.recipe import Recipe

COMPONENTS = 20
SIGMA_PX = 1.5
LEAST_SPREAD = 2.0  # grey levels


@dataclass(frozen=True)
class PixelView:
    """Good parts' statistics of one view."""

    area: tuple[int, int, int, int]
    is_normalised: bool  # each picture to the same mean and standard deviation first
    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    spread: NDArray[np.float32]

    def score(self, picture: NDArray[np.uint8]) -> float:
        flat = _cut(picture, self.area, self.is_normalised)
        residual = flat - self.mean
        residual = (residual - (residual @ self.components.T) @ self.components) / self.spread
        _, _, width, height = self.area
        squares = (residual * residual).reshape(height, width)
        return float(np.sqrt(cv2.GaussianBlur(squares, (0, 0), SIGMA_PX).max()))


def area_of(recipe: Recipe, view: str) -> tuple[int, int, int, int]:
    """The smallest rectangle that holds the view's regions."""
    rectangles = np.array([r.rectangle for r in recipe.regions if r.view == view])
    left, top = rectangles[:, 0].min(), rectangles[:, 1].min()
    return int(left), int(top), int((rectangles[:, 0] + rectangles[:, 2]).max() - left), int((rectangles[:, 1] + rectangles[:, 3]).max() - top)


def fit_view(pictures: list[NDArray[np.uint8]], area: tuple[int, int, int, int], is_normalised: bool) -> PixelView:
    """From the aligned pictures of good parts."""
    rows = np.stack([_cut(p, area, is_normalised) for p in pictures])
    mean = rows.mean(0)
    centred = rows - mean
    k = min(COMPONENTS, len(rows) // 3)
    values, left = np.linalg.eigh((centred @ centred.T).astype(np.float64))
    components = ((left[:, ::-1][:, :k].T @ centred) / np.sqrt(values[::-1][:k])[:, None]).astype(np.float32)
    residual = centred - (centred @ components.T) @ components
    spread = np.sqrt((residual**2).sum(0) / max(len(rows) - 1 - k, 1))
    return PixelView(area, is_normalised, mean, components, np.maximum(spread, LEAST_SPREAD).astype(np.float32))


def _cut(picture: NDArray[np.uint8], area: tuple[int, int, int, int], is_normalised: bool) -> NDArray[np.float32]:
    left, top, width, height = area
    flat = picture[top : top + height, left : left + width].astype(np.float32).ravel()
    return ((flat - flat.mean()) * (40 / max(float(flat.std()), 1e-3))).astype(np.float32) if is_normalised else flat
