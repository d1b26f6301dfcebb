"""`restore`: put a backup in the place of a data folder's ledger."""

from __future__ import annotations

import argparse
import json

from station.commands.acting import actor
from station.config import read_config
from station.store.backup import restore as put_back


def restore(options: argparse.Namespace) -> int:
    """Entry of the command."""
    config = read_config(options.config)
    data = options.data or config.data_folder
    done = put_back(options.file, data, config.records.synchronous, actor())
    if options.json:
        aside = None if done.set_aside is None else str(done.set_aside)
        print(json.dumps({"restored": str(done.backup), "data": str(data), "set_aside": aside, "not_delivered": done.not_delivered}))
    else:
        before = "there was no database before" if done.set_aside is None else f"the one before is kept as {done.set_aside.name}"
        print(f"{done.backup} is the database of {data} now; {before}")
        if done.not_delivered:
            print(done.not_delivered)
    return 0
