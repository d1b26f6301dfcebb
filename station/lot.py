"""What the line is working on, and who stands at it."""

from __future__ import annotations

from dataclasses import dataclass

MAX_LENGTH = 64
NOT_STARTED = "no lot is started: start one before parts are judged"


class LotError(ValueError):
    """A lot, operator or serial cannot be recorded; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Written into every part's record."""

    code: str = ""
    operator: str = ""

    def __post_init__(self) -> None:
        check_text("lot", self.code)
        check_text("operator", self.operator)


def check_text(what: str, text: str) -> None:
    """Raises LotError unless the text is short and printable; '' is allowed."""
    if len(text) > MAX_LENGTH:
        raise LotError(f"{what} {text[:20]!r}…: {len(text)} characters, at most {MAX_LENGTH} allowed")
    if text and not text.isprintable():
        raise LotError(f"{what} {text!r}: holds a character that cannot be printed")
