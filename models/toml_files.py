"""TOML from outside, checked at the border: a validated section, or one line that names the key."""

from __future__ import annotations

import difflib
import stat
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Section = TypeVar("Section", bound=BaseModel)


MAX_TOML_BYTES = 1_000_000
"""Config, recipes and manifests have a few kB; what is larger is something else."""


def read_toml(path: Path, schema: type[Section], error: Callable[[str], Exception]) -> Section:
    """The file's content as `schema`; `error` as in `parse_toml`, also for a file that is unreadable or too large."""
    return parse_toml(read_limited(path, error), schema, error)


def read_limited(path: Path, error: Callable[[str], Exception], max_bytes: int = MAX_TOML_BYTES) -> bytes:
    """The bytes of an ordinary file of at most `max_bytes`; no more than that is read.

    Args:
        error: makes the exception to raise from what is wrong: missing, unreadable, a pipe or device, too large.
    """
    content = b""
    try:
        is_pipe = stat.S_ISFIFO(path.stat().st_mode)  # opening one waits for ever
        if not is_pipe:
            with path.open("rb") as f:
                content = f.read(max_bytes + 1)
    except (OSError, ValueError) as err:  # ValueError: a NUL in the name
        raise error(f"cannot be read: {getattr(err, 'strerror', None) or err}") from err
    if is_pipe:
        raise error("is a pipe, expected a file")
    if len(content) > max_bytes:
        raise error(f"has more than {max_bytes} bytes: this is something else")
    return content


def parse_toml(content: bytes, schema: type[Section], error: Callable[[str], Exception]) -> Section:
    """TOML text in UTF-8 as `schema`.

    Args:
        error: makes the exception to raise from what is wrong: no TOML, or a key that is missing, misspelt or impossible.
    """
    try:
        row = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as err:  # also a number of 5000 digits, or 3000 brackets in one another
        raise error(f"not valid TOML: {err}") from err
    try:
        return schema.model_validate(row)
    except ValidationError as err:
        raise error(describe(err, schema)) from err


def describe(err: ValidationError, schema: type[BaseModel]) -> str:
    """Pydantic's findings as one line a person can act on: 'views.0.width: Input should be …; …'."""
    found = err.errors(include_url=False)
    # that a list is too short since its only entry is wrong says nothing new
    causes = [e for e in found if not any(len(o["loc"]) > len(e["loc"]) and o["loc"][: len(e["loc"])] == e["loc"] for o in found)]
    whole = schema.model_json_schema()

    def words(cause: ErrorDetails) -> str:
        if cause["type"] == "extra_forbidden":
            like = difflib.get_close_matches(str(cause["loc"][-1]), _keys(whole, cause["loc"][:-1]), 1)
            return f"unknown key; did you mean {like[0]}?" if like else "unknown key"
        return cause["msg"].removeprefix("Value error, ")

    return "; ".join((f"{'.'.join(str(part) for part in e['loc'])}: " if e["loc"] else "") + words(e) for e in causes)


def _keys(whole: Mapping[str, Any], place: Sequence[str | int]) -> list[str]:
    """The keys that a JSON schema knows at a place in it; none where one of several sections may stand there."""
    section = whole
    for step in place:
        section = section.get("items", {}) if isinstance(step, int) else section.get("properties", {}).get(step, {})
        section = whole["$defs"][section["$ref"].rsplit("/", 1)[-1]] if "$ref" in section else section
    return list(section.get("properties", {}))
