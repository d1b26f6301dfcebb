"""`sinks`: how far each configured sink has acknowledged the ledger; --check opens each once. Works beside a running station."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sqlalchemy import Engine

from station.assembly import plant_database
from station.config import Config, read_config
from station.plant import cursor_name
from station.sinks.kinds import make_sink
from station.sinks.settings import SinkSection
from station.sinks.sink import SinkError
from station.store.database import open_existing
from station.store.deliveries import n_after, read_cursor
from station.store.plant import PlantError


def sinks(options: argparse.Namespace) -> int:
    """Entry of the command. Exit code 1 where --check found a sink that cannot be opened."""
    config = read_config(options.config)
    engine = open_existing(options.data or config.data_folder, config.records.synchronous)
    rows: list[dict[str, object]] = []
    try:
        for settings in config.sinks:
            cursor = read_cursor(engine, settings.name)
            row: dict[str, object] = {"name": settings.name, "kind": settings.kind, "undelivered": None, "last_part": None, "last_delivered_at": None}
            if cursor is not None:
                at = None if cursor.at is None else cursor.at.isoformat(timespec="milliseconds")
                row |= {"undelivered": n_after(engine, cursor.part_id), "last_part": cursor.part_id, "last_delivered_at": at}
            if options.check:
                row["problem"] = _problem(settings, config.station.name, config.folder)
            rows.append(row)
        if config.plant is not None:
            rows.append(_plant(config, engine, options.check))
    finally:
        engine.dispose()
    for row in rows:
        print(json.dumps(row, ensure_ascii=False) if options.json else _sentence(row))
    if not rows and not options.json:
        print("no sink is configured: verdicts stay in the database; docs/delivery.md says how to deliver them")
    return 1 if any(row.get("problem") for row in rows) else 0


def _plant(config: Config, engine: Engine, is_checked: bool) -> dict[str, object]:
    """How far the plant's record store has the ledger; --check asks the plant itself."""
    plant = plant_database(config)
    assert plant is not None  # the caller has looked
    cursor = read_cursor(engine, cursor_name(plant.where))
    last, at = (0, None) if cursor is None else (cursor.part_id, cursor.at)
    row: dict[str, object] = {"name": "plant", "kind": "postgresql"}
    if is_checked:
        try:
            plant.open(engine)
            last, row["rows"] = plant.part_cursor, plant.counts()
            row["problem"] = ""
        except PlantError as err:
            row["problem"] = str(err)
        finally:
            plant.close()
    told = None if at is None else at.isoformat(timespec="milliseconds")
    return row | {"undelivered": n_after(engine, last), "last_part": last, "last_delivered_at": told}


def _problem(settings: SinkSection, station: str, folder: Path) -> str:
    """Why the sink cannot be opened now; '' if it can. Nothing is delivered."""
    sink = make_sink(settings, station, folder)
    try:
        sink.open()
    except SinkError as err:
        return str(err)
    finally:
        sink.close()
    return ""


def _sentence(row: dict[str, object]) -> str:
    if row["undelivered"] is None:
        told = "not started yet: it begins after the newest part when the station starts"
    else:
        told = f"{row['undelivered']} undelivered, acknowledged up to part {row['last_part']}, last {row['last_delivered_at'] or 'never'}"
    if "problem" in row:
        told += f"; cannot be opened: {row['problem']}" if row["problem"] else "; can be opened"
    return f"{row['name']} ({row['kind']}): {told}"
