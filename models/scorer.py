"""A verified bundle in ONNX Runtime: feature vectors in, scores out, on the provider that was really got."""

from __future__ import annotations

import ctypes
import io
import logging
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from models.companion import Thumbnails
from models.graph import OUTPUT_NAMES, Scores
from models.manifest import Manifest, ModelError, read_manifest, verify_files
from models.network import EMBEDDING_LENGTH
from models.nsoartc import (
    FEATURE_VERSION,
    THUMBNAIL_COLUMNS,
    THUMBNAIL_ROWS,
    VECTOR_LENGTH,
    WINDOW_COLUMNS,
    WINDOW_ROWS,
    FeatureError,
    Vectors,
    region_thumbnails,
    vectors_of_thumbnails,
)
from models.recipe import Recipe
from models.signing import check_trusted

log = logging.getLogger(__name__)

Provider = Literal["auto", "cuda", "cpu"]
VECTOR_TOLERANCE = 2e-3  # absolute, any element of a golden vector
SCORE_TOLERANCE = 2e-3  # relative to 1 + |score|; CUDA's sums differ in order
MAX_MODEL_BYTES = 512 * 1024 * 1024


class Scorer:
    """One model version, ready to judge. Loading verifies it; a Scorer that exists has passed."""

    def __init__(self, folder: Path, provider: Provider = "auto", require_cuda: bool = False, trusted_keys: Sequence[str] = ()) -> None:
        """Load, verify, self-test and warm up the bundle in a folder.

        Args:
            provider: 'auto' takes CUDA where it works and the CPU otherwise.
            require_cuda: a fall-back to the CPU is an error.
            trusted_keys: public keys, one of which must have signed the bundle; none: it need not be signed.

        Raises:
            ModelError: not trusted, damaged, made for another feature version, not the agreed graph, or golden self-test failed.
        """
        check_trusted(folder, trusted_keys)
        self.manifest: Manifest = read_manifest(folder)
        self.label = f"{self.manifest.name} {self.manifest.version}"
        if self.manifest.feature_version != FEATURE_VERSION:
            raise ModelError(f"model {self.label}: feature version {self.manifest.feature_version!r}, this station computes {FEATURE_VERSION!r}")
        verify_files(self.manifest, folder)
        self._session = _session(folder / "model.onnx", self.label, provider, require_cuda)
        self.provider: str = self._session.get_providers()[0].removesuffix("ExecutionProvider")
        self._check_contract()
        self._self_test(folder / "golden.npz")
        log.info("model %s loaded and self-tested on %s", self.label, self.provider)

    def score(self, vectors: Vectors, region: NDArray[np.int64] | None = None, thumbnails: Thumbnails | None = None) -> Scores:
        """Scores of n region vectors.

        Args:
            vectors: (n, 1404) float32, feature version as the manifest's.
            region: (n,) int64 index of each into the manifest's regions; default 0..n-1.
            thumbnails: (n, 45, 80) float32, what the vectors were computed from; used where `needs_thumbnails`.

        Returns:
            scores; NaN where a vector, a thumbnail or what the graph made of them is not finite.

        Raises:
            ModelError: the model has a companion signal and the thumbnails are not given.
        """
        if region is None:
            region = np.arange(len(vectors), dtype=np.int64)
        fed = {"features": vectors, "region": region}
        if self.needs_thumbnails:
            if thumbnails is None:
                raise ModelError(f"model {self.label} judges thumbnails beside the vectors; vectors alone cannot be scored with it")
            fed["thumbnail"] = thumbnails
        scores = Scores(*self._session.run(OUTPUT_NAMES, fed))
        # The graph's maxima may drop a NaN: what is not finite anywhere has no score, and is held.
        is_whole = np.ones(len(vectors), bool)
        for values in (vectors, *([thumbnails] if thumbnails is not None else []), scores.embedding, scores.deviation):
            is_whole &= np.isfinite(values.reshape(len(vectors), -1)).all(1)
        scores.score[~is_whole] = np.nan
        return scores

    def check_recipe(self, recipe: Recipe) -> None:
        """Raises ModelError if the model was not taught on what this recipe cuts out."""
        if self.manifest.recipe.fingerprint != recipe.fingerprint:
            stamp = self.manifest.recipe
            raise ModelError(
                f"model {self.label} was taught for recipe {stamp.name} revision {stamp.revision} with other regions, polarity or "
                f"reference pictures than recipe {recipe.name} revision {recipe.revision} has; teach it again for this recipe"
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

    def _self_test(self, path: Path) -> None:
        """Golden pictures through this machine's own arithmetic: vectors and scores as when the model was made."""
        for golden in read_golden(path, self.label):
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
            score = self.score(vectors, thumbnails=thumbnails).score
            off = float((np.abs(score - golden.score) / (1 + np.abs(golden.score))).max())
            if not off <= SCORE_TOLERANCE:
                raise ModelError(f"model {self.label}: golden self-test: a score is off by {off:.2g}, at most {SCORE_TOLERANCE:g} allowed")


class Golden:
    """One part whose vectors and scores are known."""

    def __init__(self, pictures: dict[str, NDArray[np.uint8]], vectors: Vectors, score: NDArray[np.float32]) -> None:
        """pictures: by view, aligned (H, W) uint8; none of a model taught on vectors only. vectors: (regions, 1404). score: (regions,)."""
        self.pictures = pictures
        self.vectors = vectors
        self.score = score

    def thumbnails_of(self, manifest: Manifest) -> Thumbnails:
        """The thumbnails of the manifest's regions, (regions, 45, 80), computed here and now."""
        rows = []
        for region in manifest.regions:
            if region.view not in self.pictures:
                raise ModelError(f"model {manifest.name} {manifest.version}: golden.npz has no picture of view {region.view!r}")
            try:
                rows.append(region_thumbnails(self.pictures[region.view], [(region.left, region.top, region.width, region.height)]))
            except FeatureError as err:
                raise ModelError(f"model {manifest.name} {manifest.version}: golden.npz, view {region.view}: {err}") from err
        return np.concatenate(rows)


def write_golden(path: Path, goldens: Sequence[Golden]) -> None:
    """golden.npz: `picture_<i>_<view>`, `vectors_<i>`, `score_<i>`."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for i, golden in enumerate(goldens):
        arrays |= {f"picture_{i}_{view}": picture for view, picture in golden.pictures.items()}
        arrays |= {f"vectors_{i}": golden.vectors, f"score_{i}": golden.score}
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def read_golden(path: Path, label: str) -> list[Golden]:
    """The golden parts of a bundle; at least one. Raises ModelError."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        n = sum(name.startswith("score_") for name in arrays)
        goldens = [
            Golden(
                {name.removeprefix(f"picture_{i}_"): a for name, a in arrays.items() if name.startswith(f"picture_{i}_")},
                arrays[f"vectors_{i}"],
                arrays[f"score_{i}"],
            )
            for i in range(n)
        ]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as err:
        raise ModelError(f"model {label}: golden.npz cannot be read: {err}") from err
    if not goldens:
        raise ModelError(f"model {label}: golden.npz holds no part to test with")
    return goldens


def _session(path: Path, label: str, provider: Provider, require_cuda: bool) -> ort.InferenceSession:
    if not path.is_file():
        raise ModelError(f"model {label}: model.onnx is missing")
    if path.stat().st_size > MAX_MODEL_BYTES:
        raise ModelError(f"model {label}: model.onnx has {path.stat().st_size} bytes, at most {MAX_MODEL_BYTES} allowed")
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # two threads on a busy two-core line PC cost more than they give
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    wants_cuda = provider != "cpu" and (require_cuda or _has_cuda_driver())
    providers: list[str | tuple[str, dict[str, str]]] = ["CPUExecutionProvider"]
    if wants_cuda:
        ort.set_default_logger_severity(4)
        if hasattr(ort, "preload_dlls"):
            ort.preload_dlls()  # CUDA and cuDNN installed as wheels
        providers.insert(0, ("CUDAExecutionProvider", {"use_tf32": "0"}))
    try:
        session = ort.InferenceSession(path.read_bytes(), options, providers=providers)
    except Exception as err:  # ONNX Runtime's exceptions have no common public base
        raise ModelError(f"model {label}: ONNX Runtime cannot load model.onnx: {err}") from err
    # Only get_providers() of the session tells the truth; get_available_providers() claims CUDA on any machine.
    got_cuda = session.get_providers()[0] == "CUDAExecutionProvider"
    if require_cuda and not got_cuda:
        raise ModelError(f"model {label}: require_cuda is set, but ONNX Runtime got {session.get_providers()[0]}: check driver, CUDA and cuDNN")
    if provider == "cuda" and not got_cuda:
        log.warning("model %s: CUDA was asked for, got %s", label, session.get_providers()[0])
    return session


def _has_cuda_driver() -> bool:
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True
