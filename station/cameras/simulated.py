"""A camera without hardware: simulated connectors come under the lens one after another, and it can fail on order."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from station.cameras.camera import CameraError
from station.cameras.connector import EYES, Part, draw_empty, draw_part, draw_view
from station.config import SimulatedFault
from station.shot import Frame, now

Fault = Literal["black", "saturated", "blurred", "stale", "wrong-size", "hang", "unplugged"]

# Conveyor mode, in previews after a shot: the belt is empty, then the part slides in, then it stands still.
_EMPTY_PREVIEWS = 4
_SLIDING_PREVIEWS = 4
_OVEREXPOSED = 5.0  # times the light: the belt burns out, the housing's floor does not
_BLUR = 0.01  # out of focus by this share of the picture's width


class SimulatedCamera:
    """Draws connectors (see connector.py). The n-th part of a seed is the same on every run, whatever was previewed."""

    def __init__(
        self,
        views: tuple[str, ...] = ("center", "left", "right"),
        width_px: int = 640,
        height_px: int = 360,
        defect_rate: float = 0.05,
        seed: int = 0,
        rate_hz: float = 0.0,
        conveyor: bool = False,
        first_part: int = 0,
        faults: Sequence[SimulatedFault] = (),
    ) -> None:
        """
        Args:
            views: 1, 3 or 5 of center, left, right, top, bottom.
            defect_rate: share of parts with a defect, 0..1.
            seed: of all randomness; another seed is another session, with its own middle of light and pose.
            rate_hz: at most so many shots a second; 0 = as fast as they are asked for.
            conveyor: the live view shows an empty belt and an arriving part between shots.
            first_part: number of the first part.
            faults: what goes wrong at which shot, the one of the first part of all being shot 1; see also `fail`.

        Raises:
            CameraError: a view that the simulated scene does not have.
        """
        unknown = [view for view in views if view not in EYES]
        if unknown:
            raise CameraError(f"simulated camera: no view {', '.join(unknown)}; it has {', '.join(EYES)}")
        self.views = views
        self._size = (width_px, height_px)
        self._defect_rate = defect_rate
        self._seed = seed
        self._period_s = 1 / rate_hz if rate_hz > 0 else 0.0
        self._conveyor = conveyor
        self._number = first_part
        self._previews = 0
        self._due_s = 0.0
        self._noise = np.random.default_rng()
        self._open = False
        self._faults: list[Fault] = []
        self._ordered = {fault.shot: fault for fault in faults if fault.shot > first_part}
        self._plugged_in_s = 0.0  # by the steady clock: from then on
        self._counter = 0
        self._last: tuple[Frame, ...] = ()  # of the last shot
        self._shown: deque[int] = deque(maxlen=64)  # parts of the last shots
        self._closed = threading.Event()

    def fail(self, *faults: Fault) -> None:
        """Let the next shots fail, one fault each.

        'unplugged' lasts until plug_in(), 'hang' until close() is called from another thread or the process is killed; the
        others are one picture long. 'stale' gives the pixels of the shot before, with a new time and count.
        """
        self._faults.extend(faults)

    def unplug(self) -> None:
        """From now on, without waiting for a shot."""
        self._plugged_in_s = float("inf")

    def plug_in(self) -> None:
        """End an 'unplugged'."""
        self._plugged_in_s = 0.0

    def part(self, number: int) -> Part:
        """The part that a shot shows: a pure function of seed, defect rate and number."""
        return draw_part(np.random.default_rng([self._seed, number]), self._defect_rate, np.random.default_rng([self._seed, 2**31]))

    @property
    def is_live(self) -> bool:
        """Always: it stands for a live camera, noise and all."""
        return True

    @property
    def is_finished(self) -> bool:
        """Never."""
        return False

    def open(self) -> None:
        """Ready, unless unplugged."""
        if self._is_unplugged:
            raise CameraError("simulated camera: unplugged")
        self._closed.clear()
        self._open = True

    def preview(self) -> tuple[Frame, ...]:
        """The part that would be shot next, with fresh sensor noise."""
        self._check()
        self._previews += 1
        if self._conveyor and self._previews <= _EMPTY_PREVIEWS:
            return self._frames([draw_empty(*self._size, self._noise) for _ in self.views])
        pictures = [draw_view(self.part(self._number), view, *self._size, self._noise) for view in self.views]
        missing = _EMPTY_PREVIEWS + _SLIDING_PREVIEWS - self._previews
        if self._conveyor and missing > 0:
            offset = self._size[0] * missing // _SLIDING_PREVIEWS
            pictures = [np.roll(picture, -offset, axis=1) for picture in pictures]
        return self._frames(pictures)

    def shoot(self) -> tuple[Frame, ...]:
        """The part under the lens; the next one comes."""
        pause = self._due_s - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._due_s = time.monotonic() + self._period_s
        fault = self._next_fault()
        self._check()
        if fault == "hang":
            self._closed.wait()
            raise CameraError("simulated camera: closed while it hung")
        part = self.part(self._number)
        if fault == "saturated":
            part = dataclasses.replace(part, gain=_OVEREXPOSED * part.gain)
        blur_px = _BLUR * self._size[0] if fault == "blurred" else 0.0
        noise = self._noise if self._number in self._shown else None  # no sensor gives the same pixels again of a part that lies there again
        self._shown.append(self._number)
        pictures = [draw_view(part, view, *self._size, noise, blur_px) for view in self.views]
        if fault == "black":
            pictures = [np.zeros_like(picture) for picture in pictures]
        elif fault == "wrong-size":
            pictures = [picture[:-8].copy() for picture in pictures]
        elif fault == "stale" and self._last:
            pictures = [frame.picture.copy() for frame in self._last]
        self._number += 1
        self._previews = 0
        self._last = self._frames(pictures)
        return self._last

    def close(self) -> None:
        """Let a call that hangs return; there is nothing else to let go of."""
        self._open = False
        self._closed.set()

    @property
    def _is_unplugged(self) -> bool:
        return time.monotonic() < self._plugged_in_s

    def _next_fault(self) -> Fault | None:
        lasts_s = float("inf")
        fault: Fault | None = None
        if self._faults:
            fault = self._faults.pop(0)
        elif ordered := self._ordered.pop(self._number + 1, None):
            fault, lasts_s = ordered.fault, ordered.lasts_s
        if fault == "unplugged":
            self._plugged_in_s = time.monotonic() + lasts_s
        return fault

    def _check(self) -> None:
        if self._is_unplugged:
            self._open = False
            raise CameraError("simulated camera: unplugged")
        if not self._open:
            raise CameraError("simulated camera: not open")

    def _frames(self, pictures: Sequence[NDArray[np.uint8]]) -> tuple[Frame, ...]:
        self._counter += 1
        return tuple(Frame(view, picture, now(), counter=self._counter) for view, picture in zip(self.views, pictures, strict=True))
