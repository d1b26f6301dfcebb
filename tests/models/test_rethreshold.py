from __future__ import annotations

from pathlib import Path

import pytest

from models.manifest import Figure, ModelError, Thresholds, read_manifest
from models.pending import Pending, clear_pending, pending_path, read_pending, write_pending
from models.registry import Registry
from models.rethreshold import Basis, publish_with_thresholds
from models.scorer import Scorer
from models.signing import new_key, sign_bundle, signer_of
from station.shot import now

NEW = Thresholds(ok_at_most=3.5, ng_above=4.0)
BASIS = Basis(40, 7, ("A", ""), "all recorded parts", (Figure(what="escape", wrong=0, parts=7, low=0, high=0.41),), "7 defective parts are few")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_new_thresholds_are_a_version_of_their_own_that_may_judge(registry: Registry) -> None:
    old = tree(registry.folder("small", "1"))
    made = publish_with_thresholds(registry, "small", "1", NEW, BASIS, "Sato", "dull <pins>", pictures={"scores": b"png"})
    assert tree(registry.folder("small", "1")) == old, "the old version is not touched"
    assert made.version == "3"
    manifest = registry.verify("small", "3")
    assert manifest.thresholds == NEW
    assert (manifest.made_from, manifest.note, manifest.figures) == ("1", "dull <pins>", ())
    assert (manifest.calibration.held_out, manifest.calibration.overkill_target) == ("reviews", None)
    assert (manifest.calibration.good_parts, manifest.calibration.defective_parts, manifest.calibration.sessions) == (40, 7, ("A", ""))
    assert manifest.calibration.target == "set by hand by Sato on reviewed parts, all recorded parts"
    assert manifest.calibration.figures == BASIS.figures
    assert manifest.calibration.warning == "7 defective parts are few"
    assert manifest.created > read_manifest(registry.folder("small", "1")).created
    Scorer(registry.folder("small", "3"), provider="cpu")  # passes its golden test


def test_graph_and_golden_parts_stay_and_the_report_says_what_changed(registry: Registry) -> None:
    publish_with_thresholds(registry, "small", "1", NEW, BASIS, note="dull <pins>", pictures={"scores": b"png"})
    old, new = tree(registry.folder("small", "1")), tree(registry.folder("small", "3"))
    for name in ("model.onnx", "golden.npz"):
        assert new[name] == old[name]
    assert new["report/of-version-1/report.md"] == old["report/report.md"]
    assert new["report/scores.png"] == b"png"
    page = new["report/report.html"].decode()
    for words in ("version 1 with other thresholds", "3.5", "dull &lt;pins&gt;", "7 defective parts are few", "(no name)", "40 truly OK"):
        assert words in page


def test_it_is_signed_with_the_stations_key(registry: Registry, tmp_path: Path) -> None:
    station, plant = tmp_path / "station.pem", tmp_path / "plant.pem"
    keys = [new_key(station), new_key(plant)]
    sign_bundle(registry.folder("small", "1"), plant)
    trusting = Registry(registry.store, registry.state, keys)
    publish_with_thresholds(trusting, "small", "1", NEW, BASIS, key=station)
    assert signer_of(registry.folder("small", "3")) == keys[0]
    trusting.activate("small", "3")
    assert trusting.active("small") == "3"


@pytest.mark.parametrize("has_key", [False, True])
def test_what_this_station_would_not_trust_is_not_written(registry: Registry, tmp_path: Path, has_key: bool) -> None:
    trusted = new_key(tmp_path / "plant.pem")
    sign_bundle(registry.folder("small", "1"), tmp_path / "plant.pem")
    new_key(tmp_path / "station.pem")
    before = tree(registry.store)
    with pytest.raises(ModelError, match=r"which is not in \[models\] trusted_keys" if has_key else "it has no key to sign with"):
        publish_with_thresholds(
            Registry(registry.store, registry.state, [trusted]), "small", "1", NEW, BASIS, key=tmp_path / "station.pem" if has_key else None
        )
    assert tree(registry.store) == before


@pytest.mark.parametrize(
    ("thresholds", "basis", "message"),
    [
        (Thresholds(ok_at_most=12.0, ng_above=20.0), BASIS, "has these thresholds already"),
        (NEW, Basis(0, 7, ("A",), "", ()), "no reviewed part of this period was truly OK"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(registry: Registry, thresholds: Thresholds, basis: Basis, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        publish_with_thresholds(registry, "small", "1", thresholds, basis)
    assert registry.versions("small") == ["1", "2"]


def test_a_damaged_version_is_not_copied(registry: Registry) -> None:
    (registry.folder("small", "1") / "model.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match="sha256"):
        publish_with_thresholds(registry, "small", "1", NEW, BASIS)
    assert registry.versions("small") == ["1", "2"]


def test_what_waits_for_the_next_lot_outlives_the_registry(registry: Registry) -> None:
    assert read_pending(registry, "small") is None
    pending = Pending(version="2", lot="A", actor="Sato", asked_at=now())
    write_pending(registry, "small", pending)
    assert read_pending(Registry(registry.store, registry.state), "small") == pending
    assert registry.active("small") is None, "nothing is active by it"
    clear_pending(registry, "small")
    assert read_pending(registry, "small") is None
    clear_pending(registry, "small")


def test_a_version_that_could_not_judge_does_not_wait(registry: Registry) -> None:
    with pytest.raises(ModelError, match="no version '7'"):
        write_pending(registry, "small", Pending(version="7", lot="", actor="", asked_at=now()))
    assert not pending_path(registry, "small").exists()


def test_an_unreadable_waiting_version_is_told(registry: Registry) -> None:
    registry.state.mkdir()
    pending_path(registry, "small").write_text("version = 3")
    with pytest.raises(ModelError, match=r"small\.next: .*remove the file"):
        read_pending(registry, "small")
