"""The camera alone: what the lens sees, and pictures on request. Nothing here is judged or recorded.

For setting up: parts to teach with are taken here, while the line is stopped. It works without any model, too.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from station.cameras.camera import BadPicture, Camera
from station.mailbox import Latest
from station.shot import Frame

log = logging.getLogger(__name__)

PREVIEW_PERIOD_S = 1 / 15
_REOPEN_PAUSE_S = 1.0

Hear = Callable[[tuple[Frame, ...], str], None]
"""The frames of one part, one a view; or none, and why."""


class Viewfinder:
    """Opens a camera in a thread of its own and closes it at the end. One run a Viewfinder: made, started, stopped."""

    def __init__(self, camera: Camera, told: Callable[[str], None]) -> None:
        """told: hears what is wrong with the camera, '' when it is well; from the thread."""
        self.preview: Latest[tuple[Frame, ...]] = Latest()
        self._camera = camera
        self._told = told
        self._message: str | None = None
        self._wanted: queue.SimpleQueue[Hear] = queue.SimpleQueue()
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._run, name="viewfinder", daemon=True)

    def start(self) -> None:
        """Open the camera; if that fails it is tried again."""
        self._thread.start()

    def take(self, hear: Hear) -> None:
        """Shoot the part under the lens for `hear`, which is called once, from the thread."""
        self._wanted.put(hear)

    def stop(self, timeout_s: float = 2.0) -> None:
        """Close the camera, and wait so long for it: one that hangs in its driver lets go later. May be called twice."""
        self._leave.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        is_open, next_try = False, 0.0
        while not self._leave.is_set():
            start = time.monotonic()
            if not is_open and start >= next_try:
                is_open = self._attempt(self._camera.open)
                next_try = time.monotonic() + _REOPEN_PAUSE_S
            if is_open:
                is_open = self._attempt(lambda: self.preview.put(self._camera.preview()))
            hear = self._next(max(0.0, PREVIEW_PERIOD_S - (time.monotonic() - start)))
            if hear is not None:
                is_open = self._shoot(hear, is_open)
        self._camera.close()
        while (hear := self._next(0.0)) is not None:
            hear((), "the camera was closed")

    def _next(self, timeout_s: float) -> Hear | None:
        try:
            return self._wanted.get(timeout=timeout_s) if timeout_s else self._wanted.get_nowait()
        except queue.Empty:
            return None

    def _shoot(self, hear: Hear, is_open: bool) -> bool:
        if not is_open:
            hear((), self._message or "the camera is not open")
            return False
        frames: tuple[Frame, ...] = ()

        def shoot() -> None:
            nonlocal frames
            frames = self._camera.shoot()

        is_well = self._attempt(shoot)
        hear(frames, "" if frames else self._message or "the camera gave no picture")
        return is_well

    def _attempt(self, act: Callable[[], None]) -> bool:
        """False where the camera had to be closed."""
        try:
            act()
        except BadPicture as err:  # the camera itself is well
            self._tell(str(err))
            return True
        except Exception as err:  # a driver may raise anything; the camera is at fault, and tried again
            log.warning("viewfinder: %s", err)
            self._tell(str(err) or type(err).__name__)
            self._camera.close()
            return False
        self._tell("")
        return True

    def _tell(self, message: str) -> None:
        if message != self._message:
            self._message = message
            self._told(message)
