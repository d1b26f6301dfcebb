"""One set of cases for every camera, then what is special to each."""

from __future__ import annotations

import functools
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.recipe import Recipe
from station.cameras.camera import BadPicture, Camera, CameraError, EndOfPictures
from station.cameras.connector import MODES, Defect, draw_part, draw_view
from station.cameras.folder import FolderCamera
from station.cameras.isolated import IsolatedCamera
from station.cameras.opencv import OpencvCamera, shown
from station.cameras.simulated import Fault, SimulatedCamera
from station.cameras.sources import make_camera
from station.config import CameraSection, SimulatedFault
from station.meters import focus
from tests.station.camera_sources import VIEWS, address, number_of, serving, stalling, two_views
from tests.station.parts import wait_until

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


class TestSimulated:
    def test_the_same_seed_gives_the_same_parts_whatever_was_previewed(self) -> None:
        a, b = SimulatedCamera(VIEWS, 64, 48, 0.5, seed=3), SimulatedCamera(VIEWS, 64, 48, 0.5, seed=3)
        a.open(), b.open()
        b.preview(), b.preview()
        for _ in range(3):
            assert all((x.picture == y.picture).all() for x, y in zip(a.shoot(), b.shoot(), strict=True))

    @pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
    def test_defects_come_at_the_chosen_rate_in_every_mode(self, rate: float) -> None:
        camera = SimulatedCamera(defect_rate=rate)
        defects = [camera.part(n).defect for n in range(400)]
        assert sum(d is not None for d in defects) / 400 == pytest.approx(rate, abs=0.07)
        assert {d.mode for d in defects if d} == (set(MODES) if rate else set())

    @pytest.mark.parametrize("mode", MODES)
    def test_each_defect_shows_at_its_pin_and_nowhere_else(self, mode: str) -> None:
        import dataclasses

        part = draw_part(np.random.default_rng(4), 0)
        part = dataclasses.replace(part, shift=(0, 0), rotation_deg=0)
        defect = Defect(mode, 1, 2, {"R": 60.0, "M": 1.0, "F": 0.2}.get(mode, 0.25))
        good = draw_view(part, "center", 640, 360).astype(int)
        bad = draw_view(dataclasses.replace(part, defect=defect), "center", 640, 360).astype(int)
        rows, columns = np.nonzero(np.abs(good - bad) > 12)
        assert len(rows) > 4
        assert (columns.min() > 640 * 0.2) and (columns.max() < 640 * 0.45)
        assert (rows.min() > 360 * 0.35) and (rows.max() < 360 * 0.75)

    @pytest.mark.parametrize("views", [("center",), ("center", "left", "right"), ("center", "left", "right", "top", "bottom")])
    def test_one_three_or_five_views_differ(self, views: tuple[str, ...]) -> None:
        camera = SimulatedCamera(views, 320, 180)
        camera.open()
        frames = camera.shoot()
        assert [f.view for f in frames] == list(views)
        assert len({f.picture.tobytes() for f in frames}) == len(views)

    def test_fails_on_order(self) -> None:
        camera = SimulatedCamera(("center",), 64, 48)
        camera.open()
        camera.fail("black", "wrong-size", "unplugged")
        assert not camera.shoot()[0].picture.any()
        assert camera.shoot()[0].picture.shape == (40, 64)
        with pytest.raises(CameraError, match="unplugged"):
            camera.shoot()
        with pytest.raises(CameraError, match="unplugged"):
            camera.open()
        camera.plug_in()
        camera.open()
        assert camera.shoot()[0].picture.any()

    def test_unusable_pictures_are_made_on_order(self) -> None:
        camera = SimulatedCamera(("center",), 320, 180)
        camera.open()
        good = camera.shoot()[0]
        camera.fail("stale", "saturated", "blurred")
        stale, saturated, blurred = camera.shoot()[0], camera.shoot()[0], camera.shoot()[0]
        assert (stale.picture == good.picture).all()
        assert stale.counter is not None and good.counter is not None
        assert (stale.counter, stale.grabbed_s) > (good.counter, good.grabbed_s), "only the pixels tell"
        assert (saturated.picture >= 250).mean() > 0.5 > (good.picture >= 250).mean()
        assert focus(blurred.picture) < 0.2 * focus(good.picture)

    def test_a_part_that_is_laid_there_again_is_no_stale_picture(self) -> None:
        camera = SimulatedCamera(("center",), 64, 48)
        camera.open()
        first = camera.shoot()[0].picture
        camera._number = 0
        again = camera.shoot()[0].picture
        assert (first != again).any()
        assert np.abs(first.astype(int) - again).mean() < 3

    def test_a_hang_ends_when_another_thread_closes_the_camera(self) -> None:
        camera = SimulatedCamera(("center",), 64, 48)
        camera.open()
        camera.fail("hang")
        closer = threading.Timer(0.1, camera.close)
        closer.start()
        with pytest.raises(CameraError, match="closed while it hung"):
            camera.shoot()
        closer.join()

    def test_faults_of_the_settings_come_at_their_shots(self) -> None:
        faults = [SimulatedFault(shot=2, fault="black"), SimulatedFault(shot=3, fault="unplugged", lasts_s=0.05)]
        camera = SimulatedCamera(("center",), 64, 48, faults=faults)
        camera.open()
        assert [bool(camera.shoot()[0].picture.any()) for _ in range(2)] == [True, False]
        with pytest.raises(CameraError, match="unplugged"):
            camera.shoot()
        with pytest.raises(CameraError, match="unplugged"):
            camera.open()
        wait_until(lambda: _opens(camera))
        assert camera.shoot()[0].picture.any(), "part 3 lay there still, and its fault is over"

    @pytest.mark.parametrize("fault", ["black", "stale"])
    def test_faults_of_parts_that_have_passed_do_not_come(self, fault: Fault) -> None:
        camera = SimulatedCamera(
            ("center",), 64, 48, first_part=2, faults=[SimulatedFault(shot=2, fault=fault), SimulatedFault(shot=3, fault="black")]
        )
        camera.open()
        assert not camera.shoot()[0].picture.any()
        assert camera.shoot()[0].picture.any()

    def test_two_faults_for_one_shot_are_refused(self) -> None:
        with pytest.raises(ValueError, match="shot 4 is listed twice"):
            CameraSection.model_validate({"simulated": {"faults": [{"shot": 4, "fault": "black"}, {"shot": 4, "fault": "hang"}]}})

    def test_an_unknown_view_is_refused(self) -> None:
        with pytest.raises(CameraError, match="no view inside; it has center, left"):
            SimulatedCamera(("inside",))


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


def _opens(camera: Camera) -> bool:
    try:
        camera.open()
    except CameraError:
        return False
    return True
