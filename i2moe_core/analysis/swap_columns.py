"""What swapped inputs change, and the components of the mixture's own answer from the same passes."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from i2moe_core.analysis.answers import Answers
from i2moe_core.analysis.schema import MIXTURE, swapped_column
from i2moe_core.checkpoint import Run
from i2moe_core.explain.pointwise import interaction_components, mean_prediction
from i2moe_core.losses.task import prior_logits, probabilities
from i2moe_core.measures.outcomes import outcomes
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import interaction_names


def swap_columns(run: Run, model: I2MoE, answers: Answers, places: np.ndarray) -> dict[str, np.ndarray]:
    """Return what is said of the answer with each modality swapped; not a number where that cannot be."""
    swaps, said = answers.swaps, answers.said
    chosen = torch.from_numpy(places).reshape(-1, 1)
    mixture = _of_answer(probabilities(model.task, swaps.logits), chosen)  # (M, K, B)
    experts = _of_answer(probabilities(model.task, swaps.expert_logits), chosen).mean(2)  # (E, M, B)
    changed = _changed(run, model, answers)
    table: dict[str, np.ndarray] = {}
    for m, name in enumerate(model.modalities):
        usable = said.present[:, m] & swaps.found[m]
        table[swapped_column(name, MIXTURE)] = _where(usable, mixture[m].mean(0))
        for k, expert in enumerate(interaction_names(model.modalities)):
            table[swapped_column(name, expert)] = _where(usable, experts[k, m])
        table[f"changed_{name}"] = _where(usable, changed[m])
        table[f"spread_{name}"] = _where(usable, mixture[m].std(0, correction=0))
    return table


def model_components(model: I2MoE, answers: Answers) -> np.ndarray:
    """Return the components of the mixture's answer, from what each modality alone makes it say, (E, B, C).

    As on the pair page: all other modalities come from the K partners. A missing modality says the prior;
    the only one there says all.
    """
    said, swaps = answers.said, answers.swaps
    prior = model.prior.double().cpu()
    blind = prior_logits(model.task, prior).expand_as(said.logits)
    lone = said.present.sum(1, keepdim=True) == 1
    single = []
    for m in range(len(model.modalities)):
        others = [n for n in range(len(model.modalities)) if n != m]
        swappable = swaps.found[others].all(0).unsqueeze(-1)
        mean = mean_prediction(model.task, swaps.kept[m].double())
        alone = torch.where(lone, said.logits, torch.where(swappable, mean, blind))
        single.append(torch.where(said.present[:, m : m + 1], alone, blind))
    components: np.ndarray = interaction_components(
        model.task, torch.stack(single), said.logits, prior
    ).numpy()
    return components


def _changed(run: Run, model: I2MoE, answers: Answers) -> Tensor:
    """Return the share of swaps after which the mixture answers otherwise, (M, B)."""
    prior = model.prior.double().cpu()
    before = outcomes(model.task, answers.said.logits, prior, run.info.scale).argmax(-1)  # (B, L)
    after = outcomes(model.task, answers.swaps.logits.double(), prior, run.info.scale).argmax(-1)
    return (after != before).any(-1).float().mean(1)


def _of_answer(values: Tensor, chosen: Tensor) -> Tensor:
    """Take each sample's class: (..., B, C) -> (..., B)."""
    return values.gather(-1, chosen.expand(*values.shape[:-1], 1))[..., 0]


def _where(usable: Tensor, values: Tensor) -> np.ndarray:
    kept: np.ndarray = torch.where(usable, values, torch.nan).numpy()
    return kept
