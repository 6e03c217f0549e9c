"""Answers and disagreement in words."""

import numpy as np
import pytest

from i2moe_core.explain.wording import disagreement_sentence, prediction_name

NAMES = ("unique:image", "unique:text", "synergy", "redundancy")
CLASSES = ("cat", "dog", "cow")


@pytest.mark.parametrize(
    ("task", "probabilities", "expected"),
    [
        ("multiclass", [0.2, 0.7, 0.1], "dog"),
        ("multilabel", [0.2, 0.7, 0.9], "dog, cow"),
        ("multilabel", [0.2, 0.3, 0.5], "none"),
        ("regression", [1234.5678], "1235"),
    ],
)
def test_answers_in_words(task, probabilities, expected):
    assert prediction_name(task, CLASSES, np.array(probabilities)) == expected


def sentence(rows, divergence=0.3):
    said = np.array(rows)[:, None]
    return disagreement_sentence(
        "multiclass", NAMES, [CLASSES[r.argmax()] for r in said[:, 0]], said, divergence
    )


def test_all_of_one_mind():
    assert sentence([[0.9, 0.1, 0.0]] * 4, 0.0).startswith(
        "All 4 experts answer cat. Taken together they agree"
    )


def test_who_says_what_and_who_is_undecided():
    rows = [[0.9, 0.1, 0.0], [0.34, 0.33, 0.33], [0.0, 1.0, 0.0], [0.8, 0.1, 0.1]]
    expected = "Unique:image and redundancy answer cat; synergy answers dog; unique:text is undecided. "
    assert sentence(rows).startswith(expected)


def test_nobody_decided():
    assert sentence([[0.34, 0.33, 0.33]] * 4, 0.0).startswith("All 4 experts are undecided.")


@pytest.mark.parametrize(
    ("divergence", "words"),
    [(0.0, "agree"), (0.1, "differ a little"), (0.3, "differ clearly"), (0.9, "contradict")],
)
def test_the_grade_follows_the_divergence(divergence, words):
    assert words in sentence([[0.9, 0.1, 0.0]] * 4, divergence)
