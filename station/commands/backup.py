"""`backup`: copy the ledger, also beside a running station."""

from __future__ import annotations

import argparse
import json

from station.config import read_config
from station.store.backup import make_backup


def backup(options: argparse.Namespace) -> int:
    """Entry of the command. None of the older backups is deleted: only the station's own schedule does that."""
    config = read_config(options.config)
    data = options.data or config.data_folder
    made = make_backup(data, options.to or config.backup_folder or data / "backups")
    if options.json:
        print(json.dumps({"backup": str(made), "bytes": made.stat().st_size}))
    else:
        print(f"backup {made}: {made.stat().st_size / 1e6:.1f} MB, checked; pictures are not part of it")
    return 0
