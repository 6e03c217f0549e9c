"""Dynamic memory: passes over the tokens with a gated recurrence, each rewriting a memory of the question."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.base import Guided
from i2moe_core.fusion.primitives import mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class DynamicMemory(Guided):
    """Passes over the tokens by a GRU that attention opens, each rewriting the question's memory (DMN+).

        q = mem^0 = Pool(x_guide),  f_t = [x_t * q; x_t * mem; |x_t - q|; |x_t - mem|]
        g_t = softmax_t(w^T tanh(W f_t + b)),  r_t = sigmoid(W_r x_t + U_r h_{t-1} + b_r)
        h_t = g_t tanh(W_h x_t + r_t * (U_h h_{t-1}) + b_h) + (1 - g_t) h_{t-1},  c = h_T
        mem^k = relu(W^k [mem^{k-1}; c; q] + b^k),   z = mlp([mem^K; q])

    Reference: Xiong, Merity and Socher, ICML 2016, section 3.3 (three passes; two by default here). Its input
    fusion layer, a two-way GRU over the facts, is left to the encoders. For M > 2: one gate and one GRU for
    each modality but the guide, all c side by side (ours). The GRU goes token by token: its steps depend on
    each other. The closing network is ours.
    """

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        passes: int = 2,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout, guide)
        require_positive(passes=passes)
        self.episodes = nn.ModuleList(_Episode(width) for _ in self.others)
        inputs = (2 + len(self.others)) * width
        self.updates = nn.ModuleList(Linear(inputs, width) for _ in range(passes))
        self.close = mlp(2 * width, out_dim, out_dim, dropout)

    def remember(self, features: Sequence[Features], question: Tensor) -> Tensor:
        """Return the memory of a question (B, D) after the last pass, (B, D)."""
        memory, asked = question, self.asked(features)
        for update in self.updates:
            seen = [episode(f, question, memory) for episode, f in zip(self.episodes, asked, strict=True)]
            memory = update(torch.cat([memory, *seen, question], -1)).relu()
        return memory

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        question = self.question(features)
        fused: Tensor = self.close(torch.cat([self.remember(features, question), question], -1))
        return fused


class _Episode(nn.Module):
    """One pass over one modality's tokens."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(Linear(4 * width, width), nn.Tanh(), Linear(width, 1, bias=False))
        self.of_token = Linear(width, 2 * width)
        self.of_state = Linear(width, 2 * width, bias=False)

    def forward(self, features: Features, question: Tensor, memory: Tensor) -> Tensor:
        """Return the last state, (B, D)."""
        gates = self._gates(features, question.unsqueeze(1), memory.unsqueeze(1))
        fresh, kept = self.of_token(features.tokens).chunk(2, -1)  # W_h x + b_h and W_r x + b_r
        state = torch.zeros_like(question)
        for t in range(gates.shape[1]):
            state_fresh, state_kept = self.of_state(state).chunk(2, -1)
            candidate = torch.tanh(fresh[:, t] + torch.sigmoid(kept[:, t] + state_kept) * state_fresh)
            state = torch.lerp(state, candidate, gates[:, t])
        return state

    def _gates(self, features: Features, question: Tensor, memory: Tensor) -> Tensor:
        """Return how far each token is let in, (B, T, 1), 0 for padding."""
        x, hidden = features.tokens, ~features.mask.unsqueeze(-1)
        facts = torch.cat([x * question, x * memory, (x - question).abs(), (x - memory).abs()], -1)
        return self.gate(facts).masked_fill(hidden, -1e4).softmax(1)
