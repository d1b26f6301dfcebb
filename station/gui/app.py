"""The application around the window."""

from __future__ import annotations

import signal
import sys

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from models.recipe import Trigger
from station.assembly import Station
from station.gui.control import Control
from station.gui.language import Languages
from station.gui.window import OperatorWindow
from station.lot import Lot


def make_window(station: Station, lot: Lot, trigger: Trigger) -> OperatorWindow:
    """The operator's window, not shown and with the line not started; needs a QApplication."""
    settings = QSettings(str(station.data / "window.ini"), QSettings.Format.IniFormat)
    languages = Languages(settings, station.config.station.language)
    return OperatorWindow(Control(station, lot, trigger), languages, settings)


def run_window(station: Station, lot: Lot, trigger: Trigger) -> int:
    """Open the window, already inspecting; returns when it is closed."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Inspection station")
    app.setStyle("Fusion")
    window = make_window(station, lot, trigger)
    window.show()
    window.control.start()
    # Python handles signals between two of its own instructions: give it some while Qt waits.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: window.close())
    ticks = QTimer()
    ticks.timeout.connect(lambda: None)
    ticks.start(200)
    return app.exec()
