from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recipe import Recipe, RecipeError, RegionRow, View, find_recipe, read_recipe, write_recipe
from tests.conftest import REPOSITORY
from tests.small import SMALL_RECIPE


def _read(tmp_path: Path, text: str) -> Recipe:
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")
    return read_recipe(tmp_path / "r.toml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('model = "small"', "", "model: Field required"),
        ('model = "small"', 'modle = "small"', "modle: unknown key; did you mean model?"),
        ("max_rotation_deg = 8.0", "max_rotation = 8.0", "alignment.max_rotation: unknown key; did you mean max_rotation_deg?"),
        ("max_rotation_deg = 8.0", "max_rotation_deg = 80", "alignment.max_rotation_deg: Input should be less than or equal to 45"),
        ("width = 160", "width = 149", "region 'all': left 10 . width 140.*reaches outside the picture of 149 x 90 px"),
        ("cell_width = 80", "cell_width = 141", "is larger than its area"),
        ('name = "all"', 'name = "half 1"', "two regions are called 'half 1'"),
        ('reference = "small-front.png"', "", "no reference picture, which alignment needs"),
        ('reference = "small-front.png"', 'reference = "../x.png"', "views.0.reference: String should match pattern"),
        ("height = 90\n", "height = 90\nbinning = 4\n", "160 x 90 px cannot be binned by 4"),
        ("height = 90\n", "height = 90\nbinning = 2\n", "region 'all': binned by 2 it has less than the 80 x 45 px"),
        ("height = 90\n", "height = 90\nbinning = 0\n", "binning: Input should be greater"),
        ("revision = 3", "revision = 0", "revision: Input should be greater"),
        ("revision = 3", "revision = ", "not valid TOML"),
        ('name = "small"', 'name = "../small"', "name: String should match pattern"),
    ],
)
def test_a_mistake_in_a_recipe_is_named_with_file_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in SMALL_RECIPE
    with pytest.raises(RecipeError, match=message) as caught:
        _read(tmp_path, SMALL_RECIPE.replace(old, new, 1))
    assert "r.toml" in str(caught.value)


def test_a_recipe_without_views_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="views"):
        _read(tmp_path, 'name = "a"\nmodel = "a"\n')


def test_a_missing_recipe_lists_the_others(recipe_file: Path) -> None:
    with pytest.raises(RecipeError, match="no recipe 'big'.*: small"):
        find_recipe("big", recipe_file.parent)


def test_grid_cells_reach_from_border_to_border(recipe: Recipe) -> None:
    assert [r.rectangle for r in recipe.regions] == [(10, 10, 140, 70), (10, 10, 80, 70), (70, 10, 80, 70)]
    assert [r.name for r in recipe.regions] == ["all", "half 1", "half 2"]


def test_a_written_recipe_reads_back_the_same(recipe: Recipe, tmp_path: Path) -> None:
    write_recipe(recipe, tmp_path / "copy.toml")
    assert read_recipe(tmp_path / "copy.toml").model_dump() == recipe.model_dump()
    assert not list(tmp_path.glob(".*"))


def test_fingerprint_follows_what_changes_a_vector_and_nothing_else(recipe: Recipe) -> None:
    row = recipe.model_dump()

    def fingerprint(**changes: object) -> str:
        changed = Recipe.model_validate(row | changes)
        changed._path = recipe._path
        return changed.fingerprint

    assert fingerprint(title="other", trigger={"mode": "interval"}, revision=4) == recipe.fingerprint
    assert fingerprint(polarity="dark") != recipe.fingerprint
    moved = [dict(row["views"][0], regions=[dict(row["views"][0]["regions"][0], left=9)])]
    assert fingerprint(views=moved) != recipe.fingerprint


def test_a_reference_of_another_size_is_refused(tmp_path: Path, recipe_file: Path) -> None:
    (tmp_path / "small-front.png").write_bytes((recipe_file.parent / "small-front.png").read_bytes())
    recipe = _read(tmp_path, SMALL_RECIPE.replace("width = 160", "width = 161"))
    with pytest.raises(RecipeError, match="has 160 x 90 px, the view 161 x 90 px"):
        recipe.reference(recipe.views[0])


def test_the_shipped_recipe_has_three_views_with_coarse_and_fine_regions() -> None:
    recipe = find_recipe("connector", REPOSITORY / "station" / "recipes")
    assert recipe.view_names == ("center", "left", "right")
    widths = {r.rectangle[2] for r in recipe.regions}
    assert len(recipe.regions) == 45
    assert len(widths) == 2


@given(st.integers(1, 8), st.integers(0, 60), st.integers(0, 40), st.integers(1, 60), st.integers(1, 40))
def test_binned_regions_reach_out_to_whole_blocks_and_no_further(side: int, left: int, top: int, width: int, height: int) -> None:
    width, height = 80 * side + width, 45 * side + height
    region = RegionRow(name="r", left=left, top=top, width=width, height=height)
    view = View(name="v", width=side * 300, height=side * 200, binning=side, regions=(region,))
    (_, (x, y, w, h)) = view.rectangles()[0]
    assert not any(edge % side for edge in (x, y, w, h))
    assert x <= left < x + side
    assert y <= top < y + side
    assert x + w - side < left + width <= x + w
    assert y + h - side < top + height <= y + h


def test_binning_is_part_of_what_a_model_was_taught_on(recipe: Recipe) -> None:
    prints = []
    whole = SMALL_RECIPE.partition("[[views.grids]]")[0].replace(
        "left = 10\ntop = 10\nwidth = 140\nheight = 70", "left = 0\ntop = 0\nwidth = 160\nheight = 90"
    )
    for n, line in enumerate(("", "binning = 1\n", "binning = 2\n")):
        path = recipe.path.with_name(f"binned-{n}.toml")
        path.write_text(whole.replace("height = 90\n", f"height = 90\n{line}", 1))
        prints.append(read_recipe(path).fingerprint)
        path.unlink()
    assert prints[0] == prints[1] != prints[2]
