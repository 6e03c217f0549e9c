"""Each challenge is reached by the settings it asks for, trained for real, and by no others."""

from dataclasses import replace

import numpy as np
import pytest

from i2moe_core.teaching.playground.challenges import CHALLENGES, TRAINED, check
from i2moe_core.teaching.playground.look import Look
from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.teaching.playground.trainer import Setup, Trainer

LOOK = Look(
    step=200, accuracy=0.93, surfaces=np.zeros((5, 2, 2)), weights=np.full((4, 4), 0.25),
    mean_weights=np.array([0.2, 0.2, 0.4, 0.2]), gate=0.3, named=0.3, roles={}, recovery=0.1,
)  # fmt: skip
PAPER = Settings(recipe="paper")


def missed(challenge, settings, look):
    return {
        condition.what for condition in check(challenge, settings, look).conditions if not condition.holds
    }


def test_conditions_by_hand():
    assert missed("synergy", Settings(), LOOK) == set()
    assert missed("synergy", Settings(), replace(LOOK, mean_weights=np.array([0.1, 0.35, 0.4, 0.15]))) == {
        "ahead"
    }
    assert missed("synergy", Settings(), replace(LOOK, accuracy=0.89)) == {"right"}
    assert missed("lie", PAPER, LOOK) == set()
    assert missed("lie", PAPER, replace(LOOK, gate=0.5)) == {"lies"}
    assert missed("lie", replace(PAPER, shown=False), LOOK) == {"fair"}
    assert missed("lie", replace(PAPER, unique2=0), LOOK) == {"fair"}
    assert missed("margin", replace(PAPER, margin=20.0), replace(LOOK, accuracy=0.8)) == set()
    assert missed("margin", replace(PAPER, margin=20.0), LOOK) == {"wrong"}
    assert missed("margin", PAPER, replace(LOOK, accuracy=0.8)) == {"margin"}
    assert missed("margin", Settings(margin=20.0), replace(LOOK, accuracy=0.8)) == {"margin"}


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_nothing_is_reached_without_training_or_experts(challenge):
    assert "trained" in missed(challenge, PAPER, replace(LOOK, step=TRAINED - 1))
    bare = replace(LOOK, mean_weights=np.zeros(0), weights=np.zeros((0, 0)), gate=None)
    assert not check(challenge, Settings(recipe="vanilla"), bare).reached


REACHED = {
    "synergy": Settings(unique1=10, unique2=10, synergy=70, redundant=10),
    "margin": Settings(recipe="paper", margin=20.0, weight=5.0),
    "lie": Settings(recipe="paper"),
}


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_each_can_be_reached_and_is_not_by_the_settings_one_starts_with(challenge):
    for settings, wanted in ((REACHED[challenge], True), (Settings(), False)):
        trainer = Trainer(Setup(settings))
        trainer.advance(300)
        assert check(challenge, settings, trainer.look()).reached is wanted
