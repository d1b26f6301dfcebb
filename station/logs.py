"""The only place that sets up logging: a rotating file of JSON lines in the data folder, warnings on the terminal."""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from pathlib import Path

MAX_FILE_BYTES = 5_000_000
N_OLD_FILES = 5


def set_up(folder: Path | None, verbose: bool = False) -> None:
    """Log to <folder>/logs/station.log (one JSON object a line, 6 files of 5 MB), and to standard error from WARNING (verbose: INFO) on."""
    logging.raiseExceptions = False  # a full disk must not fill the terminal with complaints of the log about itself
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    handlers[0].setLevel(logging.INFO if verbose else logging.WARNING)
    handlers[0].setFormatter(_Brief("station: %(message)s"))
    if folder is not None:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            folder / "logs" / "station.log", maxBytes=MAX_FILE_BYTES, backupCount=N_OLD_FILES, encoding="utf-8", errors="backslashreplace"
        )  # what UTF-8 cannot hold becomes \udc80, which is JSON's own way to write it
        file.setFormatter(JsonLines())
        handlers.append(file)
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """One JSON object a record: at (UTC), level, logger, thread, message; part where `extra={"part": id}` names one; exception."""

    def format(self, record: logging.LogRecord) -> str:
        """One line: a message or a traceback of several lines stays in it."""
        row: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "thread": record.threadName,
            "message": record.getMessage(),
        }
        if (part := getattr(record, "part", None)) is not None:
            row["part"] = part
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False, default=str)


class _Brief(logging.Formatter):
    """For the terminal: the sentence alone; tracebacks are in the file."""

    def format(self, record: logging.LogRecord) -> str:
        return self.formatMessage(self._plain(record))

    def _plain(self, record: logging.LogRecord) -> logging.LogRecord:
        record.message = record.getMessage()
        return record
