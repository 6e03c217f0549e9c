"""Every modality also answers for itself."""

from collections.abc import Mapping

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.model.build import Model
from i2moe_core.training.methods.base import Method
from i2moe_core.training.methods.heads import ModalityHeads
from i2moe_core.training.methods.options import per_modality
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features


class Joint(Method):
    """Add the loss of each modality alone, from own linear heads: no encoder learns through others only.

        L = L_recipe + sum_m w_m L_m,    L_m the task's loss of a linear head on modality m's pooled features

    ``weight``: of all modalities, or by name ({"image": 1, "text": 0.3}; those not named have none). A
    sample counts in L_m where it has modality m.

    Reference: Wang et al., CVPR 2020, section 3 (the blended loss), with weights given instead of estimated.

    Beside ``faithful``, whose probes do this with deeper heads, it adds little. Silent where the encoders are
    frozen.
    """

    def __init__(self, weight: float | Mapping[str, float] = 1.0) -> None:
        super().__init__()
        self.given = weight

    def prepare(self, model: Model, data: TensorData, settings: TrainingConfig) -> None:
        """Build a head per modality."""
        self.modalities = model.modalities
        self.weights = per_modality("joint", "weight", self.given, self.modalities)
        self.heads = ModalityHeads(model, data)

    def add_losses(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> Losses:
        """Return each modality's weighted loss, where its weight is not 0."""
        if not phase.trains_encoders or not any(self.weights):
            return {}
        means = self.heads.means(self.heads.losses(self.heads(features), batch), batch)
        weighed = zip(self.modalities, self.weights, means, strict=True)
        return {f"joint:{name}": weight * loss for name, weight, loss in weighed if weight}
