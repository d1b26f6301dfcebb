"""Does anything grow while the station runs for hours? Memory, file handles, threads and disk over time.

    python -m benchmarks.soak [--minutes 60] [--write docs/soak.md]

A real headless station on the simulated camera, as fast as it goes, with its retention and its log; no backups, for want of disk.
Rows are kept for ever and pictures for an hour at least, so the disk must fill by a constant amount a part.
Eight hours at a line's pace of five parts a second are 144 000 parts; an hour of this is about as many. The figures are read from outside,
from the operating system, every two seconds: *memory* is all that lies in RAM, *own memory* without the pages of files (libraries), which a system
under pressure takes away and gives back.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
import numpy as np
import psutil

from benchmarks.faults.bench import vendor_keys
from benchmarks.page import show

mpl.use("Agg")
import matplotlib.pyplot as plt

REPOSITORY = Path(__file__).resolve().parent.parent
PERIOD_S = 2.0
CONFIG = f"""[station]
recipes = "{REPOSITORY}/station/recipes"
[camera.simulated]
defect_rate = 0.05
[models]
trusted_keys = {json.dumps(vendor_keys())}
store = "{REPOSITORY}/models/store"
provider = "cpu"
[records]
picture_format = "jpg"
jpeg_quality = 50
pictures_gb = 1.0
backup_hours = 0.0
"""
NAMES = ("minute", "parts", "memory [MB]", "own memory [MB]", "threads", "file handles", "database [MB]", "pictures [MB]", "log [MB]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--write", type=Path, help="the page; the picture lies beside it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows, verdicts, code, last_words = soak(Path(folder), options.minutes)
    table = np.array(rows)
    lines = [
        "# Soak",
        "",
        f"Made by `python -m benchmarks.soak --minutes {options.minutes:g} --write docs/soak.md` ({datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores).",
        f"{sum(verdicts.values())} parts ({', '.join(f'{n} {v}' for v, n in sorted(verdicts.items()))}), {sum(verdicts.values()) / (60 * options.minutes):.1f} a second. The station ended with {code} on SIGTERM.",
        "",
        "| " + " | ".join(NAMES) + " |",
        "|" + "---|" * len(NAMES),
    ]
    for share in (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0):
        row = table[min(len(table) - 1, max(3, round(share * (len(table) - 1))))]
        lines.append(
            "| " + " | ".join(f"{value:.0f}" if name != "log [MB]" else f"{value:.1f}" for name, value in zip(NAMES, row, strict=True)) + " |"
        )
    settled = table[table[:, 0] >= 0.1 * options.minutes]
    lines.append("")
    for column in (2, 3):
        slope = np.polyfit(settled[:, 0] / 60, settled[:, column], 1)[0]
        lines.append(
            f"{NAMES[column][:-5].capitalize()} from a tenth of the time on: {slope:+.1f} MB an hour (straight line through all readings), "
            f"between {settled[:, column].min():.0f} and {settled[:, column].max():.0f} MB."
        )
    if last_words:
        lines += ["", "What it said on standard error: " + "; ".join(last_words)]
    if options.write:
        draw(table, options.write.with_suffix(".png"))
        lines += ["", f"![memory, handles, threads and disk over time]({options.write.with_suffix('.png').name})"]
    show(lines, options.write)


def soak(folder: Path, minutes: float) -> tuple[list[tuple[float, ...]], Counter[str], int, list[str]]:
    """Readings, verdicts, exit code, the last lines of standard error."""
    config, data = folder / "config.toml", folder / "data"
    config.write_text(CONFIG)
    command = [sys.executable, "-m", "station", "--config", str(config), "run", "--headless", "--json", "--data", str(data)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    verdicts: Counter[str] = Counter()
    said: list[str] = []
    rows: list[tuple[float, ...]] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder) as process:
        assert process.stdout is not None and process.stderr is not None

        def count() -> None:
            for line in process.stdout or ():
                verdicts[json.loads(line)["verdict"]] += 1

        readers = [threading.Thread(target=count), threading.Thread(target=lambda: said.extend(process.stderr or ()))]
        for reader in readers:
            reader.start()
        seen, start = psutil.Process(process.pid), time.monotonic()
        while process.poll() is None and time.monotonic() < start + 60 * minutes:
            time.sleep(PERIOD_S)
            sizes = [disk_mb(data, pattern) for pattern in ("station.sqlite*", "pictures/*/*", "logs/*")]
            rows.append(
                ((time.monotonic() - start) / 60, sum(verdicts.values()), *memory_mb(process.pid), seen.num_threads(), seen.num_fds(), *sizes)
            )
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        for reader in readers:
            reader.join()
    return rows, verdicts, code, [line.strip() for line in said[-3:]]


def memory_mb(process: int) -> tuple[float, float]:
    """In RAM; and without the pages of files, but with what was swapped out."""
    told = dict(row.split(":", 1) for row in Path(f"/proc/{process}/status").read_text().splitlines())
    in_ram, anonymous, swapped = (int(told[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon", "VmSwap"))
    return in_ram, anonymous + swapped


def disk_mb(folder: Path, pattern: str) -> float:
    """Retention deletes files while they are being counted."""
    total = 0
    for path in folder.glob(pattern):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total / 2**20


def draw(table: np.ndarray, path: Path) -> None:  # type: ignore[type-arg]
    figure, panels = plt.subplots(4, 1, sharex=True, figsize=(9, 9))
    for panel, columns in zip(panels, ((2, 3), (4, 5), (1,), (6, 7, 8)), strict=True):
        for column in columns:
            panel.plot(table[:, 0], table[:, column], label=NAMES[column])
        panel.set_ylim(bottom=0)
        panel.legend(loc="lower right")
        panel.grid(alpha=0.3)
    panels[-1].set_xlabel("minute")
    figure.tight_layout()
    figure.savefig(path, dpi=90)


if __name__ == "__main__":
    main()
