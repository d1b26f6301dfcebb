from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from models.manifest import read_manifest
from models.recipe import Recipe, read_recipe
from models.registry import Registry
from models.scorer import Scorer
from models.unit_space import window_deviation
from tests.conftest import REPOSITORY
from tests.small import SMALL_RECIPE, small_picture
from trainer.__main__ import main
from trainer.calibration import thresholds
from trainer.data import DataError, Parts, read_parts
from trainer.evaluation import figures, interval
from trainer.network import EmbeddingNet, Training, embed, freeze, train
from trainer.reference import mean_picture
from trainer.teach import teach_triplet, teach_unit_space


def write_parts(folder: Path, session: str, n: int, seed: int, bad_every: int = 0) -> None:
    """n small parts in <folder>/metadata.csv; every bad_every-th has no second pin."""
    (folder / session).mkdir(parents=True)
    is_new = not (folder / "metadata.csv").exists()
    with (folder / "metadata.csv").open("a", newline="") as f:
        rows = csv.writer(f)
        if is_new:
            rows.writerow(["file_name", "part", "session", "view", "fmode"])
        for i in range(n):
            is_bad = bad_every > 0 and i % bad_every == bad_every - 1
            name = f"{session}/{i:03d}.png"
            cv2.imwrite(str(folder / name), small_picture(np.random.default_rng([seed, i]), missing_pin=is_bad))
            rows.writerow([name, f"{session}-{i}", session, "front", "M" if is_bad else "OK"])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_parts(folder, "train", 40, 1, bad_every=4)
    write_parts(folder, "calib", 30, 2)
    write_parts(folder, "test", 24, 3, bad_every=3)
    return folder


@pytest.fixture(scope="module")
def parts(data: Path, recipe: Recipe) -> Parts:
    return read_parts(data, recipe)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_covers_what_it_claims(case: tuple[int, int]) -> None:
    wrong, n = case
    low, high = interval(wrong, n)
    assert 0 <= low <= wrong / n <= high <= 1
    # Clopper-Pearson by its definition: at either end, what was seen is in a 2.5 % tail
    if wrong:
        assert binom.sf(wrong - 1, n, low) == pytest.approx(0.025, abs=1e-6)
    if wrong < n:
        assert binom.cdf(wrong, n, high) == pytest.approx(0.025, abs=1e-6)


def test_none_wrong_of_n_still_allows_about_three_in_n() -> None:
    assert interval(0, 160)[1] == pytest.approx(3.69 / 160, rel=0.02)


def test_figures_count_escapes_by_mode_and_overkill() -> None:
    rows = figures(["OK", "OK", "M", "M", "X"], [True, False, True, False, False])
    assert [(f.what, f.wrong, f.parts) for f in rows] == [("overkill", 1, 2), ("escape M", 1, 2), ("escape X", 0, 1), ("escape in all", 1, 3)]


@given(st.lists(st.floats(0, 100), min_size=8, max_size=200), st.floats(0.001, 0.5))
def test_thresholds_are_in_order_and_pass_the_share_asked_for(scores: list[float], overkill: float) -> None:
    limits = thresholds(np.array(scores, np.float32), overkill)
    assert limits.ok_at_most <= limits.ng_above
    passed = np.mean(np.array(scores, np.float32) <= limits.ok_at_most + 1e-4)
    assert passed >= min(1 - overkill, 0.9) - 1 / len(scores)


def test_thresholds_of_an_exponential_tail_are_where_it_says() -> None:
    rng = np.random.default_rng(0)
    for n, overkill in ((120, 0.005), (100_000, 0.005), (300, 0.02)):
        true = [np.mean(rng.exponential(1, 20_000) > thresholds(rng.exponential(1, n).astype(np.float32), overkill).ok_at_most) for _ in range(40)]
        assert np.median(true) == pytest.approx(overkill, rel=0.5)


def test_mean_picture_is_sharp_though_parts_lie_apart(recipe: Recipe) -> None:
    rng = np.random.default_rng(0)
    pictures = [small_picture(rng, shift=(rng.uniform(-5, 5), rng.uniform(-5, 5))) for _ in range(20)]
    aligned, plain = mean_picture(pictures, recipe.alignment), np.mean(pictures, 0)
    assert cv2.Laplacian(aligned, cv2.CV_64F).var() > 3 * cv2.Laplacian(plain, cv2.CV_64F).var()


def test_pictures_of_different_things_have_no_mean(recipe: Recipe) -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 256, (90, 160), dtype=np.uint8) for _ in range(9)]
    with pytest.raises(DataError, match="only . of 9 good pictures can be aligned"):
        mean_picture(noise, recipe.alignment)


def test_labels_sessions_and_vectors_are_read(parts: Parts) -> None:
    assert parts.vectors.shape == (94, 3, 1404)
    assert parts.of_sessions(["test"]).modes.tolist().count("M") == 8
    with pytest.raises(DataError, match="no part of session x; sessions in the data: calib, test, train"):
        parts.of_sessions(["test", "x"])


def test_labels_that_contradict_each_other_are_refused(tmp_path: Path, recipe: Recipe) -> None:
    write_parts(tmp_path, "s", 3, 1)
    text = (tmp_path / "metadata.csv").read_text().replace("fmode", "fmode,verdict").replace(",OK", ",,NG")
    (tmp_path / "metadata.csv").write_text(text)
    with pytest.raises(DataError, match="part s-0: verdict 'NG' and fmode '' contradict each other"):
        read_parts(tmp_path, recipe)


def test_a_part_that_a_station_would_hold_counts_against_the_figures(tmp_path: Path, recipe: Recipe) -> None:
    write_parts(tmp_path, "s", 10, 1)
    cv2.imwrite(str(tmp_path / "s" / "003.png"), np.zeros((90, 160), np.uint8))
    parts = read_parts(tmp_path, recipe)
    assert len(parts.files) == 9
    assert [f.name for f in parts.of_sessions(["s"]).held] == ["s-3"]


def test_the_same_data_have_the_same_fingerprint_and_others_another(parts: Parts) -> None:
    keep = np.arange(len(parts.files)) != 5
    assert parts.fingerprint == parts.where(np.ones(len(parts.files), bool)).fingerprint
    assert parts.fingerprint != parts.where(keep).fingerprint


@pytest.mark.parametrize("with_calibration", [True, False])
def test_a_model_taught_on_good_parts_alone_finds_the_defect(parts: Parts, with_calibration: bool) -> None:
    train_parts, calib, test = (parts.of_sessions([s]) for s in ("train", "calib", "test"))
    taught = teach_unit_space(train_parts.where(train_parts.is_good), calib if with_calibration else None, overkill=0.05)
    assert taught.calibration.held_out == ("session" if with_calibration else "folds")
    scores = taught.model.evaluate(test.vectors.reshape(-1, 1404), np.tile(np.arange(3), 24)).score.reshape(24, 3).max(1)
    assert (scores[~test.is_good] > taught.thresholds.ng_above).all()
    assert np.mean(scores[test.is_good] > taught.thresholds.ok_at_most) <= 0.25


def test_a_calibration_that_is_too_small_says_so(parts: Parts) -> None:
    calib = parts.of_sessions(["calib"])
    assert "30 good parts cannot show an overkill of 0.50%" in teach_unit_space(calib, None, overkill=0.005).calibration.warning
    assert teach_unit_space(calib, None, overkill=0.2).calibration.warning == ""


def test_too_few_parts_are_refused_with_the_number(parts: Parts) -> None:
    few = parts.where(np.arange(len(parts.files)) < 5)
    with pytest.raises(DataError, match="5 good parts to teach; at least 12"):
        teach_unit_space(few, None, 0.01)


def test_training_on_good_parts_alone_is_refused_with_the_alternative(parts: Parts) -> None:
    calib = parts.of_sessions(["calib"])
    with pytest.raises(DataError, match="teach a unit-space model from good parts instead"):
        teach_triplet(calib, calib, 0.01)


def test_the_network_separates_what_it_was_taught_and_training_is_repeatable() -> None:
    rng = np.random.default_rng(0)
    good = rng.normal(0, 1, (200, 1404)).astype(np.float32)
    bad = rng.normal(0, 1, (40, 1404)).astype(np.float32)
    bad[:, :60] += 6
    bad[20:, 700:760] -= 6
    modes = np.repeat([0, 1], 20)
    settings = Training(epochs=2, steps=20, batch=32)
    losses: list[float] = []
    net = train(good, bad, modes, settings, lambda _, loss: losses.append(loss))
    assert losses[1] < losses[0]
    again = train(good, bad, modes, settings, lambda *_: None)
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), again.parameters(), strict=True))
    frozen = freeze(net, good, bad, modes, 2)
    assert np.abs(frozen.embed(good) - embed(net, good)).max() < 1e-4, "NumPy and PyTorch agree"
    fresh_bad = rng.normal(0, 1, (20, 1404)).astype(np.float32)
    fresh_bad[:, :60] += 6
    assert np.median(frozen.distance(frozen.embed(fresh_bad))) > 2 * np.median(frozen.distance(frozen.embed(good)))
    nearest = ((frozen.embed(fresh_bad)[:, None] - frozen.anchors[None]) ** 2).sum(2).argmin(1)
    assert (nearest == 1).mean() > 0.8, "and the mode is named"


def test_the_distance_has_a_finite_gradient_at_the_anchor_itself() -> None:
    from trainer.network import _distance

    point = torch.zeros(1, 128, requires_grad=True)
    _distance(point, torch.zeros(1, 128)).sum().backward()  # type: ignore[no-untyped-call]
    assert torch.isfinite(point.grad).all()  # type: ignore[arg-type]


def test_embedding_net_has_the_layers_of_the_method() -> None:
    assert [(layer.in_features, layer.out_features) for layer in EmbeddingNet().layers] == [(1404, 512), (512, 256), (256, 128)]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(SMALL_RECIPE)
    return tmp_path


def test_reference_teach_train_publish_and_judge_end_to_end(site: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe, store = str(site / "small.toml"), str(site / "store")
    assert main(["reference", str(data), "--recipe", recipe, "--train", "train"]) == 0
    sessions = ["--train", "train", "--calib", "calib", "--test", "test"]
    for command in ("teach", "train"):
        assert main([command, str(data), "--recipe", recipe, *sessions, "--store", store, "--overkill", "0.05"]) == 0
    out = capsys.readouterr().out
    assert "published small version 1 (unit-space)" in out
    assert "published small version 2 (triplet)" in out
    assert "| escape M | 0 | 8 |" in out
    registry = Registry(Path(store), site / "active")
    for version, kind in (("1", "unit-space"), ("2", "triplet")):
        manifest = registry.verify("small", version)
        assert manifest.kind == kind
        assert manifest.calibration.sessions == ("calib",)
        assert {f.what for f in manifest.figures} == {"overkill", "escape M"}
        scorer = Scorer(registry.folder("small", version), provider="cpu")
        scorer.check_recipe(read_recipe(site / "small.toml"))
    assert read_manifest(registry.folder("small", "2")).unit_spaces == ("good", "M")
    assert main(["publish", str(registry.folder("small", "2")), "--store", str(site / "share")]) == 0
    assert Registry(site / "share", site / "active").versions("small") == ["2"]
    # and a station that has never seen the trainer judges with it
    (site / "config.toml").write_text('[station]\nrecipes = "."\n[models]\nstore = "share"\n')
    words = ["--config", str(site / "config.toml"), "inspect", str(data / "metadata.csv"), "--recipe", "small", "--json"]
    run = subprocess.run([sys.executable, "-m", "station", *words], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    bad = [r for r in rows if r["file"].startswith("test-") and int(r["file"].split("-")[1]) % 3 == 2]
    assert len(bad) == 8
    assert all(r["verdict"] == "NG" and r["defect"] == "M" for r in bad)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--train", "a", "--calib", "a"], "in two roles: a"),
        (["--calib", "calib"], "must be named and different"),
        (["--train", "nothing"], "no usable part of session nothing"),
        (["--overkill", "2"], "--overkill 2.0"),
        (["--recipe", "gone.toml"], "no recipe 'gone.toml'"),
    ],
)
def test_a_mistake_gives_one_sentence_and_exit_code_2(
    site: Path, data: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cv2.imwrite(str(site / "small-front.png"), small_picture(None))
    recipe = [] if "--recipe" in words else ["--recipe", str(site / "small.toml")]
    assert main(["teach", str(data), *recipe, "--store", str(site / "store"), *words]) == 2
    assert message in capsys.readouterr().err
    assert not (site / "store").exists()


def test_train_needs_another_session_for_its_thresholds(site: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cv2.imwrite(str(site / "small-front.png"), small_picture(None))
    assert main(["train", str(data), "--recipe", str(site / "small.toml"), "--train", "train", "--store", str(site / "store")]) == 2
    assert "train needs --calib" in capsys.readouterr().err


def test_deviation_map_of_a_part_lies_where_the_pin_is_missing(parts: Parts) -> None:
    train_parts, test = parts.of_sessions(["train"]), parts.of_sessions(["test"])
    taught = teach_unit_space(train_parts.where(train_parts.is_good), None, 0.05)
    space = taught.model.unit_spaces[0]  # region 'all': the pin lies right of the middle
    maps = window_deviation(space.residual(test.vectors[~test.is_good, 0]))
    assert (maps[:, :, 7:].max((1, 2)) > maps[:, :, :4].max((1, 2))).mean() > 0.8
