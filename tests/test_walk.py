"""The whole circle, with the real programs: inspect, record, review, retrain, publish signed, activate on the running line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.recipe import read_recipe
from models.registry import Registry
from station.__main__ import main as station
from tests.conftest import REPOSITORY
from tests.small import SMALL_RECIPE, publish_small, small_picture
from trainer.__main__ import main as trainer

ENVIRONMENT = os.environ | {"QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1"}


def _pictures(folder: Path, n: int, seed: int) -> Path:
    """Every third part lacks a pin."""
    folder.mkdir()
    for i in range(n):
        cv2.imwrite(str(folder / f"{i:03d}.png"), small_picture(np.random.default_rng([seed, i]), missing_pin=i % 3 == 2))
    return folder


@contextmanager
def _running(config: Path, pictures: Path, lot: str) -> Iterator[subprocess.Popen[str]]:
    words = ["-m", "station", "--config", str(config), "run", "--headless", "--json", "--camera", f"folder:{pictures}", "--lot", lot]
    with subprocess.Popen([sys.executable, *words], cwd=REPOSITORY, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.stdout is not None
            process.stdout.read()
        assert process.wait(30) == 0


def test_reviewed_parts_of_the_line_retrain_it_while_it_runs(
    tmp_path: Path, small_vectors: NDArray[np.float32], capsys: pytest.CaptureFixture[str]
) -> None:
    # given a station that judges by a model which lets every defect pass: its thresholds are far too wide
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "small.toml").write_text(SMALL_RECIPE)
    cv2.imwrite(str(tmp_path / "recipes" / "small-front.png"), small_picture(None))
    recipe = read_recipe(tmp_path / "recipes" / "small.toml")
    publish_small(tmp_path / "store", recipe, small_vectors, 1e6, 2e6)
    assert trainer(["keys", "new", str(tmp_path / "key.pem")]) == 0
    config = tmp_path / "config.toml"
    config.write_text(
        '[station]\ndata = "data"\nrecipe = "small"\nrecipes = "recipes"\n[models]\nallow_unsigned = true\nstore = "store"\nprovider = "cpu"\n'
        "[camera.folder]\nloop = false\nrate_hz = 20\n"
    )
    Registry(tmp_path / "store", tmp_path / "data" / "active").activate("small", "1")

    # when two lots have been inspected and QA has said what each part truly was
    for lot, n, seed in (("monday", 36, 1), ("tuesday", 30, 2)):
        words = ["-m", "station", "--config", str(config), "run", "--headless", "--json", "--lot", lot]
        pictures = _pictures(tmp_path / lot, n, seed)
        done = subprocess.run(
            [sys.executable, *words, "--camera", f"folder:{pictures}"], cwd=REPOSITORY, capture_output=True, env=ENVIRONMENT, text=True, check=True
        )
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert {row["verdict"] for row in rows} == {"OK"}, "every defect escapes"
        truth = {row["part"]: i % 3 != 2 for i, row in enumerate(rows)}
        reviewer = ["--by", "QA", "--data", str(tmp_path / "data")]
        good, bad = ([str(part) for part, is_good in truth.items() if is_good is wanted] for wanted in (True, False))
        assert station(["--config", str(config), "review", *good, "--truth", "OK", *reviewer]) == 0
        assert station(["--config", str(config), "review", *bad, "--truth", "NG", "--mode", "M", *reviewer]) == 0
    capsys.readouterr()

    # and the engineer retrains from the records while the line runs, and activates what was published
    config.write_text(config.read_text().replace("loop = false", "loop = true"))
    with _running(config, tmp_path / "tuesday", "wednesday") as line:
        assert line.stdout is not None
        first = json.loads(line.stdout.readline())
        assert (first["model"], first["verdict"]) == ("small@1", "OK")
        words = ["--recipe", str(tmp_path / "recipes" / "small.toml"), "--train", "monday", "--calib", "tuesday", "--store", str(tmp_path / "store")]
        quick = str(Path(__file__).parent / "trainer" / "quick.toml")
        assert trainer(["train", str(tmp_path / "data"), *words, "--training", quick, "--overkill", "0.05", "--key", str(tmp_path / "key.pem")]) == 0
        assert "published small version 2 (quick)" in capsys.readouterr().out
        assert station(["--config", str(config), "models", "activate", "small@2"]) == 0
        seen: list[dict[str, str]] = []
        end = time.monotonic() + 60
        while len(seen) < 60:
            assert time.monotonic() < end, "the running line never took the new model"
            row = json.loads(line.stdout.readline())
            seen += [row] if row["model"] == "small@2" else []

    # then the running line finds the defects that it let pass, and lets good parts pass
    verdicts = [row["verdict"] for row in seen]
    assert verdicts.count("NG") >= 18
    assert verdicts.count("OK") >= 34
