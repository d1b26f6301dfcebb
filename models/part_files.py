"""Which picture files belong to one part: a folder with one sub-folder a view, or a metadata.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from models.nsoartc import Picture
from models.pictures import PICTURE_SUFFIXES, PictureError, picture_files, read_grey


@dataclass(frozen=True, slots=True)
class PartFiles:
    """The pictures of one part by view, and what is known of it."""

    name: str
    views: dict[str, Path]
    session: str = ""  # taken on one day, in one light; '' where nothing says
    mode: str = ""  # defect mode, 'OK' for a good part, '' where nothing says
    labels: dict[str, str] = field(default_factory=dict)  # every other column of the metadata

    def read(self) -> dict[str, Picture]:
        """The grey pictures by view. Raises PictureError."""
        return {view: read_grey(path) for view, path in self.views.items()}


def find_parts(path: Path, views: tuple[str, ...]) -> list[PartFiles]:
    """The parts in a metadata.csv, in a folder that has one, or in a folder of pictures.

    Raises:
        PictureError: nothing there, or not in one of these layouts.
    """
    if path.suffix.lower() == ".csv":
        return from_metadata(path)
    if (path / "metadata.csv").is_file():
        return from_metadata(path / "metadata.csv")
    return from_folder(path, views)


def from_folder(folder: Path, views: tuple[str, ...]) -> list[PartFiles]:
    """Parts of a folder, sorted by file name.

    With one view the folder may hold the pictures itself; else it has one sub-folder a view, and files of the same
    name (without suffix) belong to one part. A part may lack a view; whoever judges it holds it for that.

    Raises:
        PictureError: no folder, no picture, no sub-folder for a view, or two files for one view of a part.
    """
    if not folder.is_dir():
        raise PictureError(f"folder {folder}: there is no such folder")
    if len(views) == 1 and not (folder / views[0]).is_dir():
        files = picture_files(folder)
        if not files:
            raise PictureError(f"folder {folder}: holds no picture ({', '.join(sorted(PICTURE_SUFFIXES))})")
        return [PartFiles(path.name, {views[0]: path}) for path in files]
    by_view: dict[str, dict[str, Path]] = {}
    for view in views:
        if not (folder / view).is_dir():
            inside = next((f" (there is one in {path.name})" for path in sorted(folder.iterdir()) if (path / view).is_dir()), "")
            raise PictureError(f"folder {folder}: no sub-folder {view!r}{inside}; a recipe of {len(views)} views needs {', '.join(views)}")
        by_view[view] = {}
        for path in picture_files(folder / view):
            if path.stem in by_view[view]:
                raise PictureError(f"{path}: {by_view[view][path.stem].name} has the same name; which one shows part {path.stem!r}?")
            by_view[view][path.stem] = path
    stems = sorted(set().union(*by_view.values()))
    if not stems:
        raise PictureError(f"folder {folder}: its sub-folders {', '.join(views)} hold no picture")
    return [PartFiles(stem, {view: files[stem] for view, files in by_view.items() if stem in files}) for stem in stems]


def from_metadata(path: Path) -> list[PartFiles]:
    """Parts of a metadata.csv with columns file_name, part, view and, where known, session and fmode.

    One row a picture, file names relative to the CSV and below its folder; parts in the order of their first row.

    Raises:
        PictureError: unreadable, a missing column, a file outside, or two pictures of one view of one part.
    """
    parts: dict[str, PartFiles] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as f:
            reader = csv.DictReader(f)
            missing = {"file_name", "part", "view"} - set(reader.fieldnames or ())
            if missing:
                raise PictureError(f"{path}: no column {', '.join(sorted(missing))}; it has {', '.join(reader.fieldnames or ()) or 'none'}")
            for row in reader:
                if None in row or None in row.values():
                    raise PictureError(f"{path}, line {reader.line_num}: another number of fields than the header has")
                part = parts.setdefault(row["part"], PartFiles(row["part"], {}, row.get("session", ""), row.get("fmode", ""), row))
                if (part.session, part.mode) != (row.get("session", ""), row.get("fmode", "")):
                    raise PictureError(f"{path}, line {reader.line_num}: part {row['part']!r} has another session or fmode than in its first row")
                if row["view"] in part.views:
                    raise PictureError(f"{path}, line {reader.line_num}: part {row['part']!r} has two pictures of view {row['view']!r}")
                part.views[row["view"]] = path.parent / _inside(row["file_name"], f"{path}, line {reader.line_num}")
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise PictureError(f"{path}: cannot be read: {getattr(err, 'strerror', None) or err}") from err
    if not parts:
        raise PictureError(f"{path}: lists no part")
    return list(parts.values())


def _inside(name: str, where: str) -> str:
    """The file name, which must lead nowhere but below the folder of the list: the list may come from anybody."""
    path = PurePosixPath(name.replace("\\", "/"))
    if not name or path.is_absolute() or ".." in path.parts or PureWindowsPath(name).drive:
        raise PictureError(f"{where}: file_name {name!r}; expected a file below the folder of this list, such as images/1.png")
    return name
