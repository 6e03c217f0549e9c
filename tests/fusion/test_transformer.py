"""The transformer: both attentions agree, padding is not seen, dropout falls where it should."""

import math

import pytest
import torch

from i2moe_core.fusion.attention.block import Block, written_attention
from i2moe_core.fusion.attention.transformer import Transformer
from i2moe_core.fusion.primitives import Dropout
from i2moe_core.types import Features

MASKS = {"all real": [[1, 1, 1, 1]] * 2, "padded": [[1, 1, 0, 0], [1, 1, 1, 0]]}


def features(tokens: torch.Tensor, mask=None) -> Features:
    mask = torch.ones(tokens.shape[:2]) if mask is None else torch.tensor(mask)
    return Features(tokens, mask.bool(), tokens.mean(1))


def by_hand(block: Block, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Attention of one sample (T, D), head by head and token by token."""
    width = x.shape[-1] // block.heads
    query, key, value = (x @ block.qkv.weight.T + block.qkv.bias).chunk(3, -1)
    rows = []
    for token in range(len(x)):
        parts = []
        for head in range(block.heads):
            own = slice(head * width, (head + 1) * width)
            weights = ((key[:, own] @ query[token, own]) / math.sqrt(width)).exp() * mask
            parts.append((weights / weights.sum()) @ value[:, own])
        rows.append(torch.cat(parts))
    return torch.stack(rows) @ block.out.weight.T + block.out.bias


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
@pytest.mark.parametrize("graph", [True, False], ids=["written out", "fused"])
def test_attention_by_hand(mask, graph):
    torch.manual_seed(0)
    block, x, seen = Block(6, 2, 0.0), torch.randn(2, 4, 6), torch.tensor(mask).bool()
    expected = torch.stack([by_hand(block, sample, m) for sample, m in zip(x, seen, strict=True)])
    given = None if seen.all() else seen[:, None, None, :]
    with torch.set_grad_enabled(graph):
        torch.testing.assert_close(block.out(block.attend(x, given)), expected)


def test_block_is_the_formula():
    torch.manual_seed(0)
    block, x = Block(6, 3, 0.0), torch.randn(2, 4, 6)
    middle = x + block.out(block.attend(block.norm_attention(x), None))
    torch.testing.assert_close(block(x, None), middle + block.feed(block.norm_feed(middle)))


def test_dropout_falls_on_attention_hidden_layer_and_branches(monkeypatch):
    shapes = []
    draw = Dropout.factors
    monkeypatch.setattr(
        Dropout, "factors", lambda self, like: shapes.append(tuple(like.shape)) or draw(self, like)
    )
    Block(6, 2, 0.5)(torch.randn(2, 4, 6), None)
    assert shapes == [(4, 4, 4), (2, 4, 6), (2, 4, 12), (2, 4, 6)]


def test_attention_dropout_keeps_the_mean():
    torch.manual_seed(0)
    qkv, drop = torch.randn(3, 1, 2, 4, 3), Dropout(0.5)
    draws = torch.stack([written_attention(qkv, None, drop) for _ in range(4000)])
    expected = written_attention(qkv, None, Dropout(0.0))
    error = draws.std(0) / math.sqrt(len(draws))
    assert ((draws.mean(0) - expected).abs() < 5 * error).all()
    assert draws.std(0).min() > 0.05


def test_padding_is_not_seen():
    torch.manual_seed(0)
    fusion = Transformer(2, 8, 5, layers=2, heads=2).eval()
    first, second = torch.randn(2, 4, 8), torch.randn(2, 3, 8)
    given = features(first, MASKS["padded"])
    changed = first.masked_fill(~given.mask.unsqueeze(-1), 7.0)
    result = fusion([given, features(second)])
    torch.testing.assert_close(fusion([features(changed, MASKS["padded"]), features(second)]), result)
    shorter = fusion([features(first[:1, :2]), features(second[:1])])
    torch.testing.assert_close(shorter, result[:1])


@pytest.mark.parametrize("training", [True, False])
def test_no_real_token_gives_finite_values_and_gradients(training):
    fusion = Transformer(1, 8, 5, 0.5, heads=2).train(training)
    fusion([features(torch.randn(2, 4, 8), [[0, 0, 0, 0], [1, 0, 0, 0]])]).sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in fusion.parameters())


def test_samples_are_independent_in_training_and_evaluation():
    torch.manual_seed(0)
    fusion, x = Transformer(1, 8, 5, heads=2), torch.randn(6, 4, 8)
    alone = torch.cat([fusion([features(x[n : n + 1])]) for n in range(6)])
    torch.testing.assert_close(fusion([features(x)]), alone)
    with torch.no_grad():
        torch.testing.assert_close(fusion.eval()([features(x)]), alone)


def test_width_must_be_divisible_by_heads():
    with pytest.raises(ValueError, match=r"width \(6\) must be divisible by heads \(4\)"):
        Block(6, 4, 0.0)
