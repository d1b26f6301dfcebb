"""What cameras of the tests look at: a real stream of motion JPEG, and a recipe of two views."""

from __future__ import annotations

import contextlib
import http.server
import threading
import time
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from models.recipe import Recipe

VIEWS = ("center", "left")


@contextlib.contextmanager
def serving(port: int = 0, stop_after: int = 10**9, freeze_after: int = 10**9, needs: str = "") -> Iterator[int]:
    """A real HTTP server of motion JPEG on loopback; gives its port. After so many frames it keeps silent with the line open, or repeats its last.

    needs: the Authorization that it asks for; '' = none.
    """
    frames = [cv2.imencode(".jpg", np.full((48, 64), v, np.uint8))[1].tobytes() for v in range(20, 220, 5)]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if needs and self.headers.get("Authorization") != needs:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            try:
                for i in range(10**9):
                    if i >= stop_after:
                        stopping.wait()
                        return
                    body = frames[min(i, freeze_after - 1) % len(frames)]
                    self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(body) + body + b"\r\n")
                    if stopping.wait(0.01):
                        return
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            pass

    stopping = threading.Event()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def stalling(rate_hz: float = 25.0, after: int = 50, stall_s: float = 2.0) -> Iterator[tuple[int, list[float]]]:
    """A stream of one frame a period that stalls once, and then sends all that were taken meanwhile in one burst.

    Gives its port, and by number when each frame was taken, by the steady clock. `number_of` reads the number off a frame.
    """
    taken: list[float] = []
    stopping = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            waiting = b""
            until = 0.0
            try:
                while not stopping.wait(1 / rate_hz):
                    taken.append(time.monotonic())
                    number = len(taken) - 1
                    if number == after:
                        until = time.monotonic() + stall_s
                    body = cv2.imencode(".jpg", _numbered(number))[1].tobytes()
                    waiting += b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(body) + body + b"\r\n"
                    if time.monotonic() >= until:
                        self.wfile.write(waiting)
                        waiting = b""
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, taken
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()


def _numbered(number: int) -> NDArray[np.uint8]:
    """48 x 160: ten columns of 16 pixels, dark or bright by the bits of the number."""
    bits = np.array([200 if number >> bit & 1 else 20 for bit in range(10)], np.uint8)
    return np.tile(np.repeat(bits, 16), (48, 1))


def number_of(picture: NDArray[np.uint8]) -> int:
    """Which frame of a `stalling` stream this is."""
    return sum(int(picture[24, 16 * bit + 8] > 110) << bit for bit in range(10))


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}/video.mjpg"


def two_views(width_px: int = 64, height_px: int = 48) -> Recipe:
    """A recipe of center and left, as IsolatedCamera wants one."""
    region = {"name": "all", "left": 0, "top": 0, "width": 16, "height": 16}
    views = [{"name": view, "width": width_px, "height": height_px, "regions": [region]} for view in VIEWS]
    return Recipe.model_validate({"name": "two", "model": "two", "alignment": {"enabled": False}, "views": views})
