"""Games solved by hand or by going through every coalition: the index, the gap and their intervals."""

from itertools import product
from math import factorial

import numpy as np
import pytest
import torch

from i2moe_core.explain.interactions.estimate import estimate_interactions, student_quantile


def as_game(*values):
    """Tables of values v(players of A present, players of B present), each a function of two bool tensors."""

    def game(first, second):
        def toggled(present):
            return torch.cat([present[None], present ^ torch.eye(len(present), dtype=torch.bool)])

        rows, columns = toggled(first), toggled(second)
        tables = [[[float(v(a, b)) for b in columns] for a in rows] for v in values]
        return torch.tensor(tables, dtype=torch.float64)

    return game


def estimated(value, sizes, coalitions=16, seed=0):
    found = estimate_interactions(as_game(value), sizes, coalitions, seed)
    return {name: getattr(found, name)[0] for name in ("index", "index_half", "gap", "gap_half", "share")}


@pytest.mark.parametrize(
    ("value", "index", "gap", "share"),
    [
        (lambda a, b: a[0] & b[0], 1, 0, np.nan),  # AND: alone they say nothing
        (lambda a, b: a[0] | b[0], -1, 1, 1),  # OR: either says it all
        (lambda a, b: a[0] ^ b[0], -2, 2, 2),  # XOR: together they undo each other
        (lambda a, b: -3.0 * (a[0] | b[0]), 3, 3, 1),  # OR against the target: as redundant as for it
        (lambda a, b: 2.0 * a[0] + 5.0 * b[0], 0, 0, 0),  # each for itself
        (lambda a, b: 2.0 * a[0] - 2.0 * b[0], 0, 0, np.nan),  # opposed: nothing is said twice
        (lambda a, b: 1.0 * a[0] + b[0] + a[0] * b[0], 1, -1, -1),  # they reinforce each other
    ],
)
def test_a_pair_on_its_own_is_known_without_error(value, index, gap, share):
    found = estimated(value, (1, 1), coalitions=4)
    assert found["index"].tolist() == [[index]]
    assert found["gap"].tolist() == [[gap]]
    assert found["share"][0, 0] == pytest.approx(share, nan_ok=True)
    assert found["index_half"].tolist() == found["gap_half"].tolist() == [[0]]


def test_a_product_is_one_pair_and_nothing_else():
    found = estimated(lambda a, b: a[1] & b[2], (3, 4))
    expected = np.zeros((3, 4))
    expected[1, 2] = 1
    assert found["index"].tolist() == expected.tolist()
    assert found["index_half"].max() == 0


def test_the_sides_are_told_apart():
    direct = estimated(lambda a, b: (a[0] & b[1]) * 1.0, (2, 3))
    turned = estimated(lambda a, b: (b[0] & a[1]) * 1.0, (3, 2))
    assert direct["index"].tolist() == turned["index"].T.tolist()


def test_a_sum_has_no_interaction():
    found = estimated(lambda a, b: a.double() @ torch.arange(3.0).double() + 7 * b.double().sum(), (3, 4))
    assert np.abs(found["index"]).max() < 1e-12
    assert np.abs(found["gap"]).max() < 1e-12


def test_an_and_of_three_gives_one_half_to_each_pair_in_it():
    # With the third player present the two make 1 of nothing, without it nothing: half of all coalitions.
    found = estimated(lambda a, b: a[0] & a[1] & b[0], (3, 2), coalitions=400)
    assert found["index"][:2, 0] == pytest.approx([0.5, 0.5], abs=0.08)
    assert (np.abs(found["index"][:2, 0] - 0.5) <= found["index_half"][:2, 0]).all()
    assert found["index"][2].tolist() == [0, 0]
    assert found["index"][:, 1].tolist() == [0, 0, 0]
    assert np.abs(found["gap"]).max() == 0


def test_an_or_of_three_is_redundant_only_where_the_third_is_silent():
    found = estimated(lambda a, b: a[0] | a[1] | b[0], (2, 1), coalitions=400)
    assert found["gap"][:, 0] == pytest.approx([0.5, 0.5], abs=0.08)
    assert found["index"] == pytest.approx(-found["gap"])
    assert found["share"][:, 0] == pytest.approx([1, 1])


def test_a_pair_can_be_synergistic_in_one_context_and_redundant_in_another():
    # With the third player the two are an AND, without it an OR: the index cancels, the gap does not.
    def value(a, b):
        return (a[0] & b[0]) if a[1] else (a[0] | b[0])

    found = estimated(value, (2, 1), coalitions=400)
    assert abs(found["index"][0, 0]) < 0.15
    assert found["gap"][0, 0] == pytest.approx(0.5, abs=0.08)


def test_targets_share_the_coalitions_and_do_not_mix():
    sizes, a_side, b_side = (2, 2), lambda a, b: a[0] & b[0], lambda a, b: -2.0 * (a[1] & b[1] & b[0])
    both = estimate_interactions(as_game(a_side, b_side), sizes, 20, 3)
    for row, value in enumerate((a_side, b_side)):
        assert both.index[row].tolist() == estimated(value, sizes, 20, 3)["index"].tolist()


def test_the_seed_decides_the_draws():
    def value(a, b):
        return a[0] & a[1] & b[0]

    one, again, other = (estimated(value, (3, 2), 16, seed)["index"] for seed in (1, 1, 2))
    assert one.tolist() == again.tolist()
    assert one.tolist() != other.tolist()


def test_progress_counts_every_coalition_and_can_cancel():
    seen = []
    estimate_interactions(as_game(lambda a, b: a[0]), (1, 1), 6, 0, lambda *now: seen.append(now))
    assert seen == [(n, 6) for n in range(1, 7)]

    def cancel(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        estimate_interactions(as_game(lambda a, b: a[0]), (1, 1), 6, 0, cancel)


SIDE = 4


def random_game(seed):
    """Values of all coalitions of 4 + 4 players, (256,), with interactions of every order."""
    random = np.random.default_rng(seed)
    dividends = random.normal(size=256) * (random.random(256) < 0.2)
    members = np.array(list(product((0, 1), repeat=8)))
    inside = (members[:, None] >= members[None]).all(-1)  # [coalition, part of it]
    return torch.tensor(inside @ dividends)


def exact_index(values):
    """The definition: a weighted sum over all coalitions without the pair; first player = highest bit."""
    result = np.zeros((SIDE, SIDE))
    for i, j in product(range(SIDE), range(SIDE)):
        bit_i, bit_j = 1 << (7 - i), 1 << (3 - j)
        for s in range(256):
            if s & bit_i or s & bit_j:
                continue
            size = s.bit_count()
            weight = factorial(size) * factorial(6 - size) / factorial(7)
            change = values[s | bit_i | bit_j] - values[s | bit_i] - values[s | bit_j] + values[s]
            result[i, j] += weight * float(change)
    return result


def looked_up(values):
    bits_a, bits_b = torch.tensor([128, 64, 32, 16]), torch.tensor([8, 4, 2, 1])

    def game(first, second):
        a, b = (first * bits_a).sum(), (second * bits_b).sum()
        rows = torch.cat([a[None], a ^ bits_a])
        columns = torch.cat([b[None], b ^ bits_b])
        return values[rows[:, None] + columns[None]][None]

    return game


def test_many_coalitions_come_close_to_the_definition():
    values = random_game(0)
    found = estimate_interactions(looked_up(values), (SIDE, SIDE), 3000, 0)
    exact = exact_index(values)
    assert np.abs(exact).max() > 0.5
    assert found.index[0] == pytest.approx(exact, abs=0.08)


def test_intervals_cover_the_exact_value_in_about_95_percent_of_seeds():
    covered, wide = [], []
    for number in range(2):
        values, exact = random_game(number), exact_index(random_game(number))
        for seed in range(50):
            found = estimate_interactions(looked_up(values), (SIDE, SIDE), 48, seed)
            covered.append(np.abs(found.index[0] - exact) <= found.index_half[0] + 1e-9)
            wide.append(found.index_half[0].mean())
    assert 0.92 <= np.mean(covered) <= 0.98
    assert np.mean(wide) < 0.6  # an interval of any width would cover


def test_intervals_shrink_with_the_root_of_the_draws():
    values = looked_up(random_game(1))
    few, many = (estimate_interactions(values, (SIDE, SIDE), n, 0).index_half.mean() for n in (100, 1600))
    assert 3 < few / many < 5.5


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(1, 12.706), (2, 4.303), (4, 2.776), (24, 2.064), (1000, 1.962)]
)
def test_student_quantile_is_the_tables(freedom, quantile):
    assert student_quantile(freedom) == pytest.approx(quantile, rel=0.01)
