"""What the window says about a part, in the operator's language. The ledger keeps the station's own English words."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QDateTime, QLocale

from station.access import Role
from station.inspector import Inspection
from station.store.reviews import Truth
from station.verdict import Judgement

# Known causes of a HOLD, by how the reason begins; what follows is a detail for the engineer and stays as it is.
_HOLD_CAUSES = (
    ("alignment lost", QT_TRANSLATE_NOOP("words", "Part not in position")),
    ("camera fault", QT_TRANSLATE_NOOP("words", "Camera fault")),
    ("no picture", QT_TRANSLATE_NOOP("words", "No picture")),
    ("not recorded", QT_TRANSLATE_NOOP("words", "Not recorded yet")),
    ("view ", QT_TRANSLATE_NOOP("words", "Wrong picture")),
    ("black", QT_TRANSLATE_NOOP("words", "Black picture")),
    ("saturated", QT_TRANSLATE_NOOP("words", "Picture too bright")),
    ("blank", QT_TRANSLATE_NOOP("words", "Empty picture")),
    ("blurred", QT_TRANSLATE_NOOP("words", "Blurred picture")),
    ("stale", QT_TRANSLATE_NOOP("words", "The camera repeats a picture")),
)
_DEFECTS = {
    "X": QT_TRANSLATE_NOOP("words", "pin tilted sideways"),
    "Y": QT_TRANSLATE_NOOP("words", "pin tilted forwards or back"),
    "D": QT_TRANSLATE_NOOP("words", "pin retracted"),
    "M": QT_TRANSLATE_NOOP("words", "pin missing"),
    "R": QT_TRANSLATE_NOOP("words", "pin tarnished"),
    "F": QT_TRANSLATE_NOOP("words", "foreign body"),
}
_JUDGEMENTS = {
    Judgement.OK: QT_TRANSLATE_NOOP("words", "OK"),
    Judgement.NG: QT_TRANSLATE_NOOP("words", "NG"),
    Judgement.RETEST: QT_TRANSLATE_NOOP("words", "RETEST"),
    Judgement.HOLD: QT_TRANSLATE_NOOP("words", "HOLD"),
}
_EVENTS = {
    "start": QT_TRANSLATE_NOOP("words", "line started"),
    "stop": QT_TRANSLATE_NOOP("words", "line stopped"),
    "lot": QT_TRANSLATE_NOOP("words", "lot or operator"),
    "lot end": QT_TRANSLATE_NOOP("words", "lot ended"),
    "model": QT_TRANSLATE_NOOP("words", "model on line"),
    "publish": QT_TRANSLATE_NOOP("words", "model published"),
    "activate": QT_TRANSLATE_NOOP("words", "model activated"),
    "rollback": QT_TRANSLATE_NOOP("words", "model rolled back"),
    "schedule": QT_TRANSLATE_NOOP("words", "model for the next lot"),
    "unschedule": QT_TRANSLATE_NOOP("words", "model for the next lot withdrawn"),
    "thresholds": QT_TRANSLATE_NOOP("words", "thresholds"),
    "recipe": QT_TRANSLATE_NOOP("words", "recipe"),
    "shadow": QT_TRANSLATE_NOOP("words", "candidate in shadow"),
    "alarm": QT_TRANSLATE_NOOP("words", "alarm"),
    "alarm acknowledged": QT_TRANSLATE_NOOP("words", "alarm acknowledged"),
    "challenge": QT_TRANSLATE_NOOP("words", "challenge parts"),
    "export": QT_TRANSLATE_NOOP("words", "parts exported"),
    "database": QT_TRANSLATE_NOOP("words", "database"),
    "retention": QT_TRANSLATE_NOOP("words", "old pictures deleted"),
    "account": QT_TRANSLATE_NOOP("words", "account"),
    "sign-in": QT_TRANSLATE_NOOP("words", "signed in"),
    "sign-out": QT_TRANSLATE_NOOP("words", "signed out"),
    "sign-in failed": QT_TRANSLATE_NOOP("words", "sign-in refused"),
}
_ROLES = {
    Role.OPERATOR: QT_TRANSLATE_NOOP("words", "operator"),
    Role.QA: QT_TRANSLATE_NOOP("words", "QA"),
    Role.ENGINEER: QT_TRANSLATE_NOOP("words", "engineer"),
}
_SENTENCES = {  # why no part is accepted, as station/ says it
    QT_TRANSLATE_NOOP("words", "no lot is started: start one before parts are judged"),
    QT_TRANSLATE_NOOP("words", "an alarm stops the line: acknowledge it, then go on"),
    QT_TRANSLATE_NOOP("words", "challenge parts have not been run on this station yet: run them before production parts"),
    QT_TRANSLATE_NOOP("words", "a shift has begun: run the challenge parts before production parts"),
    QT_TRANSLATE_NOOP("words", "the model or its thresholds have changed: run the challenge parts before production parts"),
    QT_TRANSLATE_NOOP("words", "a challenge part was not judged as expected: run the challenge parts again, or an engineer overrides with a reason"),
    QT_TRANSLATE_NOOP("words", "challenge parts are being run: close them before production parts"),
    QT_TRANSLATE_NOOP("words", "the challenge parts have passed: close their list, then go on with production"),
    QT_TRANSLATE_NOOP("words", "the last challenge part waits for its verdict: wait for it, then present the next one"),
}
_TRUTHS = {
    Truth.OK: QT_TRANSLATE_NOOP("words", "truly OK"),
    Truth.NG: QT_TRANSLATE_NOOP("words", "truly NG"),
    Truth.UNSURE: QT_TRANSLATE_NOOP("words", "unsure"),
}
_VIEWS = {
    "center": QT_TRANSLATE_NOOP("words", "center"),
    "left": QT_TRANSLATE_NOOP("words", "left"),
    "right": QT_TRANSLATE_NOOP("words", "right"),
    "top": QT_TRANSLATE_NOOP("words", "top"),
    "bottom": QT_TRANSLATE_NOOP("words", "bottom"),
}


def judgement_word(judgement: Judgement) -> str:
    """OK, NG, RETEST or HOLD."""
    return _tr(_JUDGEMENTS[judgement])


def day_word(at: datetime) -> str:
    """The local date of a time, as the language writes it."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at.timestamp())).date(), QLocale.FormatType.ShortFormat)


def moment(at: datetime) -> str:
    """A local time to the second; the date as the language writes it, the time by 24 hours as the shifts."""
    return f"{day_word(at)} {at.astimezone():%H:%M:%S}"


def event_word(kind: str) -> str:
    """What an event tells of; a kind that is not known here stays as it was written."""
    return _tr(_EVENTS[kind]) if kind in _EVENTS else kind


def role_word(role: Role) -> str:
    """What a person is trusted with."""
    return _tr(_ROLES[role])


def view_word(view: str) -> str:
    """A view's name; names that a recipe made up stay as they are."""
    return _tr(_VIEWS[view]) if view in _VIEWS else view


def defect_word(defect: str) -> str:
    """A defect mode in words; modes that a reviewer made up stay as they are."""
    return _tr(_DEFECTS[defect]) if defect in _DEFECTS else defect


def truth_word(truth: Truth) -> str:
    """What a person says a part was."""
    return _tr(_TRUTHS[truth])


def headline(inspection: Inspection) -> str:
    """One short line under the verdict: what is wrong, or nothing."""
    judgement = inspection.verdict.judgement
    if judgement is Judgement.HOLD:
        return hold_cause(inspection.verdict.reason)
    if judgement is Judgement.OK:
        return ""
    what = _tr(_DEFECTS[inspection.defect]) if inspection.defect in _DEFECTS else inspection.defect
    if judgement is Judgement.RETEST:
        return _tr(QT_TRANSLATE_NOOP("words", "Not clear: place the part again"))
    return _tr(QT_TRANSLATE_NOOP("words", "Looks like: {0}")).format(what) if what else _tr(QT_TRANSLATE_NOOP("words", "Deviates from good parts"))


def detail(inspection: Inspection) -> str:
    """A second, smaller line: where, with which score against which threshold; the full reason of a HOLD."""
    verdict, judge = inspection.verdict, inspection.judge
    if verdict.score is None:
        return verdict.reason
    where = f"{view_word(inspection.worst_view)} · {inspection.worst_region}"
    limits = _tr(QT_TRANSLATE_NOOP("words", "score {0} · OK up to {1} · NG above {2}"))
    return f"{where} · " + limits.format(f"{verdict.score:.2f}", f"{judge.ok_at_most:.2f}", f"{judge.ng_above:.2f}")


def hold_cause(reason: str) -> str:
    """Why a part is on HOLD, in a few words."""
    for beginning, words in _HOLD_CAUSES:
        if reason.startswith(beginning):
            return _tr(words)
    return _tr(QT_TRANSLATE_NOOP("words", "Could not be judged"))


def sentence(text: str) -> str:
    """A rule's own sentence in the language of now; any other text stays as it is."""
    return _tr(text) if text in _SENTENCES else text


def fault_source(source: str) -> str:
    """Name of what is at fault, for the banner."""
    names = {
        "camera": QT_TRANSLATE_NOOP("words", "Camera"),
        "records": QT_TRANSLATE_NOOP("words", "Records"),
        "model": QT_TRANSLATE_NOOP("words", "Model change"),
        "activation": QT_TRANSLATE_NOOP("words", "Model for this lot"),
        "line": QT_TRANSLATE_NOOP("words", "Line"),
        "trigger": QT_TRANSLATE_NOOP("words", "Not accepted"),
        "lock": QT_TRANSLATE_NOOP("words", "Not accepted"),
        "serial": QT_TRANSLATE_NOOP("words", "Serial"),
        "scan": QT_TRANSLATE_NOOP("words", "Scanner"),
        "challenge": QT_TRANSLATE_NOOP("words", "Challenge parts"),
        "start": QT_TRANSLATE_NOOP("words", "Cannot start"),
        "database": QT_TRANSLATE_NOOP("words", "Database"),
        "backup": QT_TRANSLATE_NOOP("words", "Backup"),
        "retention": QT_TRANSLATE_NOOP("words", "Old pictures"),
        "delivery": QT_TRANSLATE_NOOP("words", "Delivery"),
        "trigger_in": QT_TRANSLATE_NOOP("words", "Trigger"),
        "lot": QT_TRANSLATE_NOOP("words", "Lot or operator"),
    }
    return _tr(names[source]) if source in names else source


def _tr(text: object) -> str:  # QT_TRANSLATE_NOOP gives back its text, typed as object
    return QCoreApplication.translate("words", str(text))


def hold_texts(reason: str) -> tuple[Judgement, str, str, str]:
    """Judgement, word, headline and detail of a HOLD."""
    return Judgement.HOLD, judgement_word(Judgement.HOLD), hold_cause(reason), reason
