"""What stays of the model's answer when one input comes from other samples: the reason in two numbers."""

from __future__ import annotations

from collections.abc import Mapping

from i2moe_core.types import PairExplanation


def kept_without(explanation: PairExplanation) -> Mapping[str, float]:
    """Return modality -> mean probability that the answer keeps while that modality is another sample's.

    Missing modalities are left out; empty for a regression, which has no probability.
    """
    if explanation.task == "regression":
        return {}
    best = int(explanation.probabilities.argmax())
    means = explanation.mixture_perturbed.mean(axis=1)[:, best]  # (M, K, C) -> (M,)
    return {
        name: float(mean)
        for name, mean in zip(explanation.modalities, means, strict=True)
        if name not in explanation.missing
    }
