"""Keeps a camera open: after a failure it is opened again, with growing pauses, and what is wrong is told once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from station.cameras.camera import BadPicture, Camera, CameraError

log = logging.getLogger(__name__)

PREVIEW_PERIOD_S = 1 / 15
REOPEN_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)


def what_is_wrong(err: Exception) -> str:
    """An error of a camera as people read it; of a driver's own errors the type stands before."""
    return str(err) if isinstance(err, CameraError) else f"{type(err).__name__}: {err}"


class KeptCamera:
    """Used by the thread that uses the camera."""

    def __init__(self, camera: Camera, pauses_s: Sequence[float], tell: Callable[[str], None]) -> None:
        """
        Args:
            pauses_s: before the first, second, … attempt to open it again; the last one is repeated.
            tell: hears what is wrong with the camera, '' when it is well; only when that has changed.
        """
        self.is_open = False
        self.message: str | None = None  # what was told last
        self._camera = camera
        self._pauses_s = pauses_s
        self._tell = tell
        self._n_failures = 0  # since the last picture
        self._next_try_s = 0.0

    def open_when_due(self) -> bool:
        """Open the camera if it is not open and the pause is over; True if it was opened now."""
        if self.is_open or time.monotonic() < self._next_try_s:
            return False
        try:
            self._camera.open()
        except Exception as err:  # a driver may raise anything; the camera is at fault, and tried again
            self.failed(err)
            return False
        self.is_open = True
        if not self._n_failures:
            self._say("")
        return True

    def gave_picture(self) -> None:
        """Only now is it well again: one that opens and then fails is tried with growing pauses, too."""
        self._n_failures = 0
        self._say("")

    def gave_bad_picture(self, err: BadPicture) -> None:
        """Say so; the camera itself is well."""
        self._say(str(err))

    def failed(self, err: Exception) -> None:
        """Say so, close the camera and wait before it is opened again."""
        self._say(what_is_wrong(err))
        self.close()
        self._next_try_s = time.monotonic() + self._pauses_s[min(self._n_failures, len(self._pauses_s) - 1)]
        self._n_failures += 1

    def close(self) -> None:
        """Let the camera go, whatever its driver says to that: who uses it goes on."""
        try:
            self._camera.close()
        except Exception:  # a driver may raise anything
            log.exception("the camera could not be closed")
        self.is_open = False

    def _say(self, message: str) -> None:
        if message != self.message:
            self.message = message
            self._tell(message)
