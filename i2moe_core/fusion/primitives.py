"""The steps that several fusions share: dropout, attention pooling, the closing network."""

import math

import torch
from torch import Tensor, nn

from i2moe_core.errors import InputError
from i2moe_core.linear import Linear


class Dropout(nn.Module):
    """Dropout by integer noise against a threshold: the same distribution, a fraction of the cost on a CPU.

    An element takes 8 random bits where these give the rate exactly (one half, one quarter), otherwise 16, so
    that a rate is exact to 1/65536. Other devices use their own dropout.
    """

    def __init__(self, rate: float = 0.5) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"the dropout rate must be in [0, 1), but is {rate}")
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x`` with a share ``rate`` of its elements zeroed and the rest scaled up, in training."""
        if not self.active:
            return x
        return x * self.factors(x) if x.device.type == "cpu" else nn.functional.dropout(x, self.rate)

    @property
    def active(self) -> bool:
        """Whether anything is dropped."""
        return self.training and self.rate > 0

    def add(self, x: Tensor, branch: Tensor) -> Tensor:
        """Return ``x + dropout(branch)``, in one pass over memory where both have one type."""
        if not self.active or x.device.type != "cpu" or x.dtype != branch.dtype:
            return x + self(branch)
        return torch.addcmul(x, branch, self.factors(branch))

    def factors(self, like: Tensor) -> Tensor:
        """Draw factors shaped and typed as ``like``: 0 with probability ``rate``, else 1 / (1 - rate)."""
        count, bits = like.numel(), 8 if (self.rate * 256).is_integer() else 16
        words = torch.empty(-(-count * bits // 64), dtype=torch.int64).random_(-(2**63), None)
        noise = words.view(torch.int8 if bits == 8 else torch.int16)[:count].view(like.shape)
        threshold = round(self.rate * 2**bits) - 2 ** (bits - 1)
        # Compared straight into floats: cheaper than a mask of booleans, which every product would convert.
        keep = torch.ge(noise, threshold, out=torch.empty_like(like, memory_format=torch.contiguous_format))
        return keep.mul_(1 / (1 - self.rate))

    def extra_repr(self) -> str:
        """Show the rate."""
        return f"rate={self.rate}"


def mlp(inputs: int, hidden: int, outputs: int, dropout: float) -> nn.Sequential:
    """Return the network that closes a fusion: norm, two layers, dropout between."""
    return nn.Sequential(
        nn.LayerNorm(inputs),
        Linear(inputs, hidden),
        nn.ReLU(),
        Dropout(dropout),
        Linear(hidden, outputs),
        nn.ReLU(),
    )


class AttentionPool(nn.Module):
    """Pool tokens by attention with one query, which may depend on a context vector.

        q = q_0 + Q c,   a = softmax_t(q K x_t / sqrt(D)),   pool = V sum_t a_t x_t

    The key matrix is folded into the query and V applied after the sum: the same function as keys and values
    for each token, with T times fewer operations.
    """

    def __init__(self, width: int, conditioned: bool = False) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.randn(width) / math.sqrt(width))
        self.condition = Linear(width, width, bias=False) if conditioned else None
        self.key = Linear(width, width, bias=False)
        self.value = Linear(width, width)

    def folded_query(self, context: Tensor | None = None) -> Tensor:
        """Return q K / sqrt(D): (D,) without a context, (B, D) with one."""
        query = self.query
        if self.condition is not None:
            if context is None:
                raise ValueError("this pool is conditioned: it needs a context (B, D)")
            query = query + self.condition(context)
        return query @ self.key.weight / math.sqrt(query.shape[-1])

    def forward(self, tokens: Tensor, mask: Tensor, context: Tensor | None = None) -> Tensor:
        """Pool (B, T, D) to (B, D); padding gets no weight."""
        query = self.folded_query(context).expand(len(tokens), -1)
        scores = (tokens @ query.unsqueeze(-1)).squeeze(-1)  # (B, T)
        # A finite floor: a row with nothing but padding gives its mean (zeros), not NaN.
        weights = scores.masked_fill(~mask, -1e4).softmax(-1)
        return self.value((weights.unsqueeze(1) @ tokens).squeeze(1))


def attend(tokens: Tensor, mask: Tensor, scores: Tensor) -> Tensor:
    """Average tokens (B, T, D) by the softmax of scores (B, T), or (B, T, G) for G glimpses: (B, [G,] D).

    Padding gets no weight; a row of nothing but padding gives its mean, not NaN.
    """
    single = scores.dim() == 2
    scores = scores.unsqueeze(-1) if single else scores
    weights = scores.masked_fill(~mask.unsqueeze(-1), -1e4).softmax(1)  # (B, T, G)
    pooled = weights.transpose(1, 2) @ tokens
    return pooled.squeeze(1) if single else pooled


class GuidedScores(nn.Module):
    """Score tokens by a guide, additively: s_t = w^T tanh(W_x x_t + W_g g), G scores a token."""

    def __init__(self, width: int, guide: int, hidden: int, glimpses: int = 1) -> None:
        super().__init__()
        self.of_token = Linear(width, hidden, bias=False)
        self.of_guide = Linear(guide, hidden)
        self.score = Linear(hidden, glimpses, bias=False)  # a softmax would cancel it

    def forward(self, tokens: Tensor, guide: Tensor) -> Tensor:
        """Return the scores (B, T, G) of tokens (B, T, D) under guides (B, D')."""
        scores: Tensor = self.score(torch.tanh(self.of_token(tokens) + self.of_guide(guide).unsqueeze(1)))
        return scores


def power_normalize(x: Tensor, floor: float = 1e-8) -> Tensor:
    """Return the signed square root of (..., K), scaled to length 1.

    A floor inside the root keeps its gradient finite at zero.
    """
    rooted = x.sign() * ((x.abs() + floor).sqrt() - math.sqrt(floor))
    return nn.functional.normalize(rooted, dim=-1, eps=1e-6)


def guide_place(guide: int, modalities: int) -> int:
    """Return which modality the option ``guide`` names, negative ones counted from the end.

    Raises:
        InputError: there is no such modality.
    """
    if not -modalities <= guide < modalities:
        raise InputError(
            f"The fusion's option 'guide' is {guide}, but there are {modalities} modalities; "
            f"give a number from {-modalities} to {modalities - 1}."
        )
    return guide % modalities


def require_positive(**options: int) -> None:
    """Check a fusion's sizes and counts.

    Raises:
        InputError: one is below 1.
    """
    for name, value in options.items():
        if value < 1:
            raise InputError(f"The fusion's option '{name}' must be 1 or more, but is {value}.")


def require_above_zero(**options: float) -> None:
    """Check a fusion's temperatures and widths.

    Raises:
        InputError: one is 0 or below, or no number.
    """
    for name, value in options.items():
        if not value > 0:
            raise InputError(f"The fusion's option '{name}' must be above 0, but is {value}.")
