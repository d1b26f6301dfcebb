"""Writing the ledger: pictures first, then one transaction a part. What it has written it never changes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from station.inspector import Inspection
from station.shot import Shot, now
from station.store.database import StoreError
from station.store.pictures import PictureStore, PictureWriter, Written
from station.store.schema import Event, Part, PartEmbedding, PartPicture, PartRegion, Sample
from station.verdict import Judgement

_WRITING = threading.Lock()
"""One writer at a time: parts come from a line's writer thread, events from any. The folder's lock keeps other stations out;
reviews (reviews.py) come from other processes too, and wait their turn in SQLite."""
# Made once, run by a connection and given their values there: a part takes 2.1 ms so, and 3.4 as statements of a session.
_PART = insert(Part).returning(Part.id)
_PICTURE, _REGION, _EMBEDDING, _SAMPLE = (insert(rows) for rows in (PartPicture, PartRegion, PartEmbedding, Sample))
_PICTURES_S = 5.0
"""Waited so long for pictures that were begun, before people are told."""

Detail = str | int | float | bool | None


class Journal:
    """Appends parts and events."""

    def __init__(
        self, engine: Engine, pictures: PictureStore, station: str, run: str, sample_rate: float = 0.0, generator: random.Random | None = None
    ) -> None:
        """Nothing is written yet.

        Args:
            run: names this start of the line; with the shot number it names a part for ever.
            sample_rate: share of the parts judged OK that is drawn for review, 0..1 (see `sampling`).
            generator: draws them; None = one that the operating system seeds.
        """
        self._engine = engine
        self._pictures = pictures
        self._station = station
        self._run = run
        self._sample_rate = sample_rate
        self._generator = generator or random.Random()
        self._begun: dict[int, Future[Written]] = {}  # pictures by shot number
        self._writer: PictureWriter | None = None  # of its own: one that hangs on a dead disk does not hang the next run's
        self.stages_ms: dict[str, float] = {}

    def begin(self, shot: Shot) -> None:
        """Begin to store a shot's pictures, while it is judged; `record` of the same shot waits for them."""
        if shot.frames:
            self._writer = self._writer or PictureWriter(self._pictures)
            number = shot.ticket.number
            self._begun[number] = self._writer.begin(self._run, number, shot.taken_at, shot.pictures)

    def close(self) -> None:
        """The run is over: nothing more will be begun."""
        if self._writer is not None:
            self._writer.close()

    def record(self, inspection: Inspection) -> int:
        """Store one part: its pictures on disk, then its rows in one transaction. Returns the part's id.

        A part that is there already, since a commit succeeded whose answer was lost, is not written twice.

        Raises:
            StoreError: nothing of it is in the database; the same inspection may be recorded again.
        """
        shot = inspection.shot
        start, self.stages_ms = perf_counter(), {}
        paths, encode = self._written(shot)
        written = perf_counter()
        try:
            with _WRITING, self._engine.begin() as connection:
                part_id: int = connection.execute(_PART, self._part_row(inspection)).scalar_one()
                if paths:
                    connection.execute(_PICTURE, [{"part_id": part_id, "view": v, "path": p} for v, p in paths.items()])
                if inspection.features is not None and inspection.scores is not None:
                    connection.execute(_REGION, _region_rows(part_id, inspection))
                if (embedding := _worst_embedding(inspection)) is not None:
                    judge = inspection.judge
                    row = {"part_id": part_id, "model": judge.model, "model_version": judge.model_version, "embedding": embedding}
                    connection.execute(_EMBEDDING, row)
                if self._is_drawn(inspection):
                    connection.execute(_SAMPLE, {"part_id": part_id, "drawn_at": now(), "rate": self._sample_rate})
        except IntegrityError as err:
            recorded = self._recorded_id(shot.ticket.number)
            if recorded is None:
                raise StoreError(f"the part cannot be written to the database: {err.orig}") from err
            return recorded
        except SQLAlchemyError as err:
            raise StoreError(f"the part cannot be written to the database: {getattr(err, 'orig', None) or err}") from err
        self.stages_ms = encode | {"pictures": 1e3 * (written - start), "commit": 1e3 * (perf_counter() - written)}
        return part_id

    def log_event(self, kind: str, actor: str = "", **detail: Detail) -> None:
        """See `append_event`."""
        append_event(self._engine, kind, actor, **detail)

    def _written(self, shot: Shot) -> tuple[dict[str, str], dict[str, float]]:
        """Paths of a shot's pictures, which are on disk, and the stages that they took."""
        number = shot.ticket.number
        begun = self._begun.get(number)
        if begun is None:
            return self._pictures.write(self._run, number, shot.taken_at, shot.pictures), {}
        if not wait([begun], _PICTURES_S).done:
            raise StoreError(f"its pictures are not on disk after {_PICTURES_S:g} s: the disk does not answer")
        del self._begun[number]
        try:
            written = begun.result()
        except StoreError:  # the disk may be well by now: all that was begun while it was not must not wait for another attempt
            return self._pictures.write(self._run, number, shot.taken_at, shot.pictures), {}
        return written.paths, {"encode": written.took_ms}

    def _is_drawn(self, inspection: Inspection) -> bool:
        """Chance alone decides, part by part: nothing that is known of the part may."""
        is_candidate = inspection.verdict.judgement is Judgement.OK and inspection.shot.ticket.kind == "part"
        return is_candidate and self._generator.random() < self._sample_rate

    def _recorded_id(self, number: int) -> int | None:
        with Session(self._engine) as session:
            return session.scalar(select(Part.id).where(Part.run == self._run, Part.shot_number == number))

    def _part_row(self, inspection: Inspection) -> dict[str, object]:
        shot, verdict, judge = inspection.shot, inspection.verdict, inspection.judge
        stages = inspection.stages_ms
        return {
            "run": self._run,
            "shot_number": shot.ticket.number,
            "station": self._station,
            "lot": shot.ticket.lot,
            "operator": shot.ticket.operator,
            "serial": shot.ticket.serial,
            "taken_at": shot.taken_at,
            "recorded_at": now(),
            "judgement": verdict.judgement.value,
            "score": verdict.score,
            "worst_view": inspection.worst_view,
            "worst_region": inspection.worst_region,
            "defect": inspection.defect,
            "reason": _storable(verdict.reason),
            "recipe": judge.recipe,
            "recipe_revision": judge.recipe_revision,
            "model": judge.model,
            "model_version": judge.model_version,
            "ok_at_most": judge.ok_at_most,
            "ng_above": judge.ng_above,
            "feature_version": judge.feature_version,
            "provider": judge.provider,
            "vector_ms": stages.get("vector"),
            "score_ms": stages.get("score"),
            "judge_ms": stages.get("judge"),
            "kind": shot.ticket.kind,
            "retest_of": shot.ticket.retest_of,
        }


def append_event(engine: Engine, kind: str, actor: str = "", **detail: Detail) -> None:
    """Append who changed what, chained to the event before.

    Raises:
        StoreError: it could not be written.
    """
    try:
        with writing(engine) as session:
            chain_event(session, kind, actor, **detail)
    except SQLAlchemyError as err:
        raise StoreError(f"event {kind!r} cannot be written to the database: {getattr(err, 'orig', None) or err}") from err


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A transaction that no other writer can come between, committed at the end: for a change and the event that tells of it."""
    with _WRITING, Session(engine) as session:
        # the chain's end is read inside the writing transaction: a review window may log from another process
        session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        yield session
        session.commit()


def chain_event(session: Session, kind: str, actor: str = "", **detail: Detail) -> None:
    """The same as `append_event`, inside a transaction of `writing`."""
    at, words = now(), json.dumps(detail, ensure_ascii=False, sort_keys=True)
    previous = session.scalar(select(Event.hash).order_by(Event.id.desc()).limit(1)) or ""
    session.add(Event(at=at, kind=kind, actor=actor, detail=words, previous_hash=previous, hash=event_hash(previous, at, kind, actor, words)))
    session.flush()


def event_hash(previous: str, at: datetime, kind: str, actor: str, detail: str) -> str:
    """sha256 over the previous hash and this event's fields: a row that was edited, or one that is gone, no longer fits."""
    fields = [previous, at.astimezone(UTC).isoformat(), kind, actor, detail]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def _region_rows(part_id: int, inspection: Inspection) -> list[dict[str, object]]:
    features, scores = inspection.features, inspection.scores
    assert features is not None and scores is not None  # the caller has looked
    deviations, embeddings = _half(scores.deviation), _half(scores.embedding)
    vectors = features.vectors.astype("<f4", copy=False)
    return [
        {
            "part_id": part_id,
            "region_index": i,
            "view": region.view,
            "name": region.name,
            "score": float(scores.score[i]) if np.isfinite(scores.score[i]) else None,
            "unit_space": int(scores.unit_space[i]),
            "deviation": deviations[i].tobytes(),
            "embedding": embeddings[i].tobytes(),
            "vector": vectors[i].tobytes(),
        }
        for i, region in enumerate(inspection.regions)
    ]


def _worst_embedding(inspection: Inspection) -> bytes | None:
    if inspection.scores is None or inspection.verdict.worst is None:
        return None
    return _half(inspection.scores.embedding[inspection.verdict.worst]).tobytes()


def _storable(text: str) -> str:
    """The text with what UTF-8 cannot hold written out, as in a file name of another encoding."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _half(values: NDArray[np.float32]) -> NDArray[np.float16]:
    # 65504 for all beyond it: a map is drawn at the end of its scale there, and an embedding so far off is like no other part's anyway
    limit = np.float32(np.finfo(np.float16).max)
    return np.clip(values, -limit, limit).astype("<f2")
