"""What is done on the command line is written into the station's log of events too, where there is one."""

from __future__ import annotations

import getpass
from pathlib import Path

from station.config import Config
from station.lot import MAX_LENGTH
from station.store.database import DATABASE_NAME, open_existing
from station.store.journal import Detail, append_event


def actor() -> str:
    """Who the computer says that this is: nobody has signed in here."""
    try:
        return f"command line: {getpass.getuser()}"[:MAX_LENGTH]
    except (OSError, KeyError):  # a user without a name
        return "command line"


def write_down(config: Config, data: Path | None, kind: str, **detail: Detail) -> None:
    """An event of this user; nothing where no station has run on the data folder yet.

    Raises:
        StoreError: it cannot be written; then do not do it.
    """
    folder = data or config.data_folder
    if not (folder / DATABASE_NAME).is_file():
        return
    engine = open_existing(folder, config.records.synchronous)
    try:
        append_event(engine, kind, actor(), **detail)
    finally:
        engine.dispose()
