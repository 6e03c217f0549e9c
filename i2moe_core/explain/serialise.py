"""An explanation as plain JSON values."""

from __future__ import annotations

import math
from typing import Any

from i2moe_core.explain.wording import cut_sentences, disagreement_sentence
from i2moe_core.types import ExpertView, PairExplanation


def to_json_dict(explanation: PairExplanation) -> dict[str, Any]:
    """Return everything an explanation holds under stable keys; what is not a number becomes null.

    ``perturbed`` holds, per expert and modality, the K answers after replacing that modality.
    """
    names = [expert.name for expert in explanation.experts]
    return {
        "run": explanation.run_id,
        "sample": explanation.sample_id,
        "task": explanation.task,
        "classes": list(explanation.classes),
        "modalities": list(explanation.modalities),
        "missing": list(explanation.missing),
        "prediction": explanation.prediction,
        "probability": explanation.probability if math.isfinite(explanation.probability) else None,
        "logits": explanation.logits.tolist(),
        "probabilities": explanation.probabilities.tolist(),
        "experts": [_expert(expert) for expert in explanation.experts],
        "perturbed": {
            name: dict(zip(explanation.modalities, answers.tolist(), strict=True))
            for name, answers in zip(names, explanation.perturbed, strict=True)
        },
        "mixture_perturbed": dict(
            zip(explanation.modalities, explanation.mixture_perturbed.tolist(), strict=True)
        ),
        "components": dict(zip(names, explanation.components.tolist(), strict=True)),
        "unheld": explanation.unheld.tolist(),
        "components_source": explanation.components_source,
        "disagreement": {
            **explanation.disagreement,
            "sentence": disagreement_sentence(explanation),
            "sign_split": explanation.sign_split.tolist(),
        },
        "far": dict(explanation.far),
        "mean_weights": dict(zip(names, explanation.mean_weights.tolist(), strict=True)),
        "notes": cut_sentences(explanation),
    }


def _expert(expert: ExpertView) -> dict[str, Any]:
    return {
        "name": expert.name,
        "weight": expert.weight,
        "share": expert.share,
        "prediction": expert.prediction,
        "logits": expert.logits.tolist(),
        "probabilities": expert.probabilities.tolist(),
        "contribution": expert.contribution.tolist(),
    }
