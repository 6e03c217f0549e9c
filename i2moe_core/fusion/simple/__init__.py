"""Fusions without gates, attention or products: side by side, summed, voted, or by kernels."""

from collections.abc import Mapping

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.simple.concat import Concat
from i2moe_core.fusion.simple.concat_tokens import ConcatTokens
from i2moe_core.fusion.simple.decision import Decision
from i2moe_core.fusion.simple.decision_vote import DecisionVote
from i2moe_core.fusion.simple.hybrid import Hybrid
from i2moe_core.fusion.simple.kernel import Kernel
from i2moe_core.fusion.simple.layerwise import Layerwise
from i2moe_core.fusion.simple.linear import Linear
from i2moe_core.fusion.simple.pooled import Pooled
from i2moe_core.fusion.simple.weighted_sum import WeightedSum

SIMPLE: Mapping[str, type[Fusion]] = {
    "concat": Concat,
    "linear": Linear,
    "pooled": Pooled,
    "concat_tokens": ConcatTokens,
    "weighted_sum": WeightedSum,
    "decision": Decision,
    "decision_vote": DecisionVote,
    "hybrid": Hybrid,
    "kernel": Kernel,
    "layerwise": Layerwise,
}

__all__ = ["SIMPLE"]
