"""Which shift a moment belongs to. Shifts begin at fixed times of the day, by the clock on the wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta


def day_start(day: date) -> datetime:
    """When a local day began, with the zone that held then: two midnights are 23 or 25 hours apart where the clock was changed between."""
    return datetime(day.year, day.month, day.day).astimezone()


def shift_start(at: datetime, starts: Sequence[str]) -> datetime:
    """When the shift of this moment began, in local time with its zone.

    Args:
        at: with a zone, of whatever place.
        starts: "HH:MM" of every shift's begin, local time, in order of the day. The night shift belongs to the day before.

    Raises:
        ValueError: no start, an unreadable one, or `at` has no zone.
    """
    wall = _local(at).replace(tzinfo=None)
    day = wall.date()
    earlier = [begin for begin in _times(starts) if datetime.combine(day, begin) <= wall]
    start = datetime.combine(day, earlier[-1]) if earlier else datetime.combine(day - timedelta(days=1), _times(starts)[-1])
    return start.astimezone()  # the wall clock's own zone: on the night of a clock change a shift is an hour longer or shorter


def shift_end(at: datetime, starts: Sequence[str]) -> datetime:
    """When the shift of this moment ends: the next one's start. Arguments and errors as `shift_start`."""
    start = shift_start(at, starts).replace(tzinfo=None)
    later = [begin for begin in _times(starts) if begin > start.time()]
    end = datetime.combine(start.date(), later[0]) if later else datetime.combine(start.date() + timedelta(days=1), _times(starts)[0])
    return end.astimezone()


def shift_name(at: datetime, starts: Sequence[str]) -> str:
    """The hours of this moment's shift, as '06:00–14:00'. Arguments and errors as `shift_start`."""
    return f"{shift_start(at, starts):%H:%M}–{shift_end(at, starts):%H:%M}"


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at}: a time without its zone belongs to no shift")
    return at.astimezone()


def _times(starts: Sequence[str]) -> list[time]:
    if not starts:
        raise ValueError("no shift starts are given; expected at least one, as '06:00'")
    return sorted(time.fromisoformat(start) for start in starts)
