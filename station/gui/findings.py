"""What a trial found: both judges' verdicts crossed, the paired test in words, and every disagreement with its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from models.rates import interval
from station.gui import theme, words
from station.gui.control import Control
from station.gui.frames import new_card, scrolling
from station.gui.picture_view import PictureView
from station.gui.work import Work
from station.store.reviews import Truth
from station.store.trials import Disagreement, Pairs
from station.trial import PairedTest, cross_table, differing, paired_tests
from station.verdict import Judgement

SHOWN = 500  # disagreements at most; the newest
_SIGNS = {Judgement.OK: "●", Judgement.NG: "■", Judgement.RETEST: "▲", Judgement.HOLD: "◆"}


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to show."""

    pairs: Pairs
    disagreements: Sequence[Disagreement]  # newest first
    opponents: Mapping[str, int]  # versions that judged, with how many parts
    candidate: str  # version
    sources: str = ""  # what the candidate judged from, in the language of now
    notes: tuple[str, ...] = ()  # what was left out, in the language of now


class Findings(QWidget):
    """Shows one trial; what is chosen in the list stays chosen while it grows."""

    failed = Signal(str)

    def __init__(self, control: Control) -> None:
        super().__init__()
        self._control = control
        self._found: Found | None = None
        self._why = ""
        self._shown: Disagreement | None = None
        self._reading = Work(self)
        self._build()
        self._reading.done.connect(self._show_pictures)
        self._reading.failed.connect(self.failed)
        self.table.currentCellChanged.connect(self._choose)
        self._retranslate()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        left = new_card()
        outside = QVBoxLayout(left)
        outside.setContentsMargins(10, 8, 6, 8)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        self.verdict, self.opponents, self.notes, self.cross_title = QLabel(), QLabel(), QLabel(), QLabel()
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setProperty("warning", True)
        self.opponents.setProperty("quiet", True)
        self.cross_title.setProperty("quiet", True)
        for label in (self.opponents, self.verdict, self.notes, self.cross_title):
            label.setWordWrap(True)
            column.addWidget(label)
        self.cross = QGridLayout()
        self.cross.setSpacing(3)
        column.addLayout(self.cross)
        column.addStretch(1)
        outside.addWidget(scrolling(inside), 1)
        left.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.left_card = left
        row.addWidget(left, 36)
        right = QVBoxLayout()
        right.setSpacing(8)
        self.table = QTableWidget(0, 7)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        right.addWidget(self.table, 46)
        right.addWidget(self.empty, 100)
        pictures = QHBoxLayout()
        pictures.setSpacing(8)
        self.sides: list[tuple[QLabel, PictureView]] = []
        self._cards: list[QFrame] = []
        for _ in range(2):
            card = new_card()
            content = QVBoxLayout(card)
            content.setContentsMargins(8, 5, 8, 8)
            caption, view = QLabel(), PictureView()
            caption.setWordWrap(True)
            view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            content.addWidget(caption)
            content.addWidget(view, 1)
            pictures.addWidget(card, 1)
            self.sides.append((caption, view))
            self._cards.append(card)
        right.addLayout(pictures, 54)
        row.addLayout(right, 64)

    # -- showing -----------------------------------------------------------------------------------------------------

    def show_found(self, found: Found | None, why: str = "") -> None:
        """Show a trial; None: there is none yet, and `why` says what to do."""
        self._why = why
        self._found = found
        rows = [] if found is None else list(found.disagreements[:SHOWN])
        self.left_card.setVisible(found is not None)
        self._show_words(found)
        self._show_cross(found)
        has_rows = bool(rows)
        self.table.setVisible(has_rows)
        for card in self._cards:
            card.setVisible(has_rows)
        self.empty.setVisible(not has_rows)
        if found is None:
            self.empty.setText(why)
        elif not found.pairs:
            self.empty.setText(self.tr("No part was judged by both yet."))
        else:
            self.empty.setText(self.tr("Both give every part the same verdict."))
        self._fill(rows)

    def _show_words(self, found: Found | None) -> None:
        for label in (self.verdict, self.opponents, self.notes):
            label.setVisible(found is not None)
        if found is None:
            return
        n, different = sum(found.pairs.values()), differing(found.pairs)
        who = " · ".join(self.tr("version {0}: {1}").format(version, count) for version, count in sorted(found.opponents.items()))
        against = self.tr("Version {0} against what judged on the line ({1} parts)").format(found.candidate, who or "0")
        self.opponents.setText(" · ".join(filter(None, (against, found.sources))))
        lines = []
        if n:
            low, high = interval(different, n)
            rate = f"{different / n:.1%}", f"{low:.1%} – {high:.1%}"
            lines.append(self.tr("Verdicts differ on {0} of {1} parts: {2} (95 %: {3}).").format(different, n, *rate))
        tests = paired_tests(found.pairs)
        lines += [self._test_words(test) for test in tests]
        if n and not tests:
            lines.append(self.tr("None of these parts was reviewed, so nobody can say which of the two is right. Review those on which they differ."))
        unsure = sum(count for (_, _, truth), count in found.pairs.items() if truth is None or truth is Truth.UNSURE)
        if tests and unsure:
            lines.append(self.tr("{0} parts have no review that says OK or NG; they count in the table only.").format(unsure))
        self.verdict.setText("\n\n".join(lines).replace("p = ", "p\u00a0=\u00a0").replace(" %", "\u00a0%"))
        notes = list(found.notes)
        if len(found.disagreements) > SHOWN:
            notes.append(self.tr("The newest {0} of {1} disagreements are listed.").format(SHOWN, len(found.disagreements)))
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))

    def _test_words(self, test: PairedTest) -> str:
        """One comparison as a person would say it."""
        p = f"{test.p_value:.2g}"
        escapes = test.what == "escapes"
        about = self.tr("Escapes, on {0} truly NG parts:") if escapes else self.tr("Overkill, on {0} truly OK parts:")
        outcome = {
            "better": self.tr("the candidate is better (p = {0})."),
            "worse": self.tr("the candidate is worse (p = {0})."),
            "no evidence": self.tr("no evidence of a difference (p = {0})."),
        }[test.outcome]
        counts = self.tr("Wrong: {0} of the line, {1} of the candidate; {2} by the line alone, {3} by the candidate alone.")
        difference, low, high = (100 * value for value in test.difference)
        change = self.tr("Change: {0} % (95 %: {1} to {2} %).").format(f"{difference:+.1f}", f"{low:+.1f}", f"{high:+.1f}")
        return f"{about.format(test.parts)} {outcome.format(p)}\n{counts.format(*test.wrong, *test.only)} {change}"

    def _show_cross(self, found: Found | None) -> None:
        while (item := self.cross.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        has_parts = found is not None and bool(found.pairs)
        self.cross_title.setVisible(has_parts)
        if found is None or not has_parts:
            return
        table = cross_table(found.pairs)
        order = list(Judgement)
        for i, judgement in enumerate(order, 1):
            for place in ((0, i), (i, 0)):
                label = QLabel(f"{_SIGNS[judgement]} {words.judgement_word(judgement)}")
                label.setProperty("figure", judgement.value)
                self.cross.addWidget(label, *place)
        for i in range(len(order)):
            for j in range(len(order)):
                label = QLabel(str(table[i, j]))
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
                if i != j and table[i, j]:
                    label.setProperty("warning", True)
                self.cross.addWidget(label, i + 1, j + 1)

    def _fill(self, rows: Sequence[Disagreement]) -> None:
        chosen = None if self._shown is None else self._shown.part_id
        self.table.blockSignals(True)
        self.table.setRowCount(len(rows))
        for i, row in enumerate(rows):
            review = "–" if row.truth is None else f"{row.truth.value} {row.mode}".strip()
            cells = (
                str(row.part_id), _clock(row), row.lot or "–", self._verdict_word(row.judgement), self._verdict_word(row.candidate),
                f"{_score(row.score)} / {_score(row.candidate_score)}", review,
            )  # fmt: skip
            for j, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if j == 0:
                    item.setData(Qt.ItemDataRole.UserRole, row)
                if j in (3, 4):
                    item.setForeground(QColor(theme.colours().figure[row.judgement if j == 3 else row.candidate]))
                    font = QFont(item.font())
                    font.setBold(True)
                    item.setFont(font)
                self.table.setItem(i, j, item)
        self.table.blockSignals(False)
        ids = [row.part_id for row in rows]
        if chosen in ids:
            self.table.setCurrentCell(ids.index(chosen), 0)
        elif rows:
            self._shown = None
            self.table.setCurrentCell(0, 0)
            self._choose(0)
        else:
            self._shown = None

    def _verdict_word(self, judgement: Judgement) -> str:
        return f"{_SIGNS[judgement]} {words.judgement_word(judgement)}"

    @Slot()
    def _choose(self, row: int, *_: int) -> None:
        item = self.table.item(row, 0)
        if item is None:
            return
        chosen: Disagreement = item.data(Qt.ItemDataRole.UserRole)
        if self._shown == chosen:
            return
        self._shown = chosen
        self._caption()
        control, part_id = self._control, chosen.part_id
        self._reading.start(lambda _: control.stored_pictures(part_id))

    def _caption(self) -> None:
        row = self._shown
        if row is None:
            return
        texts = (
            self.tr("On the line, version {0}: {1}, score {2}").format(row.model_version, self._verdict_word(row.judgement), _score(row.score)),
            self.tr("Candidate: {0}, score {1}").format(self._verdict_word(row.candidate), _score(row.candidate_score)),
        )
        for (caption, _), text, view in zip(self.sides, texts, (row.view, row.candidate_view or row.view), strict=True):
            caption.setText(text + (f" · {words.view_word(view)}" if view else ""))

    @Slot(object)
    def _show_pictures(self, pictures: Mapping[str, NDArray[np.uint8]]) -> None:
        row = self._shown
        if row is None:
            return
        first = next(iter(pictures.values()), None)
        for (_, view), name in zip(self.sides, (row.view, row.candidate_view or row.view), strict=True):
            view.show_picture(pictures.get(name, first))

    # -- page --------------------------------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.table.setHorizontalHeaderLabels(
            [self.tr("Part"), self.tr("Time"), self.tr("Lot"), self.tr("Line"), self.tr("Candidate"), self.tr("Scores"), self.tr("Review")]
        )
        self.table.setAccessibleName(self.tr("Parts on which the two differ"))
        self.cross_title.setText(self.tr("Parts by verdict: the line's downwards, the candidate's across"))
        for _, view in self.sides:
            view.set_empty_text(self.tr("The pictures of this part are no longer on disk."))
        self.show_found(self._found, self._why)
        self._caption()

    def shut_down(self) -> None:
        """The window closes."""
        self._reading.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        """Another language, another theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.StyleChange and hasattr(self, "sides"):
            self.show_found(self._found, self._why)  # the verdicts' colours
        super().changeEvent(event)


def _score(score: float | None) -> str:
    return "–" if score is None else f"{score:.2f}"


def _clock(row: Disagreement) -> str:
    return words.moment(row.taken_at)
