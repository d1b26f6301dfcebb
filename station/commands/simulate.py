"""`simulate`: labelled pictures of simulated connectors, in the layout that the trainer reads."""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path

from models.pictures import write_picture
from models.recipe import NAME_PATTERN
from station.cameras.connector import EYES
from station.cameras.simulated import SimulatedCamera
from station.config import ConfigError
from station.store.database import StoreError


def simulate(options: argparse.Namespace) -> int:
    """Entry of the command: <session>/<view>/<part>.png and metadata.csv; the same words give the same pictures."""
    if options.parts < 1 or not 0 <= options.defect_rate <= 1:
        raise ConfigError(f"--parts {options.parts}, --defect-rate {options.defect_rate}: expected at least 1, and 0 to 1")
    if not (64 <= options.width <= 8192 and 36 <= options.height <= 8192 and options.seed >= 0):
        raise ConfigError(f"--width {options.width} --height {options.height} --seed {options.seed}: expected 64 to 8192, 36 to 8192, 0 or more")
    folder: Path = options.output
    session = options.session or f"seed-{options.seed}"
    if not re.fullmatch(NAME_PATTERN, session):
        raise ConfigError(f"--session {session!r}: letters, digits, '.', '_' and '-', at most 64")
    if (folder / session).exists():
        raise ConfigError(f"{folder / session} exists: choose another --session or --output")
    views = tuple(EYES)[: options.views]
    camera = SimulatedCamera(views, options.width, options.height, options.defect_rate, options.seed)
    camera.open()
    try:
        for view in views:
            (folder / session / view).mkdir(parents=True, exist_ok=True)
        is_new = not (folder / "metadata.csv").exists()
        with (folder / "metadata.csv").open("a", newline="", encoding="utf-8") as f:
            rows = csv.writer(f)
            if is_new:
                rows.writerow(["file_name", "part", "session", "view", "verdict", "fmode", "row", "col", "amount"])
            for number in range(options.parts):
                defect = camera.part(number).defect
                label = ["OK", "OK", -1, -1, 0] if defect is None else ["NG", defect.mode, defect.row, defect.column, defect.amount]
                part = f"{session}-{number + 1:04d}"
                for frame in camera.shoot():
                    name = f"{session}/{frame.view}/{part}.png"
                    write_picture(folder / name, frame.picture)
                    rows.writerow([name, part, session, frame.view, *label])
    except OSError as err:
        raise StoreError(f"{folder}: cannot be written: {err.strerror or err}") from err
    print(f"{options.parts} parts in {folder / session}, labels in {folder / 'metadata.csv'}")
    return 0
