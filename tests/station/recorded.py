"""Parts written straight into the ledger, many at once: for tests of what is counted, found and exported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Engine, insert

from models.nsoartc import FEATURE_VERSION, VECTOR_LENGTH
from station.store.schema import Part, PartRegion

START = datetime(2026, 3, 2, 0, 0, 0, tzinfo=UTC)


def part(number: int, **changes: Any) -> dict[str, Any]:
    """The row of the number-th part (1, 2, …), taken a minute after the one before: OK, score 3, lot A, model m version 1."""
    row: dict[str, Any] = {
        "id": number, "run": "r", "shot_number": number, "station": "s", "lot": "A", "operator": "Sato", "serial": f"S{number:04d}",
        "taken_at": START + timedelta(minutes=number - 1), "recorded_at": START + timedelta(minutes=number - 1, seconds=1),
        "judgement": "OK", "score": 3.0, "worst_view": "front", "worst_region": "all", "defect": "", "reason": "",
        "recipe": "small", "recipe_revision": 1, "model": "m", "model_version": "1", "ok_at_most": 12.0, "ng_above": 20.0,
        "feature_version": FEATURE_VERSION, "provider": "CPU", "vector_ms": 1.0, "score_ms": 1.0, "judge_ms": 1.0, "kind": "part", "retest_of": None,
    }  # fmt: skip
    if changes.get("judgement") == "NG":
        row |= {"score": 30.0, "defect": "M"}
    if changes.get("judgement") == "HOLD":
        row |= {"score": None, "worst_view": "", "worst_region": ""}
    return row | changes


def write_parts(engine: Engine, rows: Iterable[dict[str, Any]]) -> None:
    with engine.begin() as connection:
        connection.execute(insert(Part), list(rows))


def write_regions(engine: Engine, part_id: int, n: int = 2) -> None:
    """n regions whose vectors hold the part's id and the region's index."""
    rows = [
        {
            "part_id": part_id, "region_index": i, "view": "front", "name": f"region {i}", "score": 1.0 + i, "unit_space": 0,
            "deviation": np.zeros((6, 13), "<f2").tobytes(), "embedding": np.zeros(128, "<f2").tobytes(),
            "vector": np.full(VECTOR_LENGTH, part_id + i / 10, "<f4").tobytes(),
        }
        for i in range(n)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(PartRegion), rows)
