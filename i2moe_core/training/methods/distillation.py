"""The modality that knows more teaches the others."""

import torch
from torch import Tensor, nn

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.losses.distillation import answer_loss, feature_loss
from i2moe_core.losses.modulation import confidence
from i2moe_core.losses.reduce import mean_where
from i2moe_core.model.build import Model
from i2moe_core.training.methods.base import Method
from i2moe_core.training.methods.heads import ModalityHeads, detached, widths
from i2moe_core.training.methods.options import refuse_negative, refuse_unknown
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features


class Distillation(Method):
    """The strong modality teaches the weak ones: softened answers, and features if asked for.

        L = w T² KL(softmax(z_t / T) || softmax(z_s / T)) + v |norm(x_t) - norm(A_s x_s)|² / D

    z are the answers of own linear heads on the pooled features x, A_s a learned linear map; nothing flows
    back into the teacher t. ``weight`` w, ``temperature`` T, ``features`` v (0: answers only), ``teacher``: a
    modality; by default, in every batch, the one most confident of the truth. Samples count where they have
    both modalities; several students are averaged.

    Reference: Hinton et al., NIPS 2014 deep learning workshop, section 2 (answers); Romero et al., ICLR 2015,
    equation 3 (features).

    Deviations: teacher and student learn at the same time; the heads also learn the task on detached
    features, so that they measure from the start; features are standardised first; on a regression the
    squared distance of the answers, without a temperature. Silent where the encoders are frozen.
    """

    def __init__(
        self, weight: float = 1.0, temperature: float = 2.0, features: float = 0.0, teacher: str = ""
    ) -> None:
        super().__init__()
        refuse_negative("distillation", weight=weight, features=features)
        if temperature <= 0:
            raise InputError(f"The temperature of 'distillation' must be above 0, but is {temperature}.")
        self.weight, self.temperature = weight, temperature
        self.feature_weight, self.teacher = features, teacher

    def prepare(self, model: Model, data: TensorData, settings: TrainingConfig) -> None:
        """Build a head per modality, and the students' maps where features are taught."""
        if self.teacher:
            refuse_unknown("distillation", "teacher", self.teacher, model.modalities)
        if self.feature_weight and len(set(widths(model))) > 1:
            raise InputError("Distilled features need encoders of one width; set features=0.")
        self.heads, self.modalities = ModalityHeads(model, data), model.modalities
        maps = widths(model) if self.feature_weight else []
        self.maps = nn.ModuleList(nn.Linear(width, width) for width in maps)

    def add_losses(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> Losses:
        """Return the heads' own loss, and the students' weighted losses."""
        if not phase.trains_encoders or not (self.weight or self.feature_weight):
            return {}
        measured = self.heads(detached(features))
        own = self.heads.losses(measured, batch)
        teacher = self._strongest(own.detach(), batch)
        result = {"distillation:heads": self.heads.means(own, batch).sum()}
        if self.weight:
            answers = self._answers(measured[teacher].detach(), self.heads(features))
            result["distillation"] = self.weight * self._over_students(answers, teacher, batch)
        if self.feature_weight:
            alike = self._over_students(self._features(features, teacher), teacher, batch)
            result["distillation:features"] = self.feature_weight * alike
        return result

    def _strongest(self, losses: Tensor, batch: Batch) -> int:
        if self.teacher:
            return self.modalities.index(self.teacher)
        return int(confidence(losses, batch.present).nan_to_num().argmax())

    def _answers(self, teacher: Tensor, students: Tensor) -> list[Tensor]:
        task, scale = self.heads.task, self.heads.scale
        return [answer_loss(task, teacher, one, self.temperature, scale) for one in students]

    def _features(self, features: list[Features], teacher: int) -> list[Tensor]:
        goal = features[teacher].pooled.detach()
        return [feature_loss(goal, net(f.pooled)) for net, f in zip(self.maps, features, strict=True)]

    def _over_students(self, losses: list[Tensor], teacher: int, batch: Batch) -> Tensor:
        """Return the mean of the students' (B,) losses over the samples that have both modalities."""
        both = batch.present & batch.present[:, teacher : teacher + 1]
        students = [m for m in range(len(losses)) if m != teacher]
        return torch.stack([mean_where(losses[m], both[:, m]) for m in students]).mean()
