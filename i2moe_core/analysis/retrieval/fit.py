"""The linear maps between two modalities' pooled vectors: fitted on training, chosen on validation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from i2moe_core.analysis.complete import complete_rows, encoded_chunks
from i2moe_core.analysis.job import Job
from i2moe_core.analysis.similarity import vectors_of
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.measures.retrieval import numbered, rank_blocks
from i2moe_core.measures.translation import Translation, fit_translations

FIT, CHOOSE = 4000, 1000  # samples at most
PENALTIES = tuple(10.0**k for k in range(-5, 3))
_HEIGHT = 1000
Step = Callable[[int], None]


@dataclass(frozen=True)
class Pool:
    """Pooled vectors of some samples: modality -> (N, D), and numbers in which equal contents are equal."""

    vectors: dict[str, np.ndarray]
    contents: dict[str, np.ndarray]


@dataclass(frozen=True)
class Fitted:
    """The maps between two modalities, there and back, with the penalty of each."""

    maps: tuple[Translation, Translation]
    penalties: tuple[float, float]


def fit_maps(job: Job, seed: int, step: Step = lambda count: None) -> dict[tuple[str, str], Fitted]:
    """Return the maps of every two modalities; empty where there are no training or validation samples."""
    drawn = fitting_rows(job, seed)
    if drawn is None:
        return {}
    train, validation = (_pool(replace(job, split=split), rows, step) for split, rows in drawn.items())
    return {
        (a, b): _fitted((train.vectors[a], train.vectors[b]), validation, (a, b))
        for a, b in combinations(job.run.model.modalities, 2)
    }


def fitting_rows(job: Job, seed: int) -> dict[str, np.ndarray] | None:
    """Return the rows to fit on and to choose on; None where there are none."""
    try:
        return {
            split: complete_rows(replace(job, split=split), count, seed, "a map needs the inputs")[0]
            for split, count in (("train", FIT), ("validation", CHOOSE))
        }
    except InputError:
        return None


def contents_of(data: TensorData, name: str) -> list[object]:
    """Return each sample's value in a form in which equal ones are equal: texts as given, others as read."""
    if next(m.kind for m in data.samples.modalities if m.name == name) == "text":
        return list(data.samples.raw[name])
    return [row.numpy().tobytes() for row in data.inputs[name]]


def _pool(job: Job, rows: np.ndarray, step: Step) -> Pool:
    names = job.run.model.modalities
    vectors: dict[str, list[np.ndarray]] = {name: [] for name in names}
    contents: dict[str, list[object]] = {name: [] for name in names}
    for data, features in encoded_chunks(job, rows, step):
        for name, f in zip(names, features, strict=True):
            vectors[name].append(vectors_of(f.pooled))
            contents[name] += contents_of(data, name)
    return Pool(
        {name: np.concatenate(parts) for name, parts in vectors.items()},
        {name: numbered(values) for name, values in contents.items()},
    )


def _fitted(train: tuple[np.ndarray, np.ndarray], validation: Pool, names: tuple[str, str]) -> Fitted:
    there = _best(*train, validation, names)
    back = _best(train[1], train[0], validation, (names[1], names[0]))
    return Fitted((there[0], back[0]), (there[1], back[1]))


def _best(
    x: np.ndarray, y: np.ndarray, validation: Pool, names: tuple[str, str]
) -> tuple[Translation, float]:
    """Return the map with the highest mean reciprocal rank on validation, and its penalty."""
    maps = fit_translations(x, y, PENALTIES)
    scores = [_mean_reciprocal_rank(one, validation, names) for one in maps]
    place = int(np.argmax(scores))
    return maps[place], PENALTIES[place]


def _mean_reciprocal_rank(translation: Translation, pool: Pool, names: tuple[str, str]) -> float:
    queries = translation.queries(pool.vectors[names[0]])
    items = translation.items(pool.vectors[names[1]])
    blocks = ((n, queries[n : n + _HEIGHT] @ items.T) for n in range(0, len(queries), _HEIGHT))
    ranks = rank_blocks(blocks, pool.contents[names[0]], pool.contents[names[1]])
    return float((1 / ranks.rank).mean())
