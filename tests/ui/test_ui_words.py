"""Sentences: inert, honest about certainty, and right about who leads."""

from dataclasses import replace

import numpy as np
import pytest
from made_up import HOSTILE, made_explanation

from i2moe_core import language
from i2moe_core.ui import words


def test_markdown_is_disarmed():
    shown = words.plain(HOSTILE)
    for mark in "<>![]()*$:":
        assert shown.count(mark) == shown.count("\\" + mark)


def test_plain_text_is_one_bounded_line():
    assert words.plain("a\n\n# b") == "a \\# b"
    assert len(words.plain("x" * 1000, limit=50)) == 50


@pytest.mark.parametrize(
    ("share", "text"), [(1.0, "over 99.9%"), (0.0, "under 0.1%"), (0.5, "50.0%"), (0.9871, "98.7%")]
)
def test_percentages_claim_no_certainty(share, text):
    assert words.percent(share) == text


@pytest.mark.parametrize(("items", "text"), [([], ""), (["a"], "a"), (["a", "b", "c"], "a, b and c")])
def test_listing(items, text):
    assert words.listing(items) == text


def test_a_listing_and_clauses_have_their_own_commas_in_chinese(monkeypatch):
    monkeypatch.setattr(language._Current, "resolver", staticmethod(lambda: "zh"))
    assert words.listing(["甲", "乙", "丙", "丁"]) == "甲、乙、丙和丁"
    assert language.say(", ") == "，"


def test_the_headline_names_the_leader():
    assert words.headline(made_explanation()).startswith("**Synergy** holds")


def test_a_guess_is_called_one():
    even = np.full(3, 1 / 3)
    explanation = made_explanation()
    assert "hardly prefers" in words.headline(replace(explanation, probabilities=even))
    expert = replace(explanation.experts[0], probabilities=even)
    assert words.says(explanation, expert) == "undecided"
    assert words.says(explanation, explanation.experts[2]) == "says circle"


def test_the_sentence_of_disagreement_uses_plain_names():
    said = words.disagreement(made_explanation())
    assert "Image alone" in said
    assert "unique:" not in said.lower()


def test_the_sum_is_written_with_its_signs():
    assert words.sum_sentence(np.array([-1.2, 0.31, -0.05]), -0.94) == "−1.20 + 0.31 − 0.05 = −0.94"
    assert words.sum_sentence(np.array([1.0]), 1.0) == "1.00 = 1.00"


def test_only_far_inputs_are_warned_about():
    assert words.far_warnings(made_explanation(far=98.0)) == []
    assert len(words.far_warnings(made_explanation(far=99.5))) == 2
    assert "than every reference sample" in words.far_warnings(made_explanation(far=100.0))[0]


def test_a_missing_input_is_named():
    assert words.missing_sentence(["text"]).startswith("Without text:")
    assert words.missing_sentence([]) == ""
