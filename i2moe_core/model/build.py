"""A configuration in, a module out: the only place where modules meet configs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import torch
from torch import Tensor

from i2moe_core.config import DataInfo, EncoderConfig, ModelConfig
from i2moe_core.encoders import DEFAULT_ENCODERS, ENCODERS, Encoder
from i2moe_core.errors import InputError
from i2moe_core.expert_set import ExpertRole, expert_roles, groups_of, places_of
from i2moe_core.fusion import FUSIONS, Fusion, OneModality
from i2moe_core.model.answer_view import AnswerView
from i2moe_core.model.expert import Expert
from i2moe_core.model.gate import Gate
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.model.probes import Probes
from i2moe_core.model.replace import REPLACEMENTS, Missing
from i2moe_core.model.single_fusion import SingleFusion
from i2moe_core.registry import lookup
from i2moe_core.types import UNIQUE, Task

Model = I2MoE | SingleFusion


def build_model(config: ModelConfig, info: DataInfo, vanilla: bool = False) -> Model:
    """Build the mixture, or with ``vanilla`` the single fusion, with random weights.

    Raises:
        InputError: a name or an option in the configuration is unknown, or the data has one modality only.
    """
    if len(info.modalities) < 2:
        raise InputError(
            f"A mixture needs two modalities or more, but '{info.name}' has {len(info.modalities)}."
        )
    task, prior = cast(Task, info.task), torch.tensor(info.prior)
    encoders = {name: build_encoder(config, info, name) for name in info.modalities}
    count = len(encoders)
    missing = Missing(count, config.width)
    if vanilla:
        return SingleFusion(task, encoders, build_expert(config, info, range(count)), missing, prior)
    roles = expert_roles(config, tuple(encoders))
    experts = [build_expert(config, info, _sees(config, role, tuple(encoders))) for role in roles]
    replacement = lookup(REPLACEMENTS, config.replacement, "replacement")(count, config.width)
    gate = build_gate(config, count, len(roles))
    probes = (
        build_probes(config, info, task, prior, groups_of(roles, tuple(encoders))) if config.probes else None
    )
    if config.gate_sees_answers:  # drawn last: all other weights start as they do without it
        gate.view = AnswerView(len(roles), gate.first_size, config.gate_hidden, task, prior, info.scale)
    return I2MoE(task, encoders, experts, gate, replacement, missing, prior, probes, roles)


def build_encoder(config: ModelConfig, info: DataInfo, name: str) -> Encoder:
    """Build the encoder of one modality: the configured one, or the default of its kind."""
    chosen = config.encoders.get(name) or EncoderConfig(DEFAULT_ENCODERS[info.modalities[name]])
    kind = lookup(ENCODERS, chosen.name, "encoder")
    try:
        encoder = kind(info.shapes[name], config.width, info.vocabulary_size, **chosen.options)
    except TypeError as error:
        raise InputError(
            f"Encoder '{chosen.name}' of '{name}' does not take these options: {error}."
        ) from error
    if lookup(FUSIONS, config.fusion, "fusion").reads_layers:
        encoder.hand_out_layers()
    return encoder


def build_expert(config: ModelConfig, info: DataInfo, sees: Sequence[int]) -> Expert:
    """Build one expert on the configured fusion."""
    kind = lookup(FUSIONS, config.fusion, "fusion")
    options = kind.options_for(sees, len(info.modalities), config.fusion_options)
    fusion = build_fusion(replace(config, fusion_options=options), len(sees))
    offset = info.prior[0] if info.task == "regression" else 0.0
    return Expert(fusion, len(info.classes), sees, config.dropout, offset, info.scale)


def build_fusion(config: ModelConfig, modalities: int) -> Fusion:
    """Build the configured fusion of so many modalities; a lone one where it needs a partner gets its own."""
    kind = lookup(FUSIONS, config.fusion, "fusion")
    if modalities < kind.least:
        return OneModality(modalities, config.width, config.hidden, config.dropout)
    try:
        return kind(modalities, config.width, config.hidden, config.dropout, **config.fusion_options)
    except TypeError as error:
        raise InputError(f"Fusion '{config.fusion}' does not take these options: {error}.") from error


def build_gate(config: ModelConfig, modalities: int, experts: int) -> Gate:
    """Build the gate over the experts."""
    return Gate(
        modalities, config.width, experts, config.gate_hidden, config.gate_layers,
        config.gate_pooling, config.temperature, config.dropout,
    )  # fmt: skip


def build_probes(
    config: ModelConfig, info: DataInfo, task: Task, prior: Tensor, groups: Sequence[tuple[int, ...]] = ()
) -> Probes:
    """Build the probe heads; groups: of some modalities but not all, by number, that heads are needed for."""
    count = len(info.modalities)
    fusion = lookup(FUSIONS, config.probe_fusion, "fusion")
    return Probes(count, config.width, config.hidden, config.dropout, task, prior, info.scale, fusion, groups)


def _sees(config: ModelConfig, role: ExpertRole, modalities: Sequence[str]) -> Sequence[int]:
    """Return what an expert is given: what it is about; as published, a uniqueness expert is given all."""
    if role.role == UNIQUE and not config.masked_uniqueness:
        return range(len(modalities))
    return places_of(role, modalities)
