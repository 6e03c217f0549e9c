"""Fusion of chosen layers, not only of the last ones; which ones is what ``i2moe search`` looks for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.errors import InputError
from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import Dropout
from i2moe_core.linear import Linear
from i2moe_core.types import Features

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    function.__name__: function for function in (torch.relu, torch.sigmoid, torch.tanh)
}


class Layerwise(Fusion):
    """Fuse chosen layers of the encoders step by step, each step reading the one before; see i2moe search.

        h_l = sigma_l(W_l [x_1^(a_l1); ...; x_M^(a_lM); h_(l-1)]),   z = h_L

    x_m^(a) is the pooled vector of layer a of modality m. ``steps``: a list a step, one layer number a
    modality, from 0 or from the end as -1, and then sigma: relu, sigmoid or tanh. By default one step on the
    last layers. An encoder that hands out no layers has one, its pooled vector.

    Reference: Pérez-Rúa et al. (MFAS), CVPR 2019, section 3. Deviations: any M; each x_m is brought to width
    D and normalised, so that no layer drowns another; dropout between the steps. Tokens are not read.
    """

    reads_layers: ClassVar[bool] = True
    reads_tokens: ClassVar[bool] = False

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        steps: Sequence[Sequence[Any]] | None = None,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.steps = read_steps([[-1] * modalities + ["relu"]] if steps is None else steps, modalities)
        inputs = modalities * width
        self.maps = nn.ModuleList(
            Linear(inputs + (out_dim if number else 0), out_dim) for number in range(len(self.steps))
        )
        self.dropout = Dropout(dropout)

    @classmethod
    def options_for(cls, sees: Sequence[int], modalities: int, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options with the columns of the modalities seen."""
        if options.get("steps") is None:
            return dict(options)
        steps = read_steps(options["steps"], modalities)
        return {**options, "steps": [[*(layers[m] for m in sees), name] for layers, name in steps]}

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        hidden: list[Tensor] = []
        for net, (layers, name) in zip(self.maps, self.steps, strict=True):
            chosen = [_layer(f, a, m) for m, (f, a) in enumerate(zip(features, layers, strict=True), 1)]
            known = [self.dropout(h) for h in hidden]
            hidden = [ACTIVATIONS[name](net(torch.cat([*chosen, *known], -1)))]
        return hidden[0]


def read_steps(steps: Any, modalities: int) -> list[tuple[tuple[int, ...], str]]:
    """Return each step's layer numbers and activation.

    Raises:
        InputError: a step has another form.
    """
    if not isinstance(steps, (list, tuple)) or not steps or not all(_is_step(s, modalities) for s in steps):
        like = [[-1] * modalities + ["relu"]]
        raise InputError(
            f"Each step needs {modalities} layer numbers and one of {', '.join(ACTIVATIONS)}, "
            f"such as {like}, but steps are {steps}."
        )
    return [(tuple(layers), name) for *layers, name in steps]


def _is_step(step: Any, modalities: int) -> bool:
    if not isinstance(step, (list, tuple)) or len(step) != modalities + 1:
        return False
    return all(type(number) is int for number in step[:-1]) and str(step[-1]) in ACTIVATIONS


def _layer(features: Features, number: int, modality: int) -> Tensor:
    """Return a layer's pooled vectors (B, D), normalised."""
    layers = features.pooled.unsqueeze(1) if features.layers is None else features.layers  # (B, L, D)
    count = layers.shape[1]
    if not -count <= number < count:
        raise InputError(
            f"The fusion asks for layer {number} of modality {modality}, which has {count}; "
            f"give a number from 0 to {count - 1}, or -1 for the last."
        )
    return nn.functional.layer_norm(layers[:, number], layers.shape[-1:])
