"""Let the losses find their own weights, each with a learned variance."""

from collections.abc import Sequence
from math import log

import torch
from torch import Tensor, nn

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.losses.uncertainty import uncertain
from i2moe_core.model.build import Model
from i2moe_core.registry import lookup
from i2moe_core.training.info import target_scale
from i2moe_core.training.methods.base import Method
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features

# A cosine may be negative: no likelihood, and a variance that shrinks would pay without end.
NO_LIKELIHOOD = {"paper": ("synergy",)}


class Uncertainty(Method):
    """Weigh the losses by learned variances (homoscedastic task uncertainty).

        L = sum_k L_k / sigma_k² + log sigma_k        (half of L_k / sigma_k² on a regression)

    with log sigma_k² learned from 0 on. ``losses``: the names of those weighed, as in the history; by default
    all of the recipe that are never negative (in ``paper`` all but synergy, a cosine). Those of other methods
    (``"joint:image"``) must be named. ``bound``: weights stay within 1 / bound and bound.

    Reference: Kendall et al., CVPR 2018, equations 7 and 10.

    Deviations: the bound; AdamW's weight decay also draws the log-variances to 0. The recipe's own constants
    (lambda / E of ``paper``) are part of L_k. A loss that is alone (``vanilla``) gets a common factor, no
    balance. In both phases of ``faithful``; validation always compares unweighted losses.
    """

    def __init__(self, losses: Sequence[str] | None = None, bound: float = 10.0) -> None:
        super().__init__()
        if bound < 1:
            raise InputError(f"The bound of 'uncertainty' must be 1 or more, but is {bound}.")
        self.chosen, self.bound = losses, bound

    def prepare(self, model: Model, data: TensorData, settings: TrainingConfig) -> None:
        """Find the losses' names, and start every log-variance at 0."""
        known = _recipe_losses(model, data, settings)
        self.names = list(known) if self.chosen is None else list(self.chosen)
        for name in self.names:
            if name not in known and name.partition(":")[0] not in settings.methods:
                raise InputError(f"There is no loss '{name}' to weigh. Known: {', '.join(known)}.")
        if self.chosen is None:
            skipped = NO_LIKELIHOOD.get(settings.recipe, ())
            self.names = [name for name in self.names if name not in skipped]
        self.task = model.task
        self.log_variances = nn.Parameter(torch.zeros(len(self.names)))

    def reweigh(self, losses: Losses) -> Losses:
        """Return the losses, those with a variance weighed."""
        places = {name: place for place, name in enumerate(self.names)}
        return {
            name: uncertain(self.task, loss, self.log_variances[places[name]]) if name in places else loss
            for name, loss in losses.items()
        }

    @torch.no_grad()
    def after_backward(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> None:
        """Keep the weights within their bounds."""
        self.log_variances.clamp_(-log(self.bound), log(self.bound))

    def figures(self) -> dict[str, float]:
        """Return each loss's weight, 1 / sigma²."""
        return dict(zip(self.names, torch.exp(-self.log_variances).tolist(), strict=True))


def _recipe_losses(model: Model, data: TensorData, settings: TrainingConfig) -> list[str]:
    """Return the names of the recipe's losses in all its phases, from one small batch."""
    recipe = lookup(RECIPES, settings.recipe, "recipe")(settings, target_scale(data))
    batch = data.batch(data.samples.rows("train")[:2]).to(next(model.parameters()).device)
    model.eval()
    names: dict[str, Tensor] = {}
    with torch.no_grad():
        for phase in recipe.phases():
            names |= phase.losses(model, model.encode(batch), batch, torch.Generator().manual_seed(0))
    return list(names)
