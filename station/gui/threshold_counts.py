"""What two thresholds would let pass and reject: counts with their intervals, what they cost, and how far they can be trusted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from models.manifest import Figure, Thresholds
from station.thresholds import Costs, Reviewed, cost, tally

_ENOUGH = 30  # parts of a kind: with none of them wrong, still up to a tenth may be
_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ThresholdCounts(QWidget):
    """Counts and warnings above, what an escape and an overkill cost below."""

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._reviewed: Reviewed | None = None
        self._limits: Thresholds | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        counts = QGridLayout()
        counts.setHorizontalSpacing(12)
        self.cells: dict[str, tuple[QLabel, QLabel, QLabel]] = {}
        for row, name in enumerate(("escape", "overkill", "retest", "cost")):
            cells = QLabel(), QLabel(), QLabel()
            cells[0].setProperty("quiet", True)
            for place, cell in enumerate(cells):
                counts.addWidget(cell, row, place)
            cells[2].setWordWrap(True)
            cells[2].setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self.cells[name] = cells
        counts.setColumnStretch(2, 1)
        column.addLayout(counts)
        self.few, self.chosen = QLabel(), QLabel()
        for label in (self.few, self.chosen):
            label.setProperty("warning", True)
            label.setWordWrap(True)
            column.addWidget(label)
        self.left_out = QLabel()
        self.left_out.setProperty("quiet", True)
        self.left_out.setWordWrap(True)
        column.addWidget(self.left_out)
        costs = QFormLayout()
        costs.setLabelAlignment(_MIDDLE)
        self.escape_cost, self.overkill_cost, self.defective_share = (QDoubleSpinBox() for _ in range(3))
        self.cost_labels = tuple(QLabel() for _ in range(3))
        for label, spin, key, default in (
            (self.cost_labels[0], self.escape_cost, "escape", 100.0),
            (self.cost_labels[1], self.overkill_cost, "overkill", 1.0),
            (self.cost_labels[2], self.defective_share, "share", 1.0),
        ):
            label.setProperty("quiet", True)
            label.setBuddy(spin)
            spin.setProperty("plain", True)
            spin.setRange(0, 100 if key == "share" else 1e7)
            spin.setDecimals(3 if key == "share" else 2)
            spin.setValue(float(str(self._settings.value(f"models/cost_{key}", default))))
            spin.valueChanged.connect(lambda value, key=key: self._cost_entered(key, value))
            costs.addRow(label, spin)
        self.defective_share.setSuffix(" %")
        column.addLayout(costs)
        self._retranslate()

    def show_counts(self, reviewed: Reviewed | None, limits: Thresholds | None) -> None:
        """Count these parts at these thresholds; None: there is nothing to count."""
        self._reviewed, self._limits = reviewed, limits
        self._show()

    def _cost_entered(self, key: str, value: float) -> None:
        self._settings.setValue(f"models/cost_{key}", value)
        self._show()

    def _show(self) -> None:
        reviewed, limits = self._reviewed, self._limits
        for _, count, rate in self.cells.values():
            count.setText("–")
            rate.setText("")
        for label in (self.few, self.chosen, self.left_out):
            label.setVisible(False)
        if reviewed is None or limits is None:
            return
        counted = tally(reviewed, limits.ok_at_most, limits.ng_above)
        figures = counted.figures()
        for figure in figures:
            _, count, rate = self.cells[figure.what]
            count.setText(self.tr("{0} of {1}").format(figure.wrong, figure.parts))
            rate.setText(self.tr("{0} (95 %: {1})").format(f"{figure.wrong / figure.parts:.2%}", f"{figure.low:.2%} – {figure.high:.2%}"))
        costs = Costs(self.escape_cost.value(), self.overkill_cost.value(), self.defective_share.value() / 100)
        found = cost(counted, costs)
        if found is None:
            self.cells["cost"][1].setText(self.tr("unknown"))
            self.cells["cost"][2].setText(self.tr("needs reviewed parts of both kinds"))
        else:
            self.cells["cost"][1].setText(f"{found[0]:,.1f}")
            self.cells["cost"][2].setText(self.tr("{0} at the ends of both intervals").format(f"{found[1]:,.1f} – {found[2]:,.1f}"))
        self._warn(reviewed, figures)

    def _warn(self, reviewed: Reviewed, figures: tuple[Figure, ...]) -> None:
        kinds = {"escape": self.tr("truly NG"), "overkill": self.tr("truly OK")}
        lines = []
        for figure in figures:
            if figure.what in kinds and figure.wrong == 0:
                text = self.tr("None of {0} {1} parts is judged wrongly: that shows only that at most {2} are (95 %).")
                lines.append(text.format(figure.parts, kinds[figure.what], f"{figure.high:.1%}"))
            elif figure.what in kinds and figure.parts < _ENOUGH:
                lines.append(self.tr("Only {0} {1} parts were reviewed: too few to rest a threshold on.").format(figure.parts, kinds[figure.what]))
        counted = {figure.what for figure in figures}
        lines += [self.tr("No {0} part was reviewed.").format(word) for what, word in kinds.items() if what not in counted]
        self.few.setText("▲ " + "\n▲ ".join(lines))
        self.few.setVisible(bool(lines))
        if reviewed.n_sampled < reviewed.n:
            text = self.tr("▲ People chose {0} of these {1} parts, {2} were drawn at random: the rates are of these parts, not of the line.")
            self.chosen.setText(text.format(reviewed.n - reviewed.n_sampled, reviewed.n, reviewed.n_sampled))
            self.chosen.setVisible(reviewed.n > 0)
        if reviewed.n_unsure or reviewed.n_without_score:
            text = self.tr("Left out: {0} that nobody is sure of, {1} without a score (held, or neither picture nor usable vector is left).")
            self.left_out.setText(text.format(reviewed.n_unsure, reviewed.n_without_score))
            self.left_out.setVisible(True)

    def _retranslate(self) -> None:
        names = {
            "escape": self.tr("Escapes"), "overkill": self.tr("Overkill"), "retest": self.tr("RETEST"), "cost": self.tr("Cost of 1000 parts"),
        }  # fmt: skip
        for name, text in names.items():
            self.cells[name][0].setText(text)
        texts = self.tr("Cost of an escape"), self.tr("Cost of an overkill"), self.tr("Defective parts on the line")
        for label, text in zip(self.cost_labels, texts, strict=True):
            label.setText(text)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
