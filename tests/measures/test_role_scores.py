"""Role scores of experts built by hand: perfect ones get 1, constant ones 0, others what the formulas say."""

import numpy as np
import pytest

from i2moe_core.measures.roles import (
    accuracy,
    confidence,
    redundancy_role,
    synergy_role,
    total_variation,
    uniqueness_role,
)

CLASSES = 3
TARGETS = np.array([[0], [1], [2]] * 4)
RIGHT = np.eye(CLASSES)[TARGETS]  # (12, 1, 3), certain and right
WRONG = np.roll(RIGHT, 1, axis=0)
EVEN = np.full_like(RIGHT, 1 / CLASSES)
CHANCE, CEILING = 1 / 3, 2 / 3


def test_the_parts_by_hand():
    before, after = np.array([[[0.5, 0.5, 0.0]]]), np.array([[[0.2, 0.2, 0.6]]])
    assert total_variation(before, after) == pytest.approx(0.6)
    assert confidence(after) == pytest.approx(0.6)
    assert accuracy(RIGHT, TARGETS) == 1
    assert accuracy(WRONG, TARGETS) == 0


def test_perfect_uniqueness_moves_with_its_own_modality_only():
    assert uniqueness_role(RIGHT, WRONG, RIGHT, TARGETS, CHANCE, CEILING).score == pytest.approx(1)


def test_uniqueness_that_moves_with_both_alike_scores_nothing():
    score = uniqueness_role(RIGHT, WRONG, WRONG, TARGETS, CHANCE, CEILING)
    assert score.specificity == 0
    assert score.score == 0


def test_uniqueness_in_between():
    half = 0.5 * RIGHT + 0.5 * EVEN  # still right; a third away from certainty
    score = uniqueness_role(RIGHT, WRONG, half, TARGETS, CHANCE, 0.8)
    assert score.ability == pytest.approx((1 - 1 / 3) / 0.8)
    assert score.specificity == pytest.approx(1 - 2 * (1 / 3) / (1 + 1 / 3))


def test_an_expert_that_never_moves_has_no_role():
    for role in (
        uniqueness_role(RIGHT, RIGHT, RIGHT, TARGETS, CHANCE, CEILING),
        synergy_role(RIGHT, [RIGHT, RIGHT], TARGETS, CEILING),
        redundancy_role([RIGHT, RIGHT], [RIGHT, RIGHT], [TARGETS, TARGETS], CHANCE, CEILING),
        uniqueness_role(EVEN, EVEN, EVEN, TARGETS, CHANCE, CEILING),
        synergy_role(EVEN, [EVEN, EVEN], TARGETS, CEILING),
        redundancy_role([EVEN, EVEN], [EVEN, EVEN], [TARGETS, TARGETS], CHANCE, CEILING),
    ):
        assert role.score == 0


def test_perfect_synergy_is_silent_after_any_swap():
    # An even guess names the first class: a third of the targets.
    score = synergy_role(RIGHT, [EVEN, EVEN], TARGETS, CEILING)
    assert score.score == pytest.approx(1)
    assert score.specificity == pytest.approx(1)


def test_synergy_is_measured_against_its_best_swap():
    score = synergy_role(RIGHT, [EVEN, RIGHT], TARGETS, CEILING)
    assert score.ability == 0
    assert score.details["accuracy_swapped"] == 1


def test_synergy_confidence_term_for_many_classes():
    loud = np.tile([0.6, 0.2, 0.2], (12, 1, 1))  # (.6 - 1/3) / (2/3) = .4 of certainty
    assert synergy_role(RIGHT, [loud], TARGETS, CEILING).specificity == pytest.approx(0.6)


def test_perfect_redundancy_keeps_agreement_and_drops_contradiction():
    role = redundancy_role([RIGHT, RIGHT], [EVEN, EVEN], [TARGETS, TARGETS], CHANCE, CEILING)
    assert role.score == pytest.approx(1)


def test_redundancy_averages_over_the_modalities():
    role = redundancy_role([RIGHT, WRONG], [EVEN, RIGHT], [TARGETS, TARGETS], CHANCE, CEILING)
    assert role.ability == pytest.approx((0.5 - 1 / 3) / (2 / 3))
    assert role.specificity == pytest.approx(1 - (2 / 3 - 1 / 3) / (2 / 3))


def test_two_negative_factors_do_not_make_a_good_score():
    role = uniqueness_role(RIGHT, RIGHT, WRONG, TARGETS, CHANCE, CEILING)
    assert role.ability < 0
    assert role.specificity < 0
    assert role.score == 0


def test_a_mixture_at_chance_leaves_no_ability():
    assert uniqueness_role(RIGHT, WRONG, RIGHT, TARGETS, CHANCE, 0.0).score == 0
