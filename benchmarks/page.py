"""A benchmark's page in docs/: the made part is replaced, what people wrote below "What it says" is kept."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
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


def append(lines: Sequence[str], path: Path | None) -> None:
    """Print the lines; add them to the end of `path` where one is given."""
    text = "\n".join(lines)
    print(text)
    if path is not None:
        with path.open("a", encoding="utf-8") as f:
            f.write(f"\n{text}\n")


def when_and_where() -> str:
    """Date, commit and machine, as a table's head says them."""
    folder = Path(__file__).resolve().parent
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=folder, check=False).stdout.strip()
    return f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}, {os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}"
