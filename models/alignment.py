"""A picture is turned and shifted onto the reference picture, or its alignment is lost.

Two ways, chosen by the recipe:

**By correlation** (`CorrelationAligner`, about 1 ms a picture) onto the mean good picture. First a search on a very small
picture (normalised cross-correlation over the allowed shifts, at three rotations): the rows of pins look alike, and a descent
alone settles on the wrong one. Then Gauss-Newton steps from coarse to fine (models/descent.py). Both compare *shapes of grey
levels*, so gain and offset of the light do not move them. Measured on the 480 x 270 connector pictures, stopping at 240 px
width is within 0.02 px of full size at a quarter of its time.

**By features** (`FeatureAligner`, about 50 ms a picture) for parts whose light changes more than their surface: the border
of a shadow pulls a correlation. Points of local contrast are described (SIFT, Lowe 2004) after local equalisation of the
grey levels, matched by Lowe's ratio test, and the motion on which most agree is taken. What differs from part to part finds
no partner and has no say. Of 60 photographs of a wooden block in changing sun (docs/screws.md), all 60 are aligned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from models.descent import Descent, Motion, NoLikeness
from models.nsoartc import Picture, RectanglePx
from models.recipe import Alignment

_SEARCH_WIDTH_PX = 60
_LEVELS_PX = (120, 240)  # widths

_FEATURE_WIDTH_PX = 320
_MAX_POINTS = 1500
_LEAST_CONTRAST = 0.02  # half of OpenCV's: wood and sheet metal are faint
_MAX_RATIO = 0.8  # Lowe's: the best partner is nearer than this share of the second best
_REACH_PX = 3.0  # how far an agreeing point may lie off, in the reduced picture
_MAX_SCALE = 0.05  # the camera's distance does not change more than this from part to part


class AlignmentLost(Exception):
    """The picture could not be brought onto the reference: the part is turned, shifted, absent or not this part.

    The operator seats the part again; if it persists, the engineer looks at light, focus and the recipe's limits.
    """


@dataclass(frozen=True, slots=True)
class Aligned:
    """How a picture has to be moved, and what it shows then."""

    given: Picture  # (H, W) uint8, as it was before
    motion: Motion
    shift_px: tuple[float, float]  # of the picture's centre, x and y
    rotation_deg: float
    likeness: float  # correlation with the reference, -1..1; by features: share of the matched points that agree, 0..1

    @property
    def picture(self) -> Picture:
        """(H, W) uint8 in the reference's position: linear interpolation, border pixels repeated. Made anew each time."""
        height, width = self.given.shape
        return self.cut((0, 0, width, height))

    def cut(self, rectangle: RectanglePx) -> Picture:
        """A rectangle of `picture`, made alone: of a full-HD picture the whole takes 4.6 ms.

        Where the whole would be rounded the other way a pixel may differ by one grey level: 0.2 % of the pixels of white noise.
        """
        left, top, width, height = rectangle
        motion = self.motion.astype(np.float64)
        motion[:, 2] += motion[:, :2] @ (left, top)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(self.given, motion, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[return-value]


class Aligner(Protocol):
    """Aligns pictures of one view to its reference."""

    def align(self, picture: Picture) -> Aligned:
        """The picture in the reference's position.

        Args:
            picture: (H, W) uint8, same size as the reference.

        Raises:
            AlignmentLost: no likeness found, or shift or rotation outside the recipe's limits.
        """


def make_aligner(reference: Picture, limits: Alignment) -> Aligner:
    """The aligner that the recipe asks for. reference: (H, W) uint8; see each class for what it should show."""
    return FeatureAligner(reference, limits) if limits.method == "features" else CorrelationAligner(reference, limits)


class CorrelationAligner:
    """Aligns by the correlation of whole pictures."""

    def __init__(self, reference: Picture, limits: Alignment) -> None:
        """reference: (H, W) uint8 mean good picture; its reduced copies are made once, here."""
        self._limits, self._shape = limits, reference.shape
        width = reference.shape[1]
        self._search_scale = min(1.0, _SEARCH_WIDTH_PX / width)
        halves = _halves(reference, self._search_scale)
        self._search_reference = _reduced(halves, self._search_scale)
        self._levels = [(scale, Descent(_reduced(halves, scale))) for scale in (min(1.0, px / width) for px in _LEVELS_PX)]

    def align(self, picture: Picture) -> Aligned:
        """See `Aligner`."""
        if picture.shape != self._shape:
            raise AlignmentLost(f"a picture of {picture.shape[1]} x {picture.shape[0]} px, the reference has {self._shape[1]} x {self._shape[0]} px")
        correlation = 0.0
        halves = _halves(picture, self._search_scale)
        try:
            motion = self._search(_reduced(halves, self._search_scale))
            for scale, descent in self._levels:
                found, correlation = descent.find(_reduced(halves, scale), _at_scale(motion, scale))
                motion = _at_scale(found, 1 / scale)
        except NoLikeness as err:
            raise AlignmentLost("no likeness to the reference picture found") from err
        if not correlation >= self._limits.min_correlation:  # also when it is NaN
            raise AlignmentLost(f"correlation with the reference picture {correlation:.2f}, at least {self._limits.min_correlation:g} expected")
        return _checked(picture, motion, self._limits, correlation)

    def _search(self, small: Picture) -> Motion:
        """A first guess: the allowed shift, at one of three rotations, at which the small pictures are most alike."""
        height, width = small.shape
        margin = math.ceil(self._limits.max_shift * width) + 1
        best, motion = -math.inf, np.eye(2, 3, dtype=np.float32)
        for share in (0.0, -0.6, 0.6):
            turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -share * self._limits.max_rotation_deg, 1.0)
            turned = cv2.warpAffine(small, turn, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
            # The picture is continued at its border rather than the reference cut: a part's ends tell its pins apart.
            wide = cv2.copyMakeBorder(turned, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
            _, likeness, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(wide, self._search_reference, cv2.TM_CCOEFF_NORMED))
            if likeness > best:
                best = likeness
                motion = turn.astype(np.float32)
                motion[:, 2] += motion[:, :2] @ np.array([x - margin, y - margin], np.float32)
        return _at_scale(motion, 1 / self._search_scale)


class FeatureAligner:
    """Aligns by points that both pictures show."""

    def __init__(self, reference: Picture, limits: Alignment) -> None:
        """reference: (H, W) uint8 picture of one real part; an average blurs its points away."""
        self._limits = limits
        self._scale = min(1.0, _FEATURE_WIDTH_PX / reference.shape[1])
        self._points, self._descriptors = self._describe(reference)

    def align(self, picture: Picture) -> Aligned:
        """See `Aligner`."""
        reference, met = self._partners(picture)
        motion, agree = None, None
        if len(met) >= self._limits.min_matches:
            motion, agree = cv2.estimateAffinePartial2D(reference, met, method=cv2.RANSAC, ransacReprojThreshold=_REACH_PX)
        n_agree = 0 if agree is None else int(agree.sum())
        if motion is None or n_agree < self._limits.min_matches:
            raise AlignmentLost(f"{n_agree} points agree with the reference picture, at least {self._limits.min_matches} expected")
        scale = float(np.hypot(motion[0, 0], motion[1, 0]))
        if abs(scale - 1) > _MAX_SCALE:
            raise AlignmentLost(f"{scale:.2f} times as large as in the reference picture, at most {_MAX_SCALE:.0%} difference allowed")
        return _checked(picture, _at_scale(motion.astype(np.float32), 1 / self._scale), self._limits, n_agree / len(met))

    def _partners(self, picture: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(N, 2) points of the reference and (N, 2) of the picture that are alike, in reduced pixels."""
        points, descriptors = self._describe(picture)
        if len(self._points) < 2 or len(points) < 2:
            return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
        pairs = cv2.BFMatcher().knnMatch(self._descriptors, descriptors, k=2)
        good = [first for first, second in pairs if first.distance < _MAX_RATIO * second.distance]
        return self._points[[m.queryIdx for m in good]], points[[m.trainIdx for m in good]]

    def _describe(self, picture: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(N, 2) points in reduced pixels and (N, 128) descriptors; none in a flat picture."""
        # Both are made for each picture: they keep state, and an aligner may be asked from two threads.
        equalised = cv2.createCLAHE(3, (8, 8)).apply(_reduced(_halves(picture, self._scale), self._scale))
        found, descriptors = cv2.SIFT.create(_MAX_POINTS, contrastThreshold=_LEAST_CONTRAST).detectAndCompute(equalised, None)
        points = np.array([p.pt for p in found], np.float32).reshape(-1, 2)
        return points, np.empty((0, 128), np.float32) if descriptors is None else descriptors.astype(np.float32, copy=False)


def _checked(picture: Picture, motion: Motion, limits: Alignment, likeness: float) -> Aligned:
    """Raises AlignmentLost where the motion is beyond the limits."""
    height, width = picture.shape
    rotation = float(np.degrees(np.arctan2(motion[1, 0], motion[0, 0])))
    centre = np.array([(width - 1) / 2, (height - 1) / 2], np.float32)
    shift = motion[:, :2] @ centre + motion[:, 2] - centre
    if abs(rotation) > limits.max_rotation_deg:
        raise AlignmentLost(f"rotated by {rotation:.1f} degrees, at most {limits.max_rotation_deg:g} allowed")
    if (share := float(np.hypot(*shift)) / width) > limits.max_shift:
        raise AlignmentLost(f"shifted by {share:.1%} of the picture width, at most {limits.max_shift:.0%} allowed")
    return Aligned(picture, motion, (float(shift[0]), float(shift[1])), rotation, likeness)


def _halves(picture: Picture, least_scale: float) -> list[Picture]:
    """The picture, and halved as often as whole pixels and the least scale allow: of full HD reducing takes an eighth of the time then."""
    halves = [picture]
    while least_scale <= 0.5 and not any(length % 2 for length in halves[-1].shape):
        halves.append(cv2.resize(halves[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))  # type: ignore[arg-type]
        least_scale *= 2
    return halves


def _reduced(halves: Sequence[Picture], scale: float) -> Picture:
    """A picture `scale` times as large, from its halves."""
    n = 0
    while scale <= 0.5 and n + 1 < len(halves):
        n, scale = n + 1, 2 * scale
    return halves[n] if scale >= 1 else cv2.resize(halves[n], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _at_scale(motion: Motion, scale: float) -> Motion:
    """The same rigid motion in the coordinates of a picture `scale` times as large; pixel centres lie at halves."""
    half = np.full(2, 0.5, np.float32)
    fixed = motion[:, :2] @ half - half
    scaled = motion.copy()
    scaled[:, 2] = scale * (motion[:, 2] + fixed) - fixed
    return scaled
