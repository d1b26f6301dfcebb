"""The trainer's section of config.toml."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from models.toml_files import read_toml
from trainer.data import DataError

_REPOSITORY = r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$"


class TrainingSection(BaseModel):
    """Data sets on the Hugging Face hub that `trainer vectors` takes where none is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    triplets: str = Field("YxBxRyXJx/TRIPLET_Tanshi_1226", pattern=_REPOSITORY)
    triplets_revision: str = Field("", description="a commit pins the rows; empty: the head of main")
    vectors: str = Field("YxBxRyXJx/NSOARTC_Tanshi_1221", pattern=_REPOSITORY)
    vectors_revision: str = ""


class _File(BaseModel):
    """config.toml as the trainer sees it; the other sections are the station's."""

    training: TrainingSection = TrainingSection()


def read_settings(path: Path) -> TrainingSection:
    """The section [training] of a config.toml; defaults where there is no such file.

    Raises:
        DataError: unreadable, or a misspelt key.
    """
    if not path.exists():
        return TrainingSection()
    return read_toml(path, _File, lambda message: DataError(f"{path}: {message}")).training
