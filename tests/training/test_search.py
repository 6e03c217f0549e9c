"""The search on made-up scores: the space by hand, the predictor, the draws, and the planted best found."""

import numpy as np
import pytest

from i2moe_core.errors import InputError
from i2moe_core.training.search import Plan, Space, as_options, from_options, search
from i2moe_core.training.search.progressive import best, draw
from i2moe_core.training.search.space import describe_steps
from i2moe_core.training.search.surrogate import encode, predict_scores

SMALL = Space((2, 1), 2, ("relu", "tanh"))


def planted(space, seed):
    """A best architecture, and scores that fall with every choice that differs from it."""
    rng = np.random.default_rng(seed)
    target = tuple(
        (tuple(int(rng.integers(n)) for n in space.layers), str(rng.choice(space.activations)))
        for _ in range(space.most)
    )

    def score(architecture):
        score = 0.5
        for (layers, name), (right, activation) in zip(architecture, target, strict=False):
            score += 0.06 * sum(a == b for a, b in zip(layers, right, strict=True))
            score += 0.03 * (name == activation)
        return score

    return target, score


def test_the_space_by_hand():
    one, other = ((0, 0), "relu"), ((0, 0), "tanh")
    steps = [one, other, ((1, 0), "relu"), ((1, 0), "tanh")]
    assert SMALL.steps() == steps
    assert SMALL.size() == 4 + 16
    assert SMALL.extended([()]) == [(step,) for step in steps]
    assert SMALL.extended([(one,), (other,)]) == [*((one, s) for s in steps), *((other, s) for s in steps)]
    assert SMALL.last_layers() == (((1, 0), "relu"),)


def test_options_and_back():
    architecture = (((0, 2), "relu"), ((1, 1), "tanh"))
    assert as_options(architecture) == {"steps": [[0, 2, "relu"], [1, 1, "tanh"]]}
    assert from_options(as_options(architecture), 2) == architecture
    assert describe_steps(architecture, ("image", "text")) == "image 0 + text 2, relu; image 1 + text 1, tanh"
    with pytest.raises(InputError, match="3 layer numbers"):
        from_options(as_options(architecture), 3)


def test_numbers_of_an_architecture_by_hand():
    assert encode(SMALL, (((1, 0), "tanh"),)).tolist() == [0, 1, 1, 0, 1, *[0] * 5, 0, 1, 1, 0, 1]
    two = encode(SMALL, (((1, 0), "tanh"), ((0, 0), "tanh")))
    assert two.tolist() == [0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0.5, 0.5, 1, 0, 1]


def test_the_predictor_learns_what_each_choice_is_worth():
    space = Space((3, 3), 1)
    _, score = planted(space, 1)
    every = space.extended([()])
    known = {a: score(a) for a in every[::2]}
    unseen = every[1::2]
    predicted = predict_scores(space, known, unseen)
    assert np.corrcoef(predicted, [score(a) for a in unseen])[0, 1] > 0.9


def test_without_enough_scores_nothing_is_predicted():
    space = Space((3, 3), 1)
    every = space.extended([()])
    assert predict_scores(space, {}, every).tolist() == [0.0] * 27
    assert predict_scores(space, {every[0]: 0.25, every[1]: 0.75}, every[2:4]).tolist() == [0.5, 0.5]
    failed = {every[0]: 0.5, every[1]: float("nan"), every[2]: 0.5, every[3]: 0.5}
    assert predict_scores(space, failed, every[4:6]).tolist() == [0.5, 0.5]


def test_draws_follow_the_softmax_and_its_temperature():
    predicted, rng = np.log([0.6, 0.3, 0.1]), np.random.default_rng(0)
    firsts = np.bincount([draw(predicted, 2, 1.0, rng)[0] for _ in range(20_000)], minlength=3) / 20_000
    np.testing.assert_allclose(firsts, [0.6, 0.3, 0.1], atol=0.015)
    assert draw(predicted, 2, 1e-6, rng) == [0, 1]
    assert sorted(draw(predicted, 5, 100.0, rng)) == [0, 1, 2]


def test_the_temperature_falls():
    heats = [Plan(4, 1).temperature(number) for number in range(4)]
    assert heats == sorted(heats, reverse=True)
    assert (heats[0], heats[-1]) == pytest.approx((2.0, 0.1))
    assert Plan(1, 1).temperature(0) == pytest.approx(0.1)


def test_the_planted_best_is_found_with_a_fraction_of_the_space():
    space, found = Space((3, 3), 2), 0
    plan = Plan(rounds=4, samples=6)
    assert (plan.budget(space), space.size()) == (48, 27 + 27**2)
    for seed in range(6):
        target, score = planted(space, seed)
        scores = search(space, Plan(4, 6, seed), score)
        assert len(scores) <= 48
        found += best(scores, 1)[0] == target
    assert found == 6


def test_a_space_is_exhausted_and_no_more():
    calls = []

    def score(architecture):
        calls.append(architecture)
        return float(len(calls))

    scores = search(SMALL, Plan(10, 8), score)
    assert len(calls) == len(set(calls)) == len(scores) <= Plan(10, 8).budget(SMALL) == 20
    assert calls[0] == SMALL.last_layers()


def test_the_same_seed_gives_the_same_search_and_another_one_another():
    space = Space((3, 3), 2)
    _, score = planted(space, 0)
    one = search(space, Plan(3, 4, 0), score)
    assert list(one.items()) == list(search(space, Plan(3, 4, 0), score).items())
    assert list(one) != list(search(space, Plan(3, 4, 1), score))


def test_what_failed_is_neither_best_nor_grown():
    space = Space((2, 2), 2)
    bad = space.steps()[-1]
    scores = search(space, Plan(4, 6), lambda a: float("nan") if bad in a else 0.5 + 0.01 * a[0][0][0])
    assert (bad,) in scores
    assert not any(a[0] == bad for a in scores if len(a) == 2)
    assert bad not in best(scores, 1)[0]


def test_of_equal_ones_the_simplest_is_best():
    step = ((0, 0), "relu")
    assert best({(step, step): 0.7, (step,): 0.7}, 1) == [(step,)]
