"""The command line as a user types it: real processes, real files."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.nsoartc import nsoartc
from models.registry import Registry
from models.signing import new_key, sign_bundle
from tests.conftest import REPOSITORY
from tests.small import small_picture

ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}


def station(*words: object, cwd: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "station", *map(str, words)]
    environment = ENVIRONMENT | {"PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100, env=environment, check=False)


def lines(run: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture
def site(tmp_path: Path, recipe_file: Path, published: Path) -> Path:
    """A line PC of its own: config.toml, the small recipe and its models."""
    shutil.copytree(recipe_file.parent, tmp_path / "recipes")
    shutil.copytree(published, tmp_path / "store")
    (tmp_path / "config.toml").write_text('[station]\nrecipe = "small"\nrecipes = "recipes"\n[models]\nallow_unsigned = true\nstore = "store"\n')
    Registry(tmp_path / "store", tmp_path / "data" / "active").activate("small", "1")
    return tmp_path


@pytest.fixture
def small_parts(tmp_path: Path) -> Path:
    """8 small parts as pictures; part-3 has no second pin."""
    folder = tmp_path / "parts"
    folder.mkdir()
    for n in range(8):
        cv2.imwrite(str(folder / f"part-{n}.png"), small_picture(np.random.default_rng(100 + n), missing_pin=n == 3))
    return folder


class Ledger:
    """The database of a data folder, read with plain SQL."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def rows(self, query: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(f"file:{self.data / 'station.sqlite'}?mode=ro", uri=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def check(self) -> None:
        """Whole, in order, every row with its pictures."""
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        by_run: dict[object, list[int]] = {}
        for run, number in self.rows("SELECT run, shot_number FROM part ORDER BY id"):
            by_run.setdefault(run, []).append(number)  # type: ignore[arg-type]
        for numbers in by_run.values():
            assert numbers == list(range(1, len(numbers) + 1))
        for (path,) in self.rows("SELECT path FROM picture"):
            assert (self.data / "pictures" / str(path)).stat().st_size > 0
        assert self.rows("SELECT count(*) FROM region WHERE part_id NOT IN (SELECT id FROM part)") == [(0,)]


def test_parts_run_headless_each_with_exactly_one_record_in_order(tmp_path: Path) -> None:
    run = station("run", "--headless", "--parts", 30, "--json", "--data", tmp_path, "--lot", "L9", "--operator", "Ann")
    assert run.returncode == 0, run.stderr
    shown = lines(run)
    assert [row["shot"] for row in shown] == list(range(1, 31))
    ledger = Ledger(tmp_path)
    ledger.check()
    recorded = ledger.rows("SELECT id, judgement, lot, operator, model || '@' || model_version FROM part ORDER BY id")
    assert [(row["part"], row["verdict"], "L9", "Ann", row["model"]) for row in shown] == recorded
    verdicts = Counter(row["verdict"] for row in shown)
    assert verdicts["OK"] > 15
    assert verdicts["NG"] >= 1
    assert ledger.rows("SELECT kind FROM event ORDER BY id") == [("start",), ("stop",)]


def test_killed_in_the_middle_nothing_is_lost_and_it_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "station", "run", "--headless", "--parts", "500", "--json", "--data", str(data)]
    shown: list[int] = []
    for _ in range(2):
        with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                shown.append(json.loads(line)["part"])
                if len(shown) % 15 == 0:
                    break
            process.send_signal(signal.SIGKILL)
            shown += [json.loads(line)["part"] for line in process.stdout if line.endswith("}\n")]
        ledger = Ledger(data)
        ledger.check()
        recorded = {row[0] for row in ledger.rows("SELECT id FROM part")}
        assert set(shown) <= recorded, "no verdict was shown that is not on disk"
    again = station("run", "--headless", "--parts", 5, "--json", "--data", data)
    assert again.returncode == 0, again.stderr
    assert lines(again)[0]["part"] == max(recorded) + 1
    Ledger(data).check()


def test_a_termination_signal_ends_the_run_with_every_accepted_part_recorded(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "station", "run", "--headless", "--json", "--data", str(tmp_path)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True) as process:
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 0
    ledger = Ledger(tmp_path)
    ledger.check()
    assert ledger.rows("SELECT kind FROM event ORDER BY id DESC LIMIT 1") == [("stop",)]


def test_another_version_is_activated_and_rolled_back_while_parts_run(site: Path, small_parts: Path) -> None:
    (site / "config.toml").write_text((site / "config.toml").read_text() + "[camera.folder]\nloop = true\nrate_hz = 150\n")
    command = ["-m", "station", "--config", str(site / "config.toml"), "run", "--headless", "--json", "--camera", f"folder:{small_parts}"]
    with subprocess.Popen([sys.executable, *command], cwd=REPOSITORY, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True) as process:
        assert process.stdout is not None
        rows: list[dict[str, object]] = []

        def until(model: str) -> None:
            end = time.monotonic() + 30
            while not rows or rows[-1]["model"] != model:
                assert time.monotonic() < end
                rows.append(json.loads(process.stdout.readline()))  # type: ignore[union-attr]

        until("small@1")
        assert station("--config", site / "config.toml", "models", "activate", "small@2").returncode == 0
        until("small@2")
        back = station("--config", site / "config.toml", "models", "rollback", "small", "--json")
        assert json.loads(back.stdout) == {"name": "small", "active": "1", "before": "2"}
        until("small@1")
        process.send_signal(signal.SIGTERM)
        rows += [json.loads(line) for line in process.stdout]
        assert process.wait(30) == 0
    assert [row["shot"] for row in rows] == list(range(1, len(rows) + 1))
    changes = [row["model"] for i, row in enumerate(rows) if i == 0 or rows[i - 1]["model"] != row["model"]]
    assert changes == ["small@1", "small@2", "small@1"]
    ledger = Ledger(site / "data")
    ledger.check()
    # version 2 calls everything NG, version 1 only the part without a pin: nobody was judged by half of each
    for model, ok_at_most, score, judgement in ledger.rows("SELECT model_version, ok_at_most, score, judgement FROM part"):
        assert ok_at_most == (12.0 if model == "1" else -1e6)
        assert (judgement == "OK") == (score <= ok_at_most)  # type: ignore[operator]
    assert [json.loads(str(d))["version"] for (d,) in ledger.rows("SELECT detail FROM event WHERE kind = 'model' ORDER BY id")] == ["2", "1"]


def test_a_folder_is_replayed_to_its_end_and_a_bad_picture_is_held(site: Path, small_parts: Path) -> None:
    (small_parts / "part-5.png").write_bytes(b"")
    run = station("--config", site / "config.toml", "run", "--headless", "--json", "--camera", f"folder:{small_parts}")
    assert run.returncode == 0, run.stderr
    rows = lines(run)
    assert [row["verdict"] for row in rows] == ["OK", "OK", "OK", "NG", "OK", "HOLD", "OK", "OK"], "and no part that was not there"
    assert "part-5.png: the file is empty" in str(rows[5]["reason"])


def test_inspect_judges_files_one_json_object_a_line(site: Path, small_parts: Path) -> None:
    (small_parts / "part-1.png").write_bytes(b"junk")
    cv2.imwrite(str(small_parts / "part-2.png"), np.zeros((90, 160, 3), np.uint16))
    run = station("--config", site / "config.toml", "inspect", small_parts, "--recipe", "small", "--model", "small@1", "--json")
    rows = lines(run)
    assert run.returncode == 1, "something is on hold"
    assert [row["verdict"] for row in rows] == ["OK", "HOLD", "HOLD", "NG", "OK", "OK", "OK", "OK"]
    assert set(rows[0]) >= {"file", "verdict", "score", "worst_region", "reason", "ms"}
    assert "16 bits a channel" in str(rows[2]["reason"])
    assert rows[0]["score"] is not None
    assert rows[1]["score"] is None


def test_inspect_pairs_views_by_folder_and_by_metadata(tmp_path: Path) -> None:
    assert station("simulate", "-o", tmp_path, "--parts", 4, "--defect-rate", 1, "--seed", 5, "--session", "s").returncode == 0
    by_folder = lines(station("inspect", tmp_path / "s", "--recipe", "connector", "--json"))
    by_metadata = lines(station("inspect", tmp_path / "metadata.csv", "--recipe", "connector", "--json"))
    assert [row["file"] for row in by_metadata] == [f"s-{n:04d}" for n in range(1, 5)]
    assert [row["score"] for row in by_folder] == [row["score"] for row in by_metadata]
    (tmp_path / "s" / "left" / "s-0002.png").unlink()
    assert [r["verdict"] == "HOLD" for r in lines(station("inspect", tmp_path / "s", "--recipe", "connector", "--json"))] == [
        False,
        True,
        False,
        False,
    ]
    row = lines(station("inspect", tmp_path / "metadata.csv", "--recipe", "connector", "--json"))[1]
    assert row["verdict"] == "HOLD"
    assert "s-0002.png: cannot be read" in str(row["reason"])
    refused = station("inspect", tmp_path / "s" / "center" / "s-0001.png", "--recipe", "connector")
    assert refused.returncode == 2
    assert "the recipe has 3 views (center, left, right)" in refused.stderr


@pytest.mark.parametrize("suffix", ["npz", "parquet"])
def test_vectors_of_the_golden_pictures_agree(tmp_path: Path, suffix: str) -> None:
    golden = np.load(REPOSITORY / "tests" / "golden" / "nsoartc.npz")
    names = sorted(n.removeprefix("image_") for n in golden.files if n.startswith("image_"))
    for name in names:
        cv2.imwrite(str(tmp_path / f"{name}.png"), golden[f"image_{name}"])
    run = station("vectors", tmp_path, "-o", tmp_path / f"v.{suffix}", "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["vectors"] == len(names)
    if suffix == "npz":
        with np.load(tmp_path / "v.npz") as archive:
            rows, files = archive["data"], archive["file_name"].tolist()
    else:
        import pyarrow.parquet as pq

        table = pq.read_table(tmp_path / "v.parquet")
        assert table.column_names == [*(f"data{i}" for i in range(1404)), "file_name"]
        rows = np.stack([table[f"data{i}"].to_numpy() for i in range(1404)], 1)
        files = table["file_name"].to_pylist()
    assert [Path(f).stem for f in files] == names
    for row, name in zip(rows, names, strict=True):
        assert np.abs(row - golden[f"vector_{name}"]).max() <= 2e-3


def test_vectors_leave_out_what_they_cannot_read_and_say_so(tmp_path: Path, small_parts: Path) -> None:
    (small_parts / "part-0.png").write_bytes(b"")
    run = station("vectors", small_parts, "-o", tmp_path / "v.npz")
    assert run.returncode == 1
    assert "left out" in run.stderr
    assert "part-0.png" in run.stderr
    with np.load(tmp_path / "v.npz") as archive:
        assert len(archive["data"]) == 7
        assert np.array_equal(archive["data"][0], nsoartc(cv2.imread(str(small_parts / "part-1.png"), cv2.IMREAD_GRAYSCALE)))


def test_vectors_of_a_folder_are_those_of_the_folders_in_it_too(tmp_path: Path, small_parts: Path) -> None:
    run = station("vectors", small_parts.parent, "-o", tmp_path / "v.npz", "--json")
    assert json.loads(run.stdout)["vectors"] == 8


def test_models_are_listed_shown_and_verified(site: Path) -> None:
    config = ("--config", site / "config.toml")
    listed = lines(station(*config, "models", "list", "--json"))
    assert [(row["name"], row["version"], row["active"]) for row in listed] == [("small", "1", True), ("small", "2", False)]
    shown = station(*config, "models", "show", "small")
    assert "OK at most 12.000, NG above 20.000" in shown.stdout
    assert json.loads(station(*config, "models", "verify", "small@2", "--json").stdout)["provider"] in ("CPU", "CUDA")
    assert "no earlier version was active" in station(*config, "models", "rollback", "small").stderr


def test_models_say_who_signed_them_and_only_trusted_ones_are_activated(site: Path) -> None:
    config = ("--config", site / "config.toml")
    assert "self-test are in order, on CPU; not signed" in station(*config, "models", "verify", "small@2").stdout.replace("CUDA", "CPU")
    assert "  signature   not signed\n" in station(*config, "models", "show", "small@2").stdout
    public = new_key(site / "key.pem")
    sign_bundle(site / "store" / "small" / "2", site / "key.pem")
    (site / "config.toml").write_text((site / "config.toml").read_text().replace("allow_unsigned = true", f'trusted_keys = ["{public}"]'))
    assert json.loads(station(*config, "models", "verify", "small@2", "--json").stdout)["signer"] == public
    assert f"  signature   signed by {public}\n" in station(*config, "models", "show", "small@2").stdout
    assert station(*config, "models", "activate", "small@2").returncode == 0
    for words in (("activate", "small@1"), ("rollback", "small"), ("verify", "small@1")):
        run = station(*config, "models", *words)
        assert run.returncode == 2
        assert "small/1: is not signed, and this station accepts only what a key in [models] trusted_keys or its own key signed" in run.stderr
    assert Registry(site / "store", site / "data" / "active").active("small") == "2"
    manifest = site / "store" / "small" / "2" / "manifest.toml"
    manifest.write_text(manifest.read_text().replace("ok_at_most = -1000000.0", "ok_at_most = -1000001.0"))
    assert "  signature   WRONG: " in station(*config, "models", "show", "small@2").stdout


@pytest.mark.parametrize("command", ["run", "inspect"])
def test_nothing_is_judged_by_a_model_that_is_not_trusted(site: Path, small_parts: Path, command: str) -> None:
    public = new_key(site / "key.pem")
    (site / "config.toml").write_text((site / "config.toml").read_text().replace("allow_unsigned = true", f'trusted_keys = ["{public}"]'))
    words = ("--headless", "--camera", f"folder:{small_parts}") if command == "run" else (small_parts, "--recipe", "small")
    run = station("--config", site / "config.toml", command, *words)
    assert (run.returncode, run.stdout) == (2, "")
    assert "small/1: is not signed" in run.stderr
    sign_bundle(site / "store" / "small" / "1", site / "key.pem")
    assert station("--config", site / "config.toml", command, *words).returncode == 0


BAD_INPUT = {
    "misspelt key in config": ("config.toml", '[station]\nnmae = "x"\n', (), "config.toml: station.nmae: unknown key; did you mean name?"),
    "impossible value in config": ("config.toml", '[models]\nprovider = "tpu"\n', (), "models.provider: Input should be 'auto', 'cuda' or 'cpu'"),
    "a trusted key that is none": ("config.toml", '[models]\ntrusted_keys = ["ed25519:abc"]\n', (), "models.trusted_keys.0: String should match"),
    "config that is no TOML": ("config.toml", "[station\n", (), "config.toml: not valid TOML"),
    "misspelt key in recipe": (
        "recipes/small.toml",
        'name = "small"\nmodle = "x"\n',
        (),
        "small.toml: model: Field required; views: Field required; modle: unknown key; did you mean model?",
    ),
    "unknown recipe": (None, "", ("--recipe", "big"), "no recipe 'big'"),
    "a trigger's secret that is not set": (
        "+config.toml",
        '[trigger_in]\nkind = "mqtt"\nhost = "127.0.0.1"\nuser = "line"\npassword_env = "NOT_SET"\n',
        (),
        "trigger_in: the environment variable NOT_SET, which holds its password or token, is not set",
    ),
    "camera that is not there": (None, "", ("--camera", "opencv:97", "--parts", "1"), "camera 97: cannot be opened"),
    "folder that is not there": (None, "", ("--camera", "folder:/nowhere"), "/nowhere: there is no such folder"),
    "words that name no camera": (None, "", ("--camera", "webcam"), "camera 'webcam': expected simulated"),
    "model without manifest": ("-store/small/1/manifest.toml", "", (), "manifest.toml: cannot be read: No such file"),
    "model with a wrong checksum": ("store/small/1/golden.npz", "x", (), "golden.npz has sha256"),
    "a number of 5000 digits in config": ("config.toml", f"a = {'9' * 5000}\n", (), "config.toml: not valid TOML"),
    "brackets without end in config": ("config.toml", f"a = {'[' * 3000}\n", (), "config.toml: not valid TOML"),
    "a region line missing in the manifest": ("~store/small/1/manifest.toml", "", (), "golden.npz holds 3 vectors and 3 scores a part"),
    "a recipe name beyond all measure": (None, "", ("--recipe", "x" * 300), "File name too long"),
    "an interval beyond all measure": (None, "", ("--interval-ms", "99999999999999"), "--interval-ms 99999999999999: 0 to 3600000"),
    "parts that cannot be counted": (None, "", ("--parts", "0"), "--parts 0: at least 1"),
    "lot that cannot be written": (None, "", ("--lot", "x" * 65), "lot 'xxxxxxxxxxxxxxxxxxxx'…: 65 characters"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_a_users_mistake_gives_one_sentence_and_exit_code_2(site: Path, small_parts: Path, case: str) -> None:
    file, content, words, sentence = BAD_INPUT[case]
    if file is not None and file.startswith("-"):
        (site / file[1:]).unlink()
    elif file is not None and file.startswith("+"):
        (site / file[1:]).write_text((site / file[1:]).read_text() + content)
    elif file is not None and file.startswith("~"):
        path = site / file[1:]
        path.write_text(re.sub(r"(regions = \[\n).*?\n", r"\1", path.read_text(), count=1))
    elif file is not None:
        (site / file).write_text(content)
    camera = () if "--camera" in words else ("--camera", f"folder:{small_parts}")
    run = station("--config", site / "config.toml", "run", "--headless", *camera, *words)
    assert run.returncode == 2, run.stderr
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stderr.count("station:") == 1


def test_without_a_display_the_window_says_how_to_run_headless() -> None:
    run = station("run")
    assert run.returncode == 2
    assert run.stderr == "station: no display here: run headless with `./run --headless --parts 20`, or set DISPLAY\n"


@pytest.mark.parametrize("words", [(), ("run",), ("inspect",), ("vectors",), ("models",), ("simulate",), ("review",)])
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    run = station(*words, "--help")
    assert run.returncode == 0
    assert "usage: python -m station" in run.stdout


def test_the_station_runs_without_torch(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['scipy'] = None\n"
        "from station.__main__ import main\n"
        f"sys.exit(main(['run', '--headless', '--parts', '2', '--data', {str(tmp_path)!r}]))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, env=ENVIRONMENT, check=False)
    assert run.returncode == 0, run.stderr


def test_when_nobody_reads_on_the_run_ends_with_every_accepted_part_recorded(tmp_path: Path) -> None:
    command = f"{sys.executable} -m station run --headless --parts 200 --json --data {tmp_path} | head -n 2"
    run = subprocess.run(["bash", "-c", command], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, env=ENVIRONMENT, check=False)
    assert len(run.stdout.splitlines()) == 2
    assert run.stderr == ""
    ledger = Ledger(tmp_path)
    ledger.check()
    assert ledger.rows("SELECT count(*) FROM part")[0][0] < 200  # type: ignore[operator]
    assert ledger.rows("SELECT kind FROM event ORDER BY id DESC LIMIT 1") == [("stop",)]


def test_a_service_waits_for_its_camera(site: Path) -> None:
    command = [sys.executable, "-m", "station", "--config", str(site / "config.toml"), "run", "--headless", "--camera", "opencv:97"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stderr is not None
        while (line := process.stderr.readline()) and "cannot be opened" not in line:  # OpenCV has its own say before
            pass
        assert line.startswith("station: camera: camera 97: cannot be opened")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_fault_is_told_once_on_the_terminal(tmp_path: Path) -> None:
    shipped = (REPOSITORY / "config.toml").read_text(encoding="utf-8")
    absolute = shipped.replace('"station/recipes"', f'"{REPOSITORY}/station/recipes"').replace('"models/store"', f'"{REPOSITORY}/models/store"')
    faulty = absolute.replace("faults = []", 'faults = [{ shot = 2, fault = "unplugged", lasts_s = 0.3 }]')
    (tmp_path / "config.toml").write_text(faulty, encoding="utf-8")
    run = station("--config", tmp_path / "config.toml", "run", "--headless", "--parts", 4)
    assert run.returncode == 0, run.stderr
    assert run.stderr == "station: camera: simulated camera: unplugged\n"


def test_a_second_station_on_the_same_data_folder_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "station", "run", "--headless", "--json", "--data", str(tmp_path)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True) as first:
        assert first.stdout is not None
        first.stdout.readline()
        second = station("run", "--headless", "--parts", 1, "--data", tmp_path)
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=30)
    assert second.returncode == 2
    assert "another station is running on it" in second.stderr
    assert first.returncode == 0


def test_a_model_for_another_recipe_cannot_be_activated(site: Path) -> None:
    recipe = site / "recipes" / "small.toml"
    recipe.write_text(recipe.read_text().replace('name = "small"', 'name = "small"\npolarity = "dark"', 1))
    run = station("--config", site / "config.toml", "models", "activate", "small@2")
    assert run.returncode == 2
    assert "teach it again for this recipe" in run.stderr
    assert Registry(site / "store", site / "data" / "active").active("small") == "1"


def test_run_takes_paths_from_where_the_caller_stands(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    environment = {k: v for k, v in ENVIRONMENT.items() if k != "PYTHONPATH"}
    (tmp_path / "uv").write_text("#!/bin/sh\nexit 0\n")  # ./run asks only whether there is one; everything is installed
    (tmp_path / "uv").chmod(0o755)
    environment["PATH"] = f"{tmp_path}:{environment['PATH']}"
    if not (REPOSITORY / ".venv" / "installed-dev.txt").exists():
        pytest.skip("this environment was not made by ./test")
    command = [str(REPOSITORY / "run"), "--headless", "--parts", "1", "--data", "records"]
    run = subprocess.run(command, cwd=tmp_path / "there", capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "there" / "records" / "station.sqlite").exists()
