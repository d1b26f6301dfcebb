"""The application around the window."""

from __future__ import annotations

import gc
import signal
import sys

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from models.recipe import Trigger
from station.assembly import Station
from station.gui.charts_page import ChartsPage
from station.gui.control import Control
from station.gui.events_page import EventsPage
from station.gui.garbage import Garbage
from station.gui.language import Languages
from station.gui.line_page import LinePage
from station.gui.main_window import StationWindow
from station.gui.models_page import ModelsPage
from station.gui.page import Desk, Page
from station.gui.parts_page import PartsPage
from station.gui.right_of_way import RightOfWay
from station.gui.session import Session
from station.gui.setup_page import SetupPage
from station.gui.station_page import StationPage
from station.lot import Lot
from station.store.accounts import Accounts
from station.store.search import PartFilter


def make_window(station: Station, lot: Lot, trigger: Trigger) -> StationWindow:
    """The window with all its pages, not shown and with the line not started; needs a QApplication."""
    garbage = Garbage()
    settings = QSettings(str(station.data / "window.ini"), QSettings.Format.IniFormat)
    languages = Languages(settings, station.config.station.language)
    desk = Desk(Control(station, lot, trigger), Session(Accounts(station.engine), station.config.access.idle_minutes), settings)
    parts, charts = PartsPage(desk), ChartsPage(desk)
    pages: list[Page] = [LinePage(desk), parts, charts, ModelsPage(desk), SetupPage(desk), EventsPage(desk), StationPage(desk)]
    window = StationWindow(desk, languages, pages, garbage)

    def list_parts(wanted: PartFilter) -> None:
        if window.open_page(parts):
            parts.show_parts(wanted)

    charts.parts_wanted.connect(list_parts)
    return window


def run_window(station: Station, lot: Lot, trigger: Trigger) -> int:
    """Open the window, already inspecting; returns when it is closed."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Inspection station")
    app.setStyle("Fusion")
    window = make_window(station, lot, trigger)
    gc.collect()
    gc.freeze()  # all of this lives until the end: the collections that follow need not look at it
    window.show()
    window.control.start()
    _right_of_way = RightOfWay()
    # Python handles signals between two of its own instructions: give it some while Qt waits.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: window.close())
    ticks = QTimer()
    ticks.timeout.connect(lambda: None)
    ticks.start(200)
    return app.exec()
