"""Another model version goes on line between two parts, loaded, verified and warmed up beside the old one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from models.features import FeatureExtractor
from models.manifest import ModelError
from models.recipe import Recipe
from models.registry import Registry
from models.scorer import Provider, Scorer
from station.inspector import Inspector

log = logging.getLogger(__name__)

POLL_S = 0.3


class Loader:
    """Makes inspectors of one recipe from the registry's versions; the recipe's references are prepared once."""

    def __init__(self, registry: Registry, recipe: Recipe, provider: Provider = "auto", require_cuda: bool = False) -> None:
        self.registry = registry
        self.recipe = recipe
        self._extractor = FeatureExtractor(recipe)
        _ = recipe.fingerprint  # computed now, of the very reference pictures that the extractor has just read
        self._provider = provider
        self._require_cuda = require_cuda

    def load(self, version: str) -> Inspector:
        """An inspector with a version of the recipe's model. Raises ModelError; then nothing has changed."""
        folder = self.registry.folder(self.recipe.model, version)
        return Inspector(self.recipe, self._extractor, Scorer(folder, self._provider, self._require_cuda, self.registry.trusted_keys))

    def active_version(self) -> str:
        """The version active on this station; where none ever was, the newest published one becomes it."""
        name = self.recipe.model
        version = self.registry.active(name)
        if version is None:
            versions = self.registry.versions(name)
            if not versions:
                raise ModelError(
                    f"recipe {self.recipe.name} wants model {name!r}, and {self.registry.store} has no version of it; "
                    "teach one: python -m trainer teach"
                )
            version = versions[-1]
            self.registry.activate(name, version)
            log.info("model %s: first start on this station, version %s activated", name, version)
        return version


class ModelWatch:
    """Watches the pointer file in a thread of its own; hands over each newly activated version."""

    def __init__(self, loader: Loader, version: str, swap: Callable[[Inspector], None], failed: Callable[[str], None]) -> None:
        """
        Args:
            version: the one that judges now.
            swap: called with the new inspector, from the watch's thread; a ModelError of it is a refusal.
            failed: called with a message when a version cannot judge (the old one stays), with '' when all is well again.
        """
        self._loader = loader
        self._version = version
        self._swap = swap
        self._failed = failed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="model watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End it, and wait for a version that is being loaded."""
        self._stop.set()
        self._thread.join(30)

    def _watch(self) -> None:
        pointer = self._loader.registry.pointer(self._loader.recipe.model)
        seen = stamp(pointer)
        has_failed = False
        first = True  # a version may have been activated between start-up and now
        while first or not self._stop.wait(POLL_S):
            now = stamp(pointer)
            if not first and now == seen:
                continue
            first, seen = False, now
            try:
                version = self._loader.registry.active(self._loader.recipe.model)
                if version is None:
                    raise ModelError(f"{pointer}: is gone; activate a version again")
                if version != self._version:
                    self._swap(self._loader.load(version))
                    log.info("model %s: version %s judges from the next part on (before: %s)", self._loader.recipe.model, version, self._version)
                    self._version = version
            except Exception as err:  # whatever a bundle holds, this thread must live to see the next one
                log.error(
                    "model change refused, version %s goes on judging: %s", self._version, err, exc_info=not isinstance(err, (ModelError, OSError))
                )
                self._failed(f"{err}; version {self._version} goes on judging")
                has_failed = True
            else:
                if has_failed:
                    self._failed("")
                has_failed = False


def stamp(path: Path) -> tuple[int, int, int] | None:
    """Another one whenever the file was replaced; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
