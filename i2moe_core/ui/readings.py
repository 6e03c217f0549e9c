"""Small numbers behind the figures of a pair, for pages."""

from i2moe_core.explain.readings import (
    STILL,
    jensen_shannon,
    movements,
    normalised,
    pairwise_distances,
    parts_of,
    pulls,
    reacts_as_named,
)

__all__ = [
    "STILL",
    "jensen_shannon",
    "movements",
    "normalised",
    "pairwise_distances",
    "parts_of",
    "pulls",
    "reacts_as_named",
]
