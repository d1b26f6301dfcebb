"""Does anything that was shown get lost when the power button is the off switch? kill -9 at random moments while parts run.

    python -m benchmarks.kill [--times 200] [--seed 1] [--write docs/kill.md]

A real headless station on the simulated camera, as fast as it goes, starts and is killed on one data folder again and again: nine times
of ten at a random moment after its first part was shown, once at a random moment of its start. After each kill: is every part that it had shown in the ledger, with the same verdict? Is every
picture that a row names on disk, and can it be decoded? Is the database whole? Every 25 kills a fresh folder, so that the first start is
killed too. kill -9 takes the process and leaves the machine: what a power cut takes besides is in docs/records.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.faults.bench import vendor_keys
from benchmarks.page import show
from models.pictures import PictureError, read_grey
from station.store.database import DATABASE_NAME

REPOSITORY = Path(__file__).resolve().parent.parent
PER_FOLDER = 25
LONGEST_S = 3.0  # from the first part, or from the start, to the kill
STARTS = 10  # every so many kills come while it starts
CONFIG = f"""[station]
recipes = "{REPOSITORY}/station/recipes"
[models]
trusted_keys = {json.dumps(vendor_keys())}
store = "{REPOSITORY}/models/store"
provider = "cpu"
[records]
picture_format = "jpg"
backup_hours = 0.0
"""


class Findings:
    """What all kills together left."""

    def __init__(self) -> None:
        self.kills = self.before_first_part = self.shown = self.rows = self.pictures = 0
        self.not_in_ledger: list[int] = []
        self.other_verdict: list[int] = []
        self.no_picture: list[str] = []
        self.damaged: list[str] = []
        self.restarts_s: list[float] = []


def one_kill(config: Path, data: Path, lifetime_s: float, is_start: bool, found: Findings) -> list[dict[str, object]]:
    """Start, let it live for so long after its first part or, is_start, at all, kill; the parts that it had shown."""
    command = [sys.executable, "-m", "station", "--config", str(config), "run", "--headless", "--json", "--data", str(data)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "OPENBLAS_NUM_THREADS": "1"}
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=data.parent) as process:
        killer = threading.Timer(lifetime_s, lambda: os.kill(process.pid, signal.SIGKILL))
        if is_start:
            killer.start()
        assert process.stdout is not None and process.stderr is not None
        shown = []
        for line in process.stdout:
            if not line.endswith("\n"):
                break  # cut in the middle: it was not shown
            if not shown:
                found.restarts_s.append(time.monotonic() - start)
                if not is_start:
                    killer.start()
            shown.append(json.loads(line))
        code = process.wait()
        killer.cancel()
        if code != -signal.SIGKILL:
            raise SystemExit(f"the station ended by itself with {code}: {process.stderr.read()}")
    return shown


def check(data: Path, shown: list[dict[str, object]], checked_to: int, found: Findings) -> int:
    """Compare ledger, pictures and what was shown; the newest part's id. Pictures that were looked at are deleted."""
    path = data / DATABASE_NAME
    if not path.exists():
        assert not shown
        return checked_to
    with sqlite3.connect(path) as connection:
        if not connection.execute("SELECT name FROM sqlite_master WHERE name = 'part'").fetchone():
            assert not shown
            return checked_to
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            found.damaged.append(verdict)
        rows = dict(connection.execute("SELECT id, judgement FROM part WHERE id > ?", (checked_to,)))
        pictures = connection.execute("SELECT part_id, path FROM picture WHERE part_id > ?", (checked_to,)).fetchall()
    connection.close()
    for part in shown:
        number = part["part"]
        assert isinstance(number, int)
        if number not in rows:
            found.not_in_ledger.append(number)
        elif rows[number] != part["verdict"]:
            found.other_verdict.append(number)
    for _, name in pictures:
        try:
            read_grey(data / "pictures" / name)
        except PictureError as err:
            found.no_picture.append(str(err))
        (data / "pictures" / name).unlink(missing_ok=True)
    lone = set(rows) - {number for number, _ in pictures}
    found.no_picture += [f"part {number} has no picture row" for number in lone if rows[number] != "HOLD"]
    found.shown += len(shown)
    found.rows += len(rows)
    found.pictures += len(pictures)
    return max(rows, default=checked_to)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    generator = random.Random(options.seed)
    found = Findings()
    while found.kills < options.times:
        with tempfile.TemporaryDirectory() as folder:
            config, data, newest = Path(folder) / "config.toml", Path(folder) / "data", 0
            config.write_text(CONFIG)
            data.mkdir()
            for _ in range(min(PER_FOLDER, options.times - found.kills)):
                shown = one_kill(config, data, generator.uniform(0, LONGEST_S), found.kills % STARTS == 0, found)
                newest = check(data, shown, newest, found)
                found.kills += 1
                found.before_first_part += not shown
                print(f"\r{found.kills} kills, {found.shown} parts shown", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    slowest = max(found.restarts_s, default=0.0)
    lines = [
        "# kill -9 while parts run",
        "",
        f"Made by `python -m benchmarks.kill --times {options.times} --seed {options.seed} --write docs/kill.md` ({datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores). {found.kills} kills,",
        f"{found.kills - found.before_first_part} at random moments of the first {LONGEST_S:g} s after the first part was shown, {found.before_first_part} while it started.",
        "",
        "| | |",
        "|---|---|",
        f"| parts shown | {found.shown} |",
        f"| rows in the ledgers | {found.rows} (more than shown: a part is recorded first) |",
        f"| shown and not in the ledger | {len(found.not_in_ledger)} |",
        f"| in the ledger with another verdict | {len(found.other_verdict)} |",
        f"| pictures that rows name | {found.pictures} |",
        f"| of them missing or damaged | {len(found.no_picture)} |",
        f"| databases damaged | {len(found.damaged)} |",
        f"| from start to the first part, slowest | {slowest:.1f} s |",
    ]
    show(lines, options.write)
    if found.not_in_ledger or found.other_verdict or found.no_picture or found.damaged:
        raise SystemExit(f"lost: {found.not_in_ledger} {found.other_verdict} {found.no_picture} {found.damaged}")


if __name__ == "__main__":
    main()
