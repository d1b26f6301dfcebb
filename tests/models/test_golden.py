from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.golden import Golden, read_golden, write_golden
from models.manifest import ModelError
from tests.conftest import REPOSITORY


def npz(**arrays: NDArray[np.generic]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


SOUND = {"vectors_0": np.ones((2, 1404), np.float32), "score_0": np.ones(2, np.float32), "picture_0_front": np.full((9, 16), 7, np.uint8)}


@given(st.integers(1, 3), st.integers(1, 4), st.lists(st.text("abcde_-. 正面", min_size=1, max_size=20), max_size=3, unique=True))
def test_what_was_written_is_read_back(tmp_path: Path, n_parts: int, n_regions: int, views: list[str]) -> None:
    rng = np.random.default_rng(n_parts)
    made = [
        Golden(
            {view: rng.integers(0, 256, (5, 8), np.uint8) for view in views},
            rng.normal(size=(n_regions, 1404)).astype(np.float32),
            rng.normal(size=n_regions).astype(np.float32),
        )
        for _ in range(n_parts)
    ]
    write_golden(tmp_path / "golden.npz", made)
    got = read_golden((tmp_path / "golden.npz").read_bytes(), "x 1")
    assert len(got) == n_parts
    for a, b in zip(made, got, strict=True):
        assert (a.vectors == b.vectors).all()
        assert (a.score == b.score).all()
        assert a.pictures.keys() == b.pictures.keys()
        assert all((a.pictures[view] == b.pictures[view]).all() for view in views)


def header_says(shape: tuple[int, ...], dtype: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": dtype, "fortran_order": False, "shape": shape})
    return buffer.getvalue() + content


def archive(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as f:
        f.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npz(**SOUND | {"vectors_0": np.ones((2, 1404))}), "vectors_0.npy holds float64 with 2 axes, expected float32 with 2"),
        (npz(**SOUND | {"score_0": np.ones((2, 2), np.float32)}), "score_0.npy holds float32 with 2 axes, expected float32 with 1"),
        (npz(**SOUND | {"picture_0_front": np.ones((9, 16, 3), np.uint8)}), "holds uint8 with 3 axes, expected uint8 with 2"),
        (npz(score_0=SOUND["score_0"]), "it has no array 'vectors_0'"),
        (npz(other=np.ones(3)), "'other.npy' is no array of a golden part"),
        (archive("../../score_0.npy", b""), "is no array of a golden part"),
        (archive("score_0.npy", header_says((10**15,), "<f4", b"")), "has 0 bytes"),
        (archive("score_0.npy", header_says((2**32, 2**32), "<f4", b"")[:-1]), "axes|bytes|cannot be read"),
        (archive("score_0.npy", header_says((-1,), "<f4", b"")), "without a header"),
        (archive("score_0.npy", header_says((1,), "|O", b"cos\nsystem\n(S'true'\ntR.")), "holds object"),
        (archive("score_0.npy", header_says((1,), "<f4", b"1234").replace(b"<f4", b"<z9")), "cannot be read"),
        (archive("score_0.npy", b"\x93NUMPY\x03\x00"), "without a header of format .npy 1.0"),
        (archive("score_0.npy", b"\x93NUMPY\x01\x00\xff\xff"), "cannot be read"),
        (b"PK\x03\x04", "cannot be read"),
        (b"", "cannot be read"),
        (npz(), "holds no part to test with"),
    ],
)
def test_arrays_that_are_not_golden_parts_are_told_before_they_are_unpacked(content: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        read_golden(content, "small 1")
    assert str(caught.value).startswith("model small 1: golden.npz")


BOMB = """
import io, resource, sys, zipfile
from models.golden import read_golden
from models.manifest import ModelError

buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("score_0.npy", "w", force_zip64=True) as f:
    for _ in range(1024):
        f.write(bytes(1024 * 1024))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_golden(buffer.getvalue(), "small 1")
except ModelError as err:
    print(err)
print(len(buffer.getvalue()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_bomb_of_one_gigabyte_costs_no_memory() -> None:
    run = subprocess.run([sys.executable, "-c", BOMB], cwd=REPOSITORY, capture_output=True, text=True, timeout=100, check=True)
    sentence, figures = run.stdout.splitlines()
    assert "1 arrays of 1073741824 bytes in all; at most 1000 and 536870912 are unpacked" in sentence
    packed, kilobytes = map(int, figures.split())
    assert packed < 2_000_000
    assert kilobytes < 50_000


@given(st.binary(min_size=1, max_size=40), st.floats(0, 1))
def test_any_damage_is_told_or_harmless(noise: bytes, where: float) -> None:
    sound = npz(**SOUND)
    at = int(where * len(sound))
    for content in (sound[:at], sound[:at] + noise + sound[at + len(noise) :], noise):
        try:
            goldens = read_golden(content, "small 1")
        except ModelError:
            continue
        assert all(golden.vectors.dtype == np.float32 for golden in goldens)
