"""Teaching from good parts alone, and recipes saved as revisions."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.bundle import new_manifest, publish_bundle
from models.features import FeatureExtractor
from models.golden import Golden
from models.recipe import Recipe, RecipeError, Trigger, find_recipe, read_recipe
from models.recipe_history import changed_recipe, kept_revisions, save_revision
from models.reference import reference_picture
from models.registry import Registry
from models.scorer import Scorer
from models.teaching import KIND, data_fingerprint, folds, left_out_deviations, teach_good_parts
from models.thresholds import DataError, Target
from tests.small import small_picture

EASY = Target(0.02)


def vectors_of(recipe: Recipe, seeds: range, missing_pin: bool = False) -> NDArray[np.float32]:
    extractor = FeatureExtractor(recipe)
    return np.stack([extractor.extract({"front": small_picture(np.random.default_rng(s), missing_pin)}).vectors for s in seeds])


@pytest.fixture(scope="module")
def of_other_seeds(recipe: Recipe) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(100 good, 30 with a missing pin) parts that teach nothing."""
    return vectors_of(recipe, range(1000, 1100)), vectors_of(recipe, range(2000, 2030), missing_pin=True)


@settings(max_examples=8)
@given(first=st.integers(0, 28), n=st.sampled_from([12, 20]))
def test_any_twenty_good_parts_separate_a_missing_pin(
    first: int, n: int, small_vectors: NDArray[np.float32], of_other_seeds: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> None:
    good, bad = of_other_seeds
    taught = teach_good_parts(np.roll(small_vectors, -first, axis=0)[:n], ("one",), EASY)
    region = np.arange(3)

    def score(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.array([taught.model.evaluate(v, region).score.max() for v in vectors])

    assert score(bad).min() > max(taught.thresholds.ng_above, score(good).max()), "every missing pin is NG, and worse than every good part"


def test_twenty_parts_are_taught_within_seconds(small_vectors: NDArray[np.float32]) -> None:
    start = time.process_time()
    taught = teach_good_parts(small_vectors[:20], ("one",), EASY)
    assert time.process_time() - start < 5
    assert taught.scores.shape == (20,)
    assert taught.deviations.shape == (20, 3, 6, 13)


def test_a_part_is_scored_by_spaces_that_it_did_not_help_to_fit(small_vectors: NDArray[np.float32]) -> None:
    odd = small_vectors[:20].copy()
    odd[7] += 3  # would be explained away by its own unit space
    left_out = left_out_deviations(odd, 10).max((1, 2, 3))
    assert left_out.argmax() == 7
    assert left_out[7] > 10 * np.median(left_out)


def test_each_part_is_left_out_exactly_once_and_enough_remain() -> None:
    for n in range(9, 60):
        masks = list(folds(n))
        assert (np.sum(masks, 0) == 1).all()
        assert min((~m).sum() for m in masks) >= 8


def test_too_few_parts_are_refused_with_the_number_needed(small_vectors: NDArray[np.float32]) -> None:
    with pytest.raises(DataError, match="8 good parts to teach; at least 9 are needed"):
        teach_good_parts(small_vectors[:8], ("one",), EASY)


def test_what_few_parts_cannot_show_is_told_in_the_manifest(small_vectors: NDArray[np.float32]) -> None:
    calibration = teach_good_parts(small_vectors[:20], ("lot 7",), Target()).calibration
    assert (calibration.good_parts, calibration.sessions, calibration.held_out) == (20, ("lot 7",), "folds")
    assert calibration.warning == "20 good calibration parts cannot show an overkill of 0.50%: none of 20 wrong means only at most 16.8% (95 %)"


def test_teaching_can_be_ended_on_its_way(small_vectors: NDArray[np.float32]) -> None:
    class Ended(Exception):
        pass

    def told(share: float) -> None:
        if share > 0.4:
            raise Ended

    with pytest.raises(Ended):
        teach_good_parts(small_vectors[:20], ("one",), EASY, told=told)


def test_a_taught_model_is_published_loaded_and_fits_its_recipe(tmp_path: Path, recipe: Recipe, small_vectors: NDArray[np.float32]) -> None:
    taught = teach_good_parts(small_vectors[:20], ("one",), EASY)
    registry = Registry(tmp_path / "store", tmp_path / "active")
    about = {
        "kind": KIND, "thresholds": taught.thresholds, "calibration": taught.calibration, "unit_spaces": ("good",),
        "data_fingerprint": data_fingerprint(["a"] * 20, ["OK"] * 20, small_vectors[:20]), "trainer_version": "test", "git_commit": "none",
    }  # fmt: skip
    manifest = new_manifest(registry, "small", recipe, about)
    golden = Golden({}, small_vectors[0], taught.model.evaluate(small_vectors[0], np.arange(3)).score)
    publish_bundle(registry, manifest, taught.model, [golden], lambda folder: folder.mkdir())
    assert registry.versions("small") == ["1"]
    scorer = Scorer(registry.folder("small", "1"), provider="cpu")
    scorer.check_recipe(recipe)
    assert np.allclose(scorer.score(small_vectors[5]).score, taught.model.evaluate(small_vectors[5], np.arange(3)).score, atol=1e-3)


def test_the_fingerprint_follows_names_labels_and_numbers(small_vectors: NDArray[np.float32]) -> None:
    same = [data_fingerprint(["a", "b"], ["OK", "OK"], small_vectors[:2].copy()) for _ in range(2)]
    assert same[0] == same[1]
    others = {
        data_fingerprint(["a", "c"], ["OK", "OK"], small_vectors[:2]),
        data_fingerprint(["a", "b"], ["OK", "M"], small_vectors[:2]),
        data_fingerprint(["a", "b"], ["OK", "OK"], small_vectors[1:3]),
    }
    assert len(others | set(same)) == 4


def test_a_dark_recipe_gets_its_reference_as_the_camera_sees_it(recipe: Recipe) -> None:
    pictures = [np.subtract(255, small_picture(np.random.default_rng(s)), dtype=np.uint8) for s in range(9)]
    dark = reference_picture(pictures, recipe.alignment, "dark")
    assert np.abs(dark.astype(int) - (255 - small_picture(None).astype(int))).mean() < 6


# -- revisions of a recipe -------------------------------------------------------------------------------------------


@pytest.fixture
def own_recipe(tmp_path: Path, recipe_file: Path) -> Recipe:
    shutil.copytree(recipe_file.parent, tmp_path / "recipes")
    path = tmp_path / "recipes" / "small.toml"
    path.write_text("# why it is so\n" + path.read_text())
    return read_recipe(path)


def test_saving_makes_the_next_revision_and_keeps_the_one_before_whole(own_recipe: Recipe) -> None:
    before, folder = own_recipe.fingerprint, own_recipe.path.parent
    view = own_recipe.views[0]
    moved = view.model_copy(update={"regions": (view.regions[0].model_copy(update={"left": 4}),)})
    darker = {"front": small_picture(None) // 2}
    saved = save_revision(own_recipe, changed_recipe(own_recipe, views=(moved,), references=darker), darker)
    assert (saved.revision, saved.regions[0].rectangle) == (4, (4, 10, 140, 70))
    assert saved.views[0].reference == "small-front.r4.png"
    assert saved.fingerprint != before
    assert find_recipe("small", folder).revision == 4
    (kept,) = kept_revisions(saved)
    assert kept.read_text().startswith("# why it is so"), "byte by byte"
    assert read_recipe(kept).fingerprint == before, "with its own reference picture"
    assert sorted(p.name for p in folder.glob("*.toml")) == ["small.toml"], "kept revisions are no recipes of their own"
    with pytest.raises(RecipeError, match="recipes in .*: small$"):
        find_recipe("small.r3", folder)


def test_a_trigger_may_change_without_making_models_old(own_recipe: Recipe) -> None:
    before = own_recipe.fingerprint
    saved = save_revision(own_recipe, changed_recipe(own_recipe, trigger=Trigger(mode="interval", interval_ms=300)))
    assert (saved.revision, saved.trigger.interval_ms, saved.fingerprint) == (4, 300, before)


def test_what_is_not_a_recipe_replaces_nothing(own_recipe: Recipe) -> None:
    before = own_recipe.path.read_bytes()
    view = own_recipe.views[0]
    outside = view.model_copy(update={"regions": (view.regions[0].model_copy(update={"left": 100}),)})
    with pytest.raises(RecipeError, match="reaches outside the picture"):
        changed_recipe(own_recipe, views=(outside,))
    wrong_size = changed_recipe(own_recipe, references={"front": np.zeros((9, 9), np.uint8)})
    with pytest.raises(RecipeError, match="has 9 x 9 px"):
        save_revision(own_recipe, wrong_size, {"front": np.zeros((9, 9), np.uint8)})
    assert own_recipe.path.read_bytes() == before
    assert kept_revisions(own_recipe) == []


def test_a_file_that_somebody_else_changed_is_not_overwritten(own_recipe: Recipe) -> None:
    save_revision(own_recipe, changed_recipe(own_recipe, trigger=Trigger(mode="manual", interval_ms=7)))
    with pytest.raises(RecipeError, match=r"changed by someone else meanwhile \(revision 4 there, 3 here\)"):
        save_revision(own_recipe, changed_recipe(own_recipe, trigger=Trigger(mode="manual", interval_ms=8)))
