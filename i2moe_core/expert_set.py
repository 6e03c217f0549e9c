"""Which experts a mixture has: the role of each, the modalities it is about, and the name that says both.

A name is ``unique:image``, ``synergy`` or ``redundancy`` of all modalities, ``synergy:image+text`` of some; a
further expert of the same kind has its number behind: ``synergy#2``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from i2moe_core.config import ExpertConfig, ModelConfig
from i2moe_core.errors import InputError
from i2moe_core.registry import lookup
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE

AND, NUMBER = "+", "#"  # in names: between modalities, before the number of a further expert
_NUMBER = re.compile(rf"{NUMBER}(\d+)$")


ROLES: Mapping[str, str] = {
    UNIQUE: "what only one modality tells",
    SYNERGY: "what shows only when the modalities are read together",
    REDUNDANCY: "what each of the modalities tells by itself",
}


@dataclass(frozen=True)
class ExpertRole:
    """One expert: its role, the modalities it is about (one for ``unique``) and its name.

    whole: it is about all modalities of the mixture. number: 1, or 2 and up for a further one of its kind.
    """

    role: str
    modalities: tuple[str, ...]
    whole: bool = False
    number: int = 1

    @property
    def name(self) -> str:
        """The expert's name, which no other expert of the mixture has."""
        of = f":{AND.join(self.modalities)}" if self.role == UNIQUE or not self.whole else ""
        return f"{self.role}{of}{self._number}"

    def loss_name(self, modalities: Sequence[str]) -> str:
        """Return the name of its interaction loss: as published, uniqueness goes by the modality's number."""
        if self.role != UNIQUE:
            return self.name
        return f"{UNIQUE}:{modalities.index(self.modalities[0])}{self._number}"

    @property
    def _number(self) -> str:
        return f"{NUMBER}{self.number}" if self.number > 1 else ""


@dataclass(frozen=True)
class NameParts:
    """What a name says: the role, of which modalities (none: of all), and the number."""

    role: str
    modalities: tuple[str, ...]
    number: int


def m_plus_2(modalities: Sequence[str], custom: Sequence[ExpertConfig]) -> list[ExpertConfig]:
    """One expert unique to each modality, one of synergy and one of redundancy (as published)."""
    return [*(ExpertConfig(UNIQUE, [m]) for m in modalities), ExpertConfig(SYNERGY), ExpertConfig(REDUNDANCY)]


def pairwise(modalities: Sequence[str], custom: Sequence[ExpertConfig]) -> list[ExpertConfig]:
    """One unique to each modality; of each two modalities one of synergy and one of redundancy."""
    pairs = [list(pair) for pair in combinations(modalities, 2)]
    both = [ExpertConfig(role, pair) for pair in pairs for role in (SYNERGY, REDUNDANCY)]
    return [*(ExpertConfig(UNIQUE, [m]) for m in modalities), *both]


def chosen(modalities: Sequence[str], custom: Sequence[ExpertConfig]) -> list[ExpertConfig]:
    """The experts listed in model.custom_experts, each with its role and its modalities."""
    if len(custom) < 2:
        raise InputError(
            f"model.experts=custom needs 2 experts or more in model.custom_experts, but has {len(custom)}; "
            'list them, such as {"role": "synergy", "modalities": ["image", "text"]}.'
        )
    return list(custom)


EXPERT_SETS: Mapping[str, Callable[[Sequence[str], Sequence[ExpertConfig]], list[ExpertConfig]]] = {
    "m_plus_2": m_plus_2,
    "pairwise": pairwise,
    "custom": chosen,
}


def expert_roles(config: ModelConfig, modalities: Sequence[str]) -> tuple[ExpertRole, ...]:
    """Return the configured experts of a mixture of ``modalities``, in order.

    Raises:
        InputError: the set, a role or a modality is unknown, or a role does not fit its modalities.
    """
    build = lookup(EXPERT_SETS, config.experts, "set of experts")
    if config.custom_experts and config.experts != "custom":
        raise InputError(
            f"model.custom_experts lists experts, but model.experts is '{config.experts}'; set it to custom."
        )
    roles: list[ExpertRole] = []
    for place, wanted in enumerate(build(modalities, config.custom_experts)):
        made = _role(wanted, modalities, f"model.custom_experts[{place}]")
        before = sum((r.role, r.modalities) == (made.role, made.modalities) for r in roles)
        roles.append(ExpertRole(made.role, made.modalities, made.whole, before + 1))
    return tuple(roles)


def expert_names(config: ModelConfig, modalities: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the configured experts, in order."""
    return tuple(role.name for role in expert_roles(config, modalities))


def default_roles(modalities: Sequence[str]) -> tuple[ExpertRole, ...]:
    """Return the published M + 2 experts."""
    return expert_roles(ModelConfig(), modalities)


def places_of(role: ExpertRole, modalities: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of the modalities that an expert is about, ascending."""
    return tuple(m for m, name in enumerate(modalities) if name in role.modalities)


def groups_of(roles: Sequence[ExpertRole], modalities: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Return the groups of some modalities, by number, whose joint evidence the synergy experts are about.

    The smaller ones come first. Empty for the published set: what one tells and what all tell is enough.
    """
    found = {places_of(role, modalities) for role in roles if role.role == SYNERGY and not role.whole}
    return tuple(sorted(found, key=lambda group: (len(group), group)))


def read_name(name: str) -> NameParts:
    """Return what an expert's name says; the role of any other name is the name itself."""
    number = _NUMBER.search(name)
    role, _, of = (name[: number.start()] if number else name).partition(":")
    if role not in ROLES:
        return NameParts(name, (), 1)
    parts = (of,) if role == UNIQUE else tuple(of.split(AND))
    return NameParts(role, parts if of else (), int(number.group(1)) if number else 1)


def interaction_of(name: str) -> str:
    """Return the interaction of M + 2 that an expert's name belongs to: ``synergy:a+b#2`` to ``synergy``."""
    parts = read_name(name)
    return f"{UNIQUE}:{parts.modalities[0]}" if parts.role == UNIQUE and parts.modalities else parts.role


def summed(values: np.ndarray, experts: Sequence[str], interactions: Sequence[str]) -> np.ndarray:
    """Return the sums over the experts of each interaction, (N, K), of values by expert, (N, E).

    An interaction that no expert is about has zeros. Where experts and interactions are the same, so are the
    values.
    """
    if list(experts) == list(interactions):
        return values
    result = np.zeros((len(values), len(interactions)), values.dtype)
    for k, name in enumerate(experts):
        result[:, list(interactions).index(interaction_of(name))] += values[:, k]
    return result


def _role(wanted: ExpertConfig, modalities: Sequence[str], where: str) -> ExpertRole:
    lookup(ROLES, wanted.role, f"role in {where}")
    for name in wanted.modalities:
        lookup(dict.fromkeys(modalities), name, f"modality in {where}")
    own = tuple(m for m in modalities if m in (wanted.modalities or modalities))
    if wanted.role == UNIQUE and len(wanted.modalities) != 1:
        raise InputError(
            f"{where} is unique to one modality, but names {len(wanted.modalities)}; name one of "
            f"{', '.join(modalities)}."
        )
    if wanted.role != UNIQUE and len(own) < 2:
        raise InputError(
            f"{where} is about {wanted.role} of '{own[0]}' alone, which needs two modalities or more; "
            "name another one, or none for all."
        )
    whole = len(own) == len(modalities)
    unfit = [m for m in own if not whole and wanted.role != UNIQUE and (AND in m or _NUMBER.search(m))]
    if unfit:
        raise InputError(
            f"The modality '{unfit[0]}' has '{AND}' or '{NUMBER}' and a number in its name, which stand for "
            "something in names of experts; rename it."
        )
    return ExpertRole(wanted.role, own, whole)
