from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import REPOSITORY


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", REPOSITORY / "requirements" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module
    spec.loader.exec_module(module)
    return module


# as pip-audit 2.10 writes it
ANSWER = {
    "jinja2": [{"id": "PYSEC-2024-1", "aliases": ["CVE-2024-1", "GHSA-aaaa"], "fix_versions": ["3.1.6"], "description": "…"}],
    "numpy": [],
    "opencv": [{"id": "GHSA-bbbb", "aliases": [], "fix_versions": [], "description": "…"}],
}
PINS = {"jinja2": "3.1.0", "numpy": "2.3.0", "opencv": "4.11"}


def test_every_locked_package_is_asked_about(audit: ModuleType) -> None:
    pins = audit.locked()
    assert {"numpy", "onnxruntime-gpu", "pydantic", "torch", "pymodbus"} <= pins.keys()
    assert all(version[0].isdigit() for version in pins.values())


def test_a_fault_fails_unless_it_is_listed_with_its_reason_under_any_of_its_names(audit: ModuleType) -> None:
    found = audit.faults(ANSWER, PINS)
    lines, is_well = audit.table(found, {})
    assert not is_well
    assert [" ".join(line.split()) for line in lines] == [
        "jinja2 3.1.0 PYSEC-2024-1 FAULT, mended in 3.1.6",
        "opencv 4.11 GHSA-bbbb FAULT, mended in no version yet",
    ]
    lines, is_well = audit.table(found, {"CVE-2024-1": "no template comes from outside"})
    assert not is_well
    assert "ignored: no template comes from outside" in lines[0]
    assert audit.table(found, {"CVE-2024-1": "a", "GHSA-bbbb": "b"})[1]


def test_an_advisory_is_not_ignored_without_a_reason(audit: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "audit-ignore.txt").write_text("# note\n\nCVE-1  not reachable: no template comes from outside\nCVE-2\n")
    with pytest.raises(ValueError, match=r"audit-ignore\.txt, line 4: CVE-2 has no reason"):
        audit.read_ignored(tmp_path / "audit-ignore.txt")
    (tmp_path / "audit-ignore.txt").write_text("CVE-1  not reachable  # since 2026\n")
    assert audit.read_ignored(tmp_path / "audit-ignore.txt") == {"CVE-1": "not reachable"}
    assert isinstance(audit.read_ignored(REPOSITORY / "requirements" / "audit-ignore.txt"), dict)
