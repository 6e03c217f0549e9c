"""A patch transformer for pictures: what the CNN is, without convolutions and batch statistics."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.encoders.base import Encoder, Grid, as_features
from i2moe_core.errors import InputError
from i2moe_core.types import Features


class ViT(Encoder):
    """Patch transformer for pictures, trained from scratch (Dosovitskiy et al., ICLR 2021)."""

    def __init__(
        self,
        shape: Sequence[int],
        width: int,
        vocabulary_size: int = 0,
        patch: int = 4,
        layers: int = 2,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(shape, width, vocabulary_size)
        if shape[-1] % patch:
            raise InputError(
                f"The image size {shape[-1]} is not a multiple of the patch {patch}; change one."
            )
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.position = nn.Parameter(0.02 * torch.randn((shape[-1] // patch) ** 2, width))
        layer = nn.TransformerEncoderLayer(
            width, heads, 2 * width, dropout, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.grid = Grid(shape[-1] // patch, shape[-1] // patch)

    def forward(self, x: Tensor) -> Features:
        """Encode pictures, (B, 3, S, S) uint8 or float in 0..255, to (B, (S/patch)², D)."""
        patches = self.patches(x.to(self.position.dtype) / 127.5 - 1).flatten(2).transpose(1, 2)
        hidden, layers = patches + self.position, []
        for layer in self.layers.layers:
            if self.to_width is not None:
                layers.append(hidden.mean(1))
            hidden = layer(hidden)
        grid = self.grid(self.norm(hidden))
        return self.with_layers(as_features(grid.flatten(2).transpose(1, 2)), layers)

    @property
    def layer_widths(self) -> tuple[int, ...]:
        """The patches' width, and that of every block but the last one."""
        return (self.width,) * len(self.layers.layers)

    def grid_layer(self) -> nn.Module:
        """Return the tokens as a picture."""
        return self.grid
