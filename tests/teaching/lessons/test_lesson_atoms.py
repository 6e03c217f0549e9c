"""Lesson 1's worlds: closed forms, any edited table against the cone solver of ``dit``, and the link."""

import math

import numpy as np
import pytest

from i2moe_core.errors import InputError
from i2moe_core.teaching.lessons.atoms import EXAMPLES, ROWS, atoms, read, written

AND_RED = 0.75 * math.log2(4 / 3)


def by_cone(counts):
    dit = pytest.importorskip("dit")
    pytest.importorskip("ecos")
    pairs = [(row, n / sum(counts)) for row, n in zip(ROWS, counts, strict=True) if n > 0]
    distribution = dit.Distribution([row for row, _ in pairs], [p for _, p in pairs])
    pid = dit.pid.PID_BROJA(distribution, ((0,), (1,)), (2,), method="cone")
    return [pid.get_pi(node) for node in (((0,),), ((1,),), ((0, 1),), ((0,), (1,)))]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("and", [0, 0, 0.5, AND_RED]),
        ("xor", [0, 0, 1, 0]),
        ("copy", [0, 0, 0, 1]),
        ("unique", [1, 0, 0, 0]),
    ],
)
def test_the_examples_are_what_their_names_say(name, expected):
    found = atoms(EXAMPLES[name])
    assert found.parts == pytest.approx(expected, abs=1e-6)
    assert found.total == pytest.approx(sum(expected), abs=1e-6)


@pytest.mark.parametrize("number", range(12))
def test_an_edited_table_agrees_with_dit(number):
    random = np.random.default_rng(number)
    counts = tuple(float(n) for n in random.integers(0, 9, 8))
    assert atoms(counts).parts == pytest.approx(by_cone(counts), abs=1e-4)


def test_rows_run_through_y_fastest():
    assert ROWS[:3] == ((0, 0, 0), (0, 0, 1), (0, 1, 0))
    assert EXAMPLES["and"][ROWS.index((1, 1, 1))] == 1
    assert EXAMPLES["and"][ROWS.index((1, 1, 0))] == 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_table_survives_its_link(name):
    assert read(written(EXAMPLES[name])) == EXAMPLES[name]
    assert read(written((0.125, 3, 0, 0, 7, 1, 2, 9))) == (0.125, 3, 0, 0, 7, 1, 2, 9)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "1 2",
        "a b c d e f g h",
        "0 0 0 0 0 0 0 0",
        "-1 1 1 1 1 1 1 1",
        "nan 1 1 1 1 1 1 1",
        "1e9 1 1 1 1 1 1 1",
    ],
)
def test_a_broken_link_is_no_table(code):
    assert read(code) is None


def test_what_is_no_table_is_refused():
    with pytest.raises(InputError, match="7 rows"):
        atoms((1.0,) * 7)
    with pytest.raises(InputError, match="empty"):
        atoms((0.0,) * 8)
