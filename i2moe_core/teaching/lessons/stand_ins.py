"""Lesson 4: what the experts answer when one input's vectors are replaced, by each kind of stand-in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from i2moe_core.checkpoint import Run
from i2moe_core.explain.identity import seeded_generator
from i2moe_core.explain.passes import mixture_of
from i2moe_core.explain.reference import Reference, reference_of
from i2moe_core.explain.turn import turn
from i2moe_core.losses.task import probabilities
from i2moe_core.model.replace import REPLACEMENTS
from i2moe_core.types import Features, interaction_names

KINDS = ("random", "permutation", "zero", "mean")  # of REPLACEMENTS: those without trained vectors
MOST = 128  # samples whose input is replaced


@dataclass(frozen=True)
class StandIns:
    """What E experts say of N samples as given and with one input replaced.

    sure_before, sure_after: (E,) the mean probability of each expert's own answer. moved: (E,) mean total
    variation between the two answers. real, stand_ins: (N, 2) the input's vectors on the two directions in
    which the real ones differ most. far: the median distance from a stand-in to the nearest real vector of
    another sample, as a multiple of the same distance between real ones.
    """

    experts: tuple[str, ...]
    sure_before: np.ndarray
    sure_after: np.ndarray
    moved: np.ndarray
    real: np.ndarray
    stand_ins: np.ndarray
    far: float


@torch.inference_mode()
def replace_input(run: Run, modality: int, kind: str) -> StandIns:
    """Replace a modality in a run's reference samples; the draws are the same each time.

    Raises:
        InputError: the run has no experts, or the model stays busy.
    """
    model = mixture_of(run)
    with turn(model):
        reference = reference_of(run)
        features = _first(reference)
        own = features[modality]
        tool = REPLACEMENTS[kind](len(features), own.tokens.shape[-1])
        stand_in = tool(own, modality, seeded_generator("lesson", kind, modality))
        changed = [stand_in if m == modality else one for m, one in enumerate(features)]
        before, after = (
            _answers(model.task, model.mix(given).expert_logits) for given in (features, changed)
        )
    real, drawn = (one.pooled.double().cpu() for one in (own, stand_in))
    places = _projected(real, drawn)
    return StandIns(
        interaction_names(model.modalities), _sureness(before), _sureness(after),
        (before - after).abs().sum(-1).mean(-1).numpy() / 2, *places, _far(real, drawn),
    )  # fmt: skip


def _first(reference: Reference) -> list[Features]:
    rows = torch.nonzero(reference.present.all(1))[:MOST, 0]
    return [one[rows.to(one.tokens.device)] for one in reference.features]


def _answers(task: str, logits: Tensor) -> Tensor:
    return probabilities(task, logits[:, 0].double().cpu())  # type: ignore[arg-type]  # (E, N, C)


def _sureness(answers: Tensor) -> np.ndarray:
    return np.asarray(answers.amax(-1).mean(-1).numpy())


def _projected(real: Tensor, drawn: Tensor) -> tuple[np.ndarray, np.ndarray]:
    centre = real.mean(0)
    directions = torch.linalg.svd(real - centre, full_matrices=False).Vh[:2]  # (2, D)
    return ((real - centre) @ directions.T).numpy(), ((drawn - centre) @ directions.T).numpy()


def _far(real: Tensor, drawn: Tensor) -> float:
    """Compare medians; a stand-in that is a real vector is measured to the others, as real ones are."""
    usual = torch.cdist(real, real).fill_diagonal_(float("inf")).amin(1).median()
    distances = torch.cdist(drawn, real)
    distances[distances < 1e-5] = float("inf")
    return float(distances.amin(1).median() / usual.clamp(min=1e-9))
