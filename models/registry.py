"""Bundles on disk. Publishing puts a version into the store; activating says which one judges on *this* station.

    <store>/<name>/<version>/     bundles, shared by all who see the folder (it may be a network share)
    <state>/<name>.toml           what this station has active, and had before: the way back

Each act is one atomic rename: a reader sees the state before or after, never between.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import tomllib
from pathlib import Path

import tomli_w

from models.manifest import MANIFEST_NAME, VERSION_PATTERN, Manifest, ModelError, checksums, read_manifest, verify_files, write_manifest
from models.recipe import NAME_PATTERN


class Registry:
    """The models of a store, as one station sees them."""

    def __init__(self, store: Path, state: Path) -> None:
        """store: folder of bundles. state: folder of this station's pointers, made when something is activated."""
        self.store = store
        self.state = state

    def names(self) -> list[str]:
        """Models that have at least one version."""
        return sorted(p.name for p in self.store.glob("*") if re.match(NAME_PATTERN, p.name) and p.is_dir() and self.versions(p.name))

    def versions(self, name: str) -> list[str]:
        """Published versions of a model, oldest first."""
        _check_name(name)
        found = [p.name for p in (self.store / name).glob("*") if re.match(VERSION_PATTERN, p.name) and p.is_dir()]
        return sorted(found, key=int)

    def folder(self, name: str, version: str) -> Path:
        """Where a published version lies.

        Raises:
            ModelError: there is no such version; the message lists those that there are.
        """
        versions = self.versions(name)
        if not versions:
            raise ModelError(f"no model {name!r} in {self.store}; models there: {', '.join(self.names()) or 'none'}")
        if version not in versions:
            raise ModelError(f"model {name} has no version {version!r}; versions there: {', '.join(versions)}")
        return self.store / name / version

    def publish(self, bundle: Path, manifest: Manifest) -> Path:
        """Put a finished bundle folder into the store, under the manifest's name and version.

        Args:
            bundle: folder with model.onnx, golden.npz, report/; its manifest is written here, with checksums.
            manifest: its `files` are filled in.

        Raises:
            ModelError: the version exists already: versions are never overwritten.
        """
        parent = self.store / manifest.name
        target = parent / manifest.version
        if target.exists():
            raise ModelError(f"model {manifest.name} {manifest.version} is already published; versions are never overwritten")
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".publish-", dir=parent) as temporary:  # same file system as the target
            staged = Path(temporary) / manifest.version
            shutil.copytree(bundle, staged, ignore=shutil.ignore_patterns(MANIFEST_NAME))
            staged.chmod(0o755)  # a temporary folder is closed to others
            write_manifest(manifest.model_copy(update={"files": checksums(staged)}), staged)
            _sync_tree(staged)
            try:
                staged.rename(target)
            except OSError as err:  # another trainer published the same version meanwhile
                raise ModelError(f"model {manifest.name} {manifest.version} was published by someone else just now") from err
        return target

    def next_version(self, name: str) -> str:
        """The version that the next bundle of this name should carry."""
        versions = self.versions(name)
        return str(int(versions[-1]) + 1) if versions else "1"

    def verify(self, name: str, version: str) -> Manifest:
        """The manifest, after every checksum and both names were checked. Raises ModelError."""
        folder = self.folder(name, version)
        manifest = read_manifest(folder)
        if (manifest.name, manifest.version) != (name, version):
            raise ModelError(f"model bundle {folder}: its manifest says {manifest.name} {manifest.version}")
        verify_files(manifest, folder)
        return manifest

    def active(self, name: str) -> str | None:
        """The version that this station judges with; None if none was ever activated here."""
        history = self._history(name)
        return history[-1] if history else None

    def activate(self, name: str, version: str) -> None:
        """Make a verified version the active one. Activating the active one changes nothing.

        Raises:
            ModelError: no such version, or its files do not match its manifest.
        """
        self.verify(name, version)
        history = self._history(name)
        if not history or history[-1] != version:
            self._write(name, [*history, version])

    def roll_back(self, name: str) -> str:
        """Make the version that was active before the active one again; returns it.

        Raises:
            ModelError: nothing was active before, or that version is damaged or gone.
        """
        history = self._history(name)
        if len(history) < 2:
            raise ModelError(f"model {name}: no earlier version was active on this station, nothing to roll back to")
        self.verify(name, history[-2])
        self._write(name, history[:-1])
        return history[-2]

    def pointer(self, name: str) -> Path:
        """The file that changes when another version is activated."""
        _check_name(name)
        return self.state / f"{name}.toml"

    def _history(self, name: str) -> list[str]:
        path = self.pointer(name)
        try:
            history = tomllib.loads(path.read_text(encoding="utf-8"))["activated"]
        except FileNotFoundError:
            return []
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as err:
            raise ModelError(f"{path}: cannot be read as the list of activated versions ({err}); remove the file and activate a version") from err
        if not isinstance(history, list) or not all(isinstance(v, str) and re.match(VERSION_PATTERN, v) for v in history):
            raise ModelError(f"{path}: 'activated' must be a list of versions, newest last; remove the file and activate a version")
        return history

    def _write(self, name: str, history: list[str]) -> None:
        path = self.pointer(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with temporary.open("wb") as f:
            tomli_w.dump({"activated": history}, f)
            f.flush()
            os.fsync(f.fileno())
        temporary.replace(path)


def parse_reference(text: str) -> tuple[str, str | None]:
    """'NAME' or 'NAME@VERSION' as (name, version or None). Raises ModelError for anything else."""
    name, at, version = text.partition("@")
    _check_name(name)
    if at and not re.match(VERSION_PATTERN, version):
        raise ModelError(f"{text!r}: a version is a whole number from 1, as in {name}@3")
    return name, version if at else None


def _check_name(name: str) -> None:
    if not re.match(NAME_PATTERN, name):
        raise ModelError(f"{name!r} is no model name: letters, digits, '.', '_' and '-', at most 64")


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as f:
                os.fsync(f.fileno())
