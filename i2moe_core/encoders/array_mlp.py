"""Feature vectors, or sequences of them, to tokens by a small network on standardised inputs."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.encoders.base import Encoder, as_features, masked_mean
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class ArrayMLP(Encoder):
    """Small network for feature arrays, (D) or (T, D), on inputs standardised by the training split."""

    mean: Tensor
    scale: Tensor

    def __init__(
        self,
        shape: Sequence[int],
        width: int,
        vocabulary_size: int = 0,
        hidden: int = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__(shape, width, vocabulary_size)
        inputs = shape[-1]
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("scale", torch.ones(inputs))
        if hidden:
            self.layers = nn.Sequential(
                Linear(inputs, hidden), nn.ReLU(), nn.Dropout(dropout), Linear(hidden, width)
            )
        else:
            self.layers = nn.Sequential(Linear(inputs, width), nn.ReLU())

    def fit_statistics(self, x: Tensor) -> None:
        """Take mean and standard deviation of the training inputs, (N, D) or (N, T, D) without padding."""
        flat = x if x.dim() == 2 else x[(x != 0).any(-1)]  # (N, D) or (real steps, D)
        if len(flat) == 0:
            return
        spread = flat.std(0, correction=0)
        self.mean.copy_(flat.mean(0))
        # A constant number stays as it is: dividing by next to nothing would blow up its first change.
        self.scale.copy_(torch.where(spread > 1e-6, spread, torch.ones_like(spread)))

    def forward(self, x: Tensor) -> Features:
        """Encode (B, D) or (B, T, D) to (B, T, width); all-zero steps of a sequence are padding."""
        return self.from_embedded(x, x)

    def from_embedded(self, embedded: Tensor, x: Tensor) -> Features:
        """Encode changed numbers; what is padding in ``x`` stays padding."""
        mask = None
        if embedded.dim() == 2:
            embedded = embedded.unsqueeze(1)  # (B, 1, D)
        else:
            mask = (x != 0).any(-1).expand(len(embedded), -1)
        hidden, layers = (embedded - self.mean) / self.scale, []
        for layer in self.layers:
            if self.to_width is not None and isinstance(layer, nn.Linear):
                layers.append(hidden)  # what a linear map reads is what the layer before put out
            hidden = layer(hidden)
        features = as_features(hidden, mask)
        return self.with_layers(features, [masked_mean(x, features.mask) for x in layers])

    @property
    def layer_widths(self) -> tuple[int, ...]:
        """The widths of the standardised input and of what is hidden."""
        return tuple(layer.in_features for layer in self.layers if isinstance(layer, nn.Linear))
