"""The samples of one modality that lie nearest to a query of another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from i2moe_core.analysis.retrieval.file import Matched, kept_translation
from i2moe_core.analysis.similarity import similarities
from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import encode_sample
from i2moe_core.explain.turn import turn
from i2moe_core.measures.translation import Translation
from i2moe_core.registry import lookup
from i2moe_core.types import Features

Maps = tuple[Translation, Translation]


@dataclass(frozen=True)
class Neighbours:
    """The k nearest items, the nearest first. by: the kind of similarity. rows: among those searched."""

    by: str
    rows: list[int]
    similarity: list[float]


def encode_query(run: Run, name: str, value: Any) -> Features:
    """Return one value of the modality ``name`` as features of one row.

    Raises:
        InputError: it is empty or cannot be read, or the model stays busy.
    """
    batch = encode_sample(
        {name: value}, run.reference.modalities, run.config.data, run.vocabulary, shapes=run.info.shapes
    )
    with turn(run.model), torch.no_grad():
        return run.model.encode(batch.to(run.device))[run.model.modalities.index(name)]


def nearest(
    run: Run,
    query: tuple[str, Features],
    items: tuple[str, Features],
    k: int = 5,
    maps: Maps | None = None,
    by: str = "",
) -> Neighbours:
    """Return the items nearest to a query; both are a modality's name and its features.

    maps: between the two in the model's order, and back. by: a kind of similarity; "" is the run's main one.

    Raises:
        InputError: there is no such similarity of these modalities.
    """
    back = run.model.modalities.index(query[0]) > run.model.modalities.index(items[0])
    (first, one), (second, other) = (items, query) if back else (query, items)
    with turn(run.model):
        kinds = similarities(run, (first, second), (one, other), maps)
        chosen = lookup(kinds, by, "similarity") if by else next(iter(kinds.values()))
        scores = chosen.scores(slice(0, 1), back)[0]
    order = np.argsort(-scores, kind="stable")[:k]
    name = by or next(iter(kinds))
    return Neighbours(name, order.tolist(), scores[order].tolist())


def kept_maps(found: Matched | None) -> Maps | None:
    """Return the maps that were kept with the figures, if any."""
    if found is None or not found.maps:
        return None
    there, back = (kept_translation(one) for one in found.maps)
    return there, back


def other_modality(names: Sequence[str], name: str) -> str:
    """Return the first of ``names`` that is another one."""
    return next(other for other in names if other != name)
