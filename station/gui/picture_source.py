"""Which picture of a view the recipe editor draws on: live, reference, the last recorded part, or what was aligned on trial."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QComboBox

from models.nsoartc import Picture
from models.recipe import Recipe, View
from station.gui.control import Control
from station.gui.lens import Lens
from station.gui.work import Progress, Work
from station.shot import Frame

_LIVE, _REFERENCE, _STORED, _ALIGNED = range(4)


class PictureSource(QComboBox):
    """The choice; pictures from disk are read off the GUI thread."""

    shown = Signal(object)  # Picture, or None

    def __init__(self, control: Control, lens: Lens) -> None:
        super().__init__()
        self._control, self._lens = control, lens
        self._recipe: Recipe = control.station.recipe
        self._view: View = self._recipe.views[0]
        self._references: Mapping[str, Picture] = {}
        self._aligned: Picture | None = None
        self.loading = Work(self)
        self.addItems([""] * 4)
        lens.seen.connect(self._see)
        self.currentIndexChanged.connect(self.refresh)
        self.loading.done.connect(self._on_loaded)
        self.retranslate()

    def use(self, recipe: Recipe, view: View, references: Mapping[str, Picture]) -> None:
        """Pictures of this view; `references` are new ones that lie in no file yet."""
        if view.name != self._view.name:
            self._aligned = None
            if self.currentIndex() == _ALIGNED:
                self.setCurrentIndex(_LIVE)
        self._recipe, self._view, self._references = recipe, view, references

    def show_aligned(self, picture: Picture) -> None:
        """What alignment on trial came to."""
        self._aligned = picture
        self.setCurrentIndex(_ALIGNED)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the chosen one afresh."""
        source, view, recipe, control = self.currentIndex(), self._view, self._recipe, self._control
        self.loading.cancel(quietly=True)
        if source == _LIVE:
            self.shown.emit(self._lens.pictures.get(view.name))
        elif source == _ALIGNED:
            self.shown.emit(self._aligned)
        elif source == _REFERENCE and view.name in self._references:
            self.shown.emit(self._references[view.name])
        else:
            self.shown.emit(None)

            def load(_: Progress) -> Picture | None:
                if source == _REFERENCE:
                    return None if view.reference is None else recipe.reference(view)
                last = control.last_parts(1)
                return control.stored_pictures(last[0].id).get(view.name) if last else None

            self.loading.start(load)

    @Slot(object)
    def _see(self, _frames: tuple[Frame, ...]) -> None:
        if self.isVisible() and self.currentIndex() == _LIVE:
            self.shown.emit(self._lens.pictures.get(self._view.name))

    @Slot(object)
    def _on_loaded(self, picture: Picture | None) -> None:
        self.shown.emit(picture)

    def retranslate(self) -> None:
        """All words again."""
        texts = (self.tr("Live picture"), self.tr("Reference picture"), self.tr("Last recorded part"), self.tr("Aligned picture (tried)"))
        for index, text in enumerate(texts):
            self.setItemText(index, text)

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
