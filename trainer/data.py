"""Labelled parts, and the feature vectors that the station would compute of them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from models.alignment import AlignmentLost
from models.features import FeatureExtractor
from models.nsoartc import VECTOR_LENGTH, Picture, vectors_of_thumbnails
from models.part_files import PartFiles, find_parts
from models.pictures import PictureError
from models.recipe import Recipe
from models.teaching import data_fingerprint
from models.thresholds import DataError as DataError  # raised here too
from trainer.variation import Variation, varied

log = logging.getLogger(__name__)

GOOD = "OK"


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts with their vectors; row i of everything is part i."""

    files: tuple[PartFiles, ...]
    vectors: NDArray[np.float32]  # (parts, regions, 1404)
    modes: NDArray[np.str_]  # defect mode, GOOD for a good part
    held: tuple[PartFiles, ...] = ()  # parts that a station would hold, without vectors; they count when figures are made
    thumbnails: NDArray[np.float32] | None = None  # (parts, coarse regions, 45, 80), where they were asked for
    cues: NDArray[np.float32] | None = None  # (parts, 3) CUE_NAMES, trivial numbers of the pictures, where there were pictures
    copies: tuple[Parts, ...] = ()  # the same parts as another day would show them, one entry a copy

    @property
    def is_good(self) -> NDArray[np.bool_]:
        """(parts,)"""
        return self.modes == GOOD

    def of_sessions(self, sessions: Sequence[str]) -> Parts:
        """Only the parts of these sessions. Raises DataError where there is none."""
        _check_sessions(sessions, self.files)
        chosen = self.where(np.array([f.session in sessions for f in self.files], bool))
        return replace(chosen, held=tuple(f for f in self.held if f.session in sessions))

    def where(self, keep: NDArray[np.bool_]) -> Parts:
        """Only the parts where `keep` is true."""
        return Parts(
            tuple(f for f, k in zip(self.files, keep, strict=True) if k),
            self.vectors[keep],
            self.modes[keep],
            (),
            None if self.thumbnails is None else self.thumbnails[keep],
            None if self.cues is None else self.cues[keep],
            tuple(copy.where(keep) for copy in self.copies),
        )

    @property
    def good(self) -> Parts:
        """The good parts."""
        return self.where(self.is_good)

    @property
    def sessions(self) -> tuple[str, ...]:
        """Names of the sessions, sorted; 'unnamed' where nothing says."""
        return tuple(sorted({f.session or "unnamed" for f in self.files}))

    @property
    def fingerprint(self) -> str:
        """Hex digest of feature version, names, modes and vectors: the same data give the same model."""
        return data_fingerprint([f.name for f in self.files], self.modes.tolist(), self.vectors)


def coarse_regions(recipe: Recipe) -> NDArray[np.int64]:
    """Indices of the regions that are at least half as large as the largest of their view."""
    area = np.array([r.rectangle[2] * r.rectangle[3] for r in recipe.regions])
    views = np.array([r.view for r in recipe.regions])
    largest = np.array([area[views == view].max() for view in views])
    return np.flatnonzero(2 * area >= largest)


def read_parts(path: Path, recipe: Recipe, sessions: Sequence[str] = (), with_thumbnails: bool = False, variation: Variation | None = None) -> Parts:
    """The parts in a folder or metadata.csv with their vectors; without labels every part counts as good.

    Args:
        sessions: only these; all where empty.
        with_thumbnails: keep the coarse regions' thumbnails.
        variation: keep copies of the parts as another day would show them, seeded by the part's place in the list.

    Raises:
        PictureError, DataError: unreadable pictures, no part of these sessions, or labels that contradict each other.
            A part whose alignment is lost goes to `held` with a warning: the station would hold it.
    """
    everything = find_parts(path, recipe.view_names)
    _check_sessions(sessions, everything)
    found = [f for f in everything if not sessions or f.session in sessions]
    for files in found:
        _check_labels(files)
    parts = describe_parts(found, recipe, with_thumbnails, variation)
    if not parts.files:
        raise DataError(f"{path}: no usable part" + (f" of session {', '.join(sessions)}" if sessions else ""))
    return parts


def describe_parts(found: Sequence[PartFiles], recipe: Recipe, with_thumbnails: bool = False, variation: Variation | None = None) -> Parts:
    """Vectors, and whatever else is asked for, of part files; what a station would hold goes to `held`. Raises PictureError."""
    cv2.setNumThreads(1)
    extractor, coarse = FeatureExtractor(recipe), coarse_regions(recipe)
    kept: list[PartFiles] = []
    held: list[PartFiles] = []
    vectors: list[NDArray[np.float32]] = []
    thumbnails: list[NDArray[np.float32]] = []
    cues: list[NDArray[np.float32]] = []
    n_copies = variation.copies if variation else 0
    varied_vectors: list[list[NDArray[np.float32]]] = [[] for _ in range(n_copies)]
    varied_thumbnails: list[list[NDArray[np.float32]]] = [[] for _ in range(n_copies)]
    for number, files in enumerate(tqdm(found, "pictures to vectors", leave=False, disable=None)):
        if missing := set(recipe.view_names) - set(files.views):
            log.warning("part %s would be held by a station: no picture of view %s", files.name, ", ".join(sorted(missing)))
            held.append(files)
            continue
        try:
            features = extractor.extract(files.read())
        except PictureError as err:
            raise PictureError(f"part {files.name}: {err}") from err
        except AlignmentLost as err:
            log.warning("part %s would be held by a station: %s", files.name, err)
            held.append(files)
            continue
        kept.append(files)
        vectors.append(features.vectors)
        thumbnails.append(features.thumbnails[coarse] if with_thumbnails else features.thumbnails[:0])
        inspected = features.pictures
        cues.append(trivial_cues(list(inspected.values())))
        for copy in range(n_copies):
            assert variation is not None
            rng = np.random.default_rng([20241226, number, copy])
            changed = extractor.cut(varied(inspected, rng, variation))
            varied_vectors[copy].append(vectors_of_thumbnails(changed))
            varied_thumbnails[copy].append(changed[coarse] if with_thumbnails else changed[:0])
    modes = np.array([f.mode or GOOD for f in kept])
    if not kept:
        return Parts((), np.empty((0, len(recipe.regions), VECTOR_LENGTH), np.float32), modes, tuple(held))

    def stacked(rows: list[NDArray[np.float32]]) -> NDArray[np.float32] | None:
        return np.stack(rows) if with_thumbnails else None

    copies = tuple(Parts(tuple(kept), np.stack(v), modes, (), stacked(t)) for v, t in zip(varied_vectors, varied_thumbnails, strict=True))
    return Parts(tuple(kept), np.stack(vectors), modes, tuple(held), stacked(thumbnails), np.stack(cues), copies)


CUE_NAMES = ("mean brightness", "border brightness", "standard deviation")


def trivial_cues(pictures: Sequence[Picture]) -> NDArray[np.float32]:
    """(3,) CUE_NAMES of a part's pictures: a score that does not beat them shows nothing."""
    border = [np.concatenate([p[0], p[-1], p[:, 0], p[:, -1]]).mean() for p in pictures]
    return np.array([np.mean([p.mean() for p in pictures]), np.mean(border), np.mean([p.std() for p in pictures])], np.float32)


def _check_sessions(sessions: Sequence[str], files: Sequence[PartFiles]) -> None:
    if unknown := set(sessions) - {f.session for f in files}:
        known = ", ".join(sorted({f.session for f in files} - {""})) or "none"
        raise DataError(f"no part of session {', '.join(sorted(unknown))}; sessions in the data: {known}")


def _check_labels(files: PartFiles) -> None:
    verdict = files.labels.get("verdict", "")
    if verdict and (verdict == GOOD) != (files.mode in ("", GOOD)):
        raise DataError(f"part {files.name}: verdict {verdict!r} and fmode {files.mode!r} contradict each other")
