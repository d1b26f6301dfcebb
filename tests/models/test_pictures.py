from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.part_files import find_parts
from models.pictures import PictureError, read_grey, to_grey
from tests.conftest import REPOSITORY


def test_colour_becomes_grey_by_rec_601() -> None:
    bgr = np.zeros((2, 2, 3), np.uint8)
    bgr[..., 2] = 200  # red
    assert (to_grey(bgr, "x") == round(0.299 * 200)).all()


def test_a_file_read_back_is_the_picture(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (20, 30), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), picture)
    assert (read_grey(tmp_path / "a.png") == picture).all()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"not a picture", "not a picture that OpenCV can decode"),
        (cv2.imencode(".png", np.zeros((4, 4), np.uint16))[1].tobytes(), "16 bits a channel"),
        (cv2.imencode(".png", np.zeros((4, 4, 4), np.uint8))[1].tobytes(), "expected 1 .grey. or 3 .colour. channels"),
        (cv2.imencode(".png", np.zeros((40, 40), np.uint8))[1].tobytes()[:30], "cut off"),
    ],
)
def test_an_unusable_file_is_refused_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "bad.png").write_bytes(content)
    with pytest.raises(PictureError, match=message) as caught:
        read_grey(tmp_path / "bad.png")
    assert str(caught.value).count("bad.png") == 1, "one cause, said once"


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"gone\.png: cannot be read"):
        read_grey(tmp_path / "gone.png")


def _write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / name), np.zeros((4, 4), np.uint8))


def test_views_in_sub_folders_are_paired_by_name(tmp_path: Path) -> None:
    _write(tmp_path, "left/b.png", "left/a.jpg", "right/a.png", "right/b.png")
    parts = find_parts(tmp_path, ("left", "right"))
    assert [(p.name, sorted(p.views)) for p in parts] == [("a", ["left", "right"]), ("b", ["left", "right"])]


def test_a_part_that_lacks_a_view_is_listed_without_it(tmp_path: Path) -> None:
    _write(tmp_path, "left/a.png", "right/b.png")
    assert [(p.name, list(p.views)) for p in find_parts(tmp_path, ("left", "right"))] == [("a", ["left"]), ("b", ["right"])]


def test_two_files_for_one_view_of_a_part_are_refused(tmp_path: Path) -> None:
    _write(tmp_path, "left/a.png", "left/a.jpg", "right/a.png")
    with pytest.raises(PictureError, match="which one shows part 'a'"):
        find_parts(tmp_path, ("left", "right"))


def test_metadata_gives_parts_with_session_and_mode(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("file_name,part,view,session,fmode\nx/1.png,p1,left,s,OK\nx/2.png,p1,right,s,OK\nx/3.png,p2,left,s,M\n")
    parts = find_parts(tmp_path, ("left", "right"))
    assert [(p.name, p.session, p.mode) for p in parts] == [("p1", "s", "OK"), ("p2", "s", "M")]
    assert parts[0].views["right"] == tmp_path / "x" / "2.png"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file_name,part\na,b\n", "no column view"),
        ("file_name,part,view\na,p,left\nb,p,left\n", "line 3: part 'p' has two pictures of view 'left'"),
        ("file_name,part,view,fmode\na,p,left,OK\nb,p,right,M\n", "line 3: part 'p' has another session or fmode"),
        ("file_name,part,view\na,p\n", "line 2: another number of fields"),
        ("file_name,part,view\n", "lists no part"),
        ("file_name,part,view\n../../secret.png,p,left\n", "line 2: file_name '../../secret.png'; expected a file below the folder"),
        ("file_name,part,view\n/etc/passwd,p,left\n", "line 2: file_name '/etc/passwd'"),
        ("file_name,part,view\nC:secret.png,p,left\n", "line 2: file_name 'C:secret.png'"),
        ("file_name,part,view\na\\..\\..\\b.png,p,left\n", "line 2: file_name"),
        ("file_name,part,view\n,p,left\n", "line 2: file_name ''"),
        ("", "no column"),
    ],
)
def test_unusable_metadata_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "metadata.csv").write_text(text)
    with pytest.raises(PictureError, match=message):
        find_parts(tmp_path / "metadata.csv", ("left",))


def _png(width: int, height: int) -> bytes:
    """All black, one bit a pixel: a few kB that unpack to width x height bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\0" + bytes((width + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "imports",
    ["from models.pictures import", "import station.assembly; from models.pictures import", "import trainer.data; from models.pictures import"],
)
def test_a_picture_that_announces_too_many_pixels_costs_no_memory(tmp_path: Path, imports: str) -> None:
    (tmp_path / "bomb.png").write_bytes(_png(30_000, 30_000))
    code = (
        "import resource, sys; from pathlib import Path\n"
        f"{imports} PictureError, read_grey\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    read_grey(Path(sys.argv[1]))\n"
        "except PictureError as err:\n    print(err)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENCV")}
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "bomb.png")],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    sentence, kilobytes = run.stdout.splitlines()
    assert sentence.endswith("bomb.png: cannot be decoded: pixels <= CV_IO_MAX_IMAGE_PIXELS")
    assert int(kilobytes) < 20_000, "900 MB would have been taken"


@pytest.mark.parametrize(
    "content", [b"GIF89a" + bytes(50), b"\0\0\0\x0cjP  \r\n\x87\n", b"v/1\x01" + bytes(50), b"#?RADIANCE\n", b"\x59\xa6\x6a\x95" + bytes(50)]
)
def test_formats_that_nobody_needs_never_reach_their_decoders(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(PictureError, match="expected PNG, JPEG, BMP, TIFF, WebP or PGM"):
        read_grey(tmp_path / "a.png")
