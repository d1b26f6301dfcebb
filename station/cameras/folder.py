"""A camera that replays picture files, in the order of their names."""

from __future__ import annotations

import time
from pathlib import Path

from models.part_files import PartFiles, from_folder
from models.pictures import PictureError
from station.cameras.camera import BadPicture, CameraError, EndOfPictures
from station.shot import Frame, now


class FolderCamera:
    """Replays a folder of pictures, or of one sub-folder a view with files paired by name. `shoot` goes on to the next part."""

    def __init__(self, folder: Path, views: tuple[str, ...], rate_hz: float = 0.0, loop: bool = True) -> None:
        """
        Args:
            folder: pictures directly inside for a single view, else one sub-folder named after each view.
            rate_hz: at most so many parts a second; 0 = as fast as they are asked for.
            loop: start again after the last picture instead of ending.
        """
        self.folder = folder
        self.views = views
        self._period_s = 1 / rate_hz if rate_hz > 0 else 0.0
        self._loop = loop
        self._parts: list[PartFiles] = []
        self._next = 0
        self._due_s = 0.0

    @property
    def is_live(self) -> bool:
        """Never: a file may be shown twice, and two may be equal."""
        return False

    @property
    def is_finished(self) -> bool:
        """The last part was shown, and nothing loops."""
        return bool(self._parts) and self._next >= len(self._parts) and not self._loop

    def open(self) -> None:
        """List the files. The place in the replay is kept over close() and open()."""
        try:
            self._parts = from_folder(self.folder, self.views)
        except (PictureError, OSError) as err:
            raise CameraError(str(err)) from err

    def preview(self) -> tuple[Frame, ...]:
        """The part that would be shot next; nothing if its file cannot be read, which shoot() will say."""
        try:
            return self._frames(self._part())
        except BadPicture:
            return ()

    def shoot(self) -> tuple[Frame, ...]:
        """The next part; waits until the rate allows it."""
        part = self._part()
        pause = self._due_s - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._due_s = time.monotonic() + self._period_s
        try:
            frames = self._frames(part)
        except BadPicture:
            self._next += 1  # past a file that cannot be read: it is held once, and the replay goes on
            raise
        self._next += 1
        return frames

    def close(self) -> None:
        """Forget the list of files."""
        self._parts = []

    def _part(self) -> PartFiles:
        if not self._parts:
            raise CameraError(f"folder camera {self.folder}: not open")
        if self.is_finished:
            raise EndOfPictures(f"folder camera {self.folder}: all {len(self._parts)} parts have been shown")
        return self._parts[self._next % len(self._parts)]

    def _frames(self, part: PartFiles) -> tuple[Frame, ...]:
        try:
            return tuple(Frame(view, picture, now()) for view, picture in part.read().items())
        except PictureError as err:
            if gone := [str(path.parent) for path in part.views.values() if not path.parent.is_dir()]:
                # not the file's fault: its part stays the next one, and is shown when the folder is back
                raise CameraError(f"folder camera {self.folder}: {gone[0]} is gone; put it back, or bring the drive back") from err
            raise BadPicture(str(err)) from err
