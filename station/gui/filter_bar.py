"""Which parts are listed: two rows of fields, remembered from one start to the next."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QDateTime, QEvent, QLocale, QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateTimeEdit, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from station.gui import words
from station.shifts import day_start
from station.store.search import COUNT_LIMIT, Choices, Opinion, PartFilter
from station.verdict import Judgement

_PAUSE_MS = 350  # somebody is still typing
_KEY = "parts/filter"


class FilterBar(QFrame):
    """Tells when another filter is wanted; what stands in no field does not matter."""

    changed = Signal()

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._choices = Choices((), (), ())
        self._n: int | None = None
        self.setProperty("card", True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._build()
        self._retranslate()
        self._restore()
        self._wire()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(5)
        self.period, self.opinion, self.kind, self.defect, self.mode, self.model = (QComboBox() for _ in range(6))
        self.combos = {
            "period": self.period, "opinion": self.opinion, "kind": self.kind, "defect": self.defect, "mode": self.mode, "model": self.model,
        }  # fmt: skip
        self.lot, self.serial, self.score_from, self.score_to = (QLineEdit() for _ in range(4))
        self.edits = {"lot": self.lot, "serial": self.serial, "score_from": self.score_from, "score_to": self.score_to}
        self.since, self.until = QDateTimeEdit(), QDateTimeEdit()
        self.judgements = {judgement: QPushButton() for judgement in Judgement}
        self.sampled = QCheckBox()
        self.clear_button, self.export_button = QPushButton(), QPushButton()
        self.found = QLabel()
        for combo in self.combos.values():
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(6)
        for button in self.judgements.values():
            button.setCheckable(True)
            button.setProperty("view", True)
        for name, widget in {**self.combos, **self.edits}.items():
            widget.setObjectName(name)
        now = QDateTime.currentDateTime()
        self.since.setDateTime(now.addDays(-1))
        self.until.setDateTime(now)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for row, widgets in ((upper, self._upper()), (lower, self._lower())):
            row.setSpacing(6)
            for widget, share in widgets:
                row.addWidget(widget, share)
            column.addLayout(row)

    def _upper(self) -> list[tuple[QWidget, int]]:
        return [
            *((self.period, 3), (self.since, 3), (self.until, 3), (self.lot, 3), (self.serial, 3)),
            *((button, 0) for button in self.judgements.values()),
            *((self.opinion, 4), (self.found, 0)),
        ]

    def _lower(self) -> list[tuple[QWidget, int]]:
        return [
            *((self.score_from, 2), (self.score_to, 2), (self.defect, 3), (self.mode, 3), (self.model, 3), (self.kind, 3)),
            *((self.sampled, 0), (self.clear_button, 0), (self.export_button, 0)),
        ]

    def _wire(self) -> None:
        for combo in self.combos.values():
            combo.currentIndexChanged.connect(self._on_choice)
        for edit in self.edits.values():
            edit.textChanged.connect(self._pause.start)
            edit.returnPressed.connect(self._tell)  # at once
        for end in (self.since, self.until):
            end.dateTimeChanged.connect(self._pause.start)
        for button in self.judgements.values():
            button.toggled.connect(self._on_choice)
        self.sampled.toggled.connect(self._on_choice)
        self.clear_button.clicked.connect(self.clear)
        self._pause.timeout.connect(self._tell)

    # -- the filter ------------------------------------------------------------------------------------------------

    def filter(self, reviewer: str) -> PartFilter:
        """What the fields say now. Raises ValueError, in words for people, where a field cannot be understood."""
        since, until = self._times()
        model, _, version = (self.model.currentData() or "").rpartition(" ")
        opinion = None if self.opinion.currentData() is None else Opinion(self.opinion.currentData())
        if opinion is Opinion.SECOND and not reviewer:
            raise ValueError(self.tr("A second opinion is sought among the parts of other reviewers: enter your name below first."))
        return PartFilter(
            since=since,
            until=until,
            lot=self.lot.text().strip() or None,
            serial=self.serial.text().strip(),
            judgements=frozenset(judgement for judgement, button in self.judgements.items() if button.isChecked()),
            kind=self.kind.currentData(),
            defect=self.defect.currentData(),
            mode=self.mode.currentData(),
            score_from=self._score(self.score_from),
            score_to=self._score(self.score_to),
            model=model or None,
            model_version=version or None,
            opinion=opinion,
            is_sampled=self.sampled.isChecked(),
            reviewer=reviewer,
        )

    def _times(self) -> tuple[datetime | None, datetime | None]:
        match self.period.currentData():
            case "today":
                return _midnight(0), None
            case "yesterday":
                return _midnight(1), _midnight(0)
            case "week":
                return _midnight(6), None
            case "month":
                return _midnight(29), None
            case "between":
                first, last = (datetime.fromtimestamp(end.dateTime().toSecsSinceEpoch(), UTC) for end in (self.since, self.until))
                return first, last
        return None, None

    def _score(self, edit: QLineEdit) -> float | None:
        text = edit.text().strip()
        score, is_number = QLocale().toDouble(text)
        if not is_number and text:
            score, is_number = QLocale.c().toDouble(text)
        edit.setProperty("wrong", bool(text) and not is_number)
        edit.style().polish(edit)
        if text and not is_number:
            raise ValueError(self.tr("Score “{0}” is no number.").format(text))
        return score if text else None

    @property
    def is_clear(self) -> bool:
        """Every part is listed."""
        chosen = any(combo.currentIndex() > 0 for combo in self.combos.values()) or any(edit.text().strip() for edit in self.edits.values())
        return not (chosen or self.sampled.isChecked() or any(button.isChecked() for button in self.judgements.values()))

    @Slot()
    def clear(self) -> None:
        """List every part."""
        self._set({})
        self._tell()

    def set_filter(self, wanted: PartFilter) -> None:
        """List these parts; times to the second, so that a few neighbours more may be listed."""
        state: dict[str, object] = {
            "opinion": None if wanted.opinion is None else wanted.opinion.value,
            "kind": wanted.kind,
            "defect": wanted.defect,
            "mode": wanted.mode,
            "model": f"{wanted.model} {wanted.model_version or ''}".rstrip() if wanted.model else None,
            "lot": wanted.lot or "",
            "serial": wanted.serial,
            "judgements": [judgement.value for judgement in wanted.judgements],
            "sampled": wanted.is_sampled,
        }
        for name, score in (("score_from", wanted.score_from), ("score_to", wanted.score_to)):
            state[name] = "" if score is None else QLocale().toString(score, "g", 6)
        if wanted.since is not None or wanted.until is not None:
            first = 0 if wanted.since is None else math.floor(wanted.since.timestamp())
            last = math.ceil((wanted.until or datetime.now(UTC) + timedelta(days=1)).timestamp())
            state |= {"period": "between", "between": [first, last]}
        self._set(state)
        self._tell()

    # -- showing ---------------------------------------------------------------------------------------------------

    def set_choices(self, choices: Choices) -> None:
        """Offer what parts have; what is chosen stays chosen. Tells nobody."""
        self._choices = choices
        self._fill()

    def show_count(self, n: int | None) -> None:
        """n: as `search.count` gives it; None: being counted."""
        self._n = n
        if n is None:
            self.found.setText(self.tr("counting…"))
        elif n > COUNT_LIMIT:
            self.found.setText(self.tr("more than {0} found").format(QLocale().toString(COUNT_LIMIT)))
        else:
            self.found.setText(self.tr("{0} found").format(QLocale().toString(n)))
        self.export_button.setEnabled(bool(n))
        self.export_button.setToolTip(self.tr("Write the listed parts to files") if n else self.tr("No part is listed that could be written"))

    def set_scale(self, scale: float) -> None:
        """Sizes that no style sheet can set."""
        self.found.setMinimumWidth(round(130 * scale))

    @Slot()
    def _on_choice(self) -> None:
        self.since.setVisible(self.period.currentData() == "between")
        self.until.setVisible(self.period.currentData() == "between")
        self._tell()

    @Slot()
    def _tell(self) -> None:
        self._pause.stop()
        self.clear_button.setEnabled(not self.is_clear)
        self.clear_button.setToolTip(self.tr("List every part again") if not self.is_clear else self.tr("No filter is set"))
        self._settings.setValue(_KEY, json.dumps(self._state()))
        self.changed.emit()

    # -- remembered ------------------------------------------------------------------------------------------------

    def _state(self) -> dict[str, object]:
        state: dict[str, object] = {name: combo.currentData() for name, combo in self.combos.items() if combo.currentIndex() > 0}
        state |= {name: edit.text() for name, edit in self.edits.items() if edit.text().strip()}
        state["judgements"] = [judgement.value for judgement, button in self.judgements.items() if button.isChecked()]
        state["sampled"] = self.sampled.isChecked()
        state["between"] = [end.dateTime().toSecsSinceEpoch() for end in (self.since, self.until)]
        return state

    def _restore(self) -> None:
        try:
            state = json.loads(str(self._settings.value(_KEY, "{}")))
        except ValueError:
            state = {}
        self._set(state if isinstance(state, dict) else {})

    def _set(self, state: Mapping[str, object]) -> None:
        self.blockSignals(True)
        for name, combo in self.combos.items():
            _choose(combo, state.get(name))
        for name, edit in self.edits.items():
            edit.setText(str(state.get(name, "")))
        chosen = state.get("judgements")
        for judgement, button in self.judgements.items():
            button.setChecked(isinstance(chosen, list) and judgement.value in chosen)
        self.sampled.setChecked(state.get("sampled") is True)
        between = state.get("between")
        if isinstance(between, list) and len(between) == 2 and all(isinstance(at, int) for at in between):
            for end, at in zip((self.since, self.until), between, strict=True):
                end.setDateTime(QDateTime.fromSecsSinceEpoch(at))
        self._on_choice()
        self.blockSignals(False)

    # -- words -----------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """The lists, in the language of now, what is chosen kept even where no part has it any more."""
        opinions = {
            Opinion.UNREVIEWED.value: self.tr("Not reviewed"),
            Opinion.REVIEWED.value: self.tr("Reviewed"),
            Opinion.OK.value: self.tr("Truly OK"),
            Opinion.NG.value: self.tr("Truly NG"),
            Opinion.UNSURE.value: self.tr("Unsure"),
            Opinion.ESCAPE.value: self.tr("Escapes"),
            Opinion.OVERKILL.value: self.tr("Overkill"),
            Opinion.DISAGREED.value: self.tr("Reviewers disagree"),
            Opinion.SECOND.value: self.tr("Needs a second opinion"),
        }
        periods = {
            "today": self.tr("Today"),
            "yesterday": self.tr("Yesterday"),
            "week": self.tr("Last 7 days"),
            "month": self.tr("Last 30 days"),
            "between": self.tr("Between…"),
        }
        unnamed = {"": self.tr("Without a name")}
        versions = {f"{name} {version}": f"{name} {version}" for name, version in self._choices.models}
        self._offer(self.period, self.tr("Any time"), periods)
        self._offer(self.opinion, self.tr("Any review"), opinions)
        self._offer(self.kind, self.tr("All kinds"), {"part": self.tr("Parts"), "challenge": self.tr("Challenge parts")})
        self._offer(self.defect, self.tr("Looks like: any"), unnamed | {name: words.defect_word(name) for name in self._choices.defects})
        self._offer(self.mode, self.tr("True mode: any"), unnamed | {name: words.defect_word(name) for name in self._choices.modes})
        self._offer(self.model, self.tr("Any model"), versions)

    def _offer(self, combo: QComboBox, nothing: str, offered: Mapping[str, str]) -> None:
        chosen, was_chosen = combo.currentData(), combo.currentIndex() > 0
        combo.blockSignals(True)
        combo.clear()
        combo.addItem(nothing, None)
        for value, text in offered.items():
            combo.addItem(text, value)
        if was_chosen:
            _choose(combo, chosen)
        combo.blockSignals(False)

    def _retranslate(self) -> None:
        self._fill()
        names = {
            self.lot: self.tr("Lot"),
            self.serial: self.tr("Serial"),
            self.score_from: self.tr("Score from"),
            self.score_to: self.tr("Score up to"),
        }
        for edit, text in names.items():
            edit.setPlaceholderText(text)
            edit.setAccessibleName(text)
            edit.setToolTip(text)
        self.lot.setToolTip(self.tr("The whole name of a lot (Ctrl+F)"))
        self.serial.setToolTip(self.tr("How the serial number begins"))
        named = (
            (self.period, self.tr("When the part was taken")),
            (self.since, self.tr("Taken at this time or later")),
            (self.until, self.tr("Taken before this time")),
            (self.opinion, self.tr("What reviewers said; the newest review counts")),
            (self.kind, self.tr("Production parts or challenge parts")),
            (self.defect, self.tr("The defect that the station named")),
            (self.mode, self.tr("The defect mode that the newest review names")),
            (self.model, self.tr("The model version that judged")),
            (self.sampled, self.tr("Only OK parts that were drawn at random for review")),
        )
        for widget, text in named:
            widget.setAccessibleName(text)
            widget.setToolTip(text)
        for judgement, button in self.judgements.items():
            button.setText(words.judgement_word(judgement))
            button.setToolTip(self.tr("Only parts with this verdict; several add up"))
        self.sampled.setText(self.tr("Sampled"))
        self.clear_button.setText(self.tr("Clear"))
        self.export_button.setText(self.tr("Export…"))
        self.show_count(self._n)

    def changeEvent(self, event: QEvent) -> None:
        """Another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def focus_first(self) -> None:
        """Put the cursor into the lot."""
        self.lot.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.lot.selectAll()


def _choose(combo: QComboBox, value: object) -> None:
    """Choose a value; one that is not offered is added, so that a filter stays what it says."""
    index = 0 if value is None else next((i for i in range(1, combo.count()) if combo.itemData(i) == value), -1)
    if index < 0:
        combo.addItem(str(value), value)
        index = combo.count() - 1
    combo.setCurrentIndex(index)


def _midnight(days_ago: int) -> datetime:
    return day_start(date.today() - timedelta(days=days_ago))
