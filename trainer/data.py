"""Labelled parts, and the feature vectors that the station would compute of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.alignment import AlignmentLost
from models.features import FeatureExtractor
from models.nsoartc import FEATURE_VERSION
from models.part_files import PartFiles, find_parts
from models.recipe import Recipe

log = logging.getLogger(__name__)

GOOD = "OK"


class DataError(ValueError):
    """The data cannot teach or judge; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts with their vectors; row i of everything is part i."""

    files: tuple[PartFiles, ...]
    vectors: NDArray[np.float32]  # (parts, regions, 1404)
    modes: NDArray[np.str_]  # defect mode, GOOD for a good part
    held: tuple[PartFiles, ...] = ()  # parts that a station would hold, without vectors; they count when figures are made

    @property
    def is_good(self) -> NDArray[np.bool_]:
        """(parts,)"""
        return self.modes == GOOD

    def of_sessions(self, sessions: Sequence[str]) -> Parts:
        """Only the parts of these sessions. Raises DataError where there is none."""
        unknown = set(sessions) - {f.session for f in self.files}
        if unknown:
            known = ", ".join(sorted({f.session for f in self.files})) or "none"
            raise DataError(f"no part of session {', '.join(sorted(unknown))}; sessions in the data: {known}")
        chosen = self.where(np.array([f.session in sessions for f in self.files], bool))
        return replace(chosen, held=tuple(f for f in self.held if f.session in sessions))

    def where(self, keep: NDArray[np.bool_]) -> Parts:
        """Only the parts where `keep` is true."""
        return Parts(tuple(f for f, k in zip(self.files, keep, strict=True) if k), self.vectors[keep], self.modes[keep])

    @property
    def fingerprint(self) -> str:
        """Hex digest of feature version, names, modes and vectors: the same data give the same model."""
        digest = hashlib.sha256(FEATURE_VERSION.encode())
        for files, mode in zip(self.files, self.modes, strict=True):
            digest.update(f"{files.name} {mode}".encode())
        digest.update(np.ascontiguousarray(self.vectors).tobytes())
        return digest.hexdigest()


def read_parts(path: Path, recipe: Recipe, sessions: Sequence[str] = ()) -> Parts:
    """The parts in a folder or metadata.csv with their vectors; without labels every part counts as good.

    Args:
        sessions: only these; all where empty.

    Raises:
        PictureError, DataError: unreadable pictures, no part of these sessions, or labels that contradict each other.
            A part whose alignment is lost goes to `held` with a warning: the station would hold it.
    """
    cv2.setNumThreads(1)
    extractor = FeatureExtractor(recipe)
    kept: list[PartFiles] = []
    held: list[PartFiles] = []
    vectors: list[NDArray[np.float32]] = []
    found = [f for f in find_parts(path, recipe.view_names) if not sessions or f.session in sessions]
    for files in found:
        _check_labels(files)
        try:
            vectors.append(extractor.extract(files.read()).vectors)
        except AlignmentLost as err:
            log.warning("part %s would be held by a station: %s", files.name, err)
            held.append(files)
            continue
        kept.append(files)
    if not kept:
        raise DataError(f"{path}: no usable part" + (f" of session {', '.join(sessions)}" if sessions else ""))
    return Parts(tuple(kept), np.stack(vectors), np.array([f.mode or GOOD for f in kept]), tuple(held))


def _check_labels(files: PartFiles) -> None:
    verdict = files.labels.get("verdict", "")
    if verdict and (verdict == GOOD) != (files.mode in ("", GOOD)):
        raise DataError(f"part {files.name}: verdict {verdict!r} and fmode {files.mode!r} contradict each other")
