"""The reference picture that later pictures are aligned to: the mean good picture, or a real one for features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.alignment import AlignmentLost, make_aligner
from models.nsoartc import Picture
from models.recipe import Alignment, Polarity
from models.thresholds import DataError

_ROUNDS = 2  # aligned to the first good picture, then to the mean of that: a third round moves nothing by 0.01 px


def reference_picture(pictures: Sequence[Picture], limits: Alignment, polarity: Polarity) -> Picture:
    """What a recipe's reference file should hold, made of pictures of good parts as the camera gives them; see `mean_picture`."""
    return polarised(mean_picture([polarised(picture, polarity) for picture in pictures], limits), polarity)


def polarised(picture: Picture, polarity: Polarity) -> Picture:
    """Grey levels as everything after the camera sees them: inverted where objects are darker than their background."""
    return np.subtract(255, picture, dtype=np.uint8) if polarity == "dark" else picture


def mean_picture(pictures: Sequence[Picture], limits: Alignment) -> Picture:
    """The mean of pictures of good parts after alignment to each other, (H, W) uint8; by features the one in the middle of the list.

    Raises:
        DataError: most of them cannot be aligned to the first one.
    """
    reference = pictures[len(pictures) // 2]
    for _ in range(_ROUNDS):
        aligner = make_aligner(reference, limits)
        total, n = np.zeros(reference.shape), 0
        for picture in pictures:
            try:
                total += aligner.align(picture).picture
                n += 1
            except AlignmentLost:
                continue
        if 2 * n <= len(pictures):
            raise DataError(f"only {n} of {len(pictures)} good pictures can be aligned to each other; are they of one kind of part?")
        if limits.method == "features":  # an average blurs the points away
            break
        reference = np.rint(total / n).astype(np.uint8)
    return reference
