"""The one training loop: every training goes through it, whatever it learns.

Accelerate brings it onto the GPUs there are, with mixed precision where asked; on a CPU it is a plain loop.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

from trainer.data import DataError
from trainer.training_recipe import FitSettings

log = logging.getLogger(__name__)

Precision = Literal["no", "fp16", "bf16"]
_NEVER = 10**9  # epochs


class Objective(Protocol):
    """What is learned: which rows a step sees, and what is wrong with the network's answer."""

    def draw(self, samples: int, generator: torch.Generator) -> tuple[Tensor, ...]:
        """Index tensors of equal length, one epoch of training; each row of them is one sample."""
        ...

    def held_out(self) -> tuple[Tensor, ...]:
        """Index tensors of the samples that training never sees."""
        ...

    def loss(self, net: nn.Module, indices: tuple[Tensor, ...], is_training: bool) -> Tensor:
        """The mean loss of a batch."""
        ...

    def to(self, device: torch.device) -> None:
        """Move the rows to where the network computes."""
        ...


@dataclass(slots=True)
class Curves:
    """What a training went through, an entry an epoch."""

    train: list[float] = field(default_factory=list)
    held_out: list[float] = field(default_factory=list)
    best_epoch: int = 0  # counted from 1; its weights were kept

    @property
    def epochs(self) -> int:
        return len(self.train)


def fit(
    net: nn.Module,
    objective: Objective,
    settings: FitSettings,
    seed: int,
    *,
    checkpoint: Path | None = None,
    made_for: str = "",
    precision: Precision = "no",
    on_epoch: Callable[[Curves], None] = lambda _: None,
) -> Curves:
    """Train `net` in place; it ends with the weights of the best held-out loss (or the last, as the settings say), on the CPU.

    Args:
        seed: of samples and whatever the network draws; weights were drawn by the caller.
        checkpoint: file that is written after every epoch, and gone on from where it is there; removed at the end.
        made_for: data and whatever else a checkpoint must have been made for to be gone on from.
        on_epoch: called after every epoch.

    Raises:
        DataError: a loss that is not finite, or a checkpoint of another training.
    """
    accelerator = _accelerator(precision)
    made_for = f"{made_for} {precision}"
    torch.manual_seed(seed)
    optimiser = _optimiser(net, settings)
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, settings.step_epochs or _NEVER, settings.step_factor)
    curves, best = Curves(), copy.deepcopy(net.state_dict())
    if checkpoint is not None and checkpoint.is_file():
        curves, best = _resume(checkpoint, made_for, seed, settings, net, optimiser, schedule)
    plain = net
    net, optimiser = accelerator.prepare(net, optimiser)
    objective.to(accelerator.device)
    while curves.epochs < settings.epochs and curves.epochs - curves.best_epoch < settings.patience:
        epoch = curves.epochs + 1
        net.train()
        torch.manual_seed(seed * 100_003 + epoch * 101 + accelerator.process_index)  # an epoch can be repeated after a stop
        indices = objective.draw(settings.samples, torch.Generator().manual_seed(seed * 100_003 + epoch))
        loader = accelerator.prepare_data_loader(DataLoader(TensorDataset(*indices), settings.batch, drop_last=True))
        if len(loader) == 0:
            raise DataError(f"{len(indices[0])} samples are less than one batch of {settings.batch}")
        total = torch.zeros((), device=accelerator.device)
        bar = tqdm(loader, f"epoch {epoch} of {settings.epochs}", leave=False, disable=None if accelerator.is_main_process else True)
        for batch in bar:
            with accelerator.autocast():
                loss = objective.loss(net, tuple(batch), is_training=True)
            optimiser.zero_grad()
            accelerator.backward(loss)
            optimiser.step()
            total += loss.detach()
        schedule.step()
        net.eval()
        with torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(0)  # every epoch is measured on the same samples, disturbed in the same way
            held_out = objective.loss(net, tuple(i.to(accelerator.device) for i in objective.held_out()), is_training=False)
        curves.train.append(float(accelerator.reduce(total, "mean")) / len(loader))
        curves.held_out.append(float(accelerator.reduce(held_out, "mean")))
        if not torch.isfinite(torch.tensor([curves.train[-1], curves.held_out[-1]])).all():
            raise DataError(f"epoch {epoch}: the loss is not finite; try a smaller learning rate (now {settings.learning_rate:g})")
        if curves.best_epoch == 0 or curves.held_out[-1] < curves.held_out[curves.best_epoch - 1]:
            curves.best_epoch, best = epoch, copy.deepcopy(plain.state_dict())
        if checkpoint is not None and accelerator.is_main_process:
            _keep(checkpoint, made_for, seed, settings, curves, best, plain, optimiser, schedule)
        on_epoch(curves)
    if settings.keep == "best":
        plain.load_state_dict(best)
    else:
        curves.best_epoch = curves.epochs
    plain.to("cpu").eval()
    objective.to(torch.device("cpu"))
    if checkpoint is not None and accelerator.is_main_process:
        checkpoint.unlink(missing_ok=True)
    return curves


def _accelerator(precision: Precision) -> Accelerator:
    try:
        return Accelerator(mixed_precision=precision)
    except ValueError as err:
        raise DataError(f"precision {precision}: {err}") from err


def _optimiser(net: nn.Module, settings: FitSettings) -> torch.optim.Optimizer:
    kind = torch.optim.AdamW if settings.optimiser == "adamw" else torch.optim.Adam
    return kind(net.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)


def _keep(
    checkpoint: Path, made_for: str, seed: int, settings: FitSettings, curves: Curves, best: dict[str, Tensor], net: nn.Module, *others: Any
) -> None:
    optimiser, schedule = others
    temporary = checkpoint.with_name(f".{checkpoint.name}.tmp")
    state = {
        "made_for": _signature(made_for, seed, settings, net),
        "train": curves.train,
        "held_out": curves.held_out,
        "best_epoch": curves.best_epoch,
        "best": best,
        "net": net.state_dict(),
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
    }
    with temporary.open("wb") as f:  # by its name torch would raise a RuntimeError for a full disk
        torch.save(state, f)
    temporary.replace(checkpoint)


def _resume(checkpoint: Path, made_for: str, seed: int, settings: FitSettings, net: nn.Module, *others: Any) -> tuple[Curves, dict[str, Tensor]]:
    optimiser, schedule = others
    try:
        state = torch.load(checkpoint, weights_only=True, map_location="cpu")
        is_ours = state["made_for"] == _signature(made_for, seed, settings, net)
    except Exception as err:  # whatever torch raises for a file that is no checkpoint
        raise DataError(f"{checkpoint}: cannot be read as the checkpoint of a training; remove it to start afresh") from err
    if not is_ours:
        raise DataError(f"{checkpoint}: is the checkpoint of a training with other data, settings or another seed; remove it to start afresh")
    net.load_state_dict(state["net"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    log.warning("going on after epoch %d, from %s", len(state["train"]), checkpoint)
    return Curves(state["train"], state["held_out"], state["best_epoch"]), state["best"]


def _signature(made_for: str, seed: int, settings: FitSettings, net: nn.Module) -> str:
    shapes = [tuple(p.shape) for p in net.parameters()]
    return f"{made_for} {seed} {settings.model_dump(exclude={'epochs', 'patience'})} {shapes}"
