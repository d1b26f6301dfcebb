"""Pictures on disk: each whole or not there at all, and there before the row that names it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from station.store.database import StoreError

PictureFormat = Literal["png", "jpg"]

# Camera noise has no repeats to find. Without looking for them a 640 x 360 picture takes 2.3 ms and 102 kB;
# level 1 as it comes takes 5.5 ms and 119 kB, level 3 11 ms and 116 kB.
_PNG_OPTIONS = [
    *(cv2.IMWRITE_PNG_COMPRESSION, 1),
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY),
    *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_AVG),
]


class PictureStore:
    """Writes pictures below one folder, a sub-folder a day."""

    def __init__(self, folder: Path, picture_format: PictureFormat = "png", jpeg_quality: int = 95) -> None:
        self.folder = folder
        self._suffix = f".{picture_format}"
        self._options = _PNG_OPTIONS if picture_format == "png" else [cv2.IMWRITE_JPEG_QUALITY, jpeg_quality]

    def write(self, run: str, number: int, taken_at: datetime, pictures: dict[str, NDArray[np.uint8]]) -> dict[str, str]:
        """Write the pictures of one part to disk (synced); returns their paths by view, relative to the folder.

        Writing the same part again replaces its files, so that a repeated attempt leaves nothing behind.

        Raises:
            StoreError: disk full, no permission.
        """
        day = self.folder / taken_at.strftime("%Y-%m-%d")
        paths = {}
        temporary = None
        try:
            day.mkdir(parents=True, exist_ok=True)
            for view, picture in pictures.items():
                came, encoded = cv2.imencode(self._suffix, picture, self._options)
                if not came:
                    raise StoreError(f"picture of view {view}: OpenCV cannot write {self._suffix} here")
                path = day / f"{run}-{number:06d}-{view}{self._suffix}"
                temporary = path.with_suffix(".tmp")
                with temporary.open("wb") as f:
                    f.write(encoded.tobytes())
                    f.flush()
                    os.fsync(f.fileno())
                temporary.replace(path)
                paths[view] = path.relative_to(self.folder).as_posix()
            _sync_folder(day)
        except cv2.error as err:  # e.g. more pixels a side than JPEG can hold
            raise StoreError(f"pictures cannot be encoded as {self._suffix}: {err.err}") from err
        except OSError as err:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            raise StoreError(f"pictures cannot be written to {day}: {err.strerror or err}") from err
        return paths


def _sync_folder(folder: Path) -> None:
    """Make the new names durable, not only the contents; Windows does so by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
