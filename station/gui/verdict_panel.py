"""The big verdict: word, colour and shape, readable from two metres."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.gui import theme
from station.verdict import Judgement


class VerdictPanel(QWidget):
    """Fills its place with the verdict's colour; sign and word as large as fit, two lines of text below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.judgement: Judgement | None = None
        self.word = ""
        self.headline = ""
        self.detail = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 110)

    def show_verdict(self, judgement: Judgement | None, word: str, headline: str, detail: str) -> None:
        """Judgement None: nothing judged yet."""
        self.judgement, self.word, self.headline, self.detail = judgement, word, headline, detail
        self.setAccessibleName(f"{word} {headline} {detail}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Everything is drawn to fit, so that no size of window cuts a letter off."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        ground = QPainterPath()
        ground.addRoundedRect(box, 12, 12)
        painter.fillPath(ground, QColor(theme.colours().judgement[self.judgement] if self.judgement else theme.colours().idle))
        margin = box.height() * 0.06
        inside = box.adjusted(margin, margin, -margin, -margin)
        has_text = bool(self.headline or self.detail)
        word_box = QRectF(inside.left(), inside.top(), inside.width(), inside.height() * (0.66 if has_text else 1.0))
        self._paint_word(painter, word_box)
        if has_text:
            rest = QRectF(inside.left(), word_box.bottom(), inside.width(), inside.bottom() - word_box.bottom())
            line = rest.height() * 0.56
            self._paint_line(painter, QRectF(rest.left(), rest.top(), rest.width(), line), self.headline, line * 0.62)
            self._paint_detail(painter, QRectF(rest.left(), rest.top() + line, rest.width(), rest.height() - line), self.detail, line * 0.36)

    def _ink(self) -> QColor:
        return QColor("white" if self.judgement else theme.colours().text)

    def _paint_word(self, painter: QPainter, box: QRectF) -> None:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Black)
        sign = min(box.height() * 0.72, box.width() * 0.22)
        gap = sign * 0.25
        size = box.height() * 0.86
        font.setPixelSize(max(8, round(size)))
        wanted = QFontMetricsF(font).horizontalAdvance(self.word)
        room = box.width() - sign - gap
        if wanted > room:
            font.setPixelSize(max(8, int(size * room / wanted)))
            wanted = QFontMetricsF(font).horizontalAdvance(self.word)
        left = box.left() + (box.width() - sign - gap - wanted) / 2
        theme.draw_shape(painter, self.judgement, QRectF(left, box.center().y() - sign / 2, sign, sign), self._ink())
        painter.setFont(font)
        painter.setPen(self._ink())
        painter.drawText(QRectF(left + sign + gap, box.top(), wanted + 4, box.height()), Qt.AlignmentFlag.AlignVCenter, self.word)

    def _paint_line(self, painter: QPainter, box: QRectF, text: str, size: float) -> None:
        font = QFont(self.font())
        font.setBold(True)
        font.setPixelSize(max(8, round(size)))
        metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(text) > box.width():
            font.setPixelSize(max(9, int(size * max(0.6, box.width() / metrics.horizontalAdvance(text)))))
            metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(self._ink())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, shown)

    def _paint_detail(self, painter: QPainter, box: QRectF, text: str, size: float) -> None:
        """As many lines as it takes: what to do stands at the end of a sentence."""
        font, flags = QFont(self.font()), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        for pixels in range(max(10, round(size)), 9, -1):
            font.setPixelSize(pixels)
            if QFontMetricsF(font).boundingRect(box, flags, text).height() <= box.height():
                break
        ink = self._ink()
        ink.setAlpha(225)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(box, flags, text)
