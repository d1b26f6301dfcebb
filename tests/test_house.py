"""Rules of the house: which room may import which, what is translated, what the repository may not say."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont, QFontDatabase, QRawFont
from PySide6.QtWidgets import QApplication

from models.recipe import find_recipe
from models.registry import Registry
from models.scorer import Scorer
from station.config import Config, read_config
from station.gui import theme
from station.gui.language import LANGUAGES, TRANSLATIONS
from tests.conftest import REPOSITORY
from trainer.settings import TrainingSection

ROOMS = ("station", "models", "trainer")

WRONG_IMPORTS = [
    ("station/verdict.py", "import trainer.data"),
    ("trainer/data.py", "import station.verdict"),
    ("models/nsoartc.py", "import torch"),
    ("models/nsoartc.py", "import PySide6.QtCore"),
    ("models/nsoartc.py", "import sqlalchemy"),
    ("models/nsoartc.py", "import station.verdict"),
    ("station/inspector.py", "import torch"),
    ("station/inspector.py", "import station.line"),
    ("station/inspector.py", "import station.store.journal"),
    ("station/line.py", "import PySide6.QtCore"),
    ("station/line.py", "import sqlalchemy"),
    ("station/verdict.py", "import station.inspector"),
    ("station/store/journal.py", "import station.line"),
    ("trainer/data.py", "import PySide6.QtCore"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(REPOSITORY / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "store" if room == "models" else ""))
    shutil.copy(REPOSITORY / "pyproject.toml", copy)
    return copy


def test_the_import_arrows_hold(house: Path) -> None:
    run = lint(house)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(("file", "line"), WRONG_IMPORTS)
def test_a_wrong_import_is_found(house: Path, file: str, line: str) -> None:
    path = house / file
    before = path.read_text(encoding="utf-8")
    path.write_text(before + f"\n{line}  # wrong\n", encoding="utf-8")
    try:
        run = lint(house)
    finally:
        path.write_text(before, encoding="utf-8")
    assert run.returncode == 1, f"{file}: {line} was not found\n{run.stdout}"
    assert "BROKEN" in run.stdout


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
def test_every_string_of_the_window_is_translated(code: str, tmp_path: Path) -> None:
    ts = tmp_path / f"station_{code}.ts"
    shutil.copy(TRANSLATIONS / ts.name, ts)
    tools = Path(sys.executable).parent
    sources = sorted(str(p) for p in (REPOSITORY / "station" / "gui").glob("*.py"))
    subprocess.run([tools / "pyside6-lupdate", *sources, "-no-obsolete", "-ts", ts], check=True, capture_output=True, timeout=60)
    missing = []
    for message in ET.parse(ts).getroot().iter("message"):
        translation = message.find("translation")
        if translation is None or not translation.text or translation.get("type") == "unfinished":
            missing.append(message.findtext("source"))
    assert missing == [], f"translate in {TRANSLATIONS / ts.name}, then run pyside6-lrelease"
    # and the compiled file is made from this text
    subprocess.run([tools / "pyside6-lrelease", TRANSLATIONS / ts.name, "-qm", tmp_path / "fresh.qm"], check=True, capture_output=True, timeout=60)
    assert (tmp_path / "fresh.qm").read_bytes() == (TRANSLATIONS / f"station_{code}.qm").read_bytes()


def test_every_character_of_the_translations_can_be_drawn(qapp: QApplication) -> None:
    for code in (c for c in LANGUAGES if c != "en"):
        QLocale.setDefault(QLocale("zh_CN" if code == "zh" else code))
        fonts = [QRawFont.fromFont(QFont(family)) for family in theme.font_families() if family in QFontDatabase.families()]
        QLocale.setDefault(QLocale("en"))
        if not any(font.supportsCharacter(ord("中")) for font in fonts):  # type: ignore[call-overload]
            pytest.skip(f"{code}: no font with Japanese or Chinese characters is installed here")
        texts = ET.parse(TRANSLATIONS / f"station_{code}.ts").getroot().iter("translation")
        characters = {c for text in texts for c in text.text or "" if c.isprintable() and not c.isspace()}
        missing = sorted(c for c in characters if not any(font.supportsCharacter(ord(c)) for font in fonts))  # type: ignore[call-overload]
        assert missing == [], f"{code}: no installed font has these; on Debian: apt install fonts-ipafont-gothic fonts-droid-fallback"


def test_placeholders_survive_translation() -> None:
    for ts in TRANSLATIONS.glob("*.ts"):
        for message in ET.parse(ts).getroot().iter("message"):
            source, translation = message.findtext("source") or "", message.findtext("translation") or ""
            assert set(re.findall(r"\{\d\}", source)) == set(re.findall(r"\{\d\}", translation)), source


def test_the_shipped_config_shows_every_key_with_its_default() -> None:
    shown = tomllib.loads((REPOSITORY / "config.toml").read_text(encoding="utf-8"))
    defaults = Config().model_dump(exclude_none=True)
    assert len(shown["models"]["trusted_keys"]) == 1, "the maker's of the model that ships, and no other"
    shown["models"]["trusted_keys"] = []
    assert defaults.pop("sinks") == []  # an array of tables: its examples are comments
    assert shown == {**defaults, "camera": {**defaults["camera"], "opencv": {}}, "training": TrainingSection().model_dump()}
    assert read_config(REPOSITORY / "config.toml").data_folder == REPOSITORY / "data"


def test_the_shipped_model_passes_its_own_test_and_fits_its_recipe(tmp_path: Path) -> None:
    shipped = read_config(REPOSITORY / "config.toml")
    registry = Registry(shipped.model_store, tmp_path, shipped.models.trusted_keys)
    version = registry.versions("connector")[-1]
    registry.verify("connector", version)
    scorer = Scorer(registry.folder("connector", version), "cpu", trusted_keys=registry.trusted_keys)
    scorer.check_recipe(find_recipe("connector", REPOSITORY / "station" / "recipes"))
    assert scorer.manifest.kind == "best"
    assert sum(f.stat().st_size for f in registry.folder("connector", version).rglob("*") if f.is_file()) < 8_000_000


def tracked_files() -> list[Path]:
    if not (REPOSITORY / ".git").exists():
        pytest.skip("no .git here: nobody can say which files are the repository's")
    run = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    files = [REPOSITORY / name for name in run.stdout.split("\0") if name]
    assert REPOSITORY / "station" / "line.py" in files
    return files


def test_nothing_in_the_repository_names_a_registry_host_or_a_home() -> None:
    forbidden = re.compile(r"(files\.pythonhosted|pypi\.org/simple|index-url\s*=|/root/|/home/\w+/|/work/)")
    for path in tracked_files():
        if path.suffix in {".py", ".toml", ".txt", ".md", ".sh", ".ts", ""} and path.name != "test_house.py" and path.is_file():
            found = forbidden.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert found is None, f"{path}: {found and found.group()}"


@pytest.mark.parametrize("name", ["station", "trainer", "nvidia", "delivery"])
def test_what_is_tested_is_what_is_installed(name: str) -> None:
    def pins(file: str) -> dict[str, str]:
        text = (REPOSITORY / "requirements" / file).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", text, re.M))

    tested, installed = pins("dev.txt"), pins(f"{name}.txt")
    assert installed
    assert {k: v for k, v in installed.items() if k in tested and tested[k] != v} == {}
    assert "onnxruntime" not in installed, "one runtime in one environment: onnxruntime-gpu"
    assert ("torch" in installed) == (name == "trainer")


def test_nothing_that_a_program_wrote_is_in_the_repository() -> None:
    written = re.compile(r"(^|/)tmp\w*/|\.sqlite(-\w+)?$|\.ini$|\.log$")
    assert [name for p in tracked_files() if written.search(name := p.relative_to(REPOSITORY).as_posix())] == []


def test_python_files_stay_small_enough_to_hold_in_the_head() -> None:
    long = {p.relative_to(REPOSITORY).as_posix(): n for p in tracked_files() if p.suffix == ".py" and (n := p.read_text().count("\n")) > 450}
    assert long == {}


@pytest.mark.parametrize("room", ["models", "station", "station/cameras", "station/store", "station/sinks", "station/gui", "trainer"])
def test_a_room_names_each_of_its_modules_and_makes_none_up(room: str) -> None:
    folder = REPOSITORY / room
    told = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    listed = re.findall(r"^ *(\w+\.py) ", told, re.M)  # a line begins with each
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.py") if path.name != "__init__.py")
    others = set(re.findall(r"[\w/]+\.py\b", told)) | set(re.findall(r"^ *(\w+/) ", told, re.M))
    assert [name for name in others if not (folder / name).exists() and not (REPOSITORY / name).exists()] == []


def readme_commands() -> list[str]:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```bash\n(.*?)```", text, re.S)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("command", [c for c in readme_commands() if re.match(r"(\S*python\S* -m (station|trainer)|\./run )", c)])
def test_every_command_of_the_readme_is_understood(command: str) -> None:
    """Options and sub-commands exist; what the commands do is tested where they live."""
    words = command.replace("./run", "python -m station run").split()
    module, arguments = words[2], words[3:]
    code = (
        f"import sys; from {module}.__main__ import _parser; options = _parser().parse_args({arguments!r}); "
        "assert callable(options.run)"
    )  # fmt: skip
    run = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, f"{command}\n{run.stderr}"


def test_the_readme_shows_commands() -> None:
    assert "./run" in readme_commands()
    assert "./test" in readme_commands()


def test_the_two_commands_are_valid_bash() -> None:
    for name in ("run", "test", "audit", "environment.sh", ".ci/run", "trainer/connector_model.sh"):
        assert subprocess.run(["bash", "-n", REPOSITORY / name], timeout=10, check=False).returncode == 0, name


def test_every_link_between_the_pages_leads_somewhere() -> None:
    for page in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
