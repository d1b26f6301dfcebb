"""Can any bytes crash or hang what reads files from outside? Coverage-guided fuzzing of each reader with atheris.

    python -m benchmarks.fuzz [TARGET …] [--minutes 10] [--write docs/fuzzing.md]

A target runs in a process of its own and starts from the corpus in tests/fuzz_corpus/TARGET/. What it finds is left in fuzz-found/ and makes
the command fail; mend the reader, keep the small file in the corpus (tests/test_fuzz_corpus.py reads it from then on). Needs the extra "fuzz".
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.page import show

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = REPOSITORY / "tests" / "fuzz_corpus"
FOUND = REPOSITORY / "fuzz-found"
NAMES = ("config", "recipe", "manifest", "signature", "golden", "picture", "metadata")
LIMIT_S, LIMIT_MB = 20, 3000  # one input; more is a hang, or memory that somebody else needs


def fuzz_for_ever(name: str) -> None:
    """In the child: hand atheris one reader."""
    import atheris

    with atheris.instrument_imports(include=["models", "station.config", "tomllib", "csv"]):
        from benchmarks.fuzz_targets import TARGETS

    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=shared if shared.is_dir() else None))
    atheris.Setup([sys.argv[0], *sys.argv[3:]], lambda content: TARGETS[name](content, folder))
    atheris.Fuzz()


def run(name: str, minutes: float) -> str:
    """One row of the table."""
    FOUND.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as grown:  # what atheris adds to the corpus on its way is not kept
        dictionary = CORPUS / f"{name}.dict"
        command = [
            *(sys.executable, "-m", "benchmarks.fuzz", "--child", name),
            *(f"-max_total_time={round(60 * minutes)}", f"-timeout={LIMIT_S}", f"-rss_limit_mb={LIMIT_MB}", "-print_final_stats=1", "-max_len=65536"),
            *([f"-dict={dictionary}"] if dictionary.exists() else []),
            *(f"-artifact_prefix={FOUND}/{name}-", grown, str(CORPUS / name)),
        ]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "OPENCV_LOG_LEVEL": "OFF"}
        child = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, check=False)
    text = child.stderr
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", text)
    peak = re.search(r"stat::peak_rss_mb:\s*(\d+)", text)
    covered = re.findall(r"cov: (\d+)", text)
    seeds = len(list((CORPUS / name).iterdir()))
    if child.returncode:
        (FOUND / f"{name}.log").write_text(text + child.stdout)
        print(text[-3000:], file=sys.stderr)
    found = "none" if child.returncode == 0 else f"FOUND something (exit code {child.returncode}), see fuzz-found/{name}.log"
    number = f"{int(runs[1]):,}".replace(",", " ") if runs else "?"
    return f"| {name} | {seeds} | {number} | {covered[-1] if covered else '?'} | {peak[1] if peak else '?'} | {found} |"


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        fuzz_for_ever(sys.argv[2])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", choices=[*NAMES, []], metavar="TARGET", help=", ".join(NAMES) + "; none = all")
    parser.add_argument("--minutes", type=float, default=10, help="for each target")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    rows = [run(name, options.minutes) for name in options.targets or NAMES]
    lines = [
        "# Fuzzing what reads files from outside",
        "",
        f"Made by `python -m benchmarks.fuzz --minutes {options.minutes:g} --write docs/fuzzing.md` ({datetime.now(UTC):%Y-%m-%d}). Each reader is fed for",
        f"{options.minutes:g} minutes with what atheris makes of its corpus. Found would be: an exception that is not the reader's own, a message that is no sentence,",
        f"more than {LIMIT_S} s or {LIMIT_MB} MB for one input, a crash.",
        "",
        "| reader | files in the corpus | inputs tried | branches reached | peak memory [MB] | crashes, hangs, tracebacks |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    show(lines, options.write)
    if any("FOUND" in row for row in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
