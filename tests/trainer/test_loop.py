from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tests.conftest import REPOSITORY
from trainer.data import DataError
from trainer.loop import Curves, fit
from trainer.training_recipe import FitSettings


class Line:
    """y = 3 x, learned from points; the held-out loss of each epoch may be dictated."""

    def __init__(self, dictated: list[float] | None = None) -> None:
        self._x = torch.linspace(-1, 1, 64)[:, None]
        self._dictated = dictated
        self.seen: list[list[int]] = []

    def to(self, device: torch.device) -> None:
        self._x = self._x.to(device)

    def draw(self, samples: int, generator: torch.Generator) -> tuple[Tensor, ...]:
        order = torch.randperm(48, generator=generator)[:samples]
        self.seen.append(order.tolist())
        return (order,)

    def held_out(self) -> tuple[Tensor, ...]:
        return (torch.arange(48, 64),)

    def loss(self, net: nn.Module, indices: tuple[Tensor, ...], is_training: bool) -> Tensor:
        if not is_training and self._dictated is not None:
            return torch.tensor(self._dictated.pop(0))
        x = self._x[indices[0]]
        return (net(x) - 3 * x).pow(2).mean()


def _net() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(1, 1)


def _settings(**changes: object) -> FitSettings:
    return FitSettings.model_validate({"epochs": 6, "batch": 8, "samples": 48, "learning_rate": 0.05, "patience": 10} | changes)


def test_it_learns_and_keeps_the_curves() -> None:
    net = _net()
    curves = fit(net, Line(), _settings(epochs=60, patience=60), seed=0)
    assert net.weight.item() == pytest.approx(3, abs=0.05)
    assert len(curves.train) == len(curves.held_out) == 60
    assert curves.held_out[curves.best_epoch - 1] == min(curves.held_out)


def test_it_stops_after_patience_and_restores_the_best_weights() -> None:
    weights: list[float] = []
    net = _net()
    curves = fit(net, Line([3.0, 1.0, 2.0, 2.0, 0.5]), _settings(patience=2), seed=0, on_epoch=lambda _: weights.append(net.weight.item()))
    assert (curves.epochs, curves.best_epoch) == (4, 2)
    assert net.weight.item() == weights[1] != weights[3]


def test_it_keeps_the_last_weights_where_the_settings_say_so() -> None:
    weights: list[float] = []
    net = _net()
    curves = fit(net, Line([3.0, 1.0, 2.0]), _settings(epochs=3, keep="last"), seed=0, on_epoch=lambda _: weights.append(net.weight.item()))
    assert (curves.best_epoch, net.weight.item()) == (3, weights[2])


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    def trained(seed: int) -> float:
        net = _net()
        fit(net, Line(), _settings(epochs=2), seed)
        return net.weight.item()

    assert trained(1) == trained(1) != trained(2)


class Stopped(Exception):
    pass


def test_a_stopped_training_goes_on_and_ends_where_it_would_have(tmp_path: Path) -> None:
    whole, resumed, checkpoint = _net(), _net(), tmp_path / "training.pt"
    fit(whole, Line(), _settings(step_epochs=2), seed=3)

    def stop(curves: Curves) -> None:
        if curves.epochs == 3:
            raise Stopped

    with pytest.raises(Stopped):
        fit(resumed, Line(), _settings(step_epochs=2), seed=3, checkpoint=checkpoint, on_epoch=stop)
    assert checkpoint.is_file()
    again, line = _net(), Line()
    curves = fit(again, line, _settings(step_epochs=2), seed=3, checkpoint=checkpoint)
    assert (curves.epochs, len(line.seen)) == (6, 3), "three epochs were left"
    assert again.weight.item() == whole.weight.item()
    assert not checkpoint.exists(), "a finished training leaves no checkpoint"


def test_the_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    checkpoint = tmp_path / "training.pt"
    checkpoint.write_bytes(b"PK nothing")
    with pytest.raises(DataError, match="cannot be read as the checkpoint"):
        fit(_net(), Line(), _settings(), seed=0, checkpoint=checkpoint)
    checkpoint.unlink()
    with pytest.raises(Stopped):
        fit(_net(), Line(), _settings(), seed=0, checkpoint=checkpoint, on_epoch=lambda _: (_ for _ in ()).throw(Stopped))
    with pytest.raises(DataError, match="other data, settings or another seed"):
        fit(_net(), Line(), _settings(), seed=1, checkpoint=checkpoint)
    with pytest.raises(DataError, match="other data, settings or another seed"):
        fit(_net(), Line(), _settings(), seed=0, checkpoint=checkpoint, made_for="lot B")


def test_a_precision_that_this_machine_cannot_do_is_said() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine can do fp16")
    with pytest.raises(DataError, match="precision fp16"):
        fit(_net(), Line(), _settings(), seed=0, precision="fp16")


def test_a_loss_that_is_not_finite_is_said() -> None:
    with pytest.raises(DataError, match="epoch 1: the loss is not finite; try a smaller learning rate"):
        fit(_net(), Line([float("nan")]), _settings(), seed=0)


def test_samples_that_do_not_fill_a_batch_are_refused() -> None:
    with pytest.raises(DataError, match="48 samples are less than one batch of 64"):
        fit(_net(), Line(), _settings(batch=64, samples=64), seed=0)


def test_two_processes_train_together_what_one_does_with_batches_twice_as_large(tmp_path: Path) -> None:
    words = ["--nproc-per-node=2", "--rdzv-backend=c10d", "--rdzv-endpoint=localhost:0", "-m", "tests.trainer.fit_apart", str(tmp_path)]
    command = [sys.executable, "-m", "torch.distributed.run", *words]
    subprocess.run(command, cwd=REPOSITORY, env=os.environ | {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}, check=True, timeout=300)
    first, second = (json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1))
    assert first == second
    alone = _net()
    curves = fit(alone, Line(), _settings(step_epochs=2, batch=16), seed=3)
    assert (first["weight"], first["bias"]) == pytest.approx((alone.weight.item(), alone.bias.item()), abs=1e-5)
    assert first["train"] == pytest.approx(curves.train, abs=1e-5)
