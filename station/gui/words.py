"""What the window says about a part, in the operator's language. The ledger keeps the station's own English words."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from station.inspector import Inspection
from station.verdict import Judgement

# Known causes of a HOLD, by how the reason begins; what follows is a detail for the engineer and stays as it is.
_HOLD_CAUSES = (
    ("alignment lost", QT_TRANSLATE_NOOP("words", "Part not in position")),
    ("camera fault", QT_TRANSLATE_NOOP("words", "Camera fault")),
    ("no picture", QT_TRANSLATE_NOOP("words", "No picture")),
    ("not recorded", QT_TRANSLATE_NOOP("words", "Not recorded yet")),
    ("view ", QT_TRANSLATE_NOOP("words", "Wrong picture")),
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


def view_word(view: str) -> str:
    """A view's name; names that a recipe made up stay as they are."""
    return _tr(_VIEWS[view]) if view in _VIEWS else view


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


def fault_source(source: str) -> str:
    """Name of what is at fault, for the banner."""
    names = {
        "camera": QT_TRANSLATE_NOOP("words", "Camera"),
        "records": QT_TRANSLATE_NOOP("words", "Records"),
        "model": QT_TRANSLATE_NOOP("words", "Model change"),
        "line": QT_TRANSLATE_NOOP("words", "Line"),
        "trigger": QT_TRANSLATE_NOOP("words", "Not accepted"),
        "start": QT_TRANSLATE_NOOP("words", "Cannot start"),
        "lot": QT_TRANSLATE_NOOP("words", "Lot or operator"),
    }
    return _tr(names[source]) if source in names else source


def _tr(text: object) -> str:  # QT_TRANSLATE_NOOP gives back its text, typed as object
    return QCoreApplication.translate("words", str(text))


def hold_texts(reason: str) -> tuple[Judgement, str, str, str]:
    """Judgement, word, headline and detail of a HOLD."""
    return Judgement.HOLD, judgement_word(Judgement.HOLD), hold_cause(reason), reason
