"""Meters for setting up a camera: brightness, focus, frame rate. Plain numbers of one picture; no state but the frame rate's."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.nsoartc import Picture

MAX_WHITE = 0.005
"""Share of pixels at 255: what lies there cannot be told apart any more. Half a percent is a few glints."""
MAX_BLACK = 0.05
"""Share of pixels at 0."""
DIM_BELOW, BRIGHT_ABOVE = 110, 250
"""Grey level that 99 % of the pixels do not exceed: below the first half of the camera's range is not used, above the second
the next brighter part is burnt out."""
_BLUR = (3, 3)  # takes the sensor's noise out of the focus, which would else be sharpest in the dark
_WINDOW_S = 2.0


class Exposure(StrEnum):
    """What to do about the exposure."""

    GOOD = "good"
    BURNT_OUT = "burnt out"  # too many pixels at 255
    BRIGHT = "bright"  # close to it
    DIM = "dim"  # the upper half of the range is empty
    BLACK = "black"  # bright enough, with too many pixels at 0
    HARSH = "harsh"  # both at once: the light, not the exposure, is at fault


@dataclass(frozen=True, slots=True)
class Brightness:
    """Grey levels of a picture."""

    mean: float  # 0..255
    black: float  # share of pixels at 0
    white: float  # share of pixels at 255
    bright_level: int  # 99 % of the pixels are at or below it
    histogram: NDArray[np.int64]  # (256,) pixels a grey level

    @property
    def exposure(self) -> Exposure:
        """What these levels say about the exposure."""
        if self.white > MAX_WHITE:
            return Exposure.HARSH if self.black > MAX_BLACK else Exposure.BURNT_OUT
        if self.bright_level < DIM_BELOW:
            return Exposure.DIM
        if self.bright_level > BRIGHT_ABOVE:
            return Exposure.BRIGHT
        return Exposure.BLACK if self.black > MAX_BLACK else Exposure.GOOD


def brightness(picture: Picture) -> Brightness:
    """The grey levels of a picture, (H, W) uint8."""
    histogram = np.bincount(picture.ravel(), minlength=256)
    n = picture.size
    level = int(np.searchsorted(np.cumsum(histogram), 0.99 * n))
    return Brightness(float(histogram @ np.arange(256) / n), histogram[0] / n, histogram[255] / n, level, histogram)


def focus(picture: Picture) -> float:
    """Sharpness of a picture, (H, W) uint8: variance of its Laplacian by variance of its grey levels, times 1000.

    Gain and offset of the light do not change it; only values of the same scene can be compared. 0 for a flat picture.
    """
    smooth = cv2.GaussianBlur(picture, _BLUR, 0)
    spread = _variance(smooth)
    if spread < 1.0:  # less than one grey level: nothing to focus on
        return 0.0
    return 1000 * _variance(cv2.Laplacian(smooth, cv2.CV_16S)) / spread


def _variance(values: NDArray[Any]) -> float:
    return float(cv2.meanStdDev(values)[1][0, 0]) ** 2


class FrameRate:
    """Frames a second, over the last two seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def add(self, at_s: float) -> None:
        """A frame came at this time [s] of any steady clock."""
        self._times.append(at_s)
        while self._times[0] < at_s - _WINDOW_S:
            self._times.popleft()

    def hz(self, now_s: float) -> float:
        """0 where fewer than two frames came in the last two seconds."""
        recent = [t for t in self._times if t >= now_s - _WINDOW_S]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 and recent[-1] > recent[0] else 0.0
