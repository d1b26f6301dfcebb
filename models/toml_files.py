"""TOML from outside, checked at the border: a validated section, or one line that names the key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Section = TypeVar("Section", bound=BaseModel)


def read_toml(path: Path, schema: type[Section], error: Callable[[str], Exception]) -> Section:
    """The file's content as `schema`.

    Args:
        error: makes the exception to raise from what is wrong: unreadable, no TOML, or a key that is missing,
            misspelt or impossible.
    """
    try:
        row = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise error(f"cannot be read: {err.strerror or err}") from err
    except (ValueError, RecursionError) as err:  # also a number of 5000 digits, or 3000 brackets in one another
        raise error(f"not valid TOML: {err}") from err
    try:
        return schema.model_validate(row)
    except ValidationError as err:
        raise error(describe(err)) from err


def describe(err: ValidationError) -> str:
    """Pydantic's findings as one line a person can act on: 'views.0.width: Input should be …; …'."""
    found = err.errors(include_url=False)
    # that a list is too short since its only entry is wrong says nothing new
    causes = [e for e in found if not any(len(o["loc"]) > len(e["loc"]) and o["loc"][: len(e["loc"])] == e["loc"] for o in found)]
    return "; ".join((f"{'.'.join(str(part) for part in e['loc'])}: " if e["loc"] else "") + e["msg"].removeprefix("Value error, ") for e in causes)
