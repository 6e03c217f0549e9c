"""EMAP of a run: encode some samples once, ask the mixture about all their combinations, keep what adds up.

Two modalities: all N x N pairs, exact. More: sampled partners, an estimate. Embeddings that a fusion makes of
one modality, and experts that see only one, are computed once a sample instead of once a combination.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor

from i2moe_core.analysis.chunks import chunk_data
from i2moe_core.analysis.complete import complete_rows
from i2moe_core.analysis.emap_file import Emap
from i2moe_core.analysis.job import Job, Watch
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import encode_rows
from i2moe_core.explain.passes import mixture_of
from i2moe_core.measures.classification import HEADLINE
from i2moe_core.measures.emap import additive_from_means, emap_gap, means_from_blocks, partners
from i2moe_core.measures.intervals import percentile_interval
from i2moe_core.model.expert import Expert
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.model.passes import SLICE
from i2moe_core.model.passes import run as run_expert
from i2moe_core.types import Features, Task

SAMPLES = 300
DRAWS = 100  # partners of each sample and modality where there are more than two
BOOTSTRAP = 500


class Composer:
    """What a mixture says of samples put together from N encoded ones."""

    @torch.no_grad()
    def __init__(self, model: I2MoE, features: Sequence[Features]) -> None:
        self.model, self.features = model, features
        self.experts = [cast(Expert, expert) for expert in model.experts]
        self.alone = [run_expert(e, features) if len(e.sees) == 1 else None for e in self.experts]
        self.known = [e.embed(features) if len(e.sees) > 1 else None for e in self.experts]
        self.gate_known = model.gate.embed(features)
        tokens = sum(f.tokens[0].numel() for f in features)
        self.size = max(1, SLICE // tokens) if features[0].tokens.device.type == "cpu" else 4096

    @torch.inference_mode()
    def logits(self, sources: np.ndarray) -> np.ndarray:
        """Return the mixture's logits, (n, C) float64; sources: (n, M), where each modality is taken from."""
        rows = torch.from_numpy(sources).to(self.features[0].tokens.device)
        parts = [self._logits(rows[k : k + self.size]) for k in range(0, len(rows), self.size)]
        return torch.cat(parts).double().cpu().numpy()

    def _logits(self, rows: Tensor) -> Tensor:
        composed = [f[rows[:, m]] for m, f in enumerate(self.features)]
        said = []
        for expert, alone, known in zip(self.experts, self.alone, self.known, strict=True):
            if alone is not None:
                said.append(alone[rows[:, expert.sees[0]]])
                continue
            held = known and [x[rows[:, m]] for m, x in zip(expert.sees, known, strict=True)]
            said.append(expert(composed, held))
        pools = [x[rows[:, m]] for m, x in enumerate(self.gate_known)]
        answers = torch.stack(said)
        return torch.einsum("be,ebc->bc", self.model.weigh(composed, answers, pools), answers)


def measure_emap(
    job: Job,
    samples: int = SAMPLES,
    draws: int = DRAWS,
    seed: int = 0,
    watch: Watch = lambda done, total: None,
) -> Emap:
    """Return the run's EMAP gap on a seeded sample of the split's complete samples.

    watch: called with the combinations that are done, and all.

    Raises:
        InputError: the run has no experts, fewer than two samples of the split are complete, or their targets
            do not differ.
    """
    model = mixture_of(job.run).eval()
    rows, total = complete_rows(job, samples, seed, "EMAP combines the inputs")
    data = chunk_data(job.run, job.samples, rows, job.config)
    features = encode_rows(model, data, np.arange(len(rows)))
    composer, modalities = Composer(model, features), len(features)
    own = _comparable(model.task, composer.logits(np.repeat(np.arange(len(rows))[:, None], modalities, 1)))

    def ask(sources: np.ndarray) -> np.ndarray:
        return _comparable(model.task, composer.logits(sources))

    exact = modalities == 2
    if exact:
        means = _pair_means(ask, len(rows), own.shape[1], watch)
    else:
        means = _partner_means(ask, partners(len(rows), modalities, draws, seed), watch)
    projected, targets = additive_from_means(means), data.targets.numpy()
    gap = emap_gap(model.task, own, projected, targets)
    if not np.isfinite(gap.gap):
        raise InputError(
            f"The {HEADLINE[model.task]} of these {len(rows)} samples is not defined: their targets do not "
            "differ. Choose another split."
        )
    low, high = _gap_interval(model.task, own, projected, targets, seed)
    place, each = own.argmax(-1), np.arange(len(rows))
    mains = (means - means.mean((0, 1)))[:, each, place]  # (M, N)
    return Emap(
        run_id=job.run.id,
        data=job.samples.name,
        split=job.split,
        seed=seed,
        total=total,
        draws=len(rows) if exact else draws,
        exact=exact,
        measure=HEADLINE[model.task],
        full=gap.full,
        additive=gap.additive,
        gap=gap.gap,
        low=low,
        high=high,
        changed=None if np.isnan(gap.changed) else gap.changed,
        rows=rows.tolist(),
        main={name: main.tolist() for name, main in zip(model.modalities, mains, strict=True)},
        rest=(own - projected)[each, place].tolist(),
    )


def _pair_means(
    ask: Callable[[np.ndarray], np.ndarray], samples: int, classes: int, watch: Watch
) -> np.ndarray:
    """Return the means over all pairs, (2, N, C), row block by row block."""
    height = max(1, 4096 // samples)

    def blocks() -> Iterator[tuple[int, int, np.ndarray]]:
        watch(0, samples**2)
        for start in range(0, samples, height):
            held = np.arange(start, min(samples, start + height))
            sources = np.stack([np.repeat(held, samples), np.tile(np.arange(samples), len(held))], axis=1)
            yield start, 0, ask(sources).reshape(len(held), samples, classes)
            watch((int(held[-1]) + 1) * samples, samples**2)

    return means_from_blocks(blocks(), samples, classes)


def _partner_means(ask: Callable[[np.ndarray], np.ndarray], lent: np.ndarray, watch: Watch) -> np.ndarray:
    """Return the means over the drawn partners, (M, N, C); lent: (M, draws, N, M)."""
    modalities, draws, samples, _ = lent.shape
    total = modalities * draws * samples
    watch(0, total)
    means = []
    for m in range(modalities):
        mean = 0.0
        for k in range(draws):
            mean = mean + ask(lent[m, k]) / draws
            watch((m * draws + k + 1) * samples, total)
        means.append(np.asarray(mean))
    return np.stack(means)


def _comparable(task: Task, logits: np.ndarray) -> np.ndarray:
    """Return logits in which only what decides is left: softmax ignores their mean over the classes."""
    centred: np.ndarray = logits - logits.mean(-1, keepdims=True)
    return centred if task == "multiclass" else logits


def _gap_interval(
    task: Task, own: np.ndarray, projected: np.ndarray, targets: np.ndarray, seed: int
) -> tuple[float, float]:
    """Return the bootstrap interval of the gap over samples, with the projection as it is."""
    random = np.random.default_rng(seed)
    drawn = random.integers(len(own), size=(BOOTSTRAP, len(own)))
    gaps = np.array([emap_gap(task, own[k], projected[k], targets[k]).gap for k in drawn])
    low, high = percentile_interval(gaps)
    return float(low), float(high)
