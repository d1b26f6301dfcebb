from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import station.line
from models.recipe import Recipe, Trigger
from station.cameras.camera import CameraError
from station.cameras.simulated import SimulatedCamera
from station.config import ChecksSection
from station.fan_out import FanOut
from station.frame_check import FrameChecks
from station.line import MAX_UNJUDGED, Line, LineBusy, LineStopped
from station.lot import Lot, LotError
from station.shot import Frame, now
from station.trigger import PresenceDetector
from station.verdict import Judgement
from tests.small import small_picture
from tests.station.parts import Camera, Ear, Inspector, Recorder, wait_until

MANUAL = Trigger(mode="manual")
FLAT_OUT = Trigger(mode="interval", interval_ms=0)


def make_line(
    camera: Any = None, inspector: Any = None, recorder: Any = None, ear: Any = None, trigger: Trigger = MANUAL, **more: Any
) -> tuple[Line, Recorder, Ear]:
    recorder, ear = recorder or Recorder(), ear or Ear()
    return Line(camera or Camera(), inspector or Inspector(), recorder, ear, trigger, **more), recorder, ear


def numbers(recorder: Recorder) -> list[int]:
    return [row.shot.ticket.number for row in recorder.rows]


@settings(max_examples=15)
@given(
    st.lists(st.integers(1, 12), max_size=3, unique=True),
    st.lists(st.integers(1, 12), max_size=3, unique=True),
    st.lists(st.integers(1, 12), max_size=2, unique=True),
    st.sampled_from([0.0, 0.002]),
    st.sampled_from([0.0, 0.002]),
    st.sampled_from([0.0, 0.002]),
)
def test_every_accepted_shot_gives_one_record_in_order_whatever_fails(
    camera_faults: list[int], judge_faults: list[int], record_faults: list[int], slow_camera: float, slow_judge: float, slow_disk: float
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(station.line, "RETRY_RECORD_S", 0.01)
        patch.setattr(station.line, "REOPEN_PAUSES_S", (0.01,))
        line, recorder, ear = make_line(
            Camera(tuple(camera_faults), slow_camera),
            Inspector(broken=tuple(judge_faults), delay_s=slow_judge),
            Recorder(tuple(record_faults), slow_disk),
            trigger=FLAT_OUT,
            max_parts=12,
        )
        line.start()
        assert ear.over.wait(20)
        assert line.stop()
    assert numbers(recorder) == list(range(1, 13))
    assert [i.shot.ticket.number for _, i in ear.shown] == list(range(1, 13))
    for row in recorder.rows:
        assert (row.verdict.judgement is Judgement.HOLD) == bool(row.verdict.reason)
        if row.shot.ticket.number in judge_faults:
            assert row.verdict.judgement is Judgement.HOLD


def test_a_verdict_is_shown_only_after_it_was_recorded() -> None:
    recorder = Recorder(delay_s=0.01)
    late: list[bool] = []
    ear = Ear(lambda: late.append(len(recorder.rows) < len(ear.shown)))
    line, _, _ = make_line(recorder=recorder, ear=ear, trigger=FLAT_OUT, max_parts=10)
    line.start()
    assert ear.over.wait(20)
    assert line.stop()
    assert late == [False] * 10


def test_a_full_line_refuses_aloud_and_keeps_what_it_accepted() -> None:
    gate = threading.Event()
    line, recorder, _ = make_line(inspector=Inspector(gate=gate))
    line.start()
    for _ in range(MAX_UNJUDGED):
        line.trigger()
    with pytest.raises(LineBusy, match="4 parts wait"):
        line.trigger()
    assert line.refused == 1
    gate.set()
    assert line.stop()
    assert numbers(recorder) == [1, 2, 3, 4]


def test_a_stopped_line_refuses_aloud() -> None:
    line, recorder, _ = make_line()
    with pytest.raises(LineStopped):
        line.trigger()
    line.start()
    line.trigger()
    assert line.stop()
    assert line.stop(), "stopping twice is harmless"
    with pytest.raises(LineStopped):
        line.trigger()
    assert numbers(recorder) == [1]


def test_a_part_that_cannot_be_judged_is_held_with_the_reason() -> None:
    line, recorder, _ = make_line(inspector=Inspector(broken=(1,)))
    line.start()
    line.trigger()
    line.stop()
    assert recorder.rows[0].verdict.judgement is Judgement.HOLD
    assert recorder.rows[0].verdict.reason == "could not be judged: RuntimeError: boom"


def test_a_camera_fault_holds_the_part_and_the_camera_is_opened_again() -> None:
    camera = Camera(faults=(1,))
    line, recorder, ear = make_line(camera)
    line.start()
    line.trigger()
    wait_until(lambda: camera.n_open == 2)
    line.trigger()
    line.stop()
    assert [r.verdict.judgement for r in recorder.rows] == [Judgement.HOLD, Judgement.OK]
    assert recorder.rows[0].verdict.reason == "camera fault: shot 1 failed"
    assert [f for f in ear.faults if f[0] == "camera"] == [("camera", ""), ("camera", "shot 1 failed"), ("camera", "")]


def test_while_the_camera_is_gone_parts_are_held_and_it_comes_back() -> None:
    camera = SimulatedCamera(("center",), 64, 36)
    line, recorder, ear = make_line(camera)
    line.start()
    wait_until(lambda: ("camera", "") in ear.faults)
    camera.fail("unplugged")
    for _ in range(3):
        line.trigger()
    wait_until(lambda: len(recorder.rows) == 3)
    assert {r.verdict.judgement for r in recorder.rows} == {Judgement.HOLD}
    camera.plug_in()
    wait_until(lambda: ear.faults[-1] == ("camera", ""))
    line.trigger()
    assert line.stop()
    assert recorder.rows[3].verdict.judgement is Judgement.OK


def test_a_part_that_cannot_be_recorded_is_shown_as_held_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.line, "RETRY_RECORD_S", 0.02)
    line, recorder, ear = make_line(recorder=Recorder(failing=(1,)))
    line.start()
    line.trigger()
    assert line.stop()
    assert ear.unrecorded_reasons == ["not recorded: disk full"]
    assert numbers(recorder) == [1]
    assert [f for f in ear.faults if f[0] == "records"] == [("records", "part 1 is not recorded: disk full"), ("records", "")]


def test_stopping_with_a_dead_disk_ends_and_says_that_records_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.line, "RETRY_RECORD_S", 0.02)
    monkeypatch.setattr(station.line, "STOP_TIMEOUT_S", 0.3)
    line, recorder, ear = make_line(recorder=Recorder(always_failing=True))
    line.start()
    line.trigger()
    wait_until(lambda: bool(ear.unrecorded_reasons))
    assert line.stop() is False
    assert ear.shown == recorder.rows == []
    assert ear.unrecorded_reasons == ["not recorded: disk full"], "told once, however often it was tried"
    assert ear.faults.count(("records", "part 1 is not recorded: disk full")) == 1


def test_each_part_is_judged_by_one_inspector_and_names_it() -> None:
    line, recorder, ear = make_line(trigger=FLAT_OUT, max_parts=60, inspector=Inspector("1", delay_s=0.001))
    line.start()
    wait_until(lambda: len(recorder.rows) > 10)
    line.inspector = Inspector("2", delay_s=0.001)  # type: ignore[assignment]
    assert ear.over.wait(20)
    line.stop()
    versions = [r.judge.model_version for r in recorder.rows]
    assert versions == sorted(versions)
    assert set(versions) == {"1", "2"}
    assert numbers(recorder) == list(range(1, 61))


def test_a_camera_that_raises_anything_holds_the_part_and_the_line_goes_on() -> None:
    class Odd(Camera):
        def shoot(self):  # type: ignore[no-untyped-def]
            frames = super().shoot()
            if self.n_shots == 1:
                raise OSError("driver gone")
            return frames

    camera = Odd()
    line, recorder, _ = make_line(camera)
    line.start()
    line.trigger()
    wait_until(lambda: camera.n_open == 2)
    line.trigger()
    assert line.stop()
    assert [r.verdict.judgement for r in recorder.rows] == [Judgement.HOLD, Judgement.OK]
    assert recorder.rows[0].verdict.reason == "camera fault: OSError: driver gone"


def test_a_listener_that_fails_stops_nothing() -> None:
    def broken() -> None:
        raise BrokenPipeError("nobody reads")

    line, recorder, ear = make_line(ear=Ear(broken), trigger=FLAT_OUT, max_parts=5)
    line.start()
    assert ear.over.wait(20)
    assert line.stop()
    assert numbers(recorder) == [1, 2, 3, 4, 5]


def test_who_hears_of_shots_and_fails_stops_nothing_and_is_no_camera_fault() -> None:
    def broken(_shot: object) -> None:
        raise RuntimeError("can't start new thread")

    line, recorder, ear = make_line(trigger=FLAT_OUT, max_parts=3, taken=broken)
    line.start()
    assert ear.over.wait(20)
    assert line.stop()
    assert [row.verdict.judgement for row in recorder.rows] == [Judgement.OK] * 3
    assert [message for _, message in ear.faults if message] == []


def test_one_listener_that_fails_keeps_nothing_from_the_others() -> None:
    def broken() -> None:
        raise RuntimeError("a window that is closing")

    first, second = Ear(broken), Ear()
    line, recorder, _ = make_line(trigger=FLAT_OUT, max_parts=3, ear=FanOut(first, second))
    line.start()
    assert second.over.wait(20)
    assert line.stop()
    assert [part_id for part_id, _ in second.shown] == [1, 2, 3] == list(range(1, 1 + len(recorder.rows)))


def test_a_picture_taken_long_after_its_trigger_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station.line, "MAX_WAIT_S", 0.05)
    gate = threading.Event()

    class Slow(Camera):
        def open(self) -> None:
            assert gate.wait(20)

    line, recorder, _ = make_line(Slow())
    line.start()
    line.trigger()
    threading.Timer(0.2, gate.set).start()
    wait_until(lambda: len(recorder.rows) == 1)
    line.trigger()
    assert line.stop()
    assert [r.verdict.judgement for r in recorder.rows] == [Judgement.HOLD, Judgement.OK]
    assert "s after the trigger" in recorder.rows[0].verdict.reason


def test_without_a_camera_the_line_waits_instead_of_spinning() -> None:
    class Gone(Camera):
        def open(self) -> None:
            raise CameraError("gone")

    line, _, _ = make_line(Gone(), trigger=Trigger(mode="interval", interval_ms=1))
    others = threading.enumerate()
    line.start()
    capture = next(thread for thread in threading.enumerate() if thread.name == "capture" and thread not in others)
    time.sleep(0.5)
    used = next(thread.user_time + thread.system_time for thread in psutil.Process().threads() if thread.id == capture.native_id)
    line.stop()
    assert used < 0.25, f"{used:.2f} s of processor time in 0.5 s"


def test_a_frozen_camera_that_was_opened_again_is_not_told_to_be_well(recipe: Recipe) -> None:
    class Frozen(Camera):
        is_live = True

        def preview(self) -> tuple[Frame, ...]:
            return (Frame("front", small_picture(np.random.default_rng(self.seed)), now()),)

        def shoot(self) -> tuple[Frame, ...]:
            return self.preview()

        seed = 1

    camera = Frozen()
    line, recorder, ear = make_line(camera, checks=FrameChecks(ChecksSection(), recipe))
    line.start()
    wait_until(lambda: line.preview.take() is not None)
    line.trigger()
    wait_until(lambda: len(recorder.rows) == 1)
    wait_until(lambda: camera.n_open == 2)
    time.sleep(0.3)  # four previews of the same pixels
    told = [message for source, message in ear.faults if source == "camera"]
    assert len(told) == 2
    assert told[1].startswith("stale: view front: the very pixels of an earlier picture")
    camera.seed = 2
    wait_until(lambda: ear.faults[-1] == ("camera", ""))
    assert line.stop()
    assert recorder.rows[0].verdict.judgement is Judgement.HOLD


def test_a_camera_that_cannot_be_closed_does_not_keep_the_line_from_ending() -> None:
    class Stuck(Camera):
        def close(self) -> None:
            raise RuntimeError("the driver is gone")

    line, recorder, ear = make_line(Stuck())
    line.start()
    line.trigger()
    assert line.stop()
    assert numbers(recorder) == [1]
    assert ear.over.is_set()


def test_beats_that_fall_while_a_rule_holds_the_line_are_refused() -> None:
    held = "first the challenge parts"
    line, recorder, ear = make_line(trigger=Trigger(mode="interval", interval_ms=20), gate=lambda _lot, _judge: held)
    line.start()
    wait_until(lambda: line.refused >= 3)
    held = ""
    wait_until(lambda: len(recorder.rows) >= 2)
    line.stop()
    assert [fault for fault in ear.faults if fault[0] == "lock"] == [("lock", "first the challenge parts"), ("lock", "")]


def test_beats_that_a_slow_camera_misses_are_counted_and_told() -> None:
    line, recorder, ear = make_line(Camera(delay_s=0.05), trigger=Trigger(mode="interval", interval_ms=10))
    line.start()
    wait_until(lambda: len(recorder.rows) >= 5)
    line.stop()
    assert line.refused >= 8
    assert ("line", "the camera is slower than the trigger's interval: parts were not accepted") in ear.faults


def test_triggers_from_many_threads_are_numbered_without_gaps() -> None:
    line, recorder, _ = make_line()
    line.start()
    accepted: list[int] = []

    def press() -> None:
        for _ in range(40):
            try:
                accepted.append(line.trigger())
            except LineBusy:
                time.sleep(0.001)

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert line.stop()
    assert sorted(accepted) == numbers(recorder) == list(range(1, len(accepted) + 1))


def test_lot_and_operator_apply_from_the_next_trigger_on() -> None:
    line, recorder, _ = make_line(lot=Lot("A", "Ann"))
    line.start()
    line.trigger("S1")
    line.lot = Lot("B", "Ben")
    line.trigger()
    line.stop()
    assert [(r.shot.ticket.lot, r.shot.ticket.operator, r.shot.ticket.serial) for r in recorder.rows] == [("A", "Ann", "S1"), ("B", "Ben", "")]


@pytest.mark.parametrize("serial", ["x" * 65, "tab\t", "null\0"])
def test_a_serial_that_cannot_be_recorded_is_refused(serial: str) -> None:
    line, recorder, _ = make_line()
    line.start()
    with pytest.raises(LotError):
        line.trigger(serial)
    for _ in range(MAX_UNJUDGED):  # the refusal has not used up a place
        line.trigger()
    line.stop()
    assert len(recorder.rows) == MAX_UNJUDGED


def test_interval_trigger_beats_and_a_slow_line_refuses_aloud() -> None:
    gate = threading.Event()
    line, recorder, ear = make_line(inspector=Inspector(gate=gate), trigger=Trigger(mode="interval", interval_ms=30))
    line.start()
    wait_until(lambda: ("line", "the line is slower than its trigger: parts are not accepted") in ear.faults)
    assert line.refused > 0
    gate.set()
    wait_until(lambda: ear.faults[-1] == ("line", ""))
    line.stop()
    assert numbers(recorder) == list(range(1, len(recorder.rows) + 1))


def test_presence_trigger_takes_each_arriving_part_once() -> None:
    camera = SimulatedCamera(("center",), 320, 180, conveyor=True)
    line, recorder, _ = make_line(camera, trigger=Trigger(mode="presence", still_frames=2))
    line.start()
    wait_until(lambda: len(recorder.rows) >= 3, 30)
    line.stop()
    first = recorder.rows[0].shot.pictures["center"]
    assert first.mean() > SimulatedCamera(("center",), 320, 180).part(0).gain * 58 + 5, "the part, not the empty belt"


def test_presence_needs_an_empty_view_between_two_parts() -> None:
    detector = PresenceDetector(Trigger(mode="presence", still_frames=2))
    empty, part = np.full((40, 80), 50, np.uint8), np.full((40, 80), 150, np.uint8)
    seen = [detector.sees_new_part(p) for p in [empty, empty, part, part, part, part, part, empty, part, part, part]]
    assert [i for i, fired in enumerate(seen) if fired] == [4, 10]


def test_presence_ignores_a_part_that_is_still_moving() -> None:
    detector = PresenceDetector(Trigger(mode="presence", still_frames=2))
    frames = [np.full((40, 80), 50, np.uint8)] + [np.full((40, 80), 100 + 10 * (i % 2), np.uint8) for i in range(20)]
    assert not any(detector.sees_new_part(frame) for frame in frames)
