"""A sample whose pictures come in as the places that their encoder makes of them, not as pixels.

A place is a token of the encoder's grid. What the encoder puts into its pooled vector beside the mean of the
tokens (a class token) comes in as one more token that lies nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor, nn

from i2moe_core.encoders import Encoder
from i2moe_core.encoders.base import masked_mean
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.result import Cell
from i2moe_core.types import Features


@dataclass(frozen=True)
class PlacesProblem(Problem):
    """A problem with tokens (1, T + 1, D) in place of the pictures that have a grid; the other inputs stay.

    masks: of those pictures' tokens, (1, T). grids: their rows and columns.
    """

    masks: Mapping[str, Tensor] = field(default_factory=dict)
    grids: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def encode_one(self, name: str, changed: Tensor) -> Features:
        """Take changed tokens (n, T + 1, D) as they are; encode other inputs."""
        if name not in self.masks:
            return super().encode_one(name, changed)
        tokens, mask = changed[:, :-1], self.masks[name].expand(len(changed), -1)
        return Features(tokens, mask, masked_mean(tokens, mask) + changed[:, -1])


def grid_layer(problem: Problem, place: int) -> nn.Module | None:
    """Return the layer that makes a grid of the picture at ``place``; None for other inputs.

    None too where the experts read earlier layers of the encoder, which the places do not tell.
    """
    encoder = cast(Encoder, problem.model.encoders[problem.names[place]])
    return encoder.grid_layer() if problem.kinds[place] == "image" and encoder.to_width is None else None


@torch.no_grad()
def at_places(problem: Problem) -> PlacesProblem:
    """Return the same sample and baselines at the places of its pictures."""
    inputs, baselines, numbers = [], [], []
    cells: list[Cell] = []
    masks, grids = {}, {}
    for place, (name, x, blank, own) in enumerate(
        zip(problem.names, problem.inputs, problem.baselines, problem.cell_numbers, strict=True)
    ):
        layer, first = grid_layer(problem, place), len(cells)
        if layer is None:
            cells += problem.cells[int(own.min()) : int(own.max()) + 1]
            own = own - own.min()
        else:
            features, grids[name] = _encode(problem, name, x, layer)
            masks[name] = features.mask
            x, blank = _tokens(features), _tokens(problem.encode_one(name, blank))
            cells += [Cell(name, "image", f"place {n + 1}", (n,)) for n in range(x.shape[1])]
            own = torch.arange(x.shape[1], device=x.device)[None, :, None]
        inputs.append(x)
        baselines.append(blank)
        numbers.append(own + first)
    return PlacesProblem(
        run_id=problem.run_id, sample_id=problem.sample_id, model=problem.model, batch=problem.batch,
        names=problem.names, kinds=problem.kinds, inputs=tuple(inputs), baselines=tuple(baselines),
        cells=tuple(cells), cell_numbers=tuple(numbers), pulse=problem.pulse, masks=masks, grids=grids,
    )  # fmt: skip


def _encode(problem: Problem, name: str, x: Tensor, layer: nn.Module) -> tuple[Features, tuple[int, int]]:
    """Encode a picture, and look how many rows and columns its grid has."""
    seen: list[tuple[int, int]] = []
    hook = layer.register_forward_hook(lambda module, args, out: seen.append(tuple(out.shape[-2:])))
    try:
        return problem.encode_one(name, x), seen[-1]
    finally:
        hook.remove()


def _tokens(features: Features) -> Tensor:
    rest = features.pooled - masked_mean(features.tokens, features.mask)
    return torch.cat([features.tokens, rest[:, None]], 1)
