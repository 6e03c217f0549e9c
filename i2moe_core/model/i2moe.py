"""The mixture: encoders, interaction experts, the gate; all experts and passes in one call.

The P passes of an expert are stacked into the batch: one call an expert, which makes few large operations out
of many small ones and keeps the experts plain modules (hooks, state dicts and Captum work as usual).
"""

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from i2moe_core.encoders import Encoder
from i2moe_core.expert_set import ExpertRole, default_roles, groups_of
from i2moe_core.model.encode import encode
from i2moe_core.model.expert import Expert
from i2moe_core.model.gate import Gate
from i2moe_core.model.passes import run, run_stacked
from i2moe_core.model.probes import Probes
from i2moe_core.model.replace import Missing, Replacement
from i2moe_core.model.versions import Versions
from i2moe_core.types import Batch, Features, MoEOutput, Task


class I2MoE(nn.Module):
    """Mixture of interaction experts: one unique to each modality, synergy, redundancy; or other ``roles``.

    logits = sum_k w_k z_k with the gate's weights w (rows sum to 1) and the experts' logits z.

    Reference: Xin et al., ICML 2025 (arXiv 2505.19190), section 3; masked uniqueness experts, probes and
    missing modalities are ours.
    """

    prior: Tensor

    def __init__(
        self,
        task: Task,
        encoders: Mapping[str, Encoder],
        experts: Sequence[Expert],
        gate: Gate,
        replacement: Replacement,
        missing: Missing,
        prior: Tensor,
        probes: Probes | None = None,
        roles: Sequence[ExpertRole] | None = None,
    ) -> None:
        super().__init__()
        self.task: Task = task
        self.modalities = tuple(encoders)
        self.roles = tuple(roles or default_roles(self.modalities))
        self.encoders = nn.ModuleDict(encoders)
        self.experts = nn.ModuleList(experts)
        self.gate, self.replacement, self.missing, self.probes = gate, replacement, missing, probes
        self.register_buffer("prior", prior.clone())

    @property
    def expert_names(self) -> tuple[str, ...]:
        """The experts' names, in order."""
        return tuple(role.name for role in self.roles)

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The groups of some modalities, by number, whose joint evidence the experts are about."""
        return groups_of(self.roles, self.modalities)

    def forward(self, batch: Batch) -> MoEOutput:
        """Run the full pass of all experts: ``expert_logits`` is (E, 1, B, C)."""
        return self.mix(self.encode(batch))

    def encode(self, batch: Batch) -> list[Features]:
        """Encode each modality once; absent ones are replaced by their learned vector."""
        return encode(self.encoders, self.missing, batch)

    def replaced(
        self, features: Sequence[Features], generator: torch.Generator | None = None
    ) -> list[Features]:
        """Return a stand-in for each modality, for the perturbed passes."""
        return [self.replacement(f, m, generator) for m, f in enumerate(features)]

    def mix(self, features: Sequence[Features], replaced: Sequence[Features] | None = None) -> MoEOutput:
        """Weigh the experts' answers; with ``replaced``, run the M perturbed passes too (P = M + 1)."""
        experts = [cast(Expert, expert) for expert in self.experts]
        if replaced is None:
            passes = [run(expert, features).unsqueeze(0) for expert in experts]
        else:
            versions = Versions(features, replaced)
            passes = [run_stacked(expert, versions) for expert in experts]
        expert_logits = torch.stack(passes)  # (E, P, B, C)
        weights = self.weigh(features, expert_logits[:, 0])
        logits = torch.einsum("be,ebc->bc", weights, expert_logits[:, 0])
        return MoEOutput(logits, weights, expert_logits)

    def weigh(
        self, features: Sequence[Features], answers: Tensor, embedded: Sequence[Tensor] | None = None
    ) -> Tensor:
        """Return the gate's weights, (B, E), for experts that answer ``answers``, logits (E, B, C).

        A gate reads the answers only where the model was built with ``gate_sees_answers``. embedded: what the
        gate's ``embed`` gave, where it is known already.
        """
        return self.gate(features, embedded, answers)

    def passes(
        self, expert: Expert, features: Sequence[Features], replaced: Sequence[Features] | None = None
    ) -> Tensor:
        """Return one expert's logits of all passes, (P, B, C); P = 1 without ``replaced``."""
        if replaced is None:
            return run(expert, features).unsqueeze(0)
        return run_stacked(expert, Versions(features, replaced))
