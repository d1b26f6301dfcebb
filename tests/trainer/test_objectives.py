from __future__ import annotations

import numpy as np
import pytest
import torch

from trainer.network import ClassificationNet, EmbeddingNet, embed, euclid, frozen_classifier, frozen_layers, whitening
from trainer.objectives import Classes, Defects, Rows, SoartDistance, Triplets
from trainer.training_recipe import NetworkSettings, find_training, recipe_names


def _settings(**changes: object) -> NetworkSettings:
    return NetworkSettings.model_validate({"input": "vector", "objective": "triplets", "distance": "euclid", "margin": 0.4} | changes)


class Same(torch.nn.Module):
    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return rows


def test_triplet_loss_is_what_the_method_says() -> None:
    rows = np.array([[0, 0], [3, 4], [0, 1], [6, 8]], np.float32)
    triplets = np.array([[0, 2, 1], [0, 1, 2], [0, 1, 3]])
    objective = Triplets(rows, triplets, np.zeros(4, np.int64), _settings(), held_out=0.4)
    one = tuple(torch.tensor([i]) for i in (0, 1, 2))
    assert objective.loss(Same(), one, True).item() == pytest.approx(5 - 1 + 0.4)
    other = tuple(torch.tensor([i]) for i in (0, 2, 1))
    assert objective.loss(Same(), other, True).item() == 0


def test_held_out_triplets_are_never_drawn() -> None:
    triplets = np.arange(300).reshape(100, 3)
    objective = Triplets(np.zeros((300, 4), np.float32), triplets, np.zeros(300, np.int64), _settings(), held_out=0.05)
    held = set(objective.held_out()[0].tolist())
    assert len(held) == 5
    drawn = {i for epoch in range(5) for i in objective.draw(95, torch.Generator().manual_seed(epoch))[0].tolist()}
    assert drawn == set(triplets[:, 0].tolist()) - held


@pytest.mark.parametrize("mining", ["batch-hard", "semi-hard"])
@pytest.mark.parametrize("distance", ["euclid", "soart3"])
def test_mined_triplets_have_a_loss_that_can_be_learned_from(mining: str, distance: str) -> None:
    rng = np.random.default_rng(0)
    rows = np.abs(rng.normal(1, 0.3, (40, 8))).astype(np.float32)
    classes = np.repeat([0, 1], 20)
    objective = Triplets(rows, rng.integers(0, 40, (30, 3)), classes, _settings(mining=mining, distance=distance), held_out=0.1)
    net = EmbeddingNet(8, (8, 4), is_positive=True)
    loss = objective.loss(net, objective.draw(20, torch.Generator().manual_seed(0)), True)
    loss.backward()
    assert torch.isfinite(loss)
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_the_miners_distance_is_soart3_from_the_query() -> None:
    rows = torch.rand(5, 7) + 0.1
    matrix = SoartDistance().compute_mat(rows, rows)
    assert matrix.diagonal().max() < 1e-3
    assert matrix[1, 3].item() == pytest.approx(SoartDistance().pairwise_distance(rows[1:2], rows[3:4]).item(), rel=1e-5)


def test_classes_are_drawn_equally_often_though_one_is_rare() -> None:
    classes = np.repeat([0, 1], [190, 10])
    objective = Classes(Rows(np.zeros((200, 3), np.float32), np.arange(200)), classes, held_out=0.1)
    (drawn,) = objective.draw(100, torch.Generator().manual_seed(0))
    assert np.bincount(classes[drawn.numpy()]).tolist() == [50, 50]
    assert not set(drawn.tolist()) & set(objective.held_out()[0].tolist())


def test_parts_are_held_out_whole() -> None:
    parts = np.tile(np.repeat(np.arange(40), 5), 2)
    objective = Classes(Rows(np.zeros((400, 3), np.float32), parts), np.zeros(400, np.int64), held_out=0.1)
    held = {int(parts[i]) for i in objective.held_out()[0].tolist()}
    drawn = {int(parts[i]) for i in objective.draw(400, torch.Generator().manual_seed(0))[0].tolist()}
    assert (len(held), len(drawn), held & drawn) == (4, 36, set())


def test_good_residuals_near_zero_and_defects_far_away_cost_nothing() -> None:
    good, bad = np.zeros((50, 6), np.float32), np.full((20, 6), 9, np.float32)
    settings = _settings(input="residual", objective="defects", distance="mahalanobis", margin=1.0)
    objective = Defects(Rows(good, np.arange(50)), Rows(bad, np.arange(20)), np.zeros(20, np.int64), settings, held_out=0.1)
    assert objective.loss(Same(), objective.held_out(), False).item() < 1e-6
    swapped = Defects(Rows(bad, np.arange(20)), Rows(good, np.arange(50)), np.zeros(50, np.int64), settings, held_out=0.1)
    assert swapped.loss(Same(), swapped.held_out(), False).item() > 1


def test_frozen_networks_compute_what_torch_does() -> None:
    torch.manual_seed(0)
    net = ClassificationNet(EmbeddingNet(1404, (512, 256, 128)), 5)
    rows = np.random.default_rng(0).normal(0, 1, (20, 1404)).astype(np.float32)
    hidden = rows
    for i, (weights, bias) in enumerate(frozen_layers(net.embedding)):
        hidden = hidden @ weights + bias if i == 2 else np.maximum(hidden @ weights + bias, 0)
    assert np.allclose(hidden, embed(net.embedding, rows), atol=1e-5)
    distance, chosen = frozen_classifier(net).measure(hidden, np.zeros(20, np.int64))
    with torch.no_grad():
        likelihood = net(torch.from_numpy(rows)).numpy()
    assert np.allclose(distance, np.log(1 - np.exp(likelihood[:, 0])) - likelihood[:, 0], atol=1e-4)
    assert (chosen == likelihood.argmax(1)).all()


def test_whitening_gives_the_mahalanobis_length() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(0, 1, (20_000, 3)) @ np.array([[2, 0, 0], [1, 1, 0], [0, 0, 5.0]])
    length = np.linalg.norm(rows @ whitening(rows), axis=1)
    covariance = np.cov(rows.T)
    shrunk = covariance + 0.05 * np.trace(covariance) / 3 * np.eye(3)
    exact = np.sqrt(np.einsum("ni,ij,nj->n", rows, np.linalg.inv(shrunk), rows))
    assert np.allclose(length, exact, rtol=0.01)


def test_the_shipped_recipes_are_those_of_the_method() -> None:
    assert set(recipe_names()) >= {"triplet-euclid", "triplet-soart3", "classifier", "two-stage", "unit-space", "best"}
    for name in recipe_names():
        assert find_training(name).name == name
    author = find_training("triplet-euclid")
    assert author.network is not None
    assert (author.network.widths, author.network.margin) == ((512, 256, 128), 0.4)
    fit = author.fit
    assert (fit.optimiser, fit.learning_rate, fit.epochs, fit.batch, fit.held_out, fit.patience) == ("adam", 3e-5, 20, 32, 0.05, 2)


def test_euclid_of_equal_rows_is_nearly_zero() -> None:
    assert euclid(torch.ones(1, 128), torch.ones(1, 128)).item() < 1e-4
