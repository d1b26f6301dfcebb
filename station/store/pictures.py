"""Pictures on disk: each whole or not there at all, and there before the row that names it."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.side_by_side import side_by_side
from station.store.damage import sync_folder
from station.store.database import StoreError

PictureFormat = Literal["png", "jpg"]

# Camera noise has no repeats to find. Without looking for them a 640 x 360 picture takes 2.3 ms and 102 kB;
# level 1 as it comes takes 5.5 ms and 119 kB, level 3 11 ms and 116 kB.
_PNG_OPTIONS = [
    *(cv2.IMWRITE_PNG_COMPRESSION, 1),
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY),
    *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_AVG),
]


class Written(NamedTuple):
    """Pictures that were begun, and are on disk."""

    paths: dict[str, str]  # by view, relative to the store's folder
    took_ms: float


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
        if not pictures:  # a shot that the camera gave none for
            return {}
        day = self.folder / taken_at.strftime("%Y-%m-%d")
        files = {view: day / f"{run}-{number:06d}-{view}{self._suffix}" for view in pictures}
        try:
            day.mkdir(parents=True, exist_ok=True)
            side_by_side(lambda view: self._write_one(files[view], view, pictures[view]), tuple(pictures), "pictures")
            sync_folder(day)
        except cv2.error as err:  # e.g. more pixels a side than JPEG can hold
            raise StoreError(f"pictures cannot be encoded as {self._suffix}: {err.err}") from err
        except OSError as err:
            raise StoreError(f"pictures cannot be written to {day}: {err.strerror or err}") from err
        return {view: path.relative_to(self.folder).as_posix() for view, path in files.items()}

    def _write_one(self, path: Path, view: str, picture: NDArray[np.uint8]) -> None:
        came, encoded = cv2.imencode(self._suffix, picture, self._options)
        if not came:
            raise StoreError(f"picture of view {view}: OpenCV cannot write {self._suffix} here")
        temporary = path.with_suffix(".tmp")
        try:
            with temporary.open("wb") as f:
                f.write(encoded.data)
                f.flush()
                os.fsync(f.fileno())
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


class PictureWriter:
    """Writes pictures of one part after the other on a thread of its own, which a disk that hangs may hold for ever."""

    def __init__(self, store: PictureStore) -> None:
        self._store = store
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="pictures", daemon=True).start()

    def begin(self, run: str, number: int, taken_at: datetime, pictures: dict[str, NDArray[np.uint8]]) -> Future[Written]:
        """`PictureStore.write`, in the order asked; the result raises what it raises."""
        future: Future[Written] = Future()

        def work() -> None:
            start = perf_counter()
            try:
                paths = self._store.write(run, number, taken_at, pictures)
                future.set_result(Written(paths, 1e3 * (perf_counter() - start)))
            except Exception as err:  # whoever asks for the result hears of it
                future.set_exception(err)

        self._tasks.put(work)
        return future

    def close(self) -> None:
        """End the thread when all that was begun is written; returns at once."""
        self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()
            del task  # its pictures are not held until the next part
