"""A small pre-norm transformer over the pieces of a trained vocabulary."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.encoders.base import Encoder, as_features, masked_mean
from i2moe_core.types import Features


class TextTransformer(Encoder):
    """Transformer for texts on a trained sub-word vocabulary, trained from scratch.

    With ``layers=0`` the pieces do not see each other: a bag of embedded pieces, whose lengths are free.
    ``spread``: standard deviation of the embeddings at the start; small ones overfit later on small data.
    """

    def __init__(
        self,
        shape: Sequence[int],
        width: int,
        vocabulary_size: int,
        layers: int = 1,
        heads: int = 4,
        dropout: float = 0.0,
        spread: float = 0.3,
    ) -> None:
        super().__init__(shape, width, vocabulary_size)
        self.embedding = nn.Embedding(vocabulary_size, width, padding_idx=0)
        nn.init.normal_(self.embedding.weight, std=spread)
        with torch.no_grad():
            self.embedding.weight[0] = 0
        self.position = nn.Parameter(0.02 * torch.randn(shape[0], width))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(width, heads, 2 * width, dropout, batch_first=True, norm_first=True)
            for _ in range(layers)
        )
        # A bag must be able to make a telling word long and an empty one short.
        self.norm = nn.LayerNorm(width) if layers else nn.Identity()

    def forward(self, x: Tensor) -> Features:
        """Encode pieces, (B, T) int64 with 0 as padding, to (B, T, D); an empty text has no real token."""
        return self.from_embeddings(self.embed(x), real_pieces(x))

    def embed(self, x: Tensor) -> Tensor:
        """Return the pieces' embeddings, (B, T, D), up to the longest text."""
        return self.embedding(x[:, : real_pieces(x).shape[1]])

    def from_embedded(self, embedded: Tensor, x: Tensor) -> Features:
        """Encode changed embeddings (B, T, D) of the pieces ``x``."""
        return self.from_embeddings(embedded, real_pieces(x).expand(len(embedded), -1))

    def from_embeddings(self, embedded: Tensor, mask: Tensor) -> Features:
        """Encode embedded pieces (B, T, D) whose real ones are marked in ``mask`` (B, T)."""
        hidden = embedded + self.position[: embedded.shape[1]]
        # A row without any real token would give NaN in attention: let it see its padding, masked afterwards.
        padding = ~mask & mask.any(1, keepdim=True)
        layers = []
        for layer in self.layers:
            if self.to_width is not None:
                layers.append(masked_mean(hidden, mask))
            hidden = layer(hidden, src_key_padding_mask=padding)
        return self.with_layers(as_features(self.norm(hidden) * mask.unsqueeze(-1), mask), layers)

    @property
    def layer_widths(self) -> tuple[int, ...]:
        """The embeddings' width, and that of every block but the last one."""
        return (self.width,) * len(self.layers)


def real_pieces(x: Tensor) -> Tensor:
    """Mark the real ones among pieces (B, S) up to the longest text: (B, T), T at least 1."""
    mask = x != 0
    longest = int(mask.sum(1).max().clamp(min=1)) if len(x) else 1
    return mask[:, :longest]
