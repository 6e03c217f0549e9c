"""Task losses, divergences and evidence against float64 arithmetic and scipy."""

import math

import numpy as np
import pytest
import torch
from parts import TASKS
from scipy.special import expit, log_softmax, rel_entr, softmax

from i2moe_core.losses.task import divergence, evidence, prior_logits, probabilities, task_loss

GENERATOR = torch.Generator().manual_seed(3)
LOGITS = torch.randn(5, 4, generator=GENERATOR, dtype=torch.float64)
OTHER = torch.randn(5, 4, generator=GENERATOR, dtype=torch.float64)


def test_multiclass_loss_is_the_negative_log_probability():
    labels = torch.tensor([0, 3, 1, 1, 2])
    expected = [-log_softmax(LOGITS[row].numpy())[label] for row, label in enumerate(labels)]
    np.testing.assert_allclose(task_loss("multiclass", LOGITS, labels), expected, rtol=1e-12)


def test_multilabel_loss_is_the_mean_binary_cross_entropy():
    labels = (OTHER > 0).double()
    p, y = expit(LOGITS.numpy()), labels.numpy()
    expected = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(1)
    np.testing.assert_allclose(task_loss("multilabel", LOGITS, labels), expected, rtol=1e-12)


def test_regression_loss_is_the_squared_error_in_units_of_the_variance():
    logits, targets = torch.tensor([[1.0], [10.0]]), torch.tensor([3.0, 4.0])
    assert task_loss("regression", logits, targets, 2.0).tolist() == [1.0, 9.0]


def test_multiclass_divergence_is_scipys():
    p, q = softmax(LOGITS.numpy(), 1), softmax(OTHER.numpy(), 1)
    np.testing.assert_allclose(divergence("multiclass", LOGITS, OTHER), rel_entr(p, q).sum(1), rtol=1e-9)


def test_multilabel_divergence_is_scipys():
    p, q = expit(LOGITS.numpy()), expit(OTHER.numpy())
    expected = (rel_entr(p, q) + rel_entr(1 - p, 1 - q)).mean(1)
    np.testing.assert_allclose(divergence("multilabel", LOGITS, OTHER), expected, rtol=1e-9)


def test_regression_divergence_by_hand():
    assert divergence("regression", torch.tensor([[1.0]]), torch.tensor([[7.0]]), 3.0).tolist() == [4.0]


@pytest.mark.parametrize("task", TASKS)
def test_divergence_is_zero_at_equality_with_zero_gradient(task):
    logits = LOGITS.clone().requires_grad_()
    value = divergence(task, LOGITS, logits)
    torch.testing.assert_close(value, torch.zeros(5, dtype=torch.float64), atol=1e-12, rtol=0)
    value.sum().backward()
    torch.testing.assert_close(logits.grad, torch.zeros_like(LOGITS), atol=1e-12, rtol=0)


@pytest.mark.parametrize("task", TASKS)
def test_divergence_is_positive_elsewhere_and_finite_for_extreme_logits(task):
    assert (divergence(task, LOGITS, OTHER) > 0).all()
    far = divergence(task, torch.tensor([[80.0, -80.0]]), torch.tensor([[-80.0, 80.0]]))
    assert far.isfinite().all()


@pytest.mark.parametrize("task", TASKS)
def test_the_prior_in_logit_form_gives_the_prior_back(task):
    prior = torch.tensor([0.7, 0.2, 0.1])
    torch.testing.assert_close(probabilities(task, prior_logits(task, prior)), prior)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("smoothing", [0.0, 0.01, 0.3])
def test_the_prior_is_no_evidence_however_rare_a_class(task, smoothing):
    prior = torch.tensor([0.9, 0.099, 0.001])
    said = evidence(task, prior_logits(task, prior).expand(2, 3), prior, smoothing)
    torch.testing.assert_close(said, torch.zeros(2, 3), atol=1e-6, rtol=0)


def test_evidence_of_a_sure_answer_among_three_is_log_3():
    said = evidence("multiclass", torch.tensor([[50.0, 0.0, 0.0]]), torch.full((3,), 1 / 3))
    assert said[0, 0].item() == pytest.approx(math.log(3))


def test_smoothing_bounds_the_evidence():
    prior = torch.full((2,), 0.5)
    said = evidence("multiclass", torch.tensor([[200.0, 0.0]]), prior, 0.01)
    assert said[0].tolist() == pytest.approx([math.log(0.995 / 0.5), math.log(0.005 / 0.5)], rel=1e-4)
    said = evidence("multilabel", torch.tensor([[200.0, -200.0]]), prior, 0.01)
    assert said[0].tolist() == pytest.approx([math.log(199), -math.log(199)], rel=1e-4)


def test_a_label_never_seen_has_finite_evidence():
    for task in ("multiclass", "multilabel"):
        assert evidence(task, torch.zeros(1, 2), torch.tensor([1.0, 0.0])).isfinite().all()
