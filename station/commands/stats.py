"""`stats`: how long each stage of the last parts took, as a running station wrote it down."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from station.config import read_config
from station.stages import FILE_NAME, STAGES, StageLine
from station.store.database import StoreError


def stats(options: argparse.Namespace) -> int:
    """Entry of the command."""
    path = (options.data or read_config(options.config).data_folder) / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
        row = json.loads(text)
        at, part_id = datetime.fromisoformat(row["at"]), int(row["part"])
        lines = [StageLine(**line) for line in row["stages"]]
    except FileNotFoundError:
        raise StoreError(f"{path}: not there: no part was recorded in this data folder by a station that keeps times") from None
    except (ValueError, KeyError, TypeError) as err:
        raise StoreError(f"{path}: not as a station writes it ({err}); the running station writes it anew within seconds") from err
    if options.json:
        print(text)
        return 0
    print(f"at part {part_id}, {at.astimezone():%Y-%m-%d %H:%M:%S}; times of the last parts [ms]")
    print(f"{'stage':<10}{'p50':>8}{'p95':>8}{'p99':>8}{'worst':>8}{'parts':>7}")
    for line in lines:
        print(f"{line.stage:<10}{line.p50:8.1f}{line.p95:8.1f}{line.p99:8.1f}{line.worst:8.1f}{line.n_parts:7d}  {STAGES.get(line.stage, '')}")
    return 0
