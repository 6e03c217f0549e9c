"""Lesson 2's losses and steps: by hand, and against autograd through the training's own losses."""

import numpy as np
import pytest
import torch

from i2moe_core.losses import interaction
from i2moe_core.teaching.lessons import geometry
from i2moe_core.teaching.lessons.geometry import (
    angle_curve,
    angle_losses,
    at_angle,
    similarity_by_mse,
    triplet,
)


def by_autograd(points, margin):
    anchor, positive, negative = (torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in points)
    passes = torch.stack([anchor, negative, positive]).unsqueeze(1)
    loss = interaction.uniqueness_loss(passes, 0, margin)
    gradients = torch.autograd.grad(loss, (anchor, positive, negative))
    return float(loss.detach()), [-g.numpy() for g in gradients]


@pytest.mark.parametrize("number", range(20))
def test_the_steps_are_those_of_autograd(number):
    random = np.random.default_rng(number)
    points, margin = random.uniform(-2, 2, (3, 2)), float(random.uniform(0, 3))
    found, (loss, moves) = triplet(*points, margin), by_autograd(points, margin)
    assert found.loss == pytest.approx(loss, abs=1e-6)
    np.testing.assert_allclose(np.stack(found.moves), np.stack(moves), atol=1e-6)


def test_a_triangle_by_hand():
    found = triplet(np.zeros(2), np.array([2.0, 0.0]), np.array([0.0, 1.5]), 1.0)
    assert (found.near, found.far, found.loss) == pytest.approx((2, 1.5, 1.5), abs=1e-6)
    np.testing.assert_allclose(found.positive, [-1, 0], atol=1e-6)  # towards the anchor
    np.testing.assert_allclose(found.negative, [0, 1], atol=1e-6)  # away from it
    np.testing.assert_allclose(found.anchor, [1, -1], atol=1e-6)


def test_a_satisfied_loss_moves_nothing():
    found = triplet(np.zeros(2), np.array([0.5, 0.0]), np.array([0.0, 2.0]), 1.0)
    assert found.loss == 0
    assert np.abs(np.stack(found.moves)).max() == 0


@pytest.mark.parametrize("degrees", [0, 30, 60, 90, 150])
def test_cosine_losses_and_their_slopes_in_closed_form(degrees):
    angle = np.radians(degrees)
    synergy, redundancy = (
        at_angle(angle_losses()[f"{name}_loss"], degrees) for name in ("synergy", "redundancy")
    )
    assert (synergy.loss, synergy.slope) == pytest.approx((np.cos(angle), -np.sin(angle)), abs=1e-6)
    assert (redundancy.loss, redundancy.slope) == pytest.approx((1 - np.cos(angle), np.sin(angle)), abs=1e-6)


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_squared_differences_of_unit_vectors_are_a_weaker_cosine(classes):
    passes = torch.randn(3, 5, classes, dtype=torch.float64, generator=torch.Generator().manual_seed(classes))
    expected = 1 - 2 / classes * (1 - interaction.synergy_loss(passes))
    torch.testing.assert_close(similarity_by_mse(passes), expected)
    torch.testing.assert_close(similarity_by_mse(7 * passes), expected)  # length does not count


def test_the_curve_goes_through_the_points():
    for loss in angle_losses().values():
        assert angle_curve(loss, np.array([0, 45, 180]))[1] == pytest.approx(
            at_angle(loss, 45).loss, abs=1e-12
        )


def test_further_losses_of_the_training_are_listed_by_themselves(monkeypatch):
    def synergy_huber_loss(passes, knee=1.0):
        return passes.sum()

    def synergy_of_two(passes, other):
        return passes.sum()

    monkeypatch.setattr(interaction, "synergy_huber_loss", synergy_huber_loss, raising=False)
    monkeypatch.setattr(interaction, "synergy_of_two", synergy_of_two, raising=False)
    found = angle_losses()
    assert found["synergy_huber_loss"] is synergy_huber_loss
    assert "synergy_of_two" not in found
    assert {"synergy_loss", "redundancy_loss"} < set(found)


def test_an_own_alternative_makes_room_for_the_trainings(monkeypatch):
    name = f"synergy_{geometry.MSE}"
    monkeypatch.setattr(interaction, name, lambda passes: passes.sum(), raising=False)
    assert angle_losses()[name] is getattr(interaction, name)
