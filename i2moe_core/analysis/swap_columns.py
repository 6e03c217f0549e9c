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
        for k, expert in enumerate(model.expert_names):
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
    grouped = _grouped(model, answers, torch.stack(single)) if model.groups else None
    components: np.ndarray = interaction_components(model, torch.stack(single), said.logits, grouped).numpy()
    return components


def _grouped(model: I2MoE, answers: Answers, single: Tensor) -> Tensor:
    """Return what each group of modalities makes the mixture say, all others swapped, (G, B, C).

    Where one of a group is there it says what that one says; where no other is missing from the sample, or
    none is there to be swapped, it is all there is: as ``model_components`` has it of one modality.
    """
    said, swaps = answers.said, answers.swaps
    blind = prior_logits(model.task, model.prior.double().cpu()).expand_as(said.logits)
    found = []
    for group, kept in zip(model.groups, swaps.grouped, strict=True):
        own, others = list(group), [m for m in range(len(model.modalities)) if m not in group]
        there = said.present[:, own].sum(1, keepdim=True)
        whole = (there == said.present.sum(1, keepdim=True)) & (there > 0)
        swappable = swaps.found[others].all(0).unsqueeze(-1)
        mean = torch.where(swappable, mean_prediction(model.task, kept.double()), blind)
        lone = (single[own] * said.present[:, own].T.unsqueeze(-1)).sum(0)
        mean = torch.where(there == 1, lone, torch.where(there == 0, blind, mean))
        found.append(torch.where(whole, said.logits, mean))
    return torch.stack(found)


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
