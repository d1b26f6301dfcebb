"""The words of the command line and config.toml become a camera."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from models.recipe import Recipe
from station.cameras.camera import Camera, CameraError
from station.cameras.folder import FolderCamera
from station.cameras.isolated import IsolatedCamera
from station.cameras.opencv import OpencvCamera, shown
from station.cameras.simulated import SimulatedCamera
from station.config import CameraSection, OpencvSection


def make_camera(settings: CameraSection, recipe: Recipe, first_part: int = 0) -> Camera:
    """The camera that `settings.source` names, with the recipe's views; not opened yet.

    Args:
        first_part: of the simulated camera: so many parts have passed already.

    Raises:
        CameraError: an unknown kind of source, or one that does not fit the recipe.
    """
    kind, _, where = settings.source.partition(":")
    views = recipe.view_names
    if kind == "simulated" and not where:
        simulated = _simulated(settings, recipe, first_part)
        return IsolatedCamera(settings, recipe) if settings.simulated.isolated else simulated
    if kind == "folder" and where:
        return FolderCamera(Path(where), views, settings.folder.rate_hz, settings.folder.loop)
    if kind == "opencv" and where:
        opencv = settings.opencv
        camera = OpencvCamera(
            [_signed_in(source, opencv) for source in where.split(",")], views, opencv.width, opencv.height, opencv.exposure_ms, settings.checks.stale
        )
        return IsolatedCamera(settings, recipe) if opencv.isolated and camera.is_live else camera
    raise CameraError(f"camera {shown(settings.source)!r}: expected simulated, folder:PATH or opencv:SOURCE[,SOURCE…]")


def _signed_in(source: str, settings: OpencvSection) -> str:
    """An address with user and password in their places: they stand in no file, and in no list of processes."""
    for word, value, key in (
        ("{user}", settings.user, "user"),
        ("{password}", os.environ.get(settings.password_env, ""), f"password_env {settings.password_env or 'is not set'}"),
    ):
        if word in source:
            if not value:
                raise CameraError(f"camera {shown(source)}: there is nothing to put for {word}: see [camera.opencv] {key}")
            source = source.replace(word, quote(value, safe=""))
    return source


def _simulated(settings: CameraSection, recipe: Recipe, first_part: int) -> SimulatedCamera:
    sizes = {(view.width, view.height) for view in recipe.views}
    if len(sizes) > 1:
        raise CameraError(f"simulated camera: draws all views in one size, recipe {recipe.name} has {sorted(sizes)}")
    simulated, conveyor = settings.simulated, recipe.trigger.mode == "presence"
    return SimulatedCamera(
        recipe.view_names, *sizes.pop(), simulated.defect_rate, simulated.seed, simulated.rate_hz, conveyor, first_part, simulated.faults
    )
