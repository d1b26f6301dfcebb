"""What a user would pick instead, each in a few lines on its own well-kept library: fit on the training session, one number a view.

All see the same pictures, cut to the inspected area. A score grows with the defect. Nothing is tuned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pixels import PixelView, area_of, fit_view
from models.alignment import make_aligner
from models.nsoartc import Picture, nsoartc, thumbnail
from models.recipe import Recipe

Views = dict[str, Picture]


class Method(Protocol):
    """One of them; taught once."""

    def fit(self, good: Sequence[Views], bad: Sequence[Views]) -> None:
        """Learn from the training session; one-class methods do not look at `bad`."""

    def score(self, pictures: Views) -> list[float]:
        """One number a view, from decoded pictures on."""


class OfEachView:
    """A method that looks at each view alone: `fit_one` makes what scores a cut picture."""

    def __init__(self, recipe: Recipe, fit_one: Callable[[list[Picture], list[Picture]], Callable[[Picture], float]], is_aligned: bool) -> None:
        self._areas = {view: area_of(recipe, view) for view in recipe.view_names}
        self._aligners = {view.name: make_aligner(recipe.reference(view), recipe.alignment) for view in recipe.views} if is_aligned else {}
        self._fit_one = fit_one
        self._scorers: dict[str, Callable[[Picture], float]] = {}

    def fit(self, good: Sequence[Views], bad: Sequence[Views]) -> None:
        for view in self._areas:
            self._scorers[view] = self._fit_one([self._cut(view, p[view]) for p in good], [self._cut(view, p[view]) for p in bad])

    def score(self, pictures: Views) -> list[float]:
        return [scorer(self._cut(view, pictures[view])) for view, scorer in self._scorers.items()]

    def _cut(self, view: str, picture: Picture) -> Picture:
        left, top, width, height = self._areas[view]
        if view in self._aligners:
            picture = self._aligners[view].align(picture).picture
        return np.ascontiguousarray(picture[top : top + height, left : left + width])


def pixels(good: list[Picture], _bad: list[Picture]) -> Callable[[Picture], float]:
    """PCA residual of the pixels, local maximum (benchmarks/pixels.py)."""
    height, width = good[0].shape
    fitted: PixelView = fit_view(good, (0, 0, width, height), False)
    return fitted.score


def z_score(good: list[Picture], _bad: list[Picture]) -> Callable[[Picture], float]:
    """Pixel by pixel from the mean picture, in spreads; smoothed, largest."""
    stack = np.stack(good).astype(np.float32)
    mean, spread = stack.mean(0), np.maximum(stack.std(0), 2.0)
    return lambda picture: float(np.sqrt(cv2.GaussianBlur(((picture - mean) / spread) ** 2, (0, 0), 1.5).max()))


def template(good: list[Picture], _bad: list[Picture]) -> Callable[[Picture], float]:
    """The plain way with OpenCV: difference to the mean picture, smoothed, largest."""
    mean = np.rint(np.mean(good, 0)).astype(np.uint8)
    return lambda picture: float(cv2.GaussianBlur(cv2.absdiff(picture, mean), (5, 5), 0).max())


def thumbnail_pca(good: list[Picture], _bad: list[Picture]) -> Callable[[Picture], float]:
    """scikit-learn: residual of 20 principal components of the 45 x 80 thumbnail."""
    from sklearn.decomposition import PCA

    rows = np.stack([thumbnail(p).ravel() for p in good])
    pca = PCA(min(20, len(rows) // 3), svd_solver="full").fit(rows)

    def score(picture: Picture) -> float:
        row = thumbnail(picture).reshape(1, -1)
        return float(np.abs(row - pca.inverse_transform(pca.transform(row))).max())

    return score


def thumbnail_knn(good: list[Picture], _bad: list[Picture]) -> Callable[[Picture], float]:
    """scikit-learn: distance of the thumbnail to the fifth nearest good one."""
    from sklearn.neighbors import NearestNeighbors

    neighbours = NearestNeighbors(n_neighbors=5).fit(np.stack([thumbnail(p).ravel() for p in good]))
    return lambda picture: float(neighbours.kneighbors(thumbnail(picture).reshape(1, -1))[0][0, -1])


def pixel_svm(good: list[Picture], bad: list[Picture]) -> Callable[[Picture], float]:
    """scikit-learn: supervised linear SVM on the standardised thumbnail, good against defective."""
    return _svm([thumbnail(p).ravel() for p in good], [thumbnail(p).ravel() for p in bad], "linear", lambda p: thumbnail(p).ravel())


def author_svm(good: list[Picture], bad: list[Picture]) -> Callable[[Picture], float]:
    """The method's author's route of 2023: beta and SN pictures into an SVM with a polynomial kernel."""

    def described(picture: Picture) -> NDArray[np.float32]:
        maps = nsoartc(picture).reshape(36, 3, 13)
        return maps[:, :2].ravel()  # ln beta and eta

    return _svm([described(p) for p in good], [described(p) for p in bad], "poly", described)


def _svm(
    good: list[NDArray[np.float32]], bad: list[NDArray[np.float32]], kernel: str, described: Callable[[Picture], NDArray[np.float32]]
) -> Callable[[Picture], float]:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    machine = make_pipeline(StandardScaler(), SVC(kernel=kernel, class_weight="balanced", random_state=0))
    machine.fit(np.stack([*good, *bad]), [0] * len(good) + [1] * len(bad))
    return lambda picture: float(machine.decision_function(described(picture)[np.newaxis])[0])
