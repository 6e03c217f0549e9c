"""Which experts are used, counted by hand."""

import numpy as np
import pytest

from i2moe_core.analysis.expert_use import effective_number, expert_use, use_sentences

NAMES = ("unique:a", "unique:b", "synergy", "redundancy")
SURE, OTHER, EVEN = [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]


def said(*experts):
    """Two samples with one question of two outcomes, (E, 2, 1, 2)."""
    return np.array(experts, dtype=float)[:, :, None, :]


def used():
    weights = np.array([[0.6, 0.3, 0.1, 0.0], [0.4, 0.5, 0.1, 0.0]])
    shares = np.array([[0.9, 0.1, 0.0, 0.0], [0.2, 0.8, 0.0, 0.0]])
    answers = said([SURE, SURE], [SURE, OTHER], [EVEN, EVEN], [EVEN, EVEN])
    return expert_use(NAMES, weights, shares, answers)


def test_weights_and_leads_are_means():
    use = used()
    assert list(use["weight"].values()) == pytest.approx([0.5, 0.4, 0.1, 0.0])
    assert list(use["dominant"].values()) == [0.5, 0.5, 0, 0]
    assert use["experts"] == 4


def test_the_effective_number_is_the_exponential_of_the_entropy():
    assert effective_number(np.full(5, 0.2)) == pytest.approx(5)
    assert effective_number(np.array([1.0, 0.0, 0.0])) == 1
    assert effective_number(np.array([0.5, 0.5, 0.0])) == pytest.approx(2)
    mean = np.array([0.5, 0.4, 0.1])
    assert used()["effective"] == pytest.approx(np.exp(-(mean * np.log(mean)).sum()))


def test_an_expert_is_hardly_used_with_little_weight_that_never_leads():
    assert used()["hardly"] == ["redundancy"]  # synergy has .1, more than a quarter of the even share
    weights, shares = np.tile([0.97, 0.01, 0.01, 0.01], (2, 1)), np.eye(4)[[0, 2]]
    use = expert_use(NAMES, weights, shares, np.full((4, 2, 1, 2), 0.5))
    assert use["hardly"] == ["unique:b", "redundancy"]


def test_the_divergence_of_two_experts_is_the_mean_over_the_samples():
    alike = {(a, b): bits for a, b, bits in used()["alike"]}
    assert len(alike) == 6
    assert alike["unique:a", "unique:b"] == pytest.approx(0.5)  # the same once, opposite once
    assert alike["synergy", "redundancy"] == 0
    expected = -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25)) - 0.5
    assert alike["unique:a", "synergy"] == pytest.approx(expected)
    assert [pair[:2] for pair in used()["same"]] == [["synergy", "redundancy"]]


def test_what_is_found_is_said():
    assert use_sentences(used()) == [
        "Redundancy is hardly used: under 0.1% of the weight at most.",
        "Synergy and Redundancy say nearly the same (0.000 bits apart).",
    ]
    even = expert_use(NAMES[:2], np.full((2, 2), 0.5), np.eye(2), said([SURE, SURE], [OTHER, OTHER]))
    assert use_sentences(even) == []


def test_of_many_pairs_that_say_the_same_the_closest_are_named():
    answers = said([EVEN, EVEN], [EVEN, EVEN], [EVEN, EVEN], [SURE, OTHER])
    answers[0, :, 0] = [0.52, 0.48]
    use = expert_use(NAMES, np.full((2, 4), 0.25), np.eye(4)[:2], answers)
    assert len(use["same"]) == 3
    assert use_sentences(use)[0] == "B alone and Synergy say nearly the same (0.000 bits apart)."
    every = expert_use(NAMES, np.full((2, 4), 0.25), np.eye(4)[:2], np.full((4, 2, 1, 2), 0.5))
    assert len(use_sentences(every)) == 4
    assert use_sentences(every)[-1] == "So do 3 more of the 6 pairs."
