from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.companion import ThumbnailSpace, fit_thumbnail_space


def _part(rng: np.random.Generator, n: int) -> NDArray[np.float32]:
    """(n, 45, 80) thumbnails of a plate with a bright bar, a little noise."""
    picture = np.full((45, 80), 60.0)
    picture[10:35, 20:60] = 150
    return (picture + rng.normal(0, 1.5, (n, 45, 80))).astype(np.float32)


@pytest.fixture(scope="module")
def space() -> ThumbnailSpace:
    return fit_thumbnail_space(_part(np.random.default_rng(0), 40), 5)


def test_other_light_over_the_whole_picture_is_no_deviation(space: ThumbnailSpace) -> None:
    part = _part(np.random.default_rng(1), 1)
    plane = 1.3 * (1 + 0.2 * np.linspace(-0.5, 0.5, 80) + 0.1 * np.linspace(-0.5, 0.5, 45)[:, None])
    plain, lit = space.deviation(part).max(), space.deviation((part * plane).astype(np.float32)).max()
    assert lit == pytest.approx(plain, rel=0.2)


def test_a_dull_patch_shows_in_the_windows_that_hold_it_and_in_no_other(space: ThumbnailSpace) -> None:
    part = _part(np.random.default_rng(1), 1)
    part[0, 12:18, 50:58] -= 25
    deviation = space.deviation(part)[0]
    rows, columns = np.nonzero(deviation > 3)
    # window (r, c) holds cells 5r..5r+19 and 5c..5c+19; the mean over 3 x 5 cells reaches one and two cells further
    expected = {(r, c) for r in range(6) for c in range(13) if 5 * r <= 18 and 5 * r + 19 >= 11 and 5 * c <= 59 and 5 * c + 19 >= 48}
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == expected


def test_the_deviation_is_the_largest_local_root_mean_square_of_its_window(space: ThumbnailSpace) -> None:
    """Against the plainest loops."""
    part = _part(np.random.default_rng(2), 1)
    part[0, 30:33, 5:9] += 40
    flat = part.reshape(-1).astype(np.float64)
    a, b, c = space.plane_fit.astype(np.float64) @ flat
    residual = np.empty((45, 80))
    for y in range(45):
        for x in range(80):
            residual[y, x] = flat[80 * y + x] / max(a + b * (x / 79 - 0.5) + c * (y / 44 - 0.5), 0.05) - space.centre[80 * y + x]
    amounts = space.components @ residual.reshape(-1)
    residual = ((residual.reshape(-1) - amounts @ space.components) / space.spread).reshape(45, 80)
    expected = np.zeros((6, 13))
    for r in range(6):
        for k in range(13):
            for y in range(5 * r, 5 * r + 20):
                for x in range(5 * k, 5 * k + 20):
                    near = [residual[v, u] ** 2 for v in range(y - 1, y + 2) for u in range(x - 2, x + 3) if 0 <= v < 45 and 0 <= u < 80]
                    expected[r, k] = max(expected[r, k], (sum(near) / 15) ** 0.5)
    assert np.allclose(space.deviation(part)[0], expected, rtol=1e-4)


def test_a_black_thumbnail_deviates_and_is_finite(space: ThumbnailSpace) -> None:
    deviation = space.deviation(np.zeros((1, 45, 80), np.float32))
    assert np.isfinite(deviation).all()
    assert deviation.max() > 10


def test_few_and_equal_thumbnails_give_a_finite_space() -> None:
    space = fit_thumbnail_space(np.full((9, 45, 80), 100, np.float32), 10)
    assert space.deviation(np.full((1, 45, 80), 100, np.float32)).max() == pytest.approx(0, abs=1e-3)
