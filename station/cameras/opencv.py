"""USB cameras, video files and network streams through `cv2.VideoCapture`; one source a view."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.pictures import PictureError, to_grey
from station.cameras.camera import BadPicture, CameraError, EndOfPictures
from station.cameras.pixels import SeenPictures, mark_of
from station.shot import Frame, now

log = logging.getLogger(__name__)

OPEN_TIMEOUT_MS = 5000
RATE_WINDOW_S = 10.0  # a stall and the burst after it have the rate that the source always has
_STALLED_PERIODS, _WAITED_AFTER_STALL = 3, 3
READ_TIMEOUT_S = 4.0  # less than isolated.CALL_TIMEOUT_S: a camera that says itself what is wrong need not lose its process


class _Grabbed(NamedTuple):
    picture: NDArray[np.uint8]
    began_s: float  # by the steady clock, when its reading began
    number: int  # counted from 1 since the source was opened


def shown(source: str) -> str:
    """A source, or a text that names some, as messages may say it: without users, passwords and questions of addresses.

    Many cameras take user and password in the question: http://…/video.cgi?user=…&pwd=….
    """
    return re.sub(r"(://[^\s?]*)\?[^\s,;:]*", r"\1?***", re.sub(r"://[^/\s]*@", "://***@", source))


def is_live(source: str) -> bool:
    """A device number or the address of a stream, not a file."""
    return _is_device(source) or "://" in source


def _is_device(source: str) -> bool:
    return source.isascii() and source.isdigit()


class OpencvCamera:
    """Reads each source in a thread of its own and keeps the newest frame only: a reader that pauses gets old ones."""

    def __init__(
        self,
        sources: Sequence[str],
        views: tuple[str, ...],
        width_px: int | None = None,
        height_px: int | None = None,
        exposure_ms: float | None = None,
        must_change: bool = True,
    ) -> None:
        """
        Args:
            sources: one a view: a device index ('0'), a video file, or an rtsp:// or http:// address.
            width_px, height_px: asked of devices; the driver may give another size, which is logged.
            exposure_ms: asked of devices, automatic exposure off; None leaves the driver's setting.
            must_change: frames of a live source with the pixels of one of its last ones are no frames: it has frozen.

        Raises:
            CameraError: another number of sources than views.
        """
        if len(sources) != len(views):
            raise CameraError(f"opencv camera: {len(sources)} sources ({', '.join(map(shown, sources))}) for {len(views)} views ({', '.join(views)})")
        self.views = views
        self._sources = list(sources)
        self._settings = (width_px, height_px, exposure_ms, must_change)
        self._readers: list[_Reader] = []

    @property
    def is_live(self) -> bool:
        """Any source is; a video file shows the same pictures each time it is played."""
        return any(is_live(source) for source in self._sources)

    @property
    def is_finished(self) -> bool:
        """A video file has ended."""
        return any(reader.has_ended for reader in self._readers)

    def open(self) -> None:
        """Open every source; all or none."""
        self.close()
        try:
            for source in self._sources:
                self._readers.append(_Reader(source, *self._settings))
        except CameraError:
            self.close()
            raise

    def preview(self) -> tuple[Frame, ...]:
        """The newest frame of each source; nothing until every source has given another one."""
        for reader in self._readers:
            reader.check()
        if self._readers and not all(reader.has_news() for reader in self._readers):
            return ()
        return self._frames(fresh=False)

    def shoot(self) -> tuple[Frame, ...]:
        """The first frame of each source that was taken after the call: it was waited for, and did not lie in a buffer."""
        return self._frames(fresh=True)

    def close(self) -> None:
        """Stop the reading threads and release the devices."""
        for reader in self._readers:
            reader.stop()
        for reader in self._readers:
            reader.close()
        self._readers = []

    def _frames(self, fresh: bool) -> tuple[Frame, ...]:
        if not self._readers:
            raise CameraError(f"opencv camera {', '.join(map(shown, self._sources))}: not open")
        if fresh:
            for reader in self._readers:
                reader.ask()
        frames = []
        deadline_s = time.monotonic() + READ_TIMEOUT_S
        for view, reader in zip(self.views, self._readers, strict=True):
            grabbed = reader.wait(deadline_s)
            try:
                grey = to_grey(grabbed.picture, f"camera {reader.source}")
                frames.append(Frame(view, grey, now(), grabbed.began_s, grabbed.number))
            except PictureError as err:
                raise BadPicture(str(err)) from err
        return tuple(frames)


class _Reader:
    """One VideoCapture and the thread that empties it."""

    def __init__(self, source: str, width_px: int | None, height_px: int | None, exposure_ms: float | None, must_change: bool) -> None:
        self.source = shown(source)
        is_device = _is_device(source)
        parameters = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, int(READ_TIMEOUT_S * 1000)]
        try:
            if is_device:
                self._capture = cv2.VideoCapture(int(source))
            else:
                self._capture = cv2.VideoCapture(source, cv2.CAP_ANY, parameters)
        except cv2.error as err:
            raise CameraError(f"camera {self.source}: cannot be opened: {err.err}") from err
        if not self._capture.isOpened():
            raise CameraError(f"camera {self.source}: cannot be opened; is it plugged in, and is no other program using it?")
        self._is_live = is_live(source)
        # A file is played at its own rate, so that its live view looks like the camera it stands for.
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self._period_s = 0.0 if self._is_live else 1 / rate if 1 <= rate <= 240 else 1 / 25
        if is_device:
            self._set(cv2.CAP_PROP_FRAME_WIDTH, width_px, "width")
            self._set(cv2.CAP_PROP_FRAME_HEIGHT, height_px, "height")
            if exposure_ms is not None:
                self._capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, 1)  # manual, in V4L2's counting
                self._set(cv2.CAP_PROP_EXPOSURE, exposure_ms * 10, "exposure [0.1 ms]")
        self._condition = threading.Condition()
        self._grabbed: _Grabbed | None = None  # the newest
        self._number = 0
        self._waited_for = 0  # number of the newest frame that was not there yet when its reading began
        self._arrivals: deque[float] = deque()  # of the last RATE_WINDOW_S
        self._n_waited, self._must_wait = 0, 1  # reads in a row that found no frame waiting, and how many there must be
        self._seen = SeenPictures() if must_change and self._is_live else None
        self._repeats = False  # the newest frame has the pixels of one before
        self._heard_s = time.monotonic()  # when the newest frame came
        self._given = 0
        self._wanted = 1
        self._fault: CameraError | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._read, name=f"camera {self.source}", daemon=True)
        self._thread.start()

    @property
    def has_ended(self) -> bool:
        with self._condition:
            return isinstance(self._fault, EndOfPictures)

    def ask(self) -> None:
        """Let the next wait() return only a frame that was taken after now."""
        with self._condition:
            self._wanted = self._number + 2  # the read under way may have begun before the question

    def check(self) -> None:
        """Raises CameraError: no further frame will come, or none came for so long that the source must be called silent."""
        with self._condition:
            if self._fault is not None:
                raise type(self._fault)(str(self._fault))
            if time.monotonic() - self._heard_s > READ_TIMEOUT_S:
                raise self._silent()

    def has_news(self) -> bool:
        """True if wait() will give a frame that it has not given before; also before the first one."""
        with self._condition:
            return self._number == 0 or self._number > self._given

    def wait(self, deadline_s: float) -> _Grabbed:
        """The newest frame that is new enough, at most until a time of the steady clock. Raises CameraError."""
        with self._condition:
            left_s = max(0.0, deadline_s - time.monotonic())
            came = self._condition.wait_for(lambda: self._fault is not None or self._waited_for >= self._wanted, left_s)
            if self._fault is not None:  # also when a frame is left: it would be served for ever as if it were new
                raise type(self._fault)(str(self._fault))
            if not came or self._grabbed is None:
                raise self._silent()
            self._given = self._number
            return self._grabbed

    def _silent(self) -> CameraError:
        if self._repeats:
            return CameraError(f"camera {self.source}: the same pixels for {READ_TIMEOUT_S:g} s: it repeats itself; check its cable and driver")
        return CameraError(f"camera {self.source}: no frame within {READ_TIMEOUT_S:g} s")

    def stop(self) -> None:
        with self._condition:
            self._stopping = True

    def close(self) -> None:
        self._thread.join(READ_TIMEOUT_S + 1)
        if self._thread.is_alive():
            log.error("camera %s does not let go: its driver hangs in read()", self.source)
        else:
            with contextlib.suppress(cv2.error):
                self._capture.release()

    def _set(self, prop: int, wanted: float | None, what: str) -> None:
        if wanted is None:
            return
        self._capture.set(prop, wanted)
        got = self._capture.get(prop)
        if abs(got - wanted) > 0.5:
            log.warning("camera %s: %s %g was asked for, the driver gives %g", self.source, what, wanted, got)

    def _read(self) -> None:
        while True:
            start = time.monotonic()
            came, picture, reason, took_s = False, None, "", 0.0
            try:
                if self._capture.grab():
                    took_s = time.monotonic() - start
                    came, picture = self._capture.retrieve()
            except cv2.error as err:
                reason = f": {err.err}"
            mark = mark_of(picture) if self._seen is not None and came and picture is not None else 0  # type: ignore[arg-type]
            with self._condition:
                if self._stopping:
                    return
                if not came or picture is None:
                    if self._is_live:
                        self._fault = CameraError(f"camera {self.source}: stopped giving frames{reason}")
                    else:
                        self._fault = EndOfPictures(f"video {self.source}: ended after {self._number} frames{reason}")
                    self._condition.notify_all()
                    return
                is_waited_for = self._is_waited_for(took_s)
                self._repeats = self._seen is not None and not self._seen.add(mark)
                if not self._repeats:
                    self._number += 1
                    self._grabbed = _Grabbed(picture, start, self._number)  # type: ignore[arg-type]
                    self._heard_s = time.monotonic()
                    if is_waited_for:
                        self._waited_for = self._number
                    self._condition.notify_all()
            time.sleep(max(0.0, self._period_s - (time.monotonic() - start)))

    def _is_waited_for(self, took_s: float) -> bool:
        """Whether a live frame came while it was read, and did not lie in a buffer: as after a stall, when old frames come in a burst.

        A read that took half of the source's period or longer found the buffer empty; after a stall three in a row must have,
        since on a busy computer one may take so long that finds it full.
        """
        now_s = time.monotonic()
        before_s = self._arrivals[-1] if self._arrivals else now_s
        self._arrivals.append(now_s)
        while self._arrivals[0] < now_s - RATE_WINDOW_S:
            self._arrivals.popleft()
        if not self._is_live or len(self._arrivals) < 2:
            return True
        period_s = (now_s - self._arrivals[0]) / (len(self._arrivals) - 1)
        if now_s - before_s > _STALLED_PERIODS * period_s:  # this frame itself may be as old as the stall is long
            self._n_waited, self._must_wait = 0, _WAITED_AFTER_STALL
            return False
        self._n_waited = self._n_waited + 1 if took_s >= period_s / 2 else 0
        if self._n_waited >= self._must_wait:
            self._must_wait = 1
        return self._n_waited >= self._must_wait
