"""Scans told from typing, sorted, and read from pictures."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from models.recipe import Trigger
from station.config import ScannerSection
from station.inspector import Inspection
from station.line import Line
from station.scanner import Burst, CodeReader, Target, read_code, sort_code
from station.shot import Frame, Shot, Ticket, now
from station.verdict import Judgement, Verdict
from tests.station.parts import REGIONS, Camera, Ear, Inspector, Recorder, wait_until

SETTINGS = ScannerSection(read_view="front")


def typed(text: str, gap_ms: float, burst: Burst) -> str:
    at = 1000.0
    for key in text:
        burst.key(key, at)
        at += gap_ms
    return burst.enter(at)


def test_keys_faster_than_anybody_types_are_a_scan() -> None:
    assert typed("LOT:A-17", 8, Burst(50)) == "LOT:A-17"


def test_a_person_is_no_scanner() -> None:
    assert typed("LOT:A-17", 120, Burst(50)) == ""


def test_two_keys_hit_at_once_are_no_scan() -> None:
    assert typed("ab", 5, Burst(50)) == ""


def test_a_scan_begins_where_its_burst_begins() -> None:
    burst = Burst(50)
    burst.key("x", 0)
    burst.key("y", 300)
    for n, key in enumerate("SN:5"):
        burst.key(key, 1000 + 10 * n)
    assert burst.enter(1040) == "SN:5"
    assert burst.enter(1041) == "", "one Enter ends it"


def test_enter_long_after_the_keys_ends_no_scan() -> None:
    burst = Burst(50)
    for n, key in enumerate("12345"):
        burst.key(key, 10 * n)
    assert burst.enter(900) == ""


@pytest.mark.parametrize(
    ("code", "found"),
    [("LOT:A-17", (Target.LOT, "A-17")), ("SN:0042", (Target.SERIAL, "0042")), ("4901234567894", None), ("xLOT:A", None)],
)
def test_patterns_say_what_a_code_names(code: str, found: tuple[Target, str] | None) -> None:
    assert sort_code(code, ScannerSection()) == found


def test_a_pattern_without_a_group_takes_the_whole_code_and_an_empty_one_fits_nothing() -> None:
    settings = ScannerSection(lot_pattern="", serial_pattern="[0-9]{8}")
    assert sort_code("20261122", settings) == (Target.SERIAL, "20261122")
    assert sort_code("LOT:A", settings) is None


def test_a_broken_pattern_or_rectangle_is_refused_with_its_text() -> None:
    with pytest.raises(ValueError, match=r"'\(' is no regular expression"):
        ScannerSection(lot_pattern="(")
    with pytest.raises(ValueError, match="expected left, top, width, height"):
        ScannerSection(read_rectangle=[1, 2, 3])


def qr(text: str) -> NDArray[np.uint8]:
    """A part's picture, (240, 320), with a QR code at 200, 60."""
    code = np.asarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4))
    picture = np.full((240, 320), 90, np.uint8)
    side = 110
    picture[60 : 60 + side, 200 : 200 + side] = cv2.resize(code, (side, side), interpolation=cv2.INTER_NEAREST)
    noise = np.random.default_rng(1).normal(0, 6, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def test_a_real_qr_code_in_a_noisy_picture_is_read() -> None:
    assert read_code(qr("SN:0042"), SETTINGS).serial == "0042"
    assert read_code(qr("no prefix 7"), SETTINGS).serial == "no prefix 7", "the only code in view is the serial as it is"


def test_a_code_outside_the_rectangle_is_not_read() -> None:
    beside = ScannerSection(read_view="front", read_rectangle=[0, 0, 150, 240])
    around = ScannerSection(read_view="front", read_rectangle=[190, 50, 130, 130])
    assert read_code(qr("SN:1"), beside).reason == "nothing is readable"
    assert read_code(qr("SN:1"), around).serial == "1"
    assert "lies outside the picture of 320 x 240" in read_code(qr("SN:1"), ScannerSection(read_rectangle=[300, 0, 50, 50])).reason


def test_of_two_codes_the_one_that_fits_the_pattern_counts_and_two_such_are_none() -> None:
    both = np.hstack([qr("SN:1"), qr("https://example.org")])
    assert read_code(both, SETTINGS).serial == "1"
    assert read_code(np.hstack([qr("SN:1"), qr("SN:2")]), SETTINGS).reason.startswith("2 codes are in view")


def inspection(picture: NDArray[np.uint8], judgement: Judgement = Judgement.OK, serial: str = "", kind: str = "part") -> Inspection:
    shot = Shot(Ticket(1, "", "", serial, kind=kind), (Frame("front", picture, now()),))
    return Inspection(shot, Verdict(judgement, "why" if judgement is not Judgement.OK else "", 0.5, 0), Inspector().judge, REGIONS)


BLANK = np.full((90, 160), 60, np.uint8)


def test_without_a_readable_code_an_ok_part_is_held_with_the_reason() -> None:
    read = CodeReader(SETTINGS).read(inspection(BLANK))
    assert read.verdict.judgement is Judgement.HOLD
    assert read.verdict.reason == "no code: view front: nothing is readable (the picture was judged OK)"
    assert read.shot.ticket.serial == ""


def test_an_unreadable_code_does_not_make_an_ng_part_less_certain() -> None:
    assert CodeReader(SETTINGS).read(inspection(BLANK, Judgement.NG)).verdict.judgement is Judgement.NG


def test_unread_empty_keeps_the_verdict() -> None:
    reader = CodeReader(ScannerSection(read_view="front", unread="empty"))
    assert reader.read(inspection(BLANK)).verdict.judgement is Judgement.OK


def test_a_serial_scanned_by_hand_stands_and_challenge_parts_are_not_read() -> None:
    reader = CodeReader(SETTINGS)
    assert reader.read(inspection(qr("SN:1"), serial="by hand")).shot.ticket.serial == "by hand"
    assert reader.read(inspection(BLANK, kind="challenge")).verdict.judgement is Judgement.OK


class CodeCamera(Camera):
    def shoot(self) -> tuple[Frame, ...]:
        return (replace(super().shoot()[0], picture=qr("SN:77")),)


def test_the_line_records_the_serial_of_the_picture_and_the_time_that_it_took() -> None:
    recorder, ear = Recorder(), Ear()
    line = Line(CodeCamera(), Inspector(), recorder, ear, Trigger(mode="manual"), finish=CodeReader(SETTINGS).read)
    line.start()
    line.trigger()
    wait_until(lambda: len(ear.shown) == 1)
    assert line.stop()
    assert recorder.rows[0].shot.ticket.serial == "77"
    assert 0 < recorder.rows[0].stages_ms["code"] < 2000


def test_a_reader_that_fails_holds_the_part() -> None:
    def broken(_: Inspection) -> Inspection:
        raise RuntimeError("boom")

    recorder = Recorder()
    line = Line(Camera(), Inspector(), recorder, Ear(), Trigger(mode="manual"), finish=broken)
    line.start()
    line.trigger()
    assert line.stop()
    assert recorder.rows[0].verdict.judgement is Judgement.HOLD
    assert "RuntimeError: boom" in recorder.rows[0].verdict.reason
