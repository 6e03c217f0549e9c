"""Scores by hand."""

import made_up
import numpy as np
import pytest

from i2moe_core.teaching.prediction.kept import kept_without
from i2moe_core.teaching.prediction.kinds import MODEL, TRUTH, kinds_of
from i2moe_core.teaching.prediction.score import confusion, guesses_as_frame, score_of

GUESSES = ["a", "a", "b", "c"]
ANSWERS = ["a", "b", "b", "b"]


def test_a_score_by_hand():
    score = score_of(GUESSES, ANSWERS, 4)
    assert (score.guesses, score.hits, score.share) == (4, 2, 0.5)
    assert score.chance == 0.25
    assert score.commonest == 0.75
    # Wilson, 2 of 4, z = 1.96: centre .5, half width 1.96 sqrt(4) sqrt(.25 + 3.8416 / 16) / (4 + 3.8416)
    assert (score.low, score.high) == pytest.approx((0.150, 0.850), abs=1e-3)


def test_before_the_first_guess():
    score = score_of([], [], 4)
    assert (score.share, score.low, score.high, score.commonest) == (0, 0, 1, 0)


def test_the_confusion_counts_guess_by_answer():
    table = confusion(GUESSES, ANSWERS, ["a", "b", "c"])
    assert table.loc["a", "b"] == 1
    assert table.loc["b", "a"] == 0
    assert table.to_numpy().tolist() == [[1, 1, 0], [0, 1, 0], [0, 1, 0]]


def test_the_table_to_take_home():
    frame = guesses_as_frame(["s1", "s2", "s3", "s4"], GUESSES, ANSWERS, TRUTH, "scenes", 7)
    assert frame["right"].tolist() == [1, 0, 1, 0]
    assert frame["number"].tolist() == [1, 2, 3, 4]
    assert set(frame["seed"]) == {7}


def test_the_truth_counts_where_it_is_known():
    samples = made_up.made_samples(made_up.PAIR, "multiclass", ("a", "b"), "text", truth=True)
    found = kinds_of(samples, {"s0": "redundancy"})
    assert found.source == TRUTH
    assert found.of == tuple(samples.truth.interactions)


def test_else_the_models_own_account_as_far_as_it_was_asked():
    samples = made_up.made_samples(made_up.PAIR, "multiclass", ("a", "b"), "text", truth=False)
    found = kinds_of(samples, {"s0": "redundancy", "elsewhere": "synergy"})
    assert found.source == MODEL
    assert found.of == ("redundancy", *[None] * 23)


def test_what_the_answer_keeps_by_hand():
    found = made_up.made_explanation()
    best = int(np.argmax(found.probabilities))
    kept = kept_without(found)
    assert kept["image"] == pytest.approx(found.mixture_perturbed[0, :, best].mean())
    assert kept["text"] == pytest.approx(found.mixture_perturbed[1, :, best].mean())
    assert list(kept_without(made_up.made_explanation(missing=["text"]))) == ["image"]
    assert kept_without(made_up.made_explanation("regression", classes=("age",))) == {}
