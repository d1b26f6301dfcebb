from __future__ import annotations

import threading

import pytest

import models.side_by_side
from models.side_by_side import Helpers, side_by_side

WAIT_S = 20


@pytest.fixture(params=[1, 2, 3])
def n_helpers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    helpers = Helpers(request.param)
    monkeypatch.setattr(models.side_by_side, "_helpers", lambda _whose: helpers)
    return int(request.param)


def test_what_is_made_comes_in_the_order_of_the_things(n_helpers: int) -> None:
    assert side_by_side(lambda n: n * n, range(20)) == [n * n for n in range(20)]
    assert side_by_side(str, []) == []


def test_things_are_worked_on_at_the_same_time(n_helpers: int) -> None:
    all_there = threading.Barrier(n_helpers + 1)
    places = side_by_side(lambda _: all_there.wait(WAIT_S), range(n_helpers + 1))  # breaks unless as many work as there are threads
    assert sorted(places) == list(range(n_helpers + 1))


def test_the_exception_is_that_of_the_first_thing_whichever_came_first(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers = Helpers(2)
    monkeypatch.setattr(models.side_by_side, "_helpers", lambda _whose: helpers)
    second_has_failed = threading.Event()

    def work(n: int) -> int:
        if n == 2:
            second_has_failed.set()
            raise KeyError(n)
        if n == 1:
            assert second_has_failed.wait(WAIT_S)
            raise ValueError(n)
        assert second_has_failed.wait(WAIT_S)  # so that each of the other two has a helper of its own
        return n

    with pytest.raises(ValueError, match="1"):
        side_by_side(work, [0, 1, 2])


def test_the_caller_takes_what_no_helper_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers, over = Helpers(1), threading.Event()
    helpers.submit(over.wait)  # its only thread hangs
    monkeypatch.setattr(models.side_by_side, "_helpers", lambda _whose: helpers)
    done: list[list[int]] = []
    worker = threading.Thread(target=lambda: done.append(side_by_side(lambda n: sum(side_by_side(lambda m: n * m, range(8))), range(8))), daemon=True)
    worker.start()
    worker.join(WAIT_S)
    over.set()
    assert done == [[28 * n for n in range(8)]]


def test_work_of_another_name_has_helpers_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.side_by_side.os, "cpu_count", lambda: 2)
    models.side_by_side._helpers.cache_clear()
    over = threading.Event()
    try:
        one = models.side_by_side._helpers("")
        assert one is not None
        one.submit(over.wait)  # its only thread hangs
        both_there = threading.Barrier(2)
        assert sorted(side_by_side(lambda _: both_there.wait(WAIT_S), range(2), "pictures")) == [0, 1]
    finally:
        over.set()
        models.side_by_side._helpers.cache_clear()
