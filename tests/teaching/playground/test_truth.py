"""The playground's data: shares and signs as promised, the best accuracy in closed form, by counting."""

import itertools

import numpy as np
import pytest

from i2moe_core.errors import InputError
from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.teaching.playground.truth import TYPES, known_truth

MIXED = Settings(unique1=40, unique2=10, synergy=20, redundant=30, noise=0, samples=4000)


def drawn(settings):
    samples = known_truth(settings)
    x1, x2 = (np.array(samples.raw[name])[:, 0] for name in ("x1", "x2"))
    return x1, x2, samples.targets, samples.truth.interactions, samples


def test_the_label_follows_the_rule_of_its_type():
    x1, x2, y, kinds, _ = drawn(MIXED)
    rules = {TYPES[0]: x1, TYPES[1]: x2, TYPES[2]: x1 * x2, TYPES[3]: x1}
    for kind, number in rules.items():
        held = kinds == kind
        np.testing.assert_array_equal(y[held], number[held] > 0)
    assert (np.sign(x1) == np.sign(x2))[kinds == TYPES[3]].all()


def test_sizes_show_the_type_and_only_then():
    x1, x2, _, kinds, _ = drawn(MIXED)
    loud = np.stack([np.abs(x1) > 0.5, np.abs(x2) > 0.5])
    wanted = {
        TYPES[0]: (True, False),
        TYPES[1]: (False, True),
        TYPES[2]: (False, False),
        TYPES[3]: (True, True),
    }
    for kind, speaks in wanted.items():
        assert (speaks == loud[:, kinds == kind].T).all()
    hidden_x1, _, _, kinds, _ = drawn(Settings(shown=False, samples=4000))
    means = [np.abs(hidden_x1[kinds == kind]).mean() for kind in TYPES]
    assert max(means) - min(means) < 0.05


def test_a_quiet_input_tells_nothing_by_itself():
    x1, _, y, _, _ = drawn(MIXED)
    quiet = np.abs(x1) < 0.5
    assert np.mean(y[quiet & (x1 > 0)]) == pytest.approx(np.mean(y[quiet & (x1 < 0)]), abs=0.06)


def test_shares_noise_and_splits():
    settings = Settings(unique1=40, unique2=10, synergy=20, redundant=30, noise=20, samples=4000)
    x1, _, y, kinds, samples = drawn(settings)
    assert settings.shares == pytest.approx((0.4, 0.1, 0.2, 0.3))
    for kind, share in zip(TYPES, settings.shares, strict=True):
        assert np.mean(kinds == kind) == pytest.approx(share, abs=0.03)
    first = kinds == TYPES[0]
    assert np.mean(y[first] != (x1[first] > 0)) == pytest.approx(0.2, abs=0.03)
    assert [len(samples.rows(split)) for split in ("train", "validation", "test")] == [4000, 100, 400]


def test_the_same_seed_draws_the_same_samples_and_another_does_not():
    again, other = drawn(MIXED)[0], drawn(Settings(seed=1, samples=4000))[0]
    np.testing.assert_array_equal(again, drawn(MIXED)[0])
    assert not np.array_equal(again, other)


def best_by_counting(shares, noise):
    """Over all signs and types: the best answer to each pair of signs."""
    first, second, synergy, redundant = shares
    right = 0.0
    for s1, s2 in itertools.product((-1, 1), repeat=2):
        plus = 0.25 * (first * (s1 > 0) + second * (s2 > 0) + synergy * (s1 * s2 > 0))
        minus = 0.25 * (first + second + synergy) - plus
        plus += 0.5 * redundant * (s1 == s2 == 1)
        minus += 0.5 * redundant * (s1 == s2 == -1)
        right += max(plus, minus)
    return right * (1 - noise) + (1 - right) * noise


@pytest.mark.parametrize(
    "counts", [(25, 25, 25, 25), (100, 0, 0, 0), (0, 0, 100, 0), (10, 5, 60, 25), (5, 50, 5, 40)]
)
def test_the_best_accuracy_where_nothing_shows_the_type(counts):
    settings = Settings(*counts, noise=10, shown=False)
    assert settings.best == pytest.approx(best_by_counting(settings.shares, 0.1))
    assert Settings(*counts, noise=10).best == pytest.approx(0.9)


NOTHING = dict.fromkeys(("unique1", "unique2", "synergy", "redundant"), 0)


@pytest.mark.parametrize("wrong", [{"unique1": -1}, {"noise": 60}, {"samples": 1}, NOTHING])
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=r"but are|cannot be drawn"):
        Settings(**wrong)


def test_an_unknown_recipe_is_refused_by_name():
    with pytest.raises(InputError, match="papre"):
        Settings(recipe="papre")
