"""Grad-CAM: which of the picture encoder's features matter, and where in the picture they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from captum.attr import LayerAttribution, LayerGradCam
from torch import Tensor, nn

from i2moe_core.encoders import Encoder
from i2moe_core.explain.attribution.methods.base import Method, Raw, as_function
from i2moe_core.explain.attribution.methods.gradients import as_leaves
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.language import marked


class GradCAM(Method):
    """A coarse map of the picture: the encoder's last features, each weighed by its mean slope.

        a(place) = sum_c act_c(place) * mean over places of df/dact_c

    Reference: Selvaraju et al., ICCV 2017, section 3; negative parts are kept, so that they can be shown.
    It says nothing of texts and arrays, and does not show detail below the encoder's grid.
    """

    def refusal(self, problem: Problem) -> str | None:
        """Ask for a picture whose encoder has a grid."""
        if any(_layer(problem, place) is not None for place in range(len(problem.names))):
            return None
        return marked("Grad-CAM needs a picture whose encoder keeps a grid of places; choose another method.")

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the maps of the pictures; None for all other inputs."""
        return [
            tuple(_map(problem, target, place) for place in range(len(problem.names))) for target in targets
        ]


def _layer(problem: Problem, place: int) -> nn.Module | None:
    if problem.kinds[place] != "image":
        return None
    return cast(Encoder, problem.model.encoders[problem.names[place]]).grid_layer()


def _map(problem: Problem, target: Target, place: int) -> Tensor | None:
    layer = _layer(problem, place)
    if layer is None:
        return None
    method = LayerGradCam(as_function(problem, target), layer)
    # Captum's own tensors need no gradient, but without one at the input there is none at the layer.
    with torch.enable_grad():
        coarse = method.attribute(as_leaves(problem.inputs)).detach()  # (1, 1, rows, columns)
    return spread_over(coarse[:, 0], problem.inputs[place])


def spread_over(coarse: Tensor, picture: Tensor) -> Tensor:
    """Enlarge a map (1, rows, columns) to a picture (1, 3, S, S) smoothly; about the same sum."""
    size = (picture.shape[-2], picture.shape[-1])
    fine = LayerAttribution.interpolate(coarse[:, None], size, "bilinear")
    return (fine * (coarse[0].numel() / picture[0].numel())).expand_as(picture).contiguous()
