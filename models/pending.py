"""A version that shall judge from the next lot on: a small file beside the pointer, so that a restart does not forget it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import tomli_w
from pydantic import BaseModel, ConfigDict, Field

from models.manifest import VERSION_PATTERN, ModelError
from models.registry import Registry
from models.toml_files import read_toml


class Pending(BaseModel):
    """What was asked for, by whom, during which lot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(pattern=VERSION_PATTERN)
    lot: str = Field(description="the lot that was in hand then; the version waits while it goes on")
    actor: str
    asked_at: datetime = Field(description="UTC")


def pending_path(registry: Registry, name: str) -> Path:
    """The file: no pointer's, since those end in .toml."""
    return registry.pointer(name).with_suffix(".next")


def read_pending(registry: Registry, name: str) -> Pending | None:
    """What waits for the next lot; None if nothing does. Raises ModelError: the file cannot be read as such."""
    path = pending_path(registry, name)
    if not path.exists():
        return None
    return read_toml(path, Pending, lambda message: ModelError(f"{path}: {message}; remove the file and choose the version for the next lot again"))


def write_pending(registry: Registry, name: str, pending: Pending) -> None:
    """Let a version wait, instead of any that waits already; on disk when this returns.

    Raises:
        ModelError: no such version, damaged, or no trusted key signed it.
    """
    registry.verify(name, pending.version)
    path = pending_path(registry, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as f:
        tomli_w.dump(pending.model_dump(), f)
        f.flush()
        os.fsync(f.fileno())
    temporary.replace(path)


def clear_pending(registry: Registry, name: str) -> None:
    """Nothing waits any more."""
    pending_path(registry, name).unlink(missing_ok=True)
