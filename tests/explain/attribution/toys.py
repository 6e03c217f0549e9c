"""Small networks whose attributions can be worked out on paper, as problems for the gradient methods."""

import dataclasses

import torch
from cell_toys import array_toy, logit
from torch import nn

from i2moe_core.explain.attribution.cells import image_cells
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.types import MoEOutput

__all__ = ["CamToy", "Folded", "Levelled", "cam_toy", "logit", "module_toy"]


class Levelled(nn.Module):
    """f(x) = 1 - relu(1 - x): rises from 0 to 1 at x = 1 and stays there."""

    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return 1 - self.relu(1 - x[:, 0])


class Folded(nn.Module):
    """f(a, b) = relu(relu(a) - 1 - relu(b))."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.outer = nn.ReLU(), nn.ReLU(), nn.ReLU()

    def forward(self, x):
        return self.outer(self.first(x[:, 0]) - 1 - self.second(x[:, 1]))


def module_toy(module, x, baseline=None):
    """One array (F,) of F cells, removed to ``baseline`` (zeros), explained through ``module``."""
    toy = array_toy(module, x)
    blank = torch.zeros_like(toy.inputs[0]) if baseline is None else torch.tensor([baseline]).double()
    module.sees = (0,)
    model = nn.Module()
    model.modalities, model.encoders = ("x",), nn.ModuleDict({"x": nn.Identity()})
    model.experts, model.gate = nn.ModuleList([module]), nn.Identity()
    return dataclasses.replace(toy, model=model, baselines=(blank,))


class _Encoder(nn.Module):
    """Two features of a 2 x 2 picture: red, and green minus blue."""

    def __init__(self):
        super().__init__()
        self.features = nn.Conv2d(3, 2, 1, bias=False)
        with torch.no_grad():
            self.features.weight.copy_(torch.tensor([[1.0, 0, 0], [0, 1, -1]])[:, :, None, None])

    def grid_layer(self):
        return self.features


@dataclasses.dataclass(frozen=True)
class CamToy(Problem):
    """A picture's mixture: 3 times the sum of the first feature, minus the second one's top left place."""

    def forward(self, *inputs):
        act = self.model.encoders["image"].features(inputs[0])  # (n, 2, 2, 2)
        logits = (3 * act[:, 0].sum((1, 2)) - act[:, 1, 0, 0])[:, None]
        return MoEOutput(logits, torch.ones(len(logits), 1), logits[None, None])


def cam_toy(picture):
    """``CamToy`` for a picture (3, 2, 2)."""
    x = torch.as_tensor(picture)[None].float()
    model = nn.Module()
    model.encoders = nn.ModuleDict({"image": _Encoder()})
    cells, numbers = image_cells("image", 2, 0)
    return CamToy(
        run_id="toy", sample_id="toy", model=model, batch=None, names=("image",), kinds=("image",),
        inputs=(x,), baselines=(torch.zeros_like(x),), cells=tuple(cells), cell_numbers=(numbers,),
    )  # fmt: skip
