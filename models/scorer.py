"""A verified bundle in ONNX Runtime: feature vectors in, scores out, on the provider that was really got."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.companion import Thumbnails
from models.fused import fused_onnx
from models.golden import MAX_GOLDEN_BYTES, read_golden
from models.graph import OUTPUT_NAMES, Scores
from models.manifest import Manifest, ModelError, read_verified, verify_files
from models.network import EMBEDDING_LENGTH
from models.nsoartc import (
    FEATURE_VERSION,
    THUMBNAIL_COLUMNS,
    THUMBNAIL_ROWS,
    VECTOR_LENGTH,
    WINDOW_COLUMNS,
    WINDOW_ROWS,
    Vectors,
    vectors_of_thumbnails,
)
from models.onnx_check import check_onnx
from models.recipe import Recipe
from models.runtime import OpenSession, Provider, Session, open_session, provider_of
from models.signing import trusted_manifest

log = logging.getLogger(__name__)

VECTOR_TOLERANCE = 2e-3  # absolute, any element of a golden vector
SCORE_TOLERANCE = 2e-3  # relative to 1 + |score|; CUDA's sums differ in order
MAX_MODEL_BYTES = 512 * 1024 * 1024
_TIMED = 15
"""Runs of either way that are timed when a model is loaded, after as many that are not."""

Way = Literal["auto", "separate", "fused"]


class Scored(NamedTuple):
    """The regions of one part, from their thumbnails."""

    vectors: Vectors  # (n, 1404)
    scores: Scores
    vectors_ms: float  # that the vectors took; 0 where the graph computed them on the way


@dataclass(frozen=True, slots=True)
class GpuFault:
    """The GPU failed while it judged."""

    reason: str
    since: datetime  # UTC
    is_judging: bool  # the CPU judges; otherwise parts are held

    def __str__(self) -> str:
        """For people."""
        state = "judging on the CPU" if self.is_judging else "parts are held"
        return f"the GPU failed: {self.reason}; {state} since {self.since:%Y-%m-%d %H:%M:%S} UTC"


class Scorer:
    """One model version, ready to judge. Loading verifies it; a Scorer that exists has passed.

    `score` is called by one thread; `gpu_fault` and `try_gpu_again` may be used from another.
    """

    def __init__(
        self,
        folder: Path,
        provider: Provider = "auto",
        require_cuda: bool = False,
        trusted_keys: Sequence[str] | None = None,
        open_session: OpenSession = open_session,
        way: Way = "auto",
    ) -> None:
        """Load, verify, self-test and warm up the bundle in a folder.

        Args:
            provider: 'auto' takes CUDA where it works and the CPU otherwise.
            require_cuda: a fall-back to the CPU is an error, now and later.
            trusted_keys: public keys, one of which must have signed the bundle; None: it need not be signed.
            open_session: makes sessions of the runtime.
            way: 'fused' has the vectors computed by the graph too, 'separate' by NumPy; 'auto' takes on a GPU whichever is faster
                here, measured now, and NumPy without one, where it always was.

        Raises:
            ModelError: not trusted, damaged, made for another feature version, not the agreed graph, or golden self-test failed.
        """
        self.manifest: Manifest = trusted_manifest(folder, trusted_keys)
        self.label = f"{self.manifest.name} {self.manifest.version}"
        if self.manifest.feature_version != FEATURE_VERSION:
            raise ModelError(f"model {self.label}: feature version {self.manifest.feature_version!r}, this station computes {FEATURE_VERSION!r}")
        verify_files(self.manifest, folder)
        content = read_verified(self.manifest, folder, "model.onnx", MAX_MODEL_BYTES)
        check_onnx(content, self.label)
        self._golden = self._tests(read_verified(self.manifest, folder, "golden.npz", MAX_GOLDEN_BYTES))
        self._open_session = open_session
        self._fused: Session | None = None
        self._require_cuda = require_cuda
        self._restored: Session | None = None  # a tested GPU session that judges from the next score on
        self._cpu: Session | None = None  # kept from the GPU's first failure on
        self._broken: Exception | None = None  # why `_session` is not asked any more: the GPU failed, and the CPU does not judge
        self.gpu_fault: GpuFault | None = None
        asked: Provider = "cuda" if require_cuda and provider != "cpu" else "cpu" if provider == "cpu" else "auto"
        self._session = open_session(content, self.label, asked)
        self.provider = provider_of(self._session)
        if require_cuda and self.provider != "CUDA":
            raise ModelError(f"model {self.label}: require_cuda is set, but ONNX Runtime got {self.provider}: check driver, CUDA and cuDNN")
        if provider == "cuda" and self.provider != "CUDA":
            log.warning("model %s: CUDA was asked for, got %s", self.label, self.provider)
        self._content = content if self.provider == "CUDA" else b""  # for other sessions, should this one fail
        self._check_contract()
        self._self_test(lambda vectors, thumbnails: self.score(vectors, thumbnails=thumbnails))
        if way == "fused" or (way == "auto" and self.provider == "CUDA"):
            self._try_fused(content, is_forced=way == "fused")
        log.info("model %s loaded and self-tested on %s, vectors and scores %s", self.label, self.provider, self.way)

    @property
    def way(self) -> Literal["separate", "fused"]:
        """How thumbnails become scores now."""
        return "separate" if self._fused is None else "fused"

    @property
    def judges_on(self) -> str:
        """The provider, and 'fused' where the graph computes the vectors too: what a part's record says."""
        return f"{self.provider} fused" if self._fused is not None else self.provider

    def score_thumbnails(self, thumbnails: Thumbnails, region: NDArray[np.int64] | None = None) -> Scored:
        """Vectors and scores of n regions, on `provider`, by `way`.

        Args:
            thumbnails: (n, 45, 80) float32, grey levels 0..255.
            region: as of `score`.

        Raises:
            ModelError: as `score`.
        """
        if self._fused is not None:
            try:
                vectors, scores = _run_fused(self._fused, thumbnails, region)
                return Scored(vectors, scores, 0.0)
            except Exception as err:  # ONNX Runtime's exceptions have no common public base
                self._fused = None
                log.warning("model %s: the fused graph failed, vectors and scores separate until the model is loaded again: %s", self.label, err)
                self._test_what_is_left()
        start = perf_counter()
        vectors = vectors_of_thumbnails(thumbnails)
        vectors_ms = 1e3 * (perf_counter() - start)
        return Scored(vectors, self.score(vectors, region, thumbnails), vectors_ms)

    def score(self, vectors: Vectors, region: NDArray[np.int64] | None = None, thumbnails: Thumbnails | None = None) -> Scores:
        """Scores of n region vectors, on `provider`. Where the GPU fails the CPU computes them, unless CUDA is required.

        Args:
            vectors: (n, 1404) float32, feature version as the manifest's.
            region: (n,) int64 index of each into the manifest's regions; default 0..n-1.
            thumbnails: (n, 45, 80) float32, what the vectors were computed from; needed where `needs_thumbnails`.

        Returns:
            scores; NaN where a vector, a thumbnail or what the graph made of them is not finite.

        Raises:
            ModelError: the model has a companion signal and the thumbnails are not given, or the GPU failed and CUDA is required.
        """
        fed = self._fed(vectors, region, thumbnails)
        if self._restored is not None:
            self._session, self._restored, self._broken = self._restored, None, None
            self.provider = provider_of(self._session)
        if self._broken is not None:  # what it answers now, nobody has tested
            return self._score_without_gpu(fed, self._broken)
        try:
            return _run(self._session, fed)
        except Exception as err:  # ONNX Runtime's exceptions have no common public base
            if self.provider == "CPU":
                raise
            return self._score_without_gpu(fed, err)

    def try_gpu_again(self) -> bool:
        """After a `gpu_fault`: whether a new session on the GPU passes the golden test; it then judges from the next score on."""
        try:
            session = self._open_session(self._content, self.label, "cuda")
            if provider_of(session) != "CUDA":
                raise ModelError(f"ONNX Runtime got {provider_of(session)}")
            self._self_test(lambda vectors, thumbnails: _run(session, self._fed(vectors, None, thumbnails)))
        except Exception as err:  # see above
            log.info("model %s: the GPU does not judge yet: %s", self.label, err)
            return False
        self.gpu_fault = None  # first: as soon as the session is taken it may fail again, and say so
        self._restored = session
        log.info("model %s: the GPU judges again", self.label)
        return True

    def _test_what_is_left(self) -> None:
        """The fused graph failed on this GPU: the other session judges on it only if it computes the golden parts as it should."""
        if self.provider == "CPU" or self._broken is not None:
            return
        try:
            self._self_test(lambda vectors, thumbnails: _run(self._session, self._fed(vectors, None, thumbnails)))
        except Exception as err:  # see above
            self._broken = err

    def _score_without_gpu(self, fed: dict[str, NDArray[Any]], err: Exception) -> Scores:
        """The same vectors on the CPU, which judges from now on."""
        self._broken = err
        reason = (str(err).strip().split("\n")[0] or type(err).__name__)[:200]
        now = datetime.now(UTC)
        if self._require_cuda:
            self.gpu_fault = self.gpu_fault or GpuFault(reason, now, is_judging=False)
            raise ModelError(f"model {self.label}: the GPU failed, and require_cuda is set: {reason}") from err
        if self._cpu is None:
            try:
                cpu = self._open_session(self._content, self.label, "cpu")
                self._self_test(lambda vectors, thumbnails: _run(cpu, self._fed(vectors, None, thumbnails)))
            except Exception as cpu_err:  # see above
                self.gpu_fault = self.gpu_fault or GpuFault(reason, now, is_judging=False)
                raise ModelError(f"model {self.label}: the GPU failed ({reason}), and the CPU cannot take over: {cpu_err}") from err
            self._cpu = cpu
        try:
            scores = _run(self._cpu, fed)
        except Exception:  # what this raises too is no fault of the GPU
            self._broken = None
            raise
        self.gpu_fault = GpuFault(reason, now, is_judging=True)
        self._session, self.provider, self._fused, self._broken = self._cpu, provider_of(self._cpu), None, None
        log.warning("model %s: %s", self.label, self.gpu_fault)
        return scores

    def _fed(self, vectors: Vectors, region: NDArray[np.int64] | None, thumbnails: Thumbnails | None) -> dict[str, NDArray[Any]]:
        fed: dict[str, NDArray[Any]] = {"features": vectors, "region": np.arange(len(vectors), dtype=np.int64) if region is None else region}
        if self.needs_thumbnails:
            if thumbnails is None:
                raise ModelError(f"model {self.label} judges thumbnails beside the vectors; vectors alone cannot be scored with it")
            fed["thumbnail"] = thumbnails
        return fed

    def _try_fused(self, content: bytes, is_forced: bool) -> None:
        """Take the fused graph if it computes the golden parts as it should, and faster than NumPy and the model's own graph."""
        tests = [test for test in self._golden if test.thumbnails is not None]
        try:
            session = self._open_session(fused_onnx(content), self.label, "cuda" if self.provider == "CUDA" else "cpu")
            if provider_of(session) != self.provider:
                raise ModelError(f"ONNX Runtime got {provider_of(session)}")
            if not tests:
                raise ModelError("the bundle has no golden pictures")
            for test in tests:
                assert test.thumbnails is not None
                vectors, scores = _run_fused(session, test.thumbnails)
                if not float(np.abs(vectors - test.vectors).max()) <= VECTOR_TOLERANCE or not _is_near(scores.score, test.score):
                    raise ModelError("a golden part is off")
            separate_ms, fused_ms = self._times(session, tests[0].thumbnails)
        except Exception as err:  # see `score`
            log.warning("model %s: the fused graph is not used: %s", self.label, err)
            return
        log.info("model %s: vectors and scores of a part %.2f ms separate, %.2f ms fused", self.label, separate_ms, fused_ms)
        if provider_of(session) == self.provider and (is_forced or fused_ms < separate_ms):  # it may have failed meanwhile
            self._fused = session

    def _times(self, session: Session, thumbnails: Thumbnails | None) -> tuple[float, float]:
        """Medians of the separate and of the fused way [ms], turn about."""
        assert thumbnails is not None
        times = np.empty((2 * _TIMED, 2))
        for row in times:
            start = perf_counter()
            self.score(vectors_of_thumbnails(thumbnails), thumbnails=thumbnails)
            middle = perf_counter()
            _run_fused(session, thumbnails)
            row[:] = middle - start, perf_counter() - middle
        separate, fused = np.median(times[_TIMED:], 0)
        return 1e3 * float(separate), 1e3 * float(fused)

    def check_recipe(self, recipe: Recipe) -> None:
        """Raises ModelError if the model was not taught on what this recipe cuts out."""
        if self.manifest.recipe.fingerprint != recipe.fingerprint:
            stamp = self.manifest.recipe
            raise ModelError(
                f"model {self.label} was taught for recipe {stamp.name} revision {stamp.revision} with other regions, views, polarity, "
                f"alignment or reference pictures than recipe {recipe.name} revision {recipe.revision} has; teach it again for this recipe"
            )

    def _check_contract(self) -> None:
        met = {i.name: (i.type, len(i.shape)) for i in self._session.get_inputs()}
        want = {"features": ("tensor(float)", 2), "region": ("tensor(int64)", 1)}
        self.needs_thumbnails = "thumbnail" in met
        if self.needs_thumbnails:
            want["thumbnail"] = ("tensor(float)", 3)
        if met != want:
            raise ModelError(f"model {self.label}: the graph's inputs are {met}, expected {want}")
        outputs = [o.name for o in self._session.get_outputs()]
        if outputs != list(OUTPUT_NAMES):
            raise ModelError(f"model {self.label}: the graph's outputs are {outputs}, expected {list(OUTPUT_NAMES)}")
        shapes = {"score": (2,), "embedding": (2, EMBEDDING_LENGTH), "unit_space": (2,), "deviation": (2, WINDOW_ROWS, WINDOW_COLUMNS)}
        n = len(self.manifest.regions)
        blank = np.zeros((max(n, 2), THUMBNAIL_ROWS, THUMBNAIL_COLUMNS), np.float32)
        try:
            scores = self.score(np.zeros((2, VECTOR_LENGTH), np.float32), np.zeros(2, np.int64), blank[:2])
            self.score(np.zeros((n, VECTOR_LENGTH), np.float32), thumbnails=blank[:n])
        except Exception as err:  # whatever ONNX Runtime raises for a graph that does not run
            raise ModelError(f"model {self.label}: the graph does not run for {len(self.manifest.regions)} regions: {err}") from err
        for name, shape in shapes.items():
            got = getattr(scores, name).shape
            if got != shape:
                raise ModelError(f"model {self.label}: output {name} has shape {got} for two vectors, expected {shape}")

    def _tests(self, content: bytes) -> list[_Test]:
        """The golden parts; their vectors, computed here of their pictures, are as they were when the model was made."""
        tests = []
        for golden in read_golden(content, self.label):
            thumbnails = golden.thumbnails_of(self.manifest) if golden.pictures else None
            vectors = golden.vectors if thumbnails is None else vectors_of_thumbnails(thumbnails)
            n = len(self.manifest.regions)
            if golden.vectors.shape != (n, VECTOR_LENGTH) or golden.score.shape != (n,):
                raise ModelError(
                    f"model {self.label}: golden.npz holds {len(golden.vectors)} vectors and {golden.score.size} scores a part, "
                    f"the manifest lists {n} regions"
                )
            off = float(np.abs(vectors - golden.vectors).max())
            if not off <= VECTOR_TOLERANCE:
                raise ModelError(f"model {self.label}: golden self-test: a vector is off by {off:.2g}, at most {VECTOR_TOLERANCE:g} allowed")
            tests.append(_Test(vectors, thumbnails, golden.score))
        return tests

    def _self_test(self, scored: Callable[[Vectors, Thumbnails | None], Scores]) -> None:
        """Golden parts through this machine's own arithmetic: scores as when the model was made."""
        for test in self._golden:
            score = scored(test.vectors, test.thumbnails).score
            if not _is_near(score, test.score):
                off = float((np.abs(score - test.score) / (1 + np.abs(test.score))).max())
                raise ModelError(f"model {self.label}: golden self-test: a score is off by {off:.2g}, at most {SCORE_TOLERANCE:g} allowed")


@dataclass(frozen=True, slots=True)
class _Test:
    """One golden part, as it goes into the graph."""

    vectors: Vectors
    thumbnails: Thumbnails | None
    score: NDArray[np.float32]


def _is_near(score: NDArray[np.float32], golden: NDArray[np.float32]) -> bool:
    """Also where something is not finite: then not."""
    return bool((np.abs(score - golden) / (1 + np.abs(golden))).max() <= SCORE_TOLERANCE)


def _run(session: Session, fed: dict[str, NDArray[Any]]) -> Scores:
    return _whole(Scores(*session.run(OUTPUT_NAMES, fed)), *(given for name, given in fed.items() if name != "region"))


def _run_fused(session: Session, thumbnails: Thumbnails, region: NDArray[np.int64] | None = None) -> tuple[Vectors, Scores]:
    fed: dict[str, NDArray[Any]] = {"thumbnail": thumbnails, "region": np.arange(len(thumbnails), dtype=np.int64) if region is None else region}
    *outputs, vectors = session.run((*OUTPUT_NAMES, "features"), fed)
    return vectors, _whole(Scores(*outputs), thumbnails, vectors)


def _whole(scores: Scores, *given: NDArray[Any]) -> Scores:
    """The graph's maxima may drop a NaN: what is not finite anywhere has no score, and is held."""
    n = len(scores.score)
    is_whole = np.ones(n, bool)
    for values in (*given, scores.embedding, scores.deviation):
        is_whole &= np.isfinite(values.reshape(n, -1)).all(1)
    scores.score[~is_whole] = np.nan
    return scores
