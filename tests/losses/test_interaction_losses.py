"""The published interaction losses against float64 loops written from the formulas, and by hand."""

import math

import pytest
import torch

from i2moe_core.config import ModelConfig
from i2moe_core.errors import InputError
from i2moe_core.expert_set import expert_roles
from i2moe_core.losses.interaction import (
    SIMILARITIES,
    SPACES,
    interaction_losses,
    redundancy_loss,
    synergy_loss,
    uniqueness_loss,
)


def random_passes(modalities, batch=6, classes=4):
    generator = torch.Generator().manual_seed(modalities)
    return torch.randn(modalities + 1, batch, classes, generator=generator, dtype=torch.float64)


def distance(a, b, p):
    return sum(abs(float(x) - float(y) + 1e-7) ** p for x, y in zip(a, b, strict=True)) ** (1 / p)


def triplet_by_loops(passes, modality, margin, p):
    count, batch = len(passes) - 1, passes.shape[1]
    total = 0.0
    for other in (m for m in range(count) if m != modality):
        for row in range(batch):
            positive = distance(passes[0, row], passes[1 + other, row], p)
            negative = distance(passes[0, row], passes[1 + modality, row], p)
            total += max(0.0, positive - negative + margin)
    return total / batch / (count - 1)


def cosine_by_loops(passes):
    count, batch = len(passes) - 1, passes.shape[1]
    total = 0.0
    for m in range(count):
        for row in range(batch):
            a, b = passes[0, row].tolist(), passes[1 + m, row].tolist()
            dot = sum(x * y for x, y in zip(a, b, strict=True))
            total += dot / math.sqrt(sum(x * x for x in a)) / math.sqrt(sum(y * y for y in b))
    return total / batch / count


@pytest.mark.parametrize("modalities", [2, 3, 4])
@pytest.mark.parametrize(("margin", "p"), [(1.0, 2.0), (0.1, 2.0), (5.0, 1.0)])
def test_uniqueness_is_the_triplet_loss(modalities, margin, p):
    passes = random_passes(modalities)
    for m in range(modalities):
        expected = triplet_by_loops(passes, m, margin, p)
        assert uniqueness_loss(passes, m, margin, p).item() == pytest.approx(expected, rel=1e-12)


def test_uniqueness_by_hand():
    # anchor 0, without modality 0: distance 5; without modality 1: distance 2.
    passes = torch.tensor([[[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 2.0]]], dtype=torch.float64)
    assert uniqueness_loss(passes, 0, margin=1.0).item() == 0.0
    assert uniqueness_loss(passes, 0, margin=4.0).item() == pytest.approx(2 - 5 + 4, abs=1e-6)
    assert uniqueness_loss(passes, 1, margin=1.0).item() == pytest.approx(5 - 2 + 1, abs=1e-6)


def test_uniqueness_agrees_with_the_library_for_two_modalities():
    passes = random_passes(2)
    expected = torch.nn.functional.triplet_margin_loss(passes[0], passes[2], passes[1], 1.0, 2, 1e-7)
    torch.testing.assert_close(uniqueness_loss(passes, 0), expected)


def test_equal_passes_have_a_finite_gradient():
    passes = torch.zeros(3, 2, 4, requires_grad=True)
    uniqueness_loss(passes, 0).backward()
    assert passes.grad.isfinite().all()


@pytest.mark.parametrize("modalities", [2, 3, 4])
def test_synergy_and_redundancy_are_mean_cosines(modalities):
    passes = random_passes(modalities)
    expected = cosine_by_loops(passes)
    assert synergy_loss(passes).item() == pytest.approx(expected, rel=1e-12)
    assert redundancy_loss(passes).item() == pytest.approx(1 - expected, rel=1e-12)


def test_cosines_by_hand():
    passes = torch.tensor([[[1.0, 0.0]], [[0.0, 2.0]], [[3.0, 3.0]]], dtype=torch.float64)
    assert synergy_loss(passes).item() == pytest.approx(math.sqrt(0.5) / 2)
    same = passes[:1].repeat(3, 1, 1) * torch.tensor([1.0, 2.0, 7.0]).view(3, 1, 1)
    assert redundancy_loss(same).item() == pytest.approx(0.0)


@pytest.mark.parametrize("modalities", [2, 3])
def test_every_expert_gets_its_own_loss(modalities):
    passes = torch.stack([random_passes(modalities) * (k + 1) for k in range(modalities + 2)])
    losses = interaction_losses(passes, 0.7, 2.0)
    names = [f"unique:{m}" for m in range(modalities)]
    assert list(losses) == [*names, "synergy", "redundancy"]
    for m, name in enumerate(names):
        assert losses[name].item() == pytest.approx(triplet_by_loops(passes[m], m, 0.7, 2.0))
    assert losses["synergy"].item() == pytest.approx(cosine_by_loops(passes[modalities]))
    assert losses["redundancy"].item() == pytest.approx(1 - cosine_by_loops(passes[modalities + 1]))


def test_one_minus_mse_is_of_vectors_of_length_one():
    # (.6, .8) and (.8, .6): squared differences .04 and .04; to (-.6, -.8): 1.44 and 2.56.
    passes = torch.tensor([[[3.0, 4.0]], [[8.0, 6.0]], [[-3.0, -4.0]]], dtype=torch.float64)
    expected = (1 - 0.04 + 1 - 2.0) / 2
    assert synergy_loss(passes, "one_minus_mse").item() == pytest.approx(expected, rel=1e-12)
    assert redundancy_loss(passes, "one_minus_mse").item() == pytest.approx(1 - expected, rel=1e-12)


def test_one_minus_mse_follows_from_the_cosine():
    passes = random_passes(3)
    classes = passes.shape[-1]
    expected = 1 - 2 * (1 - cosine_by_loops(passes)) / classes
    assert synergy_loss(passes, "one_minus_mse").item() == pytest.approx(expected, rel=1e-12)


def test_in_log_probability_space_by_hand():
    # softmax of log numbers is the numbers: (1/4, 3/4) and (1/2, 1/2).
    passes = torch.tensor([[[1.0, 3.0]], [[5.0, 5.0]]], dtype=torch.float64).log()
    a, b = (math.log(0.25), math.log(0.75)), (math.log(0.5), math.log(0.5))
    expected = (a[0] * b[0] + a[1] * b[1]) / math.hypot(*a) / math.hypot(*b)
    assert synergy_loss(passes, "log_probability").item() == pytest.approx(expected, rel=1e-12)
    triplet = torch.cat([passes, passes[:1]])  # without modality 0 it moves, without modality 1 it stays
    moved = math.dist(a, b)
    found = uniqueness_loss(triplet, 1, 0.5, 2.0, "log_probability").item()
    assert found == pytest.approx(moved + 0.5, abs=1e-6)


def test_labels_have_the_logarithms_of_yes_and_of_no():
    passes = torch.tensor([[[0.0]], [[math.log(3)]]], dtype=torch.float64)
    a, b = (math.log(0.5), math.log(0.5)), (math.log(0.75), math.log(0.25))
    expected = (a[0] * b[0] + a[1] * b[1]) / math.hypot(*a) / math.hypot(*b)
    assert synergy_loss(passes, "log_probability", "multilabel").item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("task", ["multiclass", "multilabel"])
def test_a_constant_on_all_logits_changes_nothing_in_log_probability_space(task):
    passes = random_passes(2)
    moved = passes + (torch.arange(3.0).view(3, 1, 1) if task == "multiclass" else 0)
    for loss in (synergy_loss, redundancy_loss):
        torch.testing.assert_close(
            loss(passes, "log_probability", task), loss(moved, "log_probability", task)
        )
    torch.testing.assert_close(
        uniqueness_loss(passes, 0, 1.0, 2.0, "log_probability", task),
        uniqueness_loss(moved, 0, 1.0, 2.0, "log_probability", task),
    )


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("norm", [1.0, 2.0, 3.0])
def test_the_triplets_gradient_is_right(space, norm):
    passes = random_passes(3).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: uniqueness_loss(x, 1, 5.0, norm, space), passes)


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_the_gradient_of_each_similarity_is_right_and_finite_at_zero(similarity):
    passes = random_passes(2).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: synergy_loss(x, similarity), passes)
    silent = torch.zeros(3, 2, 4, requires_grad=True)
    synergy_loss(silent, similarity).backward()
    assert silent.grad.isfinite().all()


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_equal_passes_are_most_alike(similarity):
    same = random_passes(2)[:1].repeat(3, 1, 1)
    assert synergy_loss(same, similarity).item() == pytest.approx(1)
    assert redundancy_loss(same, similarity).item() == pytest.approx(0)
    assert synergy_loss(random_passes(2), similarity).item() < 1


def test_a_regression_has_no_log_probabilities():
    with pytest.raises(InputError, match="leave recipe 'paper' its similarity=cosine and space=logits"):
        synergy_loss(torch.zeros(3, 2, 1), "log_probability", "regression")


def test_an_expert_of_some_modalities_is_asked_about_those_only():
    names = ("a", "b", "c")
    roles = expert_roles(ModelConfig(experts="pairwise"), names)
    passes = torch.stack([random_passes(3) * (k + 1) for k in range(len(roles))])
    losses = interaction_losses(passes, roles=roles, modalities=names)
    assert list(losses)[:5] == ["unique:0", "unique:1", "unique:2", "synergy:a+b", "redundancy:a+b"]
    pair = passes[5][[0, 1, 3]]  # synergy:a+c, and the passes without a and without c
    assert roles[5].name == "synergy:a+c"
    assert losses["synergy:a+c"].item() == pytest.approx(cosine_by_loops(pair))
    assert losses["redundancy:b+c"].item() == pytest.approx(1 - cosine_by_loops(passes[8][[0, 2, 3]]))
