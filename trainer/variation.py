"""Pictures as another day would show them: other light, a part seated a little differently, a lens a little out of focus.

Copies made so teach a model what need not be a fault. How much is varied says the training recipe.
"""

from __future__ import annotations

from typing import Self

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.nsoartc import Picture

_LEAST_BLUR_PX = 0.2  # a narrower Gaussian leaves every pixel as it is


class Variation(BaseModel):
    """Copies of the training pictures, varied after alignment; each view by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    copies: int = Field(1, ge=1, le=20, description="of each part")
    gain: tuple[float, float] = Field((0.6, 1.5), description="brightness factor, drawn evenly between the two")
    slope: float = Field(0.25, ge=0, lt=1, description="largest change of brightness across the picture, in each direction")
    shift_px: float = Field(0.0, ge=0, description="spread of the shift that alignment leaves [px]")
    affine: float = Field(0.0, ge=0, lt=0.5, description="spread of scale, shear and rotation, as a fraction")
    blur_px: float = Field(0.0, ge=0, description="spread of the blur's standard deviation [px]")
    noise: float = Field(0.0, ge=0, description="standard deviation of camera noise, at most, before the gain [grey levels]")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 < self.gain[0] <= self.gain[1]:
            raise ValueError(f"gain {self.gain}: expected two factors above 0, the smaller one first")
        return self


def changed_light(picture: Picture, gain: float, slope: tuple[float, float]) -> Picture:
    """The picture times gain * (1 + slope_x x + slope_y y), x and y from -0.5 to 0.5 across it.

    What gets brighter than 255 is cut off there, as in a camera: saturation is part of what light does.
    """
    height, width = picture.shape
    across = np.float32(gain) * (1 + np.float32(slope[0]) * np.linspace(-0.5, 0.5, width, dtype=np.float32))
    down = np.float32(gain * slope[1]) * np.linspace(-0.5, 0.5, height, dtype=np.float32)
    return np.minimum(np.rint(picture * (across[None] + down[:, None])), 255).astype(np.uint8)


def varied(pictures: dict[str, Picture], rng: np.random.Generator, variation: Variation) -> dict[str, Picture]:
    """The aligned views of one part as drawn at random; each view has its own lamp and lens."""
    return {view: _varied(picture, rng, variation) for view, picture in pictures.items()}


def _varied(picture: Picture, rng: np.random.Generator, variation: Variation) -> Picture:
    height, width = picture.shape
    if variation.shift_px or variation.affine:
        matrix = np.eye(2) + rng.normal(0, variation.affine, (2, 2))
        centre = np.array([width / 2, height / 2])
        offset = centre - matrix @ centre + rng.normal(0, variation.shift_px, 2)
        motion = np.column_stack([matrix, offset]).astype(np.float32)
        picture = cv2.warpAffine(picture, motion, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[assignment]
    blur = abs(rng.normal(0, variation.blur_px))
    if blur > _LEAST_BLUR_PX:
        picture = cv2.GaussianBlur(picture, (0, 0), blur)  # type: ignore[assignment]
    if variation.noise:
        noise = rng.uniform(0, variation.noise) * rng.standard_normal(picture.shape, np.float32)
        picture = np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)
    slope = rng.uniform(-variation.slope, variation.slope, 2)
    return changed_light(picture, rng.uniform(*variation.gain), (slope[0], slope[1]))
