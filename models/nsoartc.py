"""The NSOARTC vector: a grey picture becomes 1404 numbers. The one implementation in the product.

A picture is averaged to a 45 x 80 thumbnail, each 5 x 5 block of it answers seven kernels, and in every
4 x 4 window of blocks the answers of six shape kernels (the *signal*) are compared with those of the DATUM
kernel of the same picture (the *unit*) by the three SOART3 metrics: ln beta, eta, gamma.

Source: the formulas, kernels, windows and grey scale are the QEU project's (QEUR21_SOART, QEUR22_VINSP,
QEUR23_ATTNS12/14); the 45 x 80 frame around them is a reconstruction from the published vector length and
its 36 x 39 heat map (QEUR23_SMNRT16).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

FEATURE_VERSION = "nsoartc-1"
"""Changes whenever any number of any vector changes; a station refuses models made for another one."""

THUMBNAIL_ROWS, THUMBNAIL_COLUMNS = 45, 80
WINDOW_ROWS, WINDOW_COLUMNS = 6, 13
N_METRICS = 3
KERNEL_NAMES = ("BEND1", "BEND2", "BEND3", "BEND4", "LINE1", "LINE2", "DATUM")
N_SHAPES = len(KERNEL_NAMES) - 1
VECTOR_LENGTH = N_SHAPES * WINDOW_ROWS * N_METRICS * WINDOW_COLUMNS  # 1404
EPSILON = 1e-4
"""Keeps the sensitivity of an all-black window finite: (0 + e) / (0 + e) = 1, ln beta = 0."""

Picture = NDArray[np.uint8]
Vectors = NDArray[np.float32]
RectanglePx = tuple[int, int, int, int]
"""left, top, width, height in pixels of the frame that it is cut from."""

BLOCK = 5  # thumbnail pixels a side
BLOCK_ROWS, BLOCK_COLUMNS = THUMBNAIL_ROWS // BLOCK, THUMBNAIL_COLUMNS // BLOCK  # 9, 16
_WINDOW = 4
# Above this height summing rows straight from the bytes (cv2.reduce) beats a float matrix product:
# full HD 0.25 ms against 3.6 ms; a 180-row region the other way round, 0.14 ms against 0.06 ms.
_TALL_PX = 270
# What is worked out of more thumbnails than this leaves the processor's cache: 135 at once take 8.0 ms, by 32s 5.7 ms.
_AT_ONCE = 32
# Where every cell holds whole pixels, OpenCV's area average is as exact and two to three times as fast, up to this height.
_TALLEST_WHOLE_PX = 450


class FeatureError(ValueError):
    """A picture or region cannot be turned into a vector; the message names what was met and expected."""


def nsoartc(picture: Picture) -> Vectors:
    """The NSOARTC vector of one grey picture.

    Args:
        picture: (H, W) uint8 grey levels 0..255, H and W >= 1, objects brighter than their background.

    Returns:
        (1404,) float32, index ((kernel * 6 + window_row) * 3 + metric) * 13 + window_column; always finite.

    Raises:
        FeatureError: not a two-dimensional, non-empty uint8 array.
    """
    return vectors_of_thumbnails(thumbnail(picture)[np.newaxis])[0]


def nsoartc_regions(frame: Picture, regions: Sequence[RectanglePx]) -> Vectors:
    """One NSOARTC vector for each rectangle of one grey frame, in the order given.

    Args:
        frame: (H, W) uint8 grey levels 0..255.
        regions: n rectangles (left, top, width, height) in pixels, each wholly inside the frame.

    Returns:
        (n, 1404) float32; row i equals `nsoartc` of the i-th cut.

    Raises:
        FeatureError: the frame is no grey picture, or a rectangle is empty or reaches outside it.
    """
    return vectors_of_thumbnails(region_thumbnails(frame, regions))


def region_thumbnails(frame: Picture, regions: Sequence[RectanglePx]) -> NDArray[np.float32]:
    """The thumbnail of each rectangle of one grey frame: (n, 45, 80) float32; arguments and errors as `nsoartc_regions`."""
    _check_picture(frame)
    height, width = frame.shape
    thumbnails = np.empty((len(regions), THUMBNAIL_ROWS, THUMBNAIL_COLUMNS), np.float32)
    for i, (left, top, w, h) in enumerate(regions):
        if w < 1 or h < 1 or left < 0 or top < 0 or left + w > width or top + h > height:
            raise FeatureError(
                f"region {i}: left {left}, top {top}, width {w}, height {h} does not lie inside the frame of {width} x {height} pixels"
            )
        thumbnails[i] = thumbnail(frame[top : top + h, left : left + w])
    return thumbnails


def thumbnail(picture: Picture) -> NDArray[np.float32]:
    """The exact area average of a picture on 45 x 80 cells.

    Pixels on a cell border count with the fraction of them that lies inside. Nothing is padded, cut or rounded to
    whole grey levels. A picture smaller than the grid works too: a cell inside a pixel takes its value.

    Args:
        picture: (H, W) uint8.

    Returns:
        (45, 80) float32, grey levels 0..255.
    """
    _check_picture(picture)
    height, width = picture.shape
    if height % THUMBNAIL_ROWS == 0 and width % THUMBNAIL_COLUMNS == 0 and height <= _TALLEST_WHOLE_PX:
        size = (THUMBNAIL_COLUMNS, THUMBNAIL_ROWS)
        return cv2.resize(picture.astype(np.float32), size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]
    rows = _row_averages(picture) if height > _TALL_PX else _area_matrix(height, THUMBNAIL_ROWS) @ picture.astype(np.float32)
    return rows @ _area_matrix_transposed(width, THUMBNAIL_COLUMNS)


def soart3(
    unit: NDArray[np.float32], signal: NDArray[np.float32], axis: int = -1
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Ln beta (sensitivity), eta and gamma of each signal vector against its unit vector.

    eta here grows with *difference*; Taguchi's classical SN ratio grows with likeness. gamma grows when the
    difference is *local*: it compares the root mean square deviation with the mean absolute one.

    Args:
        unit: float32, any shape, n entries along `axis`; datum-kernel responses, from grey levels 0..255.
        signal: same length along `axis`, broadcastable; one shape kernel's responses, same scale.
        axis: the axis that is compared and averaged.

    Returns:
        ln beta, eta, gamma, natural logarithms, unitless, `axis` removed; finite for non-negative input.

    Source: calc_soaRT3, QEUR23_ATTNS14.
    """
    beta = ((unit * signal).sum(axis, keepdims=True) + EPSILON) / ((unit * unit).sum(axis, keepdims=True) + EPSILON)
    deviation = beta * unit
    np.subtract(signal, deviation, out=deviation)  # in place from here on: new memory costs as much as the arithmetic
    l1 = np.abs(deviation, out=deviation).mean(axis)
    mse = np.multiply(deviation, deviation, out=deviation).mean(axis)
    eta = np.log1p(l1)
    gamma = 0.5 * np.log1p(mse) - eta
    return np.log(beta.squeeze(axis)), eta, gamma


def _check_picture(picture: Picture) -> None:
    if not isinstance(picture, np.ndarray) or picture.ndim != 2 or picture.dtype != np.uint8 or picture.size == 0:
        met = f"{picture.dtype} {picture.shape}" if isinstance(picture, np.ndarray) else type(picture).__name__
        raise FeatureError(f"a grey picture is a uint8 array (height, width) of at least 1 x 1 pixel; this is {met}")


@lru_cache(maxsize=256)
def _area_matrix(n_pixels: int, n_cells: int) -> NDArray[np.float32]:
    """(n_cells, n_pixels) float32: row c holds the fraction that each pixel has in the average of cell c."""
    edges = np.arange(n_cells + 1) * (n_pixels / n_cells)
    pixels = np.arange(n_pixels)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    matrix = (np.clip(overlap, 0, 1) * (n_cells / n_pixels)).astype(np.float32)
    matrix.setflags(write=False)
    return matrix


@lru_cache(maxsize=256)
def _area_matrix_transposed(n_pixels: int, n_cells: int) -> NDArray[np.float32]:
    return np.ascontiguousarray(_area_matrix(n_pixels, n_cells).T)


def _row_averages(picture: Picture) -> NDArray[np.float32]:
    """(45, W) float32 averages of bands of rows, read once as bytes: whole rows summed, border rows weighted."""
    height, width = picture.shape
    sums = np.empty((THUMBNAIL_ROWS, width), np.float32)
    for band in range(THUMBNAIL_ROWS):
        # Whole-number arithmetic in units of 1/45 row, so that a border is never off by one ulp.
        start, start_rest = divmod(band * height, THUMBNAIL_ROWS)
        stop, stop_rest = divmod((band + 1) * height, THUMBNAIL_ROWS)
        first = start + (start_rest > 0)
        cv2.reduce(picture[first:stop], 0, cv2.REDUCE_SUM, sums[band : band + 1], dtype=cv2.CV_32F)
        if start_rest:
            sums[band] += np.float32(1 - start_rest / THUMBNAIL_ROWS) * picture[start]
        if stop_rest:
            sums[band] += np.float32(stop_rest / THUMBNAIL_ROWS) * picture[stop]
    sums *= np.float32(THUMBNAIL_ROWS / height)
    return sums


def _kernels() -> NDArray[np.float32]:
    """(25, 7) float32 of zeros and ones: the kernels of KERNEL_NAMES as columns."""
    kernels = np.zeros((7, BLOCK, BLOCK), np.float32)
    for kernel, (row, column) in enumerate(((0, 4), (4, 4), (4, 0), (0, 0))):  # BEND1..BEND4: a border row and column
        kernels[kernel, row, :] = 1
        kernels[kernel, :, column] = 1
    kernels[4] = np.eye(BLOCK)[::-1]
    kernels[5] = np.eye(BLOCK)
    kernels[6, 2, :] = 1
    kernels[6, :, 2] = 1
    return np.ascontiguousarray(kernels.reshape(7, -1).T)


def _window_blocks() -> NDArray[np.intp]:
    """(16, 78): for each window (row-major over 6 x 13) the flat indices of its 4 x 4 blocks, block first."""
    block = np.arange(BLOCK_ROWS * BLOCK_COLUMNS).reshape(BLOCK_ROWS, BLOCK_COLUMNS)
    windows = np.lib.stride_tricks.sliding_window_view(block, (_WINDOW, _WINDOW))
    return np.ascontiguousarray(windows.reshape(WINDOW_ROWS * WINDOW_COLUMNS, _WINDOW * _WINDOW).T)


KERNELS = _kernels()
"""(25, 7) float32: what each pixel of a block has to say to each kernel of KERNEL_NAMES."""
WINDOW_BLOCKS = _window_blocks()
"""(16, 78): the flat indices of each window's blocks."""


def vectors_of_thumbnails(thumbnails: NDArray[np.float32]) -> Vectors:
    """(n, 45, 80) float32 thumbnails to (n, 1404) float32 vectors."""
    vectors = np.empty((len(thumbnails), VECTOR_LENGTH), np.float32)
    for first in range(0, len(thumbnails), _AT_ONCE):
        vectors[first : first + _AT_ONCE] = _vectors(thumbnails[first : first + _AT_ONCE])
    return vectors


def _vectors(thumbnails: NDArray[np.float32]) -> Vectors:
    n = len(thumbnails)
    blocks = thumbnails.reshape(n, BLOCK_ROWS, BLOCK, BLOCK_COLUMNS, BLOCK).transpose(0, 1, 3, 2, 4)
    responses = blocks.reshape(n, BLOCK_ROWS * BLOCK_COLUMNS, BLOCK * BLOCK) @ KERNELS
    # (n, kernel, block of the window, window): the windows lie last, so that numpy adds along contiguous memory.
    windows = np.take(np.ascontiguousarray(responses.transpose(0, 2, 1)), WINDOW_BLOCKS, axis=2)
    maps = np.empty((n, N_SHAPES, WINDOW_ROWS, N_METRICS, WINDOW_COLUMNS), np.float32)
    for i, metric in enumerate(soart3(windows[:, -1:], windows[:, :-1], axis=2)):
        maps[:, :, :, i] = metric.reshape(n, N_SHAPES, WINDOW_ROWS, WINDOW_COLUMNS)
    return maps.reshape(n, VECTOR_LENGTH)
