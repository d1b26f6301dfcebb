"""Parts with embeddings, put into the real tables many at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from station.shot import now
from station.store.schema import Part, PartEmbedding

_TEXTS = ("run", "station", "lot", "operator", "serial", "worst_view", "worst_region", "defect", "reason", "recipe", "feature_version", "provider")


def add_parts(
    engine: Engine, embeddings: Sequence[NDArray[np.floating] | None], version: str = "1", kind: str = "part", judgement: str = "OK"
) -> list[int]:
    """Parts of model m with these embeddings, None = without; returns their ids."""
    with Session(engine) as session, session.begin():
        first = (session.scalar(select(Part.id).order_by(Part.id.desc()).limit(1)) or 0) + 1
        at = now()
        ids = list(range(first, first + len(embeddings)))
        row = dict.fromkeys(_TEXTS, "") | {
            "taken_at": at, "recorded_at": at, "judgement": judgement, "score": 0.5, "recipe_revision": 1, "model": "m", "model_version": version,
            "ok_at_most": 1.0, "ng_above": 2.0, "kind": kind,
        }  # fmt: skip
        session.execute(insert(Part), [row | {"id": i, "shot_number": i} for i in ids])
        stored = [(i, e.astype("<f2").tobytes()) for i, e in zip(ids, embeddings, strict=True) if e is not None]
        if stored:
            session.execute(insert(PartEmbedding), [{"part_id": i, "model": "m", "model_version": version, "embedding": e} for i, e in stored])
    return ids
