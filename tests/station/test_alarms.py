"""Alarms over several parts."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from station.alarms import Alarm, AlarmKind, AlarmWatch
from station.config import AlarmsSection
from station.verdict import Judgement

OK, NG, RETEST, HOLD = Judgement.OK, Judgement.NG, Judgement.RETEST, Judgement.HOLD


def raised(judgements: Iterable[Judgement], **settings: float) -> list[tuple[int, AlarmKind]]:
    watch = AlarmWatch(AlarmsSection(**settings))  # type: ignore[arg-type]
    alarms = [watch.add(part_id, judgement) for part_id, judgement in enumerate(judgements, start=1)]
    return [(alarm.part_id, alarm.kind) for alarm in alarms if alarm is not None]


def test_three_ng_in_a_row_raise_one_alarm() -> None:
    assert raised([NG, NG, OK, NG, NG, NG, NG, NG]) == [(6, AlarmKind.NG)]


def test_a_part_of_another_verdict_breaks_the_row() -> None:
    assert raised([NG, NG, RETEST, NG, NG, HOLD, NG, NG]) == []


def test_hold_in_a_row_is_an_alarm_of_its_own() -> None:
    assert raised([HOLD, HOLD, HOLD]) == [(3, AlarmKind.HOLD)]
    assert raised([HOLD] * 9, hold_consecutive=0) == []


def test_zero_switches_the_row_off() -> None:
    assert raised([NG] * 9, consecutive_ng=0) == []


def test_yield_is_watched_over_so_many_parts_that_got_a_verdict() -> None:
    parts = [OK, NG, OK, NG]
    assert raised(parts[:3], yield_below=0.6, yield_parts=4) == [], "too few parts to speak of a yield"
    assert raised(parts, yield_below=0.6, yield_parts=4) == [(4, AlarmKind.YIELD)]
    assert raised(parts, yield_below=0.5, yield_parts=4) == [], "50 % is not below 50 %"
    assert raised([OK, NG, HOLD, OK, NG], yield_below=0.6, yield_parts=4) == [(5, AlarmKind.YIELD)], "HOLD is no verdict"
    assert raised(parts * 9, consecutive_ng=0) == [], "off as shipped"


def test_after_the_acknowledgement_every_count_begins_anew() -> None:
    watch = AlarmWatch(AlarmsSection())
    for part_id in (1, 2, 3):
        watch.add(part_id, NG)
    assert watch.alarm == Alarm(AlarmKind.NG, 3, 3)
    watch.acknowledge()
    assert watch.alarm is None
    assert watch.add(4, NG) is None
    assert watch.add(5, NG) is None
    assert watch.add(6, NG) == Alarm(AlarmKind.NG, 6, 3)


def test_a_start_brings_back_what_stood_and_what_was_counted() -> None:
    watch = AlarmWatch(AlarmsSection())
    watch.restore(None, [NG, NG, NG, NG])
    assert watch.alarm is None, "only what was raised stands again"
    assert watch.add(5, NG) == Alarm(AlarmKind.NG, 5, 5)
    watch.restore(Alarm(AlarmKind.HOLD, 7, 3), [])
    assert watch.alarm == Alarm(AlarmKind.HOLD, 7, 3)


@given(st.lists(st.sampled_from(list(Judgement)), max_size=30))
def test_an_alarm_for_ng_means_that_the_last_three_were_ng(judgements: list[Judgement]) -> None:
    found = raised(judgements, hold_consecutive=0)
    first = next((i for i in range(2, len(judgements)) if judgements[i - 2 : i + 1] == [NG] * 3), None)
    assert found == ([] if first is None else [(first + 1, AlarmKind.NG)])
