"""Another model version goes on line between two parts, loaded, verified and warmed up beside the old one. A GPU that failed is tried again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from models.features import FeatureExtractor
from models.manifest import ModelError
from models.recipe import Recipe
from models.registry import Registry
from models.runtime import OpenSession, Provider, open_session
from models.scorer import Scorer
from station.inspector import Inspector

log = logging.getLogger(__name__)

POLL_S = 0.3
TRY_AGAIN_S = 60.0
HANGS_S = 5.0
"""A part in judgement for so long: no call of a driver or runtime that works takes a tenth of it, and none can be ended from outside."""


class Loader:
    """Makes inspectors of one recipe from the registry's versions; the recipe's references are prepared once."""

    def __init__(
        self,
        registry: Registry,
        recipe: Recipe,
        provider: Provider = "auto",
        require_cuda: bool = False,
        open_session: OpenSession = open_session,
    ) -> None:
        self.registry = registry
        self.recipe = recipe
        self._extractor = FeatureExtractor(recipe)
        _ = recipe.fingerprint  # computed now, of the very reference pictures that the extractor has just read
        self._provider = provider
        self._require_cuda = require_cuda
        self._open_session = open_session

    def load(self, version: str) -> Inspector:
        """An inspector with a version of the recipe's model. Raises ModelError; then nothing has changed."""
        folder = self.registry.folder(self.recipe.model, version)
        scorer = Scorer(folder, self._provider, self._require_cuda, self.registry.trusted_keys, self._open_session)
        if (scorer.manifest.name, scorer.manifest.version) != (self.recipe.model, version):  # a copy that went to the wrong folder
            raise ModelError(f"model bundle {folder}: its manifest says {scorer.manifest.name} {scorer.manifest.version}")
        return Inspector(self.recipe, self._extractor, scorer)

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
    """Watches the pointer file, and the GPU of what judges, in a thread of its own; hands over each newly activated version."""

    def __init__(
        self,
        loader: Loader,
        version: str,
        swap: Callable[[Inspector], None],
        failed: Callable[[str], None],
        judging: Callable[[], Inspector | None] = lambda: None,
        try_again_s: float = TRY_AGAIN_S,
        hangs_s: float = HANGS_S,
    ) -> None:
        """
        Args:
            version: the one that judges now.
            swap: called with the new inspector, from the watch's thread; a ModelError of it is a refusal.
            failed: called with a message when a version cannot judge (the old one stays) or the GPU failed, with '' when all
                is well again.
            judging: the inspector of now, whose GPU is tried again after a failure.
            hangs_s: judging that takes longer is told, since it may never end.
            try_again_s: so often are a GPU that failed and a version that was refused: its share may be there again.
        """
        self._loader = loader
        self._version = version
        self._swap = swap
        self._failed = failed
        self._judging = judging
        self._try_again_s, self._hangs_s = try_again_s, hangs_s
        self._seen: tuple[int, int, int] | None = None
        self._is_first = True  # a version may have been activated between start-up and now
        self._refusal = ""
        self._next_load = 0.0  # of a version that was refused
        inspector = judging()
        self._told = ("", "" if inspector is None else inspector.judge.provider)
        self._next_try: float | None = None  # of the GPU; None while it is well
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
        while self._is_first or not self._stop.wait(POLL_S):
            self._follow_pointer()
            message = "; ".join(sentence for sentence in (self._refusal, self._watch_gpu(), self._watch_judging()) if sentence)
            inspector = self._judging()
            provider = "" if inspector is None else inspector.judge.provider
            if (message, provider) != self._told:  # a provider that changed is news too: who shows it looks again
                self._told = (message, provider)
                self._failed(message)

    def _follow_pointer(self) -> None:
        """Load what was activated since the last look."""
        pointer = self._loader.registry.pointer(self._loader.recipe.model)
        now = stamp(pointer)
        is_due = bool(self._refusal) and time.monotonic() >= self._next_load
        if not self._is_first and now == self._seen and not is_due:
            return
        self._is_first, self._seen = False, now
        try:
            version = self._loader.registry.active(self._loader.recipe.model)
            if version is None:
                raise ModelError(f"{pointer}: is gone; activate a version again")
            if version != self._version:
                self._swap(self._loader.load(version))
                log.info("model %s: version %s judges from the next part on (before: %s)", self._loader.recipe.model, version, self._version)
                self._version = version
        except Exception as err:  # whatever a bundle holds, this thread must live to see the next one
            refusal = f"{err}; version {self._version} goes on judging"
            if refusal != self._refusal:
                log.error("model change refused: %s", refusal, exc_info=not isinstance(err, (ModelError, OSError)))
            self._refusal, self._next_load = refusal, time.monotonic() + self._try_again_s
        else:
            self._refusal = ""

    def _watch_gpu(self) -> str:
        """Why the GPU does not judge, '' where it does or never did; from time to time it is tried again."""
        inspector = self._judging()
        if inspector is None or inspector.scorer.gpu_fault is None:
            self._next_try = None
            return ""
        if self._next_try is None:
            self._next_try = time.monotonic() + self._try_again_s
        elif time.monotonic() >= self._next_try:
            self._next_try = time.monotonic() + self._try_again_s
            inspector.scorer.try_gpu_again()
        fault = inspector.scorer.gpu_fault
        return "" if fault is None else str(fault)

    def _watch_judging(self) -> str:
        """Said where a part is in judgement for too long; the part has no verdict, and the line takes no other."""
        inspector = self._judging()
        since_s = None if inspector is None else inspector.busy_since_s
        if inspector is None or since_s is None or time.monotonic() - since_s < self._hangs_s:
            return ""
        sentence = f"judging on {inspector.judge.provider} does not answer: end the program and start it again"
        if not self._told[0].endswith(sentence):
            log.error("model: %s", sentence)
        return sentence


def stamp(path: Path) -> tuple[int, int, int] | None:
    """Another one whenever the file was replaced; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
