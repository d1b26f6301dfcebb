"""Every file that ever troubled a reader, and one good one each: read again, as the campaign benchmarks/fuzz.py does for hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz_targets import TARGETS

CORPUS = Path(__file__).parent / "fuzz_corpus"
CASES = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


def test_each_reader_has_a_corpus() -> None:
    assert {path.parent.name for path in CASES} == set(TARGETS)


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_reader_ends_with_an_object_or_its_own_sentence(case: Path, tmp_path: Path) -> None:
    TARGETS[case.parent.name](case.read_bytes(), tmp_path)
