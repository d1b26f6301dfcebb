"""A picture is brought onto a reference of the same size by Gauss-Newton steps: what rotation, shift, gain and offset explain it best?

Inverse compositional (Baker and Matthews 2004): the small motion is thought on the reference's side, so its derivatives, and the
5 x 5 matrix of the normal equations, are made once for a reference and not in each step. Gain and offset of the light are unknowns of
the same equations, so they do not move the picture, as in the enhanced correlation of Evangelidis and Psarakis (2008), whose maximum is
the same. A step is one warp and one product with a (5, N) matrix: 0.1 ms at 240 x 135 px, where `cv2.findTransformECC` takes 0.8.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from models.nsoartc import Picture

_BLUR_PX = 3
_N_STEPS = 30
_STEP_PX = 0.01  # the last step moves no pixel farther; what is left is a small part of that

Motion = NDArray[np.float32]
"""(2, 3): where a pixel of the reference lies in the picture."""


class NoLikeness(Exception):
    """The picture does not say where it lies: it is flat, all but outside, or the steps come to no end."""


class Descent:
    """Finds the motion near a first guess."""

    def __init__(self, reference: Picture) -> None:
        """reference: (H, W) uint8."""
        height, width = reference.shape
        self._size = width, height
        self._centre = np.array([(width - 1) / 2, (height - 1) / 2])
        self._radius = float(self._centre.max())  # a rotation is counted by what it moves there, in pixels, as a shift is
        blurred = _blurred(reference)
        dx, dy = (cv2.Sobel(blurred, cv2.CV_32F, *order, ksize=3, scale=1 / 8) for order in ((1, 0), (0, 1)))
        y, x = np.mgrid[:height, :width] - self._centre[::-1, None, None]
        turn = (dy * x - dx * y) / self._radius
        columns = [turn, dx, dy, blurred - blurred.mean(), np.ones_like(blurred)]
        self._unknowns = np.stack(columns).reshape(5, -1).astype(np.float32)
        self._normal = (self._unknowns @ self._unknowns.T).astype(np.float64)
        self._inside = np.ones((height, width), np.float32)

    def find(self, picture: Picture, guess: Motion) -> tuple[Motion, float]:
        """The motion, and the correlation (-1..1) of the reference with the picture under it.

        Args:
            picture: (H, W) uint8, same size as the reference.
            guess: right to a few pixels.

        Raises:
            NoLikeness: no motion can be told from another, or the steps lead away or come to no end.
        """
        blurred, motion = _blurred(picture), guess.astype(np.float64)
        blurred -= blurred.mean()  # of small numbers the sums are exact enough
        # What of the reference lies outside the picture has no say; it changes by less than a pixel's width on the way.
        outside = np.flatnonzero(self._warped(self._inside, motion, cv2.BORDER_CONSTANT) < 1)
        unknown = self._unknowns[:, outside]
        normal = self._normal - unknown @ unknown.T
        for _ in range(_N_STEPS):
            warped = self._warped(blurred, motion, cv2.BORDER_REPLICATE)
            warped[outside] = 0.0
            seen = (self._unknowns @ warped).astype(np.float64)
            correlation = _correlation(normal, seen, float(warped @ warped))
            step = self._step(normal, seen)
            motion = self._moved(motion, step)
            if np.abs(step).max() < _STEP_PX:
                return motion.astype(np.float32), correlation
        raise NoLikeness

    def _warped(self, picture: NDArray[np.float32], motion: NDArray[np.float64], border: int) -> NDArray[np.float32]:
        """(H * W,) of the picture in the reference's position."""
        moved = cv2.warpAffine(picture, motion, self._size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=border)
        return moved.reshape(-1)  # type: ignore[return-value]

    def _step(self, normal: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rotation, shift in x and shift in y of the reference that explain the picture, in pixels."""
        try:
            turn, dx, dy, gain, _ = np.linalg.solve(normal, seen)
        except np.linalg.LinAlgError as err:
            raise NoLikeness from err
        step = np.array([turn, dx, dy]) / gain if gain > 0 else np.full(3, np.inf)
        if not np.abs(step).max() < self._radius:  # also when it is NaN
            raise NoLikeness
        return step

    def _moved(self, motion: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
        """The motion after the inverse of the step, which turns about the centre."""
        angle = step[0] / self._radius
        back = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        offset = self._centre - back @ (self._centre + step[1:])
        return np.column_stack([motion[:, :2] @ back, motion[:, :2] @ offset + motion[:, 2]])


def _blurred(picture: Picture) -> NDArray[np.float32]:
    return cv2.GaussianBlur(picture.astype(np.float32), (_BLUR_PX, _BLUR_PX), 0)  # type: ignore[return-value]


def _correlation(normal: NDArray[np.float64], seen: NDArray[np.float64], squares: float) -> float:
    """Of reference and picture, from the sums that are there anyway; NaN where one of them is flat."""
    n, of_reference, of_picture = normal[4, 4], normal[3, 4], seen[4]
    variances = (normal[3, 3] - of_reference**2 / n) * (squares - of_picture**2 / n) if n > 0 else 0.0
    return float((seen[3] - of_reference * of_picture / n) / math.sqrt(variances)) if variances > 0 else math.nan
