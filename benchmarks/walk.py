"""One walk round the whole loop, as its users go: judge, review, retrain, try, activate, roll back; with the real buttons and keys.

    python -m benchmarks.walk [--output docs/walk] [--parts 150]

Writes a picture for each step, and beside the folder a page <output>.md that says what was seen. Offscreen, on simulated parts,
whose truth only QA is told. A step that does not get there ends the walk with a sentence and exit code 1.
"""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import station.assembly
import station.gui.lens
from benchmarks.walker import Belt, Walk, truth
from station.gui.events_page import EventsPage
from station.gui.export_dialog import ExportDialog
from station.gui.models_page import ModelsPage
from station.gui.parts_page import PartsPage
from station.gui.review_dialogs import ModeDialog
from station.gui.setup_page import SetupPage

REPOSITORY = Path(__file__).resolve().parent.parent
LOTS = ("A-101", "A-102", "A-103")  # taught from, thresholds from, tried on
CONFIG = """
[station]
recipe = "connector"
recipes = "{recipes}"
shifts = ["{shift}"]
[models]
store = "store"
allow_unsigned = true
provider = "cpu"
[alarms]
consecutive_ng = 0
"""
CHALLENGE = """
[challenge]
required = "shift+model"
parts = [{ name = "master good", expected = "OK" }, { name = "master bad", expected = "NG" }]
"""


def teach_poor(walk: Walk, n_good: int) -> None:
    """The engineer teaches a first model from as few good parts as the station takes."""
    setup = walk.page(SetupPage)
    wizard = setup.teach
    walk.type(wizard.number.lineEdit(), str(n_good))
    walk.press(wizard.next_button)
    walk.press(setup.camera_button)
    walk.until("the camera alone", lambda: setup.lens.through == "camera" and wizard.parts.take_button.isEnabled(), 30)
    while len(wizard.parts.parts) < n_good:
        number, n = walk.cameras[-1].under_lens, wizard.parts.tray.count()
        walk.press(wizard.parts.take_button)
        walk.until("the part in the tray", lambda n=n: wizard.parts.tray.count() == n + 1)
        if truth(number) != "OK":  # the engineer sees it, and takes it out again
            walk.click_row(wizard.parts.tray, wizard.parts.tray.model().index(n, 0))
            QTest.keyClick(wizard.parts.tray, Qt.Key.Key_Delete)
            walk.until("the faulty part gone", lambda n=n: wizard.parts.tray.count() == n)
    walk.step("good-parts", "Set-up: good parts for a first model", f"{n_good} good parts taken through the camera alone, the faulty ones removed")
    walk.press(wizard.next_button)
    walk.until("the lesson", lambda: wizard.activate_box.isVisible(), 90)
    walk.until("its first part chosen", lambda: wizard.outcome.table.selectedItems())
    wizard.activate_box.setFocus()
    QTest.keyClick(wizard.activate_box, Qt.Key.Key_Space)
    walk.press(wizard.next_button)
    walk.until("✓ Published", lambda: wizard.hint.text().startswith("✓"), 60)
    walk.step("taught", "Set-up: taught and published", f"The wizard says: “{wizard.hint.text()}”")
    walk.page(type(walk.window.line))
    QTest.keyClick(walk.window, Qt.Key.Key_F5)
    walk.until("● Running", lambda: walk.window.state_label.text() == "● Running")


def review(walk: Walk, lot: str, n_single: int) -> None:
    """QA says what each part of a lot truly was: some one by one, the others many at a time."""
    page = walk.page(PartsPage)
    if not page.bar.reviewer:
        walk.type(page.bar.name_edit, "Tanaka")
    if page.filters.clear_button.isEnabled():
        walk.press(page.filters.clear_button)
    walk.type(page.filters.lot, lot)
    walk.until(f"only parts of lot {lot}", lambda: page.parts.rowCount() and page.parts.part(0).part.lot == lot and not page.parts.is_busy)
    walk.until("the list at rest", lambda: not page._arrival.isActive() and page.detail.part_id == page.parts.part(0).part.id)  # a person is slower
    while not page.parts.is_complete:  # the list reads on at its end
        walk.click_row(page.table, page.parts.index(page.parts.rowCount() - 1, 0))
        QTest.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
        n = page.parts.rowCount()
        walk.until("more parts", lambda n=n: page.parts.rowCount() > n or page.parts.is_complete)
    known = {row: truth(walk.parts[page.parts.part(row).part.id].number) for row in range(page.parts.rowCount())}
    walk.click_row(page.table, page.parts.index(0, 0))
    for row in range(n_single):
        walk.until(f"row {row} in hand", lambda row=row: page.detail.part_id == page.parts.part(row).part.id and page.bar.ok_button.isEnabled())
        say(walk, page, known[row])
    for what in sorted(set(known.values())):
        rows = [row for row, mode in known.items() if mode == what and row >= n_single]
        for i, row in enumerate(rows):
            walk.click_row(page.table, page.parts.index(row, 0), adds=i > 0)
        if rows:
            walk.until("the chosen part in hand", lambda: page.bar.ok_button.isEnabled())
            if (what, lot) == ("OK", LOTS[0]):
                walk.step("chosen", f"Parts: lot {lot}", f"{n_single} parts reviewed one by one; {len(rows)} chosen to be called truly OK together")
            say(walk, page, what)
            walk.until("their reviews", lambda rows=rows: all(page.parts.part(row).review for row in rows))


def say(walk: Walk, page: PartsPage, what: str) -> None:
    """O, or N and the defect, for the parts in hand."""
    QTest.keyClick(page.table, Qt.Key.Key_O if what == "OK" else Qt.Key.Key_N)
    if page.confirm.isVisible():  # they are many
        walk.press(page.confirm.yes)
    if what == "OK":
        return
    walk.until("which defect?", lambda: isinstance(walk.app.activeModalWidget(), ModeDialog))
    dialog = walk.app.activeModalWidget()
    assert isinstance(dialog, ModeDialog)
    walk.until("the keys at the list of defects", dialog.list.hasFocus)
    numbers = [row for row in range(dialog.list.count()) if dialog.list.item(row).text()[4:].startswith(what)]
    if numbers:
        QTest.keyClick(dialog.list, Qt.Key(Qt.Key.Key_0 + numbers[0]))
    else:
        walk.type(dialog.other, what)
    walk.until("the question gone", lambda: walk.app.activeModalWidget() is None)
    walk.window.activateWindow()  # as a window manager does; offscreen there is none
    walk.until("the keys back at the list", page.table.hasFocus)


def go_round(walk: Walk, n_parts: int) -> None:
    """All steps."""
    walk.open("")
    teach_poor(walk, 12)
    for lot in LOTS[:2]:
        ids = walk.lot(lot, n_parts)
        walk.step(f"lot-{lot}", f"Line: lot {lot}", f"{len(ids)} parts: {walk.said(ids)}")
    for lot in LOTS[:2]:
        review(walk, lot, 6)
    page = walk.page(PartsPage)
    walk.press(page.filters.clear_button)
    walk.choose(page.filters.opinion, "Overkill")
    walk.until("the overkill", lambda: page.filters.found.text() and not page.parts.is_busy)
    walk.step("reviewed", "Parts: reviewed", f"Both lots have their truth; the filter “Overkill” says: {page.filters.found.text()}")
    export(walk)
    retrain(walk)
    walk.lot(LOTS[2], n_parts // 2)
    review(walk, LOTS[2], 0)
    candidate = on_trial(walk)
    with_challenge(walk)
    change(walk, candidate)


def export(walk: Walk) -> None:
    """The reviewed parts as a data set, through the dialog."""
    page = walk.page(PartsPage)
    walk.choose(page.filters.opinion, "Reviewed")
    walk.until("the reviewed parts", lambda: page.filters.found.text() and not page.parts.is_busy)
    walk.press(page.filters.export_button)
    walk.until("the export dialog", lambda: isinstance(walk.app.activeModalWidget(), ExportDialog))
    dialog = walk.app.activeModalWidget()
    assert isinstance(dialog, ExportDialog)
    walk.press(dialog.format_buttons["dataset"])
    walk.until("their number", lambda: "parts" in dialog.what.text())
    walk.press(dialog.export_button)
    walk.until("Written", lambda: dialog.message.text().startswith("Written"), 60)
    files = sorted(path.name for path in Path(dialog.place.text()).rglob("*") if path.is_file())
    walk.step("exported", "Parts: exported as training data", f"The dialog says: “{dialog.message.text()}” Files: {', '.join(files)}")
    walk.press(dialog.close_button)
    walk.until("the dialog gone", lambda: walk.app.activeModalWidget() is None)
    walk.window.activateWindow()


def retrain(walk: Walk) -> None:
    """The trainer's own process on the station's data folder; the window stays open and the line goes on."""
    words = ["train", str(walk.folder / "data"), "--recipe", "connector", "--train", LOTS[0], "--calib", LOTS[1]]
    words += ["--training", "unit-space", "--store", str(walk.folder / "store")]
    begin_s = time.monotonic()
    command = [sys.executable, "-m", "trainer", *words]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as p:
        ids = []
        while p.poll() is None:
            ids += walk.lot(LOTS[2], 1)
            QTest.qWait(1000)
        told = p.communicate()[0]
    took_s = time.monotonic() - begin_s
    if p.returncode:
        raise SystemExit(f"walk: the trainer ended with {p.returncode}: {told}")
    walk.step(
        "retrained", "Trainer, and the line meanwhile",
        f"`python -m trainer {' '.join(words[:1])} … {' '.join(words[2:-2])}` took {took_s:.0f} s and said: “{' '.join(told.splitlines())}”. "
        f"Meanwhile the line judged {len(ids)} parts of lot {LOTS[2]}, the slowest in {max(walk.parts[i].ms for i in ids):.0f} ms",
    )  # fmt: skip


def on_trial(walk: Walk) -> str:
    """The engineer looks at the new version, replays a lot with it, and lets it look on beside the line."""
    page = walk.page(ModelsPage)
    walk.until("the new version in the list", lambda: page.versions.list.count() == 3)
    candidate = page.versions.list.item(0).text().split()[1]
    walk.click_row(page.versions.list, page.versions.list.model().index(0, 0))
    walk.until("its facts", lambda: page.versions.now_button.isEnabled())
    listed = " · ".join(page.versions.list.item(0).text().splitlines())
    walk.step("version", f"Models: version {candidate} has appeared", f"The list says: “{listed}”")
    walk.press(page.tab_buttons[2])
    trial = page.trial
    walk.choose(trial.period.lot, LOTS[2])
    walk.until("the candidate offered", lambda: trial.version.currentData() == candidate)
    walk.press(trial.replay_button)
    walk.until("the findings", lambda: trial.findings.left_card.isVisible() and not trial.progress.isVisible(), 180)
    walk.step("replay", f"Models: lot {LOTS[2]} judged again by version {candidate}", trial.findings.verdict.text().replace("\n", " "))
    walk.press(trial.shadow_tab)
    walk.press(trial.shadow_button)
    walk.until("the candidate beside the line", lambda: trial.shadow_text.text().startswith("●"), 60)
    walk.lot(LOTS[2], 20)
    page = walk.page(ModelsPage)
    walk.until("20 parts in shadow", lambda: " 20 parts" in trial.shadow_text.text(), 60)
    walk.until("the findings", lambda: trial.findings.left_card.isVisible())
    walk.step("shadow", f"Models: version {candidate} beside the line", trial.shadow_text.text())
    walk.press(trial.shadow_button)
    walk.until("no candidate beside the line", lambda: not trial.shadow_text.text().startswith("●"), 30)
    return candidate


def with_challenge(walk: Walk) -> None:
    """Challenge parts are asked for from now on: the settings are read at the start."""
    walk.close()
    with (walk.folder / "config.toml").open("a") as f:
        f.write(CHALLENGE)
    walk.open(LOTS[2])
    panel = walk.window.line.challenge
    walk.until("the challenge panel", panel.isVisible)
    walk.step("challenge-due", "Line: opened again with challenge parts", f"Production waits: “{panel.why.text()}”")
    masters(walk)


def masters(walk: Walk) -> str:
    """Lay the good and the bad master part under the lens; returns what the panel says."""
    panel = walk.window.line.challenge
    walk.page(type(walk.window.line))
    walk.until("the challenge panel", panel.isVisible)
    for wanted in ("OK", "NG"):
        number = next(p.number for p in walk.parts.values() if p.judgement == wanted and (truth(p.number) == "OK") == (wanted == "OK"))
        walk.inspect(1, laid=number)
    walk.until("the challenge passed", lambda: panel.close_button.isEnabled() and not panel.run_button.isVisible())
    return panel.instruction.text()


def go_on(walk: Walk) -> None:
    QTest.keyClick(walk.window.line, Qt.Key.Key_F10)
    walk.until("the verdict's place", walk.window.line.verdict.isVisible)


def change(walk: Walk, candidate: str) -> None:
    """Activate, run the challenge parts, run on, roll back, run them again; then the ledger is looked at."""
    go_on(walk)
    ids = walk.lot("A-104", 20)
    poor = walk.parts[ids[-1]].version
    walk.step("before", f"Line: lot A-104 with version {poor}", f"{len(ids)} parts: {walk.said(ids)}")
    page = walk.page(ModelsPage)
    walk.press(page.tab_buttons[0])
    walk.until("all versions", lambda: page.versions.list.count() == 3)
    rows = [page.versions.list.item(row).text().split()[1] for row in range(page.versions.list.count())]
    walk.click_row(page.versions.list, page.versions.list.model().index(rows.index(candidate), 0))
    walk.press(page.versions.now_button)
    walk.until("the question", page.confirm.isVisible)
    walk.step("activate", f"Models: activate version {candidate}?", f"The page asks: “{page.confirm.text.text()}”")
    walk.press(page.confirm.yes)
    walk.until("the version on line", lambda: page.judging.text() == f"The line judges with version {candidate}", 60)
    walk.step("activated", f"Models: version {candidate} judges", page.judging.text())
    line = walk.window.line
    walk.page(type(line))
    walk.until("challenge parts due", lambda: line.challenge.isVisible() and line.challenge.why.text())
    why, told = line.challenge.why.text(), masters(walk)
    walk.step("challenge-passed", "Line: challenge parts after the change", f"“{why}” Then, with both run: “{told}”")
    go_on(walk)
    ids = walk.lot("A-105", 60)
    walk.step("after", f"Line: lot A-105 with version {candidate}", f"{len(ids)} parts: {walk.said(ids)}")
    page = walk.page(ModelsPage)
    walk.press(page.versions.back_button)
    walk.until("the question", page.confirm.isVisible)
    walk.press(page.confirm.yes)
    walk.until("the old version on line", lambda: page.judging.text() == f"The line judges with version {poor}", 60)
    walk.step("rolled-back", f"Models: rolled back to version {poor}", f"{page.judging.text()}; “{page.message.text()}”")
    masters(walk)
    go_on(walk)
    ids = walk.lot("A-106", 20)
    judges = {walk.parts[i].version for i in ids}
    if judges != {poor}:
        raise SystemExit(f"walk: after the roll-back versions {judges} judged, expected {poor} alone")
    walk.step("old-again", f"Line: lot A-106 with version {poor} again", f"{len(ids)} parts: {walk.said(ids)}")
    ledger(walk)


def ledger(walk: Walk) -> None:
    """The chain of events, checked on the page; the numbers of all parts, read from the file."""
    page = walk.page(EventsPage)
    walk.press(page.verify_button)
    walk.until("the chain checked", lambda: page.sentence.text().startswith("✓"), 60)
    with contextlib.closing(sqlite3.connect(walk.folder / "data" / "station.sqlite")) as records:
        query = "SELECT run, count(*), min(shot_number), max(shot_number), min(id), max(id) FROM part GROUP BY run ORDER BY 5"
        runs = records.execute(query).fetchall()
    for run, n, first, last, *_ in runs:
        if (first, last) != (1, n):
            raise SystemExit(f"walk: run {run} has {n} parts numbered {first} to {last}")
    n = sum(row[1] for row in runs)
    if (runs[0][4], runs[-1][5]) != (1, n):
        raise SystemExit(f"walk: {n} parts have ids {runs[0][4]} to {runs[-1][5]}")
    walk.step("ledger", "Events: the ledger", f"Page: “{page.sentence.text()}” File: {n} parts in {len(runs)} runs, numbered without gap")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=REPOSITORY / "docs" / "walk")
    parser.add_argument("--parts", type=int, default=150, help="parts a lot")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    app.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(app, Path(folder), options.output)

        def make(*_: object) -> Belt:
            walk.cameras.append(Belt())
            return walk.cameras[-1]

        station.assembly.make_camera = station.gui.lens.make_camera = make  # type: ignore[assignment]
        shutil.copytree(REPOSITORY / "models" / "store", walk.folder / "store")
        shift = datetime.now() + timedelta(hours=12)  # none begins during the walk
        (walk.folder / "config.toml").write_text(CONFIG.format(recipes=REPOSITORY / "station" / "recipes", shift=f"{shift:%H:%M}"))
        try:
            go_round(walk, options.parts)
        finally:
            walk.close()
    walk.write_page()


if __name__ == "__main__":
    main()
