"""Picture files that were cut, or claim more than they hold, are told before they are decoded."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.picture_structure import what_is_wrong
from models.pictures import PictureError, read_grey

PICTURE = np.random.default_rng(1).integers(0, 255, (40, 60), np.uint8)
FILES = {suffix: cv2.imencode(suffix, PICTURE)[1].tobytes() for suffix in (".png", ".jpg", ".bmp", ".tiff", ".webp", ".pgm")}


@pytest.mark.parametrize("suffix", FILES)
def test_a_whole_file_is_read(suffix: str, tmp_path: Path) -> None:
    assert what_is_wrong(FILES[suffix]) == ""
    (tmp_path / f"p{suffix}").write_bytes(FILES[suffix])
    assert read_grey(tmp_path / f"p{suffix}").shape == PICTURE.shape


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
@given(share=st.floats(0.1, 0.99))
def test_a_cut_file_is_told_and_not_read(tmp_path_factory: pytest.TempPathFactory, suffix: str, share: float) -> None:
    cut = FILES[suffix][: int(share * len(FILES[suffix]))]
    assert "cut off" in what_is_wrong(cut)
    path = tmp_path_factory.mktemp("cut") / f"p{suffix}"
    path.write_bytes(cut)
    with pytest.raises(PictureError, match="cut off"):
        read_grey(path)


def test_notes_behind_the_end_of_a_jpeg_are_allowed() -> None:
    assert what_is_wrong(FILES[".jpg"] + b"maker's notes" * 50) == ""


def test_a_png_chunk_cannot_claim_more_than_the_file_has() -> None:
    claims = bytearray(FILES[".png"])
    claims[33:37] = b"\xff\x00\x41\x49"
    assert "claims 4278206793 bytes" in what_is_wrong(bytes(claims))
