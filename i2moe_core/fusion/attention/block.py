"""What fusions made of self-attention share: the block, attention written out, means over real tokens."""

import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from i2moe_core.fusion.primitives import Dropout
from i2moe_core.linear import Linear
from i2moe_core.types import Features


def seen_tokens(features: Sequence[Features]) -> Tensor | None:
    """Return which tokens may be seen, (B, T), or None where all may (asked on a CPU only: cheap).

    A sample without any real token sees its padding rather than nothing (NaN).
    """
    mask = torch.cat([f.mask for f in features], 1)
    if mask.device.type == "cpu" and bool(mask.all()):
        return None
    return mask | ~mask.any(1, keepdim=True)


def masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    """Average (B, T, D) over the tokens marked in ``mask`` (B, T), at least one a sample."""
    weight = mask.unsqueeze(-1).to(x.dtype)
    return (x * weight).sum(1) / weight.sum(1)


FeedForward = tuple[Linear, nn.GELU, Dropout, Linear]


class Block(nn.Module):
    """One pre-norm transformer block: x + attention(norm(x)), then x + feed-forward(norm(x)).

    Dropout falls on the attention weights, on the hidden layer and on what either branch adds.
    """

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"width ({width}) must be divisible by heads ({heads})")
        self.heads = heads
        self.norm_attention, self.norm_feed = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv = Linear(width, 3 * width)
        self.out = Linear(width, width)
        # Its parts are called one by one, so hooks on the whole are not.
        self.feed = nn.Sequential(
            Linear(width, 2 * width), nn.GELU(), Dropout(dropout), Linear(2 * width, width)
        )
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Transform (B, T, D); ``mask`` (B, 1, 1, T) is True where a token may be seen, None: everywhere."""
        first, activation, drop, last = cast(FeedForward, self.feed)
        x = self.add(x, self.out, self.attend(self.norm_attention(x), mask))
        return self.add(x, last, drop(first.then(activation, self.norm_feed(x))))

    def add(self, x: Tensor, layer: Linear, branch: Tensor) -> Tensor:
        """Return x + dropout(layer(branch))."""
        drop = self.drop
        return drop.add(x, layer(branch)) if drop.active else layer.onto(x, branch)

    def attend(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Multi-head self-attention of (B, T, D), before the layer that closes it."""
        batch, tokens, width = x.shape
        qkv = self.qkv(x).view(batch, tokens, 3, self.heads, width // self.heads)
        qkv = qkv.permute(2, 0, 3, 1, 4)  # (3, B, H, T, D/H)
        if qkv.device.type == "cpu" and qkv.requires_grad:
            mixed = written_attention(qkv, mask, self.drop)
        else:
            rate = self.drop.rate if self.drop.active else 0.0
            query, key, value = qkv.unbind()
            mixed = scaled_dot_product_attention(query, key, value, mask, rate)
        return mixed.transpose(1, 2).flatten(2)


def written_attention(qkv: Tensor, mask: Tensor | None, drop: Dropout) -> Tensor:
    """Return dropout(softmax(Q K' / sqrt(D/H))) V for (3, B, H, T, D/H) as (B, H, T, D/H).

    For training on a CPU: there the fused attention's backward is slower in bfloat16 (12 times), and it would
    draw its dropout the slow way.
    """
    batch, heads, tokens, width = qkv.shape[1:]
    query, key, value = qkv.contiguous().flatten(1, 2).unbind(0)  # (B * H, T, D/H)
    start = query.new_zeros(()).expand(batch * heads, tokens, tokens)
    scores = torch.baddbmm(start, query, key.transpose(1, 2), beta=0, alpha=width**-0.5)
    if mask is not None:
        scores = scores.view(batch, heads, tokens, tokens).masked_fill(~mask, -math.inf).flatten(0, 1)
    return (drop(scores.softmax(-1)) @ value).view(batch, heads, tokens, width)
