"""Every version of the recipe's model: what it is, what it was calibrated on, who vouches for it, and its report."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from models.manifest import Figure, Manifest
from station import activation
from station.gui import words
from station.gui.confirm_bar import ConfirmBar
from station.gui.frames import new_card, scrolling
from station.gui.page import Desk
from station.gui.report_card import ReportCard
from station.gui.work import Progress, Work
from station.versions import Shelf, Version


class VersionView(QWidget):
    """List, facts, report; activating, at once or at the next lot, and rolling back."""

    changed = Signal()  # something was activated, rolled back, scheduled or taken back
    failed = Signal(str)
    told = Signal(str)

    def __init__(self, desk: Desk, confirm: ConfirmBar) -> None:
        super().__init__()
        self.desk = desk
        self.confirm = confirm
        self.shelf = Shelf((), None, None, None)
        self._acting = Work(self)
        self._build()
        self._wire()
        self._retranslate()

    # -- building --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.waiting = new_card()
        row = QHBoxLayout(self.waiting)
        row.setContentsMargins(12, 6, 12, 6)
        self.waiting_text = QLabel()
        self.waiting_text.setProperty("warning", True)
        self.waiting_text.setWordWrap(True)
        self.take_back_button = QPushButton()
        row.addWidget(self.waiting_text, 1)
        row.addWidget(self.take_back_button)
        self.waiting.hide()
        column.addWidget(self.waiting)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        self.list = QListWidget()
        self.list.setSpacing(4)
        self.list.setWordWrap(True)
        columns.addWidget(self.list, 21)
        columns.addWidget(self._facts(), 40)
        self.report = ReportCard()
        self.report_button, self.picture = self.report.open_button, self.report.picture
        columns.addWidget(self.report, 39)
        column.addLayout(columns, 1)

    def _facts(self) -> QWidget:
        card = new_card()
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 8, 8)
        self.title = QLabel()
        self.title.setProperty("title", True)
        self.title.setWordWrap(True)
        column.addWidget(self.title)
        self.now_button, self.lot_button, self.back_button = QPushButton(), QPushButton(), QPushButton()
        self.now_button.setProperty("primary", True)
        buttons = QGridLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.now_button, 0, 0)
        buttons.addWidget(self.lot_button, 0, 1)
        buttons.addWidget(self.back_button, 1, 0, 1, 2)
        column.addLayout(buttons)
        self.refusal, self.warning = QLabel(), QLabel()
        self.refusal.setProperty("error", True)
        self.warning.setProperty("warning", True)
        inside = QWidget()
        self.facts = QFormLayout()
        self.facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.facts.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self.figures_title = QLabel()
        self.figures_title.setProperty("quiet", True)
        self.figures_title.setWordWrap(True)
        self.figures = QGridLayout()
        self.figures.setHorizontalSpacing(14)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 6, 0)
        for label in (self.refusal, self.warning):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            rows.addWidget(label)
        rows.addLayout(self.facts)
        rows.addWidget(self.figures_title)
        rows.addLayout(self.figures)
        rows.addStretch(1)
        column.addWidget(scrolling(inside), 1)
        return card

    def _wire(self) -> None:
        self.list.currentItemChanged.connect(self._show_chosen)
        self.now_button.clicked.connect(self._ask_now)
        self.lot_button.clicked.connect(self._ask_lot)
        self.back_button.clicked.connect(self._ask_back)
        self.take_back_button.clicked.connect(self._take_back)
        self._acting.done.connect(self._acted)
        self._acting.failed.connect(self._act_failed)

    # -- what is there -----------------------------------------------------------------------------------------------

    def show_shelf(self, shelf: Shelf) -> None:
        """List these versions; the chosen one stays chosen, at first the active one is."""
        chosen = self.chosen
        wanted = shelf.active if chosen is None else chosen.version
        self.shelf = shelf
        self.list.blockSignals(True)
        self.list.clear()
        for version in shelf.versions:
            item = QListWidgetItem(self._line(version))
            lines = item.text().count("\n") + 1
            item.setSizeHint(QSize(0, round(1.35 * lines * self.list.fontMetrics().height())))  # Chinese characters are taller than the font says
            item.setData(Qt.ItemDataRole.UserRole, version)
            self.list.addItem(item)
            if version.version == wanted:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0 and shelf.versions:
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        self._show_waiting()
        self._show_chosen()

    @property
    def chosen(self) -> Version | None:
        """The version that the buttons are about."""
        item = self.list.currentItem()
        return None if item is None else item.data(Qt.ItemDataRole.UserRole)

    def choose(self, version: str) -> None:
        """Select a version, if it is there."""
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole).version == version:
                self.list.setCurrentRow(row)

    def _line(self, version: Version) -> str:
        states = []
        if version.version == self.shelf.active:
            states.append(self.tr("● active"))
        if self.shelf.pending is not None and version.version == self.shelf.pending.version:
            states.append(self.tr("… from the next lot on"))
        if version.refusal:
            states.append(self.tr("■ refused"))
        lines = [self.tr("Version {0}").format(version.version), *states]
        if version.manifest is not None:
            lines.append(f"{version.manifest.kind} · {words.moment(version.manifest.created)}")
        return "\n".join(lines)

    @Slot()
    def _show_chosen(self) -> None:
        version = self.chosen
        self._clear(self.facts)
        self._clear(self.figures)
        self.refusal.setVisible(False)
        self.warning.setVisible(False)
        self.figures_title.setText("")
        self._show_buttons(version)
        self.report.show_version(version)
        if version is None:
            self.title.setText(self.tr("No version of model {0} has been published").format(self.desk.control.station.recipe.model))
            return
        is_active = version.version == self.shelf.active
        title = self.tr("Version {0} · active") if is_active else self.tr("Version {0}")
        self.title.setText(("● " if is_active else "") + title.format(version.version))
        if version.refusal:
            self.refusal.setText(self.tr("This version cannot judge here: {0}").format(version.refusal))
            self.refusal.setVisible(True)
        if version.manifest is not None:
            self._show_manifest(version.manifest, version)

    def _show_manifest(self, manifest: Manifest, version: Version) -> None:
        limits, basis = manifest.thresholds, manifest.calibration
        if basis.warning:
            self.warning.setText(basis.warning)
            self.warning.setVisible(True)
        counts = self.tr("{0} good, {1} defective parts of {2}").format(
            basis.good_parts, basis.defective_parts, ", ".join(name or self.tr("(no name)") for name in basis.sessions)
        )
        held_out = {"session": self.tr("other sessions"), "folds": self.tr("left-out folds"), "reviews": self.tr("reviewed parts")}[basis.held_out]
        rows = [
            (self.tr("Kind"), manifest.kind),
            (self.tr("Made"), words.moment(manifest.created)),
            (self.tr("Thresholds"), self.tr("OK up to {0} · NG above {1}").format(f"{limits.ok_at_most:.3f}", f"{limits.ng_above:.3f}")),
            (self.tr("Calibrated on"), f"{counts} ({held_out})"),
            (self.tr("Chosen for"), basis.target),
            (self.tr("Made from"), self.tr("version {0}, with other thresholds").format(manifest.made_from) if manifest.made_from else ""),
            (self.tr("Note"), manifest.note),
            (self.tr("Signature"), self._signature(version)),
        ]
        for name, text in rows:
            if text:
                self.facts.addRow(_quiet(name), _wrapped(text))
        figures = manifest.figures or basis.figures
        if manifest.figures:
            self.figures_title.setText(self.tr("On parts that chose nothing of this model:"))
        elif figures:
            self.figures_title.setText(self.tr("On the very parts that the thresholds were chosen on (no test):"))
        else:
            self.figures_title.setText(self.tr("No figures: no part was kept apart to test this version on."))
        for row, figure in enumerate(figures):
            rate = f"{figure.low:.1%} – {figure.high:.1%}"
            cells = (self.figure_word(figure), self.tr("{0} of {1}").format(figure.wrong, figure.parts), self.tr("{0} (95 %)").format(rate))
            for column, cell in enumerate(cells):
                self.figures.addWidget(QLabel(cell), row, column)
        self.figures.setColumnStretch(2, 1)

    def _signature(self, version: Version) -> str:
        trusted = self.desk.control.station.loader.registry.trusted_keys
        if version.signer is None:
            return self.tr("not signed; this station asks for no signature") if trusted is None else self.tr("none that fits")
        if trusted is None:
            return self.tr("signed by {0}; this station asks for no signature").format(_short(version.signer))
        verdict = self.tr("trusted") if version.signer in trusted else self.tr("not trusted here")
        return self.tr("signed by {0}: {1}").format(_short(version.signer), verdict)

    def figure_word(self, figure: Figure) -> str:
        """Escape, overkill or retest, and of what, in the language of now."""
        kind, _, rest = figure.what.partition(" ")
        names = {"escape": self.tr("Escapes"), "overkill": self.tr("Overkill"), "retest": self.tr("RETEST")}
        rest = self.tr("in all") if rest == "in all" else rest
        return f"{names.get(kind, kind)} {rest}".strip()

    # -- acts --------------------------------------------------------------------------------------------------------

    def _show_buttons(self, version: Version | None) -> None:
        shelf = self.shelf
        is_active = version is not None and version.version == shelf.active
        is_waiting = version is not None and shelf.pending is not None and shelf.pending.version == version.version
        why = ""
        if version is None:
            why = self.tr("There is no version yet.")
        elif version.refusal:
            why = self.tr("This version cannot judge here.")
        elif is_active:
            why = self.tr("This version is active already.")
        for button, reason in (
            (self.now_button, why),
            (self.lot_button, why or (self.tr("This version waits for the next lot already.") if is_waiting else "")),
            (self.back_button, "" if shelf.previous else self.tr("No earlier version was active on this station.")),
        ):
            button.setEnabled(not reason)
            button.setToolTip(reason)
        self.back_button.setText(self.tr("Roll back to version {0}").format(shelf.previous) if shelf.previous else self.tr("Roll back"))

    def _show_waiting(self) -> None:
        pending = self.shelf.pending
        self.waiting.setVisible(pending is not None or bool(self.shelf.problem))
        if pending is None:
            self.waiting_text.setText(self.shelf.problem)
            return
        text = self.tr("Version {0} will judge from the next lot on, after lot {1}.").format(pending.version, pending.lot or self.tr("(no name)"))
        if pending.actor:
            text += " " + self.tr("Asked for by {0}.").format(pending.actor)
        self.waiting_text.setText(text)

    @Slot()
    def _ask_now(self) -> None:
        version = self.chosen
        if version is None:
            return
        text = self.tr("Version {0} will judge from the next part on, instead of version {1}. It is tested on this machine before.").format(
            version.version, self.shelf.active or "–"
        )
        station = self.desk.control.station
        done = self.tr("Version {0} is active.").format(version.version)
        self._ask(text, self.tr("Activate version {0}").format(version.version), lambda: self._act(
            lambda actor: activation.activate(station.loader, station.engine, version.version, actor), done))  # fmt: skip

    @Slot()
    def _ask_lot(self) -> None:
        version = self.chosen
        if version is None:
            return
        lot = self.desk.control.lot.code
        text = self.tr("Version {0} will judge as soon as a lot other than {1} is entered; until then nothing changes.").format(
            version.version, lot or self.tr("(no name)")
        )
        station = self.desk.control.station
        done = self.tr("Version {0} waits for the next lot.").format(version.version)
        self._ask(text, self.tr("Activate at the next lot"), lambda: self._act(
            lambda actor: activation.schedule(station.loader, station.engine, version.version, actor, lot), done))  # fmt: skip

    @Slot()
    def _ask_back(self) -> None:
        shelf = self.shelf
        text = self.tr("Version {0} will judge again from the next part on, instead of version {1}.").format(shelf.previous, shelf.active)
        station = self.desk.control.station
        done = self.tr("Version {0} is active again, version {1} is not any more.").format(shelf.previous, shelf.active)
        self._ask(text, self.tr("Roll back to version {0}").format(shelf.previous), lambda: self._act(
            lambda actor: activation.roll_back(station.loader, station.engine, actor), done))  # fmt: skip

    @Slot()
    def _take_back(self) -> None:
        station = self.desk.control.station
        self._act(lambda actor: activation.take_back(station.loader, station.engine, actor), self.tr("Nothing changes at the next lot."))

    def _ask(self, text: str, yes: str, act: Callable[[], None]) -> None:
        if self.desk.control.station.config.challenge.required == "shift+model":
            text += " " + self.tr("Production is locked from then on until the challenge parts are run.")
        if self.shelf.pending is not None:
            text += " " + self.tr("Version {0} goes on waiting for the next lot.").format(self.shelf.pending.version)
        self.confirm.ask(text, yes, act)

    def _act(self, act: Callable[[str], object], done: str) -> None:
        if self._acting.is_busy:
            return
        actor = self.desk.actor

        def task(progress: Progress) -> str:
            progress(-1)
            act(actor)
            return done

        self.told.emit(self.tr("Testing the version on this machine …"))
        self._acting.start(task)

    @Slot(object)
    def _acted(self, done: str) -> None:
        self.told.emit(done)
        self.changed.emit()

    @Slot(str)
    def _act_failed(self, message: str) -> None:
        self.failed.emit(message)
        self.changed.emit()

    # -- page --------------------------------------------------------------------------------------------------------

    def _clear(self, layout: QFormLayout | QGridLayout) -> None:
        while layout.count():
            item = layout.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _retranslate(self) -> None:
        self.now_button.setText(self.tr("Activate now"))
        self.lot_button.setText(self.tr("Activate at the next lot"))
        self.take_back_button.setText(self.tr("Take back"))
        self.list.setAccessibleName(self.tr("Versions, newest first"))
        self.show_shelf(self.shelf)

    def shut_down(self) -> None:
        """The window closes."""
        self._acting.shut_down()
        self.report.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("quiet", True)
    return label


def _wrapped(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _short(key: str) -> str:
    """A public key as it fits into a line; `models show` has the whole."""
    return f"{key[:20]}…{key[-6:]}"
