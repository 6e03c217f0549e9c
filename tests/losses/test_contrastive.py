"""The matching loss against a double loop, and at its two ends."""

import math

import pytest
import torch

from i2moe_core.losses.contrastive import matching_loss


def test_matching_loss_is_the_mean_of_both_ways():
    scores = torch.randn(5, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    s = scores.tolist()
    total = 0.0
    for i in range(5):
        total -= math.log(math.exp(s[i][i]) / sum(math.exp(s[i][j]) for j in range(5)))
        total -= math.log(math.exp(s[i][i]) / sum(math.exp(s[j][i]) for j in range(5)))
    assert matching_loss(scores).item() == pytest.approx(total / 10, rel=1e-12)


def test_equal_scores_cost_log_n_and_a_perfect_match_nothing():
    assert matching_loss(torch.zeros(8, 8)).item() == pytest.approx(math.log(8), rel=1e-6)
    assert matching_loss(100 * torch.eye(8)).item() == pytest.approx(0.0, abs=1e-6)
