"""Is this station fit to inspect? One finding a subject: what was met, and what to do about it. Nothing is changed or recorded."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sqlite3
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from models.manifest import ModelError
from models.recipe import Recipe, RecipeError, find_recipe
from models.runtime import has_cuda_driver, runs_on_cuda
from models.scorer import Scorer
from models.signing import public_text, read_private_key, signer_of
from station.cameras.camera import Camera, CameraError
from station.cameras.opencv import shown
from station.cameras.sources import make_camera
from station.config import Config, ConfigError, read_config
from station.frame_check import FrameChecks
from station.shot import Frame, now
from station.store import lock
from station.store.copies import size
from station.store.damage import WHAT_TO_DO, quick_check
from station.store.database import DATABASE_NAME, StoreError, knows_schema
from station.store.glance import glance

CHECK_UP_TO_MB = 200
"""A larger database is not read page by page here; it takes about a second for 200 MB."""
CAMERA_S = 30.0
MADE_IN = 2026
_PACKAGES = {"modbus": "pymodbus", "mqtt": "paho.mqtt", "opcua": "asyncua", "http": "httpx2"}
_GET_FONTS = "on Debian: apt install fonts-ipafont-gothic fonts-droid-fallback"
_MISTAKES = (ConfigError, RecipeError, ModelError, CameraError, StoreError, OSError, sqlite3.Error)

Mark = Literal["ok", "note", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one subject."""

    what: str
    mark: Mark  # note: works, and somebody should know; fault: parts cannot be inspected, or not for long
    met: str
    do: str = ""  # '' where nothing needs to be done


def examine(config_path: Path, data: Path | None = None) -> Iterator[Finding]:
    """The findings one by one, as they come; only `config` where the settings cannot be read.

    Args:
        data: instead of the configured data folder.
    """
    try:
        config = read_config(config_path)
    except ConfigError as err:
        yield Finding("config", "fault", str(err), "mend the named key, or delete the line: every key has a default")
        return
    yield Finding("config", "ok", f"{config_path}: station {config.station.name!r}")
    folder = data or config.data_folder
    is_running = _is_running(folder)
    recipe: Recipe | None = None
    try:
        recipe = find_recipe(config.station.recipe, config.recipe_folder)
    except RecipeError as err:
        yield Finding("recipe", "fault", str(err), "mend the recipe's file, or name another one in [station] recipe")
    checks: list[tuple[str, Callable[[], Finding], str]] = [
        ("data folder", lambda: _data_folder(config, folder, is_running), "give write permission, or name another folder in [station] data"),
        ("database", lambda: _database(folder / DATABASE_NAME), f"{WHAT_TO_DO}; or restore a backup: python -m station restore FILE"),
        ("pictures", lambda: _pictures(folder / "pictures"), "give write permission to the folder"),
        ("GPU", lambda: _gpu(config), "check driver, CUDA and cuDNN"),
        ("keys", lambda: _keys(config), "see docs/security.md"),
        ("clock", lambda: _clock(folder / DATABASE_NAME), "set the clock; let it be set by a time server (NTP)"),
        ("fonts", _fonts, _GET_FONTS),
        ("delivery", lambda: _delivery(config), "install what the configured sinks need"),
    ]
    if recipe is not None:
        known = recipe
        checks.insert(0, ("recipe", lambda: _recipe(known), "make the reference pictures: python -m trainer reference"))
        checks.insert(4, ("camera", lambda: _camera(config, known, is_running), "check cable, power and [camera] source"))
        checks.insert(5, ("model", lambda: _model(config, known, folder), "activate another version: python -m station models list"))
    for what, check, do in checks:
        try:
            yield check()
        except _MISTAKES as err:
            yield Finding(what, "fault", str(err), do)


def _is_running(folder: Path) -> bool:
    try:
        return lock.is_taken(folder)
    except OSError:  # told with the data folder
        return False


def _data_folder(config: Config, folder: Path, is_running: bool) -> Finding:
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    with tempfile.TemporaryFile(dir=there) as f:
        f.write(b"\0")
    held = folder / lock.NAME
    if held.exists() and not os.access(held, os.W_OK | os.R_OK):
        return Finding("data folder", "fault", f"{held}: somebody else's", "give it to the station's user, or delete it while no station runs")
    free_mb = shutil.disk_usage(there).free / 1e6
    state = "a station is running on it" if is_running else "no station is running on it" if there == folder else "made at the first start"
    met = f"{folder}: writable, {free_mb / 1000:.1f} GB free, {state}"
    if free_mb < config.records.free_mb_stop:
        return Finding("data folder", "fault", met, f"free some space: below {config.records.free_mb_stop:.0f} MB no part is accepted")
    if free_mb / 1000 < config.records.free_gb_low:
        return Finding("data folder", "note", met, f"free some space: below {config.records.free_gb_low:g} GB pictures are deleted early")
    return Finding("data folder", "ok", met)


def _database(path: Path) -> Finding:
    if not path.exists():
        return Finding("database", "ok", f"{path}: none yet; made at the first start")
    mb = size(path) / 1e6
    if mb <= CHECK_UP_TO_MB and (found := quick_check(path)):
        met = f"{path}: {mb:.1f} MB, damaged: {found}"
        return Finding("database", "fault", met, f"{WHAT_TO_DO}; or restore a backup: python -m station restore FILE")
    seen = glance(path)
    met = f"{path}: {mb:.1f} MB, {seen.n_parts} parts, schema {seen.schema}"
    if seen.schema is None:
        return Finding("database", "fault", f"{met}: not a station's database", "choose another data folder")
    if not knows_schema(seen.schema):
        return Finding("database", "fault", f"{met}: of a newer program", "start the newer station version, or choose another data folder")
    if mb > CHECK_UP_TO_MB:
        return Finding("database", "note", f"{met}; too large to be checked here", "a running station checks it, and each backup is checked")
    aside = sorted(p.name for p in path.parent.glob("station.damaged-*.sqlite"))
    if aside:
        return Finding("database", "note", f"{met}, whole; set aside as damaged: {', '.join(aside)}", "see docs/records.md, then move them away")
    return Finding("database", "ok", f"{met}, whole")


def _pictures(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding("pictures", "ok", f"{folder}: none yet")
    days = sorted(p.name for p in folder.iterdir() if p.is_dir())
    with tempfile.TemporaryFile(dir=folder):
        return Finding("pictures", "ok", f"{folder}: " + (f"days {days[0]} to {days[-1]}" if days else "none yet"))


def _recipe(recipe: Recipe) -> Finding:
    if recipe.alignment.enabled:
        for view in recipe.views:
            recipe.reference(view)
    return Finding("recipe", "ok", f"{recipe.name} revision {recipe.revision}: {len(recipe.views)} views, {len(recipe.regions)} regions")


def _camera(config: Config, recipe: Recipe, is_running: bool) -> Finding:
    source = shown(config.camera.source)  # without the password of a stream
    camera = make_camera(config.camera, recipe)
    if is_running:
        return Finding("camera", "note", f"{source}: not opened, the running station has it", "look at its window")
    asked_s = time.monotonic()
    frames = _one_shot(camera)
    met = f"{source}: " + ", ".join(f"{f.view} {f.picture.shape[1]} x {f.picture.shape[0]} px" for f in frames)
    if reason := FrameChecks(config.camera.checks, recipe).fault(frames, accepted_s=time.monotonic(), asked_s=asked_s, is_live=camera.is_live):
        return Finding("camera", "fault", f"{met}; {reason}", "check light, lens cap, focus, and that a part lies under the lens")
    return Finding("camera", "ok", met)


def _one_shot(camera: Camera) -> tuple[Frame, ...]:
    """Open, shoot, close, in a thread that is left behind if the device does not answer. Raises CameraError."""
    answers: list[tuple[Frame, ...]] = []
    faults: list[CameraError] = []

    def shoot() -> None:
        try:
            camera.open()
            answers.append(camera.shoot())
        except CameraError as err:
            faults.append(err)
        except Exception as err:  # a driver may raise anything
            faults.append(CameraError(f"{type(err).__name__}: {err}"))
        finally:
            camera.close()

    thread = threading.Thread(target=shoot, name="doctor's camera", daemon=True)
    thread.start()
    thread.join(CAMERA_S)
    if faults:
        raise faults[0]
    if not answers:
        raise CameraError(f"no picture within {CAMERA_S:g} s")
    return answers[0]


def _model(config: Config, recipe: Recipe, folder: Path) -> Finding:
    registry = config.model_registry(folder)
    version = registry.active(recipe.model)
    state = "active"
    if version is None:
        versions = registry.versions(recipe.model)
        if not versions:
            raise ModelError(f"recipe {recipe.name} wants model {recipe.model!r}, and {registry.store} has no version of it")
        version, state = versions[-1], "not active yet: activated at the first start"
    bundle = registry.folder(recipe.model, version)
    scorer = Scorer(bundle, config.models.provider, config.models.require_cuda, registry.trusted_keys)
    scorer.check_recipe(recipe)
    signer = signer_of(bundle)
    met = f"{recipe.model} {version}, {state}; {f'signed by {signer}' if signer else 'not signed'}; golden test passed on {scorer.provider}"
    if scorer.gpu_fault is not None:
        return Finding("model", "note", f"{met}; {scorer.gpu_fault}", "check driver, CUDA and cuDNN")
    return Finding("model", "ok", met)


def _gpu(config: Config) -> Finding:
    provider, is_required = config.models.provider, config.models.require_cuda
    if not has_cuda_driver():
        if is_required or provider == "cuda":
            said = "require_cuda = true" if is_required else 'provider = "cuda"'
            return Finding(
                "GPU", "fault" if is_required else "note", f"no NVIDIA driver, and [models] {said}", "install the driver, or change that line"
            )
        return Finding("GPU", "ok", "no NVIDIA driver: the CPU judges")
    if provider == "cpu":
        return Finding("GPU", "ok", f'{_driver()}, not used: [models] provider = "cpu"')
    if runs_on_cuda():
        return Finding("GPU", "ok", f"{_driver()}; ONNX Runtime runs on it")
    met = f"{_driver()}, and ONNX Runtime does not run on it"
    return Finding("GPU", "fault" if is_required else "note", met, "install CUDA and cuDNN: requirements/nvidia.txt")


def _driver() -> str:
    try:
        first = Path("/proc/driver/nvidia/version").read_text(encoding="utf-8", errors="replace").splitlines()[0]
    except (OSError, IndexError):
        return "an NVIDIA driver"
    return f"an NVIDIA driver ({first.removeprefix('NVRM version: ').split(' for ')[0][:80]})"


def _keys(config: Config) -> Finding:
    path, listed = config.signing_key, len(config.models.trusted_keys)
    met = f"{listed} trusted key{'' if listed == 1 else 's'} listed"
    if path is None:
        met += ", no key of its own"
    elif not path.exists():
        met += f"; own key {path}: made at first need"
    else:
        met += f"; own key {public_text(read_private_key(path))}"
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Finding("keys", "fault", f"{met}; others can read {path}", f"chmod 600 {path}, and make another one if it may have been copied")
    if config.models.allow_unsigned:
        return Finding("keys", "note", f"{met}; models without a signature may judge", "set [models] allow_unsigned = false")
    return Finding("keys", "ok", met)


def _clock(path: Path) -> Finding:
    at = now()
    met = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if not MADE_IN <= at.year < MADE_IN + 50:
        return Finding("clock", "fault", f"{met}: not this year", "set the clock; an empty battery on the mainboard loses it")
    newest: datetime | None = None
    with contextlib.suppress(sqlite3.Error):  # told of the database
        newest = glance(path).newest if path.exists() else None
    if newest is not None and (behind_s := (newest - at).total_seconds()) > 60:
        do = "set the clock; parts are told apart by number, not by time, but charts and shifts go by it"
        return Finding("clock", "fault", f"{met}: {behind_s / 3600:.1f} h before the newest recorded part", do)
    return Finding("clock", "ok", met)


def _fonts() -> Finding:
    try:
        from station.gui.fonts import scripts_without_font
    except ImportError as err:
        return Finding("fonts", "note", f"no window can be opened here: {err}", "headless needs none; else see environment.sh for what Qt needs")
    if missing := scripts_without_font():
        return Finding("fonts", "note", f"no font with {' and '.join(missing)} characters", _GET_FONTS)
    return Finding("fonts", "ok", "Latin, Japanese and Chinese")


def _delivery(config: Config) -> Finding:
    kinds = [sink.kind for sink in config.sinks] + ([config.trigger_in.kind] if config.trigger_in is not None else [])
    wanted = {_PACKAGES[kind] for kind in kinds if kind in _PACKAGES}
    missing = ", ".join(sorted(package for package in wanted if not _is_installed(package)))
    met = ", ".join(f"{sink.name} ({sink.kind})" for sink in config.sinks) or "no sink configured"
    if config.plant is not None:
        met += f", plant {config.plant.url.partition('?')[0]}"
        if not _is_installed("psycopg"):
            missing = ", ".join(filter(None, (missing, "psycopg")))
    if missing:
        return Finding("delivery", "fault", f"{met}; not installed: {missing}", "see requirements/delivery.txt")
    settings = [*config.sinks, *(one for one in (config.trigger_in, config.plant) if one is not None)]
    secrets = {str(value) for one in settings for name, value in one.model_dump().items() if name.endswith("_env") and value}
    if unset := ", ".join(sorted(name for name in secrets if not os.environ.get(name))):
        return Finding("delivery", "fault", f"{met}; not in the environment: {unset}", "set it where the station is started: docs/delivery.md")
    return Finding("delivery", "ok", met)


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # of paho.mqtt, paho itself
        return False
