"""The words of the command line and config.toml become a camera."""

from __future__ import annotations

from pathlib import Path

from models.recipe import Recipe
from station.cameras.camera import Camera, CameraError
from station.cameras.folder import FolderCamera
from station.cameras.opencv import OpencvCamera
from station.cameras.simulated import SimulatedCamera
from station.config import CameraSection


def make_camera(settings: CameraSection, recipe: Recipe) -> Camera:
    """The camera that `settings.source` names, with the recipe's views; not opened yet.

    Raises:
        CameraError: an unknown kind of source, or one that does not fit the recipe.
    """
    kind, _, where = settings.source.partition(":")
    views = recipe.view_names
    if kind == "simulated" and not where:
        sizes = {(view.width, view.height) for view in recipe.views}
        if len(sizes) > 1:
            raise CameraError(f"simulated camera: draws all views in one size, recipe {recipe.name} has {sorted(sizes)}")
        simulated = settings.simulated
        return SimulatedCamera(
            views, *sizes.pop(), simulated.defect_rate, simulated.seed, simulated.rate_hz, conveyor=recipe.trigger.mode == "presence"
        )
    if kind == "folder" and where:
        return FolderCamera(Path(where), views, settings.folder.rate_hz, settings.folder.loop)
    if kind == "opencv" and where:
        opencv = settings.opencv
        return OpencvCamera(where.split(","), views, opencv.width, opencv.height, opencv.exposure_ms)
    raise CameraError(f"camera {settings.source!r}: expected simulated, folder:PATH or opencv:SOURCE[,SOURCE…]")
