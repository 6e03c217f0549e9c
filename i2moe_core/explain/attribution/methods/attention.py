"""Attention weights and their slopes, read by hooks from the experts and the gate during one forward pass.

The slope of a target by attention weights A, which mix values V to A V, is (slope by A V) V': the weights
need not be part of the graph, so that fused attention kernels can be read too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from i2moe_core.fusion.attention.block import Block
from i2moe_core.fusion.attention.transformer import Transformer
from i2moe_core.fusion.primitives import AttentionPool
from i2moe_core.model.expert import Expert
from i2moe_core.model.i2moe import I2MoE


@dataclass
class Seen:
    """One attention of one sample: weights (H, R, T), values (H, T, D), what was mixed (1, ...) in the graph.

    tokens: of a pool, the very tokens (1, T, D) that it read; None otherwise. shared: whether all heads add
    to the same numbers of what was mixed; otherwise each head has its own.
    """

    weights: Tensor
    values: Tensor
    mixed: Tensor
    tokens: Tensor | None = None
    shared: bool = False

    def relevance(self, slope: Tensor | None) -> Tensor:
        """Return weights times their slopes, positive parts, averaged over the heads: (R, T)."""
        if slope is None:
            return torch.zeros_like(self.weights[0])
        heads, width = 1 if self.shared else self.values.shape[0], self.values.shape[-1]
        by_head = slope.detach().reshape(-1, heads, width).transpose(0, 1)  # (H or 1, R, D)
        return (self.weights * (by_head @ self.values.transpose(1, 2))).clamp(min=0).mean(0)


@dataclass
class Watched:
    """All attentions of a forward pass, in order.

    encoders: per modality the layers of its encoder. blocks: per expert what it sees and its blocks. pools:
    of the experts and the gate. grids: the pictures' rows and columns.
    """

    encoders: list[list[Seen]] = field(default_factory=list)
    blocks: list[tuple[tuple[int, ...], list[Seen]]] = field(default_factory=list)
    pools: list[Seen] = field(default_factory=list)
    grids: dict[nn.Module, tuple[int, int]] = field(default_factory=dict)

    @property
    def all(self) -> list[Seen]:
        """Every attention."""
        chains = [*self.encoders, *(chain for _, chain in self.blocks)]
        return [*(seen for chain in chains for seen in chain), *self.pools]


def attends(model: I2MoE) -> bool:
    """Tell whether the experts attend to tokens."""
    return any(isinstance(module, Block | AttentionPool) for module in model.experts.modules())


@contextmanager
def watched(model: I2MoE, grids: Sequence[nn.Module]) -> Iterator[Watched]:
    """Record the attentions of the one forward pass in the block; no hook outlives it."""
    record = Watched()
    with ExitStack() as stack:
        for encoder in model.encoders.values():
            _watch_layers(encoder, record, stack)
        for expert in model.experts:
            _watch_blocks(cast(Expert, expert), record, stack)
        for part in (model.experts, model.gate):
            for module in part.modules():
                if isinstance(module, AttentionPool):
                    stack.callback(module.register_forward_hook(_pool_reader(record)).remove)
        for layer in grids:
            stack.callback(layer.register_forward_hook(_grid_reader(record)).remove)
        yield record


def _watch_layers(encoder: nn.Module, record: Watched, stack: ExitStack) -> None:
    chain: list[Seen] = []
    record.encoders.append(chain)

    def read(layer: nn.MultiheadAttention, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any) -> None:
        chain.append(_read_layer(layer, args[0], kwargs.get("key_padding_mask"), out[0]))

    for module in encoder.modules():
        if isinstance(module, nn.MultiheadAttention):
            stack.callback(module.register_forward_hook(read, with_kwargs=True).remove)


@torch.no_grad()
def _read_layer(layer: nn.MultiheadAttention, x: Tensor, padding: Tensor | None, out: Tensor) -> Seen:
    """Work out a layer's weights again; its values are taken as they leave the last projection."""
    qkv = functional.linear(x[0], layer.in_proj_weight, layer.in_proj_bias)  # (T, 3 D)
    query, key, value = qkv.unflatten(-1, (3, layer.num_heads, -1)).permute(1, 2, 0, 3)  # (H, T, D/H)
    scores = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5
    if padding is not None:  # booleans, or numbers to be added
        hidden = padding if padding.dtype == torch.bool else padding < 0
        scores = scores.masked_fill(hidden, float("-inf"))
    last = layer.out_proj.weight.unflatten(1, (layer.num_heads, -1)).permute(1, 2, 0)  # (H, D/H, D)
    return Seen(scores.softmax(-1), value @ last, out, shared=True)


def _watch_blocks(expert: Expert, record: Watched, stack: ExitStack) -> None:
    if not isinstance(expert.fusion, Transformer):
        return
    chain: list[Seen] = []
    record.blocks.append((expert.sees, chain))
    for block in cast("Sequence[Block]", expert.fusion.blocks):
        parts: dict[str, Any] = {}
        hooks = (
            block.register_forward_pre_hook(lambda module, args, p=parts: p.update(mask=args[1])),
            block.qkv.register_forward_hook(lambda module, args, out, p=parts: p.update(qkv=out.detach())),
            block.out.register_forward_pre_hook(
                lambda module, args, p=parts, b=block: chain.append(_read_block(b, p, args[0]))
            ),
        )
        for hook in hooks:
            stack.callback(hook.remove)


def _read_block(block: Block, parts: dict[str, Any], mixed: Tensor) -> Seen:
    """Work out a block's attention weights again from its queries and keys."""
    query, key, value = parts["qkv"][0].unflatten(-1, (3, block.heads, -1)).permute(1, 2, 0, 3)  # (H, T, D/H)
    scores = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5
    if parts["mask"] is not None:
        scores = scores.masked_fill(~parts["mask"][0], float("-inf"))
    return Seen(scores.softmax(-1), value, mixed)


def _pool_reader(record: Watched) -> Any:
    def read(pool: AttentionPool, args: tuple[Any, ...], pooled: Tensor) -> None:
        with torch.no_grad():
            tokens, mask = args[0], args[1]
            scores = tokens[0] @ pool.folded_query(*args[2:]).reshape(-1)  # (T,)
            weights = scores.masked_fill(~mask[0], -1e4).softmax(-1)[None, None]
            values = (tokens[0] @ pool.value.weight.T)[None]
        record.pools.append(Seen(weights, values.detach(), pooled, tokens))

    return read


def _grid_reader(record: Watched) -> Any:
    def read(layer: nn.Module, args: tuple[Any, ...], grid: Tensor) -> None:
        record.grids[layer] = (grid.shape[-2], grid.shape[-1])

    return read
