"""Texts in tables that a spreadsheet may open: no cell becomes a formula."""

from __future__ import annotations

_HARMFUL = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, in its Japanese versions also when full-width."""


def spreadsheet_safe(text: str) -> str:
    """The text, with an apostrophe before it where it begins like a formula: somebody may have typed it into a lot or a name."""
    return f"'{text}" if text.startswith(_HARMFUL) else text
