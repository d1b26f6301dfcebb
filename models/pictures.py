"""Pictures from outside, checked at the border: a grey uint8 array or a sentence that says what was met."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.nsoartc import Picture
from models.picture_structure import what_is_wrong

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm"})
# What the files of those suffixes begin with: of OpenCV's other decoders (OpenEXR, JPEG 2000, …) none is ever reached.
_BEGINNINGS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"RIFF", b"P1", b"P2", b"P3", b"P4", b"P5", b"P6")
MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_PIXELS = 100_000_000


class PictureError(ValueError):
    """A picture cannot be used; the message names the file, what was met and what was expected."""


def read_grey(path: Path) -> Picture:
    """The grey picture in a file, (H, W) uint8. Colour is reduced by Rec. 601.

    Raises:
        PictureError: missing, empty, too large, no picture, or not 8 bits a channel with 1 or 3 channels.
    """
    try:
        n_bytes = path.stat().st_size
        if n_bytes == 0:
            raise PictureError(f"{path}: the file is empty (0 bytes)")
        if n_bytes > MAX_FILE_BYTES:
            raise PictureError(f"{path}: {n_bytes} bytes; a picture file may have at most {MAX_FILE_BYTES}")
        encoded = np.fromfile(path, np.uint8)
    except PictureError:
        raise
    except (OSError, ValueError) as err:  # ValueError: a NUL in the name
        raise PictureError(f"{path}: cannot be read: {getattr(err, 'strerror', None) or err}") from err
    if not encoded[:8].tobytes().startswith(_BEGINNINGS):
        raise PictureError(f"{path}: not a picture that OpenCV can decode ({n_bytes} bytes); expected PNG, JPEG, BMP, TIFF, WebP or PGM")
    if wrong := what_is_wrong(encoded.tobytes()):
        raise PictureError(f"{path}: {wrong}")
    try:
        decoded = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
    except cv2.error as err:  # e.g. a header that announces more pixels than OpenCV will decode
        raise PictureError(f"{path}: cannot be decoded: {err.err}") from err
    if decoded is None:
        raise PictureError(f"{path}: not a picture that OpenCV can decode ({n_bytes} bytes)")
    return to_grey(decoded, str(path))


def to_grey(picture: NDArray[np.generic], source: str) -> Picture:
    """A decoded picture as (H, W) uint8 grey levels.

    Args:
        picture: (H, W) or (H, W, 1 | 3) uint8, three channels in OpenCV's order blue, green, red.
        source: where it comes from, for the message.

    Raises:
        PictureError: another depth, another number of channels, or more than MAX_PIXELS.
    """
    if picture.dtype != np.uint8:
        raise PictureError(f"{source}: {picture.dtype.itemsize * 8} bits a channel ({picture.dtype}); expected 8")
    channels = 1 if picture.ndim == 2 else picture.shape[2] if picture.ndim == 3 else 0
    if channels not in (1, 3):
        raise PictureError(f"{source}: array of shape {picture.shape}; expected 1 (grey) or 3 (colour) channels")
    if not 0 < picture.shape[0] * picture.shape[1] <= MAX_PIXELS:
        raise PictureError(f"{source}: {picture.shape[1]} x {picture.shape[0]} pixels; expected 1 to {MAX_PIXELS}")
    if channels == 3:
        return cv2.cvtColor(picture.astype(np.uint8, copy=False), cv2.COLOR_BGR2GRAY)  # type: ignore[return-value]
    return np.ascontiguousarray(picture.reshape(picture.shape[:2]), dtype=np.uint8)


def picture_files(folder: Path) -> list[Path]:
    """The picture files directly inside a folder, sorted by name."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURE_SUFFIXES and p.is_file())


def write_picture(path: Path, picture: Picture) -> None:
    """Write a grey picture as PNG, whole or not at all; any file name will do, which OpenCV's own writer cannot say.

    Raises:
        PictureError: no permission, disk full.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
        temporary.replace(path)
    except OSError as err:
        raise PictureError(f"{path}: cannot be written: {err.strerror or err}") from err
