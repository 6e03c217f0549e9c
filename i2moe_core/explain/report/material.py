"""What a report is made from, gathered once for all its sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import encode_sample
from i2moe_core.explain.attribution.badge import Badge
from i2moe_core.explain.attribution.result import Attribution, Attributions
from i2moe_core.explain.interactions.result import PairInteractions
from i2moe_core.explain.palette import expert_colours
from i2moe_core.types import PairExplanation

ALIKE = ("answer", "expert", "contribution")  # kinds of targets in the same unit, the score's


@dataclass(frozen=True)
class Material:
    """A sample, its explanation and all evidence that was gathered for it.

    pictures: modality -> (S, S, 3), as the model sees it. place: the class that is explained.
    """

    run: Run
    values: Mapping[str, Any]
    explanation: PairExplanation
    attributions: Attributions | None = None
    badges: Mapping[str, Badge] = field(default_factory=dict)
    interactions: PairInteractions | None = None
    options: Mapping[str, float] = field(default_factory=dict)
    command: str = ""
    pictures: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def place(self) -> int:
        """The number of the class that the report is about: the answer's."""
        return 0 if self.explanation.task == "regression" else int(self.explanation.probabilities.argmax())

    @property
    def colours(self) -> dict[str, str]:
        """Each expert's colour."""
        return expert_colours([expert.name for expert in self.explanation.experts])

    def items(self, *kinds: str) -> tuple[Attribution, ...]:
        """Return the attributions whose targets are of these kinds (answer, expert, gate, ...)."""
        found = self.attributions.items if self.attributions is not None else ()
        return tuple(item for item in found if item.target.partition("/")[0] in kinds)


def seen_pictures(run: Run, values: Mapping[str, Any], sample_id: str) -> dict[str, np.ndarray]:
    """Return each picture as the model sees it, (S, S, 3) uint8."""
    modalities = run.reference.modalities
    batch = encode_sample(values, modalities, run.config.data, run.vocabulary, sample_id, run.info.shapes)
    return {
        m.name: batch.inputs[m.name][0].permute(1, 2, 0).numpy()
        for m in modalities
        if m.kind == "image" and values.get(m.name) is not None
    }
