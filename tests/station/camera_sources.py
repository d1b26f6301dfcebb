"""What cameras of the tests look at: a real stream of motion JPEG, and a recipe of two views."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator

import cv2
import numpy as np

from models.recipe import Recipe

VIEWS = ("center", "left")


@contextlib.contextmanager
def serving(port: int = 0, stop_after: int = 10**9) -> Iterator[int]:
    """A real HTTP server of motion JPEG on loopback; gives its port. After so many frames it keeps silent, with the line open."""
    frames = [cv2.imencode(".jpg", np.full((48, 64), v, np.uint8))[1].tobytes() for v in range(20, 220, 5)]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            try:
                for i in range(10**9):
                    if i >= stop_after:
                        stopping.wait()
                        return
                    body = frames[i % len(frames)]
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


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}/video.mjpg"


def two_views(width_px: int = 64, height_px: int = 48) -> Recipe:
    """A recipe of center and left, as IsolatedCamera wants one."""
    region = {"name": "all", "left": 0, "top": 0, "width": 16, "height": 16}
    views = [{"name": view, "width": width_px, "height": height_px, "regions": [region]} for view in VIEWS]
    return Recipe.model_validate({"name": "two", "model": "two", "alignment": {"enabled": False}, "views": views})
