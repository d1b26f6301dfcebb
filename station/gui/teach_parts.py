"""The good parts of a lesson: taken now through the camera alone, or read from the ledger, and looked at before they teach."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from models.recipe import Recipe
from models.teaching import MIN_TAUGHT
from station.gui.lens import Lens
from station.gui.page import Desk
from station.gui.part_tray import PartTray
from station.gui.picture_view import PictureView
from station.gui.setup_tab import SetupTab, card, show_state
from station.gui.work import Progress, Work
from station.shot import Frame
from station.store.known_good import known_good
from station.teaching import N_ADVISED, GoodPart

MAX_PARTS = 100
"""Their pictures are held in memory."""


class TeachParts(SetupTab):
    """Live picture and Take button on the left, the parts so far on the right."""

    changed = Signal()

    def __init__(self, desk: Desk, lens: Lens) -> None:
        super().__init__(desk, lens)
        self._wanted = N_ADVISED
        self._is_now = True
        self._n_taken = 0
        self._is_taking = False
        self._fault = ""
        self.loading = Work(self)
        self._build()
        lens.seen.connect(self._see)
        lens.taken.connect(self._on_taken)
        lens.changed.connect(self.show_state)
        self.tray.changed.connect(self.show_state)
        self.take_button.clicked.connect(self._take)
        self.remove_button.clicked.connect(self.tray.remove_chosen)
        self.loading.progressed.connect(self._on_loading)
        self.loading.done.connect(self._on_loaded)
        self.loading.failed.connect(self._on_load_failed)
        self.retranslate()

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.live = PictureView()
        self.live_title = QLabel()
        self.live_views = self.view_buttons(self._show_live)
        self.take_button = QPushButton()
        self.take_button.setObjectName("take")
        self.take_button.setProperty("primary", True)
        self.take_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        left = QVBoxLayout()
        left.setSpacing(8)
        self.live_card = card(self.live_title, self.live, *self.live_views.buttons())
        left.addWidget(self.live_card, 1)
        left.addWidget(self.take_button)
        row.addLayout(left, 50)
        self.tray = PartTray()
        self.tray_title = QLabel()
        self.remove_button = QPushButton()
        self.remove_button.setProperty("view", True)
        self.load_bar = QProgressBar()
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(card(self.tray_title, self.tray, self.remove_button), 1)
        right.addWidget(self.load_bar)
        row.addLayout(right, 50)
        outer.addLayout(row, 1)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        outer.addWidget(self.hint)
        space = QShortcut(QKeySequence(Qt.Key.Key_Space), self, self._take)
        space.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- asked by the wizard ---------------------------------------------------------------------------------------

    @property
    def parts(self) -> tuple[GoodPart, ...]:
        """Those in the tray."""
        return self.tray.parts

    def start(self, recipe: Recipe, wanted: int, is_now: bool) -> None:
        """So many parts are wanted, taken now or read from the ledger; what was taken before stays if it still fits."""
        if self._is_now != is_now:
            self.empty()
        self._wanted, self._is_now, self._fault = wanted, is_now, ""
        if not is_now:
            self.load_recorded(recipe, wanted)
        self.show_state()

    def empty(self) -> None:
        """Begin anew."""
        self._n_taken = 0
        self.tray.empty()

    def complain(self, message: str) -> None:
        """Why these parts could not teach."""
        self._fault = message
        self.show_state()

    def why_not(self) -> str:
        """Why these parts cannot teach yet; '' if they can."""
        if len(self.parts) < MIN_TAUGHT:
            return self.tr("At least {0} good parts are needed.").format(MIN_TAUGHT)
        return self.tr("The pictures are being read.") if self.loading.is_busy else ""

    # -- taking parts ----------------------------------------------------------------------------------------------

    @Slot(object)
    def _see(self, _frames: tuple[Frame, ...]) -> None:
        if self.live.isVisible():
            self._show_live(self.live_views.checkedId())

    @Slot(int)
    def _show_live(self, index: int) -> None:
        self.live.show_picture(self.lens.pictures.get(self.control.station.recipe.view_names[index]))

    @Slot()
    def _take(self) -> None:
        if self.take_button.isVisible() and self.take_button.isEnabled():
            self._is_taking, self._fault = True, ""
            self.show_state()
            self.lens.take()

    @Slot(object, str)
    def _on_taken(self, frames: tuple[Frame, ...], fault: str) -> None:
        self._is_taking = False
        if fault:
            self._fault = fault
        else:
            self._n_taken += 1
            part = GoodPart(self.tr("part {0}").format(self._n_taken), f"{datetime.now():%Y-%m-%d}", {f.view: f.picture for f in frames})
            if (twin := self.tray.twin(part)) is not None:
                self._fault = self.tr("Exactly the same picture as {0}: it was not taken again.").format(twin.name)
            else:
                self.tray.add(part, self.control.station.recipe.view_names[0])
        self.show_state()

    def load_recorded(self, recipe: Recipe, n: int) -> None:
        """The reviewed-OK parts of the ledger, off the GUI thread: their pictures are read from disk."""
        self.tray.empty()
        self._fault = ""
        engine, control = self.control.station.engine, self.control

        def load(progress: Progress) -> tuple[list[GoodPart], int]:
            found = known_good(engine, recipe.name, n)
            parts, gone = [], 0
            for i, known in enumerate(found):
                progress(i / len(found))
                pictures = control.stored_pictures(known.part_id)
                if all(view in pictures for view in recipe.view_names):
                    session = known.lot or f"{known.taken_at.astimezone():%Y-%m-%d}"
                    parts.append(GoodPart(str(known.part_id), session, pictures))
                else:
                    gone += 1
            return parts, gone

        self.loading.start(load)
        self.show_state()

    @Slot(float, str)
    def _on_loading(self, share: float, _text: str) -> None:
        self.load_bar.setValue(round(100 * share))

    @Slot(object)
    def _on_loaded(self, loaded: tuple[list[GoodPart], int]) -> None:
        parts, gone = loaded
        for part in parts:
            self.tray.add(part, self.control.station.recipe.view_names[0])
        if gone:
            self._fault = self.tr("{0} reviewed parts have no pictures on disk any more.").format(gone)
        self.show_state()

    @Slot(str)
    def _on_load_failed(self, message: str) -> None:
        self._fault = message
        self.show_state()

    # -- showing ---------------------------------------------------------------------------------------------------

    @Slot()
    def show_state(self) -> None:
        """Buttons and words as they should be now."""
        through, n, wanted, is_now = self.lens.through, len(self.parts), self._wanted, self._is_now
        self.live_card.setVisible(is_now)
        self.take_button.setVisible(is_now)
        self.load_bar.setVisible(self.loading.is_busy)
        self.take_button.setEnabled(through == "camera" and not self._is_taking and n < MAX_PARTS)
        if through != "camera":
            self.take_button.setToolTip(self.tr("First open the camera alone (above): parts are not taken from a line that judges."))
        else:
            self.take_button.setToolTip("" if n < MAX_PARTS else self.tr("{0} parts are as many as can be held.").format(MAX_PARTS))
        if through in ("none", "stopping"):
            self.live.show_picture(None)
        self.tray_title.setText(self.tr("{0} of {1} good parts").format(n, wanted))
        self.remove_button.setEnabled(n > 0)
        show_state(self.hint, *self._hint(through, n))
        self.changed.emit()

    def _hint(self, through: str, n: int) -> tuple[str, str]:
        """What to do next, and how it is shown."""
        if self._fault:
            return self._fault, "error"
        if self._is_now and through != "camera":
            return self.tr("▲ Open the camera alone first (above): parts to teach with must not be judged or recorded as production."), "warning"
        if self.loading.is_busy:
            return self.tr("Reading the pictures of reviewed parts…"), ""
        if n >= self._wanted:
            return self.tr("Look at the pictures once more: a faulty part among them teaches that its fault is good."), ""
        if self._is_now:
            return self.tr("Lay a good part under the lens and press Take (space). Each part once, lying as in production."), ""
        words = self.tr("▲ {0} parts of this recipe are reviewed as OK and have pictures; {1} were asked for.")
        return words.format(n, self._wanted), "warning"

    def retranslate(self) -> None:
        """All words again."""
        self.name_views(self.live_views)
        self.live_title.setText(self.tr("Live"))
        self.live.set_empty_text(self.tr("No live picture. Open the camera alone (above): the line is stopped for it, nothing is judged."))
        self.take_button.setText(self.tr("Take (Space)"))
        self.tray.set_empty_text(self.tr("The parts appear here. Look at each: whatever is taught counts as good."))
        self.remove_button.setText(self.tr("Remove the chosen (Del)"))
        self.show_state()

    def shut_down(self) -> None:
        """The window closes."""
        self.loading.shut_down()

    def set_scale(self, scale: float) -> None:
        """See Page."""
        self.tray.set_scale(scale)
