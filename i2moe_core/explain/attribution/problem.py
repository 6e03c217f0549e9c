"""One sample as numbers that can be changed: inputs, baselines, cells, and the mixture as a function of them.

Texts enter as embeddings, so that every method works on the same inputs and what is removed always becomes
the same baseline. Only the modalities that the sample has are inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import encode_sample
from i2moe_core.data.vocabulary import MASK, PADDING
from i2moe_core.encoders import Encoder
from i2moe_core.explain.attribution.baselines import Baseline, Material, make_baseline
from i2moe_core.explain.attribution.cells import array_cells, image_cells, text_cells
from i2moe_core.explain.attribution.result import Cell
from i2moe_core.explain.attribution.words import group_words
from i2moe_core.explain.identity import fingerprint
from i2moe_core.explain.passes import mixture_of
from i2moe_core.explain.reference import Reference, reference_of
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import Batch, Features, MoEOutput


@dataclass(frozen=True)
class Problem:
    """A sample to be explained.

    names, kinds: of the A modalities that the sample has. inputs, baselines: A tensors (1, ...): picture
    (1, 3, S, S) in 0..255, text (1, T, D) embeddings, array (1, D) or (1, T, D).
    cells: the F removable parts of all of them. cell_numbers: A integer tensors that broadcast to the inputs;
    the numbers run on from one input to the next, for Captum removes equal numbers together.
    pulse: called before each run of changed versions; what it raises ends the work.
    """

    run_id: str
    sample_id: str
    model: I2MoE
    batch: Batch
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    inputs: tuple[Tensor, ...]
    baselines: tuple[Tensor, ...]
    cells: tuple[Cell, ...]
    cell_numbers: tuple[Tensor, ...]
    pulse: Callable[[], None] = lambda: None

    def forward(self, *inputs: Tensor) -> MoEOutput:
        """Run the mixture on n changed versions of the sample: inputs (n, ...) each, answers (n, C)."""
        return self.model.mix(self.encode(*inputs))

    def encode(self, *inputs: Tensor) -> list[Features]:
        """Encode n changed versions: one ``Features`` of n rows per modality of the model."""
        count, given = len(inputs[0]), dict(zip(self.names, inputs, strict=True))
        features = []
        for name in self.model.modalities:
            if name in given:
                features.append(self.encode_one(name, given[name]))
            else:
                x = self.batch.inputs[name]
                same = torch.zeros(count, dtype=torch.int64, device=x.device)
                features.append(self.model.encoders[name](x)[same])
        return self.model.missing(features, self.batch.present.expand(count, -1))

    def encode_one(self, name: str, changed: Tensor) -> Features:
        """Encode n changed versions (n, ...) of one input."""
        return cast(Encoder, self.model.encoders[name]).from_embedded(changed, self.batch.inputs[name])

    def compose(self, kept: Tensor) -> tuple[Tensor, ...]:
        """Return n versions with some cells removed, (n, ...) each; ``kept`` (n, F) bool."""
        kept = kept.to(self.inputs[0].device)
        return tuple(
            torch.where(kept[:, numbers[0]], x, blank)
            for x, blank, numbers in zip(self.inputs, self.baselines, self.cell_numbers, strict=True)
        )

    @torch.no_grad()
    def evaluate(self, kept: Tensor, size: int = 64) -> MoEOutput:
        """Run the mixture with some cells removed, ``size`` versions at once; ``kept`` (n, F) bool."""
        parts = []
        for part in kept.split(size):
            self.pulse()
            parts.append(self.forward(*self.compose(part)))
        return MoEOutput(
            torch.cat([part.logits for part in parts]),
            torch.cat([part.weights for part in parts]),
            torch.cat([part.expert_logits for part in parts], 2),
        )

    def sum_cells(self, attributions: tuple[Tensor | None, ...]) -> np.ndarray:
        """Sum each cell's numbers, (F,) float64; nan for the cells of inputs that are None."""
        total = torch.full((len(self.cells),), float("nan"), dtype=torch.float64)
        for values, numbers, x in zip(attributions, self.cell_numbers, self.inputs, strict=True):
            if values is None:
                continue
            places = numbers.expand_as(x).reshape(-1).cpu()
            total[places.unique()] = 0
            total.index_add_(0, places, values.detach().double().reshape(-1).cpu())
        return total.numpy()


def build_problem(
    run: Run, values: Mapping[str, Any], sample_id: str | None = None, baseline: Baseline | None = None
) -> Problem:
    """Prepare one sample.

    Raises:
        InputError: the run has no experts, nothing was given, a value cannot be read, or the baseline
            is unknown.
    """
    model = mixture_of(run)
    name = fingerprint(values) if sample_id is None else sample_id
    batch = encode_sample(
        values, run.reference.modalities, run.config.data, run.vocabulary, name, run.info.shapes
    ).to(run.device)
    reference, baseline = reference_of(run), baseline or Baseline()
    present = [m for m, there in zip(model.modalities, batch.present[0].tolist(), strict=True) if there]
    parts = [_input(run, reference, batch, m, values[m], baseline) for m in present]
    cells: list[Cell] = []
    numbers = []
    for part in parts:
        numbers.append((part.numbers + len(cells)).to(run.device))
        cells.extend(part.cells)
    return Problem(
        run_id=run.id, sample_id=name, model=model, batch=batch, names=tuple(present),
        kinds=tuple(run.info.modalities[m] for m in present), inputs=tuple(p.x for p in parts),
        baselines=tuple(p.blank for p in parts), cells=tuple(cells), cell_numbers=tuple(numbers),
    )  # fmt: skip


@dataclass(frozen=True)
class _Input:
    x: Tensor
    blank: Tensor
    cells: list[Cell]
    numbers: Tensor


@torch.no_grad()
def _input(run: Run, reference: Reference, batch: Batch, name: str, value: Any, baseline: Baseline) -> _Input:
    kind, place = run.info.modalities[name], list(run.model.modalities).index(name)
    raw = batch.inputs[name]
    encoder, mean = cast(Encoder, run.model.encoders[name]), reference.means[place]
    x = encoder.embed(raw)
    hidden = encoder.embed(raw.masked_fill(raw != PADDING, MASK)) if kind == "text" else mean
    blank = make_baseline(baseline, kind, Material(x, mean, hidden))
    if kind == "image":
        cells, numbers = image_cells(name, x.shape[-1], 0)
    elif kind == "text":
        if run.vocabulary is None:
            raise ValueError(f"the text modality '{name}' needs a vocabulary")
        words = group_words(value, run.vocabulary.pieces(value, run.config.data.max_tokens))
        cells, numbers = text_cells(name, words, x.shape[1], 0)
    else:
        real = x.shape[1] if x.dim() == 2 else max(1, int((raw != 0).any(-1).sum()))
        cells, numbers = array_cells(name, tuple(x.shape[1:]), real, 0)
    return _Input(x, blank, cells, numbers)
