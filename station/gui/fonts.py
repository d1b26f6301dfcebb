"""Which of the window's scripts this machine has a font for."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

_SCRIPTS = {"Japanese": QFontDatabase.WritingSystem.Japanese, "Chinese": QFontDatabase.WritingSystem.SimplifiedChinese}


def scripts_without_font() -> list[str]:
    """Names of those without any. Where no application runs, one without a screen is made for the look."""
    application = QApplication.instance() or QApplication(["fonts", "-platform", "offscreen"])
    missing = [name for name, script in _SCRIPTS.items() if not QFontDatabase.families(script)]
    del application
    return missing
