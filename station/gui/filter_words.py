"""A filter in words, for a report and for the export dialog; a part's review likewise."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from station.gui import chart_words as say
from station.gui import words
from station.store.queries import ReviewedPart
from station.store.reviews import TAKEN_BACK
from station.store.search import Opinion, PartFilter

_OPINIONS = {
    Opinion.UNREVIEWED: QT_TRANSLATE_NOOP("filter_words", "not reviewed"),
    Opinion.REVIEWED: QT_TRANSLATE_NOOP("filter_words", "reviewed"),
    Opinion.OK: QT_TRANSLATE_NOOP("filter_words", "truly OK"),
    Opinion.NG: QT_TRANSLATE_NOOP("filter_words", "truly NG"),
    Opinion.UNSURE: QT_TRANSLATE_NOOP("filter_words", "unsure"),
    Opinion.ESCAPE: QT_TRANSLATE_NOOP("filter_words", "escapes: judged OK, truly NG"),
    Opinion.OVERKILL: QT_TRANSLATE_NOOP("filter_words", "overkill: judged NG or RETEST, truly OK"),
    Opinion.DISAGREED: QT_TRANSLATE_NOOP("filter_words", "reviewers disagree"),
    Opinion.SECOND: QT_TRANSLATE_NOOP("filter_words", "needs a second opinion"),
}


def filter_words(parts: PartFilter) -> list[tuple[str, str]]:
    """(name, value) of every condition; one that says so where there is none."""
    unnamed = _tr(QT_TRANSLATE_NOOP("filter_words", "(none)"))
    found: list[tuple[str, str]] = []

    def add(name: object, value: str | None) -> None:
        if value is not None:
            found.append((_tr(name), value))

    add(QT_TRANSLATE_NOOP("filter_words", "Taken from"), None if parts.since is None else say.moment(parts.since))
    add(QT_TRANSLATE_NOOP("filter_words", "Taken before"), None if parts.until is None else say.moment(parts.until))
    add(QT_TRANSLATE_NOOP("filter_words", "Lot"), None if parts.lot is None else parts.lot or unnamed)
    add(QT_TRANSLATE_NOOP("filter_words", "Serial begins with"), parts.serial or None)
    if parts.judgements:
        add(QT_TRANSLATE_NOOP("filter_words", "Verdict"), ", ".join(words.judgement_word(j) for j in sorted(parts.judgements)))
    if parts.kind is not None:
        kinds = {"part": QT_TRANSLATE_NOOP("filter_words", "production parts"), "challenge": QT_TRANSLATE_NOOP("filter_words", "challenge parts")}
        add(QT_TRANSLATE_NOOP("filter_words", "Kind"), _tr(kinds[parts.kind]) if parts.kind in kinds else parts.kind)
    add(QT_TRANSLATE_NOOP("filter_words", "Looks like"), None if parts.defect is None else words.defect_word(parts.defect) or unnamed)
    add(QT_TRANSLATE_NOOP("filter_words", "True mode"), None if parts.mode is None else words.defect_word(parts.mode) or unnamed)
    add(QT_TRANSLATE_NOOP("filter_words", "Score from"), None if parts.score_from is None else say.number(parts.score_from, 2))
    add(QT_TRANSLATE_NOOP("filter_words", "Score up to"), None if parts.score_to is None else say.number(parts.score_to, 2))
    add(QT_TRANSLATE_NOOP("filter_words", "Model"), parts.model)
    add(QT_TRANSLATE_NOOP("filter_words", "Model version"), parts.model_version)
    add(QT_TRANSLATE_NOOP("filter_words", "Review"), None if parts.opinion is None else _tr(_OPINIONS[parts.opinion]))
    if parts.is_sampled:
        add(QT_TRANSLATE_NOOP("filter_words", "Drawn at random"), _tr(QT_TRANSLATE_NOOP("filter_words", "only those")))
    return found or [(_tr(QT_TRANSLATE_NOOP("filter_words", "Parts")), _tr(QT_TRANSLATE_NOOP("filter_words", "all that were recorded")))]


def review_words(row: ReviewedPart) -> str:
    """What people say of a part."""
    said = row.review
    if said is None or said.comment == TAKEN_BACK:
        return _tr(QT_TRANSLATE_NOOP("filter_words", "not reviewed"))
    text = f"{words.truth_word(said.truth)} {words.defect_word(said.mode)}".strip() + f" · {said.reviewer} · {say.moment(said.at)}"
    if row.mistake:
        names = {"escape": QT_TRANSLATE_NOOP("filter_words", "escape"), "overkill": QT_TRANSLATE_NOOP("filter_words", "overkill")}
        text += f" · {_tr(names[row.mistake])}"
    return f"{text} · {said.comment}" if said.comment else text


def _tr(text: object) -> str:
    return QCoreApplication.translate("filter_words", str(text))
