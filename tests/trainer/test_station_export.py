"""What the station exports, the trainer reads: they meet in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from station.export import write_dataset
from station.store.database import open_database
from station.store.reviews import Truth, add_reviews
from station.store.search import PartFilter
from tests.station.recorded import part, write_parts, write_regions
from trainer.data import GOOD
from trainer.station_records import UNNAMED_DEFECT
from trainer.tables import read_vectors


@pytest.mark.parametrize("by_folder", [True, False])
def test_a_data_set_of_the_station_is_a_table_of_labelled_vectors(tmp_path: Path, by_folder: bool) -> None:
    engine = open_database(tmp_path / "data")
    write_parts(engine, [part(1), part(2, judgement="NG"), part(3, judgement="NG"), part(4)])
    for n in (1, 2, 3, 4):
        write_regions(engine, n)
    add_reviews(engine, [1], Truth.OK, "Sato")
    add_reviews(engine, [2], Truth.NG, "Sato", "M")
    add_reviews(engine, [3], Truth.NG, "Sato")
    written = write_dataset(engine, PartFilter(), tmp_path / "set", "station-1")
    engine.dispose()
    table = read_vectors(tmp_path / "set" if by_folder else written.path / "data" / "train-00000-of-00001.parquet")
    assert table.vectors.dtype == np.float32
    assert table.vectors[:, 0].tolist() == pytest.approx([3.0, 3.1, 2.0, 2.1, 1.0, 1.1])
    assert table.labels.tolist() == [1, 1, 1, 1, 0, 0]
    assert table.modes.tolist() == [UNNAMED_DEFECT, UNNAMED_DEFECT, "M", "M", GOOD, GOOD]
    assert table.own["part"].tolist() == ["part-3", "part-3", "part-2", "part-2", "part-1", "part-1"]
    assert table.own["region"].tolist()[:2] == ["region 0", "region 1"]
    assert set(table.own["labelled_by"].tolist()) == {"review"}
