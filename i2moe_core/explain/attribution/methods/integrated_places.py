"""Integrated Gradients of the places that a picture's encoder makes, brought to the pixels that move them."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from i2moe_core.explain.attribution.methods.base import Raw
from i2moe_core.explain.attribution.methods.grad_cam import spread_over
from i2moe_core.explain.attribution.methods.integrated_gradients import IntegratedGradients
from i2moe_core.explain.attribution.methods.places import PlacesProblem, at_places, grid_layer
from i2moe_core.explain.attribution.methods.walks import Walker
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.language import marked


class IntegratedPlaces(IntegratedGradients):
    """Integrated Gradients of the picture encoder's places, shared among the pixels that move them.

        A_t = (z_t - z'_t) * integral_0^1 df/dz_t dt,   z, z': the tokens of the picture and of its baseline
        a_i = s * A(i) * |IG_i|,   A(i): A smoothly enlarged to pixel i;   IG_i: Integrated Gradients

    The places tell where something spoke, and how loudly: a blend of tokens is nearer to what the experts
    know than a blend of pixels. The pixels tell what of the place it was. s keeps the sum of what speaks for
    the target, and of what speaks against it, so that the parts sum to the difference. Texts and arrays get
    Integrated Gradients on the way on which the pictures move by their tokens, with as many steps and cuts.

    Reference: Sundararajan, Taly and Yan, ICML 2017, equation 1; a coarse map times a fine one: Guided
    Grad-CAM, Selvaraju et al., ICCV 2017, section 3.2; keeping the sums is ours. It does not show what of a
    picture was seen through a token that lies elsewhere: an encoder with wide sight mixes its places.
    """

    def refusal(self, problem: Problem) -> str | None:
        """Ask for a picture whose encoder has a grid."""
        if any(grid_layer(problem, place) is not None for place in range(len(problem.names))):
            return None
        return marked(
            "Integrated places need a picture whose encoder keeps a grid of places; choose another method."
        )

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the shared integrals, one target after the other."""
        places = at_places(problem)
        return [self._bring(problem, places, target, rows) for target in targets]

    def _bring(self, problem: Problem, places: PlacesProblem, target: Target, rows: int) -> Raw:
        """Bring the integrals of the places to the pixels."""
        coarse, fine = (
            Walker(one, target, self.steps, rows).integrate(self.ways(one), self.cuts)
            for one in (places, problem)
        )
        return tuple(
            share(tokens, places.grids[name], pixels) if name in places.grids else tokens
            for name, tokens, pixels in zip(problem.names, coarse, fine, strict=True)
        )


def share(coarse: Tensor, grid: tuple[int, int], fine: Tensor) -> Tensor:
    """Share the places' numbers among the pixels.

    Args:
        coarse: of each token, (1, T + 1, D); the last one lies nowhere and is shared by all places alike.
        grid: rows and columns of the T places.
        fine: of each pixel, (1, 3, S, S): in proportion to their sizes.

    Returns:
        Numbers as ``fine``; they sum to ``coarse``, ups and downs each by themselves.
    """
    tokens = coarse[0].sum(-1)
    places = tokens[:-1] + tokens[-1] / (len(tokens) - 1)
    weights = spread_over(places.view(1, *grid), fine) * fine.abs()
    return _scaled(weights, places) - _scaled(-weights, -places)


def _scaled(weights: Tensor, places: Tensor) -> Tensor:
    """Return the positive weights with the sum of the positive places."""
    positive = weights.clamp(min=0)
    total = positive.sum()
    return positive * (places.clamp(min=0).sum() / total) if total > 0 else positive
