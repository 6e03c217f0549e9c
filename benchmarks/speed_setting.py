"""What the speed benchmark runs: the MM-IMDB setting of the published method, on tokens already encoded.

Our side is the package's own training step (``train_step`` with the ``paper`` recipe); the plain side is
``speed_reference`` or ``fusion_speed_reference`` with ``torch.optim.Adam`` as it comes. Both start from the
same weights and inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from fusion_speed_reference import plain_fusion_copy
from speed_reference import PlainMixture, plain_copy, plain_losses
from torch import Tensor

from i2moe_core.encoders.base import Encoder
from i2moe_core.fusion import FUSIONS
from i2moe_core.model.expert import Expert
from i2moe_core.model.gate import Gate
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.model.replace import Missing, RandomVectors
from i2moe_core.training.recipes.paper import MixturePhase, Paper
from i2moe_core.training.step import train_step
from i2moe_core.types import Batch, Features

Step = Callable[[], object]


@dataclass(frozen=True)
class Setting:
    """Sizes and rates; the defaults are the published ones for MM-IMDB (Xin et al., ICML 2025)."""

    batch: int = 32
    large_batch: int = 256
    modalities: int = 2
    tokens: int = 16  # of each modality
    width: int = 256
    hidden: int = 256
    fusion: str = "transformer"  # or mutan, mfb
    layers: int = 2  # of transformer
    heads: int = 4  # of transformer
    rank: int = 5  # of mutan and mfb, as in their papers
    labels: int = 23
    gate_hidden: int = 256
    gate_layers: int = 2
    dropout: float = 0.5
    temperature: float = 2.0
    weight: float = 0.5  # lambda, of the interaction losses
    learning_rate: float = 1e-4

    @property
    def sizes(self) -> dict[str, int]:
        """The sizes that the plain mixture needs."""
        names = ("modalities", "width", "hidden", "layers", "heads", "rank", "gate_hidden", "gate_layers")
        return {name: getattr(self, name) for name in names} | {"classes": self.labels}

    @property
    def options(self) -> dict[str, int]:
        """The options of our fusion; its other sizes are its defaults, the width and the hidden size."""
        if self.fusion == "transformer":
            return {"layers": self.layers, "heads": self.heads}
        return {"rank": self.rank}


TINY = Setting(2, 5, tokens=3, width=8, hidden=8, layers=1, heads=2, labels=3, gate_hidden=8)


class Ready(Encoder):
    """Passes tokens through: the encoders' cost is the same on both sides, so it is left out."""

    def forward(self, x: Tensor) -> Features:
        """Wrap (B, T, D)."""
        return ready(x)


def ready(tokens: Tensor) -> Features:
    """Return tokens (B, T, D), all real, as an encoder's result."""
    return Features(tokens, tokens.new_ones(tokens.shape[:2], dtype=torch.bool), tokens.mean(1))


def build_ours(setting: Setting) -> I2MoE:
    """Return the package's mixture with unmasked experts, as published."""
    s, seen = setting, range(setting.modalities)

    def expert() -> Expert:
        fusion = FUSIONS[s.fusion](s.modalities, s.width, s.hidden, s.dropout, **s.options)
        return Expert(fusion, s.labels, seen, s.dropout)

    count = s.modalities + 2
    gate = Gate(s.modalities, s.width, count, s.gate_hidden, s.gate_layers, "mean", s.temperature, s.dropout)
    encoders = {f"modality {m}": Ready((s.tokens, s.width), s.width) for m in seen}
    stand_ins = RandomVectors(s.modalities, s.width), Missing(s.modalities, s.width)
    prior = torch.full((s.labels,), 0.1)
    return I2MoE("multilabel", encoders, [expert() for _ in range(count)], gate, *stand_ins, prior)


def build_plain(setting: Setting, ours: I2MoE) -> PlainMixture:
    """Return the plain mixture with our weights."""
    if setting.fusion == "transformer":
        return plain_copy(ours, setting.sizes, setting.dropout, setting.temperature)
    return plain_fusion_copy(ours, setting.fusion, setting.sizes, setting.dropout, setting.temperature)


def draw_tokens(setting: Setting, batch: int) -> list[Tensor]:
    """Return standard normal tokens of each modality, (B, T, D)."""
    return [torch.randn(batch, setting.tokens, setting.width) for _ in range(setting.modalities)]


def draw_batch(setting: Setting, device: str = "cpu") -> Batch:
    """Return a batch of tokens with labels."""
    tokens = dict(enumerate(draw_tokens(setting, setting.batch)))
    batch = Batch(
        tuple(map(str, range(setting.batch))),
        {f"modality {m}": t for m, t in tokens.items()},
        torch.ones(setting.batch, setting.modalities, dtype=torch.bool),
        (torch.rand(setting.batch, setting.labels) < 0.1).float(),
    )
    return batch.to(device)


def phase_of(setting: Setting) -> MixturePhase:
    """Return the published recipe's one phase."""
    return MixturePhase(1, setting.batch, 1.0, {**Paper.options, "lambda": setting.weight})


def our_step(setting: Setting, ours: I2MoE, batch: Batch, precision: str) -> Step:
    """Return our training step."""
    phase = phase_of(setting)
    optimizer = torch.optim.AdamW(ours.parameters(), setting.learning_rate, weight_decay=0, fused=True)
    return lambda: train_step(ours, phase, [], batch, optimizer, 0, precision)


def plain_step(setting: Setting, plain: PlainMixture, batch: Batch, fused: bool | None = None) -> Step:
    """Return the plain training step: fp32, Adam as it comes, or fused as on our side."""
    optimizer = torch.optim.Adam(plain.parameters(), setting.learning_rate, fused=fused)
    tokens, targets = list(batch.inputs.values()), batch.targets
    if targets is None:
        raise ValueError("a training step needs targets")

    def step() -> None:
        replaced = [torch.randn_like(t) for t in tokens]
        logits, _, passes = plain(tokens, replaced)
        loss = plain_losses(logits, passes, targets, setting.weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()

    return step


def without_dropout(setting: Setting) -> Setting:
    """Return the setting in which both sides must agree number by number."""
    return replace(setting, dropout=0.0)
