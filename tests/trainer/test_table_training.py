from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trainer.__main__ import main
from trainer.data import DataError
from trainer.dataset_export import CardFields, write_dataset
from trainer.settings import read_settings


def _table(folder: Path, seed: int) -> Path:
    """60 good vectors and 20 of each of two positions, which differ in a band of numbers."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1, 2], [60, 20, 20])
    vectors = rng.normal(2, 0.3, (100, 1404)).astype(np.float32)
    vectors[labels == 1, :100] += 2
    vectors[labels == 2, 700:800] += 2
    write_dataset(folder, vectors, labels, labels, {}, CardFields("t", "s", "r"))
    return folder


@pytest.mark.parametrize("training", ["triplet-euclid", "triplet-soart3", "classifier"])
def test_a_network_trained_on_one_table_judges_another(tmp_path: Path, training: str, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = Path(__file__).parents[2] / "trainer" / "recipes" / f"{training}.toml"
    quick = tmp_path / "quick.toml"
    quick.write_text(recipe.read_text().replace("epochs = 20", "epochs = 2").replace("epochs = 10", "epochs = 2").replace("3e-5", "3e-4"))
    words = [
        "vectors",
        str(_table(tmp_path / "a", 1)),
        "--test",
        str(_table(tmp_path / "b", 2)),
        "--training",
        str(quick),
        "-o",
        str(tmp_path / "out"),
    ]
    assert main(words) == 0
    out = capsys.readouterr().out
    for mode in ("all", "1", "2"):
        (line,) = (row for row in out.splitlines() if row.startswith(f"  mode {mode:4} AUROC"))
        assert float(line.split()[3]) > 0.95
    assert "angular similarity to the good anchor" in out
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"triplet.png", "loss.png", "embedding-test.png"}


def test_a_training_that_needs_parts_is_refused_for_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(_table(tmp_path / "a", 1))
    assert main(["vectors", folder, "--test", folder, "--training", "best", "-o", str(tmp_path / "out")]) == 2
    assert "on a table train triplet-euclid, triplet-soart3 or classifier" in capsys.readouterr().err


def test_the_data_sets_come_from_the_configuration(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml").triplets == "YxBxRyXJx/TRIPLET_Tanshi_1226"
    (tmp_path / "config.toml").write_text('[station]\nname = "x"\n[training]\nvectors = "plant/vectors"\nvectors_revision = "abc"\n')
    named = read_settings(tmp_path / "config.toml")
    assert (named.vectors, named.vectors_revision) == ("plant/vectors", "abc")
    (tmp_path / "config.toml").write_text('[training]\nvectors = "../etc"\n')
    with pytest.raises(DataError, match=r"training\.vectors"):
        read_settings(tmp_path / "config.toml")
