"""Draws a male connector of 3 x 9 pins in perspective: the scene of the method's author, without his renderer.

Lengths are in pitches (the distance between two pins); the housing floor is z = 0, pins stand 3 pitches high, and a
pinhole camera looks down from above. A pin is a pile of discs from foot to tip that grow brighter towards the light.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 3, 9
PIN_HEIGHT = 3.0
PIN_RADIUS = 0.21
CAMERA_HEIGHT = 14.0
EYES = {"center": (0.0, 0.0), "left": (-3.0, 0.0), "right": (3.0, 0.0), "top": (0.0, -3.0), "bottom": (0.0, 3.0)}
"""Where each view's camera stands above the connector; its picture is shifted so that the pins' half height stays centred."""
MODES = ("X", "Y", "D", "M", "R", "F")
"""X / Y tilt, D retraction, M missing pin, R tarnished pin, F foreign body."""
_AMOUNTS = {"X": (0.10, 0.30), "Y": (0.10, 0.30), "D": (0.25, 0.80), "M": (1.0, 1.0), "R": (35.0, 90.0), "F": (0.14, 0.26)}
_BELT_GREY, _NOISE_GREY = 58, 1.6
_NOISE_MARGIN_PX = 256
_DISCS = 14
_SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True)
class Defect:
    """One fault at one pin."""

    mode: str  # of MODES
    row: int
    column: int
    amount: float  # X, Y: tip displaced [pitches]; D: of a pin height of 3; R: grey levels darker; F: length [pitches]


@dataclass(frozen=True, slots=True)
class Part:
    """One connector as it lies under the lens, and the light on it."""

    defect: Defect | None
    shift: tuple[float, float]  # [pitches]
    rotation_deg: float
    gain: float
    slope: tuple[float, float]  # light across the picture, relative
    tips: NDArray[np.float64] = field(repr=False)  # (27, 2) displacement of each tip [pitches]: no pin is quite straight
    heights: NDArray[np.float64] = field(repr=False)  # (27,) pin heights [pitches]
    shades: NDArray[np.float64] = field(repr=False)  # (27,) grey levels of the metal
    noise_seed: int = 0


def draw_part(rng: np.random.Generator, defect_rate: float, session_rng: np.random.Generator | None = None) -> Part:
    """A random part: pose, light and metal vary from part to part, a defect at the given rate.

    Args:
        rng: the part's own randomness.
        defect_rate: share of parts with a defect, 0..1; modes and pins are equally likely.
        session_rng: where given, shifts the middle of pose and light as another day does.
    """
    defect = None
    if rng.random() < defect_rate:
        mode = MODES[rng.integers(len(MODES))]
        low, high = _AMOUNTS[mode]
        defect = Defect(mode, int(rng.integers(ROWS)), int(rng.integers(COLUMNS)), round(float(rng.uniform(low, high)), 4))
    middle = session_rng.normal(0, 1, 5) if session_rng is not None else np.zeros(5)
    return Part(
        defect,
        (float(0.03 * middle[0] + rng.normal(0, 0.05)), float(0.03 * middle[1] + rng.normal(0, 0.05))),
        float(0.2 * middle[2] + rng.normal(0, 0.5)),
        float(1 + 0.03 * middle[3] + rng.normal(0, 0.03)),
        (float(0.02 * middle[4] + rng.normal(0, 0.02)), float(rng.normal(0, 0.02))),
        rng.normal(0, 0.006, (ROWS * COLUMNS, 2)),
        PIN_HEIGHT + rng.normal(0, 0.012, ROWS * COLUMNS),
        rng.normal(205, 3, ROWS * COLUMNS),
        int(rng.integers(2**31)),
    )


def draw_view(
    part: Part, view: str, width_px: int, height_px: int, noise: np.random.Generator | None = None, blur_px: float = 0.0
) -> NDArray[np.uint8]:
    """The picture of a part from one of EYES, (height, width) uint8 grey.

    Args:
        noise: sensor noise differs from frame to frame; None repeats the part's own.
        blur_px: the lens is so much out of focus (standard deviation); the sensor's noise stays sharp.
    """
    eye = _Eye(part, view, width_px, height_px)
    canvas = np.full((height_px, width_px), _BELT_GREY, np.uint8)
    _fill(canvas, eye.project(_rectangle(-4.35, -1.35, 4.35, 1.35), 1.1), 46)  # the housing's rim lies higher than its floor
    _fill(canvas, eye.project(_rectangle(-4.2, -1.2, 4.2, 1.2), 0.0), 22)
    if part.defect is not None and part.defect.mode == "F":
        _foreign_body(canvas, eye, part.defect)
    # Pins far from the camera's foot are hidden by nearer ones: draw from outside in.
    pins = sorted(range(ROWS * COLUMNS), key=lambda i: -float(np.hypot(*(_foot(i) - eye.position))))
    for i in pins:
        _pin(canvas, eye, part, i)
    across = np.linspace(-1, 1, width_px, dtype=np.float32)[None] * np.float32(part.gain * part.slope[0])
    down = np.linspace(-1, 1, height_px, dtype=np.float32)[:, None] * np.float32(part.gain * part.slope[1])
    picture = cv2.GaussianBlur(canvas, (3, 3), 0.7) * (across + down + np.float32(part.gain))
    if blur_px:
        picture = cv2.GaussianBlur(picture, (0, 0), blur_px)  # type: ignore[assignment]
    return _with_noise(picture, noise or np.random.default_rng([part.noise_seed, sum(view.encode())]))


def draw_empty(width_px: int, height_px: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The belt with no part on it."""
    return _with_noise(np.full((height_px, width_px), _BELT_GREY, np.float32), rng)


def _with_noise(picture: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The picture as the sensor gives it: a random window of one noise field added, rounded to 8 bits."""
    top, left = rng.integers(_NOISE_MARGIN_PX, size=2)
    picture = picture + _noise_field(*picture.shape)[top : top + picture.shape[0], left : left + picture.shape[1]]
    return cv2.convertScaleAbs(np.maximum(picture, 0, out=picture))  # rounds and saturates


@lru_cache(maxsize=4)
def _noise_field(height_px: int, width_px: int) -> NDArray[np.float32]:
    # Drawing fresh normal numbers for every frame took half of the camera's time.
    shape = (height_px + _NOISE_MARGIN_PX, width_px + _NOISE_MARGIN_PX)
    return np.random.default_rng(0).standard_normal(shape, np.float32) * np.float32(_NOISE_GREY)


class _Eye:
    """Projects points of the turned and shifted part into one view."""

    def __init__(self, part: Part, view: str, width_px: int, height_px: int) -> None:
        self.position = np.array(EYES[view])
        angle = np.radians(part.rotation_deg)
        self._turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        self._shift = np.array(part.shift)
        self._focal_px = 0.076 * width_px * CAMERA_HEIGHT
        # where a point above the middle of the floor, at half the pins' height, would fall
        self._principal = np.array([width_px / 2, height_px / 2]) + self._focal_px * self.position / (CAMERA_HEIGHT - PIN_HEIGHT / 2)

    def project(self, points: NDArray[np.float64], z: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) part coordinates at height z, a number or (n, 1), to (n, 2) pixels."""
        placed = points @ self._turn.T + self._shift
        return self._principal + self._focal_px * (placed - self.position) / (CAMERA_HEIGHT - z)

    def size_px(self, length: float, z: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """A length [pitches] at height z in pixels."""
        return np.asarray(self._focal_px * length / (CAMERA_HEIGHT - z))


def _foot(pin: int) -> NDArray[np.float64]:
    row, column = divmod(pin, COLUMNS)
    return np.array([column - (COLUMNS - 1) / 2, (row - (ROWS - 1) / 2) * 0.95])


def _rectangle(left: float, top: float, right: float, bottom: float) -> NDArray[np.float64]:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def _fill(canvas: NDArray[np.uint8], polygon: NDArray[np.float64], grey: int) -> None:
    cv2.fillPoly(canvas, [_fixed(polygon)], grey, cv2.LINE_AA, _SUBPIXEL_BITS)


def _fixed(points: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.rint(points * (1 << _SUBPIXEL_BITS)).astype(np.int32)


def _foreign_body(canvas: NDArray[np.uint8], eye: _Eye, defect: Defect) -> None:
    """A short bright fibre on the floor, in the gap beside the pin's foot."""
    middle = _foot(defect.row * COLUMNS + defect.column) + np.array([0.46, 0.44 if defect.row < ROWS - 1 else -0.44])
    angle = defect.amount * 40
    half = 0.5 * defect.amount * np.array([np.cos(angle), np.sin(angle)])
    ends = _fixed(eye.project(np.stack([middle - half, middle + half]), 0.4))
    cv2.line(canvas, ends[0].tolist(), ends[1].tolist(), 150, max(2, round(float(eye.size_px(0.07, 0.4)))), cv2.LINE_AA, _SUBPIXEL_BITS)


def _pin(canvas: NDArray[np.uint8], eye: _Eye, part: Part, pin: int) -> None:
    tip, height, shade = part.tips[pin].copy(), float(part.heights[pin]), float(part.shades[pin])
    defect = part.defect
    if defect is not None and defect.row * COLUMNS + defect.column == pin:
        if defect.mode == "M":
            return
        if defect.mode == "X":
            tip[0] += defect.amount * (1 if (pin + defect.row) % 2 else -1)
        elif defect.mode == "Y":
            tip[1] += defect.amount * (1 if pin % 2 else -1)
        elif defect.mode == "D":
            height -= defect.amount
        elif defect.mode == "R":
            shade -= defect.amount
    along = np.linspace(0, 1, _DISCS + 1)
    z = along * height
    centres = _fixed(eye.project(_foot(pin) + along[:, None] * tip, z[:, None])).tolist()
    radii = _fixed(eye.size_px(PIN_RADIUS, z)).tolist()
    greys = np.rint(shade * (0.30 + 0.55 * along)).astype(int).tolist()
    greys[-1] = round(shade)
    for centre, radius, grey in zip(centres, radii, greys, strict=True):
        cv2.circle(canvas, centre, radius, grey, -1, cv2.LINE_AA, _SUBPIXEL_BITS)
