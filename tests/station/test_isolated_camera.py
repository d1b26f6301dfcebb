"""The camera process: what comes through it, and what is seen of it when it hangs, dies or is left alone."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recipe import Recipe
from station.cameras.camera import BadPicture, CameraError, EndOfPictures
from station.cameras.isolated import IsolatedCamera, _answer
from station.cameras.opencv import OpencvCamera
from station.cameras.simulated import SimulatedCamera
from station.cameras.sources import make_camera
from station.config import CameraSection, OpencvSection
from tests.conftest import REPOSITORY
from tests.station.camera_sources import VIEWS, two_views
from tests.station.parts import wait_until

posix = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


def simulated(*faults: tuple[int, str], call_timeout_s: float = 20.0, recipe: Recipe | None = None) -> IsolatedCamera:
    rows = [{"shot": shot, "fault": fault} for shot, fault in faults]
    return IsolatedCamera(CameraSection.model_validate({"simulated": {"faults": rows}}), recipe or two_views(), call_timeout_s=call_timeout_s)


def isolated_folder(folder: Path) -> IsolatedCamera:
    return IsolatedCamera(CameraSection(source=f"folder:{folder}"), two_views())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for view in VIEWS:
        (tmp_path / view).mkdir()
        for n in range(3):
            cv2.imwrite(str(tmp_path / view / f"{n}.png"), np.full((48, 64), 40 * n, np.uint8))
    return tmp_path


@pytest.fixture
def opened() -> Iterator[list[IsolatedCamera]]:
    """Cameras that are closed at the end."""
    cameras: list[IsolatedCamera] = []
    yield cameras
    for camera in cameras:
        camera.close()


def is_gone(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_every_pixel_of_large_pictures_comes_through(opened: list[IsolatedCamera]) -> None:
    recipe = two_views(1920, 1080)
    camera, same = simulated(recipe=recipe), make_camera(CameraSection(), recipe)
    assert isinstance(same, SimulatedCamera)
    opened.append(camera)
    camera.open()
    same.open()
    for _ in range(3):
        for met, expected in zip(camera.shoot(), same.shoot(), strict=True):
            assert met.view == expected.view
            assert met.counter == expected.counter
            assert (met.picture == expected.picture).all()
            assert met.picture.flags.owndata
            assert met.picture.flags.writeable


def test_errors_keep_their_kind_and_words(opened: list[IsolatedCamera], folder: Path) -> None:
    (folder / "left" / "1.png").write_bytes(b"")
    camera = isolated_folder(folder)
    opened.append(camera)
    camera.open()
    assert not camera.is_live
    assert len(camera.shoot()) == 2
    process = camera.process_id
    with pytest.raises(BadPicture, match="1.png: the file is empty"):
        camera.shoot()
    assert not camera.is_finished
    camera.shoot()
    assert camera.is_finished
    with pytest.raises(EndOfPictures, match="all 3 parts"):
        camera.shoot()
    assert camera.process_id == process, "an error that the camera tells costs no process"


def test_a_camera_that_cannot_be_opened_says_why(opened: list[IsolatedCamera], tmp_path: Path) -> None:
    camera = isolated_folder(tmp_path / "gone")
    opened.append(camera)
    with pytest.raises(CameraError, match="there is no such folder"):
        camera.open()


@given(
    st.one_of(
        st.binary(max_size=80),
        st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)).map(
            lambda v: json.dumps(v).encode()
        ),
        st.fixed_dictionaries(
            {
                "error": st.none() | st.fixed_dictionaries({"kind": st.sampled_from(["CameraError", "Exit"]), "message": st.text(max_size=5)}),
                "is_live": st.booleans(),
                "is_finished": st.booleans(),
                "frames": st.lists(
                    st.fixed_dictionaries(
                        {
                            "view": st.text(max_size=3),
                            "height": st.integers(-2, 6) | st.just(2**62),
                            "width": st.integers(-2, 6) | st.none(),
                            "taken_at": st.sampled_from(["2026-03-02T00:00:00+00:00", "today"]),
                            "grabbed_s": st.floats(0, 9),
                            "counter": st.none() | st.integers(0, 9),
                        }
                    ),
                    max_size=2,
                ),
            }
        ).map(lambda row: json.dumps(row).encode()),
    ),
    st.integers(0, 80),
)
def test_whatever_comes_through_the_pipe_is_an_answer_or_a_known_error(line: bytes, n_pixels: int) -> None:
    try:
        answer = _answer(line, io.BytesIO(bytes(range(n_pixels))))
    except (ValueError, KeyError, TypeError, MemoryError, EOFError):  # those that the reading thread takes for a broken process
        return
    assert sum(frame.picture.size for frame in answer.frames) <= n_pixels
    assert all(frame.picture.size for frame in answer.frames)


@pytest.mark.parametrize("call", ["shoot", "preview"])
def test_an_error_that_no_camera_should_raise_is_told_too(opened: list[IsolatedCamera], folder: Path, call: str) -> None:
    camera = simulated()
    opened.append(camera)
    camera._wanted["camera"]["simulated"]["seed"] = -1  # a child of another version: its settings refuse this
    with pytest.raises(CameraError, match="(?s)ValidationError: .*seed"):
        camera.open()
    with pytest.raises(CameraError, match=f"{call} was asked of a camera that was not opened"):
        getattr(camera, call)()


def test_a_call_that_overruns_costs_the_process_and_the_next_open_starts_another(opened: list[IsolatedCamera]) -> None:
    camera = simulated((2, "hang"), call_timeout_s=1)
    opened.append(camera)
    camera.open()
    first = camera.shoot()[0].picture
    process = camera.process_id
    assert process is not None
    with pytest.raises(CameraError, match="camera simulated: did not answer within 1 s; its process was replaced"):
        camera.shoot()
    assert is_gone(process)
    with pytest.raises(CameraError, match="not open"):
        camera.shoot()
    camera.open()
    assert camera.process_id != process
    assert (camera.shoot()[0].picture != first).any(), "the new process goes on with the next part"


def test_an_open_that_hangs_is_ended(opened: list[IsolatedCamera]) -> None:
    camera = IsolatedCamera(CameraSection(), two_views(), open_timeout_s=0.001)  # less than any process needs to start
    opened.append(camera)
    with pytest.raises(CameraError, match=r"did not answer within 0\.001 s"):
        camera.open()
    assert camera.process_id is None


@posix
def test_a_process_that_died_is_noticed_at_the_next_call_with_how_it_ended(opened: list[IsolatedCamera]) -> None:
    camera = simulated()
    opened.append(camera)
    camera.open()
    assert camera.process_id is not None
    os.kill(camera.process_id, signal.SIGSEGV)
    with pytest.raises(CameraError, match="its process was ended by SIGSEGV; it is started again"):
        for _ in range(100):
            camera.preview()
    camera.open()
    assert camera.shoot()[0].picture.any()


@posix
def test_the_stations_signals_do_not_end_the_camera(opened: list[IsolatedCamera]) -> None:
    camera = simulated()
    opened.append(camera)
    camera.open()
    assert camera.process_id is not None
    for name in (signal.SIGINT, signal.SIGTERM):  # a terminal and a service manager send them to the whole group
        os.kill(camera.process_id, name)
    assert camera.shoot()[0].picture.any()


@posix
def test_a_stopped_process_is_killed_when_the_camera_is_closed() -> None:
    camera = simulated()
    camera.open()
    process = camera.process_id
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    camera.close()
    assert is_gone(process)


def test_close_ends_the_process(folder: Path) -> None:
    camera = isolated_folder(folder)
    camera.open()
    process = camera.process_id
    assert process is not None
    camera.close()
    camera.close()
    assert is_gone(process)


def test_opening_again_and_again_leaves_no_process_thread_or_pipe(opened: list[IsolatedCamera]) -> None:
    camera = simulated()
    opened.append(camera)
    me = psutil.Process()
    camera.open()
    n_threads, n_files, n_children = threading.active_count(), me.num_fds() if os.name != "nt" else 0, len(me.children())
    for _ in range(3):
        camera.open()
    wait_until(lambda: threading.active_count() <= n_threads)  # fewer, where one of an earlier test ends meanwhile
    assert len(me.children()) <= n_children
    if os.name != "nt":
        wait_until(lambda: me.num_fds() <= n_files)


PARENT = """
import sys
from station.cameras.isolated import IsolatedCamera
from station.config import CameraSection, OpencvSection
from tests.station.camera_sources import two_views

camera = IsolatedCamera(CameraSection.model_validate({"simulated": {"faults": [{"shot": 1, "fault": "hang"}]}}), two_views())
camera.open()
print(camera.process_id, flush=True)
if sys.argv[1] == "hang":
    camera.shoot()
sys.stdin.readline()
"""


@posix
@pytest.mark.parametrize("doing", ["nothing", "hang"])
def test_the_process_ends_when_the_station_is_killed(doing: str) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, doing], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not is_gone(child)
        parent.kill()
    wait_until(lambda: is_gone(child))


@pytest.mark.parametrize(
    ("source", "isolated", "kind"),
    [
        ("opencv:97", True, IsolatedCamera),
        ("opencv:rtsp://10.0.0.5/1", True, IsolatedCamera),
        ("opencv:97", False, OpencvCamera),
        ("opencv:part.avi", True, OpencvCamera),
    ],
)
def test_live_sources_get_a_process_unless_the_settings_say_no(recipe: Recipe, source: str, isolated: bool, kind: type) -> None:
    assert type(make_camera(CameraSection.model_validate({"source": source, "opencv": {"isolated": isolated}}), recipe)) is kind


def test_a_device_that_is_not_there_is_named_through_the_process(recipe: Recipe, opened: list[IsolatedCamera]) -> None:
    camera = make_camera(CameraSection(source="opencv:97"), recipe)
    assert isinstance(camera, IsolatedCamera)
    opened.append(camera)
    with pytest.raises(CameraError, match="camera 97: cannot be opened; is it plugged in"):
        camera.open()


def test_no_password_of_a_stream_reaches_a_message_or_the_log(
    opened: list[IsolatedCamera], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("CAMERA_PASSWORD", "s3cret")
    source = "http://{user}:{password}@127.0.0.1:9/video.mjpg"
    settings = CameraSection(source=f"opencv:{source},{source}", opencv=OpencvSection(user="line", password_env="CAMERA_PASSWORD"))
    camera = IsolatedCamera(settings, two_views())
    opened.append(camera)
    with pytest.raises(CameraError, match=r"http://\*\*\*@127\.0\.0\.1:9/video\.mjpg: cannot be opened") as met:
        camera.open()
    camera.close()
    wait_until(lambda: not any(thread.name.startswith("camera process") for thread in threading.enumerate()))
    assert "s3cret" not in str(met.value) + caplog.text
