"""Lesson 8: every fusion of the table, what it computes, its parameters, and what a sample costs.

Counted by torch's own counter of matrix products, told what a CPU's fused attention and LSTM come to.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from i2moe_core.fusion import FUSIONS
from i2moe_core.fusion.attention import ATTENTION
from i2moe_core.fusion.bilinear import BILINEAR
from i2moe_core.fusion.gates import GATES
from i2moe_core.fusion.simple import SIMPLE
from i2moe_core.types import Features

FAMILIES = {"simple": SIMPLE, "gates": GATES, "attention": ATTENTION, "bilinear": BILINEAR}
TOKENS = 8  # of each modality


@dataclass(frozen=True)
class Cost:
    """One fusion: ``multiply_adds`` of one sample's matrix products.

    parameters, multiply_adds: None where the fusion takes no such number of modalities.
    """

    name: str
    family: str
    about: str
    formula: str
    parameters: int | None = None
    multiply_adds: int | None = None


def family_costs(width: int, modalities: int) -> list[Cost]:
    """Return every fusion of FUSIONS, built for M modalities of TOKENS tokens of that width, in its order."""
    return [fusion_cost(name, width, modalities) for name in FUSIONS]


@torch.no_grad()
def fusion_cost(name: str, width: int, modalities: int) -> Cost:
    """Build one fusion, from ``width`` to as many outputs, and count its parameters and multiply-adds."""
    family = next(label for label, table in FAMILIES.items() if name in table)
    if modalities < FUSIONS[name].least:
        return Cost(name, family, about(name), formula(name))
    fusion = FUSIONS[name](modalities, width, width).eval()
    tokens, mask = torch.ones(1, TOKENS, width), torch.ones(1, TOKENS, dtype=torch.bool)
    counter = FlopCounterMode(display=False, custom_mapping=_FUSED)
    with counter:
        fusion([Features(tokens, mask, tokens.mean(1)) for _ in range(modalities)])
    parameters = sum(parameter.numel() for parameter in fusion.parameters())
    return Cost(name, family, about(name), formula(name), parameters, counter.get_total_flops() // 2)


def _attention_flops(
    query: Sequence[int], key: Sequence[int], value: Sequence[int], *_: Any, **__: Any
) -> int:
    batch, heads, asking, width = query
    return 2 * batch * heads * asking * key[2] * (width + value[3])


def _lstm_flops(
    steps: Sequence[int], inputs: Sequence[int], hidden: Sequence[int], *_: Any, **__: Any
) -> int:
    return 2 * steps[0] * steps[1] * (inputs[0] * inputs[1] + hidden[0] * hidden[1])


_FUSED = {
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: _attention_flops,
    torch.ops.aten.mkldnn_rnn_layer: _lstm_flops,
}


@cache
def about(name: str) -> str:
    """Return the first line of a fusion's description."""
    return _described(name).splitlines()[0]


@cache
def formula(name: str) -> str:
    """Return the formula in a fusion's description: its first paragraph with an equals sign."""
    paragraphs = _described(name).split("\n\n")[1:]
    found = next((part for part in paragraphs if "=" in part and "Reference" not in part), "")
    return inspect.cleandoc(found)


def _described(name: str) -> str:
    text = inspect.getdoc(FUSIONS[name])
    if text is None:
        raise ValueError(f"the fusion '{name}' has no docstring")
    return text
