"""Which patch looks like which word, without any target: similarity of the encoders' tokens.

Cosine similarities say how close two embeddings lie, not that the model uses it: encoders that were never
trained to meet in one space give similarities that mean little. Beside them stands what the fusion itself
attends to, where it has cross-attention: its weights on a modality's tokens, asked for by the other ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.problem import Problem, build_problem
from i2moe_core.explain.attribution.result import Cell
from i2moe_core.explain.interactions.players import Side, build_sides
from i2moe_core.explain.turn import turn
from i2moe_core.fusion.attention.cross_attention import CrossAttention
from i2moe_core.model.expert import Expert
from i2moe_core.types import Features


@dataclass(frozen=True)
class AlignmentView:
    """How two modalities' embeddings lie to each other; no tensors.

    tokens: (T_a, T_b) cosine similarities of the real tokens. first, second: the cells of either side.
    similarity: (|A|, |B|) cosine similarities of the cells' mean tokens.
    exact: per side, whether tokens and cells share places; where not, each cell got the mean of all tokens.
    attention: expert -> modality -> (cells,) the weight that the fusion's cross-attention gives to each cell
        when the other modalities ask; sums to 1 (less what falls on framing pieces). Empty without one.
    """

    run_id: str
    sample_id: str
    modalities: tuple[str, str]
    first: tuple[Cell, ...]
    second: tuple[Cell, ...]
    tokens: np.ndarray
    similarity: np.ndarray
    exact: tuple[bool, bool]
    attention: Mapping[str, Mapping[str, np.ndarray]]

    def best_word_per_patch(self) -> np.ndarray:
        """Return the number of the most similar cell of the second side for each of the first, (|A|,)."""
        return self.similarity.argmax(1)


def view_alignment(
    run: Run, values: Mapping[str, Any], modalities: Sequence[str] = (), sample_id: str | None = None
) -> AlignmentView:
    """Compare the tokens of two modalities of one sample.

    Args:
        run: the mixture.
        values: modality name -> picture, text or array; None or absent: missing.
        modalities: two names; none: a picture and a text where there are, else the first two.
        sample_id: the sample's name; by default a name made of its contents.

    Raises:
        InputError: a value cannot be read, or the sample lacks a modality.
    """
    with turn(run.model), torch.no_grad():
        problem = build_problem(run, values, sample_id)
        sides = build_sides(problem, modalities)
        features = problem.encode(*problem.inputs)
        a, b = (features[problem.model.modalities.index(side.modality)] for side in sides)
        overlaps = [_overlap(problem, side, f) for side, f in zip(sides, (a, b), strict=True)]
        shared = [overlap is not None for overlap in overlaps]
        parts = [_or_mean(overlap, side, f) for overlap, side, f in zip(overlaps, sides, (a, b), strict=True)]
        cells = [_share(part, 1) @ f.tokens[0] for part, f in zip(parts, (a, b), strict=True)]
        return AlignmentView(
            run_id=problem.run_id, sample_id=problem.sample_id,
            modalities=(sides[0].modality, sides[1].modality),
            first=sides[0].cells, second=sides[1].cells, tokens=_cosine(*(f.tokens[f.mask] for f in (a, b))),
            similarity=_cosine(*cells), exact=(shared[0], shared[1]),
            attention=_attention(problem, sides, features, parts),
        )  # fmt: skip


def _cosine(a: Tensor, b: Tensor) -> np.ndarray:
    result: np.ndarray = (functional.normalize(a, dim=-1) @ functional.normalize(b, dim=-1).T).cpu().numpy()
    return result


def _share(part: Tensor, along: int) -> Tensor:
    """Scale to sums of one along a dimension; sums of zero stay."""
    return part / part.sum(along, keepdim=True).clamp(min=1e-12)


def _overlap(problem: Problem, side: Side, features: Features) -> Tensor | None:
    """Return how much of each cell each token covers, (cells, T); None where that is not known."""
    members = side.members.float().to(features.tokens.device)
    numbers = problem.cell_numbers[side.place][0]
    count = features.tokens.shape[1]
    if problem.kinds[side.place] == "image":
        return _picture_overlap(members, numbers[0], count)
    along = numbers.flatten()
    if len(along) != count:
        return None
    return members[:, along] * features.mask[0]


def _picture_overlap(members: Tensor, numbers: Tensor, count: int) -> Tensor | None:
    """Spread a square grid of tokens (after a class token, if one is left over) over the picture's pixels."""
    side = int(count**0.5)
    extra = count - side * side
    if extra > 1:
        return None
    grid = torch.arange(side * side, device=members.device, dtype=torch.float32).view(1, 1, side, side)
    owner = functional.interpolate(grid, size=tuple(numbers.shape), mode="nearest")[0, 0].long() + extra
    overlap = torch.zeros(members.shape[1], count, device=members.device)
    overlap.index_put_((numbers, owner), torch.ones((), device=members.device), accumulate=True)
    return members @ overlap


def _or_mean(overlap: Tensor | None, side: Side, features: Features) -> Tensor:
    return features.mask.float().expand(len(side), -1) if overlap is None else overlap


def _attention(
    problem: Problem, sides: Sequence[Side], features: Sequence[Features], parts: Sequence[Tensor]
) -> dict[str, dict[str, np.ndarray]]:
    result = {}
    for name, module in zip(problem.model.expert_names, problem.model.experts, strict=True):
        expert = cast(Expert, module)
        if not isinstance(expert.fusion, CrossAttention) or len(expert.sees) < 2:
            continue
        weights = {}
        for side, part in zip(sides, parts, strict=True):
            place = problem.model.modalities.index(side.modality)
            if place in expert.sees:
                asked = _token_weights(expert, features, place)
                weights[side.modality] = (_share(part, 0) @ asked).cpu().numpy()
        result[name] = weights
    return result


def _token_weights(expert: Expert, features: Sequence[Features], place: int) -> Tensor:
    """Return the attention weights (T,) of one modality's tokens, asked for by the other modalities.

    Each token is put to the fusion as a sample of its own, beside the same other modalities.
    """
    own = features[place]
    rows = torch.zeros(own.tokens.shape[1], dtype=torch.int64, device=own.tokens.device)
    alone = Features(own.tokens[0][:, None], own.mask[0][:, None], own.tokens[0])
    seen = [alone if m == place else features[m][rows] for m in expert.sees]
    fusion = cast(CrossAttention, expert.fusion)
    return fusion.alignment_scores(seen, expert.sees.index(place))[0].softmax(0)
