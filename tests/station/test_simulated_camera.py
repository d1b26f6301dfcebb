"""The camera that draws connectors: every run shows the same parts, and faults come on order."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from station.cameras.camera import Camera, CameraError
from station.cameras.connector import MODES, Defect, draw_part, draw_view
from station.cameras.simulated import Fault, SimulatedCamera
from station.config import CameraSection, SimulatedFault
from station.meters import focus
from tests.station.camera_sources import VIEWS
from tests.station.parts import wait_until

N_PICTURES = 6


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


def _opens(camera: Camera) -> bool:
    try:
        camera.open()
    except CameraError:
        return False
    return True
