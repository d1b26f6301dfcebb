"""The companion signal: how far a region's thumbnail lies from good parts' thumbnails, cell by cell.

NSOARTC compares what lies side by side *inside* a window, so a pin that is evenly dull, or a thin foreign body, hardly
shows in it. The companion compares each cell of the aligned 45 x 80 thumbnail with the same cell of good parts. Light is
taken out first as a plane: thumbnail / (a + b x + c y), fitted by least squares to the mean good thumbnail; then the good
parts' principal components; what is left over is divided by what good parts leave over and averaged over 3 x 5 cells.

Only regions that it was fitted for have one (the coarse ones: in a narrow region the components explain a dull pin away).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.nsoartc import THUMBNAIL_COLUMNS, THUMBNAIL_ROWS, WINDOW_COLUMNS, WINDOW_ROWS
from models.onnx_nodes import OnnxNodes, rounded
from models.region_scale import RegionScale
from models.unit_space import leading_components

Thumbnails = NDArray[np.float32]
"""(n, 45, 80) grey levels 0..255."""
N_CELLS = THUMBNAIL_ROWS * THUMBNAIL_COLUMNS
_LOCAL_ROWS, _LOCAL_COLUMNS = 3, 5
_WINDOW_CELLS, _WINDOW_STEP = 20, 5  # a window of NSOARTC, in cells
_LEAST_GAIN = 0.05  # a black picture is no reason to divide by zero
_SPREAD_FLOOR = 2.0  # grey levels: camera noise that few parts happen not to show


def _plane() -> NDArray[np.float32]:
    rows, columns = np.mgrid[0:THUMBNAIL_ROWS, 0:THUMBNAIL_COLUMNS]
    return np.stack([np.ones(N_CELLS), columns.ravel() / (THUMBNAIL_COLUMNS - 1) - 0.5, rows.ravel() / (THUMBNAIL_ROWS - 1) - 0.5]).astype(np.float32)


_PLANE = _plane()


@dataclass(frozen=True, slots=True)
class ThumbnailSpace:
    """Good parts' statistics of one region's thumbnail; all float32."""

    plane_fit: NDArray[np.float32]  # (3, 3600): times a thumbnail gives a, b, c of its light
    centre: NDArray[np.float32]  # (3600,) mean good thumbnail, grey levels
    components: NDArray[np.float32]  # (k, 3600) orthonormal rows, rounded to float16
    spread: NDArray[np.float32]  # (3600,) grey levels left over after the components, floored

    def deviation(self, thumbnails: Thumbnails) -> NDArray[np.float32]:
        """(n, 6, 13): the largest local root mean square of the residual in each window of NSOARTC."""
        flat = thumbnails.reshape(-1, N_CELLS)
        residual = _without_light(flat, self.plane_fit) - self.centre
        residual = (residual - (residual @ self.components.T) @ self.components) / self.spread
        squares = (residual * residual).reshape(-1, THUMBNAIL_ROWS, THUMBNAIL_COLUMNS)
        local = np.empty_like(squares)
        for row, into in zip(squares, local, strict=True):  # cells outside count as 0
            cv2.boxFilter(row, -1, (_LOCAL_COLUMNS, _LOCAL_ROWS), dst=into, borderType=cv2.BORDER_CONSTANT)
        windows = sliding_window_view(local, (_WINDOW_CELLS, _WINDOW_CELLS), (1, 2))[:, ::_WINDOW_STEP, ::_WINDOW_STEP]
        return np.sqrt(np.maximum(windows.max((3, 4)), 0))


def fit_thumbnail_space(thumbnails: Thumbnails, n_components: int) -> ThumbnailSpace:
    """From the thumbnails of n good parts of one region; at most a third of n components are taken."""
    flat = thumbnails.reshape(-1, N_CELLS).astype(np.float64)
    n = len(flat)
    mean = flat.mean(0)
    plane_fit = np.linalg.pinv((_PLANE * mean).T).astype(np.float32)
    even = _without_light(flat, plane_fit.astype(np.float64))
    centre = even.mean(0)
    offset = even - centre
    k = min(n_components, n // 3)
    stored = rounded(leading_components(offset, k))
    residual = offset - (offset @ stored.T) @ stored
    spread = np.sqrt((residual**2).sum(0) / (n - 1 - np.count_nonzero(stored.any(1))))
    return ThumbnailSpace(plane_fit, centre.astype(np.float32), stored, np.maximum(spread, _SPREAD_FLOOR).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Companion:
    """The thumbnail spaces of a model, with the scale of each."""

    entry: NDArray[np.int64]  # (regions,) which space a region has, -1 for none
    spaces: tuple[ThumbnailSpace, ...]
    scale: RegionScale  # of the spaces

    def deviation(self, thumbnails: Thumbnails, region: NDArray[np.int64]) -> NDArray[np.float32]:
        """(n, 6, 13) scaled deviations of n regions; -inf for a region without a space."""
        found = np.full((len(thumbnails), WINDOW_ROWS, WINDOW_COLUMNS), -np.inf, np.float32)
        entry = self.entry[region]
        for i, space in enumerate(self.spaces):
            found[entry == i] = space.deviation(thumbnails[entry == i])
        has_space = entry >= 0
        found[has_space] = self.scale.of(found[has_space], entry[has_space])
        return found

    def add_to(self, nodes: OnnxNodes, thumbnails: str) -> tuple[str, str]:
        """The same in a graph: names of the rows that have a space, (M, 1), and of their deviations, (M, 6, 13)."""

        def stacked(name: str) -> NDArray[np.float32]:
            return np.stack([getattr(space, name) for space in self.spaces])

        entries = nodes.of_index("region", "companion_entry", self.entry)
        has_space = nodes.add("GreaterOrEqual", entries, nodes.constant("whole_zero", np.int64(0)))
        rows = nodes.add("Transpose", nodes.add("NonZero", has_space), perm=[1, 0])  # (M, 1)
        flat_rows = nodes.add("Reshape", rows, nodes.shape(-1))
        entry = nodes.add("Gather", entries, flat_rows, axis=0)
        flat = nodes.add("Reshape", nodes.add("Gather", thumbnails, flat_rows, axis=0), nodes.shape(-1, N_CELLS))
        column = nodes.add("Unsqueeze", flat, nodes.axes(2))
        light = nodes.add("MatMul", nodes.of_index(entry, "plane_fit", stacked("plane_fit")), column)  # (M, 3, 1)
        gain = nodes.add("MatMul", nodes.add("Reshape", light, nodes.shape(-1, 3)), nodes.constant("plane", _PLANE))
        even = nodes.add("Div", flat, nodes.add("Max", gain, nodes.constant("least_gain", np.float32(_LEAST_GAIN))))
        residual = nodes.add("Sub", even, nodes.of_index(entry, "thumbnail_centre", stacked("centre")))
        components = stacked("components")
        if components.shape[1]:
            gathered = nodes.add("Gather", nodes.half("thumbnail_components", components), entry, axis=0)
            residual = nodes.without_components(residual, gathered, N_CELLS)
        residual = nodes.add("Div", residual, nodes.of_index(entry, "thumbnail_spread", stacked("spread")))
        squares = nodes.add("Reshape", nodes.add("Mul", residual, residual), nodes.shape(-1, 1, THUMBNAIL_ROWS, THUMBNAIL_COLUMNS))
        up, left = _LOCAL_ROWS // 2, _LOCAL_COLUMNS // 2
        local = nodes.add("AveragePool", squares, kernel_shape=[_LOCAL_ROWS, _LOCAL_COLUMNS], pads=[up, left, up, left], count_include_pad=1)
        step = [_WINDOW_STEP, _WINDOW_STEP]
        windows = nodes.add("Sqrt", nodes.add("MaxPool", local, kernel_shape=[_WINDOW_CELLS, _WINDOW_CELLS], strides=step))
        deviation = nodes.add("Reshape", windows, nodes.shape(-1, WINDOW_ROWS, WINDOW_COLUMNS))
        return rows, self.scale.add_to(nodes, deviation, entry, "companion", extra_axes=2)


def _without_light(flat: NDArray[np.floating], plane_fit: NDArray[np.floating]) -> NDArray[np.floating]:
    return flat / np.maximum((flat @ plane_fit.T) @ _PLANE, _LEAST_GAIN)
