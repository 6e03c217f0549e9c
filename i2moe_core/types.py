"""The few shapes that travel between the rooms: samples in, batches through, explanations out.

Letters used everywhere: B batch, M modalities, E experts, P perturbed passes (M + 1), T tokens, D width,
C classes (labels for multi-label, 1 for regression).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

Task = Literal["multiclass", "multilabel", "regression"]
Kind = Literal["image", "text", "array"]
SPLITS = ("train", "validation", "test")
UNIQUE, SYNERGY, REDUNDANCY = "unique", "synergy", "redundancy"


def interaction_names(modalities: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the E = M + 2 interactions, in the order of the experts."""
    return (*(f"{UNIQUE}:{name}" for name in modalities), SYNERGY, REDUNDANCY)


@dataclass(frozen=True)
class Modality:
    """One input of a data set: its name and what it is made of."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Truth:
    """What is known of each sample of a generated set.

    interactions: (N,) one of ``interaction_names``.
    pixel_masks: (N, H, W) bool, the pixels that decide, or None.
    word_masks: per sample the character spans (start, end) of the words that decide, or None.
    """

    interactions: np.ndarray
    pixel_masks: np.ndarray | None = None
    word_masks: tuple[tuple[tuple[int, int], ...], ...] | None = None


@dataclass(frozen=True)
class Samples:
    """A data set in memory, before any preprocessing.

    raw: modality name -> N values; image: uint8 (H, W, 3) array or a path, text: str,
        array: float32 (D,) or (T, D); None where the modality is missing in that sample.
    targets: (N,) int64 for multiclass, (N, C) float32 0/1 for multilabel, (N,) float32 for regression.
    splits: (N,) str, each one of SPLITS.
    classes: the C class or label names; one name (of the quantity) for regression.
    """

    name: str
    task: Task
    modalities: tuple[Modality, ...]
    classes: tuple[str, ...]
    ids: tuple[str, ...]
    raw: Mapping[str, Sequence[Any]]
    targets: np.ndarray
    splits: np.ndarray
    truth: Truth | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, split: str) -> np.ndarray:
        """Return the row numbers of a split, in order."""
        return np.flatnonzero(self.splits == split)


@dataclass(frozen=True)
class Batch:
    """Tensors of B samples, ready for the encoders.

    inputs: modality name -> image (B, 3, H, W) uint8, text (B, T) int64 (0 = padding),
        array (B, D) or (B, T, D) float32; a missing modality holds zeros.
    present: (B, M) bool, False where a modality is missing.
    targets: as in ``Samples``, or None.
    """

    ids: tuple[str, ...]
    inputs: Mapping[str, Tensor]
    present: Tensor
    targets: Tensor | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def to(self, device: torch.device | str) -> Batch:
        """Return the batch on ``device``."""
        return replace(
            self,
            inputs={name: x.to(device, non_blocking=True) for name, x in self.inputs.items()},
            present=self.present.to(device),
            targets=None if self.targets is None else self.targets.to(device),
        )


@dataclass(frozen=True)
class Features:
    """One encoded modality: tokens (B, T, D), mask (B, T) bool (True = real token), pooled (B, D).

    layers: (B, L, D), the pooled vector of each of the encoder's layers, ``pooled`` last; None where the
    fusion does not ask for them.
    """

    tokens: Tensor
    mask: Tensor
    pooled: Tensor
    layers: Tensor | None = None

    def __getitem__(self, rows: Tensor | slice) -> Features:
        return self.map(lambda x: x[rows])

    def map(self, change: Callable[[Tensor], Tensor]) -> Features:
        """Return the features with ``change`` applied to each of their tensors."""
        layers = None if self.layers is None else change(self.layers)
        return Features(change(self.tokens), change(self.mask), change(self.pooled), layers)

    def detach(self) -> Features:
        """Return the features cut off from the encoder's graph."""
        return self.map(Tensor.detach)

    @staticmethod
    def cat(parts: Sequence[Features]) -> Features:
        """Stack features of equal D along the batch; shorter ones are padded to the longest T.

        Raises:
            ValueError: some hold their layers, and some do not.
        """
        longest = max(p.mask.shape[1] for p in parts)
        short = [longest - p.mask.shape[1] for p in parts]
        layers = [p.layers for p in parts if p.layers is not None]
        if 0 < len(layers) < len(parts):
            raise ValueError(f"{len(layers)} of {len(parts)} features hold layers; all must, or none")
        return Features(
            torch.cat(
                [pad(p.tokens, (0, 0, 0, n)) if n else p.tokens for p, n in zip(parts, short, strict=True)]
            ),
            torch.cat([pad(p.mask, (0, n)) if n else p.mask for p, n in zip(parts, short, strict=True)]),
            torch.cat([p.pooled for p in parts]),
            torch.cat(layers) if layers else None,
        )


@dataclass(frozen=True)
class MoEOutput:
    """What a mixture says of a batch.

    logits: (B, C), the weighted sum of the experts' full-pass logits.
    weights: (B, E), rows sum to 1.
    expert_logits: (E, P, B, C); pass 0 sees all modalities, pass 1 + m has modality m replaced.
        P is 1 where no perturbed pass was asked for.
    """

    logits: Tensor
    weights: Tensor
    expert_logits: Tensor


@dataclass(frozen=True)
class ExpertView:
    """What one expert says of one sample; the arrays have one number per class.

    ``contribution`` = weight * logits; the contributions of all experts sum to the mixture's logits.
    ``share`` is the expert's part of the answer, in [0, 1]: |weight * (log-probability - log prior)|,
    averaged over the mixture's own probabilities and normalised over the experts.
    """

    name: str
    weight: float
    share: float
    prediction: str
    logits: np.ndarray
    probabilities: np.ndarray
    contribution: np.ndarray


@dataclass(frozen=True)
class PairExplanation:
    """Everything the app shows about one sample; no tensors.

    logits, probabilities: (C,) of the mixture. For regression C = 1 and ``probability`` is nan.
    perturbed: (E, M, K, C) probabilities of each expert when modality m is replaced by K other samples'.
    mixture_perturbed: (M, K, C), the mixture's own.
    components: (E, C) pointwise interaction components in nats (unique..., synergy, redundancy), from the
        run's probes or, where it has none, from the swapped passes of the mixture; with ``unheld`` they sum
        to log p(c | all) - log p(c).
    unheld: (C,), the part of the evidence that no expert is about; zeros with the published experts.
    components_source: ``"probes"`` or ``"swaps"``.
    disagreement: ``jensen_shannon`` and ``vote_entropy``, both in [0, 1].
    sign_split: (C,) share of the experts whose contribution to the class, centred over classes, is positive.
    far: modality -> percentile (0..100) of the sample's distance to its nearest reference sample, among the
        reference samples' own nearest distances.
    mean_weights: (E,) the gate's mean over the reference set.
    cut: modality -> how many pieces of its text were read, where there are more.
    """

    run_id: str
    sample_id: str
    task: Task
    classes: tuple[str, ...]
    modalities: tuple[str, ...]
    missing: tuple[str, ...]
    prediction: str
    probability: float
    logits: np.ndarray
    probabilities: np.ndarray
    experts: tuple[ExpertView, ...]
    perturbed: np.ndarray
    mixture_perturbed: np.ndarray
    components: np.ndarray
    components_source: str
    disagreement: Mapping[str, float]
    sign_split: np.ndarray
    far: Mapping[str, float]
    mean_weights: np.ndarray
    cut: Mapping[str, int] = field(default_factory=dict)
    unheld: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def weights(self) -> np.ndarray:
        """The gate's weights, (E,)."""
        return np.array([e.weight for e in self.experts])

    @property
    def expert_logits(self) -> np.ndarray:
        """The experts' logits, (E, C)."""
        return np.stack([e.logits for e in self.experts])


@dataclass(frozen=True)
class Probe:
    """The mismatch probe of one sample: one modality kept, the other taken from K reference samples.

    weights: (K, E); shares: (K, E); expert_probability: (K, E) of the class first predicted; predictions: K;
    mixture_probability: (K,) of the class first predicted; texts, ids: of the K samples swapped in.
    """

    replaced: str
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    predictions: tuple[str, ...]
    weights: np.ndarray
    shares: np.ndarray
    expert_probability: np.ndarray
    mixture_probability: np.ndarray
