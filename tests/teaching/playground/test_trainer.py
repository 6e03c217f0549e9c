"""A training in steps: the same weights however it is sliced and whoever trains beside it."""

import threading
from itertools import pairwise

import numpy as np
import pytest
import torch

from i2moe_core.teaching.playground.settings import MOST_STEPS, Settings
from i2moe_core.teaching.playground.trainer import EVERY, Setup, Trainer

RECIPES = ("faithful", "paper", "vanilla")


def trained(steps, **settings):
    trainer = Trainer(Setup(Settings(**settings)))
    trainer.advance(steps)
    return trainer


def same(one, other):
    assert one.done == other.done
    assert one.losses == other.losses
    for a, b in zip(one.model.parameters(), other.model.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


@pytest.mark.parametrize("recipe", RECIPES)
def test_slices_and_foreign_draws_change_nothing(recipe):
    whole = trained(30, recipe=recipe, samples=200)
    sliced = Trainer(Setup(Settings(recipe=recipe, samples=200)))
    while sliced.done < 30:
        torch.rand(7)
        sliced.advance(min(30, sliced.done + 7), seconds=0.01)
        sliced.look()
    same(whole, sliced)


def test_trainings_side_by_side_equal_those_one_after_another():
    alone = [trained(25, seed=seed, samples=200) for seed in range(4)]
    together = [Trainer(Setup(Settings(seed=seed, samples=200))) for seed in range(4)]
    threads = [threading.Thread(target=one.advance, args=(25,)) for one in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(alone, together, strict=True):
        same(one, other)


def test_another_seed_trains_otherwise():
    assert trained(3, seed=0).losses != trained(3, seed=1).losses


def test_time_ends_a_slice_and_a_goal_ends_a_training():
    trainer = Trainer(Setup(Settings(recipe="vanilla", samples=200)))
    assert trainer.advance(10, seconds=0) == 1
    assert trainer.advance(10) == 10
    assert trainer.advance(5) == 10
    trainer.losses = trainer.losses * (MOST_STEPS // 10)
    assert trainer.advance(10 * MOST_STEPS) == MOST_STEPS


def test_it_is_measured_at_the_start_and_every_so_many_steps():
    trainer = trained(2 * EVERY + 3, samples=200)
    assert [look.step for look in trainer.measured] == [0, EVERY, 2 * EVERY]
    assert trainer.look().step == 2 * EVERY + 3
    assert trainer.look() is trainer.look()


def test_faithful_recovers_what_the_paper_does_not_at_the_same_accuracy():
    faithful, paper = (trained(300, recipe=recipe).look() for recipe in ("faithful", "paper"))
    assert faithful.recovery > 0.8
    assert paper.recovery < 0.5
    assert min(faithful.accuracy, paper.accuracy) > 0.87
    assert faithful.gate > 0.9
    np.testing.assert_allclose(faithful.weights.argmax(1), range(4))
    assert faithful.weights.sum(1) == pytest.approx(np.ones(4))


def test_surfaces_follow_the_experts():
    """The unique experts see one input each: their surfaces do not change along the other."""
    look = trained(100).look()
    assert look.surfaces.shape == (5, 25, 25)
    assert np.ptp(look.surfaces[1], axis=0).max() == pytest.approx(0, abs=1e-5)
    assert np.ptp(look.surfaces[2], axis=1).max() == pytest.approx(0, abs=1e-5)
    assert look.surfaces[1][12, -1] > 0.8
    assert look.surfaces[1][12, 0] < 0.2


def test_a_single_fusion_has_no_experts_to_look_at():
    look = trained(20, recipe="vanilla").look()
    assert look.surfaces.shape == (1, 25, 25)
    assert (look.leader, look.recovery, look.gate, dict(look.roles)) == (None, None, None, {})
    assert look.weights.size == 0


def test_a_type_without_samples_has_no_weights():
    look = trained(1, unique2=0, samples=200).look()
    assert np.isnan(look.weights[1]).all()
    assert look.roles["unique:x2"] is None
    assert np.isfinite(look.weights[[0, 2, 3]]).all()


def test_losses_are_named_by_experts_in_every_recipe():
    assert list(trained(1, recipe="paper").losses[0]) == [
        "task",
        "unique:x1",
        "unique:x2",
        "synergy",
        "redundancy",
    ]
    assert {"gate", "unique:x1", "unique:x2", "x1", "all"} <= set(trained(1).losses[0])


def test_a_training_that_breaks_down_stops():
    trainer = Trainer(Setup(Settings(recipe="vanilla", samples=200)))
    with torch.no_grad():
        next(trainer.model.parameters()).fill_(float("nan"))
    assert trainer.advance(10) == 1
    assert trainer.broken


def test_the_plane_of_one_number_is_that_number():
    plane = Trainer(Setup(Settings(samples=200))).plane
    first = plane.batch.inputs["x1"].reshape(25, 25)
    np.testing.assert_allclose(first[0], plane.first, rtol=1e-6)
    np.testing.assert_allclose(plane.batch.inputs["x2"].reshape(25, 25)[:, 3], plane.second, rtol=1e-6)
    assert all(step > 0 for step in (b - a for a, b in pairwise(plane.first)))
