from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models import network as plain
from trainer import network as trained

positive_rows = hnp.arrays(np.float32, (5, 128), elements=st.floats(0, 50, width=32))


@given(positive_rows, st.floats(0.25, 4))
def test_a_pure_gain_shows_in_the_sensitivity_alone(rows: np.ndarray, gain: float) -> None:
    anchor = rows + np.float32(1)
    distance = plain.soart3_distance(anchor, (anchor * np.float32(gain)).astype(np.float32))
    assert np.allclose(distance, abs(np.log(gain)), atol=2e-3)


@given(positive_rows, positive_rows)
def test_both_languages_compute_the_same_distances(a: np.ndarray, b: np.ndarray) -> None:
    for ours, theirs in ((plain.soart3_distance, trained.soart3_distance), (plain.euclid, trained.euclid)):
        got, want = ours(a, b), theirs(torch.from_numpy(a), torch.from_numpy(b)).numpy()
        assert np.isfinite(got).all()
        assert np.allclose(got, want, rtol=1e-3, atol=1e-3)


@given(positive_rows, positive_rows)
def test_the_gradient_is_finite_everywhere_also_at_the_anchor_and_at_zero(a: np.ndarray, b: np.ndarray) -> None:
    for distance in (trained.soart3_distance, trained.euclid):
        for other in (b, a, np.zeros_like(a)):
            point = torch.from_numpy(other.copy()).requires_grad_()
            distance(torch.from_numpy(a), point).sum().backward()
            assert point.grad is not None
            assert torch.isfinite(point.grad).all()


def test_gamma_sees_a_local_deviation_that_euclid_cannot_tell_from_a_spread_one() -> None:
    """Two deviations of the same Euclidean length, at right angles to the anchor: one number, or all of them a little."""
    anchor = np.ones((1, 128), np.float32) * 4
    local = anchor.copy()
    local[0, 0] += 8
    local[0, 1] -= 4
    spread = anchor + np.where(np.arange(128) % 2, 1, -1).astype(np.float32) * np.float32(np.sqrt(80 / 128))
    assert np.isclose(plain.euclid(anchor, local), plain.euclid(anchor, spread), rtol=1e-3)

    def gamma(signal: np.ndarray) -> float:
        from models.nsoartc import soart3

        return float(soart3(anchor, signal)[2][0])

    assert gamma(local) > gamma(spread) + 0.1


def test_the_two_stages_are_a_choice_and_a_distance_within_it() -> None:
    head = plain.Classifier(np.float32(0.25), np.eye(128, 3, dtype=np.float32) * 5, np.zeros(3, np.float32))
    means = np.zeros((3, 128), np.float32)
    means[np.arange(3), np.arange(3)] = 10
    stages = plain.TwoStage(head, means, np.eye(128, dtype=np.float32))
    embedding = means.copy()
    embedding[:, 100] = [0, 3, 4]
    distance, unit_space = stages.measure(embedding, np.array([0, 1, 0]))
    assert np.allclose(distance, [0, 3, 4])
    assert unit_space.tolist() == [0, 0, 3], "0: its own region's; 1 + region: it looks like that one's"
