"""Cameras: pictures that lie, cables that are pulled, drivers that hang."""

from __future__ import annotations

import http.server
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import psutil

from benchmarks.faults.bench import Bench, Outcome, fault
from benchmarks.faults.small_part import picture, pictures

GROUP = "camera"


def _one_bad_shot(kind: str, reason: str) -> Callable[[Bench], Outcome]:
    """The simulated camera is told to spoil shot 5; it must be HOLD with that reason, its neighbours judged."""

    def inject(bench: Bench) -> Outcome:
        bench.configure(camera=f'[camera.simulated]\ndefect_rate = 0.0\nfaults = [{{ shot = 5, fault = "{kind}" }}]')
        running = bench.start("--parts", "12", interval_ms=100)
        code = running.end()
        rows = bench.rows()
        spoiled = rows[4] if len(rows) > 4 else None
        is_held = spoiled is not None and spoiled.judgement == "HOLD" and reason in spoiled.reason
        others = [row for row in rows if row.shot != 5]
        recovered = any(row.judgement in ("OK", "NG") for row in others if row.shot > 5)
        happened = "nothing recorded" if spoiled is None else f"{spoiled.judgement}: {spoiled.reason}"
        return Outcome(
            happened,
            is_held and recovered and code == 0 and len(rows) == 12,
            bench.lost(running) + 12 - len(rows),
            int(spoiled is not None and spoiled.judgement == "OK"),
        )

    return inject


for _kind, _reason in (
    ("black", "black"),
    ("saturated", "saturated"),
    ("blurred", "blurred"),
    ("stale", "pixels of an earlier picture"),
    ("wrong-size", "expects"),
):
    fault(GROUP, f"{_kind} picture", "that part on HOLD with the reason, the next one judged")(_one_bad_shot(_kind, _reason))


@fault(GROUP, "folder of pictures (a network share) away for 2 s", "no part taken meanwhile or on HOLD, judged again by itself")
def folder_away(bench: Bench) -> Outcome:
    shown = pictures(bench.folder / "parts", 40)
    bench.configure_small(f"folder:{shown}", camera="[camera.folder]\nloop = true")
    running = bench.start()
    running.wait_parts(5)
    away = shown.with_name("away")
    shown.rename(away)
    running.wait_said("is gone")
    time.sleep(2)
    before = len(running.parts)
    wrong = sum(part["verdict"] == "OK" for part in running.parts[before:])
    away.rename(shown)
    recovery = running.wait_ok()
    code = running.stop()
    held = [row for row in bench.rows() if row.judgement == "HOLD"]
    said = next(line for line in running.said if "is gone" in line)
    return Outcome(f"{len(held)} parts on HOLD, no beat taken meanwhile; told: {said}", code == 0, bench.lost(running), wrong, recovery)


@fault(GROUP, "camera unplugged at part 5 (simulated), plugged in later", "parts of that time on HOLD, judged again by itself")
def unplugged(bench: Bench) -> Outcome:
    bench.configure(camera='[camera.simulated]\ndefect_rate = 0.0\nfaults = [{ shot = 5, fault = "unplugged" }]')
    running = bench.start("--parts", "40", interval_ms=150)
    code = running.end()
    rows = bench.rows()
    held = [row for row in rows if row.judgement == "HOLD"]
    is_right = code == 0 and len(rows) == 40 and bool(held) and held[0].shot == 5 and rows[-1].judgement == "OK"
    return Outcome(f"{len(held)} parts on HOLD: {held[0].reason}" if held else "none held", is_right, bench.lost(running) + 40 - len(rows))


@fault(GROUP, "camera process killed (kill -9) while shooting", "part in hand on HOLD, a new process, judged again")
def child_killed(bench: Bench) -> Outcome:
    return _child(bench, signal.SIGKILL)


@fault(GROUP, "camera call hangs (its process is stopped)", "detected, the process replaced, judged again")
def child_stopped(bench: Bench) -> Outcome:
    return _child(bench, signal.SIGSTOP)


@fault(GROUP, "network camera's server killed, back after 2 s", "no part taken meanwhile or on HOLD, judged again by itself")
def stream_cut(bench: Bench) -> Outcome:
    stream = Stream()
    bench.configure_small(f"opencv:{stream.address}")
    running = bench.start(interval_ms=200)
    running.wait_ok()
    stream.stop()
    running.wait_said("stopped giving frames")
    time.sleep(2)
    before = len(running.parts)
    stream.start()
    recovery = running.wait_ok()
    code = running.stop()
    stream.stop()
    held = [row for row in bench.rows() if row.judgement == "HOLD"]
    said = next(line for line in running.said if "stopped giving frames" in line)
    is_right = code == 0 and len(running.parts) > before
    return Outcome(f"{len(held)} parts on HOLD; told: {said}", is_right, bench.lost(running), 0, recovery)


@fault(GROUP, "network camera sends its last picture for ever", "every part from that moment on HOLD, told")
def stream_frozen(bench: Bench) -> Outcome:
    stream = Stream()
    bench.configure_small(f"opencv:{stream.address}")
    running = bench.start(interval_ms=200)
    running.wait_ok()
    stream.is_frozen = True
    frozen_from = len(running.parts) + 1  # one may be in hand, its picture taken before
    running.wait(lambda: sum(part["verdict"] == "HOLD" for part in running.parts[frozen_from:]) >= 3)
    wrong = sum(part["verdict"] != "HOLD" for part in running.parts[frozen_from:])
    reason = str(running.parts[-1]["reason"])
    stream.is_frozen = False
    recovery = running.wait_ok()
    code = running.stop()
    stream.stop()
    return Outcome(f"HOLD: {reason}", code == 0 and wrong == 0, bench.lost(running), wrong, recovery)


def _spoiled_file(name: str, spoil: Callable[[Path], None]) -> None:
    def inject(bench: Bench) -> Outcome:
        shown = pictures(bench.folder / "parts", 12)
        spoil(sorted(shown.iterdir())[4])
        bench.configure_small(f"folder:{shown}")
        running = bench.start()
        code = running.end()
        rows = bench.rows()
        spoiled = rows[4]
        is_right = spoiled.judgement == "HOLD" and len(rows) == 12 and code == 0 and all(r.judgement != "HOLD" for r in rows if r.shot != 5)
        return Outcome(f"{spoiled.judgement}: {spoiled.reason}", is_right, bench.lost(running), int(spoiled.judgement == "OK"))

    fault(GROUP, name, "that part on HOLD with the reason, the others judged")(inject)


_spoiled_file("picture file of 0 bytes", lambda path: path.write_bytes(b""))
_spoiled_file("picture file cut in the middle of its header", lambda path: path.write_bytes(path.read_bytes()[:20]))
_spoiled_file("picture file that is text", lambda path: path.write_text("no picture"))
_spoiled_file("picture of another size", lambda path: path.write_bytes(cv2.imencode(".png", np.full((100, 100), 90, np.uint8))[1].tobytes()))
_spoiled_file("picture of 16 bits a channel", lambda path: path.write_bytes(cv2.imencode(".png", np.full((90, 160), 900, np.uint16))[1].tobytes()))


# -- parts of the bench ----------------------------------------------------------------------------------------------


def _child(bench: Bench, how: signal.Signals) -> Outcome:
    stream = Stream()
    bench.configure_small(f"opencv:{stream.address}")
    running = bench.start(interval_ms=0)  # so that a part is in hand, not a preview
    running.wait_ok()
    children = psutil.Process(running.process.pid).children()
    if not children:
        code = running.stop()
        stream.stop()
        return Outcome("there is no camera process", False)
    os.kill(children[0].pid, how)
    before = len(running.parts)
    running.wait(lambda: any(part["verdict"] == "HOLD" for part in running.parts[before:]))
    recovery = running.wait_ok()
    is_new = children[0].pid not in {child.pid for child in psutil.Process(running.process.pid).children()}
    code = running.stop()
    stream.stop()
    held = [row for row in bench.rows() if row.judgement == "HOLD"]
    return Outcome(f"{len(held)} parts on HOLD: {held[0].reason}", code == 0 and is_new, bench.lost(running), 0, recovery)


class Stream:
    """An MJPEG camera on loopback, its pictures with noise of their own."""

    def __init__(self) -> None:
        self.is_frozen = False
        self._port = 0
        self._frame = b""
        self._n = 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/stream.mjpg"

    def start(self) -> None:
        stream = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                try:
                    while stream.is_up:
                        if not stream.is_frozen or not stream._frame:
                            stream._frame = cv2.imencode(".jpg", picture(stream._n), [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
                            stream._n += 1
                        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(stream._frame)}\r\n\r\n"
                        self.wfile.write(head.encode() + stream._frame + b"\r\n")
                        time.sleep(0.04)
                except OSError:
                    return

            def log_message(self, *words: object) -> None:
                return

        self.is_up = True
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.is_up = False
        self._server.shutdown()
        self._server.server_close()
