"""Which version judges: now, from the next lot on, or the one before again. Each act is an event, written before it happens.

The running line hears of a change through the registry's pointer file (model_watch.py).
"""

from __future__ import annotations

import logging
import threading

from sqlalchemy import Engine

from models.manifest import ModelError
from models.pending import Pending, clear_pending, pending_path, read_pending, write_pending
from station.model_watch import Loader
from station.shot import now
from station.store.journal import append_event

log = logging.getLogger(__name__)
_ACTING = threading.Lock()  # a lot may change while somebody presses a button


def activate(loader: Loader, engine: Engine, version: str, actor: str) -> None:
    """Make a version judge from the next part on. What waits for the next lot goes on waiting, unless it is this one.

    Raises:
        ModelError: it does not load here, was taught for another recipe, or is not trusted; what judged before goes on.
        StoreError: the change cannot be written down; it did not happen.
    """
    with _ACTING:
        _activate(loader, engine, version, actor, "now")
        pending = read_pending(loader.registry, loader.recipe.model)
        if pending is not None and pending.version == version:
            clear_pending(loader.registry, loader.recipe.model)


def roll_back(loader: Loader, engine: Engine, actor: str) -> str:
    """Make the version that was active before judge again; returns it. Raises as `activate`."""
    registry, name = loader.registry, loader.recipe.model
    with _ACTING:
        before, version = registry.active(name), registry.previous(name)
        if version is None:
            raise ModelError(f"model {name}: no earlier version was active on this station, nothing to roll back to")
        loader.load(version)  # the golden test, on this hardware
        append_event(engine, "rollback", actor, **{"model": name, "from": before, "to": version})
        return registry.roll_back(name)


def schedule(loader: Loader, engine: Engine, version: str, actor: str, lot: str) -> None:
    """Let a version judge as soon as another lot than `lot` is in hand. Raises as `activate`."""
    registry, name = loader.registry, loader.recipe.model
    with _ACTING:
        if version == registry.active(name):
            raise ModelError(f"model {name}: version {version} judges already; nothing to change at the next lot")
        loader.load(version)
        append_event(engine, "schedule", actor, **{"model": name, "from": registry.active(name), "to": version, "lot": lot})
        write_pending(registry, name, Pending(version=version, lot=lot, actor=actor, asked_at=now()))


def take_back(loader: Loader, engine: Engine, actor: str) -> None:
    """Nothing changes at the next lot. Raises StoreError: it cannot be written down, and still waits."""
    registry, name = loader.registry, loader.recipe.model
    with _ACTING:
        try:
            pending = read_pending(registry, name)
        except ModelError as err:  # unreadable: it goes all the same
            log.warning("%s", err)
            pending = None
        append_event(engine, "unschedule", actor, model=name, to=None if pending is None else pending.version)
        clear_pending(registry, name)


def has_pending(loader: Loader) -> bool:
    """Whether something waits for the next lot: a look at one file."""
    return pending_path(loader.registry, loader.recipe.model).exists()


def carry_out(loader: Loader, engine: Engine, lot: str) -> str | None:
    """A lot is in hand: activate what waited for another one; returns the version, None where nothing was due.

    Raises:
        ModelError, StoreError: as `activate`; the version waits for the lot after this one.
    """
    registry, name = loader.registry, loader.recipe.model
    with _ACTING:
        pending = read_pending(registry, name)
        if pending is None or pending.lot == lot:
            return None
        try:
            _activate(loader, engine, pending.version, pending.actor, "lot", lot=lot)
        except ModelError as err:
            raise ModelError(f"version {pending.version} was to judge from lot {lot!r} on, and cannot: {err}") from err
        clear_pending(registry, name)
        return pending.version


def _activate(loader: Loader, engine: Engine, version: str, actor: str, when: str, **more: str) -> None:
    registry, name = loader.registry, loader.recipe.model
    loader.load(version)  # the golden test, on this hardware
    append_event(engine, "activate", actor, **{"model": name, "from": registry.active(name), "to": version, "when": when} | more)
    registry.activate(name, version)
