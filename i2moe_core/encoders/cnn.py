"""A small convolutional network: pictures to an (S/4 x S/4) grid of tokens, pooled to at most 8 x 8."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.encoders.base import Encoder, as_features
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class CNN(Encoder):
    """Small convolutional network for pictures, trained from scratch (grid of tokens with positions)."""

    def __init__(
        self,
        shape: Sequence[int],
        width: int,
        vocabulary_size: int = 0,
        channels: Sequence[int] = (24, 48, 64),
        grid: int = 8,
        dropout: float = 0.0,
    ) -> None:
        super().__init__(shape, width, vocabulary_size)
        first, second, third = channels
        side = -(-shape[-1] // 4)
        layers = [_block(3, first, 5, 2), _block(first, second, 3, 2), _block(second, third, 3, 1)]
        while side > grid:
            layers.append(_block(third, third, 3, 2))
            side = -(-side // 2)
        self.channels = (first, second, *[third] * (len(layers) - 2))
        self.convolutions = nn.Sequential(*layers)
        self.project = Linear(third, width)
        self.position = nn.Parameter(0.02 * torch.randn(side * side, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Features:
        """Encode pictures, (B, 3, S, S) uint8 or float in 0..255, to (B, side², D)."""
        grid, layers = x.to(self.position.dtype) / 127.5 - 1, []
        for block in self.convolutions:
            grid = block(grid)  # (B, C, side, side)
            if self.to_width is not None:
                layers.append(grid.mean((2, 3)))
        tokens = self.project(self.dropout(grid.flatten(2).transpose(1, 2)))  # (B, side², D)
        return self.with_layers(as_features(tokens + self.position), layers[:-1])

    @property
    def layer_widths(self) -> tuple[int, ...]:
        """The channels of all blocks but the last one, which is what the tokens are made of."""
        return self.channels[:-1]

    def grid_layer(self) -> nn.Module:
        """Return the last block of convolutions."""
        return self.convolutions[-1]


def _block(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())
