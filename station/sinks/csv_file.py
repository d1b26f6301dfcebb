"""Verdicts appended to a CSV file, one file a day (UTC): the acknowledgement is that the disk has the line.

A power cut may leave a cut line at the end. The verdict it was for was never acknowledged and comes again, so it is taken
away before the next line is written. A last line that lacks nothing but its end, as after an editor, is kept and ended.
"""

from __future__ import annotations

import csv
import io
import logging
import os
import time
from datetime import UTC
from pathlib import Path

from station.sinks.settings import CsvSinkSection
from station.sinks.sink import FIELDS, Delivery, SinkError
from station.spreadsheet import spreadsheet_safe

log = logging.getLogger(__name__)

END = b"\r\n"
_LONGEST_LINE = 65536


class CsvSink:
    """The file is opened anew for each line: whoever fetches it may move it away at any time."""

    kind = "csv"

    def __init__(self, settings: CsvSinkSection, folder: Path) -> None:
        self.name = settings.name
        self._folder = folder
        self.timeout_s = settings.timeout_s

    def open(self) -> None:
        """Look that the folder is there and can be written."""
        if not self._folder.is_dir():
            raise SinkError(f"folder {self._folder} does not exist: make it, or mount the share it lies on")
        if not os.access(self._folder, os.W_OK):
            raise SinkError(f"folder {self._folder} is read-only for this user: give write permission")

    def send(self, delivery: Delivery) -> None:
        """Append one line; returns when it is on disk."""
        path = self._folder / f"verdicts-{delivery.taken_at.astimezone(UTC):%Y-%m-%d}.csv"
        line = csv_line(list(delivery.payload().values()))
        start = time.monotonic()
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
            with os.fdopen(descriptor, "r+b", buffering=0) as file:
                is_new = not _repair(file, path, delivery.sequence)
                _write(file, csv_line(list(FIELDS)) + line if is_new else line)
                os.fsync(file.fileno())
            if is_new:
                _sync_folder(self._folder)
        except OSError as err:
            raise SinkError(f"{path}: {err.strerror or err}") from err
        if (took_s := time.monotonic() - start) > self.timeout_s:
            log.warning("sink %s: %s took %.1f s for one line", self.name, path, took_s)

    def close(self) -> None:
        """Nothing is kept open."""


def csv_line(values: list[object]) -> bytes:
    """One line with its end; line breaks inside a text are written as backslash and letter, so that one line is one verdict."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([_cell(value) for value in values])
    return text.getvalue().encode("utf-8", "backslashreplace") + END


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    return spreadsheet_safe(value.replace("\r", "\\r").replace("\n", "\\n"))


def _repair(file: io.FileIO, path: Path, sequence: int) -> bool:
    """Make the file end with a whole line. Returns whether it holds any."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _LONGEST_LINE)
    file.seek(start)
    tail = file.read(_LONGEST_LINE)
    end = tail.rfind(b"\n") + 1
    last = tail[end:]
    if not last:
        return size > 0
    if not end and start:
        raise SinkError(f"{path}: its last line is longer than {_LONGEST_LINE} bytes: not a file of verdicts; move it away")
    first = last.split(b",", 1)[0]
    if b"," in last and first.isdigit() and int(first) < sequence:  # acknowledged before: only its end is missing
        _write(file, END)
        log.warning("%s: its last line had no end and got one: %r", path, last)
        return True
    file.truncate(start + end)
    log.warning("%s: its last line was cut off, as after a power cut, and is taken away; the verdict is written now: %r", path, last)
    return start + end > 0


def _write(file: io.FileIO, content: bytes) -> None:
    """All of it, or OSError; what was written of it until then is repaired before the next line."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def _sync_folder(folder: Path) -> None:
    """So that a new file's name is on disk too; Windows does that by itself and cannot be asked."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
