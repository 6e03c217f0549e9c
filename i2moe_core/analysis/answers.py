"""All passes of many samples, batch by batch: encode once, all experts, gate, probes, and the swaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from i2moe_core.analysis.swaps import Pool, Swaps
from i2moe_core.data.batching import TensorData
from i2moe_core.explain.evaluate import Evaluation, probe_logits

BATCH = 256
DRAWS = 3  # K, other samples that each modality is taken from


@dataclass(frozen=True)
class Answers:
    """What is said of B samples as they are and with inputs swapped.

    embedding: (B, M * D), the modalities' pooled features side by side, float32.
    """

    said: Evaluation
    swaps: Swaps
    embedding: Tensor


@torch.inference_mode()
def answer_rows(pool: Pool, data: TensorData, rows: np.ndarray, draws: int = DRAWS) -> Answers:
    """Run all passes of the given rows as one batch; the model stays as it is, in evaluation mode."""
    model = pool.model.eval()
    batch = data.batch(rows).to(next(model.parameters()).device)
    features = model.encode(batch)
    output, swaps = pool.answer(features, pool.partners(batch.ids, draws))
    single, joint, grouped = probe_logits(model, features, batch.present) or (None, None, None)
    index = torch.from_numpy(rows)
    said = Evaluation(
        rows=rows,
        targets=data.targets[index],
        present=data.present[index],
        logits=_plain(output.logits),
        weights=_plain(output.weights),
        expert_logits=_plain(output.expert_logits[:, 0]),
        single=None if single is None else _plain(single),
        joint=None if joint is None else _plain(joint),
        grouped=None if grouped is None else _plain(grouped),
    )
    return Answers(said, swaps, torch.cat([f.pooled for f in features], -1).float().cpu())


def _plain(values: Tensor) -> Tensor:
    return values.double().cpu()
