"""Dual recurrent attention: a recurrent network walks over the tokens before they are scored."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.bilinear.base import product
from i2moe_core.fusion.primitives import attend, mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class DualRecurrentAttention(Fusion):
    """Each modality is looked at by scores of an LSTM that walks over its tokens beside the others (DRAU).

        c_m = mean over j != m of the pooled x_j,  h_mt = LSTM_m(prelu(W_m [x_mt; c_m]))
        a_m = V_m [sum_t softmax_t(w_mg^T h_mt) x_mt for each glimpse g]
        z = mlp(a_1 * ... * a_M)

    Reference: Osman and Samek, "DRAU: Dual Recurrent Attention Units for Visual Question Answering", CVIU
    2019: recurrent attention units on both modalities, here joined by products. Sizes, one layer before the
    LSTM, c_m and the closing network are ours. For M > 2: the product of all (ours).
    """

    least: ClassVar[int] = 2

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        glimpses: int = 2,
        hidden: int | None = None,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        hidden = width if hidden is None else hidden
        require_positive(glimpses=glimpses, hidden=hidden)
        self.units = nn.ModuleList(_Unit(width, hidden, glimpses) for _ in range(modalities))
        self.close = mlp(width, out_dim, out_dim, dropout)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        total = torch.stack([f.pooled for f in features]).sum(0)
        contexts = [(total - f.pooled) / (self.modalities - 1) for f in features]
        seen = [unit(f, c) for unit, f, c in zip(self.units, features, contexts, strict=True)]
        fused: Tensor = self.close(product(seen))
        return fused


class _Unit(nn.Module):
    """The recurrent attention unit of one modality."""

    def __init__(self, width: int, hidden: int, glimpses: int) -> None:
        super().__init__()
        self.of_token, self.of_context = Linear(width, hidden), Linear(width, hidden, bias=False)
        self.bend = nn.PReLU()
        self.walk = nn.LSTM(hidden, hidden, batch_first=True)
        self.score = Linear(hidden, glimpses, bias=False)
        self.merge = Linear(glimpses * width, width)

    def forward(self, features: Features, context: Tensor) -> Tensor:
        """Return what is seen, (B, D)."""
        tokens, mask = _real_first(features)
        joint = self.bend(self.of_token(tokens) + self.of_context(context).unsqueeze(1))
        seen: Tensor = self.merge(attend(tokens, mask, self.score(self._states(joint))).flatten(1))
        return seen

    def _states(self, x: Tensor) -> Tensor:
        # cuDNN keeps nothing for a gradient in evaluation, where attributions ask for one.
        native = self.training or not torch.is_grad_enabled()
        with torch.backends.cudnn.flags(enabled=torch.backends.cudnn.enabled and native):
            states: Tensor = self.walk(x)[0]
        return states


def _real_first(features: Features) -> tuple[Tensor, Tensor]:
    """Move the real tokens to the front, in order: the walk then never passes over padding."""
    order = (~features.mask).long().argsort(dim=1, stable=True)  # (B, T)
    tokens = features.tokens.gather(1, order.unsqueeze(-1).expand_as(features.tokens))
    return tokens, features.mask.gather(1, order)
