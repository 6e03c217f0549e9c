"""What every encoder is: a module from one modality's input to ``Features``."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from i2moe_core.linear import Linear
from i2moe_core.types import Features


class Encoder(nn.Module):
    """Encode one modality.

    Every encoder is built as ``Encoder(shape, width, vocabulary_size, **options)``: the shape of one sample's
    input, the width D of its tokens, the number of pieces of the vocabulary (text only).
    """

    def __init__(self, shape: Sequence[int], width: int, vocabulary_size: int = 0) -> None:
        super().__init__()
        self.shape, self.width, self.vocabulary_size = tuple(shape), width, vocabulary_size
        self.to_width: nn.ModuleList | None = None

    @property
    def layer_widths(self) -> tuple[int, ...]:
        """The widths of what the layers before the last one put out, in order; none: there is only one."""
        return ()

    def hand_out_layers(self) -> None:
        """Fill ``Features.layers`` from now on; layers of another width than D get a linear map to it.

        An encoder of one layer goes on as it is: that layer is ``Features.pooled``.
        """
        if self.layer_widths:
            self.to_width = nn.ModuleList(
                nn.Identity() if width == self.width else Linear(width, self.width)
                for width in self.layer_widths
            )

    def fit_statistics(self, x: Tensor) -> None:
        """Take what must be known of all training inputs (N, *shape) beforehand; most need nothing."""

    def forward(self, x: Tensor) -> Features:
        """Encode (B, *shape) to ``Features`` with tokens (B, T, D)."""
        raise NotImplementedError

    def embed(self, x: Tensor) -> Tensor:
        """Return (B, *shape) as numbers that an attribution can change: pixels or numbers as they are.

        A text's pieces have no numbers of their own: its encoders return their embeddings, (B, T, D).
        """
        return x.float()

    def from_embedded(self, embedded: Tensor, x: Tensor) -> Features:
        """Encode changed numbers (B, ...) in place of those of ``x``, whose padding (1 or B rows) is kept."""
        return self(embedded)

    def grid_layer(self) -> nn.Module | None:
        """Return the last layer that puts out a picture's places, (B, C, rows, columns); None: there is none.

        The tokens are these places row by row.
        """
        return None

    def with_layers(self, features: Features, earlier: Sequence[Tensor]) -> Features:
        """Add the layers, where they are asked for. earlier: pooled, (B, W) each, as ``layer_widths``."""
        if self.to_width is None:
            return features
        pairs = zip(self.to_width, earlier, strict=True)
        pooled = [net(x).to(features.pooled) for net, x in pairs]
        return replace(features, layers=torch.stack([*pooled, features.pooled], 1))


class Grid(nn.Module):
    """Tokens (B, rows * columns, D) seen as a picture (B, D, rows, columns), for those who watch a layer."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self.rows, self.columns = rows, columns

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the picture."""
        return tokens.transpose(1, 2).unflatten(-1, (self.rows, self.columns))


def masked_mean(tokens: Tensor, mask: Tensor) -> Tensor:
    """Average the real tokens: (B, T, D), (B, T) -> (B, D); all-padding rows give zeros."""
    weight = mask.unsqueeze(-1).to(tokens.dtype)
    return (tokens * weight).sum(1) / weight.sum(1).clamp(min=1)


def as_features(tokens: Tensor, mask: Tensor | None = None) -> Features:
    """Wrap tokens (B, T, D); without a mask every token is real."""
    if mask is None:
        mask = tokens.new_ones(tokens.shape[:2]).bool()
    return Features(tokens, mask, masked_mean(tokens, mask))
