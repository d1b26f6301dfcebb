from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from models.nsoartc import FEATURE_VERSION, VECTOR_LENGTH
from tests.conftest import REPOSITORY
from trainer.data import DataError
from trainer.dataset_export import TABLE, CardFields, write_dataset
from trainer.tables import read_triplets, read_vectors

HF = Path(os.environ.get("STATION_DATA", REPOSITORY.parent / "shared" / "data")) / "hf"
needs_published = pytest.mark.skipif(not HF.is_dir(), reason="no shared/data/hf beside the checkout or in $STATION_DATA")
CARD = CardFields("Connector | line 3", "station-7", "connector 2")


def some_vectors(n: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(n, VECTOR_LENGTH)).astype(np.float32)


def vector_columns(n: int, prefix: str = "data", seed: int = 0) -> dict[str, Any]:
    return {f"{prefix}{i}": column for i, column in enumerate(some_vectors(n, seed).T)}


def labelled(n: int = 3) -> dict[str, Any]:
    return vector_columns(n) | {"label": np.arange(n), "fmode": np.arange(n) * 4}


def triplets(n: int = 3) -> dict[str, Any]:
    groups = {name: column for seed, prefix in enumerate(("arch", "pos", "neg")) for name, column in vector_columns(n, prefix, seed).items()}
    return groups | {"plabel": np.arange(n), "nlabel": np.arange(n) + 1, "pmode": np.arange(n), "nmode": np.full(n, 4)}


def write(path: Path, columns: dict[str, Any], metadata: dict[str, str] | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata), path)
    return path


def test_a_file_and_a_folder_give_the_same_vectors(tmp_path: Path) -> None:
    file = write(tmp_path / "set" / TABLE, labelled())
    of_file, of_folder = read_vectors(file), read_vectors(str(tmp_path / "set"))
    for table in (of_file, of_folder):
        assert (table.vectors == some_vectors(3)).all()
        assert table.vectors.dtype == np.float32
        assert table.vectors.flags.c_contiguous
        assert table.labels.tolist() == [0, 1, 2]
        assert table.modes.tolist() == ["0", "4", "8"]
    assert of_file.fingerprint == of_folder.fingerprint
    assert of_folder.source == str(tmp_path / "set")


def test_triplets_keep_their_three_vectors_apart(tmp_path: Path) -> None:
    table = read_triplets(write(tmp_path / "t.parquet", triplets()))
    for group, seed in ((table.anchors, 0), (table.positives, 1), (table.negatives, 2)):
        assert (group == some_vectors(3, seed)).all()
    assert (table.positive_labels.tolist(), table.negative_labels.tolist()) == ([0, 1, 2], [1, 2, 3])
    assert (table.positive_modes.tolist(), table.negative_modes.tolist()) == (["0", "1", "2"], ["4", "4", "4"])


def test_the_order_of_columns_does_not_matter_and_further_ones_are_left_alone(tmp_path: Path) -> None:
    columns = {"lot": ["A"] * 3} | dict(reversed(labelled().items()))
    assert read_vectors(write(tmp_path / "a.parquet", columns)).fingerprint == read_vectors(write(tmp_path / "b.parquet", labelled())).fingerprint


def test_shards_and_batches_follow_each_other(tmp_path: Path) -> None:
    n = 2500  # more than one batch
    columns = labelled(n)
    write(tmp_path / "data" / "train-00000-of-00002.parquet", {name: column[:2100] for name, column in columns.items()})
    write(tmp_path / "data" / "train-00001-of-00002.parquet", {name: column[2100:] for name, column in columns.items()})
    table = read_vectors(tmp_path)
    assert (table.vectors == some_vectors(n)).all()
    assert table.labels.tolist() == list(range(n))


def test_a_replaced_file_is_read_anew_though_its_time_stamp_is_the_same(tmp_path: Path) -> None:
    file = write(tmp_path / "a.parquet", labelled())
    os.utime(file, (1_700_000_000, 1_700_000_000))
    before = read_vectors(file)
    write(file, labelled() | {"label": np.array([5, 6, 7])})
    os.utime(file, (1_700_000_000, 1_700_000_000))
    assert read_vectors(file).labels.tolist() == [5, 6, 7]
    assert read_vectors(file).fingerprint != before.fingerprint


@pytest.mark.parametrize("change", ["vectors", "label", "fmode"])
def test_other_rows_have_another_fingerprint(tmp_path: Path, change: str) -> None:
    columns = labelled()
    columns["data700" if change == "vectors" else change] = np.array([7, 7, 7])
    assert read_vectors(write(tmp_path / "a.parquet", columns)).fingerprint != read_vectors(write(tmp_path / "b.parquet", labelled())).fingerprint


@pytest.mark.parametrize(
    ("fmode", "read"),
    [
        (pa.array(["OK", "M", "X"]), ["OK", "M", "X"]),
        (pa.array(["OK", "M", "M"]).dictionary_encode(), ["OK", "M", "M"]),
        (pa.array(["OK", "M", "X"], pa.large_string()), ["OK", "M", "X"]),
        (pa.array([0, 4, 4], pa.int32()), ["0", "4", "4"]),
        (pa.array([0.0, 4.0, 4.0]), ["0", "4", "4"]),
    ],
)
def test_modes_are_strings_however_the_table_has_them(tmp_path: Path, fmode: pa.Array, read: list[str]) -> None:
    assert read_vectors(write(tmp_path / "a.parquet", labelled() | {"fmode": fmode})).modes.tolist() == read


def with_one(value: float, dtype: type = np.float32) -> NDArray[Any]:
    column = np.zeros(3, dtype)
    column[1] = value
    return column


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"data9": with_one(np.nan)}, "row 1, column data9 is nan; expected finite numbers"),
        ({"data1403": with_one(-np.inf)}, "row 1, column data1403 is -inf; expected finite numbers"),
        ({"data0": with_one(1e300, np.float64)}, "row 1, column data0 is inf; expected finite numbers"),
        ({"data5": pa.array([0.5, None, 1.0])}, "row 1, column data5 has no value; expected one in every row"),
        ({"data5": ["a", "b", "c"]}, "column data5 has type string; expected float32"),
        ({"label": ["a", "b", "c"]}, "column label has type string; expected whole numbers"),
        ({"label": np.array([0, 1, 2.5])}, r"row 2, column label is 2\.5; expected whole numbers"),
        ({"label": np.array([0, np.nan, 2])}, "row 1, column label is nan; expected whole numbers"),
        ({"label": np.array([0, 1, 2**63], np.uint64)}, "row 2, column label is 9223372036854775808; expected whole numbers"),
        ({"label": pa.array([0, 1, None])}, "row 2, column label has no value"),
        ({"fmode": ["OK", "", "M"]}, "row 1, column fmode is empty; expected 'OK' or the name of a defect"),
        ({"fmode": pa.array(["OK", "M", None])}, "row 2, column fmode has no value"),
        ({"fmode": [True, False, True]}, "column fmode has type bool; expected whole numbers"),
        ({"data1404": np.zeros(3)}, "has a column data1404; expected vectors of 1404 numbers"),
    ],
)
def test_a_value_that_no_table_may_have_is_named(tmp_path: Path, changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read_vectors(write(tmp_path / "a.parquet", labelled() | changed))


def test_rows_are_counted_through_batches(tmp_path: Path) -> None:
    columns = labelled(2500)
    columns["data3"] = columns["data3"].copy()
    columns["data3"][2400] = np.nan
    with pytest.raises(DataError, match="row 2400, column data3 is nan"):
        read_vectors(write(tmp_path / "a.parquet", columns))


@pytest.mark.parametrize(
    ("read", "columns", "sentence"),
    [
        (
            read_vectors,
            triplets,
            "expected labelled vectors .*; data0, data1, data2 and 1403 more missing, met arch0.*; it looks like triplets: use read_triplets",
        ),
        (read_triplets, labelled, "expected triplets .*; it looks like labelled vectors: use read_vectors"),
    ],
)
def test_the_other_layout_is_recognised(tmp_path: Path, read: Callable[[Path], object], columns: Callable[[], dict[str, Any]], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read(write(tmp_path / "a.parquet", columns()))


def test_a_missing_column_is_named_without_guessing_a_layout(tmp_path: Path) -> None:
    columns = labelled()
    del columns["fmode"]
    with pytest.raises(DataError, match="fmode missing, met data0, data1, data2 and 1402 more$"):
        read_vectors(write(tmp_path / "a.parquet", columns))


def test_a_source_that_is_no_table_says_why(tmp_path: Path) -> None:
    file = write(tmp_path / "set" / TABLE, labelled())
    empty, text, damaged = tmp_path / "empty", tmp_path / "a.txt", tmp_path / "damaged.parquet"
    empty.mkdir()
    text.write_text("no table")
    damaged.write_bytes(file.read_bytes()[:-200])
    for source, sentence in (
        (
            write(tmp_path / "none.parquet", {name: column[:0] for name, column in labelled().items()}),
            "none.parquet has no row; expected at least one",
        ),
        (tmp_path / "gone.parquet", "there is no such file or folder"),
        (empty, "no Parquet file in this folder"),
        (text, "a file of type '.txt'; expected .parquet"),
        (damaged, "damaged.parquet is not a readable Parquet file"),
        (write(tmp_path / "a[1].parquet", labelled()), "in a path for a pattern"),
    ):
        with pytest.raises(DataError, match=sentence) as met:
            read_vectors(source)
        assert str(source) in str(met.value)
    with pytest.raises(DataError, match="Bad split: test.*expected Parquet files of one layout with a split 'test'"):
        read_vectors(tmp_path / "set", split="test")
    with pytest.raises(DataError, match="revision 'main' for a file or folder on this machine"):
        read_vectors(file, revision="main")


def test_zeroed_pages_are_found(tmp_path: Path) -> None:
    file = write(tmp_path / "a.parquet", labelled())
    content = bytearray(file.read_bytes())
    content[400:4000] = bytes(3600)
    file.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read as a table"):
        read_vectors(file)


def test_vectors_of_another_feature_version_are_refused(tmp_path: Path) -> None:
    assert len(read_vectors(write(tmp_path / "a.parquet", labelled(), {"feature_version": FEATURE_VERSION})).labels) == 3
    with pytest.raises(DataError, match=f"vectors of feature version 'nsoartc-0'; this trainer computes '{FEATURE_VERSION}'"):
        read_vectors(write(tmp_path / "b.parquet", labelled(), {"feature_version": "nsoartc-0"}))


@needs_published
def test_every_row_of_the_published_layouts_is_read() -> None:
    table = read_vectors(HF / "NSOARTC_Tanshi_1221")
    plain = pq.read_table(HF / "NSOARTC_Tanshi_1221" / TABLE)
    assert table.vectors.shape == (240, 1404)
    assert (table.vectors[:, 977] == plain["data977"].to_numpy()).all()
    assert table.labels.tolist() == plain["label"].to_pylist()
    assert table.modes.tolist() == [str(mode) for mode in plain["fmode"].to_pylist()]
    three = read_triplets(HF / "TRIPLET_Tanshi_1226")
    plain = pq.read_table(HF / "TRIPLET_Tanshi_1226" / TABLE)
    assert three.anchors.shape == three.positives.shape == three.negatives.shape == (300, 1404)
    for group, prefix in ((three.anchors, "arch"), (three.positives, "pos"), (three.negatives, "neg")):
        assert (group[:, 33] == plain[f"{prefix}33"].to_numpy()).all()
    assert three.negative_labels.tolist() == plain["nlabel"].to_pylist()
    assert three.positive_modes.tolist() == [str(mode) for mode in plain["pmode"].to_pylist()]


@needs_published
def test_the_published_vectors_survive_an_export(tmp_path: Path) -> None:
    table = read_vectors(HF / "NSOARTC_Tanshi_1221")
    write_dataset(tmp_path / "set", table.vectors, table.labels, table.modes, {}, CARD)
    assert read_vectors(tmp_path / "set").fingerprint == table.fingerprint
    theirs, ours = (pq.read_schema(folder / TABLE) for folder in (HF / "NSOARTC_Tanshi_1221", tmp_path / "set"))
    assert ours.equals(theirs), "same names, order and types"


@pytest.mark.parametrize("modes", [np.array(["OK", "M", "M"]), np.array([0, 4, 4]), np.array(["04", "4", "OK"])])
def test_an_export_is_read_as_it_is(tmp_path: Path, modes: NDArray[Any]) -> None:
    from datasets import load_dataset
    from huggingface_hub import DatasetCard

    vectors, folder = some_vectors(3), tmp_path / "set"
    file = write_dataset(folder, vectors, np.array([0, 1, 1]), modes, {"part": np.array(["a", "b", "c"]), "lot": np.array([1, 1, 2])}, CARD)
    table = read_vectors(folder)
    assert (table.vectors == vectors).all()
    assert table.modes.tolist() == modes.astype(str).tolist()
    assert pq.read_schema(file).names == [f"data{i}" for i in range(1404)] + ["label", "fmode", "part", "lot"]
    rows = load_dataset(str(folder), split="train", streaming=True)
    assert next(iter(rows.select_columns(["part", "lot"]))) == {"part": "a", "lot": 1}
    card = DatasetCard.load(folder / "README.md")
    assert (card.data.license, card.data.pretty_name) == ("other", "Connector | line 3")
    assert f"Feature version: `{FEATURE_VERSION}`" in card.text
    assert "station-7" in card.text
    assert f"| 0 | {modes[0]} | 1 |" in card.text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set"]


def test_an_export_never_touches_what_is_there(tmp_path: Path) -> None:
    words = (some_vectors(2), np.zeros(2, np.int64), np.array(["OK", "OK"]), {}, CARD)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="there is something already; expected a new or empty folder"):
        write_dataset(tmp_path / "full", *words)
    with pytest.raises(DataError, match="there is something already"):
        write_dataset(tmp_path / "full" / "notes.txt", *words)
    with pytest.raises(DataError, match="there is no folder"):
        write_dataset(tmp_path / "none" / "set", *words)
    write_dataset(tmp_path / "empty", *words)
    assert (tmp_path / "full" / "notes.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "full"]


def test_an_export_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_dataset(tmp_path / "set", some_vectors(2), np.zeros(2, np.int64), np.array(["OK", "OK"]), {}, CARD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"vectors": some_vectors(2)[:, :9]}, r"vectors: float32 \(2, 9\); expected float32 \(n, 1404\)"),
        ({"vectors": some_vectors(2).astype(np.float64)}, "vectors: float64"),
        ({"vectors": np.full((2, 1404), np.nan, np.float32)}, "vectors: row 0 has a value that is not finite"),
        ({"labels": np.array([0.0, 1.0])}, "labels: float64"),
        ({"labels": np.array([0])}, r"labels: int64 \(1,\); expected whole numbers \(2,\)"),
        ({"modes": np.array(["OK", ""])}, "modes: row 1 is empty"),
        ({"columns": {"label": np.zeros(2)}}, "column 'label': expected a name"),
        ({"columns": {"data7": np.zeros(2)}}, "column 'data7': expected a name"),
        ({"columns": {"lot": np.zeros(3)}}, r"column 'lot': float64 \(3,\); expected"),
        ({"columns": {"lot": np.array([{}, {}])}}, "column 'lot': object"),
    ],
)
def test_arrays_that_make_no_table_are_refused(tmp_path: Path, changed: dict[str, Any], sentence: str) -> None:
    words = {"vectors": some_vectors(2), "labels": np.array([0, 1]), "modes": np.array(["OK", "M"]), "columns": {}} | changed
    with pytest.raises(DataError, match=sentence):
        write_dataset(tmp_path / "set", **words, card=CARD)
    assert not (tmp_path / "set").exists()
