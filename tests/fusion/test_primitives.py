"""Dropout: the right rate and scale, independent draws; attention pooling against the plain formula."""

import math

import pytest
import torch

from i2moe_core.fusion.primitives import AttentionPool, Dropout

COUNT = 200_000


def dropped(rate: float, seed: int = 0, dtype=torch.float32) -> torch.Tensor:
    torch.manual_seed(seed)
    return Dropout(rate)(torch.ones(COUNT, dtype=dtype))


@pytest.mark.parametrize("rate", [0.5, 0.25, 0.1, 0.3, 0.9, 0.004])
def test_share_of_zeros_and_scale(rate):
    result = dropped(rate)
    share = (result == 0).double().mean().item()
    assert abs(share - rate) < 5 * math.sqrt(rate * (1 - rate) / COUNT)
    assert result.unique().tolist() == pytest.approx([0, 1 / (1 - rate)])


@pytest.mark.parametrize("rate", [0.5, 0.3])
def test_neighbours_and_draws_are_independent(rate):
    zeros = (dropped(rate) == 0).double()
    bound = 5 / math.sqrt(COUNT)
    for lag in (1, 2, 3, 4, 7, 8, 16):  # within a random word and beyond
        pair = torch.stack([zeros[:-lag], zeros[lag:]])
        assert abs(torch.corrcoef(pair)[0, 1].item()) < bound
    other = (dropped(rate, seed=1) == 0).double()
    assert abs(torch.corrcoef(torch.stack([zeros, other]))[0, 1].item()) < bound


def test_no_place_in_a_word_is_favoured():
    zeros = (dropped(0.3) == 0).double().view(-1, 8).mean(0)
    assert (zeros - 0.3).abs().max() < 5 * math.sqrt(0.21 / (COUNT / 8))


def test_gradient_is_the_mask_of_the_forward_pass():
    torch.manual_seed(0)
    x = torch.randn(37, 3, requires_grad=True)
    y = Dropout(0.4)(x)
    y.sum().backward()
    torch.testing.assert_close(x.grad * x.detach(), y.detach())
    assert 0 < (x.grad == 0).sum() < x.numel()


def test_same_seed_same_mask_and_a_new_draw_each_call():
    assert torch.equal(dropped(0.5), dropped(0.5))
    layer, x = Dropout(0.5), torch.ones(100)
    assert not torch.equal(layer(x), layer(x))


def test_evaluation_and_rate_zero_change_nothing():
    x = torch.randn(5)
    assert Dropout(0.5).eval()(x) is x
    assert Dropout(0.0)(x) is x


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_add_is_the_sum_with_the_dropped_branch(dtype):
    layer, x, branch = Dropout(0.3), torch.randn(40, 50), torch.randn(40, 50, dtype=dtype)
    torch.manual_seed(1)
    expected = x + layer(branch)
    torch.manual_seed(1)
    torch.testing.assert_close(layer.add(x, branch), expected)
    assert torch.equal(layer.eval().add(x, branch), x + branch)


def test_views_and_odd_sizes():
    x = torch.ones(7, 5, 3).transpose(0, 2)[:, 1:]
    result = Dropout(0.5)(x)
    assert result.shape == x.shape
    assert set(result.unique().tolist()) == {0.0, 2.0}
    assert Dropout(0.5)(torch.ones(0, 4)).shape == (0, 4)


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_a_rate_out_of_range_is_refused(rate):
    with pytest.raises(ValueError, match="dropout rate"):
        Dropout(rate)


def test_attention_pool_is_the_plain_formula():
    torch.manual_seed(0)
    pool, tokens, context = AttentionPool(8, conditioned=True), torch.randn(3, 5, 8), torch.randn(3, 8)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [0, 0, 0, 0, 1]]).bool()
    query = pool.query + context @ pool.condition.weight.T  # (B, D)
    keys, values = tokens @ pool.key.weight.T, tokens @ pool.value.weight.T + pool.value.bias
    expected = []
    for q, k, v, real in zip(query, keys, values, mask, strict=True):
        weights = ((k[real] @ q) / math.sqrt(8)).exp()
        expected.append((weights / weights.sum()) @ v[real])
    torch.testing.assert_close(pool(tokens, mask, context), torch.stack(expected))


def test_attention_pool_needs_its_context():
    with pytest.raises(ValueError, match="context"):
        AttentionPool(4, conditioned=True)(torch.zeros(1, 2, 4), torch.ones(1, 2).bool())
