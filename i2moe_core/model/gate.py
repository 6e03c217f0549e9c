"""The gate: from all modalities' features to one weight per expert."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from i2moe_core.errors import InputError
from i2moe_core.fusion.primitives import AttentionPool, Dropout
from i2moe_core.types import Features


class Gate(nn.Module):
    """A network on the pooled modalities, softmax with a temperature.

    pooling ``mean``: the mean token of each modality (as published); ``attention``: an attention pool too.
    """

    def __init__(
        self,
        modalities: int,
        width: int,
        experts: int,
        hidden: int = 64,
        layers: int = 1,
        pooling: str = "attention",
        temperature: float = 1.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if pooling not in ("attention", "mean"):
            raise InputError(f"gate_pooling must be 'attention' or 'mean', but is '{pooling}'.")
        if temperature <= 0:
            raise InputError(f"The gate's temperature must be above 0, but is {temperature}.")
        self.temperature = temperature
        pools = modalities if pooling == "attention" else 0
        self.pools = nn.ModuleList(AttentionPool(width) for _ in range(pools))
        inputs = (modalities + pools) * width
        self.norm = nn.LayerNorm(inputs)
        sizes = [inputs] + [hidden] * layers
        steps: list[nn.Module] = []
        for before, after in pairwise(sizes):
            steps += [nn.Linear(before, after), nn.ReLU(), Dropout(dropout)]
        self.network = nn.Sequential(*steps, nn.Linear(sizes[-1], experts))

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the weights, (B, E), rows sum to 1; ``embedded``: what ``embed`` gave, where it is known."""
        return (self.scores(features, embedded) / self.temperature).softmax(-1)

    def embed(self, features: Sequence[Features]) -> list[Tensor]:
        """Return the attention pools of the modalities, (B, D) each; none with mean pooling."""
        return [pool(f.tokens, f.mask) for pool, f in zip(self.pools, features, strict=False)]

    def scores(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the scores before temperature and softmax, (B, E)."""
        pools = self.embed(features) if embedded is None else embedded
        return self.network(self.norm(torch.cat([*(f.pooled for f in features), *pools], -1)))
