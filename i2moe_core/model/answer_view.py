"""What a gate is told of the experts' answers: what each says, and how far each two are apart."""

import torch
from torch import Tensor, nn

from i2moe_core.linear import Linear
from i2moe_core.losses.task import evidence
from i2moe_core.types import Task

SMOOTHING = 0.01  # share of the prior in an answer: it bounds what a very sure expert can be heard to say


class AnswerView(nn.Module):
    """A small network on the experts' answers, for the gate to add to what it reads off the inputs.

        e_k = log p_k - log p (per class),   d_ab = mean_c |e_a - e_b|,   view = V relu(U [e, d])

    The prior, which says nothing (e = 0), counts as one more expert in d: so the view also knows how much
    each expert says. V starts at zero: a gate that sees the answers starts as the one that does not.
    """

    prior: Tensor

    def __init__(
        self, experts: int, outputs: int, hidden: int, task: Task, prior: Tensor, scale: float = 1.0
    ) -> None:
        super().__init__()
        self.task: Task = task
        self.scale = scale
        self.register_buffer("prior", prior.clone(), persistent=False)
        pairs = experts * (experts + 1) // 2
        self.inner = Linear(experts * len(prior) + pairs, hidden)
        self.active = nn.ReLU()
        self.outer = Linear(hidden, outputs, bias=False)
        nn.init.zeros_(self.outer.weight)

    def forward(self, answers: Tensor) -> Tensor:
        """Return (B, outputs) from the experts' logits, (E, B, C)."""
        return self.outer(self.active(self.inner(self.told(answers))))

    def told(self, answers: Tensor) -> Tensor:
        """Return the experts' evidence and its distances, (B, E C + E (E + 1) / 2)."""
        said = evidence(self.task, answers, self.prior, SMOOTHING) / self.scale  # (E, B, C)
        voices = torch.cat([said, torch.zeros_like(said[:1])])  # the prior's evidence is zero
        first, second = torch.triu_indices(len(voices), len(voices), 1, device=said.device)
        apart = (voices[first] - voices[second]).abs().mean(-1)  # (pairs, B)
        return torch.cat([said.transpose(0, 1).flatten(1), apart.T], -1)
