"""What the lens sees, for the set-up page: through the running line, or through the camera alone while the line is stopped."""

from __future__ import annotations

import time
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from models.nsoartc import Picture
from station.cameras.camera import CameraError
from station.cameras.sources import make_camera
from station.gui.control import Control
from station.meters import FrameRate
from station.shot import Frame
from station.viewfinder import Viewfinder

_PERIOD_MS = 33

Through = Literal["line", "stopping", "camera", "none"]
"""'stopping': the line is being stopped, and the camera opened after it; 'none': nothing gives pictures."""


class Lens(QObject):
    """Never two at a time hold the camera: it is opened alone only when the line is stopped, and closed before the line starts."""

    seen = Signal(object)  # tuple of Frame
    taken = Signal(object, str)  # frames of one part, or none and why
    changed = Signal()  # `through` or `message`
    _told = Signal(str)

    def __init__(self, control: Control) -> None:
        super().__init__()
        self._control = control
        self._viewfinder: Viewfinder | None = None
        self._is_wanted = False  # the camera alone, as soon as the line is stopped
        self.message = ""  # what is wrong with the camera
        self.pictures: dict[str, Picture] = {}  # the newest, by view
        self.rate = FrameRate()
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD_MS)
        self._timer.timeout.connect(self._look)
        control.state_changed.connect(self._on_state)
        self._told.connect(self._hear)

    @property
    def through(self) -> Through:
        """What gives the pictures now."""
        if self._viewfinder is not None:
            return "camera"
        if self._is_wanted and self._control.state != "stopped":
            return "stopping"
        return "line" if self._control.state == "running" else "none"

    def watch(self, on: bool) -> None:
        """The set-up page is shown, or no longer: then the camera is given back."""
        if on:
            self._timer.start()
        else:
            self._timer.stop()
            self.close_camera()

    def open_camera(self) -> None:
        """Open the camera alone; a running line is stopped first."""
        self._is_wanted = True
        if self._control.state == "stopped":
            self._open()
        else:
            self._control.stop()
        self.changed.emit()

    def close_camera(self) -> None:
        """Give the camera back; the line stays as it is."""
        self._is_wanted = False
        if self._viewfinder is not None:
            self._viewfinder.stop()
            self._viewfinder = None
        self.message = ""
        self.pictures = {}
        self.changed.emit()

    def take(self) -> None:
        """Shoot the part under the lens; `taken` follows. Only through the camera alone: nothing is judged or recorded."""
        if self._viewfinder is not None:
            self._viewfinder.take(self.taken.emit)

    def _open(self) -> None:
        station = self._control.station
        try:
            camera = make_camera(station.config.camera, station.recipe)
        except CameraError as err:
            self._is_wanted, self.message = False, str(err)
            return
        self._viewfinder = Viewfinder(camera, self._told.emit)
        self._viewfinder.start()

    @Slot()
    def _look(self) -> None:
        frames = self._control.newest_frames() if self._viewfinder is None else self._viewfinder.preview.take()
        if not frames:
            return
        self.rate.add(time.monotonic())
        self.pictures = _by_view(frames)
        self.seen.emit(frames)

    @Slot(str)
    def _hear(self, message: str) -> None:
        self.message = message
        self.changed.emit()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        if state == "starting" and self._viewfinder is not None:
            self.close_camera()
        elif state == "stopped" and self._is_wanted and self._viewfinder is None:
            self._open()
        if state in ("stopped", "starting"):
            self.pictures = {}
        self.changed.emit()


def _by_view(frames: tuple[Frame, ...]) -> dict[str, Picture]:
    return {frame.view: frame.picture for frame in frames}
