"""Where labelled parts come from: pictures, a station's records, a table of vectors; told apart by what lies there."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from models.part_files import PartFiles
from models.recipe import Recipe
from trainer.data import GOOD, DataError, Parts, describe_parts, read_parts
from trainer.hub import is_repository_name
from trainer.station_records import DATABASE_NAME, Unreviewed, read_records
from trainer.tables import read_vectors
from trainer.variation import Variation

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """A place that parts come from, and what is taken of it.

    A session is whatever keeps parts of one day and light together: a picture's session, a record's lot, a row's lot.
    """

    place: str  # folder, metadata.csv, station data folder, .parquet file, or owner/name on the hub
    recipe: Recipe
    revision: str | None = None  # of a hub repository
    since: datetime | None = None  # of station records
    until: datetime | None = None
    unreviewed: Unreviewed = "skip"

    def parts(self, sessions: Sequence[str], with_thumbnails: bool = False, variation: Variation | None = None) -> Parts:
        """The parts of these sessions (all where empty) with their vectors.

        Args:
            with_thumbnails, variation: need pictures, see `read_parts`.

        Raises:
            DataError, PictureError: nothing there, or vectors only where pictures are needed.
        """
        path = Path(self.place)
        is_station = (path / DATABASE_NAME).is_file()
        if not is_station and (self.since or self.until or self.unreviewed != "skip"):
            raise DataError(f"{self.place}: --since, --until and --unreviewed are for a station's records; there is no {DATABASE_NAME}")
        if self.revision and path.exists():
            raise DataError(f"{self.place}: --revision is for a repository on the hub; this is on this machine")
        if is_station:
            recorded = read_records(path, self.recipe, lots=sessions, since=self.since, until=self.until, unreviewed=self.unreviewed)
            return _with_pictures(recorded, self.recipe, with_thumbnails, variation) if with_thumbnails or variation else recorded
        if path.suffix == ".parquet" or (path / "data").is_dir() or (not path.exists() and is_repository_name(self.place)):
            parts = _of_table(self.place, self.revision, self.recipe)
            if with_thumbnails:
                raise DataError(f"{self.place}: holds vectors without pictures; choose a training that needs none, such as unit-space")
            return parts.of_sessions(sessions) if sessions else parts
        return read_parts(path, self.recipe, sessions, with_thumbnails, variation)


def _with_pictures(recorded: Parts, recipe: Recipe, with_thumbnails: bool, variation: Variation | None) -> Parts:
    """Recorded parts described anew from their stored pictures; those whose pictures retention has deleted are left out."""
    complete = np.array([set(f.views) == set(recipe.view_names) for f in recorded.files])
    if not complete.any():
        raise DataError("none of the recorded parts has its pictures any more; choose a training that needs none, such as unit-space")
    if not complete.all():
        log.warning("%d of %d recorded parts are left out: their pictures are gone", int((~complete).sum()), len(complete))
    kept = recorded.where(complete)
    files = [replace(f, mode=str(mode)) for f, mode in zip(kept.files, kept.modes, strict=True)]
    parts = describe_parts(files, recipe, with_thumbnails, variation)
    parts = replace(parts, held=(*parts.held, *recorded.held))
    if not parts.files:
        raise DataError("none of the recorded parts could be aligned; has the recipe's reference picture changed since?")
    return parts


def _of_table(place: str, revision: str | None, recipe: Recipe) -> Parts:
    """Parts of a table of labelled vectors: grouped by its columns part and region where it has them, else one row a part."""
    table = read_vectors(place, revision)
    n_regions = len(recipe.regions)
    modes = np.where(table.modes == "0", GOOD, table.modes)
    names = table.own.get("part")
    if names is None:
        if n_regions != 1:
            raise DataError(f"{table.source}: has no column part, so every row is a part of one region; recipe {recipe.name} has {n_regions}")
        files = tuple(PartFiles(f"row-{i}", {}, "", str(mode)) for i, mode in enumerate(modes))
        return Parts(files, table.vectors[:, None], modes)
    region = table.own.get("region_index", np.zeros(len(names), np.int64)).astype(np.int64)
    order = np.lexsort((region, names))
    blocks = names[order].reshape(-1, n_regions) if len(order) % n_regions == 0 else None
    if blocks is None or (blocks != blocks[:, :1]).any() or (region[order].reshape(-1, n_regions) != np.arange(n_regions)).any():
        raise DataError(f"{table.source}: its parts do not all have the {n_regions} regions of recipe {recipe.name}")
    first = order.reshape(-1, n_regions)[:, 0]
    by_row = np.argsort(first)  # the table's own order of parts
    lots = table.own.get("lot", np.full(len(names), ""))
    grouped = order.reshape(-1, n_regions)[by_row]
    part_modes = np.array([next((str(m) for m in modes[rows] if m != GOOD), GOOD) for rows in grouped])
    files = tuple(PartFiles(str(names[rows[0]]), {}, str(lots[rows[0]]), mode) for rows, mode in zip(grouped, part_modes, strict=True))
    return Parts(files, table.vectors[grouped], part_modes)
