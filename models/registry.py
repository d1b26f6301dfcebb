"""Bundles on disk. Publishing puts a version into the store; activating says which one judges on *this* station.

    <store>/<name>/<version>/     bundles, shared by all who see the folder (it may be a network share)
    <state>/<name>.toml           what this station has active, and had before: the way back

Each act is one atomic rename: a reader sees the state before or after, never between.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import tomli_w

from models.manifest import SIGNATURE_NAME, VERSION_PATTERN, Manifest, ModelError, checksums, read_manifest, verify_files, write_manifest
from models.recipe import NAME_PATTERN
from models.signing import make_own_key, public_text, read_private_key, sign_bundle, signer_of, trusted_manifest
from models.toml_files import read_limited

log = logging.getLogger(__name__)


class Registry:
    """The models of a store, as one station sees them."""

    def __init__(self, store: Path, state: Path, trusted_keys: Sequence[str] | None = None, own_key: Path | None = None) -> None:
        """
        Args:
            store: folder of bundles.
            state: folder of this station's pointers, made when something is activated.
            trusted_keys: public keys, one of which, or `own_key`, must have signed what is verified, activated or rolled
                back to; None: a bundle need not be signed.
            own_key: this station's own private key file; made when it signs first.
        """
        self.store = store
        self.state = state
        self.own_key = own_key
        self._listed_keys = None if trusted_keys is None else tuple(trusted_keys)

    @property
    def trusted_keys(self) -> tuple[str, ...] | None:
        """Whose bundles may judge here: the listed keys and the station's own, as soon as there is one; None: unsigned ones too."""
        if self._listed_keys is None or self.own_key is None:
            return self._listed_keys
        try:
            return (*self._listed_keys, public_text(read_private_key(self.own_key))) if self.own_key.exists() else self._listed_keys
        except (ModelError, OSError) as err:  # what others signed may judge all the same
            log.warning("this station's own key is not trusted: %s", err)
            return self._listed_keys

    def check_signer(self, key: Path | None) -> None:
        """Nothing happens where this station would judge with what is published with this key.

        Raises:
            ModelError: there is no key and a station that wants signatures, the key cannot be used, or it is not trusted here.
        """
        if key is None:
            if self._listed_keys is not None:
                raise ModelError(
                    "this station judges only with signed models, and it has no key to sign with: name a file in [models] signing_key "
                    "(it is made at first need)"
                )
            return
        if key == self.own_key and not key.exists():
            return
        signer = public_text(read_private_key(key))
        if key != self.own_key and self._listed_keys is not None and signer not in (self.trusted_keys or ()):
            raise ModelError(f"key {key} signs as {signer}, which is not in [models] trusted_keys; list it there, or use this station's own key")

    def names(self) -> list[str]:
        """Models that have at least one version."""
        return sorted(p.name for p in self.store.glob("*") if re.fullmatch(NAME_PATTERN, p.name) and p.is_dir() and self.versions(p.name))

    def versions(self, name: str) -> list[str]:
        """Published versions of a model, oldest first."""
        _check_name(name)
        found = [p.name for p in (self.store / name).glob("*") if re.fullmatch(VERSION_PATTERN, p.name) and p.is_dir()]
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

    def publish(self, bundle: Path, manifest: Manifest, key: Path | None = None) -> Path:
        """Put a finished bundle folder into the store, under the manifest's name and version.

        Args:
            bundle: folder with model.onnx, golden.npz, report/; its manifest is written here, with checksums. Where it
                has a manifest.sig it was published before: manifest and signature are then copied byte by byte.
            manifest: its `files` are filled in; of a signed bundle, what stands in its manifest.toml.
            key: private key file; the published bundle carries its signature (instead of an earlier, valid one). The
                registry's `own_key` is made where there is none.

        Raises:
            ModelError: the version exists already (versions are never overwritten), the key cannot be used, or a
                signed bundle is not what was signed.
        """
        if key is not None and key == self.own_key:
            make_own_key(key)
        parent = self.store / manifest.name
        target = parent / manifest.version
        if target.exists():
            raise ModelError(f"model {manifest.name} {manifest.version} is already published; versions are never overwritten")
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".publish-", dir=parent) as temporary:  # same file system as the target
            staged = Path(temporary) / manifest.version
            checksums(bundle)  # nothing is copied that is no bundle: links, too much
            shutil.copytree(bundle, staged)
            staged.chmod(0o755)  # a temporary folder is closed to others
            if (staged / SIGNATURE_NAME).exists():
                _check_signed(staged, manifest, bundle)
            else:
                write_manifest(manifest.model_copy(update={"files": checksums(staged)}), staged)
            if key is not None:
                sign_bundle(staged, key)
            _sync_tree(staged)
            try:
                staged.rename(target)
            except OSError as err:
                if target.exists():  # another trainer published the same version meanwhile
                    raise ModelError(f"model {manifest.name} {manifest.version} was published by someone else just now") from err
                raise ModelError(f"model {manifest.name} {manifest.version} cannot be published in {parent}: {err.strerror or err}") from err
            _sync(parent)
        return target

    def next_version(self, name: str) -> str:
        """The version that the next bundle of this name should carry."""
        versions = self.versions(name)
        return str(int(versions[-1]) + 1) if versions else "1"

    def verify(self, name: str, version: str) -> Manifest:
        """The manifest, after signature, every checksum and both names were checked. Raises ModelError."""
        folder = self.folder(name, version)
        manifest = trusted_manifest(folder, self.trusted_keys)
        if (manifest.name, manifest.version) != (name, version):
            raise ModelError(f"model bundle {folder}: its manifest says {manifest.name} {manifest.version}")
        verify_files(manifest, folder)
        return manifest

    def active(self, name: str) -> str | None:
        """The version that this station judges with; None if none was ever activated here."""
        history = self._history(name)
        return history[-1] if history else None

    def previous(self, name: str) -> str | None:
        """The version that a roll-back would make active; None if nothing was active before."""
        history = self._history(name)
        return history[-2] if len(history) > 1 else None

    def activate(self, name: str, version: str) -> None:
        """Make a verified version the active one. Activating the active one changes nothing.

        Raises:
            ModelError: no such version, its files do not match its manifest, or no trusted key signed it.
        """
        self.verify(name, version)
        history = self._history(name)
        if not history or history[-1] != version:
            self._write(name, [*history, version])

    def roll_back(self, name: str) -> str:
        """Make the version that was active before the active one again; returns it.

        Raises:
            ModelError: nothing was active before, or that version is damaged, gone or not trusted.
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
            if not os.path.lexists(path):
                return []
            history = tomllib.loads(read_limited(path, OSError).decode("utf-8"))["activated"]
        except (OSError, ValueError, RecursionError, KeyError) as err:
            raise ModelError(f"{path}: cannot be read as the list of activated versions ({err}); remove the file and activate a version") from err
        if not isinstance(history, list) or not all(isinstance(v, str) and re.fullmatch(VERSION_PATTERN, v) for v in history):
            raise ModelError(f"{path}: 'activated' must be a list of versions, newest last; remove the file and activate a version")
        return history

    def _write(self, name: str, history: list[str]) -> None:
        path = self.pointer(name)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as f:
                tomli_w.dump({"activated": history}, f)
                f.flush()
                os.fsync(f.fileno())
            temporary.replace(path)
        except OSError as err:
            raise ModelError(f"{path}: the active version cannot be written: {err.strerror or err}") from err


def parse_reference(text: str) -> tuple[str, str | None]:
    """'NAME' or 'NAME@VERSION' as (name, version or None). Raises ModelError for anything else."""
    name, at, version = text.partition("@")
    _check_name(name)
    if at and not re.fullmatch(VERSION_PATTERN, version):
        raise ModelError(f"{text!r}: a version is a whole number from 1, as in {name}@3")
    return name, version if at else None


def _check_name(name: str) -> None:
    if not re.fullmatch(NAME_PATTERN, name):
        raise ModelError(f"{name!r} is no model name: letters, digits, '.', '_' and '-', at most 64")


def _check_signed(staged: Path, manifest: Manifest, bundle: Path) -> None:
    """A copy of a signed bundle is what was signed. Raises ModelError, naming the bundle it was copied from."""
    try:
        signer = signer_of(staged)
        signed = read_manifest(staged)
        verify_files(signed, staged)
    except ModelError as err:  # the staged copy is gone when the message is read
        raise ModelError(str(err).replace(str(staged), str(bundle))) from err
    if signed != manifest:
        raise ModelError(
            f"model bundle {bundle}: {signer} signed it as {signed.name} {signed.version}, and it should be published as "
            f"{manifest.name} {manifest.version} with another manifest; remove {SIGNATURE_NAME} first"
        )


def _sync_tree(folder: Path) -> None:
    """Contents and names, so that a pointer that is on disk names a version that is."""
    for path in (*folder.rglob("*"), folder):
        _sync(path)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name != "posix":  # Windows syncs names by itself
        return
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)  # a read-only file can be synced on the former
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
