"""Keep the experts' latent vectors apart."""

from collections.abc import Callable, Mapping
from typing import cast

import torch
from torch import Tensor

from i2moe_core.losses.decorrelation import rep_barlow, rep_cka, rep_cos
from i2moe_core.model.build import Model
from i2moe_core.model.expert import Expert
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.training.methods.base import Method
from i2moe_core.training.methods.options import refuse_negative, refuse_unknown
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features

KINDS: Mapping[str, Callable[[Tensor], Tensor]] = {"cos": rep_cos, "cka": rep_cka, "barlow": rep_barlow}


class Decorrelation(Method):
    """Make the experts' latent vectors differ: rep-cos, rep-CKA or rep-Barlow.

        L = weight * mean over pairs of experts k < l of similarity(H_k, H_l)

    H_k (B, D) is what expert k's fusion puts out for the full samples, before its head. ``kind``: "cos"
    (squared cosine of a sample's two vectors), "cka" (linear centred kernel alignment over the batch),
    "barlow" (squared correlations of the dimensions over the batch).

    Reference: Kim et al., ECML PKDD 2026 (arXiv 2606.29613): the three regularisers; the formulas are ours.

    One more full pass of every expert a step. Active where the experts learn: in ``paper`` all along, in
    ``faithful`` in the second phase; silent in ``vanilla``, which has one fusion and nothing to keep apart.
    """

    def __init__(self, weight: float = 0.1, kind: str = "cos") -> None:
        super().__init__()
        refuse_negative("decorrelation", weight=weight)
        refuse_unknown("decorrelation", "kind", kind, tuple(KINDS))
        self.weight, self.kind = weight, kind

    def add_losses(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> Losses:
        """Return the weighted similarity of the experts."""
        if not self.weight or not isinstance(model, I2MoE) or not _experts_learn(model, phase):
            return {}
        vectors = latents(model, features)
        with torch.autocast(vectors.device.type, enabled=False):  # squares of sums need the digits
            return {"decorrelation": self.weight * KINDS[self.kind](vectors.float())}


def latents(model: I2MoE, features: list[Features]) -> Tensor:
    """Return every expert's latent vectors of the full samples, (E, B, D)."""
    experts = [cast(Expert, expert) for expert in model.experts]
    return torch.stack([expert.fusion([features[m] for m in expert.sees]) for expert in experts])


def _experts_learn(model: I2MoE, phase: Phase) -> bool:
    return any(part is model.experts for whole in phase.modules(model) for part in whole.modules())
