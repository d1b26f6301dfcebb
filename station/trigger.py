"""Sees from the live picture that a part has come and stands still."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.recipe import Trigger

_WIDTH_PX = 80  # of the small picture that is compared; noise averages out, a part does not


class PresenceDetector:
    """Fires once for each part: after the empty view has changed, and then several frames have not.

    The empty view is the first frame seen; it follows slow changes of the light while nothing is there. After a shot
    the view must be empty again before the next part can fire.
    """

    def __init__(self, settings: Trigger) -> None:
        self._settings = settings
        self._empty: NDArray[np.float32] | None = None
        self._before: NDArray[np.float32] | None = None
        self._n_still = 0
        self._fired = False

    def sees_new_part(self, picture: NDArray[np.uint8]) -> bool:
        """True when this frame completes a part's arrival. picture: (H, W) uint8, the next frame of the live view."""
        small = cv2.resize(picture, (_WIDTH_PX, max(1, _WIDTH_PX * picture.shape[0] // picture.shape[1])), interpolation=cv2.INTER_AREA)
        now = small.astype(np.float32)
        if self._empty is None or self._before is None or self._empty.shape != now.shape:
            self._empty = self._before = now
            return False
        change = float(np.abs(now - self._before).mean())
        self._before = now
        if float(np.abs(now - self._empty).mean()) < self._settings.presence_change:
            self._empty = 0.95 * self._empty + 0.05 * now
            self._n_still, self._fired = 0, False
            return False
        self._n_still = self._n_still + 1 if change < self._settings.still_change else 0
        if self._fired or self._n_still < self._settings.still_frames:
            return False
        self._fired = True
        return True
