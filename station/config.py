"""config.toml: read once, at the start; each part of the program receives its own section."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from models.registry import Registry
from models.runtime import Provider
from models.signing import OWN_KEY, PUBLIC_KEY_PATTERN
from models.toml_files import describe, read_toml
from station.sinks.settings import PlantSection, SecretName, Sinks, TriggerInSection, check_names


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
    language: Literal["en", "ja", "zh"] = Field("en", description="of the window at first start")
    shifts: list[Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]] = Field(
        ["06:00", "14:00", "22:00"], min_length=1, description="when shifts begin, local time"
    )


class SimulatedFault(_Section):
    """One fault that the simulated camera makes on order."""

    shot: int = Field(ge=1, description="the n-th shot of the camera")
    fault: Literal["black", "saturated", "blurred", "stale", "wrong-size", "hang", "unplugged"]
    lasts_s: float = Field(2.0, gt=0, le=3600, description="unplugged: so long [s]; the others are one picture long")


class SimulatedSection(_Section):
    """[camera.simulated]"""

    defect_rate: float = Field(0.15, ge=0, le=1, description="share of parts with a defect")
    seed: int = Field(7, ge=0, description="another seed is another session")
    rate_hz: float = Field(0.0, ge=0, le=1000, description="parts a second at most; 0 = as the trigger asks")
    faults: list[SimulatedFault] = Field([], description="for tests and for training operators: what goes wrong at which shot")
    isolated: bool = Field(False, description="true: in a process of its own, as a live camera; for tests")

    @model_validator(mode="after")
    def _check_faults(self) -> Self:
        shots = [fault.shot for fault in self.faults]
        if twice := sorted({shot for shot in shots if shots.count(shot) > 1}):
            raise ValueError(f"faults: shot {', '.join(map(str, twice))} is listed twice; one fault a shot")
        return self


class FolderSection(_Section):
    """[camera.folder]"""

    rate_hz: float = Field(0.0, ge=0, le=1000, description="parts a second at most; 0 = as the trigger asks")
    loop: bool = Field(False, description="start again after the last picture")


def _without_password(source: str) -> str:
    if re.search(r"://[^/\s@]*:(?!\{password\})[^/\s]*@", source):
        raise ValueError("a password stands in no file: write {user}:{password}@ before the host, and set user and password_env in [camera.opencv]")
    return source


class OpencvSection(_Section):
    """[camera.opencv]"""

    width: int | None = Field(None, ge=16, le=20000, description="asked of the device [px]")
    height: int | None = Field(None, ge=16, le=20000, description="asked of the device [px]")
    exposure_ms: float | None = Field(None, gt=0, le=10000, description="exposure time [ms]; left out = automatic")
    isolated: bool = Field(True, description="true: devices and streams in a process of their own, which is replaced when it hangs")
    user: str = Field("", description="what {user} in an address stands for")
    password_env: SecretName = Field("", description="environment variable that holds what {password} in an address stands for")


class ChecksSection(_Section):
    """[camera.checks]: which pictures are not judged. See docs/cameras.md for what was measured."""

    late_s: float = Field(1.0, ge=0, le=60, description="hold a picture that came so long after its trigger [s]; live cameras only; 0 = off")
    stale: bool = Field(True, description="hold a picture with the pixels of one before; live cameras only")
    black_below: int = Field(12, ge=0, le=255, description="hold a picture where 99 % of the pixels are darker [grey level]; 0 = off")
    white_share: float = Field(0.5, gt=0, le=1, description="hold a picture where more than this share of the pixels is at 250 or above; 1 = off")
    min_sharpness: float = Field(
        0.15, ge=0, le=1, description="hold a picture less sharp than this share of the reference picture's sharpness; 0 = off"
    )


class CameraSection(_Section):
    """Where pictures come from."""

    source: Annotated[str, AfterValidator(_without_password)] = Field(
        "simulated", min_length=1, description="simulated | folder:PATH | opencv:SOURCE[,SOURCE…], one SOURCE a view"
    )
    simulated: SimulatedSection = SimulatedSection()
    folder: FolderSection = FolderSection()
    opencv: OpencvSection = OpencvSection()
    checks: ChecksSection = ChecksSection()


class ModelsSection(_Section):
    """Where models lie and what they run on."""

    store: str = Field("models/store", min_length=1, description="folder of model bundles; relative to config.toml")
    provider: Provider = Field("auto", description="auto | cuda | cpu")
    require_cuda: bool = Field(False, description="true: no start and no model change without CUDA")
    trusted_keys: list[Annotated[str, Field(pattern=PUBLIC_KEY_PATTERN)]] = Field(
        [], description="public keys, 'ed25519:…'; bundles signed by one of them, or by this station's own key, may judge"
    )
    allow_unsigned: bool = Field(False, description="true: bundles without a signature may judge too; one that is wrong never may")
    signing_key: str = Field(
        OWN_KEY, pattern=r"^[^\x00]*$",
        description="this station's own private key file, made at first need; it signs versions that are saved or taught here; "
        "relative to config.toml; empty = none",
    )  # fmt: skip


class RecordsSection(_Section):
    """What is kept, and how safely."""

    picture_format: Literal["png", "jpg"] = Field("png", description="png: without loss, about 110 kB each; jpg: about 30 kB")
    jpeg_quality: int = Field(95, ge=1, le=100)
    synchronous: Literal["FULL", "NORMAL", "EXTRA"] = Field("FULL", description="SQLite: FULL loses no committed part at a power cut")
    check_at_start_mb: float = Field(200.0, ge=0, description="a larger database is checked while the station runs instead of before [MB]")
    backup_folder: str = Field(
        "", pattern=r"^[^\x00]*$", description="a folder of the station's name in it; relative to config.toml; empty = `backups` in the data folder"
    )
    backup_hours: float = Field(24.0, ge=0, le=8760, description="a backup of the database is made so often; 0 = never")
    backups_kept: int = Field(7, ge=1, le=1000, description="the newest ones; older ones are deleted")
    keep_days_ok: int = Field(30, ge=0, le=36500, description="pictures of parts judged OK [days]; 0 = for ever, here and below")
    keep_days_other: int = Field(365, ge=0, le=36500, description="pictures of NG, RETEST, HOLD and challenge parts [days]")
    keep_days_reviewed: int = Field(3650, ge=0, le=36500, description="pictures of parts that were reviewed or drawn for review [days]")
    keep_days_vectors: int = Field(90, ge=0, le=36500, description="vectors of parts judged OK that nobody looked at [days]; rows and scores stay")
    pictures_gb: float = Field(0.0, ge=0, description="all pictures together; 0 = no limit [GB]")
    free_gb_low: float = Field(5.0, ge=0, description="with less free, pictures are deleted, the least needed first; 0 = off [GB]")
    free_mb_stop: float = Field(500.0, ge=0, description="with less free, no part is accepted; 0 = off [MB]")


class ReviewSection(_Section):
    """What people look at again."""

    sample_rate: float = Field(0.02, ge=0, le=1, description="share of the parts judged OK that is drawn at random for review; 0 = none")


class AccessSection(_Section):
    """Who may what at the window."""

    idle_minutes: float = Field(10.0, ge=0, le=1440, description="without key or mouse for so long, the person is signed out; 0 = never")


class LineSection(_Section):
    """How the operator runs the line."""

    require_lot: bool = Field(False, description="true: no part is judged before a lot is started")
    retest: Literal["manual", "next", "off"] = Field(
        "manual",
        description="after RETEST the next shot is the same part's second look: manual: where parts are triggered by hand; "
        "next: with automatic triggers too; off: never",
    )


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as err:
        raise ValueError(f"{text!r} is no regular expression: {err}") from err
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class ScannerSection(_Section):
    """Scanned codes."""

    lot_pattern: Pattern = Field("LOT:(.+)", description="regular expression of a lot's code; its first group is the lot; empty = no scan is a lot")
    serial_pattern: Pattern = Field("SN:(.+)", description="the same for a part's serial")
    max_gap_ms: int = Field(50, ge=5, le=500, description="keys that follow each other within this time come from a scanner [ms]")
    read_view: str = Field("", description="a code is read in this view's picture and becomes the serial; empty = off")
    read_rectangle: list[Annotated[int, Field(ge=0)]] = Field([], description="left, top, width, height [px]; empty = the whole picture")
    unread: Literal["hold", "empty"] = Field("hold", description="no code readable: HOLD with the reason, or an empty serial")

    @model_validator(mode="after")
    def _check_rectangle(self) -> Self:
        if self.read_rectangle and (len(self.read_rectangle) != 4 or 0 in self.read_rectangle[2:]):
            raise ValueError(f"read_rectangle {self.read_rectangle}: expected left, top, width, height, or nothing")
        return self


class AlarmsSection(_Section):
    """When the operator is called."""

    consecutive_ng: int = Field(3, ge=0, le=1000, description="so many NG parts in a row; 0 = off")
    hold_consecutive: int = Field(3, ge=0, le=1000, description="so many parts on HOLD in a row; 0 = off")
    yield_below: float = Field(0.0, ge=0, le=1, description="share of OK parts below which an alarm is raised; 0 = off")
    yield_parts: int = Field(50, ge=1, le=100_000, description="the yield is that of so many last parts")
    stop_line: bool = Field(True, description="no part is accepted until the alarm is acknowledged")


class ChallengePart(_Section):
    """A part whose truth is known."""

    name: str = Field(min_length=1, max_length=64)
    expected: Literal["OK", "NG"]
    serial: str = Field("", max_length=64, description="written into its records; empty = the name")

    @property
    def label(self) -> str:
        """What its records call it."""
        return self.serial or self.name


class ChallengeSection(_Section):
    """Known parts that are run to test the station."""

    required: Literal["never", "shift", "shift+model"] = Field(
        "never", description="shift: production runs only after they passed in this shift; shift+model: and after each change of model or threshold"
    )
    parts: list[ChallengePart] = Field([], description="in the order in which they are presented")

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        labels = [part.label for part in self.parts]
        if self.required != "never" and not labels:
            raise ValueError(f"required = {self.required!r} and no parts: list at least one, as {{ name = 'master OK', expected = 'OK' }}")
        if twice := sorted({label for label in labels if labels.count(label) > 1}):
            raise ValueError(f"parts: {', '.join(twice)} is listed twice; every part needs a serial or name of its own")
        return self


class SoundsSection(_Section):
    """Tones for verdicts and alarms."""

    enabled: bool = Field(False, description="true: a short tone a verdict, another one for alarms")


class Config(_Section):
    """The whole file."""

    station: StationSection = StationSection()
    camera: CameraSection = CameraSection()
    models: ModelsSection = ModelsSection()
    records: RecordsSection = RecordsSection()
    access: AccessSection = AccessSection()
    review: ReviewSection = ReviewSection()
    line: LineSection = LineSection()
    scanner: ScannerSection = ScannerSection()
    alarms: AlarmsSection = AlarmsSection()
    challenge: ChallengeSection = ChallengeSection()
    sounds: SoundsSection = SoundsSection()
    sinks: Annotated[Sinks, AfterValidator(check_names)] = Field([], description="where verdicts are delivered")
    plant: PlantSection | None = Field(None, description="the plant's record store; left out = records stay here")
    trigger_in: TriggerInSection | None = Field(None, description="who may trigger parts from outside; left out = nobody")
    training: dict[str, Any] = Field({}, description="the trainer's own section; it checks it")
    _folder: Path = PrivateAttr(Path())

    @property
    def folder(self) -> Path:
        """What relative paths are relative to."""
        return self._folder

    @property
    def data_folder(self) -> Path:
        """Database, pictures, logs, and which model version is active here."""
        return self._folder / self.station.data

    @property
    def recipe_folder(self) -> Path:
        """Recipes."""
        return self._folder / self.station.recipes

    @property
    def signing_key(self) -> Path | None:
        """The station's own private key, which signs what it teaches or saves with other thresholds; made at first need."""
        return self._folder / self.models.signing_key if self.models.signing_key else None

    @property
    def backup_folder(self) -> Path | None:
        """Where backups of the database go; None = into the data folder. Below one folder each station has its own."""
        if not self.records.backup_folder:
            return None
        name = self.station.name
        own = re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".") or "station"
        if own != name:  # another station's may become the same, and each deletes the older backups of its folder
            own += f"-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        return self._folder / self.records.backup_folder / own

    @property
    def model_store(self) -> Path:
        """Model bundles."""
        return self._folder / self.models.store

    def model_registry(self, data: Path | None = None) -> Registry:
        """The models of the store, as the station with this data folder sees them, and whose signature it asks for."""
        listed = None if self.models.allow_unsigned else self.models.trusted_keys
        return Registry(self.model_store, (data or self.data_folder) / "active", listed, self.signing_key)

    def with_camera(self, source: str) -> Config:
        """The same settings with another camera source. Raises ConfigError."""
        try:
            camera = CameraSection.model_validate(self.camera.model_dump() | {"source": source})
        except ValidationError as err:
            raise ConfigError(f"--camera: {describe(err, CameraSection)}") from err
        changed = self.model_copy(update={"camera": camera})
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
