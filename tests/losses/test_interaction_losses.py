"""The published interaction losses against float64 loops written from the formulas, and by hand."""

import math

import pytest
import torch

from i2moe_core.losses.interaction import (
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
