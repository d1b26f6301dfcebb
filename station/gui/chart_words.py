"""What the charts say in words, in the language of now; the window and the PDF report use the same."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from station.chart_set import ChartSet, EwmaSeries, Histogram, Mark, PSeries, setting_changes
from station.gui import words
from station.store.agreement import Agreement
from station.store.sampling import EscapeEstimate
from station.store.series import NgCounts, Subgroup
from station.verdict import Judgement

_N_NAMED = 3
_N_CHANGES = 5
_CHANGES = {
    "model": QT_TRANSLATE_NOOP("chart_words", "model {0} version {1}"),
    "recipe": QT_TRANSLATE_NOOP("chart_words", "recipe {0} revision {1}"),
    "thresholds": QT_TRANSLATE_NOOP("chart_words", "OK up to {0}, NG above {1}"),
}


def moment(at: datetime) -> str:
    """Local time, to the minute, as this language writes it."""
    return f"{words.day_word(at)} {at.astimezone():%H:%M}"


def number(n: float, digits: int = 0) -> str:
    """With this language's separators."""
    return QLocale().toString(int(n)) if digits == 0 else QLocale().toString(float(n), "f", digits)


def percent(share: float, digits: int = 1) -> str:
    """share: 0..1."""
    return f"{number(100 * share, digits) if digits else number(round(100 * share))} %"


def counts(drawn: ChartSet) -> str:
    """How many parts, and how they were judged."""
    total = sum(drawn.n.values())
    judged = " · ".join(f"{words.judgement_word(j)} {number(n)}" for j, n in drawn.n.items())
    text = _tr(QT_TRANSLATE_NOOP("chart_words", "{0} parts")).format(number(total)) + f": {judged}"
    if drawn.begin is None or drawn.end is None:
        return text
    return text + " · " + _tr(QT_TRANSLATE_NOOP("chart_words", "{0} to {1}")).format(moment(drawn.begin), moment(drawn.end))


def mode_word(mode: str | None) -> str:
    """A bar's name; None is the bar of all the rest."""
    if mode is None:
        return _tr(QT_TRANSLATE_NOOP("chart_words", "all others"))
    return words.defect_word(mode) if mode else _tr(QT_TRANSLATE_NOOP("chart_words", "mode not named"))


def position_word(position: tuple[str, str] | None) -> str:
    """A bar's name; None is the bar of all the rest."""
    if position is None:
        return mode_word(None)
    view, region = position
    return f"{words.view_word(view)} · {region}" if region else _tr(QT_TRANSLATE_NOOP("chart_words", "position not known"))


def ng(found: NgCounts) -> str:
    """What stands behind the Pareto chart."""
    text = _tr(QT_TRANSLATE_NOOP("chart_words", "{0} NG parts; the line is the cumulative share.")).format(number(found.n))
    if found.n_overkill:
        text += " " + _tr(QT_TRANSLATE_NOOP("chart_words", "Left out: {0} that a review calls OK.")).format(number(found.n_overkill))
    if found.n_added:
        text += " " + _tr(QT_TRANSLATE_NOOP("chart_words", "Counted in: {0} that only a review calls NG.")).format(number(found.n_added))
    return text


def p_chart(p: PSeries) -> str:
    """Mean, subgroups, and what lies outside."""
    if p.hours == 0:
        groups = _tr(QT_TRANSLATE_NOOP("chart_words", "subgroups of {0} parts")).format(number(p.size))
    elif p.hours == 1:
        groups = _tr(QT_TRANSLATE_NOOP("chart_words", "subgroups of an hour"))
    else:
        groups = _tr(QT_TRANSLATE_NOOP("chart_words", "subgroups of {0} hours")).format(number(p.hours))
    mean = _tr(QT_TRANSLATE_NOOP("chart_words", "Mean {0}, {1}, limits 3 σ.")).format(percent(p.chart.centre, 2), groups)
    outside = [(g, percent(share)) for g, share, out in zip(p.groups, p.chart.share, p.chart.is_outside, strict=True) if out]
    return f"{mean} {_outside(outside)}"


def ewma(series: EwmaSeries) -> str:
    """Baseline of the newest run, and what lies outside in any."""
    newest = series.runs[-1]
    base = newest.base
    stated = _tr(QT_TRANSLATE_NOOP("chart_words", "Baseline {0}: the first {1} subgroups of {2} parts, from {3} (part {4} to {5})."))
    text = stated.format(
        number(base.mean, 2),
        number(base.n_subgroups),
        number(series.size),
        moment(newest.base_at),
        number(newest.base_begin),
        number(newest.base_end - 1),
    )
    if base.sigma is None:
        return text + " " + _tr(QT_TRANSLATE_NOOP("chart_words", "Too few for limits."))
    outside = [
        (group, number(level, 2))
        for run in series.runs
        for group, level, out in zip(run.groups, run.chart.level, run.chart.is_outside, strict=True)
        if out
    ]
    return f"{text} {_outside(outside)}"


def _outside(found: list[tuple[Subgroup, str]]) -> str:
    if not found:
        return _tr(QT_TRANSLATE_NOOP("chart_words", "No subgroup outside the limits."))
    named = ", ".join(f"{moment(group.at)} ({value})" for group, value in reversed(found[-_N_NAMED:]))
    if len(found) <= _N_NAMED:
        return _tr(QT_TRANSLATE_NOOP("chart_words", "Outside the limits (▲): {0}.")).format(named)
    return _tr(QT_TRANSLATE_NOOP("chart_words", "Outside the limits (▲): {0} and {1} more.")).format(named, number(len(found) - _N_NAMED))


def marks(found: tuple[Mark, ...]) -> str:
    """The vertical lines: changes of setting with their letters, and what the dotted ones are."""
    settings = [m for m in found if m.kind == "setting"]
    texts = [f"{letter(i)} {moment(m.at)} {_change(m)}" for i, m in enumerate(settings)][-_N_CHANGES:]
    if earlier := len(settings) - len(texts):
        texts.insert(0, _tr(QT_TRANSLATE_NOOP("chart_words", "{0} earlier changes")).format(number(earlier)))
    if any(m.kind == "shift" for m in found):
        texts.append(_tr(QT_TRANSLATE_NOOP("chart_words", "┊ change of shift")))
    if lots := [m for m in found if m.kind == "lot"]:
        texts.append(_tr(QT_TRANSLATE_NOOP("chart_words", "▽ new lot, the last one {0}")).format(lots[-1].lot))
    return " · ".join(texts)


def letter(index: int) -> str:
    """A mark's name in the chart: A … Z, AA …"""
    return letter(index // 26 - 1) + letter(index % 26) if index >= 26 else chr(ord("A") + index)


def _change(mark: Mark) -> str:
    assert mark.before is not None and mark.after is not None  # a change of setting has both
    after = mark.after
    values = {
        "model": (after.model, after.model_version),
        "recipe": (after.recipe, str(after.recipe_revision)),
        "thresholds": (number(after.ok_at_most, 2), number(after.ng_above, 2)),
    }
    return ", ".join(_tr(_CHANGES[what]).format(*values[what]) for what in setting_changes(mark.before, after))


def histogram(shown: Histogram) -> str:
    """Whose scores, and the thresholds."""
    s = shown.setting
    text = _tr(QT_TRANSLATE_NOOP("chart_words", "Model {0} version {1}; OK up to {2}, NG above {3}.")).format(
        s.model, s.model_version, number(s.ok_at_most, 2), number(s.ng_above, 2)
    )
    if shown.is_cut:
        beyond = shown.scores.bins.edges[-2]
        text += " " + _tr(QT_TRANSLATE_NOOP("chart_words", "The last bar takes all from {0} on.")).format(number(beyond, 2))
    if len(shown.thresholds) > 1:
        text += " " + _tr(QT_TRANSLATE_NOOP("chart_words", "Thin lines: earlier thresholds."))
    return text


def escapes(found: EscapeEstimate) -> str:
    """The estimated escape rate in one sentence."""
    if found.rate is None:
        if not found.draws:
            return _tr(QT_TRANSLATE_NOOP("chart_words", "Escape rate: unknown, since no OK part was drawn at random for review."))
        return _tr(
            QT_TRANSLATE_NOOP("chart_words", "Escape rate: unknown, since none of {0} OK parts drawn at random has been called OK or NG.")
        ).format(number(sum(draw.drawn for draw in found.draws)))
    text = _tr(
        QT_TRANSLATE_NOOP("chart_words", "Escape rate: {0} of the parts judged OK (95 %: {1} to {2}); {3} NG among {4} drawn at random and reviewed.")
    ).format(percent(found.rate, 2), percent(found.low, 2), percent(found.high, 2), number(found.ng), number(found.judged))
    if waiting := found.unreviewed:
        text += " " + _tr(QT_TRANSLATE_NOOP("chart_words", "{0} more wait for review.")).format(number(waiting))
    if found.unsure:
        text += " " + _tr(QT_TRANSLATE_NOOP("chart_words", "{0} unsure are left out.")).format(number(found.unsure))
    return text


def agreement(found: Agreement | None) -> str:
    """How far two reviewers agree, in one sentence."""
    if found is None:
        return _tr(QT_TRANSLATE_NOOP("chart_words", "Agreement of reviewers: unknown, since no part was reviewed by two people."))
    first, second = found.reviewers
    agreed = _tr(QT_TRANSLATE_NOOP("chart_words", "{0} and {1} first called {2} of {3} parts the same")).format(
        first, second, number(found.agreed), number(found.parts)
    )
    if found.kappa is None:
        return agreed + _tr(QT_TRANSLATE_NOOP("chart_words", "; kappa cannot be told, both always said the same."))
    kappa = tuple(number(value, 2) for value in (found.kappa.value, found.kappa.low, found.kappa.high))
    return agreed + _tr(QT_TRANSLATE_NOOP("chart_words", ": Cohen's kappa {0} (95 %: {1} to {2}).")).format(*kappa)


def subgroup(group: Subgroup) -> str:
    """A point of a chart: when, and its parts."""
    judged = ", ".join(f"{words.judgement_word(j)} {number(n)}" for j, n in group.n.items() if n or j is Judgement.NG)
    return f"{moment(group.at)} – {moment(group.last_at)}\n{judged}"


def _tr(text: object) -> str:
    return QCoreApplication.translate("chart_words", str(text))
