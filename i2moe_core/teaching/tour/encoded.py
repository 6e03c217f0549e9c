"""What the encoders make of one sample: one vector a modality, as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from i2moe_core.checkpoint import Run
from i2moe_core.explain.passes import encode
from i2moe_core.explain.turn import turn


@dataclass(frozen=True)
class Encoded:
    """One modality of a sample after its encoder.

    pooled: (D,), the mean of the tokens. tokens: T, how many pieces the encoder made of the input (patches,
    words). present: False where the modality is missing.
    """

    modality: str
    pooled: np.ndarray
    tokens: int
    present: bool


def encode_for_tour(run: Run, values: Mapping[str, Any], sample_id: str | None = None) -> list[Encoded]:
    """Return what each encoder makes of a sample.

    Raises:
        InputError: the run has no experts, or a value cannot be read.
    """
    with turn(run.model):
        sample = encode(run, values, sample_id)
        parts = zip(sample.model.modalities, sample.features, sample.present[0].tolist(), strict=True)
        return [
            Encoded(name, f.pooled[0].double().cpu().numpy(), int(f.mask[0].sum()), there)
            for name, f, there in parts
        ]
