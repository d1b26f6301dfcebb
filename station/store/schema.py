"""The tables. Facts are appended, never edited; every time is UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, LargeBinary, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone in Python, UTC without one in the database; a time without a zone is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value}: a time without its zone cannot be recorded")
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables."""


class Part(Base):
    """One judged part: what was said of it, by which judge, and how long each stage took."""

    __tablename__ = "part"
    __table_args__ = (
        UniqueConstraint("run", "shot_number"),
        Index("ix_part_lot", "lot", "id"),
        Index("ix_part_judgement", "judgement", "id"),
        Index("ix_part_taken_at", "taken_at"),
        Index("ix_part_serial", "serial", "id"),
        Index("ix_part_score", "score"),
        Index("ix_part_defect", "defect", "id"),
        Index("ix_part_model", "model", "model_version", "id"),
        Index("ix_part_kind", "kind", "id"),
        Index("ix_part_retest_of", "retest_of"),
        Index("ix_part_shift", "taken_at", "kind", "judgement"),  # counts of a shift and of a lot come from these alone
        Index("ix_part_tally", "lot", "kind", "judgement"),
        Index("ix_part_series", "kind", "judgement", "id", "score", "lot"),  # charts over millions read this and not the rows
        # all that a filter asks of a part, in the order of the parts (see search.py)
        Index("ix_part_search", "id", "judgement", "score", "defect", "model", "model_version", "kind", "taken_at", "lot", "serial"),
        Index("ix_part_setting", "model", "model_version", "recipe", "recipe_revision", "ok_at_most", "ng_above", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(String(32))  # one start of the line
    shot_number: Mapped[int]  # counted within the run
    station: Mapped[str] = mapped_column(String(64))
    lot: Mapped[str] = mapped_column(String(64))
    operator: Mapped[str] = mapped_column(String(64))
    serial: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    judgement: Mapped[str] = mapped_column(String(8))
    score: Mapped[float | None]
    worst_view: Mapped[str] = mapped_column(String(64))
    worst_region: Mapped[str] = mapped_column(String(64))
    defect: Mapped[str] = mapped_column(String(64))  # nearest unit space, where that is not 'good'
    reason: Mapped[str]
    recipe: Mapped[str] = mapped_column(String(64))
    recipe_revision: Mapped[int]
    model: Mapped[str] = mapped_column(String(64))
    model_version: Mapped[str] = mapped_column(String(16))
    ok_at_most: Mapped[float]
    ng_above: Mapped[float]
    feature_version: Mapped[str] = mapped_column(String(32))
    provider: Mapped[str] = mapped_column(String(32))
    vector_ms: Mapped[float | None]
    score_ms: Mapped[float | None]
    judge_ms: Mapped[float | None]
    kind: Mapped[str] = mapped_column(String(16), server_default="part")  # 'part', or 'challenge': a known part, run to test the station
    retest_of: Mapped[int | None]  # the part whose RETEST this shot answers


class PartPicture(Base):
    """A picture of a part, as the camera gave it. The row stays when retention deletes the file."""

    __tablename__ = "picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    view: Mapped[str] = mapped_column(String(64))
    path: Mapped[str]  # relative to the picture folder


class PartRegion(Base):
    """One region of a part, with the vector itself: while that is kept it can be judged again under any later model."""

    __tablename__ = "region"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    region_index: Mapped[int]
    view: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    score: Mapped[float | None]
    unit_space: Mapped[int]
    deviation: Mapped[bytes] = mapped_column(LargeBinary)  # (6, 13) float16, little-endian
    embedding: Mapped[bytes] = mapped_column(LargeBinary)  # (128,) float16, little-endian
    vector: Mapped[bytes] = mapped_column(LargeBinary)  # (1404,) float32, little-endian; empty where it was thinned out


class PartReview(Base):
    """What a person says a part truly was. A second opinion is a second row; the newest (greatest id) counts."""

    __tablename__ = "review"
    __table_args__ = (
        Index("ix_review_truth", "truth", "part_id"),
        Index("ix_review_mode", "mode", "truth", "part_id"),
        Index("ix_review_reviewer", "part_id", "reviewer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewer: Mapped[str] = mapped_column(String(64))
    truth: Mapped[str] = mapped_column(String(8))  # OK, NG, UNSURE
    mode: Mapped[str] = mapped_column(String(64))  # defect mode of an NG part; '' = unknown, or no defect
    comment: Mapped[str]


class Event(Base):
    """Who changed what and when; each row carries the hash of the one before, so that a gap or an edit shows."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class PartEmbedding(Base):
    """The embedding of a part's worst region, apart from its vectors, so that millions can be read for their neighbours."""

    __tablename__ = "embedding"
    __table_args__ = (Index("ix_embedding_model", "model", "model_version", "part_id"),)

    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True)
    model: Mapped[str] = mapped_column(String(64))
    model_version: Mapped[str] = mapped_column(String(16))  # only embeddings of one version can be compared
    embedding: Mapped[bytes] = mapped_column(LargeBinary)  # (128,) float16, little-endian


class Sample(Base):
    """An OK part drawn at random for review, so that the true escape rate can be estimated."""

    __tablename__ = "sample"

    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True)
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rate: Mapped[float]  # the share of OK parts that was being drawn then, 0..1


class Shadow(Base):
    """What another model version said of a part that it did not judge."""

    __tablename__ = "shadow"

    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True)
    model: Mapped[str] = mapped_column(String(64), primary_key=True)
    model_version: Mapped[str] = mapped_column(String(16), primary_key=True)
    judgement: Mapped[str] = mapped_column(String(8))
    score: Mapped[float | None]
    ok_at_most: Mapped[float]
    ng_above: Mapped[float]


class Account(Base):
    """A person who may sign in. What changes here is written down as events."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))  # operator, qa, engineer
    secret_hash: Mapped[str] = mapped_column(String(200))  # argon2id, with its salt and parameters
    is_active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SinkCursor(Base):
    """How far a sink has acknowledged the parts, in their order; the one row that is moved on and not appended.

    No foreign key: a station whose first part is yet to come stands at 0.
    """

    __tablename__ = "delivery"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)  # the sink's
    part_id: Mapped[int]  # the last one acknowledged
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was; none = nothing was delivered yet
