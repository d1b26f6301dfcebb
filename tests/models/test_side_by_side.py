from __future__ import annotations

import threading

import pytest

from models.side_by_side import side_by_side


def test_what_is_made_comes_in_the_order_of_the_things() -> None:
    assert side_by_side(lambda n: n * n, range(20)) == [n * n for n in range(20)]
    assert side_by_side(str, []) == []


def test_the_exception_is_that_of_the_first_thing_whichever_came_first() -> None:
    second_has_failed = threading.Event()

    def work(n: int) -> int:
        if n == 2:
            second_has_failed.set()
            raise KeyError(n)
        if n == 1:
            second_has_failed.wait(1)  # where there is one core only nobody else works: then it is the first anyhow
            raise ValueError(n)
        return n

    with pytest.raises(ValueError, match="1"):
        side_by_side(work, [0, 1, 2])


def test_work_may_itself_be_shared_out() -> None:
    """A caller takes what no helper has begun, so that nested calls cannot wait for each other."""
    assert side_by_side(lambda n: sum(side_by_side(lambda m: n * m, range(8))), range(8)) == [28 * n for n in range(8)]
