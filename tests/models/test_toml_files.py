from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from models.toml_files import MAX_TOML_BYTES, read_limited, read_toml


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = ""


def read(path: Path) -> Section:
    return read_toml(path, Section, lambda message: ValueError(f"{path.name}: {message}"))


def test_a_file_of_any_size_up_to_the_limit_is_read_and_no_byte_beyond(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    head = b'name = "x"\n#'
    path.write_bytes(head + b"-" * (MAX_TOML_BYTES - len(head)))
    assert read(path).name == "x"
    with path.open("ab") as f:
        f.write(b"-")
    with pytest.raises(ValueError, match=r"^a\.toml: has more than 1000000 bytes: this is something else$"):
        read(path)
    with path.open("wb") as f:
        f.truncate(2**40)  # takes no room on disk
    with pytest.raises(ValueError, match="has more than 1000000 bytes"):
        read(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.toml")
    with pytest.raises(ValueError, match=r"^a\.toml: is a pipe, expected a file$"):
        read(tmp_path / "a.toml")


@pytest.mark.parametrize("name", ["gone.toml", ".", "a\0b", "x" * 300])
def test_what_cannot_be_opened_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be read: "):
        read(tmp_path / name)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_section_or_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    try:
        read(path)
    except ValueError as err:
        assert str(err).startswith("a.toml: ")
    assert read_limited(path, ValueError) == content
