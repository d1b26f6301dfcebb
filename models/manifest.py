"""manifest.toml: what a bundle is, what it was made for, how it was calibrated, and a checksum of every file."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.rates import interval
from models.recipe import NAME_PATTERN
from models.toml_files import parse_toml, read_limited

MANIFEST_NAME = "manifest.toml"
SIGNATURE_NAME = "manifest.sig"
VERSION_PATTERN = r"^[1-9][0-9]{0,8}$"
"""Versions of a model are counted: 1, 2, 3 …"""
MAX_BUNDLE_FILES = 1000
MAX_BUNDLE_BYTES = 1024**3
"""A bundle has about five files and 10 MB; a version with other thresholds keeps the reports of those before it."""


class ModelError(Exception):
    """A model bundle cannot be used: missing, damaged, or made for something else.

    The message names bundle and cause. Whatever judged before goes on judging; publish or activate another version.
    """


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecipeStamp(_Table):
    """The recipe whose regions and reference pictures the model was taught on."""

    name: str = Field(pattern=NAME_PATTERN)
    revision: int = Field(ge=1)
    fingerprint: str = Field(pattern=r"^[0-9a-f]{64}$")


class ManifestRegion(_Table):
    """One inspected rectangle; its place in the list is the graph's `region` input."""

    view: str
    name: str
    left: int = Field(ge=0)
    top: int = Field(ge=0)
    width: int = Field(ge=1)
    height: int = Field(ge=1)


class Thresholds(_Table):
    """On the part's score, which is that of its worst region: OK up to and including the first, NG above the second."""

    ok_at_most: float = Field(allow_inf_nan=False)
    ng_above: float = Field(allow_inf_nan=False)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ng_above < self.ok_at_most:
            raise ValueError(f"ng_above {self.ng_above:g} lies below ok_at_most {self.ok_at_most:g}")
        return self


class Figure(_Table):
    """One counted rate with its 95 % Clopper-Pearson interval."""

    what: str = Field(description="overkill, or escape by defect mode")
    wrong: int = Field(ge=0)
    parts: int = Field(ge=1)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)

    @classmethod
    def counted(cls, what: str, wrong: int, parts: int) -> Self:
        """With its interval; parts must be at least 1."""
        low, high = interval(wrong, parts)
        return cls(what=what, wrong=wrong, parts=parts, low=low, high=high)


class Calibration(_Table):
    """The parts that gave the thresholds."""

    good_parts: int = Field(ge=1)
    defective_parts: int = Field(0, ge=0, description="used only where the target is escapes or cost")
    sessions: tuple[str, ...] = Field(description="sessions or lots; other ones than training, unless held_out is 'folds'")
    held_out: Literal["session", "folds", "reviews"] = Field(
        description="'folds': parts of the training session, each left out once; 'reviews': parts that a station judged and people reviewed"
    )
    overkill_target: float | None = Field(None, gt=0, lt=1, description="none where a person set the thresholds")
    target: str = Field("", description="what the OK threshold was chosen for, in words")
    figures: tuple[Figure, ...] = Field((), description="on these very parts, where a person chose the thresholds by them: what was seen, no test")
    warning: str = ""


class Manifest(_Table):
    """The whole of manifest.toml."""

    name: str = Field(pattern=NAME_PATTERN)
    version: str = Field(pattern=VERSION_PATTERN)
    kind: str = Field(pattern=NAME_PATTERN, description="name of the training recipe that made it")
    created: datetime = Field(description="UTC")
    feature_version: str
    recipe: RecipeStamp
    thresholds: Thresholds
    calibration: Calibration
    unit_spaces: tuple[str, ...] = Field(min_length=1, description="names of the graph's unit_space output; the first is 'good'")
    data_fingerprint: str
    trainer_version: str
    git_commit: str
    training: dict[str, str | int | float | bool] = {}
    figures: tuple[Figure, ...] = Field((), description="on parts that chose no parameter")
    made_from: str = Field("", pattern=r"^$|" + VERSION_PATTERN, description="the version that this one is with other thresholds; '' = taught")
    note: str = Field("", description="what whoever made it wants to be known")
    regions: tuple[ManifestRegion, ...] = Field(min_length=1)
    files: dict[str, str] = Field(description="sha256 of every other file of the bundle, by relative path")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a bundle folder.

    Raises:
        ModelError: no folder, no manifest, or one with a missing, misspelt or impossible entry.
    """
    return parse_manifest(manifest_bytes(folder), folder)


def manifest_bytes(folder: Path) -> bytes:
    """manifest.toml as it lies there: what is signed. Raises ModelError: missing, unreadable or too large."""
    return read_limited(folder / MANIFEST_NAME, lambda message: ModelError(f"model bundle {folder}: {MANIFEST_NAME}: {message}"))


def parse_manifest(content: bytes, folder: Path) -> Manifest:
    """The manifest in bytes that were read, and whose signature was checked, before. Raises ModelError as `read_manifest`."""
    return parse_toml(content, Manifest, lambda message: ModelError(f"model bundle {folder}: {MANIFEST_NAME}: {message}"))


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write manifest.toml into a bundle folder that is not published yet."""
    row = manifest.model_dump(mode="python", exclude_none=True)
    (folder / MANIFEST_NAME).write_text(tomli_w.dumps(row), encoding="utf-8")


def checksums(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder but the manifest and its signature, by POSIX path relative to it.

    Raises:
        ModelError: a symbolic link (it could lead anywhere, and elsewhere tomorrow), too many files or bytes, or unreadable.
    """
    apart = (folder / MANIFEST_NAME, folder / SIGNATURE_NAME)  # only at the top: a file of that name in report/ counts
    found, n_bytes = {}, 0
    for n, path in enumerate(sorted(_entries(folder))):
        if n >= MAX_BUNDLE_FILES:
            raise ModelError(f"model bundle {folder}: holds more than {MAX_BUNDLE_FILES} files and folders; a bundle has about five")
        if path.is_symlink():
            raise ModelError(f"model bundle {folder}: {path.relative_to(folder).as_posix()} is a symbolic link; put the file itself there")
        if not path.is_file() or path in apart:
            continue
        n_bytes += path.stat().st_size
        if n_bytes > MAX_BUNDLE_BYTES:
            raise ModelError(f"model bundle {folder}: its files have more than {MAX_BUNDLE_BYTES} bytes in all; a bundle has about 10 MB")
        try:
            with path.open("rb") as f:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(f, "sha256").hexdigest()
        except OSError as err:
            raise ModelError(f"model bundle {folder}: {path.relative_to(folder).as_posix()} cannot be read: {err.strerror or err}") from err
    return found


def _entries(folder: Path) -> list[Path]:
    """All files and folders below, links not followed; one more than MAX_BUNDLE_FILES at most."""
    return list(itertools.islice(folder.rglob("*"), MAX_BUNDLE_FILES + 1))


def read_verified(manifest: Manifest, folder: Path, name: str, max_bytes: int) -> bytes:
    """The bytes of one file of a bundle, which are those that the manifest lists: between a look and a reading a file may change.

    Raises:
        ModelError: missing, not listed, too large, or changed.
    """

    def fault(message: str) -> ModelError:
        return ModelError(f"model bundle {folder}: {name} {message}")

    if name not in manifest.files:
        raise fault(f"is not listed in {MANIFEST_NAME}")
    content = read_limited(folder / name, fault, max_bytes)
    if (found := hashlib.sha256(content).hexdigest()) != manifest.files[name]:
        raise fault(_changed(found, manifest.files[name]))
    return content


def verify_files(manifest: Manifest, folder: Path) -> None:
    """Every file there, unchanged, and none besides but the manifest's signature.

    Raises:
        ModelError: names the first file that is missing, changed or not listed.
    """
    found = checksums(folder)
    for name in sorted(manifest.files.keys() | found.keys()):
        if name not in found:
            raise ModelError(f"model bundle {folder}: {name} is missing")
        if name not in manifest.files:
            raise ModelError(f"model bundle {folder}: {name} is not listed in {MANIFEST_NAME}")
        if found[name] != manifest.files[name]:
            raise ModelError(f"model bundle {folder}: {name} {_changed(found[name], manifest.files[name])}")


def _changed(found: str, listed: str) -> str:
    return f"has sha256 {found[:12]}…, the manifest says {listed[:12]}…: the file is damaged or was changed; publish the bundle again"
