"""A report on paper: what was asked for, how many, how wrong, the charts, then parts with their pictures. A4, by Qt's own PDF writer.

Counting and writing belong on a worker's thread; only `chart_sheets` needs the GUI thread, since it draws with widgets.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen
from sqlalchemy import Engine

from models.pictures import PictureError, read_grey
from models.rates import interval
from station.chart_set import ChartSet, Choice, EwmaSeries, PSeries, draw_up
from station.export import ExportError, check_target
from station.gui import chart_words as say
from station.gui import theme, words
from station.gui.filter_words import filter_words, review_words
from station.gui.plots import EwmaPlot, HistogramPlot, ParetoPlot, Plot, PPlot, draw
from station.shifts import shift_name
from station.shot import now
from station.store import queries, search
from station.store.queries import ReviewedPart
from station.store.search import Opinion, PartFilter
from station.verdict import Judgement

Tell = Callable[[float], None]
_DPI = 300
_WIDTH, _HEIGHT = 794.0, 1123.0  # A4 in pixels of 1/96 inch
_MARGIN = 52.0
_CHART = QSizeF(_WIDTH - 2 * _MARGIN, 258.0)
_COLUMNS = 3
_PICTURE = QSizeF((_WIDTH - 2 * _MARGIN - 2 * 10) / _COLUMNS, 132.0)
_FINE = 200 / 96  # pictures and charts: 200 dpi
_HEAD = 64.0  # of a part: its lines of words
_BODY_TOP, _BODY_BOTTOM = 70.0, 1070.0
_VERDICTS = frozenset(Judgement) - {Judgement.HOLD}


@dataclass(frozen=True, slots=True)
class Rate:
    """Mistakes among the parts that could have been one."""

    wrong: int
    of: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What the report says, counted and not yet drawn."""

    parts: PartFilter
    n_parts: int  # that the filter lets through
    drawn: ChartSet  # of the period, lot and model
    escapes: Rate  # among parts that reviews call NG
    overkill: Rate  # among parts that reviews call OK
    listed: Sequence[ReviewedPart]  # newest first
    shifts: Sequence[str]  # when they begin


@dataclass(frozen=True, slots=True)
class Sheet:
    """One chart for paper."""

    title: str
    chart: QImage | None  # at 200 dpi; None: there was nothing to draw
    words: str


def gather(engine: Engine, parts: PartFilter, shifts: Sequence[str], n_listed: int, tell: Tell) -> Contents:
    """Count everything; on a worker's thread.

    Raises:
        ExportError: the filter lets no part through.
    """
    n = search.count(engine, parts, None)
    if n == 0:
        raise ExportError("there is no part to report: the filter lets none through; choose another period, lot or verdict")
    choice = Choice(parts.since, parts.until, parts.lot, parts.model or "", parts.model_version or "")
    drawn = draw_up(engine, choice, shifts, lambda share: tell(0.8 * share))
    base = replace(choice.parts(), judgements=_VERDICTS)

    def counted(opinion: Opinion) -> int:
        tell(0.9)
        return search.count(engine, replace(base, opinion=opinion), None)

    escapes = Rate(counted(Opinion.ESCAPE), counted(Opinion.NG))
    overkill = Rate(counted(Opinion.OVERKILL), counted(Opinion.OK))
    listed = search.page(engine, parts, n=n_listed) if n_listed else []
    return Contents(parts, n, drawn, escapes, overkill, listed, shifts)


def chart_sheets(drawn: ChartSet) -> list[Sheet]:
    """The charts in print colours; in the GUI thread."""
    histogram = drawn.histogram
    plans: list[tuple[str, Plot, str, dict[str, bool]]] = [
        (_tr(QT_TRANSLATE_NOOP("pdf_report", "NG parts by mode")), ParetoPlot(), say.ng(drawn.ng), {}),
        (_tr(QT_TRANSLATE_NOOP("pdf_report", "NG parts by position")), ParetoPlot(), "", {"by_position": True}),
        (_tr(QT_TRANSLATE_NOOP("pdf_report", "Share of NG (p-chart)")), PPlot(), _with_marks(say.p_chart(drawn.p), drawn.p) if drawn.p else "", {}),
        (
            _tr(QT_TRANSLATE_NOOP("pdf_report", "Scores: ■ not reviewed  ▨ reviewed OK  ▩ reviewed NG")),
            HistogramPlot(),
            say.histogram(histogram) if histogram else "",
            {"is_log": True},
        ),
        (
            _tr(QT_TRANSLATE_NOOP("pdf_report", "Scores of OK parts (EWMA, λ = {0})")).format(say.number(0.2, 1)),
            EwmaPlot(),
            _with_marks(say.ewma(drawn.ewma), drawn.ewma) if drawn.ewma else "",
            {},
        ),
    ]
    sheets = []
    for title, plot, text, how in plans:
        plot.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        plot.resize((_CHART * _FINE).toSize())
        plot.show()  # laid out, and seen by nobody
        is_there = draw(drawn, plot, theme.LIGHT, _FINE, **how)
        plot.grab()  # the axes learn how wide their words are by drawing them
        plot.plotItem.layout.activate()
        sheets.append(Sheet(title, plot.grab().toImage() if is_there else None, text))
        plot.close()
        plot.deleteLater()
    return sheets


def write_pdf(path: Path, contents: Contents, sheets: Sequence[Sheet], engine: Engine, pictures: Path, station: str, tell: Tell) -> int:
    """Write the report; returns how many pages it has. On a worker's thread; the file is there as a whole or not at all.

    Args:
        pictures: the station's picture folder.

    Raises:
        ExportError: it cannot be written.
    """
    check_target(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        n = _Report(temporary, contents, sheets, engine, pictures, station, tell).write()
        check_target(path)
        temporary.rename(path)
    except OSError as err:
        raise ExportError(f"{path}: cannot be written: {err.strerror or err}") from err
    finally:
        temporary.unlink(missing_ok=True)
    return n


class _Report:
    """One report while it is being drawn; lengths are pixels of 1/96 inch."""

    def __init__(self, path: Path, contents: Contents, sheets: Sequence[Sheet], engine: Engine, pictures: Path, station: str, tell: Tell) -> None:
        self._contents, self._sheets, self._engine, self._folder = contents, sheets, engine, pictures
        self._station, self._tell, self._path = station, tell, path
        self._paths = [queries.picture_paths(engine, row.part.id) for row in contents.listed]
        rows = -(-max((len(paths) for paths in self._paths), default=1) // _COLUMNS) or 1
        self._block = _HEAD + rows * (_PICTURE.height() + 8) + 14
        self._per_page = max(1, int((_BODY_BOTTOM - _BODY_TOP) // self._block))
        self._chart_pages = -(-len(sheets) // 3)
        self.n_pages = 1 + self._chart_pages + -(-len(contents.listed) // self._per_page)
        self._page = 1

    def write(self) -> int:
        """All pages; returns how many."""
        self._writer = writer = QPdfWriter(str(self._path))
        writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
        writer.setResolution(_DPI)
        writer.setTitle(_tr(QT_TRANSLATE_NOOP("pdf_report", "Inspection report")))
        writer.setCreator(self._station)
        self._painter = painter = QPainter()
        if not painter.begin(writer):
            raise ExportError(f"{self._path.parent}: the report cannot be written there; look at the folder's permissions and the disk's room")
        try:
            painter.scale(_DPI / 96, _DPI / 96)
            self._title_page()
            self._charts()
            self._parts()
        finally:
            ended = painter.end()
        if not ended:
            raise ExportError(f"{self._path.parent}: the report could not be finished; look at the disk's room")
        return self.n_pages

    # -- pages -----------------------------------------------------------------------------------------------------

    def _title_page(self) -> None:
        contents = self._contents
        self._foot()
        y = self._text(_tr(QT_TRANSLATE_NOOP("pdf_report", "Inspection report")), 96, 30, is_bold=True)
        made = _tr(QT_TRANSLATE_NOOP("pdf_report", "Station {0}, written {1}")).format(self._station, say.moment(now()))
        y = self._text(made, y + 4, 13, theme.LIGHT.quiet) + 26
        y = self._heading(_tr(QT_TRANSLATE_NOOP("pdf_report", "What was asked for")), y)
        for name, value in filter_words(contents.parts):
            y = self._pair(name, value, y)
        y = self._pair(_tr(QT_TRANSLATE_NOOP("pdf_report", "Parts found")), say.number(contents.n_parts), y) + 22
        y = self._heading(_tr(QT_TRANSLATE_NOOP("pdf_report", "Counts and mistakes of the period, lot and model")), y)
        y = self._text(say.counts(contents.drawn), y, 13) + 6
        for sentence in (
            _rate(QT_TRANSLATE_NOOP("pdf_report", "Escapes: {0} of {1} parts that reviews call NG ({2}; 95 %: {3} to {4})."), contents.escapes),
            _rate(QT_TRANSLATE_NOOP("pdf_report", "Overkill: {0} of {1} parts that reviews call OK ({2}; 95 %: {3} to {4})."), contents.overkill),
            _tr(
                QT_TRANSLATE_NOOP(
                    "pdf_report", "These two count what was reviewed, and QA chooses what it reviews; the next one rests on chance alone."
                )
            ),
            say.escapes(contents.drawn.escapes),
            say.agreement(contents.drawn.agreement),
        ):
            y = self._text(sentence, y, 13) + 6
        y = self._heading(_tr(QT_TRANSLATE_NOOP("pdf_report", "Shifts and lots")), y + 16)
        self._shifts(y)

    def _shifts(self, y: float) -> None:
        columns = (_MARGIN, 250.0, 400.0, 480.0, 560.0, 620.0, 690.0)
        names = [
            _tr(QT_TRANSLATE_NOOP("pdf_report", "Shift")),
            _tr(QT_TRANSLATE_NOOP("pdf_report", "Lot")),
            _tr(QT_TRANSLATE_NOOP("pdf_report", "Parts")),
            *(words.judgement_word(j) for j in Judgement),
        ]
        self._cells(names, columns, y, theme.LIGHT.quiet)
        for line in self._contents.drawn.shifts:
            y += 19
            if y > _BODY_BOTTOM - 20:
                return
            figures = [say.number(n) for n in (sum(line.n.values()), *(line.n[j] for j in Judgement))]
            self._cells(
                [f"{words.day_word(line.start)} {shift_name(line.start, self._contents.shifts)}", line.lot or "–", *figures],
                columns,
                y,
                theme.LIGHT.text,
            )

    def _charts(self) -> None:
        for k, sheet in enumerate(self._sheets):
            if k % 3 == 0:
                self._turn(_tr(QT_TRANSLATE_NOOP("pdf_report", "Charts")))
            top = _BODY_TOP + (k % 3) * 336
            self._text(sheet.title, top, 13, is_bold=True)
            if sheet.chart is None:
                self._text(_tr(QT_TRANSLATE_NOOP("pdf_report", "There was nothing to draw.")), top + 60, 13, theme.LIGHT.quiet)
                continue
            self._painter.drawImage(QRectF(QPointF(_MARGIN, top + 20), _CHART), sheet.chart)
            self._text(sheet.words, top + 25 + _CHART.height(), 9.5, theme.LIGHT.quiet)

    def _parts(self) -> None:
        listed = self._contents.listed
        for k, (row, paths) in enumerate(zip(listed, self._paths, strict=True)):
            self._tell(k / len(listed))
            if k % self._per_page == 0:
                self._turn(_listed(len(listed), self._contents.n_parts))
            self._part(row, paths, _BODY_TOP + (k % self._per_page) * self._block)

    def _part(self, row: ReviewedPart, paths: dict[str, str], top: float) -> None:
        part, painter = row.part, self._painter
        painter.setPen(QPen(QColor(theme.LIGHT.line), 0.8))
        painter.drawLine(QPointF(_MARGIN, top - 5), QPointF(_WIDTH - _MARGIN, top - 5))
        colour = QColor(theme.LIGHT.figure[part.judgement])
        theme.draw_shape(painter, part.judgement, QRectF(_MARGIN, top, 18, 18), colour)
        title = _tr(QT_TRANSLATE_NOOP("pdf_report", "Part {0}")).format(part.id) + f" · {words.judgement_word(part.judgement)}"
        for more in (part.serial, part.lot, say.moment(part.taken_at), f"{part.model} {part.model_version}"):
            title += f" · {more}" if more else ""
        self._text(title, top, 12, is_bold=True, left=_MARGIN + 24, lines=1)
        where = say.position_word((part.worst_view, part.worst_region)) if part.worst_region else ""
        defect = words.defect_word(part.defect)
        score = "" if part.score is None else _tr(QT_TRANSLATE_NOOP("pdf_report", "score {0}")).format(say.number(part.score, 2))
        self._text(" · ".join(word for word in (score, defect, where, part.reason) if word), top + 20, 10, lines=1)
        self._text(review_words(row), top + 36, 10, theme.LIGHT.quiet, lines=1)
        for k, view in enumerate(paths):
            left = _MARGIN + (k % _COLUMNS) * (_PICTURE.width() + 10)
            box = QRectF(left, top + _HEAD - 8 + (k // _COLUMNS) * (_PICTURE.height() + 8), _PICTURE.width(), _PICTURE.height())
            self._picture(self._folder / paths[view], box, words.view_word(view))
        if not paths:
            self._text(_tr(QT_TRANSLATE_NOOP("pdf_report", "No picture of this part was recorded.")), top + _HEAD + 20, 10, theme.LIGHT.quiet)

    def _picture(self, path: Path, box: QRectF, name: str) -> None:
        try:
            image = _for_paper(read_grey(path), box.size())
        except PictureError:
            self._painter.setPen(QPen(QColor(theme.LIGHT.line), 0.8))
            self._painter.drawRect(box)
            gone = _tr(QT_TRANSLATE_NOOP("pdf_report", "{0}: no longer on disk")).format(name)
            self._painter.setPen(QColor(theme.LIGHT.quiet))
            self._painter.setFont(_font(9))
            self._painter.drawText(box, Qt.AlignmentFlag.AlignCenter, gone)
            return
        shown = QSizeF(image.size()).scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        self._painter.drawImage(QRectF(box.topLeft(), shown), image)
        label = QRectF(box.left() + 3, box.top() + 2, 12 + QFontMetricsF(_font(8)).horizontalAdvance(name), 13)
        self._painter.fillRect(label, QColor(255, 255, 255, 220))
        self._painter.setPen(QColor(theme.LIGHT.text))
        self._painter.setFont(_font(8))
        self._painter.drawText(label, Qt.AlignmentFlag.AlignCenter, name)

    # -- words -----------------------------------------------------------------------------------------------------

    def _turn(self, title: str) -> None:
        self._tell(0.0)
        self._writer.newPage()
        self._page += 1
        self._foot()
        self._text(title, 34, 15, is_bold=True)

    def _foot(self) -> None:
        box = QRectF(_MARGIN, _HEIGHT - 40, _WIDTH - 2 * _MARGIN, 16)
        self._painter.setFont(_font(9))
        self._painter.setPen(QColor(theme.LIGHT.quiet))
        page = _tr(QT_TRANSLATE_NOOP("pdf_report", "Page {0} of {1}")).format(self._page, self.n_pages)
        self._painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, page)
        self._painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._station)

    def _heading(self, text: str, y: float) -> float:
        return self._text(text, y, 16, is_bold=True) + 6

    def _pair(self, name: str, value: str, y: float) -> float:
        self._text(name, y, 13, theme.LIGHT.quiet, lines=1)
        return self._text(value, y, 13, left=_MARGIN + 190) + 3

    def _text(
        self, text: str, y: float, size: float, colour: str = theme.LIGHT.text, *, is_bold: bool = False, left: float = _MARGIN, lines: int = 0
    ) -> float:
        """Write; returns the lower edge. lines: at most so many, 0 = as many as it needs."""
        font = _font(size, is_bold)
        metrics = QFontMetricsF(font)
        width = _WIDTH - _MARGIN - left
        self._painter.setFont(font)
        self._painter.setPen(QColor(colour))
        if lines == 1:
            text = metrics.elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, width)
        height = metrics.lineSpacing() * lines if lines else _HEIGHT
        box = QRectF(left, y, width, height)
        used = self._painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap), text)
        return y + (height if lines else used.height())

    def _cells(self, texts: Sequence[str], columns: Sequence[float], y: float, colour: str) -> None:
        self._painter.setFont(_font(11))
        self._painter.setPen(QColor(colour))
        for k, (text, left) in enumerate(zip(texts, columns, strict=True)):
            end = columns[k + 1] if k + 1 < len(columns) else _WIDTH - _MARGIN
            shown = QFontMetricsF(_font(11)).elidedText(text, Qt.TextElideMode.ElideRight, end - left - 6)
            self._painter.drawText(QRectF(left, y, end - left, 18), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _rate(sentence: object, rate: Rate) -> str:
    low, high = interval(rate.wrong, rate.of)
    share = say.percent(rate.wrong / rate.of, 2) if rate.of else "–"
    return _tr(sentence).format(say.number(rate.wrong), say.number(rate.of), share, say.percent(low, 2), say.percent(high, 2))


def _listed(n_listed: int, n_parts: int) -> str:
    title = _tr(QT_TRANSLATE_NOOP("pdf_report", "Parts, newest first"))
    if n_listed < n_parts:
        more = _tr(QT_TRANSLATE_NOOP("pdf_report", "{0} of {1}; {2} more are not shown"))
        title += ": " + more.format(say.number(n_listed), say.number(n_parts), say.number(n_parts - n_listed))
    return title


def _with_marks(text: str, series: PSeries | EwmaSeries) -> str:
    found = say.marks(series.marks)
    return f"{text}\n{found}" if found else text


def _for_paper(picture: NDArray[np.uint8], size: QSizeF) -> QImage:
    """No finer than the paper shows it: else a hundred parts are a hundred megabytes."""
    height, width = picture.shape
    image = QImage(np.ascontiguousarray(picture).data, width, height, width, QImage.Format.Format_Grayscale8).copy()
    most = (size * _FINE).toSize()
    if width <= most.width() and height <= most.height():
        return image
    return image.scaled(most, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _font(size: float, is_bold: bool = False) -> QFont:
    font = QFont()
    font.setFamilies(list(theme.font_families()))
    font.setPixelSize(max(1, round(size)))
    font.setBold(is_bold)
    return font


def _tr(text: object) -> str:
    return QCoreApplication.translate("pdf_report", str(text))
