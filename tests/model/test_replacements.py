"""What every entry of REPLACEMENTS promises, and what each one is."""

import pytest
import torch
from parts import WIDTH, random_features

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
