"""The idx files that MNIST comes in, plain or gzipped."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from trainer.data import DataError

_UNSIGNED_BYTE = 0x08
_MOST_DIMENSIONS = 4
_MOST_BYTES = 1 << 30
"""EMNIST, the largest set in this format, has 0.64e9."""
_DEFLATE_RATIO = 1032
"""The most that deflate can shrink anything, by its design."""

MnistArrays = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


def read_idx(path: Path) -> NDArray[np.uint8]:
    """The array of an idx file of unsigned bytes, in the shape that its header says.

    Gzip is known by its first two bytes, whatever the file is called.

    Raises:
        DataError: unreadable, another format or element type, absurd or wrong size; nothing is allocated for a size that
            the file cannot hold.

    Source: http://yann.lecun.com/exdb/mnist, "the IDX file format": 0, 0, type, number of dimensions, then each as big-endian
    uint32, then the elements, last dimension fastest.
    """
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            room = path.stat().st_size * (_DEFLATE_RATIO if is_gzip else 1)
            if not is_gzip:
                return _read(path, file, room)
            with gzip.GzipFile(fileobj=file) as unzipped:
                return _read(path, unzipped, room)
    except (EOFError, zlib.error, gzip.BadGzipFile) as err:
        raise DataError(f"{path}: the gzip stream is damaged or cut short ({err}); expected a whole idx file") from err
    except OSError as err:
        raise DataError(f"{path}: cannot be read ({err.strerror or err})") from err


def read_mnist(folder: Path) -> MnistArrays:
    """Training pictures (n, 28, 28), training labels (n,), test pictures (m, 28, 28), test labels (m,), all uint8.

    Pictures are grey levels, 0 background, 255 ink; labels are 0..9.

    Args:
        folder: holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte,
            each plain or with .gz.

    Raises:
        DataError: a file is missing or not what its name says, or pictures and labels differ in number.
    """
    train, train_labels = _pictures_and_labels(folder, "train")
    test, test_labels = _pictures_and_labels(folder, "t10k")
    return train, train_labels, test, test_labels


def _pictures_and_labels(folder: Path, name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    pictures_file, labels_file = _find(folder, f"{name}-images-idx3-ubyte"), _find(folder, f"{name}-labels-idx1-ubyte")
    pictures, labels = read_idx(pictures_file), read_idx(labels_file)
    if pictures.ndim != 3 or pictures.shape[1:] != (28, 28) or not len(pictures):
        raise DataError(f"{pictures_file}: shape {pictures.shape}; expected pictures, (n, 28, 28)")
    if labels.shape != (len(pictures),):
        raise DataError(f"{labels_file}: shape {labels.shape}; expected one label for each of {len(pictures)} pictures")
    if labels.max() > 9:
        raise DataError(f"{labels_file}: row {int(np.argmax(labels > 9))} has label {labels.max(initial=0, where=labels > 9)}; expected 0 to 9")
    return pictures, labels


def _find(folder: Path, name: str) -> Path:
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    raise DataError(f"{folder}: neither {name}.gz nor {name} is there; expected the four files of MNIST")


def _read(path: Path, stream: BinaryIO | gzip.GzipFile, room: int) -> NDArray[np.uint8]:
    """Args: room: bytes that the file can hold at the very most."""
    head = stream.read(4)
    if len(head) < 4 or head[:2] != b"\0\0":
        raise DataError(f"{path}: begins with {head.hex() or 'nothing'}; expected an idx file, 0000 08 and the number of dimensions")
    if head[2] != _UNSIGNED_BYTE:
        raise DataError(f"{path}: idx element type 0x{head[2]:02x}; expected 0x08, unsigned byte")
    if not 1 <= head[3] <= _MOST_DIMENSIONS:
        raise DataError(f"{path}: {head[3]} dimensions; expected 1 to {_MOST_DIMENSIONS}")
    sizes = stream.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise DataError(f"{path}: ends within its header of {head[3]} dimensions")
    shape = tuple(int.from_bytes(sizes[i : i + 4], "big") for i in range(0, len(sizes), 4))
    expected = math.prod(shape)
    said = " x ".join(map(str, shape))
    if expected > _MOST_BYTES:
        raise DataError(f"{path}: claims {said} = {expected} bytes; expected at most {_MOST_BYTES}")
    if expected > room:
        raise DataError(f"{path}: claims {said} = {expected} bytes, more than the file can hold; is it cut short?")
    body = stream.read(expected + 1)
    if len(body) < expected:
        raise DataError(f"{path}: cut short, {len(body)} of {said} = {expected} bytes")
    if len(body) > expected:
        raise DataError(f"{path}: goes on after its {said} = {expected} bytes; expected nothing there")
    return np.frombuffer(body, np.uint8).reshape(shape)
