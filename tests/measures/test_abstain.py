"""Abstain thresholds: the exact tail, the smallest threshold by hand, the promise kept in simulation."""

import math

import numpy as np
import pytest

from i2moe_core.errors import InputError
from i2moe_core.measures.abstain import abstain_rule, binomial_upper


def tail(errors, trials, risk):
    return sum(math.comb(trials, k) * risk**k * (1 - risk) ** (trials - k) for k in range(errors + 1))


@pytest.mark.parametrize(("errors", "trials"), [(0, 10), (3, 50), (49, 50), (7, 200)])
def test_the_bound_is_where_the_tail_is_delta(errors, trials):
    bound = float(binomial_upper(np.array(errors), np.array(trials), 0.05))
    assert tail(errors, trials, bound) == pytest.approx(0.05, abs=1e-9)


def test_the_bound_in_closed_form_and_at_the_end():
    assert float(binomial_upper(np.array(0), np.array(100), 0.05)) == pytest.approx(1 - 0.05 ** (1 / 100))
    assert float(binomial_upper(np.array(4), np.array(4), 0.05)) == 1


def test_the_smallest_threshold_that_keeps_the_promise():
    score = np.arange(1000) / 1000
    wrong = score < 0.5  # the lower half is all wrong
    rule = abstain_rule(score, wrong, target=0.1, delta=0.05)
    # 500 right ones and 50 wrong: bound .13; 500 and none: .012. In steps of 5% of coverage.
    assert rule.threshold == pytest.approx(0.5)
    assert rule.coverage == pytest.approx(0.5)
    assert rule.risk == 0
    assert rule.bound == pytest.approx(1 - (0.05 / 20) ** (1 / 500))
    assert abstain_rule(score, wrong, target=0.15).coverage == pytest.approx(0.55)
    assert abstain_rule(score, wrong, target=0.6).coverage == 1


def test_ties_are_answered_together():
    rule = abstain_rule(np.repeat([1.0, 0.0], 500), np.repeat([False, True], 500), target=0.1)
    assert (rule.threshold, rule.coverage) == (1, 0.5)


def test_the_promise_is_broken_at_most_as_often_as_agreed():
    # Score s is wrong with probability 1 - s: the risk above t is (1 - t) / 2. Uncorrected, it breaks more.
    random, broken, given = np.random.default_rng(0), 0, 0
    for _ in range(400):
        score = random.random(400)
        try:
            rule = abstain_rule(score, random.random(400) > score, target=0.25, delta=0.2)
        except InputError:
            continue
        given += 1
        broken += (1 - rule.threshold) / 2 > 0.25
    assert given > 300
    assert broken / 400 <= 0.2


def test_a_promise_nobody_can_keep_is_refused():
    score, wrong = np.arange(200) / 200, np.arange(200) % 2 == 0
    with pytest.raises(
        InputError, match=r"No threshold keeps the risk at 5.0% with 95% confidence .* 200 sam"
    ):
        abstain_rule(score, wrong, target=0.05)
    with pytest.raises(InputError, match="has no samples"):
        abstain_rule(np.empty(0), np.empty(0, bool), target=0.1)
    with pytest.raises(InputError, match=r"The risk is 1\.5"):
        abstain_rule(score, wrong, target=1.5)
