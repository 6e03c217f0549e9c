"""Answers and disagreement in words."""

from dataclasses import replace

import numpy as np
import pytest
from made_up import made_explanation

from i2moe_core.explain.palette import expert_label
from i2moe_core.explain.wording import cut_sentences, disagreement_sentence, prediction_name

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


def sentence(rows, divergence=0.3, task="multiclass", **more):
    explanation = made_explanation(task=task)
    views = [
        replace(explanation.experts[0], name=name, probabilities=np.array(row),
                prediction=prediction_name(task, CLASSES, np.array(row)))
        for name, row in zip(NAMES, rows, strict=True)
    ]  # fmt: skip
    apart = {"jensen_shannon": divergence}
    return disagreement_sentence(replace(explanation, experts=tuple(views), disagreement=apart), **more)


def test_all_of_one_mind():
    assert sentence([[0.9, 0.1, 0.0]] * 4, 0.0).startswith(
        "All 4 experts answer cat. Taken together they agree"
    )


def test_who_says_what_and_who_is_undecided():
    rows = [[0.9, 0.1, 0.0], [0.34, 0.33, 0.33], [0.0, 1.0, 0.0], [0.8, 0.1, 0.1]]
    expected = "Unique:image and redundancy answer cat; synergy answers dog; unique:text is undecided. "
    assert sentence(rows).startswith(expected)


def test_labels_are_decided_each_by_itself():
    rows = [[0.9, 0.2, 0.1], [0.5, 0.52, 0.5], [0.5, 0.5, 0.2], [0.9, 0.5, 0.5]]
    expected = "Unique:image and redundancy answer cat; synergy answers none of the labels; unique:text is un"
    assert sentence(rows, task="multilabel").startswith(expected)


def test_estimates_are_numbers():
    told = sentence([[1.0], [2.0], [-3.0], [4.5]], task="regression")
    assert told.startswith("The experts' estimates: unique:image 1, unique:text 2, synergy -3 and red")


def test_plain_names():
    rows = [[0.9, 0.1, 0.0], [0.34, 0.33, 0.33], [0.0, 1.0, 0.0], [0.8, 0.1, 0.1]]
    expected = "Image alone and Redundancy answer cat; Synergy answers dog; Text alone is undecided. "
    assert sentence(rows, label=expert_label).startswith(expected)


def test_a_text_that_was_cut():
    explanation = replace(made_explanation(), cut={"text": 48})
    assert cut_sentences(explanation) == ["Only the first 48 pieces of 'text' were read; it is longer."]
    assert cut_sentences(replace(explanation, cut={})) == []


def test_nobody_decided():
    assert sentence([[0.34, 0.33, 0.33]] * 4, 0.0).startswith("All 4 experts are undecided.")


@pytest.mark.parametrize(
    ("divergence", "words"),
    [(0.0, "agree"), (0.1, "differ a little"), (0.3, "differ clearly"), (0.9, "contradict")],
)
def test_the_grade_follows_the_divergence(divergence, words):
    assert words in sentence([[0.9, 0.1, 0.0]] * 4, divergence)
