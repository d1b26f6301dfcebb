"""The report of a model version: its pictures, one at a time, and a button that opens its page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from station.gui import theme
from station.gui.shrunk import Shrunk
from station.gui.work import Work
from station.versions import Version


class ReportCard(QFrame):
    """Pictures are read in a thread: perhaps they lie on a network share."""

    def __init__(self) -> None:
        super().__init__()
        self._version: Version | None = None
        self._reading = Work(self)
        self.setProperty("card", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        head = QHBoxLayout()
        self.title = QLabel()
        self.title.setProperty("quiet", True)
        self.open_button = QPushButton()
        head.addWidget(self.title, 1)
        head.addWidget(self.open_button)
        column.addLayout(head)
        self.picture_row = QGridLayout()
        self.picture_row.setSpacing(4)
        column.addLayout(self.picture_row)
        self.pictures = QButtonGroup(self)
        self.picture = _ReportPicture()
        column.addWidget(self.picture, 1)
        self.open_button.clicked.connect(self._open)
        self.pictures.idClicked.connect(self._read_picture)
        self._reading.done.connect(self.picture.show_image)
        self._reading.failed.connect(self.picture.show_text)
        self._retranslate()

    def show_version(self, version: Version | None) -> None:
        """Offer what this version's report holds; whoever shows it shows it again in another language."""
        self._version = version
        for button in self.pictures.buttons():
            self.pictures.removeButton(button)
            button.deleteLater()
        self.picture.show_text(self.tr("This version's report has no pictures."))
        reason = "" if version is not None and version.report is not None else self.tr("This version has no report page.")
        self.open_button.setEnabled(not reason)
        self.open_button.setToolTip(reason)
        if version is not None:
            self._offer_pictures(version)

    def _offer_pictures(self, version: Version) -> None:
        for index, path in enumerate(version.pictures):
            button = QPushButton(path.stem)
            button.setProperty("view", True)
            button.setCheckable(True)
            self.pictures.addButton(button, index)
            self.picture_row.addWidget(button, index // 4, index % 4)
        names = [path.stem for path in version.pictures]
        if names:
            first = names.index("scores") if "scores" in names else 0
            self.pictures.button(first).setChecked(True)
            self._read_picture(first)

    @Slot(int)
    def _read_picture(self, index: int) -> None:
        if self._version is not None:
            path: Path = self._version.pictures[index]
            self._reading.start(lambda _: QImage.fromData(path.read_bytes()))

    @Slot()
    def _open(self) -> None:
        if self._version is not None and self._version.report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._version.report.resolve())))

    def _retranslate(self) -> None:
        self.title.setText(self.tr("Report"))
        self.open_button.setText(self.tr("Open report"))

    def shut_down(self) -> None:
        """The window closes."""
        self._reading.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)


class _ReportPicture(QWidget):
    """A picture of the report, as large as fits."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._shrunk = Shrunk()
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 100)

    @Slot(object)
    def show_image(self, image: QImage) -> None:
        """As it was read from a file."""
        self._image = image
        self._text = "" if not self._image.isNull() else self.tr("This picture cannot be read.")
        self.update()

    @Slot(str)
    def show_text(self, text: str) -> None:
        """Words instead of a picture."""
        self._image, self._text = QImage(), text
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, or the words."""
        painter = QPainter(self)
        if self._image.isNull():
            painter.setPen(theme.colours().quiet)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._text)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        self._shrunk.draw(painter, QRectF((self.width() - size.width()) / 2, 0, size.width(), size.height()), self._image)
