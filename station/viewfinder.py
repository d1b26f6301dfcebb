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
from station.cameras.kept import PREVIEW_PERIOD_S, REOPEN_PAUSES_S, KeptCamera
from station.mailbox import Latest
from station.shot import Frame

log = logging.getLogger(__name__)

Hear = Callable[[tuple[Frame, ...], str], None]
"""The frames of one part, one a view; or none, and why."""


class Viewfinder:
    """Opens a camera in a thread of its own and closes it at the end. One run a Viewfinder: made, started, stopped."""

    def __init__(self, camera: Camera, told: Callable[[str], None]) -> None:
        """told: hears what is wrong with the camera, '' when it is well; from the thread."""
        self.preview: Latest[tuple[Frame, ...]] = Latest()
        self._camera = camera
        self._told = told
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
        camera = KeptCamera(self._camera, REOPEN_PAUSES_S, self._tell)
        while not self._leave.is_set():
            start = time.monotonic()
            camera.open_when_due()
            frames = self._frames(camera, self._camera.preview)
            if frames is not None:
                self.preview.put(frames)
            hear = self._next(max(0.0, PREVIEW_PERIOD_S - (time.monotonic() - start)))
            if hear is not None:
                taken = self._frames(camera, self._camera.shoot)
                hear(taken or (), "" if taken else camera.message or f"the camera {'gave no picture' if camera.is_open else 'is not open'}")
        camera.close()
        while (hear := self._next(0.0)) is not None:
            hear((), "the camera was closed")

    def _next(self, timeout_s: float) -> Hear | None:
        try:
            return self._wanted.get(timeout=timeout_s) if timeout_s else self._wanted.get_nowait()
        except queue.Empty:
            return None

    def _frames(self, camera: KeptCamera, ask: Callable[[], tuple[Frame, ...]]) -> tuple[Frame, ...] | None:
        """None where the camera is not open, or gave none and says why."""
        if not camera.is_open:
            return None
        try:
            frames = ask()
        except BadPicture as err:
            camera.gave_bad_picture(err)
            return None
        except Exception as err:  # a driver may raise anything; the camera is at fault, and tried again
            camera.failed(err)
            return None
        if frames:
            camera.gave_picture()
        return frames

    def _tell(self, message: str) -> None:
        if message:
            log.warning("viewfinder: %s", message)
        self._told(message)
