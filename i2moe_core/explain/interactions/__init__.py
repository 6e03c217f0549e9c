"""Pairs of a sample's parts: what a patch and a word say together beyond what each says alone."""

from i2moe_core.explain.interactions.engine import explain_interactions, problem_interactions
from i2moe_core.explain.interactions.removal import (
    PairRemoval,
    RemovalRatios,
    compare_removals,
    pair_removal_check,
)
from i2moe_core.explain.interactions.result import ORDERS, Pair, PairInteractions

__all__ = [
    "ORDERS",
    "Pair",
    "PairInteractions",
    "PairRemoval",
    "RemovalRatios",
    "compare_removals",
    "explain_interactions",
    "pair_removal_check",
    "problem_interactions",
]
