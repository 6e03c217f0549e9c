"""Maps of random numbers: what pointing, gaps and badges come to without any knowledge of the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from i2moe_core.explain.attribution.result import Attributions

RANDOM = "random"


def random_map(like: Attributions, row: int) -> Attributions:
    """Return a map of the same cells and targets with drawn numbers; the draws follow from the row."""
    generator = np.random.default_rng(row)
    items = tuple(
        replace(item, cells=generator.normal(size=len(item.cells)), gap=None) for item in like.items
    )
    return replace(like, method=RANDOM, items=items)
