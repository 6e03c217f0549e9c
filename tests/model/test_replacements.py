"""What every entry of REPLACEMENTS promises, and what each one is."""

import pytest
import torch
from parts import WIDTH, random_features

from i2moe_core.encoders.base import as_features
from i2moe_core.model.replace import REPLACEMENTS, Missing, derangement

EACH = pytest.mark.parametrize("name", REPLACEMENTS)


def replace(name, features, seed=0):
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(7)
    return REPLACEMENTS[name](2, WIDTH)(features, 1, generator)


@EACH
def test_shapes_stay(name):
    features = random_features(6, (4,), padded=True)[0]
    stand_in = replace(name, features)
    assert stand_in.tokens.shape == features.tokens.shape
    assert stand_in.mask.shape == features.mask.shape
    assert stand_in.mask.dtype == torch.bool
    assert stand_in.pooled.shape == features.pooled.shape
    assert stand_in.tokens.isfinite().all()


@EACH
def test_a_seeded_generator_repeats(name):
    features = random_features(6, (4,))[0]
    first = replace(name, features, 3)
    torch.randn(5)
    assert torch.equal(first.tokens, replace(name, features, 3).tokens)


@EACH
def test_the_pooled_vector_belongs_to_the_tokens(name):
    stand_in = replace(name, random_features(6, (4,))[0])
    torch.testing.assert_close(stand_in.pooled, stand_in.tokens.mean(1))


@EACH
def test_it_says_nothing_of_the_sample(name):
    """Row 0 may not depend on row 0 alone: no gradient from it but through the batch's mean."""
    features = random_features(6, (4,))[0]
    tokens = replace(name, features).tokens
    if tokens.requires_grad and name != "learned":
        own = torch.autograd.grad(tokens[0].sum(), features.tokens, allow_unused=True)[0][0].abs().max()
        assert own <= 1 / 6 + 1e-6


@EACH
def test_only_what_another_sample_stands_in_for_may_pass_a_gradient_to_it(name):
    """Noise, zeros and learned vectors say nothing of any input; the others pass it to other samples."""
    features = random_features(6, (4,))[0]
    tokens = replace(name, features).tokens
    reaches = (
        torch.autograd.grad(tokens.sum(), features.tokens, allow_unused=True)[0]
        if tokens.requires_grad
        else None
    )
    assert (reaches is not None) == (name in ("permutation", "mean"))


@EACH
def test_a_sample_alone_with_its_own_seed_always_gets_the_same_where_promised(name):
    """By sample: neither its own contents nor anything else in the batch matters."""
    torch.manual_seed(0)
    module, features = REPLACEMENTS[name](2, WIDTH), random_features(6, (4,))[0]
    first, second = (module(features[n : n + 2], 1, torch.Generator().manual_seed(5)).tokens for n in (0, 2))
    assert torch.equal(first, second) == REPLACEMENTS[name].by_sample


def test_matched_noise_has_the_mean_and_the_variance_of_the_real_tokens():
    generator = torch.Generator().manual_seed(0)
    tokens = 5 + torch.tensor([1.0, 3.0]) * torch.randn(400, 6, 2, generator=generator)
    mask = torch.ones(400, 6, dtype=torch.bool)
    tokens[1::2, -1], mask[1::2, -1] = 1000.0, False  # padding, which must not count
    noise = REPLACEMENTS["matched_noise"](2, 2)(as_features(tokens, mask), 0, generator).tokens
    torch.testing.assert_close(noise.mean((0, 1)), torch.tensor([5.0, 5.0]), atol=0.2, rtol=0)
    torch.testing.assert_close(noise.std((0, 1)), torch.tensor([1.0, 3.0]), atol=0.15, rtol=0)
    assert not torch.equal(noise[0], noise[1])


def test_one_token_alone_has_no_variance():
    lone = random_features(1, (1,))[0]
    torch.testing.assert_close(replace("matched_noise", lone).tokens, lone.tokens)


def test_random_vectors_are_standard_normal_and_differ_by_seed():
    features = random_features(64, (16,))[0]
    noise = replace("random", features).tokens
    assert abs(noise.mean().item()) < 0.05
    assert abs(noise.std().item() - 1) < 0.05
    assert not torch.equal(noise, replace("random", features, 1).tokens)


def test_permutation_moves_every_sample_with_its_mask():
    features = random_features(5, (4,), padded=True)[0]
    stand_in = replace("permutation", features)
    source = [
        next(j for j in range(5) if torch.equal(stand_in.tokens[i], features.tokens[j])) for i in range(5)
    ]
    assert sorted(source) == list(range(5))
    assert all(i != j for i, j in enumerate(source))
    assert torch.equal(stand_in.mask, features.mask[source])


@pytest.mark.parametrize("count", [2, 3, 7, 64])
def test_derangements_move_everything(count):
    for seed in range(20):
        order = derangement(count, torch.Generator().manual_seed(seed))
        assert order.sort().values.tolist() == list(range(count))
        assert (order != torch.arange(count)).all()


def test_a_lone_sample_has_no_other():
    assert derangement(1).tolist() == [0]


def test_zero_and_mean_are_what_they_say():
    features = random_features(3, (2,))[0]
    assert replace("zero", features).tokens.abs().sum() == 0
    mean = replace("mean", features).tokens
    torch.testing.assert_close(mean[2, 1], features.tokens[:, 1].mean(0))


def test_learned_vectors_get_a_gradient_for_their_modality_only():
    module = REPLACEMENTS["learned"](2, WIDTH)
    module(random_features(3, (2,))[0], 1).tokens.sum().backward()
    assert module.vectors.grad[0].abs().sum() == 0
    assert (module.vectors.grad[1] == 3 * 2).all()


def test_missing_puts_one_learned_token_in_the_place_of_the_absent():
    missing, features = Missing(2, WIDTH), random_features(3, (4, 2))
    with torch.no_grad():
        missing.vectors.copy_(torch.arange(2.0 * WIDTH).view(2, WIDTH))
    present = torch.tensor([[True, True], [False, True], [True, False]])
    image, text = missing(features, present)
    assert torch.equal(image.tokens[[0, 2]], features[0].tokens[[0, 2]])
    assert image.mask.tolist() == [[True] * 4, [True, False, False, False], [True] * 4]
    assert torch.equal(image.tokens[1, 0], missing.vectors[0])
    assert image.tokens[1, 1:].abs().sum() == 0
    assert torch.equal(image.pooled[1], missing.vectors[0])
    assert torch.equal(text.pooled[2], missing.vectors[1])
    assert torch.equal(text.pooled[:2], features[1].pooled[:2])


def test_missing_changes_nothing_where_all_is_there():
    features = random_features(3)
    same = Missing(2, WIDTH)(features, torch.ones(3, 2, dtype=torch.bool))
    assert all(a is b for a, b in zip(same, features, strict=True))
