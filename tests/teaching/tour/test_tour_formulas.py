"""Formulas of the tour: what is written adds up, and no name breaks out of its text."""

import re

import made_up
import numpy as np
import pytest

from i2moe_core.teaching.tour.formulas import (
    experts_formula,
    inputs_formula,
    name_in_formula,
    picture_space,
    probability_formula,
    sum_formula,
    weights_formula,
    words_of,
)

NUMBER = r"-?\s?\d+\.\d+"


def numbers(text):
    return [float(found.replace(" ", "")) for found in re.findall(NUMBER, text)]


def written_sum(formula):
    """The terms of the line that adds up, and the total under it."""
    *_, terms, total = formula.removesuffix(r"\end{aligned}").split(r"\\[4pt]")
    return numbers(terms.replace("+", "")), numbers(total)[0]


@pytest.mark.parametrize("seed", range(20))
def test_the_sum_that_is_written_closes_to_the_logit(seed):
    found = made_up.made_explanation(seed=seed)
    for c in range(len(found.classes)):
        parts = np.array([expert.contribution[c] for expert in found.experts])
        formula = sum_formula(
            [e.name for e in found.experts],
            found.weights,
            found.expert_logits[:, c],
            parts,
            found.logits[c],
            "x",
        )
        terms, total = written_sum(formula)
        assert len(terms) == 4
        assert round(sum(terms), 4) == total
        assert total == pytest.approx(found.logits[c], abs=5e-4 + 1e-9)


def test_the_products_are_those_of_the_parts():
    formula = sum_formula(
        ["a", "b"], np.array([0.2, 0.8]), np.array([-1.234, 4.5]), np.array([-0.2468, 3.6]), 3.3532, "circle"
    )
    assert r"\text{a}\!:\;\; & 0.200 \cdot (-1.234) \approx -0.247" in formula
    assert r"z_{\text{circle}} &= -0.247 + 3.600" in formula
    assert formula.endswith(r"&= 3.353\end{aligned}")


def test_the_softmax_is_written_so_that_weights_and_powers_add_up():
    weights = np.array([0.05, 0.1, 0.7, 0.15])
    lines = weights_formula(["a", "b", "c", "d"], weights).split(r"\\[4pt]")[1:]
    rows = np.array([numbers(line) for line in lines])  # power, total, weight
    assert rows[:, 0].sum() == pytest.approx(rows[0, 1], abs=1e-9)
    assert rows[:, 2].sum() == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(rows[:, 2], weights, atol=1e-3)
    np.testing.assert_allclose(rows[:, 0], weights / 0.7, atol=1e-3)


def test_the_probability_is_the_softmax_or_the_sigmoid():
    logits = np.array([2.0, 0.0, -1.0])
    chance = np.exp(2) / (np.exp(2) + 1 + np.exp(-1))
    assert f"{100 * chance:.2f}" in probability_formula("a", logits, 0, "multiclass")
    assert f"{100 / (1 + np.exp(-2)):.2f}" in probability_formula("a", logits, 0, "multilabel")
    assert "99.99" in probability_formula("a", np.array([60.0, 0.0]), 0, "multiclass")


def test_a_sample_is_written_with_its_shape_and_words():
    formula = inputs_formula(
        [("image", picture_space((32, 32, 3))), ("text", words_of("the red one"))], "circle"
    )
    assert r"32 \times 32 \times 3" in formula
    assert r"\text{the},\; \text{red},\; \text{one}" in formula
    assert formula.endswith(r"y &= \text{circle}\end{aligned}")


def test_vectors_are_cut_where_not_all_is_shown():
    few = experts_formula(["a"], np.array([[1.0, 2.0]]))
    assert r"\dots" not in few
    assert r"\dots" in words_of("one two three four five six seven")


@pytest.mark.parametrize(
    "hostile", [made_up.HOSTILE, r"\href{javascript:alert(1)}{x}", "a}b{c", "$$", "", "a_b%c#"]
)
def test_no_name_breaks_out_of_its_text(hostile):
    inside = name_in_formula(hostile, 300).removeprefix(r"\text{").removesuffix("}")
    assert inside
    assert not set(inside.replace(r"\_", "")) & set("\\{}$%#^~&<>![]`*")


def test_names_in_chinese_stay():
    assert name_in_formula("图像 单独") == r"\text{图像 单独}"
