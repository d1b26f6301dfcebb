"""A frame, and the shot that it belongs to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray


def now() -> datetime:
    """The time in UTC; every time in the product is."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of one view."""

    view: str
    picture: NDArray[np.uint8]  # (H, W) grey
    taken_at: datetime
    grabbed_s: float = field(default_factory=time.monotonic)  # by the steady clock: not before this was it taken
    counter: int | None = None  # the camera's own count of frames, where it has one; grows until the camera is opened again


@dataclass(frozen=True, slots=True)
class Ticket:
    """The promise of one verdict and one record, given when a trigger is accepted."""

    number: int  # 1, 2, 3 … within one run of the line
    lot: str
    operator: str
    serial: str
    accepted_at: datetime = field(default_factory=now)
    kind: str = "part"  # or 'challenge': a known part, run to test the station; it counts nowhere
    retest_of: int | None = None  # id of the part whose RETEST this shot answers
    accepted_s: float = field(default_factory=time.monotonic)  # by the steady clock, which nobody sets


@dataclass(frozen=True, slots=True)
class Shot:
    """The pictures taken to judge one part; without pictures if the camera failed, and then with the reason."""

    ticket: Ticket
    frames: tuple[Frame, ...]
    fault: str = ""
    stages_ms: dict[str, float] = field(default_factory=dict)  # 'wait': from trigger to camera; 'capture'

    @property
    def pictures(self) -> dict[str, NDArray[np.uint8]]:
        """Pictures by view."""
        return {frame.view: frame.picture for frame in self.frames}

    @property
    def taken_at(self) -> datetime:
        """When the first of the pictures was taken; when it was asked for, if there is none."""
        return min((frame.taken_at for frame in self.frames), default=self.ticket.accepted_at)
