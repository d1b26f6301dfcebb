"""Labelled small parts on disk: three sessions of the small plate of tests/small.py."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np

from tests.small import small_picture


def write_parts(folder: Path, session: str, n: int, seed: int, bad_every: int = 0) -> None:
    """n small parts in <folder>/metadata.csv; every bad_every-th has no second pin."""
    (folder / session).mkdir(parents=True)
    is_new = not (folder / "metadata.csv").exists()
    with (folder / "metadata.csv").open("a", newline="") as f:
        rows = csv.writer(f)
        if is_new:
            rows.writerow(["file_name", "part", "session", "view", "fmode", "row", "col"])
        for i in range(n):
            is_bad = bad_every > 0 and i % bad_every == bad_every - 1
            name = f"{session}/{i:03d}.png"
            cv2.imwrite(str(folder / name), small_picture(np.random.default_rng([seed, i]), missing_pin=is_bad))
            rows.writerow([name, f"{session}-{i}", session, "front", "M" if is_bad else "OK", *((0, 1) if is_bad else (-1, -1))])


def write_sessions(folder: Path) -> Path:
    """train: 30 good, 10 defective; calib: 20 and 10; test: 16 and 8."""
    write_parts(folder, "train", 40, 1, bad_every=4)
    write_parts(folder, "calib", 30, 2, bad_every=3)
    write_parts(folder, "test", 24, 3, bad_every=3)
    return folder
