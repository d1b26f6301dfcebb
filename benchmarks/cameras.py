"""How far are usable pictures from being held, and what do frame checks and the camera process cost?

    python -m benchmarks.cameras [DATA] [--write FILE]

Ranges of what the frame checks measure: on simulated connectors in 40 sessions, with less and more light, out of focus, and on
every picture of the data folder (default: $STATION_DATA, or shared/data beside the repository). Then the time of the checks, of
three views through a camera process against the same files read in this one, and how long a line is without its camera when
that process is killed or stopped. Time of the processor is given beside the clock's: it does not depend on what else runs.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import csv
import dataclasses
import gzip
import platform
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np

from benchmarks.latency import REPOSITORY
from models.nsoartc import Picture
from models.pictures import read_grey, write_picture
from models.recipe import Recipe, Trigger, find_recipe
from station.cameras.camera import Camera
from station.cameras.connector import draw_empty, draw_part, draw_view
from station.cameras.isolated import IsolatedCamera
from station.cameras.sources import make_camera
from station.config import CameraSection, ChecksSection
from station.frame_check import FrameChecks, sharpness, white_share
from station.line import Line
from station.meters import brightness
from station.shot import Frame, now

DATA = Path(os.environ.get("STATION_DATA", REPOSITORY.parent / "shared" / "data"))
VIEWS = ("center", "left", "right")
N_SESSIONS, N_PARTS = 40, 12


def met(pictures: Iterable[tuple[Picture, float]]) -> np.ndarray:
    """(n, 3): grey level of 99 %, white share, sharpness as a share of the reference's, which stands beside each picture."""
    return np.array([(brightness(p).bright_level, white_share(brightness(p)), sharpness(p) / reference) for p, reference in pictures])


def row(name: str, values: np.ndarray) -> str:
    low, high = values.min(0), values.max(0)
    sharp = "" if np.isnan(low[2]) else f"{low[2]:.2f} to {high[2]:.2f}"
    return f"| {name} | {len(values)} | {low[0]:.0f} to {high[0]:.0f} | {low[1]:.3f} to {high[1]:.3f} | {sharp} |"


def simulated(recipe: Recipe, gain: float = 1.0, blur_px: float = 0.0, n_sessions: int = 10, n_parts: int = 3) -> np.ndarray:
    references = {view.name: sharpness(recipe.reference(view)) for view in recipe.views}
    pictures = []
    for session in range(n_sessions):
        for number in range(n_parts):
            part = draw_part(np.random.default_rng([session, number]), 0.5, np.random.default_rng([session, 2**31]))
            part = dataclasses.replace(part, gain=part.gain * gain)
            pictures += [(draw_view(part, view, 640, 360, None, blur_px), references[view]) for view in VIEWS]
    return met(pictures)


def on_disk(data: Path) -> list[str]:
    rows = []
    with (data / "tanshi" / "metadata.csv").open(encoding="utf-8-sig") as f:
        files = list(csv.DictReader(f))
    for view in VIEWS:
        of_view = [r for r in files if r["view"] == view]
        taught = [sharpness(read_grey(data / "tanshi" / r["file_name"])) for r in of_view if r["session"] == "train" and r["fmode"] == "OK"]
        pictures = [(read_grey(data / "tanshi" / r["file_name"]), max(taught)) for r in of_view]
        rows.append(row(f"tanshi, {view}, three sessions; reference: the sharpest good part of train", met(pictures)))
    photos = [read_grey(path) for path in sorted((data / "screws4" / "photos").glob("*.jpg"))]
    middle = float(np.median([sharpness(p) for p in photos]))
    rows.append(row("screws4; reference: the photograph of middle sharpness", met((p, middle) for p in photos)))
    for name in ("train", "t10k"):
        digits = np.frombuffer(gzip.decompress((data / "mnist" / f"{name}-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16).reshape(
            -1, 28, 28
        )
        rows.append(row(f"mnist {name}; no reference", met((digit, float("nan")) for digit in digits)))
    return rows


def plain(width_px: int, height_px: int) -> Recipe:
    region = {"name": "all", "left": 0, "top": 0, "width": 16, "height": 16}
    views = [{"name": view, "width": width_px, "height": height_px, "regions": [region]} for view in VIEWS]
    return Recipe.model_validate({"name": "plain", "model": "plain", "alignment": {"enabled": False}, "views": views})


def times(name: str, work: Callable[[int], object], n: int = 200, share: int = 1) -> str:
    clock, cpu = [], []
    for i in range(n + 5):
        start, start_cpu = time.perf_counter(), time.process_time()
        work(i)
        clock.append((time.perf_counter() - start) * 1e3 / share)
        cpu.append((time.process_time() - start_cpu) * 1e3 / share)
    p50, p95 = np.percentile(clock[5:], (50, 95))
    return f"| {name} | {p50:.2f} | {p95:.2f} | {max(clock[5:]):.2f} | {np.median(cpu[5:]):.2f} | {n} |"


def costs(width_px: int, height_px: int) -> list[str]:
    size, recipe = f"{width_px} x {height_px}", plain(width_px, height_px)
    shots = [[draw_view(draw_part(np.random.default_rng(n), 0), view, width_px, height_px) for view in VIEWS] for n in range(12)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for view, picture in zip(VIEWS, shots[0], strict=True):
            write_picture(folder / f"{view}.png", picture)
        views = tuple(view.model_copy(update={"reference": f"{view.name}.png"}) for view in recipe.views)
        with_references = recipe.model_copy(update={"views": views})
        with_references._path = folder / "plain.toml"
        checks = FrameChecks(ChecksSection(), with_references)

        def check(i: int) -> None:
            start = time.monotonic()
            frames = [Frame(view, picture, now()) for view, picture in zip(VIEWS, shots[i % 12], strict=True)]
            assert checks.fault(frames, start, start, is_live=True) == ""

        rows = [times(f"checks, one view of {size}", check, share=3)]
        for view in VIEWS:
            (folder / view).mkdir()
            for n in range(4):
                cv2.imwrite(str(folder / view / f"{n}.pgm"), shots[n][VIEWS.index(view)])
        settings = CameraSection.model_validate({"source": f"folder:{folder}", "folder": {"loop": True}})
        for words, camera in (("read here", make_camera(settings, recipe)), ("through a camera process", IsolatedCamera(settings, recipe))):
            camera.open()
            rows.append(times(f"3 views of {size} {words}", lambda _, camera=camera: camera.shoot()))
            camera.close()
    return rows


class Ear:
    """Hears when the camera is well, and when not."""

    def __init__(self) -> None:
        self.message: str | None = None

    def fault(self, source: str, message: str) -> None:
        if source == "camera":
            self.message = message

    def recorded(self, *_: object) -> None: ...
    def unrecorded(self, *_: object) -> None: ...
    def ended(self) -> None: ...


def away_s(name: str, n: int = 5) -> str:
    """How long a line is without its camera after a signal to its process."""
    camera, ear = IsolatedCamera(CameraSection(), plain(640, 360)), Ear()
    line = Line(camera, None, None, ear, Trigger(mode="manual"))  # type: ignore[arg-type]  # no part is judged
    line.start()
    seconds = []
    for _ in range(n):
        _until(lambda: ear.message == "" and camera.process_id is not None)
        start = time.perf_counter()
        os.kill(camera.process_id or 0, getattr(signal, name))
        _until(lambda: bool(ear.message))
        _until(lambda: ear.message == "")
        seconds.append(time.perf_counter() - start)
    line.stop()
    return f"| {name} | {np.median(seconds):.1f} | {max(seconds):.1f} | {n} |"


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.005)


def opening() -> str:
    def once(_: int) -> None:
        camera: Camera = IsolatedCamera(CameraSection(), plain(640, 360))
        camera.open()
        camera.close()

    return times("a camera process started and ended", once, n=10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    recipe = find_recipe("connector", REPOSITORY / "station" / "recipes")
    rows = ["| pictures | n | grey level of 99 % | share at 250 or above | sharpness by the reference |", "|---|---|---|---|---|"]
    rows.append(row(f"simulated, {N_SESSIONS} sessions", simulated(recipe, n_sessions=N_SESSIONS, n_parts=N_PARTS)))
    rows += [row(f"simulated, light x {gain:g}", simulated(recipe, gain)) for gain in (0.05, 0.1, 0.2, 0.5, 1.5, 2, 3, 4, 5)]
    rows += [row(f"simulated, out of focus by {blur:g} px", simulated(recipe, blur_px=blur)) for blur in (1, 2, 3, 4, 6)]
    reference = sharpness(recipe.reference(recipe.views[0]))
    rows.append(row("simulated, no part", met((draw_empty(640, 360, np.random.default_rng(n)), reference) for n in range(10))))
    rows += on_disk(options.data)
    rows += ["", "| what | p50 ms | p95 | worst | processor ms, p50 | n |", "|---|---|---|---|---|---|"]
    rows += [*costs(640, 360), *costs(1920, 1080), opening()]
    rows += ["", "| signal to the camera process | away s, p50 | worst | n |", "|---|---|---|---|"]
    rows += [away_s("SIGKILL"), away_s("SIGSTOP")]
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    text = "\n".join([f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}{load}", "", *rows])
    print(text)
    if options.write is not None:
        options.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
