from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import pytest

from station.gui.right_of_way import RightOfWay


@pytest.fixture
def usual_switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads have a niceness of their own on Linux alone")
@pytest.mark.usefixtures("qapp", "usual_switching")
def test_every_other_thread_is_nicer_than_the_window_s_also_one_that_comes_later() -> None:
    over = threading.Event()
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    way = RightOfWay()
    try:
        for _ in range(2):
            thread = threading.Thread(target=over.wait, daemon=True)
            thread.start()
            way.give()
            assert thread.native_id is not None
            assert os.getpriority(os.PRIO_PROCESS, thread.native_id) == own + 5
    finally:
        over.set()
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own
    assert sys.getswitchinterval() == pytest.approx(0.0005)
