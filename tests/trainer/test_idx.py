from __future__ import annotations

import gzip
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from tests.conftest import REPOSITORY
from trainer.data import DataError
from trainer.idx import read_idx, read_mnist

MNIST = Path(os.environ.get("STATION_DATA", REPOSITORY.parent / "shared" / "data")) / "mnist"


def idx(array: NDArray[np.uint8]) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=6)), st.booleans())
def test_what_is_written_is_read(array: NDArray[np.uint8], is_gzip: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.name"
        path.write_bytes(gzip.compress(idx(array)) if is_gzip else idx(array))
        read = read_idx(path)
    assert read.shape == array.shape
    assert read.dtype == np.uint8
    assert (read == array).all()


GOOD = idx(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


@pytest.mark.parametrize("is_gzip", [False, True])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "begins with nothing; expected an idx file"),
        (b"\x89PNG....", "begins with 89504e47; expected an idx file"),
        (b"\0\0\x0d" + GOOD[3:], "element type 0x0d; expected 0x08, unsigned byte"),
        (b"\0\0\x08\x00", "0 dimensions; expected 1 to 4"),
        (b"\0\0\x08\x09" + GOOD[4:], "9 dimensions; expected 1 to 4"),
        (GOOD[:9], "ends within its header of 3 dimensions"),
        (GOOD + b"x", "goes on after its 2 x 3 x 4 = 24 bytes"),
        (b"\0\0\x08\x02" + b"\xff" * 8, "expected at most 1073741824"),
        (b"\0\0\x08\x01\x3f\0\0\0" + b"x" * 99, "more than the file can hold; is it cut short?"),
    ],
)
def test_a_file_that_is_not_whole_says_what_is_wrong(tmp_path: Path, content: bytes, sentence: str, is_gzip: bool) -> None:
    path = tmp_path / "a.idx"
    path.write_bytes(gzip.compress(content) if is_gzip else content)
    with pytest.raises(DataError, match=sentence):
        read_idx(path)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.idx"
    for content in (GOOD[:-1], gzip.compress(GOOD[:-1])):
        path.write_bytes(content)
        with pytest.raises(DataError, match="cut short, 23 of 2 x 3 x 4 = 24 bytes"):
            read_idx(path)
    path.write_bytes(gzip.compress(GOOD)[:-9])
    with pytest.raises(DataError, match="gzip stream is damaged or cut short"):
        read_idx(path)
    with pytest.raises(DataError, match="cannot be read"):
        read_idx(tmp_path / "none.idx")


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_give_an_array_or_a_sentence(content: bytes, is_idx: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.idx"
        path.write_bytes((b"\0\0\x08" if is_idx else b"\x1f\x8b") + content)
        try:
            assert read_idx(path).nbytes <= len(content)
        except DataError as err:
            assert str(path) in str(err)


def write_mnist(folder: Path, **replaced: NDArray[np.uint8]) -> None:
    files = {
        "train-images-idx3-ubyte": np.ones((5, 28, 28), np.uint8),
        "train-labels-idx1-ubyte": np.arange(5, dtype=np.uint8),
        "t10k-images-idx3-ubyte": np.zeros((3, 28, 28), np.uint8),
        "t10k-labels-idx1-ubyte": np.full(3, 9, np.uint8),
    }
    for name, array in files.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(idx(replaced.get(name.split("-idx")[0].replace("-", "_"), array))))


def test_mnist_is_four_arrays(tmp_path: Path) -> None:
    write_mnist(tmp_path)
    train, train_labels, test, test_labels = read_mnist(tmp_path)
    assert (train.shape, test.shape) == ((5, 28, 28), (3, 28, 28))
    assert (train_labels.tolist(), test_labels.tolist()) == ([0, 1, 2, 3, 4], [9, 9, 9])


@pytest.mark.parametrize(
    ("replaced", "sentence"),
    [
        ({"t10k_labels": np.zeros(4, np.uint8)}, r"t10k-labels\S+: shape \(4,\); expected one label for each of 3 pictures"),
        ({"train_labels": np.array([0, 1, 10, 3, 4], np.uint8)}, r"train-labels\S+: row 2 has label 10; expected 0 to 9"),
        ({"train_images": np.ones((5, 27, 28), np.uint8)}, r"shape \(5, 27, 28\); expected pictures, \(n, 28, 28\)"),
    ],
)
def test_pictures_and_labels_that_do_not_fit_are_refused(tmp_path: Path, replaced: dict[str, NDArray[np.uint8]], sentence: str) -> None:
    write_mnist(tmp_path, **replaced)
    with pytest.raises(DataError, match=sentence):
        read_mnist(tmp_path)


def test_a_missing_file_of_mnist_is_named(tmp_path: Path) -> None:
    write_mnist(tmp_path)
    (tmp_path / "t10k-images-idx3-ubyte.gz").unlink()
    with pytest.raises(DataError, match="neither t10k-images-idx3-ubyte.gz nor t10k-images-idx3-ubyte is there"):
        read_mnist(tmp_path)


@pytest.mark.skipif(not MNIST.is_dir(), reason="no shared/data/mnist beside the checkout or in $STATION_DATA")
def test_the_real_mnist_has_its_known_counts() -> None:
    train, train_labels, test, test_labels = read_mnist(MNIST)
    assert (train.shape, test.shape) == ((60_000, 28, 28), (10_000, 28, 28))
    assert np.bincount(train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert 25 < train.mean() < 40, "ink is light, ground is black"
