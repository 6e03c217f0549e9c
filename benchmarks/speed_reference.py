"""The plain sequential mixture, written from the formulas alone: what speed and numbers are held against.

A loop over experts and, inside it, over passes, in fp32; attention as separate query, key and value
projections, matmul, softmax, dropout, matmul; ``nn.Dropout``; losses sample by formula, expert by expert.
It shares no code with the package and takes its weights from one of the package's mixtures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, gelu, relu

NAMES = {  # the package's positions in a sequence, and what they are called here
    "feed.0.": "first.",
    "feed.3.": "second.",
    "close.0.": "close.norm.",
    "close.1.": "close.first.",
    "close.4.": "close.second.",
}


class PlainBlock(nn.Module):
    """x + attention(norm(x)), then x + feed-forward(norm(x)); query, key and value apart."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm_attention, self.norm_feed = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.first, self.second = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Transform (B, T, D)."""
        x = x + self.drop(self.attend(self.norm_attention(x)))
        return x + self.drop(self.second(self.drop(gelu(self.first(self.norm_feed(x))))))

    def attend(self, x: Tensor) -> Tensor:
        """softmax(Q K' / sqrt(D / H)) V, head by head side by side."""
        query, key, value = (self.split(project(x)) for project in (self.query, self.key, self.value))
        scores = torch.matmul(query, key.transpose(-2, -1)) / math.sqrt(query.shape[-1])
        mixed = torch.matmul(self.drop(torch.softmax(scores, -1)), value)  # (B, H, T, D/H)
        return self.out(mixed.transpose(1, 2).reshape(x.shape))

    def split(self, x: Tensor) -> Tensor:
        """Return the heads apart: (B, T, D) to (B, H, T, D/H)."""
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)


class PlainExpert(nn.Module):
    """A transformer over all modalities' tokens, their mean, a projection, and the head."""

    def __init__(self, sizes: dict[str, int], dropout: float) -> None:
        super().__init__()
        width, hidden = sizes["width"], sizes["hidden"]
        self.kinds = nn.Parameter(torch.zeros(sizes["modalities"], width))
        self.blocks = nn.ModuleList(
            PlainBlock(width, sizes["heads"], dropout) for _ in range(sizes["layers"])
        )
        self.norm = nn.LayerNorm(width)
        self.close, self.head = nn.Linear(width, hidden), nn.Linear(hidden, sizes["classes"])
        self.drop = nn.Dropout(dropout)

    def forward(self, tokens: Sequence[Tensor]) -> Tensor:
        """Return logits (B, C) of M token sequences (B, T, D)."""
        x = torch.cat([t + kind for t, kind in zip(tokens, self.kinds, strict=True)], 1)
        for block in self.blocks:
            x = block(x)
        return self.head(self.drop(self.close(self.norm(x).mean(1))))


class PlainMixture(nn.Module):
    """M + 2 experts and the gate; every expert and every pass is a call of its own."""

    def __init__(
        self, sizes: dict[str, int], dropout: float, temperature: float, experts: Sequence[nn.Module]
    ) -> None:
        super().__init__()
        self.temperature = temperature
        self.experts = nn.ModuleList(experts)
        inputs = [sizes["modalities"] * sizes["width"]] + [sizes["gate_hidden"]] * sizes["gate_layers"]
        self.gate_norm = nn.LayerNorm(inputs[0])
        self.gate_layers = nn.ModuleList(nn.Linear(before, after) for before, after in pairwise(inputs))
        self.gate_out = nn.Linear(inputs[-1], len(self.experts))
        self.drop = nn.Dropout(dropout)

    def forward(
        self, tokens: Sequence[Tensor], replaced: Sequence[Tensor] | None = None
    ) -> tuple[Tensor, Tensor, list[list[Tensor]]]:
        """Return logits (B, C), weights (B, E), and per expert the logits of its passes, P times (B, C)."""
        passes: list[list[Tensor]] = []
        for expert in self.experts:
            answers = [expert(tokens)]
            for m, other in enumerate(replaced or ()):
                answer = expert([other if j == m else t for j, t in enumerate(tokens)])
                answers.append(answer)
            passes.append(answers)
        weights = self.weigh(tokens)
        logits = torch.zeros_like(passes[0][0])
        for k, answers in enumerate(passes):
            logits = logits + weights[:, k : k + 1] * answers[0]
        return logits, weights, passes

    def weigh(self, tokens: Sequence[Tensor]) -> Tensor:
        """Return the softmax, with temperature, of a network on the mean tokens, (B, E)."""
        x = self.gate_norm(torch.cat([t.mean(1) for t in tokens], -1))
        for layer in self.gate_layers:
            x = self.drop(relu(layer(x)))
        return torch.softmax(self.gate_out(x) / self.temperature, -1)


def plain_losses(
    logits: Tensor, passes: list[list[Tensor]], targets: Tensor, weight: float, margin: float = 1.0
) -> Tensor:
    """Return the published loss of labels (B, C) 0/1: BCE + (weight / E) * sum of the interaction losses."""
    modalities = len(passes) - 2
    total = torch.zeros((), device=logits.device)
    for m in range(modalities):
        total = total + _triplet(passes[m], m, margin)
    total = total + _mean_cosine(passes[modalities])
    total = total + 1 - _mean_cosine(passes[modalities + 1])
    return binary_cross_entropy_with_logits(logits, targets) + weight / len(passes) * total


def _triplet(answers: list[Tensor], modality: int, margin: float) -> Tensor:
    anchor, negative = answers[0], answers[1 + modality]
    positives = [a for m, a in enumerate(answers[1:]) if m != modality]
    far = (anchor - negative + 1e-7).pow(2).sum(-1).sqrt()
    losses = [relu((anchor - p + 1e-7).pow(2).sum(-1).sqrt() - far + margin).mean() for p in positives]
    return torch.stack(losses).mean()


def _mean_cosine(answers: list[Tensor]) -> Tensor:
    full = answers[0]
    cosines = [(full * a).sum(-1) / (full.norm(dim=-1) * a.norm(dim=-1)) for a in answers[1:]]
    return torch.stack([c.mean() for c in cosines]).mean()


def plain_copy(model: nn.Module, sizes: dict[str, int], dropout: float, temperature: float) -> PlainMixture:
    """Return the plain mixture with the weights of an ``I2MoE`` on ``transformer`` fusions."""
    experts = [PlainExpert(sizes, dropout) for _ in range(sizes["modalities"] + 2)]
    plain = PlainMixture(sizes, dropout, temperature, experts)
    plain.load_state_dict(plain_names(model.state_dict(), sizes))
    return plain


def plain_names(tensors: dict[str, Tensor], sizes: dict[str, int]) -> dict[str, Tensor]:
    """Rename tensors of the package's mixture (weights, or gradients by the same names) for the plain one."""
    result: dict[str, Tensor] = {}
    for k in range(sizes["modalities"] + 2):
        for name, tensor in _below(tensors, f"experts.{k}.").items():
            result |= {f"experts.{k}.{new}": part for new, part in _expert_names(name, tensor).items()}
    for name, tensor in _below(tensors, "gate.norm.").items():
        result[f"gate_norm.{name}"] = tensor
    for name, tensor in _below(tensors, "gate.network.").items():
        position, kind = name.split(".")
        layer = int(position) // 3  # linear, relu, dropout
        result[f"gate_out.{kind}" if layer == sizes["gate_layers"] else f"gate_layers.{layer}.{kind}"] = (
            tensor
        )
    return result


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _expert_names(name: str, tensor: Tensor) -> dict[str, Tensor]:
    name = name.removeprefix("fusion.")
    if ".qkv." in name:
        parts = zip(("query", "key", "value"), tensor.chunk(3), strict=True)
        return {name.replace("qkv", part): piece for part, piece in parts}
    for ours, plain in NAMES.items():
        name = name.replace(ours, plain)
    return {name: tensor}
