"""Each type of camera goes away under a running line and comes back by itself."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from models.recipe import Trigger
from station.cameras.camera import Camera
from station.cameras.folder import FolderCamera
from station.cameras.isolated import IsolatedCamera
from station.cameras.simulated import SimulatedCamera
from station.cameras.sources import make_camera
from station.config import CameraSection
from station.line import Line
from station.verdict import Judgement
from tests.station.camera_sources import VIEWS, address, serving, two_views
from tests.station.parts import Ear, Inspector, Recorder, wait_until


class Run:
    """A line with a manual trigger on this camera."""

    def __init__(self, camera: Camera) -> None:
        self.recorder, self.ear = Recorder(), Ear()
        self.line = Line(camera, Inspector(), self.recorder, self.ear, Trigger(mode="manual"))  # type: ignore[arg-type]
        self.line.start()

    def wait_until_well(self) -> None:
        wait_until(lambda: self.ear.faults[-1:] == [("camera", "")], 40)

    def wait_for_fault(self) -> None:
        wait_until(lambda: bool(self.ear.faults[-1][1]), 40)

    def part(self) -> Judgement:
        """Judge one part; waits for its record."""
        number = self.line.trigger()
        wait_until(lambda: len(self.recorder.rows) == number, 40)
        return self.recorder.rows[-1].verdict.judgement

    def stop(self) -> list[str]:
        """The reasons of the parts, in order; '' for those that were judged."""
        assert self.line.stop()
        assert [row.shot.ticket.number for row in self.recorder.rows] == list(range(1, self.line.n_accepted + 1))
        assert all(a != b for a, b in itertools.pairwise(self.ear.faults)), "what is wrong is told once"
        return [row.verdict.reason for row in self.recorder.rows]


def away_and_back(camera: Camera, take_away: Callable[[], object], bring_back: Callable[[], object]) -> Run:
    """Two good parts, three while the camera is away, one when it is back."""
    run = Run(camera)
    try:
        run.wait_until_well()
        before = [run.part(), run.part()]
        take_away()
        run.wait_for_fault()  # although nothing was triggered
        meanwhile = [run.part() for _ in range(3)]
        bring_back()
        run.wait_until_well()
        after = run.part()
    finally:
        reasons = run.stop()
    assert before + meanwhile + [after] == [Judgement.OK] * 2 + [Judgement.HOLD] * 3 + [Judgement.OK]
    assert all(reason.startswith("camera fault: ") for reason in reasons[2:5])
    return run


def test_a_folder_is_renamed_away_and_back(tmp_path: Path) -> None:
    folder, away = tmp_path / "parts", tmp_path / "away"
    for view in VIEWS:
        (folder / view).mkdir(parents=True)
        for n in range(6):
            cv2.imwrite(str(folder / view / f"{n}.png"), np.full((48, 64), 30 * n, np.uint8))
    run = away_and_back(FolderCamera(folder, VIEWS), lambda: folder.rename(away), lambda: away.rename(folder))
    assert [int(row.shot.pictures["center"][0, 0]) for row in run.recorder.rows if row.shot.frames] == [0, 30, 60], "the replay goes on where it was"


def test_a_simulated_camera_is_unplugged_and_plugged_in() -> None:
    camera = SimulatedCamera(("center",), 64, 36)
    away_and_back(camera, camera.unplug, camera.plug_in)


@pytest.mark.parametrize("isolated", [False, True])
def test_a_stream_ends_and_comes_back_at_the_same_address(isolated: bool) -> None:
    with contextlib.ExitStack() as first, contextlib.ExitStack() as second:
        port = first.enter_context(serving())
        source = f"opencv:{address(port)},{address(port)}"
        camera = make_camera(CameraSection.model_validate({"source": source, "opencv": {"isolated": isolated}}), two_views())
        assert isinstance(camera, IsolatedCamera) == isolated
        away_and_back(camera, first.close, lambda: second.enter_context(serving(port)))


def isolated_simulated(faults: list[dict[str, object]], call_timeout_s: float = 1.5) -> IsolatedCamera:
    settings = CameraSection.model_validate({"simulated": {"faults": faults}})
    return IsolatedCamera(settings, two_views(), call_timeout_s=call_timeout_s)


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
@pytest.mark.parametrize(("name", "words"), [("SIGKILL", "its process was ended by SIGKILL"), ("SIGSTOP", "did not answer within 1.5 s")])
def test_a_camera_process_is_killed_or_stopped_between_two_shots(name: str, words: str) -> None:
    camera = isolated_simulated([])
    run = Run(camera)
    try:
        run.wait_until_well()
        assert run.part() is Judgement.OK
        first = camera.process_id
        assert first is not None
        os.kill(first, getattr(signal, name))
        run.wait_for_fault()
        run.wait_until_well()
        assert run.part() is Judgement.OK
        assert camera.process_id != first
        wait_until(lambda: not psutil.pid_exists(first))
    finally:
        run.stop()
    assert any(words in message for _, message in run.ear.faults)


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGSTOP"])
def test_a_camera_process_is_killed_or_stopped_in_the_middle_of_a_shot(name: str) -> None:
    camera = isolated_simulated([{"shot": 2, "fault": "hang"}], call_timeout_s=3)
    run = Run(camera)
    try:
        run.wait_until_well()
        assert run.part() is Judgement.OK
        run.line.trigger()
        wait_until(lambda: camera.n_shots == 2)
        run.line.trigger()  # accepted while the camera hangs
        assert camera.process_id is not None
        os.kill(camera.process_id, getattr(signal, name))
        wait_until(lambda: len(run.recorder.rows) == 3, 40)
        run.wait_until_well()
        assert run.part() is Judgement.OK
    finally:
        reasons = run.stop()
    words = "was ended by SIGKILL" if name == "SIGKILL" else "did not answer within 3 s; its process was replaced"
    assert [bool(reason) for reason in reasons] == [False, True, True, False]
    assert words in reasons[1]
