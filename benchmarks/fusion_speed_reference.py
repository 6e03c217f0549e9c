"""The plain mixture on MUTAN and MFB, written from the formulas alone: a loop over experts and over passes.

Every pass of every expert projects all modalities; ``nn.Dropout``; fp32. It shares no code with the package
and takes its weights from one of the package's mixtures. Mixture, gate and losses are those of
``speed_reference``; tokens are pooled once, before the loop.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from speed_reference import PlainMixture, plain_names
from torch import Tensor, nn
from torch.nn.functional import normalize, relu

FLOOR = 1e-8  # inside the root, so that its gradient is finite at zero


class PlainClose(nn.Module):
    """The closing network: norm, two layers, dropout between."""

    def __init__(self, size: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.first, self.second = nn.Linear(size, size), nn.Linear(size, size)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, size)."""
        return relu(self.second(self.drop(relu(self.first(self.norm(x))))))


class PlainMutan(nn.Module):
    """sum_r (N_1r tanh(W_1 x_1)) * ... * (N_Mr tanh(W_M x_M)), closed, head; Ben-Younes et al., ICCV 2017."""

    def __init__(self, sizes: dict[str, int], dropout: float) -> None:
        super().__init__()
        width, hidden, each = sizes["width"], sizes["hidden"], range(sizes["modalities"])
        self.rank = sizes["rank"]
        self.projections = nn.ModuleList(nn.Linear(width, width) for _ in each)
        self.terms = nn.ModuleList(nn.Linear(width, hidden * self.rank, bias=False) for _ in each)
        self.close, self.head = PlainClose(hidden, dropout), nn.Linear(hidden, sizes["classes"])
        self.drop = nn.Dropout(dropout)

    def forward(self, vectors: Sequence[Tensor]) -> Tensor:
        """Return logits (B, C) of M pooled vectors (B, 1, D)."""
        pairs = zip(self.terms, self.projections, vectors, strict=True)
        joint = multiply([term(torch.tanh(project(x[:, 0]))) for term, project, x in pairs])
        return self.head(self.drop(self.close(joint.view(len(joint), -1, self.rank).sum(-1))))


class PlainMFB(nn.Module):
    """norm(root(sum of rank neighbours of dropout(W_1 x_1 * ... * W_M x_M))), closed, head.

    Yu et al., ICCV 2017.
    """

    def __init__(self, sizes: dict[str, int], dropout: float) -> None:
        super().__init__()
        width, hidden, each = sizes["width"], sizes["hidden"], range(sizes["modalities"])
        self.rank = sizes["rank"]
        self.projections = nn.ModuleList(nn.Linear(width, hidden * self.rank) for _ in each)
        self.close, self.head = PlainClose(hidden, dropout), nn.Linear(hidden, sizes["classes"])
        self.drop = nn.Dropout(dropout)

    def forward(self, vectors: Sequence[Tensor]) -> Tensor:
        """Return logits (B, C) of M pooled vectors (B, 1, D)."""
        joint = multiply([project(x[:, 0]) for project, x in zip(self.projections, vectors, strict=True)])
        pooled = self.drop(joint).view(len(joint), -1, self.rank).sum(-1)
        rooted = torch.sign(pooled) * (torch.sqrt(pooled.abs() + FLOOR) - math.sqrt(FLOOR))
        return self.head(self.drop(self.close(normalize(rooted, dim=-1, eps=1e-6))))


class PlainFusionMixture(PlainMixture):
    """The plain mixture on pooled vectors."""

    def forward(
        self, tokens: Sequence[Tensor], replaced: Sequence[Tensor] | None = None
    ) -> tuple[Tensor, Tensor, list[list[Tensor]]]:
        """Pool the tokens (B, T, D) of both versions once, then loop."""
        own = [t.mean(1, keepdim=True) for t in tokens]
        return super().forward(own, None if replaced is None else [t.mean(1, keepdim=True) for t in replaced])


def multiply(vectors: Sequence[Tensor]) -> Tensor:
    """Return the product, element by element."""
    joint = vectors[0]
    for vector in vectors[1:]:
        joint = joint * vector
    return joint


PLAIN: dict[str, type[nn.Module]] = {"mutan": PlainMutan, "mfb": PlainMFB}


def plain_fusion_copy(
    model: nn.Module, fusion: str, sizes: dict[str, int], dropout: float, temperature: float
) -> PlainFusionMixture:
    """Return the plain mixture with the weights of an ``I2MoE`` on ``mutan`` or ``mfb`` fusions."""
    experts = [PLAIN[fusion](sizes, dropout) for _ in range(sizes["modalities"] + 2)]
    plain = PlainFusionMixture(sizes, dropout, temperature, experts)
    plain.load_state_dict(plain_names(model.state_dict(), sizes))
    return plain
