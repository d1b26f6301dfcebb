"""The camera's end of isolated.py: makes the camera that the first request describes, and answers one request after another.

Each answer is one line of JSON, then the pixels of its frames. It ends when its standard input does, even in the middle of a
driver's call that never returns.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import sys
import threading
import time
from typing import BinaryIO

import cv2
import numpy as np

from models.recipe import Recipe
from station.cameras.camera import Camera, CameraError
from station.cameras.sources import make_camera
from station.config import CameraSection
from station.shot import Frame

log = logging.getLogger(__name__)

_GRACE_S = 3.0  # to close the camera after the last request


def main() -> int:
    """Run until standard input ends."""
    answers = _own_output()
    for name in (signal.SIGINT, signal.SIGTERM):  # meant for the station, which closes its camera when it has finished its parts
        signal.signal(name, signal.SIG_IGN)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")  # to standard error, which the station logs
    cv2.setNumThreads(1)
    requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    camera: Camera | None = None
    while (line := requests.get()) is not None:
        frames: tuple[Frame, ...] = ()
        error: CameraError | None = None
        try:
            request = json.loads(line)
            call = request["call"]
            if call == "open":
                settings, recipe = CameraSection.model_validate(request["camera"]), Recipe.model_validate(request["recipe"])
                camera = make_camera(settings, recipe, request["first_part"])
            if camera is None:
                raise CameraError(f"{call} was asked of a camera that was not opened")
            frames = _carry_out(camera, call)
        except CameraError as err:
            error = err
        except Exception as err:  # a driver may raise anything; the station is told, and opens the camera again
            log.exception("camera call failed")
            error = CameraError(f"{type(err).__name__}: {err}")
        _answer(answers, camera, frames, error)
    if camera is not None:
        camera.close()
    return 0


def _carry_out(camera: Camera, call: str) -> tuple[Frame, ...]:
    if call == "preview":
        return camera.preview()
    if call == "shoot":
        return camera.shoot()
    if call == "open":
        camera.open()
    elif call == "close":
        camera.close()
    else:
        raise CameraError(f"call {call!r}: expected open, preview, shoot or close")
    return ()


def _answer(stream: BinaryIO, camera: Camera | None, frames: tuple[Frame, ...], error: CameraError | None) -> None:
    row = {
        "is_live": camera is None or camera.is_live,
        "is_finished": camera is not None and camera.is_finished,
        "error": None if error is None else {"kind": type(error).__name__, "message": str(error)},
        "frames": [
            {
                "view": frame.view,
                "height": frame.picture.shape[0],
                "width": frame.picture.shape[1],
                "taken_at": frame.taken_at.isoformat(),
                "grabbed_s": frame.grabbed_s,  # the steady clock is the machine's, the same in both processes
                "counter": frame.counter,
            }
            for frame in frames
        ],
    }
    stream.write(json.dumps(row).encode() + b"\n")
    for frame in frames:
        stream.write(np.ascontiguousarray(frame.picture).data.cast("B"))
    stream.flush()


def _own_output() -> BinaryIO:
    """The pipe to the station, for answers alone: what drivers print goes to standard error from now on."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(pipe, "wb")


def _listen(requests: queue.SimpleQueue[bytes | None]) -> None:
    for line in sys.stdin.buffer:
        requests.put(line)
    requests.put(None)
    time.sleep(_GRACE_S)
    os._exit(1)  # the driver's call does not return, and nobody waits for it any more


if __name__ == "__main__":
    sys.exit(main())
