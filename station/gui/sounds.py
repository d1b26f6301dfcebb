"""Short tones for verdicts and alarms, made once and played by whatever the system has."""

from __future__ import annotations

import logging
import math
import shutil
import struct
import sys
import time
import wave
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from station.verdict import Judgement

log = logging.getLogger(__name__)

RATE_HZ = 22050
PLAYERS = {"pw-play": [], "paplay": [], "aplay": ["-q"]}
"""Programs that play a file, with their options; the first that is there."""
MIN_PAUSE_S = 0.25  # a fast line would otherwise start a player for every part
_TONES: dict[str, Sequence[tuple[float, float]]] = {  # (Hz, s), one after the other; 0 Hz is silence
    "OK": [(1046.5, 0.09)],
    "NG": [(311.1, 0.16), (233.1, 0.26)],
    "RETEST": [(659.3, 0.1), (0, 0.05), (659.3, 0.1)],
    "HOLD": [(440.0, 0.12), (0, 0.04), (349.2, 0.2)],
    "alarm": [(880.0, 0.18), (587.3, 0.18)] * 3,
}


def write_tones(folder: Path) -> dict[str, Path]:
    """The tones as WAV files in a folder, 16 bit mono; those that are there already stay. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"{name.lower()}.wav" for name in _TONES}
    for name, file in files.items():
        if not file.exists():
            with wave.open(str(file), "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(RATE_HZ)
                out.writeframes(b"".join(_tone(hertz, seconds) for hertz, seconds in _TONES[name]))
    return files


def _tone(hertz: float, seconds: float) -> bytes:
    n = round(RATE_HZ * seconds)
    fade = RATE_HZ * 0.008  # without it every tone begins and ends with a click
    samples = (0.5 * 32767 * math.sin(2 * math.pi * hertz * i / RATE_HZ) * min(1.0, i / fade, (n - i) / fade) for i in range(n))
    return struct.pack(f"<{n}h", *(round(sample) for sample in samples))


class Sounds:
    """Plays without waiting; `is_muted` is the operator's."""

    def __init__(self, folder: Path, is_enabled: bool) -> None:
        """folder: where the tones are kept."""
        self.is_enabled = is_enabled
        self.is_muted = False
        self._player = next((path for name in PLAYERS if (path := shutil.which(name))), None)
        self._files: dict[str, Path] = {}
        self._began_s = 0.0
        if not is_enabled:
            return
        try:
            self._files = write_tones(folder)
        except OSError as err:
            log.warning("sounds: the tones cannot be written to %s: %s; the station only beeps", folder, err)
        if self._player is None and sys.platform != "win32":
            log.warning("sounds: none of %s is installed; the station only beeps, where the desktop does", ", ".join(PLAYERS))

    def verdict(self, judgement: Judgement) -> None:
        """A part was judged."""
        if time.monotonic() - self._began_s >= MIN_PAUSE_S:
            self._play(judgement.value)

    def alarm(self) -> None:
        """An alarm was raised."""
        self._play("alarm")

    def _play(self, name: str) -> None:
        if not self.is_enabled or self.is_muted:
            return
        self._began_s = time.monotonic()
        file = self._files.get(name)
        if file is not None and sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC)
        elif file is not None and self._player is not None:
            QProcess.startDetached(self._player, [*PLAYERS[Path(self._player).name], str(file)])
        else:
            QApplication.beep()
