"""Losses of the training methods by hand: distillation, uncertainty, decorrelation, reversal, margins."""

import math

import pytest
import torch

from i2moe_core.losses.adversarial import reverse_gradient
from i2moe_core.losses.contrastive import cosine_scores, margin_loss, same_labels
from i2moe_core.losses.decorrelation import rep_barlow, rep_cka, rep_cos
from i2moe_core.losses.distillation import answer_loss, feature_loss
from i2moe_core.losses.uncertainty import uncertain

KINDS = pytest.mark.parametrize("similarity", [rep_cos, rep_cka, rep_barlow])


def draw(*shape, seed=0):
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def softmax(values, temperature):
    powers = [math.exp(v / temperature) for v in values]
    return [p / sum(powers) for p in powers]


def test_answers_are_taught_at_a_temperature():
    teacher, student = [2.0, 0.0, -1.0], [0.5, 1.0, 0.0]
    p, q = softmax(teacher, 3.0), softmax(student, 3.0)
    expected = 9 * sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))
    given = [torch.tensor([values], dtype=torch.float64) for values in (teacher, student)]
    assert answer_loss("multiclass", *given, temperature=3.0).item() == pytest.approx(expected, rel=1e-12)


def test_label_answers_are_taught_at_a_temperature():
    p, q = 1 / (1 + math.exp(-1.0)), 1 / (1 + math.exp(0.5))  # 2 / 2 and -1 / 2
    expected = 4 * (p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q)))
    given = [torch.tensor([[value]], dtype=torch.float64) for value in (2.0, -1.0)]
    assert answer_loss("multilabel", *given, temperature=2.0).item() == pytest.approx(expected, rel=1e-12)


def test_a_regressions_answer_has_no_temperature():
    given = [torch.tensor([[value]]) for value in (50.0, 44.0)]
    assert answer_loss("regression", *given, temperature=7.0, scale=3.0).item() == pytest.approx(4.0)


def test_features_are_compared_without_their_size():
    x = draw(4, 8)
    torch.testing.assert_close(
        feature_loss(x, 3 * x + 1), torch.zeros(4, dtype=torch.float64), atol=1e-4, rtol=0
    )
    torch.testing.assert_close(
        feature_loss(x, -x), torch.full((4,), 4.0, dtype=torch.float64), atol=1e-3, rtol=0
    )


def test_uncertain_losses_are_divided_by_their_variance():
    loss, log_variance = torch.tensor(3.0), torch.tensor(math.log(4.0))  # sigma = 2
    assert uncertain("multiclass", loss, log_variance).item() == pytest.approx(3 / 4 + math.log(2))
    assert uncertain("regression", loss, log_variance).item() == pytest.approx(3 / 8 + math.log(2))


def test_the_best_variance_of_a_regression_is_its_loss():
    best = torch.tensor(math.log(3.0), requires_grad=True)
    uncertain("regression", torch.tensor(3.0), best).backward()
    assert best.grad.item() == pytest.approx(0.0, abs=1e-6)


@KINDS
def test_equal_latents_are_alike_and_unrelated_ones_are_not(similarity):
    x = draw(1, 6)[0]
    line = torch.stack([x, x])[..., None]  # one dimension: all three are 1
    assert similarity(line).item() == pytest.approx(1.0, rel=1e-6)
    even = torch.tensor([[[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]],
                         [[0.0, 1.0], [0.0, 1.0], [0.0, -1.0], [0.0, -1.0]]])  # fmt: skip
    assert similarity(even).item() == pytest.approx(0.0, abs=1e-6)


@KINDS
def test_latents_without_variance_have_finite_gradients(similarity):
    flat = torch.zeros(3, 5, 4, requires_grad=True)
    similarity(flat).backward()
    assert flat.grad.isfinite().all()


def test_cka_is_the_textbooks_and_knows_no_rotation():
    latents = draw(3, 7, 4)
    total = 0.0
    for a, b in ((0, 1), (0, 2), (1, 2)):
        x, y = (latents[k] - latents[k].mean(0) for k in (a, b))
        norm = torch.linalg.matrix_norm
        total += (norm(x.T @ y) ** 2 / (norm(x.T @ x) * norm(y.T @ y))).item()
    assert rep_cka(latents).item() == pytest.approx(total / 3, rel=1e-9)
    turn = torch.linalg.qr(draw(4, 4, seed=1))[0]
    assert rep_cka(torch.stack([latents[0], latents[0] @ turn])).item() == pytest.approx(1.0, rel=1e-9)


def test_barlow_is_the_mean_squared_correlation():
    latents = draw(2, 9, 3)
    table = torch.corrcoef(torch.cat([latents[0], latents[1]], 1).T)[:3, 3:]
    assert rep_barlow(latents).item() == pytest.approx(table.square().mean().item(), rel=1e-9)


def test_cos_is_the_mean_over_samples_and_pairs():
    a, b, c = [1.0, 0.0], [1.0, 1.0], [0.0, 2.0]
    latents = torch.tensor([[a], [b], [c]])
    assert rep_cos(latents).item() == pytest.approx((0.5 + 0.0 + 0.5) / 3)


def test_reversal_turns_the_gradient_and_nothing_else():
    x = torch.tensor([1.0, -2.0], requires_grad=True)
    y = reverse_gradient(x, 0.3)
    assert torch.equal(y, x)
    (y * torch.tensor([5.0, 7.0])).sum().backward()
    torch.testing.assert_close(x.grad, torch.tensor([-1.5, -2.1]))


def test_margin_loss_by_hand():
    a = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    b = torch.tensor([[1.0, 0.0], [5.0, 5.0]])  # distances: 0, near; root 2, near
    near = math.sqrt(2 - math.sqrt(2))
    same = torch.tensor([[True, False], [False, True]])
    pull = (0 + near**2) / 2 / 2
    push = ((1.5 - near) ** 2 + (1.5 - math.sqrt(2)) ** 2) / 2 / 2
    assert margin_loss(a, b, same, 1.5).item() == pytest.approx(pull + push, rel=1e-5)


def test_margin_loss_has_a_finite_gradient_where_vectors_coincide():
    a = torch.tensor([[1.0, 0.0], [1.0, 0.0]], requires_grad=True)
    margin_loss(a, a, torch.tensor([[True, False], [False, True]])).backward()
    assert a.grad.isfinite().all()


def test_cosine_scores_ignore_lengths():
    scores = cosine_scores(torch.tensor([[2.0, 0.0]]), torch.tensor([[3.0, 0.0], [1.0, 1.0], [-4.0, 0.0]]))
    torch.testing.assert_close(scores, torch.tensor([[1.0, math.sqrt(0.5), -1.0]]))


def test_same_labels():
    assert same_labels(torch.tensor([1, 0, 1])).tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    labels = torch.tensor([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert same_labels(labels).tolist() == [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]]
