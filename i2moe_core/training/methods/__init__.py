"""What may be trained beside a recipe: the table of methods, one file each, any number together."""

from collections.abc import Mapping
from typing import Any

import torch

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.model.build import Model
from i2moe_core.registry import lookup
from i2moe_core.training.methods.adversarial import Adversarial
from i2moe_core.training.methods.alignment import Alignment
from i2moe_core.training.methods.base import Method
from i2moe_core.training.methods.contrastive import Contrastive
from i2moe_core.training.methods.decorrelation import Decorrelation
from i2moe_core.training.methods.distillation import Distillation
from i2moe_core.training.methods.jigsaw import Jigsaw
from i2moe_core.training.methods.joint import Joint
from i2moe_core.training.methods.missing_modality import MissingModality
from i2moe_core.training.methods.ogm_ge import OgmGe
from i2moe_core.training.methods.uncertainty import Uncertainty
from i2moe_core.training.methods.weak_boost import WeakBoost

METHODS: Mapping[str, type[Method]] = {
    "alignment": Alignment,
    "ogm_ge": OgmGe,
    "weak_boost": WeakBoost,
    "uncertainty": Uncertainty,
    "distillation": Distillation,
    "joint": Joint,
    "contrastive": Contrastive,
    "missing_modality": MissingModality,
    "decorrelation": Decorrelation,
    "adversarial": Adversarial,
    "jigsaw": Jigsaw,
}


def build_methods(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Method]:
    """Return the methods by name, each with its options.

    Raises:
        InputError: a name, an option or a value is unknown.
    """
    return {name: _build(name, options) for name, options in given.items()}


def prepared_methods(model: Model, data: TensorData, settings: TrainingConfig) -> dict[str, Method]:
    """Return the configured methods, made ready for a model on its device; no draw of the caller changes.

    Raises:
        InputError: as ``build_methods``, or a method is not made for these data.
    """
    methods = build_methods(settings.methods)
    device = next(model.parameters()).device
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        for method in methods.values():
            method.prepare(model, data, settings)
            method.to(device)
    return methods


def _build(name: str, options: Mapping[str, Any]) -> Method:
    kind = lookup(METHODS, name, "training method")
    try:
        return kind(**options)
    except TypeError as error:
        raise InputError(f"Training method '{name}' does not take these options: {error}.") from error


__all__ = ["METHODS", "Method", "build_methods", "prepared_methods"]
