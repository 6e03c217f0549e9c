"""Scores, ratios and factors against numbers worked out by hand."""

import math

import pytest
import torch

from i2moe_core.losses.modulation import boosting, confidence, damping, discrepancy
from i2moe_core.losses.task import task_loss


def double(*values):
    return torch.tensor(values, dtype=torch.float64)


def test_confidence_is_the_mean_probability_of_the_truth_where_present():
    logits = torch.tensor([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 1.0, 1.0]])
    targets = torch.tensor([0, 2, 1])
    losses = torch.stack([task_loss("multiclass", logits, targets)] * 2)
    present = torch.tensor([[True, False], [True, False], [False, False]])
    first, second = confidence(losses, present).tolist()
    by_hand = (math.exp(2) / (math.exp(2) + math.e + 1) + math.e / (1 + math.exp(3) + math.e)) / 2
    assert first == pytest.approx(by_hand, rel=1e-6)
    assert math.isnan(second)


def test_two_modalities_give_the_published_ratio_and_its_inverse():
    torch.testing.assert_close(discrepancy(double(0.6, 0.4)), double(1.5, 2 / 3))


def test_three_modalities_are_compared_with_the_mean_of_the_others():
    torch.testing.assert_close(discrepancy(double(0.6, 0.4, 0.2)), double(0.6 / 0.3, 0.4 / 0.4, 0.2 / 0.5))


def test_an_absent_modality_counts_nowhere():
    nan = float("nan")
    torch.testing.assert_close(discrepancy(double(0.6, nan, 0.2)), double(3.0, 1.0, 1 / 3))
    assert discrepancy(double(0.6, nan)).tolist() == [1.0, 1.0]
    assert discrepancy(double(nan, nan)).tolist() == [1.0, 1.0]


def test_equation_ten():
    expected = double(1 - math.tanh(0.3 * 1.5), 1.0, 1.0)
    torch.testing.assert_close(damping(double(1.5, 1.0, 2 / 3), 0.3), expected)


def test_its_mirror_image():
    expected = double(1.0, 1.0, 1 + math.tanh(0.3 * 1.5))
    torch.testing.assert_close(boosting(double(1.5, 1.0, 2 / 3), 0.3), expected)


@pytest.mark.parametrize("factor", [damping, boosting])
def test_without_strength_and_at_the_ends_it_stays_a_number(factor):
    assert factor(double(0.0, 1.0, 4.0), 0.0).tolist() == [1.0, 1.0, 1.0]
    ends = factor(discrepancy(double(0.0, 1.0)), 0.5)
    assert ends.isfinite().all()
    assert (ends >= 0).all()
    assert (ends <= 2).all()
