"""A run's reference samples, encoded once: swap partners, nearest neighbours, the gate's habits.

Kept in a small dictionary behind a lock, keyed by the run's id (which holds the weights' sum), never on the
model.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import TensorData, prepare
from i2moe_core.encoders import Encoder
from i2moe_core.explain.evaluate import encode_rows, evaluate_rows
from i2moe_core.explain.identity import fingerprint
from i2moe_core.types import Features

KEPT = 4  # runs


@dataclass(frozen=True)
class Reference:
    """R encoded reference samples.

    features: one per modality, R rows. present: (R, M) bool. fingerprints: R names made of the contents.
    spread: (M, D), the pooled features' standard deviation. nearest: per modality the sorted distances of
    each present sample to the nearest other one. mean_weights: (E,), the gate's mean.
    means: per modality the mean input as the encoder embeds it: picture (3, S, S), text's piece (D,), array.
    """

    ids: tuple[str, ...]
    fingerprints: tuple[str, ...]
    features: tuple[Features, ...]
    present: Tensor
    spread: Tensor
    nearest: tuple[np.ndarray, ...]
    mean_weights: np.ndarray
    means: tuple[Tensor, ...] = ()

    def row_of(self, sample_id: str, mark: str) -> int | None:
        """Return the row that is this very sample, by its id or its contents."""
        if sample_id in self.ids:
            return self.ids.index(sample_id)
        return self.fingerprints.index(mark) if mark in self.fingerprints else None

    def partners(self, modality: int, own: int | None) -> Tensor:
        """Return the rows that have the modality, without the sample itself."""
        rows = torch.nonzero(self.present[:, modality])[:, 0]
        return rows if own is None else rows[rows != own]

    def far(self, modality: int, pooled: Tensor, own: int | None) -> float | None:
        """Return the percentile of a sample's distance to its nearest neighbour, 0..100; None without one.

        pooled: (D,). The distance is Euclidean in units of each dimension's spread.
        """
        rows = self.partners(modality, own)
        if len(rows) == 0 or len(self.nearest[modality]) == 0:
            return None
        others = self.features[modality].pooled[rows.to(pooled.device)]
        distance = ((others - pooled) / self.spread[modality]).norm(dim=-1).min().item()
        return 100 * float(np.searchsorted(self.nearest[modality], distance) / len(self.nearest[modality]))


_kept: OrderedDict[str, Reference] = OrderedDict()
_lock = threading.Lock()


def reference_of(run: Run) -> Reference:
    """Return the run's encoded reference; computed once a run, the last few are kept."""
    key = f"{run.id} on {run.device}"
    with _lock:
        if key not in _kept:
            _kept[key] = build_reference(run)
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return _kept[key]


def build_reference(run: Run) -> Reference:
    """Encode the run's reference samples."""
    samples = run.reference
    data = _in_training_shape(run, prepare(samples, run.config.data, run.vocabulary))
    rows = np.arange(len(samples))
    features = encode_rows(run.model, data, rows)
    present = data.present
    spread = torch.stack([f.pooled.std(0, correction=0).clamp(min=1e-6) for f in features])
    pooled = [f.pooled[present[:, m].to(f.pooled.device)] for m, f in enumerate(features)]
    return Reference(
        ids=samples.ids,
        fingerprints=tuple(
            fingerprint({name: values[row] for name, values in samples.raw.items()})
            for row in range(len(samples))
        ),
        features=tuple(features),
        present=present,
        spread=spread,
        nearest=tuple(_nearest(p / spread[m]) for m, p in enumerate(pooled)),
        mean_weights=evaluate_rows(run.model, data, rows).weights.mean(0).numpy(),
        means=tuple(_mean_input(run, data, m) for m in range(len(samples.modalities))),
    )


@torch.no_grad()
def _mean_input(run: Run, data: TensorData, place: int) -> Tensor:
    """Return a modality's mean over the samples that have it; of a text, over all real pieces."""
    name = data.samples.modalities[place].name
    given = data.inputs[name][data.present[:, place]].to(run.device)
    encoder = cast(Encoder, run.model.encoders[name])
    embedded = encoder.embed(given)
    if run.info.modalities[name] != "text":
        return embedded.mean(0) if len(given) else torch.zeros(given.shape[1:], device=run.device)
    real = (given != 0)[:, : embedded.shape[1]]  # (N, T)
    return embedded[real].mean(0) if bool(real.any()) else embedded.new_zeros(embedded.shape[-1])


def _in_training_shape(run: Run, data: TensorData) -> TensorData:
    """Pad sequences of arrays to the length that the model was trained on."""
    inputs = {}
    for name, x in data.inputs.items():
        missing = run.info.shapes[name][0] - x.shape[1] if run.info.modalities[name] == "array" else 0
        inputs[name] = functional.pad(x, (0, 0, 0, missing)) if x.dim() == 3 and missing > 0 else x
    return replace(data, inputs=inputs)


def _nearest(points: Tensor) -> np.ndarray:
    if len(points) < 2:
        return np.zeros(0)
    distances = torch.cdist(points, points)
    distances.fill_diagonal_(float("inf"))
    nearest: np.ndarray = distances.amin(1).sort().values.cpu().numpy()
    return nearest
