"""A camera in a process of its own: a driver that hangs or crashes takes that process with it, not the line.

No thread can be ended from outside, a process can. Each call is one line of JSON to the child (child.py) and one line back,
followed by the pixels as they are.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import numpy as np

from models.recipe import Recipe
from station.cameras.camera import BadPicture, CameraError, EndOfPictures
from station.cameras.opencv import shown
from station.config import CameraSection
from station.shot import Frame

log = logging.getLogger(__name__)

OPEN_TIMEOUT_S = 15.0  # a new process and one source after the other
CALL_TIMEOUT_S = 5.0
_CLOSE_TIMEOUT_S = 2.0
_KILL_TIMEOUT_S = 2.0
_PIPE_BYTES = 1 << 20  # fewer changes between the two processes; Linux gives 64 KiB if not asked
_MAX_LINE_BYTES = 1 << 16
_REPOSITORY = Path(__file__).resolve().parents[2]
_ERRORS = {error.__name__: error for error in (CameraError, BadPicture, EndOfPictures)}


class IsolatedCamera:
    """The camera of the same settings, made in a child process, with a time limit on every call.

    After a call that overran, or a process that ended, the camera is closed; open() starts a new process. The child ends by
    itself when this process does.
    """

    def __init__(
        self, settings: CameraSection, recipe: Recipe, open_timeout_s: float = OPEN_TIMEOUT_S, call_timeout_s: float = CALL_TIMEOUT_S
    ) -> None:
        """Nothing is started before open().

        Args:
            settings: of the camera in the child; whether it is isolated there is left out of account.
            call_timeout_s: of preview and shoot.
        """
        self.views = recipe.view_names
        self._name = shown(settings.source)
        inside = {section: getattr(settings, section).model_copy(update={"isolated": False}) for section in ("simulated", "opencv")}
        self._wanted = {
            "camera": settings.model_copy(update=inside).model_dump(mode="json"),
            "recipe": recipe.model_dump(mode="json"),
        }
        self._open_timeout_s, self._call_timeout_s = open_timeout_s, call_timeout_s
        self._child: _Child | None = None
        self.n_shots = 0  # asked for so far, of all processes
        self._is_live, self._is_finished = True, False

    @property
    def is_live(self) -> bool:
        """What the camera in the child says; True before it was ever opened."""
        return self._is_live

    @property
    def is_finished(self) -> bool:
        """What the camera in the child said last."""
        return self._is_finished

    @property
    def process_id(self) -> int | None:
        """Of the child; None while there is none."""
        return None if self._child is None else self._child.process_id

    def open(self) -> None:
        """Start a process and open the camera in it; a process that is left from before is ended."""
        self.close()
        try:
            self._child = _Child()
        except OSError as err:
            raise CameraError(f"camera {self._name}: its process cannot be started: {err}") from err
        # the new one goes on where the old one was: a shot that hung is not asked for again
        self._ask("open", self._open_timeout_s, **self._wanted, first_part=self.n_shots)

    def preview(self) -> tuple[Frame, ...]:
        """See `Camera`."""
        return self._ask("preview", self._call_timeout_s)

    def shoot(self) -> tuple[Frame, ...]:
        """See `Camera`."""
        self.n_shots += self._child is not None
        return self._ask("shoot", self._call_timeout_s)

    def close(self) -> None:
        """Close the camera and end its process; one that does not answer is killed."""
        child, self._child = self._child, None
        if child is None:
            return
        try:
            child.ask({"call": "close"}, _CLOSE_TIMEOUT_S)
        except _NoAnswer as err:
            log.warning("camera %s: while it was closed: %s", self._name, err)
            child.kill()
        else:
            child.leave()

    def _ask(self, call: str, timeout_s: float, **more: object) -> tuple[Frame, ...]:
        if self._child is None:
            raise CameraError(f"camera {self._name}: not open")
        try:
            answer = self._child.ask({"call": call, **more}, timeout_s)
        except _NoAnswer as err:
            self._child.kill()
            self._child = None
            raise CameraError(f"camera {self._name}: {err}") from err
        self._is_live, self._is_finished = answer.is_live, answer.is_finished
        if answer.error is not None:
            raise answer.error
        return answer.frames


class _NoAnswer(Exception):
    """The child is of no use any more; the message says why, and that another one will take its place."""


@dataclass(frozen=True, slots=True)
class _Answer:
    frames: tuple[Frame, ...]
    is_live: bool
    is_finished: bool
    error: CameraError | None


class _Child:
    """The process, and a thread for each of its pipes: so no call of ours waits for a pipe, on any system."""

    def __init__(self) -> None:
        paths = [str(_REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "station.cameras.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None and self._process.stdout is not None and self._process.stderr is not None  # pipes were asked for
        _widen(self._process.stdout)
        self._requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()  # None: there will be no more
        self._answers: queue.SimpleQueue[_Answer | Exception | None] = queue.SimpleQueue()  # likewise
        for work, stream in ((self._send, self._process.stdin), (self._read, self._process.stdout), (self._log, self._process.stderr)):
            threading.Thread(target=work, args=(stream,), name=f"camera process {self.process_id}", daemon=True).start()

    @property
    def process_id(self) -> int:
        return self._process.pid

    def ask(self, request: dict[str, Any], timeout_s: float) -> _Answer:
        """The answer to a request, one at a time. Raises _NoAnswer."""
        self._requests.put(json.dumps(request).encode() + b"\n")
        try:
            answer = self._answers.get(timeout=timeout_s)
        except queue.Empty:
            raise _NoAnswer(f"did not answer within {timeout_s:g} s; its process was replaced") from None
        if answer is None:
            raise _NoAnswer(f"its process {self._how_it_ended()}; it is started again")
        if isinstance(answer, Exception):
            raise _NoAnswer(f"its process was not understood ({type(answer).__name__}: {answer}); it is replaced")
        return answer

    def leave(self) -> None:
        """Let the child end by itself, which it does when nothing more can be asked."""
        self._requests.put(None)
        try:
            self._process.wait(_CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the child whatever it does."""
        self._process.kill()
        self._requests.put(None)
        try:
            self._process.wait(_KILL_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            log.error("camera process %d cannot be ended: its driver hangs in the system; the device may stay busy", self.process_id)

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(_KILL_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return "closed its pipe"
        if code >= 0:
            return f"ended with exit code {code}"
        with contextlib.suppress(ValueError):  # a signal without a name
            return f"was ended by {signal.Signals(-code).name}"
        return f"was ended by signal {-code}"

    def _send(self, stream: IO[bytes]) -> None:
        try:
            with stream:
                while (request := self._requests.get()) is not None:
                    stream.write(request)
                    stream.flush()
        except OSError as err:  # the child has died; who waits for its answer hears of it
            log.debug("camera process %d: nothing more can be asked: %s", self.process_id, err)

    def _read(self, stream: IO[bytes]) -> None:
        try:
            with stream:
                while line := stream.readline(_MAX_LINE_BYTES):
                    self._answers.put(_answer(line, stream))
        except (OSError, EOFError):
            log.debug("camera process %d: its pipe broke off", self.process_id)
        except (ValueError, KeyError, TypeError, MemoryError) as err:
            self._answers.put(err)
        self._answers.put(None)

    def _log(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                words = shown(line.decode(errors="replace").rstrip())
                # our own words begin with their level (child.py); what drivers chatter is for who reads the whole log
                level = logging.WARNING if words.startswith(("WARNING ", "ERROR ")) else logging.INFO
                log.log(level, "camera process %d: %s", self.process_id, words)


def _answer(line: bytes, pixels: IO[bytes]) -> _Answer:
    """One line of the child, and the pictures that follow it. Raises ValueError, KeyError, TypeError, EOFError."""
    row = json.loads(line)
    error = None if row["error"] is None else _ERRORS[row["error"]["kind"]](row["error"]["message"])
    frames = []
    for frame in row["frames"]:
        picture = np.empty((frame["height"], frame["width"]), np.uint8)
        if pixels.readinto(picture.data.cast("B")) != picture.size:  # type: ignore[attr-defined]
            raise EOFError
        frames.append(Frame(frame["view"], picture, datetime.fromisoformat(frame["taken_at"]), frame["grabbed_s"], frame["counter"]))
    return _Answer(tuple(frames), row["is_live"], row["is_finished"], error)


def _widen(stream: IO[bytes]) -> None:
    if sys.platform != "linux":
        return
    import fcntl

    try:
        fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError as err:  # a pipe of the usual size is slower, no more
        log.debug("pipe of the camera process stays at its size: %s", err)
