"""A bag of weighted pieces: logistic regression on TF-IDF as an encoder, for few texts."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.encoders.base import Encoder, as_features
from i2moe_core.encoders.text_transformer import real_pieces
from i2moe_core.types import Features


class TextBag(Encoder):
    """Bag of pieces weighted by how rare they are in training; for few texts, where any network overfits.

        pooled = sum_t w_t e_t / sqrt(sum_t w_t²),   w = ln((N + 1) / (n + 1)) + 1,   e = sqrt(n) E

    n of the N training texts have the piece; one that none has counts for nothing (w = 0). sqrt(n) is for the
    optimiser: Adam moves every row of E about as far however rarely it is seen, so the rarest pieces would
    learn their few samples by heart. ``spread``: standard deviation of E at the start.
    """

    weight: Tensor
    scale: Tensor

    def __init__(self, shape: Sequence[int], width: int, vocabulary_size: int, spread: float = 0.01) -> None:
        super().__init__(shape, width, vocabulary_size)
        self.embedding = nn.Embedding(vocabulary_size, width, padding_idx=0)
        nn.init.normal_(self.embedding.weight, std=spread)
        with torch.no_grad():
            self.embedding.weight[0] = 0
        self.register_buffer("weight", torch.ones(vocabulary_size))
        self.register_buffer("scale", torch.ones(vocabulary_size))

    def fit_statistics(self, x: Tensor) -> None:
        """Count in how many of the training texts, (N, T), each piece occurs."""
        pieces = x.sort(1).values
        first = torch.ones_like(pieces, dtype=torch.bool)
        first[:, 1:] = pieces[:, 1:] != pieces[:, :-1]
        count = torch.bincount(pieces[first], minlength=self.vocabulary_size).to(self.weight)
        count[0] = 0  # padding
        rarity = ((len(x) + 1) / (count + 1)).log() + 1
        self.weight.copy_(torch.where(count > 0, rarity, 0))
        self.scale.copy_(count.sqrt())

    def forward(self, x: Tensor) -> Features:
        """Encode pieces, (B, T) int64 with 0 as padding, to (B, T, D); an empty text has no real token."""
        return self.from_embedded(self.embed(x), x)

    def embed(self, x: Tensor) -> Tensor:
        """Return the pieces' weighted embeddings, (B, T, D), up to the longest text."""
        x = x[:, : real_pieces(x).shape[1]]
        return self.embedding(x) * (self.weight * self.scale)[x].unsqueeze(-1)

    def from_embedded(self, embedded: Tensor, x: Tensor) -> Features:
        """Bring changed embeddings (B, T, D) to the length that the pieces ``x`` have."""
        mask = real_pieces(x)
        weights = self.weight[x[:, : mask.shape[1]]] * mask  # (1 or B, T)
        length = weights.square().sum(1).sqrt()
        # The mean over a text's pieces then is the sum in the formula.
        factor = torch.where(length > 0, mask.sum(1) / length.clamp(min=1e-9), 0)
        mask = mask.expand(len(embedded), -1)
        return as_features(embedded * factor[:, None, None] * mask.unsqueeze(-1), mask)
