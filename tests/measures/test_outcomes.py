"""The three tasks as questions with outcomes."""

import pytest
import torch

from i2moe_core.measures.outcomes import chance_level, outcome_targets, outcomes

PRIOR = torch.tensor([0.5, 0.2])


def test_classes_are_one_question():
    said = outcomes("multiclass", torch.tensor([[0.0, 0.0], [2.0, 0.0]]), PRIOR)
    assert said.shape == (2, 1, 2)
    assert said[1, 0, 0].item() == pytest.approx(torch.tensor(2.0).sigmoid().item())
    assert outcome_targets("multiclass", torch.tensor([1, 0]), PRIOR).tolist() == [[1], [0]]


def test_labels_are_one_question_each():
    said = outcomes("multilabel", torch.tensor([[0.0, 3.0]]), PRIOR)
    assert said.shape == (1, 2, 2)
    assert said[0, 1].tolist() == pytest.approx([1 - torch.tensor(3.0).sigmoid().item(), 0.95257], abs=1e-4)
    assert outcome_targets("multilabel", torch.tensor([[0.0, 1.0]]), PRIOR).tolist() == [[0, 1]]


def test_a_quantity_is_asked_whether_it_is_above_the_mean():
    mean = torch.tensor([50.0])
    said = outcomes("regression", torch.tensor([[50.0], [60.0]]), mean, scale=10.0)
    assert said[:, 0, 1].tolist() == pytest.approx([0.5, 0.841345], abs=1e-5)  # one standard deviation
    assert outcome_targets("regression", torch.tensor([49.0, 51.0]), mean).tolist() == [[0], [1]]


def test_blind_answers_are_right_this_often():
    assert chance_level("multiclass", torch.tensor([0.5, 0.3, 0.2])) == pytest.approx(0.5)
    assert chance_level("multilabel", torch.tensor([0.5, 0.2])) == pytest.approx(0.65)
    assert chance_level("regression", torch.tensor([50.0])) == 0.5
