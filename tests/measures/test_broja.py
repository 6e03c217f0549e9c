"""BROJA: closed forms, the exact cone solver of ``dit`` on random tables, and the certificate itself."""

import math
import time
import warnings

import numpy as np
import pytest

from i2moe_core.errors import InputError
from i2moe_core.measures.pid import broja as room
from i2moe_core.measures.pid.broja import broja
from i2moe_core.measures.pid.least_synergy import negative_entropy, rounded

SHAPES = ((2, 2, 2), (2, 3, 2), (3, 3, 3), (4, 3, 2), (4, 4, 3), (5, 4, 2))


def gate(answer):
    table = np.zeros((2, 2, 4))
    for a in range(2):
        for b in range(2):
            table[a, b, answer(a, b)] = 1
    return table


def same(twin):
    table = np.zeros((3, 3, 3))
    for value in range(3):
        table[value, value if twin else slice(None), value] = 1
    return table


def parts(found):
    return [found.unique_1, found.unique_2, found.synergy, found.redundancy]


def random_table(number):
    random = np.random.default_rng(number)
    shape = SHAPES[number % len(SHAPES)]
    table = random.dirichlet(np.ones(math.prod(shape))).reshape(shape)
    return table * (random.random(shape) < 0.6) if number % 2 else table


def by_cone(table):
    dit = pytest.importorskip("dit")
    pytest.importorskip("ecos")
    places = np.argwhere(table > 0)
    keys = [tuple(int(x) for x in place) for place in places]
    distribution = dit.Distribution(keys, [table[key] / table.sum() for key in keys])
    pid = dit.pid.PID_BROJA(distribution, ((0,), (1,)), (2,), method="cone")
    return [pid.get_pi(node) for node in (((0,),), ((1,),), ((0, 1),), ((0,), (1,)))]


AND_RED = 0.75 * math.log2(4 / 3)  # .311278


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (gate(lambda a, b: a & b), [0, 0, 0.5, AND_RED]),
        (gate(lambda a, b: a ^ b), [0, 0, 1, 0]),
        (gate(lambda a, b: 2 * a + b), [1, 1, 0, 0]),
        (gate(lambda a, b: a), [1, 0, 0, 0]),
        (gate(lambda a, b: b), [0, 1, 0, 0]),
        (gate(lambda a, b: 0), [0, 0, 0, 0]),
        (same(twin=True), [0, 0, 0, math.log2(3)]),
        (same(twin=False), [math.log2(3), 0, 0, 0]),
    ],
    ids=["and", "xor", "copy", "first", "second", "nothing", "twins", "three values"],
)
def test_gates_in_closed_form(table, expected):
    found = broja(table)
    assert parts(found) == pytest.approx(expected, abs=1e-6)
    assert found.converged
    assert parts(broja(table, unit="nats")) == pytest.approx(np.array(expected) * math.log(2), abs=1e-6)


@pytest.mark.parametrize("name", ["and", "xor", "copy"])
def test_gates_agree_with_dit(name):
    table = gate({"and": lambda a, b: a & b, "xor": lambda a, b: a ^ b, "copy": lambda a, b: 2 * a + b}[name])
    assert parts(broja(table)) == pytest.approx(by_cone(table), abs=1e-5)


@pytest.mark.parametrize("number", range(50))
def test_random_tables_agree_with_dit(number):
    table = random_table(number)
    assert parts(broja(table)) == pytest.approx(by_cone(table), abs=1e-5)


@pytest.mark.parametrize("number", range(12))
def test_parts_sum_and_the_minimiser_keeps_the_marginals(number):
    table = random_table(number)
    found = broja(table)
    p = table / table.sum()
    assert sum(parts(found)) == pytest.approx(found.joint, abs=1e-12)
    assert min(parts(found)) >= 0
    np.testing.assert_allclose(found.minimiser.sum(1), p.sum(1), atol=1e-12)
    np.testing.assert_allclose(found.minimiser.sum(0), p.sum(0), atol=1e-12)
    assert found.minimiser.min() >= 0


def test_no_other_table_of_the_same_marginals_has_less_synergy():
    table = random_table(8)
    found = broja(table)
    best, random = negative_entropy(found.minimiser), np.random.default_rng(0)
    first, second = found.minimiser.sum(1), found.minimiser.sum(0)
    for _ in range(200):
        near = found.minimiser * np.exp(0.3 * random.normal(size=table.shape))
        assert negative_entropy(rounded(near, first, second)) >= best - found.gap


def test_swapping_the_sources_swaps_the_unique_parts():
    found, turned = broja(random_table(10)), broja(random_table(10).transpose(1, 0, 2))
    assert parts(turned) == pytest.approx(np.array(parts(found))[[1, 0, 2, 3]], abs=1e-6)


def test_counts_of_any_size_and_rarity_converge():
    random = np.random.default_rng(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in range(60):
            chances = random.dirichlet(np.full(12, (0.05, 0.5, 1.0)[number % 3]))
            table = random.multinomial((30, 3000, 100_000)[number % 3], chances).reshape(3, 2, 2)
            assert broja(table).gap < 2e-6


def test_ten_by_ten_by_three_is_fast():
    table = np.random.default_rng(0).dirichlet(np.ones(300)).reshape(10, 10, 3)
    broja(table)
    start = time.perf_counter()
    assert broja(table).converged
    assert time.perf_counter() - start < 1


def test_an_unfinished_answer_says_so(monkeypatch):
    def hurried(first, second, tolerance):
        independent = first[:, None] * second[None] / first.sum(0)
        return independent, negative_entropy(independent) - 0.01

    monkeypatch.setattr(room, "least_synergy", hurried)
    with pytest.warns(UserWarning, match="stopped 1.0e-02 nats from its bound"):
        found = broja(random_table(8))
    assert not found.converged
    assert found.gap == pytest.approx(0.01 / math.log(2))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (np.ones((2, 2)), "has 2 axes"),
        (np.array([[[1.0, -1.0]]]), "negative or unbounded"),
        (np.array([[[1.0, np.nan]]]), "negative or unbounded"),
        (np.zeros((2, 2, 2)), "is empty"),
    ],
)
def test_what_is_no_table_is_refused(table, said):
    with pytest.raises(InputError, match=said):
        broja(table)
