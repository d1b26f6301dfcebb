"""Writes the parts that a filter lets through: a table, training data, or a report with pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from station.export import ExportError, Written, check_target, write_csv, write_dataset
from station.gui import chart_words as say
from station.gui.filter_words import filter_words
from station.gui.page import Desk
from station.gui.pdf_report import Contents, chart_sheets, gather, write_pdf
from station.gui.work import Progress, Work
from station.shot import now
from station.store import search
from station.store.journal import append_event
from station.store.search import PartFilter

FORMATS = ("csv", "dataset", "pdf")
_N_LISTED = (20, 60, 200, 0)
_ENDINGS = {"csv": ".csv", "dataset": "", "pdf": ".pdf"}


@dataclass(frozen=True, slots=True)
class _Pages:
    path: Path
    n: int


class ExportDialog(QDialog):
    """Format, place, progress; the files are there as a whole or not at all."""

    def __init__(self, desk: Desk, filter: PartFilter, parent: QWidget | None) -> None:
        """filter: which parts; where no kind is named, challenge parts are among them."""
        super().__init__(parent)
        self._desk = desk
        self._station = desk.control.station
        self._filter = filter
        self._n: int | None = None
        self._written: Path | None = None
        self._work, self._counting = Work(self), Work(self)
        self._build()
        self._wire()
        self._retranslate()
        self._suggest()
        sought, engine = filter, self._station.engine
        self._counting.start(lambda _progress: search.count(engine, sought, None))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        self.title, self.what, self.place_label, self.message = QLabel(), QLabel(), QLabel(), QLabel()
        self.title.setProperty("title", True)
        self.what.setProperty("quiet", True)
        for label in (self.what, self.message):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.title)
        column.addWidget(self.what)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        self.formats = QButtonGroup(self)
        self.format_buttons = {name: QRadioButton() for name in FORMATS}
        self.for_excel, self.with_unreviewed, self.n_listed, self.listed_label = QCheckBox(), QCheckBox(), QComboBox(), QLabel()
        listed = QWidget()
        listed_row = QHBoxLayout(listed)
        listed_row.setContentsMargins(0, 0, 0, 0)
        listed_row.addWidget(self.listed_label)
        listed_row.addWidget(self.n_listed)
        listed_row.addStretch(1)
        self._options = {"csv": self.for_excel, "dataset": self.with_unreviewed, "pdf": listed}
        for row, (name, button) in enumerate(self.format_buttons.items()):
            self.formats.addButton(button, row)
            grid.addWidget(button, row, 0)
            grid.addWidget(self._options[name], row, 1)
        self.format_buttons["csv"].setChecked(True)
        self.for_excel.setChecked(True)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        place = QHBoxLayout()
        self.place = QLineEdit()
        self.place_label.setBuddy(self.place)
        self.browse_button = QPushButton()
        for widget in (self.place_label, self.place, self.browse_button):
            place.addWidget(widget)
        column.addLayout(place)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.hide()
        column.addWidget(self.bar)
        column.addWidget(self.message)
        column.addStretch(1)
        buttons = QHBoxLayout()
        self.open_button, self.cancel_button, self.close_button, self.export_button = (QPushButton() for _ in range(4))
        self.export_button.setProperty("primary", True)
        self.export_button.setDefault(True)
        self.open_button.hide()
        self.cancel_button.hide()
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        for ending in (self.cancel_button, self.close_button, self.export_button):
            buttons.addWidget(ending)
        column.addLayout(buttons)

    def _wire(self) -> None:
        self._work.progressed.connect(self._on_progress)
        self._work.done.connect(self._on_done)
        self._counting.done.connect(self._on_counted)
        self._counting.failed.connect(self._on_uncounted)
        self._work.failed.connect(self._on_failed)
        self._work.cancelled.connect(self._on_cancelled)
        self.formats.idToggled.connect(self._choose_format)
        self.place.textChanged.connect(self._place_changed)
        self.browse_button.clicked.connect(self._browse)
        self.export_button.clicked.connect(self.export)
        self.cancel_button.clicked.connect(self._work.cancel)
        self.close_button.clicked.connect(self.reject)
        self.open_button.clicked.connect(self._open_folder)

    # -- asked -----------------------------------------------------------------------------------------------------

    @property
    def format(self) -> str:
        """One of FORMATS."""
        return FORMATS[max(0, self.formats.checkedId())]

    @Slot()
    def export(self) -> None:
        """Write what is chosen."""
        path = Path(self.place.text().strip()).expanduser()
        try:
            if path.parent == self._folder:
                path.parent.mkdir(parents=True, exist_ok=True)
            check_target(path)
        except (ExportError, OSError) as err:
            self._say(str(err), "error")
            return
        self._written = None
        self.open_button.hide()
        self._show_busy(True)
        self._work.start(self._task(path))

    def _task(self, path: Path) -> Callable[[Progress], object]:
        station, engine, sought = self._station, self._station.engine, self._filter
        for_excel, with_unreviewed = self.for_excel.isChecked(), self.with_unreviewed.isChecked()
        name = station.config.station.name
        if self.format == "csv":
            return lambda progress: self._logged("csv", write_csv(engine, sought, path, with_bom=for_excel, tell=progress))
        if self.format == "dataset":
            return lambda progress: self._logged("dataset", write_dataset(engine, sought, path, name, with_unreviewed=with_unreviewed, tell=progress))
        n_listed, shifts = _N_LISTED[max(0, self.n_listed.currentIndex())], station.config.station.shifts
        return lambda progress: gather(engine, sought, shifts, n_listed, lambda share: progress(0.5 * share))

    def _write_report(self, contents: Contents) -> None:
        """The second half of a report: the charts are drawn here, in the GUI thread, the paper on a worker's."""
        station, path = self._station, Path(self.place.text().strip()).expanduser()
        sheets = chart_sheets(contents.drawn)

        def write(progress: Progress) -> _Pages:
            pages = write_pdf(
                path, contents, sheets, station.engine, station.pictures.folder, station.config.station.name,
                lambda share: progress(0.5 + 0.5 * share),
            )  # fmt: skip
            self._logged("pdf", Written(path, contents.n_parts, contents.n_parts))
            return _Pages(path, pages)

        self._work.start(write)

    def _logged(self, how: str, written: Written) -> Written:
        """Who took which records away is written down; work."""
        append_event(self._station.engine, "export", self._desk.actor, format=how, path=str(written.path), parts=written.n_parts)
        return written

    @Slot()
    def _open_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))

    @Slot()
    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), self.place.text(), options=QFileDialog.Option.DontConfirmOverwrite)
        if chosen:
            self.place.setText(chosen)

    @Slot(int, bool)
    def _choose_format(self, _index: int, is_on: bool) -> None:
        if is_on:
            self._suggest()

    @Slot()
    def _place_changed(self) -> None:
        self._say("")
        self._enable()

    # -- heard -----------------------------------------------------------------------------------------------------

    @Slot(float, str)
    def _on_progress(self, share: float, _text: str) -> None:
        self.bar.setValue(round(1000 * share))

    @Slot(object)
    def _on_counted(self, n: int) -> None:
        self._n = n
        self._show_what()
        self._enable()

    @Slot(str)
    def _on_uncounted(self, message: str) -> None:
        self._say(message, "error")

    @Slot(object)
    def _on_done(self, outcome: object) -> None:
        if isinstance(outcome, Contents):
            self._write_report(outcome)
            return
        self._show_busy(False)
        if isinstance(outcome, _Pages):
            self._written = outcome.path
            self._say(self.tr("Written: {0}, {1} pages.").format(outcome.path.name, say.number(outcome.n)))
        elif isinstance(outcome, Written):
            self._written = outcome.path
            self._say(self._written_words(outcome))
        self.open_button.show()
        self._enable()

    def _written_words(self, written: Written) -> str:
        if self.format != "dataset":
            return self.tr("Written: {0}, {1} parts.").format(written.path.name, say.number(written.n_parts))
        text = self.tr("Written: {0}, {1} parts, {2} rows.").format(written.path.name, say.number(written.n_parts), say.number(written.n_rows))
        if written.left_out:
            reasons = ", ".join(f"{say.number(n)} {self._reason(why)}" for why, n in written.left_out.items())
            text += " " + self.tr("Left out: {0}.").format(reasons)
        return text

    def _reason(self, why: str) -> str:
        known = {
            "not reviewed": self.tr("not reviewed"),
            "reviewed as unsure": self.tr("reviewed as unsure"),
            "without vectors": self.tr("without vectors"),
            "challenge parts": self.tr("challenge parts"),
        }
        return known.get(why, why)

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._show_busy(False)
        self._say(message, "error")

    @Slot()
    def _on_cancelled(self) -> None:
        self._show_busy(False)
        self._say(self.tr("Cancelled; nothing was written."))

    # -- showing ---------------------------------------------------------------------------------------------------

    @property
    def _folder(self) -> Path:
        return self._station.data / "exports"

    def _suggest(self) -> None:
        """A name that is free, in a folder of the station's own unless another was chosen."""
        folder = Path(self.place.text()).parent if self.place.text() else self._folder
        stem = f"parts-{now().astimezone():%Y%m%d-%H%M%S}"
        self.place.setText(str(folder / f"{stem}{_ENDINGS[self.format]}"))
        for name, widget in self._options.items():
            widget.setEnabled(name == self.format)

    def _say(self, text: str, how: str = "") -> None:
        self.message.setText(text)
        self.message.setProperty("error", how == "error")
        self.message.style().polish(self.message)

    def _show_busy(self, is_busy: bool) -> None:
        self.bar.setValue(0)
        self.bar.setVisible(is_busy)
        self.cancel_button.setVisible(is_busy)
        self.close_button.setVisible(not is_busy)
        for widget in (*self.format_buttons.values(), self.place, self.browse_button):
            widget.setEnabled(not is_busy)
        for name, option in self._options.items():
            option.setEnabled(not is_busy and name == self.format)
        if is_busy:
            self._say("")
        self._enable()

    def _enable(self) -> None:
        path = Path(self.place.text().strip()).expanduser()
        why = ""
        if self._n == 0:
            why = self.tr("The filter lets no part through.")
        elif not self.place.text().strip():
            why = self.tr("Say where to write.")
        elif path.exists():
            why = self.tr("There is something at this place already; choose another name.")
            if path != self._written:
                self._say(why, "error")
        self.export_button.setEnabled(not why and not self.bar.isVisibleTo(self))
        self.export_button.setToolTip(why)

    def _show_what(self) -> None:
        conditions = " · ".join(f"{name}: {value}" for name, value in filter_words(self._filter))
        counting = self.tr("counting…") if self._n is None else self.tr("{0} parts").format(say.number(self._n))
        self.what.setText(f"{counting} · {conditions}")

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Export"))
        self.title.setText(self.tr("Export the filtered parts"))
        self.format_buttons["csv"].setText(self.tr("Table (CSV)"))
        self.format_buttons["dataset"].setText(self.tr("Training data (Parquet)"))
        self.format_buttons["pdf"].setText(self.tr("Report (PDF)"))
        self.for_excel.setText(self.tr("marked as UTF-8 for Excel"))
        self.with_unreviewed.setText(self.tr("also parts without a review, by the station's verdict"))
        self.with_unreviewed.setToolTip(self.tr("An escape among them teaches as good; the column labelled_by tells them apart."))
        self.listed_label.setText(self.tr("pictures of at most"))
        chosen = self.n_listed.currentIndex() if self.n_listed.count() else 1
        self.n_listed.clear()
        self.n_listed.addItems([self.tr("{0} parts").format(say.number(n)) if n else self.tr("no part") for n in _N_LISTED])
        self.n_listed.setCurrentIndex(chosen)
        self.place_label.setText(self.tr("&Write to"))
        self.browse_button.setText(self.tr("Browse…"))
        self.open_button.setText(self.tr("Open folder"))
        self.cancel_button.setText(self.tr("Cancel"))
        self.close_button.setText(self.tr("Close"))
        self.export_button.setText(self.tr("Export"))
        self._show_what()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def done(self, code: int) -> None:
        """However it is closed: what is under way ends, and leaves nothing."""
        self._work.shut_down()
        self._counting.shut_down()
        super().done(code)
