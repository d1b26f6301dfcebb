"""golden.npz: parts whose vectors and scores are known; every station computes them again before a model may judge."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from models.companion import Thumbnails
from models.manifest import Manifest, ModelError
from models.nsoartc import FeatureError, Vectors, region_thumbnails

MAX_GOLDEN_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
"""The shipped model's has 1.9 MB; sixteen parts with five views of 5 megapixels each would have 400 MB."""
MAX_ARRAYS = 1000
_KINDS: dict[str, tuple[type[np.generic], int]] = {"picture": (np.uint8, 2), "vectors": (np.float32, 2), "score": (np.float32, 1)}
# RuntimeError: encrypted, or a packing not known here; TypeError: an element type that NumPy does not have
_UNREADABLE = (OSError, ValueError, TypeError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
_HEADER = re.compile(
    r"\{'descr': '(?P<type>[<|=>]?[a-zA-Z][0-9]{0,2})', 'fortran_order': (?P<order>True|False), 'shape': \((?P<shape>[0-9, ]{0,60})\), \} *\n"
)
_NAME = re.compile(r"(picture_[0-9]{1,4}_.{1,200}|vectors_[0-9]{1,4}|score_[0-9]{1,4})\.npy")


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


def read_golden(content: bytes, label: str) -> list[Golden]:
    """The golden parts in the bytes of a golden.npz; at least one.

    Each array's size and type are looked at before anything is unpacked.

    Raises:
        ModelError: damaged, too much, or arrays that are not what `write_golden` writes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_ARRAYS or unpacked > MAX_UNPACKED_BYTES:
                raise ValueError(f"{len(members)} arrays of {unpacked} bytes in all; at most {MAX_ARRAYS} and {MAX_UNPACKED_BYTES} are unpacked")
            arrays = {member.filename.removesuffix(".npy"): _array(archive, member) for member in members}
        n = sum(name.startswith("score_") for name in arrays)
        goldens = [
            Golden(
                {name.removeprefix(f"picture_{i}_"): a for name, a in arrays.items() if name.startswith(f"picture_{i}_")},
                arrays[f"vectors_{i}"],
                arrays[f"score_{i}"],
            )
            for i in range(n)
        ]
    except KeyError as err:
        raise ModelError(f"model {label}: golden.npz cannot be read: it has no array {err}") from err
    except _UNREADABLE as err:
        raise ModelError(f"model {label}: golden.npz cannot be read: {err}") from err
    if not goldens:
        raise ModelError(f"model {label}: golden.npz holds no part to test with")
    return goldens


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    """One array. What zipfile unpacks never exceeds the size that the archive's directory states, which was looked at."""
    if not _NAME.fullmatch(member.filename):
        raise ValueError(f"{member.filename[:60]!r} is no array of a golden part")
    with archive.open(member) as f:
        shape, is_fortran, dtype = _header(f)
        want, n_axes = _KINDS[member.filename.partition("_")[0]]
        n_bytes = member.file_size - f.tell()
        if dtype != np.dtype(want) or len(shape) != n_axes:
            raise ValueError(f"{member.filename[:60]} holds {dtype} with {len(shape)} axes, expected {np.dtype(want)} with {n_axes}")
        n = 1
        for length in shape:  # Python's integers: no product overflows
            n *= length
        if n * dtype.itemsize != n_bytes:
            raise ValueError(f"{member.filename[:60]} says {shape}, and has {n_bytes} bytes")
        content = f.read()
    return np.frombuffer(content, dtype).reshape(shape, order="F" if is_fortran else "C").copy()


def _header(f: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether in Fortran's order, and type. Read by a pattern: NumPy's own reader parses it as Python."""
    start = f.read(10)
    text = f.read(int.from_bytes(start[8:10], "little")).decode("latin-1") if start[:8] == b"\x93NUMPY\x01\x00" else ""
    match = _HEADER.fullmatch(text)
    if match is None:
        raise ValueError("an array without a header of format .npy 1.0")
    shape = tuple(int(length) for length in re.findall(r"[0-9]+", match["shape"]))
    return shape, match["order"] == "True", np.dtype(match["type"])
