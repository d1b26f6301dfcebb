"""Scanned codes: told from typing by their speed, and sorted into lots and serials; codes in a picture are read here too."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from station.config import ScannerSection
from station.inspector import Inspection
from station.lot import LotError, check_text
from station.verdict import Judgement, Verdict

MIN_LENGTH = 3  # a hand on two keys at once is no scan


class Burst:
    """Tells a keyboard-wedge scanner from a person: its keys follow each other faster than anybody types, and end with Enter."""

    def __init__(self, max_gap_ms: float) -> None:
        self._max_gap_ms = max_gap_ms
        self._text = ""
        self._last_ms = float("-inf")

    def key(self, text: str, at_ms: float) -> bool:
        """One key that writes `text`. True: it goes on with a burst; False: it may begin one."""
        goes_on = self.is_under_way(at_ms)
        self._text = self._text + text if goes_on else text
        self._last_ms = at_ms
        return goes_on

    def is_under_way(self, at_ms: float) -> bool:
        """Whether a key at this moment would belong to the burst of the keys before."""
        return bool(self._text) and at_ms - self._last_ms <= self._max_gap_ms

    def enter(self, at_ms: float) -> str:
        """The Enter key: the scanned code, or '' if a person pressed it. Begins anew."""
        code = self._text if self.is_under_way(at_ms) and len(self._text) >= MIN_LENGTH else ""
        self.forget()
        return code

    def forget(self) -> None:
        """What was typed until now belongs to nothing."""
        self._text, self._last_ms = "", float("-inf")


class Target(StrEnum):
    """What a scanned code names."""

    LOT = "lot"
    SERIAL = "serial"


def sort_code(code: str, settings: ScannerSection) -> tuple[Target, str] | None:
    """What a code names and the name itself: the pattern's first group, or all of it; None where it fits no pattern.

    Patterns must fit the whole code; an empty pattern fits none. The lot's is tried first.
    """
    for target, pattern in ((Target.LOT, settings.lot_pattern), (Target.SERIAL, settings.serial_pattern)):
        if pattern and (found := re.fullmatch(pattern, code.strip())) is not None:
            return target, (found.group(1) if found.re.groups else found.group()) or ""
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """The serial in a picture, or why there is none."""

    serial: str = ""
    reason: str = ""


def read_code(picture: NDArray[np.uint8], settings: ScannerSection) -> Reading:
    """The serial in the picture of `settings.read_view`, (H, W) uint8, inside `settings.read_rectangle` or anywhere.

    Of several codes those count that fit `serial_pattern`; where more than one is left nobody can say which is the part's.
    """
    if settings.read_rectangle:
        left, top, width, height = settings.read_rectangle
        inside = picture[top : top + height, left : left + width]
        if inside.shape != (height, width):
            rectangle = f"rectangle {left}, {top}, {width} x {height}"
            return Reading(reason=f"{rectangle} lies outside the picture of {picture.shape[1]} x {picture.shape[0]}: mend read_rectangle")
        picture = inside
    codes = list(dict.fromkeys(code.text.strip() for code in zxingcpp.read_barcodes(np.ascontiguousarray(picture)) if code.text.strip()))
    sorted_codes = [found[1] for code in codes if (found := sort_code(code, settings)) is not None and found[0] is Target.SERIAL]
    serials = sorted_codes or codes
    if len(serials) != 1:
        return Reading(reason=f"{len(serials)} codes are in view ({', '.join(serials)[:60]})" if serials else "nothing is readable")
    try:
        check_text("serial", serials[0])
    except LotError as err:
        return Reading(reason=str(err))
    return Reading(serials[0])


class CodeReader:
    """Gives a judged part the serial that its picture shows."""

    def __init__(self, settings: ScannerSection) -> None:
        """settings: with a `read_view`."""
        self._settings = settings

    def read(self, inspection: Inspection) -> Inspection:
        """The same inspection with its serial. A serial that was scanned by hand stands; so does the name of a challenge part.

        Where nothing is readable and `unread = "hold"`, OK and RETEST become HOLD with the reason. NG stays NG: a bad part
        is not made less certain by a code that cannot be read.
        """
        ticket = inspection.shot.ticket
        if ticket.serial or ticket.kind != "part" or not inspection.shot.frames:
            return inspection
        picture = inspection.shot.pictures.get(self._settings.read_view)
        reading = Reading(reason="the shot has no such view") if picture is None else read_code(picture, self._settings)
        if reading.serial:
            return _with_serial(inspection, reading.serial)
        if self._settings.unread == "hold":
            return _held(inspection, f"no code: view {self._settings.read_view}: {reading.reason}")
        return inspection


def _with_serial(inspection: Inspection, serial: str) -> Inspection:
    shot = replace(inspection.shot, ticket=replace(inspection.shot.ticket, serial=serial))
    return replace(inspection, shot=shot)


def _held(inspection: Inspection, reason: str) -> Inspection:
    if inspection.verdict.judgement in (Judgement.NG, Judgement.HOLD):
        return inspection
    return replace(inspection, verdict=Verdict.hold(f"{reason} (the picture was judged {inspection.verdict.judgement})"), defect="")
