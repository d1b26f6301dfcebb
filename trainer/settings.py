"""What the trainer reads of config.toml: its own section, and where this PC's models and key lie."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from models.signing import OWN_KEY
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


class ModelsSection(BaseModel):
    """The part of the station's section [models] that says where a model that is made on this PC goes, and who signs it."""

    model_config = ConfigDict(frozen=True)

    store: str = "models/store"
    signing_key: str = OWN_KEY

    def key_for(self, store: Path, folder: Path) -> Path | None:
        """The station's own key where `store` is its store; None for another one. Paths of the file are relative to `folder`."""
        is_its_own = self.signing_key and store.resolve() == (folder / self.store).resolve()
        return folder / self.signing_key if is_its_own else None


class _File(BaseModel):
    """config.toml as the trainer sees it; the other sections are the station's."""

    training: TrainingSection = TrainingSection()
    models: ModelsSection = ModelsSection()


def read_settings(path: Path) -> TrainingSection:
    """The section [training] of a config.toml; defaults where there is no such file.

    Raises:
        DataError: unreadable, or a misspelt key.
    """
    return _read(path).training


def signing_key(path: Path, store: Path) -> Path | None:
    """The private key that signs what is published into `store`: the one of the station whose config.toml names this store.

    Raises:
        DataError: config.toml is unreadable, or has a misspelt key.
    """
    return _read(path).models.key_for(store, path.parent)


def _read(path: Path) -> _File:
    if not path.exists():
        return _File()
    return read_toml(path, _File, lambda message: DataError(f"{path}: {message}"))
