"""The past parts that look most like the one in hand, with what people said of them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
from PySide6.QtCore import QEvent, QLocale, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFontInfo, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from models.pictures import PictureError, read_grey
from station.gui import theme
from station.gui.page import Desk
from station.gui.shrunk import Shrunk
from station.gui.words import defect_word, judgement_word, moment, truth_word
from station.gui.work import Progress, Work
from station.store import queries
from station.store.reviews import TAKEN_BACK, Review, Truth
from station.store.similar import N_SIMILAR, Neighbours, SimilarPart, SimilarParts
from station.verdict import Judgement

_PICTURE_WIDTH = 320  # of a thumbnail as it is kept [px]
_PAUSE_MS = 120  # before the search, so that the part itself is shown first and whoever runs through a list starts none
_SHORT_MS = 400  # an answer that comes within it does not make the strip blink
_SMALLEST = 0.8  # of the font, on a tile too narrow for its words
_SIGNS = {Truth.OK: Judgement.OK, Truth.NG: Judgement.NG, Truth.UNSURE: Judgement.RETEST}  # a truth's sign and colour


@dataclass(frozen=True, slots=True)
class _Answer:
    neighbours: Neighbours
    pictures: tuple[QImage | None, ...]  # of the worst view, one a neighbour; None: no picture on disk


class SimilarTile(QAbstractButton):
    """One neighbour: picture, sign and word of the verdict, distance, review. Pressed, it is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.similar: SimilarPart | None = None
        self.picture: QImage | None = None
        self._shrunk = Shrunk()
        self.lines: tuple[str, ...] = ("", "", "", "")
        """Verdict, distance, review, reviewer, as they stand on the tile."""
        self._short: tuple[str, ...] = self.lines  # the same for a narrow tile
        self._no_picture = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_part(self, similar: SimilarPart, picture: QImage | None) -> None:
        """This neighbour; picture: its worst view."""
        self.similar, self.picture = similar, picture
        self.translate()

    def translate(self) -> None:
        """Say it in the language of now."""
        if self.similar is None:
            return
        part, review, locale = self.similar.reviewed.part, standing(self.similar.reviewed.review), QLocale()
        number = locale.toString(self.similar.distance, "f", 2)
        distance = self.tr("distance {0}").format(number)
        truth = self.tr("not reviewed") if review is None else self._truth(review)
        reviewer = "" if review is None else review.reviewer
        self.lines = (judgement_word(part.judgement), distance, truth, reviewer)
        self._short = (self.lines[0], number, self.tr("no review") if review is None else self._short_truth(review), reviewer)
        self._no_picture = self.tr("no picture")
        named = self.tr("Part {0} · lot {1} · serial {2}").format(part.id, part.lot or "–", part.serial or "–")
        said = [named, moment(part.taken_at), f"{self.lines[0]} · {distance}", f"{truth} · {reviewer}" if reviewer else truth]
        if review is not None:
            said += [text for text in (defect_word(review.mode), review.comment) if text]
        self.setToolTip("\n".join(said))
        self.setAccessibleName(" · ".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        """A picture of the shape 16:9 over four lines."""
        width = self._line_height() * 9
        return QSize(width, width * 9 // 16 + self._line_height() * 4 + 8)

    def minimumSizeHint(self) -> QSize:
        """A small picture over four lines."""
        return QSize(self._line_height() * 4, self._line_height() * 7)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Card, picture, four lines."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self.similar is None:
            return
        colours, line = theme.colours(), self._line_height()
        if not self.isEnabled():
            painter.setOpacity(0.45)  # another part's neighbours are being looked for
        is_marked = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(QColor(colours.accent if is_marked else colours.line), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(colours.button_hover if self.isDown() else colours.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), line * 0.4, line * 0.4)
        inside = QRectF(self.rect()).adjusted(line * 0.35, line * 0.35, -line * 0.35, -line * 0.25)
        text_height = line * 4
        self._paint_picture(painter, QRectF(inside.left(), inside.top(), inside.width(), inside.height() - text_height - line * 0.2))
        part, review = self.similar.reviewed.part, standing(self.similar.reviewed.review)
        rows = [QRectF(inside.left(), inside.bottom() - text_height + i * line, inside.width(), line) for i in range(4)]
        beside = rows[2].adjusted(line if review is not None else 0, 0, 0, 0)
        font = painter.font()
        fits = min(beside.width() / max(1, painter.fontMetrics().horizontalAdvance(self.lines[2])), 1.0)
        font.setPixelSize(max(1, round(QFontInfo(font).pixelSize() * max(fits, _SMALLEST))))
        font.setBold(True)
        painter.setFont(font)
        self._paint_sign(painter, rows[0], part.judgement)
        word = rows[0].adjusted(line, 0, 0, 0)
        _write(painter, word, self.lines[0], colours.figure[part.judgement])
        number = word.adjusted(painter.fontMetrics().horizontalAdvance(self.lines[0]) + line * 0.4, 0, 0, 0)
        font.setBold(False)
        painter.setFont(font)
        if painter.fontMetrics().horizontalAdvance(str(part.id)) <= number.width():
            _write(painter, number, str(part.id), colours.quiet, Qt.AlignmentFlag.AlignRight)
        self._paint_line(painter, rows[1], 1, colours.text)
        if review is None:
            self._paint_line(painter, beside, 2, colours.quiet)
        else:
            self._paint_sign(painter, rows[2], _SIGNS[review.truth])
            self._paint_line(painter, beside, 2, colours.figure[_SIGNS[review.truth]])
        self._paint_line(painter, rows[3], 3, colours.quiet)

    def _paint_sign(self, painter: QPainter, row: QRectF, judgement: Judgement) -> None:
        side = row.height() * 0.76
        theme.draw_shape(
            painter, judgement, QRectF(row.left(), row.top() + row.height() * 0.12, side, side), QColor(theme.colours().figure[judgement])
        )

    def _paint_line(self, painter: QPainter, row: QRectF, index: int, colour: str) -> None:
        is_fitting = painter.fontMetrics().horizontalAdvance(self.lines[index]) <= row.width()
        _write(painter, row, self.lines[index] if is_fitting else self._short[index], colour)

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        painter.fillRect(box, QColor("#0b0f14"))
        if self.picture is None:
            _write(painter, box.adjusted(4, 0, -4, 0), self._no_picture, theme.DARK.quiet, Qt.AlignmentFlag.AlignHCenter)
            return
        scale = min(box.width() / self.picture.width(), box.height() / self.picture.height())
        width, height = self.picture.width() * scale, self.picture.height() * scale
        self._shrunk.draw(painter, QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height), self.picture)

    def _truth(self, review: Review) -> str:
        return f"{truth_word(review.truth)} · {review.mode}" if review.mode else truth_word(review.truth)

    def _short_truth(self, review: Review) -> str:
        truth = truth_word(review.truth) if review.truth is Truth.UNSURE else judgement_word(_SIGNS[review.truth])
        return f"{truth} · {review.mode}" if review.mode else truth

    def _line_height(self) -> int:
        return self.fontMetrics().height()


class SimilarStrip(QWidget):
    """Eight tiles, nearest first; `chosen` carries the part id of the one that was pressed.

    The page that holds it calls `shut_down` in its own.
    """

    chosen = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        station = desk.control.station
        self._engine, self._picture_folder = station.engine, station.pictures.folder
        self._similar = SimilarParts(station.engine, station.data / "cache")
        self._part_id: int | None = None
        self._answer: _Answer | None = None
        self._failure = ""
        self._built = -1.0  # share of the index that is built, below 0 where there is nothing to build

        self.title = QLabel()
        self.title.setProperty("title", True)
        self.compared = QLabel()
        self.compared.setProperty("quiet", True)
        heading = QHBoxLayout()
        heading.addWidget(self.title)
        heading.addWidget(self.compared, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setProperty("quiet", True)
        self.tiles = [SimilarTile() for _ in range(N_SIMILAR)]
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        tiles = QWidget()
        tiles.setLayout(self._grid)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.message)
        self._stack.addWidget(tiles)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(heading)
        layout.addWidget(self._stack, 1)
        self._columns = 0
        self._arrange(N_SIMILAR)
        for tile in self.tiles:
            tile.clicked.connect(self._choose)

        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_SHORT_MS)
        self._patience.timeout.connect(self._say)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._work = Work(self)
        self._work.done.connect(self._show)
        self._work.failed.connect(self._fail)
        self._work.progressed.connect(self._build)
        self._say()

    def show_part(self, part_id: int | None) -> None:
        """Look for this part's neighbours, afresh also where it is shown already; None: no part is in hand."""
        self._part_id, self._failure, self._built = part_id, "", -1.0
        self._work.cancel(quietly=True)
        if part_id is None:
            self._pause.stop()
            self._answer = None
            self._say()
            return
        for tile in self.tiles:
            tile.setEnabled(False)
        self._answer = None
        if self._stack.currentIndex() == 1:
            self._patience.start()
        else:
            self._say()
        self._pause.start()

    def shut_down(self) -> None:
        """The window closes."""
        self._patience.stop()
        self._pause.stop()
        self._work.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            for tile in self.tiles:
                tile.translate()
            self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One row of eight, or two of four where eight would be narrow and there is height for two."""
        super().resizeEvent(event)
        tile = self.tiles[0]
        is_narrow = self.width() < N_SIMILAR * tile.sizeHint().width() * 0.75
        is_tall = self.height() - self._stack.y() > 2 * tile.minimumSizeHint().height() + self._grid.verticalSpacing()
        self._arrange(N_SIMILAR // 2 if is_narrow and is_tall else N_SIMILAR)

    @Slot()
    def _search(self) -> None:
        if (part_id := self._part_id) is not None:
            self._work.start(lambda progress: self._find(part_id, progress))

    # -- thread ----------------------------------------------------------------------------------------------------

    def _find(self, part_id: int, progress: Progress) -> _Answer:
        neighbours = self._similar.nearest(part_id, tell=progress)
        pictures = []
        for similar in neighbours.parts:
            progress(-1.0)
            pictures.append(self._picture_of(similar))
        return _Answer(neighbours, tuple(pictures))

    def _picture_of(self, similar: SimilarPart) -> QImage | None:
        part = similar.reviewed.part
        path = queries.picture_paths(self._engine, part.id).get(part.worst_view)
        if path is None:
            return None
        try:
            picture = read_grey(self._picture_folder / path)
        except PictureError:  # retention deletes pictures, never rows
            return None
        if (scale := _PICTURE_WIDTH / picture.shape[1]) < 1:  # not by QImage, which keeps Python's lock meanwhile
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        height, width = picture.shape
        return QImage(picture.data, width, height, picture.strides[0], QImage.Format.Format_Grayscale8).copy()

    # -- GUI thread ------------------------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, answer: _Answer) -> None:
        self._answer = answer
        for i, tile in enumerate(self.tiles):
            is_there = i < len(answer.neighbours.parts)
            tile.setVisible(is_there)
            tile.setEnabled(is_there)
            if is_there:
                tile.show_part(answer.neighbours.parts[i], answer.pictures[i])
        self._say()

    @Slot(str)
    def _fail(self, message: str) -> None:
        self._failure = message
        self._say()

    @Slot(float, str)
    def _build(self, share: float, _text: str) -> None:
        if share >= 0:
            self._built = share
            self._say()

    @Slot()
    def _choose(self) -> None:
        tile = self.sender()
        if isinstance(tile, SimilarTile) and tile.similar is not None:
            self.chosen.emit(tile.similar.reviewed.part.id)

    @Slot()
    def _say(self) -> None:
        self._patience.stop()
        self.title.setText(self.tr("Most similar parts"))
        neighbours = None if self._answer is None else self._answer.neighbours
        has_tiles = neighbours is not None and bool(neighbours.parts)
        self.compared.setText(
            self.tr("of {0} parts of this model version").format(QLocale().toString(neighbours.among)) if neighbours and has_tiles else ""
        )
        self.message.setText(self._words())
        self._stack.setCurrentIndex(1 if has_tiles else 0)

    def _words(self) -> str:
        """What stands where no tiles are."""
        if self._part_id is None:
            return self.tr("Choose a part to see the past parts that look most like it.")
        if self._failure:
            return self.tr("Similar parts cannot be shown: {0}").format(self._failure)
        if self._answer is None:
            if self._built >= 0:
                return self.tr("Preparing the comparison, once a model version: {0} %").format(QLocale().toString(int(self._built * 100)))
            return self.tr("Looking for similar parts…")
        return {
            "held": self.tr("No embedding: the part was on HOLD, so there is nothing to compare."),
            "no embedding": self.tr("No embedding was recorded with this part, so there is nothing to compare."),
            "first": self.tr("First part of this model version: there is nothing to compare it with yet."),
            "": "",
        }[self._answer.neighbours.why_none]

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for i, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, i // columns, i % columns)
        for column in range(N_SIMILAR):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)


def standing(review: Review | None) -> Review | None:
    """The review, unless it only takes another one back."""
    return None if review is None or review.comment == TAKEN_BACK else review


def _write(painter: QPainter, box: QRectF, text: str, colour: str, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
    painter.setPen(QColor(colour))
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()) + 1)
    painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), fitting)
