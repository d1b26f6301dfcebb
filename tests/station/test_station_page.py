"""The engineer's page in the true window: stage times, queues, this process, and drift of a ledger with a known change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, insert

from station.drift import Level
from station.gui.main_window import StationWindow
from station.gui.station_page import StationPage
from station.stages import N_PARTS, StageRing
from station.store.schema import Part, PartEmbedding
from tests.station.line_pc import line_pc, opened

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, recipe_file: Path, published: Path) -> Iterator[StationWindow]:
    with opened(qtbot, line_pc(tmp_path, recipe_file, published, n_parts=8)) as window:
        yield window


def open_page(qtbot: QtBot, window: StationWindow) -> StationPage:
    page = window.page(StationPage)
    assert isinstance(page, StationPage)
    qtbot.mouseClick(window._nav.buttons()[window.pages.index(page)], LEFT)
    return page


def rows(page: StationPage) -> dict[str, list[str]]:
    table = page.times.table
    return {table.item(r, 0).text(): [table.item(r, c).text() for c in range(1, 6)] for r in range(table.rowCount())}


def test_percentiles_are_those_of_the_last_thousand_parts() -> None:
    times = StageRing()
    assert times.lines() == []
    for n in range(N_PARTS + 500):
        times.add({"vector": float(n), "whole": 7.0})
    vector, whole = times.lines()
    assert (vector.stage, vector.n_parts, vector.worst) == ("vector", N_PARTS, 1499.0)
    assert (vector.p50, vector.p95, vector.p99) == (1000.0, 1449.0, 1489.0)  # of 500 … 1499, the times nearest in rank
    assert (whole.p50, whole.worst) == (7.0, 7.0)


def test_stage_times_and_figures_follow_the_line_while_the_tab_is_shown(qtbot: QtBot, window: StationWindow) -> None:
    page = open_page(qtbot, window)
    assert page.times.empty.isVisible()
    assert page.times.figures["unjudged"].text() == "the line is stopped"
    window.control.start()
    qtbot.waitUntil(lambda: page.times.figures["provider"].text() == "CPU", timeout=15000)
    for n in range(1, 4):
        window.control.trigger()
        qtbot.waitUntil(lambda n=n: bool(window.line.strip.tiles) and window.line.strip.tiles[0].part_id == n, timeout=15000)
    qtbot.waitUntil(lambda: rows(page).get("Recorded on disk", ["", "", "", "", ""])[4] == "3", timeout=15000)
    found = rows(page)
    for stage in ("Trigger → camera", "Picture taken", "Aligned, vectors computed", "Scored", "Judging, as a whole", "Record → window"):
        p50, p95, p99, worst = (float(number) for number in found[stage][:4])
        assert 0 <= p50 <= p95 <= p99 <= worst
        assert found[stage][4] == "3"
    assert float(found["Trigger → window, as a whole"][3]) >= float(found["Recorded on disk"][3]) > 0
    figures = {name: label.text() for name, label in page.times.figures.items()}
    assert figures["unjudged"] == "0 (at most 4)"
    assert figures["unwritten"] == "0 (at most 64)"
    assert figures["refused"] == "0"
    assert figures["model"] == "small version 1"
    assert figures["memory"].endswith((" MB", " GB"))
    assert int(figures["threads"]) >= 4, "capture, judge, writer and the window's own"
    # not shown: nothing is brought up to date
    qtbot.mouseClick(window._nav.buttons()[0], LEFT)
    assert not page.times._ticks.isActive()
    open_page(qtbot, window)
    assert page.times._ticks.isActive()
    qtbot.mouseClick(page.tab_buttons.button(1), LEFT)
    assert not page.times._ticks.isActive()


def fill(engine: Engine, changes: bool) -> None:
    """1600 parts of version 1, then 600 of version 2; from part 1100 on they score and look different, where it changes."""
    rng = np.random.default_rng(1)
    start = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    parts, embeddings = [], []
    for i in range(1, 2201):
        version, is_new = ("1", changes and i >= 1100) if i <= 1600 else ("2", False)
        values = rng.normal(size=128)
        values[:9] += is_new
        parts.append({
            "id": i, "run": "r", "shot_number": i, "station": "s", "lot": "", "operator": "", "serial": "",
            "taken_at": start + timedelta(minutes=i), "recorded_at": start + timedelta(minutes=i),
            "judgement": "OK", "score": float(rng.normal(1.0 if is_new else 0.0)), "worst_view": "", "worst_region": "", "defect": "", "reason": "",
            "recipe": "r", "recipe_revision": 1, "model": "m", "model_version": version, "ok_at_most": 9.0, "ng_above": 9.0,
            "feature_version": "f", "provider": "CPU",
        })  # fmt: skip
        embeddings.append({"part_id": i, "model": "m", "model_version": version, "embedding": values.astype("<f2").tobytes()})
    with engine.begin() as connection:
        connection.execute(insert(Part), parts)
        connection.execute(insert(PartEmbedding), embeddings)


def test_drift_of_a_known_change_is_plotted_and_put_into_words(qtbot: QtBot, window: StationWindow) -> None:
    fill(window.control.station.engine, changes=True)
    page = open_page(qtbot, window)
    qtbot.mouseClick(page.tab_buttons.button(1), LEFT)
    tab = page.drift
    qtbot.waitUntil(lambda: len(tab._drift.points) == 4, timeout=15000)
    assert [(p.version, p.n_parts, p.level) for p in tab._drift.points] == [
        ("1", 500, Level.NONE),
        ("1", 500, Level.LARGE),
        ("1", 100, Level.LARGE),
        ("2", 100, Level.NONE),
    ]
    moved = tab._drift.points[1].shift
    assert moved is not None
    assert moved.value == pytest.approx(3, abs=0.35), "nine axes by one spread each"
    assert tab.advice.text().startswith("No drift"), "of the newest, under version 2"
    assert tab.psi_plot.isVisible()
    assert len(tab.psi_plot.listDataItems()) >= 2
    marks = [item.label.format for item in tab.psi_plot.getPlotItem().items if getattr(item, "label", None) is not None]
    assert sorted(marks) == ["large", "some", "version 2"]
    qtbot.mouseClick(tab.by_day_button, LEFT)
    qtbot.waitUntil(lambda: 0 < len(tab._drift.points) < 4 and not tab.bar.isVisible(), timeout=15000)
    assert tab._drift.points[0].level is Level.LARGE, "the second day"


def test_drift_says_what_to_do_and_when_there_is_too_little(qtbot: QtBot, window: StationWindow) -> None:
    page = open_page(qtbot, window)
    qtbot.mouseClick(page.tab_buttons.button(1), LEFT)
    tab = page.drift
    qtbot.waitUntil(lambda: tab.advice.text().startswith("Too few parts yet: the first 500 parts"), timeout=15000)
    assert not tab.psi_plot.isVisible()
    fill(window.control.station.engine, changes=True)
    with window.control.station.engine.begin() as connection:
        for table in ("embedding", "part"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE {'part_id' if table == 'embedding' else 'id'} > 1600")
    qtbot.mouseClick(tab.refresh_button, LEFT)
    qtbot.waitUntil(lambda: tab.advice.text().startswith("Large drift: good parts look different and score differently."), timeout=15000)
    assert "PSI of the scores" in tab.figures.text()
    assert "(large; by chance up to " in tab.figures.text()
