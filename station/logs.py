"""The only place that sets up logging: a rotating file in the data folder, warnings on the terminal."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import time
from pathlib import Path


def set_up(folder: Path | None, verbose: bool = False) -> None:
    """Log to <folder>/logs/station.log (5 files of 5 MB, UTC), and to standard error from WARNING (verbose: INFO) on."""
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s [%(threadName)s] %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    logging.raiseExceptions = False  # a full disk must not fill the terminal with complaints of the log about itself
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    handlers[0].setLevel(logging.INFO if verbose else logging.WARNING)
    if folder is not None:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        handlers.append(logging.handlers.RotatingFileHandler(folder / "logs" / "station.log", maxBytes=5_000_000, backupCount=5, encoding="utf-8"))
    for handler in handlers:
        handler.setFormatter(formatter)
    handlers[0].setFormatter(_Brief("station: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


class _Brief(logging.Formatter):
    """For the terminal: the sentence alone; tracebacks are in the file."""

    def format(self, record: logging.LogRecord) -> str:
        return self.formatMessage(self._plain(record))

    def _plain(self, record: logging.LogRecord) -> logging.LogRecord:
        record.message = record.getMessage()
        return record
