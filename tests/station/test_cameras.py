"""One set of cases for every camera, then what is special to each."""

from __future__ import annotations

import functools
import itertools
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from models.recipe import Recipe
from station.cameras.camera import BadPicture, Camera, CameraError, EndOfPictures
from station.cameras.folder import FolderCamera
from station.cameras.isolated import IsolatedCamera
from station.cameras.opencv import OpencvCamera, shown
from station.cameras.simulated import SimulatedCamera
from station.cameras.sources import make_camera
from station.config import CameraSection, ConfigError, OpencvSection, read_config
from tests.conftest import REPOSITORY
from tests.station.camera_sources import VIEWS, address, number_of, serving, stalling, two_views

N_PICTURES = 6


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """<view>/<n>.png: the n-th picture of a view is filled with 30 n (+ 5 in the second view)."""
    for offset, view in enumerate(VIEWS):
        (tmp_path / view).mkdir()
        for n in range(N_PICTURES):
            cv2.imwrite(str(tmp_path / view / f"{n}.png"), np.full((48, 64), 30 * n + 5 * offset, np.uint8))
    return tmp_path


@pytest.fixture
def videos(pictures: Path) -> list[str]:
    """One MJPEG file a view, each of its 6 pictures shown for 10 frames."""
    paths = []
    for view in VIEWS:
        path = str(pictures / f"{view}.avi")
        writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 100, (64, 48), isColor=False)
        for n in range(N_PICTURES):
            for _ in range(20):
                writer.write(cv2.imread(str(pictures / view / f"{n}.png"), cv2.IMREAD_GRAYSCALE))
        writer.release()
        paths.append(path)
    return paths


@pytest.fixture
def stream() -> Iterator[str]:
    with serving() as port:
        yield address(port)


@pytest.fixture(params=["simulated", "folder", "video", "stream", "isolated simulated", "isolated folder", "isolated stream"])
def make(request: pytest.FixtureRequest) -> Callable[[], Camera]:
    kind = request.param
    if kind == "isolated simulated":
        return functools.partial(IsolatedCamera, CameraSection(), two_views())
    if kind == "isolated folder":
        return functools.partial(IsolatedCamera, CameraSection(source=f"folder:{request.getfixturevalue('pictures')}"), two_views())
    if kind == "isolated stream":
        source = request.getfixturevalue("stream")
        return functools.partial(IsolatedCamera, CameraSection(source=f"opencv:{source},{source}"), two_views())
    if kind == "simulated":
        return functools.partial(SimulatedCamera, VIEWS, 64, 48)
    if kind == "folder":
        return functools.partial(FolderCamera, request.getfixturevalue("pictures"), VIEWS)
    if kind == "video":
        return functools.partial(OpencvCamera, request.getfixturevalue("videos"), VIEWS)
    return functools.partial(OpencvCamera, [request.getfixturevalue("stream")] * 2, VIEWS)


@pytest.fixture
def camera(make: Callable[[], Camera]) -> Iterator[Camera]:
    camera = make()
    camera.open()
    yield camera
    camera.close()


class TestEveryCamera:
    def test_gives_one_grey_frame_a_view_in_order(self, camera: Camera) -> None:
        for frames in (camera.preview(), camera.shoot()):
            assert [f.view for f in frames] == list(VIEWS)
            for frame in frames:
                assert frame.picture.dtype == np.uint8
                assert frame.picture.shape == (48, 64)
                assert frame.taken_at.tzinfo is not None

    def test_frames_own_their_memory(self, camera: Camera) -> None:
        first = camera.shoot()[0].picture
        before = first.copy()
        camera.shoot()
        assert (first == before).all()

    def test_shots_go_on_to_other_pictures(self, camera: Camera) -> None:
        first = camera.shoot()[0].picture
        assert any((camera.shoot()[0].picture != first).any() for _ in range(30))

    def test_a_shot_is_not_older_than_its_call_and_its_count_grows(self, camera: Camera) -> None:
        counters = []
        for _ in range(3):
            asked_s = time.monotonic()
            frame = camera.shoot()[1]
            assert asked_s <= frame.grabbed_s <= time.monotonic()
            counters.append(frame.counter)
        assert counters == [None] * 3 or counters == sorted(set(counters))

    def test_an_unopened_or_closed_camera_fails_with_its_name(self, make: Callable[[], Camera]) -> None:
        camera = make()
        with pytest.raises(CameraError, match="not open"):
            camera.shoot()
        camera.open()
        camera.close()
        camera.close()
        with pytest.raises(CameraError, match="not open"):
            camera.preview()

    def test_can_be_opened_again(self, camera: Camera) -> None:
        camera.close()
        camera.open()
        assert len(camera.shoot()) == 2


class TestFolder:
    def test_replays_in_order_once_then_ends(self, pictures: Path) -> None:
        camera = FolderCamera(pictures, VIEWS, loop=False)
        camera.open()
        shown = [[int(f.picture[0, 0]) for f in camera.shoot()] for _ in range(N_PICTURES)]
        assert shown == [[30 * n, 30 * n + 5] for n in range(N_PICTURES)]
        with pytest.raises(EndOfPictures, match="all 6 parts"):
            camera.shoot()

    def test_loops_when_asked(self, pictures: Path) -> None:
        camera = FolderCamera(pictures, VIEWS, loop=True)
        camera.open()
        assert [int(camera.shoot()[0].picture[0, 0]) for _ in range(N_PICTURES + 2)][-2:] == [0, 30]

    def test_preview_shows_the_next_part_without_using_it_up(self, pictures: Path) -> None:
        camera = FolderCamera(pictures, VIEWS)
        camera.open()
        assert (camera.preview()[0].picture == camera.preview()[0].picture).all()
        assert (camera.preview()[0].picture == camera.shoot()[0].picture).all()

    def test_an_unreadable_picture_is_passed_after_it_was_told(self, pictures: Path) -> None:
        (pictures / "center" / "1.png").write_bytes(b"")
        camera = FolderCamera(pictures, VIEWS)
        camera.open()
        camera.shoot()
        assert camera.preview() == ()
        with pytest.raises(BadPicture, match="1.png: the file is empty"):
            camera.shoot()
        assert int(camera.shoot()[0].picture[0, 0]) == 60

    def test_a_folder_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CameraError, match="gone: there is no such folder"):
            FolderCamera(tmp_path / "gone", VIEWS).open()

    def test_a_folder_that_went_away_is_the_cameras_fault_and_no_part_is_passed_over(self, pictures: Path) -> None:
        camera = FolderCamera(pictures, VIEWS)
        camera.open()
        camera.shoot()
        (pictures / "left").rename(pictures / "away")
        for act in (camera.preview, camera.shoot):
            with pytest.raises(CameraError, match="left is gone") as met:
                act()
            assert not isinstance(met.value, BadPicture)
        (pictures / "away").rename(pictures / "left")
        assert int(camera.shoot()[0].picture[0, 0]) == 30

    def test_keeps_its_rate(self, pictures: Path) -> None:
        camera = FolderCamera(pictures, VIEWS, rate_hz=50)
        camera.open()
        start = time.monotonic()
        for _ in range(5):
            camera.shoot()
        assert time.monotonic() - start >= 4 / 50


class TestOpencv:
    def test_a_camera_that_is_not_there_is_named(self) -> None:
        with pytest.raises(CameraError, match="camera 97: cannot be opened"):
            OpencvCamera(["97"], ("center",)).open()

    def test_an_address_where_nobody_answers_is_named(self) -> None:
        with pytest.raises(CameraError, match=r"camera http://127\.0\.0\.1:9/: cannot be opened"):
            OpencvCamera(["http://127.0.0.1:9/"], ("center",)).open()

    def test_a_source_that_falls_silent_is_noticed_in_the_preview(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("station.cameras.opencv.READ_TIMEOUT_S", 0.5)
        with serving(stop_after=20) as port:
            camera = OpencvCamera([address(port)], ("center",))
            camera.open()
            with pytest.raises(CameraError, match=r"no frame within 0\.5 s|stopped giving frames"):  # whichever clock rings first
                for _ in range(2000):
                    camera.preview()
                    time.sleep(0.005)
        camera.close()

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ("rtsp://line:s3cret@10.0.0.5/1", "rtsp://***@10.0.0.5/1"),
            ("rtsp://line:s3@cret@10.0.0.5:554/1?a=b@c", "rtsp://***@10.0.0.5:554/1?***"),
            ("http://10.0.0.5/video.cgi?user=admin&pwd=s3cret: gives no frames", "http://10.0.0.5/video.cgi?***: gives no frames"),
            ("http://10.0.0.5/x@y", "http://10.0.0.5/x@y"),
            ("0", "0"),
        ],
    )
    def test_messages_name_no_password(self, source: str, words: str) -> None:
        assert shown(source) == words
        with pytest.raises(CameraError) as met:
            OpencvCamera([source], VIEWS)
        assert words in str(met.value)
        assert "s3cret" not in str(met.value)

    def test_a_camera_signs_in_with_what_the_environment_holds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CAMERA_PASSWORD", "s3/cr@t")
        opencv = OpencvSection(user="line", password_env="CAMERA_PASSWORD", isolated=False)
        with serving(needs="Basic " + b64encode(b"line:s3/cr@t").decode()) as port:
            source = address(port).replace("http://", "opencv:http://{user}:{password}@")
            camera = make_camera(CameraSection(source=source, opencv=opencv), two_views().model_copy(update={"views": two_views().views[:1]}))
            camera.open()
            assert camera.shoot()[0].picture.shape == (48, 64)
            camera.close()

    @pytest.mark.parametrize("opencv", [OpencvSection(user="line"), OpencvSection(password_env="NOT_SET"), OpencvSection()])
    def test_what_is_missing_to_sign_in_is_named(self, opencv: OpencvSection) -> None:
        with pytest.raises(
            CameraError, match=r"camera rtsp://\*\*\*@10\.0\.0\.5/1: there is nothing to put for \{(user|password)\}: see \[camera.opencv\]"
        ):
            make_camera(CameraSection(source="opencv:rtsp://{user}:{password}@10.0.0.5/1", opencv=opencv), two_views())

    @pytest.mark.parametrize("source", ["opencv:rtsp://line:s3cret@10.0.0.5/1", "opencv:0,http://:s3cret@10.0.0.5/x"])
    def test_a_password_in_the_settings_is_refused_without_repeating_it(self, source: str) -> None:
        with pytest.raises(ValidationError, match="a password stands in no file"):
            CameraSection(source=source)
        with pytest.raises(ConfigError, match="--camera: source: a password stands in no file") as met:
            read_config(REPOSITORY / "config.toml").with_camera(source)
        assert "s3cret" not in str(met.value)

    def test_another_number_of_sources_than_views_is_refused(self) -> None:
        with pytest.raises(CameraError, match=r"1 sources \(0\) for 2 views"):
            OpencvCamera(["0"], VIEWS)

    def test_a_shot_is_never_an_old_frame(self, stream: str) -> None:
        camera = OpencvCamera([stream], ("center",))
        camera.open()
        try:
            for _ in range(5):
                before = int(camera.shoot()[0].picture.mean())
                time.sleep(0.1)  # about ten frames arrive meanwhile
                after = int(camera.shoot()[0].picture.mean())
                passed = (after - before) % 200 // 5
                assert passed >= 5, "the frame that waited in the buffer was passed over"
        finally:
            camera.close()

    def test_after_a_stall_a_shot_is_no_frame_of_the_burst(self) -> None:
        with stalling() as (port, taken):
            camera = OpencvCamera([address(port)], ("center",))
            camera.open()
            asked_s, shots = [], []
            try:
                deadline = time.monotonic() + 30
                while not (asked_s and len(taken) > 110) and time.monotonic() < deadline:  # before, in and after the burst
                    asked_s.append(time.monotonic())
                    shots.append(number_of(camera.shoot()[0].picture))
            finally:
                camera.close()
        assert max(shots) > 100, "the stream went on after its stall"
        ages = [asked - taken[number] for asked, number in zip(asked_s, shots, strict=True)]
        assert max(ages) < 0.1, "none was taken before it was asked for; two periods for the way through the pipes"

    def test_a_stream_that_repeats_its_last_picture_gives_no_frame_any_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("station.cameras.opencv.READ_TIMEOUT_S", 0.5)
        with serving(freeze_after=20) as port:
            camera = OpencvCamera([address(port)], ("center",))
            camera.open()
            with pytest.raises(CameraError, match=r"the same pixels for 0\.5 s: it repeats itself"):
                for _ in range(2000):
                    camera.preview()
                    time.sleep(0.005)
            camera.close()

    def test_of_a_stream_that_has_frozen_before_it_was_opened_nothing_is_shot(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("station.cameras.opencv.READ_TIMEOUT_S", 0.5)
        with serving(freeze_after=1) as port:
            camera = OpencvCamera([address(port)], ("center",))
            camera.open()
            with pytest.raises(CameraError, match="the same pixels"):
                camera.shoot()
            camera.close()
            unchecked = OpencvCamera([address(port)], ("center",), must_change=False)
            unchecked.open()
            assert [int(unchecked.shoot()[0].picture.mean()) for _ in range(3)] == [20] * 3
            unchecked.close()

    def test_a_preview_never_shows_the_same_frame_twice(self, stream: str) -> None:
        camera = OpencvCamera([stream], ("center",))
        camera.open()
        try:
            shown, deadline = [], time.monotonic() + 20
            while len(shown) < 6 and time.monotonic() < deadline:
                shown += [frame.picture for frame in camera.preview()]
        finally:
            camera.close()
        assert len(shown) == 6
        assert all((a != b).any() for a, b in itertools.pairwise(shown))

    def test_a_video_ends_instead_of_repeating_its_last_frame(self, videos: list[str]) -> None:
        camera = OpencvCamera(videos[:1], ("center",))
        camera.open()
        with pytest.raises(EndOfPictures, match="ended after 120 frames"):
            for _ in range(500):
                camera.shoot()
        with pytest.raises(EndOfPictures):
            camera.preview()
        camera.close()


@pytest.mark.parametrize(
    ("source", "message"),
    [("webcam", "expected simulated, folder:PATH or opencv:SOURCE"), ("folder:", "expected simulated"), ("opencv:0,1", "2 sources")],
)
def test_words_that_name_no_camera_are_refused(recipe: Recipe, source: str, message: str) -> None:
    with pytest.raises(CameraError, match=message):
        make_camera(CameraSection(source=source), recipe)
