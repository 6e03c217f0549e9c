"""The role test of a mixture: swap inputs between samples, in distribution, and see who moves.

A role is tested on the samples where it is the true interaction; where that is not known, on all samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from i2moe_core.expert_set import interaction_of, places_of
from i2moe_core.explain.evaluate import other_rows, run_expert
from i2moe_core.measures.outcomes import outcomes
from i2moe_core.measures.roles import RoleScore, redundancy_role, synergy_role, uniqueness_role
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE, Features, interaction_names


@dataclass(frozen=True)
class RoleTest:
    """What the role test needs to know beside the model.

    features: of N complete samples. targets: (N, L), the right outcomes.
    types: (N,) true interactions by number, or None. says: (M, N, L), what each modality alone says: the true
    class where types are known, else the largest outcome of its probe.
    chance, ceiling: accuracy of the best blind answer, and how far the mixture is above it.
    """

    features: Sequence[Features]
    targets: Tensor
    types: Tensor | None
    says: Tensor
    chance: float
    ceiling: float
    scale: float = 1.0
    draws: int = 4
    seed: int = 0

    def rows(self, role: int) -> Tensor:
        """Return the rows on which a role is tested, repeated once a draw."""
        every = torch.arange(len(self.targets))
        return (every if self.types is None else every[self.types == role]).repeat(self.draws)


def role_scores(model: I2MoE, test: RoleTest) -> dict[str, RoleScore | None]:
    """Return every expert's role score by name; None where there is no sample to test it on."""
    generator = torch.Generator().manual_seed(test.seed)
    kinds = interaction_names(model.modalities)
    return {
        role.name: _TESTS[role.role](model, test, k, kinds.index(interaction_of(role.name)), generator)
        for k, role in enumerate(model.roles)
    }


def choose_partners(
    says: Tensor, rows: Tensor, candidates: Tensor, agree: bool, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return partners (n,) of ``rows`` among ``candidates`` and where they are of the wanted kind, (n, L).

    says: (N, L). With one question (L = 1) the partner is drawn from the candidates that say the same
    (``agree``) or something else; with several no partner agrees on all, so any candidate is drawn and the
    questions on which it agrees (or does not) are marked. A row is never its own partner.
    """
    if says.shape[1] > 1:
        place = torch.randint(len(candidates), rows.shape, generator=generator)
        partners = candidates[place]
        return partners, ((says[partners] == says[rows]) == agree) & (partners != rows).unsqueeze(-1)
    partners, found = rows.clone(), torch.zeros(len(rows), 1, dtype=torch.bool)
    for said in says[rows, 0].unique():
        asking = torch.nonzero(says[rows, 0] == said)[:, 0]
        pool = candidates[(says[candidates, 0] == said) == agree]
        partners[asking], found[asking, 0] = _draw(rows[asking], pool, generator)
    return partners, found


def _draw(rows: Tensor, pool: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    if len(pool) == 0:
        return rows, torch.zeros(len(rows), dtype=torch.bool)
    place = torch.randint(len(pool), rows.shape, generator=generator)
    place = torch.where(pool[place] == rows, (place + 1) % len(pool), place)
    return pool[place], pool[place] != rows


def _uniqueness(
    model: I2MoE, test: RoleTest, expert: int, kind: int, generator: torch.Generator
) -> RoleScore | None:
    rows, own = test.rows(kind), places_of(model.roles[expert], model.modalities)[0]
    if len(rows) == 0:
        return None
    count = len(test.features)
    swapped = [other_rows(rows, len(test.targets), generator) for _ in range(count)]
    own_swapped = [swapped[m] if m == own else rows for m in range(count)]
    others_swapped = [rows if m == own else swapped[m] for m in range(count)]
    full, moved_own, moved_others = (
        _said(model, test, expert, sources) for sources in ([rows] * count, own_swapped, others_swapped)
    )
    return uniqueness_role(
        full, moved_own, moved_others, test.targets[rows].numpy(), test.chance, test.ceiling
    )


def _synergy(
    model: I2MoE, test: RoleTest, expert: int, kind: int, generator: torch.Generator
) -> RoleScore | None:
    count = len(test.features)
    rows = test.rows(kind)
    if len(rows) == 0:
        return None
    swapped = []
    for m in places_of(model.roles[expert], model.modalities):
        partners = other_rows(rows, len(test.targets), generator)
        swapped.append(_said(model, test, expert, _replace(rows, m, partners, count)))
    full = _said(model, test, expert, [rows] * count)
    return synergy_role(full, swapped, test.targets[rows].numpy(), test.ceiling)


def _redundancy(
    model: I2MoE, test: RoleTest, expert: int, kind: int, generator: torch.Generator
) -> RoleScore | None:
    count = len(test.features)
    rows = test.rows(kind)
    candidates = rows[: len(rows) // test.draws]
    agreeing: list[np.ndarray] = []
    contradicting: list[np.ndarray] = []
    targets: list[np.ndarray] = []
    for m in places_of(model.roles[expert], model.modalities):
        for agree, collected in ((True, agreeing), (False, contradicting)):
            partners, found = choose_partners(test.says[m], rows, candidates, agree, generator)
            if not found.any():
                return None
            asked = found.any(1)
            sources = _replace(rows[asked], m, partners[asked], count)
            chosen = found[asked].numpy()
            collected.append(_said(model, test, expert, sources)[chosen][:, None])
            if agree:
                targets.append(test.targets[rows[asked]].numpy()[chosen][:, None])
    return redundancy_role(agreeing, contradicting, targets, test.chance, test.ceiling)


def _replace(rows: Tensor, modality: int, partners: Tensor, count: int) -> list[Tensor]:
    return [partners if m == modality else rows for m in range(count)]


def _said(model: I2MoE, test: RoleTest, expert: int, sources: Sequence[Tensor]) -> np.ndarray:
    """Return an expert's distributions on composed samples, (n, L, K)."""
    module: nn.Module = model.experts[expert]
    logits = run_expert(module, test.features, sources)
    said: np.ndarray = outcomes(model.task, logits, model.prior.double().cpu(), test.scale).numpy()
    return said


_TESTS = {UNIQUE: _uniqueness, SYNERGY: _synergy, REDUNDANCY: _redundancy}
