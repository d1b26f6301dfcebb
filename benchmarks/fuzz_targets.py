"""What reads bytes from outside, each as one function: any bytes end in an object or in the reader's own sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from models.golden import read_golden
from models.manifest import MANIFEST_NAME, SIGNATURE_NAME, ModelError, read_manifest
from models.part_files import from_metadata
from models.pictures import PictureError, read_grey
from models.recipe import RecipeError, read_recipe
from models.signing import signer_of
from station.config import ConfigError, read_config

MAX_SENTENCE = 20_000  # characters; a message may quote what it met


def config(content: bytes, folder: Path) -> None:
    """config.toml"""
    _told(ConfigError, read_config, _written(folder / "config.toml", content))


def recipe(content: bytes, folder: Path) -> None:
    """A recipe, with what is computed of it at start."""

    def read(path: Path) -> None:
        found = read_recipe(path)
        _ = found.regions, found.fingerprint

    _told(RecipeError, read, _written(folder / "recipe.toml", content))


def manifest(content: bytes, folder: Path) -> None:
    """manifest.toml"""
    _written(folder / MANIFEST_NAME, content)
    _told(ModelError, read_manifest, folder)


def signature(content: bytes, folder: Path) -> None:
    """manifest.sig"""
    _written(folder / MANIFEST_NAME, b"anything")
    _written(folder / SIGNATURE_NAME, content)
    _told(ModelError, signer_of, folder)


def golden(content: bytes, folder: Path) -> None:
    """golden.npz"""
    _told(ModelError, lambda path: read_golden(path.read_bytes(), "fuzzed 1"), _written(folder / "golden.npz", content))


def picture(content: bytes, folder: Path) -> None:
    """A picture of any format that OpenCV knows."""
    _told(PictureError, read_grey, _written(folder / "picture.png", content))


def metadata(content: bytes, folder: Path) -> None:
    """metadata.csv"""
    _told(PictureError, from_metadata, _written(folder / "metadata.csv", content))


TARGETS: dict[str, Callable[[bytes, Path], None]] = {f.__name__: f for f in (config, recipe, manifest, signature, golden, picture, metadata)}


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _told(kind: type[Exception], read: Callable[[Path], object], path: Path) -> None:
    """Run a reader; its own kind of error must carry a sentence, every other exception comes through."""
    try:
        read(path)
    except kind as err:
        text = str(err)
        if not text.strip() or len(text) > MAX_SENTENCE or re.search(r"Traceback \(most recent|object at 0x", text):
            raise AssertionError(f"no sentence for people: {text[:300]!r}") from err
