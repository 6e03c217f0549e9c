"""A recipe is a list of phases; a phase says which modules learn, and from which losses."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.config import TrainingConfig
from i2moe_core.errors import InputError
from i2moe_core.model.build import Model
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.model.probes import Probes
from i2moe_core.types import Batch, Features

Losses = dict[str, Tensor]


class Phase:
    """One stretch of training with its own modules, losses, epochs and batch size."""

    name = "all"
    trains_encoders = True

    def __init__(self, epochs: int, batch_size: int) -> None:
        self.epochs, self.batch_size = epochs, batch_size

    def modules(self, model: Model) -> Iterable[nn.Module]:
        """Return the modules whose parameters learn; all others stay as they are, in evaluation mode."""
        return [model]

    def losses(
        self, model: Model, features: list[Features], batch: Batch, generator: torch.Generator | None
    ) -> Losses:
        """Return the weighted losses by name; their sum is minimised.

        ``generator`` fixes the replacements (validation); None draws from the global one (training).
        """
        raise NotImplementedError

    def logits(self, model: Model, features: list[Features], batch: Batch) -> Tensor:
        """Return the predictions that validation measures, (B, C)."""
        return model.mix(features).logits


class Recipe:
    """A named way to train. ``mixture`` is False where it trains the single fusion instead."""

    mixture = True
    options: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, config: TrainingConfig, scale: float = 1.0) -> None:
        unknown = sorted(set(config.recipe_options) - set(self.options))
        if unknown:
            known = ", ".join(sorted(self.options)) or "none"
            near = get_close_matches(unknown[0], self.options, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise InputError(f"Recipe '{config.recipe}' has no option '{unknown[0]}'.{hint} Known: {known}.")
        self.settings = {**self.options, **config.recipe_options}
        self.config, self.scale = config, scale

    def phases(self) -> tuple[Phase, ...]:
        """Return the phases in order."""
        raise NotImplementedError


def as_mixture(model: Model) -> I2MoE:
    """Return the model as a mixture.

    Raises:
        ValueError: it is a single fusion, which has no experts to train.
    """
    if not isinstance(model, I2MoE):
        raise ValueError("this recipe trains a mixture, but got a single fusion")
    return model


def probes_of(model: Model) -> Probes:
    """Return the mixture's probes.

    Raises:
        InputError: the model was built without them.
    """
    probes = as_mixture(model).probes
    if probes is None:
        raise InputError("This recipe needs the probe heads; set model.probes=true or take recipe 'paper'.")
    return probes


def targets_of(batch: Batch) -> Tensor:
    """Return the batch's targets.

    Raises:
        ValueError: it has none; only a labelled batch can be trained on.
    """
    if batch.targets is None:
        raise ValueError("a training batch needs targets")
    return batch.targets
