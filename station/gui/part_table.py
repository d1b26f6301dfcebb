"""The parts of a filter as a table that reads on as somebody scrolls; never more than what was looked at is in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from sqlalchemy import Engine

from station.gui import theme, words
from station.gui.work import Work
from station.store import search
from station.store.queries import ReviewedPart
from station.store.reviews import TAKEN_BACK, Review, Truth
from station.store.search import PartFilter
from station.verdict import Judgement

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_SIGN_PX = 64  # drawn large, shown small


class Column(IntEnum):
    """From left to right."""

    PART = 0
    VERDICT = 1
    SCORE = 2
    REVIEW = 3
    TAKEN = 4
    LOT = 5
    SERIAL = 6
    PLACE = 7
    DEFECT = 8
    MODEL = 9


BLINDED = (Column.VERDICT, Column.SCORE, Column.PLACE, Column.DEFECT)
"""What tells the station's opinion. Of the reviews a blind table shows the reader's own."""


@dataclass(frozen=True, slots=True)
class _Page:
    parts: Sequence[ReviewedPart]
    is_first: bool
    is_last: bool


class PartTable(QAbstractTableModel):
    """Rows come page by page from a thread; what is on screen stays there until the first page of another filter has come."""

    loaded = Signal(bool)  # a page has come; True: the first of a filter
    failed = Signal(str)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._sought = PartFilter()
        self._parts: list[ReviewedPart] = []
        self._is_complete = True
        self._blind_to: str | None = None  # the reader, whose own reviews alone are shown
        self._headers: tuple[str, ...] = ("",) * len(Column)
        self._signs: dict[tuple[str, Judgement], QIcon] = {}
        self._work = Work(self)
        self._work.done.connect(self._on_page)
        self._work.failed.connect(self._on_failure)
        self.retranslate()

    # -- parts -----------------------------------------------------------------------------------------------------

    def seek(self, sought: PartFilter) -> None:
        """Show the parts of this filter, read afresh."""
        self._sought = sought
        self._work.start(self._reader(sought, None))

    def part(self, row: int) -> ReviewedPart:
        """The part in this row."""
        return self._parts[row]

    def row_of(self, part_id: int) -> int | None:
        """Where the part is shown; None if it is not."""
        return next((row for row, shown in enumerate(self._parts) if shown.part.id == part_id), None)

    def add_reviews(self, written: Sequence[Review]) -> None:
        """Reviews that are in the ledger now: they are the newest of their parts."""
        newest = {review.part_id: review for review in written}
        for row, shown in enumerate(self._parts):
            if shown.part.id in newest:
                self._parts[row] = replace(shown, review=newest[shown.part.id])
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def blind(self, reader: str | None) -> None:
        """Hide what others and the station say from this reader; None: hide nothing."""
        self._blind_to = reader
        if self._parts:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._parts) - 1, len(Column) - 1))

    @property
    def is_busy(self) -> bool:
        """Parts are being read."""
        return self._work.is_busy

    @property
    def is_complete(self) -> bool:
        """No part is left below the last row."""
        return self._is_complete

    def shut_down(self) -> None:
        """The window closes."""
        self._work.shut_down()

    def _reader(self, sought: PartFilter, before_id: int | None) -> Callable[[object], _Page]:
        def read(_progress: object) -> _Page:
            parts = search.page(self._engine, sought, before_id)
            return _Page(parts, before_id is None, len(parts) < search.PAGE)

        return read

    @Slot(object)
    def _on_page(self, page: _Page) -> None:
        if page.is_first:
            self.beginResetModel()
            self._parts, self._is_complete = list(page.parts), page.is_last
            self.endResetModel()
        else:
            if page.parts:
                self.beginInsertRows(_ROOT, len(self._parts), len(self._parts) + len(page.parts) - 1)
                self._parts += page.parts
                self.endInsertRows()
            self._is_complete = page.is_last
        self.loaded.emit(page.is_first)

    @Slot(str)
    def _on_failure(self, message: str) -> None:
        self.beginResetModel()  # what stands there may be of another filter
        self._parts, self._is_complete = [], True
        self.endResetModel()
        self.failed.emit(message)

    # -- Qt's questions --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Parts that have been read."""
        return 0 if parent.isValid() else len(self._parts)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """All columns, hidden ones too."""
        return 0 if parent.isValid() else len(Column)

    def canFetchMore(self, parent: Index) -> bool:
        """There are older parts, and none are on their way."""
        return not (parent.isValid() or self._is_complete or self._work.is_busy)

    def fetchMore(self, parent: Index) -> None:
        """Read the next page."""
        if self.canFetchMore(parent):
            self._work.start(self._reader(self._sought, self._parts[-1].part.id))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Names of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(Column(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words, signs and colours of a cell."""
        if not index.isValid():
            return None
        shown, column = self._parts[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(shown, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(shown)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if column is Column.VERDICT and role == Qt.ItemDataRole.DecorationRole:
            return self._sign(shown.part.judgement)
        if column is Column.VERDICT and role == Qt.ItemDataRole.ForegroundRole:
            return QColor(theme.colours().figure[shown.part.judgement])
        if column is Column.REVIEW and role == Qt.ItemDataRole.ForegroundRole and self._mistake(shown):
            return QColor(theme.colours().figure[Judgement.NG])
        return None

    def _text(self, shown: ReviewedPart, column: Column) -> str:
        part = shown.part
        if column in BLINDED and self._blind_to is not None:
            return ""
        match column:
            case Column.PART:
                return str(part.id)
            case Column.TAKEN:
                return words.moment(part.taken_at)
            case Column.VERDICT:
                return words.judgement_word(part.judgement)
            case Column.SCORE:
                return "" if part.score is None else QLocale().toString(part.score, "f", 2)
            case Column.REVIEW:
                return self._review(shown)
            case Column.LOT:
                return part.lot
            case Column.SERIAL:
                return part.serial
            case Column.PLACE:
                return " · ".join(word for word in (words.view_word(part.worst_view), part.worst_region) if word)
            case Column.DEFECT:
                return part.defect and words.defect_word(part.defect)
            case Column.MODEL:
                challenge = self.tr("challenge part") if part.kind == "challenge" else ""
                return " · ".join(word for word in (f"{part.model} {part.model_version}", challenge) if word)

    def _visible_review(self, shown: ReviewedPart) -> Review | None:
        review = shown.review
        if review is None or (review.comment == TAKEN_BACK and review.truth is Truth.UNSURE):
            return None
        return review if self._blind_to in (None, review.reviewer) else None

    def _mistake(self, shown: ReviewedPart) -> str:
        return "" if self._blind_to is not None or self._visible_review(shown) is None else shown.mistake

    def _review(self, shown: ReviewedPart) -> str:
        review = self._visible_review(shown)
        if review is None:
            return ""
        mistakes = {"escape": self.tr("escape"), "overkill": self.tr("overkill"), "": ""}
        found = [mistakes[self._mistake(shown)], words.truth_word(review.truth), words.defect_word(review.mode), "✎" if review.comment else ""]
        return " · ".join(word for word in found if word)

    def _tooltip(self, shown: ReviewedPart) -> str:
        review = self._visible_review(shown)
        lines = [self.tr("Part {0}").format(shown.part.id)]
        if self._blind_to is None and shown.part.reason:
            lines.append(shown.part.reason)
        if review is not None:
            lines.append(f"{self._review(shown)} · {review.reviewer}")
            lines += [review.comment] if review.comment else []
        return "\n".join(lines)

    def _sign(self, judgement: Judgement) -> QIcon | None:
        if self._blind_to is not None:
            return None
        key = theme.colours().name, judgement
        if key not in self._signs:
            sign = QPixmap(_SIGN_PX, _SIGN_PX)
            sign.fill(Qt.GlobalColor.transparent)
            painter = QPainter(sign)
            theme.draw_shape(painter, judgement, QRectF(4, 4, _SIGN_PX - 8, _SIGN_PX - 8), QColor(theme.colours().figure[judgement]))
            painter.end()
            icon = QIcon(sign)
            icon.addPixmap(sign, QIcon.Mode.Selected)  # its colours say something: none of them is tinted
            self._signs[key] = icon
        return self._signs[key]

    @Slot()
    def retranslate(self) -> None:
        """Say everything in the language of now."""
        names = {
            Column.PART: self.tr("Part"),
            Column.TAKEN: self.tr("Taken"),
            Column.VERDICT: self.tr("Verdict"),
            Column.SCORE: self.tr("Score"),
            Column.REVIEW: self.tr("Review"),
            Column.LOT: self.tr("Lot"),
            Column.SERIAL: self.tr("Serial"),
            Column.PLACE: self.tr("Worst region"),
            Column.DEFECT: self.tr("Looks like"),
            Column.MODEL: self.tr("Model"),
        }
        self._headers = tuple(names[column] for column in Column)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        if self._parts:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._parts) - 1, len(Column) - 1))


def _alignment(column: Column) -> int:
    side = Qt.AlignmentFlag.AlignRight if column in (Column.PART, Column.SCORE) else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)
