"""What can be seen of a training at one moment: surfaces over the plane, weights by true type, recovery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch

from i2moe_core.explain.evaluate import Evaluation, encode_rows, evaluate_rows
from i2moe_core.explain.pointwise import class_weights, swapped_predictions
from i2moe_core.explain.roles import RoleTest, role_scores
from i2moe_core.losses.task import evidence
from i2moe_core.measures.classification import headline
from i2moe_core.measures.recovery import balanced_argmax, irs
from i2moe_core.measures.shares import contribution_shares
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import interaction_names

if TYPE_CHECKING:
    from i2moe_core.teaching.playground.trainer import Trainer

SWAPS = 8  # partners that show what an input alone makes the model say, where it has no probes


@dataclass(frozen=True)
class Look:
    """A training at one moment; E experts, G grid places an axis. All numbers are of the test split.

    accuracy: of the mixture, or of the single fusion. surfaces: (1 + E, G, G), the probability of the second
    class over the plane, rows by the second input; the mixture first, then its experts (E = 0: no experts).
    weights: (K, E), the gate's mean weights where each of the K true types holds, NaN where there is no
    sample; one row where the truth is not known. gate: how often the largest weight names the true type;
    named: how often the largest contribution does; roles: expert -> role score; recovery: the IRS. None:
    not known here.
    """

    step: int
    accuracy: float
    surfaces: np.ndarray
    weights: np.ndarray
    mean_weights: np.ndarray
    gate: float | None
    named: float | None
    roles: Mapping[str, float | None]
    recovery: float | None

    @cached_property
    def leader(self) -> int | None:
        """The number of the expert with the largest mean weight; None without experts."""
        return int(self.mean_weights.argmax()) if self.mean_weights.size else None


def look_at(trainer: Trainer) -> Look:
    """Measure a training; its weights and its draws stay as they are."""
    model, data = trainer.model, trainer.data
    rows = data.samples.rows("test")
    said = evaluate_rows(model, data, rows)
    accuracy = headline(model.task, said.logits, said.targets)
    surfaces = _surfaces(trainer)
    if not isinstance(model, I2MoE):
        empty = np.zeros((0, 0))
        return Look(trainer.done, accuracy, surfaces, empty, np.zeros(0), None, None, {}, None)
    weights, truth = said.weights.numpy(), _truth(trainer, rows)
    roles = _roles(trainer, said, truth)
    gate = named = None
    if truth is not None:
        gate, named = balanced_argmax(weights, truth), balanced_argmax(_shares(model, said), truth)
    return Look(
        step=trainer.done,
        accuracy=accuracy,
        surfaces=surfaces,
        weights=_by_type(weights, truth),
        mean_weights=weights.mean(0),
        gate=gate,
        named=named,
        roles=roles,
        recovery=irs(named, list(roles.values()), len(roles)),
    )


@torch.inference_mode()
def _surfaces(trainer: Trainer) -> np.ndarray:
    """Return the probability of the second class over the plane, (1 + E, G, G)."""
    model, plane = trainer.model, trainer.plane
    output = model.mix(model.encode(plane.batch))
    answers = output.logits[None]
    if isinstance(model, I2MoE):
        answers = torch.cat([answers, output.expert_logits[:, 0]])
    side = len(plane.first)
    surface: np.ndarray = answers.softmax(-1)[..., 1].unflatten(1, (side, side)).numpy()
    return surface


def _truth(trainer: Trainer, rows: np.ndarray) -> np.ndarray | None:
    """Return the numbers of the true interactions, (N,); None where they are not known."""
    known = trainer.data.samples.truth
    if known is None:
        return None
    names = interaction_names(trainer.model.modalities)
    return np.array([names.index(name) for name in known.interactions[rows]], dtype=np.int64)


def _shares(model: I2MoE, said: Evaluation) -> np.ndarray:
    added = evidence(model.task, said.expert_logits, model.prior.double())
    sizes = class_weights(model.task, said.logits).numpy()
    return contribution_shares(said.weights.numpy(), added.numpy(), sizes)


def _by_type(weights: np.ndarray, truth: np.ndarray | None) -> np.ndarray:
    """Return the mean weights where each type holds, (K, E)."""
    if truth is None:
        return weights.mean(0, keepdims=True)
    held = [truth == kind for kind in range(weights.shape[1])]
    none = np.full(weights.shape[1], np.nan)
    return np.stack([weights[rows].mean(0) if rows.any() else none for rows in held])


def _roles(trainer: Trainer, said: Evaluation, truth: np.ndarray | None) -> dict[str, float | None]:
    """Test the experts' roles; ``ceiling`` is the mixture's accuracy above chance, as in the audit."""
    model, data = trainer.model, trainer.data
    if not isinstance(model, I2MoE):
        return {}
    features = encode_rows(model, data, said.rows)
    chance = float(model.prior.max())
    targets = said.targets.unsqueeze(-1)  # (N, 1)
    if truth is not None:
        says = targets.expand(len(features), *targets.shape)
    else:
        single = said.single if said.single is not None else swapped_predictions(model, features, SWAPS)[0]
        says = single.argmax(-1, keepdim=True)
    test = RoleTest(
        features=features,
        targets=targets,
        types=None if truth is None else torch.from_numpy(truth),
        says=says,
        chance=chance,
        ceiling=headline(model.task, said.logits, said.targets) - chance,
        draws=2,
    )
    return {name: None if score is None else score.score for name, score in role_scores(model, test).items()}
