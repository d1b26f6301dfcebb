"""What happens on the station's worst day: every fault for real, one row each.

    python -m benchmarks.faults [--only WORDS] [--list] [--write docs/faults.md]

A real headless station in a process of its own on a folder of its own is broken from outside: processes are killed, files cut and overwritten, disks filled,
sockets cut, clocks moved. Parts lost: shown or accepted and not in the ledger. Wrong OK: judged OK although it could not be judged. Recovery: from the end of
the fault to the next verdict. Needs Linux; some faults need root for a small tmpfs, and are refused aloud without it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.faults import acquisition, delivery, life, models, records
from benchmarks.faults.bench import FAULTS, Bench, Fault, Outcome
from benchmarks.page import show

GROUPS = (acquisition, records, models, delivery, life)  # importing them registers their faults


def run(one: Fault) -> Outcome:
    """One fault in a folder of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bench = Bench(Path(folder))
        try:
            return one.inject(bench)
        except Exception as err:  # the campaign goes on; the row says what went wrong
            traceback.print_exc()
            return Outcome(f"the campaign itself failed: {type(err).__name__}: {err}", False)
        finally:
            bench.clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="faults whose group or name holds these words")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    chosen = [one for one in FAULTS if options.only.lower() in f"{one.group} {one.name}".lower()]
    if options.list:
        print("\n".join(f"{one.group}: {one.name}" for one in chosen))
        return
    rows, unexpected, start = [], [], time.monotonic()
    for number, one in enumerate(chosen, 1):
        print(f"{number}/{len(chosen)} {one.group}: {one.name}", file=sys.stderr, flush=True)
        outcome = run(one)
        if not outcome.as_expected or outcome.lost or outcome.wrong_ok:
            unexpected.append(one.name)
            print(f"    NOT AS EXPECTED: {outcome}", file=sys.stderr, flush=True)
        recovery = "–" if outcome.recovery_s is None else f"{outcome.recovery_s:.1f}"
        mark = "" if outcome.as_expected else "**not as expected:** "
        happened = outcome.happened.replace("|", "/").replace("\n", " ")
        rows.append(
            (
                one.group,
                f"| {number} | {one.group} | {one.name} | {one.expected} | {mark}{happened} | {outcome.lost} | {outcome.wrong_ok} | {recovery} |",
            )
        )
    lines = [
        "# Fault campaign",
        "",
        f"Made by `python -m benchmarks.faults --write docs/faults.md` ({datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {(time.monotonic() - start) / 60:.0f} min): {len(chosen)} faults,",
        f"{len(unexpected)} not as expected. Lost: parts shown or accepted that are not in the ledger. Wrong OK: judged OK although they could not be judged.",
        "Recovery: seconds from the end of the fault to the next verdict.",
        "",
        "| | group | fault | expected | what happened | lost | wrong OK | recovery [s] |",
        "|---|---|---|---|---|---|---|---|",
        *(row for _, row in rows),
    ]
    show(lines, options.write)
    if unexpected:
        raise SystemExit(f"not as expected: {'; '.join(unexpected)}")


if __name__ == "__main__":
    main()
