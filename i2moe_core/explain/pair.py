"""Explain one sample: who decided, what each expert said, and what each input changes. No tensors leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import is_missing
from i2moe_core.explain.evaluate import probe_logits
from i2moe_core.explain.identity import seeded_generator
from i2moe_core.explain.mismatch import mismatch_probe
from i2moe_core.explain.passes import Passes, Sample, draw_partners, encode, run_passes
from i2moe_core.explain.pointwise import (
    class_weights,
    interaction_components,
    mean_prediction,
    unheld_evidence,
)
from i2moe_core.explain.turn import turn
from i2moe_core.explain.wording import prediction_name
from i2moe_core.losses.task import evidence, prior_logits, probabilities
from i2moe_core.measures.disagreement import jensen_shannon, sign_split, vote_entropy
from i2moe_core.measures.outcomes import outcomes
from i2moe_core.measures.shares import contribution_shares
from i2moe_core.types import ExpertView, PairExplanation

__all__ = ["explain_pair", "mismatch_probe", "remix"]


def explain_pair(
    run: Run, values: Mapping[str, Any], sample_id: str | None = None, partners: int = 16
) -> PairExplanation:
    """Explain what the run's mixture says of one sample, and why.

    Args:
        run: an opened run.
        values: modality name -> raw value (pixels, text, array); None or absent: missing.
        sample_id: seeds the draw of partners; by default a sum of the contents.
        partners: K, how many other samples each modality is replaced by (fewer where there are fewer).

    Raises:
        InputError: the run has no experts, all modalities are missing, or a value cannot be read.
    """
    with turn(run.model):
        return _explain(run, values, encode(run, values, sample_id), partners)


def _explain(run: Run, values: Mapping[str, Any], sample: Sample, partners: int) -> PairExplanation:
    count = len(sample.features)
    chosen = _choose_partners(sample, partners)  # (M, K)
    size = chosen.shape[1]
    changes: list[dict[int, int]] = [{}]
    changes += [{m: int(row)} for m in range(count) for row in chosen[m]]
    if sample.model.probes is None and count > 2:
        kept = [*((m,) for m in range(count)), *sample.model.groups]
        changes += [
            {n: int(chosen[n, k]) for n in range(count) if n not in own} for own in kept for k in range(size)
        ]
    passes = run_passes(sample, changes)
    return _explanation(run, values, sample, passes, size)


def remix(explanation: PairExplanation, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the logits and probabilities, (C,) each, of the same experts under other weights (E,)."""
    logits = np.asarray(weights, dtype=float) @ explanation.expert_logits
    if explanation.task == "multiclass":
        powers = np.exp(logits - logits.max())
        return logits, powers / powers.sum()
    return logits, 0.5 * (1 + np.tanh(logits / 2)) if explanation.task == "multilabel" else logits


def _choose_partners(sample: Sample, partners: int) -> Tensor:
    generator = seeded_generator(sample.sample_id)
    drawn = [draw_partners(sample, m, generator) for m in range(len(sample.features))]
    size = min(partners, *(len(rows) for rows in drawn))
    return torch.stack([rows[:size] for rows in drawn])


def _explanation(
    run: Run, values: Mapping[str, Any], sample: Sample, passes: Passes, size: int
) -> PairExplanation:
    task, model, classes = sample.model.task, sample.model, tuple(run.info.classes)
    count = len(model.modalities)
    experts = _experts(run, sample, passes)
    logits = np.sum([expert.contribution for expert in experts], axis=0)
    said = probabilities(task, torch.from_numpy(logits)).numpy()
    swapped = slice(1, 1 + count * size)
    perturbed = probabilities(task, passes.expert_logits[:, swapped]).unflatten(1, (count, size))
    components, unheld, source = _components(sample, passes, size)
    prediction = prediction_name(task, classes, said)
    return PairExplanation(
        run_id=run.id,
        sample_id=sample.sample_id,
        task=task,
        classes=classes,
        modalities=model.modalities,
        missing=tuple(
            name for name, p in zip(model.modalities, sample.present[0].tolist(), strict=True) if not p
        ),
        prediction=prediction,
        probability=float("nan") if task == "regression" else float(said.max()),
        logits=logits,
        probabilities=said,
        experts=experts,
        perturbed=perturbed.numpy(),
        mixture_perturbed=probabilities(task, passes.logits[swapped]).unflatten(0, (count, size)).numpy(),
        components=components,
        components_source=source,
        unheld=unheld,
        disagreement=_disagreement(run, sample, passes),
        sign_split=sign_split(np.stack([expert.contribution for expert in experts])),
        far=_far(sample),
        mean_weights=sample.reference.mean_weights.copy(),
        cut=_cut(run, values),
    )


def _experts(run: Run, sample: Sample, passes: Passes) -> tuple[ExpertView, ...]:
    task, model = sample.model.task, sample.model
    own, weights = passes.expert_logits[:, :1], passes.weights[:1]
    added = evidence(task, own, model.prior.double().cpu())
    shares = contribution_shares(
        weights.numpy(), added.numpy(), class_weights(task, passes.logits[:1]).numpy()
    )[0]
    said = probabilities(task, own[:, 0]).numpy()
    return tuple(
        ExpertView(
            name=name,
            weight=float(weights[0, k]),
            share=float(shares[k]),
            prediction=prediction_name(task, run.info.classes, said[k]),
            logits=own[k, 0].numpy(),
            probabilities=said[k],
            contribution=(weights[0, k] * own[k, 0]).numpy(),
        )
        for k, name in enumerate(model.expert_names)
    )


def _components(sample: Sample, passes: Passes, size: int) -> tuple[np.ndarray, np.ndarray, str]:
    """Return the interaction components (E, C), what they leave out (C,), and where they come from."""
    if sample.model.probes is not None:
        with torch.inference_mode():
            said = probe_logits(sample.model, sample.features, sample.present)
        single, joint, grouped = (logits.double().cpu()[..., 0, :] for logits in said)
        source = "probes"
    else:
        single, joint, source = _single_by_swaps(sample, passes, size), passes.logits[0], "swaps"
        grouped = _groups_by_swaps(sample, passes, size, single)
    parts = interaction_components(sample.model, single, joint, grouped)
    return parts.numpy(), unheld_evidence(sample.model, parts, joint).numpy(), source


def _single_by_swaps(sample: Sample, passes: Passes, size: int) -> Tensor:
    """Return the mixture's mean answer from each modality alone, all others swapped, as logits (M, C)."""
    task, count = sample.model.task, len(sample.features)
    blind = prior_logits(task, sample.model.prior.double().cpu())
    present = sample.present[0].tolist()
    if sum(present) == 1:  # it alone is all there is
        return torch.stack([passes.logits[0] if there else blind for there in present])
    if size == 0:
        return blind.expand(count, -1)
    start = 1 if count == 2 else 1 + count * size
    kept = passes.logits[start : start + count * size].unflatten(0, (count, size))  # (M, K, C)
    # With two modalities "all others swapped" is the pass in which the other one was.
    kept = kept.flip(0) if count == 2 else kept
    return torch.stack([mean_prediction(task, kept[m]) if present[m] else blind for m in range(count)])


def _groups_by_swaps(sample: Sample, passes: Passes, size: int, single: Tensor) -> Tensor:
    """Return the mixture's mean answer from each group, all others swapped, as logits (G, C)."""
    model, count = sample.model, len(sample.features)
    present = sample.present[0].tolist()
    blind = prior_logits(model.task, model.prior.double().cpu())
    start = 1 + 2 * count * size
    said: list[Tensor] = []
    for place, group in enumerate(model.groups):
        there = [m for m in group if present[m]]
        kept = passes.logits[start + place * size : start + (place + 1) * size]
        if there and len(there) == sum(present):  # they are all there is
            said.append(passes.logits[0])
        elif len(there) == 1:
            said.append(single[there[0]])
        else:
            said.append(mean_prediction(model.task, kept) if there and size else blind)
    return torch.stack(said) if said else single[:0]


def _disagreement(run: Run, sample: Sample, passes: Passes) -> dict[str, float]:
    task, prior = sample.model.task, sample.model.prior.double().cpu()
    said = outcomes(task, passes.expert_logits[:, 0], prior, run.info.scale).numpy()  # (E, L, K)
    return {
        "jensen_shannon": float(jensen_shannon(said).mean()),
        "vote_entropy": float(vote_entropy(said.argmax(-1), said.shape[-1]).mean()),
    }


def _far(sample: Sample) -> dict[str, float]:
    result = {}
    for m, name in enumerate(sample.model.modalities):
        if sample.present[0, m]:
            percentile = sample.reference.far(m, sample.features[m].pooled[0], sample.own)
            if percentile is not None:
                result[name] = percentile
    return result


def _cut(run: Run, values: Mapping[str, Any]) -> dict[str, int]:
    """Return how many pieces of a text were read, where there are more."""
    limit = run.config.data.max_tokens
    return {
        name: limit
        for name, kind in run.info.modalities.items()
        if kind == "text"
        and run.vocabulary is not None
        and not is_missing(values.get(name))
        and run.vocabulary.truncated(values[name], limit)
    }
