"""`events verify`: whether the chain of events is whole."""

from __future__ import annotations

import argparse
import json

from station.config import read_config
from station.store.database import open_existing
from station.store.events import check_chain


def events(options: argparse.Namespace) -> int:
    """Entry of the command. Exit code 0: unbroken; 1: broken, or the expected hash is not there."""
    config = read_config(options.config)
    engine = open_existing(options.data or config.data_folder, config.records.synchronous)
    try:
        chain = check_chain(engine, options.expect)
    finally:
        engine.dispose()
    is_well = chain.first_broken is None and chain.has_expected
    if options.json:
        row = {"events": chain.n_events, "unbroken": chain.first_broken is None, "first_broken": chain.first_broken}
        print(json.dumps(row | {"last_event": chain.last_id, "last_hash": chain.last_hash, "has_expected": chain.has_expected}))
        return 0 if is_well else 1
    if chain.first_broken is not None:
        print(f"event {chain.first_broken} is broken: it was edited, or one before it is gone; {chain.n_events - 1} events before it are whole")
    else:
        print(f"{chain.n_events} events, unbroken; the last one is {chain.last_id or 'none'} with hash {chain.last_hash or 'none'}")
    if not chain.has_expected:
        print(f"no whole event has the expected hash {options.expect}: the chain was written anew, or its end is gone")
    return 0 if is_well else 1
