"""The gate: from all modalities' features, and if asked for the experts' answers, to a weight per expert."""

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn

from i2moe_core.errors import InputError
from i2moe_core.fusion.primitives import AttentionPool, Dropout
from i2moe_core.linear import Linear
from i2moe_core.model.answer_view import AnswerView
from i2moe_core.types import Features


class Gate(nn.Module):
    """A network on the pooled modalities, softmax with a temperature.

    pooling ``mean``: the mean token of each modality (as published); ``attention``: an attention pool too.
    view: what it is told of the experts' answers; None (as published): it weighs without having heard them.
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
            steps += [Linear(before, after), nn.ReLU(), Dropout(dropout)]
        self.network = nn.Sequential(*steps, Linear(sizes[-1], experts))
        self.view: AnswerView | None = None

    @property
    def first_size(self) -> int:
        """How many numbers its first layer gives: what a view must give to be added to them."""
        return cast(nn.Linear, self.network[0]).out_features

    def forward(
        self,
        features: Sequence[Features],
        embedded: Sequence[Tensor] | None = None,
        answers: Tensor | None = None,
    ) -> Tensor:
        """Return the weights, (B, E), rows sum to 1.

        embedded: what ``embed`` gave, where it is known. answers: (E, B, C), the experts' logits; only a gate
        with a view needs them.
        """
        return (self.scores(features, embedded, answers) / self.temperature).softmax(-1)

    def embed(self, features: Sequence[Features]) -> list[Tensor]:
        """Return the attention pools of the modalities, (B, D) each; none with mean pooling."""
        return [pool(f.tokens, f.mask) for pool, f in zip(self.pools, features, strict=False)]

    def scores(
        self,
        features: Sequence[Features],
        embedded: Sequence[Tensor] | None = None,
        answers: Tensor | None = None,
    ) -> Tensor:
        """Return the scores before temperature and softmax, (B, E)."""
        pools = self.embed(features) if embedded is None else embedded
        inputs = self.norm(torch.cat([*(f.pooled for f in features), *pools], -1))
        if self.view is None:
            return self.network(inputs)
        if answers is None:
            raise ValueError("this gate sees the experts' answers: it needs their logits (E, B, C)")
        # The gate's loss must not teach experts to sway it; an explanation has to follow the answers through.
        told = self.view(answers.detach() if self.training else answers)
        return self.network[1:](self.network[0](inputs) + told)
