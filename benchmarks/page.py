"""A benchmark's page in docs/: the made part is replaced, what people wrote below "What it says" is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_WRITTEN_BY_HAND = "\n## What it says"


def show(lines: Sequence[str], path: Path | None) -> None:
    """Print the lines; write them into `path` where one is given."""
    text = "\n".join(lines)
    print(text)
    if path is None:
        return
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    _, found, written = known.partition(_WRITTEN_BY_HAND)
    path.write_text(text + "\n" + found + written, encoding="utf-8")
