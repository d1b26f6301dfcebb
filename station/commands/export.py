"""`export`: recorded parts as a CSV table or a data set folder, also while the line runs."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from station.commands.acting import actor
from station.config import ConfigError, read_config
from station.export import write_csv, write_dataset
from station.store.database import open_existing
from station.store.journal import append_event
from station.store.search import Opinion, PartFilter
from station.verdict import Judgement


def export(options: argparse.Namespace) -> int:
    """Entry of the command."""
    sought = _filter(options)
    if options.format == "csv" and options.unreviewed_by_verdict:
        raise ConfigError("export: --unreviewed-by-verdict goes with --format parquet; a CSV table holds every part")
    if options.format == "parquet" and options.bom:
        raise ConfigError("export: --bom goes with --format csv")
    config = read_config(options.config)
    engine = open_existing(options.data or config.data_folder, config.records.synchronous)
    try:
        if options.format == "csv":
            written = write_csv(engine, sought, options.output, with_bom=options.bom)
        else:
            written = write_dataset(engine, sought, options.output, config.station.name, with_unreviewed=options.unreviewed_by_verdict)
        append_event(engine, "export", actor(), format=options.format, path=str(written.path), parts=written.n_parts)
    finally:
        engine.dispose()
    if options.json:
        print(json.dumps({"path": str(written.path), "parts": written.n_parts, "rows": written.n_rows, "left_out": dict(written.left_out)}))
        return 0
    print(f"{written.path}: {written.n_parts} parts, {written.n_rows} rows")
    for why, n in written.left_out.items():
        print(f"left out: {n} {why}")
    return 0


def _filter(options: argparse.Namespace) -> PartFilter:
    return PartFilter(
        since=_time("--since", options.since),
        until=_time("--until", options.until),
        lot=options.lot,
        judgements=frozenset(Judgement(judgement) for judgement in options.judgement or ()),
        kind=options.kind,
        model=options.model,
        model_version=options.model_version,
        opinion=None if options.review is None else Opinion(options.review),
    )


def _time(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()  # without a zone: local time
    except ValueError as err:
        raise ConfigError(f"{name} {text!r}: no time; expected one as 2026-03-31 or 2026-03-31T06:00 or 2026-03-31T06:00+09:00") from err
