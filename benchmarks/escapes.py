"""What passes, and what good parts are rejected, on the connector data set: a table, by defect mode.

    python -m benchmarks.escapes [DATA] [--write docs/escapes.md]

Everything through the commands that a user types: the recipe's reference pictures and both models are made from session
`train` alone, thresholds come from the good parts of `calib` alone, and `python -m station inspect` judges `test`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from models.manifest import Figure, read_manifest
from trainer.evaluation import figure

REPOSITORY = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("STATION_DATA", REPOSITORY.parent / "shared" / "data")) / "tanshi"
MODELS = {"1": "unit space, good parts only (`trainer teach`)", "2": "vector, network and companion signal (`trainer train`)"}


def run(*words: str) -> str:
    """A command of ours; ends the program with its own message if it fails (1 = some part is on hold)."""
    done = subprocess.run([sys.executable, "-m", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return done.stdout


def cell(figure: Figure) -> str:
    return f"{figure.wrong} of {figure.parts} ({100 * figure.low:.1f}–{100 * figure.high:.1f} %)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--write", type=Path, help="Markdown file to write")
    options = parser.parse_args()
    with (options.data / "metadata.csv").open(newline="") as f:
        modes = {row["part"]: row["fmode"] for row in csv.DictReader(f)}
    with tempfile.TemporaryDirectory() as temporary:
        site = Path(temporary)
        shutil.copy(REPOSITORY / "benchmarks" / "tanshi" / "tanshi.toml", site)
        recipe = str(site / "tanshi.toml")
        (site / "config.toml").write_text('[station]\nrecipes = "."\n[models]\nstore = "store"\nprovider = "cpu"\n')
        run("trainer", "reference", str(options.data), "--recipe", recipe, "--train", "train")
        seconds = {}
        for version, command in (("1", "teach"), ("2", "train")):
            start = time.monotonic()
            run("trainer", command, str(options.data), "--recipe", recipe, "--train", "train", "--calib", "calib", "--store", str(site / "store"))
            seconds[version] = time.monotonic() - start
        columns, extra = {}, {}
        for version in MODELS:
            out = run(
                "station", "--config", str(site / "config.toml"), "inspect", str(options.data / "test"),
                "--recipe", "tanshi", "--model", f"tanshi@{version}", "--json",
            )  # fmt: skip
            rows = [json.loads(line) for line in out.splitlines()]
            truth = [modes[Path(row["file"]).stem] for row in rows]
            passed = [row["verdict"] == "OK" for row in rows]
            columns[version] = {}
            for mode in sorted(set(truth), key=lambda m: (m != "OK", m)):
                of_mode = [p for p, t in zip(passed, truth, strict=True) if t == mode]
                what, wrong = ("overkill", of_mode.count(False)) if mode == "OK" else (f"escape {mode}", of_mode.count(True))
                columns[version][what] = figure(what, wrong, len(of_mode))
            bad = [p for p, t in zip(passed, truth, strict=True) if t != "OK"]
            columns[version]["escape in all"] = figure("", bad.count(True), len(bad))
            verdicts = [row["verdict"] for row in rows]
            good = [row["verdict"] for row, mode in zip(rows, truth, strict=True) if mode == "OK"]
            columns[version]["good parts called NG"] = figure("", good.count("NG"), len(good))
            in_four = [row for row, mode in zip(rows, truth, strict=True) if mode in "XYDM"]
            columns[version]["escape X, Y, D, M together"] = figure("", sum(row["verdict"] == "OK" for row in in_four), len(in_four))
            extra[version] = (
                {v: verdicts.count(v) for v in ("OK", "RETEST", "NG", "HOLD")},
                np.percentile([row["ms"] for row in rows], [50, 99]),
                read_manifest(site / "store" / "tanshi" / version).thresholds,
            )
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=REPOSITORY, check=False).stdout.strip()
    text = [
        "# Escapes and overkill on the connector data set",
        "",
        "Made by `python -m benchmarks.escapes --write docs/escapes.md`"
        f" ({datetime.now(UTC):%Y-%m-%d}, commit {commit}, {os.cpu_count()} cores, scored on the CPU). Session `train` teaches, the good parts of",
        "`calib` set the thresholds (99.5 % point, exponential tail), `test` is only judged, by `python -m station inspect`. Three aligned views,",
        "3 coarse and 12 fine regions each. Escape: a defective part judged OK. Overkill: a good part not judged OK, so RETEST and",
        "HOLD count as overkill here and never as escapes. In brackets 95 % Clopper–Pearson intervals.",
        "",
        "| | " + " | ".join(MODELS.values()) + " |",
        "|---|---|---|",
    ]
    for what in columns["1"]:
        text.append(f"| {what} | " + " | ".join(cell(columns[v][what]) for v in MODELS) + " |")
    text.append("| verdicts | " + " | ".join(", ".join(f"{n} {v}" for v, n in extra[v][0].items()) for v in MODELS) + " |")
    text.append(
        "| thresholds: OK at most, NG above | " + " | ".join(f"{extra[v][2].ok_at_most:.2f}, {extra[v][2].ng_above:.2f}" for v in MODELS) + " |"
    )
    text.append("| ms a part, p50 / p99 | " + " | ".join(f"{extra[v][1][0]:.1f} / {extra[v][1][1]:.1f}" for v in MODELS) + " |")
    text.append("| seconds to make, reading pictures included | " + " | ".join(f"{seconds[v]:.0f}" for v in MODELS) + " |")
    print("\n".join(text))
    if options.write:
        known = options.write.read_text(encoding="utf-8") if options.write.exists() else ""
        kept = known[known.index("\n## ") :] if "\n## " in known else ""  # what people wrote below the table
        options.write.write_text("\n".join(text) + "\n" + kept, encoding="utf-8")


if __name__ == "__main__":
    main()
