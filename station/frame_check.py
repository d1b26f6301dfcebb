"""Which pictures may be judged at all: of the right size, new, neither black nor burnt out nor blurred. The others are on HOLD."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from itertools import chain

import cv2

from models.nsoartc import Picture
from models.recipe import Recipe
from models.side_by_side import side_by_side
from station.cameras.pixels import SeenPictures, every, mark_of
from station.config import ChecksSection
from station.meters import Brightness, brightness, focus
from station.shot import Frame

log = logging.getLogger(__name__)

STALE = "stale"
"""How the reason begins when the camera repeats itself; opening it again may mend that."""
WHITE_FROM = 250
"""Grey level from which a pixel counts as burnt out: a compressed stream turns some of the sensor's 255 into a little less."""
_SHARPNESS_WIDTH_PX = 480  # wider pictures are shrunk: quicker, and noise weighs less


class FrameChecks:
    """Looks at the frames of each shot before they are judged, and remembers the shots before. One a line, used by one thread."""

    def __init__(self, settings: ChecksSection, recipe: Recipe) -> None:
        """Raises RecipeError if a reference picture cannot be read."""
        self._settings = settings
        self._sizes = {view.name: (view.width, view.height) for view in recipe.views}
        self._references: dict[str, float] = {}
        # apart, since fifteen previews a second would push out the shots
        self._shots, self._previews = ({view: SeenPictures() for view in self._sizes} for _ in range(2))
        self._counters: dict[str, int] = {}
        if settings.min_sharpness:
            self._references = {view.name: sharpness(recipe.reference(view)) for view in recipe.views if view.reference is not None}
            if missing := [view for view in self._sizes if not self._references.get(view)]:
                log.warning("recipe %s: no reference picture to measure sharpness by: blurred pictures are not found in %s", recipe.name, missing)

    def reopened(self) -> None:
        """The camera was opened again: it counts its frames anew. What was seen before stays seen."""
        self._counters.clear()

    def is_new(self, frames: Sequence[Frame]) -> bool:
        """Remember the frames of a live camera's preview; whether each shows something that was not seen before.

        A camera that froze shows what it showed before for ever: it is not well, and a shot of the same pixels is stale.
        """
        if not self._settings.stale:
            return True
        are_new = []  # of all views: each is remembered, whatever the others show
        for frame in frames:
            if frame.view in self._sizes:
                mark = mark_of(frame.picture)
                are_new.append(self._previews[frame.view].add(mark) and mark not in self._shots[frame.view])
        return all(are_new)

    def fault(self, frames: Sequence[Frame], accepted_s: float, asked_s: float, is_live: bool) -> str:
        """Why these frames, which came just now, must not be judged, in a sentence; '' if they may.

        Args:
            frames: one a view, each (H, W) uint8.
            accepted_s: when their trigger was accepted, by the steady clock (time.monotonic).
            asked_s: when the camera was asked for them.
            is_live: they come from a sensor, whose noise makes no two pictures equal.
        """
        late = self._late(time.monotonic() - accepted_s) if is_live else ""
        seen = side_by_side(lambda frame: self._look(frame, asked_s, is_live), frames)
        sizes, lights, stale, blurs = zip(*seen, strict=True) if seen else ((), (), (), ())
        return next(filter(None, chain(sizes, [late], lights, stale, blurs)), "")

    def _look(self, frame: Frame, asked_s: float, is_live: bool) -> tuple[str, str, str, str]:
        """What is wrong with its size, light, age and sharpness; the latter three of a picture whose size or light is right alone."""
        stale = self._stale(frame, asked_s, is_live)  # always: it is remembered, whatever else is wrong
        if size := self._wrong_size(frame):
            return size, "", stale, ""
        light = self._badly_lit(frame)
        return "", light, stale, "" if light else self._blurred(frame)

    def _wrong_size(self, frame: Frame) -> str:
        expected = self._sizes.get(frame.view)
        if expected is None:
            return f"view {frame.view}: a picture of a view that the recipe does not have; it has {', '.join(self._sizes)}"
        met = frame.picture.shape[1::-1]
        if met == expected:
            return ""
        return f"view {frame.view}: the picture has {met[0]} x {met[1]} px, the recipe expects {expected[0]} x {expected[1]} px"

    def _late(self, took_s: float) -> str:
        if not 0 < self._settings.late_s < took_s:
            return ""
        return (
            f"no picture in time: it came {took_s:.1f} s after the trigger, at most {self._settings.late_s:g} s allowed: another part may lie there"
        )

    def _badly_lit(self, frame: Frame) -> str:
        limits, light = self._settings, _brightness(frame.picture)
        if light.bright_level < limits.black_below:
            return (
                f"black: view {frame.view}: 99 % of the pixels are at or below grey level {light.bright_level}, "
                f"at least {limits.black_below} expected: check light and lens cap"
            )
        white = white_share(light)
        if white > limits.white_share:
            return (
                f"saturated: view {frame.view}: {white:.0%} of the pixels are at grey level {WHITE_FROM} or above, "
                f"at most {limits.white_share:.0%} expected: check exposure and light"
            )
        return ""

    def _stale(self, frame: Frame, asked_s: float, is_live: bool) -> str:
        before = self._counters.get(frame.view)
        if frame.counter is not None:
            self._counters[frame.view] = frame.counter
        repeats = frame.view in self._sizes and self._repeats(frame)
        if frame.grabbed_s < asked_s:
            return f"{STALE}: view {frame.view}: the picture was taken {asked_s - frame.grabbed_s:.2f} s before it was asked for"
        if frame.counter is not None and before is not None and frame.counter <= before:
            return f"{STALE}: view {frame.view}: frame {frame.counter} by the camera's own count, after frame {before}"
        if repeats and is_live and self._settings.stale:
            return f"{STALE}: view {frame.view}: the very pixels of an earlier picture; the camera repeats itself: check its cable and driver"
        return ""

    def _repeats(self, frame: Frame) -> bool:
        mark = mark_of(frame.picture)
        is_new = self._shots[frame.view].add(mark)  # always: it is remembered, whatever else is said
        return not is_new or mark in self._previews[frame.view]

    def _blurred(self, frame: Frame) -> str:
        reference, least = self._references.get(frame.view, 0.0), self._settings.min_sharpness
        if not reference:
            return ""
        share = sharpness(frame.picture) / reference
        if share >= least:
            return ""
        if share == 0:
            return f"blank: view {frame.view}: the grey levels hardly differ, there is nothing to see: check that a part is there, light and lens"
        return f"blurred: view {frame.view}: sharpness {share:.2f} of the reference, at least {least:g} expected: check focus and vibration"


def sharpness(picture: Picture) -> float:
    """`meters.focus` of a picture, (H, W) uint8, that is halved until it is at most 480 px wide."""
    while picture.shape[1] > _SHARPNESS_WIDTH_PX:  # by two each time: a sixth of the time of one step by four
        size = (picture.shape[1] // 2, max(1, picture.shape[0] // 2))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return focus(picture)


def white_share(light: Brightness) -> float:
    """Share of the pixels that count as burnt out, 0..1."""
    return float(light.histogram[WHITE_FROM:].sum() / light.histogram.sum())


def _brightness(picture: Picture) -> Brightness:
    """Of at most about 270 x 270 to 540 x 540 of its pixels, evenly spread."""
    return brightness(picture[:: every(picture.shape[0]), :: every(picture.shape[1])])
