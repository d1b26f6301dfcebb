"""NSOARTC as one would explain it: loops, one cell at a time, in double precision. The oracle of the fast one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

KERNELS = {
    "BEND1": ["11111", "00001", "00001", "00001", "00001"],
    "BEND2": ["00001", "00001", "00001", "00001", "11111"],
    "BEND3": ["10000", "10000", "10000", "10000", "11111"],
    "BEND4": ["11111", "10000", "10000", "10000", "10000"],
    "LINE1": ["00001", "00010", "00100", "01000", "10000"],
    "LINE2": ["10000", "01000", "00100", "00010", "00001"],
    "DATUM": ["00100", "00100", "11111", "00100", "00100"],
}


def plain_thumbnail(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    height, width = picture.shape
    rows = np.array([_cell(picture.astype(float), r * height / 45, (r + 1) * height / 45) for r in range(45)])
    return np.array([_cell(rows.T, c * width / 80, (c + 1) * width / 80) for c in range(80)]).T


def _cell(lines: NDArray[np.float64], start: float, stop: float) -> NDArray[np.float64]:
    """The average of lines[start:stop], borders counted with their fraction."""
    total = np.zeros(lines.shape[1])
    for i in range(math.floor(start), min(len(lines), math.ceil(stop))):
        total += lines[i] * max(0.0, min(stop, i + 1) - max(start, i))
    return total / (stop - start)


def plain_nsoartc(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    small = plain_thumbnail(picture)
    response = {}
    for name, rows in KERNELS.items():
        for r in range(9):
            for c in range(16):
                response[name, r, c] = sum(small[5 * r + i, 5 * c + j] for i in range(5) for j in range(5) if rows[i][j] == "1")
    vector = np.zeros(1404)
    for k, name in enumerate(list(KERNELS)[:6]):
        for i in range(6):
            for j in range(13):
                cells = [(i + a, j + b) for a in range(4) for b in range(4)]
                x = [response["DATUM", r, c] for r, c in cells]
                y = [response[name, r, c] for r, c in cells]
                beta = (sum(a * b for a, b in zip(x, y, strict=True)) + 1e-4) / (sum(a * a for a in x) + 1e-4)
                deviation = [b - beta * a for a, b in zip(x, y, strict=True)]
                l1 = sum(abs(d) for d in deviation) / 16
                mse = sum(d * d for d in deviation) / 16
                metrics = math.log(beta), math.log(1 + l1), 0.5 * math.log(1 + mse) - math.log(1 + l1)
                for m in range(3):
                    vector[((k * 6 + i) * 3 + m) * 13 + j] = metrics[m]
    return vector
