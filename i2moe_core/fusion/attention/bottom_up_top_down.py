"""Bottom-up and top-down attention: gated tanh layers score the tokens and join what is seen."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.base import Guided
from i2moe_core.fusion.bilinear.base import product
from i2moe_core.fusion.primitives import Dropout, attend, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class BottomUpTopDown(Guided):
    """The text looks at the others and is multiplied with what it sees, by gated tanh layers throughout.

        f(x) = tanh(W x + b) * sigmoid(W' x + b'),  its own weights wherever it stands
        q = Pool(x_guide),  v_m = sum_t softmax_t(w_m^T f([x_mt; q])) x_mt
        z = f(f(q) * product over m of f(v_m))

    Reference: Anderson et al., CVPR 2018, section 3.3 (the question-answering model; its regions from a
    detector are the encoder's tokens here). For M > 2: the product over all modalities but the guide (ours).
    """

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        hidden: int | None = None,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout, guide)
        hidden = width if hidden is None else hidden
        require_positive(hidden=hidden)
        self.scores = nn.ModuleList(
            nn.Sequential(_GatedTanh(2 * width, hidden), Linear(hidden, 1, bias=False)) for _ in self.others
        )
        self.of_question = _GatedTanh(width, hidden)
        self.of_seen = nn.ModuleList(_GatedTanh(width, hidden) for _ in self.others)
        self.drop = Dropout(dropout)
        self.close = _GatedTanh(hidden, out_dim)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        question = self.question(features)
        seen = [self._look(n, f, question) for n, f in enumerate(self.asked(features))]
        fused: Tensor = self.close(self.drop(product([self.of_question(question), *seen])))
        return fused

    def _look(self, number: int, features: Features, question: Tensor) -> Tensor:
        asking = question.unsqueeze(1).expand_as(features.tokens)
        scores = self.scores[number](torch.cat([features.tokens, asking], -1)).squeeze(-1)
        seen: Tensor = self.of_seen[number](attend(features.tokens, features.mask, scores))
        return seen


class _GatedTanh(nn.Module):
    """tanh(W x + b) * sigmoid(W' x + b'), (..., D) to (..., K)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.both = Linear(inputs, 2 * outputs)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.both(x).chunk(2, -1)
        return value.tanh() * gate.sigmoid()
