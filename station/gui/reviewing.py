"""Saying what the parts in hand truly are: by key or button, after a question where they are many; and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from station.gui.confirm_bar import ConfirmBar
from station.gui.page import Page
from station.gui.part_detail import PartDetail
from station.gui.review_bar import ReviewBar
from station.gui.review_dialogs import CommentDialog, ModeDialog
from station.gui.review_writer import ReviewWriter
from station.store.reviews import TAKEN_BACK, Review, Truth

MANY = 20
"""So many parts are reviewed at once without a question."""


class Reviewing(QObject):
    """The acts of a reviewer on a page."""

    said = Signal(bool)  # a review is on its way; True: the next part may come
    told = Signal(str)  # why nobody can review; '' = what was told before no longer holds

    def __init__(self, page: Page, bar: ReviewBar, detail: PartDetail, confirm: ConfirmBar, in_hand: Callable[[], list[int]]) -> None:
        """
        Args:
            detail: shows the part in hand; what nobody can see there yet is not reviewed.
            in_hand: the parts that a review now would be of, by id.
        """
        super().__init__(page)
        self._page, self._bar, self._detail, self._confirm, self._in_hand = page, bar, detail, confirm, in_hand
        self.modes: tuple[str, ...] = ()  # to choose from for an NG part
        self.writer = ReviewWriter(page.desk.control.station.engine, self)
        self.writer.written.connect(self._on_written)
        bar.ok_button.clicked.connect(self.say_ok)
        bar.ng_button.clicked.connect(self.say_ng)
        bar.unsure_button.clicked.connect(self.say_unsure)
        bar.comment_button.clicked.connect(self.comment)
        bar.back_button.clicked.connect(self.take_back)

    @Slot()
    def say_ok(self) -> None:
        """Truly OK."""
        self._ask_many(lambda ids: self._write(ids, Truth.OK))

    @Slot()
    def say_unsure(self) -> None:
        """Looked at and undecided."""
        self._ask_many(lambda ids: self._write(ids, Truth.UNSURE))

    @Slot()
    def say_ng(self) -> None:
        """Truly NG: ask for the mode."""

        def ask(ids: list[int]) -> None:
            dialog = ModeDialog(self.modes, len(ids), self._page)
            dialog.chosen.connect(lambda mode: self._write(ids, Truth.NG, mode))
            dialog.open()

        self._ask_many(ask)

    @Slot()
    def comment(self) -> None:
        """Words about the parts."""

        def ask(ids: list[int]) -> None:
            own = self._own_opinion() if len(ids) == 1 else None
            dialog = CommentDialog(Truth.UNSURE if own is None else own.truth, "" if own is None else own.comment, self._page)
            mode = "" if own is None else own.mode
            dialog.written.connect(lambda truth, text: self._write(ids, truth, mode if truth is Truth.NG else "", text, goes_on=False))
            dialog.open()

        self._ask_many(ask)

    @Slot()
    def take_back(self) -> None:
        """Take back what was said last."""
        if self._page.desk.session.require(self._page.role, self._page):
            self.writer.take_back()

    def why_not(self) -> str:
        """Why no review can be made now; '' if one can."""
        if not self._in_hand():
            return self.tr("Choose a part in the table first")
        if self._detail.part_id is None:
            return self.tr("The part is being loaded: nobody has seen it yet")
        return ""

    def _own_opinion(self) -> Review | None:
        """What this reviewer said last of the part that is shown, unless it was taken back."""
        own = next((review for review in self._detail.reviews if review.reviewer == self._bar.reviewer), None)
        return None if own is None or own.comment == TAKEN_BACK else own

    def _ask_many(self, act: Callable[[list[int]], None]) -> None:
        """Act on the parts in hand, after a question where they are many; nothing where nobody may, or nothing can be seen."""
        if not self._page.desk.session.require(self._page.role, self._page):
            return
        if not self._bar.reviewer:
            self.told.emit(self.tr("A review carries the name of who made it: enter yours below, once."))
            self._bar.name_edit.setFocus()
            return
        ids = self._in_hand()
        if self.why_not():
            return
        self.told.emit("")
        if len(ids) <= MANY:
            act(ids)
            return
        question = self.tr("{0} parts are selected. Review all of them at once, the ones that you have not looked at too?").format(len(ids))
        self._confirm.ask(question, self.tr("Review {0} parts").format(len(ids)), lambda: act(ids))

    def _write(self, ids: Sequence[int], truth: Truth, mode: str = "", comment: str = "", goes_on: bool = True) -> None:
        self.writer.add(ids, truth, self._bar.reviewer, mode, comment)
        self.said.emit(goes_on)

    @Slot(object)
    def _on_written(self, written: list[Review]) -> None:
        """A mode in own words can be chosen from then on."""
        if written[0].mode and written[0].mode not in self.modes:
            self.modes = (*self.modes, written[0].mode)
