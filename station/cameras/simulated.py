"""A camera without hardware: simulated connectors come under the lens one after another, and it can fail on order."""

from __future__ import annotations

import time
from typing import Literal

import numpy as np

from station.cameras.camera import CameraError
from station.cameras.connector import EYES, Part, draw_empty, draw_part, draw_view
from station.shot import Frame, now

Fault = Literal["unplugged", "black", "wrong-size"]

# Conveyor mode, in previews after a shot: the belt is empty, then the part slides in, then it stands still.
_EMPTY_PREVIEWS = 4
_SLIDING_PREVIEWS = 4


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
    ) -> None:
        """
        Args:
            views: 1, 3 or 5 of center, left, right, top, bottom.
            defect_rate: share of parts with a defect, 0..1.
            seed: of all randomness; another seed is another session, with its own middle of light and pose.
            rate_hz: at most so many shots a second; 0 = as fast as they are asked for.
            conveyor: the live view shows an empty belt and an arriving part between shots.
            first_part: number of the first part.

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
        self._unplugged = False

    def fail(self, *faults: Fault) -> None:
        """Let the next shots fail, one fault each: 'unplugged' lasts until plug_in(), the others are one picture long."""
        self._faults.extend(faults)

    def plug_in(self) -> None:
        """End an 'unplugged'."""
        self._unplugged = False

    def part(self, number: int) -> Part:
        """The part that a shot shows: a pure function of seed, defect rate and number."""
        return draw_part(np.random.default_rng([self._seed, number]), self._defect_rate, np.random.default_rng([self._seed, 2**31]))

    @property
    def is_finished(self) -> bool:
        """Never."""
        return False

    def open(self) -> None:
        """Ready, unless unplugged."""
        if self._unplugged:
            raise CameraError("simulated camera: unplugged")
        self._open = True

    def preview(self) -> tuple[Frame, ...]:
        """The part that would be shot next, with fresh sensor noise."""
        self._check()
        self._previews += 1
        if self._conveyor and self._previews <= _EMPTY_PREVIEWS:
            return tuple(Frame(view, draw_empty(*self._size, self._noise), now()) for view in self.views)
        frames = self._frames(self.part(self._number), self._noise)
        missing = _EMPTY_PREVIEWS + _SLIDING_PREVIEWS - self._previews
        if self._conveyor and missing > 0:
            offset = self._size[0] * missing // _SLIDING_PREVIEWS
            return tuple(Frame(f.view, np.roll(f.picture, -offset, axis=1), f.taken_at) for f in frames)
        return frames

    def shoot(self) -> tuple[Frame, ...]:
        """The part under the lens; the next one comes."""
        pause = self._due_s - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._due_s = time.monotonic() + self._period_s
        fault = self._faults.pop(0) if self._faults else None
        if fault == "unplugged":
            self._unplugged = True
        self._check()
        frames = self._frames(self.part(self._number), None)
        self._number += 1
        self._previews = 0
        if fault == "black":
            return tuple(Frame(f.view, np.zeros_like(f.picture), f.taken_at) for f in frames)
        if fault == "wrong-size":
            return tuple(Frame(f.view, f.picture[:-8].copy(), f.taken_at) for f in frames)
        return frames

    def close(self) -> None:
        """Nothing to let go of."""
        self._open = False

    def _check(self) -> None:
        if self._unplugged:
            self._open = False
            raise CameraError("simulated camera: unplugged")
        if not self._open:
            raise CameraError("simulated camera: not open")

    def _frames(self, part: Part, noise: np.random.Generator | None) -> tuple[Frame, ...]:
        return tuple(Frame(view, draw_view(part, view, *self._size, noise), now()) for view in self.views)
