from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.runtime import has_cuda_driver, runs_on_cuda
from models.signing import new_key
from station.__main__ import main
from station.config import Config
from station.doctor import Finding, examine
from station.shot import now
from station.store import lock
from station.store.database import DATABASE_NAME, open_database
from tests.station.line_pc import line_pc
from tests.station.recorded import part, write_parts

pytestmark = pytest.mark.usefixtures("qapp")  # one application a process: the doctor finds this one, and windows are tested with it


@pytest.fixture
def config(tmp_path: Path, recipe_file: Path, published: Path) -> Config:
    return line_pc(tmp_path, recipe_file, published)


def found(folder: Path) -> dict[str, Finding]:
    findings = list(examine(folder / "config.toml"))
    assert len({finding.what for finding in findings}) == len(findings)
    assert all(finding.do for finding in findings if finding.mark != "ok"), "whoever reads a note or a fault is told what to do"
    assert all("\n" not in finding.met + finding.do for finding in findings)
    return {finding.what: finding for finding in findings}


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "config.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_station_that_is_fit_has_no_fault_and_nothing_is_made(config: Config, tmp_path: Path) -> None:
    before = sorted(p for p in tmp_path.rglob("*"))
    findings = found(tmp_path)
    assert sorted(p for p in tmp_path.rglob("*")) == before
    assert set(findings) == {
        "config", "recipe", "data folder", "database", "pictures", "camera", "model", "GPU", "keys", "clock", "fonts", "delivery"
    }  # fmt: skip
    assert {what for what, finding in findings.items() if finding.mark == "fault"} == set()
    assert findings["keys"].mark == "note", "this station's models need no signature"
    assert "front 160 x 90 px" in findings["camera"].met
    assert "small 1, active; not signed; golden test passed on" in findings["model"].met


def test_the_command_says_each_in_a_line_and_gives_1_with_a_fault(config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--config", str(tmp_path / "config.toml"), "doctor"]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("ok    config")
    (tmp_path / "recipes" / "small.toml").unlink()
    assert main([*words, "--json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["mark"] for row in rows if row["what"] == "recipe"] == ["fault"]
    assert {"model", "camera"} & {row["what"] for row in rows} == set(), "both need the recipe"


def _dark(folder: Path) -> None:
    cv2.imwrite(str(folder / "parts" / "00.png"), np.zeros((90, 160), np.uint8))


def _wrong_size(folder: Path) -> None:
    cv2.imwrite(str(folder / "parts" / "00.png"), np.full((80, 160), 99, np.uint8))


def _no_pictures(folder: Path) -> None:
    for path in (folder / "parts").iterdir():
        path.unlink()


def _damaged_model(folder: Path) -> None:
    (folder / "store" / "small" / "1" / "model.onnx").write_bytes(b"x")


def _no_model(folder: Path) -> None:
    change(folder, 'store = "store"', 'store = "empty"')
    (folder / "data" / "active" / "small.toml").unlink()


def _unsigned_model(folder: Path) -> None:
    change(folder, "allow_unsigned = true", "allow_unsigned = false")


def _broken_key(folder: Path) -> None:
    (folder / "data" / "keys").mkdir(parents=True)
    (folder / "data" / "keys" / "station.pem").write_text("no key")


def _open_key(folder: Path) -> None:
    (folder / "data" / "keys").mkdir(parents=True)
    new_key(folder / "data" / "keys" / "station.pem")
    (folder / "data" / "keys" / "station.pem").chmod(0o644)


def _misspelt(folder: Path) -> None:
    change(folder, "[review]", "[reveiw]")


def _no_reference(folder: Path) -> None:
    (folder / "recipes" / "small-front.png").unlink()


def _no_database(folder: Path) -> None:
    (folder / "data" / DATABASE_NAME).write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)


def _damaged_database(folder: Path) -> None:
    engine = open_database(folder / "data")
    write_parts(engine, [part(n) for n in range(1, 400)])
    engine.dispose()
    path = folder / "data" / DATABASE_NAME
    content = bytearray(path.read_bytes())
    for at in range(5 * 4096, len(content) - 100, 4096):
        content[at : at + 64] = b"\xa5" * 64
    path.write_bytes(content)


def _newer_database(folder: Path) -> None:
    open_database(folder / "data").dispose()
    with sqlite3.connect(folder / "data" / DATABASE_NAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def _other_database(folder: Path) -> None:
    with sqlite3.connect(folder / "data" / DATABASE_NAME) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()


def _from_the_future(folder: Path) -> None:
    engine = open_database(folder / "data")
    write_parts(engine, [part(1, recorded_at=now() + timedelta(hours=5))])
    engine.dispose()


def _little_room(folder: Path) -> None:
    change(folder, "[review]", "[records]\nfree_mb_stop = 1e12\n[review]")


@pytest.mark.parametrize(
    ("harm", "what", "met"),
    [
        (_misspelt, "config", "reveiw: unknown key; did you mean review?"),
        (_no_reference, "recipe", "small-front.png: cannot be read"),
        (_dark, "camera", "black: view front"),
        (_wrong_size, "camera", "the picture has 160 x 80 px, the recipe expects 160 x 90 px"),
        (_no_pictures, "camera", "parts"),
        (_damaged_model, "model", "model.onnx has sha256"),
        (_no_model, "model", "has no version of it"),
        (_unsigned_model, "model", "is not signed"),
        (_broken_key, "keys", "is no private key in PEM"),
        (_open_key, "keys", "others can read"),
        (_no_database, "database", "database"),
        (_damaged_database, "database", "damaged: "),
        (_newer_database, "database", "schema 9999: of a newer program"),
        (_other_database, "database", "not a station's database"),
        (_from_the_future, "clock", "5.0 h before the newest recorded part"),
        (_little_room, "data folder", "GB free"),
    ],
)
def test_each_fault_is_found_where_it_lies(config: Config, tmp_path: Path, harm: Callable[[Path], None], what: str, met: str) -> None:
    harm(tmp_path)
    findings = found(tmp_path)
    assert findings[what].mark == "fault", findings[what]
    assert met in findings[what].met


def test_beside_a_running_station_the_camera_is_left_alone(config: Config, tmp_path: Path) -> None:
    held = lock.take(config.data_folder)
    assert held is not None
    try:
        findings = found(tmp_path)
    finally:
        held.close()
    assert "a station is running on it" in findings["data folder"].met
    assert findings["camera"].mark == "note"
    assert "not opened" in findings["camera"].met


def test_a_sink_whose_library_is_missing_is_named(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "config.toml").open("a") as f:
        f.write('\n[[sinks]]\nkind = "csv"\nname = "daily"\nfolder = "csv"\n')
    assert "daily (csv)" in found(tmp_path)["delivery"].met
    with (tmp_path / "config.toml").open("a") as f:
        f.write('\n[trigger_in]\nkind = "modbus"\nhost = "127.0.0.1"\ncoil = 0\n')
    monkeypatch.setattr("station.doctor._PACKAGES", {"modbus": "a_package_that_is_not.there"})
    delivery = found(tmp_path)["delivery"]
    assert (delivery.mark, delivery.met) == ("fault", "daily (csv); not installed: a_package_that_is_not.there")


def test_a_secret_that_is_not_in_the_environment_is_named(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "config.toml").open("a") as f:
        f.write('\n[[sinks]]\nkind = "mqtt"\nname = "plant"\nhost = "127.0.0.1"\nuser = "station"\npassword_env = "PLANT_PASSWORD"\n')
    monkeypatch.delenv("PLANT_PASSWORD", raising=False)
    assert "not in the environment: PLANT_PASSWORD" in found(tmp_path)["delivery"].met
    monkeypatch.setenv("PLANT_PASSWORD", "a secret")
    delivery = found(tmp_path)["delivery"]
    assert delivery.mark == "ok"
    assert "a secret" not in delivery.met


@pytest.mark.parametrize(
    ("provider", "is_required", "has_driver", "runs", "mark", "met"),
    [
        ("auto", "false", False, False, "ok", "no NVIDIA driver: the CPU judges"),
        ("cuda", "false", False, False, "note", 'no NVIDIA driver, and [models] provider = "cuda"'),
        ("auto", "true", False, False, "fault", "no NVIDIA driver, and [models] require_cuda = true"),
        ("cpu", "false", True, True, "ok", 'not used: [models] provider = "cpu"'),
        ("auto", "false", True, True, "ok", "ONNX Runtime runs on it"),
        ("auto", "false", True, False, "note", "and ONNX Runtime does not run on it"),
        ("auto", "true", True, False, "fault", "and ONNX Runtime does not run on it"),
    ],
)
def test_the_gpu_is_a_subject_of_its_own(
    config: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    provider: str,
    is_required: str,
    has_driver: bool,
    runs: bool,
    mark: str,
    met: str,
) -> None:
    monkeypatch.setattr("station.doctor.has_cuda_driver", lambda: has_driver)
    monkeypatch.setattr("station.doctor.runs_on_cuda", lambda: runs)
    change(tmp_path, 'provider = "cpu"', f'provider = "{provider}"\nrequire_cuda = {is_required}')
    gpu = found(tmp_path)["GPU"]
    assert gpu.mark == mark
    assert met in gpu.met


def test_a_machine_without_a_gpu_gets_the_cpu_for_a_trial_too() -> None:
    if has_cuda_driver():
        pytest.skip("there is an NVIDIA driver here")
    assert not runs_on_cuda()
