"""The pointwise decomposition for any set of experts: what each is to say, and what each is to be credited.

Evidence of one sign that several modalities share is nested: the strongest tells all that the others tell.
So the part that exactly the modalities S share is

    o_S = relu(min_{m in S} x_m - max_{n not in S} x_n)

with x_m = relu(i_m), less the same with x_m = relu(-i_m),

and the o_S sum to what the modalities tell one by one, U = max_m relu(i_m) - max_m relu(-i_m).
For two modalities o_12 is the minimum consensus, and all is as in ``decompose``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor

from i2moe_core.errors import InputError
from i2moe_core.expert_set import ExpertRole, default_roles, groups_of, places_of
from i2moe_core.measures.pid.pointwise import consensus, decompose
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE

MOST = 10  # modalities: all their subsets are gone through
Places = tuple[int, ...]


@dataclass(frozen=True)
class Parts:
    """The evidence by expert, (E, ..., C) each.

    credited: what is each expert's alone, so that nothing counts twice. told: what each can say of the
    modalities that it is about, which another expert may say too.
    """

    credited: Tensor
    told: Tensor


def allot(
    single: Tensor,
    joint: Tensor,
    grouped: Tensor,
    roles: Sequence[ExpertRole],
    modalities: Sequence[str],
) -> Parts:
    """Split the evidence among any experts.

        unique to m      o_{m}, and its even part of each o_S that no redundancy expert holds
        redundancy of T  told: the consensus of T;  credited: the o_S with T in S of which no redundancy
                         expert is about more, evenly among those about as much
        synergy of T     i_T - U_T - the synergies of the groups within T that have an expert

    Experts of one kind share the credit evenly. With an expert for each modality and one for the synergy of
    all, the credits sum to ``joint``; else what is missing is no expert's. For the published set this is
    ``decompose``, where M > 2 leaves what only some share in the unique parts and the synergy.

    single: (M, ..., C) of each modality alone; joint: (..., C) of all; grouped: (G, ..., C) of ``groups_of``.

    Raises:
        InputError: there are too many modalities for a set of one's own.
    """
    kinds = [(role.role, places_of(role, modalities)) for role in roles]
    copies = joint.new_tensor([kinds.count(kind) for kind in kinds])
    published = [(role.role, places_of(role, modalities)) for role in default_roles(modalities)]
    if set(kinds) == set(published):
        told = decompose(single, joint)
        if kinds != published:
            told = told[[published.index(kind) for kind in kinds]]
    else:
        told, credit = _by_kind(single, joint, grouped, kinds, groups_of(roles, modalities))
        return Parts(credit / _along(copies, credit), told)
    return Parts(told / _along(copies, told) if len(kinds) > len(published) else told, told)


def overlaps(single: Tensor) -> dict[Places, Tensor]:
    """Return o_S of every group S of modalities, by their numbers, (..., C) each."""
    count = len(single)
    if count > MOST:
        raise InputError(
            f"A set of experts other than m_plus_2 needs {MOST} modalities or fewer, but there are {count}; "
            "set model.experts=m_plus_2."
        )
    groups = [group for size in range(1, count + 1) for group in combinations(range(count), size)]
    return {group: _exactly(single.relu(), group) - _exactly((-single).relu(), group) for group in groups}


def _exactly(sizes: Tensor, group: Places) -> Tensor:
    rest = [m for m in range(len(sizes)) if m not in group]
    inside = sizes[list(group)].amin(0)
    return (inside - sizes[rest].amax(0)).relu() if rest else inside


def _by_kind(
    single: Tensor,
    joint: Tensor,
    grouped: Tensor,
    kinds: Sequence[tuple[str, Places]],
    groups: Sequence[Places],
) -> tuple[Tensor, Tensor]:
    """Return what each expert tells and what its kind is credited, (E, ..., C) each."""
    everything = tuple(range(len(single)))
    shared = {places for role, places in kinds if role == REDUNDANCY}
    credit = _credits(single, shared)
    evidence = dict(zip(groups, grouped, strict=True)) | {everything: joint}
    synergy: dict[Places, Tensor] = {}
    for group in [*groups, *([everything] if (SYNERGY, everything) in kinds else [])]:
        within = [part for inner, part in synergy.items() if set(inner) < set(group)]
        synergy[group] = evidence[group] - _one_by_one(single[list(group)]) - sum(within)
    told, credited = [], []
    for role, places in kinds:
        credited.append(synergy[places] if role == SYNERGY else credit[role, places])
        told.append(consensus(single[list(places)]) if role == REDUNDANCY else credited[-1])
    return torch.stack(told), torch.stack(credited)


def _credits(single: Tensor, shared: set[Places]) -> dict[tuple[str, Places], Tensor]:
    """Return what uniqueness and redundancy experts are credited, by role and modalities."""
    zero = torch.zeros_like(single[0])
    credit: dict[tuple[str, Places], Tensor] = {(UNIQUE, (m,)): zero for m in range(len(single))}
    credit |= {(REDUNDANCY, places): zero for places in shared}
    for group, part in overlaps(single).items():
        holders = [places for places in shared if set(places) <= set(group)]
        most = max((len(places) for places in holders), default=0)
        kinds = [(REDUNDANCY, places) for places in sorted(holders) if len(places) == most]
        kinds = kinds or [(UNIQUE, (m,)) for m in group]
        for kind in kinds:
            credit[kind] = credit[kind] + part / len(kinds)
    return credit


def _one_by_one(single: Tensor) -> Tensor:
    """Return U, what the modalities (M, ..., C) tell one by one."""
    return single.relu().amax(0) - (-single).relu().amax(0)


def _along(copies: Tensor, parts: Tensor) -> Tensor:
    return copies.view(-1, *[1] * (parts.dim() - 1))
