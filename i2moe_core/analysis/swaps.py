"""What the mixture says of many samples when inputs come from reference samples; drawn as on the pair page.

Partners are the first K of the order that the sample's id seeds, so a row is the same in any batch. An expert
that reads one modality only is looked up: what it says of a partner's input does not depend on the sample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor

from i2moe_core.explain.identity import seeded_generator
from i2moe_core.explain.reference import Reference
from i2moe_core.model.expert import Expert
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.model.passes import run as run_expert
from i2moe_core.types import Features, MoEOutput

Known = list[list[Tensor] | None]  # by expert and for the gate: a vector per modality, or None
COMPOSED = 2**21  # numbers in the tokens that are composed at once: few large steps, but within a cache
NOBODY = -1  # in place of a partner where no reference sample has the modality


@dataclass(frozen=True)
class Swaps:
    """What is said of B samples with one modality m, or all but m, from K others; float32 on the CPU.

    logits: (M, K, B, C), m swapped; expert_logits: (E, M, K, B, C). kept: (M, K, B, C), only m is the
    sample's own; grouped: (G, K, B, C), only that group of the model's is. found: (M, B) bool, there was a
    partner.
    """

    logits: Tensor
    expert_logits: Tensor
    kept: Tensor
    grouped: Tensor
    found: Tensor


class Pool:
    """A run's reference samples, ready to stand in: their features, and what lone experts say of them."""

    @torch.no_grad()
    def __init__(self, model: I2MoE, reference: Reference) -> None:
        self.model, self.reference = model, reference
        self.experts = [cast(Expert, expert) for expert in model.experts]
        self.rows = [reference.partners(m, None).numpy() for m in range(len(model.modalities))]
        self.places = {name: row for row, name in enumerate(reference.ids)}
        self.alone = [
            run_expert(e, reference.features) if len(e.sees) == 1 else None for e in self.experts
        ]  # (R, C) each
        self.known = self._embed(reference.features)

    def partners(self, ids: Sequence[str], count: int) -> Tensor:
        """Return the first ``count`` partners of every sample and modality, (M, K, B); NOBODY without any.

        Where there are fewer they are repeated.
        """
        drawn = np.full((len(self.rows), count, len(ids)), NOBODY, dtype=np.int64)
        for place, name in enumerate(ids):
            generator, own = seeded_generator(name), self.places.get(name)
            for m, rows in enumerate(self.rows):
                candidates = rows if own is None else rows[rows != own]
                if len(candidates):
                    order = torch.randperm(len(candidates), generator=generator).numpy()[:count]
                    found = candidates[order]
                    drawn[m, :, place] = found if len(found) == count else np.resize(found, count)
        return torch.from_numpy(drawn)

    def answer(self, features: Sequence[Features], partners: Tensor) -> tuple[MoEOutput, Swaps]:
        """Run all passes: the samples as they are, and with modalities swapped.

        features: of B samples, one per modality. partners: (M, K, B), rows of the reference.
        """
        count, size = len(features[0].tokens), self._slice(features)
        parts = [slice(start, start + size) for start in range(0, count, size)]
        said = [self._answer([f[part] for f in features], partners[..., part]) for part in parts]
        own, swapped = zip(*said, strict=True)
        joined = MoEOutput(
            torch.cat([o.logits for o in own]),
            torch.cat([o.weights for o in own]),
            torch.cat([o.expert_logits for o in own], 2),
        )
        logits, experts, kept, grouped = (torch.cat(part, -2).cpu() for part in zip(*swapped, strict=True))
        return joined, Swaps(logits, experts, kept, grouped, partners[:, 0] != NOBODY)

    def _answer(
        self, features: Sequence[Features], partners: Tensor
    ) -> tuple[MoEOutput, tuple[Tensor, Tensor, Tensor, Tensor]]:
        every, known = set(range(len(features))), self._embed(features)
        partners = partners.clamp(min=0).to(features[0].tokens.device)
        own = self._mix(features, known)

        def passes(swapped: set[int]) -> tuple[Tensor, Tensor]:
            answers = own.expert_logits[:, 0]
            said = [self._pass(features, known, answers, drawn, swapped) for drawn in partners.unbind(1)]
            return torch.stack([z for z, _ in said]), torch.stack([e for _, e in said], 1)

        mixture, experts = zip(*(passes({m}) for m in sorted(every)), strict=True)
        logits = torch.stack(mixture)
        # With two modalities all but one is the other one.
        kept = logits.flip(0) if len(every) == 2 else torch.stack([passes(every - {m})[0] for m in every])
        some = [self._swapped(logits, every - set(group), passes) for group in self.model.groups]
        grouped = torch.stack(some) if some else kept[:0]
        return own, (logits, torch.stack(experts, 1), kept, grouped)

    @staticmethod
    def _swapped(
        logits: Tensor, swapped: set[int], passes: Callable[[set[int]], tuple[Tensor, Tensor]]
    ) -> Tensor:
        """Return the mixture's logits (K, B, C) with ``swapped`` replaced; one alone is known already."""
        return logits[min(swapped)] if len(swapped) == 1 else passes(swapped)[0]

    def _mix(self, features: Sequence[Features], known: Known) -> MoEOutput:
        """Return what ``I2MoE.mix`` does, from what is known of each modality already."""
        said = [_ask(e, features, parts) for e, parts in zip(self.experts, known[:-1], strict=True)]
        answers = torch.stack(said)  # (E, B, C)
        weights = self.model.weigh(features, answers, known[-1])
        return MoEOutput(torch.einsum("be,ebc->bc", weights, answers), weights, answers.unsqueeze(1))

    def _pass(
        self, features: Sequence[Features], known: Known, own: Tensor, partners: Tensor, swapped: set[int]
    ) -> tuple[Tensor, Tensor]:
        """Return the mixture's logits (B, C) and the experts' (E, B, C); partners: (M, B)."""
        composed = [
            _take(self.reference.features[m], partners[m]) if m in swapped else f
            for m, f in enumerate(features)
        ]

        def embedded(number: int, sees: Sequence[int]) -> list[Tensor] | None:
            mine, theirs = known[number], self.known[number]
            if mine is None or theirs is None:
                return None
            return [
                b[partners[m]] if m in swapped else a for m, a, b in zip(sees, mine, theirs, strict=False)
            ]

        said = []
        for k, expert in enumerate(self.experts):
            alone = self.alone[k]
            if not swapped & set(expert.sees):
                said.append(own[k])
            elif alone is not None:
                said.append(alone[partners[expert.sees[0]]])
            else:
                said.append(_ask(expert, composed, embedded(k, expert.sees)))
        experts = torch.stack(said)
        weights = self.model.weigh(composed, experts, embedded(len(self.experts), range(len(features))))
        return torch.einsum("be,ebc->bc", weights, experts), experts

    def _embed(self, features: Sequence[Features]) -> Known:
        """Return what each expert that sees several modalities, and the gate, make of each one by itself."""
        alone = [e.embed(features) if len(e.sees) > 1 else None for e in self.experts]
        return [*alone, self.model.gate.embed(features)]

    def _slice(self, features: Sequence[Features]) -> int:
        """Return how many samples are composed at once, so that a CPU's cache holds most of them."""
        if features[0].tokens.device.type != "cpu":
            return len(features[0].tokens)
        return max(1, COMPOSED // sum(f.tokens[0].numel() for f in features))


def _ask(expert: Expert, features: Sequence[Features], known: Sequence[Tensor] | None) -> Tensor:
    """Return an expert's logits, (B, C); one that makes nothing of single modalities is run in slices."""
    return run_expert(expert, features) if known is None else expert(features, known)


def _take(features: Features, rows: Tensor) -> Features:
    """Return some rows, in a fraction of the time that an index in brackets takes."""
    return features.map(lambda x: x.index_select(0, rows))
