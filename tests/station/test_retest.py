"""RETEST: the same part once more."""

from __future__ import annotations

from station.retest import Retest, RetestFlow
from station.verdict import Judgement
from tests.station.parts import wait_until
from tests.station.test_line import make_line


def test_a_first_retest_asks_for_the_part_again() -> None:
    flow = RetestFlow()
    flow.shown(7, Judgement.RETEST, "S1")
    assert flow.awaited == Retest(7, "S1")
    flow.shown(8, Judgement.OK, retest_of=7)
    assert (flow.awaited, flow.aside) == (None, None)


def test_a_second_retest_is_for_a_person() -> None:
    flow = RetestFlow()
    flow.shown(7, Judgement.RETEST)
    flow.shown(8, Judgement.RETEST, retest_of=7)
    assert (flow.awaited, flow.aside) == (None, 8)
    flow.shown(9, Judgement.RETEST)
    assert flow.awaited == Retest(9), "the part after it has two looks of its own"


def test_a_part_that_was_on_its_way_already_is_not_linked_and_ends_the_request() -> None:
    flow = RetestFlow()
    flow.shown(7, Judgement.RETEST)
    flow.shown(8, Judgement.OK)  # accepted before 7 was on the screen
    assert flow.awaited is None


def test_the_next_part_may_be_another_one() -> None:
    flow = RetestFlow()
    flow.shown(7, Judgement.RETEST)
    flow.forget()
    assert flow.awaited is None


def test_the_next_accepted_part_takes_the_link_and_the_serial_once() -> None:
    line, recorder, _ = make_line()
    line.start()
    line.retest = Retest(41, "S1")
    line.trigger()
    line.trigger()
    line.next_serial = "S2"
    line.retest = Retest(43, "S1")
    line.trigger()
    wait_until(lambda: len(recorder.rows) == 3)
    assert line.stop()
    tickets = [row.shot.ticket for row in recorder.rows]
    assert [(t.retest_of, t.serial) for t in tickets] == [(41, "S1"), (None, ""), (43, "S2")], "a serial that was scanned anew stands"


def test_a_challenge_part_takes_neither_link_nor_serial() -> None:
    line, recorder, _ = make_line()
    line.start()
    line.retest, line.next_serial = Retest(41), "S1"
    line.trigger("master", kind="challenge")
    line.trigger()
    assert line.stop()
    tickets = [row.shot.ticket for row in recorder.rows]
    assert [(t.kind, t.serial, t.retest_of) for t in tickets] == [("challenge", "master", None), ("part", "S1", 41)]
