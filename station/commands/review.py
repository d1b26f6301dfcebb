"""`review`: write down what parts truly were, while the line runs or after it, and list what there is to review."""

from __future__ import annotations

import argparse
import json

from sqlalchemy import Engine

from station.config import ConfigError, read_config
from station.store import queries, search
from station.store.database import open_existing
from station.store.queries import ReviewedPart
from station.store.reviews import Review, Truth, add_reviews
from station.store.search import Opinion, PartFilter
from station.verdict import Judgement

DEFAULT_LIMIT = 50
MAX_LIMIT = 1_000_000


def review(options: argparse.Namespace) -> int:
    """Entry of the command."""
    _check_words(options)
    config = read_config(options.config)
    engine = open_existing(options.data or config.data_folder, config.records.synchronous)
    try:
        return _list(engine, options) if options.list else _review(engine, options)
    finally:
        engine.dispose()


def _check_words(options: argparse.Namespace) -> None:
    """Raises ConfigError where options of the two uses are mixed, or what either needs is missing."""
    reviewing = {"PART": options.parts, "--truth": options.truth, "--by": options.by, "--mode": options.mode, "--comment": options.comment}
    listing = {"--lot": options.lot, "--verdict": options.verdict, "--unreviewed": options.unreviewed or None, "--limit": options.limit}
    if options.list:
        if mixed := [name for name, value in reviewing.items() if value not in (None, [])]:
            raise ConfigError(f"review --list: {', '.join(mixed)} goes with a review, not with the list")
        if options.limit is not None and not 1 <= options.limit <= MAX_LIMIT:
            raise ConfigError(f"--limit {options.limit}: 1 to {MAX_LIMIT}")
        return
    if mixed := [name for name, value in listing.items() if value is not None]:
        raise ConfigError(f"review: {', '.join(mixed)} goes with --list")
    if missing := [name for name in ("PART", "--truth", "--by") if reviewing[name] in (None, [])]:
        raise ConfigError(f"review: {', '.join(missing)} missing; say PART… --truth OK|NG|UNSURE --by NAME, or --list")


def _review(engine: Engine, options: argparse.Namespace) -> int:
    for written in add_reviews(engine, options.parts, Truth(options.truth), options.by, options.mode or "", options.comment or ""):
        (found,) = search.lines(engine, [written.part_id])
        part = ReviewedPart(found.part, written)  # this review, should somebody else have made a newer one by now
        if options.json:
            print(json.dumps(_row(part), ensure_ascii=False))
        else:
            print(f"part {written.part_id}: {_opinion(written)}; the station said {part.part.judgement}{_named(part.mistake)}")
    return 0


def _list(engine: Engine, options: argparse.Namespace) -> int:
    judgements = frozenset[Judgement]() if options.verdict is None else frozenset({Judgement(options.verdict)})
    sought = PartFilter(lot=options.lot, judgements=judgements, opinion=Opinion.UNREVIEWED if options.unreviewed else None)
    parts = search.page(engine, sought, n=options.limit or DEFAULT_LIMIT)
    for part in parts:
        print(json.dumps(_row(part), ensure_ascii=False) if options.json else _sentence(part))
    if not options.json:
        print(_total(queries.review_counts(engine, options.lot), len(parts), options.lot))
    return 0


def _row(reviewed: ReviewedPart) -> dict[str, object]:
    part, said = reviewed.part, reviewed.review
    return {
        "part": part.id,
        "lot": part.lot,
        "serial": part.serial,
        "taken_at": part.taken_at.isoformat(timespec="milliseconds"),
        "verdict": part.judgement.value,
        "score": None if part.score is None else round(part.score, 4),
        "worst_view": part.worst_view,
        "worst_region": part.worst_region,
        "defect": part.defect,
        "reason": part.reason,
        "model": f"{part.model}@{part.model_version}",
        "review": None if said is None else said.id,
        "truth": None if said is None else said.truth.value,
        "mode": None if said is None else said.mode,
        "reviewer": None if said is None else said.reviewer,
        "reviewed_at": None if said is None else said.at.isoformat(timespec="milliseconds"),
        "comment": None if said is None else said.comment,
        "mistake": reviewed.mistake,
    }


def _sentence(reviewed: ReviewedPart) -> str:
    part, said = reviewed.part, reviewed.review
    score = "" if part.score is None else f"{part.score:.2f}"
    name = f"lot {part.lot or '-'}{' serial ' if part.serial else ''}{part.serial}"
    where = " ".join(word for word in (part.worst_view, part.worst_region) if word)
    opinion = "not reviewed" if said is None else f"{_opinion(said)}{_named(reviewed.mistake)}"
    if said is not None and said.comment:
        opinion += "  " + said.comment.replace("\n", " ")
    return f"{part.id:>8} {part.judgement:6} {score:>9}  {part.taken_at:%Y-%m-%d %H:%M:%S} UTC  {name}  {where or '-'}  {opinion}"


def _opinion(said: Review) -> str:
    return f"{said.truth}{' ' if said.mode else ''}{said.mode} by {said.reviewer}"


def _named(mistake: str) -> str:
    return f": {mistake}" if mistake else ""


def _total(counts: queries.ReviewCounts, n_shown: int, lot: str | None) -> str:
    of_lot = "" if lot is None else f" of lot {lot}"
    return (
        f"{n_shown} of {sum(counts.parts.values())} parts{of_lot} shown; {counts.reviewed} reviewed: {counts.escapes} escapes among "
        f"{counts.where(Truth.NG)} truly NG, {counts.overkill} overkill among {counts.where(Truth.OK)} truly OK; {counts.held} on HOLD counted apart"
    )
