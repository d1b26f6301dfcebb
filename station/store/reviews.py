"""Writing reviews: what a part truly was. A review is a new row, never an edit; of several, the newest counts.

QA reviews while the line runs, often from another process, so this is the one writer beside the journal. It takes
no folder lock: SQLite lets one in after the other, a review's transaction is one commit long, and either side waits
up to `BUSY_TIMEOUT_S` for the other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from station.lot import LotError, check_text
from station.shot import now
from station.store.database import StoreError
from station.store.schema import PartReview
from station.verdict import Judgement

MAX_COMMENT = 1000
TAKEN_BACK = "taken back"
"""The comment of a review that only takes another one back: its reviewer has no opinion of the part any more."""
_NO_MODES = ("OK", "GOOD", "NG", "UNSURE")  # a model calls its space of good parts 'good', the trainer an unnamed defect 'NG'
_MAX_ID = 2**63 - 1  # SQLite's largest integer


class ReviewError(StoreError):
    """A review cannot stand: an unknown part, no name, words that contradict each other. Nothing was written; mend it and say it again."""


class Truth(StrEnum):
    """What a person says a part was."""

    OK = "OK"
    NG = "NG"
    UNSURE = "UNSURE"  # looked at, and undecided: the trainer leaves it out


@dataclass(frozen=True, slots=True)
class Review:
    """One review of one part."""

    id: int
    part_id: int
    at: datetime
    reviewer: str
    truth: Truth
    mode: str  # defect mode of an NG part, '' where nobody knows it; '' for OK and UNSURE
    comment: str


def mistake(judgement: Judgement, truth: Truth) -> Literal["escape", "overkill", ""]:
    """How the station was wrong about a part; '' where it was right, the truth is unsure, or the part was on HOLD.

    RETEST of a good part is overkill: somebody had to look again. HOLD is no verdict on the part, so it is neither.
    """
    if judgement is Judgement.OK and truth is Truth.NG:
        return "escape"
    if judgement in (Judgement.NG, Judgement.RETEST) and truth is Truth.OK:
        return "overkill"
    return ""


def add_reviews(engine: Engine, part_ids: Sequence[int], truth: Truth, reviewer: str, mode: str = "", comment: str = "") -> list[Review]:
    """Append the same review to each of these parts, in one transaction; a part named twice is reviewed once.

    Args:
        mode: the defect mode of NG parts, as the trainer shall learn it; '' = a defect without a name.

    Raises:
        ReviewError: an unknown part, no or an unprintable reviewer, a mode where there is no defect, a long comment.
        StoreError: the database cannot be written, or another writer held it too long. Nothing was written.
    """
    reviewer, mode, comment = reviewer.strip(), mode.strip(), comment.strip()
    _check_words(truth, reviewer, mode, comment)
    ids = list(dict.fromkeys(part_ids))
    try:
        _check_parts(engine, ids)
        at = now()
        fields = {"at": at, "reviewer": reviewer, "truth": truth.value, "mode": mode, "comment": comment}
        with Session(engine) as session, session.begin():
            query = insert(PartReview).returning(PartReview.id, sort_by_parameter_order=True)
            review_ids = session.scalars(query, [{"part_id": part_id} | fields for part_id in ids]).all()
    except SQLAlchemyError as err:
        raise StoreError(f"the review cannot be written to the database: {getattr(err, 'orig', None) or err}; nothing was written") from err
    return [Review(row, part, at, reviewer, truth, mode, comment) for row, part in zip(review_ids, ids, strict=True)]


def take_back(engine: Engine, written: Sequence[Review]) -> list[Review]:
    """Append, for each of these reviews, one that puts the part back to what counts without it, in one transaction.

    That is the newer review of somebody else, or else the one before. The reviewer's own former opinion is restored with its
    comment; where the opinion is another's, or there is none (UNSURE), the new review's comment is TAKEN_BACK.

    Raises:
        StoreError: the database cannot be written. Nothing was written.
    """
    at = now()
    try:
        with Session(engine) as session, session.begin():
            rows = [_without(session, review, at) for review in written]
            query = insert(PartReview).returning(PartReview.id, sort_by_parameter_order=True)
            review_ids = session.scalars(query, rows).all()
    except SQLAlchemyError as err:
        raise StoreError(f"the review cannot be taken back: {getattr(err, 'orig', None) or err}; nothing was written") from err
    return [
        Review(review_id, review.part_id, at, review.reviewer, Truth(row["truth"]), row["mode"], row["comment"])
        for review_id, review, row in zip(review_ids, written, rows, strict=True)
    ]


def _without(session: Session, review: Review, at: datetime) -> dict[str, Any]:
    query = select(PartReview).where(PartReview.part_id == review.part_id).order_by(PartReview.id.desc()).limit(1)
    later = session.scalar(query.where(PartReview.id > review.id, PartReview.reviewer != review.reviewer))
    left = later or session.scalar(query.where(PartReview.id < review.id))
    row = {"part_id": review.part_id, "at": at, "reviewer": review.reviewer, "truth": Truth.UNSURE.value, "mode": "", "comment": TAKEN_BACK}
    if left is not None:
        row |= {"truth": left.truth, "mode": left.mode, "comment": left.comment if left.reviewer == review.reviewer else TAKEN_BACK}
    return row


def _check_words(truth: Truth, reviewer: str, mode: str, comment: str) -> None:
    if not reviewer:
        raise ReviewError("a review needs the name of who made it, and this one is empty")
    try:
        check_text("reviewer", reviewer)
        check_text("defect mode", mode)
    except LotError as err:
        raise ReviewError(str(err)) from err
    if mode and truth is not Truth.NG:
        raise ReviewError(f"defect mode {mode!r} on a part whose truth is {truth}: only an NG part has one")
    if mode.upper() in _NO_MODES:
        raise ReviewError(f"defect mode {mode!r}: names no defect; leave the mode empty where it is unknown")
    if len(comment) > MAX_COMMENT:
        raise ReviewError(f"comment {comment[:20]!r}…: {len(comment)} characters, at most {MAX_COMMENT} allowed")
    if not all(line.isprintable() for line in comment.split("\n")):
        raise ReviewError(f"comment {comment[:40]!r}: holds a character that cannot be printed")


def _check_parts(engine: Engine, ids: list[int]) -> None:
    """Raises ReviewError where one is unknown. Parts are never deleted: what is found here is there when the review is written."""
    if not ids:
        raise ReviewError("a review needs at least one part")
    unknown = [i for i in ids if not 1 <= i <= _MAX_ID]
    if not unknown:
        query = text("SELECT value FROM json_each(:ids) WHERE value NOT IN (SELECT id FROM part)")  # one parameter for any number of parts
        with Session(engine) as session:
            unknown = list(session.scalars(query, {"ids": json.dumps(ids)}))
    if unknown:
        others = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise ReviewError(f"the records hold no part {', '.join(map(str, unknown[:5]))}{others}; nothing was written")
