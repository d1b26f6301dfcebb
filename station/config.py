"""config.toml: read once, at the start; each part of the program receives its own section."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from models.scorer import Provider
from models.signing import PUBLIC_KEY_PATTERN
from models.toml_files import read_toml


class ConfigError(ValueError):
    """config.toml cannot be used; the message names file and key. Mend the file and start again."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StationSection(_Section):
    """This line PC."""

    name: str = Field("station-1", min_length=1, max_length=64, description="written into every record")
    data: str = Field("data", min_length=1, pattern=r"^[^\x00]*$", description="folder for database, pictures and logs; relative to config.toml")
    recipe: str = Field("connector", min_length=1, description="the recipe that is inspected at start")
    recipes: str = Field("station/recipes", description="folder of recipes; relative to config.toml")
    language: Literal["en", "ja"] = Field("en", description="of the window at first start")


class SimulatedSection(_Section):
    """[camera.simulated]"""

    defect_rate: float = Field(0.15, ge=0, le=1, description="share of parts with a defect")
    seed: int = Field(7, ge=0, description="another seed is another session")
    rate_hz: float = Field(0.0, ge=0, le=1000, description="parts a second at most; 0 = as the trigger asks")


class FolderSection(_Section):
    """[camera.folder]"""

    rate_hz: float = Field(0.0, ge=0, le=1000, description="parts a second at most; 0 = as the trigger asks")
    loop: bool = Field(False, description="start again after the last picture")


class OpencvSection(_Section):
    """[camera.opencv]"""

    width: int | None = Field(None, ge=16, le=20000, description="asked of the device [px]")
    height: int | None = Field(None, ge=16, le=20000, description="asked of the device [px]")
    exposure_ms: float | None = Field(None, gt=0, le=10000, description="exposure time [ms]; left out = automatic")


class CameraSection(_Section):
    """Where pictures come from."""

    source: str = Field("simulated", min_length=1, description="simulated | folder:PATH | opencv:SOURCE[,SOURCE…], one SOURCE a view")
    simulated: SimulatedSection = SimulatedSection()
    folder: FolderSection = FolderSection()
    opencv: OpencvSection = OpencvSection()


class ModelsSection(_Section):
    """Where models lie and what they run on."""

    store: str = Field("models/store", min_length=1, description="folder of model bundles; relative to config.toml")
    provider: Provider = Field("auto", description="auto | cuda | cpu")
    require_cuda: bool = Field(False, description="true: no start and no model change without CUDA")
    trusted_keys: list[Annotated[str, Field(pattern=PUBLIC_KEY_PATTERN)]] = Field(
        [], description="public keys, 'ed25519:…'; only bundles signed by one of them may judge; none: bundles need no signature"
    )


class RecordsSection(_Section):
    """What is kept, and how safely."""

    picture_format: Literal["png", "jpg"] = Field("png", description="png: without loss, about 110 kB each; jpg: about 30 kB")
    jpeg_quality: int = Field(95, ge=1, le=100)
    synchronous: Literal["FULL", "NORMAL", "EXTRA"] = Field("FULL", description="SQLite: FULL loses no committed part at a power cut")


class Config(_Section):
    """The whole file."""

    station: StationSection = StationSection()
    camera: CameraSection = CameraSection()
    models: ModelsSection = ModelsSection()
    records: RecordsSection = RecordsSection()
    training: dict[str, Any] = Field({}, description="the trainer's own section; it checks it")
    _folder: Path = PrivateAttr(Path())

    @property
    def data_folder(self) -> Path:
        """Database, pictures, logs, and which model version is active here."""
        return self._folder / self.station.data

    @property
    def recipe_folder(self) -> Path:
        """Recipes."""
        return self._folder / self.station.recipes

    @property
    def model_store(self) -> Path:
        """Model bundles."""
        return self._folder / self.models.store

    def with_camera(self, source: str) -> Config:
        """The same settings with another camera source."""
        changed = self.model_copy(update={"camera": self.camera.model_copy(update={"source": source})})
        changed._folder = self._folder
        return changed


def read_config(path: Path) -> Config:
    """The settings in a config.toml.

    Raises:
        ConfigError: unreadable, no TOML, a misspelt key or an impossible value; names each.
    """
    config = read_toml(path, Config, lambda message: ConfigError(f"{path}: {message}"))
    config._folder = path.parent
    return config
