from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.manifest import read_manifest
from models.recipe import Recipe
from models.reference import mean_picture
from models.registry import Registry
from models.scorer import Scorer
from models.signing import signer_of
from models.thresholds import Target
from models.unit_space import window_deviation
from tests.conftest import REPOSITORY
from tests.small import SMALL_RECIPE, small_picture
from tests.trainer.small_parts import write_parts, write_sessions
from trainer.__main__ import main
from trainer.bundle import prove_parity
from trainer.calibration import part_scores
from trainer.data import DataError, Parts, coarse_regions, read_parts
from trainer.teach import How, Taught, teach
from trainer.training_recipe import FitSettings, TrainingRecipe, find_training
from trainer.variation import Variation, changed_light, varied

QUICK = str(Path(__file__).parent / "quick.toml")
EASY = How(Target(0.05))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sessions(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def parts(data: Path, recipe: Recipe) -> Parts:
    return read_parts(data, recipe, (), True, Variation(copies=1))


def _sessions(parts: Parts) -> tuple[Parts, Parts, Parts]:
    train, calib, test = (parts.of_sessions([s]) for s in ("train", "calib", "test"))
    return train, calib, test


def _taught(name: str, recipe: Recipe, parts: Parts, calibrating: Parts | None, how: How = EASY) -> Taught:
    training = find_training(name)
    shorter = training.fit.model_copy(update={"epochs": min(training.fit.epochs, 3), "samples": 960, "batch": 32, "learning_rate": 1e-3})
    training = training.model_copy(update={"fit": shorter})
    if training.variation is None:
        parts = dataclasses.replace(parts, copies=())
    return teach(training, recipe, parts, calibrating, coarse_regions(recipe), how)


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


def test_labels_sessions_vectors_thumbnails_and_copies_are_read(parts: Parts) -> None:
    assert parts.vectors.shape == (94, 3, 1404)
    assert parts.thumbnails is not None
    assert parts.thumbnails.shape[2:] == (45, 80)
    assert parts.copies[0].vectors.shape == (94, 3, 1404)
    assert np.abs(parts.copies[0].vectors - parts.vectors).max() > 0.1
    assert parts.of_sessions(["test"]).modes.tolist().count("M") == 8
    assert len(parts.good.copies[0].files) == int(parts.is_good.sum())
    with pytest.raises(DataError, match="no part of session x; sessions in the data: calib, test, train"):
        parts.of_sessions(["test", "x"])


def test_coarse_regions_are_the_large_ones_of_each_view(recipe: Recipe) -> None:
    assert [recipe.regions[i].name for i in coarse_regions(recipe)] == ["all", "half 1", "half 2"]
    narrow = recipe.views[0].grids[0].model_copy(update={"cell_width": 20})
    other = recipe.model_copy(update={"views": (recipe.views[0].model_copy(update={"grids": (narrow,)}),)})
    other.__dict__.pop("regions", None)
    assert [other.regions[i].name for i in coarse_regions(other)] == ["all"]


def test_changed_light_is_the_formula_and_saturates() -> None:
    picture = np.full((5, 9), 100, np.uint8)
    lit = changed_light(picture, 2.0, (0.4, -0.2))
    for y in range(5):
        for x in range(9):
            assert abs(int(lit[y, x]) - min(255, 200 * (1 + 0.4 * (x / 8 - 0.5) - 0.2 * (y / 4 - 0.5)))) <= 0.51
    assert changed_light(np.full((3, 3), 200, np.uint8), 1.4, (0, 0)).max() == 255


def test_variation_is_repeatable_and_each_view_has_its_own() -> None:
    picture = small_picture(None)
    one, again = (varied({"a": picture, "b": picture}, np.random.default_rng(1), Variation(shift_px=0.5, blur_px=0.5, noise=3)) for _ in range(2))
    assert (one["a"] == again["a"]).all()
    assert (one["a"] != one["b"]).any()


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
def test_a_model_taught_on_good_parts_alone_finds_the_defect(parts: Parts, recipe: Recipe, with_calibration: bool) -> None:
    train, calib, test = _sessions(parts)
    taught = _taught("unit-space", recipe, train.good, calib if with_calibration else None)
    assert taught.calibration.held_out == ("session" if with_calibration else "folds")
    scores = part_scores(taught.model, test, taught.coarse)
    assert (scores[~test.is_good] > taught.thresholds.ng_above).all()
    assert np.mean(scores[test.is_good] > taught.thresholds.ok_at_most) <= 0.25


@pytest.mark.parametrize("name", ["triplet-euclid", "triplet-soart3", "classifier", "two-stage", "best-vector", "best"])
def test_every_shipped_training_makes_a_graph_that_computes_what_it_learned(name: str, parts: Parts, recipe: Recipe) -> None:
    train, calib, test = _sessions(parts)
    taught = _taught(name, recipe, train, calib)
    n, off = prove_parity(taught, train)
    assert n == 120
    assert off <= 1e-4
    scores = part_scores(taught.model, test, taught.coarse)
    assert np.isfinite(scores).all()
    assert scores[~test.is_good].mean() > scores[test.is_good].mean(), "even three short epochs see a missing pin"
    assert taught.unit_spaces[0] == "good"
    assert taught.curves is not None
    assert taught.curves.epochs <= 3


def test_the_same_seed_teaches_the_same_model(parts: Parts, recipe: Recipe) -> None:
    train, calib, test = _sessions(parts)
    one, again = (part_scores(_taught("best", recipe, train, calib).model, test, coarse_regions(recipe)) for _ in range(2))
    other = part_scores(_taught("best", recipe, train, calib, How(Target(0.05), seed=1)).model, test, coarse_regions(recipe))
    assert (one == again).all()
    assert (one != other).any()


def test_nine_good_parts_are_enough_and_eight_are_not(parts: Parts, recipe: Recipe) -> None:
    train, calib, _ = _sessions(parts)
    keep = np.isin(np.arange(len(train.files)), np.flatnonzero(train.is_good)[:9]) | ~train.is_good
    assert _taught("best", recipe, train.where(keep), calib).settings["good_parts"] == 9
    keep = np.isin(np.arange(len(train.files)), np.flatnonzero(train.is_good)[:8])
    with pytest.raises(DataError, match="8 good parts to teach; at least 9"):
        _taught("unit-space", recipe, train.where(keep), None)


def test_training_on_good_parts_alone_is_refused_with_the_alternative(parts: Parts, recipe: Recipe) -> None:
    train, calib, _ = _sessions(parts)
    with pytest.raises(DataError, match="choose a training from good parts: unit-space or two-stage"):
        _taught("classifier", recipe, train.good, calib)


def test_a_network_needs_another_session_for_its_thresholds(parts: Parts, recipe: Recipe) -> None:
    with pytest.raises(DataError, match="a network needs calibration sessions of its own"):
        _taught("best", recipe, _sessions(parts)[0], None)


def test_vectors_alone_cannot_teach_what_needs_pictures(parts: Parts, recipe: Recipe) -> None:
    train, calib, _ = _sessions(parts)
    bare = dataclasses.replace(train, thumbnails=None, copies=())
    with pytest.raises(DataError, match="learns from varied copies, which needs pictures"):
        _taught("best", recipe, bare, calib)
    with_companion = TrainingRecipe.model_validate({"about": "x", "name": "x", "companion": {}})
    with pytest.raises(DataError, match="the companion signal needs pictures"):
        teach(with_companion, recipe, bare.good, None, coarse_regions(recipe), EASY)


def test_a_threshold_for_cost_uses_the_defective_calibration_parts(parts: Parts, recipe: Recipe) -> None:
    train, calib, _ = _sessions(parts)
    taught = _taught("unit-space", recipe, train.good, calib, How(Target(cost_of_escape=100)))
    assert taught.calibration.defective_parts == 10
    assert "least cost at 100 an escape" in taught.calibration.target
    with pytest.raises(DataError, match="there are 0"):
        _taught("unit-space", recipe, train.good, calib.good, How(Target(cost_of_escape=100)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "about: Field required"),
        ('about = "x"\ntypo = 1', "typo: unknown key"),
        ('about = "x"\n[network]\ninput = "vector"\nobjective = "classes"\ndistance = "euclid"', "'euclid' does not go with"),
        ('about = "x"\n[network]\ninput = "vector"\nobjective = "defects"\ndistance = "mahalanobis"', "needs network.input 'residual'"),
        ('about = "x"\n[variation]\ngain = [2.0, 1.0]', "the smaller one first"),
    ],
)
def test_a_wrong_training_recipe_names_the_key(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(DataError, match=re.escape(message)):
        find_training(str(tmp_path / "x.toml"))
    with pytest.raises(DataError, match="there are best, best-vector, classifier"):
        find_training("nothing")
    assert FitSettings().patience == 2


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(SMALL_RECIPE)
    return tmp_path


def test_reference_teach_train_compare_export_publish_end_to_end(
    site: Path, data: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    recipe, store = ["--recipe", str(site / "small.toml")], str(site / "store")
    assert main(["reference", str(data), *recipe, "--train", "train"]) == 0
    assert main(["keys", "new", str(site / "key.pem")]) == 0
    public = re.search(r"ed25519:[^\"]+", capsys.readouterr().out)
    assert public is not None
    sessions = ["--train", "train", "--calib", "calib", "--test", "test", "--store", store, "--overkill", "0.05"]
    assert main(["teach", str(data), *recipe, *sessions]) == 0
    assert main(["train", str(data), *recipe, *sessions, "--training", QUICK, "--key", str(site / "key.pem")]) == 0
    out = capsys.readouterr().out
    assert "published small version 1 (unit-space)" in out
    assert "published small version 2 (quick)" in out
    assert out.count("| escape M | 0 | 8 |") == 2
    registry = Registry(Path(store), site / "active")
    assert signer_of(registry.folder("small", "1")) is None
    assert signer_of(registry.folder("small", "2")) == public[0]
    for version in ("1", "2"):
        manifest = registry.verify("small", version)
        assert manifest.calibration.sessions == ("calib",)
        assert {f.what for f in manifest.figures} == {"overkill", "escape M"}
        assert Scorer(registry.folder("small", version), provider="cpu").needs_thumbnails == (version == "2")
    page = (registry.folder("small", "2") / "report" / "report.html").read_text()
    for heading in ("Escapes and overkill", "AUROC beside trivial cues", "Scores", "ROC", "Trade-off", "Mode and position", "Training", "Embedding"):
        assert f"<h2>{heading}</h2>" in page
    assert page.count("data:image/png;base64,") == len(list((registry.folder("small", "2") / "report").glob("*.png"))) >= 7
    assert "http" not in page, "self-contained"

    assert main(["compare", "small@1", "small@2", "--on", str(data), *recipe, "--sessions", "test", "--store", store, "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)["compared"]
    assert [row["what"] for row in compared] == ["escapes", "overkill"]
    assert all("no evidence" in row["words"] for row in compared)
    assert main(["compare", "small@1", "small@2", "--on", str(data), *recipe, "--sessions", "calib", "--store", store]) == 0
    assert "session calib set the thresholds of model small 1; its figures here flatter it" in caplog.text
    assert main(["compare", "small@1", "small@2", "--on", str(data), *recipe, "--store", store]) == 2
    assert "model small 1 learned from session train; compare on --sessions that neither model has seen" in capsys.readouterr().err

    assert main(["export", str(data), *recipe, "--sessions", "train", "-o", str(site / "set")]) == 0
    assert "40 parts, 120 rows" in capsys.readouterr().out
    assert main(["teach", str(site / "set"), *recipe, "--store", str(site / "other"), "--overkill", "0.05"]) == 0
    assert "published small version 1 (unit-space)" in capsys.readouterr().out
    manifest = read_manifest(site / "other" / "small" / "1")
    assert manifest.training["good_parts"] == 30, "the exported table teaches as its pictures do"

    assert main(["publish", str(registry.folder("small", "2")), "--store", str(site / "line-pc")]) == 0
    assert f"signed by {public[0]}" in capsys.readouterr().out
    assert signer_of(site / "line-pc" / "small" / "2") == public[0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--train", "a", "--calib", "a"], "in two roles: a"),
        (["--calib", "calib"], "must be named and different"),
        (["--train", "nothing"], "no part of session nothing; sessions in the data: calib, test, train"),
        (["--overkill", "2"], "overkill 2.0: expected more than 0"),
        (["--components", "-1"], "--components -1: expected 0 to 200"),
        (["--training", "gone"], "no training recipe 'gone'"),
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


def test_the_trainer_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "trainer", "recipes"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "triplet-soart3  The author's stated goal" in done.stdout


def test_deviation_map_of_a_part_lies_where_the_pin_is_missing(parts: Parts, recipe: Recipe) -> None:
    train, _, test = _sessions(parts)
    taught = _taught("unit-space", recipe, train.good, None)
    space = taught.model.unit_spaces[0]  # region 'all': the pin lies right of the middle
    maps = window_deviation(space.residual(test.vectors[~test.is_good, 0]))
    assert (maps[:, :, 7:].max((1, 2)) > maps[:, :, :4].max((1, 2))).mean() > 0.8
