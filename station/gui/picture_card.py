"""A picture with its caption and a button for each view; and the last part in one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from station.gui import words
from station.gui.control import Control
from station.gui.elided_label import ElidedLabel
from station.gui.part_strip import Tile
from station.gui.picture_view import PictureView, deviation_marks
from station.inspector import Inspection


class PictureCard(QFrame):
    """One view of several at a time."""

    chosen = Signal(str)  # a view

    def __init__(self, views: Sequence[str]) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._views = tuple(views)
        self.title = ElidedLabel()
        self.title.setProperty("quiet", True)
        self.picture = PictureView()
        self.buttons = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 8)
        layout.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        for index, view in enumerate(self._views):
            button = QPushButton(view)
            button.setCheckable(True)
            button.setProperty("view", True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setChecked(index == 0)
            button.setVisible(len(self._views) > 1)
            self.buttons.addButton(button, index)
            row.addWidget(button)
        layout.addLayout(row)
        layout.addWidget(self.picture, 1)
        self.buttons.idClicked.connect(self._choose)
        self._name_views()

    @property
    def view(self) -> str:
        """The one that is shown."""
        return self._views[self.buttons.checkedId()]

    def check(self, view: str) -> None:
        """Mark a view as the one that is shown."""
        self.buttons.button(self._views.index(view)).setChecked(True)

    @Slot()
    def next_view(self) -> None:
        """The view after this one, as its button would."""
        self.buttons.button((self.buttons.checkedId() + 1) % len(self._views)).click()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._name_views()
        super().changeEvent(event)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.chosen.emit(self._views[index])

    def _name_views(self) -> None:
        for button, view in zip(self.buttons.buttons(), self._views, strict=True):
            button.setText(words.view_word(view))
            button.setToolTip(self.tr("Next view (Page Down)"))


class LastPart(PictureCard):
    """The last part with its deviations, or another one that somebody chose from the strip."""

    def __init__(self, control: Control) -> None:
        super().__init__(control.station.recipe.view_names)
        self._control = control
        self._shown: Inspection | None = None
        self._shown_id = 0
        self.chosen.connect(self._show_view)
        self._retranslate()

    def show_part(self, inspection: Inspection, part_id: int) -> None:
        """A part of this run, in the view of its worst region."""
        self._shown, self._shown_id = inspection, part_id
        view = inspection.worst_view or next(iter(inspection.shot.pictures), self._views[0])
        self.check(view)
        self._show_view(view)

    def show_tile(self, tile: Tile) -> None:
        """A part of the strip; one of an earlier run is read from the disk."""
        if tile.inspection is not None:
            self.show_part(tile.inspection, tile.part_id)
            return
        pictures = self._control.stored_pictures(tile.part_id)
        self._shown = None
        self.title.setText(tile.tooltip.replace("\n", " · "))
        self.picture.set_empty_text(self.tr("The pictures of this part are no longer on disk."))
        self.picture.show_picture(next(iter(pictures.values()), None))

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    @Slot(str)
    def _show_view(self, view: str) -> None:
        inspection = self._shown
        if inspection is None:
            return
        self.title.setText(self._caption(inspection))
        picture, features, binning = inspection.shot.pictures.get(view), inspection.features, 1
        if picture is not None and features is not None:
            picture, binning = features.views[view].look, features.views[view].binning
        self.picture.set_empty_text(self.tr("No picture of this part."))
        self.picture.show_picture(picture, deviation_marks(inspection, view), binning)

    def _caption(self, inspection: Inspection) -> str:
        judgement = words.judgement_word(inspection.verdict.judgement)
        caption = self.tr("Part {0}").format(self._shown_id) + f" · {judgement}"
        if inspection.shot.ticket.serial:
            caption += f" · {inspection.shot.ticket.serial}"
        if inspection.verdict.score is None:
            return caption
        score = self.tr("score {0}").format(f"{inspection.verdict.score:.2f}")
        return f"{caption} · {score}"

    def _retranslate(self) -> None:
        self.title.setText(self.tr("Last part") if self._shown is None else self._caption(self._shown))
        if self._shown is None:
            self.picture.set_empty_text(self.tr("The last inspected part appears here."))
