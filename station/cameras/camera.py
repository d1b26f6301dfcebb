"""What the line asks of a camera. A *camera* here is all lenses that look at one part: one frame a view."""

from __future__ import annotations

from typing import Protocol

from station.shot import Frame


class CameraError(Exception):
    """A picture could not be taken: not there, unplugged, no answer, unreadable.

    The line holds the part, closes the camera and tries to open it again with growing pauses. The operator checks
    cable and power; the message names the source.
    """


class BadPicture(CameraError):
    """One picture is unusable, the camera itself is well: the part is held, and the next one may be taken at once."""


class EndOfPictures(CameraError):
    """A replay that does not loop has shown its last picture. The line stops accepting parts."""


class Camera(Protocol):
    """Opened, used and closed by one thread.

    The rules that every camera keeps (tests/station/test_cameras.py runs them on each):

    * frames come in the order of `views`, each (H, W) uint8 grey, and own their memory;
    * `shoot` gives pictures taken after the call, never a frame that waited in a buffer;
    * a frame's `grabbed_s` is not before the call of `shoot` that gives it, and its `counter`, if it has one, grows;
    * what a live camera has shown in a preview it does not show again: the preview is empty until there is a new frame;
    * every failure is a CameraError; after one, close() and open() may mend it;
    * close() may be called at any time, twice too.
    """

    @property
    def views(self) -> tuple[str, ...]:
        """Names of the views, in order."""

    @property
    def is_finished(self) -> bool:
        """A replay has shown its last picture, and another shoot() would raise EndOfPictures. Always False for a live camera."""

    @property
    def is_live(self) -> bool:
        """Each picture is a new one from a sensor, so that no two are equal. False for replays of files."""

    def open(self) -> None:
        """Make ready. Raises CameraError."""

    def preview(self) -> tuple[Frame, ...]:
        """What the lens sees now, for the live view; may be taken as often as wanted, and be empty. Raises CameraError."""

    def shoot(self) -> tuple[Frame, ...]:
        """The pictures that judge the part under the lens. Raises CameraError."""

    def close(self) -> None:
        """Let go of the device."""
