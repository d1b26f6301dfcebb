"""The engineer's models page in the true window: real buttons, real registry, real parts."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QDate, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from models.manifest import read_manifest
from models.recipe import Recipe, Trigger
from models.registry import Registry
from models.signing import new_key, sign_bundle
from station.assembly import open_station
from station.config import Config, read_config
from station.gui.app import make_window
from station.gui.main_window import StationWindow
from station.gui.models_page import ModelsPage
from station.gui.period_pick import PeriodPick
from station.lot import Lot
from station.store import queries
from station.store.reviews import Truth, add_reviews
from tests.small import publish_small, small_picture
from tests.station.fits import wait_until_it_fits

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def config(tmp_path: Path, recipe_file: Path, published: Path, recipe: Recipe, small_vectors: NDArray[np.float32]) -> Config:
    """A line PC whose camera replays 30 small parts; every fourth has a pin missing, and version 3 lets it pass."""
    shutil.copytree(recipe_file.parent, tmp_path / "recipes")
    shutil.copytree(published, tmp_path / "store")
    publish_small(tmp_path / "store", recipe, small_vectors, ok_at_most=1e5, ng_above=1e5)
    (tmp_path / "parts").mkdir()
    for n in range(30):
        cv2.imwrite(str(tmp_path / "parts" / f"{n:02d}.png"), small_picture(np.random.default_rng(n), missing_pin=n % 4 == 3))
    write_config(tmp_path)
    Registry(tmp_path / "store", tmp_path / "data" / "active").activate("small", "1")
    return read_config(tmp_path / "config.toml")


def write_config(folder: Path, models: str = "allow_unsigned = true") -> Config:
    (folder / "config.toml").write_text(
        f'[review]\nsample_rate = 0\n[station]\nrecipe = "small"\nrecipes = "recipes"\n[camera]\nsource = "folder:{folder / "parts"}"\n'
        f'[models]\nstore = "store"\nprovider = "cpu"\n{models}\n'
    )
    return read_config(folder / "config.toml")


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[..., StationWindow]]:
    with contextlib.ExitStack() as stack:

        def make(config: Config, lot: str = "A") -> StationWindow:
            stack.close()
            station = stack.enter_context(open_station(config, "small", config.data_folder))
            window = make_window(station, Lot(lot, "Tanaka"), Trigger(mode="manual"))
            qtbot.addWidget(window)
            window.resize(1366, 768)
            window.show()
            stack.callback(window.close)
            window.control.start()
            qtbot.waitUntil(lambda: window.line.trigger_button.isEnabled(), timeout=15000)
            return window

        yield make


@pytest.fixture
def window(config: Config, open_window: Callable[[Config], StationWindow]) -> StationWindow:
    return open_window(config)


def models(qtbot: QtBot, window: StationWindow, tab: int = 0) -> ModelsPage:
    """The page, opened by its button, with everything listed."""
    page = window.page(ModelsPage)
    assert isinstance(page, ModelsPage)
    click(qtbot, window._nav.buttons()[window.pages.index(page)])
    qtbot.waitUntil(lambda: page.versions.list.count() >= 3, timeout=15000)
    click(qtbot, page.tab_buttons[tab])
    return page


def click(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=15000)
    qtbot.mouseClick(button, LEFT)


def run_parts(qtbot: QtBot, window: StationWindow, n: int) -> None:
    before = len(queries.last_parts(window.control.station.engine, 1000))
    window.open_page(window.line)
    for done in range(1, n + 1):
        qtbot.waitUntil(lambda: window.line.trigger_button.isEnabled(), timeout=15000)
        qtbot.mouseClick(window.line.trigger_button, LEFT)
        qtbot.waitUntil(lambda done=done: len(queries.last_parts(window.control.station.engine, 1000)) == before + done, timeout=15000)


def on_line(window: StationWindow) -> str:
    return "" if window.control.judge is None else window.control.judge.model_version


def events(window: StationWindow, *kinds: str) -> list[tuple[str, dict[str, object]]]:
    with window.control.station.engine.connect() as connection:
        rows = connection.execute(text("SELECT kind, detail FROM event ORDER BY id"))
        return [(kind, json.loads(detail)) for kind, detail in rows if kind in kinds]


def chosen(page: ModelsPage) -> str:
    version = page.versions.chosen
    return "" if version is None else version.version


def test_the_active_version_is_marked_by_word_and_shape_and_says_what_it_rests_on(qtbot: QtBot, window: StationWindow) -> None:
    page = models(qtbot, window)
    lines = [page.versions.list.item(row).text().split("\n") for row in range(3)]
    assert [line[0] for line in lines] == ["Version 3", "Version 2", "Version 1"]
    assert ["● active" in line for line in lines] == [False, False, True]
    assert page.versions.title.text() == "● Version 1 · active"
    words = [label.text() for label in page.versions.findChildren(QLabel)]
    assert "OK up to 12.000 · NG above 20.000" in words
    assert "48 good, 0 defective parts of one (left-out folds)" in words
    assert "not signed; this station asks for no signature" in words
    assert not page.versions.now_button.isEnabled()
    assert page.versions.now_button.toolTip() == "This version is active already."


def test_activate_now_changes_the_running_line_and_roll_back_brings_it_back(qtbot: QtBot, window: StationWindow) -> None:
    page = models(qtbot, window)
    page.versions.list.setCurrentRow(1)
    click(qtbot, page.versions.now_button)
    assert page.confirm.text.text().startswith("Version 2 will judge from the next part on, instead of version 1.")
    assert on_line(window) == "1", "nothing happens before it is confirmed"
    qtbot.keyClick(page.confirm.yes, Qt.Key.Key_Escape)
    assert not page.confirm.isVisible()
    click(qtbot, page.versions.now_button)
    click(qtbot, page.confirm.yes)
    qtbot.waitUntil(lambda: on_line(window) == "2", timeout=15000)
    qtbot.waitUntil(lambda: page.versions.back_button.text() == "Roll back to version 1", timeout=15000)
    qtbot.waitUntil(lambda: page.judging.text() == "The line judges with version 2", timeout=15000)
    run_parts(qtbot, window, 1)
    assert queries.last_parts(window.control.station.engine, 1)[0].model_version == "2"
    page = models(qtbot, window)
    click(qtbot, page.versions.back_button)
    assert "Version 1 will judge again" in page.confirm.text.text()
    click(qtbot, page.confirm.yes)
    qtbot.waitUntil(lambda: on_line(window) == "1", timeout=15000)
    qtbot.waitUntil(lambda: "● active" in page.versions.list.item(2).text(), timeout=15000)
    assert not page.versions.back_button.isEnabled()
    assert events(window, "activate", "rollback") == [
        ("activate", {"model": "small", "from": "1", "to": "2", "when": "now"}),
        ("rollback", {"model": "small", "from": "2", "to": "1"}),
    ]


@pytest.mark.parametrize("lot_at_start", ["A", ""])
def test_the_next_lot_brings_the_waiting_version_even_after_a_restart(
    qtbot: QtBot, config: Config, window: StationWindow, open_window: Callable[..., StationWindow], lot_at_start: str
) -> None:
    page = models(qtbot, window)
    page.versions.list.setCurrentRow(1)
    click(qtbot, page.versions.lot_button)
    assert "as soon as a lot other than A is entered" in page.confirm.text.text()
    click(qtbot, page.confirm.yes)
    qtbot.waitUntil(lambda: page.versions.waiting.isVisible(), timeout=15000)
    assert "Version 2 will judge from the next lot on, after lot A." in page.versions.waiting_text.text()
    click(qtbot, page.versions.take_back_button)
    qtbot.waitUntil(lambda: not page.versions.waiting.isVisible(), timeout=15000)
    page.versions.list.setCurrentRow(1)
    click(qtbot, page.versions.lot_button)
    click(qtbot, page.confirm.yes)
    qtbot.waitUntil(lambda: page.versions.waiting.isVisible(), timeout=15000)
    window.close()

    window = open_window(config, lot_at_start)
    window.control.set_lot(Lot("A", "Tanaka"))  # entered once more
    assert on_line(window) == "1", "lot A goes on"
    page = models(qtbot, window)
    qtbot.waitUntil(lambda: "… from the next lot on" in page.versions.list.item(1).text(), timeout=15000)
    window.control.set_lot(Lot("B", "Tanaka"))
    qtbot.waitUntil(lambda: on_line(window) == "2", timeout=15000)
    qtbot.waitUntil(lambda: not page.versions.waiting.isVisible(), timeout=15000)
    qtbot.waitUntil(lambda: "● active" in page.versions.list.item(1).text(), timeout=15000)
    assert [(event["to"], event["lot"]) for _, event in events(window, "activate")] == [("2", "B")], "not at the restart, not for lot A"


def test_a_damaged_version_is_refused_in_words(qtbot: QtBot, config: Config, window: StationWindow) -> None:
    page = models(qtbot, window)
    page.versions.list.setCurrentRow(1)
    click(qtbot, page.versions.now_button)
    (config.model_store / "small" / "2" / "model.onnx").write_bytes(b"")  # after it was listed as sound
    click(qtbot, page.confirm.yes)
    qtbot.waitUntil(lambda: "sha256" in page.message.text(), timeout=15000)
    qtbot.waitUntil(lambda: "■ refused" in page.versions.list.item(1).text(), timeout=15000)
    assert "This version cannot judge here" in page.versions.refusal.text()
    assert not page.versions.now_button.isEnabled()
    assert on_line(window) == "1"


def test_only_trusted_versions_may_be_activated_and_the_signer_is_named(
    qtbot: QtBot, config: Config, open_window: Callable[[Config], StationWindow], tmp_path: Path
) -> None:
    public = new_key(tmp_path / "plant.pem")
    sign_bundle(config.model_store / "small" / "1", tmp_path / "plant.pem")
    page = models(qtbot, open_window(write_config(tmp_path, f'trusted_keys = ["{public}"]')))
    words = [label.text() for label in page.versions.findChildren(QLabel)]
    assert f"signed by {public[:20]}…{public[-6:]}: trusted" in words
    page.versions.list.setCurrentRow(0)
    assert "is not signed" in page.versions.refusal.text()
    assert not page.versions.now_button.isEnabled()


class _Browser(QObject):
    url = ""

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.url = url.toLocalFile()


def review(qtbot: QtBot, window: StationWindow) -> None:
    """Eight parts, two without a pin; all reviewed as they truly are."""
    run_parts(qtbot, window, 8)
    engine = window.control.station.engine
    add_reviews(engine, [1, 2, 3, 5, 6, 7], Truth.OK, "Kondo")
    add_reviews(engine, [4, 8], Truth.NG, "Kondo", "M")


def test_thresholds_are_dragged_by_keyboard_and_saved_as_a_version_that_can_judge(
    qtbot: QtBot, config: Config, window: StationWindow, tmp_path: Path
) -> None:
    review(qtbot, window)
    page = models(qtbot, window, tab=1)
    bench = page.workbench
    qtbot.waitUntil(lambda: bench.plot.isVisible() and bench.cells["escape"][1].text() == "0 of 2", timeout=15000)
    assert bench.cells["overkill"][1].text() == "0 of 6"
    assert "None of 2 truly NG parts is judged wrongly: that shows only that at most 84.2% are (95 %)." in bench.few.text()
    assert "People chose 8 of these 8 parts" in bench.chosen.text()
    assert bench.save_button.toolTip() == "These are the thresholds of this version."
    before = bench.ok_at_most.value(), bench.ng_above.value()
    qtbot.keyClick(bench.plot, Qt.Key.Key_Left)
    assert bench.ok_at_most.value() < before[0]
    assert bench.ng_above.value() == before[1]
    for _ in range(400):  # OK's line runs into NG's and stops there
        qtbot.keyClick(bench.plot, Qt.Key.Key_Right)
    assert bench.ok_at_most.value() == bench.ng_above.value() == before[1]
    qtbot.keyClick(bench.plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert bench.ng_above.value() > before[1]
    bench.ng_above.setFocus()
    bench.ng_above.selectAll()
    qtbot.keyClicks(bench.ng_above, "90000")
    qtbot.keyClick(bench.ng_above, Qt.Key.Key_Return)
    bench.ok_at_most.selectAll()
    qtbot.keyClicks(bench.ok_at_most, "80000")
    qtbot.keyClick(bench.ok_at_most, Qt.Key.Key_Return)
    assert bench.cells["escape"][1].text() == "2 of 2", "the counts follow the lines"
    bench.note.setText("dull pins pass")
    click(qtbot, bench.save_button)
    assert "OK up to 80000.000 and NG above 90000.000 will be published, made from version 1" in page.confirm.text.text()
    click(qtbot, page.confirm.yes)
    qtbot.waitUntil(lambda: page.message.text() == "Saved as version 4; it is not active yet.", timeout=15000)
    manifest = read_manifest(config.model_store / "small" / "4")
    assert (manifest.thresholds.ok_at_most, manifest.thresholds.ng_above, manifest.made_from, manifest.note) == (80000, 90000, "1", "dull pins pass")
    assert (manifest.calibration.good_parts, manifest.calibration.defective_parts, manifest.calibration.sessions) == (6, 2, ("A",))
    ((_, event),) = events(window, "thresholds")
    assert (event["from"], event["to"], event["ok_at_most_before"], event["ok_at_most"]) == ("1", "4", 12.0, 80000.0)

    click(qtbot, page.tab_buttons[0])
    qtbot.waitUntil(lambda: chosen(page) == "4", timeout=15000)
    browser = _Browser()
    QDesktopServices.setUrlHandler("file", browser, "open")
    click(qtbot, page.versions.report_button)
    QDesktopServices.unsetUrlHandler("file")
    assert browser.url == str((config.model_store / "small" / "4" / "report" / "report.html").resolve())
    qtbot.waitUntil(lambda: not page.versions.picture._image.isNull(), timeout=15000)
    click(qtbot, page.versions.now_button)
    click(qtbot, page.confirm.yes)
    qtbot.waitUntil(lambda: on_line(window) == "4", timeout=15000)


def test_another_versions_scores_are_computed_and_few_reviews_are_told(qtbot: QtBot, window: StationWindow) -> None:
    page = models(qtbot, window, tab=1)
    qtbot.waitUntil(lambda: "No reviewed part of this period has a score" in page.workbench.empty.text(), timeout=15000)
    assert not page.workbench.save_button.isEnabled()
    review(qtbot, window)
    page = models(qtbot, window, tab=1)
    page.workbench.version.setCurrentIndex(page.workbench.version.findData("3"))
    qtbot.waitUntil(lambda: page.workbench.cells["escape"][1].text() == "2 of 2", timeout=15000)
    assert page.workbench.ok_at_most.value() == 1e5


def test_without_a_trusted_key_saving_is_refused_before_anything_is_written(
    qtbot: QtBot, config: Config, open_window: Callable[[Config], StationWindow], tmp_path: Path
) -> None:
    public = new_key(tmp_path / "plant.pem")
    for version in ("1", "2", "3"):
        sign_bundle(config.model_store / "small" / version, tmp_path / "plant.pem")
    window = open_window(write_config(tmp_path, f'trusted_keys = ["{public}"]\nsigning_key = ""'))
    review(qtbot, window)
    page = models(qtbot, window, tab=1)
    qtbot.waitUntil(lambda: page.workbench.plot.isVisible(), timeout=15000)
    qtbot.keyClick(page.workbench.plot, Qt.Key.Key_Left)
    click(qtbot, page.workbench.save_button)
    click(qtbot, page.confirm.yes)
    qtbot.waitUntil(lambda: "it has no key to sign with" in page.message.text(), timeout=15000)
    assert Registry(config.model_store, tmp_path).versions("small") == ["1", "2", "3"]
    assert events(window, "thresholds") == []


def test_a_replay_finds_the_disagreement_and_says_what_it_is_worth(qtbot: QtBot, window: StationWindow) -> None:
    review(qtbot, window)
    page = models(qtbot, window, tab=2)
    trial = page.trial
    assert trial.version.currentData() == "3", "the newest that is not active"
    click(qtbot, trial.replay_button)
    findings = trial.findings
    qtbot.waitUntil(lambda: findings.table.isVisible() and findings.table.rowCount() == 2, timeout=15000)
    rows = [[findings.table.item(i, j).text() for j in (0, 3, 4, 6)] for i in range(2)]
    assert rows == [["8", "■ NG", "● OK", "NG M"], ["4", "■ NG", "● OK", "NG M"]]
    words = findings.verdict.text().replace("\u00a0", " ")
    assert "Verdicts differ on 2 of 8 parts" in words
    assert "Escapes, on 2 truly NG parts: no evidence of a difference (p = 0.5)." in words
    assert "0 by the line alone, 2 by the candidate alone" in words
    assert "pictures: 8, from stored vectors: 0" in findings.opponents.text()
    findings.table.setFocus()
    qtbot.keyClick(findings.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: all(view._image is not None for _, view in findings.sides), timeout=15000)
    assert findings.sides[0][0].text().startswith("On the line, version 1: ■ NG, score")
    assert findings.sides[1][0].text().startswith("Candidate: ● OK, score")


def test_a_shadow_writes_rows_while_parts_run_and_goes_on_when_the_model_changes(qtbot: QtBot, window: StationWindow) -> None:
    page = models(qtbot, window, tab=2)
    click(qtbot, page.trial.shadow_tab)
    qtbot.waitUntil(lambda: page.trial.findings.empty.text() == "No part was judged by both yet.", timeout=15000)
    click(qtbot, page.trial.shadow_button)
    qtbot.waitUntil(lambda: page.trial.shadow_text.text().startswith("● Version 3 looks on: 0 parts"), timeout=15000)
    run_parts(qtbot, window, 4)
    page = models(qtbot, window, tab=2)
    qtbot.waitUntil(lambda: "4 parts, 1 with another verdict" in page.trial.shadow_text.text(), timeout=15000)
    qtbot.waitUntil(lambda: page.trial.findings.table.rowCount() == 1, timeout=15000)
    assert [page.trial.findings.table.item(0, j).text() for j in (0, 3, 4)] == ["4", "■ NG", "● OK"]
    Registry(window.control.station.config.model_store, window.control.station.data / "active").activate("small", "2")
    qtbot.waitUntil(lambda: on_line(window) == "2", timeout=15000)
    run_parts(qtbot, window, 1)
    page = models(qtbot, window, tab=2)
    qtbot.waitUntil(lambda: "5 parts, 2 with another verdict" in page.trial.shadow_text.text(), timeout=15000)
    qtbot.waitUntil(lambda: "version 1: 4 · version 2: 1" in page.trial.findings.opponents.text(), timeout=15000)
    click(qtbot, page.trial.shadow_button)
    button = page.trial.shadow_button
    qtbot.waitUntil(lambda: button.text() == "Start version 3 beside the line" and button.isEnabled(), timeout=15000)
    assert [(e["action"], e["version"], e.get("written")) for _, e in events(window, "shadow")] == [("start", "3", None), ("stop", "3", 5)]


def test_a_replay_can_be_cancelled(qtbot: QtBot, window: StationWindow) -> None:
    run_parts(qtbot, window, 6)
    page = models(qtbot, window, tab=2)
    click(qtbot, page.trial.replay_button)
    assert page.trial.replay_button.text() == "Cancel"
    click(qtbot, page.trial.replay_button)
    qtbot.waitUntil(lambda: page.trial.replay_button.text() == "Judge again", timeout=15000)


@pytest.mark.parametrize("size", [(1366, 768), (960, 540)])
def test_nothing_is_cut_off(qtbot: QtBot, window: StationWindow, size: tuple[int, int]) -> None:
    review(qtbot, window)
    page = models(qtbot, window)
    window.resize(*size)
    for tab in range(3):
        click(qtbot, page.tab_buttons[tab])
        if tab == 2:
            click(qtbot, page.trial.replay_button)
            qtbot.waitUntil(lambda: page.trial.findings.table.isVisible(), timeout=15000)
        elif tab == 1:
            qtbot.waitUntil(lambda: page.workbench.plot.isVisible(), timeout=15000)
        wait_until_it_fits(qtbot, window, [*page.findChildren(QLabel), *page.findChildren(QPushButton)], [page.stack])
        assert (window.width(), window.height()) == size


def test_a_period_that_ends_today_ends_today_tomorrow_too(qtbot: QtBot) -> None:
    pick = PeriodPick()
    qtbot.addWidget(pick)
    yesterday = QDate.currentDate().addDays(-1)
    pick.last.setDate(yesterday)
    pick._today = yesterday  # as it was when the window was opened
    pick.show()
    assert pick.last.date() == QDate.currentDate()
    pick.hide()
    pick.last.setDate(yesterday)
    pick.show()
    assert pick.last.date() == yesterday, "a day that somebody chose stays"
