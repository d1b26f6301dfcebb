"""One recorded part: its pictures side by side, where it deviates, what was measured, what people said."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLocale, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from station.gui import words
from station.gui.frames import scrolling
from station.gui.page import Desk
from station.gui.picture_view import Mark, region_marks
from station.gui.sign import Sign
from station.gui.vector_maps import VectorMaps
from station.gui.work import Work
from station.gui.zoom_view import ZoomView
from station.store.part_facts import PartFacts, part_facts
from station.store.reviews import TAKEN_BACK, Review
from station.stored_pictures import NotAligned, PartPictures, StoredPictures
from station.verdict import Judgement

_SHORT_MS = 250  # an answer that comes within it does not make the pictures blink


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part as it was read."""

    facts: PartFacts
    pictures: PartPictures


class PartDetail(QWidget):
    """Reads and shows a part. `part_id` is the part whose pictures can be seen now; None while they cannot."""

    shown = Signal(int)  # part id: it can be seen now
    chosen = Signal(int)  # another part is asked for: as its retest

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._engine = desk.control.station.engine
        self._stored: StoredPictures | None = None
        self._wanted: int | None = None
        self._part: ShownPart | None = None
        self._blind_to: str | None = None
        self._failure = ""
        self._work = Work(self)
        self._work.done.connect(self._show)
        self._work.failed.connect(self._fail)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_SHORT_MS)
        self._patience.timeout.connect(self._blank)
        self._build()
        self._retranslate()

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 0, 0)
        column.setSpacing(5)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.sign, self.verdict, self.limits, self.title = Sign(), QLabel(), QLabel(), QLabel()
        self.verdict.setProperty("title", True)
        self.limits.setProperty("quiet", True)
        self.limits.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title.setProperty("title", True)
        for widget, share in ((self.title, 0), (self.sign, 0), (self.verdict, 0), (self.limits, 1)):
            head.addWidget(widget, share)
        column.addLayout(head)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("warning", True)
        column.addWidget(self.note)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._build_views())
        self.splitter.addWidget(self._build_facts())
        self.splitter.setSizes([300, 150])
        self.splitter.setStretchFactor(0, 1)
        column.addWidget(self.splitter, 1)

    def _build_views(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.views: dict[str, tuple[QLabel, ZoomView]] = {}
        for name in self._desk.control.station.recipe.view_names:
            cell = QVBoxLayout()
            cell.setSpacing(2)
            caption, view = QLabel(), ZoomView()
            caption.setProperty("quiet", True)
            view.setMinimumSize(60, 40)
            cell.addWidget(caption)
            cell.addWidget(view, 1)
            row.addLayout(cell, 1)
            self.views[name] = caption, view
        return holder

    def _build_facts(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.maps = VectorMaps()
        self.maps_title = QLabel()
        self.maps_title.setProperty("quiet", True)
        self.maps_title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.maps_box = QWidget()
        left = QVBoxLayout(self.maps_box)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(2)
        left.addWidget(self.maps_title)
        left.addWidget(self.maps, 1)
        row.addWidget(self.maps_box, 40)
        words_box = QWidget()
        column = QVBoxLayout(words_box)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(4)
        self.reviews_title, self.reviews_text = QLabel(), QLabel()
        self.reviews_title.setProperty("quiet", True)
        self.reviews_text.setWordWrap(True)
        self.reviews_text.setTextFormat(Qt.TextFormat.PlainText)
        self.reviews_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.reviews_title)
        column.addWidget(self.reviews_text)
        self.retests = QHBoxLayout()
        self.retests.setSpacing(6)
        column.addLayout(self.retests)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        column.addLayout(self._grid)
        column.addStretch(1)
        row.addWidget(scrolling(words_box), 60)
        return holder

    # -- parts -----------------------------------------------------------------------------------------------------

    @property
    def part_id(self) -> int | None:
        """The part that can be seen."""
        return None if self._part is None or self._part.facts.line.id != self._wanted else self._wanted

    @property
    def reviews(self) -> tuple[Review, ...]:
        """Of the part that can be seen, newest first."""
        return () if self._part is None or self.part_id is None else self._part.facts.reviews

    def show_part(self, part_id: int | None) -> None:
        """Read a part and show it, afresh also where it is shown already; None: none is chosen."""
        if part_id is None:
            self._work.cancel(quietly=True)
            self._wanted = None
            self._blank()
            return
        self._wanted, self._failure = part_id, ""
        self._patience.start()
        stored = self._stored_pictures()

        def read(_progress: object) -> ShownPart:
            facts = part_facts(self._engine, part_id)
            if facts is None:
                raise ValueError(f"the records hold no part {part_id}")
            return ShownPart(facts, stored.read(facts))

        self._work.start(read)

    def blind(self, reader: str | None) -> None:
        """Hide what others and the station say from this reader; None: hide nothing."""
        self._blind_to = reader
        self._say()

    def set_scale(self, scale: float) -> None:
        """Sizes that no style sheet can set."""
        self.sign.setFixedSize(round(26 * scale), round(26 * scale))

    def shut_down(self) -> None:
        """The window closes."""
        self._patience.stop()
        self._work.shut_down()

    def _stored_pictures(self) -> StoredPictures:
        station = self._desk.control.station  # its recipe may have a new revision since
        if self._stored is None or self._stored.recipe is not station.recipe:
            self._stored = StoredPictures(station.recipe, station.pictures.folder)
        return self._stored

    @Slot(object)
    def _show(self, part: ShownPart) -> None:
        self._patience.stop()
        self._part = part
        self._say()
        self.shown.emit(part.facts.line.id)

    @Slot(str)
    def _fail(self, message: str) -> None:
        self._failure = message
        self._blank()

    @Slot()
    def _blank(self) -> None:
        self._patience.stop()
        self._part = None
        self._say()

    # -- showing ---------------------------------------------------------------------------------------------------

    def _say(self) -> None:
        part = self._part
        is_open = part is not None and self._blind_to is None
        for widget in (self.sign, self.verdict, self.limits):
            widget.setVisible(is_open)
        self.maps_box.setVisible(is_open)
        self.reviews_title.setVisible(is_open)
        self.reviews_text.setVisible(is_open and part is not None and bool(part.facts.reviews))
        self.title.setText("" if part is None else self.tr("Part {0}").format(part.facts.line.id))
        self.note.setText(self._note())
        self.note.setVisible(bool(self.note.text()))
        self._show_pictures()
        self._show_rows(self._rows())
        self._show_retests()
        if part is None or not is_open:
            return
        facts, line = part.facts, part.facts.line
        self.sign.show_judgement(line.judgement)
        self.verdict.setText(words.judgement_word(line.judgement))
        self.verdict.setProperty("figure", line.judgement.value)
        self.verdict.style().polish(self.verdict)
        self.limits.setText(self._limits(facts))
        self.maps.show_vector(facts.vector)
        where = "" if facts.worst is None else f" · {words.view_word(facts.worst.view)} · {facts.worst.name}"
        self.maps_title.setText(self.tr("Vector of the worst region") + where)
        self.reviews_title.setText(self.tr("Reviews, newest first") if facts.reviews else self.tr("Nobody has reviewed this part."))
        self.reviews_text.setText("\n".join(self._review(review) for review in facts.reviews))

    def _note(self) -> str:
        if self._part is None or self._blind_to is not None:
            return self.tr("This part cannot be shown: {0}").format(self._failure) if self._failure else ""
        facts, recipe = self._part.facts, self._desk.control.station.recipe
        match self._part.pictures.not_aligned:
            case NotAligned.OTHER_RECIPE:
                texts = self.tr("Judged by recipe {0} revision {1}; this station has {2} revision {3}. Pictures as they were taken, without marks.")
                return texts.format(facts.recipe, facts.recipe_revision, recipe.name, recipe.revision)
            case NotAligned.LOST:
                return self.tr("The part could not be aligned. Pictures as they were taken, without marks.")
            case NotAligned.INCOMPLETE:
                return self.tr("Not every picture is on disk any more. Pictures as they were taken, without marks.")
        return ""

    def _show_pictures(self) -> None:
        part = self._part
        pictures = {} if part is None else part.pictures.pictures
        if part is None:
            empty = self.tr("Loading…") if self._wanted is not None and not self._failure else self.tr("No part is chosen.")
        else:
            empty = self.tr("The picture of this view is no longer on disk.") if part.facts.picture_paths else self.tr("No picture was taken.")
        for name, (caption, view) in self.views.items():
            caption.setText(words.view_word(name))
            view.setAccessibleName(self.tr("Picture: {0}").format(words.view_word(name)))
            view.set_empty_text(empty)
            view.show_picture(pictures.get(name), () if part is None else self._marks(part, name))

    def _marks(self, part: ShownPart, view: str) -> tuple[Mark, ...]:
        """As on the line: quiet on good parts, on one scale for all."""
        facts = part.facts
        if self._blind_to is not None or part.pictures.not_aligned is not None or facts.line.judgement in (Judgement.OK, Judgement.HOLD):
            return ()
        marks: list[Mark] = []
        recipe = self._desk.control.station.recipe
        for region in facts.regions:
            if region.view == view and region.score is not None and region.score > facts.ok_at_most and region.index < len(recipe.regions):
                rectangle = recipe.regions[region.index].rectangle
                marks += region_marks(rectangle, region.deviation, facts.ok_at_most, region is facts.worst)
        return tuple(marks)

    def _limits(self, facts: PartFacts) -> str:
        if facts.line.score is None:
            return words.hold_cause(facts.line.reason)
        numbers = (QLocale().toString(number, "f", 2) for number in (facts.line.score, facts.ok_at_most, facts.ng_above))
        return self.tr("score {0} · OK up to {1} · NG above {2}").format(*numbers)

    def _rows(self) -> list[list[tuple[str, str]]]:
        """Rows of one or two names with their values; of a blind part only what tells nothing."""
        if self._part is None:
            return []
        facts, line = self._part.facts, self._part.facts.line
        taken, operator = (self.tr("Taken"), words.moment(line.taken_at)), (self.tr("Operator"), facts.operator or "–")
        rows = [[taken, operator], [(self.tr("Lot"), line.lot or "–"), (self.tr("Serial"), line.serial or "–")]]
        if self._blind_to is not None:
            return rows
        if line.kind == "challenge":
            rows.append([(self.tr("Kind"), self.tr("challenge part"))])
        if line.defect:
            rows.append([(self.tr("Looks like"), words.defect_word(line.defect))])
        if line.reason:
            rows.append([(self.tr("Reason"), line.reason)])
        rows.append([(self.tr("Model"), self.tr("{0} version {1} on {2}").format(line.model, line.model_version, facts.provider))])
        rows.append([(self.tr("Recipe"), self.tr("{0} revision {1}").format(facts.recipe, facts.recipe_revision))])
        stages = {"vector": self.tr("vector"), "score": self.tr("score"), "judge": self.tr("in all")}
        times = [f"{stages[stage]} {QLocale().toString(ms, 'f', 1)} ms" for stage, ms in facts.stages_ms.items()]
        if times:
            rows.append([(self.tr("Times"), " · ".join(times))])
        return rows

    def _show_rows(self, rows: list[list[tuple[str, str]]]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for index, row in enumerate(rows):
            for pair, (name, value) in enumerate(row):
                key, text = QLabel(name), QLabel(value)
                key.setProperty("quiet", True)
                text.setTextFormat(Qt.TextFormat.PlainText)
                text.setWordWrap(True)
                text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._grid.addWidget(key, index, 2 * pair, Qt.AlignmentFlag.AlignTop)
                self._grid.addWidget(text, index, 2 * pair + 1, 1, 1 if len(row) == 2 else 3)

    def _show_retests(self) -> None:
        while (item := self.retests.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if self._part is None or self._blind_to is not None:
            return
        facts = self._part.facts
        links = [] if facts.line.retest_of is None else [(facts.line.retest_of, self.tr("Retest of part {0}"))]
        for other, text in [*links, *((other, self.tr("Shot again as part {0}")) for other in facts.retests)]:
            button = QPushButton(text.format(other))
            button.setProperty("view", True)
            button.clicked.connect(lambda _checked=False, other=other: self.chosen.emit(other))
            self.retests.addWidget(button)
        if self.retests.count():
            self.retests.addStretch(1)

    def _review(self, review: Review) -> str:
        mode = f" · {words.defect_word(review.mode)}" if review.mode else ""
        comment = self.tr("taken back") if review.comment == TAKEN_BACK else review.comment
        said = f"{words.truth_word(review.truth)}{mode} · {review.reviewer} · {words.moment(review.at)}"
        return f"{said}\n    {comment}" if comment else said

    def _retranslate(self) -> None:
        for _, view in self.views.values():
            view.setToolTip(self.tr("Wheel or + and −: enlarge. Drag or arrow keys: move. Double click or 0: fit."))
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
