from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models import manifest as limits
from models.manifest import Manifest, ModelError, read_manifest, write_manifest
from models.recipe import Recipe
from models.registry import Registry, parse_reference
from models.signing import new_key, read_private_key, sign_bundle, signer_of
from tests.small import publish_small, small_manifest, write_small_bundle


def test_what_was_published_is_read_back_the_same(registry: Registry) -> None:
    manifest = registry.verify("small", "1")
    assert (manifest.name, manifest.version, sorted(manifest.files)) == ("small", "1", ["golden.npz", "model.onnx", "report/report.md"])
    assert registry.versions("small") == ["1", "2"]
    assert registry.names() == ["small"]


def test_a_version_is_never_overwritten(registry: Registry, recipe: Recipe, small_vectors: NDArray[np.float32], tmp_path: Path) -> None:
    write_small_bundle(tmp_path / "bundle", recipe, small_vectors)
    before = registry.verify("small", "1")
    with pytest.raises(ModelError, match="small 1 is already published"):
        registry.publish(tmp_path / "bundle", small_manifest(recipe, "1", unit_spaces=("good", "other")))
    assert registry.verify("small", "1") == before
    assert not [p for p in (registry.store / "small").iterdir() if p.name.startswith(".")]


def test_publishing_activates_nothing(registry: Registry, recipe: Recipe, small_vectors: NDArray[np.float32]) -> None:
    registry.activate("small", "1")
    publish_small(registry.store, recipe, small_vectors)
    assert registry.active("small") == "1"
    assert registry.next_version("small") == "4"


@given(st.lists(st.sampled_from(["1", "2"]), min_size=1, max_size=8))
def test_rolling_back_undoes_each_activation_in_turn(published: Path, tmp_path_factory: pytest.TempPathFactory, order: list[str]) -> None:
    registry = Registry(published, tmp_path_factory.mktemp("state"))
    stack: list[str] = []
    for version in order:
        registry.activate("small", version)
        if not stack or stack[-1] != version:
            stack.append(version)
        assert registry.active("small") == version
    while len(stack) > 1:
        stack.pop()
        assert registry.roll_back("small") == stack[-1]
    with pytest.raises(ModelError, match="no earlier version was active"):
        registry.roll_back("small")


def test_versions_are_counted_not_spelt(registry: Registry) -> None:
    for version in ("10", "9", "x", "01"):
        (registry.store / "small" / version).mkdir()
    assert registry.versions("small") == ["1", "2", "9", "10"]


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: _flip(f / "model.onnx"), r"model\.onnx has sha256"),
        (lambda f: _flip(f / "golden.npz"), r"golden\.npz has sha256"),
        (lambda f: (f / "golden.npz").unlink(), r"golden\.npz is missing"),
        (lambda f: (f / "extra.bin").write_bytes(b"x"), r"extra\.bin is not listed"),
        (lambda f: (f / "manifest.toml").unlink(), r"manifest\.toml: cannot be read"),
        (lambda f: (f / "manifest.toml").write_text("name = "), "not valid TOML"),
        (lambda f: (f / "manifest.toml").write_bytes(b"\xff\xfe"), "not valid TOML"),
        (lambda f: (f / "manifest.toml").write_text('name = "small"\n'), "version: Field required"),
    ],
)
def test_a_damaged_bundle_is_never_activated(registry: Registry, damage, message: str) -> None:  # type: ignore[no-untyped-def]
    registry.activate("small", "1")
    damage(registry.store / "small" / "2")
    with pytest.raises(ModelError, match=message):
        registry.activate("small", "2")
    assert registry.active("small") == "1"


def test_rolling_back_to_a_damaged_version_is_refused(registry: Registry) -> None:
    registry.activate("small", "1")
    registry.activate("small", "2")
    _flip(registry.store / "small" / "1" / "model.onnx")
    with pytest.raises(ModelError, match="sha256"):
        registry.roll_back("small")
    assert registry.active("small") == "2"


def test_a_bundle_under_another_version_number_is_refused(registry: Registry) -> None:
    (registry.store / "small" / "2").rename(registry.store / "small" / "3")
    with pytest.raises(ModelError, match="its manifest says small 2"):
        registry.verify("small", "3")


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda r: r.folder("big", "1"), "no model 'big'.*: small"),
        (lambda r: r.folder("small", "7"), "no version '7'; versions there: 1, 2"),
        (lambda r: r.versions("../x"), "no model name"),
        (lambda r: parse_reference("small@latest"), "a version is a whole number"),
        (lambda r: parse_reference("a/b"), "no model name"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(registry: Registry, act, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ModelError, match=message):
        act(registry)


def test_a_pointer_that_cannot_be_written_is_told(registry: Registry) -> None:
    registry.state.parent.mkdir(parents=True, exist_ok=True)
    registry.state.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match=r"small\.toml: the active version cannot be written: "):
        registry.activate("small", "1")


@pytest.mark.parametrize("text", ["activated = 3", 'activated = ["x"]', "nothing = 1", "= broken"])
def test_a_damaged_pointer_is_told_not_guessed(registry: Registry, text: str) -> None:
    registry.activate("small", "1")
    registry.pointer("small").write_text(text)
    with pytest.raises(ModelError, match=r"small\.toml"):
        registry.active("small")


def test_thresholds_in_the_wrong_order_are_refused(recipe: Recipe) -> None:
    with pytest.raises(ValueError, match="lies below"):
        small_manifest(recipe, "1", thresholds={"ok_at_most": 2.0, "ng_above": 1.0})
    with pytest.raises(ValueError, match="finite"):
        small_manifest(recipe, "1", thresholds={"ok_at_most": float("nan"), "ng_above": 1.0})


def test_references_name_model_and_version() -> None:
    assert parse_reference("small") == ("small", None)
    assert parse_reference("small@12") == ("small", "12")


def test_manifest_survives_a_round_trip(registry: Registry) -> None:
    manifest = read_manifest(registry.folder("small", "1"))
    assert Manifest.model_validate(manifest.model_dump()) == manifest
    assert manifest.created.tzinfo is not None


# --- what a bundle may hold


def test_a_symbolic_link_in_a_bundle_is_refused_wherever_it_leads(registry: Registry, tmp_path: Path) -> None:
    folder = registry.folder("small", "1")
    (tmp_path / "outside.md").write_bytes((folder / "report" / "report.md").read_bytes())
    for name, target in (("report/report.md", tmp_path / "outside.md"), ("report/more", tmp_path), ("report/gone", tmp_path / "nowhere")):
        path = folder / name
        kept = path.read_bytes() if path.is_file() else None
        path.unlink(missing_ok=True)
        path.symlink_to(target)
        with pytest.raises(ModelError, match=f"small/1: {name} is a symbolic link; put the file itself there"):
            registry.verify("small", "1")
        with pytest.raises(ModelError, match="is a symbolic link"):
            registry.publish(folder, read_manifest(folder).model_copy(update={"version": "9"}))
        path.unlink()
        if kept is not None:
            path.write_bytes(kept)
    registry.verify("small", "1")
    assert registry.versions("small") == ["1", "2"]


def test_a_bundle_of_too_many_files_or_bytes_is_refused_before_they_are_read(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BUNDLE_FILES", 4)
    with pytest.raises(ModelError, match="holds more than 4 files and folders"):
        registry.verify("small", "1")
    monkeypatch.setattr(limits, "MAX_BUNDLE_FILES", 1000)
    with (registry.folder("small", "1") / "report" / "huge").open("wb") as f:
        f.truncate(2 * limits.MAX_BUNDLE_BYTES)  # takes no room on disk
    with pytest.raises(ModelError, match="have more than 1073741824 bytes in all"):
        registry.verify("small", "1")


def test_a_manifest_beyond_all_measure_is_not_read(registry: Registry) -> None:
    with (registry.folder("small", "1") / "manifest.toml").open("ab") as f:
        f.write(b"#" * 1_000_000)
    with pytest.raises(ModelError, match=r"manifest\.toml: has more than 1000000 bytes"):
        registry.verify("small", "1")


@pytest.mark.parametrize("name", ["small\n", "..", "../small", "small/1", "", "a\0b"])
def test_what_is_no_name_is_told(registry: Registry, name: str) -> None:
    for ask in (registry.versions, registry.active, registry.pointer, lambda n: registry.folder(n, "1")):
        with pytest.raises(ModelError, match="no model name"):
            ask(name)


# --- whose bundles may judge


def test_the_stations_own_key_is_made_when_it_signs_first_and_trusted_from_then_on(
    registry: Registry, recipe: Recipe, small_vectors: NDArray[np.float32], tmp_path: Path
) -> None:
    own = tmp_path / "keys" / "station.pem"
    station = Registry(registry.store, registry.state, [], own)
    assert station.trusted_keys == ()
    with pytest.raises(ModelError, match=r"is not signed, .* or its own key signed"):
        station.activate("small", "1")
    station.check_signer(own)
    assert not own.exists(), "a look makes nothing"
    write_small_bundle(tmp_path / "bundle", recipe, small_vectors)
    target = station.publish(tmp_path / "bundle", small_manifest(recipe, "3"), own)
    assert own.stat().st_mode & 0o777 == 0o600
    assert own.parent.stat().st_mode & 0o777 == 0o700
    public = signer_of(target)
    assert station.trusted_keys == (public,)
    station.activate("small", "3")
    before = own.read_bytes()
    station.publish(tmp_path / "bundle", small_manifest(recipe, "4"), own)
    assert own.read_bytes() == before, "one key for ever"
    with pytest.raises(ModelError, match=r"signed by .* which is not in \[models\] trusted_keys \(no key is trusted\)"):
        Registry(registry.store, tmp_path / "other", []).activate("small", "3")


def test_a_damaged_own_key_is_not_trusted_and_others_still_are(registry: Registry, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    public = new_key(tmp_path / "plant.pem")
    sign_bundle(registry.folder("small", "1"), tmp_path / "plant.pem")
    (tmp_path / "own.pem").write_text("")
    station = Registry(registry.store, registry.state, [public], tmp_path / "own.pem")
    station.activate("small", "1")
    assert "own key is not trusted" in caplog.text
    with pytest.raises(ModelError, match="is no private key in PEM"):
        station.check_signer(tmp_path / "own.pem")


def test_where_unsigned_bundles_may_judge_a_wrong_signature_still_may_not(registry: Registry, tmp_path: Path) -> None:
    new_key(tmp_path / "any.pem")
    folder = registry.folder("small", "1")
    registry.verify("small", "1")
    sign_bundle(folder, tmp_path / "any.pem")
    registry.verify("small", "1")
    write_manifest(read_manifest(folder).model_copy(update={"note": "changed"}), folder)
    with pytest.raises(ModelError, match="is not a signature of this manifest"):
        registry.verify("small", "1")
    assert read_private_key(tmp_path / "any.pem")
