"""A training recipe: one short TOML file that says how a model is made. Those that ship lie in trainer/recipes/."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.network import EMBEDDING_LENGTH, NetworkInput
from models.recipe import NAME_PATTERN
from models.toml_files import read_toml
from models.unit_space import DEFAULT_COMPONENTS
from trainer.data import DataError
from trainer.variation import Variation

RECIPES = Path(__file__).parent / "recipes"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CompanionSettings(_Section):
    """The cells' own residual beside the vector (models/companion.py)."""

    components: int = Field(10, ge=0, le=200)


class NetworkSettings(_Section):
    """The embedding network: what it sees, what it learns, what is measured on its embedding."""

    input: NetworkInput
    objective: Literal["triplets", "defects", "classes"] = Field(
        description="triplets: mean-picture anchor, positive of its class, negative of another; defects: good residuals near 0, "
        "defective ones a margin away; classes: log-likelihood of the class"
    )
    distance: Literal["euclid", "soart3", "mahalanobis", "classifier", "two-stage"]
    classes: Literal["modes", "regions"] = Field("modes", description="what is told apart; regions: every region's good parts are a unit space")
    mining: Literal["given", "batch-hard", "semi-hard"] = Field("given", description="how triplets are chosen; given: drawn once, before training")
    widths: tuple[int, ...] = Field((512, 256, 128), min_length=1, description="outputs of the layers; the last is the embedding")
    margin: float = Field(1.0, gt=0, description="between anchor-positive and anchor-negative distances, in units of the distance")
    apart: float = Field(0.0, ge=0, description="weight of a second term that keeps defect modes apart (objective defects)")
    dropout: float = Field(0.0, ge=0, lt=1, description="share of an input's elements that a step does not see")
    noise: float = Field(0.0, ge=0, description="added to residuals, in residual spreads, at most")
    weight: float = Field(1.0, gt=0, le=1, description="of the network's distance in the score; the rest is the worst window's")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        heads = {"classifier": "modes", "two-stage": "regions"}
        if (self.distance in heads) != (self.objective == "classes"):
            raise ValueError(f"network.distance {self.distance!r} does not go with network.objective {self.objective!r}")
        if self.distance in heads and self.classes != heads[self.distance]:
            raise ValueError(f"network.distance {self.distance!r} needs network.classes = {heads[self.distance]!r}")
        if self.distance not in heads and self.classes == "regions":
            raise ValueError(f"network.classes 'regions' goes with network.distance 'two-stage' only, not {self.distance!r}")
        wanted = {"defects": ("residual", "mahalanobis"), "triplets": ("vector", "euclid or soart3")}.get(self.objective)
        if wanted and (self.input != wanted[0] or self.distance not in wanted[1]):
            raise ValueError(f"network.objective {self.objective!r} needs network.input {wanted[0]!r} and network.distance {wanted[1]}")
        unused = {
            "triplets": ("apart", "dropout", "noise"),
            "defects": ("mining",),
            "classes": ("apart", "noise", "mining", "margin"),
        }[self.objective]
        if ignored := [key for key in unused if key in self.model_fields_set]:
            raise ValueError(f"network.{ignored[0]} does nothing with network.objective {self.objective!r}; leave it out")
        if min(self.widths) < 1:
            raise ValueError(f"network.widths {list(self.widths)}: expected whole numbers from 1")
        if self.widths[-1] != EMBEDDING_LENGTH:
            raise ValueError(f"network.widths {list(self.widths)}: the last one, the embedding, must be {EMBEDDING_LENGTH}")
        return self


class FitSettings(_Section):
    """One way through the training loop."""

    epochs: int = Field(20, ge=1, le=10000)
    batch: int = Field(32, ge=2, le=65536)
    samples: int = Field(8000, ge=2, description="rows, pairs or triplets an epoch")
    optimiser: Literal["adam", "adamw"] = "adam"
    learning_rate: float = Field(3e-5, gt=0)
    weight_decay: float = Field(0.0, ge=0)
    step_epochs: int = Field(0, ge=0, description="every so many epochs the learning rate is multiplied by step_factor; 0: never")
    step_factor: float = Field(0.1, gt=0, le=1)
    held_out: float = Field(0.05, gt=0, lt=0.5, description="share of the samples that only says when to stop")
    patience: int = Field(2, ge=1, description="epochs without a better held-out loss before it stops")
    keep: Literal["best", "last"] = Field("best", description="which epoch's weights are kept: of the best held-out loss, or of the last epoch")


class TrainingRecipe(_Section):
    """The whole of a training recipe file."""

    about: str = Field(min_length=1, description="one sentence: what it does, where it comes from")
    components: int = Field(DEFAULT_COMPONENTS, ge=0, le=200, description="principal components that the unit spaces take out")
    variation: Variation | None = None
    companion: CompanionSettings | None = None
    network: NetworkSettings | None = None
    fit: FitSettings = FitSettings()
    name: str = Field("", description="the file's name; never written in it")

    @property
    def needs_pictures(self) -> bool:
        """Whether vectors alone cannot be trained on."""
        return self.variation is not None or self.companion is not None

    @property
    def needs_defects(self) -> bool:
        """Whether defective parts teach."""
        return self.network is not None and self.network.classes == "modes"


def recipe_names() -> list[str]:
    """The training recipes that ship."""
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def find_training(name: str) -> TrainingRecipe:
    """A training recipe by name, or from a .toml file.

    Raises:
        DataError: there is none, or a key is missing, misspelt or impossible.
    """
    path = Path(name) if name.endswith(".toml") else RECIPES / f"{name}.toml"
    if not path.is_file():
        raise DataError(f"no training recipe {name!r}; there are {', '.join(recipe_names())}, or give a .toml file")
    if not re.fullmatch(NAME_PATTERN, path.stem):
        raise DataError(f"training recipe {path}: its name becomes the model's kind; use letters, digits, '.', '_' and '-'")
    return read_toml(path, TrainingRecipe, lambda message: DataError(f"training recipe {path}: {message}")).model_copy(update={"name": path.stem})
