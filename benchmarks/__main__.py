"""Runs the benchmarks one after the other and says of each what it asks, how long it took and whether it ran to its end.

    python -m benchmarks [--only WORDS …] [--hours H] [--list] [--write docs/benchmark-runs.md]

Those that take minutes by default; --hours 3 takes the campaigns in too. Each writes its own page in docs/; the table
of this one is dated. Run them on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.page import show, when_and_where

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One program."""

    name: str  # of its module, and what it is asked for
    minutes: float  # about so long on two cores
    words: tuple[str, ...]  # of its command line
    page: str  # in docs/, '' where it only prints

    @property
    def question(self) -> str:
        """The first line of its own text."""
        folder = REPOSITORY / "benchmarks" / self.name
        source = folder / "__main__.py" if folder.is_dir() and (folder / "__main__.py").exists() else folder.with_suffix(".py")
        return source.read_text(encoding="utf-8").split('"""')[1].split("\n\n")[0].replace("\n", " ")


BENCHMARKS = (
    Benchmark("latency", 1.5, ("--append", "docs/benchmarks.md"), "benchmarks.md"),
    Benchmark("line", 1, ("--append", "docs/line-speed.md"), "line-speed.md"),
    Benchmark("providers", 0.5, ("--write", "docs/providers.md"), "providers.md"),
    Benchmark("window_cost", 3, ("--append", "docs/line-speed.md"), "line-speed.md"),
    Benchmark("binning", 5, ("--append", "docs/line-speed.md"), "line-speed.md"),
    Benchmark("scale", 8, ("--write", "docs/scale.md"), "scale.md"),
    Benchmark("shadow", 3, (), ""),
    Benchmark("backup", 3, (), ""),
    Benchmark("retention", 3, (), ""),
    Benchmark("cameras", 4, (), ""),
    Benchmark("records", 12, ("--write", "docs/records-speed.md"), "records-speed.md"),
    Benchmark("commits", 40, ("--write", "docs/ten-million.md"), "ten-million.md"),
    Benchmark("plant", 1, ("--write", "docs/plant-speed.md"), "plant-speed.md"),
    Benchmark("tables", 2, (), ""),
    Benchmark("screws", 3, ("--write", "docs/screws.md"), "screws.md"),
    Benchmark("screens", 4, (), "screens"),
    Benchmark("walk", 4, (), "walk.md"),
    Benchmark("peers", 25, ("--write", "docs/peers.md"), "peers.md"),
    Benchmark("mnist", 20, ("--write", "docs/mnist.md"), "mnist.md"),
    Benchmark("results", 40, ("--write", "docs/results.md"), "results.md"),
    Benchmark("sinks", 10, ("--write", "docs/delivery-campaign.md"), "delivery-campaign.md"),
    Benchmark("kill", 12, ("--write", "docs/kill.md"), "kill.md"),
    Benchmark("faults", 13, ("--write", "docs/faults.md"), "faults.md"),
    Benchmark("window", 31, ("--write", "docs/window.md"), "window.md"),
    Benchmark("soak", 61, ("--write", "docs/soak.md"), "soak.md"),
    Benchmark("fuzz", 71, ("--write", "docs/fuzzing.md"), "fuzzing.md"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=[one.name for one in BENCHMARKS])
    parser.add_argument("--hours", type=float, default=0.1, help="none that takes longer than this, unless it is named")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", type=Path, help="the page of this table")
    options = parser.parse_args()
    chosen = [one for one in BENCHMARKS if (one.name in options.only if options.only else one.minutes <= 60 * options.hours)]
    if options.list:
        for one in BENCHMARKS:
            print(f"{'*' if one in chosen else ' '} {one.name:10} {one.minutes:5.1f} min  {one.question}")
        return 0
    rows, n_failed = [], 0
    for number, one in enumerate(chosen, 1):
        print(f"\n{number}/{len(chosen)} {one.name}, about {one.minutes:g} min: {one.question}", file=sys.stderr)
        start = time.monotonic()
        code = subprocess.run([sys.executable, "-m", f"benchmarks.{one.name}", *one.words], cwd=REPOSITORY, check=False).returncode
        n_failed += code != 0
        page = f"[{one.page}]({one.page})" if one.page else "–"
        rows.append(
            f"| {one.name} | {one.question} | {(time.monotonic() - start) / 60:.1f} | {'ran' if code == 0 else f'exit code {code}'} | {page} |"
        )
    head = [
        "# Benchmarks as they were run",
        "",
        f"Made by `python -m benchmarks`, {when_and_where()}.",
        "",
        "| benchmark | question | minutes | | page |",
        "|---|---|---|---|---|",
    ]
    show([*head, *rows], options.write)
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
