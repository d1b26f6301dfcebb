from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.manifest import ModelError
from models.signing import new_key, public_text, read_private_key, signer_of
from station.config import read_config
from trainer.__main__ import main


@pytest.fixture
def bundle(published: Path, tmp_path: Path) -> Path:
    """A finished bundle that nobody has signed."""
    return shutil.copytree(published / "small" / "1", tmp_path / "bundle")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Of the station on this PC: nobody else is trusted."""
    (tmp_path / "pc").mkdir()
    path = tmp_path / "pc" / "config.toml"
    path.write_text('[models]\nstore = "store"\n')
    return path


def publish(bundle: Path, store: Path, config: Path, *words: str) -> int:
    return main(["publish", str(bundle), "--store", str(store), "--config", str(config), *words])


def test_what_is_published_into_this_pcs_store_is_signed_with_its_key_and_may_judge_here(
    bundle: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(bundle, config.parent / "store", config) == 0
    key = config.parent / "data" / "keys" / "station.pem"
    public = public_text(read_private_key(key))
    assert f"signed by {public}" in capsys.readouterr().out
    read_config(config).model_registry().activate("small", "1")
    assert main(["keys", "show", str(key)]) == 0
    assert capsys.readouterr().out == f"{public}\n"


def test_what_is_published_elsewhere_without_a_key_is_unsigned_and_told_so(
    bundle: Path, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(bundle, tmp_path / "share", config) == 0
    assert "not signed: stations refuse it unless they allow_unsigned; publish it with --key" in capsys.readouterr().out
    assert not (config.parent / "data").exists(), "no key is made for it"
    config.write_text(f'[models]\nstore = "{tmp_path / "share"}"\n')
    with pytest.raises(ModelError, match="is not signed"):
        read_config(config).model_registry().activate("small", "1")


def test_a_trainer_on_another_pc_signs_with_a_key_that_the_station_lists(bundle: Path, config: Path, tmp_path: Path) -> None:
    public = new_key(tmp_path / "plant.pem")
    assert publish(bundle, tmp_path / "share", config, "--key", str(tmp_path / "plant.pem")) == 0
    config.write_text(f'[models]\nstore = "{tmp_path / "share"}"\ntrusted_keys = ["{public}"]\n')
    read_config(config).model_registry().activate("small", "1")


def test_who_signed_a_bundle_goes_on_vouching_for_its_copy(bundle: Path, config: Path, tmp_path: Path) -> None:
    public = new_key(tmp_path / "plant.pem")
    assert publish(bundle, tmp_path / "first", config, "--key", str(tmp_path / "plant.pem")) == 0
    assert publish(tmp_path / "first" / "small" / "1", config.parent / "store", config) == 0
    assert signer_of(config.parent / "store" / "small" / "1") == public


def test_without_a_signing_key_nothing_is_made(bundle: Path, config: Path) -> None:
    config.write_text('[models]\nstore = "store"\nsigning_key = ""\n')
    assert publish(bundle, config.parent / "store", config) == 0
    assert signer_of(config.parent / "store" / "small" / "1") is None
    assert sorted(p.name for p in config.parent.iterdir()) == ["config.toml", "store"]
