"""The window's language, switchable while it runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QSettings, QTranslator, Slot

LANGUAGES = {"en": "English", "ja": "日本語", "zh": "简体中文"}
TRANSLATIONS = Path(__file__).parent / "translations"


class Languages(QObject):
    """Installs one translator at a time; Qt then sends LanguageChange to every widget."""

    def __init__(self, settings: QSettings, default: str) -> None:
        super().__init__()
        self._settings = settings
        self._translator: QTranslator | None = None
        wanted = str(settings.value("language", default))
        self.current = "en"
        self.use(wanted if wanted in LANGUAGES else default)

    def use(self, code: str) -> None:
        """Speak a language of LANGUAGES from now on, at the next start too."""
        self.release()
        self.current = code
        QLocale.setDefault(QLocale("zh_CN" if code == "zh" else code))
        translator = QTranslator()
        if translator.load(str(TRANSLATIONS / f"station_{code}.qm")):
            self._translator = translator
            QCoreApplication.installTranslator(translator)
        self._settings.setValue("language", code)

    def release(self) -> None:
        """Take the translator out again: the window is closing."""
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None

    @Slot()
    def next(self) -> None:
        """The next language of LANGUAGES."""
        self.use(self._next())

    def next_name(self) -> str:
        """What the button that calls next() says: the other language, in its own words."""
        return LANGUAGES[self._next()]

    def _next(self) -> str:
        codes = list(LANGUAGES)
        return codes[(codes.index(self.current) + 1) % len(codes)]
